// An alert as it is set: what is watched, when somebody is told, and where to. Part of the front door of alerts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/catalog.h"

namespace sociometer::alerts {

enum class Kind {
  threshold,    // a KPI lies beyond a bound
  change,       // it differs from the days before by more than a share, and by more than noise
  anomaly,      // a day of it is out of the ordinary
  goal,         // a goal is not likely to be hit
  stale,        // an account brings nothing any more
  definitions,  // what a measure or KPI means has changed
};
enum class Side { either, above, below };
std::string_view name(Kind kind);
std::string_view name(Side side);

// Minutes of the day by the clock on the wall, from the first up to the second; over midnight where that is smaller.
struct Quiet {
  int from = 0, to = 0;
  bool operator==(const Quiet&) const = default;
};
Result<Quiet> parse_quiet(std::string_view text);  // "22:00-07:00"
std::string quiet_text(const Quiet& quiet);
bool is_quiet(const Quiet& quiet, Instant now, const Zone& zone);

using Filter = std::map<std::string, std::vector<std::string>>;

struct Alert {
  std::string name;
  Kind kind = Kind::threshold;
  std::string kpi;  // "key" or "key:variant"; of definitions it may be empty: any
  Filter filter;
  std::string last = "7d";  // how many settled days are looked at: "7d", "4w", "3m"
  Side side = Side::either;
  double bound = 0;             // of a threshold a value, of a change a share, of a goal a probability
  std::optional<double> clear;  // where it is over again; none: see `clear_of`
  std::string compare;          // of a change: "previous" or "year"
  std::string goal;             // its id
  int days = 0;                 // of stale: how many beyond what is usual
  int times = 1;                // so many days in a row, to begin and to end
  std::string channel;
  std::optional<Quiet> quiet;
  bool tells_end = true;
  bool operator==(const Alert&) const = default;
};

// Where it is over again: as said, else a twentieth of the bound beyond it, so that a number that stays about the bound
// begins no new episode every day; of a goal a tenth more probable.
double clear_of(const Alert& alert);
// Whether it has a level, which `times` and `clear` are about.
bool has_level(Kind kind);

// As docs/api.md has them. invalid: what is missing or not understood, with the field to blame.
Result<Alert> alert_from_fields(const JsonObject& fields, const catalog::Catalog& catalog);
JsonObject alert_fields(const Alert& alert);
// What alert_fields wrote, whatever the catalog says today.
Result<Alert> alert_from_stored(const JsonObject& fields);

// "0.2", "20 %", "1,500": a number as people write it. invalid: it is none.
Result<double> parse_amount(std::string_view text, std::string_view field);

// "Impressions on Instagram of 7 days below 20,000; over again from 21,000"
std::string words_of(const Alert& alert, const catalog::Catalog& catalog, std::string_view currency);
// " on Instagram with post_kind=reel"; empty without a filter.
std::string scope_words(const Filter& filter, const catalog::Catalog& catalog);
// The KPI's name with its reading: "Engagement rate (by reach)". The key where the catalog knows it no more.
std::string kpi_words(std::string_view kpi, const catalog::Catalog& catalog);
catalog::Unit unit_of(std::string_view kpi, const catalog::Catalog& catalog);

}  // namespace sociometer::alerts
