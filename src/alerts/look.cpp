#include "alerts/look.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "alerts/period_change.h"
#include "base/text.h"
#include "reports/reports.h"

namespace sociometer::alerts {
namespace {

using metrics::Cell;
using metrics::Question;

constexpr int days_looked_back = 60;  // what is older is no news
constexpr double whole = 1 - 1e-9;    // of a coverage

std::string days_text(DayRange days) {
  return days.days() == 1 ? format_day(days.first)
                          : fmt::format("{} – {}", format_day(days.first), format_day(days.end - 1));
}

Json number_json(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}
Json interval_json(const std::optional<metrics::Interval>& interval) {
  if (!interval) return nullptr;
  return JsonObject{{"low", number_json(interval->low)},
                    {"high", number_json(interval->high)},
                    {"level", interval->level},
                    {"method", interval->method}};
}

// A signed share: "+12.3 %".
std::string change_words(double share) {
  return fmt::format("{}{:.1f} %", share < 0 ? "−" : "+", std::abs(share) * 100);
}

Question question_of(const std::string& kpi, const Filter& filter) {
  Question question;
  question.kpis = {kpi};
  question.filter = filter;
  return question;
}

// As many days as `last` says, up to the day before `end`.
Result<DayRange> window_before(Day end, const std::string& last, const metrics::Scope& scope) {
  metrics::Scope then = scope;
  then.now = scope.zone.start_of(end);
  return metrics::parse_last(last, then);
}

// The totals of periods as long as `days` and before it, with it at the end.
std::vector<std::optional<double>> totals_before(const metrics::Answer& by_day, DayRange days) {
  const int length = days.days();
  struct Total {
    double sum = 0;
    int known = 0, covered = 0;
  };
  std::map<int, Total> periods;  // 0: `days`, 1: those before, …
  for (const Cell& cell : by_day.rows) {
    const Result<Day> day = parse_day(cell.by.empty() ? "" : cell.by.back());
    if (!day || *day >= days.end) continue;
    Total& total = periods[(days.end - 1 - *day) / length];
    if (is_wholly_known(cell)) ++total.covered;
    if (!cell.value) continue;
    total.sum += *cell.value;
    ++total.known;
  }
  if (periods.empty()) return {};
  std::vector<std::optional<double>> totals;
  for (int i = periods.rbegin()->first; i >= 0; --i) {
    const auto found = periods.find(i);
    const bool is_whole = found != periods.end() && found->second.covered == length && found->second.known > 0;
    totals.push_back(is_whole ? std::optional(found->second.sum) : std::nullopt);
  }
  return totals;
}

// One KPI of an alert, looked at over one or several windows.
class KpiLook {
 public:
  KpiLook(const World& world, const Alert& alert, const catalog::Catalog& catalog, catalog::KpiChoice choice)
      : world_(world), alert_(alert), catalog_(catalog), choice_(choice) {}

  Result<std::vector<Finding>> run(const State& state) {
    TRY(const SettledEnd settled, settled_end(world_, alert_.kpi, alert_.filter));
    if (!settled.end) return std::vector<Finding>{unknown(today_range(), settled.reason)};
    if (alert_.kind == Kind::anomaly) return anomalies(*settled.end);
    std::vector<Finding> found;
    for (Day end = first_end(state, *settled.end); end <= *settled.end; end = end + 1) {
      TRY(Finding finding, level(end));
      found.push_back(std::move(finding));
    }
    return found;
  }

 private:
  DayRange today_range() const {
    const Day today = world_.scope.zone.day_of(world_.scope.now);
    return {today, today + 1};
  }

  // As far back as days in a row are wanted, but not what was judged before.
  Day first_end(const State& state, Day last) const {
    Day first = last - (alert_.times - 1);
    const auto watch = state.watches.find("");
    if (watch != state.watches.end() && watch->second.end) first = std::max(first, *watch->second.end + 1);
    return std::min(first, last);
  }

  Finding unknown(DayRange days, std::string reason) const {
    Finding finding;
    finding.days = days;
    finding.reason = std::move(reason);
    finding.title = fmt::format("{} is not known: {}", what(), reports::reason_words(finding.reason));
    finding.data = JsonObject{{"zone", world_.scope.zone.name()}};
    return finding;
  }

  std::string what() const { return kpi_words(alert_.kpi, catalog_) + scope_words(alert_.filter, catalog_); }
  std::string text(double value) const {
    return reports::value_text(value, choice_.variant->unit, world_.scope.currency);
  }

  Result<Finding> level(Day end) const {
    Question question = question_of(alert_.kpi, alert_.filter);
    TRY(question.days, window_before(end, alert_.last, world_.scope));
    if (alert_.kind == Kind::change) {
      TRY(question.compare, metrics::parse_compare(alert_.compare));
    }
    TRY(const metrics::Answer answer, world_.engine.ask(world_.scope, question));
    if (answer.rows.empty()) return unknown(*question.days, "no_data");
    const Cell& cell = answer.rows.front();
    const bool is_stock = choice_.kpi->additivity == catalog::Class::stock;
    if (!is_stock && !is_wholly_known(cell)) return unknown(*question.days, "incomplete");
    if (alert_.kind == Kind::change) return change(answer, cell);
    return threshold(answer, cell);
  }

  Finding seen(const metrics::Answer& answer, const Cell& cell) const {
    Finding finding;
    finding.days = *answer.question.days;
    finding.value = cell.value;
    finding.link = explain_link(world_, answer.question, cell);
    std::string line =
        fmt::format("{} of {} ({})", reports::cell_text(cell, choice_.variant->unit, world_.scope.currency),
                    days_text(finding.days), world_.scope.zone.name());
    const std::string interval = reports::interval_text(cell, choice_.variant->unit, world_.scope.currency);
    if (!interval.empty()) line += fmt::format(", {:.0f} % interval {}", cell.interval->level * 100, interval);
    line += fmt::format(", n = {}", reports::grouped(cell.n));
    const std::string notes = reports::notes_text(cell.notes);
    if (!notes.empty()) line += ", " + notes;
    finding.lines.push_back(std::move(line));
    finding.data = JsonObject{{"kpi", cell.kpi},
                              {"variant", cell.variant.empty() ? Json(nullptr) : Json(cell.variant)},
                              {"value", number_json(cell.value)},
                              {"bound", alert_.bound},
                              {"clear", clear_of(alert_)},
                              {"n", cell.n},
                              {"interval", interval_json(cell.interval)},
                              {"zone", world_.scope.zone.name()}};
    return finding;
  }

  // The least and the most that the number is: both the same but where it is only bounded.
  struct Extent {
    std::optional<double> low, high;
  };
  static Extent extent_of(const Cell& cell) {
    if (cell.value) return {cell.value, cell.value};
    if (cell.interval && cell.interval->method == "bounds") return {cell.interval->low, cell.interval->high};
    return {};
  }

  Finding threshold(const metrics::Answer& answer, const Cell& cell) const {
    const Extent extent = extent_of(cell);
    const bool is_above = alert_.side == Side::above;
    const std::optional<double>& near = is_above ? extent.low : extent.high;  // the end that must be beyond the bound
    const std::optional<double>& far = is_above ? extent.high : extent.low;
    if (!near && !far) return unknown(*answer.question.days, cell.reason.empty() ? "no_data" : cell.reason);
    Finding finding = seen(answer, cell);
    const double clear = clear_of(alert_);
    const bool fires = near && (is_above ? *near > alert_.bound : *near < alert_.bound);
    const bool calm = far && (is_above ? *far <= clear : *far >= clear);
    finding.says = fires ? Says::fires : calm ? Says::calm : Says::between;
    const std::string number = reports::cell_text(cell, choice_.variant->unit, world_.scope.currency);
    if (fires) {
      finding.title = fmt::format("{}: {}, {} {}", what(), number, name(alert_.side), text(alert_.bound));
    } else {
      finding.title = fmt::format("{}: {}, {} {} {}", what(), number, calm ? "again" : "not yet",
                                  is_above ? "at most" : "at least", text(clear));
    }
    finding.lines.push_back(fmt::format("Told {} {}{}; over again {} {}.", name(alert_.side), text(alert_.bound),
                                        alert_.times == 1 ? "" : fmt::format(", {} days in a row", alert_.times),
                                        is_above ? "at" : "from", text(clear)));
    return finding;
  }

  Result<Finding> change(const metrics::Answer& answer, const Cell& cell) const {
    const DayRange days = *answer.question.days;
    if (!cell.value) return unknown(days, cell.reason.empty() ? "bounded" : cell.reason);
    if (!cell.compared) return unknown(days, "no_data");
    if (noted(cell, "definition_break")) return unknown(days, "definition_break");
    if (!cell.change) return unknown(days, "zero_denominator");
    TRY(const std::optional<metrics::Evidence> evidence, evidence_of(cell, days));
    if (!evidence) return unknown(days, noted(cell, "small_sample") ? "small_sample" : "untestable");
    Finding finding = seen(answer, cell);
    const double share = *cell.change, clear = clear_of(alert_);
    const double beside = alert_.side == Side::above ? share : alert_.side == Side::below ? -share : std::abs(share);
    const bool fires = beside > alert_.bound && evidence->change;
    finding.says = fires ? Says::fires : beside <= clear ? Says::calm : Says::between;
    finding.title =
        fmt::format("{}: {}, {} against {} of the {}", what(), text(*cell.value), change_words(share),
                    text(*cell.compared), alert_.compare == "year" ? "same days a year before" : "days before");
    finding.lines.push_back(fmt::format("{}: p = {} that chance alone gives as much.",
                                        evidence->change ? "That is more than noise" : "That is within noise",
                                        evidence->p < 0.001 ? "< 0.001" : fmt::format("{:.3f}", evidence->p)));
    finding.lines.push_back(fmt::format("Told beyond {:g} % and more than noise; over again within {:g} %.",
                                        std::round(alert_.bound * 1e4) / 100, std::round(clear * 1e4) / 100));
    finding.data["compared"] = number_json(cell.compared);
    finding.data["change"] = share;
    finding.data["p"] = evidence->p;
    return finding;
  }

  // What the engine tested; of sums of days, whose numbers have no interval, what is usual of them.
  Result<std::optional<metrics::Evidence>> evidence_of(const Cell& cell, DayRange days) const {
    if (cell.evidence) return cell.evidence;
    const bool adds_up = insights::makeup_of(*choice_.kpi) == insights::Makeup::sum;
    if (!adds_up || alert_.compare != "previous" || noted(cell, "small_sample")) {
      return std::optional<metrics::Evidence>();
    }
    Question question = question_of(alert_.kpi, alert_.filter);
    question.by = {"day"};
    question.days = DayRange{days.end - days.days() * (differences_min * 3 + 2), days.end};
    TRY(const metrics::Answer by_day, world_.engine.ask(world_.scope, question));
    return weigh_period(totals_before(by_day, days), nature_in(by_day));
  }

  insights::Nature nature_in(const metrics::Answer& by_day) const {
    return insights::nature_of(*choice_.kpi, insights::series_of(by_day, world_.scope.zone.day_of(world_.scope.now)));
  }

  Result<std::vector<Finding>> anomalies(Day end) const {
    Question question = question_of(alert_.kpi, alert_.filter);
    question.by = {"day"};
    TRY(const metrics::Answer answer, world_.engine.ask(world_.scope, question));
    const insights::DaySeries series = insights::series_of(answer, end);
    const insights::Nature nature = insights::nature_of(*choice_.kpi, series);
    TRY(const DayRange days, window_before(end, alert_.last, world_.scope));
    const Result<std::vector<insights::Anomaly>> days_found = insights::anomalies(series, nature, days);
    if (!days_found) return std::vector<Finding>{unknown(days, "too_few_days")};
    std::vector<Finding> found;
    for (const insights::Anomaly& anomaly : *days_found) {
      const Side side = anomaly.value > anomaly.expected ? Side::above : Side::below;
      if (alert_.side != Side::either && alert_.side != side) continue;
      found.push_back(unusual(answer, anomaly, nature));
    }
    if (!found.empty()) return found;
    Finding calm = unknown(days, "");
    calm.says = Says::calm;
    calm.title = what() + ": nothing out of the ordinary";
    return std::vector<Finding>{std::move(calm)};
  }

  Finding unusual(const metrics::Answer& answer, const insights::Anomaly& anomaly, insights::Nature nature) const {
    Finding finding;
    finding.about = format_day(anomaly.day);
    finding.days = {anomaly.day, anomaly.day + 1};
    finding.is_moment = true;
    finding.says = Says::fires;
    finding.value = anomaly.value;
    const char* of = nature == insights::Nature::stock ? " changed by" : ":";
    finding.title = fmt::format("{} on {}{} {}, where {} was expected", what(), finding.about, of, text(anomaly.value),
                                text(anomaly.expected));
    finding.lines.push_back(fmt::format("Of 100 such days 95 lie between {} and {} ({}).", text(anomaly.low),
                                        text(anomaly.high), world_.scope.zone.name()));
    finding.lines.push_back(
        fmt::format("p = {}, adjusted for the days looked at.",
                    anomaly.p_adjusted < 0.001 ? "< 0.001" : fmt::format("{:.3f}", anomaly.p_adjusted)));
    Question of_the_day = answer.question;
    of_the_day.days = finding.days;
    for (const Cell& cell : answer.rows) {
      if (!cell.by.empty() && cell.by.front() == finding.about) finding.link = explain_link(world_, of_the_day, cell);
    }
    finding.data = JsonObject{{"kpi", choice_.kpi->key},
                              {"value", anomaly.value},
                              {"expected", anomaly.expected},
                              {"interval", JsonObject{{"low", anomaly.low}, {"high", anomaly.high}, {"level", 0.95}}},
                              {"p_adjusted", anomaly.p_adjusted},
                              {"zone", world_.scope.zone.name()}};
    return finding;
  }

  const World& world_;
  const Alert& alert_;
  const catalog::Catalog& catalog_;
  const catalog::KpiChoice choice_;
};

std::string page_link(const World& world, const std::string& path) {
  if (world.base.empty()) return {};
  return world.base + path + (world.scope.workspace == "default" ? "" : "?workspace=" + world.scope.workspace);
}

}  // namespace

std::string explain_link(const World& world, const Question& question, const Cell& cell) {
  return reports::explain_link({world.base, world.scope.workspace, question, world.scope.now}, cell);
}

bool noted(const Cell& cell, std::string_view note) {
  return std::ranges::find(cell.notes, note) != cell.notes.end();
}

bool is_wholly_known(const Cell& cell) {
  const bool is_untold =
      cell.basis == "occurred" && !cell.value && (cell.reason == "not_reported" || cell.reason == "no_data");
  const bool has_fewer_days = cell.basis == "occurred" && cell.compared && cell.n < cell.compared_n;
  return cell.coverage >= whole && !is_untold && !has_fewer_days;
}

Result<SettledEnd> settled_end(const World& world, const std::string& kpi, const Filter& filter) {
  const std::shared_ptr<const catalog::Catalog> catalog = world.scope.editions->at(std::nullopt);
  TRY(const catalog::KpiChoice choice, catalog->find_kpi(kpi));
  const Day today = world.scope.zone.day_of(world.scope.now);
  Question question = question_of(kpi, filter);
  question.by = {"day"};
  question.days = DayRange{today - days_looked_back, today};
  TRY(const metrics::Answer answer, world.engine.ask(world.scope, question));
  const bool is_stock = choice.kpi->additivity == catalog::Class::stock;
  SettledEnd settled{std::nullopt, "no_data"};
  std::optional<Day> moving;  // from when on numbers may still change
  for (const Cell& cell : answer.rows) {
    const Result<Day> day = parse_day(cell.by.empty() ? "" : cell.by.front());
    if (!day) continue;
    if (noted(cell, "unsettled") && !moving) moving = *day;
    if (moving) break;
    const bool is_there = cell.value || (cell.interval && cell.interval->method == "bounds");
    const bool counts = is_stock ? is_there && !noted(cell, "stale") : is_wholly_known(cell);
    if (counts) settled.end = *day + 1;
    if (!counts && cell.coverage > 0) settled.reason = "incomplete";
  }
  return settled;
}

Result<std::vector<Finding>> look_at_kpi(const World& world, const Alert& alert, const State& state) {
  const std::shared_ptr<const catalog::Catalog> catalog = world.scope.editions->at(std::nullopt);
  TRY(const catalog::KpiChoice choice, catalog->find_kpi(alert.kpi));
  return KpiLook(world, alert, *catalog, choice).run(state);
}

Finding look_at_goal(const World& world, const Alert& alert, const std::string& sentence,
                     const insights::Standing& standing) {
  Finding finding;
  const Day today = world.scope.zone.day_of(world.scope.now);
  finding.days = {today, today + 1};
  finding.value = standing.probability;
  finding.link = page_link(world, "/goals/" + alert.goal);
  std::string status = standing.status;
  std::ranges::replace(status, '_', ' ');
  const auto percent = [](double share) { return fmt::format("{:.0f} %", share * 100); };
  finding.data = JsonObject{
      {"goal", alert.goal},   {"status", standing.status}, {"probability", number_json(standing.probability)},
      {"bound", alert.bound}, {"clear", clear_of(alert)},  {"zone", world.scope.zone.name()}};
  finding.title = fmt::format("“{}” is {}", sentence, status);
  if (standing.probability) {
    finding.title += fmt::format(", likely to be hit by {}", percent(*standing.probability));
  }
  if (standing.progress && standing.expected) {
    finding.lines.push_back(fmt::format("Progress {} where {} was expected by {} ({}).", percent(*standing.progress),
                                        percent(*standing.expected), format_day(today), world.scope.zone.name()));
  }
  finding.lines.push_back(fmt::format("Told below a probability of {}; over again from {}.", percent(alert.bound),
                                      percent(clear_of(alert))));
  if (standing.status == "missed") {
    finding.says = Says::fires;
  } else if (standing.status == "hit") {
    finding.says = Says::calm;
  } else if (!standing.probability) {
    finding.reason = standing.reason.empty() ? "no_data" : standing.reason;
  } else if (*standing.probability < alert.bound) {
    finding.says = Says::fires;
  } else {
    finding.says = *standing.probability >= clear_of(alert) ? Says::calm : Says::between;
  }
  return finding;
}

std::optional<int> usual_gap(std::vector<Instant> batches) {
  constexpr size_t batches_min = 4;
  constexpr int64_t day_micros = int64_t{86'400} * 1'000'000;
  std::ranges::sort(batches);
  std::vector<int> gaps;
  // Files that come in together are one piece of news.
  std::optional<Instant> last;
  for (const Instant& at : batches) {
    if (last && at.micros - last->micros < day_micros / 4) continue;
    if (last) gaps.push_back(static_cast<int>((at.micros - last->micros + day_micros / 2) / day_micros));
    last = at;
  }
  if (gaps.size() + 1 < batches_min) return std::nullopt;
  std::ranges::sort(gaps);
  return gaps[gaps.size() / 2];
}

namespace {

bool holds(const Filter& filter, const std::string& dimension, const std::string& member,
           const std::string& other = {}) {
  const auto wanted = filter.find(dimension);
  if (wanted == filter.end()) return true;
  const auto is_it = [&](const std::string& each) { return each == member || (!other.empty() && each == other); };
  return std::ranges::any_of(wanted->second, is_it);
}

Finding look_at_account(const World& world, const Alert& alert, const catalog::Catalog& catalog,
                        const AccountNews& news) {
  const Day today = world.scope.zone.day_of(world.scope.now);
  const catalog::Network* network = catalog.network(news.network);
  const std::string who =
      fmt::format("{} on {}", news.account, network == nullptr ? news.network : network->name.english());
  Finding finding;
  finding.about = news.network + "/" + news.account;
  finding.days = {today, today + 1};
  finding.link = page_link(world, "/data");
  if (!news.last_day) {
    finding.reason = "no_data";
    finding.title = who + " brought nothing yet";
    return finding;
  }
  const int settlement = network == nullptr ? 0 : network->settlement_days;
  // Imported once a week, yesterday's numbers are six days old on the day before the next import.
  const std::optional<int> gap = usual_gap(news.batches);
  const int usual = settlement + std::max(gap.value_or(1) - 1, 0);
  const int behind = std::max(today - 1 - *news.last_day, 0);
  finding.value = behind;
  finding.says = behind > usual + alert.days ? Says::fires : behind <= usual ? Says::calm : Says::between;
  const std::string last =
      fmt::format("its last day is {}, {} day{} behind", format_day(*news.last_day), behind, behind == 1 ? "" : "s");
  finding.title = finding.says == Says::fires ? fmt::format("{} brings nothing any more: {}", who, last)
                                              : fmt::format("{}: {}", who, last);
  std::string line =
      fmt::format("Usual are up to {} day{} ({})", usual, usual == 1 ? "" : "s", world.scope.zone.name());
  if (gap) line += fmt::format(": it comes in every {} day{}", *gap, *gap == 1 ? "" : "s");
  if (settlement > 0) line += fmt::format("{} and its numbers settle within {}", gap ? "," : ":", settlement);
  finding.lines.push_back(line + fmt::format("; told beyond {} more.", alert.days));
  finding.data = JsonObject{{"network", news.network},
                            {"account", news.account},
                            {"last_day", format_day(*news.last_day)},
                            {"behind", behind},
                            {"usual", usual},
                            {"bound", alert.days},
                            {"zone", world.scope.zone.name()}};
  return finding;
}

}  // namespace

std::vector<Finding> look_at_accounts(const World& world, const Alert& alert, const std::vector<AccountNews>& news) {
  const std::shared_ptr<const catalog::Catalog> catalog = world.scope.editions->at(std::nullopt);
  std::vector<Finding> found;
  for (const AccountNews& each : news) {
    if (!holds(alert.filter, "network", each.network)) continue;
    if (!holds(alert.filter, "account", each.account, each.network + "/" + each.account)) continue;
    found.push_back(look_at_account(world, alert, *catalog, each));
  }
  return found;
}

}  // namespace sociometer::alerts
