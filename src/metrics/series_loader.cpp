#include "metrics/series_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <vector>

#include "metrics/by_promotion.h"
#include "metrics/series_slices.h"
#include "metrics/series_values.h"

namespace sociometer::metrics {

namespace {

struct SeriesWords {
  int32_t account;
  std::string measure;
  int slot;
  int tier;
  int32_t member;
};

struct ToldTotal {
  DayRange days;
  int64_t total;
  int32_t count;
  // What of it belongs to the whole: all, or of a part the days of which nobody told the whole.
  int64_t of_whole = absent;
  int32_t days_of_whole = 0;
  int64_t alone = absent;  // of a whole: of days of which no part was told, where it is asked by promotion
};

struct Series {
  SeriesWords words;
  std::vector<ToldTotal> told;
};

// Of what several sources tell of the same range of an account's measure, the one believed first counts.
void keep_best_tier(std::vector<Series>& ranges) {
  std::map<std::tuple<int32_t, std::string, int32_t, DayRange>, int> best;
  auto range_of = [](const Series& series) {
    return std::tuple(series.words.account, series.words.measure, series.words.member, series.told.front().days);
  };
  for (const Series& series : ranges) {
    auto [entry, inserted] = best.emplace(range_of(series), series.words.tier);
    if (!inserted) entry->second = std::min(entry->second, series.words.tier);
  }
  std::erase_if(ranges, [&](const Series& series) { return best[range_of(series)] != series.words.tier; });
}

// The series under each column that it is a part of; itself where it is nobody's part.
std::vector<SeriesWords> columns_of(const SeriesSlice& slice, SeriesWords words, std::string_view member) {
  if (slice.parts.empty()) return {std::move(words)};
  std::vector<SeriesWords> all;
  words.member = 0;
  std::string measure = words.measure;
  for (const ColumnPart* part : slice.parts) {
    bool inside = std::find(part->members.begin(), part->members.end(), member) != part->members.end();
    if (part->measure != measure || !inside) continue;
    words.measure = part->base;
    all.push_back(words);
  }
  return all;
}

// Adds up the values of series by segment, or takes them day by day where there are no edges.
class SeriesAdder {
 public:
  struct Sums {
    std::vector<ToldTotal> told;
    std::vector<DayRange> covered;  // what their batches declare; of a batch that declares nothing, what was told
  };

  SeriesAdder(const Frame& frame, const FrameWants& wants)
      : batch_ranges_(frame.batch_ranges),
        by_day_(wants.edges.empty()),
        told_apart_(wants.by_promotion && wants.promotions.empty()),
        segments_(wants.edges) {}

  void add(size_t series, const ToldDays& told, const std::vector<SeriesName>& names) {
    if (series >= all_.size()) {
      all_.resize(names.size());
      parts_told_ = std::any_of(names.begin(), names.end(),
                                [](const SeriesName& name) { return slot_of(name.promotion) != whole; });
    }
    Tally& own = all_[series];
    if (own.slot < 0) own.slot = slot_of(names[series].promotion);
    if (by_day_) {
      add_days(own, told);
    } else {
      add_segments(own, told);
    }
  }

  // Once all is added: finds what each series gives to the whole of its measure.
  void settle(const std::vector<SeriesName>& names) {
    const bool has_parts = std::any_of(all_.begin(), all_.end(), [](const Tally& own) { return own.slot > whole; });
    std::map<std::string, std::array<Tally*, 3>> of_measure;
    for (size_t i = 0; i < all_.size(); ++i) {
      Tally& own = all_[i];
      if (own.slot < 0) continue;
      if (own.slot == whole) give_all(own);
      if (!has_parts && !told_apart_) continue;
      const SeriesName& name = names[i];
      of_measure[fmt::format("{}\n{}\n{}\n{}\n{}", name.network, name.account, name.measure, name.member, name.tier)]
                [static_cast<size_t>(own.slot)] = &own;
    }
    for (auto& [measure, by_slot] : of_measure) {
      std::set<Day> counted;
      for (int slot : {organic, paid}) {
        if (by_slot[static_cast<size_t>(slot)] != nullptr)
          give_rest(*by_slot[static_cast<size_t>(slot)], by_slot[whole], counted);
      }
      if (told_apart_ && by_slot[whole] != nullptr) give_alone(*by_slot[whole], by_slot);
    }
  }

  // Of the series with this index, if it told anything.
  Result<Sums> sums(size_t series) {
    if (too_large_) return invalid("the sum of what an account told is beyond 64 bits");
    if (series >= all_.size()) return Sums{};
    Tally& own = all_[series];
    for (size_t segment = 1; segment < own.segments.size(); ++segment) {
      const Segment& sum = own.segments[segment];
      if (sum.count == 0) continue;
      own.sums.told.push_back(
          {segments_.days(segment), sum.total, sum.count, sum.of_whole, sum.days_of_whole, sum.alone});
      if (sum.undeclared) own.sums.covered.push_back(segments_.days(segment));
    }
    return std::move(own.sums);
  }

 private:
  struct Segment {
    int64_t total = 0;
    int32_t count = 0;
    bool undeclared = false;
    int64_t of_whole = absent;
    int32_t days_of_whole = 0;
    int64_t alone = absent;
  };
  // Days by their distance from the first that is asked for.
  class Marks {
   public:
    void mark(int day) {
      auto at = static_cast<size_t>(day);
      if (at / 64 >= bits_.size()) bits_.resize(at / 64 + 1);
      bits_[at / 64] |= uint64_t{1} << (at % 64);
    }
    bool has(int day) const {
      auto at = static_cast<size_t>(day);
      return at / 64 < bits_.size() && (bits_[at / 64] >> (at % 64) & 1) != 0;
    }

   private:
    std::vector<uint64_t> bits_;
  };
  struct ToldDay {
    Day day;
    int64_t value;
  };
  struct Tally {
    Sums sums;
    std::vector<Segment> segments;
    int64_t batch = -1;  // of the last value, and whether it declares its days
    bool declared = false;
    int slot = -1;
    Marks days;                      // of the whole, where there are segments
    std::vector<ToldDay> days_told;  // of a part, or where it is told apart; without segments, beside sums.told
  };

  void add_days(Tally& own, const ToldDays& told) {
    if (!told.days.empty()) note_batch(own, told.batch);
    for (size_t i = 0; i < told.days.size(); ++i) {
      const Day day = told.days[i];
      own.sums.told.push_back({{day, day + 1}, told.values[i], 1});
      if (own.slot != whole || told_apart_) own.days_told.push_back({day, told.values[i]});
      if (!own.declared) own.sums.covered.push_back(own.sums.told.back().days);
    }
  }

  void add_segments(Tally& own, const ToldDays& told) {
    own.segments.resize(segments_.count() + 1);
    const bool keeps_days = own.slot != whole || told_apart_, marks_days = own.slot == whole && parts_told_;
    bool noted = false;
    for (size_t i = 0; i < told.days.size(); ++i) {
      const Day day = told.days[i];
      const size_t segment = segments_.of(day);
      if (segment == 0 || segment > segments_.count()) continue;
      if (!noted) note_batch(own, told.batch);
      noted = true;
      if (keeps_days) own.days_told.push_back({day, told.values[i]});
      if (marks_days) own.days.mark(day - segments_.days(1).first);
      Segment& sum = own.segments[segment];
      too_large_ = too_large_ || __builtin_add_overflow(sum.total, told.values[i], &sum.total);
      ++sum.count;
      sum.undeclared = sum.undeclared || !own.declared;
    }
  }

  void note_batch(Tally& own, int64_t batch) {
    if (batch == own.batch) return;
    own.batch = batch;
    auto declared = batch_ranges_.find(batch);
    own.declared = declared != batch_ranges_.end();
    if (own.declared) own.sums.covered.push_back(declared->second);
  }

  static void give_all(Tally& own) {
    for (ToldTotal& told : own.sums.told) {
      told.of_whole = told.total;
      told.days_of_whole = told.count;
    }
    for (Segment& sum : own.segments) {
      if (sum.count == 0) continue;
      sum.of_whole = sum.total;
      sum.days_of_whole = sum.count;
    }
  }

  // Of a part: the days that the whole, where there is one, does not tell. A day that both parts tell is one day.
  void give_rest(Tally& own, const Tally* of_whole, std::set<Day>& counted) {
    std::set<Day> told;
    if (of_whole != nullptr && by_day_) {
      for (const ToldTotal& each : of_whole->sums.told) told.insert(each.days.first);
    }
    for (size_t i = 0; i < own.days_told.size(); ++i) {
      const auto [day, value] = own.days_told[i];
      const bool known =
          by_day_ ? told.contains(day) : of_whole != nullptr && of_whole->days.has(day - segments_.days(1).first);
      if (known) continue;
      const int32_t days = counted.insert(day).second ? 1 : 0;
      if (by_day_) {
        own.sums.told[i].of_whole = value;
        own.sums.told[i].days_of_whole = days;
        continue;
      }
      Segment& sum = own.segments[segments_.of(day)];
      if (sum.of_whole == absent) sum.of_whole = 0;
      too_large_ = too_large_ || __builtin_add_overflow(sum.of_whole, value, &sum.of_whole);
      sum.days_of_whole += days;
    }
  }

  // Of a whole: the days of which no part was told.
  void give_alone(Tally& own, const std::array<Tally*, 3>& by_slot) {
    std::set<Day> in_parts;
    for (int slot : {organic, paid}) {
      const Tally* part = by_slot[static_cast<size_t>(slot)];
      if (part == nullptr) continue;
      for (const ToldDay& told : part->days_told) in_parts.insert(told.day);
    }
    for (size_t i = 0; i < own.days_told.size(); ++i) {
      const auto [day, value] = own.days_told[i];
      if (in_parts.contains(day)) continue;
      int64_t& alone = by_day_ ? own.sums.told[i].alone : own.segments[segments_.of(day)].alone;
      if (alone == absent) alone = 0;
      too_large_ = too_large_ || __builtin_add_overflow(alone, value, &alone);
    }
  }

  const std::map<int64_t, DayRange>& batch_ranges_;
  bool by_day_;
  bool parts_told_ = true;
  bool told_apart_;  // by promotion: what was told as a whole alone has a row of its own
  Segments segments_;
  std::vector<Tally> all_;
  bool too_large_ = false;
};

}  // namespace

// Puts what series told of the same days, of an account or of one member of it, into one unit of the frame.
class SeriesLoader::SeriesUnits {
 public:
  enum class Of { days, ranges };
  SeriesUnits(FrameReading& reading, Of of)
      : reading_(reading), frame_(reading.frame), wants_(reading.wants), of_(of) {}

  void add(const SeriesWords& words, const ToldTotal& told) {
    const auto measure = measures_.try_emplace(words.measure, static_cast<int32_t>(measures_.size())).first->second;
    pieces_.push_back({words.account, words.member, told.days, measure, words.slot, told});
  }

  void emit() {
    std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) { return a.unit() < b.unit(); });
    lay_out();
    told_.resize(measures_.size());
    for (size_t begin = 0, end = 0; begin < pieces_.size(); begin = end) {
      for (end = begin + 1; end < pieces_.size() && pieces_[end].unit() == pieces_[begin].unit();) ++end;
      gather({&pieces_[begin], end - begin});
      emit_unit(pieces_[begin]);
    }
  }

 private:
  struct Piece {
    int32_t account, member;
    DayRange days;
    int32_t measure;
    int slot;
    ToldTotal told;
    std::tuple<int32_t, int32_t, Day, Day> unit() const { return {account, member, days.first, days.end}; }
  };
  struct Column {
    std::vector<int64_t>* values;
    const ColumnPart* part = nullptr;                   // what of the measure it holds; null: the whole
    int32_t measure = -1;                               // −1: nobody told it
    const std::vector<std::string>* members = nullptr;  // only in rows of these
  };

  void lay_out() {
    Units& to = frame_.days;
    for (const std::string& measure : wants_.flows) to.values[measure];
    for (const auto& [name, part] : wants_.parts) to.values[name];
    for (auto& [name, values] : to.values) {
      Column column{&values};
      auto part = wants_.parts.find(name);
      std::string measure = name;
      if (part != wants_.parts.end()) {
        column.part = &part->second;
        measure = part->second.base;
      }
      if (column.part != nullptr && !column.part->dimension.empty() && !wants_.breakdown.empty()) {
        // The rows are of the breakdown's members already.
        static const std::vector<std::string> nobody;
        bool inside = column.part->dimension == wants_.breakdown && column.part->promotions.empty();
        column.members = inside ? &column.part->members : &nobody;
        measure = column.part->measure;
        column.part = nullptr;
      }
      auto known = measures_.find(measure);
      if (known != measures_.end()) column.measure = known->second;
      columns_.push_back(column);
    }
  }

  void gather(std::span<const Piece> pieces) {
    for (int32_t measure : touched_) told_[static_cast<size_t>(measure)] = {};
    touched_.clear();
    for (const Piece& piece : pieces) {
      ByPromotion& by = told_[static_cast<size_t>(piece.measure)];
      by.value[piece.slot] = add_known(by.value[piece.slot], piece.told.total);
      by.days[piece.slot] += piece.told.count;
      by.together = add_known(by.together, piece.told.of_whole);
      by.together_days += piece.told.days_of_whole;
      by.alone = add_known(by.alone, piece.told.alone);
      touched_.push_back(piece.measure);
    }
    if (!told_apart_) return;
    for (int32_t measure : touched_) {
      ByPromotion& by = told_[static_cast<size_t>(measure)];
      const int64_t alone = by.is_split() ? absent : by.value[whole];
      by.value[whole] = of_ == Of::ranges ? alone : by.alone;
    }
  }

  // Of data: those of the measure that has most.
  int32_t days() const {
    int32_t most = 0;
    for (int32_t measure : touched_) {
      const ByPromotion& by = told_[static_cast<size_t>(measure)];
      most = std::max({most, by.days[0], by.days[1], by.days[2], by.together_days});
    }
    return most;
  }

  void emit_unit(const Piece& unit) {
    if (wants_.promotions.empty() && !wants_.by_promotion) {
      emit_row(unit, std::nullopt);
      return;
    }
    for (int slot : {whole, organic, paid}) {
      const std::vector<std::string>& asked = wants_.promotions;
      bool wanted = asked.empty() || std::find(asked.begin(), asked.end(), slot_names[slot]) != asked.end();
      bool there = std::any_of(touched_.begin(), touched_.end(), [&](int32_t measure) {
        return told_[static_cast<size_t>(measure)].value[slot] != absent;
      });
      if (wanted && there) emit_row(unit, slot);
    }
  }

  void emit_row(const Piece& unit, std::optional<int> slot) {
    Units& to = frame_.days;
    to.account.push_back(unit.account);
    to.day.push_back(unit.days.first);
    to.end.push_back(unit.days.end);
    to.days.push_back(days());
    to.member.push_back(unit.member);
    to.promotion.push_back(slot ? reading_.word_of(slot_names[*slot]) : 0);
    for (const Column& column : columns_) {
      bool inside = column.measure >= 0 &&
                    (column.members == nullptr || std::find(column.members->begin(), column.members->end(),
                                                            frame_.word(unit.member)) != column.members->end());
      column.values->push_back(inside ? value_in(told_[static_cast<size_t>(column.measure)], column.part, slot)
                                      : absent);
    }
    widen(frame_.extent, unit.days);
  }

  FrameReading& reading_;
  Frame& frame_;
  const FrameWants& wants_;
  Of of_;
  const bool told_apart_ = wants_.by_promotion && wants_.promotions.empty();
  std::map<std::string, int32_t> measures_;
  std::vector<Piece> pieces_;
  std::vector<Column> columns_;
  std::vector<ByPromotion> told_;  // of the unit at hand, by measure
  std::vector<int32_t> touched_;   // which of them it tells
};

Result<Done> SeriesLoader::load() {
  TRY_DONE(load_days());
  TRY_DONE(load_ranges());
  if (wants_.differences && !wants_.flows.empty()) TRY_DONE(load_differences());
  return Done{};
}

Result<Done> SeriesLoader::load_days() {
  bool posts_too = std::any_of(frame_.accounts.begin(), frame_.accounts.end(),
                               [](const AccountInfo& account) { return !account.content_covered.empty(); });
  SqlScope sql = reading_.sql_scope();
  std::vector<Series> all;
  for (const SeriesSlice& slice : slices_of(wants_, wants_.flows, wants_.parts)) {
    SeriesAdder adder(frame_, wants_);
    SeriesValues values(reading_.source.store, reading_.source.memory, sql, frame_.sql);
    TRY_DONE(values.read({slice.choice(SeriesChoice::Of::flows), wants_.days, posts_too},
                         [&](size_t series, const ToldDays& told) { adder.add(series, told, values.names()); }));
    adder.settle(values.names());
    for (size_t i = 0; i < values.names().size(); ++i) {
      const SeriesName& name = values.names()[i];
      if (!name.has_days) ranges_told_.insert(slice.dimension);
      int32_t account = reading_.account_of(name.network, name.account);
      if (account < 0 || !name.has_days) continue;
      TRY(auto sums, adder.sums(i));
      if (sums.told.empty()) continue;
      SeriesWords words{account, name.measure, slot_of(name.promotion), name.tier, reading_.word_of(name.member)};
      for (SeriesWords& each : columns_of(slice, std::move(words), name.member)) {
        auto& covered = frame_.accounts[static_cast<size_t>(account)].series_covered[each.measure];
        covered.insert(covered.end(), sums.covered.begin(), sums.covered.end());
        all.push_back({std::move(each), sums.told});
      }
    }
  }
  for (AccountInfo& account : frame_.accounts) {
    for (auto& [measure, ranges] : account.series_covered) ranges = merged_ranges(std::move(ranges));
  }
  SeriesUnits units(reading_, SeriesUnits::Of::days);
  for (const auto& [words, told] : all) {
    for (const ToldTotal& each : told) units.add(words, each);
  }
  units.emit();
  return Done{};
}

// A flow told for a whole range counts where nothing finer tells of the same days.
Result<Done> SeriesLoader::load_ranges() {
  std::vector<Series> rows;
  for (const SeriesSlice& slice : slices_of(wants_, wants_.flows, wants_.parts)) {
    size_t before = rows.size();
    auto read = [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        int32_t account = reading_.account_of(chunk.text(0, row), chunk.text(1, row));
        bool wanted = slice.members.empty() ||
                      std::find(slice.members.begin(), slice.members.end(), chunk.text(5, row)) != slice.members.end();
        if (account < 0 || !wanted) continue;
        DayRange days{{static_cast<int32_t>(chunk.integer(6, row))}, {static_cast<int32_t>(chunk.integer(7, row))}};
        SeriesWords words{account, std::string(chunk.text(2, row)), slot_of(chunk.text(3, row)),
                          static_cast<int>(chunk.integer(4, row)), reading_.word_of(chunk.text(5, row))};
        ToldTotal told{days, chunk.integer(8, row), days.days()};
        for (SeriesWords& each : columns_of(slice, std::move(words), chunk.text(5, row))) {
          rows.push_back({std::move(each), {told}});
        }
      }
      return true;
    };
    if (!ranges_told_.contains(slice.dimension)) continue;
    SqlScope sql = reading_.sql_scope();
    TRY_DONE(reading_.run(sql_ranges(sql, slice.measures, wants_.days, slice.dimension), read));
    if (rows.size() == before) frame_.sql.pop_back();
  }
  if (rows.empty()) return Done{};
  keep_best_tier(rows);
  // The shortest first, and of those as long the one believed first.
  std::stable_sort(rows.begin(), rows.end(), [](const Series& a, const Series& b) {
    return std::pair(a.told.front().days.days(), a.words.tier) < std::pair(b.told.front().days.days(), b.words.tier);
  });
  std::map<std::tuple<int32_t, int32_t, std::string>, std::vector<DayRange>> told;
  for (size_t unit = 0; unit < frame_.days.size(); ++unit) {
    for (const auto& [measure, column] : frame_.days.values) {
      if (column[unit] == absent) continue;
      told[{frame_.days.account[unit], frame_.days.member[unit], measure}].push_back(
          {frame_.days.day[unit], frame_.days.end[unit]});
    }
  }
  SeriesUnits units(reading_, SeriesUnits::Of::ranges);
  for (const auto& [words, of_range] : rows) {
    DayRange days = of_range.front().days;
    auto& ranges = told[{words.account, words.member, words.measure}];
    bool finer = std::any_of(ranges.begin(), ranges.end(),
                             [&](DayRange range) { return range != days && !intersection(range, days).empty(); });
    if (finer) continue;
    ranges.push_back(days);
    frame_.accounts[static_cast<size_t>(words.account)].series_covered[words.measure].push_back(days);
    units.add(words, of_range.front());
  }
  for (AccountInfo& account : frame_.accounts) {
    for (auto& [measure, ranges] : account.series_covered) ranges = merged_ranges(std::move(ranges));
  }
  units.emit();
  return Done{};
}

// What happened between two readings of a post's counters. A counter starts at 0 when its post was published; a reading
// at midnight closes the day before.
Result<Done> SeriesLoader::load_differences() {
  struct Reading {
    int32_t account;
    std::string post, measure;
    Day published;
    Instant at;
    int64_t value;
    int tier;
    bool is_beside(const Reading& other) const {
      return account == other.account && post == other.post && measure == other.measure;
    }
  };
  std::vector<Reading> readings;
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      int32_t account = reading_.account_of(chunk.text(0, row), chunk.text(1, row));
      std::string measure(chunk.text(3, row));
      if (account < 0 || frame_.accounts[static_cast<size_t>(account)].series_covered.contains(measure)) continue;
      Reading reading{account,
                      std::string(chunk.text(2, row)),
                      std::move(measure),
                      {static_cast<int32_t>(chunk.integer(4, row))},
                      {chunk.integer(5, row)},
                      chunk.integer(6, row),
                      static_cast<int>(chunk.integer(7, row))};
      if (!readings.empty() && readings.back().is_beside(reading)) {
        // What two sources read differs by more than what happened in between.
        if (readings.back().tier != reading.tier) continue;
        if (readings.back().at == reading.at) readings.pop_back();  // the later batch tells the same moment anew
      }
      readings.push_back(std::move(reading));
    }
    return true;
  };
  SqlScope sql = reading_.sql_scope();
  TRY_DONE(reading_.run(sql_post_history(sql, wants_.flows), read, facts::Store::Rows::many));

  std::map<std::tuple<int32_t, std::string, DayRange>, std::map<std::string, int64_t>> told;
  for (size_t i = 0; i < readings.size(); ++i) {
    const Reading& now = readings[i];
    const Reading* before = i > 0 && readings[i - 1].is_beside(now) ? &readings[i - 1] : nullptr;
    Day last = reading_.source.scope.zone.day_of(now.at);
    bool midnight = reading_.source.scope.zone.start_of(last) == now.at;
    DayRange days{before ? reading_.source.scope.zone.day_of(before->at) : now.published, midnight ? last : last + 1};
    days.end = std::max(days.end, days.first + 1);
    int64_t difference = now.value - (before ? before->value : 0);
    told[{now.account, now.post, days}][now.measure] += difference;  // of several readings of one day
    if (difference != 0) frame_.differences[{now.account, now.measure}].push_back(days);
  }
  Units& to = frame_.days;
  for (const auto& [key, values] : told) {
    const auto& [account, post, days] = key;
    to.account.push_back(account);
    to.day.push_back(days.first);
    to.end.push_back(days.end);
    to.days.push_back(1);
    to.member.push_back(0);
    to.promotion.push_back(0);
    for (auto& [measure, column] : to.values) {
      auto value = values.find(measure);
      column.push_back(value == values.end() ? absent : value->second);
    }
    widen(frame_.extent, days);
  }
  return Done{};
}

}  // namespace sociometer::metrics
