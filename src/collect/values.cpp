#include "collect/values.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sociometer::collect {

namespace {

constexpr std::string_view not_a_number = "not a number";
constexpr std::string_view too_large = "too large to be kept exactly";
constexpr std::string_view not_whole = "not a whole number";
constexpr std::string_view has_been_rounded = "written with an exponent: a spreadsheet has rounded it";

CellNumber wrong(std::string_view reason) {
  return {CellNumber::State::wrong, 0, reason};
}

// A number's marks taken apart: whole digits (with separators) and digits after the decimal mark.
struct Parts {
  bool negative = false;
  bool percent = false;
  std::string_view whole;
  std::string_view fraction;
};

// Blanks between groups: a space, U+00A0, U+202F, or an apostrophe as the Swiss write.
size_t blank_separator(std::string_view text, size_t at) {
  if (text[at] == ' ' || text[at] == '\'') return 1;
  if (text.substr(at).starts_with("\xC2\xA0")) return 2;
  if (text.substr(at).starts_with("\xE2\x80\xAF") || text.substr(at).starts_with("\xE2\x80\x99")) return 3;
  return 0;
}

// Appends the digits of "1,234,567" to `digits`; false unless every group after a separator has three.
bool take_groups(std::string_view text, char separator, std::string& digits) {
  size_t group = 0;
  bool separated = false;
  for (size_t i = 0; i < text.size();) {
    if (is_digit(text[i])) {
      digits += text[i++];
      ++group;
      continue;
    }
    size_t length = text[i] == separator ? 1 : separator == ' ' ? blank_separator(text, i) : 0;
    if (length == 0 || (separated ? group != 3 : group < 1 || group > 3)) return false;
    separated = true;
    group = 0;
    i += length;
  }
  return !separated || group == 3;
}

struct Split {
  char decimal = 0;    // 0: none
  char thousands = 0;  // 0: none
  std::string_view problem{};
  Proof proof = Proof::nothing;
};

Proof proof_of_decimal(char decimal) {
  return decimal == '.' ? Proof::first : Proof::second;
}

// One mark of one kind: "1,234" or "12.5". Followed by three digits it is the doubtful case.
Split read_single_mark(std::string_view text, char only, Fraction fraction, DecimalMark mark) {
  size_t place = text.find(only), behind = text.size() - place - 1;
  bool like_thousands = behind == 3 && place >= 1 && place <= 3 && !text.starts_with("0");
  if (mark != DecimalMark::unknown) {
    bool decimal = (mark == DecimalMark::comma) == (only == ',');
    return decimal ? Split{only, 0} : Split{0, only};
  }
  char other = only == ',' ? '.' : ',';
  if (!like_thousands) return {only, 0, {}, proof_of_decimal(only)};
  // Whole things are not 1.234 of something, but a program may write 1.000 of them.
  bool round = text.substr(place + 1) == "000";
  if (fraction == Fraction::whole_only) {
    if (only == '.' && round) return {only, 0, {}, Proof::either};
    return {0, only, {}, proof_of_decimal(other)};
  }
  // Programs write 1.234 of something far more often than they group by points.
  return only == ',' ? Split{0, only, {}, Proof::either} : Split{only, 0, {}, Proof::either};
}

// Which of the marks in `text` means what. Two kinds: the last one is decimal. One kind, several times: thousands.
Split read_marks(std::string_view text, Fraction fraction, DecimalMark mark) {
  auto commas = std::count(text.begin(), text.end(), ','), points = std::count(text.begin(), text.end(), '.');
  bool blanks = text.find_first_of(" '\xC2\xE2") != text.npos;
  char blank = blanks ? ' ' : '\0';
  if (commas == 0 && points == 0) return {0, blank};
  if (commas > 0 && points > 0) {
    char last = text.rfind(',') > text.rfind('.') ? ',' : '.';
    return blanks ? Split{0, 0, not_a_number} : Split{last, last == ',' ? '.' : ',', {}, proof_of_decimal(last)};
  }
  char only = commas > 0 ? ',' : '.';
  if (commas + points > 1) {
    return blanks ? Split{0, 0, not_a_number} : Split{0, only, {}, proof_of_decimal(only == ',' ? '.' : ',')};
  }
  if (blanks) return {only, blank, {}, proof_of_decimal(only)};
  return read_single_mark(text, only, fraction, mark);
}

bool digits_or_nothing(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

// Room for 19 digits times the largest scale.
__extension__ using Wide = __int128;

// whole.fraction × scale, rounded half away from zero.
CellNumber scaled(std::string_view whole, std::string_view fraction, int64_t scale, bool negative, Fraction rule) {
  Wide value = 0;
  constexpr Wide highest_value = static_cast<Wide>(1) << 96;
  for (char c : whole) {
    value = value * 10 + (c - '0');
    if (value > highest_value) return wrong(too_large);
  }
  value *= scale;
  if (rule == Fraction::whole_only && fraction.find_first_not_of('0') != fraction.npos) return wrong(not_whole);
  constexpr size_t most_places = 18;  // what is further behind changes nothing a scale can show
  Wide part = 0, unit = 1;
  for (char c : fraction.substr(0, most_places)) {
    part = part * 10 + (c - '0');
    unit *= 10;
  }
  value += (part * scale * 2 + unit) / (unit * 2);
  if (value > INT64_MAX) return wrong(too_large);
  return {CellNumber::State::value, static_cast<int64_t>(negative ? -value : value), {}};
}

CellNumber parse_marked(Parts parts, std::string_view body, int64_t scale, Fraction fraction, DecimalMark mark) {
  Split split = read_marks(body, fraction, mark);
  if (!split.problem.empty()) return wrong(split.problem);
  size_t point = split.decimal == 0 ? body.npos : body.rfind(split.decimal);
  parts.whole = body.substr(0, point);
  if (point != body.npos) parts.fraction = body.substr(point + 1);
  std::string digits;
  if (split.thousands != 0) {
    if (!take_groups(parts.whole, split.thousands, digits)) return wrong(not_a_number);
  } else {
    digits = parts.whole;
  }
  if (digits.empty() && parts.fraction.empty()) return wrong(not_a_number);
  if (!digits_or_nothing(digits) || !digits_or_nothing(parts.fraction)) return wrong(not_a_number);
  std::string fraction_digits(parts.fraction);
  if (parts.percent) {  // two places further down
    digits.insert(0, 2, '0');
    fraction_digits = digits.substr(digits.size() - 2) + fraction_digits;
    digits.resize(digits.size() - 2);
  }
  CellNumber number = scaled(digits, fraction_digits, scale, parts.negative, fraction);
  number.proof = split.proof;
  return number;
}

// Digits alone, or digits and ".0": nearly every cell there is.
std::optional<int64_t> plain_digits(std::string_view text) {
  if (text.ends_with(".0")) text.remove_suffix(2);
  if (text.empty() || text.size() > 15) return std::nullopt;
  int64_t value = 0;
  for (char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool has_exponent(std::string_view text) {
  size_t e = text.find_first_of("eE");
  if (e == text.npos || e == 0 || text.substr(0, e).find_first_not_of("0123456789.,-+") != text.npos) return false;
  std::string_view rest = text.substr(e + 1);
  if (rest.starts_with("+") || rest.starts_with("-")) rest.remove_prefix(1);
  return !rest.empty() && digits_or_nothing(rest);
}

}  // namespace

DecimalMark decimal_mark_of(std::string_view locale) {
  constexpr std::string_view comma_languages[] = {"de", "fr", "es", "pt", "it", "nl", "id", "pl", "tr",
                                                  "ru", "uk", "sv", "da", "nb", "no", "fi", "cs", "sk",
                                                  "bg", "ro", "hu", "el", "hr", "sl", "vi", "ca"};
  constexpr std::string_view point_languages[] = {"en", "th", "ja", "zh", "ko", "he", "hi"};
  std::string language = lower(locale.substr(0, std::min(locale.find_first_of("-_."), locale.size())));
  std::string whole = lower(locale);
  if (whole == "de-ch" || whole == "de_ch" || whole == "es-mx" || whole == "es_mx") return DecimalMark::point;
  if (std::find(std::begin(comma_languages), std::end(comma_languages), language) != std::end(comma_languages))
    return DecimalMark::comma;
  if (std::find(std::begin(point_languages), std::end(point_languages), language) != std::end(point_languages))
    return DecimalMark::point;
  return DecimalMark::unknown;
}

bool says_nothing(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text == "-" || text == "--" || text == "\xE2\x80\x93" || text == "\xE2\x80\x94") return true;
  if (text.size() > 12 || is_digit(text.front())) return false;
  // "< 10", "<1%", "> 90 %": a bound is no number.
  if ((text.front() == '<' || text.front() == '>') && text.find_first_of("0123456789") != text.npos) return true;
  std::string word = lower(text);
  return word == "undefined" || word == "nan";
}

std::optional<int64_t> parse_duration(std::string_view text) {
  text = trimmed(text);
  constexpr int64_t millis_per_second = 1000;
  int64_t parts[3] = {}, count = 0, millis = 0;
  if (text.starts_with("PT")) {
    int64_t number = 0, seconds = 0;
    for (char c : text.substr(2)) {
      if (is_digit(c) && number < 1'000'000) {
        number = number * 10 + (c - '0');
      } else {
        int64_t unit = c == 'H' ? 3600 : c == 'M' ? 60 : c == 'S' ? 1 : 0;
        if (unit == 0) return std::nullopt;
        seconds += number * unit;
        number = 0;
      }
    }
    return seconds * millis_per_second;
  }
  size_t point = text.find('.');
  if (point != text.npos) {
    std::string places(text.substr(point + 1));
    if (places.empty() || !digits_or_nothing(places)) return std::nullopt;
    places.resize(3, '0');
    for (char c : places) millis = millis * 10 + (c - '0');
    text = text.substr(0, point);
  }
  for (std::string_view part : split(text, ':')) {
    if (count == 3 || part.empty() || part.size() > 6 || !digits_or_nothing(part) || (count > 0 && part.size() != 2)) {
      return std::nullopt;
    }
    for (char c : part) parts[count] = parts[count] * 10 + (c - '0');
    if (count > 0 && parts[count] > 59) return std::nullopt;
    ++count;
  }
  if (count < 2) return std::nullopt;
  int64_t seconds = count == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : parts[0] * 60 + parts[1];
  return seconds * millis_per_second + millis;
}

std::string without_currency(std::string_view text, std::string& currency) {
  // Longer signs first; a sign of many currencies has none.
  constexpr std::pair<std::string_view, std::string_view> signs[] = {
      {"US$", "USD"}, {"CA$", "CAD"}, {"A$", "AUD"},  {"NZ$", "NZD"}, {"HK$", "HKD"}, {"S$", "SGD"},
      {"R$", "BRL"},  {"MX$", "MXN"}, {"NT$", "TWD"}, {"€", "EUR"},   {"£", "GBP"},   {"₹", "INR"},
      {"฿", "THB"},   {"Rp", "IDR"},  {"₴", "UAH"},   {"₽", "RUB"}, {"₺", "TRY"},   {"₩", "KRW"},
      {"zł", "PLN"},  {"Kč", "CZK"},  {"$", ""},      {"¥", ""}};
  text = trimmed(text);
  bool minus = text.starts_with('-');
  std::string_view rest = trimmed(text.substr(minus));
  auto take = [&](std::string_view sign) {
    bool in_front = rest.starts_with(sign);
    if (!in_front && !rest.ends_with(sign)) return false;
    rest = trimmed(in_front ? rest.substr(sign.size()) : rest.substr(0, rest.size() - sign.size()));
    return true;
  };
  auto is_code = [](std::string_view code) {
    return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  };
  std::string_view front = rest.substr(0, 3), back = rest.substr(rest.size() - std::min<size_t>(3, rest.size()));
  std::string code(is_code(front) ? front : is_code(back) ? back : std::string_view());
  if (!code.empty() && rest.size() > 3) {
    take(code);
    currency = code;
  } else {
    for (auto [sign, its_code] : signs) {
      if (!take(sign)) continue;
      if (!its_code.empty()) currency = its_code;
      break;
    }
  }
  return (minus ? "-" : "") + std::string(rest);
}

namespace {

// "3.апр", "1-Jun", "Mar-04": what Excel makes of 3.4, 1.6 and 3.04 where it takes them for dates.
bool looks_like_a_damaged_number(std::string_view text) {
  size_t letters = 0, digits = 0, others = 0;
  for (unsigned char c : text) {
    letters += c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    digits += is_digit(static_cast<char>(c));
    others += c == '.' || c == '-' || c == ' ';
  }
  return letters >= 3 && digits >= 1 && digits <= 2 && others == 1 && letters + digits + others == text.size() &&
         text.size() <= 24;
}

}  // namespace

CellNumber parse_number(std::string_view text, int64_t scale, Fraction fraction, DecimalMark mark) {
  if (auto plain = plain_digits(text);
      plain && *plain <= INT64_MAX / scale && !(mark == DecimalMark::comma && text.ends_with(".0"))) {
    return {CellNumber::State::value, *plain * scale, {}};
  }
  text = trimmed(text);
  if (says_nothing(text)) return {};
  Parts parts;
  if (text.front() == '-' || text.front() == '+') {
    parts.negative = text.front() == '-';
    text.remove_prefix(1);
  } else if (text.starts_with("\xE2\x88\x92")) {  // the minus sign proper
    parts.negative = true;
    text.remove_prefix(3);
  }
  if (fraction == Fraction::allowed && text.ends_with("%")) {
    parts.percent = true;
    text = trimmed(text.substr(0, text.size() - 1));
  }
  if (text.empty() || text.size() > 60) return wrong(not_a_number);
  if (has_exponent(text)) return wrong(has_been_rounded);
  if (looks_like_a_damaged_number(text)) return wrong(number_made_a_date);
  if (!is_digit(text.front()) && text.front() != '.' && text.front() != ',') return wrong(not_a_number);
  return parse_marked(parts, text, scale, fraction, mark);
}

namespace {

// Reads a date's text from left to right.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }

  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (peek() == ' ') ++at_;
  }
  // Between `fewest` and `most` digits; -1 if there are fewer, or more follow.
  int number(size_t fewest, size_t most) {
    size_t start = at_;
    int value = 0;
    while (at_ < text_.size() && at_ - start < most && is_digit(text_[at_])) value = value * 10 + (text_[at_++] - '0');
    return at_ - start < fewest || is_digit(peek()) ? -1 : value;
  }
  int two_digits() {
    if (at_ + 2 > text_.size() || !is_digit(text_[at_]) || !is_digit(text_[at_ + 1])) return -1;
    at_ += 2;
    return (text_[at_ - 2] - '0') * 10 + (text_[at_ - 1] - '0');
  }
  std::string_view word() {
    size_t start = at_;
    while (at_ < text_.size() && ((text_[at_] | 0x20) >= 'a' && (text_[at_] | 0x20) <= 'z')) ++at_;
    return text_.substr(start, at_ - start);
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

unsigned month_of(std::string_view word) {
  constexpr std::array<std::string_view, 12> month_names = {"january",   "february", "march",    "april",
                                                            "may",       "june",     "july",     "august",
                                                            "september", "october",  "november", "december"};
  if (word.size() < 3) return 0;
  std::string small = lower(word);
  if (small == "sept") return 9;
  for (unsigned i = 0; i < 12; ++i) {
    if (small == month_names[i] || (small.size() == 3 && month_names[i].starts_with(small))) return i + 1;
  }
  return 0;
}

bool is_weekday(std::string_view word) {
  constexpr std::array<std::string_view, 7> weekday_names = {"monday", "tuesday",  "wednesday", "thursday",
                                                             "friday", "saturday", "sunday"};
  std::string small = lower(word);
  return small.size() >= 3 &&
         std::any_of(weekday_names.begin(), weekday_names.end(), [&](auto day) { return day.starts_with(small); });
}

std::optional<Day> checked(int year, int month, int day) {
  if (year < 1970 || year > 2200 || month < 1 || day < 1) return std::nullopt;
  auto made = make_day_checked(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
  return made ? std::optional<Day>(*made) : std::nullopt;
}

// "2026-01-31", "2026/01/31" – or "05/26/2026", month first.
std::optional<Day> read_numeric_date(TimeReader& in, DateOrder order, Proof& proof) {
  int first = in.number(1, 4);
  char separator = in.peek();
  if (first < 0 || (separator != '-' && separator != '/' && separator != '.') || !in.take(separator))
    return std::nullopt;
  int second = in.number(1, 2);
  if (second < 0 || !in.take(separator)) return std::nullopt;
  int third = in.number(1, 4);
  if (third < 0) return std::nullopt;
  if (first > 31) return checked(first, second, third);
  // With slashes two digits at the end are the year; 24-12-31 and 31.12.24 could be anything.
  if (third >= 0 && third < 100 && separator == '/') third += 2000;
  if (third < 1000) return std::nullopt;
  // Whoever separates by points puts the day first.
  if (separator == '.') return checked(third, second, first);
  proof = first > 12 ? Proof::second : second > 12 ? Proof::first : first == second ? Proof::nothing : Proof::either;
  if (order == DateOrder::unknown) order = proof == Proof::second ? DateOrder::day_first : DateOrder::month_first;
  return order == DateOrder::day_first ? checked(third, second, first) : checked(third, first, second);
}

// "20250131"
std::optional<Day> read_compact_date(std::string_view text) {
  if (text.size() != 8 || !digits_or_nothing(text)) return std::nullopt;
  TimeReader in(text);
  int year = 0;
  for (char c : text.substr(0, 4)) year = year * 10 + (c - '0');
  int month = (text[4] - '0') * 10 + (text[5] - '0'), day = (text[6] - '0') * 10 + (text[7] - '0');
  return year < 1990 || year > 2100 ? std::nullopt : checked(year, month, day);
}

// "Tue, Aug 26, 2025", "Mon Feb 03 2025", "Aug 26, 2025", "26 Aug 2025".
std::optional<Day> read_worded_date(TimeReader& in) {
  int day = -1;
  std::string_view word;
  if (is_digit(in.peek())) {
    day = in.number(1, 2);
    in.skip_blanks();
  }
  word = in.word();
  if (day < 0 && month_of(word) == 0 && is_weekday(word)) {
    in.take(',');
    in.skip_blanks();
    if (is_digit(in.peek())) day = in.number(1, 2);
    in.skip_blanks();
    word = in.word();
  }
  unsigned month = month_of(word);
  if (month == 0) return std::nullopt;
  in.take('.');
  in.skip_blanks();
  if (day < 0) {
    day = in.number(1, 2);
    in.take(',');
    in.skip_blanks();
  }
  return checked(in.number(4, 4), static_cast<int>(month), day);
}

// "22:08", "3:29:41", "10:23:05.123", "9:40 am".
std::optional<int32_t> read_clock(TimeReader& in) {
  int hour = in.number(1, 2);
  if (hour < 0 || hour > 23 || !in.take(':')) return std::nullopt;
  int minute = in.number(2, 2), second = 0;
  if (minute < 0 || minute > 59) return std::nullopt;
  if (in.take(':')) {
    second = in.number(2, 2);
    if (second < 0 || second > 60) return std::nullopt;
    if (in.take('.') && in.number(1, 9) < 0) return std::nullopt;
  }
  in.skip_blanks();
  if ((in.peek() | 0x20) == 'a' || (in.peek() | 0x20) == 'p') {
    std::string half = lower(in.word());
    if ((half != "am" && half != "pm") || hour == 0 || hour > 12) return std::nullopt;
    hour = hour % 12 + (half == "pm" ? 12 : 0);
  }
  return hour * 3600 + minute * 60 + std::min(second, 59);
}

// "Z", "UTC", "+0000", "+02:00", "-0700".
bool read_offset(TimeReader& in, std::optional<int32_t>& offset) {
  in.skip_blanks();
  if (in.done()) return true;
  if (in.peek() == 'Z' || in.peek() == 'U' || in.peek() == 'G') {
    std::string_view word = in.word();
    offset = 0;
    return word == "Z" || word == "UTC" || word == "GMT";
  }
  int sign = in.peek() == '-' ? -1 : 1;
  if (!in.take('+') && !in.take('-')) return false;
  int hours = in.two_digits(), minutes = 0;
  if (in.take(':') || is_digit(in.peek())) minutes = in.two_digits();
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return false;
  offset = sign * (hours * 3600 + minutes * 60);
  return true;
}

}  // namespace

std::optional<CellTime> parse_time(std::string_view text, DateOrder order, Proof* proof) {
  text = trimmed(text);
  if (text.size() < 8 || text.size() > 48) return std::nullopt;
  if (auto compact = read_compact_date(text)) return CellTime{*compact, std::nullopt, std::nullopt};
  TimeReader in(text);
  Proof shown = Proof::nothing;
  bool numeric = is_digit(text[0]) && text.substr(0, 5).find_first_of("-/.") != text.npos;
  std::optional<Day> day = numeric ? read_numeric_date(in, order, shown) : read_worded_date(in);
  if (proof != nullptr) *proof = shown;
  if (!day) return std::nullopt;
  CellTime time{*day, std::nullopt, std::nullopt};
  in.take('T');
  in.take(',');
  in.skip_blanks();
  if (in.done()) return text.ends_with("T") ? std::nullopt : std::optional(time);
  time.seconds = read_clock(in);
  if (!time.seconds || !read_offset(in, time.offset_seconds)) return std::nullopt;
  in.skip_blanks();
  return in.done() ? std::optional(time) : std::nullopt;
}

PlacedTime place(const CellTime& time, const Zone& zone) {
  if (!time.seconds) return {std::nullopt, time.day};
  constexpr int64_t micros_per_second = 1'000'000;
  Instant instant;
  if (time.offset_seconds) {
    instant.micros = (time.day.number * int64_t{86400} + *time.seconds - *time.offset_seconds) * micros_per_second;
    return {instant, zone.day_of(instant)};
  }
  instant = zone.instant_of(time.day, *time.seconds);
  return {instant, time.day};
}

std::string_view id_problem(std::string_view text) {
  if (text.empty()) return "the id is missing";
  if (text.size() > 200) return "too long for an id";
  if (has_exponent(text))
    return "an id written with an exponent: a spreadsheet has rounded it; import the file as downloaded";
  if (text.size() > 2 && text.ends_with(".0") && digits_or_nothing(text.substr(0, text.size() - 2))) {
    return "an id written as a fraction: a spreadsheet may have rounded it; import the file as downloaded";
  }
  bool has_blank = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' '; });
  return has_blank ? "not an id" : std::string_view();
}

}  // namespace sociometer::collect
