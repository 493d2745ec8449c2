// The formula language: a recursive descent over the grammar in catalog.h, and its printer.
#include "catalog/formula.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace sociometer::catalog {
namespace {

using Kind = Formula::Kind;

constexpr int depth_max = 64;
// The longest formula anybody wrote by hand has about 80 characters.
constexpr size_t length_max = 4096;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || c == '_';
}
bool is_name(char c) {
  return is_name_start(c) || is_digit(c);
}
bool is_member(char c) {
  return is_name(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || (c & 0x80) != 0;
}

Formula binary(Kind kind, Formula left, Formula right) {
  Formula formula;
  formula.kind = kind;
  formula.span = {left.span.begin, right.span.end};
  formula.parts.push_back(std::move(left));
  formula.parts.push_back(std::move(right));
  return formula;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Formula> parse() {
    if (text_.size() > length_max) return fail(fmt::format("a formula has at most {} characters", length_max));
    TRY(Formula formula, sum(0));
    skip_blanks();
    if (at_ < text_.size()) return expected("an operator or the end");
    return formula;
  }

  // Where reading ended, if it failed.
  const Fault& fault() const { return fault_; }

 private:
  Result<Formula> sum(int depth) {
    if (depth > depth_max) return fail(fmt::format("the parentheses are deeper than {} levels", depth_max));
    TRY(Formula left, product(depth));
    while (true) {
      Kind kind = Kind::add;
      if (!take_operator("+")) {
        if (!take_operator("-") && !take_operator("−")) return left;
        kind = Kind::subtract;
      }
      TRY(Formula right, product(depth));
      left = binary(kind, std::move(left), std::move(right));
    }
  }

  Result<Formula> product(int depth) {
    TRY(Formula left, power(depth));
    while (true) {
      Kind kind = Kind::multiply;
      if (!take_operator("*") && !take_operator("×")) {
        if (!take_operator("/") && !take_operator("÷")) return left;
        kind = Kind::divide;
      }
      TRY(Formula right, power(depth));
      left = binary(kind, std::move(left), std::move(right));
    }
  }

  Result<Formula> power(int depth) {
    TRY(Formula base, atom(depth));
    if (!take_operator("^")) return base;
    TRY(Formula exponent, atom(depth));
    return binary(Kind::power, std::move(base), std::move(exponent));
  }

  Result<Formula> atom(int depth) {
    skip_blanks();
    if (at_ >= text_.size()) return expected("a name, a number or \"(\"");
    size_t begin = at_;
    if (is_digit(text_[at_])) return spanning(begin, number());
    if (take_operator("(")) {
      TRY(Formula inner, sum(depth + 1));
      if (!take_operator(")")) return expected("\")\"");
      inner.span = {begin, at_};
      return inner;
    }
    if (!is_name_start(text_[at_])) return expected("a name, a number or \"(\"");
    std::string name = word(is_name);
    size_t end = at_;
    if (take_operator("(")) return spanning(begin, call(std::move(name), depth));
    at_ = end;
    return spanning(begin, reference(std::move(name)));
  }

  Result<Formula> spanning(size_t begin, Result<Formula> formula) {
    if (formula) formula->span = {begin, at_};
    return formula;
  }

  Result<Formula> number() {
    Formula formula;
    const char* begin = text_.data() + at_;
    auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), formula.number);
    if (error != std::errc()) return expected("a number a computer can hold");
    at_ += static_cast<size_t>(end - begin);
    if (at_ < text_.size() && is_name(text_[at_])) return expected("an operator after the number");
    return formula;
  }

  Result<Formula> call(std::string name, int depth) {
    TRY(Formula argument, sum(depth + 1));
    if (!take_operator(")")) return expected("\")\"");
    Formula formula;
    formula.kind = Kind::call;
    formula.name = std::move(name);
    formula.parts.push_back(std::move(argument));
    return formula;
  }

  Result<Formula> reference(std::string name) {
    Formula formula;
    formula.kind = Kind::name;
    formula.name = std::move(name);
    size_t end = at_;
    if (take_operator(":")) {
      skip_blanks();
      formula.variant = word(is_name);
      if (formula.variant.empty()) return expected("a variant after \":\"");
      end = at_;
    }
    if (take_operator("{")) {
      TRY(formula.filters, filters());
      end = at_;
    }
    at_ = end;  // blanks that follow are not part of it
    return formula;
  }

  Result<std::vector<Formula::Filter>> filters() {
    std::vector<Formula::Filter> filters;
    do {
      skip_blanks();
      size_t begin = at_;
      Formula::Filter filter;
      filter.dimension = word(is_name);
      if (filter.dimension.empty()) return expected("a dimension after \"{\"");
      for (const Formula::Filter& other : filters) {
        if (other.dimension != filter.dimension) continue;
        at_ = begin;
        return fail(fmt::format("{0} stands twice; write {{{0}=a|b}} for any of several", filter.dimension));
      }
      if (!take_operator("=")) return expected("\"=\" after the dimension");
      do {
        TRY(std::string one, member());
        filter.members.push_back(std::move(one));
      } while (take_operator("|"));
      filter.span = {begin, at_};
      filters.push_back(std::move(filter));
    } while (take_operator(","));
    if (!take_operator("}")) return expected("\"}\", \",\" or \"|\"");
    return filters;
  }

  // A word, or anything between quotes: {campaign="Spring sale"}.
  Result<std::string> member() {
    skip_blanks();
    std::string found;
    if (take_operator("\"")) {
      size_t end = text_.find('"', at_);
      if (end == std::string_view::npos) return expected("a closing quote");
      found = text_.substr(at_, end - at_);
      at_ = end + 1;
    } else {
      found = word(is_member);
    }
    if (found.empty()) return expected("a member after \"=\"");
    return found;
  }

  std::string word(bool (*belongs)(char)) {
    size_t begin = at_;
    while (at_ < text_.size() && belongs(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  bool take_operator(std::string_view sign) {
    skip_blanks();
    if (text_.substr(at_, sign.size()) != sign) return false;
    at_ += sign.size();
    return true;
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  Error fail(std::string what) {
    size_t end = at_;
    if (end < text_.size()) ++end;
    while (end < text_.size() && (text_[end] & 0xC0) == 0x80) ++end;
    fault_ = {{at_, end}, std::move(what)};
    return invalid(fault_.what);
  }

  Error expected(std::string_view what) {
    skip_blanks();
    std::string found = "the end";
    if (at_ < text_.size()) {
      size_t length = 1;
      while (at_ + length < text_.size() && (text_[at_ + length] & 0xC0) == 0x80) ++length;
      found = fmt::format("\"{}\"", text_.substr(at_, length));
    }
    return fail(
        fmt::format("at character {} there is {}, expected {}", characters(text_.substr(0, at_)) + 1, found, what));
  }

  std::string_view text_;
  size_t at_ = 0;
  Fault fault_;
};

int precedence(Kind kind) {
  switch (kind) {
    case Kind::add:
    case Kind::subtract:
      return 1;
    case Kind::multiply:
    case Kind::divide:
      return 2;
    case Kind::power:
      return 3;
    default:
      return 4;
  }
}

std::string_view sign(Kind kind) {
  switch (kind) {
    case Kind::add:
      return " + ";
    case Kind::subtract:
      return " - ";
    case Kind::multiply:
      return " × ";
    case Kind::divide:
      return " / ";
    default:
      return " ^ ";
  }
}

std::string filters_text(const std::vector<Formula::Filter>& filters) {
  std::string text;
  for (const Formula::Filter& filter : filters) {
    text += (text.empty() ? "{" : ", ") + filter.dimension + "=";
    for (size_t i = 0; i < filter.members.size(); ++i) {
      const std::string& member = filter.members[i];
      bool plain = std::all_of(member.begin(), member.end(), is_member);
      text += (i > 0 ? "|" : "") + (plain ? member : "\"" + member + "\"");
    }
  }
  return text.empty() ? text : text + "}";
}

// Enough parentheses that the text reads back as the same tree, and no more.
std::string printed(const Formula& formula, int weakest) {
  switch (formula.kind) {
    case Kind::number:
      return fmt::format("{}", formula.number);
    case Kind::call:
      return fmt::format("{}({})", formula.name, printed(formula.parts[0], 0));
    case Kind::name: {
      std::string text = formula.name;
      if (!formula.variant.empty()) text += ":" + formula.variant;
      return text + filters_text(formula.filters);
    }
    default:
      break;
  }
  int own = precedence(formula.kind);
  // Everything but the power groups to the left; the power takes an atom on either side.
  int left = formula.kind == Kind::power ? own + 1 : own;
  std::string text = printed(formula.parts[0], left);
  text += sign(formula.kind);
  text += printed(formula.parts[1], own + 1);
  return own < weakest ? "(" + text + ")" : text;
}

}  // namespace

std::optional<Fault> read_formula(std::string_view text, Formula& formula) {
  Parser parser(text);
  Result<Formula> parsed = parser.parse();
  if (!parsed) return parser.fault();
  formula = *std::move(parsed);
  return std::nullopt;
}

std::string pointed(std::string_view formula, const Fault& fault) {
  size_t begin = std::min(fault.span.begin, formula.size());
  size_t line = begin == 0 ? std::string_view::npos : formula.rfind('\n', begin - 1);
  line = line == std::string_view::npos ? 0 : line + 1;
  size_t end = std::min(formula.find('\n', line), formula.size());
  constexpr size_t shown_max = 200;
  if (end - line > shown_max) return fault.what;
  std::string shown(formula.substr(line, end - line));
  std::replace(shown.begin(), shown.end(), '\t', ' ');
  size_t width = characters(formula.substr(begin, std::min(std::max(fault.span.end, begin), end) - begin));
  return fmt::format("{}\n  {}\n  {}{}", fault.what, shown,
                     std::string(characters(formula.substr(line, begin - line)), ' '),
                     std::string(std::max<size_t>(width, 1), '^'));
}

Result<Formula> parse_formula(std::string_view text) {
  Formula formula;
  if (std::optional<Fault> fault = read_formula(text, formula)) return invalid(pointed(text, *fault));
  return formula;
}

std::string formula_text(const Formula& formula) {
  return printed(formula, 0);
}

}  // namespace sociometer::catalog
