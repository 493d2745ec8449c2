#include "catalog/yaml_members.h"

#include "base/text.h"

namespace sociometer::catalog {
namespace {

std::string_view line_of(std::string_view text, int line) {
  for (; line > 0; --line) {
    size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::string Problem::text() const {
  std::string where = file;
  if (line > 0) where += fmt::format(":{}:{}", line, column);
  return fmt::format("{}: {}{}{}", where, path, path.empty() ? "" : ": ", what);
}

Error Problems::error() const {
  std::vector<std::string> lines;
  for (const Problem& problem : problems_) lines.push_back(problem.text());
  return invalid(join(lines, "\n"));
}

Place Place::under(std::string_view name) const {
  return Place(*problems_, file_, text_, path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name));
}

Problem Place::problem_at(const YAML::Node& node) const {
  Problem problem;
  problem.file = file_;
  problem.path = path_;
  if (!node.IsDefined() || node.Mark().line < 0) return problem;
  problem.line = node.Mark().line + 1;
  std::string_view line = line_of(text_, node.Mark().line);
  auto column = static_cast<size_t>(std::max(0, node.Mark().column));
  problem.column = static_cast<int>(characters(line.substr(0, column))) + 1;
  return problem;
}

void Place::complain(const YAML::Node& node, std::string_view what) const {
  Problem problem = problem_at(node);
  problem.what = what;
  problems_->add(std::move(problem));
}

void Place::complain(const YAML::Node& node, std::string_view formula, const Fault& fault) const {
  Problem problem = problem_at(node);
  problem.what = pointed(formula, fault);
  if (problem.line > 0) {
    std::string_view line = line_of(text_, problem.line - 1);
    auto begin = static_cast<size_t>(std::max(0, node.Mark().column));
    if (begin < line.size() && (line[begin] == '"' || line[begin] == '\'')) ++begin;
    if (begin < line.size() && line.substr(begin).starts_with(formula)) {
      size_t at = begin + std::min(fault.span.begin, formula.size());
      problem.column = static_cast<int>(characters(line.substr(0, at))) + 1;
    }
  }
  problems_->add(std::move(problem));
}

Members::Members(const YAML::Node& node, Place place) : node_(node), place_(std::move(place)) {
  if (!node_.IsMap()) {
    place_.complain(node_, "expected members with names");
    return;
  }
  for (const auto& member : node_) {
    std::string key = member.first.Scalar();
    if (!members_.emplace(key, member.second).second)
      place_.complain(member.first, fmt::format("\"{}\" stands twice", key));
  }
}

Members::~Members() {
  for (const auto& [key, value] : members_) {
    if (taken_.contains(key)) continue;
    std::vector<std::string_view> asked(taken_.begin(), taken_.end());
    std::string_view near = nearest(key, asked);
    std::string hint = near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near);
    place_.complain(value, fmt::format("nobody knows the member \"{}\"{}", key, hint));
  }
}

YAML::Node Members::take(const std::string& key) {
  taken_.insert(key);
  auto at = members_.find(key);
  return at == members_.end() ? YAML::Node(YAML::NodeType::Undefined) : at->second;
}

YAML::Node Members::need(const std::string& key) {
  YAML::Node value = take(key);
  if (!value.IsDefined() && node_.IsMap()) place_.complain(node_, fmt::format("\"{}\" is missing", key));
  return value;
}

std::string Members::text_or(const std::string& key, std::string fallback) {
  YAML::Node value = take(key);
  return value.IsDefined() ? scalar(key, value) : fallback;
}

Words Members::words_or(const std::string& key, Words fallback) {
  YAML::Node value = take(key);
  return value.IsDefined() ? words_of(key, value) : fallback;
}

std::vector<std::string> Members::list(const std::string& key) {
  YAML::Node value = take(key);
  if (!value.IsDefined()) return {};
  return texts(key, value);
}

std::vector<std::string> Members::needed_list(const std::string& key) {
  YAML::Node value = need(key);
  std::vector<std::string> found = value.IsDefined() ? texts(key, value) : std::vector<std::string>{};
  if (value.IsDefined() && found.empty()) place(key).complain(value, "is empty");
  return found;
}

bool Members::flag(const std::string& key) {
  std::string value = text_or(key, "false");
  if (value != "true" && value != "false") place(key).complain(take(key), "expected true or false");
  return value == "true";
}

int Members::number(const std::string& key, int fallback) {
  YAML::Node value = take(key);
  if (!value.IsDefined()) return fallback;
  int parsed = 0;
  if (!YAML::convert<int>::decode(value, parsed) || parsed < 0) {
    place(key).complain(value, "expected a whole number, 0 or more");
    return fallback;
  }
  return parsed;
}

Day Members::day(const std::string& key) {
  std::string value = text(key);
  Result<Day> day = parse_day(value);
  if (day) return *day;
  if (!value.empty()) place(key).complain(take(key), day.error().message);
  return {};
}

std::string Members::one_of(const std::string& key, const std::vector<std::string>& all, std::string fallback) {
  std::string value = fallback.empty() ? text(key) : text_or(key, fallback);
  if (value.empty() || std::find(all.begin(), all.end(), value) != all.end()) return value;
  place(key).complain(take(key), fmt::format("\"{}\" is none of {}", value, join(all, ", ")));
  return all.front();
}

std::string Members::scalar(const std::string& key, const YAML::Node& value) {
  if (!value.IsDefined()) return {};
  if (!value.IsScalar() || trimmed(value.Scalar()).empty()) {
    place(key).complain(value, "expected a text");
    return {};
  }
  return value.Scalar();
}

std::vector<std::string> Members::texts(const std::string& key, const YAML::Node& value) {
  std::vector<std::string> found;
  if (!value.IsSequence()) {
    place(key).complain(value, "expected a list");
    return found;
  }
  for (const YAML::Node& each : value) {
    if (!each.IsScalar() || trimmed(each.Scalar()).empty()) {
      place(key).complain(each, "expected a text");
      continue;
    }
    found.push_back(each.Scalar());
  }
  return found;
}

Words Members::words_of(const std::string& key, const YAML::Node& value) {
  std::map<std::string, std::string> by_language;
  if (!value.IsDefined()) return Words();
  if (plain_words_ && value.IsScalar() && !trimmed(value.Scalar()).empty()) return Words({{"en", value.Scalar()}});
  if (!value.IsMap()) {
    place(key).complain(value, "expected words by language, such as {en: …}");
    return Words();
  }
  for (const auto& each : value) {
    std::string language = each.first.Scalar();
    bool known_shape = language.size() >= 2 && language.size() <= 5;
    bool written = each.second.IsScalar() && !trimmed(each.second.Scalar()).empty();
    if (!known_shape || !written)
      place(key).complain(each.first, fmt::format("\"{}\" is no language with words", language));
    if (!by_language.emplace(language, written ? each.second.Scalar() : "").second) {
      place(key).complain(each.first, fmt::format("\"{}\" stands twice", language));
    }
  }
  if (!by_language.contains("en")) place(key).complain(value, "the English words (en) are missing");
  return Words(std::move(by_language));
}

bool is_key(std::string_view text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace sociometer::catalog
