// Tags: a workspace's own words for posts, given one by one, to a selection or by a rule.
#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/cli/table.h"
#include "surfaces/labels.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct TagLine {
  Selectors selectors;
  TagWords said;
  std::string verb, file;
};

Result<Exit> list_tags(Call& call) {
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const std::vector<SeenTag> all, tags_of(call.house, scope));
  if (call.globals.output == Output::json) {
    JsonArray shown;
    for (const SeenTag& tag : all) shown.push_back(tag_json(tag));
    call.print_json(JsonObject{{"tags", std::move(shown)}});
    return Exit::done;
  }
  Table table;
  table.column("tag");
  table.column("posts", Table::Align::right);
  table.column("by rule", Table::Align::left, Table::Fit::flexible);
  for (const SeenTag& tag : all) {
    table.row({tag.tag, tag.posts ? value_text(*tag.posts, catalog::Unit::count, "") : "–", join(tag.rules, " or ")});
  }
  call.print(table.empty() ? "no tags yet: sociometer tag add evergreen --rule hashtag=howto\n"
                           : table.text(call.terminal.look()));
  return Exit::done;
}

// Ids of a file, one a line.
Result<Done> read_posts(const Call& call, const std::string& file, std::vector<std::string>& posts) {
  TRY(const std::string text, text_at(call, file));
  if (!is_utf8(text)) return invalid(fmt::format("{} is no text: post ids are read one a line", file), "file");
  for (std::string_view line : split(text, '\n')) {
    line = trimmed(line);
    if (!line.empty()) posts.emplace_back(line);
  }
  if (posts.empty()) return invalid(fmt::format("{} names no posts", file), "file");
  return Done{};
}

Result<Exit> give_or_take_tag(Call& call, TagLine words) {
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  if (!words.file.empty()) TRY_DONE(read_posts(call, words.file, words.said.posts));
  const Selectors& selectors = words.selectors;
  const bool selects = !selectors.filter.empty() || !selectors.from.empty() || !selectors.to.empty() ||
                       !selectors.last.empty() || !selectors.as_of.empty();
  if (selects) {
    words.selectors.kpis = {"posts"};
    TRY(words.said.selected, question_of(words.selectors, scope));
  }
  words.said.taken_away = words.verb == "remove";
  TRY(const Tagged tagged, say_tag(call.house, scope, words.said, "", call.clock->now()));
  TRY_DONE(record(call, scope.workspace, words.said.taken_away ? "tag.remove" : "tag.add", words.said.tag));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"tag", words.said.tag},
                               {"posts", tagged.posts},
                               {"rules", tagged.rules},
                               {"taken_away", words.said.taken_away}});
    return Exit::done;
  }
  std::vector<std::string> parts;
  if (tagged.posts > 0 || tagged.rules == 0) {
    parts.push_back(fmt::format("{} post{}", grouped(tagged.posts), tagged.posts == 1 ? "" : "s"));
  }
  if (tagged.rules > 0) parts.push_back(fmt::format("{} rule{}", tagged.rules, tagged.rules == 1 ? "" : "s"));
  call.print(fmt::format("{} {} {}\n", words.said.tag, words.said.taken_away ? "is taken from" : "is given to",
                         join(parts, " and ")));
  return Exit::done;
}

void declare_saying(Options& options, TagLine& words) {
  options.word("NAME", "the tag", &words.said.tag);
  options.words("POST", "ids of posts, or network/account/id", &words.said.posts, Presence::optional);
  options.texts("--rule", "WHAT=VALUE", "every post of a hashtag, text, link or account, those to come as well",
                &words.said.rules);
  options.text("--file", "FILE", "ids of posts, one a line; - for standard input", &words.file);
  words.selectors.declare_range(options);
}

Run declare_tag(Options options) {
  auto words = std::make_shared<TagLine>();
  Options add = options.verb("add", "gives posts a tag: by id, by rule, or all that a selection finds", &words->verb);
  declare_saying(add, *words);
  Options remove = options.verb("remove", "takes it from them, or takes a rule back", &words->verb);
  declare_saying(remove, *words);
  return [words](Call& call) { return words->verb.empty() ? list_tags(call) : give_or_take_tag(call, *words); };
}

}  // namespace

const Command tag_command{"tag", "gives posts tags, and lists them",
                          "sociometer tag add evergreen 1234 --rule hashtag=howto", Needs::data, declare_tag};

}  // namespace sociometer::surfaces
