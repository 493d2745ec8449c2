// Dashboards: read by a schema, with what each kind of tile may ask, and written back.
#include "catalog/dashboards.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/yaml_members.h"

namespace sociometer::catalog {
namespace {

constexpr size_t dashboard_file_max = 256 * 1024;
constexpr size_t tiles_max = 60;
constexpr size_t text_max = 8'000;
constexpr int rows_max = 500;

// How a tile is drawn, and what it may ask: how many KPIs, how many dimensions, whether the first is of time.
struct KindRow {
  TileKind kind;
  std::string_view name;
  int kpis_least, kpis_most, by_least, by_most;
  int width, height;  // unless the tile says otherwise
};

constexpr std::array<KindRow, 9> kinds{{
    // kind               name      KPIs      dimensions  size
    {TileKind::number, "number", 1, 1, 0, 0, 3, 2},
    {TileKind::line, "line", 1, 8, 1, 2, 12, 5},
    {TileKind::bar, "bar", 1, 8, 1, 2, 6, 5},
    {TileKind::stacked, "stacked", 1, 1, 2, 2, 12, 5},
    {TileKind::heatmap, "heatmap", 1, 1, 2, 2, 12, 5},
    {TileKind::table, "table", 1, 12, 0, 4, 12, 5},
    {TileKind::funnel, "funnel", 2, 8, 0, 0, 6, 5},
    {TileKind::pie, "pie", 1, 1, 1, 1, 6, 5},
    {TileKind::text, "text", 0, 0, 0, 0, 12, 2},
}};

const KindRow& row_of(TileKind kind) {
  return kinds[static_cast<size_t>(kind)];
}

const std::vector<TileKind>& all_kinds() {
  static const std::vector<TileKind> all = [] {
    std::vector<TileKind> found;
    for (const KindRow& row : kinds) found.push_back(row.kind);
    return found;
  }();
  return all;
}

bool is_calendar(std::string_view dimension) {
  return dimension == "day" || dimension == "week" || dimension == "month" || dimension == "quarter" ||
         dimension == "year";
}

// "90d", "4w", "3m", "month", "quarter", "year".
bool is_span(std::string_view text) {
  if (text == "month" || text == "quarter" || text == "year") return true;
  if (text.size() < 2 || text.size() > 5 || std::string_view("dwm").find(text.back()) == std::string_view::npos) {
    return false;
  }
  const std::string_view digits = text.substr(0, text.size() - 1);
  return digits.find_first_not_of("0123456789") == std::string_view::npos &&
         digits.find_first_not_of('0') != std::string_view::npos;
}

bool is_comparison(std::string_view text) {
  if (text.empty() || text == "none" || text == "previous" || text == "year") return true;
  const size_t dots = text.find("..");
  if (dots == std::string_view::npos) return false;
  const auto from = parse_day(text.substr(0, dots)), to = parse_day(text.substr(dots + 2));
  return from && to && *from <= *to;
}

// Parts of a whole: what adds up, and what the formula itself calls a share.
bool has_parts(const KpiChoice& choice) {
  const Class c = choice.kpi->additivity;
  const bool adds_up = c == Class::flow || c == Class::stock || c == Class::modelled;
  const Formula& formula = choice.variant->formula;
  return adds_up || (formula.kind == Formula::Kind::call && formula.name == "share");
}

class Reader {
 public:
  explicit Reader(const Catalog& catalog) : catalog_(catalog) {}

  Dashboard read(Members& members) {
    Dashboard dashboard;
    dashboard.name = members.text("name");
    if (!dashboard.name.empty() && !is_dashboard_name(dashboard.name)) {
      members.place("name").complain(members.take("name"),
                                     "has at most 60 lower-case letters, digits, dashes and underscores, and begins "
                                     "with a letter");
    }
    dashboard.title = line(members, "title", members.text("title"));
    dashboard.words = line(members, "words", members.text_or("words", ""));
    dashboard.filter = filter_of(members);
    dashboard.period = period_of(members);
    dashboard.compare = comparison_of(members);
    dashboard.annotations = annotations_of(members);
    const YamlNode tiles = members.need("tiles");
    for_items(tiles, members.place("tiles"), [&](const YamlNode& node, const Place& place) {
      Members own(node, place);
      dashboard.tiles.push_back(tile_of(own, dashboard.tiles));
    });
    if (tiles.is_list() && tiles.items().empty()) {
      members.place("tiles").complain(tiles, "holds no tile");
    }
    if (dashboard.tiles.size() > tiles_max) {
      members.place("tiles").complain(tiles, fmt::format("holds more than {} tiles", tiles_max));
    }
    return dashboard;
  }

 private:
  std::string line(Members& members, const char* key, std::string text) {
    if (text.size() > text_max || !is_utf8(text)) {
      members.place(key).complain(members.take(key), fmt::format("is text in UTF-8 of at most {} bytes", text_max));
      text.clear();
    }
    return text;
  }

  std::map<std::string, std::vector<std::string>> filter_of(Members& members) {
    std::map<std::string, std::vector<std::string>> filter;
    const YamlNode node = members.take("filter");
    for_entries(node, members.place("filter"),
                [&](const std::string& dimension, const YamlNode& value, const Place& place) {
                  need_dimension(dimension, value, place);
                  std::vector<std::string>& among = filter[dimension];
                  if (value.is_text()) among.push_back(value.text());
                  for_items(value.is_list() ? value : YamlNode(), place, [&](const YamlNode& item, const Place& own) {
                    if (!item.is_text()) return own.complain(item, "expected a word");
                    among.push_back(item.text());
                  });
                  if (among.empty()) place.complain(value, "expected a member, or a list of them");
                });
    return filter;
  }

  void need_dimension(const std::string& key, const YamlNode& node, const Place& place) {
    if (catalog_.dimension(key) != nullptr) return;
    std::vector<std::string_view> all;
    for (const Dimension& dimension : catalog_.dimensions()) all.push_back(dimension.key);
    const std::string_view near = nearest(key, all);
    place.complain(node, fmt::format("\"{}\" is no dimension{}{}{}", key, near.empty() ? "" : "; did you mean ", near,
                                     near.empty() ? "" : "?"));
  }

  Period period_of(Members& members) {
    Period period;
    period.last = members.text_or("last", "");
    period.from = members.text_or("from", "");
    period.to = members.text_or("to", "");
    if (!period.last.empty() && !is_span(period.last)) {
      members.place("last").complain(
          members.take("last"),
          fmt::format("\"{}\" is not a period; write 90d, 4w, 3m, month, quarter or year", period.last));
    }
    if (!period.last.empty() && (!period.from.empty() || !period.to.empty())) {
      members.place("last").complain(members.take("last"), "stands instead of from and to, not beside them");
    }
    if (period.from.empty() != period.to.empty()) {
      const char* there = period.from.empty() ? "to" : "from";
      members.place(there).complain(members.take(there), "a period needs both its first and its last day");
    }
    if (!period.from.empty() && !period.to.empty()) {
      const auto from = parse_day(period.from), to = parse_day(period.to);
      if (!from) members.place("from").complain(members.take("from"), from.error().message);
      if (!to) members.place("to").complain(members.take("to"), to.error().message);
      if (from && to && *to < *from) members.place("to").complain(members.take("to"), "lies before the first day");
    }
    return period;
  }

  std::string comparison_of(Members& members) {
    std::string compare = members.text_or("compare", "");
    if (!is_comparison(compare)) {
      members.place("compare").complain(
          members.take("compare"),
          fmt::format("\"{}\" is not a comparison; write none, previous, year or 2025-01-01..2025-03-31", compare));
    }
    return compare;
  }

  std::vector<std::string> annotations_of(Members& members) {
    const YamlNode node = members.take("annotations");
    if (!node) return annotation_kinds();
    std::vector<std::string> wanted = members.list("annotations");
    for (const std::string& kind : wanted) {
      const std::vector<std::string>& all = annotation_kinds();
      if (std::ranges::find(all, kind) != all.end()) continue;
      members.place("annotations").complain(node, fmt::format("\"{}\" is none of {}", kind, join(all, ", ")));
    }
    return wanted;
  }

  Tile tile_of(Members& members, const std::vector<Tile>& before) {
    Tile tile;
    tile.kind = members.one_of("kind", all_kinds());
    const KindRow& row = row_of(tile.kind);
    tile.title = line(members, "title", members.text_or("title", ""));
    tile.words = line(members, "words", members.text_or("words", ""));
    if (tile.kind == TileKind::text && tile.words.empty() && tile.title.empty()) {
      members.place("words").complain(members.node(), "a text has words");
    }
    tile.kpis = members.list("kpis");
    tile.by = members.list("by");
    tile.filter = filter_of(members);
    tile.period = period_of(members);
    tile.compare = comparison_of(members);
    tile.basis = members.one_of("basis", {"auto", "published", "occurred"}, "auto");
    if (tile.basis == "auto") tile.basis.clear();
    tile.limit = members.number("limit", 0);
    if (tile.limit > rows_max) {
      members.place("limit").complain(members.take("limit"), fmt::format("is at most {}", rows_max));
    }
    check_counts(members, tile, row);
    check_question(members, tile);
    place_on_grid(members, tile, row, before);
    return tile;
  }

  void check_counts(Members& members, const Tile& tile, const KindRow& row) {
    auto counted = [&](const char* member, size_t there, int least, int most) {
      const auto count = static_cast<int>(there);
      if (count >= least && count <= most) return;
      const std::string wanted = least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most);
      members.place(member).complain(members.node(), fmt::format("a {} has {} of these, not {}", row.name,
                                                                 wanted == "0" ? "none" : wanted, count));
    };
    counted("kpis", tile.kpis.size(), row.kpis_least, row.kpis_most);
    counted("by", tile.by.size(), row.by_least, row.by_most);
  }

  void check_question(Members& members, const Tile& tile) {
    const YamlNode kpis = members.take("kpis"), by = members.take("by");
    const Place of_kpis = members.place("kpis"), of_by = members.place("by");
    std::vector<Unit> units_there;
    for (const std::string& kpi : tile.kpis) {
      const Result<KpiChoice> known = catalog_.find_kpi(kpi);
      if (!known) {
        of_kpis.complain(kpis, known.error().message);
        continue;
      }
      // Numbers of people and of things share a scale.
      const Unit unit = known->variant->unit == Unit::people ? Unit::count : known->variant->unit;
      units_there.push_back(unit);
      const bool needs_parts = tile.kind == TileKind::pie || tile.kind == TileKind::stacked;
      if (needs_parts && !has_parts(*known)) {
        of_kpis.complain(kpis, fmt::format("a {} shows the parts of a whole, and {} does not add up: take a bar or a "
                                           "line",
                                           name(tile.kind), kpi));
      }
    }
    const bool has_several_units = std::ranges::adjacent_find(units_there, std::not_equal_to<>()) != units_there.end();
    if (has_several_units && tile.kind != TileKind::table) {
      of_kpis.complain(kpis, "the KPIs of one chart share a unit; a table may hold any");
    }
    for (const std::string& dimension : tile.by) need_dimension(dimension, by, of_by);
    if (tile.kind == TileKind::line && !tile.by.empty() && !is_calendar(tile.by.front())) {
      of_by.complain(by, "a line runs over time: its first dimension is day, week, month, quarter or year");
    }
    if (tile.kpis.size() > 1 && tile.by.size() > 1 && tile.kind != TileKind::table) {
      of_by.complain(by, "several KPIs leave room for one dimension");
    }
  }

  void place_on_grid(Members& members, Tile& tile, const KindRow& row, const std::vector<Tile>& before) {
    tile.w = members.number("w", row.width);
    tile.h = members.number("h", row.height);
    const bool has_x = static_cast<bool>(members.take("x")), has_y = static_cast<bool>(members.take("y"));
    tile.x = members.number("x", 0);
    tile.y = members.number("y", 0);
    if (tile.w < 1 || tile.h < 1 || tile.h > 100 || tile.x + tile.w > grid_columns || tile.y > 10'000) {
      return members.place("w").complain(
          members.node(),
          fmt::format("the grid has {} columns: x and w together are at most that, w and h at least 1", grid_columns));
    }
    auto overlaps = [&](const Tile& other) {
      return tile.x < other.x + other.w && other.x < tile.x + tile.w && tile.y < other.y + other.h &&
             other.y < tile.y + tile.h;
    };
    if (!has_x && !has_y) find_room(tile, before);
    for (const Tile& other : before) {
      if (!overlaps(other)) continue;
      return members.place("x").complain(members.node(), "lies over another tile");
    }
  }

  // Beside the one before where there is room, else in a row of its own below all.
  static void find_room(Tile& tile, const std::vector<Tile>& before) {
    if (before.empty()) return;
    const Tile& last = before.back();
    int below = 0;
    for (const Tile& other : before) below = std::max(below, other.y + other.h);
    const bool beside = last.x + last.w + tile.w <= grid_columns && last.h == tile.h;
    tile.x = beside ? last.x + last.w : 0;
    tile.y = beside ? last.y : below;
  }

  const Catalog& catalog_;
};

JsonObject filter_json(const std::map<std::string, std::vector<std::string>>& filter) {
  JsonObject json;
  for (const auto& [dimension, members] : filter) json[dimension] = JsonArray(members.begin(), members.end());
  return json;
}

void say_period(JsonObject& json, const Period& period) {
  for (const auto& [key, text] :
       {std::pair<const char*, const std::string*>{"last", &period.last}, {"from", &period.from}, {"to", &period.to}}) {
    if (!text->empty()) json[key] = *text;
  }
}

Json tile_json(const Tile& tile) {
  JsonObject json{{"kind", name(tile.kind)}};
  if (!tile.title.empty()) json["title"] = tile.title;
  if (!tile.words.empty()) json["words"] = tile.words;
  if (!tile.kpis.empty()) json["kpis"] = JsonArray(tile.kpis.begin(), tile.kpis.end());
  if (!tile.by.empty()) json["by"] = JsonArray(tile.by.begin(), tile.by.end());
  if (!tile.filter.empty()) json["filter"] = filter_json(tile.filter);
  say_period(json, tile.period);
  if (!tile.compare.empty()) json["compare"] = tile.compare;
  if (!tile.basis.empty()) json["basis"] = tile.basis;
  if (tile.limit > 0) json["limit"] = tile.limit;
  for (const auto& [key, number] : {std::pair{"x", tile.x}, {"y", tile.y}, {"w", tile.w}, {"h", tile.h}}) {
    json[key] = number;
  }
  return json;
}

}  // namespace

std::string_view name(TileKind kind) {
  return row_of(kind).name;
}

const std::vector<std::string>& annotation_kinds() {
  static const std::vector<std::string> kinds_of_annotations{"campaign", "algorithm", "outage", "press", "other"};
  return kinds_of_annotations;
}

bool is_dashboard_name(std::string_view text) {
  constexpr size_t longest = 60;
  return !text.empty() && text.size() <= longest && text[0] >= 'a' && text[0] <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

Result<Dashboard> read_dashboard(const Catalog& catalog, const std::string& file, const std::string& text) {
  Problems problems;
  Dashboard dashboard;
  if (text.size() > dashboard_file_max)
    return invalid(fmt::format("{}: a dashboard has at most {} kB", file, dashboard_file_max / 1024));
  if (!is_utf8(text)) return invalid(fmt::format("{}: a dashboard is text in UTF-8", file));
  if (const YamlNode root = problems.read(file, text)) {
    Members members(root, Place(problems, file, text));
    dashboard = Reader(catalog).read(members);
  }
  if (!problems.none()) return problems.error();
  return dashboard;
}

Json to_json(const Dashboard& dashboard) {
  JsonObject json{{"name", dashboard.name}, {"title", dashboard.title}};
  if (!dashboard.words.empty()) json["words"] = dashboard.words;
  if (!dashboard.filter.empty()) json["filter"] = filter_json(dashboard.filter);
  say_period(json, dashboard.period);
  if (!dashboard.compare.empty()) json["compare"] = dashboard.compare;
  json["annotations"] = JsonArray(dashboard.annotations.begin(), dashboard.annotations.end());
  JsonArray tiles;
  for (const Tile& tile : dashboard.tiles) tiles.push_back(tile_json(tile));
  json["tiles"] = std::move(tiles);
  return json;
}

}  // namespace sociometer::catalog
