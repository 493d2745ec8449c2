// Changes of what numbers mean: of networks by a day, and of a workspace's own catalog.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "alerts/look.h"

namespace sociometer::alerts {
namespace {

// Everything that a KPI is made of: measures and KPIs, itself among them.
class MadeOf {
 public:
  MadeOf(const catalog::Catalog& catalog, std::string_view kpi) : catalog_(catalog) {
    const Result<catalog::KpiChoice> choice = catalog.find_kpi(kpi);
    if (!choice) return;
    keys_.insert(choice->kpi->key);
    walk(choice->variant->formula);
  }
  bool contains(const std::string& key) const { return keys_.contains(key); }

 private:
  void walk(const catalog::Formula& formula) {
    for (const catalog::Formula& part : formula.parts) walk(part);
    if (formula.kind != catalog::Formula::Kind::name) return;
    const bool is_new = keys_.insert(formula.name).second;
    const bool is_measure = formula.variant.empty() && catalog_.measure(formula.name) != nullptr;
    if (!is_new || is_measure) return;
    const std::string asked = formula.variant.empty() ? formula.name : formula.name + ":" + formula.variant;
    if (const Result<catalog::KpiChoice> inner = catalog_.find_kpi(asked)) walk(inner->variant->formula);
  }

  const catalog::Catalog& catalog_;
  std::set<std::string> keys_;
};

class Changes {
 public:
  Changes(const World& world, const Alert& alert, Instant set_at)
      : world_(world),
        alert_(alert),
        set_at_(set_at),
        catalog_(world.scope.editions->at(std::nullopt)),
        made_of_(*catalog_, alert.kpi),
        today_(world.scope.zone.day_of(world.scope.now)) {}

  std::vector<Finding> run(const std::vector<std::string>& networks) {
    const auto wanted = alert_.filter.find("network");
    for (const catalog::Network& network : catalog_->networks()) {
      if (std::ranges::find(networks, network.key) == networks.end()) continue;
      if (wanted != alert_.filter.end() && std::ranges::find(wanted->second, network.key) == wanted->second.end()) {
        continue;
      }
      look_at(network);
    }
    if (wanted == alert_.filter.end()) look_at_own();
    if (found_.empty()) {
      found_.push_back({.says = Says::calm, .days = {today_, today_ + 1}, .title = "no definition has changed"});
    }
    return std::move(found_);
  }

 private:
  bool matters(const std::string& key) const { return alert_.kpi.empty() || made_of_.contains(key); }
  bool is_news(Day day) const { return day <= today_ && day >= world_.scope.zone.day_of(set_at_); }

  void look_at(const catalog::Network& network) {
    for (const catalog::DefinitionBreak& broken : network.breaks) {
      if (!matters(broken.measure) || !is_news(broken.day)) continue;
      add(fmt::format("{}/{}/{}", network.key, broken.measure, format_day(broken.day)), broken.day,
          fmt::format("{} changes what {} means from {}", network.name.english(), measure_words(broken.measure),
                      format_day(broken.day)),
          {broken.description.english(), "Source: " + broken.source},
          JsonObject{{"network", network.key}, {"measure", broken.measure}, {"source", broken.source}},
          "/dictionary/" + broken.measure);
    }
    for (const catalog::Replacement& replacement : network.replacements) {
      if (!matters(replacement.measure) || !is_news(replacement.from)) continue;
      add(fmt::format("{}/{}/{}", network.key, replacement.measure, format_day(replacement.from)), replacement.from,
          fmt::format("{} reports {} instead of {} from {}", network.name.english(), measure_words(replacement.by),
                      measure_words(replacement.measure), format_day(replacement.from)),
          {}, JsonObject{{"network", network.key}, {"measure", replacement.measure}, {"by", replacement.by}},
          "/dictionary/" + replacement.by);
    }
  }

  void look_at_own() {
    for (const catalog::OwnEntry& entry : world_.scope.editions->history()) {
      if (entry.recorded_at <= set_at_ || entry.recorded_at > world_.scope.now) continue;
      if (!alert_.kpi.empty() && (entry.kind == "pack" || !made_of_.contains(entry.key))) continue;
      const bool is_pack = entry.kind == "pack";
      const std::string what = is_pack
                                   ? fmt::format("the pack {}", entry.key)
                                   : fmt::format("the own {} {}", entry.kind == "kpi" ? "KPI" : entry.kind, entry.key);
      std::string how = entry.yaml.empty()     ? (is_pack ? "was switched off" : "was taken back")
                        : is_pack              ? "was switched on"
                        : entry.definition > 1 ? fmt::format("has its definition {}", entry.definition)
                                               : std::string("was added");
      const Day day = world_.scope.zone.day_of(entry.recorded_at);
      add(fmt::format("own/{}/{}/{}", entry.kind, entry.key, entry.recorded_at.micros), day,
          fmt::format("{} {} on {}", what, how, format_day(day)), {},
          JsonObject{{"entry", entry.kind}, {"key", entry.key}, {"definition", entry.definition}},
          "/dictionary/" + entry.key);
    }
  }

  std::string measure_words(const std::string& key) const {
    const catalog::Measure* measure = catalog_->measure(key);
    return measure == nullptr ? key : measure->name.english();
  }

  void add(std::string about, Day day, std::string title, std::vector<std::string> lines, JsonObject data,
           const std::string& path) {
    Finding finding;
    finding.about = std::move(about);
    finding.says = Says::fires;
    finding.days = {day, day + 1};
    finding.is_moment = true;
    title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
    finding.title = std::move(title);
    finding.lines = std::move(lines);
    finding.lines.push_back(fmt::format("Numbers before and after are not compared ({}).", world_.scope.zone.name()));
    finding.data = std::move(data);
    finding.data["from"] = format_day(day);
    finding.data["zone"] = world_.scope.zone.name();
    if (!world_.base.empty()) {
      finding.link = world_.base + path;
      if (world_.scope.workspace != "default") finding.link += "?workspace=" + world_.scope.workspace;
    }
    found_.push_back(std::move(finding));
  }

  const World& world_;
  const Alert& alert_;
  const Instant set_at_;
  const std::shared_ptr<const catalog::Catalog> catalog_;
  const MadeOf made_of_;
  const Day today_;
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> look_at_definitions(const World& world, const Alert& alert, Instant set_at,
                                         const std::vector<std::string>& networks) {
  return Changes(world, alert, set_at).run(networks);
}

}  // namespace sociometer::alerts
