#include "metrics/lifespan.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {
struct EndStep {
  double at, ended, at_risk, survivors_before;
};
}  // namespace

MeanSpan restricted_mean(std::vector<Span> spans) {
  CHECK(!spans.empty());
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.length < b.length; });
  std::vector<EndStep> steps;
  double alive = 1, area = 0, last = 0;
  for (size_t i = 0; i < spans.size();) {
    double at = spans[i].length, ended = 0;
    auto at_risk = static_cast<double>(spans.size() - i);
    for (; i < spans.size() && spans[i].length == at; ++i) ended += spans[i].open ? 0 : 1;
    area += alive * (at - last);
    last = at;
    if (ended > 0) steps.push_back({at, ended, at_risk, alive});
    alive *= 1 - ended / at_risk;
  }
  // What of the area lies beyond each end, from the last to the first.
  double variance = 0, beyond = 0, until = last, after = alive;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    beyond += after * (until - step->at);
    until = step->at;
    after = step->survivors_before;
    double left = step->at_risk - step->ended;
    if (left > 0) variance += beyond * beyond * step->ended / (step->at_risk * left);
  }
  MeanSpan result;
  result.mean = area;
  // Of an estimate that leaves a variance to be known; as the plain mean's, n / (n − 1).
  auto n = static_cast<double>(spans.size());
  if (n >= 2) {
    double reach = normal_reach * std::sqrt(variance * n / (n - 1));
    result.interval = Interval{std::max(0.0, area - reach), area + reach, interval_level, "greenwood"};
  }
  return result;
}

}  // namespace sociometer::metrics
