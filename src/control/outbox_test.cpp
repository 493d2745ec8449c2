#include "control/outbox.h"

#include <gmock/gmock.h>

#include "control/control_fixture.h"

namespace sociometer::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class OutboxTest : public ControlFixture {
 protected:
  Outbox& outbox() { return control_->outbox(); }
  NewChannel mail(const std::string& name) {
    return *outbox().add_channel(
        "default", {.name = name, .targets = {"ann@example.org", "bob@example.org"}, .made_by = "Ann"}, now);
  }
  NewChannel hook(const std::string& name, ChannelKind kind = ChannelKind::webhook) {
    return *outbox().add_channel("default",
                                 {.name = name, .kind = kind, .targets = {"https://example.org/hook/Tk7?x=1"}}, now);
  }
  static Parcel saying(const std::string& key, const std::string& channel) {
    return {.key = key, .channel = channel, .subject = "Reach fell", .text = "It fell.", .link = "https://x/goals"};
  }
  std::vector<std::string> due_keys(Instant at) {
    std::vector<std::string> keys;
    const std::vector<KeptParcel> due = *outbox().due(at, 100);
    for (const KeptParcel& each : due) keys.push_back(each.parcel.key);
    return keys;
  }
};

TEST_F(OutboxTest, KeepsChannelsAndSealsTheAddressesOfHooks) {
  mail("team");
  const NewChannel made = hook("ops");
  EXPECT_THAT(made.secret, SizeIs(testing::Ge(40)));
  EXPECT_EQ(made.channel.targets.front(), "https://example.org/…");
  EXPECT_THAT(hook("chat", ChannelKind::slack).secret, IsEmpty());
  open();
  const auto all = outbox().channels("default");
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_THAT(*all, SizeIs(3));
  EXPECT_EQ((*all)[1].targets.front(), "https://example.org/…");
  EXPECT_THAT((*all)[2].targets, ElementsAre("ann@example.org", "bob@example.org"));
  const auto opened = outbox().opened("default", "ops");
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->channel.targets.front(), "https://example.org/hook/Tk7?x=1");
  EXPECT_EQ(opened->secret, made.secret);
}

TEST_F(OutboxTest, SaysWhatIsWrongWithAChannel) {
  const auto add = [&](MessageChannel channel) { return outbox().add_channel("default", std::move(channel), now); };
  EXPECT_EQ(add({.name = "Team", .targets = {"ann@example.org"}}).error().field, "channel");
  EXPECT_EQ(add({.name = "team"}).error().field, "to");
  EXPECT_EQ(add({.name = "team", .targets = {"ann@example.org\r\nBcc: eve@example.org"}}).error().field, "to");
  EXPECT_EQ(add({.name = "team", .targets = {"Ann <ann@example.org>"}}).error().field, "to");
  EXPECT_EQ(add({.name = "ops", .kind = ChannelKind::webhook, .targets = {"ftp://x/"}}).error().field, "url");
  mail("team");
  EXPECT_EQ(add({.name = "team", .targets = {"ann@example.org"}}).error().kind, ErrorKind::conflict);
  EXPECT_THAT(outbox().channel("default", "tea").error().message, HasSubstr("there are team"));
  EXPECT_EQ(outbox().channels("nobody").error().kind, ErrorKind::not_found);
}

TEST_F(OutboxTest, TakesAKeyOnceForEver) {
  mail("team");
  const auto first = outbox().put("default", saying("alert/1", "team"), now);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->is_new);
  EXPECT_FALSE(outbox().put("default", saying("alert/1", "team"), later(day))->is_new);
  ASSERT_TRUE(outbox().sending(first->number));
  ASSERT_TRUE(outbox().delivered(first->number, "", later(minute)));
  open();
  const auto again = outbox().put("default", saying("alert/1", "team"), later(day));
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->number, first->number);
  ASSERT_TRUE(outbox().remove_channel("default", "team", later(day)));
  EXPECT_EQ(outbox().put("default", saying("alert/1", "team"), later(day)).error().kind, ErrorKind::not_found);
  mail("team");
  EXPECT_FALSE(outbox().put("default", saying("alert/1", "team"), later(2 * day))->is_new);
  EXPECT_THAT(due_keys(later(3 * day)), IsEmpty());
}

TEST_F(OutboxTest, BringsAParcelWholeWhenItIsDue) {
  mail("team");
  Parcel parcel = saying("report/1", "team");
  parcel.html = "<p>It fell.</p>";
  parcel.json = R"({"kpi":"reach"})";
  parcel.attachments = {{"report.pdf", "application/pdf", std::string("%PDF\0\xFF", 6)}};
  ASSERT_TRUE(outbox().put("default", parcel, now));
  open();
  const auto due = outbox().due(now, 10);
  ASSERT_TRUE(due) << due.error().message;
  ASSERT_THAT(*due, SizeIs(1));
  const KeptParcel& kept = due->front();
  EXPECT_EQ(kept.workspace, "default");
  EXPECT_EQ(kept.parcel.html, parcel.html);
  EXPECT_EQ(kept.parcel.json, parcel.json);
  EXPECT_EQ(kept.parcel.attachments.front().bytes, parcel.attachments.front().bytes);
  EXPECT_THAT(kept.mark, SizeIs(32));
  EXPECT_THAT(*outbox().due(later(-1), 10), IsEmpty());
  EXPECT_EQ(**outbox().next_due(), now);
}

TEST_F(OutboxTest, OfEachChannelOneAtATime) {
  mail("team");
  hook("ops");
  for (const char* key : {"1", "2", "3"}) ASSERT_TRUE(outbox().put("default", saying(key, "team"), now));
  ASSERT_TRUE(outbox().put("default", saying("4", "ops"), later(minute)));
  const auto due = *outbox().due(later(minute), 10);
  ASSERT_THAT(due, SizeIs(2));
  EXPECT_EQ(due[0].parcel.key, "1");
  EXPECT_EQ(due[1].parcel.key, "4");
  ASSERT_TRUE(outbox().sending(due[0].number));
  EXPECT_EQ(outbox().sending(due[0].number).error().kind, ErrorKind::conflict);
  EXPECT_THAT(due_keys(later(minute)), ElementsAre("4"));
  // What failed waits, and what is behind it does not.
  ASSERT_TRUE(outbox().failed(due[0].number, "nobody listens", later(day), later(minute)));
  EXPECT_THAT(due_keys(later(minute)), ElementsAre("2", "4"));
  EXPECT_EQ(outbox().channel("default", "team")->failure, "nobody listens");
  EXPECT_THAT(due_keys(later(day)), ElementsAre("1", "4"));
}

TEST_F(OutboxTest, SendsAgainWhatACrashLeftWithTheSameMark) {
  mail("team");
  ASSERT_TRUE(outbox().put("default", saying("1", "team"), now));
  const KeptParcel before = outbox().due(now, 1)->front();
  ASSERT_TRUE(outbox().sending(before.number));
  open();
  EXPECT_THAT(due_keys(later(day)), IsEmpty());
  EXPECT_EQ(*outbox().resume(later(minute)), 1);
  const auto due = *outbox().due(later(minute), 1);
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due.front().mark, before.mark);
  EXPECT_EQ(due.front().tries, 1);
  ASSERT_TRUE(outbox().sending(before.number));
  ASSERT_TRUE(outbox().delivered(before.number, "", later(2 * minute)));
  EXPECT_EQ(*outbox().resume(later(day)), 0);
  EXPECT_EQ(outbox().channel("default", "team")->succeeded_at, later(2 * minute));
}

TEST_F(OutboxTest, MarksDifferByChannelAndKey) {
  mail("a");
  mail("b");
  for (const char* channel : {"a", "b"}) ASSERT_TRUE(outbox().put("default", saying("1", channel), now));
  const auto due = *outbox().due(now, 10);
  ASSERT_THAT(due, SizeIs(2));
  EXPECT_NE(due[0].mark, due[1].mark);
}

TEST_F(OutboxTest, GivesUpAndTriesAgainWhenAsked) {
  mail("team");
  const auto put = *outbox().put("default", saying("1", "team"), now);
  ASSERT_TRUE(outbox().sending(put.number));
  ASSERT_TRUE(outbox().failed(put.number, "no such mailbox", std::nullopt, later(minute)));
  EXPECT_THAT(due_keys(later(day)), IsEmpty());
  auto list = *outbox().list("default", 10);
  ASSERT_THAT(list, SizeIs(1));
  EXPECT_EQ(list.front().state, ParcelState::given_up);
  EXPECT_EQ(list.front().failure, "no such mailbox");
  EXPECT_EQ(outbox().retry("other", put.number, now).error().kind, ErrorKind::not_found);
  ASSERT_TRUE(outbox().retry("default", put.number, later(day)));
  EXPECT_THAT(due_keys(later(day)), ElementsAre("1"));
  ASSERT_TRUE(outbox().sending(put.number));
  ASSERT_TRUE(outbox().delivered(put.number, "", later(day)));
  EXPECT_EQ(outbox().retry("default", put.number, later(day)).error().kind, ErrorKind::conflict);
}

TEST_F(OutboxTest, DropsWhatWasOnItsWayToAChannelThatIsRemoved) {
  mail("team");
  const auto one = *outbox().put("default", saying("1", "team"), now);
  const auto two = *outbox().put("default", saying("2", "team"), now);
  ASSERT_TRUE(outbox().sending(one.number));
  ASSERT_TRUE(outbox().remove_channel("default", "team", later(minute)));
  ASSERT_TRUE(outbox().failed(one.number, "gone", later(day), later(minute)));
  const std::vector<KeptParcel> all = *outbox().list("default", 10);
  ASSERT_THAT(all, SizeIs(2));
  for (const KeptParcel& each : all) EXPECT_EQ(each.state, ParcelState::dropped);
  EXPECT_EQ(outbox().retry("default", two.number, later(day)).error().kind, ErrorKind::conflict);
}

TEST_F(OutboxTest, ForgetsContentsAndKeepsKeys) {
  mail("team");
  Parcel parcel = saying("1", "team");
  parcel.attachments = {{"a.csv", "text/csv", "1"}};
  const auto put = *outbox().put("default", parcel, now);
  EXPECT_EQ(*outbox().empty(later(day)), 0);
  ASSERT_TRUE(outbox().sending(put.number));
  ASSERT_TRUE(outbox().delivered(put.number, "", later(minute)));
  EXPECT_EQ(*outbox().empty(later(minute)), 0);
  EXPECT_EQ(*outbox().empty(later(day)), 1);
  EXPECT_EQ(*outbox().empty(later(day)), 0);
  EXPECT_FALSE(outbox().put("default", parcel, later(day))->is_new);
  EXPECT_THAT(*outbox().list("default", 10), SizeIs(1));
}

TEST_F(OutboxTest, BeginsWhatIsSentAtOnce) {
  mail("team");
  const auto begun = outbox().begin("default", saying("test/1", "team"), now);
  ASSERT_TRUE(begun) << begun.error().message;
  EXPECT_EQ(begun->state, ParcelState::sending);
  EXPECT_EQ(begun->parcel.text, "It fell.");
  EXPECT_THAT(due_keys(later(day)), IsEmpty());
  EXPECT_EQ(outbox().begin("default", saying("test/1", "team"), now).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(outbox().delivered(begun->number, "bob@example.org was refused", later(minute)));
  EXPECT_EQ(outbox().channel("default", "team")->failure, "bob@example.org was refused");
}

TEST_F(OutboxTest, KeepsWhatHooksMayReach) {
  EXPECT_THAT(*outbox().allowed(), IsEmpty());
  ASSERT_TRUE(outbox().allow({"10.0.0.0/8"}));
  ASSERT_TRUE(outbox().allow({"10.0.0.0/8", "127.0.0.1"}));
  open();
  EXPECT_THAT(*control_->outbox().allowed(), ElementsAre("10.0.0.0/8", "127.0.0.1"));
}

TEST_F(OutboxTest, RefusesAParcelThatSaysNothing) {
  mail("team");
  Parcel parcel = saying("1", "team");
  parcel.subject = "a\r\nBcc: eve@example.org";
  EXPECT_EQ(outbox().put("default", parcel, now).error().field, "subject");
  parcel = saying("", "team");
  EXPECT_EQ(outbox().put("default", parcel, now).error().field, "key");
  parcel = saying("1", "team");
  parcel.text.clear();
  EXPECT_EQ(outbox().put("default", parcel, now).error().field, "text");
  parcel = saying("1", "team");
  parcel.json = "[1]";
  EXPECT_EQ(outbox().put("default", parcel, now).error().field, "json");
}

TEST_F(OutboxTest, KeepsSchedules) {
  Schedules& schedules = control_->schedules();
  const auto made = schedules.add("default", {.report = "executive",
                                              .every = "monday",
                                              .at_seconds = 8 * 3600,
                                              .zone = "Europe/Berlin",
                                              .channel = "team",
                                              .formats = {"pdf", "xlsx"},
                                              .made_by = "Ann",
                                              .made_at = now});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->number, 1);
  EXPECT_EQ(made->done_until, now);
  ASSERT_TRUE(schedules.failed("default", 1, "it is a draft"));
  EXPECT_EQ(schedules.list("default")->front().failure, "it is a draft");
  ASSERT_TRUE(schedules.done("default", 1, later(day), 3));
  open();
  const auto all = control_->schedules().list("default");
  ASSERT_THAT(*all, SizeIs(1));
  EXPECT_EQ(all->front().done_until, later(day));
  EXPECT_EQ(all->front().last_publication, 3);
  EXPECT_THAT(all->front().failure, IsEmpty());
  EXPECT_THAT(all->front().formats, ElementsAre("pdf", "xlsx"));
  ASSERT_TRUE(control_->schedules().remove("default", 1, later(day)));
  EXPECT_THAT(*control_->schedules().list("default"), IsEmpty());
  EXPECT_EQ(control_->schedules().remove("default", 1, now).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace sociometer::control
