// Goals from a file.
#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "base/yaml.h"
#include "surfaces/goals.h"

namespace sociometer::surfaces {
namespace {

Json scalar_json(const YamlNode& node) {
  const std::string& text = node.text();
  if (node.is_quoted()) return Json(text);
  if (text == "true" || text == "false") return Json(text == "true");
  if (text.empty() || text == "null" || text == "~") return Json(nullptr);
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && stop == text.data() + text.size()) return Json(number);
  return Json(text);
}

Json json_of(const YamlNode& node, int depth) {
  if (depth > 8) return Json(nullptr);
  if (node.is_text()) return scalar_json(node);
  if (node.is_list()) {
    JsonArray list;
    for (const YamlNode& each : node.items()) list.push_back(json_of(each, depth + 1));
    return list;
  }
  if (!node.is_map()) return Json(nullptr);
  JsonObject object;
  for (const YamlEntry& each : node.entries()) object[each.key.text()] = json_of(each.value, depth + 1);
  return object;
}

// One goal: fields, or a sentence of its own.
Result<FiledGoal> goal_in(const YamlNode& node) {
  FiledGoal goal{.line = node.line()};
  if (node.is_text()) {
    goal.fields["sentence"] = node.text();
    return goal;
  }
  if (!node.is_map()) return invalid(fmt::format("line {}: a goal is a sentence or fields", goal.line), "file");
  goal.fields = json_of(node, 0).as_object();
  return goal;
}

std::vector<FiledGoal> sentences(std::string_view text) {
  std::vector<FiledGoal> goals;
  int line = 0;
  for (std::string_view each : split(text, '\n')) {
    ++line;
    const std::string_view sentence = trimmed(each);
    const bool is_remark = sentence == "#" || sentence.starts_with("# ");
    if (sentence.empty() || is_remark) continue;
    goals.push_back({line, JsonObject{{"sentence", sentence}}});
  }
  return goals;
}

}  // namespace

Result<std::vector<FiledGoal>> goals_in_file(std::string_view text) {
  if (!is_utf8(text)) return invalid("the file of goals must be text in UTF-8", "file");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<FiledGoal> goals;
  YamlFault fault;  // not told of: sentences need not be YAML
  YamlNode root = read_yaml(text, fault);
  if (YamlNode within = root.member("goals")) root = within;
  if (root.is_map()) {
    TRY(FiledGoal goal, goal_in(root));
    goals.push_back(std::move(goal));
  }
  for (const YamlNode& each : root.items()) {
    TRY(FiledGoal goal, goal_in(each));
    goals.push_back(std::move(goal));
  }
  if (goals.empty()) goals = sentences(text);
  if (goals.empty()) return invalid("the file holds no goals: write a sentence a line, or fields as YAML", "file");
  return goals;
}

}  // namespace sociometer::surfaces
