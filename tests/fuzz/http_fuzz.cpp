// Any bytes may come over the wire: the server answers in HTTP or hangs up, and goes on.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>

#include "base/check.h"
#include "world.h"

namespace {

using namespace sociometer;

struct Served {
  // Left behind at the program's end: see World::leave_behind.
  api_test::World& world = *new api_test::World;
  net::HttpServer server;

  Served()
      : server({.threads = 1,
                .admit = [this](const net::Request& request) { return world.api().admit(request); },
                .trusted_proxies = {"127.0.0.0/8"}},
               [this](const net::Request& request) { return world.api().answer(request); }) {
    CHECK(server.start().ok());
  }
  ~Served() {
    server.stop();
    world.leave_behind();
  }
};

// All that the server says to these bytes until it hangs up.
std::string exchange(uint16_t port, std::string_view bytes) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(connection >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  // Ports in waiting are few, and this takes many a second: the end is a reset.
  const linger at_once{1, 0};
  setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  while (!bytes.empty()) {
    const ssize_t sent = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  shutdown(connection, SHUT_WR);
  std::string answer;
  char piece[4096];
  for (ssize_t got = 0; (got = recv(connection, piece, sizeof piece, 0)) > 0;) {
    answer.append(piece, static_cast<size_t>(got));
  }
  close(connection);
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Served served;
  const std::string answer = exchange(served.server.port(), {reinterpret_cast<const char*>(data), size});
  if (answer.empty()) return 0;
  CHECK(answer.starts_with("HTTP/1.1 ") && answer.size() > 12);
  // Never a failure of the server's own.
  const std::string_view status = std::string_view(answer).substr(9, 3);
  CHECK(status >= "100" && status <= "599" && status != "500");
  CHECK(answer.find("\r\n\r\n") != std::string::npos);
  return 0;
}
