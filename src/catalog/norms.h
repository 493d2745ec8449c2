// Part of the catalog's front door. Norms: what others' numbers were, by a source and in a year – percentiles of a
// cohort, what was typical of it, or levels that the field calls good. Those of catalog/norms/*.yaml are compiled in; a
// workspace writes its own the same way:
//
//   sets:
//     shops_2026:
//       name: Online shops
//       source: "Association of shops, yearly report, https://…"
//       year: 2026
//       cohort: "shops with 5,000 to 50,000 followers"   # the rule by which they were taken
//       n: 120                                            # how many there were; of levels alone it may be missing
//       of: accounts                                      # or people (who were asked), conversations
//       minimum: 5                                        # fewer, and no percentile is given
//       values:
//         - kpi: engagement_rate:per_post
//           network: instagram                            # of any where it is missing
//           p10: 0.4 %
//           p50: 0.011
//           p90: 3.4 %
//
// A value is of one reading of a KPI. What a source reckons in a way that is no reading of ours says how in `differs`:
// it is shown and never compared.
//
// Threads: pure functions; what is compiled in is read-only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sociometer::catalog {

class Catalog;

struct NormValue {
  std::string kpi, variant;           // the variant is empty where a KPI has but one reading
  int definition = 0;                 // of the KPI that it was reckoned by; 0: not said
  std::string network;                // empty: of any
  int64_t n = 0;                      // how many the figure is of; 0: of levels that nobody counted for
  std::map<int, double> percentiles;  // 10, 25, 50, 75, 90: those that are known
  std::optional<double> typical;      // of all together, or on average
  std::vector<std::pair<std::string, double>> levels;  // "good" from 0.02 on, "very_good" from 0.03: the least first
  std::string differs;                                 // how the source reckons what no reading of ours is
  std::string words;
};

struct NormSet {
  std::string key;
  std::string name;    // in English
  std::string source;  // who says so, and where
  int year = 0;        // that the numbers are of
  std::string cohort;  // the rule by which it was chosen
  std::string of;      // what `n` counts: "accounts", "people", "conversations"
  int64_t n = 0;
  int64_t minimum = 5;  // fewer accounts, and no percentile is given
  std::vector<NormValue> values;
  std::string yaml;  // a file that holds this set alone, as it was written
};

// invalid: the places and what is wrong there, one a line.
Result<std::vector<NormSet>> read_norms(const Catalog& catalog, const std::string& file, const std::string& yaml);
// Those of a catalog's files ("norms/care.yaml"); other files are passed over.
Result<std::vector<NormSet>> load_norms(const Catalog& catalog, const std::map<std::string, std::string>& files);
// Those compiled in. CHECKs that they are sound: the build reads them, so broken ones never ship.
const std::vector<NormSet>& published_norms();

}  // namespace sociometer::catalog
