#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "bench/bench.h"
#include "bench/exports.h"
#include "bench/postgres.h"
#include "bench/task.h"
#include "catalog/catalog.h"

namespace sociometer::bench {
namespace {

constexpr int64_t sessions = 5'000'000;
constexpr int64_t sessions_of_batch = 250'000;
constexpr int64_t events_of_session = 4;
constexpr int64_t visitors = 1'000'000;
constexpr int64_t micros_of_hour = 3'600'000'000;
constexpr const char* channels[] = {"organic_social", "paid_social", "direct", "referral", "organic_search", "email"};
constexpr const char* pages[] = {"/", "/pricing", "/blog/one", "/blog/two", "/docs", "/contact"};

// One visit: pages, now and then a conversion; a twentieth of them by a machine.
Result<Done> add_session(facts::BatchWriter& batch, Numbers& numbers, int64_t number, int64_t of) {
  constexpr int64_t span = int64_t{731} * 24 * micros_of_hour;
  int64_t start = int64_t{asked_days.first.number} * 24 * micros_of_hour;
  std::string session = fmt::format("s{:015}", number);
  std::string visitor = fmt::format("v{:015}", numbers.below(visitors));
  facts::WebEvent event;
  event.session_at = {start + span / of * number};
  event.session = session;
  event.visitor = visitor;
  event.channel = channels[numbers.below(6)];
  event.verdict = numbers.below(20) == 0 ? "bot" : "human";
  event.country = "TH";
  event.device = numbers.below(3) == 0 ? "desktop" : "phone";
  event.landing_page = pages[numbers.below(6)];
  bool converts = numbers.below(40) == 0;
  for (int64_t i = 0; i < events_of_session; ++i) {
    event.happened_at = {event.session_at.micros + i * 60'000'000};
    bool conversion = converts && i == events_of_session - 1;
    event.kind = conversion ? "conversion" : "page_view";
    event.name = conversion ? "lead" : "";
    event.page = pages[numbers.below(6)];
    event.engaged = numbers.below(60'000);
    TRY_DONE(batch.add(event));
  }
  return Done{};
}

Result<Done> fill(facts::Store& store, int64_t of) {
  Numbers numbers{11};
  for (int64_t from = 0; from < of; from += sessions_of_batch) {
    facts::BatchStart start;
    start.source = "web";
    start.zone = "UTC";
    start.said = fmt::format("{}", from);
    TRY(auto batch, store.begin("default", start));
    int64_t end = std::min(from + sessions_of_batch, of);
    for (int64_t number = from; number < end; ++number) TRY_DONE(add_session(*batch, numbers, number, of));
    facts::BatchEnd told;
    told.observed_at = Instant{1'767'225'600'000'000};  // 2026-01-01
    told.range = asked_days;
    TRY(auto receipt, batch->commit(told));
    fmt::print(stderr, "filled {} of {} sessions\n", end, of);
  }
  return Done{};
}

std::vector<Task> web_tasks(DayRange days) {
  std::string from = fmt::format("{}", int64_t{days.first.number} * 24 * micros_of_hour);
  std::string end = fmt::format("{}", int64_t{days.end.number} * 24 * micros_of_hour);
  auto within = [&](const char* column) {
    return fmt::format("workspace = 'default' AND verdict <> 'bot' AND {0} >= {1} AND {0} < {2}", column, from, end);
  };
  auto month = [](const char* column) { return fmt::format("strftime(make_timestamp({}), '%Y-%m')", column); };
  auto month_there = [](const char* column) {
    return fmt::format("to_char(to_timestamp({} / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM')", column);
  };
  std::string views = fmt::format("count(*)::DOUBLE, count(*) FROM latest_web_events WHERE {} AND kind = 'page_view'",
                                  within("happened_at"));
  std::string visits = "count(DISTINCT session)::DOUBLE, count(DISTINCT session) FROM latest_web_events WHERE " +
                       within("session_at") + " AND session <> ''";
  auto for_postgres = [](std::string sql) {
    for (size_t at; (at = sql.find("::DOUBLE")) != std::string::npos;) sql.replace(at, 8, "::float8");
    return sql;
  };
  return {{days,
           "page views by month (web events)",
           "page_views",
           {"month"},
           metrics::Basis::automatic,
           fmt::format("SELECT {} AS label, {} GROUP BY label", month("happened_at"), views),
           for_postgres(fmt::format("SELECT {} AS label, {} GROUP BY label", month_there("happened_at"), views))},
          {days,
           "sessions by channel and month (web events)",
           "sessions",
           {"channel", "month"},
           metrics::Basis::automatic,
           fmt::format("SELECT channel || '|' || {} AS label, {} GROUP BY label", month("session_at"), visits),
           for_postgres(fmt::format("SELECT channel || '|' || {} AS label, {} GROUP BY label",
                                    month_there("session_at"), visits))},
          {days,
           "visitors by month (web events)",
           "visitors",
           {"month"},
           metrics::Basis::automatic,
           fmt::format("SELECT {} AS label, count(DISTINCT visitor)::DOUBLE, count(DISTINCT visitor)"
                       " FROM latest_web_events WHERE {} AND kind <> 'click' AND visitor <> '' GROUP BY label",
                       month("happened_at"), within("happened_at")),
           fmt::format("SELECT {} AS label, count(DISTINCT visitor)"
                       " FROM latest_web_events WHERE {} AND kind <> 'click' AND visitor <> '' GROUP BY label",
                       month_there("happened_at"), within("happened_at"))}};
}

const PostgresTable web_table = {"latest_web_events",
                                 {{"workspace", "text"},
                                  {"happened_at", "bigint"},
                                  {"visitor", "text"},
                                  {"session", "text"},
                                  {"session_at", "bigint"},
                                  {"kind", "text"},
                                  {"name", "text"},
                                  {"channel", "text"},
                                  {"verdict", "text"}},
                                 {"workspace, happened_at", "workspace, session_at"}};

struct WebAsked {
  std::unique_ptr<facts::Store> store;
  metrics::Scope scope;
  int64_t events = 0;
};

Result<WebAsked> prepare_web(const std::string& directory, Size size) {
  WebAsked asked;
  std::filesystem::create_directories(directory + "/web");
  TRY(asked.store, facts::open_duckdb(directory + "/web", system_clock()));
  TRY_DONE(asked.store->select("SELECT count(*) FROM latest_web_events", [&](const facts::Chunk& chunk) {
    asked.events = chunk.integer(0, 0);
    return false;
  }));
  if (asked.events == 0) {
    TRY_DONE(fill(*asked.store, sessions / size.divisor));
    asked.events = sessions / size.divisor * events_of_session;
  }
  asked.scope.workspace = "default";
  asked.scope.now = Instant{1'767'225'600'000'000};  // 2026-01-01
  return asked;
}

}  // namespace

Result<std::vector<Line>> web_lines(const std::string& directory, Size size) {
  TRY(WebAsked asked, prepare_web(directory, size));
  return beside_sql(*asked.store, asked.scope, web_tasks, Reading::remembered,
                    fmt::format("{:.0f} M", static_cast<double>(asked.events) / 1e6));
}

Result<std::vector<Line>> web_peer_lines(const std::string& directory, Postgres& postgres, Size size) {
  TRY(WebAsked asked, prepare_web(directory, size));
  TRY_DONE(postgres.fill(*asked.store, web_table));
  return beside_postgres(*asked.store, asked.scope, web_tasks, Reading::remembered, postgres);
}

}  // namespace sociometer::bench
