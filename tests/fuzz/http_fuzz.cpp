// Any bytes may come over the wire: the server answers in HTTP or hangs up, and goes on.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "base/check.h"
#include "world.h"

namespace {

using namespace sociometer;

struct Served {
  api_test::World world;
  net::HttpServer server;

  Served()
      : server({.threads = 1, .admit = [this](const auto& r) { return world.api().admit(r); }},
               [this](const net::Request& request) { return world.api().answer(request); }) {
    CHECK(server.start().ok());
  }
};

std::string exchange(uint16_t port, std::string_view bytes) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(fd >= 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic;
  static_assert(sizeof generic == sizeof to);
  std::memcpy(&generic, &to, sizeof to);
  CHECK(connect(fd, &generic, sizeof generic) == 0);
  // Ports in waiting are few, and this takes thousands a second: the end is a reset.
  const linger at_once{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  shutdown(fd, SHUT_WR);
  std::string answer;
  char piece[4096];
  for (ssize_t got = 0; (got = recv(fd, piece, sizeof piece, 0)) > 0;) answer.append(piece, static_cast<size_t>(got));
  close(fd);
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Served served;
  const std::string answer = exchange(served.server.port(), {reinterpret_cast<const char*>(data), size});
  if (answer.empty()) return 0;
  CHECK(answer.starts_with("HTTP/1.1 ") && answer.size() > 12);
  const char kind = answer[9];
  CHECK(kind >= '1' && kind <= '4');
  CHECK(answer.find("\r\n\r\n") != std::string::npos);
  return 0;
}
