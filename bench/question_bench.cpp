#include <fmt/format.h>

#include <filesystem>

#include "bench/bench.h"
#include "bench/exports.h"
#include "bench/postgres.h"
#include "bench/task.h"
#include "catalog/catalog.h"

namespace sociometer::bench {
namespace {

constexpr int accounts = 400;
constexpr int days_of_history = 1461;
constexpr int posts_of_account = 2500;
constexpr const char* account_networks[] = {"facebook", "instagram", "linkedin", "tiktok", "x"};
constexpr const char* day_measures[] = {"impressions",    "link_clicks",   "video_views",
                                        "profile_visits", "new_followers", "lost_followers",
                                        "saves",          "clicks",        "media_views"};
constexpr const char* post_measures[] = {"impressions", "likes", "comments", "shares"};

struct Filling {
  facts::Store& store;
  int64_t accounts;
  Day first = make_day(2022, 1, 1);
  Instant observed_at{1'767'225'600'000'000};  // 2026-01-01
  Numbers numbers{7};
  int64_t observations = 0;
};

facts::Observation blank(const Filling& filling, std::string_view network, std::string_view account) {
  facts::Observation o;
  o.network = network;
  o.account = account;
  o.zone = "UTC";
  o.observed_at = filling.observed_at;
  return o;
}

Result<Done> add_days(Filling& filling, facts::BatchWriter& batch, facts::Observation o) {
  for (int day = 0; day < days_of_history; ++day) {
    o.days = {filling.first + day, filling.first + day + 1};
    o.window = facts::Window::day;
    for (const char* measure : day_measures) {
      o.measure = measure;
      o.value = filling.numbers.below(50'000);
      TRY_DONE(batch.add(o));
    }
    o.window = facts::Window::instant;
    o.measure = "followers";
    o.value = 10'000 + day * 10 + filling.numbers.below(10);
    TRY_DONE(batch.add(o));
  }
  filling.observations += days_of_history * 10;
  return Done{};
}

Result<Done> add_posts(Filling& filling, facts::BatchWriter& batch, facts::Observation o) {
  o.subject = facts::Subject::post;
  o.window = facts::Window::lifetime;
  for (int number = 0; number < posts_of_account; ++number) {
    Day published = filling.first + number * days_of_history / posts_of_account;
    std::string id = fmt::format("{}-{}", o.account, number);
    facts::Post post;
    post.network = o.network;
    post.account = o.account;
    post.id = id;
    post.published_day = published;
    post.zone = "UTC";
    post.kind = "post";
    post.observed_at = filling.observed_at;
    TRY_DONE(batch.add(post));
    o.subject_id = id;
    o.days = {published, published + 1};
    for (const char* measure : post_measures) {
      o.measure = measure;
      o.value = measure == post_measures[0] ? 100 + filling.numbers.below(50'000) : filling.numbers.below(300);
      TRY_DONE(batch.add(o));
    }
  }
  filling.observations += posts_of_account * 4;
  return Done{};
}

// A batch per twenty accounts, as twenty exports would come.
Result<Done> fill(Filling& filling) {
  for (int64_t from = 0; from < filling.accounts; from += 20) {
    facts::BatchStart start;
    start.source = "sociometer_observations";
    start.zone = "UTC";
    start.said = fmt::format("{}", from);
    TRY(auto batch, filling.store.begin("default", start));
    for (int64_t number = from; number < from + 20; ++number) {
      std::string account = fmt::format("brand{}", number);
      facts::Observation o = blank(filling, account_networks[number % 5], account);
      TRY_DONE(add_days(filling, *batch, o));
      TRY_DONE(add_posts(filling, *batch, o));
    }
    facts::BatchEnd end;
    end.observed_at = filling.observed_at;
    end.range = DayRange{filling.first, filling.first + days_of_history};
    TRY(auto receipt, batch->commit(end));
    fmt::print(stderr, "filled {} of {} accounts\n", from + 20, filling.accounts);
  }
  return Done{};
}

// Not again where an earlier run left its rows.
Result<Done> fill_once(Filling& filling) {
  int64_t known = 0;
  TRY_DONE(filling.store.select("SELECT count(*) FROM latest", [&](const facts::Chunk& chunk) {
    known = chunk.integer(0, 0);
    return false;
  }));
  if (known == 0) return fill(filling);
  filling.observations = known;
  return Done{};
}

std::vector<Task> question_tasks(DayRange days) {
  std::string range = fmt::format("{} AND {}", days.first.number, days.end.number - 1);
  std::string posts_with_counters =
      "(SELECT network, account, post, published_day FROM latest_posts WHERE workspace = 'default' "
      "AND published_day BETWEEN " +
      range +
      ") AS p JOIN (SELECT network, account, subject_id, "
      "sum(CASE WHEN measure <> 'impressions' THEN value END) AS engagements, "
      "sum(CASE WHEN measure = 'impressions' THEN value END) AS impressions FROM latest "
      "WHERE workspace = 'default' AND subject = 'post' "
      "AND measure IN ('impressions', 'likes', 'comments', 'shares', 'saves') "
      "AND promotion = 'all' AND dimension = '' AND window_kind = 'lifetime' "
      "GROUP BY network, account, subject_id) AS c "
      "ON p.network = c.network AND p.account = c.account AND p.post = c.subject_id "
      "WHERE engagements IS NOT NULL AND impressions > 0";
  return {
      {days,
       "impressions by network and month (account days)",
       "impressions",
       {"network", "month"},
       metrics::Basis::automatic,
       "SELECT network || '|' || strftime(DATE '1970-01-01' + start_day, '%Y-%m') AS label, sum(value)::DOUBLE, "
       "sum(n)::BIGINT "
       "FROM (SELECT network, start_day, sum(value) AS value, count(*) AS n FROM latest WHERE workspace = 'default' "
       "AND subject = 'account' AND measure = 'impressions' AND promotion = 'all' AND dimension = '' "
       "AND window_kind = 'day' AND start_day BETWEEN " +
           range + " GROUP BY network, start_day) GROUP BY label",
       "SELECT network || '|' || to_char(DATE '1970-01-01' + start_day, 'YYYY-MM') AS label, sum(value) "
       "FROM (SELECT network, start_day, sum(value) AS value FROM latest WHERE workspace = 'default' "
       "AND subject = 'account' AND measure = 'impressions' AND promotion = 'all' AND dimension = '' "
       "AND window_kind = 'day' AND start_day BETWEEN " +
           range + " GROUP BY network, start_day) AS days GROUP BY label"},
      {days,
       "engagement_rate:by_impressions by month (posts)",
       "engagement_rate:by_impressions",
       {"month"},
       metrics::Basis::published,
       // A counter lies on the day it was read where its export did not tell when the post was published: only the post
       // says in which month it counts.
       "SELECT strftime(DATE '1970-01-01' + p.published_day, '%Y-%m') AS label, sum(engagements) / sum(impressions), "
       "count(*) FROM " +
           posts_with_counters + " GROUP BY label",
       "SELECT to_char(DATE '1970-01-01' + p.published_day, 'YYYY-MM') AS label, sum(engagements) / sum(impressions) "
       "FROM " +
           posts_with_counters + " GROUP BY label"},
      {days,
       "followers by account",
       "followers",
       {"account"},
       metrics::Basis::automatic,
       "SELECT network || '/' || account AS label, arg_max(value, start_day)::DOUBLE, 1::BIGINT FROM latest "
       "WHERE workspace = 'default' AND subject = 'account' AND measure = 'followers' AND promotion = 'all' "
       "AND dimension = '' AND window_kind = 'instant' AND start_day BETWEEN " +
           range + " GROUP BY label",
       "SELECT DISTINCT ON (network, account) network || '/' || account, value FROM latest "
       "WHERE workspace = 'default' AND subject = 'account' AND measure = 'followers' AND promotion = 'all' "
       "AND dimension = '' AND window_kind = 'instant' AND start_day BETWEEN " +
           range + " ORDER BY network, account, start_day DESC"},
  };
}

// What a dashboard shows.
const std::vector<std::string> dashboard = {"impressions",
                                            "likes",
                                            "comments",
                                            "shares",
                                            "saves",
                                            "clicks",
                                            "link_clicks",
                                            "video_views",
                                            "engagements",
                                            "engagement_rate",
                                            "amplification_rate",
                                            "applause_rate",
                                            "conversation_rate",
                                            "virality_rate",
                                            "save_rate",
                                            "posts",
                                            "followers",
                                            "new_followers",
                                            "profile_visits",
                                            "engagement_rate:by_impressions"};

// A dashboard's KPIs in one question read each table once, as the costliest of them alone does. Nothing is remembered
// from one to the next.
Result<Line> measure_dashboard(facts::Store& store, const metrics::Scope& scope) {
  auto ask = [&](const std::vector<std::string>& kpis, const Task& task) {
    return ask_kpis(metrics::Engine(catalog::Catalog::built_in(), store), scope, kpis, task);
  };
  Task task{asked_days, "twenty KPIs by month in one question", "", {"month"}, metrics::Basis::published, "", ""};
  std::string slowest;
  int64_t longest = 0;
  for (const std::string& kpi : dashboard) {
    int64_t began = steady_micros();
    TRY_DONE(ask({kpi}, task));
    if (int64_t took = steady_micros() - began; took > longest) {
      longest = took;
      slowest = kpi;
    }
  }
  auto all = [&]() -> Result<Done> {
    TRY_DONE(ask(dashboard, task));
    return Done{};
  };
  auto one = [&]() -> Result<Done> {
    TRY_DONE(ask({slowest}, task));
    return Done{};
  };
  TRY(Medians medians, medians_in_turns(5, all, one));
  Line line{task.what, fmt::format("the slowest of them alone, {}", slowest), medians.ours / medians.theirs, "≤ 4 ×"};
  line.verdict = line.ratio <= 4 ? Line::Verdict::met : Line::Verdict::missed;
  return line;
}

const PostgresTable observations_table = {"latest",
                                          {{"workspace", "text"},
                                           {"network", "text"},
                                           {"account", "text"},
                                           {"subject", "text"},
                                           {"subject_id", "text"},
                                           {"measure", "text"},
                                           {"promotion", "text"},
                                           {"dimension", "text"},
                                           {"member", "text"},
                                           {"window_kind", "text"},
                                           {"start_day", "integer"},
                                           {"end_day", "integer"},
                                           {"value", "bigint"}},
                                          {"workspace, measure, subject, window_kind, start_day"},
                                          "batch, account, subject, start_day, subject_id, measure"};
const PostgresTable posts_table = {
    "latest_posts",
    {{"workspace", "text"}, {"network", "text"}, {"account", "text"}, {"post", "text"}, {"published_day", "integer"}},
    {"workspace, published_day"}};

// Opened and filled, with what asks it.
struct QuestionsAsked {
  std::unique_ptr<facts::Store> store;
  int64_t observations = 0;
  metrics::Scope scope;
};

Result<QuestionsAsked> prepare_questions(const std::string& directory, Size size) {
  QuestionsAsked asked;
  std::filesystem::create_directories(directory + "/questions");
  TRY(asked.store, facts::open_duckdb(directory + "/questions", system_clock()));
  Filling filling{*asked.store, accounts / size.divisor};
  TRY_DONE(fill_once(filling));
  asked.observations = filling.observations;
  asked.scope.workspace = "default";
  asked.scope.now = filling.observed_at;
  return asked;
}

}  // namespace

Result<std::vector<Line>> question_lines(const std::string& directory, Size size) {
  TRY(QuestionsAsked asked, prepare_questions(directory, size));
  const std::string rows = fmt::format("{:.1f} M", static_cast<double>(asked.observations) / 1e6);
  std::vector<Line> lines;
  for (Reading reading : {Reading::remembered, Reading::anew}) {
    TRY(auto of_reading, beside_sql(*asked.store, asked.scope, question_tasks, reading, rows));
    lines.insert(lines.end(), of_reading.begin(), of_reading.end());
  }
  TRY(auto together, measure_dashboard(*asked.store, asked.scope));
  lines.push_back(together);
  return lines;
}

Result<std::vector<Line>> question_peer_lines(const std::string& directory, Postgres& postgres, Size size) {
  TRY(QuestionsAsked asked, prepare_questions(directory, size));
  for (const PostgresTable& table : {observations_table, posts_table}) TRY_DONE(postgres.fill(*asked.store, table));
  std::vector<Line> lines;
  for (Reading reading : {Reading::remembered, Reading::anew}) {
    TRY(auto of_reading, beside_postgres(*asked.store, asked.scope, question_tasks, reading, postgres));
    lines.insert(lines.end(), of_reading.begin(), of_reading.end());
  }
  return lines;
}

}  // namespace sociometer::bench
