// The same number beside others: the accounts a workspace holds, published norms, and benchmark sets of its own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "insights/insights.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// What is asked: one KPI, and beside whom. `question` has no dimensions; its filter of accounts says which own accounts
// are compared, every other filter holds for all.
struct BenchmarkQuestion {
  metrics::Question question;
  std::map<std::string, std::vector<std::string>> cohort;  // network, account, ownership; empty: competitors
};

struct BesideAccount {
  std::string network;
  std::string account;  // empty: all own ones of the network, where it is not told by account
  std::string ownership;
  bool mine = false, in_cohort = false;
  metrics::Cell cell;
  std::optional<double> engagements, engagement_share, posting_frequency, follower_growth;
  insights::Rank rank;  // of mine
};

struct BesideNetwork {
  std::string network;
  std::vector<BesideAccount> accounts;  // mine first
  int64_t cohort_n = 0;                 // accounts of the cohort with a value
  std::map<int, double> percentiles;    // of the cohort, unless they are too few
  std::optional<metrics::Interval> median;
  std::string reason;              // why there are no percentiles: small_cohort
  std::vector<std::string> notes;  // published_posts, mixed_definitions, engagements_unknown
};

struct BesideNorm {
  catalog::NormValue value;
  std::string why_not;  // why it is not compared, in words; empty: it is
  struct Mine {
    std::string network, account;
    double number = 0;
    insights::PercentilePlace place;
    std::string level;   // the highest that is reached
    std::string reason;  // why there is no percentile: small_cohort
  };
  std::vector<Mine> mine;
};

struct KnownNorms {
  catalog::NormSet set;
  bool published = true;
  std::optional<Instant> recorded_at;  // of a workspace's own
};

struct BesideSet {
  KnownNorms norms;
  std::vector<BesideNorm> values;  // those about the KPI
};

struct Benchmark {
  metrics::Question question;
  std::string zone, currency;
  std::map<std::string, std::vector<std::string>> cohort;
  std::shared_ptr<const catalog::Catalog> catalog;
  catalog::KpiChoice choice;
  std::vector<BesideNetwork> networks;
  std::vector<BesideSet> sets;
};

// invalid: it asks for several KPIs, for dimensions or comparisons, or a cohort that is none.
Result<Benchmark> benchmark_of(const House& house, const metrics::Scope& scope, const BenchmarkQuestion& asked);
JsonObject benchmark_json(const Benchmark& benchmark);

// Published norms, then the workspace's own sets as they were at that time.
Result<std::vector<KnownNorms>> norms_of(const House& house, std::string_view workspace, std::optional<Instant> as_of);
JsonObject norms_json(const KnownNorms& norms);
// Adds or replaces the sets of a file. invalid: it is none, or a set has the key of a published one; nothing is added.
Result<std::vector<KnownNorms>> add_norms(const House& house, std::string_view workspace, const std::string& file,
                                          const std::string& yaml, Instant now);
// not_found: the workspace has no such set. invalid: it is a published one.
Result<Done> remove_norms(const House& house, std::string_view workspace, std::string_view key, Instant now);

}  // namespace sociometer::surfaces
