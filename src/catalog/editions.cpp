#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "catalog/yaml_members.h"

namespace sociometer::catalog {
namespace {

std::string file_of(const OwnEntry& entry) {
  return "own/" + entry.key;
}

bool names(const Formula& formula, std::string_view key) {
  if (formula.kind == Formula::Kind::name && formula.name == key) return true;
  return std::any_of(formula.parts.begin(), formula.parts.end(), [&](const Formula& part) { return names(part, key); });
}

// The own KPIs whose formulas name one of the keys.
std::vector<std::string> users_of(const Catalog& catalog, const std::vector<std::string>& keys) {
  std::vector<std::string> users;
  for (const Kpi& kpi : catalog.kpis()) {
    if (kpi.origin != "own" || std::find(keys.begin(), keys.end(), kpi.key) != keys.end()) continue;
    bool uses = std::any_of(kpi.variants.begin(), kpi.variants.end(), [&](const Variant& variant) {
      return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) { return names(variant.formula, key); });
    });
    if (uses) users.push_back(kpi.key);
  }
  return users;
}

}  // namespace

std::vector<OwnEntry> entries_of(const std::string& yaml) {
  std::vector<OwnEntry> entries;
  YamlFault fault;
  const YamlNode root = read_yaml(yaml, fault);
  for (const auto& [kind, list] : {std::pair{"measure", "measures"}, {"kpi", "kpis"}}) {
    for (const YamlEntry& entry : root.member(list).entries()) {
      std::vector<YamlEntry> file;
      if (YamlNode family = root.member("family"); std::string_view(kind) == "kpi" && family)
        file.push_back({yaml_text("family"), family});
      file.push_back({yaml_text(list), yaml_map({entry})});
      entries.push_back({kind, entry.key.text(), 1, yaml_of(yaml_map(file)), {}});
    }
  }
  return entries;
}

Editions::Editions(std::shared_ptr<const Catalog> base, std::vector<OwnEntry> history)
    : base_(std::move(base)), history_(std::move(history)) {}

// What the first so many entries of the history come to.
std::vector<Addition> Editions::additions(size_t entries, const std::vector<std::string>& without) const {
  std::map<std::pair<std::string, std::string>, const OwnEntry*> now;
  std::vector<const OwnEntry*> order;
  for (size_t i = 0; i < entries; ++i) {
    const OwnEntry& entry = history_[i];
    const OwnEntry*& latest = now[{entry.kind, entry.key}];
    std::erase(order, latest);
    latest = &entry;
    if (!entry.yaml.empty()) order.push_back(&entry);
  }
  // Packs first: own KPIs may stand on them.
  std::stable_sort(order.begin(), order.end(),
                   [](const OwnEntry* a, const OwnEntry* b) { return (a->kind == "pack") > (b->kind == "pack"); });
  std::vector<Addition> all;
  for (const OwnEntry* entry : order) {
    bool left_out = std::find(without.begin(), without.end(), entry->kind + " " + entry->key) != without.end();
    if (left_out) continue;
    if (entry->kind != "pack") {
      all.push_back({file_of(*entry), entry->yaml, "own", entry->definition});
      continue;
    }
    for (const Pack& pack : base_->packs()) {
      if (pack.key == entry->key) all.push_back({"packs/" + pack.key, pack.yaml, pack.key, 1});
    }
  }
  return all;
}

std::shared_ptr<const Catalog> Editions::at(std::optional<Instant> as_of) const {
  size_t entries = history_.size();
  if (as_of) {
    entries = static_cast<size_t>(std::count_if(history_.begin(), history_.end(), [&](const OwnEntry& entry) {
      return entry.recorded_at.micros <= as_of->micros;
    }));
  }
  if (entries == 0) return base_;
  std::lock_guard lock(mutex_);
  std::shared_ptr<const Catalog>& known = known_[entries];
  if (known != nullptr) return known;
  std::vector<Addition> all = additions(entries, {});
  std::vector<Problem> problems, told;
  std::shared_ptr<const Catalog> catalog = base_->extended(all, problems);
  while (catalog == nullptr) {
    // Without those that do not fit; what stands on them falls in the next round.
    size_t before = all.size();
    std::erase_if(all, [&](const Addition& addition) {
      return std::any_of(problems.begin(), problems.end(),
                         [&](const Problem& problem) { return problem.file == addition.file; });
    });
    CHECK(all.size() < before);
    told.insert(told.end(), problems.begin(), problems.end());
    problems.clear();
    catalog = base_->extended(all, problems);
  }
  if (!told.empty()) {
    auto with_problems = std::make_shared<Catalog>(*catalog);
    with_problems->problems_ = std::move(told);
    catalog = std::move(with_problems);
  }
  known = catalog;
  return catalog;
}

// What the key meant by that number; nullptr where it is the one definition that a key of the program itself has.
Result<const OwnEntry*> Editions::version(const Catalog& now, const std::string& key, int definition) const {
  std::vector<const OwnEntry*> known;
  for (const char* kind : {"kpi", "measure"}) {
    for (const OwnEntry& entry : history_) {
      if (entry.kind == kind && entry.key == key && !entry.yaml.empty()) known.push_back(&entry);
    }
    if (!known.empty()) break;
  }
  std::vector<std::string> numbers;
  for (const OwnEntry* entry : known) {
    if (entry->definition == definition) return entry;
    numbers.push_back(std::to_string(entry->definition));
  }
  if (known.empty()) {
    const Kpi* kpi = now.kpi(key);
    const Measure* measure = now.measure(key);
    if (kpi == nullptr && measure == nullptr) {
      auto found = now.find_kpi(key);
      return not_found(found.ok() ? fmt::format("definitions are of {} as a whole, not of a variant", found->kpi->key)
                                  : found.error().message,
                       "versions");
    }
    int only = kpi != nullptr ? kpi->definition : measure->definition;
    if (only == definition) return nullptr;
    numbers.push_back(std::to_string(only));
  }
  return not_found(fmt::format("{} has no definition {}; it has {}", key, definition, join(numbers, ", ")), "versions");
}

Result<std::shared_ptr<const Catalog>> Editions::at(std::optional<Instant> as_of, const Versions& versions) const {
  std::shared_ptr<const Catalog> now = at(as_of);
  std::vector<OwnEntry> chosen;
  for (const auto& [key, definition] : versions) {
    TRY(const OwnEntry* entry, version(*now, key, definition));
    if (entry != nullptr) chosen.push_back(*entry);
  }
  if (chosen.empty()) return now;
  // As if what was chosen had been said last.
  std::vector<OwnEntry> history;
  std::copy_if(history_.begin(), history_.end(), std::back_inserter(history),
               [&](const OwnEntry& entry) { return !as_of || entry.recorded_at <= *as_of; });
  history.insert(history.end(), chosen.begin(), chosen.end());
  std::shared_ptr<const Catalog> catalog = Editions(base_, std::move(history)).at(std::nullopt);
  for (const OwnEntry& entry : chosen) {
    for (const Problem& problem : catalog->problems()) {
      if (problem.file != file_of(entry)) continue;
      return conflict(
          fmt::format("definition {} of {} fits the catalog no more: {}", entry.definition, entry.key, problem.what));
    }
  }
  return catalog;
}

const OwnEntry* Editions::latest(std::string_view kind, std::string_view key) const {
  for (auto entry = history_.rbegin(); entry != history_.rend(); ++entry) {
    if (entry->kind == kind && entry->key == key) return &*entry;
  }
  return nullptr;
}

Editions::Change Editions::add(const std::string& file, const std::string& yaml, Instant now) const {
  Change change;
  std::vector<OwnEntry> entries = entries_of(yaml);
  std::vector<std::string> replaced;
  for (const OwnEntry& entry : entries) replaced.push_back(entry.kind + " " + entry.key);
  std::vector<Addition> all = additions(history_.size(), replaced);
  all.push_back({file, yaml, "own", 1});
  auto catalog = base_->extended(all, change.problems);
  if (catalog == nullptr) return change;
  for (OwnEntry& entry : entries) {
    const OwnEntry* before = latest(entry.kind, entry.key);
    if (before != nullptr && before->yaml == entry.yaml) {
      change.unchanged.push_back(entry.key);
      continue;
    }
    if (const Measure* measure = entry.kind == "measure" ? catalog->measure(entry.key) : nullptr) {
      for (const OwnEntry& old : history_) {
        if (old.kind != "measure" || old.key != entry.key || old.yaml.empty()) continue;
        std::vector<Problem> ignored;
        auto then = base_->extended({{"then", old.yaml, "own", 1}}, ignored);
        const Measure* was = then == nullptr ? nullptr : then->measure(entry.key);
        if (was == nullptr || (was->unit == measure->unit && was->additivity == measure->additivity)) continue;
        change.problems.push_back(
            {file, 0, 0, entry.key,
             fmt::format("is a {} of {} for ever, as its stored numbers are; choose another key for another meaning",
                         name(was->additivity), name(was->unit))});
        break;
      }
    }
    entry.definition = before == nullptr ? 1 : before->definition + 1;
    entry.recorded_at = now;
    change.entries.push_back(std::move(entry));
  }
  if (!change.problems.empty()) change.entries.clear();
  return change;
}

Result<OwnEntry> Editions::remove(std::string_view key, Instant now) const {
  auto catalog = at(std::nullopt);
  const OwnEntry* found = nullptr;
  for (const char* kind : {"kpi", "measure"}) {
    const OwnEntry* entry = latest(kind, key);
    if (found == nullptr && entry != nullptr && !entry->yaml.empty()) found = entry;
  }
  if (found == nullptr) {
    bool built_in = catalog->kpi(key) != nullptr || catalog->measure(key) != nullptr;
    return not_found(built_in ? fmt::format("{} is not this workspace's own and cannot be removed", key)
                              : fmt::format("this workspace has no entry \"{}\" of its own", key),
                     "key");
  }
  std::vector<std::string> users = users_of(*catalog, {std::string(key)});
  bool other_kind = found->kind == "kpi" && catalog->measure(key) != nullptr;  // the name still means the measure
  if (!users.empty() && !other_kind) {
    return conflict(fmt::format("{} is needed by {}; remove or change that first", key, join(users, ", ")));
  }
  return OwnEntry{found->kind, found->key, found->definition, "", now};
}

std::vector<std::string> Editions::packs_on() const {
  std::vector<std::string> on;
  for (const Pack& pack : base_->packs()) {
    const OwnEntry* entry = latest("pack", pack.key);
    if (entry != nullptr && !entry->yaml.empty()) on.push_back(pack.key);
  }
  return on;
}

Result<OwnEntry> Editions::switch_pack(std::string_view key, Switch to, Instant now) const {
  const Pack* pack = nullptr;
  std::vector<std::string> keys;
  for (const Pack& one : base_->packs()) {
    keys.push_back(one.key);
    if (one.key == key) pack = &one;
  }
  if (pack == nullptr) {
    return not_found(fmt::format("there is no pack \"{}\"; there are {}", key, join(keys, ", ")), "key");
  }
  std::vector<std::string> on = packs_on();
  bool is_on = std::find(on.begin(), on.end(), key) != on.end();
  if (is_on == (to == Switch::on)) return conflict(fmt::format("the pack {} is {} already", key, is_on ? "on" : "off"));
  if (to == Switch::off) {
    std::vector<std::string> brought = pack->measures;
    brought.insert(brought.end(), pack->kpis.begin(), pack->kpis.end());
    std::vector<std::string> users = users_of(*at(std::nullopt), brought);
    if (!users.empty()) return conflict(fmt::format("the pack {} is needed by {}", key, join(users, ", ")));
  }
  return OwnEntry{"pack", std::string(key), 1, to == Switch::on ? std::string(key) : "", now};
}

}  // namespace sociometer::catalog
