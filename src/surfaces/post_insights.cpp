#include "surfaces/post_insights.h"

#include "surfaces/json_parts.h"
#include "surfaces/scope.h"
#include "surfaces/wrong_words.h"

namespace sociometer::surfaces {
namespace {

constexpr int64_t posts_max = 20'000;

Result<PostHistory> posts_of(const House& house, const metrics::Scope& scope, const metrics::Question& question) {
  if (question.kpis.size() != 1) return invalid("posts are looked at by one KPI", "kpi");
  if (!question.by.empty()) return invalid("it is of single posts; it takes no dimensions", "by");
  if (question.compare.kind != metrics::Compare::Kind::none || !question.against.empty()) {
    return invalid("posts are set against what was expected of them; `sociometer kpi` compares", "compare");
  }
  PostHistory history{.question = question, .zone = scope.zone.name()};
  TRY(history.catalog, catalog_in(scope, question));
  TRY(history.choice, as_wrong_words(history.catalog->find_kpi(question.kpis.front())));
  metrics::PostsQuestion asked;
  asked.selectors = question;
  asked.limit = asked.limit_max = posts_max;
  TRY(metrics::PostsAnswer answer, as_wrong_words(house.engine->posts(scope, asked)));
  history.older = answer.total - static_cast<int64_t>(answer.posts.size());
  for (metrics::PostRow& row : answer.posts) {
    std::optional<insights::PostSeen> post = insights::post_seen(row, scope.zone);
    if (!post) {
      ++history.without_value;
      continue;
    }
    history.posts.push_back(std::move(*post));
    history.rows.push_back(std::move(row));
  }
  return history;
}

JsonObject head_json(const PostHistory& history) {
  const std::string& variant = history.choice.variant->key;
  return {{"question", metrics::to_json(history.question, history.zone)},
          {"kpi", history.choice.kpi->key},
          {"variant", variant.empty() ? Json(nullptr) : Json(variant)},
          {"posts", history.posts.size()}};
}

JsonArray posts_json(const SeenStandouts& seen, const std::vector<insights::JudgedPost>& side, int64_t limit) {
  JsonArray list;
  for (const insights::JudgedPost& judged : side) {
    if (static_cast<int64_t>(list.size()) >= limit) break;
    const metrics::PostRow& row = seen.history.rows[judged.post];
    const double value = seen.history.posts[judged.post].value;
    list.push_back(JsonObject{
        {"network", row.network},
        {"account", row.account},
        {"post", row.id},
        {"day", format_day(*row.published_day)},
        {"published_at", row.published_at ? Json(format_instant(*row.published_at)) : Json(nullptr)},
        {"kind", text_or_null(row.kind)},
        {"text", text_or_null(row.text)},
        {"link", text_or_null(row.link)},
        {"value", value},
        {"expected", judged.expected},
        {"ratio", judged.expected > 0 ? Json(value / judged.expected) : Json(nullptr)},
        {"interval",
         JsonObject{{"low", judged.low}, {"high", judged.high}, {"level", 0.95}, {"method", "expected_of_posts"}}},
        {"p", judged.p},
        {"p_adjusted", judged.p_adjusted},
        {"beyond_chance", judged.beyond_chance}});
  }
  return list;
}

}  // namespace

Result<SeenStandouts> standouts_of(const House& house, const metrics::Scope& scope, const metrics::Question& question) {
  SeenStandouts seen;
  TRY(seen.history, posts_of(house, scope, question));
  seen.found = insights::standouts(seen.history.posts, insights::counting_of(seen.history.choice));
  if (seen.history.choice.kpi->good == catalog::Good::down) {
    std::swap(seen.found.standouts, seen.found.flops);
    std::swap(seen.found.shared_by_standouts, seen.found.shared_by_flops);
  }
  return seen;
}

Result<SeenBestTimes> best_times_of(const House& house, const metrics::Scope& scope,
                                    const metrics::Question& question) {
  SeenBestTimes seen;
  TRY(seen.history, posts_of(house, scope, question));
  const auto wanted =
      seen.history.choice.kpi->good == catalog::Good::down ? insights::Wanted::less : insights::Wanted::more;
  seen.times = insights::best_times(seen.history.posts, insights::counting_of(seen.history.choice), wanted);
  return seen;
}

JsonObject standouts_json(const SeenStandouts& seen, int64_t limit) {
  JsonObject document = head_json(seen.history);
  document["left_out"] = JsonObject{{"without_value", seen.history.without_value}, {"older", seen.history.older}};
  document["reason"] = text_or_null(seen.found.reason);
  document["false_discovery_rate"] = 0.05;
  document["standouts"] = posts_json(seen, seen.found.standouts, limit);
  document["flops"] = posts_json(seen, seen.found.flops, limit);
  document["in_common"] = JsonObject{{"group", seen.found.group},
                                     {"compared", seen.found.compared},
                                     {"standouts", insights::to_json(seen.found.shared_by_standouts)},
                                     {"flops", insights::to_json(seen.found.shared_by_flops)}};
  return document;
}

JsonObject best_times_json(const SeenBestTimes& seen) {
  JsonObject document = head_json(seen.history);
  document["posts"] = seen.times.posts;
  document["left_out"] = JsonObject{{"without_value", seen.history.without_value},
                                    {"older", seen.history.older},
                                    {"without_hour", seen.times.without_hour}};
  document["reason"] = text_or_null(seen.times.reason);
  document["zone"] = seen.history.zone;
  document["differs"] = seen.times.differs;
  document["effect"] = seen.times.is_share ? "share" : "difference";
  document["cells"] = insights::to_json(seen.times);
  return document;
}

}  // namespace sociometer::surfaces
