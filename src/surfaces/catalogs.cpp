#include "surfaces/catalogs.h"

namespace sociometer::surfaces {

Result<std::shared_ptr<const catalog::Editions>> Catalogs::of(std::string_view workspace) {
  TRY(const std::vector<control::CatalogEntry> entries, control_.catalog_entries(workspace));
  std::lock_guard lock(mutex_);
  std::shared_ptr<const catalog::Editions>& known = known_[std::string(workspace)];
  // Entries are only ever added: as many as there were are the same ones.
  if (known != nullptr && known->history().size() == entries.size()) return known;
  std::vector<catalog::OwnEntry> history;
  for (const control::CatalogEntry& entry : entries) {
    history.push_back({entry.kind, entry.key, entry.definition, entry.yaml, entry.recorded_at});
  }
  known = std::make_shared<catalog::Editions>(base_, std::move(history));
  return known;
}

Result<Done> Catalogs::record(std::string_view workspace, const std::vector<catalog::OwnEntry>& entries) {
  std::vector<control::CatalogEntry> said;
  for (const catalog::OwnEntry& entry : entries) {
    said.push_back({entry.kind, entry.key, entry.definition, entry.yaml, entry.recorded_at});
  }
  return control_.add_catalog_entries(workspace, said);
}

Json change_json(const catalog::Editions::Change& change) {
  JsonArray entries, problems;
  for (const catalog::OwnEntry& entry : change.entries) {
    entries.push_back(JsonObject{{"entry", entry.kind}, {"key", entry.key}, {"definition", entry.definition}});
  }
  for (const catalog::Problem& problem : change.problems) {
    problems.push_back(JsonObject{{"file", problem.file},
                                  {"line", problem.line},
                                  {"column", problem.column},
                                  {"path", problem.path},
                                  {"what", problem.what}});
  }
  return JsonObject{{"entries", std::move(entries)},
                    {"unchanged", JsonArray(change.unchanged.begin(), change.unchanged.end())},
                    {"problems", std::move(problems)}};
}

std::string problems_text(const std::vector<catalog::Problem>& problems) {
  std::string text;
  for (const catalog::Problem& problem : problems) text += problem.text() + "\n";
  return text;
}

}  // namespace sociometer::surfaces
