// Dashboards as data: tiles on a grid, each with a question and the way it is drawn. The templates are part of the
// catalog (catalog/dashboards/*.yaml); a workspace's own are written in the same form. Part of catalog's front door.
//
//   TRY(Dashboard dashboard, read_dashboard(catalog, "monday.yaml", yaml));
//   dashboard.tiles[0].kpis;   // {"engagement_rate"}
//
// What a tile may ask follows from its kind: a pie shows parts of a whole, so reach is refused; a line runs over time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace sociometer::catalog {

class Catalog;

enum class TileKind { number, line, bar, stacked, heatmap, table, funnel, pie, text };
std::string_view name(TileKind kind);

// The days a tile or a dashboard speaks of: `last` ("3m", "quarter") or `from` and `to`, both inclusive; none: all.
struct Period {
  std::string last, from, to;
  bool is_said() const { return !last.empty() || !from.empty(); }
};

struct Tile {
  TileKind kind = TileKind::number;
  std::string title;                // empty: the KPIs' names
  std::string words;                // what is to be said about it; of a text all there is
  int x = 0, y = 0, w = 12, h = 4;  // on a grid of `grid_columns`
  std::vector<std::string> kpis;    // "key" or "key:variant"
  std::vector<std::string> by;
  std::map<std::string, std::vector<std::string>> filter;  // beside the dashboard's
  Period period;                                           // none: the dashboard's
  std::string compare;                                     // empty: the dashboard's; "none"
  std::string basis;
  int limit = 0;  // of the members of the first dimension that is no time, the largest by the first KPI; 0: all
};
inline constexpr int grid_columns = 12;

struct Dashboard {
  std::string name;  // a key: "executive"
  std::string title;
  std::string words;
  std::map<std::string, std::vector<std::string>> filter;
  Period period;
  std::string compare;
  std::vector<std::string> annotations;  // the kinds that are drawn into its charts
  std::vector<Tile> tiles;               // in the order they are read
};

// What an annotation may be of.
const std::vector<std::string>& annotation_kinds();

// YAML, or JSON, of one dashboard. invalid: every mistake found, a line each, with file, line and column.
Result<Dashboard> read_dashboard(const Catalog& catalog, const std::string& file, const std::string& text);
// The same form again: read_dashboard takes it back.
Json to_json(const Dashboard& dashboard);
// Whether it may name a dashboard: lower-case letters, digits, dashes and underscores, from a letter on.
bool is_dashboard_name(std::string_view text);

}  // namespace sociometer::catalog
