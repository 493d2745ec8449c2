// YAML read by a schema: every member is asked for by name, what nobody asked for is complained of, and each complaint
// knows its file, line and column.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/yaml.h"
#include "catalog/catalog.h"
#include "catalog/formula.h"

namespace sociometer::catalog {

// What is wrong in all files read, in the order found.
class Problems {
 public:
  // The whole of a file; not there, and complained of, where it is not YAML.
  YamlNode read(const std::string& file, std::string_view text);
  void add(Problem problem) { problems_.push_back(std::move(problem)); }
  bool none() const { return problems_.empty(); }
  const std::vector<Problem>& all() const { return problems_; }
  Error error() const;  // all of them, one per line

 private:
  std::vector<Problem> problems_;
};

// A piece of a file and how to speak of it: "kpis/reach.yaml:12:5: reach".
class Place {
 public:
  Place(Problems& problems, std::string file, std::string_view text = {}, std::string path = {})
      : problems_(&problems), file_(std::move(file)), text_(text), path_(std::move(path)) {}

  Place under(std::string_view name) const;
  void complain(const YamlNode& node, std::string_view what) const;
  // Of the formula that `node` holds: at its very characters where the file has them in one line.
  void complain(const YamlNode& node, std::string_view formula, const Fault& fault) const;
  const std::string& file() const { return file_; }

 private:
  Problem problem_at(const YamlNode& node) const;

  Problems* problems_;
  std::string file_;
  std::string_view text_;  // of the file
  std::string path_;
};

// The members of a map, taken one by one. Destroyed, it complains of those nobody took.
class Members {
 public:
  Members(const YamlNode& node, Place place);
  ~Members();
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  const Place& place() const { return place_; }
  Place place(std::string_view key) const { return place_.under(key); }
  const YamlNode& node() const { return node_; }

  YamlNode take(const std::string& key);  // nothing where it is not there
  YamlNode need(const std::string& key);

  std::string text(const std::string& key) { return scalar(key, need(key)); }
  std::string text_or(const std::string& key, std::string fallback);
  Words words(const std::string& key) { return words_of(key, need(key)); }
  Words words_or(const std::string& key, Words fallback);
  std::vector<std::string> list(const std::string& key);
  std::vector<std::string> needed_list(const std::string& key);
  bool flag(const std::string& key);
  int number(const std::string& key, int fallback);
  Day day(const std::string& key);
  std::string one_of(const std::string& key, const std::vector<std::string>& all, std::string fallback = {});
  // One of the names that `name(T)` gives to `all`; `fallback` where it may be left out.
  template <typename T>
  T one_of(const std::string& key, const std::vector<T>& all) {
    return chosen(key, text(key), all);
  }
  template <typename T>
  T one_of_or(const std::string& key, const std::vector<T>& all, T fallback) {
    return chosen(key, text_or(key, std::string(name(fallback))), all);
  }
  // Complains of nothing: somebody else reads them.
  void leave() { members_.clear(); }
  // Words by language may be written as one English text.
  void take_plain_words() { plain_words_ = true; }

 private:
  std::string scalar(const std::string& key, const YamlNode& value);
  std::vector<std::string> texts(const std::string& key, const YamlNode& value);
  Words words_of(const std::string& key, const YamlNode& value);

  template <typename T>
  T chosen(const std::string& key, const std::string& value, const std::vector<T>& all) {
    std::string names;
    for (T each : all) {
      if (name(each) == value) return each;
      names += (names.empty() ? "" : ", ") + std::string(name(each));
    }
    if (!value.empty()) place(key).complain(take(key), fmt::format("\"{}\" is none of {}", value, names));
    return all.front();
  }

  YamlNode node_;
  Place place_;
  std::map<std::string, YamlNode> members_;
  std::set<std::string> taken_;
  bool plain_words_ = false;
};

bool is_key(std::string_view text);

// The entries of a workspace's file, each as a file of its own; none where it is not YAML.
std::vector<OwnEntry> entries_of(const std::string& yaml);

// Calls `each(key, value, place)` for the members of a map, in the file's order.
template <typename Each>
void for_entries(const YamlNode& node, const Place& place, Each each) {
  if (!node) return;
  if (!node.is_map()) return place.complain(node, "expected entries with keys");
  std::set<std::string> seen;
  for (const YamlEntry& entry : node.entries()) {
    const std::string& key = entry.key.text();
    Place own = place.under(key);
    if (!is_key(key)) own.complain(entry.key, "a key has lower-case letters, digits and underscores");
    if (!seen.insert(key).second) own.complain(entry.key, "stands twice");
    each(key, entry.value, own);
  }
}

// The same of a sequence.
template <typename Each>
void for_items(const YamlNode& node, const Place& place, Each each) {
  if (!node) return;
  if (!node.is_list()) return place.complain(node, "expected a list");
  size_t index = 0;
  for (const YamlNode& item : node.items()) each(item, place.under(fmt::format("{}", ++index)));
}

}  // namespace sociometer::catalog
