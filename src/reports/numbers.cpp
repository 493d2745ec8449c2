#include "reports/numbers.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace sociometer::reports {
namespace {

using catalog::Unit;

// Puts separators into the whole part of a printed number.
std::string separated(std::string text) {
  const size_t first = text.starts_with('-') ? 1 : 0;
  size_t place = std::min(text.find('.'), text.size());
  while (place > first + 3) {
    place -= 3;
    text.insert(place, ",");
  }
  return text;
}

std::string decimal(double value, int digits) {
  return separated(fmt::format("{:.{}f}", value, digits));
}

std::string count(double value) {
  return decimal(value, value == std::floor(value) ? 0 : 2);
}

std::string seconds(double value) {
  if (std::fabs(value) < 60) return decimal(value, 1) + " s";
  const auto whole = static_cast<int64_t>(std::llround(std::fabs(value)));
  const std::string sign = value < 0 ? "-" : "";
  if (whole < 3600) return fmt::format("{}{} min {:02} s", sign, whole / 60, whole % 60);
  return fmt::format("{}{} h {:02} min", sign, grouped(whole / 3600), whole / 60 % 60);
}

std::string range(const std::optional<double>& low, const std::optional<double>& high, Unit unit,
                  std::string_view currency) {
  if (low && high) {
    std::string from = value_text(*low, unit, currency);
    const std::string to = value_text(*high, unit, currency);
    if (unit == Unit::ratio) from = from.substr(0, from.size() - 2);  // the percent sign once
    return fmt::format("{} – {}", from, to);
  }
  if (low) return "≥ " + value_text(*low, unit, currency);
  if (high) return "≤ " + value_text(*high, unit, currency);
  return {};
}

using Words = std::pair<std::string_view, std::string_view>;

template <size_t Size>
std::string words_of(const std::array<Words, Size>& table, std::string_view key) {
  for (const auto& [name, words] : table) {
    if (name == key) return std::string(words);
  }
  return std::string(key);
}

}  // namespace

bool is_bounded(const metrics::Cell& cell) {
  return cell.interval && cell.interval->method == "bounds";
}

std::string grouped(int64_t number) {
  return separated(std::to_string(number));
}

std::string value_text(double value, Unit unit, std::string_view currency) {
  switch (unit) {
    case Unit::ratio:
      return decimal(value * 100, 2) + " %";
    case Unit::money:
      return currency.empty() ? decimal(value, 2) : fmt::format("{} {}", decimal(value, 2), currency);
    case Unit::seconds:
      return seconds(value);
    case Unit::per_day:
      return decimal(value, 2) + " a day";
    case Unit::score:
      return decimal(value, 2);
    case Unit::count:
    case Unit::people:
    case Unit::characters:
      return count(value);
  }
  return count(value);
}

std::string cell_text(const metrics::Cell& cell, Unit unit, std::string_view currency) {
  if (cell.value) return value_text(*cell.value, unit, currency);
  if (is_bounded(cell)) return range(cell.interval->low, cell.interval->high, unit, currency);
  return cell.reason.empty() ? "–" : "– " + reason_words(cell.reason);
}

std::string change_text(const metrics::Cell& cell, Unit unit) {
  if (!cell.compared || !cell.value) return {};
  const double difference = *cell.value - *cell.compared;
  const std::string_view sign = difference > 0 ? "▲" : difference < 0 ? "▼" : "=";
  if (unit == Unit::ratio) return fmt::format("{} {} pts", sign, decimal(std::fabs(difference) * 100, 2));
  if (cell.change) return fmt::format("{} {} %", sign, decimal(std::fabs(*cell.change) * 100, 1));
  return std::string(sign);
}

std::string interval_text(const metrics::Cell& cell, Unit unit, std::string_view currency) {
  if (!cell.interval || is_bounded(cell)) return {};
  return range(cell.interval->low, cell.interval->high, unit, currency);
}

std::string reason_words(std::string_view reason) {
  static constexpr std::array<Words, 5> table{{{"no_data", "no data"},
                                               {"not_reported", "not reported"},
                                               {"zero_denominator", "nothing to divide by"},
                                               {"not_applicable", "does not apply"},
                                               {"missing_rate", "no exchange rate"}}};
  return words_of(table, reason);
}

std::string note_words(std::string_view note) {
  static constexpr std::array<Words, 10> table{{{"partial_period", "running"},
                                                {"unsettled", "not settled"},
                                                {"definition_break", "definition changed"},
                                                {"bounded", "bounded"},
                                                {"stale", "stale"},
                                                {"small_sample", "small sample"},
                                                {"mixed_zones", "mixed zones"},
                                                {"mixed_definitions", "mixed definitions"},
                                                {"mixed_basis", "mixed basis"},
                                                {"negative_flow", "counter fell"}}};
  return words_of(table, note);
}

std::string notes_text(const std::vector<std::string>& notes) {
  std::vector<std::string> words;
  for (const std::string& note : notes) words.push_back(note_words(note));
  return join(words, ", ");
}

catalog::Unit unit_of(const catalog::Catalog& catalog, std::string_view kpi, std::string_view variant) {
  const catalog::Kpi* found = catalog.kpi(kpi);
  if (found == nullptr) return catalog::Unit::count;
  for (const catalog::Variant& one : found->variants) {
    if (one.key == variant) return one.unit;
  }
  return found->unit;
}

std::string kpi_label(const metrics::Cell& cell) {
  return cell.variant.empty() ? cell.kpi : cell.kpi + ":" + cell.variant;
}

std::string csv_field(std::string_view text) {
  std::string safe(text);
  const bool is_number = text.find_first_not_of("+-0123456789.eE") == std::string_view::npos;
  if (!safe.empty() && std::string_view("=+-@\t\r").find(safe[0]) != std::string_view::npos && !is_number) {
    safe.insert(0, "'");
  }
  if (safe.find_first_of(",\"\n\r") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (char c : safe) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::vector<std::string> quoted;
  for (const std::string& field : fields) quoted.push_back(csv_field(field));
  return join(quoted, ",") + "\n";
}

}  // namespace sociometer::reports
