// Rows: what a reader of one format makes of a file's rows, and where it puts it.
//
// Every file is read twice by the same code: once to see what it proves (days, accounts, columns that report nothing)
// and once to store it. What differs is only the Intake the facts go to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/accounts.h"
#include "collect/csv.h"
#include "collect/layout.h"

namespace sociometer::collect {

// Facts of a row, with the file's number for their account; network and handle are filled in by who stores them.
struct PostFact {
  int account = 0;
  facts::Post post;
  bool observed_said = false;  // post.observed_at is what the row says
};
struct ValueFact {
  int account = 0;
  facts::Observation observation;  // an empty range of days: the day it was observed
  bool observed_said = false;
};

class Intake {
 public:
  virtual ~Intake() = default;
  // Whether anybody will look at the text of posts: finding hashtags in it costs time.
  virtual bool wants_text() const = 0;
  // A row speaks of these days, whether or not it has a number for them.
  virtual void see_days(DayRange) {}
  virtual Result<Done> take(const PostFact& fact) = 0;
  virtual Result<Done> take(const ValueFact& fact) = 0;
};

// What became of a row.
struct Fate {
  enum class Kind {
    accepted,
    rejected,
    ignored,    // blank lines, totals, repeated headers
    structure,  // a title, a header, what stands before it: no row at all
  } kind = Kind::accepted;
  std::string column;  // rejected: the header over the cell, the cell's text, and the reason
  std::string text;
  std::string reason;

  static Fate accepted() { return {}; }
  static Fate ignored() { return {Kind::ignored, {}, {}, {}}; }
  static Fate structure() { return {Kind::structure, {}, {}, {}}; }
  static Fate rejected(std::string_view column, std::string_view text, std::string_view reason);
};

// "Total", "Gesamt", …: the first word of a row that sums the others.
bool is_totals_row(const csv::Row& row);
// Something stands to the right of the header's last column: a delimiter or a quotation mark is wrong.
bool holds_more_than(const csv::Row& row, size_t columns);
constexpr std::string_view too_many_cells =
    "more cells than the header has columns; a quotation mark is missing or one too many";

// What a reader may know of its surroundings.
struct ReadingContext {
  const catalog::Catalog& catalog;
  const catalog::Format& format;
  const ImportOptions& options;
  control::Workspace workspace;
  std::string path;
  FileAccounts& accounts;
  std::vector<std::string>& warnings;
};

// Warns of headers that mean nothing, where whoever wrote the file meant something by them: in our own formats.
void say_unknown_columns(const ReadingContext& context, const Layout& layout);

class RowReader {
 public:
  virtual ~RowReader() = default;
  // Every row of the file, in order, but for blank ones. An Error ends the reading: the Intake refused.
  virtual Result<Fate> take(const csv::Row& row, Intake& intake) = 0;
  virtual void blank_row() {}
  // Between the two readings. An Error refuses the file.
  virtual Result<Done> first_reading_done() { return Done{}; }
  virtual void begin_reading() {}
  // Whose days and clock the file has.
  virtual std::string zone() const = 0;
};

// The readers of this version; `header` is the row that recognition took for the header.
std::unique_ptr<RowReader> make_post_reader(const ReadingContext& context, const csv::Row& header);
std::unique_ptr<RowReader> make_day_reader(const ReadingContext& context, const csv::Row& header);
std::unique_ptr<RowReader> make_series_reader(const ReadingContext& context, const csv::Row& header);
std::unique_ptr<RowReader> make_observation_reader(const ReadingContext& context, const csv::Row& header);

}  // namespace sociometer::collect
