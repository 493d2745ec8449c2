#include "surfaces/cli/table.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "base/check.h"

namespace sociometer::surfaces {
namespace {

constexpr int narrowest = 8;
constexpr std::string_view gap = "  ";

int width_of(UChar32 character) {
  const int category = u_charType(character);
  if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR) return 0;
  const int width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// Calls each(offset after the character, its width) until it returns false.
template <typename Each>
void each_character(std::string_view text, Each each) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  int32_t offset = 0;
  while (offset < size) {
    UChar32 character = 0;
    U8_NEXT_OR_FFFD(bytes, offset, size, character);
    if (!each(static_cast<size_t>(offset), width_of(character))) return;
  }
}

// What would move the cursor or colour the screen has no place in a cell.
std::string printable(std::string_view text) {
  std::string result;
  bool blank = false;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      blank = !result.empty();
      continue;
    }
    if (blank) result += ' ';
    blank = false;
    result += c;
  }
  return result;
}

}  // namespace

int display_width(std::string_view text) {
  int total = 0;
  each_character(text, [&](size_t, int width) {
    total += width;
    return true;
  });
  return total;
}

std::string cut_to(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  size_t end = 0;
  int total = 0;
  each_character(text, [&](size_t offset, int character_width) {
    total += character_width;
    if (total > width - 1) return false;
    end = offset;
    return true;
  });
  return std::string(text.substr(0, end)) + "…";
}

void Table::column(std::string title, Align align, Fit fit) {
  columns_.push_back({std::move(title), align, fit});
}

void Table::row(std::vector<std::string> cells) {
  CHECK(cells.size() == columns_.size());
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::vector<int> Table::widths(const Look& look) const {
  std::vector<int> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  int total = 0;
  for (size_t i = 0; i < widths.size(); ++i) {
    if (widths[i] == 0) continue;
    widths[i] = std::max(widths[i], display_width(columns_[i].title));
    total += widths[i] + static_cast<int>(gap.size());
  }
  for (size_t i = 0; i < widths.size() && look.width > 0; ++i) {
    const int excess = total - static_cast<int>(gap.size()) - look.width;
    if (excess <= 0 || columns_[i].fit == Fit::whole) continue;
    const int cut = std::min(excess, std::max(0, widths[i] - narrowest));
    widths[i] -= cut;
    total -= cut;
  }
  return widths;
}

std::string Table::text(const Look& look) const {
  const std::vector<int> widths = this->widths(look);
  std::string result;
  const auto line = [&](auto cell_of) {
    std::string text;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (widths[i] == 0) continue;
      const std::string cell = cut_to(cell_of(i), widths[i]);
      const std::string padding(static_cast<size_t>(widths[i] - display_width(cell)), ' ');
      if (!text.empty()) text += gap;
      text += columns_[i].align == Align::right ? padding + cell : cell + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  };
  const std::string titles = line([&](size_t i) { return columns_[i].title; });
  result += look.colour == Colour::coloured ? "\x1b[1m" + titles + "\x1b[0m\n" : titles + "\n";
  for (const auto& row : rows_) result += line([&](size_t i) { return row[i]; }) + "\n";
  return result;
}

}  // namespace sociometer::surfaces
