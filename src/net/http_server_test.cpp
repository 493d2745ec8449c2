// Against real sockets on the loopback interface.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <latch>
#include <sstream>
#include <thread>

#include "base/scratch_folder.h"
#include "net/net.h"

namespace sociometer::net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Client {
 public:
  explicit Client(uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  Client(const Client&) = delete;
  ~Client() { close(socket_); }

  bool connected() const { return connected_; }
  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<size_t>(sent));
    }
  }
  // Everything until the server closes.
  std::string rest() {
    std::string text;
    while (read_some(text)) {
    }
    return text;
  }
  // One answer with a Content-Length.
  std::string answer() {
    std::string text;
    while (text.find("\r\n\r\n") == std::string::npos && read_some(text)) {
    }
    const size_t head = text.find("\r\n\r\n");
    const size_t length = text.find("Content-Length: ");
    if (head == std::string::npos || length == std::string::npos) return text;
    const size_t whole = head + 4 + std::stoul(text.substr(length + 16));
    while (text.size() < whole && read_some(text)) {
    }
    return text;
  }

 private:
  bool read_some(std::string& text) {
    pollfd watched{socket_, POLLIN, 0};
    if (poll(&watched, 1, 20'000) <= 0) return false;
    char buffer[65536];
    const ssize_t received = recv(socket_, buffer, sizeof(buffer), 0);
    if (received <= 0) return false;
    text.append(buffer, static_cast<size_t>(received));
    return true;
  }
  int socket_;
  bool connected_ = false;
};

// Says back what it was asked.
Response echo(const Request& request) {
  Response response;
  response.content_type = "text/plain";
  size_t bytes = request.body.size();
  if (!request.body_file.empty()) bytes = std::filesystem::file_size(request.body_file);
  response.body = fmt::format("{} {} q={} bytes={} {}", request.method, request.path,
                              request.query.contains("q") ? request.query.at("q") : "", bytes,
                              request.body_file.empty() ? "memory" : "file");
  return response;
}

class HttpServerTest : public testing::Test {
 protected:
  void start(Handler handler = echo, HttpOptions options = {}) {
    server_ = std::make_unique<HttpServer>(std::move(options), std::move(handler));
    Result<Done> started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }
  std::string ask(std::string_view request) {
    Client client(server_->port());
    client.send(request);
    return client.rest();
  }
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersAndKeepsAlive) {
  start();
  Client client(server_->port());
  client.send("GET /a%20b?q=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string first = client.answer();
  EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(first, HasSubstr("X-Content-Type-Options: nosniff"));
  EXPECT_THAT(first, EndsWith("\r\n\r\nGET /a b q=1 bytes=0 memory"));
  client.send("POST /c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
  EXPECT_THAT(client.rest(), EndsWith("POST /c q= bytes=5 memory"));
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  const std::string answers =
      ask("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_LT(answers.find("GET /1"), answers.find("GET /2"));
  EXPECT_THAT(answers, EndsWith("GET /2 q= bytes=0 memory"));
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
  start();
  const std::string answer = ask("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 24\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, RefusesWhatIsNotHttp) {
  start();
  for (const char* garbage : {"\x16\x03\x01\x02\x01garbage\r\n\r\n", "hello\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
                              "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
                              "GET / HTTP/1.1\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                              "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                              "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"}) {
    const std::string answer = ask(garbage);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << garbage;
    EXPECT_THAT(answer, HasSubstr("application/problem+json")) << garbage;
  }
  EXPECT_THAT(ask("GET /still HTTP/1.0\r\n\r\n"), EndsWith("GET /still q= bytes=0 memory"));
}

TEST_F(HttpServerTest, RefusesAHeaderWithoutEnd) {
  start();
  std::string request = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 4000; ++i) request += fmt::format("X-{}: 0123456789\r\n", i);
  EXPECT_THAT(ask(request), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, RefusesABodyOverTheLimit) {
  start(echo, {.body_limit = 1000});
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x')),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') +
                  "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, SpoolsLargeBodiesAndRemovesThem) {
  const std::filesystem::path folder = *make_scratch_folder("spool");
  start(echo, {.spool_directory = folder.string()});
  const size_t size = 5'000'000;
  const std::string answer = ask(fmt::format(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", size, std::string(size, 'y')));
  EXPECT_THAT(answer, EndsWith("bytes=5000000 file"));
  server_.reset();
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(folder);
}

TEST_F(HttpServerTest, SaysGoOnWhereAsked) {
  start();
  Client client(server_->port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 100 Continue\r\n"));
  client.send("ok");
  EXPECT_THAT(client.rest(), EndsWith("bytes=2 memory"));
}

TEST_F(HttpServerTest, CutsOffClientsThatDawdle) {
  start(echo, {.idle_seconds = 1});
  Client client(server_->port());
  const auto begun = std::chrono::steady_clock::now();
  std::thread trickle([&] {
    for (char c : std::string("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: yes")) {
      client.send({&c, 1});
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });
  EXPECT_EQ(client.rest(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
  trickle.join();
}

TEST_F(HttpServerTest, ServesOthersWhileAHandlerBlocks) {
  std::latch entered(1);
  std::latch release(1);
  start([&](const Request& request) {
    if (request.path == "/slow") {
      entered.count_down();
      release.wait();
    }
    return echo(request);
  });
  std::thread slow([&] { EXPECT_THAT(ask("GET /slow HTTP/1.0\r\n\r\n"), HasSubstr("GET /slow")); });
  entered.wait();
  EXPECT_THAT(ask("GET /quick HTTP/1.0\r\n\r\n"), HasSubstr("GET /quick"));
  // Stopping lets the request in flight end.
  std::thread stopping([&] { server_->stop(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_FALSE(Client(server_->port()).connected());
  release.count_down();
  slow.join();
  stopping.join();
}

TEST_F(HttpServerTest, AHandlerThatThrowsIsAProblem) {
  start([](const Request&) -> Response { throw std::runtime_error("secret detail"); });
  const std::string answer = ask("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, Not(HasSubstr("secret")));
}

TEST_F(HttpServerTest, SaysWhoseAddressItIs) {
  start();
  HttpServer second({.port = server_->port()}, echo);
  Result<Done> started = second.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(started.error().message, HasSubstr("in use"));
  EXPECT_EQ(HttpServer({.address = "nowhere"}, echo).start().error().kind, ErrorKind::invalid);
}

TEST_F(HttpServerTest, WaitEndsOnASignalAndOnStop) {
  start();
  std::thread kill_soon([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    ::kill(getpid(), SIGTERM);
  });
  server_->wait();
  kill_soon.join();
  server_.reset();

  start();
  std::thread stop_soon([&] { server_->stop(); });
  server_->wait();
  stop_soon.join();
}

}  // namespace
}  // namespace sociometer::net
