// Sociometer's own observations: one number per row, and the row says everything about it.
//
// Rows of one account and measure follow each other, so most cells equal the cell above: what was read from a cell is
// remembered until the cell changes.
#include <fmt/format.h>

#include "base/text.h"
#include "collect/post_text.h"
#include "collect/rows.h"

namespace sociometer::collect {

namespace {

// What the last text of a column was read as.
template <typename T>
struct Remembered {
  bool filled = false;
  std::string text;
  T value{};

  bool is(std::string_view now) const { return filled && text == now; }
  void keep(std::string_view now, T read) {
    text = now;
    value = std::move(read);
    filled = true;
  }
};

class ObservationReader : public RowReader {
 public:
  ObservationReader(const ReadingContext& context, const FoundTable& found)
      : context_(context),
        layout_(context.catalog, context.tables, found.table, found.header, found.descriptions),
        zone_(context.zone()) {
    for (size_t i = 0; i < std::size(column_roles); ++i) columns_[i] = layout_.find(column_roles[i]).value_or(SIZE_MAX);
    say_unknown_columns(context_, layout_);
  }

  Result<Fate> take(const csv::Row& row, Intake& intake) override {
    if (layout_.is_header(row)) return Fate::ignored();
    if (holds_more_than(row, layout_.columns())) {
      return Fate::rejected("", trimmed(row.cells[layout_.columns()]), too_many_cells);
    }
    fact_ = {};
    for (auto step : {&ObservationReader::read_whose, &ObservationReader::read_what, &ObservationReader::read_window,
                      &ObservationReader::read_value, &ObservationReader::read_observed_at}) {
      if (!(this->*step)(row)) return std::move(fate_);
    }
    if (!fact_.observation.days.empty()) intake.see_days(fact_.observation.days);
    if (!reported_) return Fate::accepted();
    see_account(row);
    TRY_DONE(intake.take(fact_));
    return Fate::accepted();
  }

 private:
  enum Column : size_t {
    network,
    account,
    ownership,
    subject,
    post_id,
    measure,
    promotion,
    breakdown,
    member,
    window,
    start,
    end,
    zone_name,
    value,
    currency,
    observed_at,
    count
  };
  static constexpr std::string_view column_roles[count] = {
      "network", "handle", "ownership", "subject", "post_id", "measure_key", "promotion", "breakdown",
      "member",  "window", "start",     "end",     "zone",    "value",       "currency",  "observed_at"};

  std::string_view cell(const csv::Row& row, Column column) const { return trimmed(row.cell(columns_[column])); }

  bool reject(const csv::Row& row, Column column, std::string_view reason) {
    std::string_view header =
        columns_[column] == SIZE_MAX ? column_roles[column] : std::string_view(layout_.header(columns_[column]));
    fate_ = Fate::rejected(header, cell(row, column), reason);
    return false;
  }

  bool read_whose(const csv::Row& row) {
    std::string_view written_network = cell(row, network);
    if (!network_.is(written_network)) {
      if (!read_network(row, written_network)) return false;
      account_.filled = false;
    }
    owner_.reset();
    std::string_view owner = cell(row, ownership);
    if (owner.empty()) return true;
    owner_ = control::parse_ownership(lower(owner));
    return owner_ || reject(row, ownership, "neither own nor competitor nor partner");
  }

  // Only a row that is taken makes its account one of the file's.
  void see_account(const csv::Row& row) {
    std::string_view written = cell(row, account);
    if (!account_.is(written)) account_.keep(written, context_.accounts.see(network_.value, written));
    fact_.account = account_.value;
    if (owner_) context_.accounts.set_ownership(fact_.account, *owner_);
  }

  bool read_network(const csv::Row& row, std::string_view written) {
    const std::string& said = context_.options.network;
    if (written.empty() && said.empty()) return reject(row, network, "the network is missing");
    const catalog::Network* known = context_.catalog.network(written.empty() ? said : written);
    if (known == nullptr) return reject(row, network, "no network of that name");
    if (!said.empty() && known->key != said) return reject(row, network, "--network says another one");
    network_.keep(written, known->key);
    return true;
  }

  bool read_what(const csv::Row& row) {
    facts::Observation& o = fact_.observation;
    o.subject_id = cell(row, post_id);
    std::string_view written = cell(row, subject);
    o.subject = o.subject_id.empty() ? facts::Subject::account : facts::Subject::post;
    if (!written.empty()) {
      auto parsed = facts::parse_subject(lower(written));
      if (!parsed) return reject(row, subject, "neither account nor post nor campaign nor ad");
      o.subject = *parsed;
    }
    if (o.subject == facts::Subject::account && !o.subject_id.empty())
      return reject(row, post_id, "an account has no post_id");
    if (o.subject != facts::Subject::account) {
      if (std::string_view problem = id_problem(o.subject_id); !problem.empty()) return reject(row, post_id, problem);
    }
    if (!read_measure(row)) return false;
    written = cell(row, promotion);
    if (!written.empty()) {
      auto parsed = facts::parse_promotion(lower(written));
      if (!parsed) return reject(row, promotion, "neither all nor organic nor paid");
      o.promotion = *parsed;
    }
    o.dimension = cell(row, breakdown);
    o.member = cell(row, member);
    if (o.dimension.empty() != o.member.empty()) {
      return reject(row, o.dimension.empty() ? breakdown : member, "breakdown and member go together");
    }
    if (o.dimension.empty() || context_.catalog.dimension(o.dimension) != nullptr) return true;
    return reject(row, breakdown, "no breakdown of that name");
  }

  bool read_measure(const csv::Row& row) {
    std::string_view written = cell(row, measure);
    if (!measure_.is(written)) {
      const catalog::Measure* known = context_.catalog.measure(written);
      if (known == nullptr)
        return reject(row, measure, written.empty() ? "the measure is missing" : "no measure of that name");
      measure_.keep(written, known);
    }
    bool of_post = fact_.observation.subject == facts::Subject::post;
    // The reach of a post and the reach of an account are two measures.
    fact_.observation.measure =
        of_post && measure_.value->key == "reach" ? "post_reach" : std::string_view(measure_.value->key);
    return true;
  }

  bool read_day(const csv::Row& row, Column column, Remembered<Day>& remembered) {
    std::string_view written = cell(row, column);
    if (remembered.is(written)) return true;
    auto day = parse_day(written);
    if (!day) return reject(row, column, "not a date as in 2026-01-31");
    remembered.keep(written, *day);
    return true;
  }

  bool read_window(const csv::Row& row) {
    facts::Observation& o = fact_.observation;
    std::string_view written = cell(row, window);
    o.window = o.subject == facts::Subject::account ? facts::Window::day : facts::Window::lifetime;
    if (!written.empty()) {
      auto parsed = facts::parse_window(lower(written));
      if (!parsed) return reject(row, window, "none of instant, day, 7d, 28d, range, lifetime");
      o.window = *parsed;
    }
    return read_zone(row) && read_days(row);
  }

  bool read_days(const csv::Row& row) {
    bool has_start = !cell(row, start).empty(), has_end = !cell(row, end).empty();
    if (has_start && !read_day(row, start, start_)) return false;
    if (has_end && !read_day(row, end, end_)) return false;
    facts::Window kind = fact_.observation.window;
    int length = kind == facts::Window::seven_days ? 7 : kind == facts::Window::twenty_eight_days ? 28 : 1;
    DayRange& days = fact_.observation.days;
    if (!has_start && !has_end) {
      if (kind == facts::Window::lifetime) return true;  // the day it was observed
      return reject(row, start, "the day is missing");
    }
    if (kind == facts::Window::range) {
      if (!has_start || !has_end) return reject(row, has_start ? end : start, "a range has a start and an end");
      days = {start_.value, end_.value + 1};
      return !days.empty() || reject(row, end, "the end lies before the start");
    }
    days.first = has_start ? start_.value : end_.value - (length - 1);
    days.end = days.first + length;
    if (!has_end || days.end == end_.value + 1) return true;
    return reject(row, end, "does not fit the window: the end is its last day");
  }

  bool read_zone(const csv::Row& row) {
    std::string_view written = cell(row, zone_name);
    if (written.empty()) {
      fact_.observation.zone = zone_;
      return true;
    }
    if (!row_zone_.is(written)) {
      auto found = Zone::find(written);
      if (!found) return reject(row, zone_name, "no time zone of that name");
      row_zone_.keep(written, found->name());
    }
    fact_.observation.zone = row_zone_.value;
    return true;
  }

  bool read_value(const csv::Row& row) {
    const catalog::Measure& known = *measure_.value;
    CellNumber number = context_.writing.number(cell(row, value), scale_of(known), fraction_of(known));
    if (number.state == CellNumber::State::wrong) return reject(row, value, number.reason);
    reported_ = number.state == CellNumber::State::value;
    fact_.observation.value = number.value;
    if (known.unit != catalog::Unit::money || !reported_) return true;
    std::string_view written = cell(row, currency);
    if (!currency_.is(written)) {
      std::string code(written);
      if (code.empty()) code = context_.options.currency;
      if (code.empty()) code = context_.workspace.currency;
      bool upper =
          code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
      if (code.empty())
        return reject(row, currency, "in which currency? Fill the column, say --currency, or set the workspace's");
      if (!upper) return reject(row, currency, "not a currency as in EUR");
      currency_.keep(written, code);
    }
    fact_.observation.currency = currency_.value;
    return true;
  }

  bool read_observed_at(const csv::Row& row) {
    std::string_view written = cell(row, observed_at);
    if (written.empty()) return true;
    if (!observed_.is(written)) {
      auto instant = parse_instant(written);
      if (!instant) return reject(row, observed_at, "not a moment as in 2026-01-31T10:00:00Z");
      observed_.keep(written, *instant);
    }
    fact_.observed_said = true;
    fact_.observation.observed_at = observed_.value;
    return true;
  }

  ReadingContext context_;
  Layout layout_;
  std::string zone_;
  size_t columns_[count];

  Remembered<std::string> network_, row_zone_, currency_;
  Remembered<int> account_;
  Remembered<const catalog::Measure*> measure_;
  Remembered<Day> start_, end_;
  Remembered<Instant> observed_;

  // The row being read.
  ValueFact fact_;
  std::optional<control::Ownership> owner_;
  bool reported_ = false;
  Fate fate_;
};

}  // namespace

std::unique_ptr<RowReader> make_observation_reader(const ReadingContext& context, const FoundTable& found) {
  return std::make_unique<ObservationReader>(context, found);
}

}  // namespace sociometer::collect
