// Writing: how one file writes its numbers and dates – what the user said, what its cells prove, what its format is
// known for – and reading them so. Where a file proves nothing and could be read in two ways, nobody guesses: it is not
// taken until --locale says.
//
// A file is read twice with the same Writing: cells are read as they seem at first; `settle` then decides. Words of
// dates are those of the catalog's languages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/catalog.h"
#include "collect/values.h"

namespace sociometer::collect {

// "February 28": a date of some year.
struct MonthDay {
  int month = 0, day = 0;
  auto operator<=>(const MonthDay&) const = default;
};

class Writing {
 public:
  Writing(const catalog::Catalog& catalog, std::string_view locale);
  // What the format is known to write, unless the file proves another.
  void expect(const catalog::Format& format);

  CellNumber number(std::string_view text, int64_t scale, Fraction fraction);
  std::optional<CellTime> time(std::string_view text);
  std::optional<MonthDay> month_day(std::string_view text);
  bool is_totals_word(std::string_view text) const;  // "Total", "Gesamt", "Total: Campaigns"

  // A cell that is not read for its own sake, but shows how the file writes numbers.
  void look_at(std::string_view text);
  // Some number could mean two things, and nothing seen so far says which.
  bool wants_more_proof() const { return mark_ == DecimalMark::unknown && numbers_.undecided(); }

  // After a whole reading. True: something is now read otherwise, so the file must be read once more. invalid: the file
  // can be read in two ways; the sentence shows the cell and says what to say.
  Result<bool> settle();
  // How numbers and dates were read, where that had to be found out; empty otherwise.
  std::vector<std::string> notes() const;

 private:
  struct Evidence {
    bool first = false, second = false, either = false;
    std::string first_text, second_text, either_text;
    void see(Proof proof, std::string_view text);
    bool undecided() const { return either && first == second; }
  };
  struct Word {
    int month = 0;
    bool weekday = false, filler = false;
  };
  struct WordedTime;
  std::optional<WordedTime> worded(std::string_view text) const;
  const Word* word(std::string_view text) const;

  DecimalMark mark_ = DecimalMark::unknown;
  DateOrder order_ = DateOrder::unknown, expected_order_ = DateOrder::unknown;
  bool said_ = false, mark_found_ = false, order_found_ = false;
  Evidence numbers_, dates_;
  std::unordered_map<std::string, Word> words_;
  std::vector<std::string> totals_;
};

// The years of a table whose dates have none, from the order they stand in: a table of daily rows goes one way through
// the calendar, and its newest day is not later than the day it was seen.
class YearlessDays {
 public:
  void begin_reading() { at_ = 0; }
  void see(MonthDay day);   // first reading: dates as they come; a date that follows itself counts once
  void settle(Day latest);  // between the readings
  bool any() const { return !days_.empty(); }
  std::optional<Day> next(MonthDay day);  // second reading: the same dates again
  std::optional<DayRange> range() const;

 private:
  std::vector<MonthDay> days_;
  std::vector<std::optional<Day>> placed_;
  size_t at_ = 0;
};

// The latest day of that name not after `latest`.
std::optional<Day> latest_year_of(MonthDay day, Day latest);

}  // namespace sociometer::collect
