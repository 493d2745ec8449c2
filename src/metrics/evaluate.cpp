#include "metrics/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "metrics/bootstrap.h"
#include "metrics/event_estimate.h"
#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {

constexpr size_t examples_shown = 5;
constexpr size_t most_drawn = 2'000;  // beyond so many units the bootstrap and the delta method say the same

// A stock as it was on `day`: that day's value, else the last one at most a week before. `stale` when carried or, where
// nothing earlier is known and `later` allows it, taken from the next one known.
struct StockValue {
  int64_t value = 0;
  bool stale = false;
};
enum class Later { allowed, refused };

std::optional<StockValue> stock_on(const std::vector<StockPoint>& points, Day day, Later later) {
  auto after =
      std::upper_bound(points.begin(), points.end(), day, [](Day d, const StockPoint& point) { return d < point.day; });
  if (after != points.begin()) {
    const StockPoint& before = *std::prev(after);
    if (day - before.day <= stock_carry_days) return StockValue{before.value, before.day != day};
  }
  if (later == Later::allowed && after == points.begin() && after != points.end())
    return StockValue{after->value, true};
  return std::nullopt;
}

// One unit of the evaluation: a post, or a day of an account's series.
struct Unit {
  const Units* table;
  uint32_t row;
  int32_t account;  // index into the evaluation's accounts
};

// What an input's filters let through: accounts, and units of them.
class Domain {
 public:
  Domain(const Input& input, const Frame& frame) : frame_(frame) {
    for (const auto& account : frame.accounts) accounts_.push_back(lets(input, account));
    for (const catalog::Formula::Filter& filter : input.filters) {
      if (is_post_dimension(filter.dimension) || filter.dimension == "weekday") filters_.push_back(&filter);
    }
  }

  bool has_account(int32_t account) const { return accounts_[static_cast<size_t>(account)]; }

  bool has(const Units& table, uint32_t row) const {
    return std::all_of(filters_.begin(), filters_.end(), [&](const auto* filter) { return lets(*filter, table, row); });
  }

 private:
  static bool holds(const std::vector<std::string>& members, std::string_view member) {
    return std::find(members.begin(), members.end(), member) != members.end();
  }

  static bool lets(const Input& input, const AccountInfo& account) {
    std::set<std::string_view> left_out = account.left_out_by;
    for (const catalog::Formula::Filter& filter : input.filters) {
      if (is_lifted(filter) || filter.dimension == "ownership") left_out.erase(filter.dimension);
    }
    if (!left_out.empty()) return false;
    for (const catalog::Formula::Filter& filter : input.filters) {
      if (is_lifted(filter)) continue;
      if (filter.dimension == "network" && !holds(filter.members, account.network)) return false;
      if (filter.dimension == "account" && !holds(filter.members, account.handle) &&
          !holds(filter.members, account.name())) {
        return false;
      }
      bool others = account.ownership != "own" && holds(filter.members, "others");
      if (filter.dimension == "ownership" && !holds(filter.members, account.ownership) && !others) return false;
    }
    return true;
  }

  bool lets(const catalog::Formula::Filter& filter, const Units& table, uint32_t row) const {
    if (filter.dimension == "weekday") {
      return table.days[row] == 1 && holds(filter.members, weekday_name(weekday_of(table.day[row])));
    }
    if (&table != &frame_.posts) return false;
    auto any_of = [&](const std::vector<std::vector<int32_t>>& lists) {
      return !lists.empty() && std::any_of(lists[row].begin(), lists[row].end(),
                                           [&](int32_t word) { return holds(filter.members, frame_.word(word)); });
    };
    auto one_of = [&](const std::vector<int32_t>& words) {
      return !words.empty() && holds(filter.members, frame_.word(words[row]));
    };
    if (filter.dimension == "post_kind") return one_of(table.kind);
    if (filter.dimension == "campaign") return one_of(table.campaign);
    if (filter.dimension == "language") return one_of(table.language);
    if (filter.dimension == "hashtag") return any_of(table.hashtags);
    if (filter.dimension == "tag") return any_of(table.tags);
    if (filter.dimension == "post") return !table.id.empty() && holds(filter.members, table.id[row]);
    return table.hour[row] >= 0 && holds(filter.members, fmt::format("{:02}", table.hour[row]));
  }

  const Frame& frame_;
  std::vector<bool> accounts_;
  std::vector<const catalog::Formula::Filter*> filters_;
};

class Evaluation {
 public:
  Evaluation(const Plan& plan, const Frame& frame, const catalog::Catalog& catalog, const CellScope& cell)
      : plan_(plan), frame_(frame), catalog_(catalog), cell_(cell) {
    estimate_.inputs.resize(plan.inputs.size());
    scales_.resize(plan.inputs.size(), 1);
    for (size_t i = 0; i < plan.inputs.size(); ++i) scales_[i] = scale_of(plan.inputs[i]);
    if (plan.has_filters) {
      for (const Input& input : plan.inputs) domains_.emplace_back(input, frame);
    }
    missing_.resize(plan.inputs.size());
    for (const Input& input : plan.inputs) {
      columns_.push_back({columns_of(input, frame.posts), columns_of(input, frame.days)});
    }
  }

  Estimate run() {
    note_basis();
    if (!applicable()) {
      estimate_.reason = "not_applicable";
      return std::move(estimate_);
    }
    gather_units();
    choose_accounts();
    if (plan_.has_filters && !all_told()) accounts_.clear();
    note_basis();
    if (accounts_.empty()) {
      estimate_.reason = reason_for_nothing();
      return std::move(estimate_);
    }
    compute();
    finish();
    return std::move(estimate_);
  }

 private:
  // A value of the formula: by account until something divides or it leaves the formula. `moves` is how each unit moves
  // it; empty means no unit does.
  struct Value {
    bool whole = false;  // one number, in by_account[0]
    std::vector<double> by_account;
    std::vector<double> moves;
    bool bounded = false;
    std::optional<double> low, high;
  };

  double scale_of(const Input& input) const {
    if (input.parts.empty()) return 1;
    const catalog::Measure* measure = catalog_.measure(input.parts.front());
    return measure == nullptr ? 1 : static_cast<double>(catalog::base_scale(measure->unit));
  }

  using Column = const std::vector<int64_t>*;
  struct InputColumns {
    std::vector<Column> posts, days;
  };

  static Column column_of(const Units& table, const std::string& name) {
    auto found = table.values.find(name);
    return found == table.values.end() ? nullptr : &found->second;
  }

  // The columns that an input adds up, found once rather than for every unit.
  std::vector<Column> columns_of(const Input& input, const Units& table) const {
    std::vector<Column> columns;
    for (size_t i = 0; i < input.columns.size(); ++i) {
      bool other = input.kind == Input::Kind::kind_of_engagement && input.parts[i] != cell_.kind_of_engagement;
      if (other) continue;
      if (Column column = column_of(table, input.columns[i])) columns.push_back(column);
    }
    return columns;
  }

  bool is_unit_input(const Input& input) const {
    switch (input.kind) {
      case Input::Kind::flow:
      case Input::Kind::posts:
      case Input::Kind::hashtag_uses:
      case Input::Kind::kind_of_engagement:
        return true;
      default:
        return false;
    }
  }

  bool is_stock(const Input& input) const {
    switch (input.kind) {
      case Input::Kind::stock_last:
      case Input::Kind::stock_first:
      case Input::Kind::stock_change:
      case Input::Kind::stock_average:
      case Input::Kind::share:
        return true;
      default:
        return false;
    }
  }

  bool applicable() const {
    for (const Input& input : plan_.inputs) {
      bool by_kind = input.kind == Input::Kind::kind_of_engagement;
      if (by_kind && cell_.kind_of_engagement.empty()) return false;
      if (input.kind == Input::Kind::share && cell_.all_members.empty()) return false;
      // A stock belongs to accounts; what has posts for members has none of its own.
      if (is_stock(input) && cell_.about_posts && !plan_.has_flow) return false;
    }
    return true;
  }

  // By the accounts that the number stands on; where there is none, by those asked.
  void note_basis() {
    bool published = false, occurred = false;
    for (int32_t account : accounts_.empty() ? cell_.accounts : accounts_) {
      AccountBasis basis = (*cell_.basis)[static_cast<size_t>(account)];
      published = published || basis == AccountBasis::published;
      occurred = occurred || basis == AccountBasis::occurred;
    }
    // Events occur; beside numbers of posts that were published in the period, two bases meet.
    occurred = occurred || (plan_.events && plan_.has_flow);
    bool mixed = published && occurred && !accounts_.empty();
    estimate_.basis = mixed ? "mixed" : published ? "published" : "occurred";
    if (mixed) estimate_.notes.insert("mixed_basis");
  }

  void gather_units() {
    if (!plan_.has_flow) return;
    candidates_.reserve(cell_.posts.size() + cell_.days.size());
    auto take = [&](const Units& table, const std::vector<uint32_t>& rows, AccountBasis basis) {
      for (uint32_t row : rows) {
        if ((*cell_.basis)[static_cast<size_t>(table.account[row])] == basis) {
          candidates_.push_back({&table, row, table.account[row]});
        }
      }
    };
    take(frame_.posts, cell_.posts, AccountBasis::published);
    take(frame_.days, cell_.days, AccountBasis::occurred);
  }

  // What a unit says of an input, in the measure's unit; nothing where it was not reported.
  std::optional<double> said(const Input& input, size_t index, const Unit& unit) const {
    auto told = said_in_base_units(input, index, unit);
    return told ? std::optional(*told / scales_[index]) : std::nullopt;
  }

  std::optional<double> said_in_base_units(const Input& input, size_t index, const Unit& unit) const {
    bool post = unit.table == &frame_.posts;
    if (input.kind == Input::Kind::posts && post) return 1.0;
    if (input.kind == Input::Kind::hashtag_uses) {
      if (!post || unit.table->hashtags.empty()) return std::nullopt;
      if (cell_.by_hashtag) return 1.0;
      return static_cast<double>(unit.table->hashtags[unit.row].size());
    }
    int64_t sum = absent;
    const InputColumns& columns = columns_[index];
    for (Column column : post ? columns.posts : columns.days) sum = add_known(sum, (*column)[unit.row]);
    if (sum == absent) return std::nullopt;
    return static_cast<double>(sum);
  }

  int64_t value_of(const std::string& measure, const Unit& unit) const {
    Column column = column_of(*unit.table, measure);
    return column == nullptr ? absent : (*column)[unit.row];
  }

  std::string unit_name(const Unit& unit) const {
    const AccountInfo& account = frame_.accounts[static_cast<size_t>(unit.table->account[unit.row])];
    if (unit.table == &frame_.posts && !unit.table->id.empty()) return account.name() + " " + unit.table->id[unit.row];
    return account.name() + " " + format_day(unit.table->day[unit.row]);
  }

  struct Missing {
    int64_t count = 0;
    std::vector<std::string> examples;
  };

  void leave_out(Missing& missing, const Unit& unit) {
    ++missing.count;
    if (missing.examples.size() < examples_shown) missing.examples.push_back(unit_name(unit));
  }

  void tell(const std::string& reason, Missing missing) {
    if (missing.count > 0) estimate_.left_out[reason] = {missing.count, std::move(missing.examples)};
  }

  // Accounts and units that have every side. A plain sum takes what there is; a ratio only what has both sides.
  void choose_accounts() {
    std::vector<Unit> ready;
    ready.reserve(candidates_.size());
    std::vector<int64_t> ready_of(frame_.accounts.size());
    for (const Unit& unit : candidates_) {
      if (!complete(unit)) continue;
      ready.push_back(unit);
      ++ready_of[static_cast<size_t>(unit.account)];
    }
    std::vector<int32_t> index_of(frame_.accounts.size(), -1);
    for (int32_t account : cell_.accounts) {
      auto number = static_cast<size_t>(account);
      if (!account_complete(account, ready_of[number])) continue;
      if (index_of[number] < 0) index_of[number] = static_cast<int32_t>(accounts_.size());
      accounts_.push_back(account);
    }
    units_.reserve(ready.size());
    for (const Unit& unit : ready) {
      int32_t index = index_of[static_cast<size_t>(unit.account)];
      if (index >= 0) units_.push_back({unit.table, unit.row, index});
    }
    for (size_t i = 0; i < missing_.size(); ++i) {
      const Input& input = plan_.inputs[i];
      bool at_post = input.kind == Input::Kind::stock_at_post;
      tell(at_post ? fmt::format("no {} known on the day of the post", input.name)
                   : fmt::format("{} not reported", input.name),
           std::move(missing_[i]));
    }
  }

  bool complete(const Unit& unit) {
    bool any = false;
    for (size_t i = 0; i < plan_.inputs.size(); ++i) {
      const Input& input = plan_.inputs[i];
      bool at_post = input.kind == Input::Kind::stock_at_post;
      if (!at_post && !is_unit_input(input)) continue;
      if (!counts(i, unit)) {
        // Over posts the value of each wants every side of the same post.
        if (over_posts()) return false;
        continue;
      }
      if (at_post ? stock_at(input, unit).has_value() : said(input, i, unit).has_value()) {
        any = true;
        continue;
      }
      if (!plan_.is_ratio && plan_.inputs.size() > 1) continue;
      leave_out(missing_[i], unit);
      return false;
    }
    return any;
  }

  std::optional<StockValue> stock_at(const Input& input, const Unit& unit) const {
    auto points = frame_.stocks.find({unit.table->account[unit.row], input.columns.front()});
    if (points == frame_.stocks.end()) return std::nullopt;
    return stock_on(points->second, unit.table->day[unit.row], Later::allowed);
  }

  // A counter that moved between a reading before the period's edge and one after it: nobody knows on which side.
  bool crosses_an_edge(const Input& input, int32_t account) const {
    if ((*cell_.basis)[static_cast<size_t>(account)] != AccountBasis::occurred) return false;
    for (const std::string& measure : input.parts) {
      auto found = frame_.differences.find({account, measure});
      if (found == frame_.differences.end()) continue;
      for (const DayRange& days : found->second) {
        if (!intersection(days, cell_.window).empty() && !cell_.window.contains(days)) return true;
      }
    }
    return false;
  }

  bool over_posts() const { return plan_.root.op == Node::Op::mean || plan_.root.op == Node::Op::median; }

  // Whether the input's filters let anything of the account, or this very unit, through.
  bool counts_account(size_t input, int32_t account) const {
    return domains_.empty() || domains_[input].has_account(account);
  }
  bool counts(size_t input, const Unit& unit) const {
    if (domains_.empty()) return true;
    return domains_[input].has_account(unit.table->account[unit.row]) && domains_[input].has(*unit.table, unit.row);
  }

  // A filter that lets nothing through leaves its input unknown, not zero.
  bool all_told() {
    for (size_t i = 0; i < plan_.inputs.size(); ++i) {
      const Input& input = plan_.inputs[i];
      if (input.filters.empty()) continue;
      bool told = false;
      if (is_unit_input(input)) {
        for (const Unit& unit : units_) {
          if (told) break;
          Unit of_frame{unit.table, unit.row, unit.table->account[unit.row]};
          told = counts(i, of_frame) && said(input, i, of_frame).has_value();
        }
      } else {
        told = std::any_of(accounts_.begin(), accounts_.end(),
                           [&](int32_t account) { return counts_account(i, account); });
      }
      if (!told) return false;
    }
    return true;
  }

  bool account_complete(int32_t account, int64_t units) {
    const AccountInfo& info = frame_.accounts[static_cast<size_t>(account)];
    bool any = false;
    for (size_t i = 0; i < plan_.inputs.size(); ++i) {
      const Input& input = plan_.inputs[i];
      bool calendar = input.kind == Input::Kind::days || input.kind == Input::Kind::months;
      if (!counts_account(i, account)) continue;
      any = any || !calendar;
      if (is_unit_input(input)) {
        if (crosses_an_edge(input, account)) {
          auto& [count, examples] = estimate_.left_out["a counter was read only before and after the period's edge"];
          if (++count <= static_cast<int64_t>(examples_shown)) examples.push_back(info.name());
          return false;
        }
        if (units > 0) continue;
        bool counted = input.kind == Input::Kind::posts &&
                       (*cell_.basis)[static_cast<size_t>(account)] == AccountBasis::published && !cell_.about_posts &&
                       covered_days(info.content_covered, cell_.window) > 0 && flow_inputs() == 1;
        if (!counted) return false;
      } else if (is_stock(input)) {
        if (stock_of(input, account)) continue;
        if (plan_.is_ratio) {
          auto& [count, examples] = estimate_.left_out[fmt::format("no {} known for the period", input.name)];
          if (++count <= static_cast<int64_t>(examples_shown)) examples.push_back(info.name());
        }
        return false;
      } else if (input.kind == Input::Kind::unique) {
        if (unique_of(i, account)) continue;
        return false;
      }
    }
    return any;
  }

  size_t flow_inputs() const {
    return static_cast<size_t>(std::count_if(plan_.inputs.begin(), plan_.inputs.end(),
                                             [&](const Input& input) { return is_unit_input(input); }));
  }

  static constexpr int32_t several = -1;  // the members asked for together

  const std::vector<StockPoint>* points_of(const Input& input, int32_t account, int32_t member) const {
    if (cell_.all_members.empty() || member == several) {
      auto found = frame_.stocks.find({account, input.columns.front()});
      return found == frame_.stocks.end() ? nullptr : &found->second;
    }
    // Asked by a breakdown, a part of the same one is the member's own; of another one nobody tells.
    if (auto part = plan_.parts.find(input.columns.front()); part != plan_.parts.end()) {
      const std::vector<std::string>& members = part->second.members;
      if (std::find(members.begin(), members.end(), frame_.word(member)) == members.end()) return nullptr;
    }
    auto found = frame_.member_stocks.find({account, input.parts.front(), member});
    return found == frame_.member_stocks.end() ? nullptr : &found->second;
  }

  Day last_day() const { return std::min(cell_.window.end, cell_.today + 1) - 1; }

  // At the window's end; a running day has not told yet, so the day before it is as good.
  std::optional<StockValue> stock_at_end(const std::vector<StockPoint>& points, Later later) const {
    Day day = last_day();
    if (day < cell_.window.first) return std::nullopt;  // it has not begun
    auto value = stock_on(points, day, later);
    if (value && value->stale && day == cell_.today) {
      auto yesterday = stock_on(points, day - 1, later);
      if (yesterday && !yesterday->stale) value->stale = false;
    }
    return value;
  }

  // At its start: the value of the day before, else the first known within the window's first week.
  std::optional<StockValue> stock_at_start(const std::vector<StockPoint>& points) const {
    if (auto before = stock_on(points, cell_.window.first - 1, Later::refused)) return before;
    for (const StockPoint& point : points) {
      if (point.day < cell_.window.first) continue;
      if (point.day - cell_.window.first >= stock_carry_days || point.day >= cell_.window.end) break;
      return StockValue{point.value, true};
    }
    return std::nullopt;
  }

  std::optional<double> stock_of(const Input& input, int32_t account) {
    if (input.kind == Input::Kind::share) return share_of(input, account);
    const std::vector<StockPoint>* points = points_of(input, account, cell_.in_one ? several : cell_.member);
    if (points == nullptr) return std::nullopt;
    // In a ratio a later stock serves where no earlier one is known (a first export of posts tells of all the past).
    Later later = plan_.is_ratio && plan_.has_flow ? Later::allowed : Later::refused;
    std::optional<StockValue> value;
    switch (input.kind) {
      case Input::Kind::stock_first:
        value = stock_at_start(*points);
        break;
      case Input::Kind::stock_change: {
        auto first = stock_at_start(*points);
        auto last = stock_at_end(*points, Later::refused);
        if (first && last) value = StockValue{last->value - first->value, first->stale || last->stale};
        break;
      }
      case Input::Kind::stock_average:
        return average_of(*points);
      default:
        value = stock_at_end(*points, later);
    }
    if (!value) return std::nullopt;
    if (value->stale) stale_ = true;
    return static_cast<double>(value->value);
  }

  std::optional<double> average_of(const std::vector<StockPoint>& points) const {
    double sum = 0;
    int count = 0;
    for (const StockPoint& point : points) {
      if (!cell_.window.contains(point.day)) continue;
      sum += static_cast<double>(point.value);
      ++count;
    }
    if (count == 0) return std::nullopt;
    return sum / count;
  }

  bool is_own(int32_t member) const {
    const std::vector<int32_t>& together = cell_.members_in_one;
    return cell_.in_one ? std::find(together.begin(), together.end(), member) != together.end()
                        : member == cell_.member;
  }

  std::optional<double> share_of(const Input& input, int32_t account) {
    if (cell_.in_one && cell_.members_in_one.empty()) return std::nullopt;  // nobody tells of those asked for
    double all = 0, own = 0;
    bool any = false;
    for (int32_t member : cell_.all_members) {
      const std::vector<StockPoint>* points = points_of(input, account, member);
      auto value = points == nullptr ? std::nullopt : stock_at_end(*points, Later::refused);
      if (!value) continue;
      any = true;
      all += static_cast<double>(value->value);
      if (is_own(member)) own += static_cast<double>(value->value);
    }
    if (!any) return std::nullopt;
    share_whole_ += all;
    return own;
  }

  // Reach: of accounts by the windows told; of posts, where the cell is about posts, by the posts' own.
  bool unique_of(size_t index, int32_t account) {
    const Input& input = plan_.inputs[index];
    bool of_posts = std::any_of(input.filters.begin(), input.filters.end(),
                                [](const auto& filter) { return is_post_dimension(filter.dimension); });
    if (cell_.about_posts || of_posts) return unique_of_posts(index, account);
    auto windows = frame_.uniques.find({account, input.columns.front()});
    if (windows == frame_.uniques.end()) return false;
    ReachBounds bounds = reach_bounds(windows->second, cell_.window);
    if (bounds.windows == 0) return false;
    estimate_.reach[{index, account}] = std::move(bounds);
    return true;
  }

  bool unique_of_posts(size_t index, int32_t account) {
    ReachBounds bounds;
    auto column = frame_.posts.values.find("post_reach");
    if (column == frame_.posts.values.end()) return false;
    for (uint32_t row : cell_.posts) {
      int64_t value = column->second[row];
      if (frame_.posts.account[row] != account || value == absent) continue;
      if (!domains_.empty() && !domains_[index].has(frame_.posts, row)) continue;
      bounds.low = std::max(bounds.low.value_or(0), value);
      bounds.high = bounds.high.value_or(0) + value;
      ++bounds.windows;
      estimate_.posts_used.push_back(row);
    }
    bounds.exact = bounds.windows == 1;
    if (bounds.windows == 0) return false;
    estimate_.reach[{index, account}] = bounds;
    return true;
  }

  // --- The formula ------------------------------------------------------------------------------------------------

  void compute() {
    if (over_posts()) return compute_over_posts();
    auto value = value_of_node(plan_.root);
    if (!value) return;
    Value result = added_up(std::move(*value));
    if (result.bounded) {
      estimate_.interval = Interval{result.low, result.high, 1.0, "bounds"};
      estimate_.notes.insert("bounded");
    } else {
      estimate_.value = result.by_account[0];
    }
    moves_ = std::move(result.moves);
  }

  // mean() and median() over posts of what is inside, post by post.
  void compute_over_posts() {
    std::vector<double> each;
    std::vector<Unit> used;
    Missing zero;
    for (const Unit& unit : units_) {
      auto value = value_of_unit(plan_.root.parts[0], unit);
      if (!value) {
        leave_out(zero, unit);
        continue;
      }
      each.push_back(*value);
      used.push_back(unit);
    }
    units_ = std::move(used);
    tell("zero denominator", std::move(zero));
    if (each.empty()) {
      estimate_.reason = "zero_denominator";
      return;
    }
    if (plan_.root.op == Node::Op::median) {
      std::sort(each.begin(), each.end());
      estimate_.value = median_of(each);
      estimate_.interval = median_interval(each);
      return;
    }
    auto count = static_cast<double>(each.size());
    estimate_.value = steady_sum(each) / count;
    for (double value : each) {
      moves_.push_back((value - *estimate_.value) / count);
      parts_.push_back({value, 1});
    }
  }

  std::optional<double> value_of_unit(const Node& node, const Unit& unit) {
    switch (node.op) {
      case Node::Op::number:
        return node.number;
      case Node::Op::input: {
        const Input& input = plan_.inputs[node.input];
        if (is_unit_input(input)) {
          auto value = said(input, node.input, unit);
          if (value) trace(node.input, *value);
          return value;
        }
        if (input.kind == Input::Kind::stock_at_post) {
          auto stock = stock_at(input, unit);
          if (!stock) return std::nullopt;
          stale_ = stale_ || stock->stale;
          return static_cast<double>(stock->value);
        }
        return stock_of(input, accounts_[static_cast<size_t>(unit.account)]);
      }
      default: {
        auto a = value_of_unit(node.parts[0], unit);
        auto b = node.parts.size() > 1 ? value_of_unit(node.parts[1], unit) : std::nullopt;
        if (!a || !b) return std::nullopt;
        return combined(node.op, *a, *b);
      }
    }
  }

  Value added_up(Value value) const {
    if (value.whole) return value;
    double sum = 0;
    for (double part : value.by_account) sum += part;
    value.by_account = {sum};
    value.whole = true;
    return value;
  }

  std::optional<Value> value_of_node(const Node& node) {
    switch (node.op) {
      case Node::Op::number: {
        Value value;
        value.whole = true;
        value.by_account = {node.number};
        return value;
      }
      case Node::Op::input:
        return value_of_input(node.input);
      case Node::Op::mean:
      case Node::Op::median:
        return mean_value(node);
      case Node::Op::p90:
        CHECK(false);  // only at the root, or opened by the plan
        return std::nullopt;
      default: {
        auto a = value_of_node(node.parts[0]);
        if (!a) return std::nullopt;
        Value result = std::move(*a);
        for (size_t i = 1; i < node.parts.size(); ++i) {
          auto b = value_of_node(node.parts[i]);
          if (!b) return std::nullopt;
          auto combined = combine(node.op, std::move(result), std::move(*b));
          if (!combined) return std::nullopt;
          result = std::move(*combined);
        }
        return result;
      }
    }
  }

  // A mean inside a formula: over the posts that have every side of it.
  std::optional<Value> mean_value(const Node& node) {
    std::vector<double> each;
    std::vector<size_t> used;
    for (size_t u = 0; u < units_.size(); ++u) {
      if (units_[u].table != &frame_.posts || !whole_at(node.parts[0], units_[u])) continue;
      auto value = value_of_unit(node.parts[0], units_[u]);
      if (!value) continue;
      each.push_back(*value);
      used.push_back(u);
    }
    if (each.empty()) {
      estimate_.reason = "zero_denominator";
      return std::nullopt;
    }
    Value result;
    result.whole = true;
    if (node.op == Node::Op::median) {
      std::sort(each.begin(), each.end());
      result.by_account = {median_of(each)};
      return result;
    }
    auto count = static_cast<double>(each.size());
    double sum = 0;
    for (double value : each) sum += value;
    result.by_account = {sum / count};
    result.moves.assign(units_.size(), 0);
    for (size_t i = 0; i < used.size(); ++i) result.moves[used[i]] = (each[i] - sum / count) / count;
    return result;
  }

  bool whole_at(const Node& node, const Unit& unit) const {
    if (node.op == Node::Op::input) {
      const Input& input = plan_.inputs[node.input];
      if (!is_unit_input(input)) return true;
      Unit of_frame{unit.table, unit.row, unit.table->account[unit.row]};
      return counts(node.input, of_frame) && said(input, node.input, of_frame).has_value();
    }
    return std::all_of(node.parts.begin(), node.parts.end(), [&](const Node& part) { return whole_at(part, unit); });
  }

  std::optional<Value> combine(Node::Op op, Value a, Value b) {
    if (a.bounded || b.bounded) return combine_bounds(op, added_up(std::move(a)), added_up(std::move(b)));
    // Dividing pools: the sides are added over accounts first. So does anything between a whole and a part.
    bool pool = op == Node::Op::divide || op == Node::Op::power ||
                ((op == Node::Op::add || op == Node::Op::subtract) && a.whole != b.whole);
    if (pool) {
      a = added_up(std::move(a));
      b = added_up(std::move(b));
    }
    if (op == Node::Op::divide) {
      estimate_.denominator = b.by_account[0];
      parts_ = parts_of(a, b);
    }
    Value result;
    result.whole = a.whole && b.whole;
    size_t count = result.whole ? 1 : accounts_.size();
    auto part = [](const Value& value, size_t i) { return value.by_account[value.whole ? 0 : i]; };
    for (size_t i = 0; i < count; ++i) {
      auto value = combined(op, part(a, i), part(b, i));
      if (!value) {
        estimate_.reason = "zero_denominator";
        return std::nullopt;
      }
      result.by_account.push_back(*value);
    }
    result.moves = moves_of(op, a, b);
    return result;
  }

  // What each unit adds above and below the line.
  std::vector<RatioPart> parts_of(const Value& above, const Value& below) const {
    if (above.moves.empty() || units_.empty()) return {};
    std::vector<RatioPart> parts;
    parts.reserve(units_.size());
    double each = below.by_account[0] / static_cast<double>(units_.size());
    for (size_t u = 0; u < units_.size(); ++u) {
      parts.push_back({above.moves[u], below.moves.empty() ? each : below.moves[u]});
    }
    return parts;
  }

  // How much each unit moves the value, by the rules everyone learns.
  std::vector<double> moves_of(Node::Op op, const Value& a, const Value& b) const {
    if ((a.moves.empty() && b.moves.empty()) || op == Node::Op::power) return {};
    std::vector<double> moves(units_.size(), 0);
    for (size_t u = 0; u < units_.size(); ++u) {
      auto account = static_cast<size_t>(units_[u].account);
      double da = a.moves.empty() ? 0 : a.moves[u];
      double db = b.moves.empty() ? 0 : b.moves[u];
      double va = a.by_account[a.whole ? 0 : account];
      double vb = b.by_account[b.whole ? 0 : account];
      switch (op) {
        case Node::Op::add:
          moves[u] = da + db;
          break;
        case Node::Op::subtract:
          moves[u] = da - db;
          break;
        case Node::Op::multiply:
          moves[u] = da * vb + va * db;
          break;
        case Node::Op::divide:
          moves[u] = moved_by_division(va, vb, da, db);
          break;
        default:
          break;
      }
    }
    return moves;
  }

  // What a / b would lose without the unit, in the unit's own direction, not the tangent: see delta_interval. Without a
  // unit that is all of the denominator nothing is left to say how others differ: no number, and so no interval.
  static double moved_by_division(double a, double b, double unit_a, double unit_b) {
    double rest = 1 - unit_b / b;
    if (!(rest > 0)) return std::numeric_limits<double>::quiet_NaN();
    return (unit_a - a / b * unit_b) / (b * rest);
  }

  // Something known over something bounded, or the reverse: the bounds change sides under a division.
  std::optional<Value> combine_bounds(Node::Op op, Value a, Value b) {
    auto low = [](const Value& v) { return v.bounded ? v.low : std::optional(v.by_account[0]); };
    auto high = [](const Value& v) { return v.bounded ? v.high : std::optional(v.by_account[0]); };
    auto both = [&](std::optional<double> x, std::optional<double> y) -> std::optional<double> {
      if (!x || !y) return std::nullopt;
      return combined(op, *x, *y);
    };
    Value result;
    result.whole = true;
    result.by_account = {0};
    result.bounded = true;
    bool falls = op == Node::Op::divide || op == Node::Op::subtract;
    result.low = both(low(a), falls ? high(b) : low(b));
    result.high = both(high(a), falls ? low(b) : high(b));
    if (!result.low && !result.high) {
      estimate_.reason = "zero_denominator";
      return std::nullopt;
    }
    return result;
  }

  std::optional<Value> value_of_input(size_t index) {
    const Input& input = plan_.inputs[index];
    Value value;
    switch (input.kind) {
      case Input::Kind::days:
      case Input::Kind::months: {
        value.whole = true;
        double days = std::max(1, std::min(cell_.window.end, cell_.today + 1) - cell_.window.first);
        value.by_account = {input.kind == Input::Kind::days ? days : months(days)};
        estimate_.inputs[index].sum = value.by_account[0];
        return value;
      }
      case Input::Kind::unique:
        return unique_value(index);
      case Input::Kind::event:
        return event_value(index);
      default:
        break;
    }
    value.by_account.assign(accounts_.size(), 0);
    if (is_unit_input(input)) {
      value.moves.assign(units_.size(), 0);
      // In base units, which are whole: doubles are exact in them whatever the order, and divided once at the end.
      double scale = scales_[index], all = 0;
      for (size_t u = 0; u < units_.size(); ++u) {
        if (!domains_.empty() && !counts(index, units_[u])) continue;
        auto told = said_in_base_units(input, index, units_[u]);
        if (!told) continue;
        value.by_account[static_cast<size_t>(units_[u].account)] += *told;
        value.moves[u] = *told / scale;
        all += *told;
        ++estimate_.inputs[index].rows;
      }
      for (double& sum : value.by_account) sum /= scale;
      if (estimate_.inputs[index].rows > 0 || units_.empty()) estimate_.inputs[index].sum = all / scale;
      return value;
    }
    share_whole_ = 0;
    InputTrace& seen = estimate_.inputs[index];
    for (size_t a = 0; a < accounts_.size(); ++a) {
      if (!counts_account(index, accounts_[a])) continue;
      auto stock = stock_of(input, accounts_[a]);
      CHECK(stock.has_value());
      value.by_account[a] = *stock;
      seen.sum = seen.sum.value_or(0) + *stock;
      ++seen.rows;
    }
    if (input.kind == Input::Kind::share) {
      if (share_whole_ == 0) {
        estimate_.reason = "zero_denominator";
        return std::nullopt;
      }
      Value sum = added_up(std::move(value));
      sum.by_account[0] /= share_whole_;
      return sum;
    }
    return value;
  }

  // One number for all accounts: events are of the workspace.
  std::optional<Value> event_value(size_t index) {
    EventInput read = event_input(plan_.inputs[index], catalog_, cell_);
    if (!read.value) {
      estimate_.reason = read.reason;
      return std::nullopt;
    }
    Value value;
    value.whole = true;
    value.by_account = {*read.value};
    estimate_.inputs[index].sum = *read.value;
    estimate_.inputs[index].rows = read.sum == nullptr ? 0 : read.sum->rows;
    return value;
  }

  double months(double days) const {
    DayRange window = cell_.window;
    CalendarDate first = calendar_date(window.first), end = calendar_date(window.end);
    if (first.day == end.day && window.end <= cell_.today + 1) {
      return (end.year - first.year) * 12 + (static_cast<int>(end.month) - static_cast<int>(first.month));
    }
    return days / days_per_month;
  }

  // Several accounts reach overlapping people: at least the greatest, at most all of them together.
  std::optional<Value> unique_value(size_t index) {
    Value value;
    value.whole = true;
    std::vector<int32_t> accounts;
    for (int32_t account : accounts_) {
      if (counts_account(index, account)) accounts.push_back(account);
    }
    std::optional<double> low, high = 0;
    int64_t rows = 0;
    bool exact = accounts.size() == 1;
    for (int32_t account : accounts) {
      const ReachBounds& bounds = estimate_.reach.at({index, account});
      rows += bounds.windows;
      exact = exact && bounds.exact;
      if (bounds.low) low = std::max(low.value_or(0), static_cast<double>(*bounds.low));
      if (high && bounds.high) {
        *high += static_cast<double>(*bounds.high);
      } else {
        high.reset();
      }
    }
    estimate_.inputs[index].rows = rows;
    unique_rows_ = rows;
    if (exact) {
      value.by_account = {*low};
      estimate_.inputs[index].sum = *low;
      return value;
    }
    value.by_account = {0};
    value.bounded = true;
    value.low = low;
    value.high = high;
    return value;
  }

  void trace(size_t index, double told) {
    InputTrace& seen = estimate_.inputs[index];
    seen.sum = seen.sum.value_or(0) + told;
    ++seen.rows;
  }

  // Each measure's share of the sums, for an input of several.
  void trace_parts() {
    for (size_t i = 0; i < plan_.inputs.size(); ++i) {
      const Input& input = plan_.inputs[i];
      if (!is_unit_input(input)) continue;
      for (size_t part = 0; part < input.parts.size(); ++part) {
        const std::string& measure = input.parts[part];
        if (input.kind == Input::Kind::kind_of_engagement && measure != cell_.kind_of_engagement) continue;
        double sum = 0;
        int64_t rows = 0;
        for (const Unit& unit : units_) {
          int64_t value = value_of(input.columns[part], unit);
          if (value == absent || !counts(i, unit)) continue;
          sum += static_cast<double>(value) / scales_[i];
          ++rows;
        }
        if (rows > 0) estimate_.inputs[i].parts[measure] = {sum, rows};
      }
    }
  }

  // --- Around the number ------------------------------------------------------------------------------------------

  void finish() {
    bool over_posts = false;
    int64_t days = 0;
    estimate_.posts_used.reserve(estimate_.posts_used.size() + units_.size());
    for (const Unit& unit : units_) {
      bool post = unit.table == &frame_.posts;
      over_posts = over_posts || post;
      (post ? estimate_.posts_used : estimate_.days_used).push_back(unit.row);
      if (!post) days += unit.table->days[unit.row];
    }
    // A post may stand above and below the line.
    std::vector<uint32_t>& used = estimate_.posts_used;
    if (!std::is_sorted(used.begin(), used.end())) std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    auto posts = static_cast<int64_t>(used.size());
    estimate_.n = plan_.has_flow     ? posts + days
                  : unique_rows_ > 0 ? unique_rows_
                                     : static_cast<int64_t>(accounts_.size());
    if (stale_) estimate_.notes.insert("stale");
    bool wants_interval = plan_.choice.kpi->interval && (plan_.is_ratio || plan_.posts_only);
    if (wants_interval && estimate_.value && plan_.events) {
      estimate_.interval = interval_of_events(plan_, catalog_, cell_, estimate_);
    } else if (wants_interval && estimate_.value && !estimate_.interval) {
      take_interval(over_posts);
    }
    if (!wants_interval && estimate_.interval && estimate_.interval->method != "bounds") estimate_.interval.reset();
    if (wants_interval && estimate_.value && plan_.has_flow && estimate_.n < few_posts) {
      estimate_.notes.insert("small_sample");
    }
    note_definitions();
    note_zones();
    note_fallen_counters();
    if (cell_.detail == CellScope::Detail::explained) trace_parts();
  }

  // The mean of something as skewed as an audience is drawn again; for every other number the delta method holds as
  // well at a fraction of the work (docs/intervals.md has both, measured).
  void take_interval(bool over_posts) {
    bool explained = cell_.detail == CellScope::Detail::explained;
    bool skewed = plan_.root.op == Node::Op::mean && plan_.choice.kpi->unit != catalog::Unit::ratio;
    // Drawn again is the last division or the mean: where more is done with it, that is not the number. A handful of
    // units has too few different draws to tell anything from.
    bool whole = plan_.root.op == Node::Op::mean || plan_.root.op == Node::Op::divide;
    bool drawable = whole && parts_.size() >= few_posts && parts_.size() <= most_drawn;
    Sign sign = may_be_negative(plan_, plan_.root) ? Sign::any : Sign::positive;
    std::optional<Interval> drawn;
    if (drawable && sign == Sign::positive && (skewed || explained)) {
      drawn = bootstrap_ratio(parts_, seed(), over_posts ? "bootstrap_posts" : "bootstrap_days");
    }
    std::optional<Interval> delta;
    if (!skewed || explained || !drawn) {
      delta = delta_interval(*estimate_.value, moves_, over_posts ? "delta_posts" : "delta_days", sign);
    }
    bool shows_drawn = skewed && drawn;
    estimate_.interval = shows_drawn ? drawn : delta;
    const std::optional<Interval>& other = shows_drawn ? delta : drawn;
    if (explained && other && estimate_.interval) estimate_.beside.push_back(*other);
  }

  // From what is asked, so that the same question is drawn alike.
  uint64_t seed() const {
    std::string text =
        fmt::format("{}:{} {} {} {}", plan_.choice.kpi->key, plan_.choice.variant->key, format_day(cell_.window.first),
                    format_day(cell_.window.end), cell_.kind_of_engagement);
    for (int32_t account : accounts_) text += " " + frame_.accounts[static_cast<size_t>(account)].name();
    return seed_of(text);
  }

  // A total over networks that count differently.
  void note_definitions() {
    std::set<std::string> networks;
    for (int32_t account : accounts_) networks.insert(frame_.accounts[static_cast<size_t>(account)].network);
    if (networks.size() < 2) return;
    std::map<std::string, std::set<std::string>> told;  // network → parts it tells of
    bool counts_views_alike = true;
    for (const auto& [account, measure] : parts_told()) {
      bool replaced = frame_.replaced.contains({account, measure});
      told[frame_.accounts[static_cast<size_t>(account)].network].insert(replaced ? measure + " (replaced)" : measure);
      // Each network has its own threshold for a view and its own list of engagements.
      if (measure == "video_views" || measure == "network_engagements") counts_views_alike = false;
    }
    bool differ =
        std::any_of(told.begin(), told.end(), [&](const auto& t) { return t.second != told.begin()->second; });
    if (differ || !counts_views_alike) estimate_.notes.insert("mixed_definitions");
  }

  // Likes taken back, or a count the network corrected: what happened in between is below zero, and stays so.
  void note_fallen_counters() {
    for (const Unit& unit : units_) {
      if (unit.table != &frame_.days) continue;
      for (const InputColumns& columns : columns_) {
        for (Column column : columns.days) {
          int64_t value = (*column)[unit.row];
          if (value == absent || value >= 0) continue;
          estimate_.notes.insert("negative_flow");
          return;
        }
      }
    }
  }

  // Which accounts' units tell of which measures that the formula adds up.
  std::set<std::pair<int32_t, std::string>> parts_told() const {
    std::set<std::pair<int32_t, std::string>> told;
    for (size_t i = 0; i < plan_.inputs.size(); ++i) {
      const Input& input = plan_.inputs[i];
      for (size_t part = 0; part < input.parts.size(); ++part) {
        Column of_posts = column_of(frame_.posts, input.columns[part]);
        Column of_days = column_of(frame_.days, input.columns[part]);
        std::vector<bool> known(accounts_.size());
        size_t unknown = of_posts == nullptr && of_days == nullptr ? 0 : accounts_.size();
        for (const Unit& unit : units_) {
          if (unknown == 0) break;
          auto account = static_cast<size_t>(unit.account);
          if (known[account]) continue;
          Column column = unit.table == &frame_.posts ? of_posts : of_days;
          if (column == nullptr || (*column)[unit.row] == absent || !counts(i, unit)) continue;
          known[account] = true;
          --unknown;
          told.emplace(accounts_[account], input.parts[part]);
        }
      }
    }
    return told;
  }

  // A day here is not the same hours as a day there. For a stock, which is read at one moment, that is no matter.
  void note_zones() {
    bool by_day = plan_.has_flow || unique_rows_ > 0;
    if (!by_day) return;
    // An account's files may come in several zones; accounts disagree when no zone is common to all of them.
    std::optional<std::set<std::string>> common;
    for (int32_t account : accounts_) {
      if ((*cell_.basis)[static_cast<size_t>(account)] != AccountBasis::occurred) continue;
      const std::set<std::string>& known = frame_.accounts[static_cast<size_t>(account)].series_zones;
      if (known.empty()) continue;
      if (!common) {
        common = known;
      } else {
        std::erase_if(*common, [&](const std::string& zone) { return !known.contains(zone); });
      }
    }
    if (common && common->empty()) estimate_.notes.insert("mixed_zones");
  }

  // Nothing told at all, or told of other things but not of this.
  std::string reason_for_nothing() const {
    int covered = 0;
    for (int32_t account : cell_.accounts) {
      covered += covered_days(frame_.accounts[static_cast<size_t>(account)].covered, cell_.window);
    }
    if (covered == 0 && candidates_.empty()) return "no_data";
    if (!candidates_.empty()) return "not_reported";
    for (const Input& input : plan_.inputs) {
      bool told = input.parts.empty();
      for (const std::string& measure : input.parts) told = told || told_anywhere(measure);
      if (!told) return "not_reported";
    }
    return "no_data";
  }

  bool told_anywhere(const std::string& measure) const {
    for (int32_t account : cell_.accounts) {
      if (frame_.stocks.contains({account, measure}) || frame_.uniques.contains({account, measure})) return true;
    }
    for (const Units* table : {&frame_.posts, &frame_.days}) {
      auto column = table->values.find(measure);
      if (column == table->values.end()) continue;
      for (size_t row = 0; row < table->size(); ++row) {
        if (column->second[row] != absent &&
            std::find(cell_.accounts.begin(), cell_.accounts.end(), table->account[row]) != cell_.accounts.end()) {
          return true;
        }
      }
    }
    return false;
  }

  const Plan& plan_;
  const Frame& frame_;
  const catalog::Catalog& catalog_;
  const CellScope& cell_;
  Estimate estimate_;
  std::vector<double> scales_;
  std::vector<InputColumns> columns_;
  std::vector<Missing> missing_;
  std::vector<Domain> domains_;  // by input; empty where no input has a filter
  std::vector<Unit> candidates_;
  std::vector<Unit> units_;
  std::vector<int32_t> accounts_;
  std::vector<double> moves_;
  std::vector<RatioPart> parts_;  // of the last division, or of a mean
  double share_whole_ = 0;
  int64_t unique_rows_ = 0;
  bool stale_ = false;
};

}  // namespace

Estimate evaluate(const Plan& plan, const Frame& frame, const catalog::Catalog& catalog, const CellScope& cell) {
  if (plan.events && !plan.observations) return estimate_events(plan, catalog, cell);
  return Evaluation(plan, frame, catalog, cell).run();
}

}  // namespace sociometer::metrics
