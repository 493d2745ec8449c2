// Values: what the text of a cell says – a number, a date, an id – or why it says nothing.
//
// Strict where a guess could be wrong: a cell that could mean two things is an error with a reason, never a number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sociometer::collect {

// How numbers and dates are written where the file does not say: `--locale de` makes 1.234,5 readable.
enum class DecimalMark { unknown, point, comma };
// 03/04/2025: the fourth of March, or the third of April.
enum class DateOrder { unknown, month_first, day_first };
// What a cell proves about the file it is in: one of two readings, or that it could be both.
enum class Proof { nothing, first, second, either };
DecimalMark decimal_mark_of(std::string_view locale);  // "de", "pt-BR", "en_US"; empty or unknown: unknown

// What Excel makes of 3.4 where it takes it for the third of April.
constexpr std::string_view number_made_a_date =
    "a spreadsheet has made a date of this number; import the file as downloaded";

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct CellNumber {
  enum class State { value, not_reported, wrong } state = State::not_reported;
  int64_t value = 0;             // in 1 / scale
  std::string_view reason{};     // state wrong
  Proof proof = Proof::nothing;  // first: a decimal point; second: a decimal comma
};

// A number times `scale`, exactly; what is finer than 1 / scale is rounded half away from zero. `whole`: it counts
// something, so a fraction other than .0 is wrong. With an unknown mark, "1,234" of something that has fractions is
// read as 1234 and "1.000" as 1, and both with proof `either`: who asks decides when the whole file is known.
enum class Fraction { allowed, whole_only };
CellNumber parse_number(std::string_view text, int64_t scale, Fraction fraction,
                        DecimalMark mark = DecimalMark::unknown);

// Empty, "-", "--" and the dashes, "undefined", "NaN": the source reports nothing. So does "< 10", which only bounds.
bool says_nothing(std::string_view text);

// "0:03:54", "3:54", "1:02:03.5", "PT10M5S" in milliseconds; nothing if it is none of these.
std::optional<int64_t> parse_duration(std::string_view text);

// Takes "US$", "€", "INR" and their like off either end of an amount; the code in `currency`, where the sign is of one.
std::string without_currency(std::string_view text, std::string& currency);

// A moment as a file writes it: a date, perhaps a time of day, perhaps an offset.
struct CellTime {
  Day day;                                // as written
  std::optional<int32_t> seconds;         // of the day, as written
  std::optional<int32_t> offset_seconds;  // from UTC; absent: the format's zone
};
// ISO dates and times, "20250131", "Tue, Aug 26, 2025", "Mon Feb 03 2025", "05/26/2026 10:23", "2025/10/31 18:19:10", …
// `order` says how 03/04/2025 is meant; unknown: as what is proved, else month first. `proof`, if wanted: first for a
// month in front, second for a day.
std::optional<CellTime> parse_time(std::string_view text, DateOrder order = DateOrder::unknown, Proof* proof = nullptr);

// The moment and its day in `zone`, where the cell has a time of day; an offset in the cell wins over `zone`.
struct PlacedTime {
  std::optional<Instant> instant;
  Day day;
};
PlacedTime place(const CellTime& time, const Zone& zone);

// An id is text; what a spreadsheet made of one ("6.49E+17", "649000000000000000.0") has lost its last digits.
// Empty where it is an id, else the reason.
std::string_view id_problem(std::string_view text);

}  // namespace sociometer::collect
