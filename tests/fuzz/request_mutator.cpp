// Changes inputs of api_fuzz where they mean something: to another route of the table, by another parameter, or by
// another value somewhere in the body. Bytes alone would seldom be a route, and less often JSON.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>

#include "base/json.h"
#include "base/text.h"
#include "surfaces/api/api.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t most);  // libFuzzer's own

namespace {

using namespace sociometer;
using surfaces::Route;
using Random = std::minstd_rand;

// Members of bodies, and what may stand for them: what some endpoint takes, and what none should.
constexpr std::array names{"kpis",   "by",    "from",  "to",     "last",     "compare", "filter",    "against",
                           "basis",  "as_of", "since", "cell",   "limit",    "cursor",  "versions",  "zone",
                           "role",   "email", "name",  "scopes", "password", "present", "ownership", "alias",
                           "values", "kpi",   "on",    "yaml",   "account",  "hours",   "brands",    "response_window",
                           "code",   "proof", "days",  "week",   "holidays", "network", "campaign",  "tag"};
constexpr std::array values{R"("impressions")",
                            R"("engagement_rate:by_reach")",
                            R"("own_likes")",
                            R"("network")",
                            R"("week")",
                            R"("day")",
                            R"("x")",
                            R"("")",
                            R"("2026-05-04")",
                            R"("2026-05-01..2026-05-31")",
                            R"("0001-01-01")",
                            R"("9999-12-31")",
                            R"("90d")",
                            R"("previous")",
                            R"("year")",
                            R"("published")",
                            R"("Europe/Berlin")",
                            R"("EUR")",
                            R"("viewer")",
                            R"("read")",
                            R"("\u0000\ud83d\ude00")",
                            R"("' OR 1=1 --")",
                            R"("-1")",
                            "null",
                            "true",
                            "0",
                            "-1",
                            "1e308",
                            "9223372036854775807",
                            "18446744073709551615",
                            "0.1",
                            "[]",
                            "{}",
                            R"(["impressions","likes"])",
                            R"({"network":["x"]})",
                            R"([[[[]]]])"};
constexpr std::array parameters{"workspace", "limit", "cursor", "network", "campaign", "tag", "format", "filename"};
constexpr std::array words{"ours", "theirs",     "nowhere", "0",       "1",   "-1",  "500", "99999999999999999999",
                           "x",    "2026-05-04", "90d",     "likes",   "csv", "asc", "a,b", "%F0%9F%98%80",
                           "de",   "EUR",        "UTC",     "previous"};

template <typename List>
auto any_of(const List& list, Random& random) {
  return *(std::begin(list) + random() % std::size(list));
}

// Where the body begins.
size_t body_at(const std::string& text) {
  const size_t gap = text.find("\n\n");
  return gap == text.npos ? text.size() : gap + 2;
}

void change_route(std::string& text, Random& random) {
  const Route& route = any_of(surfaces::routes(), random);
  const std::string line = std::string(route.method) + " " + std::string(route.pattern) + "?workspace=ours";
  text.replace(0, std::min(text.find('\n'), text.size()), line);
  if (body_at(text) == text.size()) text += "\n\n{}";
}

void add_parameter(std::string& text, Random& random) {
  std::string name = any_of(parameters, random);
  for (const Route& route : surfaces::routes()) {
    const std::string start = std::string(route.method) + " " + std::string(route.pattern) + "?";
    if (text.starts_with(start) && !route.parameters.empty()) name = any_of(route.parameters, random);
  }
  const size_t end = std::min(text.find('\n'), text.size());
  text.insert(end, (text.substr(0, end).find('?') == text.npos ? "?" : "&") + name + "=" + any_of(words, random));
}

// Walks down from `value` by chance and changes what it comes to.
void change_value(Json& value, Random& random) {
  const bool goes_on = random() % 4 != 0;
  if (value.is_object()) {
    JsonObject& object = value.get_object();
    if (object.empty() || !goes_on) {
      object[any_of(names, random)] = boost::json::parse(any_of(values, random));
      return;
    }
    const auto place = object.begin() + static_cast<std::ptrdiff_t>(random() % object.size());
    if (random() % 8 == 0) {
      object.erase(place);
    } else {
      change_value(place->value(), random);
    }
    return;
  }
  if (value.is_array() && !value.get_array().empty() && goes_on) {
    JsonArray& array = value.get_array();
    Json& member = array[random() % array.size()];
    if (random() % 4 == 0) {
      array.push_back(Json(member));
    } else {
      change_value(member, random);
    }
    return;
  }
  value = boost::json::parse(any_of(values, random));
}

void change_body(std::string& text, Random& random) {
  const size_t begin = body_at(text);
  Result<Json> body = parse_json(std::string_view(text).substr(begin));
  if (!body) return;
  change_value(*body, random);
  text.replace(begin, text.npos, json_text(*body));
}

void change_bytes(std::string& text, size_t begin, size_t most) {
  const size_t size = text.size() - begin;
  text.resize(std::max(text.size(), most));
  text.resize(begin + LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(text.data() + begin), size, text.size() - begin));
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t most, unsigned seed) {
  Random random(seed);
  std::string text(reinterpret_cast<const char*>(data), size);
  switch (random() % 8) {
    case 0:
      change_route(text, random);
      break;
    case 1:
      add_parameter(text, random);
      break;
    case 2:
    case 3:
    case 4:
      change_body(text, random);
      break;
    case 5:
    case 6:
      change_bytes(text, body_at(text), most);
      break;
    default:
      change_bytes(text, 0, most);
      break;
  }
  const size_t count = std::min(text.size(), most);
  std::memcpy(data, text.data(), count);
  return count;
}
