#include "metrics/series_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/best_tier.h"

namespace sociometer::metrics {
namespace {

// About a hundred megabytes of an answer at a time.
constexpr int64_t values_at_once = 4'000'000;
// What a series may hold where no period bounds it: ten years.
constexpr int64_t days_unbounded = 3'660;

int64_t days_in(std::optional<DayRange> days) {
  return days ? days->days() : days_unbounded;
}

std::optional<DayRange> years_around(std::optional<DayRange> days) {
  if (!days || days->empty()) return days;
  auto year_of = [](Day day) { return bucket_of(day, Bucket::year, Weekday::monday); };
  return DayRange{year_of(days->first).first, year_of(days->end - 1).end};
}

}  // namespace

std::vector<std::pair<int64_t, int64_t>> statements_of(const std::vector<int64_t>& numbers, int64_t days,
                                                       int64_t most) {
  auto in_each = static_cast<size_t>(std::max<int64_t>(most / std::max<int64_t>(days, 1), 1));
  std::vector<std::pair<int64_t, int64_t>> statements;
  for (size_t first = 0; first < numbers.size(); first += in_each) {
    size_t last = std::min(first + in_each, numbers.size()) - 1;
    statements.emplace_back(numbers[first], numbers[last]);
  }
  return statements;
}

Result<Done> SeriesValues::read(const SeriesWanted& wanted, const Each& each) {
  TRY_DONE(read_names(wanted));
  BestTier best(names_);
  if (scope_.as_of) {
    TRY_DONE(read_then(wanted, [&](size_t series, const ToldDays& told) { best.hold(series, told); }));
  } else {
    TRY_DONE(read_now(wanted, [&](size_t series, const ToldDays& told) {
      if (best.is_contested(series)) {
        best.hold(series, told);
      } else {
        each(series, told);
      }
    }));
  }
  best.hand_on(each);
  return Done{};
}

Result<Done> SeriesValues::read_names(const SeriesWanted& wanted) {
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      SeriesName& name = names_.emplace_back();
      name.number = scope_.as_of ? 0 : chunk.integer(0, row);
      name.network = chunk.text(1, row);
      name.account = chunk.text(2, row);
      name.measure = chunk.text(3, row);
      name.promotion = chunk.text(4, row);
      name.member = chunk.text(5, row);
      name.tier = static_cast<int>(chunk.integer(6, row));
      std::string_view kind = chunk.text(7, row);
      name.has_days = kind == "day" || kind == "instant";
    }
    return true;
  };
  return run_select(store_, sql_series_names(scope_, wanted.choice), ran_, read, facts::Store::Rows::kept);
}

Result<Done> SeriesValues::read_now(const SeriesWanted& wanted, const Each& each) {
  Indices indices;
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].has_days) indices.push_back(i);
  }
  if (indices.empty()) return Done{};
  std::sort(indices.begin(), indices.end(), [&](size_t a, size_t b) { return names_[a].number < names_[b].number; });
  const auto count = static_cast<int64_t>(indices.size());
  if (memory_ != nullptr && memory_->series.has_room_for(count * days_in(years_around(wanted.days)))) {
    return read_remembered(wanted, indices, each);
  }
  return read_stored(wanted, indices, each);
}

// What is not remembered is read for whole years: the next question is rarely about the very same days.
Result<Done> SeriesValues::read_remembered(const SeriesWanted& wanted, const Indices& indices, const Each& each) {
  const auto state = store_.content_state();
  if (!state) return read_stored(wanted, indices, each);
  std::vector<std::pair<size_t, SeriesMemory::Found>> all;
  Indices unknown;
  for (size_t index : indices) {
    SeriesMemory::Found known = memory_->series.find(names_[index].number, wanted.days, *state);
    if (known == nullptr) {
      unknown.push_back(index);
    } else {
      all.emplace_back(index, std::move(known));
    }
  }
  if (!unknown.empty()) {
    const SeriesWanted years{wanted.choice, years_around(wanted.days), true};
    std::unordered_map<size_t, SeriesDays> read;
    for (size_t index : unknown) read.emplace(index, SeriesDays(years.days));
    TRY_DONE(read_stored(years, unknown, [&](size_t index, const ToldDays& told) { read.at(index).add(told); }));
    // What was remembered and what was read may be of two moments.
    if (store_.content_state() != state) return read_stored(wanted, indices, each);
    for (auto& [index, days] : read) {
      days.settle();
      all.emplace_back(index, std::make_shared<const SeriesDays>(std::move(days)));
      memory_->series.keep(names_[index].number, all.back().second, *state);
    }
  }
  for (const auto& [index, days] : all) {
    for (ToldDays told : days->of(wanted.days)) {
      if (!wanted.batches) told.batch = 0;
      each(index, told);
    }
  }
  return Done{};
}

Result<Done> SeriesValues::read_stored(const SeriesWanted& wanted, const Indices& indices, const Each& each) {
  constexpr size_t none = SIZE_MAX;
  std::vector<int64_t> numbers;
  for (size_t index : indices) numbers.push_back(names_[index].number);
  std::vector<size_t> index_of(static_cast<size_t>(numbers.back() - numbers.front() + 1), none);
  for (size_t i = 0; i < numbers.size(); ++i) index_of[static_cast<size_t>(numbers[i] - numbers.front())] = indices[i];
  std::vector<Day> told_days;
  auto read = [&](const facts::Chunk& chunk) {
    std::span<const int64_t> series = chunk.integers(0), days = chunk.integers(1), values = chunk.integers(2);
    std::span<const int64_t> batches = wanted.batches ? chunk.integers(3) : std::span<const int64_t>();
    auto is_alike = [&](size_t row, size_t other) {
      return series[row] == series[other] && (batches.empty() || batches[row] == batches[other]);
    };
    for (size_t row = 0, end = 0; row < series.size(); row = end) {
      for (end = row + 1; end < series.size() && is_alike(row, end);) ++end;
      // A series that came into being since the names were read is not of this answer.
      if (series[row] < numbers.front() || series[row] > numbers.back()) continue;
      const size_t index = index_of[static_cast<size_t>(series[row] - numbers.front())];
      if (index == none) continue;
      told_days.clear();
      for (int64_t day : days.subspan(row, end - row)) told_days.push_back({static_cast<int32_t>(day)});
      each(index, {told_days, values.subspan(row, end - row), batches.empty() ? 0 : batches[row]});
    }
    return true;
  };
  for (const auto& [first, last] : statements_of(numbers, days_in(wanted.days), values_at_once)) {
    auto begin = std::lower_bound(numbers.begin(), numbers.end(), first);
    SeriesPart part;
    part.runs = runs_of({begin, std::upper_bound(begin, numbers.end(), last)});
    part.days = wanted.days;
    part.batches = wanted.batches;
    TRY_DONE(run_select(store_, sql_series_values(scope_, wanted.choice, part), ran_, read, facts::Store::Rows::few));
  }
  return Done{};
}

Result<Done> SeriesValues::read_then(const SeriesWanted& wanted, const Each& each) {
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      const Day day{static_cast<int32_t>(chunk.integer(6, row))};
      const int64_t value = chunk.integer(7, row);
      each(index_then(chunk, row), {{&day, 1}, {&value, 1}, wanted.batches ? chunk.integer(8, row) : 0});
    }
    return true;
  };
  return run_select(store_, sql_series_values_then(scope_, wanted.choice, wanted.days), ran_, read);
}

size_t SeriesValues::index_then(const facts::Chunk& chunk, size_t row) {
  std::string key = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", chunk.text(0, row), chunk.text(1, row), chunk.text(2, row),
                                chunk.text(3, row), chunk.integer(4, row), chunk.text(5, row));
  auto [entry, inserted] = index_then_.emplace(std::move(key), names_.size());
  if (inserted) {
    names_.push_back({0, std::string(chunk.text(0, row)), std::string(chunk.text(1, row)),
                      std::string(chunk.text(2, row)), std::string(chunk.text(3, row)), std::string(chunk.text(5, row)),
                      static_cast<int>(chunk.integer(4, row)), true});
  }
  return entry->second;
}

}  // namespace sociometer::metrics
