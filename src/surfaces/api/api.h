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
#include "surfaces/api/callers.h"
#include "surfaces/api/meters.h"
#include "surfaces/api/rights.h"
#include "surfaces/api/throttle.h"
#include "surfaces/resets.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// How far each upload is, by the name its sender gave it.
class Uploads {
 public:
  struct State {
    std::string state;  // "reading", "done", "failed"
    int64_t bytes_read = 0, bytes_total = 0, rows_read = 0;
  };
  void set(const std::string& workspace, const std::string& upload, State state);
  Result<State> find(const std::string& workspace, const std::string& upload) const;  // not_found

 private:
  mutable std::mutex mutex_;
  std::map<std::string, State> states_;
  std::vector<std::string> order_;  // oldest first; only the last few hundred are kept
};

struct ApiOptions {
  std::string directory;                   // the data directory; uploads wait in its folder `uploads`
  std::string listen_address;              // by which clients may name this server, as by localhost or an IP address
  std::vector<std::string> allowed_hosts;  // and by which others
  // Pages elsewhere that may ask with a token, "https://www.example.org".
  std::vector<std::string> allowed_origins = {};
  uint64_t upload_limit = uint64_t{4} << 30;  // bytes of an export
};

class Api {
 public:
  Api(const House& house, ApiOptions options) : house_(house), options_(std::move(options)), callers_(house) {}

  // The whole answer to a request: gates, who asks and what they may, routes, web, caching and security headers.
  net::Response answer(const net::Request& request);
  // Whether a request may bring the long body it announces.
  net::Admission admit(const net::Request& request);
  // Tells imports that are being read to stop.
  void close() { closing_ = true; }

  const House& house() const { return house_; }
  const ApiOptions& options() const { return options_; }
  Uploads& uploads() { return uploads_; }
  Callers& callers() { return callers_; }
  Throttle& throttle() { return throttle_; }
  Throttle& reset_throttle() { return reset_throttle_; }
  Resets& resets() { return resets_; }
  Meters& meters() { return meters_; }
  bool is_closing() const { return closing_; }
  std::atomic<int> reading = 0;  // uploads being imported

 private:
  net::Response routed(const net::Request& request, Meters::Exchange& exchange);
  const House& house_;
  const ApiOptions options_;
  Callers callers_;
  Throttle throttle_, reset_throttle_;
  Resets resets_;
  Meters meters_;
  Uploads uploads_;
  std::atomic<bool> closing_ = false;
};

// What the audit log is to say of a request besides who and which route.
struct Noted {
  std::string object;  // where it is not what stands in the path
  std::string detail;
  bool is_nothing = false;  // it was only tried, and the log is left alone
};

// One request on its way to its handler.
struct Ask {
  Api& api;
  const net::Request& request;
  const Caller& caller;  // who may do what the route is for
  std::string workspace;
  std::map<std::string, std::string> path;  // what stands for {names} in the pattern
  Noted& noted;

  const House& house() const { return api.house(); }
  const Clock& clock() const { return *api.house().clock; }
  // The parameter of the query, empty if absent.
  const std::string& parameter(const std::string& name) const;
  // A whole number from 1 to `most`. invalid: something else was said.
  Result<int64_t> limit(int64_t fallback, int64_t most) const;
  // The body, an object. invalid: it is none.
  Result<JsonObject> body() const;
  // The same where it may have these members and no others.
  Result<JsonObject> body(std::initializer_list<std::string_view> members) const;
  // The address by which the asking browser knows this server: "https://stats.example.org".
  std::string origin() const;
};

using Handler = Result<net::Response> (*)(const Ask& ask);

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/imports/{batch}"; one of {workspace} is the workspace
  RightNeeded needs;
  std::string_view deed;  // what the audit log calls it, "import.undo"; empty: it changes nothing
  Handler handler;
  std::vector<std::string_view> parameters;  // of the query, besides `workspace`
  // Whether the catalog's dimensions are parameters as well: network=x,instagram.
  enum class Dimensions { refused, taken } dimensions = Dimensions::refused;
  // What the body may be: a small JSON document, or a file of any size.
  enum class Body { document, file } body = Body::document;
};

std::span<const Route> routes();
net::Response problem_of(const Error& error);
net::Response json_response(const Json& document, int status = 200);
// The answer to somebody who may not; nothing where `verdict` is granted.
std::optional<net::Response> refusal_of(Verdict verdict, const Route& route, std::string_view workspace);
// What keeps other people's pages from talking to this server through a visitor's browser; nothing: welcome.
std::optional<net::Response> turned_away(const net::Request& request, const ApiOptions& options);
// A member of a body that is a list of texts; empty where it is not there. invalid: it is something else.
Result<std::vector<std::string>> texts_of(const JsonObject& body, const char* name);
// The offset that an earlier page's `next` stands for. invalid: it is none that this server gave.
Result<int64_t> parse_cursor(const std::string& cursor);

// One per row of the table.
Result<net::Response> get_health(const Ask& ask);
Result<net::Response> get_ready(const Ask& ask);
Result<net::Response> get_metrics(const Ask& ask);
Result<net::Response> get_session(const Ask& ask);
Result<net::Response> post_session(const Ask& ask);
Result<net::Response> delete_session(const Ask& ask);
Result<net::Response> post_link_look(const Ask& ask);
Result<net::Response> post_link_accept(const Ask& ask);
Result<net::Response> put_me(const Ask& ask);
Result<net::Response> put_my_password(const Ask& ask);
Result<net::Response> post_second_factor(const Ask& ask);
Result<net::Response> post_second_factor_confirm(const Ask& ask);
Result<net::Response> post_second_factor_remove(const Ask& ask);
Result<net::Response> get_my_sessions(const Ask& ask);
Result<net::Response> delete_my_sessions(const Ask& ask);
Result<net::Response> delete_my_session(const Ask& ask);
Result<net::Response> get_people(const Ask& ask);
Result<net::Response> put_member(const Ask& ask);
Result<net::Response> delete_member(const Ask& ask);
Result<net::Response> get_invitations(const Ask& ask);
Result<net::Response> post_invitation(const Ask& ask);
Result<net::Response> delete_invitation(const Ask& ask);
Result<net::Response> get_tokens(const Ask& ask);
Result<net::Response> post_token(const Ask& ask);
Result<net::Response> delete_token(const Ask& ask);
Result<net::Response> get_audit(const Ask& ask);
Result<net::Response> get_clients(const Ask& ask);
Result<net::Response> get_workspaces(const Ask& ask);
Result<net::Response> put_workspace(const Ask& ask);
Result<net::Response> get_rules(const Ask& ask);
Result<net::Response> put_rules(const Ask& ask);
Result<net::Response> post_query(const Ask& ask);
Result<net::Response> post_explain(const Ask& ask);
Result<net::Response> post_changes(const Ask& ask);
Result<net::Response> get_catalog(const Ask& ask);
Result<net::Response> get_catalog_entry(const Ask& ask);
Result<net::Response> post_catalog(const Ask& ask);
Result<net::Response> delete_catalog_entry(const Ask& ask);
Result<net::Response> put_pack(const Ask& ask);
Result<net::Response> post_calc(const Ask& ask);
Result<net::Response> get_posts(const Ask& ask);
Result<net::Response> get_accounts(const Ask& ask);
Result<net::Response> put_account(const Ask& ask);
Result<net::Response> get_judgements(const Ask& ask);
Result<net::Response> post_judgement(const Ask& ask);
Result<net::Response> get_rates(const Ask& ask);
Result<net::Response> post_rates(const Ask& ask);
Result<net::Response> get_my_goals(const Ask& ask);
Result<net::Response> get_forecast(const Ask& ask);
Result<net::Response> post_forecast(const Ask& ask);
Result<net::Response> get_anomalies(const Ask& ask);
Result<net::Response> post_anomalies(const Ask& ask);
Result<net::Response> get_standouts(const Ask& ask);
Result<net::Response> post_standouts(const Ask& ask);
Result<net::Response> get_best_times(const Ask& ask);
Result<net::Response> post_best_times(const Ask& ask);
Result<net::Response> post_benchmark(const Ask& ask);
Result<net::Response> get_benchmark_sets(const Ask& ask);
Result<net::Response> post_benchmark_sets(const Ask& ask);
Result<net::Response> delete_benchmark_set(const Ask& ask);
Result<net::Response> get_campaigns(const Ask& ask);
Result<net::Response> post_campaign(const Ask& ask);
Result<net::Response> get_campaign(const Ask& ask);
Result<net::Response> delete_campaign(const Ask& ask);
Result<net::Response> get_tags(const Ask& ask);
Result<net::Response> post_tag(const Ask& ask);
Result<net::Response> post_tag_remove(const Ask& ask);
Result<net::Response> get_alerts(const Ask& ask);
Result<net::Response> post_alert(const Ask& ask);
Result<net::Response> get_alert(const Ask& ask);
Result<net::Response> put_alert(const Ask& ask);
Result<net::Response> delete_alert(const Ask& ask);
Result<net::Response> post_alert_mute(const Ask& ask);
Result<net::Response> post_alert_unmute(const Ask& ask);
Result<net::Response> post_alert_test(const Ask& ask);
Result<net::Response> post_alerts_run(const Ask& ask);
Result<net::Response> get_digest(const Ask& ask);
Result<net::Response> get_digest_settings(const Ask& ask);
Result<net::Response> put_digest_settings(const Ask& ask);
Result<net::Response> get_goals(const Ask& ask);
Result<net::Response> post_goal(const Ask& ask);
Result<net::Response> get_goal(const Ask& ask);
Result<net::Response> patch_goal(const Ask& ask);
Result<net::Response> delete_goal(const Ask& ask);
Result<net::Response> post_check_in(const Ask& ask);
Result<net::Response> post_to_do(const Ask& ask);
Result<net::Response> post_to_do_done(const Ask& ask);
Result<net::Response> get_dashboards(const Ask& ask);
Result<net::Response> post_dashboard(const Ask& ask);
Result<net::Response> get_dashboard(const Ask& ask);
Result<net::Response> put_dashboard(const Ask& ask);
Result<net::Response> delete_dashboard(const Ask& ask);
Result<net::Response> get_dashboard_revisions(const Ask& ask);
Result<net::Response> get_shares(const Ask& ask);
Result<net::Response> post_share(const Ask& ask);
Result<net::Response> delete_share(const Ask& ask);
Result<net::Response> get_shared(const Ask& ask);
Result<net::Response> get_report(const Ask& ask);
Result<net::Response> post_report_approve(const Ask& ask);
Result<net::Response> post_report_publish(const Ask& ask);
Result<net::Response> get_published(const Ask& ask);
Result<net::Response> get_publication(const Ask& ask);
Result<net::Response> get_report_changed(const Ask& ask);
Result<net::Response> get_annotations(const Ask& ask);
Result<net::Response> post_annotation(const Ask& ask);
Result<net::Response> delete_annotation(const Ask& ask);
Result<net::Response> post_forgotten(const Ask& ask);
Result<net::Response> get_schedules(const Ask& ask);
Result<net::Response> post_schedule(const Ask& ask);
Result<net::Response> delete_schedule(const Ask& ask);
Result<net::Response> get_channels(const Ask& ask);
Result<net::Response> post_channel(const Ask& ask);
Result<net::Response> delete_channel(const Ask& ask);
Result<net::Response> post_channel_test(const Ask& ask);
Result<net::Response> get_messages(const Ask& ask);
Result<net::Response> post_message_retry(const Ask& ask);
Result<net::Response> get_mail(const Ask& ask);
Result<net::Response> put_mail(const Ask& ask);
Result<net::Response> delete_mail(const Ask& ask);
Result<net::Response> post_mail_test(const Ask& ask);
Result<net::Response> get_imports(const Ask& ask);
Result<net::Response> get_import(const Ask& ask);
Result<net::Response> post_import(const Ask& ask);
Result<net::Response> get_upload(const Ask& ask);
Result<net::Response> post_undo(const Ask& ask);
Result<net::Response> post_assign(const Ask& ask);

}  // namespace sociometer::surfaces
