#include <fmt/format.h>

#include <filesystem>

#include "upkeep/copy.h"
#include "upkeep/manifest.h"
#include "upkeep/upkeep.h"

namespace sociometer::upkeep {
namespace {

namespace fs = std::filesystem;

bool is_of_control(const fs::path& file) {
  return file.string().starts_with("control.sqlite");
}

// Both stores of a folder, opened as the program would and looked through.
Result<std::vector<std::string>> check_folder(const fs::path& folder, std::shared_ptr<const Clock> clock) {
  TRY(const auto control, control::open_sqlite((folder / "control.sqlite").string()));
  TRY(const auto facts, facts::open_duckdb(folder.string(), clock));
  return Upkeep(folder.string(), *control, *facts, clock).check();
}

}  // namespace

Result<Done> Upkeep::copy_everything(const std::string& to) {
  const fs::path target = to;
  TRY(const std::vector<fs::path> files, kept_files(directory_));
  for (const fs::path& file : files) {
    if (!is_of_control(file)) TRY_DONE(copy_whole(fs::path(directory_) / file, target / file));
  }
  // SQLite copies itself while others write; the moment is the one in which nothing is written to the facts.
  return control_.copy_to((target / "control.sqlite").string());
}

Result<Kept> Upkeep::backup(const std::string& to) {
  const fs::path target = fs::absolute(to);
  const fs::path relative = target.lexically_relative(fs::absolute(directory_));
  if (!relative.empty() && relative.begin()->string() != "..") {
    return invalid(fmt::format("{} lies in the data directory: a backup must lie elsewhere", to), "directory");
  }
  TRY_DONE(take_empty(target));
  const Instant at = clock_->now();
  TRY_DONE(facts_.while_still([&] { return copy_everything(target.string()); }));
  TRY(const std::vector<std::string> wrong, check_folder(target, clock_));
  if (!wrong.empty()) return internal(fmt::format("the backup in {} is not whole: {}", to, wrong.front()));
  return write_manifest(target, at);
}

Result<std::vector<std::string>> Upkeep::check() {
  TRY(std::vector<std::string> wrong, control_.check());
  TRY(const std::vector<std::string> of_facts, facts_.check());
  wrong.insert(wrong.end(), of_facts.begin(), of_facts.end());
  return wrong;
}

Result<Done> open_once(const std::string& directory, std::shared_ptr<const Clock> clock) {
  TRY_DONE(control::open_sqlite((fs::path(directory) / "control.sqlite").string()));
  TRY_DONE(facts::open_duckdb(directory, std::move(clock)));
  return Done{};
}

Result<std::vector<std::string>> rehearse_upgrade(const std::string& directory, std::shared_ptr<const Clock> clock) {
  const fs::path stage = fs::path(directory) / "rehearsal.tmp";
  std::error_code ignored;
  fs::remove_all(stage, ignored);
  const auto rehearse = [&]() -> Result<std::vector<std::string>> {
    TRY(const std::vector<fs::path> files, kept_files(directory));
    for (const fs::path& file : files) TRY_DONE(copy_whole(fs::path(directory) / file, stage / file));
    return check_folder(stage, clock);
  };
  Result<std::vector<std::string>> wrong = rehearse();
  fs::remove_all(stage, ignored);
  return wrong;
}

}  // namespace sociometer::upkeep
