// Any bytes are a request to any endpoint: it is answered in a sentence of JSON, and never by a failure of the server's
// own.
//
// The first line is a method and a path with its query, "POST /query?workspace=ours"; what follows is the body.
#include <cstdint>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/text.h"
#include "world.h"

namespace {

using namespace sociometer;

// What is made gathers; after so many requests the world begins anew.
constexpr int requests_per_world = 20'000;

api_test::World& world() {
  static std::unique_ptr<api_test::World> current;
  static int asked = 0;
  if (current == nullptr || ++asked > requests_per_world) {
    current.reset();
    current = std::make_unique<api_test::World>();
    asked = 0;
  }
  return *current;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t line_end = std::min(bytes.find('\n'), bytes.size());
  const std::string_view line = bytes.substr(0, line_end);
  const size_t space = line.find(' ');
  if (space == line.npos || !line.substr(space + 1).starts_with('/')) return -1;
  const api_test::Asked asked{std::string(line.substr(0, space)), std::string(line.substr(space + 1)),
                              std::string(bytes.substr(std::min(line_end + 1, bytes.size())))};
  // Signing out would leave nobody to ask the rest.
  if (asked.method == "DELETE" && (asked.path.starts_with("/session") || asked.path.starts_with("/me"))) return -1;
  api_test::World& in = world();
  for (const api_test::As* who : {&in.nobody, &in.ours.at("owner"), &in.owner_of_all}) {
    const net::Response response = in.ask(asked, *who);
    CHECK(response.status >= 200 && response.status < 500);
    if (response.content_type == "application/json" || response.content_type == "application/problem+json") {
      CHECK(parse_json(response.body).ok());
    }
    CHECK(response.body.find(api_test::World::secret_text) == std::string::npos || who == &in.owner_of_all);
    for (const auto& [name, value] : response.headers) CHECK(value.find_first_of("\r\n") == std::string::npos);
  }
  return 0;
}
