#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/scratch_folder.h"
#include "upkeep/upkeep.h"

namespace sociometer::upkeep {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const WatchTransfer unwatched = [](const TransferState&) { return true; };
const ExportJudges trusting = {[](const std::vector<control::CatalogEntry>&) { return Result<Done>(Done{}); },
                               [](const std::string&, const control::Workspace&) { return Result<Done>(Done{}); }};

// A data directory and what is done with it.
struct Place {
  Place(const fs::path& directory, std::shared_ptr<const Clock> clock) {
    control = std::move(*control::open_sqlite((directory / "control.sqlite").string()));
    facts = std::move(*facts::open_duckdb(directory.string(), clock));
    upkeep = std::make_unique<Upkeep>(directory.string(), *control, *facts, clock);
  }
  std::unique_ptr<control::Control> control;
  std::unique_ptr<facts::Store> facts;
  std::unique_ptr<Upkeep> upkeep;
};

class ExportTest : public testing::Test {
 protected:
  ExportTest() {
    folder_ = *make_scratch_folder("export");
    fs::create_directories(folder_ / "here");
    fs::create_directories(folder_ / "there");
    here_ = std::make_unique<Place>(folder_ / "here", clock_);
    there_ = std::make_unique<Place>(folder_ / "there", clock_);
  }
  ~ExportTest() override {
    here_.reset();
    there_.reset();
    fs::remove_all(folder_);
  }

  void fill(Place& place, const std::string& workspace) {
    auto original = place.facts->keep_original(workspace);
    ASSERT_TRUE((*original)->add("the bytes of a file"));
    const std::string hash = *(*original)->finish();
    auto batch = place.facts->begin(workspace, {.source = "test", .network = "x", .path = "a.csv", .original = hash});
    for (int day = 100; day < 110; ++day) {
      ASSERT_TRUE((*batch)->add(facts::Observation{.network = "x",
                                                   .account = "brand",
                                                   .measure = "impressions",
                                                   .days = {{day}, {day + 1}},
                                                   .zone = "UTC",
                                                   .value = day,
                                                   .observed_at = clock_->now()}));
    }
    ASSERT_TRUE((*batch)->commit({.observed_at = clock_->now(), .rows_read = 10, .rows_accepted = 10}));
  }

  void say_everything(Place& place, const std::string& workspace) {
    ASSERT_TRUE(place.control->set_workspace(workspace, {"Europe/Berlin", "EUR", "sunday"}));
    ASSERT_TRUE(place.control->set_account(workspace, "x", "brand", control::Ownership::own, {"123"}));
    ASSERT_TRUE(place.control->set_account(workspace, "x", "rival", control::Ownership::competitor, {}));
    ASSERT_TRUE(place.control->set_setting(workspace, "rules", R"({"promise":"1h"})"));
    ASSERT_TRUE(place.control->add_catalog_entries(workspace, {{"kpi", "mine", 1, "kpis: {mine: {}}", clock_->now()}}));
    ASSERT_TRUE(place.control->alerts().add(workspace, {.name = "low", .fields = "{}", .set_by = "Ann"}));
    control::Goals& goals = place.control->goals();
    ASSERT_TRUE(goals.add(workspace, {.id = "G1", .sentence = "more", .fields = "{}", .set_at = clock_->now()}, {}));
    ASSERT_TRUE(goals.observe(workspace, "G1", {"ahead", "{}", clock_->now()}));
    ASSERT_TRUE(goals.check_in(workspace, "G1", {.note = "well", .by = "Ann", .at = clock_->now()}));
    ASSERT_TRUE(goals.add_to_do(workspace, "G1", {.task = "film", .due = Day{20000}, .set_at = clock_->now()}));
    ASSERT_TRUE(place.control->benchmarks().add(workspace, {{"shops", "sets: {}", clock_->now()}}));
    control::Campaigns& campaigns = place.control->campaigns();
    ASSERT_TRUE(campaigns.add(workspace, {.name = "Spring",
                                          .days = {Day{20000}, Day{20010}},
                                          .budget = 1'500'000,
                                          .currency = "EUR",
                                          .rules = {{"hashtag", "spring"}},
                                          .set_at = clock_->now()}));
    ASSERT_TRUE(campaigns.say(
        workspace,
        {{.tag = "t", .rule = control::KeptRule{"text", "w"}, .at = clock_->now()},
         {.tag = "t", .network = "x", .account = "brand", .post = "1", .taken_away = true, .at = clock_->now()}}));
    control::Dashboards& dashboards = place.control->dashboards();
    ASSERT_TRUE(dashboards.save(workspace, {.name = "monday", .body = "{}", .saved_by = "Ann"}, 0, clock_->now()));
    ASSERT_TRUE(dashboards.save(workspace, {.name = "monday", .body = "[]", .saved_by = "Bo"}, 1, clock_->now()));
    ASSERT_TRUE(dashboards.approve(workspace, "monday", {2, "Ann", clock_->now()}));
    ASSERT_TRUE(dashboards.publish(
        workspace, {.name = "executive", .title = "All", .answers = "{}", .files = {{"pdf", std::string("\0%", 2)}}}));
    ASSERT_TRUE(dashboards.annotate(
        workspace, {.kind = "press", .first = Day{20000}, .last = Day{20001}, .text = "In the news"}, clock_->now()));
    control::Outbox& outbox = place.control->outbox();
    ASSERT_TRUE(outbox.add_channel(workspace, {.name = "team", .targets = {"team@example.org"}}, clock_->now()));
    ASSERT_TRUE(outbox.add_channel(
        workspace,
        {.name = "ops", .kind = control::ChannelKind::webhook, .targets = {"https://example.org/not-for-others"}},
        clock_->now()));
    for (const char* channel : {"team", "ops"}) {
      ASSERT_TRUE(place.control->schedules().add(workspace, {.report = "executive",
                                                             .every = "monday",
                                                             .at_seconds = 8 * 3600,
                                                             .zone = "Europe/Berlin",
                                                             .channel = channel,
                                                             .formats = {"pdf", "xlsx"},
                                                             .made_at = {1'000}}));
    }
    ASSERT_TRUE(place.control->secrets().set(workspace, "smtp", "not for others", clock_->now()));
  }

  std::string out() const { return (folder_ / "out").string(); }
  std::string read(const fs::path& path) const {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  Exported must_export() {
    auto exported = here_->upkeep->export_workspace("default", out(), unwatched);
    EXPECT_TRUE(exported) << exported.error().message;
    return exported ? *exported : Exported{};
  }
  Restored must_restore(const std::string& workspace) {
    auto restored = there_->upkeep->restore_export(workspace, out(), trusting, unwatched);
    EXPECT_TRUE(restored) << restored.error().message;
    return restored ? *restored : Restored{};
  }
  std::string refusal() {
    auto restored = there_->upkeep->restore_export("default", out(), trusting, unwatched);
    EXPECT_FALSE(restored);
    EXPECT_THAT(*there_->facts->batches("default", 9, ""), IsEmpty());
    EXPECT_THAT(*there_->control->accounts("default"), IsEmpty());
    return restored ? "" : restored.error().message;
  }

  fs::path folder_;
  std::shared_ptr<const Clock> clock_ = fixed_clock({1'780'000'000'000'000});
  std::unique_ptr<Place> here_, there_;
};

TEST_F(ExportTest, BringsFactsOriginalsAndSettings) {
  fill(*here_, "default");
  say_everything(*here_, "default");
  const Exported exported = must_export();
  EXPECT_EQ(exported.originals, 1);
  EXPECT_THAT(exported.rows, Contains(std::pair<std::string, int64_t>("observations", 10)));
  EXPECT_TRUE(is_export(out()));
  EXPECT_EQ(verify_export(out(), unwatched)->bytes, exported.bytes);
  for (const auto& entry : fs::recursive_directory_iterator(out())) {
    if (entry.is_regular_file()) {
      EXPECT_THAT(read(entry.path()), Not(AnyOf(HasSubstr("not for others"), HasSubstr("not-for-others"))))
          << entry.path();
    }
  }

  const Restored restored = must_restore("default");
  EXPECT_EQ(restored.facts.observations, 10);
  EXPECT_EQ(restored.originals, 1);
  EXPECT_THAT(restored.notes, ElementsAre(HasSubstr("channel add ops --webhook"), HasSubstr("no channel ops here")));
  const control::Workspace workspace = *there_->control->workspace("default");
  EXPECT_EQ(workspace.zone.name(), "Europe/Berlin");
  EXPECT_EQ(workspace.currency, "EUR");
  EXPECT_EQ(workspace.week_start, Weekday::sunday);
  EXPECT_EQ((*there_->control->find_account("default", "x", "123"))->handle, "brand");
  EXPECT_EQ((*there_->control->find_account("default", "x", "rival"))->ownership, control::Ownership::competitor);
  EXPECT_EQ(**there_->control->setting("default", "rules"), R"({"promise":"1h"})");
  EXPECT_EQ(there_->control->catalog_entries("default")->size(), 1U);
  EXPECT_EQ(there_->control->alerts().find("default", "low")->set_by, "Ann");
  EXPECT_EQ(there_->control->goals().find("default", "G1")->sentence, "more");
  EXPECT_EQ(there_->control->goals().statuses("default", "G1")->front().status, "ahead");
  EXPECT_EQ(there_->control->goals().check_ins("default", "G1")->front().note, "well");
  EXPECT_EQ(there_->control->goals().to_dos("default", "G1")->front().due, Day{20000});
  EXPECT_EQ(there_->control->benchmarks().history("default")->front().yaml, "sets: {}");
  const control::KeptCampaign spring = *there_->control->campaigns().find("default", "Spring");
  EXPECT_EQ(spring.days, (DayRange{Day{20000}, Day{20010}}));
  EXPECT_EQ(spring.budget, 1'500'000);
  EXPECT_EQ(spring.rules.front().value, "spring");
  const std::vector<control::TagSaying> said = *there_->control->campaigns().sayings("default");
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[0].rule->of, "text");
  EXPECT_EQ(said[1].post, "1");
  EXPECT_TRUE(said[1].taken_away);
  control::Dashboards& dashboards = there_->control->dashboards();
  ASSERT_EQ(dashboards.history("default", "monday")->size(), 2U);
  EXPECT_EQ((*dashboards.find("default", "monday"))->body, "[]");
  EXPECT_EQ((*dashboards.approval("default", "monday", 2))->approved_by, "Ann");
  EXPECT_EQ(dashboards.publication("default", "executive", 1)->files.at("pdf"), std::string("\0%", 2));
  EXPECT_EQ(dashboards.annotations("default")->front().last, Day{20001});
  EXPECT_EQ(there_->control->outbox().channel("default", "team")->targets.front(), "team@example.org");
  ASSERT_EQ(there_->control->schedules().list("default")->size(), 1U);
  const control::KeptSchedule schedule = there_->control->schedules().list("default")->front();
  EXPECT_EQ(schedule.formats, (std::vector<std::string>{"pdf", "xlsx"}));
  EXPECT_EQ(schedule.done_until, clock_->now()) << "what was due elsewhere before is not due here";
  const facts::Batch batch = there_->facts->batches("default", 1, "")->front();
  EXPECT_EQ(*there_->facts->original("default", batch.start.original), "the bytes of a file");
  EXPECT_THAT(*there_->upkeep->check(), IsEmpty());

  const Restored again = must_restore("default");
  EXPECT_EQ(again.facts.batches, 0);
  EXPECT_EQ(again.facts.known, 1);
  EXPECT_EQ(again.originals, 0);
  EXPECT_EQ(again.notes, restored.notes);
  EXPECT_EQ(there_->control->schedules().list("default")->size(), 1U);
  EXPECT_EQ(there_->control->goals().list("default")->size(), 1U);
  EXPECT_EQ(there_->control->campaigns().history("default")->size(), 1U);
  EXPECT_EQ(there_->control->campaigns().sayings("default")->size(), 2U);
  EXPECT_EQ(there_->control->benchmarks().history("default")->size(), 1U);
  EXPECT_EQ(there_->control->dashboards().publications("default", "executive")->size(), 1U);
  EXPECT_EQ(there_->control->dashboards().annotations("default")->size(), 1U);
  EXPECT_EQ(must_restore("client").facts.batches, 1) << "a workspace that is not there is made";
  EXPECT_EQ(there_->control->goals().list("client")->size(), 1U);
  EXPECT_EQ(there_->control->workspace("client")->currency, "EUR");
}

TEST_F(ExportTest, OverwritesNothingAndSaysSo) {
  fill(*here_, "default");
  say_everything(*here_, "default");
  must_export();
  ASSERT_TRUE(there_->control->set_workspace("default", {"Asia/Bangkok", "THB", std::nullopt}));
  ASSERT_TRUE(there_->control->set_account("default", "x", "brand", control::Ownership::partner, {}));
  ASSERT_TRUE(there_->control->set_account("default", "x", "old", control::Ownership::own, {"123"}));
  ASSERT_TRUE(there_->control->set_setting("default", "rules", "{}"));
  ASSERT_TRUE(there_->control->add_catalog_entries("default", {{"kpi", "mine", 1, "kpis: {other: {}}", {}}}));
  const Restored restored = must_restore("default");
  EXPECT_THAT(restored.notes,
              ElementsAre(HasSubstr("keeps its zone Asia/Bangkok"), HasSubstr("mine keeps what it means here"),
                          HasSubstr("x/brand stays partner"), HasSubstr("without its other names"),
                          HasSubstr("keeps its own rules"), HasSubstr("channel add ops"), HasSubstr("no channel ops")));
  EXPECT_EQ(there_->control->workspace("default")->zone.name(), "Asia/Bangkok");
  EXPECT_EQ((*there_->control->find_account("default", "x", "brand"))->ownership, control::Ownership::partner);
  EXPECT_EQ((*there_->control->find_account("default", "x", "123"))->handle, "old");
  EXPECT_EQ(**there_->control->setting("default", "rules"), "{}");
  EXPECT_EQ(there_->control->catalog_entries("default")->size(), 1U);
  EXPECT_EQ(restored.facts.observations, 10);
}

TEST_F(ExportTest, WhatTheJudgesRefuseStaysOut) {
  say_everything(*here_, "default");
  must_export();
  const ExportJudges strict = {
      [](const std::vector<control::CatalogEntry>&) { return Result<Done>(invalid("no such measure")); },
      [](const std::string&, const control::Workspace&) { return Result<Done>(invalid("no such hour")); }};
  auto restored = there_->upkeep->restore_export("default", out(), strict, unwatched);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_THAT(restored->notes, ElementsAre(HasSubstr("no such measure"), HasSubstr("no such hour"),
                                           HasSubstr("channel add ops"), HasSubstr("no channel ops")));
  EXPECT_THAT(*there_->control->catalog_entries("default"), IsEmpty());
}

TEST_F(ExportTest, TakesOnlyAnEmptyFolderElsewhere) {
  fs::create_directories(out());
  std::ofstream(fs::path(out()) / "mine.txt") << "mine";
  EXPECT_EQ(here_->upkeep->export_workspace("default", out(), unwatched).error().kind, ErrorKind::conflict);
  EXPECT_EQ(read(fs::path(out()) / "mine.txt"), "mine");
  EXPECT_EQ(here_->upkeep->export_workspace("default", (folder_ / "here" / "x").string(), unwatched).error().kind,
            ErrorKind::invalid);
  EXPECT_EQ(here_->upkeep->export_workspace("nobody", (folder_ / "x").string(), unwatched).error().kind,
            ErrorKind::not_found);
}

TEST_F(ExportTest, ThatIsStoppedLeavesNothing) {
  fill(*here_, "default");
  EXPECT_FALSE(here_->upkeep->export_workspace("default", out(), [](const TransferState&) { return false; }));
  EXPECT_FALSE(fs::exists(out()));
  must_export();
}

// Every file of it, cut and changed: nothing is stored, and a sentence says which it was.
TEST_F(ExportTest, ThatIsDamagedIsNotImported) {
  fill(*here_, "default");
  say_everything(*here_, "default");
  must_export();
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(out())) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  ASSERT_EQ(files.size(), 25U);
  for (const fs::path& path : files) {
    const std::string whole = read(path);
    const std::string name = path.filename().string();
    std::ofstream(path, std::ios::binary | std::ios::trunc) << whole.substr(0, whole.size() / 2);
    EXPECT_THAT(refusal(), HasSubstr(name)) << name;
    if (name != "manifest.json") {
      std::string changed = whole;
      changed[changed.size() / 2] ^= 1;
      std::ofstream(path, std::ios::binary | std::ios::trunc) << changed;
      EXPECT_THAT(refusal(), HasSubstr(name)) << name;
    }
    fs::remove(path);
    EXPECT_THAT(refusal(), HasSubstr(name)) << name;
    EXPECT_TRUE(is_export(out())) << "it is known for one all the same";
    fs::create_symlink("/dev/zero", path);
    EXPECT_THAT(refusal(), HasSubstr(name)) << name;
    fs::remove(path);
    std::ofstream(path, std::ios::binary) << whole;
  }
  EXPECT_EQ(must_restore("default").facts.batches, 1);
}

TEST_F(ExportTest, AManifestFromElsewhereLeadsNowhere) {
  fill(*here_, "default");
  must_export();
  const fs::path manifest = fs::path(out()) / "manifest.json";
  const std::string whole = read(manifest);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = whole;
    const size_t at = text.find(from);
    ASSERT_NE(at, text.npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(manifest, std::ios::binary | std::ios::trunc) << text;
  };
  with("\"csv/observations.csv\",\n      \"bytes\"", "\"../../../etc/passwd\",\n      \"bytes\"");
  EXPECT_THAT(refusal(), HasSubstr("leads out of it"));
  with("\"csv/observations.csv\",\n      \"bytes\"", "\"/etc/passwd\",\n      \"bytes\"");
  EXPECT_THAT(refusal(), HasSubstr("leads out of it"));
  with("\"form\": 1", "\"form\": 99");
  EXPECT_THAT(refusal(), HasSubstr("newer version"));
  with("sociometer export", "something else");
  EXPECT_THAT(refusal(), HasSubstr("not that of an export"));
}

TEST_F(ExportTest, AnOriginalThatIsGoneIsNoted) {
  fill(*here_, "default");
  fs::remove_all(folder_ / "here" / "originals" / "default");
  const Exported exported = must_export();
  EXPECT_EQ(exported.originals, 0);
  EXPECT_THAT(exported.notes, ElementsAre(HasSubstr("is not here any more")));
  EXPECT_EQ(must_restore("default").facts.observations, 10);
}

}  // namespace
}  // namespace sociometer::upkeep
