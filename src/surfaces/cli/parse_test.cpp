#include <gmock/gmock.h>

#include "surfaces/cli/command.h"

namespace sociometer::surfaces {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

Words line(std::string_view text) {
  Words words;
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = std::min(text.find(' ', start), text.size());
    if (end > start) words.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

std::string wrong(std::string_view text) {
  const Result<Parsed> parsed = parse_words(line(text));
  if (parsed) return "it was taken";
  EXPECT_EQ(parsed.error().kind, ErrorKind::invalid);
  EXPECT_EQ(parsed.error().message.find('\n'), std::string::npos);
  return parsed.error().message;
}

TEST(ParseTest, GlobalOptionsStandAnywhere) {
  for (const char* text : {"--data d --workspace w --json --now 2026-06-22T12:00:00Z kpi reach",
                           "kpi reach --data d --workspace w --json --now 2026-06-22T12:00:00Z",
                           "--data d kpi --json reach --workspace=w --now=2026-06-22T12:00:00Z",
                           "kpi --data d reach --last 30d --workspace w --json --by network --now 2026-06-22T12:00:00Z",
                           "imports --json undo B --data d --workspace w --now 2026-06-22T12:00:00Z",
                           "accounts set h --network x --json --data d --workspace w --now 2026-06-22T12:00:00Z"}) {
    const Result<Parsed> parsed = parse_words(line(text));
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_EQ(parsed->globals.data, "d") << text;
    EXPECT_EQ(parsed->globals.workspace, "w") << text;
    EXPECT_EQ(parsed->globals.output, Output::json) << text;
    EXPECT_EQ(format_instant(*parsed->globals.now), "2026-06-22T12:00:00Z") << text;
    ASSERT_NE(parsed->command, nullptr) << text;
  }
}

TEST(ParseTest, TakesEveryCommandOfTheInterface) {
  for (const char* text :
       {"import a b - --format f --network n --account a --zone z --currency c --locale l --observed-at t --dry-run",
        "imports", "imports undo B", "imports assign B --account h",
        "kpi a b:c --by network,month --by account --from 2026-01-01 --to 2026-01-31 --compare previous "
        "--against network=x --filter network=x --filter account=b --basis auto --as-of 2026-02-01 --csv",
        "explain a --last 90d", "catalog", "catalog reach", "calc engagement_rate likes=1 followers=-2.5",
        "posts --sort reach --limit 5 --filter network=x", "accounts",
        "accounts set h --network n --ownership competitor --alias 1 --alias 2", "workspace",
        "workspace add k --zone Europe/Berlin --currency EUR --week-start monday", "workspace set k",
        "serve --listen 127.0.0.1:0", "demo --listen 127.0.0.1:0 --no-serve", "completion bash"}) {
    const Result<Parsed> parsed = parse_words(line(text));
    EXPECT_TRUE(parsed) << text << ": " << parsed.error().message;
  }
}

TEST(ParseTest, AWrongLineIsOneSentenceThatHelps) {
  EXPECT_THAT(wrong("improt file"), AllOf(HasSubstr("\"improt\""), HasSubstr("did you mean import?")));
  EXPECT_THAT(wrong("--data d kpl reach"), HasSubstr("did you mean kpi?"));
  EXPECT_THAT(wrong("frobnicate"), HasSubstr("sociometer --help"));
  EXPECT_THAT(wrong("kpi reach --frm 2026-01-01"), HasSubstr("did you mean --from?"));
  EXPECT_THAT(wrong("kpi"), HasSubstr("sociometer kpi --help"));
  EXPECT_THAT(wrong("imports undo"), HasSubstr("BATCH"));
  EXPECT_THAT(wrong("accounts set h"), HasSubstr("--network"));
  EXPECT_THAT(wrong("workspace set a b"), HasSubstr("one word too many"));
  EXPECT_THAT(wrong("posts --limit many"), HasSubstr("--limit"));
  EXPECT_THAT(wrong("kpi reach --now yesterday"), StartsWith("--now"));
  EXPECT_THAT(wrong("kpi reach --from"), HasSubstr("--from"));
  EXPECT_THAT(wrong("--json"), HasSubstr("command is missing"));
  EXPECT_THAT(wrong(""), HasSubstr("command is missing"));
}

TEST(ParseTest, HelpIsForEveryCommandAndHasAnExample) {
  for (const Command& command : commands()) {
    const Result<Parsed> parsed = parse_words({std::string(command.name), "--help"});
    ASSERT_TRUE(parsed) << command.name;
    EXPECT_THAT(parsed->help, HasSubstr(std::string(command.example)));
  }
  EXPECT_THAT(parse_words({"--help"})->help, HasSubstr("kpi"));
  EXPECT_THAT(parse_words({"kpi", "--help"})->help, HasSubstr("Usage: sociometer kpi [OPTIONS]"));
  EXPECT_THAT(parse_words({"imports", "undo", "--help"})->help, HasSubstr("Usage: sociometer imports undo [OPTIONS]"));
  EXPECT_THAT(parse_words({"imports", "undo", "--help"})->help, HasSubstr("BATCH"));
  EXPECT_THAT(parse_words({"--version"})->help, StartsWith("sociometer "));
  EXPECT_THAT(parse_words({"--version", "--json"})->help, StartsWith("sociometer "));
}

}  // namespace
}  // namespace sociometer::surfaces
