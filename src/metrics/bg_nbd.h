// How often customers will buy again and what they will spend: the BG/NBD model of purchases (beta-geometric, negative
// binomial) and the Gamma–Gamma model of their value, fitted by maximum likelihood.
//
//   std::vector<CustomerHistory> customers = …;   // one row per customer
//   auto model = fit_bg_nbd(customers);           // empty where they say too little
//   expected_purchases(*model, customers[0], 39); // in the next 39 weeks
//
// A customer is what is known of their purchases: `repeats` after the first, `recency` from the first to the last,
// `age` from the first to now – in weeks – and the mean value of the repeat purchases. Whoever bought once has repeats
// and recency 0.
//
// Sources: Fader, Hardie, Lee (2005), "Counting your customers the easy way: an alternative to the Pareto/NBD model";
// Fader, Hardie (2013), "The Gamma-Gamma model of monetary value".
//
// Threads: plain functions; the same customers give the same model.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "metrics/metrics.h"

namespace sociometer::metrics {

struct CustomerHistory {
  double repeats = 0;
  double recency = 0;
  double age = 0;
  double mean_value = 0;  // of the repeat purchases; only where there are any
};

// While alive a customer buys at a rate from Gamma(r, alpha); after each purchase they leave with a chance from
// Beta(a, b).
struct BgNbd {
  double r = 0, alpha = 0, a = 0, b = 0;
  double log_likelihood = 0;
};
// Empty: fewer than ten customers bought again, or the likelihood has no maximum.
std::optional<BgNbd> fit_bg_nbd(std::span<const CustomerHistory> customers);
double log_likelihood(const BgNbd& model, std::span<const CustomerHistory> customers);
// Purchases in the next `weeks`, of this customer.
double expected_purchases(const BgNbd& model, const CustomerHistory& customer, double weeks);
double probability_alive(const BgNbd& model, const CustomerHistory& customer);

// A purchase's value is Gamma(p, nu), and nu differs between customers as Gamma(q, gamma).
struct GammaGamma {
  double p = 0, q = 0, gamma = 0;
  double log_likelihood = 0;
};
// Over the customers with repeats and a mean value above zero. Empty: as above, or spending with no finite mean.
std::optional<GammaGamma> fit_gamma_gamma(std::span<const CustomerHistory> customers);
double log_likelihood(const GammaGamma& model, std::span<const CustomerHistory> customers);
// The mean value of this customer's purchases to come: their own, drawn to that of all by how little they bought.
double expected_value(const GammaGamma& model, const CustomerHistory& customer);

// What customers will spend in the next `weeks`, per customer, and how sure that is: the delta method on the curvature
// of both likelihoods. Empty where either model is.
struct FutureValue {
  double per_customer = 0;
  std::optional<Interval> interval;
  BgNbd purchases;
  GammaGamma spending;
};
std::optional<FutureValue> future_value(std::span<const CustomerHistory> customers, double weeks);

}  // namespace sociometer::metrics
