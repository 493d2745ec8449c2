#include "base/yaml.h"

#include <gtest/gtest.h>

namespace sociometer {
namespace {

YamlNode read_whole(std::string_view text) {
  YamlFault fault;
  YamlNode root = read_yaml(text, fault);
  EXPECT_TRUE(root) << fault.line << ":" << fault.column << ": " << fault.what;
  return root;
}

YamlFault fault_of(std::string_view text) {
  YamlFault fault;
  EXPECT_FALSE(read_yaml(text, fault)) << text;
  return fault;
}

TEST(Yaml, KnowsWhereItsPiecesStand) {
  const YamlNode root = read_whole("# first\nreach:\n  name: {en: Réach, de: Reichweite}\n  rows: [1, '2']\n");
  ASSERT_TRUE(root.is_map());
  const YamlNode name = root.member("reach").member("name");
  ASSERT_EQ(name.entries().size(), 2u);
  EXPECT_EQ(name.entries()[0].value.text(), "Réach");
  EXPECT_EQ(name.entries()[1].key.line(), 3);
  EXPECT_EQ(name.entries()[1].key.column(), 21) << "counted in characters";
  const YamlNode rows = root.member("reach").member("rows");
  ASSERT_EQ(rows.items().size(), 2u);
  EXPECT_FALSE(rows.items()[0].is_quoted());
  EXPECT_TRUE(rows.items()[1].is_quoted());
  EXPECT_FALSE(root.member("impressions"));
  EXPECT_EQ(root.member("impressions").line(), 0);
}

TEST(Yaml, TellsNothingFromText) {
  for (const char* nothing : {"a:", "a: ~", "a: null"}) {
    const YamlNode a = read_whole(nothing).member("a");
    EXPECT_TRUE(a && !a.is_text() && !a.is_map() && !a.is_list()) << nothing;
  }
  for (const char* text : {"a: ''", "a: \"null\"", "a: '~'", "a: nil"})
    EXPECT_TRUE(read_whole(text).member("a").is_text()) << text;
  EXPECT_TRUE(read_whole(""));
  EXPECT_FALSE(read_whole("# a remark alone").is_text());
}

TEST(Yaml, SaysWhereATextBreaks) {
  EXPECT_EQ(fault_of("a: 1\nb: [1, 2\nc: 3\n").line, 3);
  EXPECT_EQ(fault_of("a: 1\nb: \xFF\n").line, 2);
  EXPECT_EQ(fault_of("a: 1\n---\nb: 2\n").what, "a second document begins");
  EXPECT_EQ(fault_of("a: *none\n").column, 4);
  EXPECT_EQ(fault_of(std::string(200, '[')).what, "it nests too deep");
}

TEST(Yaml, FollowsAliasesButNotForEver) {
  const YamlNode root = read_whole("a: &x {n: 1}\nb: *x\n");
  EXPECT_EQ(root.member("b").member("n").text(), "1");
  EXPECT_EQ(fault_of("a: &x [*x]\n").what, "no piece before it is named &x") << "an alias within its own anchor";
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 10; ++level) {
    const std::string inner = "*a" + std::to_string(level - 1);
    std::string all = inner;
    for (int each = 1; each < 10; ++each) all += ", " + inner;
    laughs += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + all + "]\n";
  }
  EXPECT_EQ(fault_of(laughs).what, "its aliases unfold to more than a million pieces");
}

TEST(Yaml, WritesWhatReadsAsTheSame) {
  const std::string text =
      "kpis:\n"
      "  own_rate:\n"
      "    name: {en: \"Rate: all\", de: 'Größe'}\n"
      "    formula: engagements / impressions\n"
      "    description: |\n"
      "      Two\n"
      "      lines\n"
      "    list:\n"
      "    - \"1\"\n"
      "    - plain\n"
      "    none: ~";
  const YamlNode root = read_whole(text);
  EXPECT_EQ(yaml_of(root), text);

  const YamlNode made = yaml_map({{yaml_text("family"), yaml_text("null")},
                                  {yaml_text("kpis"), root.member("kpis")},
                                  {yaml_text("remark"), yaml_text("# no remark: a text")},
                                  {yaml_text("empty"), yaml_text("")}});
  const YamlNode again = read_whole(yaml_of(made));
  EXPECT_EQ(again.member("family").text(), "null");
  EXPECT_TRUE(again.member("family").is_text());
  EXPECT_EQ(again.member("remark").text(), "# no remark: a text");
  EXPECT_TRUE(again.member("empty").is_text());
  EXPECT_EQ(yaml_of(again.member("kpis")), yaml_of(root.member("kpis")));
}

}  // namespace
}  // namespace sociometer
