// What was judged is shown and never averaged.
#include <gmock/gmock.h>

#include <filesystem>

#include "base/scratch_folder.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Judgements : public testing::Test {
 protected:
  Judgements() {
    directory_ = *make_scratch_folder("judgements");
    store_ = *facts::open_duckdb(directory_.string(), fixed_clock(*parse_instant("2026-07-01T00:00:00Z")));
    scope_.workspace = "default";
    scope_.now = *parse_instant("2026-07-01T12:00:00Z");
    const std::string yaml = "kpis:\n  voice: {name: Voice, scale: [bad, fair, good]}\n";
    catalog::Editions base(catalog::Catalog::built_in(), {});
    scope_.editions = std::make_shared<catalog::Editions>(catalog::Catalog::built_in(),
                                                          base.add("own.yaml", yaml, scope_.now).entries);
  }
  ~Judgements() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  void judge(std::string_view day, std::string_view author, int place, std::string_view properties,
             std::string_view observed = "2026-06-30T10:00:00Z") {
    auto writer = *store_->begin("default", {.source = "judgement", .zone = "UTC"});
    const std::string id = fmt::format("voice/{}/{}", day, author);
    facts::SurveyAnswer answer;
    answer.happened_at = Zone::utc().start_of(*parse_day(day));
    answer.id = id;
    answer.survey = "voice";
    answer.kind = "answered";
    answer.type = "judgement";
    answer.scale_low = 1;
    answer.scale_high = 3;
    answer.score = place * 1'000'000;
    answer.respondent = author;
    answer.text = "why";
    answer.properties = properties;
    answer.observed_at = *parse_instant(observed);
    ASSERT_TRUE(writer->add(answer));
    ASSERT_TRUE(writer->commit({.observed_at = answer.observed_at, .rows_read = 1, .rows_accepted = 1}));
  }

  Result<JudgementsAnswer> ask(std::vector<std::string> by = {}, std::optional<DayRange> days = std::nullopt) {
    Question question;
    question.by = std::move(by);
    question.days = days;
    return Engine(catalog::Catalog::built_in(), *store_).judgements(scope_, question);
  }

  // "2026-01-31 good 3 of 2" a row.
  std::vector<std::string> rows(const JudgementsAnswer& answer) {
    std::vector<std::string> texts;
    for (const Judged& one : answer.rows) {
      texts.push_back(fmt::format("{} {} {} of {}", format_day(one.day), one.level, one.position, one.n));
    }
    return texts;
  }

  std::filesystem::path directory_;
  std::unique_ptr<facts::Store> store_;
  Scope scope_;
};

constexpr std::string_view good = R"({"level":"good","scale":["bad","fair","good"]})";
constexpr std::string_view bad = R"({"level":"bad","scale":["bad","fair","good"]})";

TEST_F(Judgements, APeriodShowsTheLastOfThem) {
  judge("2026-01-10", "one", 3, good);
  judge("2026-01-20", "two", 1, bad);
  judge("2026-03-05", "one", 3, good);
  EXPECT_THAT(rows(*ask()), ElementsAre("2026-01-10 good 3 of 1", "2026-01-20 bad 1 of 1", "2026-03-05 good 3 of 1"));
  EXPECT_THAT(rows(*ask({"month"})), ElementsAre("2026-01-20 bad 1 of 2", "2026-03-05 good 3 of 1"));
  EXPECT_THAT(rows(*ask({"year"})), ElementsAre("2026-03-05 good 3 of 3"));
  EXPECT_THAT(rows(*ask({"quarter"}, *parse_days("2026-01-01", "2026-01-15"))), ElementsAre("2026-01-10 good 3 of 1"));
}

TEST_F(Judgements, TheSameAuthorsOfADayIsReplaced) {
  judge("2026-01-10", "one", 3, good);
  judge("2026-01-10", "one", 1, bad, "2026-06-30T11:00:00Z");
  EXPECT_THAT(rows(*ask()), ElementsAre("2026-01-10 bad 1 of 1"));
}

// Who was erased leaves the place on the scale, whose words are today's where there are as many.
TEST_F(Judgements, AnErasedOneKeepsItsPlace) {
  judge("2026-01-10", "one", 2, "");
  EXPECT_THAT(rows(*ask()), ElementsAre("2026-01-10 fair 2 of 1"));
}

TEST_F(Judgements, AreNoAnswersToASurvey) {
  judge("2026-01-10", "one", 3, good);
  Question question;
  question.kpis = {"survey_responses", "reviews", "csat"};
  question.days = *parse_days("2026-01-01", "2026-01-31");
  auto answer = Engine(catalog::Catalog::built_in(), *store_).ask(scope_, question);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->rows.size(), 3U);
  for (const Cell& cell : answer->rows) {
    EXPECT_EQ(cell.value, std::nullopt) << cell.kpi;
    EXPECT_EQ(cell.reason, "no_data") << cell.kpi;
  }
}

TEST_F(Judgements, RefusesWhatMakesNoSenseOfWords) {
  EXPECT_THAT(ask({"network"}).error().message, HasSubstr("one time dimension"));
  EXPECT_THAT(ask({"month", "year"}).error().message, HasSubstr("one time dimension"));
  Question question;
  question.kpis = {"likes"};
  Engine engine(catalog::Catalog::built_in(), *store_);
  EXPECT_THAT(engine.judgements(scope_, question).error().message, HasSubstr("it is computed"));
  question.kpis = {};
  question.filter = {{"network", {"x"}}};
  EXPECT_THAT(engine.judgements(scope_, question).error().message, HasSubstr("no filters"));
}

}  // namespace
}  // namespace sociometer::metrics
