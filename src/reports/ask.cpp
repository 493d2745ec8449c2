// Asking what a dashboard's tiles ask.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "reports/grid.h"

namespace sociometer::reports {
namespace {

using Filter = std::map<std::string, std::vector<std::string>>;
using metrics::Cell;

// Both at once: of a dimension that both name, the members that both let through.
Result<Filter> narrowed(const Filter& one, const Filter& other) {
  Filter both = one;
  for (const auto& [dimension, members] : other) {
    const auto there = both.find(dimension);
    if (there == both.end()) {
      both[dimension] = members;
      continue;
    }
    std::vector<std::string> kept;
    for (const std::string& member : there->second) {
      if (std::ranges::find(members, member) != members.end()) kept.push_back(member);
    }
    if (kept.empty()) {
      return not_found(
          fmt::format("This is of {} {} only, which the filter leaves out.", dimension, join(there->second, ", ")));
    }
    there->second = std::move(kept);
  }
  return both;
}

JsonObject filter_json(const Filter& filter) {
  JsonObject json;
  for (const auto& [dimension, members] : filter) json[dimension] = JsonArray(members.begin(), members.end());
  return json;
}

void say_period(JsonObject& json, const catalog::Period& period) {
  if (!period.last.empty()) json["last"] = period.last;
  if (!period.from.empty()) json["from"] = period.from;
  if (!period.to.empty()) json["to"] = period.to;
}

class Asker {
 public:
  Asker(const metrics::Engine& engine, const metrics::Scope& scope, const Choices& choices, const Beside& beside,
        Report& report)
      : engine_(engine), scope_(scope), choices_(choices), beside_(beside), report_(report) {}

  Result<AnsweredTile> answer(const catalog::Tile& tile) {
    AnsweredTile answered;
    answered.tile = tile;
    answered.title = tile.title.empty() && !tile.kpis.empty() ? kpi_names(tile) : tile.title;
    if (tile.kpis.empty()) return answered;
    Result<metrics::Question> question = question_of(tile);
    if (!question) {
      if (question.error().kind == ErrorKind::internal) return question.error();
      answered.failure = sentence(question.error().message);
      return answered;
    }
    answered.question = std::move(*question);
    Result<metrics::Answer> answer = engine_.ask(scope_, answered.question);
    if (!answer && !is_tiles_own(answer.error())) return answer.error();
    if (!answer) {
      answered.failure = sentence(answer.error().message);
      return answered;
    }
    answered.answer = std::move(*answer);
    put_in_order(answered);
    keep_largest(answered);
    add_marks(answered);
    add_target(answered);
    TRY_DONE(add_post_texts(answered));
    return answered;
  }

 private:
  static bool is_tiles_own(const Error& error) {
    return error.kind == ErrorKind::invalid || error.kind == ErrorKind::not_found ||
           error.kind == ErrorKind::unsupported;
  }

  static std::string sentence(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    if (!text.empty() && text.back() != '.') text += '.';
    return text;
  }

  std::string kpi_names(const catalog::Tile& tile) const {
    std::vector<std::string> names;
    for (const std::string& kpi : tile.kpis) names.push_back(kpi_name(report_, kpi));
    return join(names, ", ");
  }

  Result<metrics::Question> question_of(const catalog::Tile& tile) const {
    JsonObject json{{"kpis", JsonArray(tile.kpis.begin(), tile.kpis.end())},
                    {"by", JsonArray(tile.by.begin(), tile.by.end())}};
    const catalog::Period& whole = choices_.period.is_said() ? choices_.period : report_.dashboard.period;
    say_period(json, tile.period.is_said() ? tile.period : whole);
    Filter wide = report_.dashboard.filter;
    for (const auto& [dimension, members] : tile.filter) wide[dimension] = members;
    TRY(const Filter filter, narrowed(wide, choices_.filter));
    if (!filter.empty()) json["filter"] = filter_json(filter);
    const bool has_days = json.contains("last") || json.contains("from");
    const std::string& compare = tile.compare.empty() ? report_.compare : tile.compare;
    if (has_days && !compare.empty() && compare != "none") json["compare"] = compare;
    if (!tile.basis.empty()) json["basis"] = tile.basis;
    TRY(metrics::Question question, metrics::question_from_json(json, scope_));
    question.as_of = choices_.as_of;
    return question;
  }

  // Weekdays begin with Monday, not with the first letter of the alphabet.
  static void put_in_order(AnsweredTile& answered) {
    const std::vector<std::string>& by = answered.question.by;
    if (by.empty() || (by[0] != "weekday" && by[0] != "hour")) return;
    std::ranges::stable_sort(answered.answer->rows, {}, [&](const Cell& cell) { return place_of(by[0], cell.by[0]); });
  }

  // The members with the most, by the first KPI; those without a number last.
  void keep_largest(AnsweredTile& answered) const {
    const catalog::Tile& tile = answered.tile;
    if (tile.limit == 0) return;
    size_t dimension = 0;
    while (dimension < tile.by.size() && is_time(tile.by[dimension])) ++dimension;
    if (dimension == tile.by.size()) return;
    std::map<std::string, double> sizes;
    for (const Cell& cell : answered.answer->rows) {
      double& size = sizes[cell.by[dimension]];
      if (cell.asked == tile.kpis[0] && cell.value) size += std::abs(*cell.value);
    }
    std::vector<std::pair<double, std::string>> order;
    for (const auto& [member, size] : sizes) order.emplace_back(-size, member);
    std::ranges::sort(order);
    const auto limit = static_cast<size_t>(tile.limit);
    if (order.size() <= limit) return;
    answered.left_out = static_cast<int64_t>(order.size() - limit);
    std::map<std::string, size_t> places;
    for (size_t i = 0; i < limit; ++i) places[order[i].second] = i;
    std::optional<Cell> others;
    for (const Cell& cell : answered.answer->rows) {
      if (!places.contains(cell.by[dimension])) add_to(others, cell);
    }
    std::erase_if(answered.answer->rows, [&](const Cell& cell) { return !places.contains(cell.by[dimension]); });
    if (tile.kind == catalog::TileKind::pie && others) {  // its parts add up, and make the whole together
      others->by[dimension] = others_member;
      places[others_member] = limit;
      answered.answer->rows.push_back(std::move(*others));
      answered.left_out = 0;
    }
    if (dimension > 0) return;
    std::ranges::stable_sort(answered.answer->rows, {}, [&](const Cell& cell) { return places[cell.by[0]]; });
  }

  static void add_to(std::optional<Cell>& sum, const Cell& cell) {
    if (!sum) {
      sum = cell;
      sum->interval.reset();
      sum->evidence.reset();
      sum->compared.reset();
      sum->change.reset();
      return;
    }
    if (cell.value) sum->value = sum->value.value_or(0) + *cell.value;
    if (sum->value) sum->reason.clear();
    sum->n += cell.n;
    sum->coverage = std::min(sum->coverage, cell.coverage);
    for (const std::string& note : cell.notes) {
      if (std::ranges::find(sum->notes, note) == sum->notes.end()) sum->notes.push_back(note);
    }
  }

  void add_marks(AnsweredTile& answered) const {
    if (answered.question.by.empty() || !is_time(answered.question.by[0])) return;
    const auto network = answered.question.filter.find("network");
    for (const Mark& mark : beside_.marks) {
      const std::vector<std::string>& kinds = report_.dashboard.annotations;
      if (std::ranges::find(kinds, mark.kind) == kinds.end()) continue;
      if (answered.question.days && intersection(*answered.question.days, mark.days).empty()) continue;
      const bool is_elsewhere = !mark.network.empty() && network != answered.question.filter.end() &&
                                std::ranges::find(network->second, mark.network) == network->second.end();
      if (!is_elsewhere) answered.marks.push_back(mark);
    }
  }

  void add_target(AnsweredTile& answered) const {
    const auto kind = answered.tile.kind;
    const bool shows_one = kind == catalog::TileKind::number || kind == catalog::TileKind::line;
    if (!shows_one || answered.answer->rows.empty() || answered.question.kpis.size() != 1) return;
    const Cell& cell = answered.answer->rows[0];
    const catalog::Kpi* known = report_.catalog->kpi(cell.kpi);
    const bool is_sum = known != nullptr && known->additivity == catalog::Class::flow;
    if (is_sum && kind == catalog::TileKind::line) return;
    for (const Target& target : beside_.targets) {
      const bool is_same = target.kpi == cell.kpi && target.variant == cell.variant;
      if (!is_same || target.filter != answered.question.filter) continue;
      if (!is_sum || answered.question.days == target.days) answered.target = target;
    }
  }

  // People know posts by how they begin, not by their ids.
  Result<Done> add_post_texts(AnsweredTile& answered) const {
    const std::vector<std::string>& by = answered.question.by;
    const auto place = std::ranges::find(by, "post");
    if (place == by.end()) return Done{};
    std::set<std::string> ids;
    for (const Cell& cell : answered.answer->rows) ids.insert(cell.by[static_cast<size_t>(place - by.begin())]);
    if (ids.empty()) return Done{};
    metrics::PostsQuestion asked;
    asked.selectors.kpis = {answered.question.kpis[0]};
    asked.selectors.filter = answered.question.filter;
    asked.selectors.filter["post"] = {ids.begin(), ids.end()};
    asked.selectors.as_of = answered.question.as_of;
    asked.limit = static_cast<int64_t>(ids.size()) * 2;  // of several accounts, two may have the same id
    const Result<metrics::PostsAnswer> posts = engine_.posts(scope_, asked);
    if (!posts) return is_tiles_own(posts.error()) ? Result<Done>(Done{}) : posts.error();
    for (const metrics::PostRow& post : posts->posts) {
      if (const std::string text = beginning(post.text); !text.empty()) answered.post_texts.emplace(post.id, text);
    }
    return Done{};
  }

  // The first words of a text in one line; of a script without blanks, its first characters.
  static std::string beginning(std::string_view text) {
    constexpr size_t most = 64;  // characters
    std::string line;
    size_t characters = 0, word_end = 0;
    for (const char c : text) {
      const bool is_blank = std::string_view(" \t\r\n").find(c) != std::string_view::npos;
      if (is_blank && (line.empty() || line.back() == ' ')) continue;
      if (is_blank) word_end = line.size();
      const bool is_next = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      if (is_next && ++characters > most) {
        if (word_end > 0) line.resize(word_end);
        return line + " …";
      }
      line += is_blank ? ' ' : c;
    }
    if (line.ends_with(' ')) line.pop_back();
    return line;
  }

  const metrics::Engine& engine_;
  const metrics::Scope& scope_;
  const Choices& choices_;
  const Beside& beside_;
  Report& report_;
};

// The days the report as a whole speaks of.
Result<std::optional<DayRange>> days_of(const catalog::Period& period, const metrics::Scope& scope) {
  if (!period.last.empty()) {
    TRY(const DayRange days, metrics::parse_last(period.last, scope));
    return std::optional(days);
  }
  if (period.from.empty() && period.to.empty()) return std::optional<DayRange>();
  TRY(const DayRange days, metrics::parse_days(period.from, period.to));
  return std::optional(days);
}

}  // namespace

Result<Report> ask(const metrics::Engine& engine, const metrics::Scope& scope, const catalog::Dashboard& dashboard,
                   const Choices& choices, const Beside& beside) {
  metrics::Scope then = scope;
  if (choices.as_of) then.now = *choices.as_of;
  Report report;
  report.dashboard = dashboard;
  report.catalog = then.editions ? then.editions->at(choices.as_of) : catalog::Catalog::built_in();
  report.workspace = scope.workspace;
  report.currency = scope.currency;
  report.zone = scope.zone.name();
  report.week_start = scope.week_start;
  report.as_of = then.now;
  report.base = choices.base;
  while (report.base.ends_with('/')) report.base.pop_back();
  report.revision = beside.revision;
  report.status = beside.status;
  TRY(report.days, days_of(choices.period.is_said() ? choices.period : dashboard.period, then));
  report.compare = choices.compare.empty() ? dashboard.compare : choices.compare;
  TRY_DONE(metrics::parse_compare(report.compare));
  for (const auto& [dimension, members] : choices.filter) {
    if (report.catalog->dimension(dimension) == nullptr) {
      return invalid(fmt::format("\"{}\" is no dimension to filter by", dimension), "filter");
    }
  }
  report.filter = dashboard.filter;
  report.narrowing = choices.filter;
  for (const auto& [dimension, members] : choices.filter) report.filter[dimension] = members;
  Asker asker(engine, then, choices, beside, report);
  for (const catalog::Tile& tile : dashboard.tiles) {
    TRY(AnsweredTile answered, asker.answer(tile));
    report.tiles.push_back(std::move(answered));
  }
  return report;
}

Result<Changed> changed_since(const metrics::Engine& engine, const metrics::Scope& scope, const Report& report) {
  constexpr int64_t rows_most = 1000;
  Changed changed;
  for (const AnsweredTile& tile : report.tiles) {
    if (!tile.answer) continue;
    // Of the moment it was made itself.
    if (report.as_of >= scope.now) {
      changed.unchanged += static_cast<int64_t>(tile.answer->rows.size());
      continue;
    }
    metrics::ChangesQuestion question{tile.question, report.as_of, rows_most, 0};
    question.selectors.compare = {};
    question.selectors.last.clear();
    question.selectors.as_of = std::nullopt;
    TRY(metrics::ChangesAnswer changes, engine.changes(scope, question));
    changed.total += changes.total;
    changed.unchanged += changes.unchanged;
    if (changes.total > 0) changed.tiles.push_back({tile.title, tile.tile, std::move(changes)});
  }
  return changed;
}

Result<Lacking> lacking(const metrics::Engine& engine, const metrics::Scope& scope,
                        const std::vector<catalog::Dashboard>& dashboards) {
  // KPIs under the same filter are asked together.
  std::map<Filter, std::vector<std::string>> asked;
  std::map<std::pair<Filter, std::string>, std::string> reasons;
  auto filter_of = [](const catalog::Dashboard& dashboard, const catalog::Tile& tile) {
    Filter filter = dashboard.filter;
    for (const auto& [dimension, members] : tile.filter) filter[dimension] = members;
    return filter;
  };
  for (const catalog::Dashboard& dashboard : dashboards) {
    for (const catalog::Tile& tile : dashboard.tiles) {
      std::vector<std::string>& kpis = asked[filter_of(dashboard, tile)];
      for (const std::string& kpi : tile.kpis) {
        if (std::ranges::find(kpis, kpi) == kpis.end()) kpis.push_back(kpi);
      }
    }
  }
  for (const auto& [filter, kpis] : asked) {
    if (kpis.empty()) continue;
    metrics::Question question;
    question.kpis = kpis;
    question.filter = filter;
    const Result<metrics::Answer> answer = engine.ask(scope, question);
    if (!answer && answer.error().kind == ErrorKind::internal) return answer.error();
    if (!answer) continue;
    for (const Cell& cell : answer->rows) {
      const bool is_bounded = cell.interval && cell.interval->method == "bounds";
      if (!cell.value && !is_bounded) reasons[{filter, cell.asked}] = cell.reason;
    }
    if (answer->rows.empty()) {
      for (const std::string& kpi : kpis) reasons[{filter, kpi}] = "no_data";
    }
  }
  Lacking found;
  for (const catalog::Dashboard& dashboard : dashboards) {
    for (const catalog::Tile& tile : dashboard.tiles) {
      // What is only there by a dimension cannot be missed without it.
      for (const std::string& kpi : tile.kpis) {
        const auto reason = reasons.find({filter_of(dashboard, tile), kpi});
        if (reason != reasons.end() && reason->second != "not_applicable") {
          found[dashboard.name][kpi] = reason->second;
        }
      }
    }
  }
  return found;
}

}  // namespace sociometer::reports
