#include "collect/writing.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "collect/report.h"
#include "collect/values.h"

namespace sociometer::collect {

namespace {

DateOrder order_of(const catalog::Catalog& catalog, std::string_view locale) {
  std::string whole = lower(locale);
  std::replace(whole.begin(), whole.end(), '_', '-');
  if (whole == "en-us" || whole == "en-ph" || whole == "es-us") return DateOrder::month_first;
  std::string language = whole.substr(0, whole.find_first_of("-."));
  if (language == "en" && whole.size() > 2) return DateOrder::day_first;  // en-GB, en-AU, en-IN, …
  for (const catalog::Language& one : catalog.languages()) {
    if (one.key == language) return one.day_first ? DateOrder::day_first : DateOrder::month_first;
  }
  return DateOrder::unknown;
}

int number_of(std::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Blanks, commas and the dashes between the parts of a date.
std::vector<std::string_view> tokens_of(std::string_view text) {
  std::vector<std::string_view> tokens;
  size_t start = 0;
  auto ends = [](char c) { return c == ' ' || c == ',' || c == '\t'; };
  for (size_t i = 0; i <= text.size(); ++i) {
    bool no_break = text.substr(i).starts_with("\xC2\xA0") || text.substr(i).starts_with("\xE2\x80\xAF");
    if (i < text.size() && !ends(text[i]) && !no_break) continue;
    if (i > start) tokens.push_back(text.substr(start, i - start));
    if (no_break) i += text[i] == '\xC2' ? 1 : 2;
    start = i + 1;
  }
  return tokens;
}

// "10:23", "10:23:05", "9:40am"; seconds of the day.
std::optional<int32_t> clock_of(std::string_view text) {
  std::string word = lower(text);
  int half = word.ends_with("pm") ? 12 : word.ends_with("am") ? 0 : -1;
  if (half >= 0) text = text.substr(0, text.size() - 2);
  auto parts = split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  for (std::string_view part : parts) {
    if (!all_digits(part) || part.size() > 2) return std::nullopt;
  }
  int hour = number_of(parts[0]), minute = number_of(parts[1]), second = parts.size() == 3 ? number_of(parts[2]) : 0;
  if (half >= 0) hour = hour % 12 + half;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return hour * 3600 + minute * 60 + std::min(second, 59);
}

// "+0000", "-07:00".
std::optional<int32_t> offset_of(std::string_view text) {
  if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  std::string digits;
  for (char c : text.substr(1)) {
    if (c != ':') digits += c;
  }
  if (digits.size() != 4 || !all_digits(digits)) return std::nullopt;
  int value = number_of(digits), seconds = value / 100 * 3600 + value % 100 * 60;
  return text[0] == '-' ? -seconds : seconds;
}

}  // namespace

void Writing::Evidence::see(Proof proof, std::string_view text) {
  if (proof == Proof::nothing) return;
  bool& seen = proof == Proof::first ? first : proof == Proof::second ? second : either;
  if (seen) return;
  seen = true;
  (proof == Proof::first ? first_text : proof == Proof::second ? second_text : either_text) = clipped(text, 40);
}

Writing::Writing(const catalog::Catalog& catalog, std::string_view locale)
    : mark_(decimal_mark_of(locale)), order_(order_of(catalog, locale)), said_(!locale.empty()) {
  for (const catalog::Language& language : catalog.languages()) {
    for (const auto& [name, month] : language.months) words_[name].month = month;
    for (const std::string& name : language.weekdays) words_[name].weekday = true;
    for (const std::string& name : language.fillers) words_[name].filler = true;
    totals_.insert(totals_.end(), language.totals.begin(), language.totals.end());
  }
}

void Writing::expect(const catalog::Format& format) {
  expected_order_ = format.dates == "day_first"     ? DateOrder::day_first
                    : format.dates == "month_first" ? DateOrder::month_first
                                                    : DateOrder::unknown;
}

CellNumber Writing::number(std::string_view text, int64_t scale, Fraction fraction) {
  CellNumber number = parse_number(text, scale, fraction, mark_);
  if (number.proof != Proof::nothing) numbers_.see(number.proof, text);
  return number;
}

void Writing::look_at(std::string_view text) {
  numbers_.see(parse_number(text, 1'000'000, Fraction::allowed).proof, text);
}

struct Writing::WordedTime {
  CellTime time;
  MonthDay month_day;
  bool year = false;
};

std::optional<CellTime> Writing::time(std::string_view text) {
  Proof proof = Proof::nothing;
  auto time = parse_time(text, order_, &proof);
  if (time) {
    dates_.see(proof, text);
    return time;
  }
  if (text.size() > 64 || text.find_first_of("0123456789") == text.npos) return std::nullopt;
  // Written day first, a date may be none when read month first: that is what proves it.
  dates_.see(proof == Proof::either ? Proof::nothing : proof, text);
  auto found = worded(text);
  return found && found->year ? std::optional(found->time) : std::nullopt;
}

const Writing::Word* Writing::word(std::string_view text) const {
  std::string normal = catalog::normalised_header(text);
  auto found = words_.find(normal);
  if (found == words_.end() && normal.ends_with('.')) {
    normal.pop_back();
    found = words_.find(normal);
  }
  return found == words_.end() ? nullptr : &found->second;
}

// Words, numbers and clock in any order: "8 de marzo de 2025", "Wed Oct 11 06:55:44 +0000 2017", "1 ม.ค. 2568".
std::optional<Writing::WordedTime> Writing::worded(std::string_view text) const {
  int year = 0, day = 0, month = 0;
  bool month_could_be_weekday = false;
  WordedTime found;
  for (std::string_view token : tokens_of(trimmed(text))) {
    std::string_view digits = token.substr(0, token.find_first_not_of("0123456789"));
    std::string rest = lower(token.substr(digits.size()));
    if (auto clock = clock_of(token)) {
      if (found.time.seconds) return std::nullopt;
      found.time.seconds = clock;
    } else if (auto offset = offset_of(token)) {
      found.time.offset_seconds = offset;
    } else if (rest == "am" || rest == "pm") {
      if (!digits.empty() || !found.time.seconds) return std::nullopt;
      int32_t seconds = *found.time.seconds % 43'200;
      found.time.seconds = seconds + (rest == "pm" ? 43'200 : 0);
    } else if (token == "UTC" || token == "GMT" || token == "Z") {
      found.time.offset_seconds = 0;
    } else if (digits.size() == 4 && rest.empty()) {
      year = number_of(digits);
    } else if (!digits.empty() && digits.size() <= 2 &&
               (rest.empty() || rest == "." || rest == "st" || rest == "nd" || rest == "rd" || rest == "th" ||
                rest == "er" || rest == "\xC2\xBA")) {
      if (day != 0) return std::nullopt;
      day = number_of(digits);
    } else if (const Word* known = word(token)) {
      if (known->month != 0 && (month == 0 || month_could_be_weekday)) {
        month = known->month;
        month_could_be_weekday = known->weekday;
      } else if (!known->weekday && !known->filler) {
        return std::nullopt;
      }
    } else {
      return std::nullopt;
    }
  }
  constexpr int buddhist_years_ahead = 543, first_buddhist_year = 2400, a_leap_year = 2000;
  if (year >= first_buddhist_year) year -= buddhist_years_ahead;
  if (month == 0 || day == 0 || (year != 0 && (year < 1970 || year > 2200))) return std::nullopt;
  auto made =
      make_day_checked(year == 0 ? a_leap_year : year, static_cast<unsigned>(month), static_cast<unsigned>(day));
  if (!made) return std::nullopt;
  found.time.day = *made;
  found.month_day = {month, day};
  found.year = year != 0;
  return found;
}

std::optional<MonthDay> Writing::month_day(std::string_view text) {
  if (text.size() < 4 || text.size() > 48) return std::nullopt;
  auto found = worded(text);
  if (!found || found->year || found->time.seconds) return std::nullopt;
  return found->month_day;
}

bool Writing::is_totals_word(std::string_view text) const {
  if (text.size() > 40) return false;
  std::string normal = catalog::normalised_header(text);
  return std::any_of(totals_.begin(), totals_.end(), [&](const std::string& total) {
    return normal == total || (normal.starts_with(total) && normal.substr(total.size()).starts_with(":"));
  });
}

Result<bool> Writing::settle() {
  bool again = false;
  if (mark_ == DecimalMark::unknown && (numbers_.first || numbers_.second || numbers_.either)) {
    if (numbers_.undecided()) {
      std::string why =
          numbers_.first ? fmt::format("the file also writes “{}” and “{}”", numbers_.first_text, numbers_.second_text)
                         : std::string("nothing in the file says which");
      return invalid(fmt::format(
          "“{}” could be a fraction or have thousands separators, and {}: say --locale en for a decimal point, or "
          "--locale de for a decimal comma.",
          numbers_.either_text, why));
    }
    if (numbers_.first != numbers_.second) {
      mark_ = numbers_.first ? DecimalMark::point : DecimalMark::comma;
      mark_found_ = numbers_.second || numbers_.either;
      again = mark_found_;
    }
  }
  if (order_ != DateOrder::unknown || !(dates_.first || dates_.second || dates_.either)) return again;
  if (dates_.first && dates_.second) {
    return invalid(
        fmt::format("The file writes dates in two ways, “{}” and “{}”: import the file as downloaded, or say --locale.",
                    dates_.first_text, dates_.second_text));
  }
  if (dates_.undecided() && expected_order_ == DateOrder::unknown) {
    return invalid(fmt::format(
        "“{}” could be month/day or day/month, and nothing in the file says which: say --locale en-US for month/day, "
        "or --locale en-GB for day/month.",
        dates_.either_text));
  }
  order_ = dates_.first ? DateOrder::month_first : dates_.second ? DateOrder::day_first : expected_order_;
  order_found_ = order_ != expected_order_;
  return again || order_ == DateOrder::day_first;
}

std::vector<std::string> Writing::notes() const {
  std::vector<std::string> notes;
  if (mark_found_) {
    notes.push_back(fmt::format("Its numbers are written with a decimal {}, as “{}” shows.",
                                mark_ == DecimalMark::point ? "point" : "comma",
                                mark_ == DecimalMark::point ? numbers_.first_text : numbers_.second_text));
  }
  if (order_found_) {
    notes.push_back(fmt::format("Its dates are written {}, as “{}” shows.",
                                order_ == DateOrder::month_first ? "month/day" : "day/month",
                                order_ == DateOrder::month_first ? dates_.first_text : dates_.second_text));
  }
  return notes;
}

void YearlessDays::see(MonthDay day) {
  constexpr size_t most_days = 1'000'000;
  if ((days_.empty() || days_.back() != day) && days_.size() < most_days) days_.push_back(day);
}

std::optional<Day> latest_year_of(MonthDay day, Day latest) {
  int year = calendar_date(latest).year;
  constexpr int years_between_leap_days = 8;
  for (int i = 0; i <= years_between_leap_days; ++i, --year) {
    auto made = make_day_checked(year, static_cast<unsigned>(day.month), static_cast<unsigned>(day.day));
    if (made && *made <= latest) return *made;
  }
  return std::nullopt;
}

void YearlessDays::settle(Day latest) {
  placed_.assign(days_.size(), std::nullopt);
  size_t up = 0, down = 0;
  for (size_t i = 1; i < days_.size(); ++i) ++(days_[i] > days_[i - 1] ? up : down);
  bool rising = up >= down;
  // A step against the way is the turn of a year. More of them than years the file can hold: it is in no order.
  size_t turns = rising ? down : up;
  constexpr size_t most_turns = 3;
  auto place_one = [&](size_t i, Day not_after) { placed_[i] = latest_year_of(days_[i], not_after); };
  if (turns > most_turns) {
    for (size_t i = 0; i < days_.size(); ++i) place_one(i, latest);
    return;
  }
  Day bound = latest;
  for (size_t k = 0; k < days_.size(); ++k) {
    size_t i = rising ? days_.size() - 1 - k : k;  // from the newest
    place_one(i, bound);
    if (placed_[i]) bound = *placed_[i];
  }
}

std::optional<Day> YearlessDays::next(MonthDay day) {
  while (at_ < days_.size() && days_[at_] != day) ++at_;
  return at_ < placed_.size() ? placed_[at_] : std::nullopt;
}

std::optional<DayRange> YearlessDays::range() const {
  std::optional<DayRange> range;
  for (const auto& day : placed_) {
    if (!day) continue;
    if (!range) range = DayRange{*day, *day + 1};
    range->first = std::min(range->first, *day);
    range->end = std::max(range->end, *day + 1);
  }
  return range;
}

}  // namespace sociometer::collect
