// Several commands, one data directory: who owns it, who is heard meanwhile, and what a sudden end leaves.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "base/json.h"
#include "http.h"
#include "process.h"

namespace sociometer::server_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string post_rows(int first, int rows) {
  std::string text;
  for (int i = first; i < first + rows; ++i) {
    text += fmt::format("x,brand,{},2026-01-{:02}T10:00:00Z,UTC,post,Post number {},,,,{},{}\n", 100000 + i, i % 28 + 1,
                        i, 100 + i, i % 10);
  }
  return text;
}

const std::string post_head =
    "network,account,post_id,published_at,zone,kind,text,link,campaign,tags,impressions,likes\n";

int64_t imports_in(const std::string& json) {
  const Result<Json> document = parse_json(json);
  return document ? static_cast<int64_t>(document->as_object().at("imports").as_array().size()) : -1;
}

class OwnerTest : public testing::Test {
 protected:
  Words with_data(Words words) const {
    words.insert(words.end(), {"--data", folder_ / "data"});
    return words;
  }
  Ended sociometer(const Words& words, const Circumstances& circumstances = {}) {
    return run(with_data(words), circumstances);
  }
  // A named pipe: an import of it lasts until the test closes it.
  std::string pipe(const std::string& name) {
    const std::string path = folder_ / name;
    mkfifo(path.c_str(), 0600);
    return path;
  }
  Folder folder_;
};

TEST_F(OwnerTest, QuestionsAreAnsweredWhileALongImportRuns) {
  write_file(folder_ / "first.csv", post_head + post_rows(0, 10));
  ASSERT_EQ(sociometer({"import", folder_ / "first.csv"}).status, 0);
  std::string large = post_head + post_rows(1000, 150'000);
  write_file(folder_ / "large.csv", large);
  Process import(with_data({"import", folder_ / "large.csv"}));
  // Asked sooner, the question might own the directory and the import be its guest.
  while (import.is_running() && !std::filesystem::exists(folder_ / "data/owner.sock")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  int answered = 0;
  while (import.is_running()) {
    const Ended kpi = sociometer({"kpi", "impressions", "--json"});
    EXPECT_EQ(kpi.status, 0) << kpi.error;
    if (import.is_running()) ++answered;
  }
  EXPECT_GT(answered, 0) << "the import was over before a single question was asked";
  const Ended imported = import.wait();
  EXPECT_EQ(imported.status, 0) << imported.error;
  EXPECT_EQ(imports_in(sociometer({"imports", "--json"}).out), 2);
}

TEST_F(OwnerTest, EverythingWorksWithTheServerUp) {
  Process server(with_data({"serve", "--listen", "127.0.0.1:0", "--now", "2026-06-22T12:00:00Z"}));
  const uint16_t port = port_in(server.out_with("Ctrl-C"));
  ASSERT_NE(port, 0);

  // A path relative to the asking command's folder, and standard input, are read by that command.
  write_file(folder_ / "relative.csv", post_head + post_rows(0, 5));
  const Ended relative =
      sociometer({"import", "relative.csv", "--now", "2026-03-01T00:00:00Z"}, {.folder = folder_.path()});
  EXPECT_EQ(relative.status, 0) << relative.error;
  EXPECT_THAT(relative.out, HasSubstr("relative.csv"));
  const Ended piped = sociometer({"import", "-", "--json"}, {.input = post_head + post_rows(10, 5)});
  EXPECT_EQ(piped.status, 0) << piped.error;
  EXPECT_TRUE(parse_json(piped.out));

  // --now travels: what the server did not know at the asked moment it does not tell.
  const Ended early = sociometer({"kpi", "posts", "--json", "--last", "30d", "--now", "2026-02-01T00:00:00Z"});
  EXPECT_THAT(early.out, HasSubstr("\"to\": \"2026-01-31\""));
  EXPECT_THAT(sociometer({"imports", "--json"}).out, HasSubstr("\"recorded_at\": \"2026-03-01T00:00:00Z\""));

  // Exit status and messages come through.
  const Ended wrong = sociometer({"kpi", "nosuch"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.error, StartsWith("sociometer: there is no KPI"));
  EXPECT_EQ(sociometer({"import", folder_ / "nowhere"}).status, 1);

  const Ended second = sociometer({"serve", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.error, HasSubstr(fmt::format("already served at http://127.0.0.1:{}/", port)));

  EXPECT_EQ(ask(port, {.target = "/api/v1/health"}).status, 200);
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait().status, 0);
  EXPECT_EQ(imports_in(sociometer({"imports", "--json"}).out), 2);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data/owner.sock"));
}

TEST_F(OwnerTest, ManyCommandsAtOnceAllGetTheirTurn) {
  write_file(folder_ / "first.csv", post_head + post_rows(0, 10));
  ASSERT_EQ(sociometer({"import", folder_ / "first.csv"}).status, 0);
  std::vector<std::unique_ptr<Process>> processes;
  for (int i = 0; i < 6; ++i) {
    const std::string path = folder_ / fmt::format("{}.csv", i);
    write_file(path, post_head + post_rows(100 * (i + 1), 20));
    processes.push_back(std::make_unique<Process>(with_data({"import", path})));
    processes.push_back(std::make_unique<Process>(with_data({"kpi", "impressions"})));
  }
  for (auto& process : processes) {
    const Ended ended = process->wait();
    EXPECT_EQ(ended.status, 0) << ended.error;
  }
  EXPECT_EQ(imports_in(sociometer({"imports", "--json"}).out), 7);
}

// At many moments of an import of several files: whatever of it is there is there whole.
TEST_F(OwnerTest, KillingAnImportLeavesEachBatchWholeOrAbsent) {
  std::filesystem::create_directories(folder_ / "files");
  constexpr int files = 4, rows = 4000;
  for (int i = 0; i < files; ++i) {
    write_file(folder_ / fmt::format("files/{}.csv", i), post_head + post_rows(i * rows, rows));
  }
  for (int moment = 1; moment <= 12; ++moment) {
    Process import(with_data({"import", folder_ / "files"}));
    std::this_thread::sleep_for(std::chrono::milliseconds(90 * moment));
    import.signal(SIGKILL);
    import.wait();
    const Ended listed = sociometer({"imports", "--json"});
    ASSERT_EQ(listed.status, 0) << listed.error;
    const int64_t batches = imports_in(listed.out);
    const Ended posts = sociometer({"posts", "--json", "--limit", "1"});
    ASSERT_EQ(posts.status, 0) << posts.error;
    EXPECT_EQ(parse_json(posts.out)->as_object().at("total").as_int64(), batches * rows) << "moment " << moment;
  }
  EXPECT_EQ(sociometer({"import", folder_ / "files"}).status, 0);
  EXPECT_EQ(imports_in(sociometer({"imports", "--json"}).out), files);
}

TEST_F(OwnerTest, CtrlCAtAnImportStoresNothingOfThatFile) {
  Process server(with_data({"serve", "--listen", "127.0.0.1:0"}));
  ASSERT_NE(port_in(server.out_with("Ctrl-C")), 0);
  const std::string fifo = pipe("slow");
  Process import(with_data({"import", fifo}));
  {
    // Opening waits for the reader; the import is then under way, and stays so.
    std::ofstream feeding(fifo);
    feeding << post_head << post_rows(0, 50'000) << std::flush;
    import.signal(SIGINT);
    import.wait();
  }
  for (int i = 0; i < 100 && imports_in(sociometer({"imports", "--json"}).out) != 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(imports_in(sociometer({"imports", "--json"}).out), 0);
  // The store takes the next import, so the cancelled one let go of it.
  write_file(folder_ / "next.csv", post_head + post_rows(0, 5));
  EXPECT_EQ(sociometer({"import", folder_ / "next.csv"}).status, 0);
}

}  // namespace
}  // namespace sociometer::server_test
