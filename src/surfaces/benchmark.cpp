#include "surfaces/benchmark.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "surfaces/json_parts.h"
#include "surfaces/scope.h"
#include "surfaces/wrong_words.h"

namespace sociometer::surfaces {
namespace {

using metrics::Answer;
using metrics::Basis;
using metrics::Cell;
using metrics::Question;

// With fewer accounts a percentile would say who they are, and little else.
constexpr int64_t cohort_minimum = 5;
const std::vector<std::string> cohort_dimensions{"network", "account", "ownership"};

bool is_one_of(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::string reading(std::string_view kpi, std::string_view variant) {
  return variant.empty() ? std::string(kpi) : fmt::format("{}:{}", kpi, variant);
}

// --- Asking -------------------------------------------------------------------------------------------------------

class Beside {
 public:
  Beside(const House& house, const metrics::Scope& scope, const BenchmarkQuestion& asked)
      : house_(house), scope_(scope), asked_(asked) {}

  Result<Benchmark> run() {
    TRY_DONE(begin());
    TRY_DONE(ask_accounts());
    TRY_DONE(ask_activity());
    for (BesideNetwork& network : found_.networks) compare(network);
    TRY_DONE(compare_norms());
    return std::move(found_);
  }

 private:
  Result<Done> begin() {
    const Question& question = asked_.question;
    if (question.kpis.size() != 1) return invalid("a benchmark is of one KPI", "kpi");
    if (!question.by.empty())
      return invalid("a benchmark is by network and account; it takes no other dimensions", "by");
    if (question.compare.kind != metrics::Compare::Kind::none || !question.against.empty()) {
      return invalid("a benchmark compares accounts; `sociometer kpi` compares periods", "compare");
    }
    if (question.filter.contains("ownership")) {
      return invalid("a benchmark sets own accounts beside others: say which others as the cohort, ownership=partner",
                     "filter");
    }
    found_.question = question;
    found_.zone = scope_.zone.name();
    found_.currency = scope_.currency;
    TRY(found_.catalog, as_wrong_words(catalog_in(scope_, question)));
    TRY(found_.choice, as_wrong_words(found_.catalog->find_kpi(question.kpis.front())));
    found_.cohort = asked_.cohort;
    if (found_.cohort.empty()) found_.cohort["ownership"] = {"competitor"};
    for (auto& [dimension, members] : found_.cohort) TRY_DONE(check_cohort(dimension, members));
    return Done{};
  }

  Result<Done> check_cohort(const std::string& dimension, std::vector<std::string>& members) const {
    if (!is_one_of(cohort_dimensions, dimension)) {
      return invalid(fmt::format("a cohort is chosen by {}, not by {}", join(cohort_dimensions, ", "), dimension),
                     "cohort");
    }
    for (std::string& member : members) {
      if (dimension == "network") {
        TRY(member, network_key(*found_.catalog, member));
      }
      if (dimension == "ownership" && !control::parse_ownership(member)) {
        return invalid(fmt::format("ownership is own, competitor or partner, not \"{}\"", member), "cohort");
      }
    }
    return Done{};
  }

  // The question about everybody's accounts, each by itself.
  Question of_everyone(std::vector<std::string> kpis, Basis basis) const {
    Question question = asked_.question;
    question.kpis = std::move(kpis);
    question.by = {"network", "account"};
    question.filter.erase("account");
    question.filter["ownership"] = every_ownership;
    question.basis = basis;
    return question;
  }

  static std::set<std::string> bases_of(const Answer& answer) {
    std::set<std::string> bases;
    for (const Cell& cell : answer.rows) {
      if (cell.value && !cell.basis.empty()) bases.insert(cell.basis);
    }
    return bases;
  }

  Result<Done> ask_accounts() {
    const Basis basis = asked_.question.basis;
    TRY(Answer answer, as_wrong_words(house_.engine->ask(scope_, of_everyone(asked_.question.kpis, basis))));
    // Others' activity is known by their posts alone: what is compared counts the same way.
    const bool is_mixed = basis == Basis::automatic && bases_of(answer).size() > 1;
    if (is_mixed) {
      TRY(answer, as_wrong_words(house_.engine->ask(scope_, of_everyone(asked_.question.kpis, Basis::published))));
    }
    found_.zone = answer.zone;
    for (Cell& cell : answer.rows) take(std::move(cell), is_mixed);
    const bool any = std::any_of(found_.networks.begin(), found_.networks.end(), [](const BesideNetwork& network) {
      return std::any_of(network.accounts.begin(), network.accounts.end(),
                         [](const BesideAccount& one) { return one.mine && one.cell.value; });
    });
    if (!any) TRY_DONE(ask_networks());
    return Done{};
  }

  // What is not told by account, as conversations, is set beside norms by network.
  Result<Done> ask_networks() {
    if (asked_.question.filter.contains("account")) return Done{};
    Question question = asked_.question;
    question.by = {"network"};
    TRY(const Answer answer, as_wrong_words(house_.engine->ask(scope_, question)));
    for (const Cell& cell : answer.rows) {
      if (!cell.value || cell.by.empty() || cell.by.front().empty()) continue;
      BesideAccount all;
      all.network = cell.by.front();
      all.ownership = "own";
      all.mine = true;
      all.cell = cell;
      network_of(all.network).accounts.push_back(std::move(all));
    }
    return Done{};
  }

  BesideNetwork& network_of(const std::string& key) {
    for (BesideNetwork& network : found_.networks) {
      if (network.network == key) return network;
    }
    found_.networks.emplace_back().network = key;
    return found_.networks.back();
  }

  void take(Cell cell, bool published) {
    if (cell.by.size() != 2 || cell.by[0].empty() || cell.by[1].empty()) return;
    BesideAccount one;
    one.network = cell.by[0];
    one.account = cell.by[1];
    const auto known = scope_.ownership.find(one.network + "/" + one.account);
    one.ownership = known == scope_.ownership.end() ? "own" : known->second;
    const auto accounts = asked_.question.filter.find("account");
    one.mine = one.ownership == "own" && (accounts == asked_.question.filter.end() || names(accounts->second, one));
    one.in_cohort = true;
    for (const auto& [dimension, members] : found_.cohort) {
      const bool is_in = dimension == "network"     ? is_one_of(members, one.network)
                         : dimension == "ownership" ? is_one_of(members, one.ownership)
                                                    : names(members, one);
      one.in_cohort = one.in_cohort && is_in;
    }
    if (!one.mine && !one.in_cohort) return;
    one.cell = std::move(cell);
    BesideNetwork& network = network_of(one.network);
    if (published && network.notes.empty()) network.notes.emplace_back("published_posts");
    network.accounts.push_back(std::move(one));
  }

  static bool names(const std::vector<std::string>& members, const BesideAccount& one) {
    return is_one_of(members, one.account) || is_one_of(members, one.network + "/" + one.account);
  }

  // What else is to be known of those compared: how much they post, what they got for it and how they grow.
  Result<Done> ask_activity() {
    struct Kind {
      const char* kpi;
      Basis basis;
      std::optional<double> BesideAccount::*to;
    };
    const Kind kinds[] = {{"engagements", Basis::published, &BesideAccount::engagements},
                          {"posting_frequency", Basis::published, &BesideAccount::posting_frequency},
                          {"audience_growth_rate", Basis::automatic, &BesideAccount::follower_growth}};
    for (const Kind& kind : kinds) {
      if (!found_.catalog->find_kpi(kind.kpi)) continue;
      TRY(const Answer answer, house_.engine->ask(scope_, of_everyone({kind.kpi}, kind.basis)));
      for (const Cell& cell : answer.rows) {
        if (cell.by.size() != 2) continue;
        for (BesideNetwork& network : found_.networks) {
          if (network.network != cell.by[0]) continue;
          for (BesideAccount& one : network.accounts) {
            if (one.account == cell.by[1]) one.*kind.to = cell.value;
          }
        }
      }
    }
    return Done{};
  }

  // --- Comparing ----------------------------------------------------------------------------------------------------

  void compare(BesideNetwork& network) {
    std::stable_sort(network.accounts.begin(), network.accounts.end(),
                     [](const BesideAccount& a, const BesideAccount& b) { return a.mine > b.mine; });
    std::vector<double> values;
    std::set<int> definitions;
    for (const BesideAccount& one : network.accounts) {
      if (one.cell.value) definitions.insert(one.cell.definition);
      if (one.in_cohort && !one.mine && one.cell.value) values.push_back(*one.cell.value);
    }
    network.cohort_n = static_cast<int64_t>(values.size());
    if (network.cohort_n < cohort_minimum) {
      network.reason = "small_cohort";
    } else {
      network.percentiles = insights::percentiles_of(values);
      network.median = insights::median_interval(values);
    }
    if (definitions.size() > 1) network.notes.emplace_back("mixed_definitions");
    for (BesideAccount& one : network.accounts) {
      if (one.mine) one.rank = rank_of(one, network);
    }
    share_engagements(network);
  }

  insights::Rank rank_of(const BesideAccount& mine, const BesideNetwork& network) const {
    std::vector<const Cell*> others;
    for (const BesideAccount& other : network.accounts) {
      if (other.in_cohort && &other != &mine) others.push_back(&other.cell);
    }
    return insights::rank_among(mine.cell, others, found_.choice.kpi->good, cohort_minimum);
  }

  // Shares of what those who told have together; who told nothing has none.
  static void share_engagements(BesideNetwork& network) {
    double whole = 0;
    bool unknown = false;
    for (const BesideAccount& one : network.accounts) {
      whole += one.engagements.value_or(0);
      unknown = unknown || !one.engagements;
    }
    if (whole > 0) {
      for (BesideAccount& one : network.accounts) {
        if (one.engagements) one.engagement_share = *one.engagements / whole;
      }
    }
    if (unknown && whole > 0) network.notes.emplace_back("engagements_unknown");
  }

  // --- Norms --------------------------------------------------------------------------------------------------------

  Result<Done> compare_norms() {
    TRY(const std::vector<KnownNorms> all, norms_of(house_, scope_.workspace, asked_.question.as_of));
    for (const KnownNorms& norms : all) {
      BesideSet beside{norms, {}};
      for (const catalog::NormValue& value : norms.set.values) {
        if (value.kpi == found_.choice.kpi->key && is_asked(value)) beside.values.push_back(norm_of(norms.set, value));
      }
      if (!beside.values.empty()) found_.sets.push_back(std::move(beside));
    }
    return Done{};
  }

  // A norm of a network that is filtered away does not concern anybody.
  bool is_asked(const catalog::NormValue& value) const {
    const auto networks = asked_.question.filter.find("network");
    return value.network.empty() || networks == asked_.question.filter.end() ||
           std::any_of(networks->second.begin(), networks->second.end(), [&](const std::string& said) {
             const catalog::Network* network = found_.catalog->network(said);
             return network != nullptr && network->key == value.network;
           });
  }

  BesideNorm norm_of(const catalog::NormSet& set, const catalog::NormValue& value) const {
    BesideNorm norm{value, why_not(value), {}};
    if (!norm.why_not.empty()) return norm;
    for (const BesideNetwork& network : found_.networks) {
      if (!value.network.empty() && value.network != network.network) continue;
      for (const BesideAccount& one : network.accounts) {
        if (one.mine && one.cell.value) norm.mine.push_back(placed(set, value, one));
      }
    }
    return norm;
  }

  std::string why_not(const catalog::NormValue& value) const {
    if (!value.differs.empty()) return fmt::format("its source reckons otherwise: {}", value.differs);
    if (value.variant != found_.choice.variant->key) {
      return fmt::format("it is of {}, this is {}", reading(value.kpi, value.variant),
                         reading(found_.choice.kpi->key, found_.choice.variant->key));
    }
    if (value.definition != 0 && value.definition != found_.choice.kpi->definition) {
      return fmt::format("it is of definition {}, this is definition {}", value.definition,
                         found_.choice.kpi->definition);
    }
    return "";
  }

  BesideNorm::Mine placed(const catalog::NormSet& set, const catalog::NormValue& value,
                          const BesideAccount& one) const {
    BesideNorm::Mine mine{one.network, one.account, *one.cell.value, {}, "", ""};
    if (!value.percentiles.empty()) {
      if (value.n < set.minimum) {
        mine.reason = "small_cohort";
      } else {
        mine.place = insights::place_in(value.percentiles, mine.number);
      }
    }
    const bool less_is_better = found_.choice.kpi->good == catalog::Good::down;
    for (const auto& [level, from] : value.levels) {
      if (less_is_better ? mine.number <= from : mine.number >= from) mine.level = level;
    }
    return mine;
  }

  const House& house_;
  const metrics::Scope& scope_;
  const BenchmarkQuestion& asked_;
  Benchmark found_;
};

// --- JSON -----------------------------------------------------------------------------------------------------------

Json interval_json(const std::optional<metrics::Interval>& interval) {
  if (!interval) return nullptr;
  return JsonObject{{"low", number_or_null(interval->low)},
                    {"high", number_or_null(interval->high)},
                    {"level", interval->level},
                    {"method", interval->method}};
}

Json percentiles_json(const std::map<int, double>& percentiles) {
  if (percentiles.empty()) return nullptr;
  JsonObject object;
  for (const auto& [mark, value] : percentiles) object[fmt::format("p{}", mark)] = value;
  return object;
}

JsonArray texts_json(const std::vector<std::string>& texts) {
  return JsonArray(texts.begin(), texts.end());
}

JsonObject beside_account_json(const BesideAccount& one) {
  JsonObject object{{"account", text_or_null(one.account)},
                    {"ownership", one.ownership},
                    {"mine", one.mine},
                    {"in_cohort", one.in_cohort},
                    {"value", number_or_null(one.cell.value)},
                    {"reason", text_or_null(one.cell.reason)},
                    {"interval", interval_json(one.cell.interval)},
                    {"n", one.cell.n},
                    {"definition", one.cell.definition},
                    {"basis", text_or_null(one.cell.basis)},
                    {"coverage", one.cell.coverage},
                    {"notes", texts_json(one.cell.notes)},
                    {"engagements", number_or_null(one.engagements)},
                    {"engagement_share", number_or_null(one.engagement_share)},
                    {"posting_frequency", number_or_null(one.posting_frequency)},
                    {"follower_growth", number_or_null(one.follower_growth)},
                    {"rank", nullptr}};
  if (!one.mine) return object;
  const insights::Rank& rank = one.rank;
  object["rank"] = JsonObject{{"position", rank.position == 0 ? Json(nullptr) : Json(rank.position)},
                              {"of", rank.position == 0 ? Json(nullptr) : Json(rank.of)},
                              {"best", rank.position == 0 ? Json(nullptr) : Json(rank.best)},
                              {"worst", rank.position == 0 ? Json(nullptr) : Json(rank.worst)},
                              {"percentile", number_or_null(rank.percentile)},
                              {"reason", text_or_null(rank.reason)}};
  return object;
}

JsonObject network_json(const BesideNetwork& network) {
  JsonArray accounts;
  for (const BesideAccount& one : network.accounts) accounts.push_back(beside_account_json(one));
  return {{"network", network.network},
          {"accounts", std::move(accounts)},
          {"cohort", JsonObject{{"n", network.cohort_n},
                                {"minimum", cohort_minimum},
                                {"percentiles", percentiles_json(network.percentiles)},
                                {"median_interval", interval_json(network.median)},
                                {"reason", text_or_null(network.reason)}}},
          {"notes", texts_json(network.notes)}};
}

// Of a rule of thumb nobody counted anything.
Json count_json(int64_t n) {
  return n == 0 ? Json(nullptr) : Json(n);
}

JsonObject value_json(const catalog::NormValue& value) {
  JsonObject levels;
  for (const auto& [level, from] : value.levels) levels[level] = from;
  return {{"kpi", value.kpi},
          {"variant", text_or_null(value.variant)},
          {"definition", value.definition == 0 ? Json(nullptr) : Json(value.definition)},
          {"network", text_or_null(value.network)},
          {"n", count_json(value.n)},
          {"percentiles", percentiles_json(value.percentiles)},
          {"typical", number_or_null(value.typical)},
          {"levels", levels.empty() ? Json(nullptr) : Json(std::move(levels))},
          {"differs", text_or_null(value.differs)},
          {"words", text_or_null(value.words)}};
}

JsonObject head_json(const KnownNorms& norms) {
  const catalog::NormSet& set = norms.set;
  return {{"key", set.key},
          {"name", set.name},
          {"source", set.source},
          {"year", set.year},
          {"cohort", set.cohort},
          {"of", set.of},
          {"n", count_json(set.n)},
          {"minimum", set.minimum},
          {"origin", norms.published ? "published" : "own"},
          {"recorded_at", norms.recorded_at ? Json(format_instant(*norms.recorded_at)) : Json(nullptr)}};
}

JsonObject beside_json(const BesideNorm& norm) {
  JsonObject object = value_json(norm.value);
  object["compared"] = norm.why_not.empty();
  object["why_not"] = text_or_null(norm.why_not);
  JsonArray accounts;
  for (const BesideNorm::Mine& mine : norm.mine) {
    const bool has_place = !norm.value.percentiles.empty() && mine.reason.empty();
    accounts.push_back(JsonObject{{"network", mine.network},
                                  {"account", text_or_null(mine.account)},
                                  {"value", mine.number},
                                  {"percentile", number_or_null(mine.place.percentile)},
                                  {"place", has_place ? Json(insights::words_of(mine.place)) : Json(nullptr)},
                                  {"reason", text_or_null(mine.reason)},
                                  {"level", text_or_null(mine.level)}});
  }
  object["accounts"] = std::move(accounts);
  return object;
}

}  // namespace

Result<Benchmark> benchmark_of(const House& house, const metrics::Scope& scope, const BenchmarkQuestion& asked) {
  return Beside(house, scope, asked).run();
}

JsonObject benchmark_json(const Benchmark& benchmark) {
  JsonArray networks, sets;
  for (const BesideNetwork& network : benchmark.networks) networks.push_back(network_json(network));
  for (const BesideSet& beside : benchmark.sets) {
    JsonObject set = head_json(beside.norms);
    JsonArray values;
    for (const BesideNorm& norm : beside.values) values.push_back(beside_json(norm));
    set["values"] = std::move(values);
    sets.push_back(std::move(set));
  }
  JsonObject cohort;
  for (const auto& [dimension, members] : benchmark.cohort) cohort[dimension] = texts_json(members);
  const catalog::Kpi& kpi = *benchmark.choice.kpi;
  return {{"question", metrics::to_json(benchmark.question, benchmark.zone)},
          {"kpi", kpi.key},
          {"variant", text_or_null(benchmark.choice.variant->key)},
          {"good", std::string(catalog::name(kpi.good))},
          {"cohort", std::move(cohort)},
          {"networks", std::move(networks)},
          {"sets", std::move(sets)}};
}

JsonObject norms_json(const KnownNorms& norms) {
  JsonObject object = head_json(norms);
  JsonArray values;
  for (const catalog::NormValue& value : norms.set.values) values.push_back(value_json(value));
  object["values"] = std::move(values);
  return object;
}

// --- Sets -----------------------------------------------------------------------------------------------------------

Result<std::vector<KnownNorms>> norms_of(const House& house, std::string_view workspace, std::optional<Instant> as_of) {
  std::vector<KnownNorms> all;
  for (const catalog::NormSet& set : catalog::published_norms()) all.push_back({set, true, {}});
  TRY(const auto editions, editions_of(house, workspace));
  TRY(const std::vector<control::KeptBenchmarkSet> said, house.control->benchmarks().history(workspace));
  const auto catalog = editions->at(as_of);
  for (const control::KeptBenchmarkSet& kept : said) {
    if (as_of && kept.recorded_at > *as_of) continue;
    std::erase_if(all, [&](const KnownNorms& one) { return !one.published && one.set.key == kept.key; });
    if (kept.yaml.empty()) continue;
    // A set about an own KPI that was taken back is not read any more; it comes back with the KPI.
    auto read = catalog::read_norms(*catalog, kept.key, kept.yaml);
    if (read && !read->empty()) all.push_back({std::move(read->front()), false, kept.recorded_at});
  }
  return all;
}

Result<std::vector<KnownNorms>> add_norms(const House& house, std::string_view workspace, const std::string& file,
                                          const std::string& yaml, Instant now) {
  TRY(const auto catalog, catalog_of(house, workspace));
  TRY(std::vector<catalog::NormSet> sets, catalog::read_norms(*catalog, file, yaml));
  std::vector<control::KeptBenchmarkSet> kept;
  std::vector<KnownNorms> added;
  for (catalog::NormSet& set : sets) {
    for (const catalog::NormSet& published : catalog::published_norms()) {
      if (published.key != set.key) continue;
      return invalid(fmt::format("{} is the key of a published set: give yours another", set.key), "sets");
    }
    kept.push_back({set.key, set.yaml, now});
    added.push_back({std::move(set), false, now});
  }
  TRY_DONE(house.control->benchmarks().add(workspace, kept));
  return added;
}

Result<Done> remove_norms(const House& house, std::string_view workspace, std::string_view key, Instant now) {
  TRY(const std::vector<KnownNorms> all, norms_of(house, workspace, {}));
  std::vector<std::string> own;
  for (const KnownNorms& one : all) {
    if (one.published && one.set.key == key) {
      return invalid(fmt::format("{} is published with the program and stays", key), "set");
    }
    if (!one.published) own.push_back(one.set.key);
  }
  if (!is_one_of(own, key)) {
    return not_found(fmt::format("there is no benchmark set \"{}\" of the workspace's own; {}", key,
                                 own.empty() ? "it has none" : fmt::format("it has {}", join(own, ", "))),
                     "set");
  }
  return house.control->benchmarks().add(workspace, {{std::string(key), "", now}});
}

}  // namespace sociometer::surfaces
