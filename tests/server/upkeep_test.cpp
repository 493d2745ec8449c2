// Keeping a data directory: upgrades from every version, backups under load, exports.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/json.h"
#include "base/text.h"
#include "http.h"
#include "process.h"

namespace sociometer::server_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* head =
    "network,account,post_id,published_at,zone,kind,text,link,campaign,tags,impressions,likes\n";

std::string post_csv(int first, int rows) {
  std::string text = head;
  for (int i = first; i < first + rows; ++i) {
    text += fmt::format("x,brand,{},2026-01-{:02}T10:00:00Z,UTC,post,Post number {},,,,{},{}\n", 100000 + i, i % 28 + 1,
                        i, 100 + i, i % 10);
  }
  return text;
}

class UpkeepTest : public testing::Test {
 protected:
  Ended sociometer(Words words, const std::string& data = "data") {
    words.insert(words.end(), {"--data", folder_ / data});
    return run(words);
  }
  Folder folder_;
};

// A data directory as each released version wrote it is opened, answers as it did, and is whole.
TEST_F(UpkeepTest, EveryVersionsDirectoryIsUpgraded) {
  int versions = 0;
  for (const auto& entry : fs::directory_iterator(UPGRADE_FILES)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".tar.xz")) continue;
    ++versions;
    const std::string version = name.substr(0, name.size() - 7);
    fs::create_directories(folder_ / version);
    const std::string unpack = fmt::format("tar -C '{}' -xJf '{}'", folder_ / version, entry.path().string());
    ASSERT_EQ(std::system(unpack.c_str()), 0);
    const std::string data = version + "/data";
    const Ended rehearsed = sociometer({"upgrade", "--rehearse"}, data);
    EXPECT_EQ(rehearsed.status, 0) << rehearsed.out << rehearsed.error;
    const Ended upgraded = sociometer({"upgrade"}, data);
    EXPECT_EQ(upgraded.status, 0) << upgraded.out << upgraded.error;
    const Ended checked = sociometer({"check"}, data);
    EXPECT_EQ(checked.status, 0) << checked.out << checked.error;
    const Ended answered =
        sociometer({"kpi", "impressions", "engagements", "followers", "--by", "month", "--json"}, data);
    const Result<Json> now = parse_json(answered.out);
    const Result<Json> then = parse_json(read_file(fmt::format("{}/{}.answers.json", UPGRADE_FILES, version)));
    ASSERT_TRUE(now && then) << answered.error;
    const JsonArray& rows_now = now->as_object().at("rows").as_array();
    const JsonArray& rows_then = then->as_object().at("rows").as_array();
    ASSERT_EQ(rows_now.size(), rows_then.size());
    for (size_t i = 0; i < rows_now.size(); ++i) {
      for (const char* member : {"by", "kpi", "value", "reason", "n"}) {
        EXPECT_EQ(json_text(rows_now[i].as_object().at(member)), json_text(rows_then[i].as_object().at(member)));
      }
    }
    EXPECT_EQ(sociometer({"user", "add", "ann@example.org"}, data).status, 0) << "what is new works on what is old";
  }
  EXPECT_GT(versions, 0);
}

TEST_F(UpkeepTest, ABackupUnderLoadAnswersTheSameAfterItsRestore) {
  write_file(folder_ / "first.csv", post_csv(0, 50));
  ASSERT_EQ(sociometer({"import", folder_ / "first.csv"}).status, 0);
  Process server({"serve", "--listen", "127.0.0.1:0", "--data", folder_ / "data"});
  ASSERT_NE(port_in(server.out_with("Ctrl-C")), 0);
  std::vector<std::unique_ptr<Process>> load;
  for (int i = 1; i <= 3; ++i) {
    const std::string path = folder_ / fmt::format("{}.csv", i);
    write_file(path, post_csv(i * 1000, 500));
    load.push_back(std::make_unique<Process>(Words{"import", path, "--data", folder_ / "data"}));
  }
  const Ended backed_up = sociometer({"backup", folder_ / "backup"});
  EXPECT_EQ(backed_up.status, 0) << backed_up.error;
  for (auto& each : load) EXPECT_EQ(each->wait().status, 0);
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait().status, 0);

  const Ended restored = sociometer({"restore", folder_ / "backup"}, "restored");
  ASSERT_EQ(restored.status, 0) << restored.error;
  EXPECT_EQ(sociometer({"check"}, "restored").status, 0);
  // The backup itself, opened as a data directory, and what was made of it say the same.
  for (const Words& words : {Words{"kpi", "impressions", "likes", "--by", "week", "--json"}, Words{"imports", "--json"},
                             Words{"posts", "--json", "--limit", "1000"}}) {
    EXPECT_EQ(sociometer(words, "backup").out, sociometer(words, "restored").out);
  }
  const Result<Json> imports = parse_json(sociometer({"imports", "--json"}, "restored").out);
  ASSERT_TRUE(imports);
  EXPECT_GE(imports->as_object().at("imports").as_array().size(), 1U);
  EXPECT_EQ(sociometer({"restore", folder_ / "backup"}, "restored").status, 1) << "nothing is written over";
}

// Names and words go, numbers stay, and the log knows of it.
TEST_F(UpkeepTest, SomebodyIsErased) {
  write_file(folder_ / "nps.csv",
             "user_id,text,NPS_Score\nAda@example.org,Too late for me,3\nben@example.org,Good,9\n17,,10\n");
  ASSERT_EQ(sociometer({"import", folder_ / "nps.csv", "--observed-at", "2026-01-05"}).status, 0);
  const Words question = {"kpi", "nps", "survey_responses", "--from", "2026-01-01", "--to", "2026-01-31", "--json"};
  const std::string before = sociometer(question).out;

  const Ended rehearsed = sociometer({"erase", "ada@example.org"});
  EXPECT_EQ(rehearsed.status, 0) << rehearsed.error;
  EXPECT_THAT(rehearsed.out, HasSubstr("would erase: names and texts in surveys 1; of 1 imports, 1 kept files"));
  EXPECT_THAT(rehearsed.out, HasSubstr("--forever"));
  const Ended erased = sociometer({"erase", "ada@example.org", "--forever", "--json"});
  EXPECT_EQ(erased.status, 0) << erased.error;
  EXPECT_EQ(json_text(*parse_json(erased.out)), R"({"erased":true,"rows":{"surveys":1},"imports":1,"originals":1})");
  EXPECT_THAT(sociometer({"erase", "ada@example.org", "--forever"}).out, HasSubstr("nothing is known of them"));

  EXPECT_EQ(sociometer(question).out, before);
  EXPECT_EQ(sociometer({"check"}).status, 0);
  const std::string log = sociometer({"audit", "--json"}).out;
  EXPECT_THAT(log, HasSubstr("1 people: surveys 1; 1 kept files"));
  EXPECT_THAT(log, testing::Not(HasSubstr("ada")));
  EXPECT_THAT(sociometer({"import", folder_ / "nps.csv", "--observed-at", "2026-01-05"}).out, HasSubstr("already"))
      << "the same file again does not bring her back";

  EXPECT_THAT(sociometer({"erase", "--before", "2026-01-06", "--in", "surveys", "--forever"}).out,
              HasSubstr("erased: "));
  EXPECT_EQ(sociometer(question).out, before);
  for (const Words& wrong : {Words{"erase"}, Words{"erase", "ben", "--in", "posts"}, Words{"erase", "--before", "soon"},
                             Words{"erase", "@"}}) {
    const Ended refused = sociometer(wrong);
    EXPECT_EQ(refused.status, 2) << refused.out << refused.error;
    EXPECT_EQ(std::count(refused.error.begin(), refused.error.end(), '\n'), 1) << refused.error;
  }
}

// Whatever moment an export is killed at, nothing of it passes for whole, and the data it was of is as before.
TEST_F(UpkeepTest, AKilledExportIsNoExport) {
  write_file(folder_ / "posts.csv", post_csv(0, 20'000));
  ASSERT_EQ(sociometer({"import", folder_ / "posts.csv"}).status, 0);
  int killed = 0;
  for (int i = 0; i < 8; ++i) {
    const std::string out = folder_ / fmt::format("out{}", i);
    Process running({"export", out, "--data", folder_ / "data"});
    std::this_thread::sleep_for(std::chrono::milliseconds(40 + i * 90));
    running.signal(SIGKILL);
    if (running.wait().status == 0) continue;
    ++killed;
    if (!fs::exists(out) || fs::is_empty(out)) continue;
    const bool is_whole = fs::exists(fs::path(out) / "manifest.json");
    const Ended imported = sociometer({"import", out}, "other");
    EXPECT_EQ(imported.status, is_whole ? 0 : 1) << imported.error;
    if (!is_whole) {
      EXPECT_THAT(imported.error, HasSubstr("is not a whole export"));
    }
  }
  EXPECT_GT(killed, 0);
  EXPECT_EQ(sociometer({"check"}).status, 0);
}

// Killed again and again on its way in, an export is whole in the end, and nothing of it is there twice.
TEST_F(UpkeepTest, AKilledImportOfAnExportGoesOn) {
  for (int i = 0; i < 6; ++i) {
    write_file(folder_ / fmt::format("{}.csv", i), post_csv(i * 10'000, 2'000));
    ASSERT_EQ(sociometer({"import", folder_ / fmt::format("{}.csv", i)}).status, 0);
  }
  ASSERT_EQ(sociometer({"export", folder_ / "out"}).status, 0);
  for (int i = 0; i < 6; ++i) {
    Process running({"import", folder_ / "out", "--data", folder_ / "other"});
    std::this_thread::sleep_for(std::chrono::milliseconds(150 + i * 150));
    running.signal(SIGKILL);
    running.wait();
    const Ended checked = sociometer({"check"}, "other");
    ASSERT_EQ(checked.status, 0) << checked.out << checked.error;
  }
  ASSERT_EQ(sociometer({"import", folder_ / "out"}, "other").status, 0);
  for (const Words& words : {Words{"kpi", "impressions", "likes", "--by", "week", "--json"},
                             Words{"posts", "--json", "--limit", "20000"}, Words{"accounts", "--json"}}) {
    EXPECT_EQ(sociometer(words).out, sociometer(words, "other").out);
  }
  EXPECT_EQ(sociometer({"check"}, "other").status, 0);
}

TEST_F(UpkeepTest, AnExportThatFindsNoRoomLeavesNothing) {
  write_file(folder_ / "posts.csv", post_csv(0, 5'000));
  ASSERT_EQ(sociometer({"import", folder_ / "posts.csv"}).status, 0);
  const Ended ended = run({"export", folder_ / "out", "--data", folder_ / "data"}, {.largest_file = 64 << 10});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.error, HasSubstr("no room left"));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
  EXPECT_EQ(sociometer({"check"}).status, 0);
}

// With the server up, the command reaches it, and a folder named from where the user stands is there.
TEST_F(UpkeepTest, AnExportIsMadeByWhoeverOwnsTheData) {
  write_file(folder_ / "posts.csv", post_csv(0, 50));
  ASSERT_EQ(sociometer({"import", folder_ / "posts.csv"}).status, 0);
  Process server({"serve", "--listen", "127.0.0.1:0", "--data", folder_ / "data"});
  ASSERT_NE(port_in(server.out_with("Ctrl-C")), 0);
  const Ended exported = run({"export", "out", "--data", folder_ / "data"}, {.folder = folder_.path()});
  EXPECT_EQ(exported.status, 0) << exported.error;
  EXPECT_TRUE(fs::exists(fs::path(folder_ / "out") / "manifest.json"));
  const Ended imported =
      run({"import", "out", "--workspace", "client", "--data", folder_ / "data"}, {.folder = folder_.path()});
  EXPECT_EQ(imported.status, 0) << imported.error;
  EXPECT_THAT(imported.out, HasSubstr("imports 1, known already 0"));
}

// The tables of an export mean something else than the CSV formats that people import: none is taken for one.
TEST_F(UpkeepTest, ATableOfAnExportIsNoImport) {
  write_file(folder_ / "posts.csv", post_csv(0, 50));
  ASSERT_EQ(sociometer({"import", folder_ / "posts.csv"}).status, 0);
  ASSERT_EQ(sociometer({"export", folder_ / "out"}).status, 0);
  for (const auto& entry : fs::directory_iterator(fs::path(folder_ / "out") / "csv")) {
    const Ended imported = sociometer({"import", entry.path().string()}, "other");
    EXPECT_EQ(imported.status, 1) << entry.path() << imported.out;
  }
}

}  // namespace
}  // namespace sociometer::server_test
