// Sudden ends: a server is killed at random moments of mixed writes, and of its own start. Whatever it acknowledged is
// there afterwards, what was under way is there as a whole or not at all, and both stores are whole.
//
// SOCIOMETER_KILLS=200 kills that often, SOCIOMETER_SEED chooses the moments.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <thread>

#include "base/json.h"
#include "base/text.h"
#include "http.h"
#include "process.h"

namespace sociometer::server_test {
namespace {

using testing::HasSubstr;

constexpr int rows_per_file = 20;
constexpr int kills_per_directory = 20;  // what is in it is read again after each
constexpr const char* api = "/api/v1";

// The server, as those who write see it.
struct Reach {
  uint16_t port = 0;
  std::string authorization, data;
  const std::atomic<bool>& is_over;  // the server was killed

  Answer ask(const std::string& method, const std::string& path, const std::string& body = "") const {
    return server_test::ask(port, {method, api + path, body, authorization});
  }
  // Nothing where the answer was cut off, or there was none.
  std::optional<JsonObject> object(const Answer& answer) const {
    Result<Json> json = parse_json(answer.body);
    if (!json || !json->is_object()) return std::nullopt;
    return json->get_object();
  }
  Ended command(Words words) const {
    words.insert(words.end(), {"--data", data});
    return run(words);
  }
};

// One who writes, and knows what was acknowledged to them.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual void write(const Reach& reach) = 0;
  virtual void check(const Reach& reach) = 0;
  const std::map<std::string, int>& acknowledged() const { return acknowledged_; }

 protected:
  void acknowledge(const std::string& what) { ++acknowledged_[what]; }

 private:
  std::map<std::string, int> acknowledged_;  // how often what was
};

// What the list of imports says, by batch.
struct Listed {
  std::string path;
  bool is_undone = false;
};
std::map<std::string, Listed> imports_listed(const Reach& reach) {
  std::map<std::string, Listed> found;
  for (std::string cursor; true;) {
    const auto page = reach.object(reach.ask("GET", "/imports?limit=500&cursor=" + cursor));
    if (!page) {
      ADD_FAILURE() << "the imports cannot be listed";
      return found;
    }
    for (const Json& each : page->at("imports").as_array()) {
      const JsonObject& batch = each.as_object();
      found[std::string(batch.at("batch").as_string())] = {std::string(batch.at("path").as_string()),
                                                           batch.at("undone").as_bool()};
    }
    if (page->at("next").is_null()) return found;
    cursor = page->at("next").as_string();
  }
}

int live_of(const std::map<std::string, Listed>& listed, std::string_view name) {
  return static_cast<int>(std::ranges::count_if(
      listed, [&](const auto& each) { return !each.second.is_undone && each.second.path.starts_with(name); }));
}

// The batch of a file that was imported; empty where the answer was cut off.
std::string batch_in(const Reach& reach, const Answer& answer) {
  const auto report = reach.object(answer);
  return report ? std::string(report->at("files").at(0).at("batch").as_string()) : std::string();
}

// Imports posts, and takes some of them back.
class Posts : public Writer {
 public:
  void write(const Reach& reach) override {
    if (++step_ % 3 == 0) return undo(reach);
    const Answer answer = reach.ask("POST", fmt::format("/imports?filename=posts{}.csv", step_), csv());
    if (answer.status == 0) return;
    EXPECT_EQ(answer.status, 200) << answer.body;
    ++files_;
    acknowledge("posts imported");
    if (const std::string batch = batch_in(reach, answer); !batch.empty()) batches_[batch] = State::there;
  }

  void check(const Reach& reach) override {
    const auto listed = imports_listed(reach);
    for (auto& [batch, state] : batches_) {
      ASSERT_TRUE(listed.contains(batch)) << batch << " was acknowledged";
      const bool is_undone = listed.at(batch).is_undone;
      EXPECT_FALSE(state == State::there && is_undone) << batch << " was taken back by nobody";
      EXPECT_FALSE(state == State::undone && !is_undone) << batch << " was acknowledged as undone";
      state = is_undone ? State::undone : State::there;
    }
    EXPECT_GE(std::ranges::count_if(listed, [](const auto& e) { return e.second.path.starts_with("posts"); }), files_);
    const auto posts = reach.object(reach.ask("GET", "/posts?limit=1"));
    ASSERT_TRUE(posts);
    EXPECT_EQ(posts->at("total").as_int64(), live_of(listed, "posts") * rows_per_file) << "whole files and no others";
  }

 private:
  enum class State { there, undone, either };

  void undo(const Reach& reach) {
    const auto first = std::ranges::find_if(batches_, [](const auto& each) { return each.second == State::there; });
    if (first == batches_.end()) return;
    first->second = State::either;
    const Answer answer = reach.ask("POST", fmt::format("/imports/{}/undo", first->first));
    if (answer.status == 0) return;
    EXPECT_EQ(answer.status, 200) << answer.body;
    first->second = State::undone;
    acknowledge("posts undone");
  }

  std::string csv() {
    std::string text = "network,account,post_id,published_at,zone,kind,text,link,campaign,tags,impressions,likes\n";
    for (int i = 0; i < rows_per_file; ++i, ++post_) {
      text += fmt::format("x,brand,{},2026-01-{:02}T10:00:00Z,UTC,post,Post number {},,,,{},{}\n", 100'000 + post_,
                          post_ % 28 + 1, post_, 100 + post_, post_ % 10);
    }
    return text;
  }

  std::map<std::string, State> batches_;
  int step_ = 0, post_ = 0;
  int64_t files_ = 0;
};

// Changes what is agreed on: workspaces, rules, rates, accounts, own KPIs.
class Settings : public Writer {
 public:
  void write(const Reach& reach) override {
    const int number = ++step_;
    const Kind kind = static_cast<Kind>(number % 5);
    if (kind == Kind::rules) rule_asked_ = fmt::format("{}m", number);
    const Answer answer = ask(reach, kind, number);
    if (answer.status == 0) return;
    EXPECT_THAT(answer.status, testing::AnyOf(200, 201)) << answer.body;
    if (kind == Kind::rules) rule_ = rule_asked_;
    if (kind != Kind::rules) done_.emplace_back(kind, number);
    acknowledge(fmt::format("settings of kind {}", number % 5));
  }

  void check(const Reach& reach) override {
    const std::map<Kind, std::string> found{{Kind::workspace, reach.ask("GET", "/workspaces").body},
                                            {Kind::rates, reach.ask("GET", "/rates").body},
                                            {Kind::account, reach.ask("GET", "/accounts").body},
                                            {Kind::kpi, reach.ask("GET", "/catalog").body}};
    for (const auto& [kind, number] : done_) {
      EXPECT_NE(found.at(kind).find(fmt::format("\"{}\"", name_of(kind, number))), std::string::npos)
          << name_of(kind, number);
    }
    const auto rules = reach.object(reach.ask("GET", "/workspaces/default/rules"));
    ASSERT_TRUE(rules);
    const Json* there = rules->at("rules").as_object().if_contains("response_window");
    const std::string rule = there == nullptr ? "" : std::string(there->as_string());
    EXPECT_TRUE(rule == rule_ || rule == rule_asked_) << rule << " instead of " << rule_;
    rule_ = rule_asked_ = rule;
  }

 private:
  enum class Kind { workspace, rules, rates, account, kpi };

  static std::string name_of(Kind kind, int number) {
    if (kind != Kind::rates) return fmt::format("n{}", number);
    return fmt::format("20{:02}-{:02}-{:02}", 10 + number / 336 % 10, 1 + number / 28 % 12, 1 + number % 28);
  }

  static Answer ask(const Reach& reach, Kind kind, int number) {
    const std::string name = name_of(kind, number);
    switch (kind) {
      case Kind::workspace:
        return reach.ask("PUT", "/workspaces/" + name, R"({"zone":"Europe/Berlin"})");
      case Kind::rules:
        return reach.ask("PUT", "/workspaces/default/rules", fmt::format(R"({{"response_window":"{}m"}})", number));
      case Kind::rates:
        return reach.ask("POST", "/rates", fmt::format("date,from,to,rate\n{},EUR,USD,1.1\n", name));
      case Kind::account:
        return reach.ask("PUT", "/accounts/x/" + name, R"({"ownership":"competitor"})");
      case Kind::kpi:
        break;
    }
    return reach.ask("POST", "/catalog",
                     fmt::format("kpis: {{{0}: {{name: N{0}, class: ratio, unit: ratio, good: up, interval: false, "
                                 "formula: 'likes / impressions'}}}}",
                                 name));
  }

  std::vector<std::pair<Kind, int>> done_;
  std::string rule_, rule_asked_;
  int step_ = 0;
};

// Lets people in, by the command line and by HTTP, and takes those who answered surveys out again.
class People : public Writer {
 public:
  void write(const Reach& reach) override {
    const int number = ++step_;
    if (number % 4 == 1) return invite(reach, fmt::format("p{}@example.org", number));
    if (number % 4 == 2) return accept(reach);
    if (number % 4 == 3) return answer_survey(reach, fmt::format("respondent{}", number));
    erase(reach);
  }

  void check(const Reach& reach) override {
    const Ended listed = reach.command({"user", "--json"});
    ASSERT_EQ(listed.status, 0) << listed.error;
    for (const std::string& person : people_) EXPECT_THAT(listed.out, HasSubstr("\"" + person + "\""));
    for (const auto& [person, proof] : invited_) {
      const Answer looked = reach.ask("POST", "/links/look", fmt::format(R"({{"proof":"{}"}})", proof));
      EXPECT_EQ(looked.status, 200) << person << looked.body;
    }
    for (const std::string& name : std::exchange(erased_, {})) {
      const Ended rehearsed = reach.command({"erase", name});
      EXPECT_THAT(rehearsed.out, HasSubstr("nothing is known of them")) << name << rehearsed.error;
    }
    const int surveys = live_of(imports_listed(reach), "survey");
    EXPECT_GE(surveys, surveys_);
    const auto answer = reach.object(
        reach.ask("POST", "/query", R"({"kpis":["survey_responses"],"from":"2026-01-01","to":"2026-01-31"})"));
    ASSERT_TRUE(answer);
    if (surveys > 0) {
      EXPECT_EQ(answer->at("rows").at(0).at("value").to_number<double>(), surveys) << "numbers outlast names";
    }
  }

 private:
  void invite(const Reach& reach, const std::string& person) {
    const Ended ended = reach.command({"user", "add", person});
    const size_t mark = ended.out.find('#');
    if (ended.status == 0 && mark != std::string::npos) {
      acknowledge("people invited");
      invited_[person] = std::string(trimmed(std::string_view(ended.out).substr(mark + 1)));
    }
    EXPECT_TRUE(ended.status == 0 || reach.is_over) << ended.error;
  }

  void accept(const Reach& reach) {
    if (invited_.empty()) return;
    const auto [person, proof] = *invited_.begin();
    invited_.erase(invited_.begin());  // whether it is used up, nobody knows from here on
    const Answer answer =
        reach.ask("POST", "/links/accept",
                  fmt::format(R"({{"proof":"{}","name":"P","password":"a passphrase of this test"}})", proof));
    if (answer.status == 0) return;
    EXPECT_EQ(answer.status, 200) << answer.body;
    people_.push_back(person);
    acknowledge("people let in");
  }

  void answer_survey(const Reach& reach, const std::string& name) {
    const Answer answer =
        reach.ask("POST", fmt::format("/imports?filename=survey-{}.csv&observed_at=2026-01-05T00:00:00Z", name),
                  fmt::format("user_id,text,NPS_Score\n{},Too late for {},3\n", name, name));
    if (answer.status == 0) return;
    EXPECT_EQ(answer.status, 200) << answer.body;
    ++surveys_;
    acknowledge("surveys imported");
    respondents_.push_back(name);
  }

  void erase(const Reach& reach) {
    if (respondents_.empty()) return;
    const std::string name = respondents_.back();
    const Ended ended = reach.command({"erase", name, "--forever"});
    EXPECT_TRUE(ended.status == 0 || reach.is_over) << ended.error;
    if (ended.status != 0) return;
    respondents_.pop_back();
    erased_.push_back(name);
    acknowledge("people erased");
  }

  std::map<std::string, std::string> invited_;  // with the proof that lets them in
  std::vector<std::string> people_, respondents_, erased_;
  int step_ = 0, surveys_ = 0;
};

class KillTest : public testing::Test {
 protected:
  // Begins anew in a directory with nothing in it.
  void begin() {
    folder_.emplace();
    data_ = *folder_ / "data";
    dismiss();
    writers_.push_back(std::make_unique<Posts>());
    writers_.push_back(std::make_unique<Settings>());
    writers_.push_back(std::make_unique<People>());
    Words words = token_words();
    words.insert(words.end(), {"--data", data_});
    authorization_ = fmt::format("Authorization: Bearer {}\r\n", trimmed(run(words).out));
  }

  // Adds up what the writers were told, and lets them go.
  void dismiss() {
    for (const auto& writer : writers_) {
      for (const auto& [what, times] : writer->acknowledged()) acknowledged_[what] += times;
    }
    writers_.clear();
  }

  // Everything that was acknowledged is there.
  void check_all(const Process& server) {
    const std::atomic<bool> is_over = false;
    const Reach reach{port_in(server.out_with("Ctrl-C")), authorization_, data_, is_over};
    ASSERT_NE(reach.port, 0) << server.out_with("Ctrl-C");
    for (const auto& writer : writers_) writer->check(reach);
  }

  // All write until the server is killed, after so many milliseconds.
  void write_until_killed(Process& server, int pause) {
    std::atomic<bool> is_over = false;
    const Reach reach{port_in(server.out_with("Ctrl-C")), authorization_, data_, is_over};
    std::vector<std::thread> threads;
    for (const auto& writer : writers_) {
      threads.emplace_back([&] {
        while (!is_over) writer->write(reach);
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    is_over = true;
    server.signal(SIGKILL);
    for (std::thread& thread : threads) thread.join();
    server.wait();
  }

  std::optional<Folder> folder_;
  std::string data_, authorization_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::map<std::string, int> acknowledged_;
};

TEST_F(KillTest, AKilledServerLosesNothingItAcknowledged) {
  const char* wanted = std::getenv("SOCIOMETER_KILLS");
  const int kills = wanted == nullptr ? 5 : std::atoi(wanted);
  const char* seed = std::getenv("SOCIOMETER_SEED");
  std::mt19937 random(seed == nullptr ? 1 : static_cast<unsigned>(std::atoi(seed)));
  const Words serving{"serve", "--listen", "127.0.0.1:0", "--data"};
  for (int kill = 0; kill < kills && !HasFailure(); ++kill) {
    SCOPED_TRACE(fmt::format("kill {}", kill));
    if (kill % kills_per_directory == 0) begin();
    Words words = serving;
    words.push_back(data_);
    if (kill % 5 == 4) {
      // While it starts, and takes up what the one before left.
      Process server(words);
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 500));
      server.signal(SIGKILL);
      server.wait();
    } else {
      Process server(words);
      check_all(server);
      write_until_killed(server, static_cast<int>(random() % 1500));
    }
    const Ended checked = run({"check", "--data", data_});
    ASSERT_EQ(checked.status, 0) << checked.out << checked.error;
    const bool is_last = kill + 1 == kills || (kill + 1) % kills_per_directory == 0;
    if (!is_last) continue;
    Process server(words);
    check_all(server);
  }
  dismiss();
  for (const auto& [what, times] : acknowledged_) fmt::print("{}: {}\n", what, times);
  EXPECT_FALSE(acknowledged_.empty()) << "nothing was written before the kills";
}

}  // namespace
}  // namespace sociometer::server_test
