// Numbers of days, ranges, groups and campaigns, one row each: X daily activity, LinkedIn's followers, reports of
// advertising. What a row's numbers are of is said by its cells, by its columns' names, or by the file.
#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "collect/file_name.h"
#include "collect/measure_row.h"
#include "collect/rows.h"
#include "collect/totals.h"

namespace sociometer::collect {

namespace {

class ValueReader : public RowReader {
 public:
  ValueReader(const ReadingContext& context, const FoundTable& found)
      : context_(context),
        layout_(context.catalog, context.tables, found.table, found.header, found.descriptions),
        measures_(context_, layout_),
        totals_(context_, layout_),
        days_(layout_.of("day")),
        networks_(layout_.of("network")),
        handles_(layout_.of("handle")),
        names_(layout_.of("account_name")),
        ids_(layout_.of("account_id")) {
    network_ = !context_.network().empty() ? context_.network() : layout_.network();
    window_ = *facts::parse_window(layout_.table().window);
    bool many = layout_.members().size() > 1;
    added_ = layout_.table().added || many;
    for (auto [role, subject] : {std::pair{"campaign_id", facts::Subject::campaign},
                                 {"campaign", facts::Subject::campaign},
                                 {"ad_id", facts::Subject::ad},
                                 {"ad", facts::Subject::ad}}) {
      if (layout_.has(role) && (subjects_.empty() || subject_ != subject)) subjects_.clear();
      if (!layout_.has(role)) continue;
      subject_ = subject;
      subjects_.push_back(&layout_.of(role));
    }
    named_by_file_ = handles_.empty() && names_.empty() && ids_.empty();
    if (named_by_file_) see_account_of_file();
  }

  void begin_reading() override {
    totals_.begin_reading();
    yearless_.begin_reading();
    sums_.clear();
  }

  bool wants_proof_again() override {
    if (!yearless_.any() || years_known_) return false;
    years_known_ = true;
    yearless_.settle(Zone::utc().day_of(context_.options.observed_at.value_or(context_.now)));
    auto range = yearless_.range();
    if (range && !context_.options.observed_at) {
      context_.warn(fmt::format(
          "Its dates have no year: they were taken as {} to {}. Say --observed-at with the day of the download if that "
          "is wrong.",
          format_day(range->first), format_day(range->end - 1)));
    }
    return true;
  }

  Result<Done> first_reading_done() override {
    if (network_.empty() && networks_.empty()) return invalid("The file does not say its network: say --network.");
    measures_.find_contradictions(context_.warnings);
    totals_.check();
    return Done{};
  }

  Result<Fate> take(const csv::Row& row, Intake& intake) override {
    if (layout_.is_header(row)) return Fate::ignored();
    if (totals_.is_totals(row) || is_unnamed_totals(row)) {
      totals_.see(row);
      return Fate::ignored();
    }
    if (holds_more_than(row, layout_.columns())) {
      return Fate::rejected("", trimmed(row.cells[layout_.columns()]), too_many_cells);
    }
    if (auto fate = read_when(row)) return *fate;
    if (auto fate = read_whose(row)) return *fate;
    if (auto fate = measures_.read(row)) return *fate;
    totals_.add(measures_.values());
    if (!range_.empty()) intake.see_days(range_);
    for (const MeasureRow::Value& value : measures_.values()) TRY_DONE(hand_over(row, value, intake));
    return Fate::accepted();
  }

  Result<Done> end_reading(Intake& intake) override {
    for (const auto& [key, sum] : sums_) {
      if (sum.parts > 1 && !sum.adds_up) continue;
      ValueFact fact = sum.fact;
      const SumKey& k = key;
      fact.observation.subject_id = k.subject_id;
      fact.observation.dimension = k.dimension;
      fact.observation.member = k.member;
      fact.observation.currency = k.currency;
      fact.observation.value = sum.value;
      TRY_DONE(intake.take(fact));
    }
    return Done{};
  }

 private:
  struct SumKey {
    const MeasureCells* cells;
    int account;
    DayRange days;
    facts::Window window;
    std::string subject_id, dimension, member, currency;
    auto operator<=>(const SumKey&) const = default;
  };
  struct Sum {
    ValueFact fact;
    int64_t value = 0;
    int parts = 0;
    bool adds_up = true;
  };

  void see_account_of_file() {
    std::string handle = context_.statements.account;
    if (handle.empty()) handle = account_in_name(context_.path);
    if (!handle.empty() && context_.options.account.empty()) {
      context_.warn(fmt::format("The rows do not name their account: “{}” was taken from {}.", handle,
                                context_.statements.account.empty() ? "the file's name" : "the file's first lines"));
    }
    handle_of_file_ = handle;
  }

  // Names nobody in a table whose other rows do: the sum of them.
  bool is_unnamed_totals(const csv::Row& row) const {
    if (!layout_.table().totals_unnamed) return false;
    bool names = false;
    auto empty = [&](const std::vector<size_t>& columns) {
      names = names || !columns.empty();
      return layout_.cell(row, columns).empty();
    };
    for (const auto* columns : {&names_, &handles_, &ids_}) {
      if (!empty(*columns)) return false;
    }
    for (const auto* columns : subjects_) {
      if (!empty(*columns)) return false;
    }
    for (const Layout::Members& members : layout_.members()) {
      if (!empty(members.columns)) return false;
    }
    return names && (names_.empty() || !row.blank());
  }

  std::optional<Fate> reject(const std::vector<size_t>& columns, std::string_view text, std::string_view reason) const {
    return Fate::rejected(columns.empty() ? std::string_view() : std::string_view(layout_.header(columns.front())),
                          text, reason);
  }

  // The days the row is of, into range_; empty if the file must say them.
  std::optional<Fate> read_when(const csv::Row& row) {
    range_ = {};
    if (!days_.empty()) return read_day(row);
    if (layout_.has("nth_day")) return read_nth_day(row);
    std::string_view period = layout_.cell(row, layout_.of("period"));
    if (!period.empty()) {
      auto days = days_in_text(context_.writing, period);
      if (!days) return reject(layout_.of("period"), period, "neither a day nor a range of days");
      range_ = *days;
      return std::nullopt;
    }
    std::string_view start = layout_.cell(row, layout_.of("start")), end = layout_.cell(row, layout_.of("end"));
    if (start.empty() && end.empty()) return std::nullopt;
    auto first = context_.writing.time(start), last = end.empty() ? first : context_.writing.time(end);
    if (!first) return reject(layout_.of("start"), start, "not a date");
    if (!last) return reject(layout_.of("end"), end, "not a date");
    if (last->day < first->day) return reject(layout_.of("end"), end, "the end lies before the start");
    range_ = {first->day, last->day + 1};
    return std::nullopt;
  }

  // "0000" is the first day the file speaks of.
  std::optional<Fate> read_nth_day(const csv::Row& row) {
    const std::vector<size_t>& columns = layout_.of("nth_day");
    std::string_view written = layout_.cell(row, columns);
    CellNumber number = parse_number(written, 1, Fraction::whole_only);
    constexpr int64_t most_days = 36'500;
    if (number.state != CellNumber::State::value || number.value < 0 || number.value > most_days) {
      return reject(columns, written, "not a number of days");
    }
    if (!context_.statements.days) return std::nullopt;
    Day day = context_.statements.days->first + static_cast<int>(number.value);
    range_ = {day, day + 1};
    return std::nullopt;
  }

  std::optional<Fate> read_day(const csv::Row& row) {
    std::string_view written = layout_.cell(row, days_);
    if (auto time = context_.writing.time(written)) {
      range_ = {time->day, time->day + 1};
      return std::nullopt;
    }
    if (auto date = context_.writing.month_day(written)) {
      if (!years_known_) {
        yearless_.see(*date);
      } else if (auto day = yearless_.next(*date)) {
        range_ = {*day, *day + 1};
      }
      return std::nullopt;
    }
    return reject(days_, written, written.empty() ? "the date is missing" : "not a date");
  }

  std::optional<Fate> read_whose(const csv::Row& row) {
    row_network_ = network_;
    std::string_view written = layout_.cell(row, networks_);
    if (!networks_.empty()) {
      const catalog::Network* known = written.empty() ? nullptr : context_.catalog.network(written);
      if (known == nullptr) {
        return reject(networks_, written, written.empty() ? "the network is missing" : "no network of that name");
      }
      row_network_ = known->key;
      if (!context_.options.network.empty() && known->key != context_.options.network) {
        return reject(networks_, written, "--network says another one");
      }
    }
    if (named_by_file_) return std::nullopt;
    row_handle_ = handle_of(layout_.cell(row, handles_));
    row_name_ = layout_.cell(row, names_);
    row_id_ = layout_.cell(row, ids_);
    if (row_handle_.empty()) row_handle_ = handle_of(row_name_.empty() ? row_id_ : row_name_);
    return std::nullopt;
  }

  // Some tools write '@brand, so that no spreadsheet takes it for a formula.
  static std::string_view handle_of(std::string_view text) { return text.starts_with("'") ? text.substr(1) : text; }

  int see_account() {
    if (named_by_file_) return context_.accounts.see(row_network_, handle_of_file_);
    int account = context_.accounts.see(row_network_, row_handle_);
    for (std::string_view alias : {row_name_, row_id_}) {
      if (!alias.empty() && alias != row_handle_) context_.accounts.add_alias(account, alias);
    }
    if (auto owner = control::parse_ownership(layout_.table().ownership)) {
      context_.accounts.set_ownership_if_new(account, *owner);
    }
    return account;
  }

  // The window of one number and its days; false if nobody says which days it is of.
  bool place(const MeasureCells& cells, facts::Observation& o) {
    DayRange days = range_;
    o.window = cells.window.value_or(window_);
    if (o.window == facts::Window::instant && days.empty()) return true;  // the day it was observed
    if (days.empty() && days_.empty() && !layout_.has("nth_day")) {
      context_.statements.days_wanted = true;
      if (context_.statements.days) days = *context_.statements.days;
    }
    if (days.empty()) return false;
    Day last = days.end - 1;
    // What is true at a moment is true at the end.
    if (cells.measure->additivity == catalog::Class::stock) o.window = facts::Window::instant;
    switch (o.window) {
      case facts::Window::instant:
      case facts::Window::lifetime:
        days = {last, last + 1};
        break;
      case facts::Window::seven_days:
        days = {last - 6, last + 1};
        break;
      case facts::Window::twenty_eight_days:
        days = {last - 27, last + 1};
        break;
      case facts::Window::day:
      case facts::Window::range:
        o.window = days.days() == 1 ? facts::Window::day : facts::Window::range;
        break;
    }
    o.days = days;
    return true;
  }

  Result<Done> hand_over(const csv::Row& row, const MeasureRow::Value& value, Intake& intake) {
    ValueFact fact;
    facts::Observation& o = fact.observation;
    if (!place(*value.cells, o)) return Done{};
    fact.account = see_account();
    o.subject = subject_;
    o.measure = value.cells->measure->key;
    o.promotion = value.cells->promotion;
    o.zone = context_.zone();
    o.value = value.value;
    o.currency = value.currency;
    for (const auto* columns : subjects_) {
      if (o.subject_id.empty()) o.subject_id = layout_.cell(row, *columns);
    }
    if (subject_ != facts::Subject::account && o.subject_id.empty()) o.subject = facts::Subject::account;
    o.dimension = value.cells->dimension;
    o.member = value.cells->member;
    if (layout_.has("breakdown")) {
      o.dimension = layout_.dimension_of(layout_.cell(row, layout_.of("breakdown")));
      o.member = layout_.cell(row, layout_.of("member"));
      if (o.dimension.empty() || o.member.empty()) return Done{};  // a group that is none of ours: the original has it
    }
    if (!added_ && layout_.members().empty()) return intake.take(fact);
    return hand_over_members(row, value, fact, intake);
  }

  Result<Done> hand_over_members(const csv::Row& row, const MeasureRow::Value& value, ValueFact& fact, Intake& intake) {
    facts::Observation& o = fact.observation;
    if (layout_.members().empty()) {
      add(value, fact);
      return Done{};
    }
    for (const Layout::Members& members : layout_.members()) {
      std::string member = member_of(members, layout_.cell(row, members.columns));
      o.dimension = members.column->dimension;
      o.member = member;
      if (added_) {
        add(value, fact);
      } else {
        TRY_DONE(intake.take(fact));
      }
    }
    return Done{};
  }

  // In our word for it, where there is one; an hour as its number.
  static std::string member_of(const Layout::Members& members, std::string_view written) {
    if (written.empty()) return "unknown";
    auto known = members.column->values.find(catalog::normalised_header(written));
    if (known != members.column->values.end()) return known->second;
    if (members.column->dimension != "hour") return std::string(written);
    std::string_view digits = written.substr(0, written.find_first_not_of("0123456789"));
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.empty() ? 0 : digits.size() - 1));
    return std::string(digits.empty() ? written : digits);
  }

  void add(const MeasureRow::Value& value, const ValueFact& fact) {
    const facts::Observation& o = fact.observation;
    SumKey key{value.cells,
               fact.account,
               o.days,
               o.window,
               std::string(o.subject_id),
               std::string(o.dimension),
               std::string(o.member),
               std::string(o.currency)};
    Sum& sum = sums_[std::move(key)];
    sum.fact = fact;
    if (__builtin_add_overflow(sum.value, value.value, &sum.value)) sum.adds_up = false;
    ++sum.parts;
    if (value.cells->measure->additivity != catalog::Class::flow) sum.adds_up = false;
  }

  ReadingContext context_;
  Layout layout_;
  MeasureRow measures_;
  TotalsCheck totals_;
  YearlessDays yearless_;
  const std::vector<size_t>&days_, &networks_, &handles_, &names_, &ids_;
  std::vector<const std::vector<size_t>*> subjects_;
  facts::Subject subject_ = facts::Subject::account;
  facts::Window window_ = facts::Window::day;
  std::string network_, handle_of_file_;
  bool named_by_file_ = false, added_ = false, years_known_ = false;
  std::map<SumKey, Sum> sums_;

  // The row being read.
  DayRange range_;
  std::string_view row_network_, row_handle_, row_name_, row_id_;
};

}  // namespace

std::unique_ptr<RowReader> make_value_reader(const ReadingContext& context, const FoundTable& found) {
  return std::make_unique<ValueReader>(context, found);
}

}  // namespace sociometer::collect
