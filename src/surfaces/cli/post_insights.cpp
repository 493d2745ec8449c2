// Posts that did better or worse than was expected of them, and the best times to post.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "surfaces/cli/answer_text.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/cli/table.h"
#include "surfaces/post_insights.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct PostWords {
  Selectors selectors;
  std::string kpi = std::string(post_kpi_usual);
  int64_t limit = standouts_shown;
};

Result<metrics::Question> question_in(const PostWords& words, const metrics::Scope& scope) {
  Selectors selectors = words.selectors;
  selectors.kpis = {words.kpi};
  return question_of(selectors, scope);
}

std::string side_text(const Call& call, const metrics::Scope& scope, const SeenStandouts& seen,
                      const std::vector<insights::JudgedPost>& side, const char* title, int64_t limit) {
  const catalog::Unit unit = seen.history.choice.variant->unit;
  Table table;
  table.column("day");
  table.column("network");
  table.column("account", Table::Align::left, Table::Fit::flexible);
  table.column("kind");
  table.column("text", Table::Align::left, Table::Fit::flexible);
  for (const char* name : {"value", "expected", "p"}) table.column(name, Table::Align::right);
  table.column("beyond chance");
  for (const insights::JudgedPost& judged : side) {
    if (limit-- == 0) break;
    const metrics::PostRow& row = seen.history.rows[judged.post];
    table.row({format_day(*row.published_day), row.network, row.account, row.kind,
               cut_to(row.text.empty() ? row.id : row.text, 40),
               value_text(seen.history.posts[judged.post].value, unit, scope.currency),
               value_text(judged.expected, unit, scope.currency), p_words(judged.p_adjusted),
               judged.beyond_chance ? "yes" : "no"});
  }
  return fmt::format("{}\n{}", title, table.empty() ? "none\n" : table.text(call.terminal.look()));
}

std::string shared_text(const SeenStandouts& seen, const std::vector<insights::Trait>& shared, const char* group) {
  std::string text;
  for (const insights::Trait& trait : shared) {
    text += fmt::format("{} of the {} {} have {} {}, as {} of all {} posts do (p {})\n", trait.with, seen.found.group,
                        group, trait.what, trait.member, trait.n, seen.history.posts.size(), p_words(trait.p_adjusted));
  }
  return text;
}

std::string standouts_text(const Call& call, const metrics::Scope& scope, const SeenStandouts& seen, int64_t limit) {
  if (!seen.found.reason.empty()) return seen.found.reason + "\n";
  std::string text = side_text(call, scope, seen, seen.found.standouts, "better than expected", limit);
  text += "\n" + side_text(call, scope, seen, seen.found.flops, "worse than expected", limit) + "\n";
  const std::string shared = shared_text(seen, seen.found.shared_by_standouts, "best") +
                             shared_text(seen, seen.found.shared_by_flops, "worst");
  text += shared.empty() ? fmt::format("the {} best and the {} worst have nothing in common beyond chance\n",
                                       seen.found.group, seen.found.group)
                         : shared;
  text += fmt::format("{} posts looked at{}\n", grouped(static_cast<int64_t>(seen.history.posts.size())),
                      seen.history.without_value == 0
                          ? std::string()
                          : fmt::format("; {} have no value", grouped(seen.history.without_value)));
  return text;
}

Result<Exit> tell_standouts(Call& call, const PostWords& words) {
  if (words.limit < 1 || words.limit > standouts_shown_max) {
    return invalid(fmt::format("--limit lies between 1 and {}", standouts_shown_max), "limit");
  }
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const metrics::Question question, question_in(words, scope));
  TRY(const SeenStandouts seen, standouts_of(call.house, scope, question));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"standouts", standouts_json(seen, words.limit)}});
  } else {
    call.print(standouts_text(call, scope, seen, words.limit));
  }
  return Exit::done;
}

std::string effect_words(const SeenBestTimes& seen, const metrics::Scope& scope, double effect) {
  if (seen.times.is_share) return fmt::format("{:+.0f} %", std::round(effect * 100) + 0.0);
  return value_text(effect, seen.history.choice.variant->unit, scope.currency);
}

std::string best_times_text(const Call& call, const metrics::Scope& scope, const SeenBestTimes& seen, int64_t limit) {
  if (!seen.times.reason.empty()) return seen.times.reason + "\n";
  std::vector<insights::TimeCell> cells = seen.times.cells;
  std::stable_sort(cells.begin(), cells.end(),
                   [](const auto& a, const auto& b) { return a.probability > b.probability; });
  Table table;
  table.column("time");
  for (const char* title : {"posts", "beside the average", "95 %", "better with"}) {
    table.column(title, Table::Align::right);
  }
  for (const insights::TimeCell& cell : cells) {
    if (limit-- == 0) break;
    table.row({fmt::format("{} {:02}:00", weekday_name(cell.weekday), cell.hour), std::to_string(cell.n),
               effect_words(seen, scope, cell.effect),
               fmt::format("{} – {}", effect_words(seen, scope, cell.low), effect_words(seen, scope, cell.high)),
               fmt::format("{:.0f} %", cell.probability * 100)});
  }
  std::string text = seen.times.differs ? table.text(call.terminal.look())
                                        : "when a post was published made no difference beyond chance\n";
  text += fmt::format(
      "{} posts in {} hours of the week, {}{}\n", grouped(seen.times.posts), cells.size(), seen.history.zone,
      seen.times.without_hour == 0 ? std::string()
                                   : fmt::format("; of {} only the day is known", grouped(seen.times.without_hour)));
  return text;
}

Result<Exit> tell_best_times(Call& call, const PostWords& words) {
  if (words.limit < 1) return invalid("--limit must be 1 or more", "limit");
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const metrics::Question question, question_in(words, scope));
  TRY(const SeenBestTimes seen, best_times_of(call.house, scope, question));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"best_times", best_times_json(seen)}});
  } else {
    call.print(best_times_text(call, scope, seen, words.limit));
  }
  return Exit::done;
}

Run declare_standouts(Options options) {
  auto words = std::make_shared<PostWords>();
  options.word("KPI", "by which (engagements)", &words->kpi, Presence::optional);
  options.number("--limit", "N", "how many of each (10)", &words->limit);
  words->selectors.declare_range(options);
  return [words](Call& call) { return tell_standouts(call, *words); };
}

Run declare_best_times(Options options) {
  auto words = std::make_shared<PostWords>();
  options.word("KPI", "by which (engagements)", &words->kpi, Presence::optional);
  options.number("--limit", "N", "how many hours of the week, the surest first (10)", &words->limit);
  words->selectors.declare_range(options);
  return [words](Call& call) { return tell_best_times(call, *words); };
}

}  // namespace

const Command standouts_command{"standouts", "posts that did better or worse than was expected of them",
                                "sociometer standouts engagements --last 90d --filter network=instagram", Needs::data,
                                declare_standouts};
const Command best_times_command{"best-times", "which hours of the week do better than the average, and how sure it is",
                                 "sociometer best-times engagements --filter account=brand", Needs::data,
                                 declare_best_times};

}  // namespace sociometer::surfaces
