// Rows: what a reader of one format makes of a file's rows, and where it puts it.
//
// Every file is read twice by the same code: once to see what it proves (days, accounts, columns that report nothing)
// and once to store it. What differs is only the Intake the facts go to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collect/accounts.h"
#include "collect/csv.h"
#include "collect/layout.h"
#include "collect/writing.h"

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

// An order, an answer, a message, a click. Its texts live until `take` returns.
struct EventFact {
  std::variant<facts::WebEvent, facts::Order, facts::ConversationEvent, facts::SurveyAnswer> event;
  bool moment_unknown = false;  // it happened when it was observed, as far as anybody knows
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
  virtual Result<Done> take(const EventFact& fact) = 0;
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

// Something stands to the right of the header's last column: a delimiter or a quotation mark is wrong.
bool holds_more_than(const csv::Row& row, size_t columns);
constexpr std::string_view too_many_cells =
    "more cells than the header has columns; a quotation mark is missing or one too many";
// A sentence in a row of its own among rows of many columns: a title, a footer, a note.
bool is_note(const csv::Row& row);

// What a file says of itself outside its rows – in a preamble, in its name – or the user about it.
struct Statements {
  std::optional<DayRange> days;  // that its numbers without a day of their own are of
  std::string account;           // whose they are
  bool days_wanted = false;      // some number needs `days`
};

// The two days in "July 8, 2025 - July 31, 2025", "20230515-20230521", "2025-01-01 to 2025-01-31" or one day alone;
// nothing if there is anything else. The end is inside.
std::optional<DayRange> days_in_text(Writing& writing, std::string_view text);

// A file of this format may be of that network: of any, where the format does not say; of Facebook or of Instagram,
// where it is Meta's own.
bool may_be_of(const catalog::Format& format, std::string_view network);

// What a reader may know of its surroundings.
struct ReadingContext {
  const catalog::Catalog& catalog;
  const catalog::Format& format;
  const KnownTables& tables;
  const ImportOptions& options;
  control::Workspace workspace;
  std::string path;
  Instant now;
  FileAccounts& accounts;
  Writing& writing;
  Statements& statements;
  std::vector<std::string>& warnings;

  // Whose days and clock the file has: said, the format's, the workspace's.
  const std::string& zone() const {
    return !options.zone.empty() ? options.zone : !format.zone.empty() ? format.zone : workspace.zone.name();
  }
  // The network of all rows, where the format or the user says it; else empty.
  const std::string& network() const {
    return !options.network.empty() && may_be_of(format, options.network) ? options.network : format.network;
  }
  void warn(std::string warning) const;  // once
};

// Warns of headers that mean nothing, where whoever wrote the file meant something by them: in our own formats.
void say_unknown_columns(const ReadingContext& context, const Layout& layout);

// A reader sees every row but blank ones, in order, twice. An Error of the Intake ends the reading.
class RowReader {
 public:
  virtual ~RowReader() = default;
  virtual Result<Fate> take(const csv::Row& row, Intake& intake) = 0;
  virtual void blank_row() {}
  virtual void begin_sheet(std::string_view) {}
  // All rows of one reading have been taken: what only then is known goes out.
  virtual Result<Done> end_reading(Intake&) { return Done{}; }
  virtual void begin_reading() {}
  // After the first reading: it showed how rows are to be read, and they have to be read for proof once more.
  virtual bool wants_proof_again() { return false; }
  // Between the two readings. An Error refuses the file.
  virtual Result<Done> first_reading_done() { return Done{}; }
};

// A table of a format found in a file, and where.
struct FoundTable {
  size_t table = 0;  // of the known tables
  const csv::Row& header;
  const csv::Row* descriptions = nullptr;  // the row under the header, where it describes the columns
};

// The readers of tables, by what their rows are.
std::unique_ptr<RowReader> make_post_reader(const ReadingContext& context, const FoundTable& found);
std::unique_ptr<RowReader> make_value_reader(const ReadingContext& context, const FoundTable& found);
std::unique_ptr<RowReader> make_observation_reader(const ReadingContext& context, const FoundTable& found);
std::unique_ptr<RowReader> make_order_reader(const ReadingContext& context, const FoundTable& found);
std::unique_ptr<RowReader> make_answer_reader(const ReadingContext& context, const FoundTable& found);
std::unique_ptr<RowReader> make_conversation_reader(const ReadingContext& context, const FoundTable& found);
std::unique_ptr<RowReader> make_click_reader(const ReadingContext& context, const FoundTable& found);
std::unique_ptr<RowReader> make_request_reader(const ReadingContext& context, const FoundTable& found);

// The readers of whole files: one that finds the tables of its format wherever they stand, and one of titled blocks.
std::unique_ptr<RowReader> make_table_finder(const ReadingContext& context);
std::unique_ptr<RowReader> make_block_reader(const ReadingContext& context);

}  // namespace sociometer::collect
