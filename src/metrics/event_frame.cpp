#include "metrics/event_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "metrics/event_sql.h"

namespace sociometer::metrics {
namespace {

using Form = EventDimension::Form;
using Kind = EventMeasure::Kind;

constexpr size_t columns_per_sum = 3;  // sum, rows, squares

std::string hour_member(int64_t hour) {
  return fmt::format("{:02}", hour);
}

std::string weekday_member(int64_t weekday) {
  return std::string(weekday_name(static_cast<Weekday>(weekday)));
}

bool is_of_clock(Form form) {
  return form == Form::hour || form == Form::weekday;
}

// The hour or the weekday of a moment.
std::string clock_member(Form form, const Zone& zone, Instant at) {
  if (form == Form::weekday) return std::string(weekday_name(weekday_of(zone.day_of(at))));
  constexpr int64_t hours_of_day = 24;
  int64_t seconds = at.micros / 1'000'000 + zone.offset_seconds(at);
  int64_t hour = seconds / 3'600 % hours_of_day;
  return hour_member(hour < 0 ? hour + hours_of_day : hour);
}

// The tables that slots read, their own first.
std::set<facts::EventTable> tables_of(const std::vector<EventSlot>& slots) {
  std::set<facts::EventTable> tables;
  for (const EventSlot& slot : slots) {
    tables.insert(slot.measure->relation->table);
    tables.insert(slot.measure->relation->also.begin(), slot.measure->relation->also.end());
  }
  return tables;
}

using Filter = std::map<std::string, std::vector<std::string>>;

// Where a workspace's own events are all there are, a filter on whose lets everything through. Where others' are
// beside them, only own ones count unless the question says or shows whose.
void settle_ownership(const EventRelation& relation, const std::vector<std::string>& by, Filter& filter) {
  const EventDimension* whose = relation.dimension("ownership");
  if (whose == nullptr || whose->form == Form::ownership) {
    filter.erase("ownership");
    return;
  }
  bool shown = std::any_of(by.begin(), by.end(), [](const std::string& d) { return d == "ownership" || d == "brand"; });
  if (!shown && !filter.contains("brand")) filter.emplace("ownership", std::vector<std::string>{"own"});
}

}  // namespace

std::set<std::string> lifted_dimensions(const EventSlot& slot) {
  std::set<std::string> lifted = slot.lifted;
  if (lifted.contains("ownership")) lifted.insert("brand");
  return lifted;
}

std::map<std::string, std::vector<std::string>> event_filter(const EventWants& wants, const EventSlot& slot) {
  Filter all = wants.filter;
  std::set<std::string> lifted = lifted_dimensions(slot);
  for (const std::string& dimension : lifted) all.erase(dimension);
  for (const auto& [dimension, members] : slot.filters) {
    auto [known, inserted] = all.emplace(dimension, members);
    if (inserted) continue;
    std::erase_if(known->second, [&, &allowed = members](const std::string& member) {
      return std::find(allowed.begin(), allowed.end(), member) == allowed.end();
    });
  }
  if (!lifted.contains("ownership")) settle_ownership(*slot.measure->relation, wants.by, all);
  return all;
}

bool is_time(std::string_view dimension) {
  return bool(parse_bucket(dimension));
}

bool knows_dimension(const EventMeasure& measure, std::string_view dimension) {
  if (is_time(dimension)) return true;
  const EventDimension* known = measure.relation->dimension(dimension);
  if (known == nullptr) return false;
  // What is open at an end has no hour of its own.
  return measure.kind != Kind::open || !is_of_clock(known->form);
}

bool knows_filter(const EventMeasure& measure, std::string_view dimension, const std::vector<std::string>& members) {
  const EventDimension* known = measure.relation->dimension(dimension);
  if (known == nullptr) return false;
  if (!knows_dimension(measure, dimension)) return false;
  if (known->form != Form::ownership) return true;
  return std::find(members.begin(), members.end(), "own") != members.end();
}

size_t EventFrame::KeyHash::operator()(const Key& key) const {
  auto [group, window, slot, side] = key;
  uint64_t packed = static_cast<uint64_t>(group) << 32 ^ static_cast<uint64_t>(window) << 8 ^
                    static_cast<uint64_t>(slot) << 1 ^ static_cast<uint64_t>(side);
  packed *= 0x9E3779B97F4A7C15ULL;
  return packed ^ (packed >> 29);
}

const EventSum* EventFrame::find(const std::vector<std::string>& members, size_t window, size_t slot, Side side) const {
  if (slot >= slots_.size()) return nullptr;
  std::vector<std::string> own = members;
  for (size_t dimension : lifted_[slot]) own[dimension].clear();
  auto group = groups_.find(own);
  if (group == groups_.end()) return nullptr;
  auto sum = sums_.find({group->second, static_cast<int32_t>(window), static_cast<int32_t>(slot), side});
  return sum == sums_.end() ? nullptr : &sum->second;
}

std::vector<std::vector<std::string>> EventFrame::groups() const {
  std::vector<std::vector<std::string>> all;
  std::set<int32_t> own;
  for (const auto& [key, sum] : sums_) {
    if (lifted_[static_cast<size_t>(std::get<2>(key))].empty()) own.insert(std::get<0>(key));
  }
  for (const auto& [members, index] : groups_) {
    if (own.contains(index)) all.push_back(members);
  }
  return all;
}

const std::vector<DayRange>& EventFrame::covered(facts::EventTable table) const {
  static const std::vector<DayRange> none;
  auto found = covered_.find(table);
  return found == covered_.end() ? none : found->second;
}

bool is_open_at_end(const DerivedValue& value, DayRange days, const Scope& scope) {
  Instant end = std::min(scope.zone.start_of(days.end), scope.now);
  return scope.zone.start_of(days.first) <= scope.now && *value.at < end && (!value.until || *value.until >= end);
}

bool passes_clock(const EventStatement& statement, const Zone& zone, Instant at) {
  for (const auto& [key, wanted] : statement.filter) {
    Form form = statement.relation->dimension(key)->form;
    if (!is_of_clock(form)) continue;
    std::string member = clock_member(form, zone, at);
    // "7" and "07", "mon" and "monday".
    bool any = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& said) {
      if (form == Form::hour) return said == member || "0" + said == member;
      auto day = parse_weekday(said);
      return day && weekday_name(*day) == member;
    });
    if (!any) return false;
  }
  return true;
}

// Whether a row of a derived relation holds any of the members wanted; an account goes by either of its names.
bool passes_filter(const EventStatement& statement, const DerivedRow& row, size_t index) {
  for (const auto& [key, wanted] : statement.filter) {
    const std::vector<std::string>& members = row.members[index++];
    if (is_of_clock(statement.relation->dimension(key)->form)) continue;
    std::vector<std::string> held = members;
    if (key == "account") held = {row.account, row.network + "/" + row.account};
    bool any = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& member) {
      return std::find(held.begin(), held.end(), member) != held.end();
    });
    if (!any) return false;
  }
  return true;
}

Result<BrandBook> seen_brands(facts::Store& store, const Dialect& dialect, const Scope& scope,
                              std::optional<Instant> as_of, facts::EventTable table, std::vector<std::string>& sqls) {
  bool listed = table == facts::EventTable::mentions;
  if (!listed && table != facts::EventTable::surveys) return BrandBook();
  std::string column = listed ? "brands" : "brand";
  std::string brand = listed ? dialect.each_of_list(column) : column;
  std::string sql = fmt::format("SELECT DISTINCT {} AS brand FROM {}", brand,
                                event_rows({&dialect, scope.workspace, as_of, {}}, table, {column}));
  std::vector<std::string> seen;
  TRY_DONE(run_select(store, std::move(sql), sqls, [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      if (!chunk.text(0, row).empty()) seen.emplace_back(chunk.text(0, row));
    }
    return true;
  }));
  std::sort(seen.begin(), seen.end());
  return brand_book(seen, scope);
}

// Reads what is wanted: slots of one relation, filters and detail share a statement.
class EventLoader {
 public:
  EventLoader(facts::Store& store, const Dialect& dialect, const Scope& scope, const EventWants& wants)
      : store_(store), dialect_(dialect), scope_(scope), wants_(wants) {
    frame_.slots_ = wants.slots;
    frame_.sentiment_errors_ = scope.rules.sentiment_errors;
    for (const EventSlot& slot : wants.slots) {
      std::set<std::string> lifted = lifted_dimensions(slot);
      std::vector<size_t>& places = frame_.lifted_.emplace_back();
      for (size_t i = 0; i < wants.by.size(); ++i) {
        if (lifted.contains(wants.by[i])) places.push_back(i);
      }
    }
  }

  Result<EventFrame> load() {
    TRY_DONE(load_coverage());
    TRY_DONE(load_brands());
    TRY_DONE(load_kinds());
    for (size_t slot = 0; slot < wants_.slots.size(); ++slot) {
      const EventMeasure& measure = *wants_.slots[slot].measure;
      if (measure.known != nullptr && !measure.known(query_for(measure))) frame_.unknown_.insert(slot);
    }
    std::vector<size_t> left(wants_.slots.size());
    for (size_t i = 0; i < left.size(); ++i) left[i] = i;
    while (!left.empty()) {
      std::vector<size_t> together;
      for (size_t slot : left) {
        if (shares(wants_.slots[left.front()], wants_.slots[slot])) together.push_back(slot);
      }
      TRY_DONE(load_together(together));
      std::erase_if(left,
                    [&](size_t slot) { return std::find(together.begin(), together.end(), slot) != together.end(); });
    }
    return std::move(frame_);
  }

 private:
  static bool shares(const EventSlot& a, const EventSlot& b) {
    if (&a == &b) return true;
    bool derived = a.measure->relation->derive != nullptr;
    auto alone = [](const EventSlot& slot) {
      return slot.measure->kind == Kind::rows || slot.measure->kind == Kind::repeated;
    };
    bool by_row = alone(a) || alone(b);
    return a.measure->relation == b.measure->relation && a.filters == b.filters && a.lifted == b.lifted &&
           (derived || (a.detail == b.detail && !by_row));
  }

  Result<Done> load_coverage() {
    std::vector<std::string> subjects;
    std::map<std::string, facts::EventTable> tables;
    for (facts::EventTable table : tables_of(wants_.slots)) {
      subjects.emplace_back(facts::name(table));
      tables.emplace(facts::name(table), table);
    }
    auto read = [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        DayRange days{{static_cast<int32_t>(chunk.integer(1, row))}, {static_cast<int32_t>(chunk.integer(2, row))}};
        frame_.covered_[tables.at(std::string(chunk.text(0, row)))].push_back(days);
      }
      return true;
    };
    TRY_DONE(run(sql_event_coverage(sql_scope(), subjects), read, facts::Store::Rows::kept));
    for (auto& [table, ranges] : frame_.covered_) ranges = merged_ranges(std::move(ranges));
    return Done{};
  }

  // Whose the brands are that events speak of.
  Result<Done> load_brands() {
    for (const EventSlot& slot : wants_.slots) {
      facts::EventTable table = slot.measure->relation->table;
      if (brands_.contains(table)) continue;
      TRY(brands_[table], seen_brands(store_, dialect_, scope_, wants_.as_of, table, frame_.sql_));
    }
    return Done{};
  }

  // What sources told of conversations at all: of one that never says when they end, nobody knows which are open.
  Result<Done> load_kinds() {
    bool wanted = std::any_of(wants_.slots.begin(), wants_.slots.end(), [](const EventSlot& slot) {
      return slot.measure->relation->table == facts::EventTable::conversations;
    });
    if (!wanted) return Done{};
    std::string rows = event_rows(sql_scope(), facts::EventTable::conversations, {"kind"});
    return run(fmt::format("SELECT DISTINCT kind FROM {}", rows), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) kinds_.emplace(chunk.text(0, row));
      return true;
    });
  }

  EventQuery query_for(const EventMeasure& measure) const {
    EventQuery query;
    query.scope = sql_scope();
    query.asked_in = &scope_;
    auto brands = brands_.find(measure.relation->table);
    if (brands != brands_.end()) query.brands = brands->second;
    query.told = kinds_;
    return query;
  }

  Result<Done> load_together(const std::vector<size_t>& slots) {
    TRY_DONE(load_side(slots, wants_.windows, Side::asked));
    bool compares = std::any_of(wants_.compared.begin(), wants_.compared.end(), [](DayRange d) { return !d.empty(); });
    if (!compares) return Done{};
    return load_side(slots, wants_.compared, Side::compared);
  }

  Result<Done> load_side(const std::vector<size_t>& slots, const std::vector<DayRange>& windows, Side side) {
    side_ = side;
    window_index_.clear();
    EventStatement statement = statement_of(wants_.slots[slots.front()], windows);
    if (statement.windows.empty()) return Done{};
    if (statement.relation->derive != nullptr) return load_derived(slots, statement);
    const EventSlot& first = wants_.slots[slots.front()];
    if (first.measure->kind == Kind::rows) return load_values(slots.front(), statement);
    std::vector<const EventMeasure*> measures;
    for (size_t slot : slots) measures.push_back(wants_.slots[slot].measure);
    if (first.measure->kind == Kind::repeated) {
      TRY_DONE(load_entities(slots, measures, statement));
      for (size_t slot : slots) settle_repeated(slot);
      return Done{};
    }
    if (first.detail == EventSlot::Detail::entities) return load_entities(slots, measures, statement);
    return run(sql_event_sums(statement, scope_.zone, measures), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        auto place = place_of(statement, chunk, row);
        if (!place) continue;
        size_t column = 1 + statement.columns.size();
        for (size_t slot : slots) {
          EventSum& sum = sum_of(*place, slot);
          if (chunk.integer(column + 1, row) > 0) {
            sum.sum += chunk.integer(column, row);
            sum.rows += chunk.integer(column + 1, row);
            sum.squares += chunk.is_null(column + 2, row) ? 0 : chunk.real(column + 2, row);
          }
          column += columns_per_sum;
        }
      }
      return true;
    });
  }

  Result<Done> load_entities(const std::vector<size_t>& slots, const std::vector<const EventMeasure*>& measures,
                             const EventStatement& statement) {
    return run(sql_event_entities(statement, scope_.zone, measures), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        auto place = place_of(statement, chunk, row);
        if (!place) continue;
        size_t column = 1 + statement.columns.size();
        int32_t entity = entity_of(chunk.text(column, row));
        if (statement.relation->named) frame_.entities_.emplace(entity, chunk.text(column, row));
        for (size_t slot : slots) {
          if (chunk.is_null(++column, row)) continue;
          bool counts = wants_.slots[slot].measure->kind != Kind::sum;
          int64_t value = chunk.integer(column, row);
          if (counts && value == 0) continue;  // it has rows of another measure only
          // Of whom nobody knows whose they are, each is somebody's.
          bool unknown = counts && entity == entity_of("");
          for (int64_t i = 0; unknown && i < value; ++i) take_value(sum_of(*place, slot), --nobody_, 1, false);
          if (!unknown) take_value(sum_of(*place, slot), entity, value, false);
        }
      }
      return true;
    });
  }

  void settle_repeated(size_t slot) {
    for (auto& [key, sum] : frame_.sums_) {
      if (std::get<2>(key) != static_cast<int32_t>(slot) || std::get<3>(key) != side_) continue;
      std::erase_if(sum.each, [](const EventValue& value) { return value.value < 2; });
      sum.sum = sum.rows = static_cast<int64_t>(sum.each.size());
      sum.squares = static_cast<double>(sum.rows);
    }
  }

  Result<Done> load_values(size_t slot, const EventStatement& statement) {
    return run(sql_event_values(statement, scope_.zone, *wants_.slots[slot].measure), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        auto place = place_of(statement, chunk, row);
        if (!place) continue;
        size_t column = 1 + statement.columns.size();
        take_value(sum_of(*place, slot), entity_of(chunk.text(column, row)), chunk.integer(column + 1, row),
                   chunk.integer(column + 2, row) != 0);
      }
      return true;
    });
  }

  static void take_value(EventSum& sum, int32_t entity, int64_t value, bool censored) {
    sum.sum += value;
    ++sum.rows;
    sum.squares += static_cast<double>(value) * static_cast<double>(value);
    sum.each.push_back({entity, value, censored});
  }

  // Rows computed one by one in C++ are summed here as SQL would have.
  Result<Done> load_derived(const std::vector<size_t>& slots, const EventStatement& statement) {
    std::vector<size_t> columns;
    for (size_t slot : slots) columns.push_back(value_column(*wants_.slots[slot].measure));
    DeriveContext context = derive_context(statement);
    auto take = [&](DerivedRow row) {
      if (!passes_filter(statement, row, statement.columns.size())) return;
      int32_t entity = entity_of(row.entity);
      for (size_t i = 0; i < slots.size(); ++i) {
        const DerivedValue& value = row.values[columns[i]];
        if (!value.at || !(value.value || value.missing_rate)) continue;
        if (!passes_clock(statement, scope_.zone, *value.at)) continue;
        for (size_t window : windows_at(statement, *wants_.slots[slots[i]].measure, value)) {
          for (std::vector<std::string>& members : members_of(statement, row, *value.at)) {
            EventSum& sum = sum_of({group_of(std::move(members)), window}, slots[i]);
            if (value.missing_rate) {
              ++sum.missing_rates;
              continue;
            }
            take_value(sum, entity, *value.value, value.censored);
            if (value.interval) sum.interval = value.interval;
          }
        }
      }
    };
    TRY_DONE(statement.relation->derive(context, take));
    for (size_t slot : slots) settle_derived(slot);
    return Done{};
  }

  // A count counts rows whatever their value; what is distinct counts each entity once.
  void settle_derived(size_t slot) {
    const EventSlot& wanted = wants_.slots[slot];
    for (auto& [key, sum] : frame_.sums_) {
      if (std::get<2>(key) != static_cast<int32_t>(slot) || std::get<3>(key) != side_) continue;
      if (wanted.measure->kind == Kind::distinct) keep_one_of_each(sum);
      bool wants_each = wanted.measure->kind == Kind::rows || wanted.detail == EventSlot::Detail::entities;
      if (!wants_each) {
        sum.each.clear();
        sum.each.shrink_to_fit();
      }
    }
  }

  static void keep_one_of_each(EventSum& sum) {
    auto by_entity = [](const EventValue& a, const EventValue& b) { return a.entity < b.entity; };
    auto same = [](const EventValue& a, const EventValue& b) { return a.entity == b.entity; };
    std::sort(sum.each.begin(), sum.each.end(), by_entity);
    sum.each.erase(std::unique(sum.each.begin(), sum.each.end(), same), sum.each.end());
    for (EventValue& value : sum.each) value.value = 1;
    sum.sum = sum.rows = static_cast<int64_t>(sum.each.size());
    sum.squares = static_cast<double>(sum.rows);
  }

  static size_t value_column(const EventMeasure& measure) {
    const auto& columns = measure.relation->columns;
    auto found = std::find(columns.begin(), columns.end(), measure.value);
    CHECK(found != columns.end());
    return static_cast<size_t>(found - columns.begin());
  }

  DeriveContext derive_context(const EventStatement& statement) {
    DeriveContext context;
    context.scope = &scope_;
    context.query = statement.query;
    context.windows = statement.windows;
    for (const EventColumn& column : statement.columns) context.dimensions.push_back(column.dimension);
    for (const auto& [key, members] : statement.filter) {
      context.dimensions.push_back(statement.relation->dimension(key));
    }
    context.select = [this](std::string sql, const std::function<bool(const facts::Chunk&)>& each) {
      return run(std::move(sql), each);
    };
    return context;
  }

  std::vector<std::vector<std::string>> members_of(const EventStatement& statement, const DerivedRow& row,
                                                   Instant at) const {
    std::vector<std::vector<std::string>> all{std::vector<std::string>(wants_.by.size())};
    for (size_t i = 0; i < statement.columns.size(); ++i) {
      std::vector<std::string> held = row.members[i];
      Form form = statement.columns[i].dimension->form;
      bool whole = form == Form::account && !statement.columns[i].with_network && !row.account.empty();
      if (whole) held = {row.network + "/" + row.account};
      if (form == Form::ownership) held = {"own"};
      if (is_of_clock(form)) held = {clock_member(form, scope_.zone, at)};
      std::vector<std::vector<std::string>> product;
      for (const auto& members : all) {
        for (const std::string& member : held) {
          product.push_back(members);
          product.back()[by_index_[i]] = member;
        }
      }
      all = std::move(product);
    }
    std::erase_if(all, [&](const auto& members) { return !agrees(statement, members); });
    return all;
  }

  // A mention of two brands is told under each, and as theirs whose it is: of an own brand it is not a competitor's.
  bool agrees(const EventStatement& statement, const std::vector<std::string>& members) const {
    const std::string* brand = nullptr;
    std::vector<std::string> owners;
    for (size_t i = 0; i < statement.columns.size(); ++i) {
      std::string_view key = statement.columns[i].dimension->key;
      if (key == "brand") brand = &members[by_index_[i]];
      if (key == "ownership") owners = {members[by_index_[i]]};
    }
    auto wanted = statement.filter.find("ownership");
    if (owners.empty() && wanted != statement.filter.end()) owners = wanted->second;
    if (brand == nullptr || owners.empty()) return true;
    auto known = statement.query.brands.find(*brand);
    return std::find(owners.begin(), owners.end(), known == statement.query.brands.end() ? "own" : known->second) !=
           owners.end();
  }

  std::vector<size_t> windows_at(const EventStatement& statement, const EventMeasure& measure,
                                 const DerivedValue& value) const {
    std::vector<size_t> windows;
    if (measure.kind != Kind::open) {
      if (auto window = window_at(statement, *value.at)) windows.push_back(*window);
      return windows;
    }
    for (size_t i = 0; i < statement.windows.size(); ++i) {
      if (is_open_at_end(value, statement.windows[i], scope_)) windows.push_back(original_[i]);
    }
    return windows;
  }

  std::optional<size_t> window_at(const EventStatement& statement, Instant at) const {
    Day day = scope_.zone.day_of(at);
    for (size_t i = 0; i < statement.windows.size(); ++i) {
      if (statement.windows[i].contains(day)) return original_[i];
    }
    return std::nullopt;
  }

  // --- Statements ---------------------------------------------------------------------------------------------------

  SqlScope sql_scope() const { return {&dialect_, scope_.workspace, wants_.as_of, {}}; }

  EventStatement statement_of(const EventSlot& slot, const std::vector<DayRange>& windows) {
    EventStatement statement;
    statement.relation = slot.measure->relation;
    statement.filter = event_filter(wants_, slot);
    original_.clear();
    for (size_t i = 0; i < windows.size(); ++i) {
      if (windows[i].empty()) continue;
      statement.windows.push_back(windows[i]);
      original_.push_back(i);
    }
    if (statement.windows.empty()) return statement;
    by_index_.clear();
    std::set<std::string> lifted = lifted_dimensions(slot);
    for (size_t i = 0; i < wants_.by.size(); ++i) {
      if (is_time(wants_.by[i]) || lifted.contains(wants_.by[i])) continue;
      const EventDimension* dimension = statement.relation->dimension(wants_.by[i]);
      if (dimension == nullptr) continue;  // not applicable, which is for the cell to say
      bool with_network = std::find(wants_.by.begin(), wants_.by.end(), "network") != wants_.by.end();
      statement.columns.push_back({dimension, with_network});
      by_index_.push_back(i);
    }
    DayRange all{statement.windows.front().first, statement.windows.front().end};
    for (const DayRange& window : statement.windows) {
      all = {std::min(all.first, window.first), std::max(all.end, window.end)};
    }
    statement.query = query_for(*slot.measure);
    statement.query.span = {scope_.zone.start_of(all.first), scope_.zone.start_of(all.end)};
    make_window_index(statement.windows);
    return statement;
  }

  // Segments count the stretches between all edges; which of them is which window.
  void make_window_index(const std::vector<DayRange>& windows) {
    window_index_.clear();
    if (windows.size() == 1) {
      window_index_[0] = original_[0];
      return;
    }
    std::vector<Day> edges;
    for (const DayRange& window : windows) {
      edges.push_back(window.first);
      edges.push_back(window.end);
    }
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    for (size_t i = 0; i < windows.size(); ++i) {
      auto at = std::lower_bound(edges.begin(), edges.end(), windows[i].first);
      window_index_[at - edges.begin() + 1] = original_[i];
    }
  }

  struct Place {
    int32_t group;
    size_t window;
  };

  std::optional<Place> place_of(const EventStatement& statement, const facts::Chunk& chunk, size_t row) {
    auto window = window_index_.find(chunk.integer(0, row));
    if (window == window_index_.end()) return std::nullopt;
    std::vector<std::string> members(wants_.by.size());
    for (size_t i = 0; i < statement.columns.size(); ++i) {
      std::string& member = members[by_index_[i]];
      switch (statement.columns[i].dimension->form) {
        case Form::hour:
          member = hour_member(chunk.integer(1 + i, row));
          break;
        case Form::weekday:
          member = weekday_member(chunk.integer(1 + i, row));
          break;
        default:
          member = chunk.text(1 + i, row);
      }
    }
    if (!agrees(statement, members)) return std::nullopt;
    return Place{group_of(std::move(members)), window->second};
  }

  int32_t group_of(std::vector<std::string> members) {
    auto next = static_cast<int32_t>(frame_.groups_.size());
    return frame_.groups_.emplace(std::move(members), next).first->second;
  }

  EventSum& sum_of(Place place, size_t slot) {
    return frame_.sums_[{place.group, static_cast<int32_t>(place.window), static_cast<int32_t>(slot), side_}];
  }

  int32_t entity_of(std::string_view entity) {
    auto next = static_cast<int32_t>(entities_.size());
    return entities_.emplace(entity, next).first->second;
  }

  Result<Done> run(std::string sql, const std::function<bool(const facts::Chunk&)>& each,
                   facts::Store::Rows rows = facts::Store::Rows::many) {
    return run_select(store_, std::move(sql), frame_.sql_, each, rows);
  }

  facts::Store& store_;
  const Dialect& dialect_;
  const Scope& scope_;
  const EventWants& wants_;
  EventFrame frame_;
  Side side_ = Side::asked;
  std::map<int64_t, size_t> window_index_;  // segment → window of the question
  std::vector<size_t> original_;            // the statement's windows → the question's
  std::vector<size_t> by_index_;            // the statement's dimensions → the question's
  std::unordered_map<std::string, int32_t> entities_;
  std::map<facts::EventTable, BrandBook> brands_;
  std::set<std::string> kinds_;
  int32_t nobody_ = 0;  // numbers below zero stand for entities without a name
};

Result<std::optional<DayRange>> event_extent(facts::Store& store, const Dialect& dialect, const Scope& scope,
                                             const EventWants& wants) {
  std::optional<DayRange> extent;
  SqlScope sql{&dialect, scope.workspace, wants.as_of, {}};
  std::set<facts::EventTable> tables;
  for (const EventSlot& slot : wants.slots) {
    if (!slot.measure->relation->told) {
      tables.insert(slot.measure->relation->table);
      continue;
    }
    TRY_DONE(store.select(sql_ledger_extent(sql, {"spend", "cost", "budget"}), [&](const facts::Chunk& chunk) {
      if (chunk.rows() == 0 || chunk.is_null(0, 0)) return true;
      DayRange days{{static_cast<int32_t>(chunk.integer(0, 0))}, {static_cast<int32_t>(chunk.integer(1, 0))}};
      extent = extent ? DayRange{std::min(extent->first, days.first), std::max(extent->end, days.end)} : days;
      return true;
    }));
  }
  for (facts::EventTable table : tables) {
    TRY_DONE(store.select(sql_event_extent(sql, table), [&](const facts::Chunk& chunk) {
      if (chunk.rows() == 0 || chunk.is_null(0, 0)) return true;
      DayRange days{scope.zone.day_of({chunk.integer(0, 0)}), scope.zone.day_of({chunk.integer(1, 0)}) + 1};
      extent = extent ? DayRange{std::min(extent->first, days.first), std::max(extent->end, days.end)} : days;
      return true;
    }));
  }
  return extent;
}

Result<std::set<std::string>> told_as_numbers(facts::Store& store, const Dialect& dialect, const Scope& scope,
                                              std::optional<Instant> as_of,
                                              const std::set<const EventMeasure*>& measures) {
  std::set<std::string> told;
  if (measures.empty()) return told;
  std::set<std::string> asked;
  for (const EventMeasure* measure : measures) {
    if (!measure->relation->told) asked.emplace(measure->key);  // the others are computed from what was told
  }
  if (asked.empty()) return told;
  SqlScope sql{&dialect, scope.workspace, as_of, {}};
  auto read_into = [](std::set<std::string>& texts) {
    return [&texts](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) texts.emplace(chunk.text(0, row));
      return true;
    };
  };
  std::vector<std::string> ran;
  TRY_DONE(run_select(store, sql_told_measures(sql, asked), ran, read_into(told), facts::Store::Rows::kept));
  if (told.empty()) return told;
  std::set<std::string> tables, watched;
  for (const EventMeasure* measure : measures) tables.emplace(facts::name(measure->relation->table));
  TRY_DONE(run_select(store, sql_event_coverage(sql, {tables.begin(), tables.end()}), ran, read_into(watched),
                      facts::Store::Rows::kept));
  for (const EventMeasure* measure : measures) {
    if (watched.contains(std::string(facts::name(measure->relation->table)))) told.erase(std::string(measure->key));
  }
  return told;
}

Result<EventFrame> load_events(facts::Store& store, const Dialect& dialect, const Scope& scope,
                               const EventWants& wants) {
  return EventLoader(store, dialect, scope, wants).load();
}

}  // namespace sociometer::metrics
