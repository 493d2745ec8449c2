// Transcripts: what the binary is told, beside what it says. Each tests/golden/server/*.golden begins with an empty
// data directory; a line that begins with
//
//     $ words          runs the binary in this test's folder of files; below it come its output, its messages after "!
//     ", and its exit status after "? " > METHOD TARGET [body]   asks the server, which is started at the first of
//     these and asked with a token that may everything; a body "@file" is that file
//
// All runs stand still at one moment, but for those that say another with --now; ids read BATCH-1, BATCH-2 in the order
// of their appearance, and FOLDER is one that goes with the test. UPDATE_GOLDEN=1 writes down what comes: read the
// difference before committing it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "base/json.h"
#include "base/text.h"
#include "http.h"
#include "process.h"

namespace sociometer::server_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* golden_now = "2026-06-22T12:00:00Z";
const std::string golden_files = SERVER_TESTS "/files";

Words words_of(std::string_view line) {
  Words words;
  std::string word;
  bool quoted = false, begun = false;
  for (char c : line) {
    if (c == '\'') {
      quoted = !quoted;
      begun = true;
    } else if (c == ' ' && !quoted) {
      if (begun) words.push_back(word);
      word.clear();
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  if (begun) words.push_back(word);
  return words;
}

class Transcript {
 public:
  explicit Transcript(const std::string& path) : path_(path) {
    setenv("CHROMIUM", "/nowhere", 1);  // the same where there is one and where there is none
  }

  std::string replay() {
    std::string text;
    const std::string script = read_file(path_);
    bool said = false;  // between a command and its status; there a line of Markdown is no remark
    for (std::string_view line : split(script, '\n')) {
      if (line.starts_with("$ ")) said = true;
      if (line.starts_with("? ")) said = false;
      if (line.starts_with("# ") && !said) text += std::string(line) + "\n";
      if (line.starts_with("$ ")) text += "\n" + std::string(line) + "\n" + run_line(line.substr(2));
      if (line.starts_with("> ")) text += "\n" + std::string(line) + "\n" + ask_line(line.substr(2));
    }
    return text;
  }

 private:
  // What is written down as BATCH-1 is called by its name of today.
  std::string with_ids(std::string line) const {
    for (size_t i = ids_.size(); i > 0; --i) replace(line, fmt::format("BATCH-{}", i), ids_[i - 1]);
    replace(line, "FOLDER", folder_.path().string());
    return line;
  }

  std::string without_ids(std::string text) {
    static constexpr std::string_view letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static constexpr size_t id_size = 26;
    for (size_t place = 0; (place = text.find_first_of(letters, place)) != std::string::npos;) {
      const size_t end = std::min(text.find_first_not_of(letters, place), text.size());
      const std::string word = text.substr(place, end - place);
      const bool is_new = std::find(ids_.begin(), ids_.end(), word) == ids_.end();
      if (word.size() == id_size && word.starts_with("01") && is_new) ids_.push_back(word);
      place = end;
    }
    for (size_t i = 0; i < ids_.size(); ++i) replace(text, ids_[i], fmt::format("BATCH-{}", i + 1));
    replace(text, folder_.path().string(), "FOLDER");
    return without_other_words(text);
  }

  static std::string without_other_words(const std::string& text) {
    std::string result;
    for (std::string_view line : split(text, '\n')) {
      const std::string_view start = trimmed(line);
      const std::string indent(line.substr(0, line.size() - start.size()));
      if (start.starts_with("\"SELECT ")) {
        result += indent + "\"SELECT …\"" + (start.ends_with(',') ? "," : "");
      } else if (start.starts_with("\"description\": ")) {
        result += indent + "\"description\": \"…\",";
      } else {
        result += line;
      }
      result += '\n';
    }
    result.pop_back();
    return result;
  }

  // Whoever runs the tests is called USER.
  static std::string without_user(std::string text) {
    const passwd* user = getpwuid(geteuid());
    const std::string name = user == nullptr ? std::to_string(geteuid()) : user->pw_name;
    for (const std::string before :
         {"saved by ", "approved by ", "\"saved_by\": \"", "\"published_by\": \"", "\"made_by\": \""}) {
      replace(text, before + name, before + "USER");
    }
    return text;
  }

  static void replace(std::string& text, const std::string& from, const std::string& to) {
    for (size_t place = 0; (place = text.find(from, place)) != std::string::npos; place += to.size()) {
      text.replace(place, from.size(), to);
    }
  }

  Words in_place(Words words) const {
    const bool dated = std::find(words.begin(), words.end(), "--now") != words.end();
    words.insert(words.end(), {"--data", folder_ / "data"});
    if (!dated) words.insert(words.end(), {"--now", golden_now});
    return words;
  }

  std::string run_line(std::string_view line) {
    const Ended ended = run(in_place(words_of(with_ids(std::string(line)))), {.folder = golden_files});
    std::string text = without_user(without_ids(ended.out));
    const std::string messages = without_user(without_ids(ended.error));
    for (std::string_view message : split(messages, '\n')) {
      if (!message.empty()) text += fmt::format("! {}\n", message);
    }
    return text + fmt::format("? {}\n", ended.status);
  }

  std::string ask_line(std::string_view line) {
    if (!server_) {
      bearer_ = trimmed(run(in_place(token_words())).out);
      server_ = std::make_unique<Process>(in_place({"serve", "--listen", "127.0.0.1:0"}));
      port_ = port_in(server_->out_with("Ctrl-C"));
    }
    const std::string whole = with_ids(std::string(line));
    const size_t method = whole.find(' ');
    const size_t target = std::min(whole.find(' ', method + 1), whole.size());
    Asked asked{whole.substr(0, method), whole.substr(method + 1, target - method - 1), "",
                fmt::format("Authorization: Bearer {}\r\n", bearer_)};
    if (target < whole.size()) asked.body = whole.substr(target + 1);
    if (asked.body.starts_with('@')) asked.body = read_file(golden_files + "/" + asked.body.substr(1));
    const Answer answer = ask(port_, asked);
    const Result<Json> json = parse_json(answer.body);
    const std::string body = json ? json_text(*json, JsonStyle::indented) : answer.body;
    return without_user(without_ids(
        fmt::format("{} {}\n{}\n", answer.status,
                    answer.headers.contains("content-type") ? answer.headers.at("content-type") : "", body)));
  }

  const std::string path_;
  Folder folder_;
  std::vector<std::string> ids_;
  std::unique_ptr<Process> server_;
  uint16_t port_ = 0;
  std::string bearer_;
};

std::vector<std::string> transcripts() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(GOLDEN_FILES)) {
    if (entry.path().extension() == ".golden") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(ManualTest, SaysWhatTheProgramTakes) {
  const std::string manual = run({"completion", "man"}).out;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) write_file(MANUAL, manual);
  EXPECT_TRUE(read_file(MANUAL) == manual) << "UPDATE_GOLDEN=1 writes " << MANUAL << " anew";
}

class GoldenTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldenTest, SaysWhatIsWrittenDown) {
  const std::string path = fmt::format("{}/{}.golden", GOLDEN_FILES, GetParam());
  const std::string text = Transcript(path).replay();
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    write_file(path, text);
    return;
  }
  const std::string expected = read_file(path);
  if (text == expected) return;
  const std::string actual_path = (fs::temp_directory_path() / (GetParam() + ".actual")).string();
  write_file(actual_path, text);
  const size_t place = static_cast<size_t>(
      std::mismatch(text.begin(), text.end(), expected.begin(), expected.end()).first - text.begin());
  const size_t line = text.rfind('\n', place > 0 ? place - 1 : 0);
  FAIL() << path << " differs; what came is in " << actual_path << "\nfirst difference:\n"
         << text.substr(line == std::string::npos ? 0 : line + 1, 400)
         << "\nUPDATE_GOLDEN=1 writes it down, if it is right";
}

INSTANTIATE_TEST_SUITE_P(Transcripts, GoldenTest, testing::ValuesIn(transcripts()),
                         [](const auto& transcript) { return transcript.param; });

}  // namespace
}  // namespace sociometer::server_test
