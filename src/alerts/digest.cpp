#include "alerts/digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "alerts/look.h"
#include "alerts/period_change.h"
#include "base/text.h"
#include "reports/reports.h"

namespace sociometer::alerts {
namespace {

using metrics::Cell;
using metrics::Question;

constexpr int week = 7, weeks_of_past = 27, days_of_news = 14;
constexpr double adjusted_chance = 0.05;

constexpr std::array<std::string_view, 28> usual_kpis{"impressions",
                                                      "views",
                                                      "engagements",
                                                      "engagement_rate",
                                                      "link_clicks",
                                                      "click_through_rate",
                                                      "net_follower_growth",
                                                      "video_views",
                                                      "profile_visits",
                                                      "posts",
                                                      "mentions",
                                                      "net_sentiment",
                                                      "share_of_voice",
                                                      "sessions",
                                                      "bounce_rate",
                                                      "conversions",
                                                      "conversion_rate",
                                                      "leads",
                                                      "revenue",
                                                      "average_order_value",
                                                      "spend",
                                                      "cost_per_click",
                                                      "cost_per_acquisition",
                                                      "conversations",
                                                      "first_response_time",
                                                      "response_rate",
                                                      "csat",
                                                      "nps"};

std::string days_words(DayRange days) {
  return fmt::format("{} – {}", format_day(days.first), format_day(days.end - 1));
}

std::string p_words(double p) {
  return p < 0.001 ? "< 0.001" : fmt::format("{:.3f}", p);
}

class Digesting {
 public:
  Digesting(const World& world, const std::vector<std::string>& kpis)
      : world_(world),
        kpis_(kpis),
        catalog_(world.scope.editions->at(std::nullopt)),
        today_(world.scope.zone.day_of(world.scope.now)) {}

  Result<Digest> run() {
    digest_.zone = world_.scope.zone.name();
    TRY_DONE(choose_kpis());
    TRY_DONE(ask_past());
    const std::optional<Day> end = newest_day();
    if (!end) return std::move(digest_);
    digest_.days = {*end - week, *end};
    digest_.compared = {*end - 2 * week, *end - week};
    TRY_DONE(ask_week({"network"}, kpis_));
    if (!of_all_.empty()) TRY_DONE(ask_week({}, of_all_));
    choose_changes();
    return std::move(digest_);
  }

 private:
  Result<Done> choose_kpis() {
    for (const std::string& asked : kpis_) {
      TRY(const catalog::KpiChoice choice, catalog_->find_kpi(asked));
      if (insights::makeup_of(*choice.kpi) == insights::Makeup::sum) sums_.push_back(asked);
    }
    return Done{};
  }

  // How long a number of any own account still moves.
  int settlement() const {
    int most = 0;
    for (const auto& [account, ownership] : world_.scope.ownership) {
      if (ownership != "own") continue;
      const catalog::Network* network = catalog_->network(account.substr(0, account.find('/')));
      if (network != nullptr) most = std::max(most, network->settlement_days);
    }
    return most;
  }

  Result<Done> ask_past() {
    if (sums_.empty()) return Done{};
    Question question;
    question.kpis = sums_;
    question.by = {"network", "day"};
    const Day end = today_ - settlement();
    question.days = DayRange{end - week * weeks_of_past, end};
    TRY(const metrics::Answer answer, world_.engine.ask(world_.scope, question));
    for (const Cell& cell : answer.rows) {
      const Result<Day> day = parse_day(cell.by.back());
      if (day) past_[{cell.asked, cell.by.front()}].push_back({*day, cell.value, is_wholly_known(cell)});
    }
    return Done{};
  }

  // The day after the last that any network is wholly known of; nothing if that is long ago.
  std::optional<Day> newest_day() const {
    const Day end = today_ - settlement();
    if (sums_.empty()) return end;
    std::optional<Day> newest;
    for (const auto& [of, days] : past_) {
      for (const KnownDay& day : days) {
        if (day.is_covered) newest = std::max(newest, std::optional(day.day + 1));
      }
    }
    if (newest && *newest < end - days_of_news) newest.reset();
    return newest;
  }

  Result<Done> ask_week(std::vector<std::string> by, const std::vector<std::string>& kpis) {
    Question question;
    question.kpis = kpis;
    question.by = std::move(by);
    question.days = digest_.days;
    question.compare = {metrics::Compare::Kind::previous, {}};
    TRY(const metrics::Answer answer, world_.engine.ask(world_.scope, question));
    std::map<std::string, bool> by_network;
    for (const Cell& cell : answer.rows) {
      if (question.by.empty()) {
        weigh(answer.question, cell);
        continue;
      }
      // What came by no network – orders, visits – is looked at as a whole.
      const bool has_network = !cell.by.front().empty() && cell.reason != "not_applicable";
      bool& is_by_network = by_network.try_emplace(cell.asked, true).first->second;
      is_by_network = is_by_network && (has_network || !cell.value);
    }
    for (const Cell& cell : answer.rows) {
      if (!question.by.empty() && by_network[cell.asked]) weigh(answer.question, cell);
    }
    for (const auto& [asked, is_by_network] : by_network) {
      if (!is_by_network) of_all_.push_back(asked);
    }
    return Done{};
  }

  void weigh(const Question& question, const Cell& cell) {
    if (!cell.value || !cell.compared) return;
    ++digest_.numbers;
    if (!is_wholly_known(cell) || noted(cell, "stale")) return skip("incomplete");
    if (noted(cell, "definition_break")) return skip("definition_break");
    std::optional<metrics::Evidence> evidence = cell.evidence;
    if (!evidence && noted(cell, "small_sample")) return skip("small_sample");
    if (!evidence) evidence = by_past(cell);
    if (!evidence) return skip("untestable");
    ++digest_.tested;
    DigestChange change{cell, question.by.empty() ? "" : cell.by.front(), *evidence, "", "", ""};
    change.link = explain_link(world_, question, cell);
    tried_.push_back(std::move(change));
  }
  void skip(const char* why) { ++digest_.untested[why]; }

  // A sum against what is usual from week to week.
  std::optional<metrics::Evidence> by_past(const Cell& cell) const {
    std::vector<std::optional<double>> totals(weeks_of_past);
    std::vector<int> covered(weeks_of_past, 0);
    int networks = 0;
    bool is_below_zero = false;
    for (const auto& [of, days] : past_) {
      if (of.first != cell.asked || (!cell.by.empty() && of.second != cell.by.front())) continue;
      ++networks;
      for (const KnownDay& day : days) {
        const int back = (digest_.days.end - 1 - day.day) / week;
        if (day.day >= digest_.days.end || back >= weeks_of_past) continue;
        const auto place = static_cast<size_t>(weeks_of_past - 1 - back);
        if (day.is_covered) ++covered[place];
        if (!day.value) continue;
        totals[place] = totals[place].value_or(0) + *day.value;
        is_below_zero = is_below_zero || *day.value < 0;
      }
    }
    for (size_t i = 0; i < totals.size(); ++i) {
      if (covered[i] < week * networks) totals[i].reset();
    }
    const Result<catalog::KpiChoice> choice = catalog_->find_kpi(cell.asked);
    const bool counts = choice && choice->variant->unit != catalog::Unit::money && !is_below_zero;
    return weigh_period(totals, counts ? insights::Nature::count : insights::Nature::level);
  }

  void choose_changes() {
    std::vector<double> p;
    for (const DigestChange& change : tried_) p.push_back(change.evidence.p);
    const std::vector<double> adjusted = metrics::adjusted_for_many(p);
    for (size_t i = 0; i < tried_.size(); ++i) {
      metrics::Evidence& evidence = tried_[i].evidence;
      evidence.p_adjusted = adjusted[i];
      evidence.change = adjusted[i] <= adjusted_chance;
      if (!evidence.change || *tried_[i].cell.value == *tried_[i].cell.compared) continue;
      say(tried_[i]);
      digest_.changes.push_back(std::move(tried_[i]));
    }
    std::ranges::stable_sort(digest_.changes, {}, [](const DigestChange& change) { return change.evidence.p; });
  }

  void say(DigestChange& change) const {
    const Cell& cell = change.cell;
    const Result<catalog::KpiChoice> choice = catalog_->find_kpi(cell.asked);
    if (!choice) return;
    const bool rose = *cell.value > *cell.compared;
    if (choice->kpi->good != catalog::Good::none) {
      change.good = rose == (choice->kpi->good == catalog::Good::up) ? "better" : "worse";
    }
    const auto text = [&](double value) {
      return reports::value_text(value, choice->variant->unit, world_.scope.currency);
    };
    const Filter scope = change.network.empty() ? Filter{} : Filter{{"network", {change.network}}};
    change.words = fmt::format("{}{} {} from {} to {}", kpi_words(cell.asked, *catalog_), scope_words(scope, *catalog_),
                               rose ? "rose" : "fell", text(*cell.compared), text(*cell.value));
    std::vector<std::string> beside;
    const metrics::Interval& interval = change.evidence.interval;
    if (interval.low && interval.high) {
      beside.push_back(fmt::format("the difference lies between {} and {}", text(*interval.low), text(*interval.high)));
    }
    beside.push_back(fmt::format("n = {} and {}", reports::grouped(cell.n), reports::grouped(cell.compared_n)));
    beside.push_back("p = " + p_words(change.evidence.p_adjusted));
    change.words += fmt::format(" ({})", join(beside, "; "));
  }

  struct KnownDay {
    Day day;
    std::optional<double> value;
    bool is_covered = false;
  };

  const World& world_;
  const std::vector<std::string>& kpis_;
  const std::shared_ptr<const catalog::Catalog> catalog_;
  const Day today_;
  std::vector<std::string> sums_, of_all_;
  std::map<std::pair<std::string, std::string>, std::vector<KnownDay>> past_;  // by KPI and network
  std::vector<DigestChange> tried_;
  Digest digest_;
};

std::string count_words(int count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string lines_text(std::string_view title, const std::vector<DigestLine>& lines) {
  if (lines.empty()) return {};
  std::string text = fmt::format("\n{}\n", title);
  for (const DigestLine& line : lines) {
    text += fmt::format("- {}\n", line.words);
    if (!line.link.empty()) text += fmt::format("  {}\n", line.link);
  }
  return text;
}

}  // namespace

std::vector<std::string> digest_kpis(const catalog::Catalog& catalog) {
  std::vector<std::string> known;
  for (const std::string_view key : usual_kpis) {
    if (catalog.kpi(key) != nullptr) known.emplace_back(key);
  }
  return known;
}

Result<Digest> digest_of(const World& world, const std::vector<std::string>& kpis) {
  return Digesting(world, kpis).run();
}

std::vector<std::string> digest_notes(const Digest& digest) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> reasons{
      {{"incomplete", "not every day is imported"},
       {"small_sample", "too few posts or cases"},
       {"untestable", "too little is known of what is usual"},
       {"definition_break", "a definition changed in between"}}};
  std::vector<std::string> notes;
  for (const auto& [key, words] : reasons) {
    const auto found = digest.untested.find(std::string(key));
    if (found == digest.untested.end()) continue;
    notes.push_back(fmt::format("{} could not be tested: {}", count_words(found->second, "number", "numbers"), words));
  }
  return notes;
}

std::string digest_subject(const Digest& digest) {
  if (digest.days.empty()) return "Digest: no numbers came in lately";
  if (digest.changes.empty()) return fmt::format("Digest of {}: nothing beyond noise", days_words(digest.days));
  return fmt::format("Digest of {}: {} beyond noise", days_words(digest.days),
                     count_words(static_cast<int>(digest.changes.size()), "change", "changes"));
}

std::string digest_text(const Digest& digest) {
  if (digest.days.empty()) {
    return "No numbers came in lately: there is nothing to set against the weeks before.\n" +
           lines_text("Goals", digest.goals) + lines_text("Alerts that fire", digest.alerts);
  }
  std::string text =
      fmt::format("{} against {} ({})\n", days_words(digest.days), days_words(digest.compared), digest.zone);
  text += fmt::format("{} looked at, {} could be tested", count_words(digest.numbers, "number was", "numbers were"),
                      digest.tested);
  if (digest.changes.empty()) {
    text += ": nothing changed by more than noise.\n";
  } else {
    text += fmt::format("; by more than noise changed {} (at most one in twenty of such is none):\n\n",
                        digest.changes.size());
  }
  for (const DigestChange& change : digest.changes) {
    text += fmt::format("- {}{}\n", change.words, change.good.empty() ? "" : ", " + change.good);
    if (!change.link.empty()) text += fmt::format("  {}\n", change.link);
  }
  const std::vector<std::string> notes = digest_notes(digest);
  if (!notes.empty()) text += fmt::format("\n{}.\n", join(notes, "; "));
  return text + lines_text("Goals", digest.goals) + lines_text("Alerts that fire", digest.alerts);
}

}  // namespace sociometer::alerts
