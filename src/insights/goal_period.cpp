#include "insights/goal_period.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "insights/goal_words.h"

namespace sociometer::insights {
namespace {

using goal_words::Phrase;

constexpr int year_first = 2000, year_last = 2099;

// A period as it was said, and how many tokens that took.
struct Found {
  DayRange days;
  size_t count = 0;
  enum class Shape { day, period, bare_year, running } shape = Shape::period;
};

DayRange months_of(int year, unsigned month, int count) {
  const Day first = make_day(year, month, 1);
  return {first, add_months(first, count)};
}

class TimeReader {
 public:
  TimeReader(Tokens& tokens, const GoalWorld& world, bool is_duration)
      : tokens_(tokens), world_(world), is_duration_(is_duration) {}

  SaidTime read() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_.free(i)) continue;
      const size_t count = take_baseline(i);
      if (count > 0) tokens_.take(i, count);
    }
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_.free(i)) continue;
      const size_t count = take_period(i);
      if (count > 0) tokens_.take(i, count);
    }
    return said_;
  }

  // A period that begins at `i`; `before`: the latest that begins by then, else the next not yet over.
  std::optional<Found> span(size_t i, std::optional<Day> before = {}) const {
    const size_t article = tokens_.is(i, "the") ? 1 : 0;
    for (auto reader : {&TimeReader::edge, &TimeReader::date, &TimeReader::day_of_month, &TimeReader::month,
                        &TimeReader::quarter, &TimeReader::half, &TimeReader::running, &TimeReader::year}) {
      std::optional<Found> found = (this->*reader)(i + article, before);
      if (!found) continue;
      found->count += article;
      return found;
    }
    return std::nullopt;
  }

 private:
  int this_year() const { return calendar_date(world_.today).year; }

  // A bucket by what surrounds today, 0 the running one.
  DayRange bucket(Bucket of, int count) const {
    const DayRange now = bucket_of(world_.today, of, world_.week_start);
    return count == 0 ? now : bucket_shifted(now.first, of, count);
  }

  std::optional<Bucket> unit(size_t i) const {
    for (const auto& unit : goal_words::span_units()) {
      if (tokens_.is(i, unit.words)) return unit.bucket;
    }
    return std::nullopt;
  }

  bool is_year(size_t i) const {
    if (!tokens_.is_number(i) || tokens_[i].grouped || tokens_[i].said.size() != 4) return false;
    return tokens_[i].number >= year_first && tokens_[i].number <= year_last && !has_unit(i + 1);
  }
  bool has_unit(size_t i) const {
    size_t count = 0;
    for (const auto& word : goal_words::multipliers()) {
      if (tokens_.is(i, word.words)) return true;
    }
    return tokens_.longest(i, goal_words::units(), &count) != nullptr;
  }

  // "of 2026", "2026", "next year", after a month, quarter or half.
  std::optional<int> year_after(size_t i, size_t* count) const {
    *count = 0;
    size_t at = i;
    if (tokens_.is(at, "of") || tokens_.is(at, "in")) ++at;
    if (is_year(at)) {
      *count = at + 1 - i;
      return static_cast<int>(tokens_[at].number);
    }
    if (tokens_.is(at, "the") && tokens_.is(at + 1, "year") && at > i) {
      *count = at + 2 - i;
      return this_year();
    }
    for (const auto& [word, shift] : {std::pair<std::string_view, int>{"this", 0}, {"next", 1}, {"last", -1}}) {
      if (!tokens_.is(at, word) || !tokens_.is(at + 1, "year")) continue;
      *count = at + 2 - i;
      return this_year() + shift;
    }
    return std::nullopt;
  }

  // Of a period that comes every year, the one that is meant where no year is said.
  template <typename OfYear>
  DayRange nearest(std::optional<Day> before, OfYear of_year) const {
    if (before) {
      const int year = calendar_date(*before).year;
      const DayRange same = of_year(year);
      return same.first <= *before ? same : of_year(year - 1);
    }
    const DayRange same = of_year(this_year());
    return same.end > world_.today ? same : of_year(this_year() + 1);
  }

  template <typename OfYear>
  Found yearly(size_t i, size_t count, std::optional<Day> before, OfYear of_year,
               Found::Shape shape = Found::Shape::period) const {
    size_t more = 0;
    const std::optional<int> year = year_after(i + count, &more);
    return {year ? of_year(*year) : nearest(before, of_year), count + more, shape};
  }

  std::optional<Found> whole_unit(size_t i) const {
    const size_t article = tokens_.is(i, "the") || tokens_.is(i, "this") ? 1 : 0;
    if (const std::optional<Bucket> of = unit(i + article)) {
      return Found{bucket(*of, 0), article + 1, Found::Shape::running};
    }
    return std::nullopt;
  }

  // "the end of the year", "year end", "EOY"; "the beginning of next month".
  std::optional<Found> edge(size_t i, std::optional<Day> before) const {
    struct Short {
      std::string_view words;
      Bucket bucket;
    };
    static constexpr std::array<Short, 9> shorts{{{"eoy", Bucket::year},
                                                  {"eoq", Bucket::quarter},
                                                  {"eom", Bucket::month},
                                                  {"eow", Bucket::week},
                                                  {"year end", Bucket::year},
                                                  {"quarter end", Bucket::quarter},
                                                  {"month end", Bucket::month},
                                                  {"week end", Bucket::week},
                                                  {"end year", Bucket::year}}};
    size_t count = 0;
    if (const Short* found = tokens_.longest(i, shorts, &count)) {
      size_t more = 0;
      const std::optional<int> year = found->bucket == Bucket::year ? year_after(i + count, &more) : std::nullopt;
      const Day end = year ? make_day(*year + 1, 1, 1) : bucket(found->bucket, 0).end;
      return Found{{end - 1, end}, count + more, Found::Shape::day};
    }
    const bool last = tokens_.longest(i, goal_words::end_of(), &count) != nullptr;
    const bool first = !last && (tokens_.is(i, "start") || tokens_.is(i, "beginning")) && tokens_.is(i + 1, "of");
    if (!last && !first) return std::nullopt;
    if (first) count = 2;
    std::optional<Found> inner = whole_unit(i + count);
    if (!inner) inner = span(i + count, before);
    if (!inner) return std::nullopt;
    const Day day = last ? inner->days.end - 1 : inner->days.first;
    return Found{{day, day + 1}, count + inner->count, Found::Shape::day};
  }

  std::optional<Found> date(size_t i, std::optional<Day>) const {
    if (tokens_.is(i, "today")) return Found{{world_.today, world_.today + 1}, 1, Found::Shape::day};
    if (tokens_.is(i, "tomorrow")) return Found{{world_.today + 1, world_.today + 2}, 1, Found::Shape::day};
    if (!tokens_.free(i) || tokens_[i].kind != Token::Kind::date) return std::nullopt;
    return Found{{tokens_[i].day, tokens_[i].day + 1}, 1, Found::Shape::day};
  }

  std::optional<unsigned> month_at(size_t i) const {
    for (const auto& month : goal_words::months()) {
      if (tokens_.is(i, month.words)) return month.month;
    }
    return std::nullopt;
  }

  // "31", "31st".
  size_t day_number(size_t i) const {
    const bool fits = tokens_.is_number(i) && tokens_[i].number >= 1 && tokens_[i].number <= 31 &&
                      tokens_[i].number == static_cast<int>(tokens_[i].number) && tokens_[i].said.size() <= 2;
    if (!fits) return 0;
    for (std::string_view ending : {"st", "nd", "rd", "th"}) {
      if (tokens_.is(i + 1, ending)) return 2;
    }
    return 1;
  }

  // "31 December 2026", "December 31, 2026".
  std::optional<Found> day_of_month(size_t i, std::optional<Day> before) const {
    size_t count = day_number(i);
    size_t number = i;
    std::optional<unsigned> month;
    if (count > 0) {
      if (tokens_.is(i + count, "of")) ++count;
      month = month_at(i + count++);
    } else if ((month = month_at(i))) {
      number = i + 1;
      const size_t size = day_number(i + 1);
      if (size == 0 || has_unit(i + 1 + size)) return std::nullopt;
      count = 1 + size;
    }
    if (!month) return std::nullopt;
    const auto day = static_cast<unsigned>(tokens_[number].number);
    if (!make_day_checked(2024, *month, day)) return std::nullopt;
    return yearly(
        i, count, before,
        [&](int year) {
          const Result<Day> found = make_day_checked(year, *month, day);
          const Day real = found ? *found : make_day(year, 3, 1) - 1;
          return DayRange{real, real + 1};
        },
        Found::Shape::day);
  }

  std::optional<Found> month(size_t i, std::optional<Day> before) const {
    const std::optional<unsigned> found = month_at(i);
    if (!found) return std::nullopt;
    return yearly(i, 1, before, [&](int year) { return months_of(year, *found, 1); });
  }

  // A number of quarters or halves: "q3", "q 3", "third quarter", "3rd quarter".
  size_t numbered(size_t i, char letter, std::string_view word, int most, int* number) const {
    if (!tokens_.free(i)) return 0;
    const std::string& text = tokens_[i].text;
    if (text.size() == 2 && text[0] == letter && text[1] >= '1' && text[1] <= '0' + most) {
      *number = text[1] - '0';
      return 1;
    }
    if (text.size() == 1 && text[0] == letter && tokens_.is_number(i + 1) && tokens_[i + 1].number >= 1 &&
        tokens_[i + 1].number <= most) {
      *number = static_cast<int>(tokens_[i + 1].number);
      return 2;
    }
    if (const size_t size = day_number(i); size == 2 && tokens_.is(i + 2, word) && tokens_[i].number <= most) {
      *number = static_cast<int>(tokens_[i].number);
      return 3;
    }
    for (const auto& ordinal : goal_words::ordinals()) {
      if (!tokens_.is(i, ordinal.words) || !tokens_.is(i + 1, word)) continue;
      // "the last quarter" is one that is over, "the last quarter of the year" the fourth.
      if (ordinal.number == 0 && !tokens_.is(i + 2, "of")) continue;
      *number = ordinal.number == 0 ? most : ordinal.number;
      return 2;
    }
    return 0;
  }

  std::optional<Found> quarter(size_t i, std::optional<Day> before) const {
    int number = 0;
    const size_t count = numbered(i, 'q', "quarter", 4, &number);
    if (count == 0) return std::nullopt;
    return yearly(i, count, before,
                  [&](int year) { return months_of(year, static_cast<unsigned>(number * 3 - 2), 3); });
  }

  std::optional<Found> half(size_t i, std::optional<Day> before) const {
    int number = 0;
    const size_t count = numbered(i, 'h', "half", 2, &number);
    if (count == 0) return std::nullopt;
    return yearly(i, count, before,
                  [&](int year) { return months_of(year, static_cast<unsigned>(number * 6 - 5), 6); });
  }

  // "this quarter", "next month", "last year".
  std::optional<Found> running(size_t i, std::optional<Day>) const {
    struct Shift {
      std::string_view words;
      int shift;
    };
    static constexpr std::array<Shift, 9> shifts{{{"this", 0},
                                                  {"current", 0},
                                                  {"next", 1},
                                                  {"coming", 1},
                                                  {"following", 1},
                                                  {"upcoming", 1},
                                                  {"last", -1},
                                                  {"previous", -1},
                                                  {"prior", -1}}};
    for (const Shift& shift : shifts) {
      if (!tokens_.is(i, shift.words)) continue;
      if (const std::optional<Bucket> of = unit(i + 1)) return Found{bucket(*of, shift.shift), 2};
    }
    return std::nullopt;
  }

  std::optional<Found> year(size_t i, std::optional<Day>) const {
    if (!is_year(i)) return std::nullopt;
    const int said = static_cast<int>(tokens_[i].number);
    return Found{months_of(said, 1, 12), 1, Found::Shape::bare_year};
  }

  size_t phrase(size_t i, std::span<const Phrase> table) const {
    size_t count = 0;
    tokens_.longest(i, table, &count);
    return count;
  }

  // "year over year", "compared to last quarter", "vs Q2 2026".
  size_t take_baseline(size_t i) {
    const size_t before = phrase(i, goal_words::before_baseline());
    const std::string lead = before > 0 ? tokens_[i].text : "";
    if (const size_t yoy = phrase(i + before, goal_words::year_over_year())) {
      const std::string& first =
          tokens_[i + before].text == "the" ? tokens_[i + before + 1].text : tokens_[i + before].text;
      const bool is_bare = before == 0 && (first == "last" || first == "previous" || first == "prior");
      if (is_bare) return 0;
      said_.against = SaidTime::Against::year_before;
      return before + yoy;
    }
    for (std::string_view words : {"month over month", "month on month", "quarter over quarter", "quarter on quarter",
                                   "week over week", "week on week", "period over period", "mom", "qoq", "wow"}) {
      if (const size_t count = tokens_.match(i, words)) return count;
    }
    if (before == 0) return 0;
    size_t at = i + before;
    if (tokens_.is(at, "the")) ++at;
    for (std::string_view word : {"last", "previous", "prior"}) {
      if (!tokens_.is(at, word)) continue;
      if (tokens_.is(at + 1, "period")) return at + 2 - i;
      const std::optional<Bucket> of = unit(at + 1);
      if (!of) continue;
      if (word == "last") {
        said_.against = SaidTime::Against::days;
        said_.baseline = bucket(*of, -1);
      } else {
        said_.previous = *of;
      }
      return at + 2 - i;
    }
    if (lead == "over" || lead == "on" || lead == "from") return 0;
    const std::optional<Found> found = span(i + before, world_.today);
    if (!found) return 0;
    said_.against = SaidTime::Against::days;
    said_.baseline = found->days;
    size_t count = before + found->count;
    // "compared to 1 March 2026 to 31 May 2026"
    if (found->shape == Found::Shape::day && tokens_.is(i + count, "to")) {
      if (const std::optional<Found> end = span(i + count + 1)) {
        said_.baseline = {found->days.first, end->days.end};
        count += 1 + end->count;
      }
    }
    return count;
  }

  size_t take_period(size_t i) {
    if (const size_t count = take_range(i)) return count;
    if (const size_t count = take_rolling(i)) return count;
    if (const size_t count = take_due(i)) return count;
    if (const size_t count = take_start(i)) return count;
    return take_span(i);
  }

  // "from A to B", "between A and B".
  size_t take_range(size_t i) {
    const bool opens = tokens_.is(i, "from") || tokens_.is(i, "between") || tokens_.is(i, "in");
    const size_t lead = opens ? 1 : 0;
    const std::optional<Found> rough = span(i + lead);
    if (!rough || rough->shape == Found::Shape::bare_year) return 0;
    const size_t at = i + lead + rough->count;
    const bool joined = tokens_.is(at, "to") || tokens_.is(at, "until") || tokens_.is(at, "till") ||
                        tokens_.is(at, "through") || tokens_.is(at, "and") || tokens_.is(at, "-");
    if (!joined) return 0;
    const std::optional<Found> end = span(at + 1);
    if (!end || end->shape == Found::Shape::bare_year) return 0;
    const std::optional<Found> start = span(i + lead, end->days.end - 1);
    said_.start = start->days.first;
    said_.end = end->days.end;
    return at + 1 + end->count - i;
  }

  // "in the next 90 days", "within six weeks", "over the coming month".
  size_t take_rolling(size_t i) {
    size_t at = i + phrase(i, goal_words::before_span());
    const bool has_lead = at > i;
    const bool has_article = tokens_.is(at, "the");
    if (has_article) ++at;
    bool says_next = false;
    for (std::string_view word : {"next", "coming", "following", "upcoming"}) {
      if (says_next || !tokens_.is(at, word)) continue;
      says_next = true;
      ++at;
    }
    size_t number_size = 0;
    int number = 1;
    if (tokens_.is_number(at)) {
      number = static_cast<int>(tokens_[at].number);
      number_size = 1;
    } else if (const auto* word = tokens_.longest(at, goal_words::numbers(), &number_size)) {
      number = static_cast<int>(word->value);
    }
    const std::optional<Bucket> of = unit(at + number_size);
    if (!of || number < 1 || number > 4000) return 0;
    if (number_size == 0 && (!says_next || !has_article || *of == Bucket::quarter)) return 0;
    const bool from_now = tokens_.match(at + number_size + 1, "from now") > 0;
    if (!says_next && !has_lead && !from_now) return 0;
    if (is_duration_ && !says_next && !from_now && !another_quantity(i, at + number_size + 1)) return 0;
    said_.start = world_.today;
    said_.end = rolled(*of, number);
    return at + number_size + 1 + (from_now ? 2 : 0) - i;
  }

  Day rolled(Bucket of, int number) const {
    switch (of) {
      case Bucket::day:
        return world_.today + number;
      case Bucket::week:
        return world_.today + 7 * number;
      case Bucket::month:
        return add_months(world_.today, number);
      case Bucket::quarter:
        return add_months(world_.today, 3 * number);
      case Bucket::year:
        break;
    }
    return add_months(world_.today, 12 * number);
  }

  // Whether a number stands outside these tokens that could be a target.
  bool another_quantity(size_t from, size_t end) const {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if ((i < from || i >= end) && (tokens_.is_number(i) || tokens_.is(i, "half"))) return true;
      size_t count = 0;
      const auto* verb = tokens_.longest(i, goal_words::verbs(), &count);
      if (verb != nullptr && verb->sense == goal_words::Sense::times) return true;
    }
    return false;
  }

  // "by December 2026", "until the end of the year", "before Q4".
  size_t take_due(size_t i) {
    const size_t lead = phrase(i, goal_words::before_due());
    if (lead == 0) return 0;
    const std::optional<Found> found = span(i + lead);
    if (!found) return 0;
    const std::string& word = tokens_[i].text;
    const bool is_weak = word == "to" || word == "on" || word == "at" || word == "up";
    if (is_weak && found->shape != Found::Shape::day) return 0;
    const size_t end = i + lead + found->count;
    if (found->shape == Found::Shape::bare_year && !another_quantity(i, end)) return 0;
    const bool is_before = word == "before" || word == "ahead";
    const bool says_end = found->shape == Found::Shape::day && phrase(i + lead, goal_words::end_of()) > 0;
    said_.end = is_before && !says_end ? found->days.first : found->days.end;
    return lead + found->count;
  }

  size_t take_start(size_t i) {
    const size_t lead = phrase(i, goal_words::before_start());
    if (lead == 0) return 0;
    const std::optional<Found> found = span(i + lead);
    if (!found || (found->shape == Found::Shape::bare_year && !another_quantity(i, i + lead + 1))) return 0;
    said_.start = found->days.first;
    return lead + found->count;
  }

  // "in Q3", "this quarter", "December 2026".
  size_t take_span(size_t i) {
    const size_t lead = phrase(i, goal_words::before_span());
    std::optional<Found> found = span(i + lead);
    if (!found && lead > 0 && tokens_.is(i + lead, "the")) found = whole_unit(i + lead);
    if (!found) return 0;
    const bool is_weak = found->shape == Found::Shape::bare_year || (found->count == 1 && month_at(i + lead));
    if (lead == 0 && is_weak) return 0;
    if (found->shape == Found::Shape::bare_year && !another_quantity(i, i + lead + 1)) return 0;
    if (found->shape == Found::Shape::day) {
      if (said_.end) return 0;
      said_.end = found->days.end;  // "… the end of the year"
    } else {
      if (!said_.start) said_.start = found->days.first;
      if (!said_.end) said_.end = found->days.end;
    }
    return lead + found->count;
  }

  Tokens& tokens_;
  const GoalWorld& world_;
  bool is_duration_;
  SaidTime said_;
};

constexpr std::array<std::string_view, 12> month_names{"January",   "February", "March",    "April",
                                                       "May",       "June",     "July",     "August",
                                                       "September", "October",  "November", "December"};

}  // namespace

SaidTime take_time(Tokens& tokens, const GoalWorld& world, bool is_duration) {
  return TimeReader(tokens, world, is_duration).read();
}

Result<DayRange> parse_period(std::string_view text, const GoalWorld& world) {
  Tokens tokens(text);
  const TimeReader reader(tokens, world, false);
  const std::optional<Found> found = reader.span(0);
  if (found && found->count == tokens.size()) return found->days;
  if (found && tokens.is(found->count, "to")) {
    const std::optional<Found> end = reader.span(found->count + 1);
    if (end && found->count + 1 + end->count == tokens.size() && found->days.first < end->days.end) {
      return DayRange{found->days.first, end->days.end};
    }
  }
  return invalid(fmt::format("\"{}\" is no day or period: say 2026-12-31, Q3 2026, December 2026 or the like", text));
}

std::string day_words(Day day) {
  const CalendarDate date = calendar_date(day);
  return fmt::format("{} {} {}", date.day, month_names[date.month - 1], date.year);
}

std::string period_name(DayRange days) {
  const CalendarDate first = calendar_date(days.first);
  if (first.day != 1) return {};
  auto lasts = [&](int months) { return add_months(days.first, months) == days.end; };
  if (lasts(1)) return fmt::format("{} {}", month_names[first.month - 1], first.year);
  if (lasts(3) && first.month % 3 == 1) return fmt::format("Q{} {}", first.month / 3 + 1, first.year);
  if (lasts(6) && first.month % 6 == 1) return fmt::format("H{} {}", first.month / 6 + 1, first.year);
  if (lasts(12) && first.month == 1) return std::to_string(first.year);
  return {};
}

DayRange period_before(DayRange days) {
  if (calendar_date(days.first).day == 1 && calendar_date(days.end).day == 1) {
    const CalendarDate first = calendar_date(days.first), end = calendar_date(days.end);
    const int months = (end.year - first.year) * 12 + static_cast<int>(end.month) - static_cast<int>(first.month);
    return {add_months(days.first, -months), days.first};
  }
  return {days.first - days.days(), days.first};
}

DayRange year_before(DayRange days) {
  // The last day moves, not the day after it: what ends with February ends with February.
  const bool ends_month = calendar_date(days.end).day == 1;
  const Day end = ends_month ? add_months(days.end, -12) : add_months(days.end - 1, -12) + 1;
  return {add_months(days.first, -12), end};
}

}  // namespace sociometer::insights
