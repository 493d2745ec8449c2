#include "insights/anomalies.h"

#include <fmt/format.h>

#include "insights/day_model.h"
#include "insights/surprise.h"
#include "metrics/metrics.h"

namespace sociometer::insights {
namespace {

constexpr std::array<double, 1> pace = {0.1};
constexpr size_t errors_known_min = 28, errors_of_scale = 84;

// The usual size of an error, which a few great ones do not change.
double usual_error(const std::vector<double>& errors) {
  std::vector<double> sizes;
  size_t from = errors.size() > errors_of_scale ? errors.size() - errors_of_scale : 0;
  for (size_t i = from; i < errors.size(); ++i) sizes.push_back(std::abs(errors[i]));
  return 1.4826 * median(std::move(sizes));
}

}  // namespace

Result<std::vector<Anomaly>> judged_days(const DaySeries& history, Nature nature, DayRange asked) {
  Scale scale(nature);
  std::vector<double> values = model_values(history, nature, scale);
  auto known = std::count_if(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
  if (known <= known_days_min) {
    return invalid(
        fmt::format("anomalies need more than {} days with a value, and there are {}", known_days_min, known), "kpis");
  }
  double within = ordinary_reach();
  // A day that was out of the ordinary teaches the model no more than the widest ordinary one.
  std::vector<double> tamed = values;
  DayModel model(tamed, pace);
  std::vector<double> errors;
  std::vector<Anomaly> judged;
  for (int day = 0; day < static_cast<int>(values.size()); ++day) {
    double value = values[static_cast<size_t>(day)];
    if (std::isnan(value) || std::isnan(model.at(day).level)) continue;
    double expected = model.ahead(day), error = value - expected;
    if (errors.size() >= errors_known_min && day >= known_days_min) {
      double size = usual_error(errors);
      size = std::max(size, 1e-9 * std::max(1.0, std::abs(expected)));
      Anomaly anomaly{history.first + day, 0, 0, 0, 0, two_sided(error / size), 1};
      // However even their days were lately, counts vary by themselves.
      if (nature == Nature::count) anomaly.p = std::max(anomaly.p, by_counting(scale.out(value), scale.out(expected)));
      double low = expected - within * size, high = expected + within * size;
      anomaly.value = scale.out(value);
      anomaly.expected = scale.out(expected);
      anomaly.low = scale.out(low);
      anomaly.high = scale.out(high);
      if (asked.contains(anomaly.day)) judged.push_back(anomaly);
      tamed[static_cast<size_t>(day)] = std::clamp(value, low, high);
      error = tamed[static_cast<size_t>(day)] - expected;
    }
    errors.push_back(error);
  }
  return judged;
}

Result<std::vector<Anomaly>> anomalies(const DaySeries& history, Nature nature, DayRange asked, double rate) {
  TRY(std::vector<Anomaly> judged, judged_days(history, nature, asked));
  std::vector<double> p;
  for (const Anomaly& anomaly : judged) p.push_back(anomaly.p);
  std::vector<double> of_all = metrics::adjusted_for_many(p);
  std::vector<Anomaly> found;
  for (size_t i = 0; i < judged.size(); ++i) {
    judged[i].p_adjusted = of_all[i];
    if (of_all[i] <= rate) found.push_back(judged[i]);
  }
  return found;
}

}  // namespace sociometer::insights
