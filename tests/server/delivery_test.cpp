// Messages out of the house, to a real mail server and a real receiver of hooks: whatever dies in between, each arrives
// once, late rather than never.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <set>
#include <thread>

#include "base/json.h"
#include "base/text.h"
#include "http.h"
#include "process.h"

namespace sociometer::server_test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// The other end, which may be killed and come back at the same place.
class Receivers {
 public:
  Receivers() { start(); }
  void start() {
    process_ = std::make_unique<Process>(Words{RECEIVERS, folder_.path().string(), std::to_string(smtp_)},
                                         Circumstances{.program = NODE});
    const std::string said = process_->out_with("ready");
    const std::vector<std::string_view> words = split(said, ' ');
    ASSERT_GE(words.size(), 4U) << process_->wait().error;
    smtp_ = std::atoi(std::string(words[1]).c_str());
    http_ = std::atoi(std::string(words[3]).c_str());
  }
  void kill() { process_.reset(); }
  int smtp() const { return smtp_; }
  std::string url(std::string_view path) const { return fmt::format("http://127.0.0.1:{}{}", http_, path); }

  void behave(const std::string& how, std::string_view text = "") const { write_file(folder_ / how, text); }
  void behave_no_more(const std::string& how) const { std::filesystem::remove(folder_ / how); }

  std::vector<JsonObject> mails() const { return all("mail"); }
  std::vector<JsonObject> hooks() const { return all("hook"); }
  // Once there are so many; as many as there are after four minutes, for a busy machine writes a report slowly.
  std::vector<JsonObject> mails(size_t count) const { return waited("mail", count); }
  std::vector<JsonObject> hooks(size_t count) const { return waited("hook", count); }

 private:
  std::vector<JsonObject> all(const std::string& kind) const {
    std::vector<JsonObject> found;
    while (true) {
      const std::string path = folder_ / fmt::format("{}-{}.json", kind, found.size() + 1);
      if (!std::filesystem::exists(path)) return found;
      found.push_back(parse_json(read_file(path))->as_object());
    }
  }
  std::vector<JsonObject> waited(const std::string& kind, size_t count) const {
    for (int i = 0; i < 24'000 && all(kind).size() < count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return all(kind);
  }

  Folder folder_;
  std::unique_ptr<Process> process_;
  int smtp_ = 0, http_ = 0;
};

std::string text_in(const JsonObject& object, const char* name) {
  return std::string(object.at(name).as_string());
}

// A header of a mail as it was sent, its folded lines joined; empty if there is none.
std::string header_in(const JsonObject& mail, const std::string& name) {
  std::string head = text_in(mail, "raw");
  head = "\r\n" + head.substr(0, head.find("\r\n\r\n"));
  const size_t begin = head.find("\r\n" + name + ": ");
  if (begin == std::string::npos) return "";
  std::string value;
  size_t place = begin + 4 + name.size();
  while (place < head.size()) {
    if (head.compare(place, 2, "\r\n") == 0 && (place + 2 >= head.size() || head[place + 2] != ' ')) break;
    if (head[place] != '\r' && head[place] != '\n') value += head[place];
    ++place;
  }
  return value;
}

class Delivery : public testing::Test {
 protected:
  Delivery() {
    setenv("CHROMIUM", "/nowhere", 1);  // how a page is printed is not asked here
  }

  Ended sociometer(Words words, const Circumstances& circumstances = {}) const {
    words.insert(words.end(), {"--data", data_ / "data"});
    return run(words, circumstances);
  }
  void does(const Words& words, const Circumstances& circumstances = {}) const {
    const Ended ended = sociometer(words, circumstances);
    EXPECT_EQ(ended.status, 0) << words[0] << " " << words[1] << ": " << ended.error;
  }
  JsonObject answer(Words words) const {
    words.emplace_back("--json");
    const Ended ended = sociometer(words);
    const Result<Json> json = parse_json(ended.out);
    EXPECT_TRUE(json && json->is_object()) << ended.error;
    return json && json->is_object() ? json->as_object() : JsonObject{};
  }
  std::unique_ptr<Process> serve(const std::string& now) const {
    auto server =
        std::make_unique<Process>(Words{"serve", "--listen", "127.0.0.1:0", "--now", now, "--data", data_ / "data"});
    EXPECT_NE(port_in(server->out_with("Ctrl-C")), 0);
    return server;
  }
  void end(std::unique_ptr<Process> server) const {
    server->signal(SIGTERM);
    EXPECT_EQ(server->wait().status, 0);
  }
  // Of the message that was put last.
  JsonObject last_message() const {
    const JsonObject document = answer({"channel", "messages"});
    const JsonArray& messages = document.at("messages").as_array();
    return messages.empty() ? JsonObject{{"state", "none"}} : messages.front().as_object();
  }
  JsonObject message_in(const std::string& state) const {
    JsonObject message = last_message();
    for (int i = 0; i < 300 && text_in(message, "state") != state; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      message = last_message();
    }
    EXPECT_EQ(text_in(message, "state"), state);
    return message;
  }

  void set_mail() const {
    does({"mail", "set", "--host", "127.0.0.1", "--port", std::to_string(receivers_.smtp()), "--security", "none",
          "--from", "reports@example.org", "--name", "Zahlen für alle"});
  }
  void add_mail_channel() const {
    set_mail();
    does({"channel", "add", "team", "--to", "ann@example.org", "--to", "bob@example.org"});
  }
  void add_hook(const std::string& name, std::string_view path) const {
    does({"channel", "allow", "127.0.0.1"});
    does({"channel", "add", name, "--webhook", receivers_.url(path)});
  }
  // A report each day at eight, from 1 June on.
  void schedule(const std::string& channel) const {
    sociometer({"report", "approve", "executive", "--now", "2026-06-01T09:00:00Z"});
    does({"report", "schedule", "executive", "--every", "day", "--at", "08:00", "--zone", "UTC", "--to", channel,
          "--format", "md,xlsx", "--now", "2026-06-01T09:00:00Z"});
  }

  // Impressions of June's days from the 20th on.
  void import_days(const std::vector<int>& values, const std::string& now) const {
    std::string text = "network,account,subject,measure,window,start,value\n";
    for (size_t i = 0; i < values.size(); ++i) {
      text += fmt::format("instagram,brand,account,impressions,day,2026-06-{},{}\n", 20 + i, values[i]);
    }
    write_file(data_ / "days.csv", text);
    does({"import", data_ / "days.csv", "--now", now});
  }

  Folder data_;
  Receivers receivers_;
};

TEST_F(Delivery, AMailIsAsItShouldBe) {
  add_mail_channel();
  does({"channel", "test", "team"});
  const std::vector<JsonObject> mails = receivers_.mails(1);
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_EQ(text_in(mails[0], "from"), "reports@example.org");
  EXPECT_EQ(json_text(mails[0].at("to")), R"(["ann@example.org","bob@example.org"])");
  EXPECT_EQ(header_in(mails[0], "From"), "=?UTF-8?B?WmFobGVuIGbDvHIgYWxsZQ==?= <reports@example.org>");
  EXPECT_EQ(header_in(mails[0], "To"), "<ann@example.org>, <bob@example.org>");
  EXPECT_EQ(header_in(mails[0], "Subject"), "A test of the channel team");
  EXPECT_THAT(header_in(mails[0], "Message-ID"), StartsWith("<"));
  EXPECT_THAT(header_in(mails[0], "Date"), HasSubstr(" +0000"));
  EXPECT_THAT(text_in(mails[0], "raw"), HasSubstr("This is a test of the channel team"));
  EXPECT_EQ(text_in(message_in("delivered"), "channel"), "team");
}

TEST_F(Delivery, SignsInAndNeverSaysThePassword) {
  set_mail();
  const Words set{"mail", "set", "--user", "reports", "--password-file", "-"};
  does(set, {.input = "right\n"});
  does({"mail", "test", "--to", "ann@example.org"});
  ASSERT_THAT(receivers_.mails(1), SizeIs(1));
  EXPECT_EQ(text_in(receivers_.mails()[0], "user"), "reports");
  EXPECT_THAT(sociometer({"mail", "show", "--json"}).out,
              AllOf(HasSubstr("\"has_password\": true"), Not(HasSubstr("right"))));
  does(set, {.input = "wrong\n"});
  const Ended refused = sociometer({"mail", "test", "--to", "ann@example.org"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.error, AllOf(HasSubstr("does not take the user and password"), Not(HasSubstr("wrong"))));
}

TEST_F(Delivery, TrustsNoServerThatCannotSayWhoItIs) {
  does({"mail", "set", "--host", "127.0.0.1", "--port", std::to_string(receivers_.smtp()), "--security", "starttls",
        "--from", "reports@example.org"});
  const Ended refused = sociometer({"mail", "test", "--to", "ann@example.org"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.error, HasSubstr("certificate"));
  EXPECT_THAT(receivers_.mails(), IsEmpty());
}

TEST_F(Delivery, OneAddressThatIsGoneKeepsTheMailFromNobodyElse) {
  set_mail();
  does({"channel", "add", "team", "--to", "gone@example.org", "--to", "ann@example.org"});
  const Ended tested = sociometer({"channel", "test", "team"});
  EXPECT_EQ(tested.status, 0) << tested.error;
  EXPECT_THAT(tested.out, HasSubstr("gone@example.org was refused: 550"));
  ASSERT_THAT(receivers_.mails(1), SizeIs(1));
  EXPECT_EQ(json_text(receivers_.mails()[0].at("to")), R"(["ann@example.org"])");
  EXPECT_THAT(sociometer({"channels"}).out, HasSubstr("nobody of that name"));
}

TEST_F(Delivery, AWebhookIsSignedAndAChatGetsText) {
  const Ended private_address = sociometer({"channel", "add", "ops", "--webhook", receivers_.url("/ops")});
  EXPECT_EQ(private_address.status, 2);
  EXPECT_THAT(private_address.error, HasSubstr("sociometer channel allow 127.0.0.1"));
  does({"channel", "allow", "127.0.0.1"});
  const JsonObject made = answer({"channel", "add", "ops", "--webhook", receivers_.url("/ops?key=Tk7")});
  receivers_.behave("secret", text_in(made, "secret"));
  EXPECT_THAT(json_text(answer({"channels"})), AllOf(HasSubstr("http://127.0.0.1"), Not(HasSubstr("Tk7"))));
  does({"channel", "test", "ops"});
  does({"channel", "add", "chat", "--slack", receivers_.url("/chat")});
  does({"channel", "test", "chat"});
  const std::vector<JsonObject> hooks = receivers_.hooks(2);
  ASSERT_THAT(hooks, SizeIs(2));
  EXPECT_EQ(text_in(hooks[0], "path"), "/ops?key=Tk7");
  EXPECT_TRUE(hooks[0].at("signed").as_bool());
  const JsonObject body = parse_json(text_in(hooks[0], "body"))->as_object();
  EXPECT_EQ(text_in(body, "subject"), "A test of the channel ops");
  EXPECT_EQ(text_in(body, "workspace"), "default");
  EXPECT_EQ(text_in(body, "id"), text_in(hooks[0].at("headers").as_object(), "idempotency-key"));
  EXPECT_EQ(json_text(body.at("data")), R"({"kind":"test"})");
  EXPECT_FALSE(hooks[1].at("signed").as_bool());
  EXPECT_THAT(text_in(hooks[1], "body"), StartsWith(R"({"text":"*A test of the channel chat*\n)"));
  // Taken back, the address may not be reached any more, whenever the channel was made.
  does({"channel", "disallow", "127.0.0.1"});
  EXPECT_THAT(sociometer({"channel", "test", "ops"}).error, HasSubstr("not a public address"));
  EXPECT_THAT(receivers_.hooks(), SizeIs(2));
}

TEST_F(Delivery, ADeadMailServerGetsItLateAndOnce) {
  add_mail_channel();
  schedule("team");
  receivers_.kill();
  auto server = serve("2026-06-02T08:00:10Z");
  const JsonObject waiting = message_in("waiting");
  for (int i = 0; i < 300 && last_message().at("tries").to_number<int>() == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_THAT(text_in(last_message(), "failure"), HasSubstr("nobody listens"));
  EXPECT_EQ(text_in(last_message(), "next_try"), "2026-06-02T08:00:40Z");
  // The program dies as well.
  server->signal(SIGKILL);
  server->wait();
  receivers_.start();
  server = serve("2026-06-02T08:05:00Z");
  const std::vector<JsonObject> mails = receivers_.mails(1);
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_THAT(header_in(mails[0], "Subject"), Not(IsEmpty()));
  EXPECT_THAT(text_in(mails[0], "raw"), AllOf(HasSubstr("executive-1.md"), HasSubstr("executive-1.xlsx"),
                                              HasSubstr("as of 2026-06-02T08:00:00Z")));
  message_in("delivered");
  end(std::move(server));
  // Back within the day nothing is due; after three days that were missed, one report is, and not three.
  end(serve("2026-06-02T20:00:00Z"));
  server = serve("2026-06-05T12:00:00Z");
  ASSERT_THAT(receivers_.mails(2), SizeIs(2));
  message_in("delivered");
  EXPECT_THAT(text_in(receivers_.mails()[1], "raw"), HasSubstr("as of 2026-06-05T08:00:00Z"));
  EXPECT_NE(header_in(receivers_.mails()[0], "Message-ID"), header_in(receivers_.mails()[1], "Message-ID"));
  end(std::move(server));
  EXPECT_THAT(receivers_.mails(), SizeIs(2));
  const JsonObject published = answer({"report", "show", "executive"});
  EXPECT_THAT(published.at("published").as_array(), SizeIs(2));
}

TEST_F(Delivery, AnAlertIsToldOnceWhateverDiesInBetween) {
  add_mail_channel();
  import_days({4100, 4200, 4050, 4300, 4500, 4400, 4250, 4150}, "2026-06-28T09:00:00Z");
  does({"alert", "add", "low", "--kpi", "impressions", "--below", "40000", "--to", "team", "--now",
        "2026-06-28T10:00:00Z"});
  receivers_.kill();
  auto server = serve("2026-07-05T08:00:10Z");
  message_in("waiting");
  server->signal(SIGKILL);
  server->wait();
  receivers_.start();
  server = serve("2026-07-05T08:20:00Z");
  const std::vector<JsonObject> mails = receivers_.mails(1);
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_THAT(header_in(mails[0], "Subject"), HasSubstr("low"));
  message_in("delivered");
  end(std::move(server));
  // About the bound, beyond it, about it: all of it is the same episode.
  does({"alerts", "run", "--now", "2026-07-05T09:00:00Z"});
  import_days({4100, 4200, 4050, 4300, 4500, 4400, 4250, 14500}, "2026-07-05T10:00:00Z");
  does({"alerts", "run", "--now", "2026-07-05T10:00:00Z"});
  import_days({4100, 4200, 4050, 4300, 4500, 4400, 4250, 14000}, "2026-07-05T11:00:00Z");
  end(serve("2026-07-05T11:20:00Z"));
  EXPECT_THAT(receivers_.mails(), SizeIs(1));
  // Its end is told once as well.
  import_days({4100, 4200, 4050, 4300, 4500, 4400, 4250, 34500}, "2026-07-05T12:00:00Z");
  server = serve("2026-07-05T12:20:00Z");
  EXPECT_THAT(receivers_.mails(2), SizeIs(2));
  message_in("delivered");
  end(std::move(server));
  end(serve("2026-07-05T13:00:00Z"));
  EXPECT_THAT(receivers_.mails(), SizeIs(2));
}

TEST_F(Delivery, ASlowHookHoldsUpNeitherOthersNorTheEnd) {
  receivers_.behave("hang");
  add_hook("ops", "/slow");
  add_mail_channel();
  schedule("ops");
  schedule("team");
  auto server = serve("2026-06-02T08:00:10Z");
  ASSERT_THAT(receivers_.hooks(1), SizeIs(1));
  EXPECT_THAT(receivers_.mails(1), SizeIs(1));
  end(std::move(server));
  // Whether the other end took it before it was cut off nobody knows: it is sent again, under the same key.
  receivers_.behave_no_more("hang");
  server = serve("2026-06-02T08:00:20Z");
  const std::vector<JsonObject> hooks = receivers_.hooks(2);
  ASSERT_THAT(hooks, SizeIs(2));
  std::set<std::string> keys;
  for (const JsonObject& each : hooks) keys.insert(text_in(each.at("headers").as_object(), "idempotency-key"));
  EXPECT_THAT(keys, SizeIs(1));
  end(std::move(server));
  EXPECT_THAT(receivers_.mails(), SizeIs(1));
}

TEST_F(Delivery, WhatWasBeingSentWhenTheProgramDiedIsSentAgainUnderTheSameKey) {
  receivers_.behave("hang");
  add_hook("ops", "/slow");
  schedule("ops");
  auto server = serve("2026-06-02T08:00:10Z");
  ASSERT_THAT(receivers_.hooks(1), SizeIs(1));
  server->signal(SIGKILL);
  server->wait();
  EXPECT_EQ(text_in(last_message(), "state"), "sending");
  receivers_.behave_no_more("hang");
  server = serve("2026-06-02T08:00:20Z");
  const std::vector<JsonObject> hooks = receivers_.hooks(2);
  ASSERT_THAT(hooks, SizeIs(2));
  EXPECT_EQ(text_in(hooks[0].at("headers").as_object(), "idempotency-key"),
            text_in(hooks[1].at("headers").as_object(), "idempotency-key"));
  message_in("delivered");
  end(std::move(server));
  end(serve("2026-06-02T12:00:00Z"));
  EXPECT_THAT(receivers_.hooks(), SizeIs(2));
}

TEST_F(Delivery, ComesAgainWhenItIsToldTo) {
  add_hook("ops", "/later");
  schedule("ops");
  auto server = serve("2026-06-02T08:00:10Z");
  ASSERT_THAT(receivers_.hooks(1), SizeIs(1));
  for (int i = 0; i < 300 && last_message().at("tries").to_number<int>() == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(text_in(message_in("waiting"), "next_try"), "2026-06-02T10:00:10Z");
  EXPECT_THAT(text_in(last_message(), "failure"), HasSubstr("answered 503: not now"));
  end(std::move(server));
}

TEST_F(Delivery, ADraftIsSentOnceItIsApproved) {
  add_mail_channel();
  does({"report", "schedule", "executive", "--every", "day", "--at", "08:00", "--zone", "UTC", "--to", "team",
        "--format", "md", "--now", "2026-06-01T09:00:00Z"});
  auto server = serve("2026-06-02T08:00:10Z");
  JsonObject schedule;
  for (int i = 0; i < 300; ++i) {
    schedule =
        answer({"report", "schedules", "--now", "2026-06-02T08:00:20Z"}).at("schedules").as_array().front().as_object();
    if (!schedule.at("failure").is_null()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_THAT(text_in(schedule, "failure"), HasSubstr("is a draft"));
  EXPECT_EQ(text_in(schedule, "next"), "2026-06-02T08:00:00Z");
  does({"report", "approve", "executive"});
  end(std::move(server));
  server = serve("2026-06-02T09:00:00Z");
  EXPECT_THAT(receivers_.mails(1), SizeIs(1));
  end(std::move(server));
}

TEST_F(Delivery, WhoForgotTheirPasswordGetsALinkAndNobodyLearnsWhoIsThere) {
  const auto ask_for = [](uint16_t port, std::string_view email) {
    return ask(port, {"POST", "/api/v1/session/forgotten", fmt::format(R"({{"email":"{}"}})", email)});
  };
  auto server = std::make_unique<Process>(Words{"serve", "--listen", "127.0.0.1:0", "--public-url",
                                                "https://stats.example.org/", "--data", data_ / "data"});
  const std::string out = server->out_with("Ctrl-C");
  const uint16_t port = port_in(out);
  EXPECT_EQ(ask_for(port, "ann@example.org").status, 422);
  set_mail();
  const size_t begin = out.find("/link#") + 6;
  const std::string proof = out.substr(begin, out.find('\n', begin) - begin);
  const Answer made =
      ask(port, {"POST", "/api/v1/links/accept",
                 fmt::format(R"({{"proof":"{}","email":"ann@example.org","name":"Ann","password":"a long )"
                             R"(and plain one"}})",
                             proof)});
  ASSERT_EQ(made.status, 200) << made.body;
  const Answer nobody = ask_for(port, "nobody@example.org");
  const Answer somebody = ask_for(port, " Ann@example.org");
  EXPECT_EQ(nobody.status, 202);
  EXPECT_EQ(somebody.status, 202);
  EXPECT_EQ(nobody.body, somebody.body);
  EXPECT_EQ(ask_for(port, "ann@example.org").status, 202);
  const std::vector<JsonObject> mails = receivers_.mails(1);
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_EQ(json_text(mails[0].at("to")), R"(["ann@example.org"])");
  // Quoted-printable breaks long lines.
  std::string raw = text_in(mails[0], "raw");
  for (size_t soft = raw.find("=\r\n"); soft != std::string::npos; soft = raw.find("=\r\n")) raw.erase(soft, 3);
  const size_t link = raw.find("https://stats.example.org/link#");
  ASSERT_NE(link, std::string::npos) << raw;
  const size_t from = raw.find('#', link) + 1;
  const std::string fresh = raw.substr(from, raw.find_first_of("\r\n", from) - from);
  const std::string body = fmt::format(R"({{"proof":"{}","password":"another long and plain one"}})", fresh);
  EXPECT_EQ(ask(port, {"POST", "/api/v1/links/accept", body}).status, 200);
  EXPECT_EQ(ask(port, {"POST", "/api/v1/links/accept", body}).status, 404);
  end(std::move(server));
  EXPECT_THAT(receivers_.mails(), SizeIs(1));
}

}  // namespace
}  // namespace sociometer::server_test
