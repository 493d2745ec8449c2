// YAML read into a tree whose every piece knows where it stands in its text, and pieces of it written out again.
//
//   YamlFault fault;
//   YamlNode root = read_yaml("goals:\n  - reach 10,000 people\n", fault);
//   if (!root) return invalid(fault.what);                // fault.line, fault.column
//   for (const YamlNode& goal : root.member("goals").items()) use(goal.text(), goal.line());
//
// One document a text, in UTF-8 or UTF-16 with its mark. Aliases give the piece their anchor names. Tags are not looked
// at: a scalar is a text, or nothing where it is empty, ~ or null and not quoted.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sociometer {

struct YamlEntry;

// A piece of a document, cheap to copy; it lives on without the rest. Any number of threads may read one.
class YamlNode {
 public:
  YamlNode() = default;  // a piece that is not there

  explicit operator bool() const { return piece_ != nullptr; }
  bool is_map() const;
  bool is_list() const;
  bool is_text() const;

  const std::string& text() const;  // of a scalar; "" of all else
  bool is_quoted() const;           // a scalar in ' or "
  int line() const;                 // where it begins, counted from 1; 0 where it is not there
  int column() const;               // in characters, likewise

  // In the text's order; none where it is no map (no list). A key may stand twice: whoever reads the map says so.
  std::vector<YamlEntry> entries() const;
  std::vector<YamlNode> items() const;
  YamlNode member(std::string_view key) const;  // the first of that key

  struct Piece;

 private:
  friend class YamlReader;
  friend class YamlWriter;
  friend YamlNode yaml_map(const std::vector<YamlEntry>& entries);
  friend YamlNode yaml_text(std::string text);

  explicit YamlNode(std::shared_ptr<const Piece> piece) : piece_(std::move(piece)) {}

  std::shared_ptr<const Piece> piece_;
};

struct YamlEntry {
  YamlNode key;
  YamlNode value;
};

// Why a text is not YAML.
struct YamlFault {
  std::string what;  // "did not find expected ',' or ']'"
  int line = 0;      // from 1
  int column = 0;    // from 1, in characters
};

// The document of a text. Of an empty text: a scalar that is nothing. Not there, with its reason in `fault`, where the
// text is not YAML, has a second document, nests deeper than 100 or unfolds by its aliases to over a million pieces.
YamlNode read_yaml(std::string_view text, YamlFault& fault);

// A piece as a text that reads as the same, its scalars and lists in the style they were written in; no line end at its
// end. The piece must be there.
std::string yaml_of(const YamlNode& node);
// Pieces that no text holds: to be written around others.
YamlNode yaml_text(std::string text);
YamlNode yaml_map(const std::vector<YamlEntry>& entries);

}  // namespace sociometer
