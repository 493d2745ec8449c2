// Alerts over HTTP: set, judged, told into the outbox once, muted, set anew, taken away; and the digest's settings.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/json.h"
#include "surfaces/alerts.h"
#include "world.h"

namespace sociometer::api_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class AlertsApiTest : public testing::Test {
 protected:
  AlertsApiTest() {
    control::Outbox& outbox = world_.control().outbox();
    EXPECT_TRUE(outbox.add_channel(
        "ours", {.name = "ops", .kind = control::ChannelKind::mail, .targets = {"ops@example.org"}}, world_.now()));
    import_days(0, 40, 100);
  }

  // Impressions of the days from `first` days ago to `last` days ago, all alike.
  void import_days(int last, int first, int value, const char* network = "mastodon") {
    std::string csv = "network,account,subject,measure,window,start,value\n";
    const Day today = Zone::utc().day_of(world_.now());
    for (int ago = first; ago >= last; --ago) {
      csv += fmt::format("{},brand,account,followers,instant,{},{}\n", network, format_day(today - ago), value);
    }
    ask("POST", "/imports?workspace=ours&filename=days.csv", csv, 200);
  }

  JsonObject ask(const char* method, const std::string& path, const std::string& body = "", int status = 200) {
    const net::Response response = world_.ask({method, path, body}, world_.ours.at("owner"));
    EXPECT_EQ(response.status, status) << method << " " << path << ": " << response.body;
    const Result<Json> json = parse_json(response.body);
    return json && json->is_object() ? json->get_object() : JsonObject();
  }
  JsonObject set(const std::string& fields, int status = 201) {
    return ask("POST", "/alerts?workspace=ours", "{\"channel\":\"ops\"," + fields + "}", status);
  }
  std::vector<control::KeptParcel> parcels() { return *world_.control().outbox().list("ours", 100); }
  JsonObject alert(const std::string& name) {
    return ask("GET", "/alerts/" + name + "?workspace=ours").at("alert").get_object();
  }
  JsonArray run() { return ask("POST", "/alerts/run?workspace=ours", "{}").at("run").get_array(); }

  World world_;
};

constexpr const char* low = R"("name":"low","kind":"threshold","kpi":"followers","filter":{"network":"mastodon"},)"
                            R"("side":"below","bound":500)";

TEST_F(AlertsApiTest, IsSetJudgedAndToldOnce) {
  const JsonObject added = set(low).at("alert").get_object();
  EXPECT_EQ(added.at("state"), "new");
  EXPECT_EQ(added.at("clear"), 525);
  const JsonArray first = run();
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].at("state"), "firing") << json_text(first);
  EXPECT_THAT(first[0].at("told").get_array(), SizeIs(1));
  EXPECT_THAT(run()[0].at("told").get_array(), IsEmpty());
  ASSERT_THAT(parcels(), SizeIs(1));
  EXPECT_EQ(parcels()[0].parcel.key, "alert/1/1");
  const JsonObject kept = alert("low");
  EXPECT_EQ(kept.at("open"), 1);
  ASSERT_THAT(kept.at("episodes").get_array(), SizeIs(1));
  EXPECT_TRUE(kept.at("episodes").get_array()[0].at("told_at").is_string());
  EXPECT_THAT(std::string(kept.at("findings").get_array()[0].at("link").get_string()), HasSubstr("explain=followers"));
}

TEST_F(AlertsApiTest, ItsEndIsToldAndWhatItCountedGoesOn) {
  set(low);
  run();
  import_days(0, 0, 900);
  world_.advance(86'400);
  run();
  ASSERT_THAT(parcels(), SizeIs(2));
  EXPECT_EQ(parcels()[0].parcel.key, "alert/1/1/over");
  EXPECT_EQ(alert("low").at("state"), "calm");
  // Set anew it begins again, with the next number.
  const std::string higher = R"({"kind":"threshold","kpi":"followers","side":"below","bound":5000,"channel":"ops"})";
  EXPECT_EQ(ask("PUT", "/alerts/low?workspace=ours", higher).at("alert").at("state"), "new");
  run();
  ASSERT_THAT(parcels(), SizeIs(3));
  EXPECT_EQ(parcels()[0].parcel.key, "alert/1/2");
  EXPECT_THAT(alert("low").at("episodes").get_array(), SizeIs(2));
}

TEST_F(AlertsApiTest, SaysWhatIsWrongWithIt) {
  const auto field = [&](const std::string& fields) {
    const JsonObject problem = set(fields, 400);
    return problem.contains("field") ? std::string(problem.at("field").get_string()) : std::string();
  };
  EXPECT_EQ(field(R"("kind":"anomaly","kpi":"likes")"), "name");
  EXPECT_EQ(field(R"("name":"a","kind":"anomaly","kpi":"likes","channel2":"ops")"), "channel2");
  EXPECT_EQ(field(R"("name":"a","kind":"goal","goal":"01NONE")"), "goal");
  const JsonObject nowhere =
      ask("POST", "/alerts?workspace=ours", R"({"name":"a","kind":"anomaly","kpi":"likes","channel":"nowhere"})", 400);
  EXPECT_EQ(nowhere.at("field"), "channel");
  set(low);
  set(low, 409);
  ask("GET", "/alerts/none?workspace=ours", "", 404);
}

TEST_F(AlertsApiTest, MutedNothingIsSent) {
  set(low);
  EXPECT_TRUE(ask("POST", "/alerts/low/mute?workspace=ours", "{}").at("alert").at("muted").is_object());
  ask("POST", "/alerts/low/mute?workspace=ours", R"({"until":"2001-01-01"})", 400);
  run();
  EXPECT_THAT(parcels(), IsEmpty());
  EXPECT_TRUE(ask("POST", "/alerts/low/unmute?workspace=ours", "{}").at("alert").at("muted").is_null());
  run();
  EXPECT_THAT(parcels(), IsEmpty()) << "what began while it was muted is not told later";
  EXPECT_EQ(alert("low").at("state"), "firing");
}

TEST_F(AlertsApiTest, ATestChangesNothingAndSaysWhatItIs) {
  set(low);
  const JsonObject said = ask("POST", "/alerts/low/test?workspace=ours", "{}").at("test").get_object();
  EXPECT_EQ(said.at("outcome"), "send");
  EXPECT_TRUE(said.at("sent").is_null());
  EXPECT_THAT(parcels(), IsEmpty());
  EXPECT_EQ(alert("low").at("state"), "new");
  const JsonObject sent = ask("POST", "/alerts/low/test?workspace=ours", R"({"send":true})").at("test").get_object();
  EXPECT_EQ(sent.at("sent").at("channel"), "ops");
  ASSERT_THAT(parcels(), SizeIs(1));
  EXPECT_THAT(parcels()[0].parcel.subject, HasSubstr("[test]"));
  run();
  EXPECT_EQ(ask("POST", "/alerts/low/test?workspace=ours", "{}").at("test").at("outcome"), "nothing");
}

TEST_F(AlertsApiTest, AChannelThatIsGoneIsSaidAndTheMessageWaits) {
  set(low);
  control::Outbox& outbox = world_.control().outbox();
  ASSERT_TRUE(outbox.remove_channel("ours", "ops", world_.now()));
  EXPECT_THAT(std::string(run()[0].at("failure").get_string()), HasSubstr("ops"));
  EXPECT_EQ(alert("low").at("waiting"), 1);
  ASSERT_TRUE(outbox.add_channel(
      "ours", {.name = "ops", .kind = control::ChannelKind::mail, .targets = {"ops@example.org"}}, world_.now()));
  EXPECT_THAT(run()[0].at("told").get_array(), SizeIs(1)) << "late rather than never";
  EXPECT_TRUE(alert("low").at("failure").is_null());
}

TEST_F(AlertsApiTest, WhoMayOnlyReadSetsNone) {
  const net::Response response = world_.ask({"POST", "/alerts?workspace=ours", "{}"}, world_.ours.at("viewer"));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(world_.ask({"GET", "/alerts?workspace=ours"}, world_.ours.at("viewer")).status, 200);
}

TEST_F(AlertsApiTest, ADeedIsWrittenDown) {
  set(low);
  run();
  ask("DELETE", "/alerts/low?workspace=ours");
  const JsonArray deeds = ask("GET", "/audit?workspace=ours").at("audit").get_array();
  std::vector<std::string> actions;
  for (const Json& deed : deeds) actions.emplace_back(deed.at("action").get_string());
  EXPECT_THAT(actions, testing::IsSupersetOf({"alert.set", "alert.run", "alert.remove"}));
}

TEST_F(AlertsApiTest, TheDigestIsSentOnceAWeek) {
  const JsonObject off = ask("GET", "/digest/settings?workspace=ours").at("settings").get_object();
  EXPECT_EQ(off.at("on"), false);
  EXPECT_TRUE(off.at("next_at").is_null());
  ask("PUT", "/digest/settings?workspace=ours", R"({"on":true})", 400);
  ask("PUT", "/digest/settings?workspace=ours", R"({"on":true,"channel":"nowhere"})", 400);
  ask("PUT", "/digest/settings?workspace=ours", R"({"hour":24})", 400);
  ask("PUT", "/digest/settings?workspace=ours", R"({"kpis":["no such"]})", 400);
  const JsonObject on =
      ask("PUT", "/digest/settings?workspace=ours", R"({"on":true,"channel":"ops"})").at("settings").get_object();
  EXPECT_TRUE(on.at("next_at").is_string());
  const auto clock = [&] { return fixed_clock(world_.now()); };
  const auto send = [&] { return surfaces::send_digest(world_.api().house(), "ours", "http://there", *clock()); };
  EXPECT_FALSE(*send()) << "the week that runs was not asked for";
  world_.advance(8 * 86'400);
  const auto sent = send();
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_TRUE(*sent);
  EXPECT_FALSE(*send()) << "once";
  ASSERT_THAT(parcels(), SizeIs(1));
  EXPECT_THAT(parcels()[0].parcel.key, HasSubstr("digest/"));
  // Three weeks without the program: the latest is sent, late, and only that.
  world_.advance(24 * 86'400);
  EXPECT_TRUE(*send());
  EXPECT_FALSE(*send());
  EXPECT_THAT(parcels(), SizeIs(2));
}

TEST_F(AlertsApiTest, TheDigestIsThereToRead) {
  EXPECT_TRUE(ask("GET", "/digest?workspace=ours").at("digest").at("text").is_string());
}

TEST(DigestMoment, IsTheHourOfTheWeeksFirstDayOnTheWall) {
  const Zone berlin = *Zone::find("Europe/Berlin");
  const auto at = [&](const char* now) {
    return format_instant(surfaces::digest_moment(*parse_instant(now), 8, berlin, Weekday::monday).at);
  };
  EXPECT_EQ(at("2026-06-22T05:59:00Z"), "2026-06-15T06:00:00Z");
  EXPECT_EQ(at("2026-06-22T06:00:00Z"), "2026-06-22T06:00:00Z");
  EXPECT_EQ(at("2026-06-28T23:00:00Z"), "2026-06-22T06:00:00Z");
  EXPECT_EQ(at("2026-03-30T06:00:00Z"), "2026-03-30T06:00:00Z") << "the day after the clocks went on";
  EXPECT_EQ(at("2026-03-27T06:00:00Z"), "2026-03-23T07:00:00Z") << "winter time";
}

// A job that meets what another does at the same moment does nothing twice.
TEST_F(AlertsApiTest, TheJobJudgesAfterImportsAndEveryQuarterOfAnHour) {
  import_days(2, 40, 100, "bluesky");
  set(R"("name":"few","kind":"threshold","kpi":"followers","filter":{"network":"bluesky"},"side":"below","bound":500)");
  surfaces::AlertJob job;
  const std::atomic<bool> stopping = false;
  const auto run_job = [&] { return job.run(world_.api().house(), "http://there", stopping); };
  ASSERT_TRUE(run_job());
  EXPECT_THAT(parcels(), SizeIs(1));
  ASSERT_TRUE(run_job());
  import_days(1, 1, 900, "bluesky");
  ASSERT_TRUE(run_job());
  EXPECT_THAT(parcels(), SizeIs(2)) << "an import is judged at once";
  world_.advance(16 * 60);
  ASSERT_TRUE(run_job());
  EXPECT_THAT(parcels(), SizeIs(2));
}

}  // namespace
}  // namespace sociometer::api_test
