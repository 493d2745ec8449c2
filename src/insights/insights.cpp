#include "insights/insights.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "insights/day_model.h"

namespace sociometer::insights {
namespace {

Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

JsonObject ahead_json(const Ahead& ahead) {
  return {{"value", ahead.value},
          {"interval",
           JsonObject{{"low", ahead.low}, {"high", ahead.high}, {"level", 0.95}, {"method", "rolling_origins"}}}};
}

}  // namespace

DaySeries series_of(const metrics::Answer& answer, Day today) {
  std::vector<MemberSeries> all = series_by_member(answer, today);
  return all.empty() ? DaySeries() : std::move(all.front().days);
}

std::vector<MemberSeries> series_by_member(const metrics::Answer& answer, Day today) {
  std::map<std::pair<std::vector<std::string>, std::string>, size_t> known;
  std::vector<MemberSeries> all;
  for (const metrics::Cell& cell : answer.rows) {
    if (cell.by.empty()) continue;
    auto day = parse_day(cell.by.back());
    if (!day || *day >= today) continue;
    std::vector<std::string> members(cell.by.begin(), cell.by.end() - 1);
    auto [place, is_new] = known.try_emplace({members, cell.asked}, all.size());
    if (is_new) all.push_back({std::move(members), cell.asked, {*day, {}}});
    DaySeries& series = all[place->second].days;
    // The answer has every day of its range, ascending; were one missing, it would be a day without a value.
    series.values.resize(static_cast<size_t>(day->number - series.first.number));
    series.values.push_back(cell.value);
  }
  // Before anything was known there is no history.
  for (MemberSeries& each : all) {
    auto& values = each.days.values;
    auto first = std::find_if(values.begin(), values.end(), [](const auto& value) { return bool(value); });
    each.days.first = each.days.first + static_cast<int>(first - values.begin());
    values.erase(values.begin(), first);
  }
  return all;
}

std::optional<PostSeen> post_seen(const metrics::PostRow& row, const Zone& zone) {
  if (row.values.empty() || !row.values.front().value || !row.published_day) return std::nullopt;
  PostSeen post;
  post.account = row.network + "/" + row.account;
  post.kind = row.kind;
  post.day = *row.published_day;
  post.value = *row.values.front().value;
  post.hashtags = row.hashtags;
  for (const char c : row.text) post.length += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  if (row.published_at) {
    const int64_t second = row.published_at->micros / 1'000'000 + zone.offset_seconds(*row.published_at);
    post.hour = static_cast<int>(((second % 86'400) + 86'400) % 86'400 / 3'600);
  }
  if (row.counted_at) {
    const Instant published = row.published_at.value_or(zone.start_of(*row.published_day));
    post.age_days = std::max(static_cast<double>(row.counted_at->micros - published.micros) / 86'400e6, 0.0);
  }
  return post;
}

Counting counting_of(const catalog::KpiChoice& choice) {
  using catalog::Class;
  const Class c = choice.kpi->additivity;
  const bool adds = c == Class::flow || c == Class::lifetime || c == Class::unique;
  const bool things = choice.variant->unit == catalog::Unit::count || choice.variant->unit == catalog::Unit::people;
  return adds && things ? Counting::counts : Counting::values;
}

Nature nature_of(const catalog::Kpi& kpi, const DaySeries& history) {
  using catalog::Class;
  if (kpi.additivity == Class::stock) return Nature::stock;
  bool counts = kpi.additivity == Class::flow || kpi.additivity == Class::lifetime || kpi.additivity == Class::unique;
  bool below_zero =
      std::any_of(history.values.begin(), history.values.end(), [](const auto& value) { return value && *value < 0; });
  return counts && !below_zero ? Nature::count : Nature::level;
}

bool has_whole(const catalog::Kpi& kpi) {
  return kpi.additivity != catalog::Class::unique;
}

Json to_json(const Forecast& ahead, bool with_whole) {
  JsonArray days;
  for (size_t i = 0; i < ahead.days.size(); ++i) {
    JsonObject day{{"day", format_day(ahead.first + static_cast<int>(i))}};
    const JsonObject told = ahead_json(ahead.days[i]);
    for (const auto& member : told) day[member.key()] = member.value();
    days.push_back(std::move(day));
  }
  return JsonObject{{"days", std::move(days)},
                    {"whole", with_whole ? Json(ahead_json(ahead.whole)) : Json(nullptr)},
                    {"back_test", JsonObject{{"origins", ahead.back_test.origins},
                                             {"days", ahead.back_test.points},
                                             {"coverage", number_or_null(ahead.back_test.coverage)},
                                             {"mean_error", number_or_null(ahead.back_test.error)},
                                             {"scaled_error", number_or_null(ahead.back_test.scaled)}}}};
}

Json to_json(const std::vector<Anomaly>& found) {
  JsonArray days;
  for (const Anomaly& anomaly : found) {
    days.push_back(JsonObject{
        {"day", format_day(anomaly.day)},
        {"value", anomaly.value},
        {"expected", anomaly.expected},
        {"interval",
         JsonObject{{"low", anomaly.low}, {"high", anomaly.high}, {"level", 0.95}, {"method", "one_day_ahead"}}},
        {"p", anomaly.p},
        {"p_adjusted", anomaly.p_adjusted}});
  }
  return days;
}

Json to_json(const std::vector<ChangePoint>& found) {
  JsonArray changes;
  for (const ChangePoint& change : found) {
    const double share = (change.after - change.before) / std::abs(change.before);
    changes.push_back(JsonObject{{"day", format_day(change.day)},
                                 {"before", change.before},
                                 {"after", change.after},
                                 {"change", number_or_null(share)},
                                 {"weeks_before", change.weeks_before},
                                 {"weeks_after", change.weeks_after},
                                 {"p", change.p},
                                 {"p_adjusted", change.p_adjusted}});
  }
  return changes;
}

Json to_json(const std::vector<Trait>& shared) {
  JsonArray traits;
  for (const Trait& trait : shared) {
    traits.push_back(JsonObject{{"what", trait.what},
                                {"member", trait.member},
                                {"with", trait.with},
                                {"n", trait.n},
                                {"p", trait.p},
                                {"p_adjusted", trait.p_adjusted}});
  }
  return traits;
}

Json to_json(const BestTimes& times) {
  JsonArray cells;
  for (const TimeCell& cell : times.cells) {
    cells.push_back(JsonObject{
        {"weekday", weekday_name(cell.weekday)},
        {"hour", cell.hour},
        {"n", cell.n},
        {"effect", cell.effect},
        {"interval", JsonObject{{"low", cell.low}, {"high", cell.high}, {"level", 0.95}, {"method", "hierarchical"}}},
        {"probability", cell.probability}});
  }
  return cells;
}

}  // namespace sociometer::insights
