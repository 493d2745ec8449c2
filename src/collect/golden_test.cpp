// Export → facts: every file of tests/golden/imports against what it must become, as text that people can read.
//
// A case is a file and, beside it, <file>.facts: the report's counts and warnings, its rejects, its facts. After a
// change that is meant, UPDATE_GOLDEN=1 writes them anew; the difference is for whoever reviews it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "collect/importing.h"
#include "collect/workbook_writing.h"

namespace sociometer::collect {
namespace {

namespace fs = std::filesystem;

const fs::path case_folder = fs::path(SOURCE_DIR) / "tests/golden/imports";

std::vector<fs::path> cases() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(case_folder)) {
    if (entry.path().extension() != ".facts") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string described(Importing& here, const FileReport& file) {
  std::string text = fmt::format("format {} network {} accounts {}\n", file.format.empty() ? "-" : file.format,
                                 file.network.empty() ? "-" : file.network, fmt::join(file.accounts, ","));
  text += fmt::format("rows {} = {} accepted + {} rejected + {} ignored; posts {} observations {}\n", file.rows_read,
                      file.rows_accepted, file.rows_rejected, file.rows_ignored, file.posts, file.observations);
  if (file.observed_at) {
    text += fmt::format("days {} to {} zone {} observed {}{}\n", file.first_day ? format_day(*file.first_day) : "-",
                        file.last_day ? format_day(*file.last_day) : "-", file.zone, format_instant(*file.observed_at),
                        file.observed_at_estimated ? " estimated" : "");
  }
  if (!file.batch.empty()) {
    auto batch = here.importer().find_import("default", file.batch);
    if (batch && batch->end.range) {
      text += fmt::format("declared {} to {}\n", format_day(batch->end.range->first),
                          format_day(batch->end.range->end - 1));
    }
  }
  for (const std::string& warning : file.warnings) text += "warning: " + warning + "\n";
  for (const facts::Reject& r : file.rejects) {
    text += fmt::format("reject line {} column “{}” text “{}”: {}\n", r.line, r.column, r.text, r.reason);
  }
  if (file.error) text += "error: " + file.error->message + "\n";
  return text + (file.batch.empty() ? "" : here.facts_of(file.batch));
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

// A case of sheets is written as a workbook; of which kind makes no difference.
std::string file_of(Importing& here, const fs::path& path, std::string_view kind = "xlsx") {
  if (path.extension() != ".sheets") return path.string();
  auto sheets = sheets_in(content_of(path));
  std::string bytes = kind == "xlsx"  ? to_xlsx(sheets)
                      : kind == "xls" ? XlsWriter().write(sheets)
                                      : to_xml_workbook(sheets);
  return here.write(path.stem().string() + "." + std::string(kind), bytes);
}

class Golden : public ::testing::TestWithParam<fs::path> {};

TEST_P(Golden, BecomesTheseFacts) {
  Importing here;
  ImportReport report = here.import({file_of(here, GetParam())});
  ASSERT_EQ(report.files.size(), 1u);
  std::string actual = described(here, report.files[0]);
  fs::path expected = GetParam().string() + ".facts";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected, std::ios::binary) << actual;
    return;
  }
  EXPECT_EQ(actual, content_of(expected)) << "UPDATE_GOLDEN=1 writes " << expected << " anew";

  // What was said before holds here too: the same again is known, and a dry run says the same and stores nothing.
  if (report.files[0].error) return;
  ImportReport again = here.import({file_of(here, GetParam())});
  EXPECT_TRUE(again.files.at(0).already_known);
  Importing elsewhere;
  ImportReport dry = elsewhere.import({file_of(elsewhere, GetParam())}, {.mode = ImportOptions::Mode::dry_run});
  EXPECT_EQ(elsewhere.count("batches"), 0);
  EXPECT_EQ(elsewhere.count("observations"), 0);
  EXPECT_TRUE(elsewhere.control().accounts("default")->empty());
  FileReport same = dry.files.at(0);
  same.batch = report.files[0].batch;
  same.path = report.files[0].path;
  EXPECT_EQ(json_text(to_json(same)), json_text(to_json(report.files[0])));
}

TEST(GoldenWorkbooks, SayTheSameInEveryContainer) {
  for (const fs::path& path : cases()) {
    if (path.extension() != ".sheets") continue;
    std::string first;
    for (std::string_view kind : {"xlsx", "xls", "xml"}) {
      Importing here;
      ImportReport report = here.import({file_of(here, path, kind)});
      ASSERT_EQ(report.files.size(), 1u);
      std::string actual = described(here, report.files[0]);
      if (first.empty()) first = actual;
      EXPECT_EQ(actual, first) << path << " as " << kind;
    }
  }
}

std::string import_name(const ::testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().string();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Imports, Golden, ::testing::ValuesIn(cases()), import_name);

}  // namespace
}  // namespace sociometer::collect
