// The same number beside others: accounts, published norms, a workspace's own sets.
#include "surfaces/benchmark.h"

#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/answer_text.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/cli/table.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

constexpr const char* ask_for_one = "benchmark wants a KPI, as in sociometer benchmark engagement_rate --last 90d";

struct BenchmarkWords {
  Selectors selectors;
  std::string verb, kpi, file, key;
  std::vector<std::string> cohort;
};

class BenchmarkText {
 public:
  BenchmarkText(const Benchmark& benchmark, const Look& look) : benchmark_(benchmark), look_(look) {}

  std::string text() const {
    std::string text = accounts();
    for (const BesideNetwork& network : benchmark_.networks) text += notes(network);
    text += cohorts();
    text += norms();
    return text.empty() ? "nothing is known of it; `sociometer accounts` lists the accounts known\n" : text;
  }

 private:
  std::string number(double value) const {
    return value_text(value, benchmark_.choice.variant->unit, benchmark_.currency);
  }

  static std::string optional_number(const std::optional<double>& value, catalog::Unit unit) {
    return value ? value_text(*value, unit, "") : "";
  }

  static std::string reason(const std::string& reason) {
    if (reason == "small_cohort") return "too few others";
    if (reason == "bounded") return "only bounds";
    return reason_words(reason);
  }

  static std::string rank(const insights::Rank& rank) {
    if (rank.position == 0) return "";
    std::string text = fmt::format("{} of {}", rank.position, rank.of);
    if (rank.best != rank.worst) text += fmt::format(" ({} – {})", rank.best, rank.worst);
    return text;
  }

  static std::string percentile(const BesideAccount& one) {
    if (one.rank.percentile) return fmt::format("p{:.0f}", *one.rank.percentile);
    return one.cell.value || one.rank.reason == "bounded" ? "– " + reason(one.rank.reason) : "–";
  }

  std::string accounts() const {
    Table table;
    for (const char* title : {"network", "account", "whose"}) table.column(title);
    const catalog::KpiChoice& choice = benchmark_.choice;
    table.column(choice.variant->key.empty() ? choice.kpi->key : choice.kpi->key + ":" + choice.variant->key,
                 Table::Align::right);
    for (const char* title : {"interval", "n", "rank", "percentile", "engagement share", "posts", "followers"}) {
      table.column(title, Table::Align::right);
    }
    table.column("notes", Table::Align::left, Table::Fit::flexible);
    for (const BesideNetwork& network : benchmark_.networks) {
      for (const BesideAccount& one : network.accounts) {
        table.row({network.network, one.account.empty() ? "all" : one.account, one.ownership,
                   cell_text(one.cell, choice.variant->unit, benchmark_.currency),
                   interval_text(one.cell, choice.variant->unit, benchmark_.currency), grouped(one.cell.n),
                   one.mine ? rank(one.rank) : "", one.mine ? percentile(one) : "",
                   optional_number(one.engagement_share, catalog::Unit::ratio),
                   optional_number(one.posting_frequency, catalog::Unit::per_day),
                   one.follower_growth ? fmt::format("{:+.2f} %", *one.follower_growth * 100) : "",
                   notes_text(one.cell.notes)});
      }
    }
    return table.empty() ? "" : table.text(look_);
  }

  static std::string notes(const BesideNetwork& network) {
    static const std::map<std::string, std::string> words{
        {"published_posts", "some are known by their posts alone: all are counted by the posts published in the time"},
        {"mixed_definitions", "the KPI meant different things for them; ranks are not to be relied on"},
        {"engagements_unknown", "shares of engagement are of those that told; some did not"}};
    std::string text;
    for (const std::string& note : network.notes) {
      const auto known = words.find(note);
      text += fmt::format("{}: {}\n", network.network, known == words.end() ? note_words(note) : known->second);
    }
    return text;
  }

  std::string cohort_words() const {
    std::vector<std::string> parts;
    for (const auto& [dimension, members] : benchmark_.cohort) parts.push_back(dimension + "=" + join(members, ","));
    return join(parts, " ");
  }

  std::string cohorts() const {
    std::string text;
    for (const BesideNetwork& network : benchmark_.networks) {
      const bool any_mine = !network.accounts.empty() && network.accounts.front().mine;
      if (!any_mine) continue;
      text += fmt::format("cohort {} on {}: ", cohort_words(), network.network);
      if (!network.reason.empty()) {
        text += fmt::format("{} account{} with a value; percentiles are given from 5 on\n", network.cohort_n,
                            network.cohort_n == 1 ? "" : "s");
        continue;
      }
      text += percentiles(network.percentiles);
      if (network.median) {
        text += fmt::format("; median {} – {} (95 %)", number(*network.median->low), number(*network.median->high));
      }
      text += fmt::format("; n {}\n", network.cohort_n);
    }
    return text;
  }

  std::string percentiles(const std::map<int, double>& known) const {
    std::vector<std::string> parts;
    for (const auto& [mark, value] : known) parts.push_back(fmt::format("p{} {}", mark, number(value)));
    return join(parts, ", ");
  }

  std::string norms() const {
    std::string text;
    for (const BesideSet& set : benchmark_.sets) {
      const catalog::NormSet& of = set.norms.set;
      const std::string count = of.n == 0 ? "a rule of thumb" : fmt::format("{} {}", grouped(of.n), of.of);
      text += fmt::format("\n{} ({}), {}\n  {}; {}\n", of.name, of.year, of.source, of.cohort, count);
      for (const BesideNorm& norm : set.values) text += norm_text(norm);
    }
    return text;
  }

  std::string norm_text(const BesideNorm& norm) const {
    std::vector<std::string> parts;
    if (!norm.value.percentiles.empty()) parts.push_back(percentiles(norm.value.percentiles));
    if (norm.value.typical) parts.push_back("typical " + number(*norm.value.typical));
    for (const auto& [level, from] : norm.value.levels) {
      const bool down = benchmark_.choice.kpi->good == catalog::Good::down;
      parts.push_back(fmt::format("{} {} {}", words(level), down ? "up to" : "from", number(from)));
    }
    std::string text =
        fmt::format("  {}{}{}\n", norm.value.network, norm.value.network.empty() ? "" : ": ", join(parts, ", "));
    if (!norm.value.words.empty()) text += fmt::format("  {}\n", norm.value.words);
    if (!norm.why_not.empty()) return text + fmt::format("  not compared: {}\n", norm.why_not);
    for (const BesideNorm::Mine& mine : norm.mine) text += mine_text(norm, mine);
    return text;
  }

  std::string mine_text(const BesideNorm& norm, const BesideNorm::Mine& mine) const {
    std::vector<std::string> parts{number(mine.number)};
    if (!mine.reason.empty()) parts.push_back("no percentile: " + reason(mine.reason));
    if (const std::string place = insights::words_of(mine.place); !place.empty()) parts.push_back(place);
    if (!mine.level.empty()) parts.push_back(words(mine.level));
    if (mine.level.empty() && !norm.value.levels.empty()) {
      parts.push_back("short of " + words(norm.value.levels.front().first));
    }
    return fmt::format("  {}{}: {}\n", mine.network, mine.account.empty() ? "" : "/" + mine.account, join(parts, ", "));
  }

  static std::string words(std::string key) {
    std::replace(key.begin(), key.end(), '_', ' ');
    return key;
  }

  const Benchmark& benchmark_;
  const Look& look_;
};

Result<Exit> compare(Call& call, const BenchmarkWords& words) {
  if (words.kpi.empty()) return invalid(ask_for_one, "kpi");
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  Selectors selectors = words.selectors;
  selectors.kpis = {words.kpi};
  BenchmarkQuestion asked;
  TRY(asked.question, question_of(selectors, scope));
  for (const std::string& text : words.cohort) {
    TRY(auto parsed, parse_filter(text, "--cohort"));
    std::vector<std::string>& members = asked.cohort[parsed.first];
    members.insert(members.end(), parsed.second.begin(), parsed.second.end());
  }
  TRY(const Benchmark found, benchmark_of(call.house, scope, asked));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"benchmark", benchmark_json(found)}});
  } else {
    call.print(BenchmarkText(found, call.terminal.look()).text());
  }
  return Exit::done;
}

std::string sets_text(const std::vector<KnownNorms>& all, const Look& look) {
  Table table;
  for (const char* title : {"set", "whose", "year"}) table.column(title);
  table.column("n", Table::Align::right);
  table.column("KPIs");
  table.column("source", Table::Align::left, Table::Fit::flexible);
  for (const KnownNorms& one : all) {
    std::vector<std::string> kpis;
    for (const catalog::NormValue& value : one.set.values) {
      const std::string kpi = value.variant.empty() ? value.kpi : value.kpi + ":" + value.variant;
      if (std::find(kpis.begin(), kpis.end(), kpi) == kpis.end()) kpis.push_back(kpi);
    }
    table.row({one.set.key, one.published ? "published" : "own", std::to_string(one.set.year),
               one.set.n == 0 ? "" : grouped(one.set.n), join(kpis, ", "), one.set.source});
  }
  return table.text(look);
}

Result<Exit> list_norms(Call& call) {
  TRY(const control::Workspace workspace, call.house.control->workspace(call.globals.workspace));
  TRY(const std::vector<KnownNorms> all, norms_of(call.house, workspace.key, {}));
  if (call.globals.output == Output::json) {
    JsonArray sets;
    for (const KnownNorms& one : all) sets.push_back(norms_json(one));
    call.print_json(JsonObject{{"sets", std::move(sets)}});
  } else {
    call.print(sets_text(all, call.terminal.look()));
  }
  return Exit::done;
}

Result<Exit> add_norms_words(Call& call, const BenchmarkWords& words) {
  TRY(const control::Workspace workspace, call.house.control->workspace(call.globals.workspace));
  TRY(const std::string yaml, text_at(call, words.file));
  TRY(const std::vector<KnownNorms> added, add_norms(call.house, workspace.key, words.file, yaml, call.clock->now()));
  JsonArray sets;
  for (const KnownNorms& one : added) {
    TRY_DONE(record(call, workspace.key, "benchmark.add", one.set.key));
    sets.push_back(norms_json(one));
    if (call.globals.output == Output::people) {
      call.print(fmt::format("{} is there: {} value{}\n", one.set.key, one.set.values.size(),
                             one.set.values.size() == 1 ? "" : "s"));
    }
  }
  if (call.globals.output == Output::json) call.print_json(JsonObject{{"sets", std::move(sets)}});
  return Exit::done;
}

Result<Exit> remove_norms_words(Call& call, const BenchmarkWords& words) {
  TRY_DONE(remove_norms(call.house, call.globals.workspace, words.key, call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "benchmark.remove", words.key));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"set", words.key}, {"done", "removed"}});
  } else {
    call.print(fmt::format("{} is taken back\n", words.key));
  }
  return Exit::done;
}

Result<Exit> run_benchmark(Call& call, const BenchmarkWords& words) {
  if (words.verb == "add") return add_norms_words(call, words);
  if (words.verb == "sets") return list_norms(call);
  if (words.verb == "remove") return remove_norms_words(call, words);
  return compare(call, words);
}

Run declare_benchmark(Options options) {
  auto words = std::make_shared<BenchmarkWords>();
  options.word("KEY", "a KPI, as key or key:variant", &words->kpi, Presence::optional);
  options.texts("--cohort", "DIM=VALUE", "beside which accounts: network, account or ownership (ownership=competitor)",
                &words->cohort);
  words->selectors.declare_range(options);
  options.text("--basis", "BASIS", "auto, published (posts of the period) or occurred (activity in it)",
               &words->selectors.basis);
  Options add = options.verb("add", "benchmark sets of a file", &words->verb);
  add.word("FILE", "YAML with sets, as docs/benchmarks.md has them; - for standard input", &words->file);
  options.verb("sets", "the sets there are, published and own", &words->verb);
  Options remove = options.verb("remove", "takes an own set back; its history stays", &words->verb);
  remove.word("SET", "its key", &words->key);
  return [words](Call& call) { return run_benchmark(call, *words); };
}

}  // namespace

const Command benchmark_command{"benchmark", "sets a KPI beside competitors, cohorts and published norms",
                                "sociometer benchmark engagement_rate --last 90d --filter network=instagram",
                                Needs::data, declare_benchmark};

}  // namespace sociometer::surfaces
