// Values: what the text of a cell says – a number, a date, an id – or why it says nothing.
//
// Strict where a guess could be wrong: a cell that could mean two things is an error with a reason, never a number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace sociometer::collect {

// How numbers and dates are written where the file does not say: `--locale de` makes 1.234,5 readable.
enum class DecimalMark { unknown, point, comma };
DecimalMark decimal_mark_of(std::string_view locale);  // "de", "pt-BR", "en_US"; empty or unknown: unknown

struct CellNumber {
  enum class State { value, not_reported, wrong } state = State::not_reported;
  int64_t value = 0;          // in 1 / scale
  std::string_view reason{};  // state wrong
};

// A number times `scale`, exactly; what is finer than 1 / scale is rounded half away from zero. `whole`: it counts
// something, so a fraction other than .0 is wrong.
enum class Fraction { allowed, whole_only };
CellNumber parse_number(std::string_view text, int64_t scale, Fraction fraction,
                        DecimalMark mark = DecimalMark::unknown);

// Empty, "-", "--" and the dashes: the source reports nothing.
bool says_nothing(std::string_view text);

// A moment as a file writes it: a date, perhaps a time of day, perhaps an offset.
struct CellTime {
  Day day;                                // as written
  std::optional<int32_t> seconds;         // of the day, as written
  std::optional<int32_t> offset_seconds;  // from UTC; absent: the format's zone
};
// Dates with slashes are month/day/year: no known export writes them otherwise.
// ISO dates and times, "Tue, Aug 26, 2025", "Mon Feb 03 2025", "05/26/2026 10:23", "2025/10/31 18:19:10", …
std::optional<CellTime> parse_time(std::string_view text);

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
