// The folder that `export` writes and `import` reads: where its parts lie and what its manifest says. docs/export.md
// describes it for people.
#pragma once

#include <filesystem>
#include <string>

#include "base/json.h"
#include "upkeep/upkeep.h"

namespace sociometer::upkeep {

inline constexpr const char* export_kind = "sociometer export";
inline constexpr int64_t export_form = 1;
inline constexpr const char* settings_file = "settings.json";
inline constexpr const char* originals_folder = "originals";
inline constexpr const char* rules_setting = "rules";

// What was read of a manifest whose files are all there and what they were.
struct WholeExport {
  JsonObject manifest;
  int64_t bytes = 0;
  std::vector<std::string> originals;  // hashes
};

// invalid: it is damaged or no export. `read` is told how many bytes more were read, of how many in all.
Result<WholeExport> read_export(const std::filesystem::path& folder,
                                const std::function<bool(int64_t more, int64_t total, const std::string& file)>& read);
Exported exported_from(const std::filesystem::path& folder, const WholeExport& whole);

// What belongs to the meaning of facts and lies in control: the workspace, its accounts, catalog and rules.
Result<JsonObject> settings_of(control::Control& control, const std::string& workspace);
// Says in a workspace what an export says of its own, where nothing is said yet; the rest become notes.
Result<std::vector<std::string>> say_settings(control::Control& control, const std::string& workspace,
                                              const JsonObject& settings, const ExportJudges& judges,
                                              bool workspace_is_unused, Instant now);

// The same of benchmark sets, campaigns and tags, with their history: members of the settings.
Result<Done> put_labels(control::Control& control, const std::string& workspace, JsonObject& settings);
Result<Done> say_labels(control::Control& control, const std::string& workspace, const JsonObject& settings,
                        std::vector<std::string>& notes);

// The same of dashboards with their revisions, approvals and published reports, and of annotations.
Result<Done> put_dashboards(control::Control& control, const std::string& workspace, JsonObject& settings);
Result<Done> say_dashboards(control::Control& control, const std::string& workspace, const JsonObject& settings,
                            std::vector<std::string>& notes);

// The same of channels and of reports' schedules: the addresses of mail, and of hooks only that they were there.
Result<Done> put_delivery(control::Control& control, const std::string& workspace, JsonObject& settings);
Result<Done> say_delivery(control::Control& control, const std::string& workspace, const JsonObject& settings,
                          Instant now, std::vector<std::string>& notes);

}  // namespace sociometer::upkeep
