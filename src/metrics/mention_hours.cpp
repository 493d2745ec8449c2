// What is computed from mentions hour by hour: how many come, against what is usual at that hour of the week.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/text.h"
#include "metrics/events.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {
namespace {

using facts::EventTable;
using Form = EventDimension::Form;
using Kind = EventMeasure::Kind;

constexpr int weeks_learnt_from = 8;
constexpr size_t weeks_needed = 2;
constexpr int64_t hours_of_week = 168;

// Rows come by hour of the zone's clock and by the members that the question needs. Before the first mention ever
// nobody listened, so silence there is not calm: weeks before it teach nothing.
class HourReader {
 public:
  using Take = std::function<void(DerivedRow row)>;
  HourReader(const DeriveContext& context, const Take& take) : context_(context), take_(take) {}

  Result<Done> read() {
    if (!context_.query.span) return Done{};
    TRY_DONE(context_.select(fmt::format("SELECT min(happened_at) FROM {}", rows({})), [&](const facts::Chunk& chunk) {
      if (chunk.rows() > 0 && !chunk.is_null(0, 0)) since_ = Instant{chunk.integer(0, 0)};
      return true;
    }));
    if (!since_) return Done{};
    TRY_DONE(context_.select(sql(), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) add(chunk, row);
      return true;
    }));
    for (const auto& [members, counts] : counts_) tell(members, counts);
    return Done{};
  }

 private:
  using Members = std::vector<std::vector<std::string>>;
  using Counts = std::unordered_map<int64_t, int64_t>;  // by hour of the zone's clock

  std::string rows(const std::set<std::string>& columns) const {
    return event_rows(context_.query.scope, EventTable::mentions, columns);
  }

  // Hours and weekdays are of the row's own moment.
  static bool is_read(const EventDimension& dimension) {
    return dimension.form != Form::hour && dimension.form != Form::weekday;
  }

  std::string sql() const {
    std::set<std::string> columns = {"brands", "author", "network", "account"};
    std::string selected;
    for (const EventDimension* dimension : context_.dimensions) {
      if (!is_read(*dimension)) continue;
      for (std::string_view column : dimension->columns) columns.emplace(column);
      bool of_brands = dimension->key == "brand";
      std::string member = dimension->key == "ownership" ? brand_owners(context_.query)
                           : of_brands                   ? named_brands(context_.query)
                                                         : std::string(dimension->sql);
      selected += ", " + member;
    }
    auto [from, to] = *context_.query.span;
    return fmt::format("SELECT happened_at, batch{} FROM {} AND happened_at >= {} AND happened_at < {}", selected,
                       rows(columns), from.micros - weeks_learnt_from * hours_of_week * hour_micros - hour_micros,
                       to.micros);
  }

  int64_t clock_hour(Instant at) const {
    int64_t seconds = at.micros / second_micros + context_.scope->zone.offset_seconds(at);
    return seconds >= 0 ? seconds / 3600 : (seconds - 3599) / 3600;
  }

  void add(const facts::Chunk& chunk, size_t row) {
    Members members;
    size_t column = 2;
    for (const EventDimension* dimension : context_.dimensions) {
      if (!is_read(*dimension)) {
        members.push_back({""});
      } else if (dimension->form == Form::list) {
        members.push_back(chunk.list(column++, row));
      } else {
        members.push_back({std::string(chunk.text(column++, row))});
      }
    }
    ++counts_[members][clock_hour({chunk.integer(0, row)})];
    batch_ = chunk.integer(1, row);
  }

  void place(DerivedRow& row) const {
    for (size_t i = 0; i < context_.dimensions.size(); ++i) {
      if (context_.dimensions[i]->key == "account") row.account = row.members[i].front();
      if (context_.dimensions[i]->key == "network") row.network = row.members[i].front();
    }
  }

  // Hours that are over, each with what came and what is usual.
  void tell(const Members& members, const Counts& counts) {
    auto [from, to] = *context_.query.span;
    auto count_of = [&](int64_t clock) {
      auto found = counts.find(clock);
      return found == counts.end() ? int64_t{0} : found->second;
    };
    for (Instant at = std::max(from, *since_); at < to && at.micros + hour_micros <= context_.scope->now.micros;
         at.micros += hour_micros) {
      int64_t clock = clock_hour(at);
      std::vector<int64_t> before;
      for (int week = 1; week <= weeks_learnt_from; ++week) {
        if (at.micros - week * hours_of_week * hour_micros < since_->micros) break;
        before.push_back(count_of(clock - week * hours_of_week));
      }
      if (before.size() < weeks_needed) continue;
      tell_hour(at, members, count_of(clock), before);
    }
  }

  // A row for what came, and one for each week that says what is usual: its part of the mean.
  void tell_hour(Instant at, const Members& members, int64_t seen, const std::vector<int64_t>& before) const {
    auto row_of = [&](std::string entity, DerivedValue now, DerivedValue usual) {
      DerivedRow row;
      row.entity = std::move(entity);
      row.members = members;
      place(row);
      row.batch = batch_;
      row.values = {now, usual};
      return row;
    };
    take_(row_of("now", {at, seen}, {}));
    auto weeks = static_cast<int64_t>(before.size());
    int64_t told = 0, sum = 0;
    for (int64_t week = 0; week < weeks; ++week) {
      sum += before[static_cast<size_t>(week)];
      int64_t mean_so_far = (sum * 1'000'000 + weeks / 2) / weeks;  // so that the parts add up to the mean
      take_(row_of(fmt::format("{} weeks before", week + 1), {}, {at, mean_so_far - told}));
      told = mean_so_far;
    }
  }

  const DeriveContext& context_;
  const Take& take_;
  std::optional<Instant> since_;
  std::map<Members, Counts> counts_;
  int64_t batch_ = 0;
};

Result<Done> derive_hours(const DeriveContext& context, const std::function<void(DerivedRow row)>& take) {
  return HourReader(context, take).read();
}

}  // namespace

std::vector<EventMeasure> mention_hour_measures() {
  static const EventRelation& relation =
      *new EventRelation{"mention_hours", EventTable::mentions,  {},      "hours",      "hour",
                         "happened_at",   &mention_dimensions(), nullptr, derive_hours, {"seen", "usual"}};
  EventMeasure watched{"watched_mentions", &relation, Kind::sum, "", "seen"};
  watched.usual = "usual_mentions";
  return {watched, {"usual_mentions", &relation, Kind::sum, "", "usual"}};
}

}  // namespace sociometer::metrics
