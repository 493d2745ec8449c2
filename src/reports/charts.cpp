#include "reports/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/markup.h"
#include "base/text.h"
#include "reports/grid.h"
#include "reports/scales.h"

namespace sociometer::reports {
namespace {

using catalog::TileKind;
using catalog::Unit;
using metrics::Cell;

constexpr double text_height = 11, letter = 6.6;  // of the labels: size, and the width of a usual letter
constexpr std::string_view ink = "#1a1b1e", muted = "#55585f", faint = "#686b72", hairline = "#ecebe7",
                           axis = "#c9c8c2", paper = "#ffffff";

// A place with a tenth of a unit is as fine as print, and always the same bytes.
std::string at(double place) {
  std::string text = fmt::format("{:.1f}", place);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

// How many letters wide, of UTF-8 text.
double letters(std::string_view text) {
  return static_cast<double>(characters(text));
}

std::string cut(std::string_view text, double width) {
  const auto most = static_cast<size_t>(std::max(2.0, width / letter));
  if (letters(text) <= static_cast<double>(most)) return std::string(text);
  size_t bytes = 0;
  for (size_t seen = 0; bytes < text.size(); ++bytes) {
    if ((text[bytes] & 0xC0) != 0x80 && ++seen == most) break;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

std::optional<double> low_of(const Cell& cell) {
  return cell.interval ? cell.interval->low : std::nullopt;
}
std::optional<double> high_of(const Cell& cell) {
  return cell.interval ? cell.interval->high : std::nullopt;
}

bool has_note(const Cell& cell, std::string_view note) {
  return std::ranges::find(cell.notes, note) != cell.notes.end();
}

// A sheet that is drawn upon.
class Canvas {
 public:
  Canvas(double width, double height, std::string summary)
      : width_(width), height_(height), summary_(std::move(summary)) {}

  double width() const { return width_; }
  double height() const { return height_; }

  void line(double x1, double y1, double x2, double y2, std::string_view colour, double thick,
            std::string_view dashes = {}) {
    body_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"{}\"{}/>", at(x1),
                         at(y1), at(x2), at(y2), colour, at(thick),
                         dashes.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dashes));
  }
  void rect(double x, double y, double w, double h, std::string_view colour, double round = 0) {
    body_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"{}/>", at(x), at(y),
                         at(std::max(0.0, w)), at(std::max(0.0, h)), colour,
                         round > 0 ? fmt::format(" rx=\"{}\"", at(round)) : "");
  }
  void path(std::string_view d, std::string_view style) { body_ += fmt::format("<path d=\"{}\" {}/>", d, style); }
  void circle(double x, double y, double r, std::string_view colour) {
    body_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"/>", at(x), at(y), at(r), colour);
  }
  enum class Anchor { start, middle, end };
  void text(double x, double y, std::string_view words, std::string_view colour, Anchor anchor = Anchor::start) {
    static constexpr const char* anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    body_ += fmt::format("<text x=\"{}\" y=\"{}\" fill=\"{}\"{}>{}</text>", at(x), at(y), colour,
                         anchors[static_cast<size_t>(anchor)], xml_escaped(words));
  }
  // What is drawn by `draw` leads to the address, and says `words` when pointed at.
  template <typename Draw>
  void linked(std::string_view link, std::string_view words, Draw draw) {
    const std::string title = fmt::format("<title>{}</title>", xml_escaped(words));
    body_ += link.empty() ? "<g>" + title : fmt::format("<a href=\"{}\">{}", xml_escaped(link), title);
    draw();
    body_ += link.empty() ? "</g>" : "</a>";
  }

  std::string svg() const {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" role=\"img\" "
        "aria-label=\"{}\" font-size=\"{}\">{}</svg>",
        at(width_), at(height_), at(width_), at(height_), xml_escaped(summary_), at(text_height), body_);
  }

 private:
  double width_, height_;
  std::string summary_, body_;
};

using Anchor = Canvas::Anchor;

class Drawing {
 public:
  Drawing(const Report& report, const AnsweredTile& tile, int width)
      : report_(report), tile_(tile), pivot_(pivot_of(report, tile)), width_(width) {}

  std::string draw() {
    switch (tile_.tile.kind) {
      case TileKind::line:
        return lines();
      case TileKind::bar:
        return is_time(pivot_.dimension) ? columns() : bars();
      case TileKind::stacked:
        return stacked();
      case TileKind::heatmap:
        return heatmap();
      case TileKind::funnel:
        return funnel();
      case TileKind::pie:
        return pie();
      default:
        return {};
    }
  }

 private:
  struct Frame {
    double left = 0, right = 0, top = 0, bottom = 0;  // of the plot
    double width() const { return right - left; }
    double height() const { return bottom - top; }
  };

  const std::string& colour(size_t series) const { return series_colours()[series % series_colours().size()]; }
  std::string link(const Cell& cell) const { return explain_link(report_, tile_, cell); }
  std::string shown(double value) const { return short_text(value, pivot_.unit, report_.currency); }
  std::string words(size_t label, size_t series) const {
    const Cell& cell = *pivot_.series[series].points[label].cell;
    const std::string name = pivot_.series.size() > 1 ? pivot_.series[series].name + ", " : "";
    return fmt::format("{}{}: {}", name, pivot_.labels[label], cell_text(cell, pivot_.unit, report_.currency));
  }

  // The values at both ends, of everything that is drawn.
  std::pair<double, double> extent(bool with_intervals) const {
    double least = 1e300, most = -1e300;
    auto take = [&](const std::optional<double>& value) {
      if (!value) return;
      least = std::min(least, *value);
      most = std::max(most, *value);
    };
    for (const Series& series : pivot_.series) {
      for (const Point& point : series.points) {
        if (point.cell == nullptr) continue;
        take(point.cell->value);
        if (with_intervals || !point.cell->value) {
          take(low_of(*point.cell));
          take(high_of(*point.cell));
        }
      }
    }
    if (tile_.target && tile_.tile.kind == TileKind::line) take(tile_.target->value);
    return least > most ? std::pair{0.0, 1.0} : std::pair{least, most};
  }

  // An interval many times as wide as the values would flatten them.
  bool intervals_fit() const {
    if (pivot_.series.size() > 1) return false;
    const auto [inner_low, inner_high] = extent(false);
    const auto [low, high] = extent(true);
    return high - low <= 6 * std::max(inner_high - inner_low, std::fabs(inner_high) * 0.2);
  }

  Frame frame_with(Canvas& canvas, const Scale& scale, double top, double right, double below) const {
    double widest = 0;
    for (const double tick : scale.ticks) widest = std::max(widest, letters(shown(tick)));
    Frame frame{widest * letter + 10, canvas.width() - right, top, canvas.height() - below};
    for (const double tick : scale.ticks) {
      const double y = frame.bottom - scale.share(tick) * frame.height();
      canvas.line(frame.left, y, frame.right, y, tick == 0 ? axis : hairline, 1);
      canvas.text(frame.left - 6, y + 4, shown(tick), faint, Anchor::end);
    }
    return frame;
  }

  // Under the plot, as many labels as there is room for.
  void label_columns(Canvas& canvas, const Frame& frame) const {
    const auto count = static_cast<double>(pivot_.labels.size());
    double widest = 1;
    for (const std::string& label : pivot_.labels) widest = std::max(widest, std::min(16.0, letters(label)));
    const double room = frame.width() / count;
    const auto every = static_cast<size_t>(std::max(1.0, std::ceil((widest * letter + 8) / room)));
    for (size_t i = 0; i < pivot_.labels.size(); i += every) {
      const double x = frame.left + (static_cast<double>(i) + 0.5) * room;
      canvas.text(x, frame.bottom + 16, cut(pivot_.labels[i], 16 * letter), faint, Anchor::middle);
    }
  }

  double legend(Canvas& canvas, double y) const {
    double x = 0;
    for (size_t i = 0; i < pivot_.series.size(); ++i) {
      const std::string name = cut(pivot_.series[i].name, 26 * letter);
      const double needed = 16 + letters(name) * letter + 14;
      if (x > 0 && x + needed > canvas.width()) {
        x = 0;
        y += 16;
      }
      canvas.rect(x, y - 8, 9, 9, colour(i), 2);
      canvas.text(x + 14, y, name, muted);
      x += needed;
    }
    return y;
  }
  double legend_height() const {
    if (pivot_.series.size() < 2) return 0;
    double x = 0, rows = 1;
    for (const Series& series : pivot_.series) {
      const double needed = 30 + std::min(26.0, letters(series.name)) * letter;
      if (x > 0 && x + needed > width_) {
        x = 0;
        ++rows;
      }
      x += needed;
    }
    return rows * 16 + 8;
  }

  // What happened, as flags numbered in the order of the list under the chart.
  void draw_marks(Canvas& canvas, const Frame& frame) const {
    const Result<Bucket> bucket = parse_bucket(pivot_.dimension);
    if (!bucket) return;
    const double room = frame.width() / static_cast<double>(pivot_.labels.size());
    for (size_t i = 0; i < tile_.marks.size(); ++i) {
      const DayRange days = tile_.marks[i].days;
      const auto first = label_place(days.first, *bucket), last = label_place(days.end - 1, *bucket);
      if (!first) continue;
      const double x = frame.left + (static_cast<double>(*first) + 0.5) * room;
      if (last && *last > *first) {
        canvas.path(fmt::format("M{} {}H{}V{}H{}Z", at(x), at(frame.top),
                                at(frame.left + (static_cast<double>(*last) + 0.5) * room), at(frame.bottom), at(x)),
                    "fill=\"#f2f2ef\" fill-opacity=\"0.7\"");
      }
      canvas.line(x, frame.top - 4, x, frame.bottom, faint, 1, "2 3");
      canvas.circle(x, frame.top - 6, 7, muted);
      canvas.text(x, frame.top - 2.2, std::to_string(i + 1), paper, Anchor::middle);
    }
  }
  std::optional<size_t> label_place(Day day, Bucket bucket) const {
    const Day first = bucket_of(day, bucket, report_.week_start).first;
    const auto place = std::ranges::find(pivot_.labels, bucket_label(first, bucket));
    if (place == pivot_.labels.end()) return std::nullopt;
    return static_cast<size_t>(place - pivot_.labels.begin());
  }

  void draw_break(Canvas& canvas, const Frame& frame, double room) const {
    for (size_t i = 0; i < pivot_.labels.size(); ++i) {
      const bool breaks = std::ranges::any_of(pivot_.series, [&](const Series& series) {
        const Cell* cell = series.points[i].cell;
        return cell != nullptr && has_note(*cell, "definition_break");
      });
      if (!breaks) continue;
      const double x = frame.left + static_cast<double>(i) * room;
      canvas.line(x, frame.top, x, frame.bottom, "#855800", 1, "5 3");
      canvas.text(x + 4, frame.top + 10, "definition changed", "#855800");
      return;
    }
  }

  std::string lines() {
    const bool with_band = intervals_fit();
    const auto [least, most] = extent(with_band);
    const Scale scale = scale_for(least, most, Base::free, pivot_.unit);
    Canvas canvas(width_, 210 + legend_height(), chart_summary(report_, tile_));
    const double top = legend_height() + (tile_.marks.empty() ? 10 : 20);
    if (pivot_.series.size() > 1) legend(canvas, 10);
    const Frame frame = frame_with(canvas, scale, top, 10, 24);
    const double room = frame.width() / static_cast<double>(std::max<size_t>(1, pivot_.labels.size()));
    auto x_of = [&](size_t i) { return frame.left + (static_cast<double>(i) + 0.5) * room; };
    auto y_of = [&](double value) { return frame.bottom - scale.share(value) * frame.height(); };
    label_columns(canvas, frame);
    draw_marks(canvas, frame);
    draw_break(canvas, frame, room);
    if (tile_.target) {
      const double y = y_of(tile_.target->value);
      canvas.line(frame.left, y, frame.right, y, "#15703f", 1.5, "6 3");
      canvas.text(frame.right, y - 4, target_words(report_, *tile_.target), "#15703f", Anchor::end);
    }
    for (size_t s = 0; s < pivot_.series.size(); ++s) {
      draw_band(canvas, s, with_band, x_of, y_of, room);
      draw_line(canvas, s, x_of, y_of);
    }
    return canvas.svg();
  }

  // The interval around each point of a single series; bounds are all there is of a point without a value.
  template <typename X, typename Y>
  void draw_band(Canvas& canvas, size_t s, bool with_band, X x_of, Y y_of, double room) const {
    const std::vector<Point>& points = pivot_.series[s].points;
    for (size_t i = 0; i < points.size(); ++i) {
      if (points[i].cell == nullptr) continue;
      const Cell& cell = *points[i].cell;
      if (cell.value && !with_band) continue;
      const std::optional<double> low = low_of(cell), high = high_of(cell);
      if (!low && !high) continue;
      const double half = std::min(room * 0.32, 9.0), x = x_of(i);
      canvas.linked(link(cell), words(i, s), [&] {
        if (low && high) {
          canvas.path(fmt::format("M{} {}H{}V{}H{}Z", at(x - half), at(y_of(*high)), at(x + half), at(y_of(*low)),
                                  at(x - half)),
                      fmt::format("fill=\"{}\" fill-opacity=\"{}\"", colour(s), cell.value ? "0.14" : "0.3"));
          return;
        }
        const double y = y_of(low ? *low : *high);  // open on the other side
        canvas.line(x - half, y, x + half, y, colour(s), 2);
        canvas.text(x, low ? y - 3 : y + 11, low ? "≥" : "≤", muted, Anchor::middle);
      });
    }
  }

  // Gaps are gaps; what leads to a running period is dotted.
  template <typename X, typename Y>
  void draw_line(Canvas& canvas, size_t s, X x_of, Y y_of) const {
    const std::vector<Point>& points = pivot_.series[s].points;
    const std::string style = fmt::format(
        "fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-linejoin=\"round\" "
        "stroke-linecap=\"round\"",
        colour(s));
    std::string solid, dotted;
    for (size_t i = 0; i < points.size(); ++i) {
      if (!points[i].is_there()) continue;
      const std::string place = fmt::format("{} {}", at(x_of(i)), at(y_of(*points[i].cell->value)));
      const bool joined = i > 0 && points[i - 1].is_there();
      if (joined && has_note(*points[i].cell, "partial_period")) {
        dotted += fmt::format("M{} {}L{}", at(x_of(i - 1)), at(y_of(*points[i - 1].cell->value)), place);
      } else {
        solid += fmt::format("{}{}", joined ? "L" : "M", place);
      }
    }
    if (!solid.empty()) canvas.path(solid, style);
    if (!dotted.empty()) canvas.path(dotted, style + " stroke-dasharray=\"1 5\"");
    const double radius = points.size() > 40 ? 1.6 : 2.8;
    for (size_t i = 0; i < points.size(); ++i) {
      if (!points[i].is_there()) continue;
      const Cell& cell = *points[i].cell;
      canvas.linked(link(cell), words(i, s), [&] { canvas.circle(x_of(i), y_of(*cell.value), radius, colour(s)); });
    }
  }

  // Upright bars over time.
  std::string columns() {
    const bool with_band = intervals_fit();
    const auto [least, most] = extent(with_band);
    const Scale scale = scale_for(least, most, Base::zero, pivot_.unit);
    Canvas canvas(width_, 210 + legend_height(), chart_summary(report_, tile_));
    if (pivot_.series.size() > 1) legend(canvas, 10);
    const Frame frame = frame_with(canvas, scale, legend_height() + (tile_.marks.empty() ? 10 : 20), 10, 24);
    const double room = frame.width() / static_cast<double>(std::max<size_t>(1, pivot_.labels.size()));
    const double thick = std::min(40.0, room * 0.72) / static_cast<double>(pivot_.series.size());
    auto y_of = [&](double value) { return frame.bottom - scale.share(value) * frame.height(); };
    label_columns(canvas, frame);
    draw_marks(canvas, frame);
    for (size_t s = 0; s < pivot_.series.size(); ++s) {
      for (size_t i = 0; i < pivot_.labels.size(); ++i) {
        const Point& point = pivot_.series[s].points[i];
        if (point.cell == nullptr) continue;
        const Cell& cell = *point.cell;
        const double middle = frame.left + (static_cast<double>(i) + 0.5) * room;
        const double x = middle + (static_cast<double>(s) - static_cast<double>(pivot_.series.size()) / 2) * thick;
        canvas.linked(link(cell), words(i, s), [&] {
          if (cell.value) {
            const double y = y_of(*cell.value), zero = y_of(0);
            canvas.rect(x + 0.5, std::min(y, zero), thick - 1, std::fabs(zero - y), colour(s), 1.5);
          }
          if (!cell.value || with_band) whisker_upright(canvas, cell, x + thick / 2, y_of);
        });
      }
    }
    return canvas.svg();
  }

  template <typename Y>
  void whisker_upright(Canvas& canvas, const Cell& cell, double x, Y y_of) const {
    const std::optional<double> low = low_of(cell), high = high_of(cell);
    if (!low || !high) return;
    canvas.line(x, y_of(*low), x, y_of(*high), ink, 1);
    for (const double end : {*low, *high}) canvas.line(x - 3, y_of(end), x + 3, y_of(end), ink, 1);
  }

  // Lying bars, so that names can be read; a small stroke shows the period before.
  std::string bars() {
    const bool with_band = intervals_fit();
    auto [least, most] = extent(with_band);
    const size_t count = pivot_.series.size();
    const double thick = count == 1 ? 14 : 10, step = thick * static_cast<double>(count) + 8;
    double widest = 4;
    for (const std::string& label : pivot_.labels) widest = std::max(widest, std::min(24.0, letters(label)));
    for (const Series& series : pivot_.series) {
      for (const Point& point : series.points) {
        if (point.cell != nullptr && point.cell->compared) {
          least = std::min(least, *point.cell->compared);
          most = std::max(most, *point.cell->compared);
        }
      }
    }
    const Scale scale = scale_for(least, most, Base::zero, pivot_.unit);
    const double top = legend_height() + 4;
    Canvas canvas(width_, top + static_cast<double>(pivot_.labels.size()) * step + 4, chart_summary(report_, tile_));
    if (count > 1) legend(canvas, 10);
    const double value_room = 11 * letter;
    const Frame frame{std::min(widest * letter + 10, width_ * 0.4), width_ - value_room, top, canvas.height()};
    auto x_of = [&](double value) { return frame.left + scale.share(value) * frame.width(); };
    canvas.line(x_of(0), top, x_of(0), canvas.height() - 4, axis, 1);
    for (size_t i = 0; i < pivot_.labels.size(); ++i) {
      const double y = top + static_cast<double>(i) * step;
      canvas.text(frame.left - 8, y + (step - 8) / 2 + 4, cut(pivot_.labels[i], frame.left - 8), ink, Anchor::end);
      for (size_t s = 0; s < count; ++s) {
        const Point& point = pivot_.series[s].points[i];
        if (point.cell != nullptr) bar(canvas, frame, x_of, i, s, y + static_cast<double>(s) * thick, thick, with_band);
      }
    }
    return canvas.svg();
  }

  template <typename X>
  void bar(Canvas& canvas, const Frame& frame, X x_of, size_t label, size_t series, double y, double thick,
           bool with_band) const {
    const Cell& cell = *pivot_.series[series].points[label].cell;
    const std::optional<double> low = low_of(cell), high = high_of(cell);
    canvas.linked(link(cell), words(label, series), [&] {
      double end = x_of(0);
      if (cell.value) {
        const double x = x_of(*cell.value), zero = x_of(0);
        canvas.rect(std::min(x, zero), y + 1, std::fabs(x - zero), thick - 2, colour(series), 1.5);
        end = std::max(x, zero);
      }
      if (low && high && (with_band || !cell.value)) {
        canvas.line(x_of(*low), y + thick / 2, x_of(*high), y + thick / 2, ink, 1);
        for (const double stop : {*low, *high}) canvas.line(x_of(stop), y + 3, x_of(stop), y + thick - 3, ink, 1);
        end = std::max(end, x_of(*high));
      }
      if (cell.compared && tile_.question.compare.kind != metrics::Compare::Kind::none) {
        canvas.line(x_of(*cell.compared), y - 1, x_of(*cell.compared), y + thick + 1, axis, 2);
        end = std::max(end, x_of(*cell.compared));
      }
      const std::string text = cell.value ? shown(*cell.value) : cell_text(cell, pivot_.unit, report_.currency);
      const bool fits = end + 6 + letters(text) * letter < width_ || !cell.value;
      canvas.text(fits ? end + 6 : frame.right, y + thick / 2 + 4, text, cell.value ? ink : faint);
    });
  }

  std::string stacked() {
    double least = 0, most = 0;
    for (size_t i = 0; i < pivot_.labels.size(); ++i) {
      double up = 0, down = 0;
      for (const Series& series : pivot_.series) {
        if (!series.points[i].is_there()) continue;
        const double value = *series.points[i].cell->value;
        (value < 0 ? down : up) += value;
      }
      least = std::min(least, down);
      most = std::max(most, up);
    }
    const Scale scale = scale_for(least, most, Base::zero, pivot_.unit);
    Canvas canvas(width_, 210 + legend_height(), chart_summary(report_, tile_));
    if (pivot_.series.size() > 1) legend(canvas, 10);
    const Frame frame = frame_with(canvas, scale, legend_height() + (tile_.marks.empty() ? 10 : 20), 10, 24);
    const double room = frame.width() / static_cast<double>(std::max<size_t>(1, pivot_.labels.size()));
    const double thick = std::min(48.0, room * 0.72);
    auto y_of = [&](double value) { return frame.bottom - scale.share(value) * frame.height(); };
    label_columns(canvas, frame);
    draw_marks(canvas, frame);
    for (size_t i = 0; i < pivot_.labels.size(); ++i) {
      double up = 0, down = 0;
      for (size_t s = 0; s < pivot_.series.size(); ++s) {
        const Point& point = pivot_.series[s].points[i];
        if (!point.is_there()) continue;
        double& from = *point.cell->value < 0 ? down : up;
        const double y1 = y_of(from), y2 = y_of(from + *point.cell->value);
        from += *point.cell->value;
        const double x = frame.left + (static_cast<double>(i) + 0.5) * room - thick / 2;
        canvas.linked(link(*point.cell), words(i, s), [&] {
          canvas.rect(x, std::min(y1, y2), thick, std::max(0.0, std::fabs(y1 - y2) - 0.5), colour(s));
        });
      }
    }
    return canvas.svg();
  }

  // From the palest to the accent, by how much of the most it is.
  static std::string shade(double share) {
    constexpr int from[3] = {0xEE, 0xF1, 0xFB}, to[3] = {0x24, 0x45, 0xA8};
    const double clamped = std::clamp(share, 0.0, 1.0);
    auto mixed = [&](int i) { return static_cast<int>(std::lround(from[i] + (to[i] - from[i]) * clamped)); };
    return fmt::format("#{:02x}{:02x}{:02x}", mixed(0), mixed(1), mixed(2));
  }

  std::string heatmap() {
    const auto [least, most] = extent(false);
    const double low = std::min(0.0, least), span = most > low ? most - low : 1;
    double widest = 3;
    for (const std::string& label : pivot_.labels) widest = std::max(widest, std::min(18.0, letters(label)));
    const double left = widest * letter + 8, height = 20;
    const double room = (width_ - left) / static_cast<double>(std::max<size_t>(1, pivot_.series.size()));
    const double below = 40;
    Canvas canvas(width_, static_cast<double>(pivot_.labels.size()) * height + below, chart_summary(report_, tile_));
    const bool has_room = room >= 30;
    for (size_t i = 0; i < pivot_.labels.size(); ++i) {
      const double y = static_cast<double>(i) * height;
      canvas.text(left - 6, y + 14, cut(pivot_.labels[i], left), ink, Anchor::end);
      for (size_t s = 0; s < pivot_.series.size(); ++s) {
        const Point& point = pivot_.series[s].points[i];
        const double x = left + static_cast<double>(s) * room;
        if (!point.is_there()) {
          canvas.text(x + room / 2, y + 14, "–", axis, Anchor::middle);
          continue;
        }
        const double value = *point.cell->value, share = (value - low) / span;
        canvas.linked(link(*point.cell), words(i, s), [&] {
          canvas.rect(x + 0.5, y + 0.5, room - 1, height - 1, shade(share), 2);
          if (has_room) canvas.text(x + room / 2, y + 14, shown(value), share > 0.5 ? paper : ink, Anchor::middle);
        });
      }
    }
    const double y = static_cast<double>(pivot_.labels.size()) * height;
    double widest_name = 1;
    for (const Series& series : pivot_.series) widest_name = std::max(widest_name, letters(series.name));
    const auto every = static_cast<size_t>(std::max(1.0, std::ceil((widest_name * letter + 4) / room)));
    for (size_t s = 0; s < pivot_.series.size(); s += every) {
      canvas.text(left + (static_cast<double>(s) + 0.5) * room, y + 13, pivot_.series[s].name, faint, Anchor::middle);
    }
    heat_legend(canvas, low, most, left, y + 24);
    return canvas.svg();
  }

  void heat_legend(Canvas& canvas, double low, double most, double left, double y) const {
    canvas.text(left, y + 9, shown(low), faint);
    double x = left + letters(shown(low)) * letter + 8;
    for (int i = 0; i <= 5; ++i, x += 14) canvas.rect(x, y, 14, 10, shade(i / 5.0));
    canvas.text(x + 6, y + 9, shown(most) + ", none where there is a dash", faint);
  }

  std::string funnel() {
    double most = 0, widest = 4;
    for (size_t i = 0; i < pivot_.labels.size(); ++i) {
      const Point& point = pivot_.series[0].points[i];
      if (point.is_there()) most = std::max(most, *point.cell->value);
      widest = std::max(widest, std::min(24.0, letters(pivot_.labels[i])));
    }
    const double step = 34, left = widest * letter + 10, right = width_ - 15 * letter;
    Canvas canvas(width_, static_cast<double>(pivot_.labels.size()) * step, chart_summary(report_, tile_));
    for (size_t i = 0; i < pivot_.labels.size(); ++i) {
      const Cell& cell = *pivot_.series[0].points[i].cell;
      const double y = static_cast<double>(i) * step;
      canvas.text(left - 8, y + 18, cut(pivot_.labels[i], left), ink, Anchor::end);
      const double share = cell.value && most > 0 ? *cell.value / most : 0;
      const double wide = std::max(cell.value ? 2.0 : 0.0, share * (right - left));
      canvas.linked(link(cell), words(i, 0), [&] {
        canvas.rect(left + (right - left - wide) / 2, y + 3, wide, step - 8, colour(0), 3);
        canvas.text(right + 8, y + 18, cell_text(cell, pivot_.unit, report_.currency), cell.value ? ink : faint);
      });
    }
    return canvas.svg();
  }

  // Parts of the whole that is shown; what was left out by the limit is not in it, and the words say so.
  std::string pie() {
    double whole = 0;
    std::vector<size_t> parts;
    for (size_t i = 0; i < pivot_.labels.size(); ++i) {
      const Point& point = pivot_.series[0].points[i];
      if (!point.is_there() || *point.cell->value <= 0) continue;
      whole += *point.cell->value;
      parts.push_back(i);
    }
    constexpr double radius = 74;
    const double height = std::max(2 * radius + 8, static_cast<double>(pivot_.labels.size()) * 18 + 12);
    Canvas canvas(width_, height, chart_summary(report_, tile_));
    const double cx = radius + 4, cy = height / 2;
    double from = 0;
    for (size_t k = 0; k < parts.size(); ++k) {
      const Cell& cell = *pivot_.series[0].points[parts[k]].cell;
      const double share = *cell.value / whole;
      canvas.linked(link(cell), words(parts[k], 0), [&] { slice(canvas, cx, cy, radius, from, share, colour(k)); });
      from += share;
    }
    double y = (height - static_cast<double>(pivot_.labels.size()) * 18) / 2 + 12;
    size_t k = 0;
    for (size_t i = 0; i < pivot_.labels.size(); ++i, y += 18) {
      const Cell* cell = pivot_.series[0].points[i].cell;
      const bool drawn = k < parts.size() && parts[k] == i;
      canvas.rect(2 * radius + 26, y - 8, 9, 9, drawn ? colour(k) : std::string(axis), 2);
      std::string text = pivot_.labels[i];
      if (cell != nullptr) text += "  " + cell_text(*cell, pivot_.unit, report_.currency);
      if (drawn && pivot_.unit != Unit::ratio) text += fmt::format("  ({:.0f} %)", *cell->value / whole * 100);
      canvas.text(2 * radius + 42, y, cut(text, width_ - 2 * radius - 42), ink);
      k += drawn ? 1 : 0;
    }
    return canvas.svg();
  }

  static void slice(Canvas& canvas, double cx, double cy, double r, double from, double share, std::string_view fill) {
    if (share >= 0.9999) return canvas.circle(cx, cy, r, fill);
    auto place = [&](double turn) {
      const double angle = turn * 2 * std::numbers::pi - std::numbers::pi / 2;
      return fmt::format("{} {}", at(cx + r * std::cos(angle)), at(cy + r * std::sin(angle)));
    };
    canvas.path(fmt::format("M{} {}L{}A{} {} 0 {} 1 {}Z", at(cx), at(cy), place(from), at(r), at(r),
                            share > 0.5 ? 1 : 0, place(from + share)),
                fmt::format("fill=\"{}\" stroke=\"{}\"", fill, paper));
  }

  const Report& report_;
  const AnsweredTile& tile_;
  const Pivot pivot_;
  const double width_;
};

}  // namespace

const std::vector<std::string>& series_colours() {
  static const std::vector<std::string> colours{"#2f54c4", "#d75407", "#00905f", "#9d4089",
                                                "#2e9ae6", "#5e4a00", "#3d1f6b", "#8b91a4"};
  return colours;
}

std::string chart_summary(const Report& report, const AnsweredTile& tile) {
  if (!has_numbers(tile)) return fmt::format("{}. {}", tile.title, nothing_words(tile));
  const Pivot pivot = pivot_of(report, tile);
  const Point* most = nullptr;
  std::string where;
  size_t there = 0;
  for (const Series& series : pivot.series) {
    for (size_t i = 0; i < series.points.size(); ++i) {
      const Point& point = series.points[i];
      if (!point.is_there()) continue;
      ++there;
      if (most != nullptr && *most->cell->value >= *point.cell->value) continue;
      most = &point;
      where = pivot.labels[i] + (pivot.series.size() > 1 ? ", " + series.name : "");
    }
  }
  if (most == nullptr) return fmt::format("{}: bounds only.", tile.title);
  return fmt::format("{}: {} numbers, the most {} ({}).", tile.title, there,
                     value_text(*most->cell->value, pivot.unit, report.currency), where);
}

std::string chart_svg(const Report& report, const AnsweredTile& tile, int width) {
  if (!has_numbers(tile)) return {};
  return Drawing(report, tile, width).draw();
}

}  // namespace sociometer::reports
