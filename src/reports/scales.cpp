#include "reports/scales.h"

#include <fmt/format.h>

#include <cmath>

#include "reports/numbers.h"

namespace sociometer::reports {
namespace {

using catalog::Unit;

constexpr int ticks_wanted = 4;

// 1, 2, 2.5 or 5 times a power of ten; of time, of its own round numbers.
double round_step(double rough, Unit unit) {
  if (unit == Unit::seconds) {
    for (const double step : {1.0, 5.0, 15.0, 30.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 7200.0, 21600.0, 43200.0}) {
      if (step >= rough) return step;
    }
    return std::ceil(rough / 86400) * 86400;
  }
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::string trimmed_number(double value, int digits) {
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string thousands(double value) {
  const double size = std::fabs(value);
  if (size >= 1e9) return trimmed_number(value / 1e9, 1) + " bn";
  if (size >= 1e6) return trimmed_number(value / 1e6, 1) + " M";
  if (size >= 1e4) return trimmed_number(value / 1e3, 1) + " k";
  if (size >= 1000) return grouped(static_cast<int64_t>(std::llround(value)));
  return trimmed_number(value, size < 1 ? 3 : size < 10 ? 2 : 1);
}

std::string time_words(double value) {
  const double size = std::fabs(value);
  if (size >= 2 * 86400) return trimmed_number(value / 86400, 1) + " d";
  if (size >= 3600) return trimmed_number(value / 3600, 1) + " h";
  if (size >= 60) return trimmed_number(value / 60, 1) + " min";
  return trimmed_number(value, 1) + " s";
}

}  // namespace

Scale scale_for(double least, double most, Base base, Unit unit) {
  const double span = most - least;
  if (base == Base::zero || (least > 0 && least < 2 * span)) least = std::min(least, 0.0);
  if (base == Base::zero || (most < 0 && -most < 2 * span)) most = std::max(most, 0.0);
  if (most - least <= std::fabs(most) * 1e-9) {  // flat
    const double room = most == 0 ? 1 : std::fabs(most) * 0.1;
    most += room;
    if (base == Base::free && least != 0) least -= room;
  }
  const double step = round_step((most - least) / ticks_wanted, unit);
  Scale scale;
  const double first = std::floor(least / step + 1e-9), last = std::ceil(most / step - 1e-9);
  scale.low = first * step;
  scale.high = last * step;
  for (double i = first; i <= last + 0.5; ++i) scale.ticks.push_back(i * step);
  return scale;
}

std::string short_text(double value, Unit unit, std::string_view currency) {
  static_cast<void>(currency);
  switch (unit) {
    case Unit::ratio:
      return trimmed_number(value * 100, std::fabs(value) < 0.001 ? 3 : std::fabs(value) < 0.1 ? 2 : 1) + " %";
    case Unit::seconds:
      return time_words(value);
    default:
      return thousands(value);
  }
}

}  // namespace sociometer::reports
