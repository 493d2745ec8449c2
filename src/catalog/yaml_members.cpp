#include "catalog/yaml_members.h"

#include <charconv>

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

// Of the character that `before` others precede.
size_t offset_of(std::string_view line, int before) {
  size_t at = 0;
  for (int passed = 0; at < line.size(); ++at) {
    const bool begins_one = (static_cast<unsigned char>(line[at]) & 0xC0) != 0x80;
    if (begins_one && passed++ == before) break;
  }
  return at;
}

}  // namespace

std::string Problem::text() const {
  std::string where = file;
  if (line > 0) where += fmt::format(":{}:{}", line, column);
  return fmt::format("{}: {}{}{}", where, path, path.empty() ? "" : ": ", what);
}

YamlNode Problems::read(const std::string& file, std::string_view text) {
  YamlFault fault;
  YamlNode root = read_yaml(text, fault);
  if (!root) add({file, fault.line, fault.column, "", "not YAML: " + fault.what});
  return root;
}

Error Problems::error() const {
  std::vector<std::string> lines;
  for (const Problem& problem : problems_) lines.push_back(problem.text());
  return invalid(join(lines, "\n"));
}

Place Place::under(std::string_view name) const {
  return Place(*problems_, file_, text_, path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name));
}

Problem Place::problem_at(const YamlNode& node) const {
  return {file_, node.line(), node.column(), path_, {}};
}

void Place::complain(const YamlNode& node, std::string_view what) const {
  Problem problem = problem_at(node);
  problem.what = what;
  problems_->add(std::move(problem));
}

void Place::complain(const YamlNode& node, std::string_view formula, const Fault& fault) const {
  Problem problem = problem_at(node);
  problem.what = pointed(formula, fault);
  if (problem.line > 0) {
    std::string_view line = line_of(text_, problem.line - 1);
    size_t begin = offset_of(line, node.column() - 1);
    if (begin < line.size() && (line[begin] == '"' || line[begin] == '\'')) ++begin;
    if (begin < line.size() && line.substr(begin).starts_with(formula)) {
      size_t at = begin + std::min(fault.span.begin, formula.size());
      problem.column = static_cast<int>(characters(line.substr(0, at))) + 1;
    }
  }
  problems_->add(std::move(problem));
}

Members::Members(const YamlNode& node, Place place) : node_(node), place_(std::move(place)) {
  if (!node_.is_map()) {
    place_.complain(node_, "expected members with names");
    return;
  }
  for (const YamlEntry& member : node_.entries()) {
    const std::string& key = member.key.text();
    if (!members_.emplace(key, member.value).second)
      place_.complain(member.key, fmt::format("\"{}\" stands twice", key));
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

YamlNode Members::take(const std::string& key) {
  taken_.insert(key);
  auto at = members_.find(key);
  return at == members_.end() ? YamlNode() : at->second;
}

YamlNode Members::need(const std::string& key) {
  YamlNode value = take(key);
  if (!value && node_.is_map()) place_.complain(node_, fmt::format("\"{}\" is missing", key));
  return value;
}

std::string Members::text_or(const std::string& key, std::string fallback) {
  YamlNode value = take(key);
  return value ? scalar(key, value) : fallback;
}

Words Members::words_or(const std::string& key, Words fallback) {
  YamlNode value = take(key);
  return value ? words_of(key, value) : fallback;
}

std::vector<std::string> Members::list(const std::string& key) {
  YamlNode value = take(key);
  if (!value) return {};
  return texts(key, value);
}

std::vector<std::string> Members::needed_list(const std::string& key) {
  YamlNode value = need(key);
  std::vector<std::string> found = value ? texts(key, value) : std::vector<std::string>{};
  if (value && found.empty()) place(key).complain(value, "is empty");
  return found;
}

bool Members::flag(const std::string& key) {
  std::string value = text_or(key, "false");
  if (value != "true" && value != "false") place(key).complain(take(key), "expected true or false");
  return value == "true";
}

int Members::number(const std::string& key, int fallback) {
  YamlNode value = take(key);
  if (!value) return fallback;
  int parsed = 0;
  const std::string_view digits = value.is_text() ? trimmed(value.text()) : std::string_view();
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
  if (error != std::errc() || stop != digits.data() + digits.size() || parsed < 0) {
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

std::string Members::scalar(const std::string& key, const YamlNode& value) {
  if (!value) return {};
  if (!value.is_text() || trimmed(value.text()).empty()) {
    place(key).complain(value, "expected a text");
    return {};
  }
  return value.text();
}

std::vector<std::string> Members::texts(const std::string& key, const YamlNode& value) {
  std::vector<std::string> found;
  if (!value.is_list()) {
    place(key).complain(value, "expected a list");
    return found;
  }
  for (const YamlNode& each : value.items()) {
    if (!each.is_text() || trimmed(each.text()).empty()) {
      place(key).complain(each, "expected a text");
      continue;
    }
    found.push_back(each.text());
  }
  return found;
}

Words Members::words_of(const std::string& key, const YamlNode& value) {
  std::map<std::string, std::string> by_language;
  if (!value) return Words();
  if (plain_words_ && value.is_text() && !trimmed(value.text()).empty()) return Words({{"en", value.text()}});
  if (!value.is_map()) {
    place(key).complain(value, "expected words by language, such as {en: …}");
    return Words();
  }
  for (const YamlEntry& each : value.entries()) {
    const std::string& language = each.key.text();
    bool known_shape = language.size() >= 2 && language.size() <= 5;
    bool written = each.value.is_text() && !trimmed(each.value.text()).empty();
    if (!known_shape || !written)
      place(key).complain(each.key, fmt::format("\"{}\" is no language with words", language));
    if (!by_language.emplace(language, written ? each.value.text() : "").second) {
      place(key).complain(each.key, fmt::format("\"{}\" stands twice", language));
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
