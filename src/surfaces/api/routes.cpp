#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "surfaces/api/api.h"
#include "surfaces/web/web.h"

namespace sociometer::surfaces {
namespace {

constexpr std::string_view root = "/api/v1";

using Captures = std::map<std::string, std::string>;

std::optional<Captures> match(std::string_view pattern, std::string_view path) {
  const std::vector<std::string_view> wanted = split(pattern, '/');
  const std::vector<std::string_view> given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  Captures captures;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      if (given[i].empty()) return std::nullopt;
      captures[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = given[i];
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return captures;
}

Result<Done> check_parameters(const Route& route, const Ask& ask) {
  for (const auto& [name, value] : ask.request.query) {
    const bool is_known = name == "workspace" || std::ranges::find(route.parameters, name) != route.parameters.end();
    const bool is_dimension =
        route.dimensions == Route::Dimensions::taken && ask.house().catalog->dimension(name) != nullptr;
    if (is_known || is_dimension) continue;
    const std::string_view near = nearest(name, route.parameters);
    return invalid(fmt::format("{} {} takes no parameter \"{}\"{}{}{}", route.method, route.pattern, name,
                               near.empty() ? "" : "; did you mean ", near, near.empty() ? "" : "?"),
                   name);
  }
  return Done{};
}

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return 400;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::unsupported:
      return 422;
    case ErrorKind::full:
      return 507;
    case ErrorKind::unavailable:
      return 503;
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

std::string_view type_of(ErrorKind kind) {
  constexpr std::array<std::string_view, 7> names{"invalid", "not_found",   "conflict", "unsupported",
                                                  "full",    "unavailable", "internal"};
  return names[static_cast<size_t>(kind)];
}

// Answers are small: naming them by their content costs less than sending them again.
void tag(const net::Request& request, net::Response& response) {
  if (request.method != "GET" || response.status != 200) {
    response.headers.emplace_back("Cache-Control", "no-store");
    return;
  }
  Sha256 hash;
  hash.add(response.body);
  const std::string etag = fmt::format("\"{}\"", hash.hex().substr(0, 20));
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  response.headers.emplace_back("ETag", etag);
  if (request.header("if-none-match").find(etag) != std::string::npos) response.status = 304;
}

void secure(net::Response& response) {
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
                                "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("X-Frame-Options", "DENY");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
}

const std::vector<std::string_view> post_parameters{"sort", "order", "limit", "cursor", "q",     "kpis",
                                                    "from", "to",    "last",  "as_of",  "basis", "compare"};
const std::vector<std::string_view> import_parameters{"filename", "network", "account",     "zone",    "currency",
                                                      "locale",   "format",  "observed_at", "dry_run", "upload"};

const std::array<Route, 22> table{{
    {"GET", "/health", get_health, {}},
    {"GET", "/workspaces", get_workspaces, {}},
    {"PUT", "/workspaces/{key}", put_workspace, {}},
    {"GET", "/workspaces/{key}/rules", get_rules, {}},
    {"PUT", "/workspaces/{key}/rules", put_rules, {}},
    {"POST", "/query", post_query, {}},
    {"POST", "/explain", post_explain, {}},
    {"GET", "/catalog", get_catalog, {"language"}},
    {"GET", "/catalog/{key}", get_catalog_entry, {"language"}},
    {"POST", "/catalog", post_catalog, {"check", "filename"}},
    {"DELETE", "/catalog/{key}", delete_catalog_entry, {}},
    {"PUT", "/catalog/packs/{pack}", put_pack, {}},
    {"POST", "/calc", post_calc, {}},
    {"GET", "/posts", get_posts, post_parameters, Route::Dimensions::taken},
    {"GET", "/accounts", get_accounts, {}},
    {"PUT", "/accounts/{network}/{handle}", put_account, {}},
    {"GET", "/imports", get_imports, {"limit", "cursor"}},
    {"POST", "/imports", post_import, import_parameters},
    {"GET", "/imports/uploads/{upload}", get_upload, {}},
    {"GET", "/imports/{batch}", get_import, {}},
    {"POST", "/imports/{batch}/undo", post_undo, {}},
    {"POST", "/imports/{batch}/assign", post_assign, {}},
}};

net::Response run_route(const Route& route, Ask ask) {
  if (const Result<Done> checked = check_parameters(route, ask); !checked) return problem_of(checked.error());
  Result<net::Response> response = route.handler(ask);
  return response ? std::move(*response) : problem_of(response.error());
}

}  // namespace

std::span<const Route> routes() {
  return table;
}

net::Response problem_of(const Error& error) {
  return net::problem(status_of(error.kind), type_of(error.kind), error.message, error.field);
}

net::Response json_response(const Json& document, int status) {
  net::Response response;
  response.status = status;
  response.body = json_text(document);
  return response;
}

Result<int64_t> parse_cursor(const std::string& cursor) {
  if (cursor.empty()) return 0;
  const std::optional<int64_t> offset = whole_number(cursor);
  if (!offset || *offset < 0) {
    return invalid("the cursor is none that this server gave; leave it out to begin again", "cursor");
  }
  return *offset;
}

const std::string& Ask::parameter(const std::string& name) const {
  static const std::string none;
  const auto place = request.query.find(name);
  return place == request.query.end() ? none : place->second;
}

Result<int64_t> Ask::limit(int64_t fallback, int64_t most) const {
  const std::string& text = parameter("limit");
  if (text.empty()) return fallback;
  const std::optional<int64_t> limit = whole_number(text);
  if (!limit || *limit < 1 || *limit > most) {
    return invalid(fmt::format("limit must be a whole number from 1 to {}", most), "limit");
  }
  return *limit;
}

Result<JsonObject> Ask::body() const {
  if (!request.body_file.empty()) return invalid("the body is larger than a megabyte");
  TRY(Json json, parse_json(request.body).prefixed("the body"));
  if (!json.is_object()) return invalid("the body must be a JSON object");
  return std::move(json.get_object());
}

void Uploads::set(const std::string& upload, State state) {
  constexpr size_t kept = 300;
  if (upload.empty()) return;
  std::lock_guard lock(mutex_);
  if (!states_.contains(upload)) order_.push_back(upload);
  states_[upload] = std::move(state);
  if (order_.size() <= kept) return;
  states_.erase(order_.front());
  order_.erase(order_.begin());
}

Result<Uploads::State> Uploads::find(const std::string& upload) const {
  std::lock_guard lock(mutex_);
  const auto place = states_.find(upload);
  if (place == states_.end()) return not_found("no upload of that name has arrived", "upload");
  return place->second;
}

net::Response Api::routed(const net::Request& request) {
  const std::string_view path = std::string_view(request.path).substr(root.size());
  std::string allowed;
  for (const Route& route : table) {
    std::optional<Captures> captures = match(route.pattern, path);
    if (!captures) continue;
    if (route.method == request.method) {
      const auto workspace = request.query.find("workspace");
      return run_route(route, {*this, request, workspace == request.query.end() ? "default" : workspace->second,
                               std::move(*captures)});
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  if (allowed.empty()) return net::problem(404, "not_found", fmt::format("there is nothing at {}", request.path));
  net::Response response = net::problem(405, "method_not_allowed",
                                        fmt::format("{} takes {}, not {}", request.path, allowed, request.method));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

net::Response Api::answer(const net::Request& request) {
  const int64_t begun = steady_micros();
  net::Response response;
  if (std::optional<net::Response> refusal = turned_away(request, options_)) {
    response = std::move(*refusal);
    response.headers.emplace_back("Cache-Control", "no-store");
  } else if (request.path == "/api" || request.path.starts_with("/api/")) {
    const bool is_ours = request.path.starts_with(std::string(root) + "/");
    response = is_ours ? routed(request)
                       : net::problem(404, "not_found",
                                      fmt::format("there is nothing at {}; the API is under {}/", request.path, root));
    tag(request, response);
  } else {
    response = web_response(request);
  }
  secure(response);
  if (response.status >= 500) {
    spdlog::error("request {} {} {}: {}", request.id, request.method, request.path, response.body);
  }
  spdlog::debug("request {} {} {} {} {:.1f} ms", request.id, request.method, request.path, response.status,
                static_cast<double>(steady_micros() - begun) / 1000);
  return response;
}

}  // namespace sociometer::surfaces
