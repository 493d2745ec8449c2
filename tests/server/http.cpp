#include "http.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace sociometer::server_test {
namespace {

std::string answer_to(uint16_t port, std::string_view request) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  std::string answer;
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    while (!request.empty()) {
      const ssize_t sent = send(connection, request.data(), request.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      request.remove_prefix(static_cast<size_t>(sent));
    }
    char buffer[65536];
    ssize_t received = 0;
    while ((received = recv(connection, buffer, sizeof(buffer), 0)) > 0) {
      answer.append(buffer, static_cast<size_t>(received));
    }
  }
  close(connection);
  return answer;
}

}  // namespace

Answer ask(uint16_t port, const Asked& asked) {
  const std::string host = asked.headers.find("Host: ") == std::string::npos ? "Host: localhost\r\n" : "";
  const std::string text =
      answer_to(port, fmt::format("{} {} HTTP/1.1\r\n{}{}Connection: close\r\nContent-Length: {}\r\n\r\n{}",
                                 asked.method, asked.target, host, asked.headers, asked.body.size(), asked.body));
  Answer answer;
  const size_t head = text.find("\r\n\r\n");
  if (head == std::string::npos) return answer;
  answer.body = text.substr(head + 4);
  for (std::string_view line : split(std::string_view(text).substr(0, head), '\n')) {
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos) {
      answer.status = std::atoi(std::string(line.substr(std::min<size_t>(9, line.size()))).c_str());
    } else {
      answer.headers[lower(line.substr(0, colon))] = trimmed(line.substr(colon + 2));
    }
  }
  return answer;
}

std::vector<std::string> token_words() {
  std::vector<std::string> words{"token", "create", "--name", "test", "--everywhere"};
  for (const char* scope : {"read", "answer", "write_data", "define", "manage_workspace", "read_audit", "operate"}) {
    words.insert(words.end(), {"--scope", scope});
  }
  return words;
}

uint16_t port_in(std::string_view text) {
  const size_t place = text.find("http://127.0.0.1:");
  if (place == std::string_view::npos) return 0;
  return static_cast<uint16_t>(std::atoi(std::string(text.substr(place + 17)).c_str()));
}

}  // namespace sociometer::server_test
