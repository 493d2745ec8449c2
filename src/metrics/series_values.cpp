#include "metrics/series_values.h"

#include <fmt/format.h>

#include <algorithm>

namespace sociometer::metrics {
namespace {

// About a hundred megabytes of an answer at a time.
constexpr int64_t values_at_once = 4'000'000;
// What a series may hold where no period bounds it: ten years.
constexpr int64_t days_unbounded = 3'660;

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

Result<Done> SeriesValues::read(const SeriesWanted& wanted, const std::function<void(const SeriesValue&)>& each) {
  TRY_DONE(read_names(wanted));
  return scope_.as_of ? read_then(wanted, each) : read_now(wanted, each);
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

Result<Done> SeriesValues::read_now(const SeriesWanted& wanted, const std::function<void(const SeriesValue&)>& each) {
  std::vector<int64_t> numbers;
  for (const SeriesName& name : names_) {
    if (name.has_days) numbers.push_back(name.number);
  }
  if (numbers.empty()) return Done{};
  std::sort(numbers.begin(), numbers.end());
  std::vector<size_t> index_of(static_cast<size_t>(numbers.back() - numbers.front() + 1));
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].has_days) index_of[static_cast<size_t>(names_[i].number - numbers.front())] = i;
  }
  auto read = [&](const facts::Chunk& chunk) {
    std::span<const int64_t> series = chunk.integers(0), days = chunk.integers(1), values = chunk.integers(2);
    std::span<const int64_t> batches = wanted.batches ? chunk.integers(3) : std::span<const int64_t>();
    for (size_t row = 0; row < series.size(); ++row) {
      // A series that came into being since its names were read is not of this answer.
      if (series[row] < numbers.front() || series[row] > numbers.back()) continue;
      each({index_of[static_cast<size_t>(series[row] - numbers.front())],
            {static_cast<int32_t>(days[row])},
            values[row],
            wanted.batches ? batches[row] : 0});
    }
    return true;
  };
  auto statements = statements_of(numbers, wanted.days ? wanted.days->days() : days_unbounded, values_at_once);
  for (const auto& [first, last] : statements) {
    auto begin = std::lower_bound(numbers.begin(), numbers.end(), first);
    SeriesPart part;
    part.runs = runs_of({begin, std::upper_bound(begin, numbers.end(), last)});
    part.days = wanted.days;
    part.batches = wanted.batches;
    TRY_DONE(run_select(store_, sql_series_values(scope_, wanted.choice, part), ran_, read, facts::Store::Rows::few));
  }
  return Done{};
}

Result<Done> SeriesValues::read_then(const SeriesWanted& wanted, const std::function<void(const SeriesValue&)>& each) {
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      each({index_then(chunk, row),
            {static_cast<int32_t>(chunk.integer(6, row))},
            chunk.integer(7, row),
            wanted.batches ? chunk.integer(8, row) : 0});
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
