// The forecast against real daily series, each forecast 28 days ahead from one day after the other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "insights/anomalies.h"
#include "insights/forecast.h"

namespace sociometer::insights {
namespace {

constexpr int horizon = 28, known_before = 90;

struct RealSeries {
  std::string name;
  std::vector<std::optional<double>> days;
};

class Book {
 public:
  void add(const std::string& day, double value) { days_[parse_day(day)->number] += value; }
  // Days that nobody told of are days on which nothing was published, or days that are not known.
  enum class Untold { nothing, unknown };
  RealSeries series(std::string name, Untold untold) const {
    RealSeries series{std::move(name), {}};
    for (int day = days_.begin()->first; day <= days_.rbegin()->first; ++day) {
      auto told = days_.find(day);
      if (told != days_.end()) {
        series.days.emplace_back(told->second);
      } else {
        series.days.push_back(untold == Untold::nothing ? std::optional<double>(0.0) : std::nullopt);
      }
    }
    return series;
  }

 private:
  std::map<int, double> days_;
};

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool is_day(std::string_view text) {
  return text.size() >= 10 && text[4] == '-' && text[7] == '-' && text.starts_with("20") &&
         text.find_first_not_of("0123456789-") >= 10;
}

// The cells of a line, without the marks around them.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  for (char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else if (c != '"' && c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

// A day and the value of a column in each line; lines without a day are heads and totals. Meta's files are UTF-16 of
// nothing but figures, so every second byte says nothing.
Book days_in(const std::filesystem::path& path, size_t column) {
  std::string text = bytes_of(path);
  std::erase(text, '\0');
  Book book;
  size_t from = 0;
  while (from < text.size()) {
    size_t end = std::min(text.find('\n', from), text.size());
    std::vector<std::string> cells = cells_of(std::string_view(text).substr(from, end - from));
    if (is_day(cells[0]) && cells.size() > column) book.add(cells[0].substr(0, 10), std::stod(cells[column]));
    from = end + 1;
  }
  return book;
}

// Posts on X with when they were published, then impressions, then engagements; texts before may hold anything.
void add_posts(const std::filesystem::path& path, Book& impressions, Book& engagements) {
  const std::string text = bytes_of(path);
  constexpr std::string_view mark = " +0000\",\"";
  for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const std::string day = text.substr(at - 16, 10);
    size_t next = 0;
    const std::string numbers = text.substr(at + mark.size(), 64);
    impressions.add(day, std::stod(numbers, &next));
    engagements.add(day, std::stod(numbers.substr(next + 3)));
  }
}

std::vector<RealSeries> real_series(const std::filesystem::path& data) {
  using enum Book::Untold;
  std::vector<RealSeries> all;
  for (const char* file : {"Alcance", "Cliques no link", "Intera__es", "Visitas", "Visualiza__es"}) {
    Book book = days_in(data / "exports/meta-business-suite-ptBR" / (std::string("arthurto__") + file + ".csv"), 1);
    all.push_back(book.series(std::string("Instagram, ") + file, unknown));
  }
  const std::filesystem::path studio = data / "exports/youtube-studio";
  all.push_back(days_in(studio / "billmengg__Date.csv", 1).series("YouTube, views", unknown));
  all.push_back(days_in(studio / "billmengg__Date.csv", 2).series("YouTube, watch hours", unknown));
  all.push_back(days_in(studio / "raphaeloe__Gesamtwerte.csv", 1).series("YouTube, another's views", unknown));
  Book impressions, engagements;
  for (const auto& file : std::filesystem::directory_iterator(data / "posts/x-analytics-ropensci")) {
    if (file.path().extension() == ".csv") add_posts(file.path(), impressions, engagements);
  }
  all.push_back(impressions.series("X, impressions by day of the post", nothing));
  all.push_back(engagements.series("X, engagements by day of the post", nothing));
  return all;
}

struct Tally {
  int64_t points = 0, inside = 0;
  double error = 0, naive = 0;  // each as a share of the series' mean change from week to week
  void operator+=(const Tally& other) {
    points += other.points, inside += other.inside, error += other.error, naive += other.naive;
  }
  double coverage() const { return static_cast<double>(inside) / static_cast<double>(points); }
};

double change_by_week(const std::vector<std::optional<double>>& days) {
  double sum = 0, known = 0;
  for (size_t i = 7; i < days.size(); ++i) {
    if (days[i] && days[i - 7]) sum += std::abs(*days[i] - *days[i - 7]), ++known;
  }
  return sum / known;
}

Tally from_one_day(const RealSeries& series, size_t origin, double scale) {
  Tally tally;
  DaySeries known{Day{20'000}, {series.days.begin(), series.days.begin() + static_cast<ptrdiff_t>(origin)}};
  auto ahead = forecast(known, Nature::count, horizon);
  EXPECT_TRUE(ahead.ok()) << series.name;
  // A series whose last days are not known is forecast from the last that is.
  auto skipped = static_cast<size_t>((known.first + static_cast<int>(origin)).number - ahead->first.number);
  for (size_t h = 0; h + skipped < ahead->days.size(); ++h) {
    const auto& value = series.days[origin + h];
    const auto& week_before = series.days[origin + h % 7 - 7];
    if (!value || !week_before) continue;
    const Ahead& said = ahead->days[h + skipped];
    ++tally.points;
    tally.inside += *value >= said.low - 1e-6 && *value <= said.high + 1e-6;
    tally.error += std::abs(*value - said.value) / scale;
    tally.naive += std::abs(*value - *week_before) / scale;
  }
  return tally;
}

// Goal: 95 % intervals cover 90 to 99 %, and the error is below that of repeating last week, over all series pooled.
TEST(ForecastOfRealSeries, KeepsItsPromiseAndBeatsLastWeek) {
  const std::filesystem::path data(SHARED_DATA);
  if (!std::filesystem::exists(data / "exports/meta-business-suite-ptBR")) {
    GTEST_SKIP() << "the real series are not there: they are read from ../shared/data";
  }
  Tally pooled;
  for (const RealSeries& series : real_series(data)) {
    ASSERT_GE(series.days.size(), 366U) << series.name;
    const double scale = change_by_week(series.days);
    Tally tally;
    for (size_t origin = known_before; origin + horizon <= series.days.size(); origin += horizon) {
      tally += from_one_day(series, origin, scale);
    }
    std::cout << fmt::format("{:<36} {:>4} days: {:5.1f} % inside, error {:.2f} of that of repeating last week\n",
                             series.name, tally.points, 100 * tally.coverage(), tally.error / tally.naive);
    pooled += tally;
  }
  std::cout << fmt::format(
      "{:<36} {:>4} days: {:5.1f} % inside, scaled error {:.3f} beside {:.3f} of repeating last "
      "week: {:.3f}\n",
      "all", pooled.points, 100 * pooled.coverage(), pooled.error / static_cast<double>(pooled.points),
      pooled.naive / static_cast<double>(pooled.points), pooled.error / pooled.naive);
  EXPECT_GE(pooled.points, 3'000);
  EXPECT_GE(pooled.coverage(), 0.90);
  EXPECT_LE(pooled.coverage(), 0.99);
  EXPECT_LT(pooled.error, pooled.naive);
}

// Twenty times the greatest of four weeks, on two days of each series. Where days of fifty times the usual come by
// themselves – posts on X, the reach of a page that sometimes advertises – it is not out of the ordinary.
TEST(AnomaliesOfRealSeries, APlantedDayIsFound) {
  const std::filesystem::path data(SHARED_DATA);
  if (!std::filesystem::exists(data / "exports/meta-business-suite-ptBR")) {
    GTEST_SKIP() << "the real series are not there: they are read from ../shared/data";
  }
  int planted = 0, found = 0;
  for (const RealSeries& series : real_series(data)) {
    auto zeros = std::count(series.days.begin(), series.days.end(), std::optional<double>(0.0));
    for (size_t at : {300U, 345U}) {
      DaySeries days{Day{20'000}, series.days};
      double usual = 0;
      for (size_t i = at - 28; i < at; ++i) usual = std::max(usual, days.values[i].value_or(0));
      days.values[at] = 20 * std::max(usual, 1.0);
      const Day day = days.first + static_cast<int>(at);
      auto unusual = anomalies(days, Nature::count, {day - 60, day + 30});  // ninety days, as `anomalies` asks
      ASSERT_TRUE(unusual.ok());
      bool seen = false;
      for (const Anomaly& anomaly : *unusual) seen = seen || anomaly.day == day;
      std::cout << fmt::format("{}, day {} of {} ({} zeros): {}\n", series.name, at, series.days.size(), zeros,
                               seen ? "found" : "not found");
      ++planted;
      found += seen;
    }
  }
  EXPECT_GE(found * 20, planted * 13) << "of " << planted;
}

}  // namespace
}  // namespace sociometer::insights
