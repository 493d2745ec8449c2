// Any bytes are the manifest of an export, or its settings: they are believed or refused with a sentence, nothing
// outside the folder is read, and what is said of a workspace can be said.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/scratch_folder.h"
#include "stand_ins.h"
#include "upkeep/export.h"

namespace {

using namespace sociometer;

std::filesystem::path made_folder() {
  const std::filesystem::path folder = *make_scratch_folder("export");
  std::filesystem::create_directories(folder / "parquet");
  std::filesystem::create_directories(folder / "csv");
  std::ofstream(folder / "settings.json") << "{}";
  // Empty, so that a manifest can tell of them rightly.
  for (const char* table : {"observations", "posts", "batches", "batch_undos", "coverage"}) {
    std::ofstream(folder / "parquet" / (std::string(table) + ".parquet")).flush();
  }
  for (facts::EventTable table : facts::event_tables) {
    std::ofstream(folder / "parquet" / (std::string(facts::table_name(table)) + ".parquet")).flush();
  }
  return folder;
}

void check_manifest(const std::string& bytes) {
  static const std::filesystem::path folder = made_folder();
  std::ofstream(folder / "manifest.json", std::ios::binary | std::ios::trunc) << bytes;
  CHECK(upkeep::is_export(folder.string()));
  auto whole = upkeep::read_export(folder, [](int64_t, int64_t, const std::string&) { return true; });
  if (whole) {
    (void)upkeep::exported_from(folder, *whole);
  } else {
    CHECK(!whole.error().message.empty() && is_utf8(whole.error().message));
  }
}

void check_settings(const std::string& bytes) {
  const Result<Json> json = parse_json(bytes);
  if (!json || !json->is_object()) return;
  static fuzz::EmptyControl control;
  const upkeep::ExportJudges judges = {
      [](const std::vector<control::CatalogEntry>&) { return Result<Done>(Done{}); },
      [](const std::string&, const control::Workspace&) { return Result<Done>(Done{}); }};
  auto said = upkeep::say_settings(control, "default", json->get_object(), judges, true, {});
  if (!said) CHECK(!said.error().message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check_manifest(bytes);
  check_settings(bytes);
  return 0;
}
