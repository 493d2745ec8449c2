#include <gmock/gmock.h>

#include "catalog/catalog.h"

namespace sociometer::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string shop = R"(family: shop
measures:
  fees: {name: Fees, unit: money, class: flow, good: down}
kpis:
  fee_per_post: {name: Fee per post, unit: money, class: ratio, good: down, formula: fees / posts}
)";

Instant at(std::string_view text) {
  return *parse_instant(text);
}

// A workspace's history as it grows.
struct Book {
  std::vector<OwnEntry> history;
  Editions editions() const { return Editions(Catalog::built_in(), history); }
  Editions::Change add(const std::string& yaml, std::string_view day) {
    auto change = editions().add("shop.yaml", yaml, at(day));
    history.insert(history.end(), change.entries.begin(), change.entries.end());
    return change;
  }
};

TEST(Editions, AddWhatAWorkspaceMeasures) {
  Book book;
  auto change = book.add(shop, "2026-01-01");
  EXPECT_THAT(change.problems, IsEmpty());
  ASSERT_EQ(change.entries.size(), 2U);
  const Editions editions = book.editions();
  auto catalog = editions.at(std::nullopt);
  const Kpi* kpi = catalog->kpi("fee_per_post");
  ASSERT_NE(kpi, nullptr);
  EXPECT_EQ(kpi->family, "shop");
  EXPECT_EQ(kpi->origin, "own");
  EXPECT_EQ(kpi->definition, 1);
  EXPECT_EQ(catalog->measure("fees")->origin, "own");
  EXPECT_NE(catalog->kpi("likes"), nullptr);
  EXPECT_EQ(Catalog::built_in()->kpi("fee_per_post"), nullptr);
  // The program's own files have a column for it.
  bool column = false;
  for (const Column& one : catalog->format("sociometer_posts")->tables.front().columns)
    column = column || one.measure == "fees";
  EXPECT_TRUE(column);
  EXPECT_THAT(book.add(shop, "2026-01-02").unchanged, ElementsAre("fees", "fee_per_post"));
}

TEST(Editions, KeepWhatThingsMeantBefore) {
  Book book;
  book.add(shop, "2026-01-01");
  std::string other = shop;
  other.replace(other.find("fees / posts"), 12, "fees / likes");
  ASSERT_EQ(book.add(other, "2026-02-01").entries.size(), 1U);
  const Editions editions = book.editions();
  auto formula = [&](std::optional<Instant> when) {
    return editions.at(when)->find_kpi("fee_per_post")->variant->formula_text;
  };
  EXPECT_EQ(formula(at("2026-01-15")), "fees / posts");
  EXPECT_EQ(formula(std::nullopt), "fees / likes");
  EXPECT_EQ(editions.at(std::nullopt)->kpi("fee_per_post")->definition, 2);
  EXPECT_EQ(editions.at(at("2026-01-15"))->kpi("fee_per_post")->definition, 1);
  EXPECT_EQ(editions.at(at("2025-12-31"))->kpi("fee_per_post"), nullptr);
}

TEST(Editions, MeanWhatANumberedDefinitionMeant) {
  Book book;
  book.add(shop, "2026-01-01");
  std::string other = shop;
  other.replace(other.find("fees / posts"), 12, "fees / likes");
  book.add(other, "2026-02-01");
  book.add("kpis:\n  twice: {name: Twice, unit: money, class: ratio, good: down, formula: fee_per_post * 2}\n",
           "2026-03-01");
  const Editions editions = book.editions();
  auto formula = [&](const Editions::Versions& versions, std::optional<Instant> when = {}) {
    auto catalog = editions.at(when, versions);
    return catalog.ok() ? (*catalog)->find_kpi("fee_per_post")->variant->formula_text : catalog.error().message;
  };
  EXPECT_EQ(formula({}), "fees / likes");
  EXPECT_EQ(formula({{"fee_per_post", 1}}), "fees / posts");
  EXPECT_EQ(formula({{"fee_per_post", 2}, {"fees", 1}, {"twice", 1}}), "fees / likes");
  // The number counts, not when it was given; a key of the program itself has the one it has.
  EXPECT_EQ(formula({{"fee_per_post", 2}}, at("2026-01-15")), "fees / likes");
  EXPECT_EQ(formula({{"engagement_rate", 1}}), "fees / likes");
  EXPECT_EQ((*editions.at(std::nullopt, {{"fee_per_post", 1}}))->kpi("fee_per_post")->definition, 1);

  EXPECT_EQ(formula({{"fee_per_post", 3}}), "fee_per_post has no definition 3; it has 1, 2");
  EXPECT_EQ(formula({{"engagement_rate", 2}}), "engagement_rate has no definition 2; it has 1");
  EXPECT_THAT(formula({{"fee", 1}}), HasSubstr("there is no KPI \"fee\""));
  EXPECT_EQ(formula({{"engagement_rate:by_reach", 1}}),
            "definitions are of engagement_rate as a whole, not of a variant");
  EXPECT_EQ(editions.at(std::nullopt, {{"fee", 1}}).error().kind, ErrorKind::not_found);
}

TEST(Editions, MeanAgainWhatWasTakenBack) {
  Book book;
  book.add(shop, "2026-01-01");
  book.history.push_back(*book.editions().remove("fee_per_post", at("2026-02-01")));
  book.history.push_back(*book.editions().remove("fees", at("2026-02-01")));
  const Editions editions = book.editions();
  EXPECT_EQ(editions.at(std::nullopt)->kpi("fee_per_post"), nullptr);
  // Its measure is gone; with that it is whole again.
  auto alone = editions.at(std::nullopt, {{"fee_per_post", 1}});
  EXPECT_EQ(alone.error().kind, ErrorKind::conflict);
  EXPECT_THAT(alone.error().message, HasSubstr("definition 1 of fee_per_post fits the catalog no more: "));
  auto whole = editions.at(std::nullopt, {{"fee_per_post", 1}, {"fees", 1}});
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  EXPECT_NE((*whole)->kpi("fee_per_post"), nullptr);
}

TEST(Editions, RemoveOnlyWhatNobodyNeeds) {
  Book book;
  book.add(shop, "2026-01-01");
  EXPECT_THAT(book.editions().remove("fees", at("2026-02-01")).error().message, HasSubstr("needed by fee_per_post"));
  EXPECT_THAT(book.editions().remove("likes", at("2026-02-01")).error().message, HasSubstr("cannot be removed"));
  EXPECT_THAT(book.editions().remove("fee", at("2026-02-01")).error().message, HasSubstr("no entry \"fee\""));
  auto removed = book.editions().remove("fee_per_post", at("2026-02-01"));
  ASSERT_TRUE(removed);
  book.history.push_back(*removed);
  EXPECT_EQ(book.editions().at(std::nullopt)->kpi("fee_per_post"), nullptr);
  EXPECT_NE(book.editions().at(at("2026-01-15"))->kpi("fee_per_post"), nullptr);
  EXPECT_TRUE(book.editions().remove("fees", at("2026-02-02")));
}

TEST(Editions, RefuseWhatIsTakenOrBroken) {
  Book book;
  auto problem = [&](const std::string& yaml) {
    auto change = book.add(yaml, "2026-01-01");
    return change.problems.empty() ? std::string() : change.problems.front().text();
  };
  EXPECT_THAT(problem("measures:\n  likes: {name: L, unit: count, class: flow, good: up}\n"),
              HasSubstr("shop.yaml:2:10: likes: the catalog has a kpi of that key already"));
  EXPECT_THAT(problem("measures:\n  days: {name: D, unit: count, class: flow, good: up}\n"),
              HasSubstr("is a word of the formula language"));
  EXPECT_THAT(problem("measures:\n  text: {name: T, unit: count, class: flow, good: up}\n"),
              HasSubstr("has a column of that name"));
  EXPECT_THAT(problem("measures:\n  hearts: {name: H, unit: count, class: flow, good: up}\n"),
              HasSubstr("people call likes so"));
  EXPECT_THAT(problem("measures:\n  part: {name: P, unit: ratio, class: ratio, good: up}\n"),
              HasSubstr("is none of flow, stock, unique"));
  EXPECT_THAT(problem("family: red\n"), HasSubstr("neither measures nor kpis"));
  EXPECT_THAT(problem("kpis: [x\n"), HasSubstr("not YAML"));
  EXPECT_THAT(problem("kpis:\n  a: {name: A, unit: ratio, class: ratio, good: up, formula: b / posts}\n"
                      "  b: {name: B, unit: ratio, class: ratio, good: up, formula: a / posts}\n"),
              HasSubstr("its formula needs itself: a → b → a"));
  EXPECT_THAT(problem(std::string(300 * 1024, '#')), HasSubstr("at most 256 kB"));
  EXPECT_THAT(book.history, IsEmpty());
  book.add(shop, "2026-01-01");
  EXPECT_THAT(problem("measures:\n  fees: {name: Fees, unit: count, class: flow, good: down}\n"), HasSubstr("money"));
}

TEST(Editions, LeaveOutWhatFitsNoMore) {
  const Editions editions(
      Catalog::built_in(),
      {{"measure", "likes", 1, "measures: {likes: {name: L, unit: count, class: flow, good: up}}", {}},
       {"measure", "fees", 1, "measures: {fees: {name: F, unit: money, class: flow, good: up}}", {}}});
  auto catalog = editions.at(std::nullopt);
  EXPECT_NE(catalog->measure("fees"), nullptr);
  ASSERT_FALSE(catalog->problems().empty());
  EXPECT_THAT(catalog->problems().front().text(), HasSubstr("own/likes"));
}

// A scale in the place of a formula.
TEST(Editions, KpisMayBeJudged) {
  Book book;
  auto change = book.add("kpis:\n  brand_voice: {name: Brand voice, scale: [off, uneven, on brand]}\n", "2026-01-01");
  EXPECT_THAT(change.problems, IsEmpty());
  auto catalog = book.editions().at(std::nullopt);
  auto kpi = catalog->find_qualitative("brand_voice");
  ASSERT_TRUE(kpi) << kpi.error().message;
  EXPECT_THAT((*kpi)->scale, ElementsAre("off", "uneven", "on brand"));
  EXPECT_EQ((*kpi)->origin, "own");
  EXPECT_EQ(catalog->kpi("brand_voice"), nullptr);
  EXPECT_THAT(catalog->find_kpi("brand_voice").error().message, HasSubstr("judged and not computed"));
  EXPECT_THAT(catalog->find_qualitative("brand_vice").error().message, HasSubstr("did you mean \"brand_voice\"?"));
  EXPECT_THAT(catalog->find_qualitative("likes").error().message, HasSubstr("it is computed"));
  // Another scale is another definition; gone, it is judged no more.
  book.add("kpis:\n  brand_voice: {name: Brand voice, scale: [bad, good]}\n", "2026-02-01");
  EXPECT_EQ((*book.editions().at(std::nullopt)->find_qualitative("brand_voice"))->definition, 2);
  auto removed = book.editions().remove("brand_voice", at("2026-03-01"));
  ASSERT_TRUE(removed) << removed.error().message;
  book.history.push_back(*removed);
  EXPECT_FALSE(book.editions().at(std::nullopt)->find_qualitative("brand_voice"));
}

TEST(Editions, ScalesAreChecked) {
  auto problem = [](const std::string& members) {
    auto change = Book().add("kpis:\n  voice: {name: Voice, " + members + "}\n", "2026-01-01");
    return change.problems.empty() ? std::string() : change.problems.front().text();
  };
  EXPECT_THAT(problem("scale: [good]"), HasSubstr("at least two words"));
  EXPECT_THAT(problem("scale: [good, Good]"), HasSubstr("names \"Good\" twice"));
  EXPECT_THAT(problem("scale: [bad, good], formula: likes"), HasSubstr("judged or computed, not both"));
  EXPECT_THAT(problem("scale: [bad, good], unit: count"), HasSubstr("unit"));
  // What is judged has no distances, so no formula may name it.
  auto change = Book().add(
      "kpis:\n  voice: {name: Voice, scale: [bad, good]}\n  twice: {name: Twice, unit: count, class: flow, "
      "good: up, formula: voice + voice}\n",
      "2026-01-01");
  EXPECT_THAT(change.problems, Not(IsEmpty()));
}

}  // namespace
}  // namespace sociometer::catalog
