#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "insights/goal_kpi.h"
#include "insights/goal_period.h"
#include "insights/goal_target.h"
#include "insights/goal_words.h"
#include "insights/goals.h"

namespace sociometer::insights {
namespace {

using catalog::KpiChoice;

constexpr size_t sentence_length_max = 1000;

bool is_word_of(const Tokens& tokens, size_t i, std::span<const goal_words::Phrase> table) {
  size_t count = 0;
  return tokens.longest(i, table, &count) != nullptr;
}

std::string_view every_words(Cadence cadence) {
  switch (cadence) {
    case Cadence::daily:
      return "every day";
    case Cadence::weekly:
      return "every week";
    case Cadence::monthly:
      return "every month";
    case Cadence::quarterly:
      return "every quarter";
    case Cadence::yearly:
      break;
  }
  return "every year";
}

class SentenceReader {
 public:
  SentenceReader(std::string_view sentence, const GoalWorld& world) : tokens_(sentence), world_(world) {}

  Result<Understood> read() {
    take_rationale();
    TRY(KpiChoice choice, take_kpi(tokens_, world_.catalog, verbs()));
    const bool is_duration = choice.variant != nullptr && choice.variant->unit == catalog::Unit::seconds;
    const SaidTime time = take_time(tokens_, world_, is_duration);
    const std::optional<Recurrence> recurrence = take_cadence(false);
    TRY(Filter filter, take_scope(tokens_, world_.catalog, choice));
    TRY(WantedChange wanted, take_wanted(tokens_, choice));
    const std::optional<Recurrence> late = recurrence ? recurrence : take_cadence(true);
    if (choice.kpi == nullptr) return no_kpi(wanted);
    const bool recurs = late && late->recurs && !is_review(*late, wanted);
    TRY(const Aim aim, aim_of(wanted, choice, recurs, world_));
    if (recurs && late->adjective && !wanted.keeps) {
      return invalid(fmt::format("a value that is {0} may be reached once or kept: say \"keep it at least … {1}\", or "
                                 "the value of the whole time",
                                 name(late->cadence), every_words(late->cadence)),
                     "target");
    }
    TRY_DONE(check_rest());
    Understood understood;
    understood.rationale = rationale_;
    understood.notes = aim.notes;
    Goal& goal = understood.goal;
    goal.kpi = choice.kpi->key;
    goal.variant = choice.variant->key;
    goal.filter = std::move(filter);
    goal.direction = aim.direction;
    goal.target = aim.target;
    if (late) goal.cadence = late->cadence;
    TRY_DONE(set_time(goal, time));
    goal.baseline.stated = aim.stated_baseline;
    return understood;
  }

 private:
  struct Recurrence {
    Cadence cadence;
    bool recurs = true;      // "every month"; else how often it is looked at
    bool adjective = false;  // "monthly"
  };

  // "because …", "so that …", "by posting …": why, and how.
  void take_rationale() {
    for (size_t i = 1; i < tokens_.size(); ++i) {
      size_t count = 0;
      const bool why = tokens_.longest(i, goal_words::before_rationale(), &count) != nullptr;
      const bool how = tokens_.is(i, "by") && i + 1 < tokens_.size() && tokens_[i + 1].text.ends_with("ing") &&
                       tokens_[i + 1].text.size() > 5 && tokens_[i + 1].text != "spring";
      if (!why && !how) continue;
      rationale_ = tokens_.said(i, tokens_.size());
      tokens_.take(i, tokens_.size() - i);
      return;
    }
  }

  // "Reach 10,000 followers" reaches; "Increase reach" is about reach. What begins the sentence, or stands before a
  // number, is the verb.
  std::vector<size_t> verbs() const {
    std::vector<size_t> found;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      size_t count = 0;
      const auto* verb = tokens_.longest(i, goal_words::verbs(), &count);
      if (verb != nullptr && (begins(i) || before_number(i + count))) found.push_back(i);
    }
    return found;
  }
  bool begins(size_t i) const {
    for (size_t before = 0; before < i; ++before) {
      if (!is_word_of(tokens_, before, goal_words::fillers())) return false;
    }
    return true;
  }
  bool before_number(size_t i) const {
    while (tokens_.is(i, "a") || tokens_.is(i, "an") || tokens_.is(i, "the") || tokens_.is(i, "over") ||
           tokens_.is(i, "at") || tokens_.is(i, "least") || tokens_.is(i, "€") || tokens_.is(i, "$")) {
      ++i;
    }
    return tokens_.is_number(i);
  }
  // "every month"; `late`: also what a quantity goes before, "50 leads a month".
  std::optional<Recurrence> take_cadence(bool late) {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      size_t count = 0;
      const auto* row = tokens_.free(i) ? tokens_.longest(i, goal_words::cadences(), &count) : nullptr;
      if (row == nullptr) continue;
      const bool needs_quantity = tokens_[i].text == "a" || tokens_[i].text == "per";
      if (needs_quantity != late) continue;
      Recurrence found{row->cadence};
      found.adjective = count == 1;
      for (std::string_view look : {"reviewed", "tracked", "checked", "measured"}) {
        if (i == 0 || !tokens_.is(i - 1, look)) continue;
        tokens_.take(i - 1, 1);
        found.recurs = false;
      }
      tokens_.take(i, count);
      return found;
    }
    return std::nullopt;
  }

  // "Increase monthly sessions by 20 %" looks at them monthly and is judged at its end.
  static bool is_review(const Recurrence& recurrence, const WantedChange& wanted) {
    if (!recurrence.adjective || wanted.keeps) return false;
    const bool by = !wanted.quantities.empty() && wanted.quantities[0].relation == goal_words::Relation::by;
    return by || wanted.factor.has_value();
  }

  Error no_kpi(const WantedChange& wanted) const {
    std::string unknown;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_.free(i) || tokens_[i].kind != Token::Kind::word) continue;
      if (is_word_of(tokens_, i, goal_words::fillers()) && tokens_[i].text != "rate" && tokens_[i].text != "score") {
        continue;
      }
      unknown += (unknown.empty() ? "" : " ") + folded(tokens_[i].said);
    }
    if (!unknown.empty() && unknown != "rate" && unknown != "score") {
      const Result<KpiChoice> found = kpi_of_text(unknown, world_.catalog);
      if (!found) return invalid(found.error().message, "kpi");
    }
    const bool has_target = !wanted.quantities.empty() || wanted.factor;
    return invalid(fmt::format("the sentence names no KPI{}: say which number is meant, as in \"Increase engagement "
                               "rate by 12 % in Q3\"; `sociometer catalog` lists them",
                               has_target ? "" : " and no target"),
                   "kpi");
  }

  // What is left must say nothing.
  Result<Done> check_rest() const {
    std::vector<std::string> unknown;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_.free(i) || is_word_of(tokens_, i, goal_words::fillers())) continue;
      const std::string& text = tokens_[i].text;
      const bool is_mark = text == "-" || text == "+" || text == ">" || text == "<";
      const bool is_adverb = text.size() > 4 && text.ends_with("ly");
      if (!is_mark && !is_adverb) unknown.push_back(tokens_[i].said);
    }
    if (unknown.empty()) return Done{};
    return invalid(fmt::format("\"{}\" is not understood: leave it out, or say what it is about as dimension=member, "
                               "such as campaign=\"{}\"",
                               join(unknown, " "), join(unknown, " ")),
                   "sentence");
  }

  Result<Done> set_time(Goal& goal, const SaidTime& time) const {
    const Day start = time.start.value_or(world_.today);
    const Day end = time.end.value_or(make_day(calendar_date(start).year + 1, 1, 1));
    if (end <= start) {
      return invalid(fmt::format("the goal would be due on {}, before it starts on {}: say a later day",
                                 format_day(end - 1), format_day(start)),
                     "due");
    }
    goal.days = {start, end};
    switch (time.against) {
      case SaidTime::Against::period_before:
        goal.baseline.days = period_before(goal.days);
        break;
      case SaidTime::Against::year_before:
        goal.baseline.days = year_before(goal.days);
        break;
      case SaidTime::Against::days:
        goal.baseline.days = time.baseline;
        break;
    }
    if (time.previous) {
      const DayRange here = bucket_of(start, *time.previous, world_.week_start);
      goal.baseline.days = bucket_shifted(here.first, *time.previous, -1);
    }
    return Done{};
  }

  Tokens tokens_;
  const GoalWorld& world_;
  std::string rationale_;
};

std::string target_words(const Goal& goal, const KpiChoice& choice, std::string_view currency) {
  const Target& target = goal.target;
  const std::string value = amount_words(target.kind, target.value, choice, currency);
  const std::string from = goal.baseline.stated
                               ? " from " + amount_words(TargetKind::absolute, *goal.baseline.stated, choice, currency)
                               : "";
  if (target.upto) {
    return fmt::format(" between {} and {}", value, amount_words(target.kind, *target.upto, choice, currency));
  }
  const bool up = goal.direction == Direction::up;
  switch (target.kind) {
    case TargetKind::relative:
    case TargetKind::change:
      return from + " by " + value;
    case TargetKind::absolute:
      return from + (target.inclusive ? " to " : up ? " to above " : " to below ") + value;
    case TargetKind::keep:
      break;
  }
  return (target.inclusive ? (up ? " at least " : " at most ") : (up ? " above " : " below ")) + value;
}

std::string time_words(const Goal& goal, const GoalWorld& world) {
  const std::string name = period_name(goal.days);
  if (!name.empty()) return " in " + name;
  const bool keeps = goal.target.kind == TargetKind::keep;
  const std::string due = day_words(goal.days.end - 1);
  if (goal.days.first == world.today) return (keeps ? " until " : " by ") + due;
  return fmt::format(" from {} to {}", day_words(goal.days.first), due);
}

constexpr std::string_view year_over_year = " year over year";

std::string baseline_words(const Goal& goal) {
  if (goal.baseline.days == period_before(goal.days)) return {};
  if (goal.baseline.days == year_before(goal.days)) return std::string(year_over_year);
  const std::string name = period_name(goal.baseline.days);
  if (!name.empty()) return " compared to " + name;
  return fmt::format(" compared to {} to {}", day_words(goal.baseline.days.first),
                     day_words(goal.baseline.days.end - 1));
}

}  // namespace

Result<Understood> understand(std::string_view sentence, const GoalWorld& world) {
  const std::string_view text = trimmed(sentence);
  if (text.empty())
    return invalid("say the goal as a sentence, as in \"Increase engagement rate by 12 % in Q3\"", "sentence");
  if (text.size() > sentence_length_max || !is_utf8(text)) {
    return invalid(fmt::format("a goal is one sentence of at most {} characters", sentence_length_max), "sentence");
  }
  return SentenceReader(text, world).read();
}

std::string written(const Goal& goal, const GoalWorld& world) {
  Result<KpiChoice> choice = world.catalog.find_kpi(goal.variant.empty() ? goal.kpi : goal.kpi + ":" + goal.variant);
  // A KPI of the workspace's own that has been taken back since.
  const std::string kpi = choice ? kpi_words(*choice) : goal.kpi;
  if (!choice) choice = KpiChoice{&world.catalog.kpis().front(), &world.catalog.kpis().front().variants.front()};
  const bool keeps = goal.target.kind == TargetKind::keep;
  const char* verb = keeps ? "Keep" : goal.direction == Direction::down ? "Lower" : "Increase";
  std::string text = fmt::format("{} {}{}{}", verb, kpi, scope_words(goal.filter, world.catalog),
                                 target_words(goal, *choice, world.currency));
  if (keeps) text += fmt::format(" {}", every_words(goal.cadence));
  const std::string baseline = baseline_words(goal), time = time_words(goal, world);
  text += baseline == year_over_year ? baseline + time : time + baseline;
  if (!keeps && goal.cadence != Cadence::weekly) text += fmt::format(", reviewed {}", name(goal.cadence));
  return text;
}

}  // namespace sociometer::insights
