#include "metrics/stock_loader.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "metrics/by_promotion.h"
#include "metrics/series_slices.h"
#include "metrics/series_values.h"

namespace sociometer::metrics {

namespace {

// Several members' stocks as one: what was known of all of them together, from the day that all are known.
std::vector<StockPoint> together(const std::map<int32_t, std::vector<StockPoint>>& by_member) {
  std::map<Day, std::map<int32_t, int64_t>> told;
  for (const auto& [member, points] : by_member) {
    for (const StockPoint& point : points) told[point.day][member] = point.value;
  }
  std::map<int32_t, int64_t> last;
  std::vector<StockPoint> sums;
  for (const auto& [day, values] : told) {
    for (const auto& [member, value] : values) last[member] = value;
    if (last.size() < by_member.size()) continue;
    int64_t sum = absent;
    for (const auto& [member, value] : last) sum = add_known(sum, value);
    sums.push_back({day, sum});
  }
  return sums;
}

// Of each series what it said first and last in each segment, or everything it said where days are wanted.
class StockReader {
 public:
  explicit StockReader(const FrameWants& wants)
      : by_day_(wants.stock_by_day || wants.edges.empty()), firsts_(wants.stock_firsts), segments_(wants.edges) {}

  void add(size_t series, const ToldDays& told) {
    if (series >= all_.size()) all_.resize(series + 1);
    auto& own = all_[series];
    if (!by_day_) own.resize(segments_.count() + 2);
    for (size_t i = 0; i < told.days.size(); ++i) {
      const StockPoint point{told.days[i], told.values[i]};
      if (by_day_) {
        own.push_back(Ends{point, point});
        continue;
      }
      auto& ends = own[segments_.of(point.day)];
      if (!ends) ends = Ends{point, point};
      if (point < ends->first) ends->first = point;
      if (ends->last < point) ends->last = point;
    }
  }

  // Of the series with this index, ascending by segment.
  std::vector<StockPoint> points(size_t series) const {
    std::vector<StockPoint> points;
    if (series >= all_.size()) return points;
    for (const auto& ends : all_[series]) {
      if (!ends) continue;
      if (firsts_ && ends->first.day != ends->last.day) points.push_back(ends->first);
      points.push_back(ends->last);
    }
    return points;
  }

 private:
  struct Ends {
    StockPoint first, last;
  };
  bool by_day_, firsts_;
  Segments segments_;
  std::vector<std::vector<std::optional<Ends>>> all_;
};

}  // namespace

Result<Done> StockLoader::load() {
  TRY_DONE(load_stocks());
  return load_uniques();
}

Result<Done> StockLoader::load_stocks() {
  struct Row {
    int32_t account;
    std::string measure;
    int32_t member;
    std::vector<StockPoint> points;
  };
  SqlScope sql = reading_.sql_scope();
  const std::vector<std::string>& asked = wants_.breakdown_members;
  auto is_asked = [&](int32_t member) {
    return asked.empty() || std::find(asked.begin(), asked.end(), frame_.word(member)) != asked.end();
  };
  for (SeriesSlice slice : slices_of(wants_, wants_.stocks, wants_.stock_parts)) {
    const bool own = slice.parts.empty();
    if (own) slice.members.clear();  // a member's share is one of all
    std::optional<DayRange> days;
    if (wants_.days && !wants_.stocks_of_any_day && slice.dimension.empty()) {
      // The value before the first day may be carried from the week before it. A member told at any time has its row.
      days = DayRange{wants_.days->first - stock_carry_days - 1, wants_.days->end};
    }
    StockReader reader(wants_);
    SeriesValues values(reading_.source.store, reading_.source.memory, sql, frame_.sql);
    TRY_DONE(values.read({slice.choice(SeriesChoice::Of::stocks), days},
                         [&](size_t series, const ToldDays& told) { reader.add(series, told); }));
    std::vector<Row> rows;
    for (size_t i = 0; i < values.names().size(); ++i) {
      const SeriesName& name = values.names()[i];
      int32_t account = reading_.account_of(name.network, name.account);
      if (account < 0) continue;
      // A stock told on other days than were read is known, though it has no point.
      if (own && wants_.breakdown.empty()) frame_.stocks[{account, name.measure}];
      std::vector<StockPoint> points = reader.points(i);
      if (points.empty()) continue;
      rows.push_back({account, name.measure, reading_.word_of(name.member), std::move(points)});
    }
    using ByMember = std::map<int32_t, std::vector<StockPoint>>;
    std::map<std::pair<int32_t, std::string>, ByMember> in_one;  // what is put together, by the column it goes to
    auto add = [&](std::vector<StockPoint>& points, const Row& row) {
      points.insert(points.end(), row.points.begin(), row.points.end());
    };
    for (const Row& row : rows) {
      for (const StockPoint& point : row.points) widen(frame_.extent, {point.day, point.day + 1});
      if (own) {
        add(wants_.breakdown.empty() ? frame_.stocks[{row.account, row.measure}]
                                     : frame_.member_stocks[{row.account, row.measure, row.member}],
            row);
        if (wants_.breakdown_in_one && is_asked(row.member)) add(in_one[{row.account, row.measure}][row.member], row);
      }
      for (const ColumnPart* part : slice.parts) {
        const std::vector<std::string>& members = part->members;
        bool inside = std::find(members.begin(), members.end(), frame_.word(row.member)) != members.end();
        if (part->measure == row.measure && inside) add(in_one[{row.account, part->base}][row.member], row);
      }
    }
    for (const auto& [column, by_member] : in_one) frame_.stocks[column] = together(by_member);
  }
  for (auto& [key, points] : frame_.stocks) std::sort(points.begin(), points.end());
  for (auto& [key, points] : frame_.member_stocks) std::sort(points.begin(), points.end());
  return Done{};
}

namespace {

struct UniqueRow {
  int32_t account;
  std::string measure, member;
  int slot, tier;
  UniqueWindow window;
};

// A window counts where no source believed before its own tells of any of its days.
void keep_best_tier(std::vector<UniqueRow>& rows) {
  std::map<std::tuple<int32_t, std::string, std::string>, std::map<int, std::vector<DayRange>>> told;
  for (const UniqueRow& row : rows) told[{row.account, row.measure, row.member}][row.tier].push_back(row.window.days);
  for (auto& [key, tiers] : told) {
    for (auto& [tier, ranges] : tiers) ranges = merged_ranges(std::move(ranges));
  }
  std::erase_if(rows, [&](const UniqueRow& row) {
    const auto& tiers = told[{row.account, row.measure, row.member}];
    return std::any_of(tiers.begin(), tiers.lower_bound(row.tier),
                       [&](const auto& better) { return covered_days(better.second, row.window.days) > 0; });
  });
}

}  // namespace

Result<Done> StockLoader::load_uniques() {
  // The whole of each measure, and of those with parts by a breakdown that as well.
  std::map<std::string, std::set<std::string>> measures_by;
  if (!wants_.uniques.empty()) measures_by[""] = wants_.uniques;
  for (const auto& [name, part] : wants_.unique_parts) measures_by[part.dimension].insert(part.measure);
  for (const auto& [dimension, measures] : measures_by) {
    std::vector<UniqueRow> rows;
    auto read = [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        int32_t account = reading_.account_of(chunk.text(0, row), chunk.text(1, row));
        if (account < 0) continue;
        rows.push_back({account,
                        std::string(chunk.text(2, row)),
                        std::string(chunk.text(9, row)),
                        slot_of(chunk.text(3, row)),
                        static_cast<int>(chunk.integer(4, row)),
                        {{{static_cast<int32_t>(chunk.integer(6, row))}, {static_cast<int32_t>(chunk.integer(7, row))}},
                         chunk.integer(8, row),
                         std::string(chunk.text(5, row))}});
      }
      return true;
    };
    SqlScope sql = reading_.sql_scope();
    TRY_DONE(reading_.run(sql_uniques(sql, measures, wants_.days, dimension), read));
    keep_best_tier(rows);
    for (const UniqueRow& row : rows) {
      // People reached organically and by ads overlap, so the parts are never added to a whole.
      auto tells = [&](const std::vector<std::string>& promotions) {
        return promotions.empty() ? row.slot == whole : promotions.size() == 1 && promotions[0] == slot_names[row.slot];
      };
      if (dimension.empty() && wants_.uniques.contains(row.measure) && tells(wants_.promotions)) {
        widen(frame_.extent, row.window.days);
        frame_.uniques[{row.account, row.measure}].push_back(row.window);
      }
      for (const auto& [name, part] : wants_.unique_parts) {
        bool member = part.dimension.empty() || (part.members.size() == 1 && part.members[0] == row.member);
        if (part.measure != row.measure || part.dimension != dimension || !member) continue;
        if (!tells(part.promotions.empty() ? wants_.promotions : part.promotions)) continue;
        widen(frame_.extent, row.window.days);
        frame_.uniques[{row.account, name}].push_back(row.window);
      }
    }
  }
  return Done{};
}

}  // namespace sociometer::metrics
