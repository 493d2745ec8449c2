// The formula language: a recursive descent over the grammar in catalog.h, and its printer.
#include <charconv>

#include <fmt/format.h>

#include "catalog/catalog.h"

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
  formula.parts.push_back(std::move(left));
  formula.parts.push_back(std::move(right));
  return formula;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Formula> parse() {
    if (text_.size() > length_max) return invalid(fmt::format("a formula has at most {} characters", length_max));
    TRY(Formula formula, sum(0));
    skip_blanks();
    if (at_ < text_.size()) return expected("an operator or the end");
    return formula;
  }

 private:
  Result<Formula> sum(int depth) {
    if (depth > depth_max) return invalid(fmt::format("the parentheses are deeper than {} levels", depth_max));
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
    if (is_digit(text_[at_])) return number();
    if (take_operator("(")) {
      TRY(Formula inner, sum(depth + 1));
      if (!take_operator(")")) return expected("\")\"");
      return inner;
    }
    if (!is_name_start(text_[at_])) return expected("a name, a number or \"(\"");
    std::string name = word(is_name);
    if (take_operator("(")) return call(std::move(name), depth);
    return reference(std::move(name));
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
    if (take_operator(":")) {
      skip_blanks();
      formula.variant = word(is_name);
      if (formula.variant.empty()) return expected("a variant after \":\"");
    }
    if (take_operator("{")) {
      skip_blanks();
      formula.dimension = word(is_name);
      if (formula.dimension.empty()) return expected("a dimension after \"{\"");
      if (!take_operator("=")) return expected("\"=\" after the dimension");
      skip_blanks();
      formula.member = word(is_member);
      if (formula.member.empty()) return expected("a member after \"=\"");
      if (!take_operator("}")) return expected("\"}\"");
    }
    return formula;
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

  // People count characters, not bytes: × is one.
  size_t column() const {
    size_t characters = 1;
    for (char c : text_.substr(0, at_)) characters += (c & 0xC0) != 0x80;
    return characters;
  }

  Error expected(std::string_view what) {
    skip_blanks();
    std::string found = "the end";
    if (at_ < text_.size()) {
      size_t length = 1;
      while (at_ + length < text_.size() && (text_[at_ + length] & 0xC0) == 0x80) ++length;
      found = fmt::format("\"{}\"", text_.substr(at_, length));
    }
    return invalid(fmt::format("at character {} of \"{}\" there is {}, expected {}", column(), text_, found, what));
  }

  std::string_view text_;
  size_t at_ = 0;
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
      if (!formula.dimension.empty()) text += "{" + formula.dimension + "=" + formula.member + "}";
      return text;
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

Result<Formula> parse_formula(std::string_view text) {
  return Parser(text).parse();
}

std::string formula_text(const Formula& formula) {
  return printed(formula, 0);
}

}  // namespace sociometer::catalog
