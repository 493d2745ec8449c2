// Every route, with every role, in one's own workspace and with another's objects.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <set>

#include "world.h"

namespace sociometer::api_test {
namespace {

using surfaces::Right;
using surfaces::Route;
using testing::HasSubstr;
using testing::Not;

// What the test puts into a route's path, and the body it sends. A route whose pattern is not in the table fails the
// test: whoever adds one says what an object of its kind is, in one's own workspace and in another's.
struct Sample {
  std::string_view pattern;
  std::string body = "{}";
};

const Sample samples[] = {
    {"/health"},
    {"/ready"},
    {"/metrics"},
    {"/session", R"({"email":"nobody@example.org","password":"not this one"})"},
    {"/session/forgotten", R"({"email":"nobody@example.org"})"},
    {"/links/look", R"({"proof":"none"})"},
    {"/links/accept", R"({"proof":"none"})"},
    {"/me", R"({"name":""})"},
    {"/me/password", R"({"present":"","password":""})"},
    {"/me/second-factor", R"({"password":"no"})"},
    {"/me/second-factor/confirm", R"({"code":"0"})"},
    {"/me/second-factor/remove", R"({"password":"no"})"},
    {"/me/goals"},
    {"/me/sessions"},
    {"/me/sessions/{session}"},
    {"/people"},
    {"/people/{person}", R"({"role":"viewer"})"},
    {"/invitations", R"({"email":"new@example.org","role":"viewer"})"},
    {"/invitations/{invitation}"},
    {"/tokens", R"({"name":"mine","scopes":["read"]})"},
    {"/tokens/{token}"},
    {"/audit"},
    {"/clients"},
    {"/workspaces"},
    {"/workspaces/{workspace}", R"({"week_start":"monday"})"},
    {"/workspaces/{workspace}/rules", "{}"},
    {"/query", R"({"kpis":["impressions"]})"},
    {"/explain", R"({"kpis":["impressions"]})"},
    {"/changes", R"({"kpis":["impressions"],"since":"2020-01-01"})"},
    {"/catalog", R"({"yaml":""})"},
    {"/catalog/{key}"},
    {"/catalog/packs/{pack}", R"({"on":true})"},
    {"/calc", R"({"kpi":"impressions","values":{"impressions":1}})"},
    {"/posts"},
    {"/accounts"},
    {"/accounts/{network}/{handle}", R"({"ownership":"own"})"},
    {"/judgements", R"({"kpi":"brand_voice","level":"good"})"},
    {"/rates", "date,from,to,rate\n2026-01-02,EUR,USD,1.1\n"},
    {"/forecast", R"({"kpi":"impressions"})"},
    {"/anomalies", R"({"kpi":"impressions"})"},
    {"/standouts", R"({"kpi":"impressions"})"},
    {"/best-times", R"({"kpi":"impressions"})"},
    {"/benchmark", R"({"kpi":"impressions"})"},
    {"/benchmark/sets",
     R"({"yaml":"sets: {new: {name: N, source: S, year: 2026, cohort: C, n: 9, values: [{kpi: likes, p50: 1}]}}"})"},
    {"/benchmark/sets/{set}"},
    {"/campaigns", R"({"name":"New","from":"2026-05-01","to":"2026-05-31","rules":["hashtag=new"]})"},
    {"/campaigns/{campaign}"},
    {"/tags"},
    {"/tags/{tag}", R"({"rules":["hashtag=howto"]})"},
    {"/tags/{tag}/remove", R"({"rules":["hashtag=howto"]})"},
    {"/goals", R"({"sentence":"Increase impressions to 1000 by the end of the year"})"},
    {"/goals/{goal}", R"({"owner":"Somebody"})"},
    {"/goals/{goal}/check-ins", R"({"note":"well"})"},
    {"/goals/{goal}/to-dos", R"({"task":"film"})"},
    {"/goals/{goal}/to-dos/{to_do}/done"},
    {"/alerts", R"({"name":"new","kind":"anomaly","kpi":"impressions","channel":"ops"})"},
    {"/alerts/run"},
    {"/alerts/{alert}", R"({"kind":"anomaly","kpi":"impressions","channel":"ops"})"},
    {"/alerts/{alert}/mute"},
    {"/alerts/{alert}/unmute"},
    {"/alerts/{alert}/test"},
    {"/digest"},
    {"/digest/settings", R"({"hour":9})"},
    {"/dashboards", R"({"name":"fresh","title":"Fresh","tiles":[{"kind":"number","kpis":["likes"]}]})"},
    {"/dashboards/{dashboard}",
     R"({"name":"fresh","title":"Fresh","revision":1,"tiles":[{"kind":"number","kpis":["likes"]}]})"},
    {"/dashboards/{dashboard}/revisions"},
    {"/dashboards/{dashboard}/shares", R"({"days":7,"label":"the board"})"},
    {"/dashboards/{dashboard}/shares/{share}"},
    {"/shared/{proof}"},
    {"/reports/{report}"},
    {"/reports/{report}/approve"},
    {"/reports/{report}/publish"},
    {"/reports/{report}/published"},
    {"/reports/{report}/published/{number}"},
    {"/reports/{report}/changed"},
    {"/annotations", R"({"from":"2026-05-01","kind":"press","text":"In the news"})"},
    {"/annotations/{annotation}"},
    {"/schedules", R"({"report":"executive","every":"monday","channel":"new"})"},
    {"/schedules/{schedule}"},
    {"/channels", R"({"name":"new","to":["ann@example.org"]})"},
    {"/channels/{channel}"},
    {"/channels/{channel}/test"},
    {"/messages"},
    {"/messages/{message}/retry"},
    {"/mail", "{}"},
    {"/mail/test", R"({"to":"ann@example.org"})"},
    {"/imports", "nothing to import"},
    {"/imports/uploads/{upload}"},
    {"/imports/{batch}"},
    {"/imports/{batch}/undo"},
    {"/imports/{batch}/assign", R"({"account":"brand"})"},
};

const Sample* sample_of(const Route& route) {
  for (const Sample& sample : samples) {
    if (sample.pattern == route.pattern) return &sample;
  }
  return nullptr;
}

class MatrixTest : public testing::Test {
 protected:
  MatrixTest() {
    setenv("CHROMIUM", "/nowhere", 1);  // who may publish is asked here, not how a page is printed
    for (const char* workspace : {"ours", "theirs"}) {
      objects_[workspace]["batch"] = world_.batch_of(workspace);
      objects_[workspace]["invitation"] = make_invitation(workspace);
      objects_[workspace]["token"] = make_token(workspace);
      objects_[workspace]["goal"] = make_goal(workspace);
      objects_[workspace]["to_do"] = "1";
      objects_[workspace]["campaign"] = make_campaign(workspace);
      objects_[workspace]["tag"] = "evergreen";
      objects_[workspace]["set"] = make_benchmark_set(workspace);
      objects_[workspace]["dashboard"] = objects_[workspace]["report"] = make_dashboard(workspace);
      objects_[workspace]["share"] = make_share(workspace);
      objects_[workspace]["number"] = "1";
      objects_[workspace]["annotation"] = make_annotation(workspace);
      objects_[workspace]["alert"] = make_alert(workspace);
      objects_[workspace]["channel"] = std::string("team-of-") + workspace;
      objects_[workspace]["message"] = make_message(workspace);
      objects_[workspace]["schedule"] = make_schedule(workspace);
      objects_[workspace]["workspace"] = workspace;
      objects_[workspace]["network"] = "x";
      objects_[workspace]["handle"] = "brand";
      objects_[workspace]["key"] = "impressions";
      objects_[workspace]["pack"] = "business";
      objects_[workspace]["upload"] = "u1";
      objects_[workspace]["session"] = world_.session_of_theirs;
    }
    const control::Person spare = world_.add_person("spare");
    EXPECT_TRUE(world_.people().set_role("ours", spare.id, control::Role::viewer, world_.now()));
    objects_["ours"]["person"] = spare.id;
    objects_["theirs"]["person"] = world_.member_of_theirs.id;
    world_.api().uploads().set("theirs", "u1", {"done", 1, 1, 1});
  }

  std::string make_invitation(const std::string& workspace) {
    control::Link link{.kind = control::Link::Kind::invitation, .email = "x@example.org", .workspace = workspace};
    return world_.people().make_link(std::move(link), 3600, world_.now())->link.id;
  }
  std::string make_goal(const std::string& workspace) {
    const char* fields =
        R"({"kpi":"impressions","variant":null,"filter":{},"direction":"up","target":{"kind":"absolute","value":1000},)"
        R"("baseline":{"from":"2026-01-01","to":"2026-03-31"},"start":"2026-04-01","due":"2026-06-30",)"
        R"("cadence":"weekly"})";
    control::Goals& goals = world_.api().house().control->goals();
    const std::string id = goals.add(workspace, {.sentence = "a goal", .fields = fields}, world_.now())->id;
    EXPECT_TRUE(goals.add_to_do(workspace, id, {.task = "film", .set_at = world_.now()}));
    return id;
  }
  std::string make_alert(const std::string& workspace) {
    control::Control& control = world_.control();
    EXPECT_TRUE(control.outbox().add_channel(
        workspace, {.name = "ops", .kind = control::ChannelKind::mail, .targets = {"ops@example.org"}}, world_.now()));
    const std::string name = "alert of " + workspace;
    const std::string fields = R"({"name":")" + name + R"(","kind":"anomaly","kpi":"impressions","channel":"ops"})";
    EXPECT_TRUE(control.alerts().add(workspace, {.name = name, .fields = fields, .set_at = world_.now()}));
    return name;
  }
  std::string make_campaign(const std::string& workspace) {
    const std::string name = "campaign of " + workspace;
    control::KeptCampaign campaign{
        .name = name, .days = {*parse_day("2026-05-01"), *parse_day("2026-06-01")}, .set_at = world_.now()};
    EXPECT_TRUE(world_.control().campaigns().add(workspace, std::move(campaign)));
    return name;
  }
  std::string make_benchmark_set(const std::string& workspace) {
    const std::string key = "set_of_" + workspace;
    const std::string yaml = fmt::format(
        "sets: {{{}: {{name: N, source: S, year: 2026, cohort: C, n: 9, values: [{{kpi: impressions, p50: 1}}]}}}}",
        key);
    EXPECT_TRUE(world_.control().benchmarks().add(workspace, {{key, yaml, world_.now()}}));
    return key;
  }
  std::string make_dashboard(const std::string& workspace) {
    control::Dashboards& dashboards = world_.api().house().control->dashboards();
    const std::string name = "board_of_" + workspace;
    const std::string body =
        R"({"name": ")" + name + R"(", "title": "Board", "tiles": [{"kind": "text", "words": "w"}]})";
    EXPECT_TRUE(dashboards.save(workspace, {.name = name, .body = body, .saved_by = "A"}, 0, world_.now()));
    EXPECT_TRUE(dashboards.publish(
        workspace, {.name = name, .answers = R"({"dashboard": )" + body + "}", .files = {{"md", "# Board"}}}));
    return name;
  }
  std::string make_share(const std::string& workspace) {
    const Instant later{world_.now().micros + int64_t{7} * 86'400 * 1'000'000};
    control::Share share{.name = "board_of_" + workspace, .choices = "{}", .expires_at = later};
    return world_.control().dashboards().share(workspace, std::move(share), world_.now())->share.id;
  }
  std::string make_annotation(const std::string& workspace) {
    const control::Annotation press{.kind = "press", .first = {20'000}, .last = {20'000}, .text = "In the news"};
    return world_.api().house().control->dashboards().annotate(workspace, press, world_.now())->id;
  }
  std::string make_message(const std::string& workspace) {
    control::Outbox& outbox = world_.control().outbox();
    const std::string channel = "team-of-" + workspace;
    EXPECT_TRUE(outbox.add_channel(workspace, {.name = channel, .targets = {"ann@example.org"}}, world_.now()));
    const auto put = outbox.put(workspace, {.key = "1", .channel = channel, .subject = "S", .text = "T"}, world_.now());
    return std::to_string(put->number);
  }
  // Numbers are a workspace's own: theirs is one that ours has not.
  std::string make_schedule(const std::string& workspace) {
    const control::KeptSchedule schedule{
        .report = "executive", .every = "monday", .zone = "UTC", .channel = "team", .made_at = world_.now()};
    if (workspace == "theirs") {
      EXPECT_TRUE(world_.control().schedules().add(workspace, schedule));
    }
    return std::to_string(world_.control().schedules().add(workspace, schedule)->number);
  }
  std::string make_token(const std::string& workspace) {
    const auto& owner = workspace == "ours" ? world_.people_of_ours.at("owner") : world_.member_of_theirs;
    return world_.people().make_token({"t", owner.id, workspace, {"read"}}, world_.now())->token.id;
  }

  // The route's path with objects of `of`, asked in `workspace`.
  Asked asked(const Route& route, const std::string& of, const std::string& workspace) const {
    std::string path(route.pattern);
    for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{', open)) {
      const size_t close = path.find('}', open);
      const std::string name = path.substr(open + 1, close - open - 1);
      path.replace(open, close - open + 1, objects_.at(of).contains(name) ? objects_.at(of).at(name) : "?" + name);
    }
    const Sample* sample = sample_of(route);
    return {std::string(route.method), path + "?workspace=" + workspace, sample == nullptr ? "" : sample->body};
  }

  static std::string label(const Route& route, const As& who) {
    return fmt::format("{} {} as {}", route.method, route.pattern, who.name);
  }

  World world_;
  std::map<std::string, std::map<std::string, std::string>> objects_;
};

bool is_of_workspace(Right right) {
  return right >= Right::read && right <= Right::read_audit;
}

TEST_F(MatrixTest, EveryRouteIsInTheTableAndOnlyTheseAreForAnybody) {
  const std::set<std::string> open{"GET /health",
                                   "GET /ready",
                                   "GET /session",
                                   "POST /session",
                                   "POST /links/look",
                                   "POST /links/accept",
                                   "POST /session/forgotten",
                                   "GET /shared/{proof}"};
  std::set<std::string> found;
  for (const Route& route : surfaces::routes()) {
    const std::string name = fmt::format("{} {}", route.method, route.pattern);
    EXPECT_NE(sample_of(route), nullptr) << name << " is not in this test's table";
    if (route.needs.right == Right::anyone) found.insert(name);
    // What changes something is in the audit log; questions that are sent as a body change nothing.
    const std::set<std::string> questions{"POST /query",      "POST /explain",          "POST /calc",
                                          "POST /session",    "POST /links/look",       "POST /links/accept",
                                          "POST /changes",    "POST /me/second-factor", "POST /benchmark",
                                          "POST /forecast",   "POST /anomalies",        "POST /standouts",
                                          "POST /best-times", "POST /session/forgotten"};
    EXPECT_EQ(route.deed.empty(), route.method == "GET" || questions.contains(name)) << name;
  }
  EXPECT_EQ(found, open);
}

TEST_F(MatrixTest, NobodyIsAskedToSignIn) {
  for (const Route& route : surfaces::routes()) {
    if (route.needs.right == Right::anyone) continue;
    const net::Response response = world_.ask(asked(route, "ours", "ours"), world_.nobody);
    EXPECT_EQ(response.status, 401) << label(route, world_.nobody);
    EXPECT_THAT(response.body, Not(HasSubstr("our own words")));
  }
}

// A role gets exactly what the table of rights says, in its own workspace.
TEST_F(MatrixTest, EachRoleMayWhatItsRightsSay) {
  for (const Route& route : surfaces::routes()) {
    if (!is_of_workspace(route.needs.right)) continue;
    for (const auto& [name, who] : world_.ours) {
      const bool may = surfaces::holds(*control::parse_role(name), route.needs.right);
      const net::Response response = world_.ask(asked(route, "ours", "ours"), who);
      if (may) {
        EXPECT_NE(response.status, 403) << label(route, who) << response.body;
        EXPECT_NE(response.status, 401) << label(route, who) << response.body;
      } else {
        EXPECT_EQ(response.status, 403) << label(route, who) << response.body;
      }
      EXPECT_LT(response.status, 500) << label(route, who) << response.body;
    }
  }
}

// Another workspace is not there, whatever one may in one's own.
TEST_F(MatrixTest, AnotherWorkspaceIsNotFound) {
  for (const Route& route : surfaces::routes()) {
    if (!is_of_workspace(route.needs.right)) continue;
    for (const auto& [name, who] : world_.ours) {
      const net::Response response = world_.ask(asked(route, "theirs", "theirs"), who);
      EXPECT_EQ(response.status, 404) << label(route, who) << response.body;
      EXPECT_THAT(response.body, Not(HasSubstr(std::string(World::secret_text)))) << label(route, who);
      // And looks just as one that does not exist.
      net::Response unknown = world_.ask(asked(route, "theirs", "nowhere"), who);
      if (route.pattern.find("{workspace}") != std::string_view::npos) continue;
      const size_t place = unknown.body.find("nowhere");
      ASSERT_NE(place, std::string::npos) << unknown.body;
      unknown.body.replace(place, 7, "theirs");
      EXPECT_EQ(unknown.body, response.body) << label(route, who);
    }
  }
}

// An object of another workspace, named in one's own, is not found; nor does anything happen to it.
TEST_F(MatrixTest, AnotherWorkspacesObjectsAreNotFoundInOnesOwn) {
  const std::set<std::string_view> of_everybody{"key", "pack", "network", "handle", "workspace", "tag"};
  const std::string imports_before = world_.ask({"GET", "/imports?workspace=theirs"}, world_.stranger).body;
  int walked = 0;
  for (const Route& route : surfaces::routes()) {
    const size_t open = route.pattern.find('{');
    if (open == std::string_view::npos) continue;
    const std::string_view name = route.pattern.substr(open + 1, route.pattern.find('}') - open - 1);
    if (of_everybody.contains(name)) continue;
    ++walked;
    const As& who = world_.ours.at("owner");
    const net::Response response = world_.ask(asked(route, "theirs", "ours"), who);
    EXPECT_EQ(response.status, 404) << label(route, who) << response.body;
  }
  EXPECT_GE(walked, 8);
  EXPECT_EQ(world_.ask({"GET", "/imports?workspace=theirs"}, world_.stranger).body, imports_before);
  EXPECT_EQ(world_.ask({"GET", "/me/sessions"}, world_.stranger).status, 200) << "their session goes on";
  EXPECT_EQ(world_.people().invitations("theirs", world_.now())->size(), 1U);
  EXPECT_FALSE(world_.people().token(objects_["theirs"]["token"])->revoked_at);
  EXPECT_EQ(world_.people().members("theirs")->size(), 2U) << "the stranger and whoever owns everything";
}

TEST_F(MatrixTest, TokensMayWhatTheirScopesSayAndNoMore) {
  for (const std::string workspace : {"ours", ""}) {
    for (Right scope : surfaces::scopes()) {
      const As token = world_.with_token({std::string(name(scope)), "", workspace, {std::string(name(scope))}});
      for (const Route& route : surfaces::routes()) {
        const Right right = route.needs.right;
        if (right == Right::anyone || right == Right::signed_in) continue;
        const net::Response response = world_.ask(asked(route, "ours", "ours"), token);
        const bool is_everywhere = right == Right::operate || right == Right::add_workspaces;
        if (right == scope && (!is_everywhere || workspace.empty())) {
          EXPECT_NE(response.status, 403) << label(route, token);
        } else {
          EXPECT_EQ(response.status, 403) << label(route, token);
        }
        if (!is_of_workspace(right) || workspace.empty()) continue;
        EXPECT_EQ(world_.ask(asked(route, "theirs", "theirs"), token).status, 404) << label(route, token);
      }
    }
  }
}

TEST_F(MatrixTest, APersonsTokenIsNoMoreThanThePerson) {
  const control::Person& viewer = world_.people_of_ours.at("viewer");
  const As token = world_.with_token({"greedy", viewer.id, "", {"read", "write_data", "manage_workspace", "operate"}});
  EXPECT_EQ(world_.ask({"GET", "/imports?workspace=ours"}, token).status, 200);
  EXPECT_EQ(world_.ask({"POST", "/imports?workspace=ours", "x"}, token).status, 403);
  EXPECT_EQ(world_.ask({"PUT", "/workspaces/ours", "{}"}, token).status, 403);
  EXPECT_EQ(world_.ask({"GET", "/metrics"}, token).status, 403);
  EXPECT_EQ(world_.ask({"GET", "/imports?workspace=theirs"}, token).status, 404);
  ASSERT_TRUE(world_.people().remove_member("ours", viewer.id));
  EXPECT_EQ(world_.ask({"GET", "/imports?workspace=ours"}, token).status, 404);
}

TEST_F(MatrixTest, WorkspacesAreListedAndAddedByWhomTheyConcern) {
  EXPECT_THAT(world_.ask({"GET", "/workspaces"}, world_.ours.at("owner")).body, Not(HasSubstr("theirs")));
  EXPECT_THAT(world_.ask({"GET", "/clients"}, world_.ours.at("owner")).body, Not(HasSubstr("theirs")));
  EXPECT_THAT(world_.ask({"GET", "/workspaces"}, world_.owner_of_all).body, HasSubstr("theirs"));
  EXPECT_EQ(world_.ask({"PUT", "/workspaces/fresh", "{}"}, world_.ours.at("owner")).status, 404);
  EXPECT_EQ(world_.ask({"PUT", "/workspaces/fresh", "{}"}, world_.owner_of_all).status, 201);
  EXPECT_EQ(world_.ask({"GET", "/imports?workspace=fresh"}, world_.owner_of_all).status, 200);
}

}  // namespace
}  // namespace sociometer::api_test
