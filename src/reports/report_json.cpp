#include "reports/grid.h"
#include "reports/reports.h"

namespace sociometer::reports {
namespace {

Json mark_json(const Mark& mark) {
  return JsonObject{{"from", format_day(mark.days.first)},
                    {"to", format_day(mark.days.end - 1)},
                    {"kind", mark.kind},
                    {"text", mark.text},
                    {"network", mark.network.empty() ? Json(nullptr) : Json(mark.network)}};
}

Json tile_json(const AnsweredTile& tile) {
  JsonObject json{{"kind", catalog::name(tile.tile.kind)}, {"title", tile.title}, {"words", tile.tile.words}};
  if (tile.tile.kpis.empty()) return json;
  if (tile.answer) {
    json["answer"] = metrics::to_json(*tile.answer);
  } else {
    json["failure"] = tile.failure;
  }
  json["left_out"] = tile.left_out;
  JsonArray marks;
  for (const Mark& mark : tile.marks) marks.push_back(mark_json(mark));
  json["annotations"] = std::move(marks);
  if (!tile.post_texts.empty()) {
    JsonObject texts;
    for (const auto& [post, text] : tile.post_texts) texts[post] = text;
    json["posts"] = std::move(texts);
  }
  if (tile.target) {
    json["goal"] = JsonObject{{"target", tile.target->value},
                              {"due", format_day(tile.target->days.end - 1)},
                              {"sentence", tile.target->sentence}};
  }
  return json;
}

}  // namespace

Json to_json(const Report& report) {
  JsonObject json{{"dashboard", catalog::to_json(report.dashboard)},
                  {"revision", report.revision},
                  {"status", report.status},
                  {"workspace", report.workspace},
                  {"zone", report.zone},
                  {"currency", report.currency},
                  {"from", report.days ? Json(format_day(report.days->first)) : Json(nullptr)},
                  {"to", report.days ? Json(format_day(report.days->end - 1)) : Json(nullptr)},
                  {"compare", report.compare.empty() ? Json(nullptr) : Json(report.compare)},
                  {"as_of", format_instant(report.as_of)}};
  JsonObject filter;  // what narrowed the dashboard's own
  for (const auto& [dimension, members] : report.narrowing)
    filter[dimension] = JsonArray(members.begin(), members.end());
  json["filter"] = std::move(filter);
  JsonArray tiles;
  for (const AnsweredTile& tile : report.tiles) tiles.push_back(tile_json(tile));
  json["tiles"] = std::move(tiles);
  return json;
}

}  // namespace sociometer::reports
