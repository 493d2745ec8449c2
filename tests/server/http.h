// One HTTP request over a plain socket.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sociometer::server_test {

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct Asked {
  std::string method = "GET";
  std::string target;
  std::string body;
  std::string headers;  // whole lines, each with its \r\n
};

Answer ask(uint16_t port, const Asked& asked);
// A command that prints a token which may do everything a token can.
std::vector<std::string> token_words();
// The port in "Sociometer is at http://127.0.0.1:8321/"; 0 if there is none.
uint16_t port_in(std::string_view text);

}  // namespace sociometer::server_test
