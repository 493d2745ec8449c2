// How often intervals hold the truth: samples are drawn from made-up worlds whose truth is known, as skewed as real
// posts and as uneven as real people, and the share of intervals that hold it is counted.
//
// The test is quick. SOCIOMETER_COVERAGE=4000 draws so many samples each and prints the table of docs/intervals.md:
//   SOCIOMETER_COVERAGE=4000 metrics_test --gtest_filter='Coverage.*'
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <random>

#include "metrics/bootstrap.h"
#include "metrics/differences.h"
#include "metrics/event_estimate.h"
#include "metrics/intervals.h"
#include "metrics/listening.h"
#include "metrics/survival.h"

namespace sociometer::metrics {
namespace {

using Random = std::mt19937_64;

struct Sampled {
  double truth = 0;
  double value = 0;
  std::optional<Interval> interval;
};

// --- Worlds -------------------------------------------------------------------------------------------------------

double lognormal(Random& random, double spread) {
  return std::exp(std::normal_distribution<double>(0, spread)(random));
}
double mean_of_lognormal(double spread) {
  return std::exp(spread * spread / 2);
}

// Counts more uneven than chance alone: each post has a rate of its own.
double count(Random& random, double mean, double shape) {
  double rate = std::gamma_distribution<double>(shape, mean / shape)(random);
  return rate > 0 ? std::poisson_distribution<int>(rate)(random) : 0;
}

// A post: how often it was seen is log-normal, what people did an overdispersed share of it.
RatioPart drawn_post(Random& random, double rate, double unevenness, double seen_typically) {
  double seen = std::round(seen_typically * lognormal(random, 1)) + 1;
  double shape = 1 / (unevenness * unevenness);
  double own = std::gamma_distribution<double>(shape, rate / shape)(random);
  double mean = own * seen;
  return {mean > 0 ? static_cast<double>(std::poisson_distribution<int>(mean)(random)) : 0, seen};
}

// --- Numbers of those worlds, as the engine computes them ----------------------------------------------------------

Sampled by_delta(const std::vector<RatioPart>& units, double truth) {
  double above = 0, below = 0;
  for (const RatioPart& unit : units) {
    above += unit.numerator;
    below += unit.denominator;
  }
  double value = above / below;
  std::vector<double> influence;
  for (const RatioPart& unit : units) {
    influence.push_back((unit.numerator - value * unit.denominator) / (below - unit.denominator));
  }
  return {truth, value, delta_interval(value, influence, "delta_posts")};
}

std::vector<RatioPart> ones(const std::vector<double>& values) {
  std::vector<RatioPart> units;
  for (double value : values) units.push_back({value, 1});
  return units;
}

std::vector<double> drawn(int n, const std::function<double()>& one) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) values.push_back(one());
  return values;
}

Sampled share(Random& random, int n, double least, double most) {
  double p = std::exp(std::uniform_real_distribution<double>(std::log(least), std::log(most))(random));
  int64_t successes = std::binomial_distribution<int>(n, p)(random);
  return {p, static_cast<double>(successes) / n, wilson_interval(successes, n)};
}

Sampled rate(Random& random, int n, double truth, double unevenness, double seen) {
  std::vector<RatioPart> posts;
  for (int i = 0; i < n; ++i) posts.push_back(drawn_post(random, truth, unevenness, seen));
  return by_delta(posts, truth);
}

Sampled counts_per_post(Random& random, int n, double mean, double shape) {
  return by_delta(ones(drawn(n, [&] { return count(random, mean, shape); })), mean);
}

Sampled mean_of_rates(Random& random, int n) {
  double shape = 1 / (0.8 * 0.8);
  auto values = drawn(n, [&] { return std::gamma_distribution<double>(shape, 0.04 / shape)(random); });
  double mean = steady_sum(values) / n;
  std::vector<double> influence;
  for (double value : values) influence.push_back((value - mean) / n);
  return {0.04, mean, delta_interval(mean, influence, "delta_posts")};
}

Sampled mean_by_bootstrap(Random& random, int n, double spread) {
  auto values = drawn(n, [&] { return lognormal(random, spread); });
  return {mean_of_lognormal(spread), steady_sum(values) / n, bootstrap_mean(values, random(), "bootstrap_posts")};
}

Sampled mean_of_scores(Random& random, int n) {
  std::discrete_distribution<int> score({0, 5, 5, 10, 30, 50});
  auto values = drawn(n, [&] { return score(random); });
  return {4.15, steady_sum(values) / n, mean_interval(values)};
}

Sampled nps(Random& random, int n, double promoters, double detractors) {
  std::discrete_distribution<int> answer({promoters, 1 - promoters - detractors, detractors});
  int64_t of[3] = {};
  for (int i = 0; i < n; ++i) ++of[answer(random)];
  return {promoters - detractors, static_cast<double>(of[0] - of[2]) / n, nps_interval(of[0], of[1], of[2])};
}

Sampled quantile(Random& random, int n, double p, double z) {
  auto values = drawn(n, [&] { return lognormal(random, 1); });
  std::sort(values.begin(), values.end());
  return {std::exp(z), quantile_of(values, p), quantile_interval(values, p)};
}

// Waiting times of which those that began late are still open.
Sampled waiting(Random& random, int n) {
  std::vector<Duration> durations;
  for (int i = 0; i < n; ++i) {
    double takes = lognormal(random, 1.3), since = std::uniform_real_distribution<double>(0, 8)(random);
    durations.push_back({std::min(takes, since), takes <= since ? Duration::ended : Duration::open});
  }
  return {1, survival_quantile(durations, 0.5).value_or(0), survival_interval(durations, 0.5)};
}

// Money per order, where some customers order often and large: how each customer moves the ratio.
Sampled order_value(Random& random, int n) {
  double spent = 0, ordered = 0;
  std::vector<RatioPart> customers;
  for (int i = 0; i < n; ++i) {
    double orders = 1 + count(random, 1, 0.7);
    customers.push_back({orders * 50 * lognormal(random, 0.6), orders});
    spent += customers.back().numerator;
    ordered += orders;
  }
  double value = spent / ordered;
  std::vector<double> influence;
  for (const RatioPart& customer : customers) {
    influence.push_back((customer.numerator - value * customer.denominator) / ordered);
  }
  return {50 * mean_of_lognormal(0.6), value, delta_interval(value, influence, "delta_customers")};
}

// What a day brings, log-normal.
Sampled mean_of_days(Random& random, int n) {
  auto values = drawn(n, [&] { return lognormal(random, 0.6); });
  return {mean_of_lognormal(0.6), steady_sum(values) / n, bootstrap_mean(values, random(), "bootstrap_days")};
}

// Visitors come as they like, and each clicks once, or now and then again.
Sampled clicks(Random& random, int n, double again) {
  EventSum sum;
  int visitors = std::poisson_distribution<int>(n)(random);
  for (int i = 0; i < visitors; ++i) {
    int64_t of_one = 1 + (again > 0 ? std::geometric_distribution<int>(1 - again)(random) : 0);
    sum.sum += of_one;
    sum.squares += static_cast<double>(of_one * of_one);
  }
  CountRange range = count_range(sum);
  return {n / (1 - again), static_cast<double>(sum.sum), Interval{range.low, range.high, 0.95, "poisson"}};
}

// The mentions of an hour against the same of eight weeks before, each busier or quieter than chance alone makes them.
Sampled velocity(Random& random, int n) {
  constexpr int known = 8;
  std::vector<double> weeks = drawn(known, [&] { return count(random, n, 10); });
  double usual = steady_sum(weeks) / known;
  auto seen = static_cast<int64_t>(count(random, n, 10));
  return {1, usual > 0 ? static_cast<double>(seen) / usual : 0, velocity_interval(seen, usual, weeks)};
}

struct IntervalKind {
  const char* number;
  const char* world;
  const char* method;
  std::function<Sampled(Random&, int)> sample;
  bool slow = false;
};

std::vector<IntervalKind> kinds() {
  return {
      {"share of trials", "p from .01 to .05", "wilson", [](Random& r, int n) { return share(r, n, 0.01, 0.05); }},
      {"share of trials", "p from .05 to .2", "wilson", [](Random& r, int n) { return share(r, n, 0.05, 0.2); }},
      {"share of trials", "p from .2 to .5", "wilson", [](Random& r, int n) { return share(r, n, 0.2, 0.5); }},
      {"engagements / impressions", "4 %, each post's own rate varies by 60 %", "delta_posts",
       [](Random& r, int n) { return rate(r, n, 0.04, 0.6, 800); }},
      {"clicks / impressions", "0.5 %, each post's own rate varies by 100 %", "delta_posts",
       [](Random& r, int n) { return rate(r, n, 0.005, 1, 300); }},
      {"engagements / (posts × followers)", "20 a post, negative binomial 0.8", "delta_posts",
       [](Random& r, int n) { return counts_per_post(r, n, 20, 0.8); }},
      {"shares / posts", "1 a post, negative binomial 0.5", "delta_posts",
       [](Random& r, int n) { return counts_per_post(r, n, 1, 0.5); }},
      {"mean of posts' rates", "gamma, varies by 80 %", "delta_posts", mean_of_rates},
      {"mean reach of posts", "log-normal 1", "bootstrap_posts",
       [](Random& r, int n) { return mean_by_bootstrap(r, n, 1); }, true},
      {"mean duration", "log-normal 1.3", "bootstrap_posts",
       [](Random& r, int n) { return mean_by_bootstrap(r, n, 1.3); }, true},
      {"mean of scores 1 to 5", "half of them 5", "t", mean_of_scores},
      {"NPS", "50 % promoters, 17 % detractors", "adjusted_wald",
       [](Random& r, int n) { return nps(r, n, 0.5, 0.17); }},
      {"NPS", "80 % promoters, 5 % detractors", "adjusted_wald", [](Random& r, int n) { return nps(r, n, 0.8, 0.05); }},
      {"median", "log-normal 1", "order_statistics", [](Random& r, int n) { return quantile(r, n, 0.5, 0); }},
      {"90th percentile", "log-normal 1", "order_statistics",
       [](Random& r, int n) { return quantile(r, n, 0.9, 1.2815515655446004); }},
      {"median waiting time", "log-normal 1.3, a fifth still open", "kaplan_meier", waiting},
      {"value per order", "customers with many orders", "delta_customers", order_value},
      {"mean of days", "log-normal 0.6", "bootstrap_days", mean_of_days, true},
      {"clicks, n expected", "each visitor once", "poisson", [](Random& r, int n) { return clicks(r, n, 0); }},
      {"clicks, n visitors expected", "a third of them again and again", "poisson",
       [](Random& r, int n) { return clicks(r, n, 1.0 / 3); }},
      {"mentions against the usual, n expected", "negative binomial 10, eight weeks known", "overdispersed_poisson",
       velocity},
  };
}

struct Counted {
  double inside = 0;  // of those that had an interval
  double without = 0;
};

Counted coverage(const IntervalKind& kind, int n, int rounds) {
  Random random(seed_of(fmt::format("{} {} {}", kind.number, kind.world, n)));
  int inside = 0, with = 0;
  for (int round = 0; round < rounds; ++round) {
    Sampled sampled = kind.sample(random, n);
    if (!sampled.interval) continue;
    ++with;
    bool low = !sampled.interval->low || *sampled.interval->low <= sampled.truth;
    inside += low && (!sampled.interval->high || sampled.truth <= *sampled.interval->high);
  }
  return {static_cast<double>(inside) / std::max(with, 1), 1 - static_cast<double>(with) / rounds};
}

int asked_rounds() {
  const char* asked = std::getenv("SOCIOMETER_COVERAGE");
  return asked == nullptr ? 0 : std::atoi(asked);
}

TEST(Coverage, HoldsTheTruthAsOftenAsItSays) {
  int asked = asked_rounds();
  if (asked > 0) fmt::print("| number | world | method | n = 10 | 30 | 100 | 300 |\n|---|---|---|---|---|---|---|\n");
  for (const IntervalKind& kind : kinds()) {
    std::string line = fmt::format("| {} | {} | `{}` |", kind.number, kind.world, kind.method);
    for (int n : {10, 30, 100, 300}) {
      if (asked == 0 && (n == 300 || (kind.slow && n == 30))) continue;
      int rounds = asked > 0 ? asked : kind.slow ? 150 : 1000;
      double held = coverage(kind, n, rounds).inside;
      line += fmt::format(" {:.1f} |", held * 100);
      // What the count itself may be off by.
      double doubt = 3 * std::sqrt(0.05 * 0.95 / rounds);
      EXPECT_GE(held, (n < 100 ? 0.88 : 0.93) - doubt) << kind.number << ", " << kind.world << ", n = " << n;
      double most = n < 100 ? 1 : 0.97 + doubt;
      EXPECT_LE(held, most) << kind.number << ", " << kind.world << ", n = " << n;
    }
    if (asked > 0) fmt::print("{}\n", line);
  }
}

// Two samples of one world differ by chance alone: at 5 % that is called a change once in twenty.
TEST(Coverage, ChanceIsSeldomCalledAChange) {
  int asked = asked_rounds();
  if (asked > 0) fmt::print("\n| number | world | n = 10 | 30 | 100 |\n|---|---|---|---|---|\n");
  for (const IntervalKind& kind : kinds()) {
    // Each share is drawn from a world of its own, so no two are alike.
    if (kind.slow || std::string_view(kind.method) == "wilson") continue;
    std::string line = fmt::format("| {} | {} |", kind.number, kind.world);
    for (int n : {10, 30, 100}) {
      Random random(seed_of(fmt::format("twice {} {} {}", kind.number, kind.world, n)));
      int rounds = asked > 0 ? asked : 500, called = 0, tested = 0;
      for (int round = 0; round < rounds; ++round) {
        Sampled a = kind.sample(random, n), b = kind.sample(random, n);
        if (!a.interval || !b.interval) continue;
        auto difference = difference_of({a.value, *a.interval, n}, {b.value, *b.interval, n});
        if (!difference) continue;
        ++tested;
        called += difference->p < 0.05;
      }
      double share = tested == 0 ? 0 : static_cast<double>(called) / tested;
      line += fmt::format(" {:.1f} |", share * 100);
      EXPECT_LE(share, 0.07 + 3 * std::sqrt(0.05 * 0.95 / std::max(tested, 1))) << kind.number << ", n = " << n;
    }
    if (asked > 0) fmt::print("{}\n", line);
  }
}

}  // namespace
}  // namespace sociometer::metrics
