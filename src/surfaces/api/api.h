// The HTTP side: one object that answers every request, by the table of routes in routes.cpp, or with the web's files.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/net.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// How far each upload is, by the name its sender gave it.
class Uploads {
 public:
  struct State {
    std::string state;  // "reading", "done", "failed"
    int64_t bytes_read = 0, bytes_total = 0, rows_read = 0;
  };
  void set(const std::string& upload, State state);
  Result<State> find(const std::string& upload) const;  // not_found

 private:
  mutable std::mutex mutex_;
  std::map<std::string, State> states_;
  std::vector<std::string> order_;  // oldest first; only the last few hundred are kept
};

struct ApiOptions {
  std::string directory;                   // the data directory; uploads wait in its folder `uploads`
  std::string listen_address;              // by which clients may name this server, as by localhost or an IP address
  std::vector<std::string> allowed_hosts;  // and by which others
};

class Api {
 public:
  Api(const House& house, ApiOptions options) : house_(house), options_(std::move(options)) {}

  // The whole answer to a request: gates, routes, web, caching and security headers.
  net::Response answer(const net::Request& request);
  // Tells imports that are being read to stop.
  void close() { closing_ = true; }

  const House& house() const { return house_; }
  const ApiOptions& options() const { return options_; }
  Uploads& uploads() { return uploads_; }
  bool is_closing() const { return closing_; }
  std::atomic<int> reading = 0;  // uploads being imported

 private:
  net::Response routed(const net::Request& request);
  const House& house_;
  const ApiOptions options_;
  Uploads uploads_;
  std::atomic<bool> closing_ = false;
};

// One request on its way to its handler.
struct Ask {
  Api& api;
  const net::Request& request;
  std::string workspace;
  std::map<std::string, std::string> path;  // what stands for {names} in the pattern

  const House& house() const { return api.house(); }
  const Clock& clock() const { return *api.house().clock; }
  // The parameter of the query, empty if absent.
  const std::string& parameter(const std::string& name) const;
  // A whole number from 1 to `most`. invalid: something else was said.
  Result<int64_t> limit(int64_t fallback, int64_t most) const;
  // The body, an object. invalid: it is none.
  Result<JsonObject> body() const;
};

using Handler = Result<net::Response> (*)(const Ask& ask);

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/imports/{batch}"
  Handler handler;
  std::vector<std::string_view> parameters;  // of the query, besides `workspace`
  // Whether the catalog's dimensions are parameters as well: network=x,instagram.
  enum class Dimensions { refused, taken } dimensions = Dimensions::refused;
};

std::span<const Route> routes();
net::Response problem_of(const Error& error);
net::Response json_response(const Json& document, int status = 200);
// What keeps other people's pages from talking to this server through a visitor's browser; nothing: welcome.
std::optional<net::Response> turned_away(const net::Request& request, const ApiOptions& options);
// The offset that an earlier page's `next` stands for. invalid: it is none that this server gave.
Result<int64_t> parse_cursor(const std::string& cursor);

// One per row of the table.
Result<net::Response> get_health(const Ask& ask);
Result<net::Response> get_workspaces(const Ask& ask);
Result<net::Response> put_workspace(const Ask& ask);
Result<net::Response> get_rules(const Ask& ask);
Result<net::Response> put_rules(const Ask& ask);
Result<net::Response> post_query(const Ask& ask);
Result<net::Response> post_explain(const Ask& ask);
Result<net::Response> get_catalog(const Ask& ask);
Result<net::Response> get_catalog_entry(const Ask& ask);
Result<net::Response> post_catalog(const Ask& ask);
Result<net::Response> delete_catalog_entry(const Ask& ask);
Result<net::Response> put_pack(const Ask& ask);
Result<net::Response> post_calc(const Ask& ask);
Result<net::Response> get_posts(const Ask& ask);
Result<net::Response> get_accounts(const Ask& ask);
Result<net::Response> put_account(const Ask& ask);
Result<net::Response> get_imports(const Ask& ask);
Result<net::Response> get_import(const Ask& ask);
Result<net::Response> post_import(const Ask& ask);
Result<net::Response> get_upload(const Ask& ask);
Result<net::Response> post_undo(const Ask& ask);
Result<net::Response> post_assign(const Ask& ask);

}  // namespace sociometer::surfaces
