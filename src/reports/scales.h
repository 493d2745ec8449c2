// Scales of charts: from values to places, ticks at round numbers, and short words on axes.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace sociometer::reports {

struct Scale {
  double low = 0, high = 1;   // values at the ends of the axis
  std::vector<double> ticks;  // from low to high, at round numbers
  double share(double value) const { return (value - low) / (high - low); }
};
enum class Base { zero, free };
// An axis that holds both; with Base::zero it holds zero as well, free it does where zero is near.
Scale scale_for(double least, double most, Base base, catalog::Unit unit);

// "1.2 M", "40 %", "2 h": short, for axes and bars.
std::string short_text(double value, catalog::Unit unit, std::string_view currency);

}  // namespace sociometer::reports
