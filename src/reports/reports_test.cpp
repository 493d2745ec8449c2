// Reports over a small quarter of made-up numbers: golden files of the text formats, bytes that repeat, the workbook
// read back, and what is said where there is nothing.
#include "reports/reports.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <pugixml.hpp>
#include <sstream>

#include "base/scratch_folder.h"
#include "reports/grid.h"
#include "reports/writing.h"

namespace sociometer::reports {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* dashboard_text = R"(
name: monday
title: "Monday: <numbers> & words"
words: What there was in the first quarter.
from: 2026-01-01
to: 2026-03-31
compare: none
tiles:
  - {kind: text, title: How to read this, words: "Bands are 95 % intervals."}
  - {kind: number, kpis: [impressions]}
  - {kind: number, kpis: ["engagement_rate:by_impressions"]}
  - {kind: number, kpis: [followers]}
  - {kind: number, kpis: [revenue]}
  - {kind: line, title: Impressions by month, kpis: [impressions], by: [month]}
  - {kind: line, title: Engagement rate by month, kpis: ["engagement_rate:by_impressions"], by: [month, network]}
  - {kind: bar, title: Engagements by network, kpis: [engagements], by: [network]}
  - {kind: pie, title: Impressions by network, kpis: [impressions], by: [network]}
  - {kind: stacked, title: By month and network, kpis: [impressions], by: [month, network]}
  - {kind: heatmap, title: When, kpis: [likes], by: [weekday, network]}
  - {kind: funnel, title: Steps, kpis: [impressions, likes, purchases]}
  - {kind: table, title: Posts, kpis: [likes, "engagement_rate:by_impressions"], by: [post], limit: 3}
)";

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

class ReportsTest : public testing::Test {
 protected:
  // One store for all: they only read it.
  static void SetUpTestSuite() {
    directory_ = *make_scratch_folder("reports");
    store_ = *facts::open_duckdb(directory_.string(), fixed_clock(*parse_instant("2026-04-02T00:00:00Z")));
    fill();
  }
  static void TearDownTestSuite() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  ReportsTest() {
    scope_.workspace = "default";
    scope_.now = *parse_instant("2026-04-10T12:00:00Z");
    scope_.currency = "EUR";
  }

  static void observe(facts::BatchWriter& writer, facts::Observation base, std::string_view measure, int64_t value) {
    base.measure = measure;
    base.value = value;
    ASSERT_TRUE(writer.add(base));
  }

  static void fill() {
    for (const std::string network : {"instagram", "x"}) {
      auto writer =
          store_->begin("default", {.source = network + "_export", .network = network, .path = "a.csv", .zone = "UTC"});
      ASSERT_TRUE(writer);
      for (int i = 0; i < 24; ++i) add_post(**writer, network, i);
      for (const Day day : {make_day(2025, 12, 31), make_day(2026, 3, 31)}) {
        const facts::Observation stock{.network = network,
                                       .account = "brand",
                                       .window = facts::Window::instant,
                                       .days = {day, day + 1},
                                       .zone = "UTC",
                                       .observed_at = *parse_instant("2026-04-01T00:00:00Z")};
        const bool last = day == make_day(2026, 3, 31);
        observe(**writer, stock, "followers", network == "x" ? (last ? 1200 : 1000) : (last ? 3400 : 3000));
      }
      ASSERT_TRUE((*writer)->commit({.observed_at = *parse_instant("2026-04-01T00:00:00Z"),
                                     .range = DayRange{make_day(2026, 1, 1), make_day(2026, 4, 1)},
                                     .rows_read = 25,
                                     .rows_accepted = 25}));
    }
  }

  static void add_post(facts::BatchWriter& writer, const std::string& network, int i) {
    const Day day = make_day(2026, 1, 2) + i * (network == "x" ? 3 : 2);
    const std::string id = fmt::format("{}{}", network[0], 100 + i);
    facts::Post post;
    post.network = network;
    post.account = "brand";
    post.id = id;
    post.published_day = day;
    post.zone = "UTC";
    post.text =
        i % 2 == 0 ? "Short & sweet" : "Before the long weekend\nwe roasted twice as much, and these are the beans";
    post.kind = "image";
    ASSERT_TRUE(writer.add(post));
    const facts::Observation base{.network = network,
                                  .account = "brand",
                                  .subject = facts::Subject::post,
                                  .subject_id = id,
                                  .window = facts::Window::lifetime,
                                  .days = {day, day + 1},
                                  .zone = "UTC",
                                  .observed_at = *parse_instant("2026-04-01T00:00:00Z")};
    observe(writer, base, "impressions", 400 + (i * 37) % 211 * (network == "x" ? 1 : 3));
    observe(writer, base, "likes", 10 + (i * 13) % 17);
    observe(writer, base, "comments", 1 + i % 4);
  }

  catalog::Dashboard dashboard(const std::string& text = dashboard_text) const {
    auto read = catalog::read_dashboard(*catalog_, "monday.yaml", text);
    EXPECT_TRUE(read) << read.error().message;
    return *read;
  }

  Report report(const Choices& choices = {}, const std::string& text = dashboard_text) {
    Beside beside;
    beside.marks = {{{make_day(2026, 2, 10), make_day(2026, 2, 20)}, "campaign", "Spring | sale", ""},
                    {{make_day(2026, 9, 1), make_day(2026, 9, 2)}, "press", "not in these days", ""}};
    const DayRange quarter{make_day(2026, 1, 1), make_day(2026, 4, 1)};
    const DayRange next{make_day(2026, 4, 1), make_day(2026, 7, 1)};
    beside.targets = {{"impressions", "", {}, 50'000.4, quarter, "Increase impressions to 50,000"},
                      {"likes", "", {}, 900, next, "Get 900 likes in the second quarter"},
                      {"engagement_rate", "by_impressions", {}, 0.05, next, "Increase the engagement rate to 5 %"}};
    beside.revision = 2;
    beside.status = "draft";
    auto asked = ask(engine_(), scope_, dashboard(text), choices, beside);
    EXPECT_TRUE(asked) << asked.error().message;
    return *asked;
  }

  metrics::Engine engine_() { return {catalog_, *store_}; }

  void expect_golden(const char* name, const std::string& text) {
    const std::string path = std::string(SOURCE_DIR) + "/tests/golden/reports/" + name;
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(text, read_file(path)) << "UPDATE_GOLDEN=1 writes " << path << " anew; read the difference";
  }

  // The report as it is most often wanted, asked once.
  const Report& whole() {
    static const Report asked = report();
    return asked;
  }

  static inline std::filesystem::path directory_;
  static inline std::unique_ptr<facts::Store> store_;
  std::shared_ptr<const catalog::Catalog> catalog_ = catalog::Catalog::built_in();
  metrics::Scope scope_;
};

TEST_F(ReportsTest, MarkdownIsAsWrittenDown) {
  expect_golden("monday.md", *written(whole(), Format::markdown));
}

TEST_F(ReportsTest, CsvIsAsWrittenDown) {
  expect_golden("monday.csv", *written(whole(), Format::csv));
}

TEST_F(ReportsTest, HtmlIsAsWrittenDown) {
  expect_golden("monday.html", *written(whole(), Format::html));
}

TEST_F(ReportsTest, TheSameMomentHasTheSameBytesWheneverItIsWritten) {
  const Instant then = scope_.now;
  const Report first = *with_inputs(report({.as_of = then}), engine_(), scope_);
  scope_.now = {then.micros + int64_t{90} * 86'400'000'000};
  const Report second = *with_inputs(report({.as_of = then}), engine_(), scope_);
  for (const Format format : {Format::markdown, Format::csv, Format::html, Format::xlsx}) {
    EXPECT_EQ(*written(first, format), *written(second, format)) << name(format);
  }
}

TEST_F(ReportsTest, SpansAreCountedBackFromTheReportsMoment) {
  const Report asked = report({.as_of = *parse_instant("2026-03-15T12:00:00Z"), .period = {.last = "month"}});
  EXPECT_EQ(days_words(asked.days), "2026-03-01 – 2026-03-15");
}

TEST_F(ReportsTest, NoDataIsAReasonAndNeverZero) {
  const std::string text = *written(whole(), Format::markdown);
  EXPECT_THAT(text, HasSubstr("## Revenue\n\nNo number: no data."));
  const std::string page = *written(whole(), Format::html);
  EXPECT_THAT(page, HasSubstr("<h3>Revenue</h3><p class=\"nothing\">– No number: no data.</p>"));
}

TEST_F(ReportsTest, ATileThatCannotBeAskedSaysWhyAndTheOthersAreThere) {
  const std::string text =
      "name: d\ntitle: D\ntiles:\n"
      "  - {kind: bar, kpis: [likes], by: [age]}\n"
      "  - {kind: number, kpis: [likes], filter: {network: x}}\n";
  const Report asked = report({.filter = {{"network", {"instagram"}}}}, text);
  EXPECT_THAT(asked.tiles[1].failure, HasSubstr("This is of network x only"));
  EXPECT_THAT(nothing_words(asked.tiles[0]), Not(HasSubstr("0")));
  EXPECT_TRUE(written(asked, Format::html));
}

TEST_F(ReportsTest, ALimitKeepsTheLargestAndAPieSumsTheRest) {
  const Report asked = report({},
                              "name: d\ntitle: D\ntiles:\n"
                              "  - {kind: table, kpis: [likes], by: [post], limit: 3}\n"
                              "  - {kind: pie, kpis: [likes], by: [post], limit: 2}\n"
                              "  - {kind: pie, kpis: [likes], by: [post]}\n");
  EXPECT_EQ(asked.tiles[0].left_out, 45);
  ASSERT_EQ(asked.tiles[0].answer->rows.size(), 3U);
  EXPECT_GE(*asked.tiles[0].answer->rows[0].value, *asked.tiles[0].answer->rows[2].value);
  double shown = 0, whole = 0;
  for (const metrics::Cell& cell : asked.tiles[1].answer->rows) shown += *cell.value;
  for (const metrics::Cell& cell : asked.tiles[2].answer->rows) whole += *cell.value;
  EXPECT_EQ(shown, whole);
  EXPECT_EQ(asked.tiles[1].answer->rows.back().by[0], others_member);
  EXPECT_EQ(explain_link(asked, asked.tiles[1], asked.tiles[1].answer->rows.back()), "");
}

TEST_F(ReportsTest, PostsAreKnownByHowTheyBegin) {
  const AnsweredTile& posts = whole().tiles.back();
  ASSERT_EQ(posts.post_texts.size(), 3U);
  for (const auto& [id, text] : posts.post_texts) {
    EXPECT_THAT(text,
                testing::AnyOf("Short & sweet", "Before the long weekend we roasted twice as much, and these are …"));
  }
}

TEST_F(ReportsTest, TheTargetOfASumStandsBesideTheNumberOfItsDaysAlone) {
  const Report& asked = whole();
  ASSERT_TRUE(asked.tiles[1].target);  // impressions of the quarter
  EXPECT_EQ(target_words(asked, *asked.tiles[1].target), "goal 50,000 by 2026-03-31");
  EXPECT_FALSE(asked.tiles[5].target);  // month by month
  EXPECT_TRUE(asked.tiles[2].target);   // a rate is as high in any of them
  EXPECT_TRUE(asked.tiles[6].target);
  EXPECT_FALSE(report({},
                      "name: d\ntitle: D\nfrom: 2026-01-01\nto: 2026-03-31\ntiles:\n"
                      "  - {kind: number, kpis: [likes]}\n")
                   .tiles[0]
                   .target);
}

TEST_F(ReportsTest, NotesAreSaidOnceUnderATable) {
  const std::string page = *written(whole(), Format::html);
  const std::string some = page.substr(page.find("<h3>Posts</h3>"));  // rates of one post; their likes have no notes
  EXPECT_THAT(some, AllOf(HasSubstr("<sup><abbr title=\"small sample\">a</abbr></sup>"),
                          HasSubstr("<p class=\"beside\"><sup>a</sup> small sample</p>")));
  const char* rates =
      "name: d\ntitle: D\ntiles:\n"
      "  - {kind: table, kpis: [\"engagement_rate:by_impressions\"], by: [post], limit: 3}\n";
  EXPECT_THAT(*written(report({}, rates), Format::html), HasSubstr("<p class=\"beside\">all: small sample</p>"));
}

TEST_F(ReportsTest, EveryNumberLeadsToItsExplanation) {
  const Report asked = report({.base = "https://stats.example.org/"});
  const AnsweredTile& tile = asked.tiles[6];
  EXPECT_EQ(explain_link(asked, tile, tile.answer->rows[0]),
            "https://stats.example.org/overview?from=2026-01-01&to=2026-03-31&compare=none&as_of=2026-04-10T12%3A00%3A"
            "00Z&explain=engagement_rate%3Aby_impressions&cell=month~2026-01&cell=network~instagram");
}

// The named file of a workbook.
std::string part_of(const std::string& book, const char* name) {
  zip_error_t error;
  zip_source_t* source = zip_source_buffer_create(book.data(), book.size(), 0, &error);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == nullptr) return {};
  zip_stat_t stat;
  std::string bytes;
  if (zip_stat(archive, name, 0, &stat) == 0) {
    bytes.resize(stat.size);
    zip_file_t* file = zip_fopen(archive, name, 0);
    zip_fread(file, bytes.data(), bytes.size());
    zip_fclose(file);
  }
  zip_close(archive);
  return bytes;
}

// A sheet's only formula, a ratio, recomputed from the cells it names; and what the sheet says it comes to.
struct Recomputed {
  double value = 0, said = 0;
};

Recomputed recomputed(const std::string& book, const char* name) {
  pugi::xml_document sheet;
  EXPECT_TRUE(sheet.load_string(part_of(book, name).c_str()));
  std::map<std::string, double> values;
  std::map<std::string, std::string> formulas;
  for (const auto& cell : sheet.select_nodes("//c")) {
    values[cell.node().attribute("r").as_string()] = cell.node().child("v").text().as_double();
    if (const char* formula = cell.node().child("f").text().as_string(); *formula != '\0') {
      formulas[cell.node().attribute("r").as_string()] = formula;
    }
  }
  EXPECT_EQ(formulas.size(), 1U);
  if (formulas.size() != 1) return {};
  const auto& [place, formula] = *formulas.begin();
  const size_t slash = formula.find('/');
  EXPECT_NE(slash, std::string::npos) << formula;
  auto bare = [](std::string text) {
    std::erase_if(text, [](char c) { return c == '(' || c == ')'; });
    return text;
  };
  const double above = values.at(bare(formula.substr(0, slash))), below = values.at(bare(formula.substr(slash + 1)));
  return {above / below, values.at(place)};
}

TEST_F(ReportsTest, RatiosOfAWorkbookAreFormulasThatComeToTheNumber) {
  const Report asked = *with_inputs(whole(), engine_(), scope_);
  EXPECT_EQ(asked.computed.size(),
            1U + 5U + 3U);  // engagement rates: the number, months × networks but one, three posts
  const Recomputed rate = recomputed(*written(asked, Format::xlsx), "xl/worksheets/sheet3.xml");  // as a number
  EXPECT_DOUBLE_EQ(rate.value, rate.said);
  EXPECT_DOUBLE_EQ(rate.said, *asked.tiles[2].answer->rows[0].value);
}

// Its two inputs have one name: followers gained, and followers.
TEST_F(ReportsTest, TheGrowthOfAStockIsAFormulaOfTwoCells) {
  const Report asked = *with_inputs(report({},
                                           "name: growth\ntitle: Growth\nfrom: 2026-01-01\nto: 2026-03-31\ntiles:\n"
                                           "  - {kind: number, kpis: [audience_growth_rate]}\n"),
                                    engine_(), scope_);
  ASSERT_EQ(asked.computed.size(), 1U);
  const Recomputed growth = recomputed(*written(asked, Format::xlsx), "xl/worksheets/sheet2.xml");
  EXPECT_DOUBLE_EQ(growth.value, growth.said);
  EXPECT_DOUBLE_EQ(growth.said, *asked.tiles[0].answer->rows[0].value);
  EXPECT_LT(growth.said, 0.5);
}

TEST_F(ReportsTest, AWorkbookHasASheetATileAndLiveCharts) {
  const std::string book = *written(whole(), Format::xlsx);
  const std::string sheets = part_of(book, "xl/workbook.xml");
  EXPECT_THAT(sheets, AllOf(HasSubstr("name=\"Contents\""), HasSubstr("name=\"6 Impressions by month\""),
                            HasSubstr("name=\"Definitions\""), HasSubstr("name=\"Data notes\"")));
  const std::string chart = part_of(book, "xl/charts/chart1.xml");
  EXPECT_THAT(chart, HasSubstr("'6 Impressions by month'!$B$5:$B$7"));
  EXPECT_THAT(part_of(book, "docProps/core.xml"), HasSubstr("2026-04-10T12:00:00Z"));
}

// Two that overlap, and Excel calls the file damaged.
TEST_F(ReportsTest, WidthsOfAWorkbooksColumnsDoNotOverlap) {
  const std::string book = *written(*with_inputs(whole(), engine_(), scope_), Format::xlsx);
  int sheets = 0;
  for (int number = 1;; ++number) {
    const std::string text = part_of(book, fmt::format("xl/worksheets/sheet{}.xml", number).c_str());
    if (text.empty()) break;
    pugi::xml_document sheet;
    ASSERT_TRUE(sheet.load_string(text.c_str()));
    int last = 0;
    for (const pugi::xml_node& column : sheet.child("worksheet").child("cols").children("col")) {
      EXPECT_GT(column.attribute("min").as_int(), last) << "sheet " << number;
      last = column.attribute("max").as_int();
    }
    ++sheets;
  }
  EXPECT_GT(sheets, 10);
}

TEST_F(ReportsTest, ACsvRunsNoFormulas) {
  const std::string text = "name: d\ntitle: D\ntiles:\n  - {kind: number, title: \"=cmd()\", kpis: [likes]}\n";
  EXPECT_THAT(*written(report({}, text), Format::csv), HasSubstr("1,'=cmd(),"));
}

TEST_F(ReportsTest, WhatChangedSinceIsListed) {
  const char* text = "name: d\ntitle: D\ntiles:\n  - {kind: number, kpis: [likes]}\n";
  const Report then = report({.as_of = *parse_instant("2026-04-03T00:00:00Z")}, text);
  EXPECT_EQ(changed_since(engine_(), scope_, then)->total, 0);
  const Report before = report({.as_of = *parse_instant("2026-04-01T00:00:00Z")}, text);
  EXPECT_EQ(changed_since(engine_(), scope_, before)->total, 1);
}

TEST_F(ReportsTest, WhatHasNoDataIsKnown) {
  const auto found = lacking(engine_(), scope_, {dashboard()});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at("monday").at("revenue"), "no_data");
  EXPECT_FALSE(found->at("monday").contains("impressions"));
}

TEST_F(ReportsTest, APdfIsTheSameTwiceAndHoldsItsLinks) {
  if (std::system("command -v chromium > /dev/null") != 0) GTEST_SKIP() << "no Chromium";
  const std::string first = *written(whole(), Format::pdf), second = *written(whole(), Format::pdf);
  EXPECT_TRUE(first == second);
  EXPECT_THAT(
      first, AllOf(HasSubstr("/CreationDate (D:20260410120000"), HasSubstr("/overview?from=2026-01-01&to=2026-03-31")));
  EXPECT_GE(pages_of(first).at("definitions"), 3);
}

// The size stands in the eight bytes after the name of a PNG's first part.
int png_size(std::string_view png, size_t place) {
  int size = 0;
  for (size_t i = 0; i < 4; ++i) size = size * 256 + static_cast<unsigned char>(png[place + i]);
  return size;
}

TEST_F(ReportsTest, AChartIsDrawnAsAPicture) {
  if (std::system("command -v chromium > /dev/null") != 0) GTEST_SKIP() << "no Chromium";
  const Report report = whole();
  const auto drawn = std::ranges::find_if(report.tiles, is_drawn);
  ASSERT_NE(drawn, report.tiles.end());
  const Result<std::string> png = chart_png(report, *drawn);
  ASSERT_TRUE(png) << png.error().message;
  ASSERT_TRUE(png->starts_with("\x89PNG\r\n")) << png->substr(0, 8);
  EXPECT_GE(png_size(*png, 16), 1000);
  EXPECT_GT(png_size(*png, 20), 200);
  EXPECT_GT(png->size(), 5'000U) << "an empty page is smaller";
  const auto told = std::ranges::find_if_not(report.tiles, is_drawn);
  ASSERT_NE(told, report.tiles.end());
  EXPECT_EQ(chart_png(report, *told).error().field, "tile");
}

TEST_F(ReportsTest, WithoutChromiumAPdfSaysWhatToInstall) {
  const char* before = std::getenv("CHROMIUM");
  const std::string kept = before == nullptr ? "" : before;
  setenv("CHROMIUM", "/nowhere/chromium", 1);
  const Result<std::string> refused = written(whole(), Format::pdf);
  if (before == nullptr) {
    unsetenv("CHROMIUM");
  } else {
    setenv("CHROMIUM", kept.c_str(), 1);
  }
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("$CHROMIUM names /nowhere/chromium"));
}

TEST(Formats, AreNamed) {
  EXPECT_EQ(*parse_format("md"), Format::markdown);
  EXPECT_THAT(parse_format("docx").error().message, HasSubstr("md, csv, html, xlsx and pdf"));
}

}  // namespace
}  // namespace sociometer::reports
