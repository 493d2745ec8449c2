// Days, one per row, of one account: X daily activity and account overview.
#include <fmt/format.h>

#include "base/text.h"
#include "collect/file_name.h"
#include "collect/measure_row.h"
#include "collect/rows.h"

namespace sociometer::collect {

namespace {

class DayReader : public RowReader {
 public:
  DayReader(const ReadingContext& context, const csv::Row& header)
      : context_(context),
        layout_(context.catalog, context.format, header),
        measures_(context_, layout_),
        days_(layout_.of("day")),
        zone_(context.options.zone.empty() ? context.format.zone : context.options.zone) {
    std::string handle = account_in_name(context.path);
    if (!handle.empty() && context.options.account.empty()) {
      context_.warnings.push_back(
          fmt::format("The rows do not name their account: “{}” was taken from the file's name.", handle));
    }
    account_ = context_.accounts.see(context.format.network, handle);
  }

  std::string zone() const override { return zone_; }

  Result<Done> first_reading_done() override {
    measures_.find_contradictions(context_.warnings);
    return Done{};
  }

  Result<Fate> take(const csv::Row& row, Intake& intake) override {
    if (row.line < layout_.header_line()) return Fate::structure();
    if (layout_.is_header(row)) return row.line == layout_.header_line() ? Fate::structure() : Fate::ignored();
    std::string_view written = layout_.cell(row, days_);
    auto time = parse_time(written);
    if (!time) {
      if (is_totals_row(row)) return Fate::ignored();
      return Fate::rejected(layout_.header(days_.front()), written,
                            written.empty() ? "the date is missing" : "not a date");
    }
    if (holds_more_than(row, layout_.columns())) {
      return Fate::rejected("", trimmed(row.cells[layout_.columns()]), too_many_cells);
    }
    if (auto fate = measures_.read(row)) return *fate;
    intake.see_days({time->day, time->day + 1});
    for (const MeasureRow::Value& value : measures_.values()) TRY_DONE(intake.take(fact(value, time->day)));
    return Fate::accepted();
  }

 private:
  ValueFact fact(const MeasureRow::Value& value, Day day) const {
    ValueFact fact;
    fact.account = account_;
    fact.observation.measure = value.cells->measure->key;
    fact.observation.promotion = value.cells->promotion;
    fact.observation.days = {day, day + 1};
    fact.observation.zone = zone_;
    fact.observation.value = value.value;
    if (value.cells->measure->unit == catalog::Unit::money) fact.observation.currency = measures_.currency();
    return fact;
  }

  ReadingContext context_;
  Layout layout_;
  MeasureRow measures_;
  const std::vector<size_t>& days_;
  std::string zone_;
  int account_ = 0;
};

}  // namespace

std::unique_ptr<RowReader> make_day_reader(const ReadingContext& context, const csv::Row& header) {
  return std::make_unique<DayReader>(context, header);
}

}  // namespace sociometer::collect
