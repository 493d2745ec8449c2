// Titled blocks: what Meta Business Suite writes of its cards, one block after the other.
//
//   "Facebook reach"                  days of one number
//   "Date","Primary"
//   "2025-05-25T00:00:00","14551"
//
//   "Age & gender"                    a grid: ages below each other, genders beside each other
//   "","Men","Women"
//   "18-24","5.1","2.4"
//
//   "Top countries"                   a pair of lines, names and values; before 2024 one line each, under a header
//   "South Africa","Nigeria"
//   "75.1","5.9"
//
//   Facebook followers                one number
//   FB_PAGE FOLLOW UNIQUE_USERS
//   30222
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "collect/recognise.h"
#include "collect/report.h"
#include "collect/rows.h"

namespace sociometer::collect {

namespace {

class BlockReader : public RowReader {
 public:
  explicit BlockReader(const ReadingContext& context) : context_(context), zone_(context.zone()) {
    if (context_.options.days) context_.statements.days = context_.options.days;
  }

  void begin_reading() override {
    pending_.clear();
    leave_block();
  }
  void begin_sheet(std::string_view) override { leave_block(); }
  void blank_row() override { leave_block(); }
  Result<Done> end_reading(Intake& intake) override {
    leave_block();
    return flush(intake);
  }

  Result<Done> first_reading_done() override {
    first_reading_ = false;
    if (!contradiction_.empty()) return invalid(contradiction_);
    if (known_blocks_ == 0) {
      return invalid(
          fmt::format("Its blocks ({}) are none of the daily series this version knows.", join(unknown_titles_, ", ")));
    }
    for (const std::string& title : unknown_titles_) {
      context_.warn(fmt::format("The block “{}” is not known to this version; its rows were left out.", title));
    }
    if (days_missing_ && !context_.statements.days) {
      context_.warn("The file does not say which days its numbers are of, so they were left out: say --days FROM..TO.");
    }
    return Done{};
  }

  Result<Fate> take(const csv::Row& row, Intake& intake) override {
    TRY_DONE(flush(intake));
    std::string_view first = trimmed(row.cell(0));
    if (kind_ == Kind::days) {
      if (auto time = context_.writing.time(first)) return take_day(row, *time, intake);
    }
    if (is_day_header(context_.format, row)) return take_day_header(row);
    if (!holds_more_than(row, 1) && find_block(context_.format, first) != nullptr) return take_title(first);
    if (kind_ == Kind::days && holds_more_than(row, 1)) {
      return context_.writing.is_totals_word(first) ? Fate::ignored()
                                                    : Fate::rejected(day_header_, first, "not a date");
    }
    if (block_ == nullptr) return take_unknown(row, first);
    if (block_->dimensions.size() == 2) return take_grid(row);
    if (block_->dimensions.size() == 1) return take_members(row, intake);
    return take_number(row, intake);
  }

 private:
  enum class Kind { none, days, grid, pair_or_list, list, number };
  struct Number {
    std::string dimension, member;
    int64_t value = 0;
  };

  void leave_block() {
    if (kind_ == Kind::grid) {
      for (auto* sums : {&row_sums_, &column_sums_}) {
        size_t dimension = sums == &row_sums_ ? 0 : 1;
        for (const auto& [member, value] : *sums) {
          pending_.push_back(fact_of({block_->dimensions[dimension], member, value}));
        }
      }
    }
    row_sums_.clear();
    column_sums_.clear();
    names_.clear();
    kind_ = Kind::none;
    block_ = nullptr;
    title_.clear();
  }

  Fate take_title(std::string_view title) {
    leave_block();
    title_ = title;
    return know_block(find_block(context_.format, title));
  }

  // A line of its own that is no title known: the title of an unknown block, or Meta's inner name of the one begun.
  Fate take_unknown(const csv::Row& row, std::string_view first) {
    if (holds_more_than(row, 1)) return title_.empty() ? Fate::structure() : Fate::ignored();
    leave_block();
    title_ = first;
    return Fate::structure();
  }

  Fate know_block(const catalog::Format::Block* block) {
    block_ = block;
    if (block_ == nullptr) {
      if (first_reading_) unknown_titles_.push_back(title_.empty() ? value_header_ : title_);
      return Fate::structure();
    }
    ++known_blocks_;
    measure_ = context_.catalog.measure(block_->measure);
    CHECK(measure_ != nullptr);
    network_ = network_of_block();
    return Fate::structure();
  }

  std::string_view network_of_block() {
    const std::string& said = context_.options.network;
    if (block_->network.empty()) return said.empty() ? std::string_view("meta") : std::string_view(said);
    if (!said.empty() && said != block_->network) {
      contradiction_ =
          fmt::format("“{}” is of {}, but --network says {}: leave --network out, or import the block alone.", title_,
                      block_->network, said);
    }
    return block_->network;
  }

  // --- days ---

  Fate take_day_header(const csv::Row& row) {
    day_header_ = trimmed(row.cell(0));
    value_header_ = trimmed(row.cell(1));
    kind_ = Kind::days;
    if (block_ != nullptr) return Fate::structure();
    // Exports of 2023 repeat the title over the numbers; what stands above them is the better name.
    return know_block(title_.empty() ? nullptr : find_block(context_.format, value_header_));
  }

  Result<Fate> take_day(const csv::Row& row, const CellTime& time, Intake& intake) {
    if (block_ == nullptr) return Fate::ignored();
    if (holds_more_than(row, 2)) return Fate::rejected("", trimmed(row.cell(2)), too_many_cells);
    CellNumber number = context_.writing.number(row.cell(1), scale_of(*measure_), fraction_of(*measure_));
    if (number.state == CellNumber::State::wrong) return Fate::rejected(value_header_, row.cell(1), number.reason);
    intake.see_days({time.day, time.day + 1});
    if (number.state == CellNumber::State::not_reported) return Fate::accepted();
    ValueFact fact = fact_of({{}, {}, number.value});
    // The clock beside the date jumps with daylight saving and means nothing: the date is the day.
    fact.observation.days = {time.day, time.day + 1};
    fact.observation.window = facts::Window::day;
    TRY_DONE(intake.take(fact));
    return Fate::accepted();
  }

  // --- groups ---

  CellNumber share(std::string_view text) {
    int64_t scale = scale_of(*measure_);
    constexpr int64_t percent = 100;
    if (measure_->unit == catalog::Unit::ratio && !text.ends_with('%')) scale /= percent;
    return context_.writing.number(text, scale, fraction_of(*measure_));
  }

  std::string ours(std::string_view word) const {
    auto known = context_.format.members.find(catalog::normalised_header(word));
    return known == context_.format.members.end() ? std::string(trimmed(word)) : known->second;
  }

  Result<Fate> take_grid(const csv::Row& row) {
    if (kind_ != Kind::grid) {
      kind_ = Kind::grid;
      for (std::string_view cell : row.cells.subspan(1)) names_.emplace_back(trimmed(cell));
      while (!names_.empty() && names_.back().empty()) names_.pop_back();
      return Fate::structure();
    }
    std::vector<int64_t> values(names_.size());
    for (size_t i = 0; i < names_.size(); ++i) {
      CellNumber number = share(trimmed(row.cell(i + 1)));
      if (number.state == CellNumber::State::wrong) return Fate::rejected(names_[i], row.cell(i + 1), number.reason);
      values[i] = number.value;
    }
    std::string group(trimmed(row.cell(0)));
    for (size_t i = 0; i < names_.size(); ++i) {
      row_sums_[ours(group)] += values[i];
      column_sums_[ours(names_[i])] += values[i];
    }
    return Fate::accepted();
  }

  // The line under the title: names, if numbers follow; else the header of a list.
  Result<Fate> take_members(const csv::Row& row, Intake& intake) {
    if (kind_ == Kind::none) {
      kind_ = Kind::pair_or_list;
      for (std::string_view cell : row.cells) names_.emplace_back(trimmed(cell));
      while (!names_.empty() && names_.back().empty()) names_.pop_back();
      return Fate::structure();
    }
    if (kind_ == Kind::pair_or_list) {
      CellNumber number = share(trimmed(row.cell(0)));
      kind_ = number.state == CellNumber::State::wrong && number.reason != number_made_a_date ? Kind::list : Kind::none;
      if (kind_ == Kind::none) return take_pair(row, intake);
    }
    return take_list_row(row, intake);
  }

  Result<Fate> take_pair(const csv::Row& row, Intake& intake) {
    std::vector<Number> numbers;
    for (size_t i = 0; i < names_.size(); ++i) {
      CellNumber number = share(trimmed(row.cell(i)));
      if (number.state == CellNumber::State::wrong) return Fate::rejected(names_[i], row.cell(i), number.reason);
      if (number.state == CellNumber::State::value) {
        numbers.push_back({block_->dimensions[0], ours(names_[i]), number.value});
      }
    }
    for (Number& number : numbers) TRY_DONE(hand_over(std::move(number), intake));
    return Fate::accepted();
  }

  // Before 2024 a tab stood where the name has a comma, so a name may fill several cells.
  Result<Fate> take_list_row(const csv::Row& row, Intake& intake) {
    size_t last = row.cells.size();
    while (last > 0 && trimmed(row.cells[last - 1]).empty()) --last;
    if (last < 2) return Fate::rejected("", row.cell(0), "the value is missing");
    std::string name;
    for (std::string_view cell : row.cells.first(last - 1)) name.append(name.empty() ? "" : ", ").append(trimmed(cell));
    CellNumber number = share(trimmed(row.cells[last - 1]));
    if (number.state == CellNumber::State::wrong) return Fate::rejected(name, row.cells[last - 1], number.reason);
    if (number.state == CellNumber::State::value) {
      TRY_DONE(hand_over({block_->dimensions[0], ours(name), number.value}, intake));
    }
    return Fate::accepted();
  }

  Result<Fate> take_number(const csv::Row& row, Intake& intake) {
    CellNumber number = context_.writing.number(row.cell(0), scale_of(*measure_), fraction_of(*measure_));
    if (number.state != CellNumber::State::value) {
      // FB_PAGE FOLLOW UNIQUE_USERS
      bool inner_name = trimmed(row.cell(0)).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string_view::npos;
      return inner_name ? Fate::structure() : Fate::rejected(title_, row.cell(0), "not a number");
    }
    TRY_DONE(hand_over({{}, {}, number.value}, intake));
    return Fate::accepted();
  }

  // --- facts ---

  ValueFact fact_of(const Number& number) {
    ValueFact fact;
    fact.account = context_.accounts.see(network_, "");
    facts::Observation& o = fact.observation;
    o.measure = measure_->key;
    o.zone = zone_;
    o.value = number.value;
    o.window = measure_->additivity == catalog::Class::stock ? facts::Window::instant : facts::Window::range;
    o.dimension = words_.emplace(number.dimension).first->c_str();
    o.member = words_.emplace(number.member).first->c_str();
    return fact;
  }

  Result<Done> hand_over(Number number, Intake& intake) {
    pending_.push_back(fact_of(number));
    return flush(intake);
  }

  Result<Done> flush(Intake& intake) {
    for (ValueFact& fact : pending_) {
      if (fact.observation.window == facts::Window::range) {
        days_missing_ = days_missing_ || !context_.statements.days;
        if (!context_.statements.days) continue;
        fact.observation.days = *context_.statements.days;
        intake.see_days(fact.observation.days);
      }
      TRY_DONE(intake.take(fact));
    }
    pending_.clear();
    return Done{};
  }

  ReadingContext context_;
  std::string zone_;
  bool first_reading_ = true, days_missing_ = false;
  int known_blocks_ = 0;
  std::vector<std::string> unknown_titles_;
  std::string contradiction_;
  std::set<std::string> words_;  // members that facts point to
  std::vector<ValueFact> pending_;

  // The block being read.
  Kind kind_ = Kind::none;
  std::string title_, day_header_, value_header_;
  const catalog::Format::Block* block_ = nullptr;
  const catalog::Measure* measure_ = nullptr;
  std::string_view network_;
  std::vector<std::string> names_;
  std::map<std::string, int64_t> row_sums_, column_sums_;
};

}  // namespace

std::unique_ptr<RowReader> make_block_reader(const ReadingContext& context) {
  return std::make_unique<BlockReader>(context);
}

}  // namespace sociometer::collect
