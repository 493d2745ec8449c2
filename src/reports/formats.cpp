#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/text.h"
#include "reports/writing.h"

namespace sociometer::reports {
namespace {

struct FormatRow {
  Format format;
  std::string_view name, media_type;
  bool is_text;
};
constexpr std::array<FormatRow, 5> rows{{
    {Format::markdown, "md", "text/markdown; charset=utf-8", true},
    {Format::csv, "csv", "text/csv; charset=utf-8", true},
    {Format::html, "html", "text/html; charset=utf-8", true},
    {Format::xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false},
    {Format::pdf, "pdf", "application/pdf", false},
}};

const FormatRow& row_of(Format format) {
  const auto place = std::ranges::find(rows, format, &FormatRow::format);
  CHECK(place != rows.end());
  return *place;
}

}  // namespace

std::string_view name(Format format) {
  return row_of(format).name;
}

std::string_view media_type(Format format) {
  return row_of(format).media_type;
}

bool is_text(Format format) {
  return row_of(format).is_text;
}

const std::vector<Format>& formats() {
  static const std::vector<Format> all{Format::markdown, Format::csv, Format::html, Format::xlsx, Format::pdf};
  return all;
}

Result<Format> parse_format(std::string_view text) {
  for (const FormatRow& row : rows) {
    if (row.name == text) return row.format;
  }
  return invalid(fmt::format("\"{}\" is not a format of reports; there are md, csv, html, xlsx and pdf", text),
                 "format");
}

Result<std::string> written(const Report& report, Format format) {
  switch (format) {
    case Format::markdown:
      return markdown(report);
    case Format::csv:
      return csv(report);
    case Format::html:
      return html(report);
    case Format::xlsx:
      return xlsx(report);
    case Format::pdf:
      return pdf(report);
  }
  return internal("no such format");
}

}  // namespace sociometer::reports
