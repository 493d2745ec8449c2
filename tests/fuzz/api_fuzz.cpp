// Any bytes are a request to any endpoint: it is answered in a sentence of JSON, and never by a failure of the server's
// own.
//
// An input reads as HTTP does: "POST /query?workspace=ours", lines of headers, an empty line, and the body. A name of
// the table of routes in braces stands for an object of its kind that is there: "/imports/{batch}/undo" is a path.
#include "api_fuzz.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/id.h"
#include "base/text.h"
#include "net/target.h"
#include "world.h"

namespace {

using namespace sociometer;
using surfaces::Right;
using surfaces::Route;

// What is made gathers; after so many inputs the world begins anew.
constexpr int inputs_per_world = 5'000;

struct Input {
  std::string method, target, body;
  std::map<std::string, std::string> headers;
};

// The input, or nothing where it is no request.
std::optional<Input> parse_input(std::string_view bytes) {
  Input input;
  const auto next_line = [&] {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    return line;
  };
  const std::string_view first = next_line();
  const size_t space = first.find(' ');
  if (space == first.npos) return std::nullopt;
  input.method = first.substr(0, space);
  input.target = first.substr(space + 1);
  for (std::string_view line = next_line(); !line.empty(); line = next_line()) {
    const size_t colon = line.find(": ");
    if (colon == line.npos) return std::nullopt;
    input.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
  }
  input.body = bytes;
  return input;
}

bool is_matched(std::string_view pattern, std::string_view path) {
  const std::vector<std::string_view> wanted = split(pattern, '/');
  const std::vector<std::string_view> given = split(path, '/');
  if (wanted.size() != given.size()) return false;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{') ? given[i].empty() : wanted[i] != given[i]) return false;
  }
  return true;
}

const Route* route_of(std::string_view method, std::string_view path) {
  for (const Route& route : surfaces::routes()) {
    if (route.method == method && is_matched(route.pattern, path)) return &route;
  }
  return nullptr;
}

std::string name_of(const Route& route) {
  return fmt::format("{} {}", route.method, route.pattern);
}

std::set<std::string> asked_routes, answered_routes;

std::vector<std::string> routes_without(const std::set<std::string>& found) {
  std::vector<std::string> names;
  for (const Route& route : surfaces::routes()) {
    if (!found.contains(name_of(route))) names.push_back(name_of(route));
  }
  return names;
}

// The world of the API's tests, with an object of each kind that a path can name.
class Place {
 public:
  Place() : owner_(world_.people_of_ours.at("owner")), spare_(world_.add_person("spare")) {
    objects_ = {{"workspace", "ours"}, {"network", "x"},     {"handle", "brand"},
                {"key", "own_likes"},  {"pack", "business"}, {"upload", "u1"}};
    setenv("CHROMIUM", "/nowhere", 1);  // a page is printed elsewhere
    world_.api().uploads().set("ours", "u1", {"done", 1, 1, 1});
    import_days();
    renew("/");
  }

  api_test::World& world() { return world_; }
  // As nobody, as an owner of the workspace, and as whoever owns everything.
  void ask(const Input& input) {
    for (const api_test::As* who : {&world_.nobody, &world_.ours.at("owner"), &world_.owner_of_all}) {
      if (!ask(input, *who)) return;
    }
  }

 private:
  // Whether it is to be asked by the next one as well.
  bool ask(const Input& input, const api_test::As& who);
  void check(const net::Response& response, const api_test::As& who) const;
  // Brings back what a request to this route may have taken away.
  void renew(std::string_view pattern);
  void import_days();
  void import_one();
  void set_goal();
  void add_benchmark_set();
  void add_campaign();
  void set_alert();
  void save_dashboard();
  void share_dashboard(const std::string& name);
  void add_channel();
  std::string with_objects(std::string text) const;

  api_test::World world_;
  const control::Person owner_, spare_;
  std::map<std::string, std::string> objects_;
  int imported_ = 0, saved_ = 0;
};

std::string Place::with_objects(std::string text) const {
  for (const auto& [name, value] : objects_) {
    const std::string braced = "{" + name + "}";
    for (size_t at = 0; (at = text.find(braced, at)) != text.npos; at += value.size()) {
      text.replace(at, braced.size(), value);
    }
  }
  return text;
}

bool Place::ask(const Input& input, const api_test::As& who) {
  // What cannot be written in a request line never comes this far.
  Result<net::Target> target = net::parse_target(with_objects("/api/v1" + input.target));
  if (!target) return false;
  net::Request request{.method = input.method, .path = target->path, .query = target->query};
  request.headers = {
      {"host", "localhost:8321"}, {"origin", "http://localhost:8321"}, {"sec-fetch-site", "same-origin"}};
  for (const auto& [name, value] : input.headers) request.headers[name] = value;
  if (!who.cookie.empty()) request.headers["cookie"] = who.cookie;
  request.client = "192.0.2.10";
  request.id = "0123456789abcdef";
  const net::Admission admission = world_.api().admit(request);
  request.body = with_objects(input.body);

  const Route* route =
      request.path.starts_with("/api/v1/") ? route_of(request.method, request.path.substr(7)) : nullptr;
  const net::Response response = world_.api().answer(request);
  check(response, who);
  if (admission.refusal) CHECK(response.status >= 400);
  if (route == nullptr) return false;
  const bool is_refused = admission.refusal.has_value();
  if (!is_refused) asked_routes.insert(name_of(*route));
  if (response.status >= 400) return is_refused;
  answered_routes.insert(name_of(*route));
  if (route->method != "GET") renew(route->pattern);
  return false;
}

void Place::check(const net::Response& response, const api_test::As& who) const {
  if (response.status < 200 || response.status > 599 || response.status == 500) {
    fmt::print(stderr, "{} as {}: {}\n", response.status, who.name, response.body);
  }
  CHECK(response.status >= 200 && response.status <= 599 && response.status != 500);
  const bool is_book = response.content_type.find("spreadsheet") != std::string::npos;
  CHECK(is_book || is_utf8(response.body));
  if (response.content_type == "application/json" || response.content_type == "application/problem+json") {
    CHECK(response.body.empty() || parse_json(response.body).ok());
  }
  const bool may_see_it = &who == &world_.owner_of_all;
  CHECK(may_see_it || response.body.find(api_test::World::secret_text) == std::string::npos);
  for (const auto& [name, value] : response.headers) CHECK(value.find_first_of("\r\n") == std::string::npos);
}

// As many as a forecast needs, and as many posts as tell what is expected of one.
void Place::import_days() {
  std::string csv = "network,account,subject,measure,window,start,value\n";
  const Day first = *parse_day("2026-03-01");
  for (int i = 0; i < 112; ++i) {
    const int value = 100 + i % 7 * 10 + i * 37 % 11;
    csv += fmt::format("x,brand,account,impressions,day,{},{}\n", format_day(first + i), value);
  }
  std::string posts = "network,account,post_id,published_at,kind,text,impressions,likes,comments,shares\n";
  for (int i = 0; i < 40; ++i) {
    posts += fmt::format("x,brand,{0},{1}T{2:02}:00:00Z,post,words,{3},{4},1,0\n", 1000 + i, format_day(first + 2 * i),
                         8 + i % 9, 200 + i * 37 % 90, 20 + i * 13 % 17);
  }
  for (const auto& [file, text] : {std::pair{"days", &csv}, std::pair{"some", &posts}}) {
    const std::string path = fmt::format("/imports?workspace=ours&filename={}.csv", file);
    CHECK(world_.ask({"POST", path, *text}, world_.owner_of_all).status == 200);
  }
}

void Place::import_one() {
  ++imported_;
  const std::string csv = fmt::format(
      "network,account,post_id,published_at,zone,kind,text,link,campaign,tags,impressions,likes\n"
      "x,brand,{0},2026-05-0{1}T10:00:00Z,UTC,post,words {0},,summer,a b,120,{1}\n",
      2000 + imported_, 1 + imported_ % 9);
  const net::Response response =
      world_.ask({"POST", "/imports?workspace=ours&filename=posts.csv", csv}, world_.owner_of_all);
  CHECK(response.status == 200);
  objects_["batch"] = world_.batch_of("ours");
}

void Place::set_goal() {
  const net::Response response =
      world_.ask({"POST", "/goals?workspace=ours", R"({"sentence":"Increase likes to 1000 by the end of the year"})"},
                 world_.owner_of_all);
  CHECK(response.status == 201 || response.status == 200);
  const Result<Json> said = parse_json(response.body);
  objects_["goal"] = std::string(said->at("goal").at("id").as_string());
  const net::Response to_do = world_.ask(
      {"POST", "/goals/" + objects_["goal"] + "/to-dos?workspace=ours", R"({"task":"film"})"}, world_.owner_of_all);
  CHECK(to_do.status < 300);
  objects_["to_do"] = "1";
}

void Place::add_benchmark_set() {
  const char* yaml = "sets: {ours: {name: N, source: S, year: 2026, cohort: C, n: 9, values: [{kpi: likes, p50: 1}]}}";
  CHECK(world_.control().benchmarks().add("ours", {{"ours", yaml, world_.now()}}).ok());
  objects_["set"] = "ours";
}

void Place::set_alert() {
  const auto channel = world_.control().outbox().add_channel(
      "ours", {.name = "ops", .kind = control::ChannelKind::mail, .targets = {"ops@example.org"}}, world_.now());
  CHECK(channel.ok() || channel.error().kind == ErrorKind::conflict);
  objects_["alert"] = "low";
  const char* fields = R"({"name":"low","kind":"threshold","kpi":"likes","side":"below","bound":9,"channel":"ops"})";
  const auto added = world_.control().alerts().add("ours", {.name = "low", .fields = fields, .set_at = world_.now()});
  CHECK(added.ok() || added.error().kind == ErrorKind::conflict);
}

void Place::add_campaign() {
  objects_["tag"] = "evergreen";
  objects_["campaign"] = "spring";
  control::KeptCampaign campaign{.name = "spring",
                                 .days = {*parse_day("2026-05-01"), *parse_day("2026-06-01")},
                                 .rules = {{"hashtag", "spring"}},
                                 .set_at = world_.now()};
  const auto added = world_.control().campaigns().add("ours", std::move(campaign));
  CHECK(added.ok() || added.error().kind == ErrorKind::conflict);
}

void Place::save_dashboard() {
  ++saved_;
  const std::string name = fmt::format("board{}", saved_);
  const std::string body = R"({"name": ")" + name +
                           R"(", "title": "Board", "tiles": [{"kind": "bar", "kpis": ["likes"], "by": ["network"]}]})";
  CHECK(world_.ask({"POST", "/dashboards?workspace=ours", body}, world_.owner_of_all).status == 201);
  objects_["dashboard"] = objects_["report"] = name;
  // Published once, and then saved anew: the revision that holds is a draft.
  for (const char* deed : {"/approve", "/publish"}) {
    const net::Response response =
        world_.ask({"POST", "/reports/" + name + deed + "?workspace=ours"}, world_.owner_of_all);
    CHECK(response.status == 201);
  }
  // A template that may be published; from the second time on it is approved already.
  static_cast<void>(world_.ask({"POST", "/reports/organic_reach/approve?workspace=ours"}, world_.owner_of_all));
  const std::string again = body.substr(0, body.size() - 1) + R"(, "revision": 1})";
  CHECK(world_.ask({"PUT", "/dashboards/" + name + "?workspace=ours", again}, world_.owner_of_all).status == 200);
  objects_["number"] = "1";
  const net::Response press =
      world_.ask({"POST", "/annotations?workspace=ours", R"({"from":"2026-05-01","kind":"press","text":"News"})"},
                 world_.owner_of_all);
  CHECK(press.status == 201);
  objects_["annotation"] = std::string(parse_json(press.body)->at("annotation").at("id").as_string());
  share_dashboard(name);
}

void Place::share_dashboard(const std::string& name) {
  const Instant next_day{world_.now().micros + int64_t{86'400} * 1'000'000};
  control::Share share{.name = name, .choices = "{}", .expires_at = next_day};
  const auto made = world_.control().dashboards().share("ours", std::move(share), world_.now());
  CHECK(made.ok());
  objects_["share"] = made->share.id;
  objects_["shared"] = made->proof;
}

// A channel to a mail server that is not there, and what goes by it.
void Place::add_channel() {
  objects_["channel"] = "team";
  control::Outbox& outbox = world_.control().outbox();
  const Instant now = world_.now();
  CHECK(world_.control()
            .mail()
            .set({.host = "127.0.0.1",
                  .port = 1,
                  .security = control::MailSecurity::none,
                  .sender_address = "reports@example.org"},
                 std::nullopt, now)
            .ok());
  const auto added = outbox.add_channel("ours", {.name = "team", .targets = {"ann@example.org"}}, now);
  CHECK(added.ok() || added.error().kind == ErrorKind::conflict);
  const auto put =
      outbox.put("ours", {.key = make_id(now), .channel = "team", .subject = "Reach fell", .text = "It fell."}, now);
  CHECK(put.ok());
  objects_["message"] = std::to_string(put->number);
  const auto scheduled = world_.control().schedules().add("ours", {.report = "organic_reach",
                                                                   .every = "monday",
                                                                   .zone = "UTC",
                                                                   .channel = "team",
                                                                   .formats = {"md"},
                                                                   .made_at = now});
  CHECK(scheduled.ok());
  objects_["schedule"] = std::to_string(scheduled->number);
}

void Place::renew(std::string_view pattern) {
  const auto is_about = [&](std::string_view start) { return pattern == "/" || pattern.starts_with(start); };
  control::People& people = world_.people();
  const Instant now = world_.now();
  if (is_about("/me/password")) CHECK(people.set_password(owner_.id, api_test::World::password, "").ok());
  if (is_about("/me") || is_about("/session") || is_about("/links") || is_about("/people")) {
    for (const control::Person& person : {owner_, spare_}) {
      CHECK(
          people.set_role("ours", person.id, person.id == owner_.id ? control::Role::owner : control::Role::viewer, now)
              .ok());
    }
    objects_["person"] = spare_.id;
    static_cast<void>(people.end_sessions(owner_.id, ""));
    objects_["session"] = people.open_session(owner_.id, {"192.0.2.11", "elsewhere"}, now)->session.id;
    world_.ours.at("owner") = world_.signed_in(owner_);
    world_.owner_of_all = world_.signed_in(*people.person_by_email("boss@example.org"));
  }
  if (is_about("/invitations") || is_about("/links")) {
    control::Link link{.kind = control::Link::Kind::invitation, .email = "new@example.org", .workspace = "ours"};
    const auto made = people.make_link(std::move(link), 3600, now);
    objects_["invitation"] = made->link.id;
    objects_["proof"] = made->proof;
  }
  if (is_about("/tokens")) objects_["token"] = people.make_token({"t", owner_.id, "ours", {"read"}}, now)->token.id;
  if (is_about("/imports")) import_one();
  if (is_about("/goals")) set_goal();
  // A competitor's days are not asked for where nobody says so.
  if (is_about("/accounts")) {
    CHECK(world_.control().set_account("ours", "x", "brand", control::Ownership::own, {}).ok());
  }
  if (is_about("/benchmark")) add_benchmark_set();
  if (is_about("/campaigns")) add_campaign();
  if (is_about("/alerts") || is_about("/digest")) set_alert();
  if (is_about("/channels") || is_about("/messages") || is_about("/schedules") || is_about("/mail")) add_channel();
  if (is_about("/dashboards") || is_about("/reports") || is_about("/annotations") || is_about("/shared")) {
    save_dashboard();
  }
  if (is_about("/catalog") || is_about("/judgements")) {
    const net::Response response = world_.ask(
        {"POST", "/catalog?workspace=ours",
         "kpis: {own_likes: {name: Own likes, class: ratio, unit: ratio, good: up, formula: 'likes / impressions'}, "
         "brand_voice: {name: Brand voice, scale: [off, on brand]}}"},
        world_.owner_of_all);
    CHECK(response.status == 200 || response.status == 422);
  }
}

// What is there at the program's end is left behind: see World::leave_behind.
struct Current {
  Place* place = nullptr;
  int inputs = 0;
  ~Current() {
    if (place != nullptr) place->world().leave_behind();
  }
};

Place& place() {
  static Current current;
  if (current.place == nullptr || ++current.inputs > inputs_per_world) {
    delete std::exchange(current.place, nullptr);
    current.place = new Place;
    current.inputs = 0;
  }
  return *current.place;
}

}  // namespace

namespace sociometer::fuzz {

std::vector<std::string> routes_not_asked() {
  return routes_without(asked_routes);
}

std::vector<std::string> routes_not_answered() {
  return routes_without(answered_routes);
}

}  // namespace sociometer::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // Said back by whoever may say it, another client's words would prove nothing.
  if (bytes.find("the other client") != bytes.npos) return 0;
  if (const std::optional<Input> input = parse_input(bytes)) place().ask(*input);
  return 0;
}
