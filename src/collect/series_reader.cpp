// Daily series: blocks of a title, a header and days. Meta Business Suite's overview cards.
//
//   "Facebook reach"
//   "Date","Primary"
//   "2025-05-25T00:00:00","14551"
//
//   "Instagram reach"
//   …
#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "collect/recognise.h"
#include "collect/rows.h"

namespace sociometer::collect {

namespace {

class SeriesReader : public RowReader {
 public:
  explicit SeriesReader(const ReadingContext& context)
      : context_(context),
        mark_(decimal_mark_of(context.options.locale)),
        zone_(context.options.zone.empty() ? context.format.zone : context.options.zone) {}

  std::string zone() const override { return zone_; }
  void begin_reading() override { leave_block(); }
  void blank_row() override { leave_block(); }

  Result<Done> first_reading_done() override {
    first_reading_ = false;
    if (!contradiction_.empty()) return invalid(contradiction_);
    if (known_blocks_ == 0) {
      return invalid(
          fmt::format("Its blocks ({}) are none of the daily series this version knows.", join(unknown_titles_, ", ")));
    }
    for (const std::string& title : unknown_titles_) {
      context_.warnings.push_back(
          fmt::format("The block “{}” is not known to this version; its rows were left out.", title));
    }
    return Done{};
  }

  Result<Fate> take(const csv::Row& row, Intake& intake) override {
    std::string_view first = trimmed(row.cell(0));
    auto time = parse_time(first);
    if (time && in_block_) return take_day(row, *time, intake);
    if (!holds_more_than(row, 1)) return take_title(first);
    if (is_day_header(context_.format, row)) return take_header(row);
    if (!in_block_) return Fate::structure();
    if (is_totals_row(row)) return Fate::ignored();
    return Fate::rejected(day_header_, first, "not a date");
  }

 private:
  void leave_block() {
    in_block_ = false;
    series_ = nullptr;
    title_.clear();
  }

  Fate take_title(std::string_view title) {
    leave_block();
    title_ = title;
    return Fate::structure();
  }

  Fate take_header(const csv::Row& row) {
    in_block_ = true;
    day_header_ = trimmed(row.cell(0));
    value_header_ = trimmed(row.cell(1));
    // Exports of 2023 repeat the title over the numbers; what stands above them is the better name.
    series_ = find_series(context_.format, title_);
    if (series_ == nullptr && !title_.empty()) series_ = find_series(context_.format, value_header_);
    if (series_ == nullptr) {
      if (first_reading_) unknown_titles_.push_back(title_.empty() ? value_header_ : title_);
      return Fate::structure();
    }
    ++known_blocks_;
    measure_ = context_.catalog.measure(series_->measure);
    CHECK(measure_ != nullptr);
    network_ = network_of_block();
    return Fate::structure();
  }

  std::string_view network_of_block() {
    const std::string& said = context_.options.network;
    if (series_->network.empty()) return said.empty() ? std::string_view("meta") : std::string_view(said);
    if (!said.empty() && said != series_->network) {
      contradiction_ =
          fmt::format("“{}” is of {}, but --network says {}: leave --network out, or import the block alone.", title_,
                      series_->network, said);
    }
    return series_->network;
  }

  Result<Fate> take_day(const csv::Row& row, const CellTime& time, Intake& intake) {
    if (series_ == nullptr) return Fate::ignored();
    if (holds_more_than(row, 2)) return Fate::rejected("", trimmed(row.cell(2)), too_many_cells);
    CellNumber number = parse_number(row.cell(1), scale_of(*measure_), fraction_of(*measure_), mark_);
    if (number.state == CellNumber::State::wrong) return Fate::rejected(value_header_, row.cell(1), number.reason);
    intake.see_days({time.day, time.day + 1});
    if (number.state == CellNumber::State::not_reported) return Fate::accepted();
    ValueFact fact;
    fact.account = context_.accounts.see(network_, "");
    fact.observation.measure = measure_->key;
    // The clock beside the date jumps with daylight saving and means nothing: the date is the day.
    fact.observation.days = {time.day, time.day + 1};
    fact.observation.zone = zone_;
    fact.observation.value = number.value;
    TRY_DONE(intake.take(fact));
    return Fate::accepted();
  }

  ReadingContext context_;
  DecimalMark mark_;
  std::string zone_;
  bool first_reading_ = true;
  int known_blocks_ = 0;
  std::vector<std::string> unknown_titles_;
  std::string contradiction_;

  // The block being read.
  bool in_block_ = false;
  std::string title_, day_header_, value_header_;
  const catalog::Format::Series* series_ = nullptr;
  const catalog::Measure* measure_ = nullptr;
  std::string_view network_;
};

}  // namespace

std::unique_ptr<RowReader> make_series_reader(const ReadingContext& context, const csv::Row&) {
  return std::make_unique<SeriesReader>(context);
}

}  // namespace sociometer::collect
