#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "catalog/catalog.h"

namespace sociometer::catalog {
namespace {

using Kind = Formula::Kind;
using ::testing::HasSubstr;

std::string reprinted(std::string_view text) {
  auto parsed = parse_formula(text);
  return parsed ? formula_text(*parsed) : parsed.error().message;
}

TEST(Formula, IsShownAsPeopleWriteIt) {
  EXPECT_EQ(reprinted("engagements/(posts*followers)"), "engagements / (posts × followers)");
  EXPECT_EQ(reprinted("(last(followers) / first(followers)) ^ (1 / months) - 1"),
            "(last(followers) / first(followers)) ^ (1 / months) - 1");
  EXPECT_EQ(reprinted("mentions { ownership = own }/mentions{ownership=any}"),
            "mentions{ownership=own} / mentions{ownership=any}");
  EXPECT_EQ(reprinted("engagements_of_kind / engagements:with_clicks"),
            "engagements_of_kind / engagements:with_clicks");
  EXPECT_EQ(reprinted("((a)) + 0.5"), "a + 0.5");
  EXPECT_EQ(reprinted("likes{ network = x|facebook,promotion=organic }"),
            "likes{network=x|facebook, promotion=organic}");
  EXPECT_EQ(reprinted("spend{campaign=\"Spring sale\"}"), "spend{campaign=\"Spring sale\"}");
  EXPECT_EQ(reprinted("spend{campaign=\"spring\"}"), "spend{campaign=spring}");
}

TEST(Formula, GroupsToTheLeft) {
  EXPECT_EQ(reprinted("a - b - c"), "a - b - c");
  EXPECT_EQ(reprinted("a - (b - c)"), "a - (b - c)");
  EXPECT_EQ(reprinted("a / b / c"), "a / b / c");
  EXPECT_EQ(reprinted("a / (b × c)"), "a / (b × c)");
  auto parsed = parse_formula("a - b - c");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->parts[0].kind, Kind::subtract);
  EXPECT_EQ(parsed->parts[1].name, "c");
}

TEST(Formula, TakesTheTypographersSigns) {
  EXPECT_EQ(*parse_formula("a × b ÷ c − d"), *parse_formula("a*b/c-d"));
}

TEST(Formula, SaysWhereItWentWrong) {
  auto place = [](std::string_view text) { return parse_formula(text).error().message; };
  EXPECT_THAT(place("likes / "), HasSubstr("at character 9"));
  EXPECT_EQ(place("likes × / posts"),
            "at character 9 there is \"/\", expected a name, a number or \"(\"\n"
            "  likes × / posts\n"
            "          ^");
  EXPECT_EQ(place("likes +\n\tposts )"),
            "at character 16 there is \")\", expected an operator or the end\n"
            "   posts )\n"
            "         ^");
  EXPECT_THAT(place("(likes"), HasSubstr("there is the end, expected \")\""));
  EXPECT_THAT(place("likes posts"), HasSubstr("at character 7"));
  EXPECT_THAT(place("likes{network}"), HasSubstr("\"=\" after the dimension"));
  EXPECT_THAT(place("likes{network=x, }"), HasSubstr("a dimension after \"{\""));
  EXPECT_THAT(place("likes{network=x|}"), HasSubstr("a member after \"=\""));
  EXPECT_THAT(place("likes{network=x;tag=y}"), HasSubstr("expected \"}\", \",\" or \"|\""));
  EXPECT_THAT(place("likes{network=x, network=facebook}"), HasSubstr("network stands twice"));
  EXPECT_THAT(place("likes{campaign=\"Spring}"), HasSubstr("a closing quote"));
  EXPECT_THAT(place("engagements:"), HasSubstr("a variant after \":\""));
  EXPECT_THAT(place("2x"), HasSubstr("an operator after the number"));
  EXPECT_THAT(place(""), HasSubstr("at character 1"));
  EXPECT_THAT(place("ß"), HasSubstr("there is \"ß\""));
  EXPECT_THAT(place(std::string(100, '(')), HasSubstr("deeper than"));
  EXPECT_THAT(place(std::string(5000, 'a')), HasSubstr("at most"));
  EXPECT_FALSE(parse_formula("1e999"));
}

// Any tree, printed and read again, is the same tree.
class RandomTree {
 public:
  explicit RandomTree(uint64_t seed) : random_(seed) {}

  Formula tree(int depth) {
    if (depth == 0 || pick(4) == 0) return leaf();
    Formula formula;
    formula.kind =
        std::vector<Kind>{Kind::add, Kind::subtract, Kind::multiply, Kind::divide, Kind::power, Kind::call}[pick(6)];
    formula.parts.push_back(tree(depth - 1));
    if (formula.kind == Kind::call) {
      formula.name = "mean";
    } else {
      formula.parts.push_back(tree(depth - 1));
    }
    return formula;
  }

 private:
  Formula leaf() {
    Formula formula;
    if (pick(3) == 0) {
      formula.number = pick(2) == 0 ? static_cast<double>(random_()) : static_cast<double>(pick(100'000)) / 1'000;
      return formula;
    }
    formula.kind = Kind::name;
    formula.name = fmt::format("name_{}", pick(9));
    if (pick(3) == 0) formula.variant = "by_reach";
    if (pick(3) == 0) {
      for (size_t i = 0; i <= pick(2); ++i) {
        Formula::Filter filter{fmt::format("dimension_{}", i), {}, {}};
        for (size_t j = 0; j <= pick(3); ++j) {
          filter.members.push_back(
              std::vector<std::string>{"x", "non_follower", "18-24", "São.Paulo", "Spring sale, 50 %"}[pick(5)]);
        }
        formula.filters.push_back(std::move(filter));
      }
    }
    return formula;
  }
  size_t pick(size_t count) { return random_() % count; }

  std::mt19937_64 random_;
};

TEST(Formula, ReadsBackWhatItPrints) {
  for (uint64_t seed = 0; seed < 3'000; ++seed) {
    Formula tree = RandomTree(seed).tree(5);
    std::string text = formula_text(tree);
    auto back = parse_formula(text);
    ASSERT_TRUE(back) << text << "\n" << back.error().message;
    EXPECT_EQ(*back, tree) << text;
  }
}

}  // namespace
}  // namespace sociometer::catalog
