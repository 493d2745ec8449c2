// Explanations: the same Asking as the answer, one cell of it, with everything that made the number.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "metrics/asking.h"
#include "metrics/sql.h"

namespace sociometer::metrics {
namespace {

constexpr size_t posts_named = 5'000;  // more than this many ids in one statement are taken by their days instead

Result<std::pair<const Group*, size_t>> find_cell(Asking& asking, const std::map<std::string, std::string>& members) {
  const std::vector<std::string>& by = asking.question().by;
  for (const auto& [dimension, member] : members) {
    if (std::find(by.begin(), by.end(), dimension) == by.end()) {
      return invalid(fmt::format("the cell names {}, which the question is not grouped by", dimension), "cell");
    }
  }
  std::vector<std::string> seen;
  for (const Group& group : asking.groups()) {
    for (size_t window = 0; window < asking.windows().size(); ++window) {
      std::vector<std::string> own = asking.members_of(group, asking.windows()[window]);
      bool same = true;
      for (size_t i = 0; i < by.size() && same; ++i) {
        auto wanted = members.find(by[i]);
        same = wanted == members.end() || wanted->second == own[i];
      }
      if (same) return std::pair<const Group*, size_t>{&group, window};
    }
  }
  std::string words;
  for (const auto& [dimension, member] : members)
    words += fmt::format("{}{}={}", words.empty() ? "" : ", ", dimension, member);
  return not_found(fmt::format("the answer has no row with {}", words.empty() ? "these selectors" : words), "cell");
}

std::string role_of(const Node& node, size_t input, const std::string& role) {
  if (node.op == Node::Op::input) return node.input == input ? role : "";
  for (size_t i = 0; i < node.parts.size(); ++i) {
    std::string inner = role;
    if (node.op == Node::Op::divide) inner = i == 0 ? "numerator" : "denominator";
    std::string found = role_of(node.parts[i], input, inner);
    if (!found.empty()) return found;
  }
  return "";
}

// What each way to an interval says, of {n} posts, trials, values or texts.
constexpr std::pair<std::string_view, std::string_view> words_of_methods[] = {
    {"wilson", "95 % interval by Wilson's score: the shares that {n} trials would not have surprised."},
    {"poisson",
     "95 % interval of a count that comes as it likes (Poisson; where several are of one visitor, wider by that); what "
     "it is divided by is taken as told."},
    {"order_statistics", "95 % interval of a median: the values whose ranks enclose it, over {n} of them."},
    {"t", "95 % interval of a mean by Student's t: where the mean of {n} others of the same kind would be expected."},
    {"kaplan_meier",
     "95 % interval of a time that some have not reached yet (Kaplan and Meier): all times by which the share that has "
     "ended does not contradict these {n}."},
    {"adjusted_wald",
     "95 % interval of those for less those against: how much the score of {n} others would differ, with three more "
     "added so that a few that agree are not certainty."},
    {"rogan_gladen",
     "95 % interval with both doubts: which {n} texts were seen, and how few the classifier's errors were judged on."},
    {"overdispersed_poisson",
     "95 % interval of a count against the usual: counts come as they like (Poisson), wider by how much more than that "
     "the weeks differ from each other."},
};

std::string interval_words(const Estimate& estimate, const Plan& plan) {
  if (!estimate.interval) return "";
  const std::string& method = estimate.interval->method;
  if (method == "bounds" && plan.events) {
    return fmt::format(
        "So many are not over yet that the time lies beyond all that was seen: at least the longest of these {}.",
        estimate.n);
  }
  if (method == "bounds") {
    return "Nobody knows how many of one day's people came back the next, so this is bounds, not an estimate: at least "
           "the "
           "largest window that lies inside the period, at most any window or set of windows that covers it.";
  }
  for (const auto& [known, words] : words_of_methods) {
    if (method == known) return fmt::format(fmt::runtime(words), fmt::arg("n", estimate.n));
  }
  if (method.starts_with("bootstrap")) {
    return fmt::format(
        "95 % interval by the bootstrap: how much the number moved when {} {} were drawn from these again and again, "
        "each draw measured in its own standard errors.",
        estimate.n, method == "bootstrap_days" ? "days" : "posts");
  }
  return fmt::format(
      "95 % interval by the delta method: how much the number would move if the {} {} were others of the same kind.",
      estimate.n, method.substr(method.find('_') + 1));
}

constexpr size_t left_out_examples = 5;

class Explainer {
 public:
  Explainer(const catalog::Catalog& catalog, facts::Store& store, const Scope& scope, Asking& asking)
      : catalog_(catalog), store_(store), scope_(scope), asking_(asking) {}

  Result<Explanation> run(const Group& group, size_t window, int64_t limit, int64_t offset) {
    const Plan& plan = asking_.plans()[0];
    group_ = &group;
    Estimate estimate = asking_.estimate(0, group, window, CellScope::Detail::explained);
    out_.question = asking_.question();
    out_.zone = scope_.zone.name();
    out_.cell = asking_.cell(0, group, window);
    out_.window = asking_.windows()[window].days;
    out_.kpi = plan.choice;
    out_.interval_words = interval_words(estimate, plan);
    out_.beside = estimate.beside;
    for (const auto& [reason, counted] : estimate.left_out) {
      out_.left_out.push_back({reason, counted.first, counted.second});
    }
    explain_left_out_posts();
    explain_inputs(plan, estimate);
    if (plan.observations) out_.sql = asking_.frame().sql;
    out_.sql.insert(out_.sql.end(), asking_.events().sql().begin(), asking_.events().sql().end());
    sql_ = {&duckdb_dialect(), scope_.workspace, asking_.question().as_of, {}};
    for (int32_t account : group.accounts) {
      const AccountInfo& info = asking_.frame().accounts[static_cast<size_t>(account)];
      sql_.accounts.emplace_back(info.network, info.handle);
    }
    if (plan.observations && !sql_.accounts.empty()) selections_ = select_rows(plan, group, estimate);
    TRY_DONE(read_sources());
    TRY_DONE(explain_better_sources());
    TRY_DONE(read_rows(limit, offset));
    if (out_.cell.reason != "not_applicable") TRY_DONE(read_event_rows(limit, offset));
    int64_t end = offset + static_cast<int64_t>(out_.rows.size());
    if (end < out_.total_rows && !out_.rows.empty()) out_.next = end;
    return std::move(out_);
  }

 private:
  void explain_inputs(const Plan& plan, const Estimate& estimate) {
    for (size_t i = 0; i < plan.inputs.size(); ++i) {
      const Input& input = plan.inputs[i];
      const InputTrace& seen = estimate.inputs.empty() ? InputTrace{} : estimate.inputs[i];
      Explanation::Input& shown = out_.inputs.emplace_back();
      shown.name = input.name.empty() ? "posts" : input.name;
      shown.role = role_of(plan.root, i, "term");
      shown.sum = seen.sum;
      shown.rows = seen.rows;
      for (const auto& [measure, part] : seen.parts) shown.parts.push_back({measure, part.first, part.second});
      if (input.kind == Input::Kind::unique) explain_bounds(estimate, i);
    }
    explain_product(plan, estimate);
  }

  // Where a product stands below the line, each account's own product is added: the sums shown do not multiply to it.
  void explain_product(const Plan& plan, const Estimate& estimate) {
    bool product = plan.root.op == Node::Op::divide && plan.root.parts[1].op == Node::Op::multiply;
    if (!product || !estimate.denominator) return;
    std::vector<std::string> factors;
    for (const Node& part : plan.root.parts[1].parts) {
      if (part.op == Node::Op::input) factors.push_back(plan.inputs[part.input].name);
    }
    out_.inputs.push_back({fmt::format("{}, account by account, added", join(factors, " × ")),
                           "denominator",
                           *estimate.denominator,
                           estimate.n,
                           {},
                           {}});
  }

  // Which windows bounded the reach of each account.
  void explain_bounds(const Estimate& estimate, size_t input) {
    for (const auto& [key, bounds] : estimate.reach) {
      if (key.first != input) continue;
      const int32_t account = key.second;
      std::string name = asking_.frame().accounts[static_cast<size_t>(account)].name();
      auto window_name = [](const UniqueWindow& window) {
        std::string days = format_day(window.days.first);
        if (window.days.days() > 1) days += " to " + format_day(window.days.end - 1);
        return fmt::format("{} ({})", days, window.kind);
      };
      if (bounds.low) {
        std::string label = bounds.from_below ? ", " + window_name(*bounds.from_below) : "";
        out_.inputs.push_back({fmt::format("reach of {}, at least{}", name, label),
                               "lower_bound",
                               static_cast<double>(*bounds.low),
                               1,
                               {},
                               {}});
      }
      if (bounds.high) {
        std::string label = bounds.from_above ? window_name(*bounds.from_above)
                                              : fmt::format("{} windows that cover the period", bounds.summed.size());
        out_.inputs.push_back({fmt::format("reach of {}, at most, {}", name, label),
                               "upper_bound",
                               static_cast<double>(*bounds.high),
                               bounds.from_above ? 1 : static_cast<int64_t>(bounds.summed.size()),
                               {},
                               {}});
      }
    }
  }

  std::set<std::string> with_replacements(std::set<std::string> measures) const {
    std::set<std::string> all = measures;
    for (const catalog::Network& network : catalog_.networks()) {
      for (const catalog::Replacement& replacement : network.replacements) {
        if (measures.contains(replacement.measure)) all.insert(replacement.by);
      }
    }
    return all;
  }

  // What was read for the cell: posts by their ids, series by their days, stocks around the window's end.
  std::vector<RowSelection> select_rows(const Plan& plan, const Group& group, const Estimate& estimate) const {
    std::vector<RowSelection> selections;
    for (size_t i = 0; i < plan.inputs.size(); ++i) {
      const Input& input = plan.inputs[i];
      if (input.event != nullptr) continue;
      for (size_t part = 0; part < input.parts.size(); ++part) {
        auto known = plan.parts.find(input.columns[part]);
        ColumnPart of = known == plan.parts.end() ? ColumnPart{} : known->second;
        if (of.promotions.empty()) of.promotions = asking_.wants().promotions;
        if (of.dimension.empty()) of.dimension = asking_.wants().breakdown;
        for (RowSelection& one : rows_of(input, input.parts[part], of, group, estimate)) {
          add_selection(selections, std::move(one));
        }
      }
    }
    return selections;
  }

  // Selections that differ in their measures alone are read as one.
  static void add_selection(std::vector<RowSelection>& selections, RowSelection one) {
    for (RowSelection& other : selections) {
      bool same = other.subject == one.subject && other.window_kinds == one.window_kinds && other.days == one.days &&
                  other.promotions == one.promotions && other.breakdown == one.breakdown &&
                  other.members == one.members;
      if (!same) continue;
      other.measures.merge(one.measures);
      return;
    }
    selections.push_back(std::move(one));
  }

  std::vector<RowSelection> rows_of(const Input& input, const std::string& measure, const ColumnPart& part,
                                    const Group& group, const Estimate& estimate) const {
    if (input.kind == Input::Kind::unique && estimate.posts_used.empty()) {
      return {{{measure}, "account", {}, out_.window, {}, {}, part.dimension, part.members}};
    }
    bool flow = input.kind == Input::Kind::flow || input.kind == Input::Kind::kind_of_engagement;
    if (!flow) {
      if (group.accounts.empty() || input.kind == Input::Kind::unique) return {};
      // The value at the end may be carried from the week before, the one at the start lies just before it.
      DayRange around{out_.window.first - 8, out_.window.end};
      return {{{measure}, "account", {"instant", "day"}, around, {}, {}, part.dimension, part.members}};
    }
    std::vector<RowSelection> selections;
    std::set<std::string> flows = with_replacements({measure});
    const Units& posts = asking_.frame().posts;
    if (!estimate.posts_used.empty()) {
      RowSelection selection{flows, "post", {"lifetime"}, {}, {}, part.promotions, part.dimension, part.members};
      std::set<std::string> ids;
      for (uint32_t row : estimate.posts_used) {
        if (!posts.id.empty()) ids.insert(posts.id[row]);
      }
      if (ids.size() <= posts_named) {
        selection.posts.assign(ids.begin(), ids.end());
      } else {
        selection.days = out_.window;
      }
      selections.push_back(std::move(selection));
    }
    if (!estimate.days_used.empty()) {
      selections.push_back({flows, "account", {}, out_.window, {}, part.promotions, part.dimension, part.members});
    }
    return selections;
  }

  Result<Done> read_sources() {
    for (const RowSelection& selection : selections_) {
      std::string sql = sql_sources(sql_, selection);
      TRY_DONE(store_.select(sql, [&](const facts::Chunk& chunk) {
        for (size_t row = 0; row < chunk.rows(); ++row) {
          std::string measure(chunk.text(0, row));
          add_source(measure, {std::string(chunk.text(1, row)), std::string(chunk.text(2, row)),
                               std::string(chunk.text(3, row)), chunk.integer(4, row)});
        }
        return true;
      }));
      out_.sql.push_back(std::move(sql));
    }
    return Done{};
  }

  void add_source(const std::string& measure, Explanation::Source source) {
    const Plan& plan = asking_.plans()[0];
    for (size_t i = 0; i < plan.inputs.size(); ++i) {
      const std::vector<std::string>& parts = plan.inputs[i].parts;
      std::set<std::string> measures = with_replacements({parts.begin(), parts.end()});
      if (!measures.contains(measure)) continue;
      for (Explanation::Input& input : out_.inputs) {
        if (input.name != plan.inputs[i].name) continue;
        auto known = std::find_if(input.sources.begin(), input.sources.end(),
                                  [&](const Explanation::Source& s) { return s.batch == source.batch; });
        if (known == input.sources.end()) {
          input.sources.push_back(source);
        } else {
          known->rows += source.rows;
        }
        break;
      }
    }
  }

  // Rows of the cell that a better source tells as well.
  Result<Done> explain_better_sources() {
    Explanation::LeftOut left{"a better source tells the same", 0, {}};
    for (const RowSelection& selection : selections_) {
      TRY_DONE(store_.select(sql_not_believed(sql_, selection), [&](const facts::Chunk& chunk) {
        for (size_t row = 0; row < chunk.rows(); ++row) {
          left.count += chunk.integer(1, row);
          const std::string source(chunk.text(0, row));
          bool named = std::find(left.examples.begin(), left.examples.end(), source) != left.examples.end();
          if (!named && left.examples.size() < left_out_examples) left.examples.push_back(source);
        }
        return true;
      }));
    }
    if (left.count > 0) out_.left_out.push_back(std::move(left));
    return Done{};
  }

  // The page may begin in one selection and end in the next.
  Result<Done> read_rows(int64_t limit, int64_t offset) {
    int64_t before = 0;
    for (const RowSelection& selection : selections_) {
      int64_t count = 0;
      TRY_DONE(store_.select(sql_row_count(sql_, selection), [&](const facts::Chunk& chunk) {
        count = chunk.rows() > 0 ? chunk.integer(0, 0) : 0;
        return true;
      }));
      int64_t wanted = limit - static_cast<int64_t>(out_.rows.size());
      int64_t from = std::max<int64_t>(0, offset - before);
      if (wanted > 0 && from < count) {
        std::string sql = sql_rows(sql_, selection, wanted, from);
        TRY_DONE(store_.select(sql, [&](const facts::Chunk& chunk) {
          for (size_t row = 0; row < chunk.rows(); ++row) add_row(chunk, row);
          return true;
        }));
        out_.sql.push_back(std::move(sql));
      }
      before += count;
    }
    out_.total_rows = before;
    return Done{};
  }

  // Posts of the cell's period that the question leaves out, with its reason.
  void explain_left_out_posts() {
    Explanation::LeftOut left{"left out: " + asking_.question().because, 0, {}};
    for (const auto& [post, day] : asking_.frame().left_out) {
      if (!out_.window.contains(day)) continue;
      ++left.count;
      const AccountInfo& account = asking_.frame().accounts[static_cast<size_t>(post.first)];
      if (left.examples.size() < left_out_examples) left.examples.push_back(account.name() + "/" + post.second);
    }
    if (left.count > 0) out_.left_out.push_back(std::move(left));
  }

  // Then the rows of events, input by input; where several formulas have one measure, once.
  Result<Done> read_event_rows(int64_t limit, int64_t offset) {
    const Plan& plan = asking_.plans()[0];
    std::set<size_t> seen;
    for (size_t i = 0; i < plan.inputs.size(); ++i) {
      const Input& input = plan.inputs[i];
      if (input.event == nullptr || !seen.insert(input.slot).second) continue;
      int64_t wanted = limit - static_cast<int64_t>(out_.rows.size());
      int64_t from = std::max<int64_t>(0, offset - out_.total_rows);
      TRY(EventRowPage page, event_row_page(store_, duckdb_dialect(), scope_, asking_.event_wants(), input.slot,
                                            group_->members, out_.window, wanted, from));
      for (const EventRow& row : page.rows) add_event_row(input, row);
      for (const EventSource& source : page.sources) {
        out_.inputs[i].sources.push_back({source.batch, source.source, source.path, source.rows});
      }
      out_.sql.insert(out_.sql.end(), page.sql.begin(), page.sql.end());
      out_.total_rows += page.total;
    }
    return Done{};
  }

  void add_event_row(const Input& input, const EventRow& row) {
    const catalog::Measure* measure = catalog_.measure(input.event->key);
    double scale = measure == nullptr ? 1 : static_cast<double>(catalog::base_scale(measure->unit));
    Explanation::Row& shown = out_.rows.emplace_back();
    shown.network = row.network;
    shown.account = row.account;
    shown.subject = facts::name(input.event->relation->table);
    shown.post_id = row.post;
    shown.measure = input.event->key;
    shown.promotion = "all";
    shown.window = "instant";
    shown.start = scope_.zone.day_of(row.at);
    shown.end = shown.start + 1;
    shown.value = static_cast<double>(row.value) / scale;
    shown.observed_at = row.at;
    shown.entity = row.entity;
    shown.censored = row.censored;
    shown.source = row.source;
    shown.batch = row.batch;
  }

  void add_row(const facts::Chunk& chunk, size_t row) {
    Explanation::Row& shown = out_.rows.emplace_back();
    std::string* texts[] = {&shown.network,   &shown.account,   &shown.subject, &shown.post_id, &shown.measure,
                            &shown.promotion, &shown.dimension, &shown.member,  &shown.window};
    for (size_t i = 0; i < std::size(texts); ++i) *texts[i] = chunk.text(i, row);
    shown.start = {static_cast<int32_t>(chunk.integer(9, row))};
    shown.end = {static_cast<int32_t>(chunk.integer(10, row))};
    const catalog::Measure* measure = catalog_.measure(shown.measure);
    double scale = measure == nullptr ? 1 : static_cast<double>(catalog::base_scale(measure->unit));
    shown.value = static_cast<double>(chunk.integer(11, row)) / scale;
    shown.observed_at = {chunk.integer(12, row)};
    shown.source = chunk.text(13, row);
    shown.batch = chunk.text(14, row);
  }

  const catalog::Catalog& catalog_;
  facts::Store& store_;
  const Scope& scope_;
  Asking& asking_;
  const Group* group_ = nullptr;
  Explanation out_;
  SqlScope sql_;
  std::vector<RowSelection> selections_;
};

}  // namespace

Result<Explanation> Engine::explain(const Scope& scope, const Question& question,
                                    const std::map<std::string, std::string>& members, int64_t limit,
                                    int64_t offset) const {
  if (question.kpis.size() != 1) return invalid("an explanation is of one KPI", "kpis");
  if (limit < 1 || limit > 1000 || offset < 0) return invalid("limit lies between 1 and 1000", "limit");
  Asking::Extras extras;
  extras.ids = true;
  TRY(auto catalog, catalog_for(scope, question));
  TRY(auto asking, Asking::prepare(*catalog, store_, duckdb_dialect(), scope, question, extras));
  TRY(auto found, find_cell(*asking, members));
  TRY(Explanation explanation,
      Explainer(*catalog, store_, scope, *asking).run(*found.first, found.second, limit, offset));
  explanation.catalog = std::move(catalog);
  return explanation;
}

}  // namespace sociometer::metrics
