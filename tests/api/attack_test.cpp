// What is usually tried on a web application, above the level of bytes (tests/server/attack_test.cpp has those).
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "world.h"

namespace sociometer::api_test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class AttackTest : public testing::Test {
 protected:
  net::Response owner(const Asked& asked) { return world_.ask(asked, world_.ours.at("owner")); }
  World world_;
};

// --- Session fixation

TEST_F(AttackTest, AProofThatWasPlantedIsNeverSignedIn) {
  const std::string own = world_.ours.at("viewer").cookie;
  const std::string name = own.substr(0, own.find('='));
  for (const std::string& planted :
       {std::string("attacker-chose-this"), std::string(43, 'A'), own.substr(name.size() + 1)}) {
    const As before{"planted", name + "=" + planted, ""};
    const net::Response response = world_.ask(
        {"POST", "/session", json_text(JsonObject{{"email", "agent@example.org"}, {"password", World::password}})},
        before);
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_NE(cookie_in(response), before.cookie) << "a fresh proof at every sign-in";
    // Whoever planted it is not the one who signed in.
    EXPECT_THAT(world_.ask({"GET", "/session"}, before).body, Not(HasSubstr("agent@example.org")));
  }
}

// --- Cross-site requests

TEST_F(AttackTest, ASessionsRequestFromAnotherPageChangesNothing) {
  const std::map<std::string, std::string> none{{"origin", ""}, {"sec-fetch-site", ""}};
  const std::vector<std::map<std::string, std::string>> forgeries{
      none,
      {{"origin", "https://evil.example"}, {"sec-fetch-site", "cross-site"}},
      {{"origin", "null"}, {"sec-fetch-site", ""}},
      {{"origin", ""}, {"sec-fetch-site", "same-site"}},
      {{"origin", "http://localhost:9999"}, {"sec-fetch-site", ""}},
      {{"origin", "http://localhost:8321.evil.example"}, {"sec-fetch-site", ""}},
      {{"origin", "https://evil.example"}, {"sec-fetch-site", ""}, {"content-type", "text/plain"}},
  };
  for (const surfaces::Route& route : surfaces::routes()) {
    if (route.method == "GET") continue;
    std::string path(route.pattern);
    while (path.find('{') != std::string::npos)
      path.replace(path.find('{'), path.find('}') - path.find('{') + 1, "ours");
    for (const auto& headers : forgeries) {
      const net::Response response = owner(
          {std::string(route.method), path + "?workspace=ours", R"({"currency":"XXX","name":"forged"})", headers});
      EXPECT_EQ(response.status, 403) << route.method << " " << route.pattern << " " << response.body;
    }
  }
  EXPECT_THAT(owner({"GET", "/workspaces"}).body, Not(HasSubstr("XXX")));
  EXPECT_THAT(owner({"GET", "/session"}).body, Not(HasSubstr("forged")));
}

TEST_F(AttackTest, OtherSitesMayReadNothing) {
  for (const char* origin : {"https://evil.example", "null", "http://localhost:8321"}) {
    const net::Response response = owner({"GET", "/session", "", {{"origin", origin}}});
    EXPECT_EQ(header_in(response, "Access-Control-Allow-Origin"), "");
    EXPECT_EQ(header_in(response, "Cross-Origin-Resource-Policy"), "same-origin");
  }
  const net::Response asked =
      world_.ask({"OPTIONS", "/query", "", {{"origin", "https://evil.example"}}}, world_.nobody);
  EXPECT_THAT(asked.status, AnyOf(403, 405));
  EXPECT_EQ(header_in(asked, "Access-Control-Allow-Origin"), "");
}

TEST_F(AttackTest, ANameThatWasMadeToPointHereIsRefused) {
  for (const char* host :
       {"evil.example", "localhost.evil.example:8321", "evil.example@localhost", "127.0.0.1.evil.example"}) {
    EXPECT_EQ(owner({"GET", "/session", "", {{"host", host}}}).status, 421) << host;
  }
}

TEST_F(AttackTest, EveryAnswerForbidsWhatPagesDoNotNeed) {
  for (const Asked& asked : {Asked{"GET", "/session"}, Asked{"GET", "/nowhere"}, Asked{"POST", "/session", "nonsense"},
                             Asked{"GET", "/posts?workspace=theirs"}}) {
    const net::Response response = owner(asked);
    const std::string policy = header_in(response, "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'self'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe-eval")));
    EXPECT_EQ(policy.find("script-src"), std::string::npos) << "scripts are held by default-src: none inline";
    EXPECT_EQ(header_in(response, "X-Frame-Options"), "DENY");
    EXPECT_EQ(header_in(response, "Referrer-Policy"), "no-referrer");
    EXPECT_THAT(header_in(response, "Cache-Control"), AnyOf("private, no-cache", "no-store"));
  }
}

// --- Text that means something elsewhere

const std::vector<std::string> hostile{
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "' OR '1'='1",
    "'; DROP TABLE people; --",
    "\" UNION SELECT password FROM people --",
    "1); DELETE FROM observations; --",
    "../../../../etc/passwd",
    "..\\..\\secret.key",
    "%2e%2e%2fsecret.key",
    "{{7*7}}${7*7}",
    "\xF0\x9F\x92\xA9 \xE2\x80\xAE txt.exe",
    std::string("nul\0byte", 8),
    "\xFF\xFE not UTF-8",
    "line\r\nSet-Cookie: a=b",
    "=cmd|' /C calc'!A0",
    std::string(70'000, 'A'),
    "-1",
    "99999999999999999999999999",
    "NaN",
};

std::string cut(const std::string& text) {
  return text.substr(0, 40);
}

// The route's path with `text` for each of its names.
std::string path_with(const surfaces::Route& route, const std::string& text) {
  std::string path(route.pattern);
  for (size_t open = 0; (open = path.find('{', open)) != std::string::npos; open += text.size()) {
    path.replace(open, path.find('}', open) - open + 1, text);
  }
  return path;
}

// Every text that can be written is said back as JSON, whole or not at all, with a type that no browser runs.
TEST_F(AttackTest, TextIsSaidBackAsDataAlone) {
  for (const std::string& text : hostile) {
    const std::vector<Asked> writes{
        {"PUT", "/me", json_text(JsonObject{{"name", text}})},
        {"POST", "/invitations?workspace=ours", json_text(JsonObject{{"email", text}, {"role", "viewer"}})},
        {"POST", "/invitations?workspace=ours", json_text(JsonObject{{"email", "a@b.example"}, {"role", text}})},
        {"POST", "/tokens?workspace=ours", json_text(JsonObject{{"name", text}, {"scopes", JsonArray{"read"}}})},
        {"POST", "/tokens?workspace=ours", json_text(JsonObject{{"name", "x"}, {"scopes", JsonArray{text}}})},
        {"PUT", "/workspaces/ours", json_text(JsonObject{{"zone", text}})},
        {"PUT", "/workspaces/ours", json_text(JsonObject{{"currency", text}})},
        {"PUT", "/accounts/x/" + (text.find('/') == text.npos ? text : "h") + "?workspace=ours",
         R"({"ownership":"own"})"},
        {"PUT", "/accounts/x/brand?workspace=ours", json_text(JsonObject{{"alias", text}})},
        {"POST", "/query?workspace=ours", json_text(JsonObject{{"kpis", JsonArray{text}}})},
        {"POST", "/query?workspace=ours", json_text(JsonObject{{"kpis", JsonArray{"impressions"}}, {"from", text}})},
        {"POST", "/query?workspace=ours",
         json_text(JsonObject{{"kpis", JsonArray{"impressions"}}, {"filter", JsonObject{{"account", text}}}})},
        {"POST", "/explain?workspace=ours",
         json_text(JsonObject{{"kpis", JsonArray{"impressions"}}, {"cursor", text}})},
        {"POST", "/calc?workspace=ours", json_text(JsonObject{{"kpi", text}, {"values", JsonObject{{text, 1}}}})},
        {"POST", "/session", json_text(JsonObject{{"email", text}, {"password", text}, {"code", text}})},
        {"POST", "/links/look", json_text(JsonObject{{"proof", text}})},
        {"POST", "/links/accept",
         json_text(JsonObject{{"proof", text}, {"name", text}, {"email", text}, {"password", text}})},
    };
    for (const Asked& asked : writes) {
      const net::Response response = owner(asked);
      EXPECT_LT(response.status, 500) << asked.method << " " << asked.path << " " << cut(text)
                                      << response.body.substr(0, 300);
      EXPECT_THAT(response.content_type, AnyOf("application/json", "application/problem+json"));
      EXPECT_TRUE(parse_json(response.body)) << asked.path << " " << cut(text) << response.body.substr(0, 300);
      for (const auto& [name, value] : response.headers) {
        EXPECT_EQ(value.find_first_of("\r\n"), std::string::npos) << name << " " << cut(text);
      }
    }
  }
  for (const char* path : {"/session", "/people?workspace=ours", "/tokens?workspace=ours", "/accounts?workspace=ours",
                           "/invitations?workspace=ours", "/audit?workspace=ours", "/workspaces"}) {
    const net::Response response = owner({"GET", path});
    EXPECT_EQ(response.status, 200) << path << response.body.substr(0, 300);
    const Result<Json> json = parse_json(response.body);
    EXPECT_TRUE(json) << path << " " << json.error().message << " " << response.body.substr(0, 2000);
  }
  EXPECT_TRUE(world_.control().check()->empty());
}

// Every parameter of every route, and everything that stands in a path.
TEST_F(AttackTest, ParametersAreNeverPartOfAStatement) {
  const std::string before = world_.ask({"GET", "/imports?workspace=theirs"}, world_.stranger).body;
  const std::string people_before = owner({"GET", "/people?workspace=ours"}).body;
  for (const std::string& text : hostile) {
    if (text.find_first_of("&?") != text.npos) continue;
    for (const surfaces::Route& route : surfaces::routes()) {
      if (route.method != "GET") continue;
      const std::string path = path_with(route, text.find('/') == text.npos ? text : "x");
      std::vector<std::string> names(route.parameters.begin(), route.parameters.end());
      for (const char* dimension : {"account", "network", "hashtag", "campaign"}) {
        if (route.dimensions == surfaces::Route::Dimensions::taken) names.emplace_back(dimension);
      }
      names.emplace_back("unknown");
      for (const std::string& name : names) {
        const net::Response response = owner({"GET", path + "?workspace=ours&" + name + "=" + text});
        EXPECT_LT(response.status, 500) << route.pattern << " " << name << "=" << cut(text)
                                        << response.body.substr(0, 300);
        EXPECT_THAT(response.body, Not(HasSubstr(std::string(World::secret_text)))) << route.pattern << " " << name;
        EXPECT_THAT(response.body, Not(HasSubstr("$argon2"))) << route.pattern << " " << name;
      }
      const net::Response response = owner({"GET", path + "?workspace=" + text});
      EXPECT_LT(response.status, 500) << route.pattern << " workspace=" << cut(text) << response.body.substr(0, 300);
    }
  }
  EXPECT_EQ(world_.ask({"GET", "/imports?workspace=theirs"}, world_.stranger).body, before);
  EXPECT_EQ(owner({"GET", "/people?workspace=ours"}).body, people_before);
}

TEST_F(AttackTest, BodiesOfAnyFormAreRefusedInASentence) {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "[";
  const std::vector<std::string> bodies{"",
                                        "null",
                                        "[]",
                                        "1",
                                        "\"x\"",
                                        "{",
                                        "{\"a\":}",
                                        "{\"email\":1,\"password\":[]}",
                                        deep,
                                        R"({"email":{"$gt":""}})",
                                        "{\"email\":null}",
                                        std::string(100, '\0'),
                                        R"({"kpis":{}})",
                                        R"({"kpis":[[]]})",
                                        R"({"role":3})"};
  for (const surfaces::Route& route : surfaces::routes()) {
    if (route.method == "GET" || route.body == surfaces::Route::Body::file) continue;
    const std::string path = path_with(route, "x");
    if (path == "/session" && route.method == "DELETE") continue;
    if (path == "/me/sessions" || path == "/workspaces/x") continue;
    for (const std::string& body : bodies) {
      const net::Response response = owner({std::string(route.method), path + "?workspace=ours", body});
      EXPECT_LT(response.status, 500) << route.method << " " << path << " " << cut(body)
                                      << response.body.substr(0, 300);
      EXPECT_TRUE(parse_json(response.body)) << path;
    }
  }
}

TEST_F(AttackTest, AnUploadsNameIsANameAndNothingElse) {
  for (const std::string name : {"../../../etc/cron.d/x", "..\\..\\x", "/etc/passwd", "a\nb", "-", ""}) {
    const net::Response response = owner({"POST", "/imports?workspace=ours&filename=" + name, "nothing of use"});
    EXPECT_EQ(response.status, 422) << name;
    EXPECT_THAT(response.body, Not(HasSubstr("..")));
    EXPECT_THAT(response.body, Not(HasSubstr("/etc")));
  }
}

TEST_F(AttackTest, ALongBodyIsRefusedBeforeItIsRead) {
  net::Request request{.method = "POST", .path = "/api/v1/imports", .headers = {{"host", "localhost"}}};
  EXPECT_EQ(world_.api().admit(request).refusal->status, 401);
  request.query["workspace"] = "ours";
  request.headers["cookie"] = world_.ours.at("viewer").cookie;
  request.headers["sec-fetch-site"] = "same-origin";
  EXPECT_EQ(world_.api().admit(request).refusal->status, 403);
  request.headers["cookie"] = world_.ours.at("analyst").cookie;
  EXPECT_FALSE(world_.api().admit(request).refusal);
  EXPECT_GT(world_.api().admit(request).body_limit, 1U << 30);
  request.path = "/api/v1/query";
  EXPECT_EQ(world_.api().admit(request).body_limit, 1U << 20);
  request.path = "/api/v1/nowhere";
  EXPECT_EQ(world_.api().admit(request).refusal->status, 404);
}

// --- Links to dashboards

class ShareAttackTest : public AttackTest {
 protected:
  ShareAttackTest() {
    EXPECT_EQ(owner({"POST", "/dashboards?workspace=ours",
                     R"({"name":"board","title":"Board","tiles":[{"kind":"bar","kpis":["likes"],"by":["network"]}]})"})
                  .status,
              201);
    share();
  }
  void share() {
    const net::Response made =
        owner({"POST", "/dashboards/board/shares?workspace=ours", R"({"days":7,"label":"the board"})"});
    ASSERT_EQ(made.status, 201) << made.body;
    const Json said = *parse_json(made.body);
    const std::string link(said.at("link").as_string());
    proof_ = link.substr(link.rfind('/') + 1);
    id_ = said.at("share").at("id").as_string();
  }
  net::Response anybody(const std::string& path, const std::string& method = "GET") {
    return world_.ask({method, path}, world_.nobody);
  }
  std::string proof_, id_;
};

TEST_F(ShareAttackTest, ALinkServesItsDashboardAndNothingElse) {
  const std::string path = "/shared/" + proof_;
  const net::Response seen = anybody(path);
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_THAT(seen.body, HasSubstr("\"title\":\"Board\""));
  EXPECT_THAT(seen.body, Not(HasSubstr(std::string(World::secret_text))));
  EXPECT_THAT(seen.body, Not(HasSubstr("\"key\":\"impressions\""))) << "of the catalog only what is shown";
  EXPECT_EQ(header_in(seen, "Set-Cookie"), "");
  // Nobody chooses other data than was shared.
  EXPECT_EQ(anybody(path + "?workspace=theirs").body, seen.body);
  for (const char* more : {"?network=x", "?last=3m", "?from=2020-01-01&to=2026-01-01", "?as_of=2020-01-01",
                           "?compare=year", "?format=pdf", "?format=xlsx", "?name=executive"}) {
    EXPECT_EQ(anybody(path + more).status, 400) << more;
  }
  EXPECT_EQ(anybody(path + "?format=csv").status, 200);
  for (const char* method : {"POST", "PUT", "DELETE"}) EXPECT_EQ(anybody(path, method).status, 405) << method;
  for (const char* under : {"/explain", "/dashboards", "/..%2fdashboards"}) {
    EXPECT_EQ(anybody(path + under).status, 404) << under;
  }
}

TEST_F(ShareAttackTest, ALinkIsNoSignIn) {
  const As as_token{"share as token", "", proof_};
  for (const char* path : {"/dashboards?workspace=ours", "/reports/board?workspace=ours", "/catalog?workspace=ours"}) {
    EXPECT_EQ(world_.ask({"GET", path}, as_token).status, 401) << path;
  }
  const std::string cookie = world_.ours.at("viewer").cookie;
  const As as_cookie{"share as cookie", cookie.substr(0, cookie.find('=') + 1) + proof_, ""};
  EXPECT_EQ(world_.ask({"GET", "/dashboards?workspace=ours"}, as_cookie).status, 401);
}

TEST_F(ShareAttackTest, WhatIsGuessedExpiredOrTakenBackLooksTheSame) {
  const std::string gone = anybody("/shared/" + std::string(43, 'A')).body;
  auto leads_nowhere = [&](const std::string& proof) {
    const net::Response response = anybody("/shared/" + proof);
    EXPECT_EQ(response.status, 404) << proof;
    EXPECT_EQ(response.body, gone) << proof;
  };
  std::string other = proof_;
  other[0] = other[0] == 'A' ? 'B' : 'A';
  for (const std::string& proof : {other, proof_.substr(1), proof_ + "A", id_, std::string("%' OR '1'='1")}) {
    leads_nowhere(proof);
  }
  EXPECT_EQ(anybody("/shared/" + proof_).status, 200);
  EXPECT_EQ(owner({"DELETE", "/dashboards/board/shares/" + id_ + "?workspace=ours"}).status, 200);
  leads_nowhere(proof_);
  share();
  world_.advance(8 * 86'400);
  leads_nowhere(proof_);
}

TEST_F(ShareAttackTest, ALinkEndsWithItsDashboard) {
  EXPECT_EQ(owner({"DELETE", "/dashboards/board?workspace=ours&revision=1"}).status, 200);
  const net::Response response = anybody("/shared/" + proof_);
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body, HasSubstr("not there any more"));
}

TEST_F(ShareAttackTest, TheProofIsToldOnceAndTheLogKnowsTheDeed) {
  EXPECT_THAT(owner({"GET", "/dashboards/board/shares?workspace=ours"}).body, Not(HasSubstr(proof_)));
  const std::string log = owner({"GET", "/audit?workspace=ours"}).body;
  EXPECT_THAT(log, HasSubstr("dashboard.share"));
  EXPECT_THAT(log, HasSubstr(id_));
  EXPECT_THAT(log, Not(HasSubstr(proof_)));
}

}  // namespace
}  // namespace sociometer::api_test
