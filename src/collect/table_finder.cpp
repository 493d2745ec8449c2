// Finds the tables of a format wherever they stand in a file: behind a preamble, one after the other, beside each
// other, on the sheets of a workbook; and reads what stands between them.
#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "collect/file_name.h"
#include "collect/recognise.h"
#include "collect/report.h"
#include "collect/rows.h"

namespace sociometer::collect {

namespace {

struct RowsOf {
  std::string_view rows;
  std::unique_ptr<RowReader> (*make)(const ReadingContext&, const FoundTable&);
};
constexpr RowsOf readers_of_rows[] = {
    {"posts", make_post_reader},   {"values", make_value_reader},     {"observations", make_observation_reader},
    {"orders", make_order_reader}, {"answers", make_answer_reader},   {"conversations", make_conversation_reader},
    {"clicks", make_click_reader}, {"requests", make_request_reader},
};

std::unique_ptr<RowReader> make_reader(const ReadingContext& context, const FoundTable& found) {
  std::string_view rows = context.tables.tables()[found.table].table->rows;
  for (const RowsOf& one : readers_of_rows) {
    if (one.rows == rows) return one.make(context, found);
  }
  CHECK(false);  // the catalog is checked when it is loaded
  return nullptr;
}

// Some columns of a row.
csv::Row part_of(const csv::Row& row, size_t from, size_t count) {
  csv::Row part = row;
  part.cells = from >= row.cells.size() ? row.cells.subspan(row.cells.size())
                                        : row.cells.subspan(from, std::min(count, row.cells.size() - from));
  return part;
}

// A row that is kept. Views into it.
class KeptRow {
 public:
  explicit KeptRow(const csv::Row& row) : texts_(row.cells.begin(), row.cells.end()) {
    cells_.assign(texts_.begin(), texts_.end());
    row_.line = row.line;
    row_.cells = cells_;
  }
  const csv::Row& row() const { return row_; }

 private:
  std::vector<std::string> texts_;
  std::vector<std::string_view> cells_;
  csv::Row row_;
};

class TableFinder : public RowReader {
 public:
  explicit TableFinder(const ReadingContext& context) : context_(context) {
    if (context_.options.days) context_.statements.days = context_.options.days;
  }

  void begin_reading() override {
    next_section_ = 0;
    current_ = nullptr;
    header_.reset();
    heard_ = {};
    for (const auto& section : sections_) {
      for (Part& part : section->parts) part.reader->begin_reading();
    }
  }

  void begin_sheet(std::string_view name) override {
    sheet_ = name;
    current_ = nullptr;
    header_.reset();
    heard_.days.reset();
  }

  void blank_row() override { after_gap_ = true; }

  Result<Fate> take(const csv::Row& row, Intake& intake) override {
    bool after_gap = after_gap_;
    after_gap_ = false;
    if (header_) {
      bool describes = describes_columns(row);
      begin_section(describes ? &row : nullptr);
      if (describes) return Fate::structure();
    }
    if (current_ == nullptr) return take_outside(row, intake);
    TRY(Fate fate, take_inside(row, intake));
    if (fate.kind != Fate::Kind::rejected) return fate;
    if (find_header(row)) return Fate::structure();
    if (!is_note(row) && !after_gap) return fate;
    TRY(Fate heard, hear(row, intake));
    if (heard.kind == Fate::Kind::accepted) return heard;
    return is_note(row) ? Fate::ignored() : fate;
  }

  Result<Done> end_reading(Intake& intake) override {
    for (const auto& section : sections_) {
      for (Part& part : section->parts) TRY_DONE(part.reader->end_reading(intake));
    }
    return Done{};
  }

  bool wants_proof_again() override {
    bool again = false;
    for (const auto& section : sections_) {
      for (Part& part : section->parts) again = part.reader->wants_proof_again() || again;
    }
    return again;
  }

  Result<Done> first_reading_done() override {
    if (header_) begin_section(nullptr);  // a header with nothing under it
    bool days_missing = false;
    for (const auto& section : sections_) {
      if (!section->statements.days) section->statements.days = context_.statements.days;
      days_missing = days_missing || (section->statements.days_wanted && !section->statements.days);
      for (Part& part : section->parts) TRY_DONE(part.reader->first_reading_done());
    }
    if (days_missing) {
      context_.warn("The file does not say which days its numbers are of, so they were left out: say --days FROM..TO.");
    }
    for (const std::string& sheet : sheets_without_table_) {
      context_.warn(fmt::format("The sheet “{}” holds no table that is known here; it was left out.", sheet));
    }
    return Done{};
  }

 private:
  struct Part {
    std::unique_ptr<RowReader> reader;
    size_t from = 0, count = SIZE_MAX;  // its columns
  };
  struct Section {
    Statements statements;
    std::vector<Part> parts;
  };
  struct Group {
    size_t table = 0, known = 0, from = 0, count = SIZE_MAX;
  };

  // --- finding headers ---

  std::optional<Group> best_table(const csv::Row& row) const {
    std::optional<Group> best;
    for (const KnownTables::Fit& fit : context_.tables.fits(normalised(row))) {
      const auto& entry = context_.tables.tables()[fit.table];
      if (entry.format != &context_.format || fit.known < 2) continue;
      if (!may_be_named(entry, context_.path, sheet_, context_.options.format)) continue;
      if (!best || fit.known > best->known) best = Group{fit.table, fit.known};
    }
    return best;
  }

  // Tables beside each other: empty columns part the header into groups, each of which is a header of its own.
  std::vector<Group> tables_side_by_side(const csv::Row& row) const {
    std::vector<Group> groups;
    size_t start = 0;
    for (size_t i = 0; i <= row.cells.size(); ++i) {
      if (i < row.cells.size() && !trimmed(row.cells[i]).empty()) continue;
      if (i > start) {
        auto found = best_table(part_of(row, start, i - start));
        if (!found) return {};
        found->from = start;
        found->count = i - start;
        groups.push_back(*found);
      }
      start = i + 1;
    }
    return groups.size() > 1 ? groups : std::vector<Group>{};
  }

  bool find_header(const csv::Row& row) {
    auto whole = best_table(row);
    if (!whole) return false;
    groups_ = tables_side_by_side(row);
    if (groups_.empty()) groups_.push_back(*whole);
    header_.emplace(row);
    current_ = nullptr;
    return true;
  }

  // Directly under a header: texts where a row would have numbers or dates.
  bool describes_columns(const csv::Row& row) const {
    if (row.line != header_->row().line + 1) return false;
    size_t texts = 0;
    for (std::string_view cell : row.cells) {
      cell = trimmed(cell);
      if (cell.empty()) continue;
      bool number = parse_number(cell, 1'000'000, Fraction::allowed).state == CellNumber::State::value;
      if (number || says_nothing(cell) || context_.writing.time(cell) || context_.writing.month_day(cell)) return false;
      texts += cell.size() >= 4;
    }
    return texts >= 2 &&
           (says_nothing_of_key(row) || catalog::normalised_header(header_->row().cell(0)) == "description");
  }

  // A row of the table has what the table requires; what describes columns leaves the day or the id empty.
  bool says_nothing_of_key(const csv::Row& row) const {
    const std::vector<std::string> names = normalised(header_->row());
    const auto& columns = context_.tables.tables()[groups_.front().table].table->columns;
    for (size_t i = 0; i < names.size(); ++i) {
      if (!trimmed(row.cell(i)).empty()) continue;
      for (const KnownTables::Hit& hit : context_.tables.hits(names[i])) {
        if (hit.table == groups_.front().table && columns[hit.column].required) return true;
      }
    }
    return false;
  }

  void begin_section(const csv::Row* descriptions) {
    if (next_section_ == sections_.size()) {
      auto section = std::make_unique<Section>();
      section->statements = context_.statements;
      if (heard_.days) section->statements.days = heard_.days;
      if (section->statements.account.empty()) section->statements.account = heard_.account;
      for (const Group& group : groups_) {
        csv::Row header = part_of(header_->row(), group.from, group.count);
        csv::Row described = descriptions == nullptr ? csv::Row{} : part_of(*descriptions, group.from, group.count);
        ReadingContext context{context_.catalog,   context_.format,     context_.tables,  context_.options,
                               context_.workspace, context_.path,       context_.now,     context_.accounts,
                               context_.writing,   section->statements, context_.warnings};
        FoundTable found{group.table, header, descriptions == nullptr ? nullptr : &described};
        section->parts.push_back({make_reader(context, found), group.from, group.count});
        section->parts.back().reader->begin_reading();
      }
      sections_.push_back(std::move(section));
    }
    current_ = sections_[next_section_++].get();
    header_.reset();
  }

  // --- rows ---

  Result<Fate> take_inside(const csv::Row& row, Intake& intake) {
    if (current_->parts.size() == 1 && current_->parts[0].count == SIZE_MAX) {
      return current_->parts[0].reader->take(row, intake);
    }
    // One row of several tables: accepted where one of them has it, rejected where one of them cannot read it.
    Fate fate = Fate::ignored();
    for (Part& part : current_->parts) {
      csv::Row own = part_of(row, part.from, part.count);
      if (own.blank()) continue;
      TRY(Fate one, part.reader->take(own, intake));
      if (fate.kind != Fate::Kind::rejected && one.kind != Fate::Kind::ignored) fate = std::move(one);
    }
    return fate;
  }

  Result<Fate> take_outside(const csv::Row& row, Intake& intake) {
    if (find_header(row)) return Fate::structure();
    TRY(Fate heard, hear(row, intake));
    if (heard.kind == Fate::Kind::accepted || sheet_.empty()) return heard;
    // Rows of a sheet that no table claims are accounted for: they are not read.
    if (is_note(row) || row.cells.size() <= 2) return heard;
    if (std::find(sheets_without_table_.begin(), sheets_without_table_.end(), sheet_) == sheets_without_table_.end()) {
      sheets_without_table_.push_back(sheet_);
    }
    return Fate::ignored();
  }

  // --- what stands between tables ---

  struct Heard {
    std::string name;  // normalised
    std::string value;
  };
  // "# Start date: 20230708", "Total followers on 12/11/2025:" | "12955".
  static Heard heard_in(const csv::Row& row) {
    std::string first(trimmed(row.cell(0)));
    first.erase(0, first.find_first_not_of("# \t"));
    std::string_view second = trimmed(row.cell(1));
    if (!second.empty()) {
      if (first.ends_with(':')) first.pop_back();
      return {catalog::normalised_header(first), std::string(second)};
    }
    size_t colon = first.find(": ");
    if (colon == first.npos) return {{}, first};
    return {catalog::normalised_header(first.substr(0, colon)), std::string(trimmed(first.substr(colon + 2)))};
  }

  Result<Fate> hear(const csv::Row& row, Intake& intake) {
    Heard heard = heard_in(row);
    for (const catalog::Format::Statement& statement : context_.format.statements) {
      for (const std::string& name : statement.names) {
        std::string captured;
        if (!matches(catalog::normalised_header(name), heard.name, captured)) continue;
        return take_statement(statement, heard.value, captured, row, intake);
      }
    }
    std::string joined(trimmed(row.cell(0)));
    joined.erase(0, joined.find_first_not_of("# \t"));
    if (auto days = days_in_sentence(joined)) {
      hear_days(*days, intake);
      return Fate::structure();
    }
    if (!trimmed(row.cell(1)).empty()) joined.append(" - ").append(trimmed(row.cell(1)));
    if (!context_.options.days && !holds_more_than(row, 2)) {
      auto days = days_in_text(context_.writing, joined);
      if (days && days->days() >= 1 && joined.find_first_of("-\xE2") != joined.npos) hear_days(*days, intake);
    }
    return Fate::structure();
  }

  // "Reporting period 2026-09-01 to 2026-09-30", where a statement begins so and says days.
  std::optional<DayRange> days_in_sentence(std::string_view sentence) {
    for (const catalog::Format::Statement& statement : context_.format.statements) {
      for (const std::string& name : statement.names) {
        if (statement.role != "days" || !name.ends_with('*')) continue;
        std::string_view front = std::string_view(name).substr(0, name.size() - 1);
        if (starts_with_ignoring_case(sentence, front)) {
          return days_in_text(context_.writing, sentence.substr(front.size()));
        }
      }
    }
    return std::nullopt;
  }

  static bool matches(const std::string& pattern, const std::string& name, std::string& captured) {
    size_t star = pattern.find('*');
    if (star == pattern.npos) return pattern == name;
    std::string_view front = std::string_view(pattern).substr(0, star),
                     back = std::string_view(pattern).substr(star + 1);
    if (name.size() < front.size() + back.size() || !name.starts_with(front) || !name.ends_with(back)) return false;
    captured = name.substr(front.size(), name.size() - front.size() - back.size());
    return true;
  }

  void hear_days(DayRange days, Intake& intake) {
    heard_.days = days;
    intake.see_days(days);
  }

  Result<Fate> take_statement(const catalog::Format::Statement& statement, const std::string& value,
                              const std::string& captured, const csv::Row& row, Intake& intake) {
    if (statement.role == "account") heard_.account = value;
    if (statement.role == "start" || statement.role == "end") {
      auto time = context_.writing.time(value);
      if (time && statement.role == "start") start_ = time->day;
      if (time && statement.role == "end" && start_ <= time->day) hear_days({start_, time->day + 1}, intake);
    }
    if (statement.role == "days") {
      if (auto days = days_in_text(context_.writing, value)) hear_days(*days, intake);
    }
    if (statement.role != "measure") return Fate::structure();
    return take_number(statement, value, captured, row, intake);
  }

  Result<Fate> take_number(const catalog::Format::Statement& statement, const std::string& value,
                           const std::string& captured, const csv::Row& row, Intake& intake) {
    const catalog::Measure& measure = *context_.catalog.measure(statement.measure);
    CellNumber number = context_.writing.number(value, scale_of(measure), fraction_of(measure));
    if (number.state == CellNumber::State::wrong) return Fate::rejected(row.cell(0), value, number.reason);
    if (number.state == CellNumber::State::not_reported) return Fate::accepted();
    ValueFact fact;
    facts::Observation& o = fact.observation;
    if (auto time = context_.writing.time(captured)) {
      o.days = {time->day, time->day + 1};
      o.window = facts::Window::instant;
      intake.see_days(o.days);
    } else if (heard_.days || context_.statements.days) {
      o.days = heard_.days ? *heard_.days : *context_.statements.days;
      o.window = o.days.days() == 1 ? facts::Window::day : facts::Window::range;
    } else {
      return Fate::accepted();
    }
    fact.account = context_.accounts.see(context_.network(), heard_.account);
    o.measure = measure.key;
    o.promotion = *facts::parse_promotion(statement.promotion);
    o.zone = context_.zone();
    o.value = number.value;
    TRY_DONE(intake.take(fact));
    return Fate::accepted();
  }

  ReadingContext context_;
  std::vector<std::unique_ptr<Section>> sections_;  // in the order of the file; both readings find the same
  size_t next_section_ = 0;
  Section* current_ = nullptr;
  std::optional<KeptRow> header_;  // found, and the row under it not yet seen
  std::vector<Group> groups_;
  std::string sheet_;
  std::vector<std::string> sheets_without_table_;
  bool after_gap_ = false;
  Statements heard_;
  Day start_;
};

}  // namespace

std::unique_ptr<RowReader> make_table_finder(const ReadingContext& context) {
  return std::make_unique<TableFinder>(context);
}

}  // namespace sociometer::collect
