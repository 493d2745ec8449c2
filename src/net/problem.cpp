#include <fmt/format.h>

#include "base/json.h"
#include "net/net.h"

namespace sociometer::net {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 401:
      return "Sign in first";
    case 403:
      return "Forbidden";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Too large";
    case 421:
      return "Wrong host";
    case 422:
      return "Cannot be done";
    case 429:
      return "Too many at once";
    case 431:
      return "Header too large";
    case 503:
      return "Not now";
    case 507:
      return "No room left";
    default:
      return "Failed";
  }
}

}  // namespace

Response problem(int status, std::string_view type, std::string_view detail, std::string_view field) {
  JsonObject document{{"type", fmt::format("urn:sociometer:problem:{}", type)},
                      {"title", title_of(status)},
                      {"status", status},
                      {"detail", detail}};
  if (!field.empty()) document["field"] = field;
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = json_text(document);
  return response;
}

}  // namespace sociometer::net
