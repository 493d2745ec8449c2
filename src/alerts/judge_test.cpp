// Episodes and messages over made-up findings: flapping, the same days again, quiet hours, restarts, and at random.
#include "alerts/judge.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "alerts/letter.h"

namespace sociometer::alerts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Day first_day{20'000};

Alert below(int times = 1) {
  Alert alert;
  alert.name = "low";
  alert.kpi = "impressions";
  alert.side = Side::below;
  alert.bound = 100;
  alert.clear = 110;
  alert.times = times;
  alert.channel = "ops";
  return alert;
}

Finding level(Day day, std::optional<double> value) {
  Finding finding;
  finding.days = {day, day + 1};
  finding.value = value;
  finding.title = value ? fmt::format("it is {}", *value) : "it is not known";
  if (value) finding.says = *value < 100 ? Says::fires : *value >= 110 ? Says::calm : Says::between;
  return finding;
}

Finding moment(Day day, std::string about) {
  Finding finding;
  finding.about = std::move(about);
  finding.days = {day, day + 1};
  finding.is_moment = true;
  finding.says = Says::fires;
  finding.title = "it happened";
  return finding;
}

// An alert as it goes through its days: what it remembers is written and read again at every step, as by a restart.
class Course {
 public:
  explicit Course(Alert alert, Zone zone = Zone::utc()) : alert_(std::move(alert)), zone_(std::move(zone)) {}

  void on(Instant now, std::vector<Finding> found, Voice voice = Voice::loud) {
    Judged judged = judge(alert_, state_, std::move(found), now, voice);
    for (const Episode& episode : judged.episodes) episodes_[episode.number] = episode;
    keep(std::move(judged.state));
    send(now);
  }
  void on(Day day, std::optional<double> value) { on(noon(day), {level(day, value)}); }
  void send(Instant now) {
    for (const Message& message : due(alert_, state_, now, zone_)) {
      const Letter letter = letter_of(alert_, 7, message, "default", now, zone_);
      if (keys_.insert(letter.key).second) sent_.push_back(letter.subject);
      if (loses_memory_) continue;
      keep(told(state_, message, now));
    }
  }
  static Instant noon(Day day) { return {(int64_t{day.number} * 24 + 12) * 3600 * 1'000'000}; }

  const std::vector<std::string>& sent() const { return sent_; }
  const std::map<int64_t, Episode>& episodes() const { return episodes_; }
  const State& state() const { return state_; }
  Alert& alert() { return alert_; }
  // The outbox took it, and the program ended before that was written down.
  void lose_memory(bool loses) { loses_memory_ = loses; }

 private:
  void keep(State state) {
    Result<State> again = state_from_json(parse_json(json_text(to_json(state)))->get_object());
    ASSERT_TRUE(again) << again.error().message;
    state_ = std::move(*again);
  }

  Alert alert_;
  Zone zone_;
  State state_;
  std::map<int64_t, Episode> episodes_;
  std::set<std::string> keys_;
  std::vector<std::string> sent_;
  bool loses_memory_ = false;
};

TEST(Judge, AnEpisodeIsToldOnceAndItsEndOnce) {
  Course course(below());
  for (int day = 0; day < 5; ++day) course.on(first_day + day, 90);
  EXPECT_THAT(course.sent(), ElementsAre("low: it is 90"));
  for (int day = 5; day < 10; ++day) course.on(first_day + day, 120);
  EXPECT_THAT(course.sent(), ElementsAre("low: it is 90", "low is over: it is 120"));
  ASSERT_THAT(course.episodes(), SizeIs(1));
  EXPECT_EQ(course.episodes().at(1).opened_at, Course::noon(first_day));
  EXPECT_EQ(course.episodes().at(1).closed_at, Course::noon(first_day + 5));
}

TEST(Judge, ASeriesThatFlapsAboutTheBoundIsOneEpisode) {
  Course course(below());
  for (int day = 0; day < 60; ++day) course.on(first_day + day, day % 2 == 0 ? 99 : 101);
  EXPECT_THAT(course.sent(), SizeIs(1));
  EXPECT_THAT(course.episodes(), SizeIs(1));
}

TEST(Judge, SoManyDaysInARowBothWays) {
  Course course(below(3));
  const std::vector<double> values{90, 90, 120, 90, 90, 90, 120, 120, 90, 120, 120, 120};
  std::vector<size_t> told_after;
  for (size_t i = 0; i < values.size(); ++i) {
    course.on(first_day + static_cast<int>(i), values[i]);
    told_after.push_back(course.sent().size());
  }
  EXPECT_THAT(told_after, ElementsAre(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2));
}

TEST(Judge, TheSameDaysAgainCountOnce) {
  Course course(below(2));
  for (int i = 0; i < 10; ++i) course.on(first_day, 90);
  EXPECT_THAT(course.sent(), IsEmpty());
  // A late import corrects the day, and corrects it back.
  course.on(first_day, 120);
  course.on(first_day, 90);
  course.on(first_day + 1, 90);
  EXPECT_THAT(course.sent(), SizeIs(1));
}

TEST(Judge, OlderDaysThanThoseJudgedSayNothing) {
  Course course(below());
  course.on(first_day + 5, 120);
  course.on(first_day + 2, 90);
  EXPECT_THAT(course.sent(), IsEmpty());
}

TEST(Judge, WhatIsUnknownChangesNothing) {
  Course course(below(2));
  course.on(first_day, 90);
  course.on(first_day + 1, std::nullopt);
  course.on(first_day + 2, 90);
  EXPECT_THAT(course.sent(), SizeIs(1));
  for (int day = 3; day < 20; ++day) course.on(first_day + day, std::nullopt);
  EXPECT_THAT(course.sent(), SizeIs(1)) << "no number is no number that is calm";
  EXPECT_THAT(course.state().open, SizeIs(1));
}

TEST(Judge, MomentsAreToldOnceEach) {
  Course course(below());
  course.on(Course::noon(first_day), {moment(first_day, "a")});
  course.on(Course::noon(first_day + 1), {moment(first_day, "a"), moment(first_day + 1, "b")});
  course.on(Course::noon(first_day + 2), {moment(first_day, "a"), moment(first_day + 1, "b")});
  EXPECT_THAT(course.sent(), SizeIs(2));
  EXPECT_TRUE(course.episodes().at(2).closed_at);
  EXPECT_THAT(course.state().open, IsEmpty());
}

TEST(Judge, SeveralThingsAreWatchedOnTheirOwn) {
  Course course(below());
  Finding a = level(first_day, 90), b = level(first_day, 120);
  a.about = "x/a";
  b.about = "x/b";
  course.on(Course::noon(first_day), {a, b});
  b = level(first_day + 1, 90);
  b.about = "x/b";
  a = level(first_day + 1, 120);
  a.about = "x/a";
  course.on(Course::noon(first_day + 1), {a, b});
  EXPECT_THAT(course.episodes(), SizeIs(2));
  EXPECT_THAT(course.sent(), SizeIs(3));
}

TEST(Judge, AnAccountThatIsGoneEndsWithoutAWord) {
  Course course(below());
  course.alert().kind = Kind::stale;
  Finding gone = level(first_day, 90), other = level(first_day, 120);
  gone.about = "x/gone";
  other.about = "x/other";
  course.on(Course::noon(first_day), {gone, other});
  other.days = {first_day + 1, first_day + 2};
  course.on(Course::noon(first_day + 1), {other});
  EXPECT_THAT(course.sent(), SizeIs(1));
  EXPECT_TRUE(course.episodes().at(1).closed_at);
  EXPECT_THAT(course.state().open, IsEmpty());
}

TEST(Judge, NothingIsSentOfWhatIsMuted) {
  Course course(below());
  course.on(Course::noon(first_day), {level(first_day, 90)}, Voice::muted);
  course.on(Course::noon(first_day + 1), {level(first_day + 1, 90)});
  course.on(Course::noon(first_day + 2), {level(first_day + 2, 120)});
  EXPECT_THAT(course.sent(), IsEmpty()) << "of what nobody was told nobody is told that it is over";
  EXPECT_THAT(course.episodes(), SizeIs(1));
}

TEST(Judge, TheEndIsKeptToOneselfWhereAskedTo) {
  Alert alert = below();
  alert.tells_end = false;
  Course course(alert);
  course.on(first_day, 90);
  course.on(first_day + 1, 120);
  EXPECT_THAT(course.sent(), SizeIs(1));
  EXPECT_TRUE(course.episodes().at(1).closed_at);
}

TEST(Judge, WhatTheOutboxTookBeforeTheProgramEndedIsTakenOnce) {
  Course course(below());
  course.lose_memory(true);
  course.on(first_day, 90);
  course.send(Course::noon(first_day));
  course.lose_memory(false);
  course.on(first_day + 1, 90);
  EXPECT_THAT(course.sent(), SizeIs(1));
  course.on(first_day + 2, 120);
  EXPECT_THAT(course.sent(), SizeIs(2));
}

// Berlin's clocks go from 02:00 to 03:00 on 29 March 2026 and back from 03:00 on 25 October.
TEST(Quiet, IsByTheClockOnTheWallOnDaysWhenItChanges) {
  const Zone berlin = *Zone::find("Europe/Berlin");
  const Quiet night = *parse_quiet("22:00-07:00"), small_hours = *parse_quiet("01:30-02:30");
  const auto at = [](const char* text) { return *parse_instant(text); };
  EXPECT_FALSE(is_quiet(night, at("2026-03-28T20:59:00Z"), berlin));
  EXPECT_TRUE(is_quiet(night, at("2026-03-28T21:00:00Z"), berlin));
  EXPECT_TRUE(is_quiet(night, at("2026-03-29T04:59:00Z"), berlin)) << "06:59, summer time";
  EXPECT_FALSE(is_quiet(night, at("2026-03-29T05:00:00Z"), berlin));
  EXPECT_TRUE(is_quiet(night, at("2026-10-25T05:59:00Z"), berlin)) << "06:59, winter time";
  EXPECT_FALSE(is_quiet(night, at("2026-10-25T06:00:00Z"), berlin));
  EXPECT_TRUE(is_quiet(small_hours, at("2026-03-29T00:59:00Z"), berlin));
  EXPECT_FALSE(is_quiet(small_hours, at("2026-03-29T01:00:00Z"), berlin)) << "03:00 follows 01:59";
  EXPECT_TRUE(is_quiet(small_hours, at("2026-10-25T00:15:00Z"), berlin)) << "02:15, for the first time";
  EXPECT_TRUE(is_quiet(small_hours, at("2026-10-25T01:15:00Z"), berlin)) << "and again";
}

TEST(Quiet, HoldsUntilItsEndAndSaysWhatBecameOfIt) {
  Alert alert = below();
  alert.quiet = *parse_quiet("22:00-07:00");
  const Zone berlin = *Zone::find("Europe/Berlin");
  const auto at = [](const char* text) { return *parse_instant(text); };

  Course still_so(alert, berlin);
  still_so.on(at("2026-03-28T23:00:00Z"), {level(first_day, 90)});
  still_so.on(at("2026-03-29T04:30:00Z"), {level(first_day + 1, 80)});
  EXPECT_THAT(still_so.sent(), IsEmpty());
  EXPECT_THAT(still_so.state().waiting, SizeIs(1));
  still_so.on(at("2026-03-29T05:00:00Z"), {level(first_day + 1, 80)});
  still_so.on(at("2026-03-29T06:00:00Z"), {level(first_day + 1, 80)});
  EXPECT_THAT(still_so.sent(), ElementsAre("low: it is 90"));

  Course over(alert, berlin);
  over.on(at("2026-03-28T23:00:00Z"), {level(first_day, 90)});
  over.on(at("2026-03-29T04:00:00Z"), {level(first_day + 1, 120)});
  EXPECT_THAT(over.sent(), IsEmpty());
  over.on(at("2026-03-29T05:00:00Z"), {level(first_day + 1, 120)});
  EXPECT_THAT(over.sent(), ElementsAre("low, over by now: it is 90"));
}

TEST(Quiet, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(*parse_quiet("22:00-07:00"), (Quiet{22 * 60, 7 * 60}));
  EXPECT_EQ(*parse_quiet("9:30 - 24:00"), (Quiet{9 * 60 + 30, 24 * 60}));
  EXPECT_EQ(quiet_text(*parse_quiet("9:30-24:00")), "09:30-24:00");
  for (const char* wrong : {"", "22:00", "22-7", "25:00-07:00", "22:60-07:00", "07:00-07:00", "a:00-b:00"}) {
    EXPECT_EQ(parse_quiet(wrong).error().field, "quiet") << wrong;
  }
}

// A thousand steps of whatever may happen – values, holes, corrections, restarts that lose what was just done, quiet
// hours, muting – and of each episode there is one message that it began at most, and one that it is over.
TEST(Judge, WhateverHappensAnEpisodeIsToldAtMostOnce) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    Alert alert = below(1 + static_cast<int>(seed % 3));
    if (seed % 2 == 1) alert.quiet = *parse_quiet("22:00-07:00");
    State state;
    std::map<std::string, int> puts;  // by key: new ones only, as the outbox takes a key once
    std::set<std::string> outbox;
    std::map<int64_t, Episode> episodes;
    Instant now = Course::noon(first_day);
    Day day = first_day;
    int64_t open_at_most = 0;
    for (int step = 0; step < 1000; ++step) {
      now.micros += static_cast<int64_t>(random() % (12 * 3600)) * 1'000'000;
      day = std::max(day, Day{static_cast<int32_t>(now.micros / 86'400'000'000)});
      std::vector<Finding> found;
      const int what = static_cast<int>(random() % 10);
      if (what == 0) {
        found.push_back(level(day, std::nullopt));
      } else if (what == 1) {
        found.push_back(moment(day - static_cast<int>(random() % 5), fmt::format("m{}", random() % 50)));
      } else {
        found.push_back(level(day - static_cast<int>(random() % 3), 90.0 + static_cast<double>(random() % 30)));
      }
      Judged judged = judge(alert, state, found, now, random() % 20 == 0 ? Voice::muted : Voice::loud);
      if (random() % 10 == 0) continue;  // it ended before anything was kept
      for (const Episode& episode : judged.episodes) episodes[episode.number] = episode;
      state = std::move(judged.state);
      for (const Message& message : due(alert, state, now, Zone::utc())) {
        const Letter letter = letter_of(alert, 7, message, "default", now, Zone::utc());
        if (outbox.insert(letter.key).second) ++puts[letter.key];
        if (random() % 10 == 0) break;  // it ended before that was kept
        state = told(state, message, now);
      }
      open_at_most = std::max(open_at_most, static_cast<int64_t>(state.open.size()));
    }
    int began = 0, ended = 0;
    for (const auto& [key, count] : puts) {
      EXPECT_EQ(count, 1) << key;
      ++(key.ends_with("/over") ? ended : began);
    }
    EXPECT_LE(began, static_cast<int>(episodes.size()));
    EXPECT_LE(ended, began);
    EXPECT_GT(began, 20) << "something has to happen for this to say anything";
    EXPECT_EQ(open_at_most, 1);
    EXPECT_EQ(state.episodes, episodes.rbegin()->first);
  }
}

TEST(Letter, SaysWhichAlertAndInWhichZone) {
  Alert alert = below();
  Message message{.episode = 3,
                  .title = "it is 90",
                  .lines = {"90 of 2026-03-28 (Europe/Berlin), n = 4"},
                  .link = "http://there/overview?explain=impressions"};
  const Letter letter =
      letter_of(alert, 7, message, "shop", *parse_instant("2026-03-29T05:00:31Z"), *Zone::find("Europe/Berlin"));
  EXPECT_EQ(letter.key, "alert/7/3");
  EXPECT_EQ(letter.subject, "low: it is 90");
  EXPECT_EQ(letter.text,
            "it is 90\n90 of 2026-03-28 (Europe/Berlin), n = 4\n\nHow it came about: "
            "http://there/overview?explain=impressions\n\nAlert “low” of the workspace shop, 2026-03-29 07:00 "
            "(Europe/Berlin).\n");
  EXPECT_EQ(letter.link, message.link);
}

}  // namespace
}  // namespace sociometer::alerts
