// What the numbers say, over a small store: settled days, days that are not imported, changes, anomalies; and what of
// accounts, goals and definitions there is to be said.
#include "alerts/look.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "alerts/digest.h"
#include "base/scratch_folder.h"

namespace sociometer::alerts {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class LookTest : public testing::Test {
 protected:
  LookTest() {
    directory_ = *make_scratch_folder("look");
    store_ = *facts::open_duckdb(directory_.string(), fixed_clock(*parse_instant("2026-06-20T00:00:00Z")));
    engine_ = std::make_unique<metrics::Engine>(catalog_, *store_);
    scope_.workspace = "default";
    scope_.now = *parse_instant("2026-06-22T12:00:00Z");
    scope_.currency = "EUR";
    scope_.ownership = {{"x/brand", "own"}};
    scope_.editions = std::make_shared<catalog::Editions>(catalog_, std::vector<catalog::OwnEntry>());
  }
  ~LookTest() override {
    engine_.reset();
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  // Impressions of every day from `first` to before `end`; where the function says nothing, none are told.
  void days_of(const std::string& account, Day first, Day end,
               const std::function<std::optional<int64_t>(int day)>& value) {
    auto writer = store_->begin("default", {.source = "x_" + account, .network = "x", .path = account, .zone = "UTC"});
    ASSERT_TRUE(writer);
    for (Day day = first; day < end; day = day + 1) {
      const std::optional<int64_t> told = value(day - first);
      if (!told) continue;
      ASSERT_TRUE((*writer)->add(facts::Observation{.network = "x",
                                                    .account = account,
                                                    .measure = "impressions",
                                                    .window = facts::Window::day,
                                                    .days = {day, day + 1},
                                                    .zone = "UTC",
                                                    .value = *told,
                                                    .observed_at = *parse_instant("2026-06-20T00:00:00Z")}));
    }
    ASSERT_TRUE((*writer)->commit({.observed_at = *parse_instant("2026-06-20T00:00:00Z"),
                                   .range = DayRange{first, end},
                                   .rows_read = 1,
                                   .rows_accepted = 1}));
  }
  static std::function<std::optional<int64_t>(int)> like(int64_t mean) {
    return [mean](int day) { return std::optional(mean + (day * 37) % 23 * mean / 100); };
  }

  Alert alert(const std::string& fields) {
    const std::string all = R"({"name":"a","channel":"ops",)" + fields + "}";
    const Result<Alert> read = alert_from_fields(parse_json(all)->get_object(), *catalog_);
    EXPECT_TRUE(read) << all << read.error().message;
    return *read;
  }
  std::vector<Finding> look(const std::string& fields, const State& state = {}) {
    const auto found = look_at_kpi(world(), alert(fields), state);
    EXPECT_TRUE(found) << found.error().message;
    return *found;
  }
  World world() { return {*engine_, scope_}; }
  Day settled() const { return Day{scope_.zone.day_of(scope_.now)} - catalog_->network("x")->settlement_days; }

  static Day day(const char* text) { return *parse_day(text); }

  std::filesystem::path directory_;
  std::shared_ptr<const catalog::Catalog> catalog_ = catalog::Catalog::built_in();
  std::unique_ptr<facts::Store> store_;
  std::unique_ptr<metrics::Engine> engine_;
  metrics::Scope scope_;
};

constexpr const char* under = R"("kind":"threshold","kpi":"impressions","side":"below","bound":5000)";

TEST_F(LookTest, LooksAtTheLastSettledDays) {
  days_of("brand", day("2026-01-01"), day("2026-06-22"), like(1000));
  const auto found = look(under);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].days, (DayRange{settled() - 7, settled()}));
  EXPECT_EQ(found[0].says, Says::calm);
  EXPECT_THAT(found[0].lines.front(), HasSubstr("n = 7"));
  EXPECT_THAT(found[0].lines.front(), HasSubstr("(UTC)"));
  EXPECT_THAT(found[0].link, HasSubstr("explain=impressions"));
  EXPECT_THAT(found[0].title, HasSubstr("Impressions"));
}

TEST_F(LookTest, DaysThatAreNotImportedAreNoZeros) {
  days_of("brand", day("2026-01-01"), day("2026-06-15"), like(1000));
  const auto found = look(under);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].days, (DayRange{day("2026-06-08"), day("2026-06-15")}));
  EXPECT_EQ(found[0].says, Says::calm);
}

// Covered by an export that told other things of them.
TEST_F(LookTest, DaysOnWhichTheNumberWasNotToldAreNoZeros) {
  const auto told_until_the_14th = [](int day) { return day < 165 ? like(1000)(day) : std::nullopt; };
  days_of("brand", day("2026-01-01"), day("2026-06-20"), told_until_the_14th);
  const auto found = look(under);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].days, (DayRange{day("2026-06-08"), day("2026-06-15")}));
  EXPECT_EQ(found[0].says, Says::calm);
  const auto fallen = look(R"("kind":"change","kpi":"impressions","side":"below","bound":"20 %")");
  ASSERT_THAT(fallen, SizeIs(1));
  EXPECT_EQ(fallen[0].says, Says::calm);
  const auto digest = digest_of(world(), {"impressions"});
  ASSERT_TRUE(digest);
  EXPECT_THAT(digest->changes, IsEmpty());
}

TEST_F(LookTest, AHoleInTheDaysIsSaidAndNotJudged) {
  days_of("brand", day("2026-05-01"), day("2026-06-10"), like(1000));
  days_of("brand", day("2026-06-13"), day("2026-06-18"), like(1000));
  const auto found = look(under);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].says, Says::unknown);
  EXPECT_EQ(found[0].reason, "incomplete");
}

TEST_F(LookTest, WithoutAnythingItIsNotKnown) {
  const auto found = look(under);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].says, Says::unknown);
  EXPECT_EQ(found[0].reason, "no_data");
}

TEST_F(LookTest, FiresBelowItsBound) {
  days_of("brand", day("2026-01-01"), day("2026-06-22"), like(600));
  const auto found = look(under);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].says, Says::fires);
  EXPECT_THAT(found[0].title, HasSubstr("below 5,000"));
  EXPECT_EQ(found[0].data.at("bound"), 5000.0);
  EXPECT_EQ(found[0].data.at("n"), 7);
}

TEST_F(LookTest, DaysInARowAreLookedAtOneByOneAndNotTwice) {
  days_of("brand", day("2026-01-01"), day("2026-06-22"), like(600));
  const std::string three = std::string(under) + R"(,"for":3)";
  const auto found = look(three);
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].days.end, settled() - 2);
  EXPECT_EQ(found[2].days.end, settled());
  const Judged judged = judge(alert(three), {}, found, scope_.now);
  EXPECT_THAT(judged.episodes, SizeIs(1)) << "three days in a row are known at once";
  EXPECT_THAT(look(three, judged.state), SizeIs(1)) << "the last one again, as it may have been corrected";
  scope_.now.micros += day_micros;
  days_of("brand", day("2026-06-22"), day("2026-06-23"), like(600));
  EXPECT_THAT(look(three, judged.state), SizeIs(1));
}

TEST_F(LookTest, AChangeIsMoreThanNoiseOrNone) {
  const std::string change = R"("kind":"change","kpi":"impressions","bound":0.2)";
  days_of("brand", day("2026-01-01"), settled() - 7, like(1000));
  days_of("brand", settled() - 7, day("2026-06-22"), like(400));
  const auto fell = look(change);
  ASSERT_THAT(fell, SizeIs(1));
  EXPECT_EQ(fell[0].says, Says::fires) << fell[0].title;
  EXPECT_THAT(fell[0].title, HasSubstr("−"));
  EXPECT_THAT(fell[0].lines, Contains(HasSubstr("more than noise")));
  EXPECT_EQ(look(change + R"(,"side":"above")")[0].says, Says::calm);
}

TEST_F(LookTest, AChangeWithinWhatIsUsualIsNoise) {
  days_of("brand", day("2026-01-01"), day("2026-06-22"), [](int day) {
    return std::optional<int64_t>(day / 7 % 2 == 0 ? 1500 : 700);  // every other week is twice as good
  });
  const auto found = look(R"("kind":"change","kpi":"impressions","bound":0.1)");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_NE(found[0].says, Says::fires) << found[0].title;
  EXPECT_THAT(found[0].lines, Contains(HasSubstr("within noise")));
}

TEST_F(LookTest, AChangeThatNothingIsKnownOfIsNotJudged) {
  days_of("brand", day("2026-06-01"), day("2026-06-22"), like(1000));
  const auto found = look(R"("kind":"change","kpi":"impressions","bound":0.1)");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].says, Says::unknown);
  EXPECT_EQ(found[0].reason, "untestable");
}

TEST_F(LookTest, ADayOutOfTheOrdinaryIsAMoment) {
  const Day odd = settled() - 3;
  days_of("brand", day("2026-01-01"), day("2026-06-22"),
          [&](int at) { return day("2026-01-01") + at == odd ? std::optional<int64_t>(20'000) : like(1000)(at); });
  const std::string fields = R"("kind":"anomaly","kpi":"impressions")";
  const auto found = look(fields);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].about, format_day(odd));
  EXPECT_TRUE(found[0].is_moment);
  EXPECT_THAT(found[0].link, HasSubstr("cell=day~" + format_day(odd)));
  const Judged judged = judge(alert(fields), {}, found, scope_.now);
  EXPECT_THAT(judged.state.waiting, SizeIs(1));
  EXPECT_THAT(judge(alert(fields), judged.state, look(fields), scope_.now).state.waiting, SizeIs(1));
  EXPECT_EQ(look(fields + R"(,"side":"below")")[0].says, Says::calm);
}

TEST_F(LookTest, AQuietTimeIsCalm) {
  days_of("brand", day("2026-01-01"), day("2026-06-22"), like(1000));
  const auto found = look(R"("kind":"anomaly","kpi":"impressions")");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].says, Says::calm);
}

TEST_F(LookTest, AnAccountIsStaleBeyondWhatIsUsualOfIt) {
  const Alert stale = alert(R"("kind":"stale","days":3)");
  const Day today = scope_.zone.day_of(scope_.now);
  const int settlement = catalog_->network("x")->settlement_days;
  const auto says = [&](int behind, std::vector<Instant> batches = {}) {
    return look_at_accounts(world(), stale, {{"x", "brand", today - 1 - behind, std::move(batches)}}).front().says;
  };
  EXPECT_EQ(says(0), Says::calm);
  EXPECT_EQ(says(settlement), Says::calm);
  EXPECT_EQ(says(settlement + 3), Says::between);
  EXPECT_EQ(says(settlement + 4), Says::fires);
  std::vector<Instant> weekly;
  for (int week = 0; week < 6; ++week) weekly.push_back({scope_.now.micros - week * 7 * day_micros});
  EXPECT_EQ(says(settlement + 6, weekly), Says::calm) << "imported once a week";
  EXPECT_EQ(says(settlement + 10, weekly), Says::fires);
  const auto unknown = look_at_accounts(world(), stale, {{"x", "new", std::nullopt, {}}});
  EXPECT_EQ(unknown.front().says, Says::unknown);
  const Alert narrow = alert(R"("kind":"stale","days":3,"filter":{"account":"x/other"})");
  EXPECT_THAT(look_at_accounts(world(), narrow, {{"x", "brand", today, {}}}), IsEmpty());
}

TEST(UsualGap, IsTheMedianOfDaysBetweenPiecesOfNews) {
  const auto at = [](double days) { return Instant{static_cast<int64_t>(days * static_cast<double>(day_micros))}; };
  EXPECT_EQ(usual_gap({}), std::nullopt);
  EXPECT_EQ(usual_gap({at(0), at(7), at(14)}), std::nullopt) << "too few to know";
  EXPECT_EQ(usual_gap({at(0), at(7), at(14), at(30)}), 7);
  EXPECT_EQ(usual_gap({at(0), at(0.01), at(0.02), at(0.03)}), std::nullopt) << "files that came in together";
}

TEST_F(LookTest, AGoalIsToldByItsProbability) {
  const Alert pace = alert(R"("kind":"goal","goal":"01J")");
  insights::Standing standing{.status = "at_risk", .probability = 0.35};
  EXPECT_EQ(look_at_goal(world(), pace, "grow", standing).says, Says::between);
  standing = {.status = "off_track", .probability = 0.1};
  const Finding fires = look_at_goal(world(), pace, "grow", standing);
  EXPECT_EQ(fires.says, Says::fires);
  EXPECT_THAT(fires.title, HasSubstr("off track"));
  EXPECT_THAT(fires.link, HasSubstr("/goals/01J"));
  standing = {.status = "on_track", .probability = 0.7};
  EXPECT_EQ(look_at_goal(world(), pace, "grow", standing).says, Says::calm);
  standing = {.status = "no_data"};
  EXPECT_EQ(look_at_goal(world(), pace, "grow", standing).says, Says::unknown);
  standing = {.status = "missed"};
  EXPECT_EQ(look_at_goal(world(), pace, "grow", standing).says, Says::fires);
}

TEST_F(LookTest, DefinitionsThatCameIntoForceAreToldOfOwnNetworks) {
  const Alert any = alert(R"("kind":"definitions")");
  scope_.now = *parse_instant("2024-08-08T12:00:00Z");
  const Instant set_at = *parse_instant("2024-08-01T12:00:00Z");
  const auto found = look_at_definitions(world(), any, set_at, {"instagram", "x"});
  EXPECT_THAT(found, Contains(Field(&Finding::about, "instagram/impressions/2024-08-07")));
  for (const Finding& each : found) EXPECT_TRUE(each.is_moment) << each.title;
  EXPECT_EQ(look_at_definitions(world(), any, set_at, {"x"}).front().says, Says::calm);
  EXPECT_EQ(look_at_definitions(world(), any, scope_.now, {"x"}).front().says, Says::calm);
  const Alert followers = alert(R"("kind":"definitions","kpi":"followers")");
  EXPECT_EQ(look_at_definitions(world(), followers, set_at, {"instagram"}).front().says, Says::calm);
  const Alert rate = alert(R"("kind":"definitions","kpi":"engagement_rate:by_impressions")");
  EXPECT_EQ(look_at_definitions(world(), rate, set_at, {"instagram"}).front().says, Says::fires);
}

TEST_F(LookTest, ChangesOfTheOwnCatalogAreTold) {
  const Instant then = *parse_instant("2026-06-01T12:00:00Z");
  const std::vector<catalog::OwnEntry> history{
      {"kpi",
       "own_rate",
       1,
       "kpis: {own_rate: {name: Own, class: ratio, unit: ratio, good: up, formula: 'likes / posts'}}",
       {then.micros - day_micros}},
      {"kpi",
       "own_rate",
       2,
       "kpis: {own_rate: {name: Own, class: ratio, unit: ratio, good: up, formula: 'saves / posts'}}",
       {then.micros + day_micros}}};
  scope_.editions = std::make_shared<catalog::Editions>(catalog_, history);
  const auto found = look_at_definitions(world(), alert(R"("kind":"definitions")"), then, {});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].title, HasSubstr("definition 2"));
}

// --- The digest

TEST_F(LookTest, TheDigestSaysWhatChangedByMoreThanNoise) {
  days_of("brand", day("2025-11-01"), settled() - 7, like(1000));
  days_of("brand", settled() - 7, day("2026-06-22"), like(400));
  const auto digest = digest_of(world(), {"impressions"});
  ASSERT_TRUE(digest) << digest.error().message;
  EXPECT_EQ(digest->days, (DayRange{settled() - 7, settled()}));
  EXPECT_EQ(digest->numbers, 1);
  EXPECT_EQ(digest->tested, 1);
  ASSERT_THAT(digest->changes, SizeIs(1));
  EXPECT_EQ(digest->changes[0].good, "worse");
  EXPECT_THAT(digest->changes[0].words, HasSubstr("Impressions on X fell from"));
  EXPECT_THAT(digest->changes[0].link, HasSubstr("cell=network~x"));
  EXPECT_THAT(digest_text(*digest), HasSubstr("by more than noise changed 1"));
}

TEST_F(LookTest, TheDigestOfAQuietWeekSaysSo) {
  days_of("brand", day("2025-11-01"), day("2026-06-22"), like(1000));
  const auto digest = digest_of(world(), {"impressions", "engagement_rate"});
  ASSERT_TRUE(digest);
  EXPECT_THAT(digest->changes, IsEmpty());
  EXPECT_THAT(digest_text(*digest), HasSubstr("nothing changed by more than noise"));
}

TEST_F(LookTest, TheDigestOfNothingSaysThatNothingCameIn) {
  const auto digest = digest_of(world(), {"impressions"});
  ASSERT_TRUE(digest);
  EXPECT_TRUE(digest->days.empty());
  EXPECT_THAT(digest_text(*digest), HasSubstr("No numbers came in lately"));
}

}  // namespace
}  // namespace sociometer::alerts
