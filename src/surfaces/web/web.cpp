#include "surfaces/web/web.h"

#include <fmt/format.h>

namespace sociometer::surfaces {
namespace {

const Asset* find(std::string_view path) {
  for (const Asset& asset : web_assets()) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

bool takes_gzip(const net::Request& request) {
  const std::string& accepted = request.header("accept-encoding");
  const size_t place = accepted.find("gzip");
  return place != std::string::npos && accepted.substr(place, 8) != "gzip;q=0";
}

}  // namespace

net::Response web_response(const net::Request& request) {
  if (request.method != "GET") {
    net::Response response = net::problem(405, "method_not_allowed", fmt::format("{} takes GET only", request.path));
    response.headers.emplace_back("Allow", "GET");
    return response;
  }
  const Asset* asset = find(request.path);
  // A missing script must not arrive as a page.
  if (asset == nullptr && request.path.starts_with("/assets/")) {
    return net::problem(404, "not_found", fmt::format("there is nothing at {}", request.path));
  }
  if (asset == nullptr) asset = find("/index.html");
  if (asset == nullptr) return net::problem(404, "not_found", "this build comes without the web");

  net::Response response;
  response.content_type = asset->content_type;
  const bool is_for_ever = asset->lifetime == Asset::Lifetime::for_ever;
  response.headers = {{"Cache-Control", is_for_ever ? "public, max-age=31536000, immutable" : "no-cache"},
                      {"ETag", std::string(asset->etag)},
                      {"Vary", "Accept-Encoding"}};
  if (request.header("if-none-match").find(asset->etag) != std::string::npos) {
    response.status = 304;
    return response;
  }
  if (!asset->gzip.empty() && takes_gzip(request)) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.static_body = asset->gzip;
  } else {
    response.static_body = asset->bytes;
  }
  return response;
}

}  // namespace sociometer::surfaces
