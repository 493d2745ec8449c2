#include "metrics/bg_nbd.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <vector>

#include "base/text.h"
#include "base/time.h"

namespace sociometer::metrics {
namespace {

// Customers bought from the model itself: rate, chance to leave after each purchase, and value are drawn for each.
std::vector<CustomerHistory> simulate(const BgNbd& model, const GammaGamma& spending, size_t count, double age,
                                      unsigned seed, double ahead, double* spent_ahead) {
  std::mt19937 random(seed);
  std::gamma_distribution<double> rate(model.r, 1 / model.alpha);
  std::gamma_distribution<double> one(model.a, 1), other(model.b, 1);
  std::gamma_distribution<double> nu(spending.q, 1 / spending.gamma);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<CustomerHistory> customers;
  for (size_t i = 0; i < count; ++i) {
    double lambda = rate(random), x = one(random), leaves = x / (x + other(random));
    std::gamma_distribution<double> value(spending.p, 1 / nu(random));
    std::exponential_distribution<double> wait(lambda);
    CustomerHistory customer;
    customer.age = age;
    double at = 0, sum = 0;
    while ((at += wait(random)) < age + ahead) {
      double paid = value(random);
      if (at < age) {
        customer.repeats += 1;
        customer.recency = at;
        sum += paid;
      } else if (spent_ahead != nullptr) {
        *spent_ahead += paid;
      }
      if (uniform(random) < leaves) break;
    }
    if (customer.repeats > 0) customer.mean_value = sum / customer.repeats;
    customers.push_back(customer);
  }
  return customers;
}

constexpr BgNbd known_purchases{0.6, 5, 0.9, 3, 0};
constexpr GammaGamma known_spending{6, 4, 15, 0};

TEST(BgNbd, FindsTheParametersItWasDrawnFrom) {
  auto customers = simulate(known_purchases, known_spending, 10'000, 40, 5, 0, nullptr);
  auto model = fit_bg_nbd(customers);
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->r, known_purchases.r, 0.05);
  EXPECT_NEAR(model->alpha, known_purchases.alpha, 0.6);
  EXPECT_NEAR(model->a / (model->a + model->b), 0.9 / 3.9, 0.02);
  EXPECT_GE(model->log_likelihood, log_likelihood(known_purchases, customers));
  auto spending = fit_gamma_gamma(customers);
  ASSERT_TRUE(spending);
  EXPECT_NEAR(spending->p, known_spending.p, 0.6);
  EXPECT_NEAR(spending->q, known_spending.q, 0.3);
  EXPECT_NEAR(spending->gamma, known_spending.gamma, 3);
}

// What the model foresees is what the same customers go on to spend.
TEST(BgNbd, ForeseesWhatIsSpent) {
  double spent = 0;
  constexpr size_t count = 10'000;
  auto customers = simulate(known_purchases, known_spending, count, 40, 6, 52, &spent);
  auto future = future_value(customers, 52);
  ASSERT_TRUE(future);
  double per_customer = spent / static_cast<double>(count);
  EXPECT_NEAR(future->per_customer, per_customer, 0.05 * per_customer);
  ASSERT_TRUE(future->interval);
  EXPECT_LT(*future->interval->low, future->per_customer);
  EXPECT_GT(*future->interval->high, future->per_customer);
  EXPECT_LT(*future->interval->high - *future->interval->low, 0.2 * per_customer);
}

// The interval holds what is true of these customers about as often as it says. With n = 500 the tail of the
// likelihood is not quite normal.
TEST(BgNbd, TheIntervalCoversWhatItSays) {
  int inside = 0;
  constexpr int rounds = 20;
  for (unsigned round = 0; round < rounds; ++round) {
    auto customers = simulate(known_purchases, known_spending, 500, 40, 100 + round, 0, nullptr);
    auto future = future_value(customers, 26);
    ASSERT_TRUE(future && future->interval);
    double truth = 0;
    for (const CustomerHistory& customer : customers) {
      truth += expected_purchases(known_purchases, customer, 26) * expected_value(known_spending, customer);
    }
    truth /= static_cast<double>(customers.size());
    inside += *future->interval->low <= truth && truth <= *future->interval->high;
  }
  EXPECT_GE(inside, 16);
}

TEST(BgNbd, SaysNothingOfTooFew) {
  std::vector<CustomerHistory> customers(9, CustomerHistory{2, 20, 30, 10});
  customers.resize(100, CustomerHistory{0, 0, 30, 0});
  EXPECT_FALSE(fit_bg_nbd(customers).has_value());
  EXPECT_FALSE(fit_gamma_gamma(customers).has_value());
  EXPECT_FALSE(future_value(customers, 52).has_value());
  EXPECT_FALSE(future_value({}, 52).has_value());
}

// A unit of time or of money is a matter of words.
TEST(BgNbd, UnitsDoNotMatter) {
  auto customers = simulate(known_purchases, known_spending, 2'000, 40, 9, 0, nullptr);
  auto in_weeks = future_value(customers, 26);
  for (CustomerHistory& customer : customers) {
    customer.recency *= 7;
    customer.age *= 7;
    customer.mean_value *= 15'000;
  }
  auto in_days = future_value(customers, 26 * 7);
  ASSERT_TRUE(in_weeks && in_days);
  EXPECT_NEAR(in_days->per_customer, in_weeks->per_customer * 15'000, 1e-3 * in_days->per_customer);
  EXPECT_NEAR(in_days->purchases.alpha, in_weeks->purchases.alpha * 7, 0.05);
}

TEST(BgNbd, WhoBoughtOnceIsExpectedToSpendWhatAllDo) {
  CustomerHistory once{0, 0, 20, 0};
  EXPECT_NEAR(expected_value(known_spending, once), 6 * 15.0 / 3, 1e-12);
  EXPECT_EQ(probability_alive(known_purchases, once), 1);
  CustomerHistory faithful{50, 40, 40, 100};
  EXPECT_NEAR(expected_value(known_spending, faithful), 100, 1.5);
}

// --- CDNOW, the set that the papers use ------------------------------------------------------------------------------

std::vector<CustomerHistory> cdnow_summary() {
  std::ifstream in(SHARED_DATA "/commerce/cdnow-customers-summary.csv");
  std::vector<CustomerHistory> customers;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    auto cells = split(trimmed(line), ',');
    auto number = [&](size_t cell) { return std::stod(std::string(cells[cell])); };
    customers.push_back({number(1), number(2), number(3), 0});
  }
  return customers;
}

TEST(BgNbd, CdnowGivesThePublishedModel) {
  auto customers = cdnow_summary();
  if (customers.empty()) GTEST_SKIP() << "no shared data";
  ASSERT_EQ(customers.size(), 2'357);
  auto model = fit_bg_nbd(customers);
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->r, 0.243, 0.0005);
  EXPECT_NEAR(model->alpha, 4.414, 0.001);
  EXPECT_NEAR(model->a, 0.793, 0.001);
  EXPECT_NEAR(model->b, 2.426, 0.002);
  EXPECT_NEAR(model->log_likelihood, -9582.4, 0.1);
  EXPECT_NEAR(expected_purchases(*model, {2, 30.43, 38.86, 0}, 39), 1.226, 0.0005);
}

// Values of the repeat purchases to the end of September 1997, purchases of a day together.
TEST(BgNbd, CdnowGivesThePublishedSpending) {
  std::ifstream in(SHARED_DATA "/commerce/cdnow-sample.txt");
  if (!in) GTEST_SKIP() << "no shared data";
  std::map<std::string, std::map<int, double>> spent;  // customer → date → dollars
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string all, id;
    int date = 0, discs = 0;
    double dollars = 0;
    words >> all >> id >> date >> discs >> dollars;
    if (!id.empty() && date <= 19970930) spent[id][date] += dollars;
  }
  std::vector<CustomerHistory> customers;
  for (const auto& [id, days] : spent) {
    CustomerHistory customer;
    customer.repeats = static_cast<double>(days.size()) - 1;
    double sum = 0;
    for (auto day = std::next(days.begin()); day != days.end(); ++day) sum += day->second;
    if (customer.repeats > 0) customer.mean_value = sum / customer.repeats;
    customers.push_back(customer);
  }
  ASSERT_EQ(customers.size(), 2'357);
  auto model = fit_gamma_gamma(customers);
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->p, 6.25, 0.01);
  EXPECT_NEAR(model->q, 3.74, 0.01);
  EXPECT_NEAR(model->gamma, 15.44, 0.05);
}

}  // namespace
}  // namespace sociometer::metrics
