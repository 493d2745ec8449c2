// PNG: a chart alone on a page, with what it shows, of when, and from where; Chromium takes its picture.
#include <fmt/format.h>

#include <charconv>

#include "base/markup.h"
#include "reports/charts.h"
#include "reports/chromium.h"
#include "reports/grid.h"
#include "reports/writing.h"

namespace sociometer::reports {
namespace {

constexpr int width = 1000, margin = 24;
constexpr int above = margin + 28 + 20 + 12, below = 12 + 16 + margin;  // title and days; the line under the chart

// The height that a chart says of itself.
int height_of(std::string_view svg) {
  constexpr std::string_view name = " height=\"";
  const size_t place = svg.find(name);
  if (place == std::string_view::npos) return 0;
  double height = 0;
  std::from_chars(svg.data() + place + name.size(), svg.data() + svg.size(), height);
  return static_cast<int>(height) + 1;
}

std::string beside(const Report& report, const AnsweredTile& tile) {
  std::string text = fmt::format("{}, as of {}", report.dashboard.title, format_instant(report.as_of));
  if (tile.left_out > 0) text += fmt::format(", without {} more", tile.left_out);
  return text;
}

}  // namespace

bool is_drawn(const AnsweredTile& tile) {
  switch (tile.tile.kind) {
    case catalog::TileKind::text:
    case catalog::TileKind::number:
    case catalog::TileKind::table:
      return false;
    default:
      return true;
  }
}

Result<std::string> chart_png(const Report& report, const AnsweredTile& tile) {
  if (!is_drawn(tile)) return invalid("only charts have a picture; this tile is none", "tile");
  const std::string svg = chart_svg(report, tile, width - 2 * margin);
  if (svg.empty()) return not_found(fmt::format("{} has nothing to draw: {}", tile.title, nothing_words(tile)));
  const std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><style>{}\n"
      "html {{ background: #fff }} body {{ margin: 0; max-width: none; width: {}px; padding: {}px }}"
      "h1 {{ font-size: 20px; line-height: 28px; height: 28px; overflow: hidden; white-space: nowrap }}"
      "p {{ font-size: 14px; line-height: 20px; height: 20px; color: var(--muted) }}"
      "svg {{ margin: 12px 0; max-width: none }} footer {{ font-size: 12px; line-height: 16px; color: var(--faint) }}"
      "</style></head><body><h1>{}</h1><p>{}</p>{}<footer>{}</footer></body></html>\n",
      style_sheet(), width, margin, xml_escaped(tile.title), xml_escaped(days_words(tile.question.days)), svg,
      xml_escaped(beside(report, tile)));
  TRY(const std::unique_ptr<Chromium> chromium, Chromium::find());
  return chromium->pictured(page, width, above + height_of(svg) + below);
}

}  // namespace sociometer::reports
