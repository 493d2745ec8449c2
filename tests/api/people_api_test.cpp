// Coming in and going out, people, tokens and the audit log, as a browser and a program meet them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "world.h"

namespace sociometer::api_test {
namespace {

using testing::HasSubstr;
using testing::Not;

JsonObject object_of(const net::Response& response) {
  Result<Json> json = parse_json(response.body);
  EXPECT_TRUE(json) << response.body;
  return json && json->is_object() ? json->get_object() : JsonObject();
}

class PeopleApiTest : public testing::Test {
 protected:
  net::Response sign_in(const std::string& email, std::string_view password, const As& as = {"browser", "", ""}) {
    return world_.ask({"POST", "/session", json_text(JsonObject{{"email", email}, {"password", password}})}, as);
  }
  net::Response owner(const std::string& method, const std::string& path, const JsonObject& body = {}) {
    return world_.ask({method, path, method == "GET" ? "" : json_text(body)}, world_.ours.at("owner"));
  }
  World world_;
};

TEST_F(PeopleApiTest, SigningInGivesACookieThatScriptsAndStrangersDoNotGet) {
  const net::Response response = sign_in("viewer@example.org", World::password);
  ASSERT_EQ(response.status, 200) << response.body;
  const std::string cookie = header_in(response, "Set-Cookie");
  for (const char* word : {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="}) EXPECT_THAT(cookie, HasSubstr(word));
  EXPECT_THAT(response.body, Not(HasSubstr(cookie_in(response).substr(20))));
  const As viewer{"viewer", cookie_in(response), ""};
  EXPECT_EQ(world_.ask({"GET", "/imports?workspace=ours"}, viewer).status, 200);
  EXPECT_THAT(world_.ask({"GET", "/session"}, viewer).body, HasSubstr("viewer@example.org"));
  EXPECT_EQ(world_.ask({"DELETE", "/session"}, viewer).status, 200);
  EXPECT_EQ(world_.ask({"GET", "/imports?workspace=ours"}, viewer).status, 401);
  EXPECT_THAT(world_.ask({"GET", "/session"}, viewer).body, HasSubstr("\"person\":null"));
}

TEST_F(PeopleApiTest, TheAnswerToAWrongPasswordTellsNothing) {
  net::Response unknown = sign_in("nobody@example.org", World::password);
  net::Response wrong = sign_in("viewer@example.org", "something else");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(unknown.body, wrong.body);
  const int64_t before = control::password_checks();
  sign_in("nobody2@example.org", "x");
  EXPECT_EQ(control::password_checks(), before + 1) << "an unknown address costs a comparison as well";
}

TEST_F(PeopleApiTest, GuessingIsSlowedDownButAKnownBrowserGetsIn) {
  const net::Response first = sign_in("viewer@example.org", World::password);
  std::string device;
  for (const auto& [name, value] : first.headers) {
    if (name == "Set-Cookie" && value.find("_device=") != std::string::npos) device = value.substr(0, value.find(';'));
  }
  ASSERT_NE(device, "");
  int status = 0;
  for (int i = 0; i < 10 && status != 429; ++i) status = sign_in("viewer@example.org", "guess").status;
  EXPECT_EQ(status, 429);
  const net::Response refused = sign_in("viewer@example.org", World::password);
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(header_in(refused, "Retry-After"), "");
  EXPECT_EQ(sign_in("viewer@example.org", World::password, {"known", device, ""}).status, 200);
  EXPECT_EQ(sign_in("agent@example.org", World::password, {"not theirs", device, ""}).status, 200)
      << "another account from the same address is not concerned yet";
}

TEST_F(PeopleApiTest, APasswordIsChangedByWhoKnowsIt) {
  const As viewer = world_.ours.at("viewer");
  const auto change = [&](std::string_view present, std::string_view fresh) {
    return world_.ask({"PUT", "/me/password", json_text(JsonObject{{"present", present}, {"password", fresh}})},
                      viewer);
  };
  EXPECT_EQ(object_of(change("wrong", "another passphrase here")).at("field").get_string(), "present");
  EXPECT_EQ(object_of(change(World::password, "short")).at("field").get_string(), "password");
  const net::Response changed = change(World::password, "another passphrase here");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(world_.ask({"GET", "/me/sessions"}, viewer).status, 401) << "the old proof is worth nothing";
  EXPECT_EQ(world_.ask({"GET", "/me/sessions"}, {"viewer", cookie_in(changed), ""}).status, 200);
  EXPECT_EQ(sign_in("viewer@example.org", "another passphrase here").status, 200);
}

TEST_F(PeopleApiTest, ASecondFactorIsBegunWithThePassword) {
  const As viewer = world_.ours.at("viewer");
  EXPECT_EQ(world_.ask({"POST", "/me/second-factor", R"({"password":"wrong"})"}, viewer).status, 400);
  const net::Response begun =
      world_.ask({"POST", "/me/second-factor", json_text(JsonObject{{"password", World::password}})}, viewer);
  ASSERT_EQ(begun.status, 200) << begun.body;
  EXPECT_THAT(begun.body, HasSubstr("otpauth://totp/Sociometer:viewer%40example.org?secret="));
  EXPECT_EQ(world_.ask({"POST", "/me/second-factor/confirm", R"({"code":"000"})"}, viewer).status, 400);
  EXPECT_EQ(sign_in("viewer@example.org", World::password).status, 200) << "not confirmed, so not asked for";
}

TEST_F(PeopleApiTest, SomebodyIsInvitedAndJoins) {
  const net::Response made =
      owner("POST", "/invitations?workspace=ours", {{"email", "new@example.org"}, {"role", "agent"}});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string link(object_of(made).at("link").get_string());
  EXPECT_THAT(link, testing::StartsWith("http://localhost:8321/link#"));
  const std::string proof = link.substr(link.find('#') + 1);
  const net::Response look =
      world_.ask({"POST", "/links/look", json_text(JsonObject{{"proof", proof}})}, world_.nobody);
  EXPECT_THAT(look.body, HasSubstr(R"("kind":"invitation")"));
  const JsonObject given{{"proof", proof}, {"name", "New"}, {"password", "a passphrase of their own"}};
  const net::Response joined = world_.ask({"POST", "/links/accept", json_text(given)}, world_.nobody);
  ASSERT_EQ(joined.status, 200) << joined.body;
  const As fresh{"new", cookie_in(joined), ""};
  EXPECT_EQ(world_.ask({"GET", "/posts?workspace=ours"}, fresh).status, 200);
  EXPECT_EQ(world_.ask({"GET", "/posts?workspace=theirs"}, fresh).status, 404);
  EXPECT_EQ(world_.ask({"POST", "/links/accept", json_text(given)}, world_.nobody).status, 404) << "it works once";
}

TEST_F(PeopleApiTest, NobodyMakesAnybodyMoreThanTheyAre) {
  const As admin = world_.ours.at("admin");
  const std::string viewer = world_.people_of_ours.at("viewer").id, boss = world_.people_of_ours.at("owner").id;
  const auto set = [&](const std::string& person, const char* role) {
    return world_.ask({"PUT", "/people/" + person + "?workspace=ours", json_text(JsonObject{{"role", role}})}, admin)
        .status;
  };
  EXPECT_EQ(set(viewer, "admin"), 200);
  EXPECT_EQ(set(viewer, "owner"), 422);
  EXPECT_EQ(set(boss, "viewer"), 422) << "nor less than somebody above them";
  EXPECT_EQ(world_.ask({"DELETE", "/people/" + boss + "?workspace=ours", ""}, admin).status, 422);
  const std::string invitation = json_text(JsonObject{{"email", "x@example.org"}, {"role", "owner"}});
  EXPECT_EQ(world_.ask({"POST", "/invitations?workspace=ours", invitation}, admin).status, 422);
  EXPECT_EQ(set("nobody", "viewer"), 404);
}

TEST_F(PeopleApiTest, TokensAreMadeWithinOnesRightsAndSeenByTheirOwners) {
  const As analyst = world_.ours.at("analyst");
  const auto make = [&](const JsonArray& scopes) {
    return world_.ask(
        {"POST", "/tokens?workspace=ours", json_text(JsonObject{{"name", "t"}, {"scopes", scopes}, {"days", 30}})},
        analyst);
  };
  EXPECT_EQ(make({"manage_workspace"}).status, 422);
  EXPECT_EQ(make({"operate"}).status, 422);
  EXPECT_EQ(make({"nonsense"}).status, 400);
  EXPECT_EQ(make({}).status, 400);
  const net::Response made = make({"read", "write_data"});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string proof(object_of(made).at("token").get_string());
  EXPECT_EQ(world_.ask({"GET", "/imports?workspace=ours"}, {"token", "", proof}).status, 200);
  EXPECT_EQ(world_.ask({"GET", "/imports"}, {"token", "", proof}).status, 200) << "its own workspace is its default";
  EXPECT_THAT(world_.ask({"GET", "/tokens?workspace=ours"}, analyst).body, Not(HasSubstr(proof)));
  EXPECT_THAT(owner("GET", "/tokens?workspace=ours").body, HasSubstr("\"name\":\"t\""));
  world_.advance(31 * 86'400);
  EXPECT_EQ(world_.ask({"GET", "/imports?workspace=ours"}, {"token", "", proof}).status, 401);
}

TEST_F(PeopleApiTest, DeedsAreInTheAuditLogOfTheirWorkspace) {
  owner("PUT", "/workspaces/ours", {{"currency", "EUR"}});
  owner("PUT", "/accounts/x/brand?workspace=ours", {{"ownership", "partner"}});
  owner("PUT", "/accounts/nonsense/brand?workspace=ours", {{"ownership", "partner"}});
  const JsonArray entries = object_of(owner("GET", "/audit?workspace=ours")).at("audit").get_array();
  ASSERT_EQ(entries.size(), 2U) << "what was refused is no deed";
  EXPECT_EQ(entries[0].get_object().at("action").get_string(), "account.set");
  EXPECT_EQ(entries[0].get_object().at("object").get_string(), "x/brand");
  EXPECT_EQ(entries[0].get_object().at("actor").get_object().at("name").get_string(), "owner");
  EXPECT_THAT(world_.ask({"GET", "/audit?workspace=theirs"}, world_.stranger).body, Not(HasSubstr("account.set")));
  EXPECT_EQ(owner("GET", "/audit?workspace=ours&all=1").status, 403);
  EXPECT_EQ(world_.ask({"GET", "/audit?workspace=ours&all=1"}, world_.owner_of_all).status, 200);
  const net::Response csv = owner("GET", "/audit?workspace=ours&format=csv");
  EXPECT_THAT(csv.content_type, HasSubstr("text/csv"));
  EXPECT_THAT(csv.body, HasSubstr("account.set"));
  EXPECT_TRUE(world_.control().check()->empty());
}

TEST_F(PeopleApiTest, SessionsAreRenewedWithUse) {
  const As viewer = world_.ours.at("viewer");
  world_.advance(2 * 86'400);
  net::Request upload{.method = "POST", .path = "/api/v1/imports", .headers = {{"host", "localhost"}}};
  upload.headers["cookie"] = viewer.cookie;
  static_cast<void>(world_.api().admit(upload));  // asks who it is, and has no answer to put a new proof into
  const net::Response renewed = world_.ask({"GET", "/posts?workspace=ours"}, viewer);
  EXPECT_EQ(renewed.status, 200);
  const std::string fresh = cookie_in(renewed);
  ASSERT_NE(fresh, "");
  world_.advance(300);
  EXPECT_EQ(world_.ask({"GET", "/posts?workspace=ours"}, viewer).status, 401);
  EXPECT_EQ(world_.ask({"GET", "/posts?workspace=ours"}, {"viewer", fresh, ""}).status, 200);
}

TEST_F(PeopleApiTest, WhoRunsItSeesHowItIs) {
  EXPECT_EQ(world_.ask({"GET", "/ready"}, world_.nobody).status, 200);
  const net::Response metrics = world_.ask({"GET", "/metrics"}, world_.owner_of_all);
  EXPECT_EQ(metrics.status, 200);
  EXPECT_THAT(metrics.body, HasSubstr("sociometer_requests_total{route=\"/ready\",status=\"200\"} 1"));
  EXPECT_THAT(object_of(world_.ask({"GET", "/clients"}, world_.ours.at("viewer"))).at("clients").get_array().size(),
              1U);
}

}  // namespace
}  // namespace sociometer::api_test
