// Against real sockets on the loopback interface; a real mail server is in tests/server.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <latch>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "net/net.h"

namespace sociometer::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

class Receiver {
 public:
  explicit Receiver(Handler handler)
      : server_({.address = "127.0.0.1", .threads = 2}, [this, handler](const Request& request) {
          std::lock_guard lock(mutex_);
          seen_.push_back(request);
          return handler(request);
        }) {
    EXPECT_TRUE(server_.start());
  }
  ~Receiver() { server_.stop(); }
  std::string url(const std::string& path = "/hook") const {
    return fmt::format("http://127.0.0.1:{}{}", server_.port(), path);
  }
  uint16_t port() const { return server_.port(); }
  std::vector<Request> seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Request> seen_;
  HttpServer server_;
};

Response saying(int status, std::string body = "ok") {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Outgoing to(const std::string& url) {
  auto found = outgoing(url, {{"127.0.0.1"}});
  EXPECT_TRUE(found) << found.error().message;
  return *found;
}

TEST(Post, BringsABodyAndItsHeaders) {
  Receiver receiver([](const Request&) { return saying(202); });
  const auto answer =
      post({.to = to(receiver.url("/hook?x=1")), .body = R"({"a":1})", .headers = {{"Idempotency-Key", "7"}}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 202);
  EXPECT_EQ(answer->body, "ok");
  ASSERT_THAT(receiver.seen(), SizeIs(1));
  const Request request = receiver.seen().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, R"({"a":1})");
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_EQ(request.header("idempotency-key"), "7");
  EXPECT_THAT(request.header("user-agent"), StartsWith("Sociometer/"));
}

TEST(Post, FollowsNobodyElsewhere) {
  Receiver receiver([](const Request& request) {
    Response response = saying(request.path == "/hook" ? 302 : 200);
    response.headers.emplace_back("Location", "/elsewhere");
    return response;
  });
  EXPECT_EQ(post({.to = to(receiver.url())})->status, 302);
  EXPECT_THAT(receiver.seen(), SizeIs(1));
}

TEST(Post, ConnectsToWhatWasLookedAtAlone) {
  Receiver receiver([](const Request&) { return saying(200); });
  // The name was looked at and meant this machine; what it means to the resolver does not count.
  Outgoing named = to(receiver.url());
  named.url = fmt::format("http://hook.invalid:{}/hook", receiver.port());
  named.host = "hook.invalid";
  EXPECT_EQ(post({.to = named})->status, 200);
  // And whatever leads elsewhere than looked at is not opened.
  Outgoing moved = to(receiver.url());
  moved.addresses = {"192.0.2.1"};
  EXPECT_EQ(post({.to = moved}).error().kind, ErrorKind::unavailable);
  EXPECT_THAT(receiver.seen(), SizeIs(1));
}

TEST(Post, ReadsNoMoreOfAnAnswerThanItNeeds) {
  Receiver receiver([](const Request&) { return saying(200, std::string(1 << 20, 'x')); });
  const auto answer = post({.to = to(receiver.url())});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_THAT(answer->body, SizeIs(4096));
}

TEST(Post, SaysWhenToComeAgain) {
  Receiver receiver([](const Request&) {
    Response response = saying(429);
    response.headers.emplace_back("Retry-After", "120");
    return response;
  });
  EXPECT_EQ(post({.to = to(receiver.url())})->retry_after, 120);
}

// Takes connections and says nothing.
class Silent {
 public:
  Silent() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 8), 0);
    EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Silent() { close(socket_); }
  uint16_t port() const { return port_; }

 private:
  int socket_;
  uint16_t port_ = 0;
};

TEST(Sending, EndsWhenItsTimeIsOver) {
  const Silent silent;
  const std::string url = fmt::format("http://127.0.0.1:{}/", silent.port());
  EXPECT_THAT(post({.to = to(url), .timeout_seconds = 1}).error().message, HasSubstr("in time"));
  const Letter letter{.from = {"", "a@example.org"}, .to = {"b@example.org"}, .text = "x", .message_id = "1"};
  const SmtpServer server{
      .host = "127.0.0.1", .port = silent.port(), .security = SmtpSecurity::none, .timeout_seconds = 1};
  EXPECT_EQ(send_mail(server, letter).error().kind, ErrorKind::unavailable);
}

TEST(Sending, EndsWhenItIsStopped) {
  const Silent silent;
  std::atomic<bool> stop = false;
  std::latch begun(1);
  std::thread stopper([&] {
    begun.wait();
    stop = true;
  });
  begun.count_down();
  const auto answer = post({.to = to(fmt::format("http://127.0.0.1:{}/", silent.port())), .stop = &stop});
  stopper.join();
  EXPECT_THAT(answer.error().message, HasSubstr("stopped"));
}

TEST(Sending, SaysThatNobodyIsThere) {
  uint16_t port = 0;
  {
    const Silent gone;
    port = gone.port();
  }
  EXPECT_THAT(post({.to = to(fmt::format("http://127.0.0.1:{}/", port))}).error().message, HasSubstr("nobody listens"));
}

TEST(Signature, IsThatOfTheTimeAndTheBody) {
  // As python3 -c 'import hmac; print(hmac.new(b"secret", b"1780000000.{}", "sha256").hexdigest())' has it.
  EXPECT_EQ(signature("secret", "1780000000", "{}"),
            "v1=f2dadf9ad78978e9a3a09f360d82463bb247403b8a15405e9a194ed17a4d5357");
  EXPECT_NE(signature("secret", "1780000001", "{}"), signature("secret", "1780000000", "{}"));
}

TEST(HeaderText, IsEncodedWhereItIsNotPlain) {
  EXPECT_EQ(header_text("Reach fell"), "Reach fell");
  EXPECT_EQ(header_text("Größe"), "=?UTF-8?B?R3LDtsOfZQ==?=");
  EXPECT_EQ(header_text("=?x?="), "=?UTF-8?B?PT94Pz0=?=");
  const std::string thai = "การเข้าถึงลดลงเมื่อเทียบกับสัปดาห์ก่อนหน้า";
  const std::string encoded = header_text(thai);
  EXPECT_THAT(encoded, HasSubstr("?=\r\n =?UTF-8?B?"));
  size_t begin = 0;
  while (begin < encoded.size()) {
    const size_t end = std::min(encoded.find("\r\n", begin), encoded.size());
    EXPECT_LE(end - begin, 76U);
    begin = end + 2;
  }
}

TEST(Letters, TakeNoSecondLine) {
  const Letter fine{.from = {"Ann", "a@example.org"}, .to = {"b@example.org"}, .text = "x", .message_id = "1"};
  const SmtpServer nowhere{.host = "127.0.0.1", .port = 1, .security = SmtpSecurity::none, .timeout_seconds = 1};
  const auto field = [&](auto change) {
    Letter letter = fine;
    change(letter);
    const auto sent = send_mail(nowhere, letter);
    return sent ? "sent" : sent.error().field;
  };
  EXPECT_EQ(field([](Letter& l) { l.subject = "a\r\nBcc: eve@example.org"; }), "subject");
  EXPECT_EQ(field([](Letter& l) { l.from.name = "a\nBcc: eve@example.org"; }), "from");
  EXPECT_EQ(field([](Letter& l) { l.from.address = "a@b>\r\nRCPT TO:<eve@example.org"; }), "from");
  EXPECT_EQ(field([](Letter& l) { l.to = {"b@example.org, eve@example.org"}; }), "to");
  EXPECT_EQ(field([](Letter& l) { l.to = {}; }), "to");
  EXPECT_EQ(field([](Letter& l) { l.message_id = "1>\r\nX: y"; }), "message_id");
  EXPECT_EQ(post({.to = to("http://127.0.0.1:1/"), .headers = {{"X", "a\r\nY: b"}}}).error().field, "headers");
}

}  // namespace
}  // namespace sociometer::net
