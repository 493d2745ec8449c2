#include "base/json.h"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>

#include <cmath>
#include <set>

namespace sociometer {
namespace {

class Printer {
 public:
  explicit Printer(JsonStyle style) : indented_(style == JsonStyle::indented) {}

  void print(const Json& value, int depth) {
    switch (value.kind()) {
      case boost::json::kind::object:
        return print_object(value.get_object(), depth);
      case boost::json::kind::array:
        return print_array(value.get_array(), depth);
      case boost::json::kind::double_:
        return print_double(value.get_double());
      default:
        text += boost::json::serialize(value);
    }
  }

  std::string text;

 private:
  void print_double(double number) {
    // JSON has no word for these; a number that is not one is not known.
    if (!std::isfinite(number)) {
      text += "null";
    } else if (number == std::floor(number) && std::fabs(number) < 1e15) {
      fmt::format_to(std::back_inserter(text), "{:.0f}", number == 0 ? 0.0 : number);
    } else {
      fmt::format_to(std::back_inserter(text), "{}", number);
    }
  }

  void print_object(const JsonObject& object, int depth) {
    if (object.empty()) {
      text += "{}";
      return;
    }
    text += '{';
    bool first = true;
    for (const auto& member : object) {
      if (!first) text += ',';
      first = false;
      new_line(depth + 1);
      text += boost::json::serialize(member.key());
      text += indented_ ? ": " : ":";
      print(member.value(), depth + 1);
    }
    new_line(depth);
    text += '}';
  }

  void print_array(const JsonArray& array, int depth) {
    if (array.empty()) {
      text += "[]";
      return;
    }
    text += '[';
    bool first = true;
    for (const auto& element : array) {
      if (!first) text += ',';
      first = false;
      new_line(depth + 1);
      print(element, depth + 1);
    }
    new_line(depth);
    text += ']';
  }

  void new_line(int depth) {
    if (!indented_) return;
    text += '\n';
    text.append(static_cast<size_t>(depth) * 2, ' ');
  }

  bool indented_;
};

// The library keeps the first of two equal keys without a word; people deserve one.
class DuplicateFinder {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using error = boost::json::error_code;

  std::string duplicate;

  bool on_document_begin(error&) { return true; }
  bool on_document_end(error&) { return true; }
  bool on_object_begin(error&) {
    keys_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, error&) {
    keys_.pop_back();
    return true;
  }
  bool on_array_begin(error&) { return true; }
  bool on_array_end(std::size_t, error&) { return true; }
  bool on_key_part(boost::json::string_view part, std::size_t, error&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(boost::json::string_view part, std::size_t, error&) {
    key_.append(part.data(), part.size());
    if (!keys_.back().insert(key_).second && duplicate.empty()) duplicate = key_;
    key_.clear();
    return true;
  }
  bool on_string_part(boost::json::string_view, std::size_t, error&) { return true; }
  bool on_string(boost::json::string_view, std::size_t, error&) { return true; }
  bool on_number_part(boost::json::string_view, error&) { return true; }
  bool on_int64(int64_t, boost::json::string_view, error&) { return true; }
  bool on_uint64(uint64_t, boost::json::string_view, error&) { return true; }
  bool on_double(double, boost::json::string_view, error&) { return true; }
  bool on_bool(bool, error&) { return true; }
  bool on_null(error&) { return true; }
  bool on_comment_part(boost::json::string_view, error&) { return true; }
  bool on_comment(boost::json::string_view, error&) { return true; }

 private:
  std::vector<std::set<std::string>> keys_;
  std::string key_;
};

}  // namespace

std::string json_text(const Json& value, JsonStyle style) {
  Printer printer(style);
  printer.print(value, 0);
  return std::move(printer.text);
}

Result<Json> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 64;
  boost::json::error_code error;
  boost::json::parser parser({}, options);
  size_t consumed = parser.write(text.data(), text.size(), error);
  if (error) return invalid(fmt::format("not JSON: {} at byte {}", error.message(), consumed + 1));

  boost::json::basic_parser<DuplicateFinder> finder(options);
  finder.write_some(false, text.data(), text.size(), error);
  if (!finder.handler().duplicate.empty()) {
    return invalid(fmt::format("the key \"{}\" stands twice in one object", finder.handler().duplicate),
                   finder.handler().duplicate);
  }
  return parser.release();
}

std::string_view view_of(const boost::json::string& text) {
  return {text.data(), text.size()};
}

Result<std::string> json_string(const JsonObject& object, std::string_view key, std::string_view fallback) {
  const Json* member = object.if_contains(boost::json::string_view(key.data(), key.size()));
  if (member == nullptr || member->is_null()) return std::string(fallback);
  if (!member->is_string()) return invalid(fmt::format("{} must be text", key), std::string(key));
  return std::string(member->get_string().data(), member->get_string().size());
}

}  // namespace sociometer
