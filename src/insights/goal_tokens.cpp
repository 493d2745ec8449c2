#include "insights/goal_tokens.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace sociometer::insights {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0 || c == '_';
}

// Signs that stand for a word, and that end a word of other letters.
struct Sign {
  std::string_view sign, word;
};
constexpr std::array<Sign, 22> signs{{
    {"%", "%"},   {"€", "€"},   {"$", "$"},  {"£", "£"}, {"¥", "¥"}, {"+", "+"},        {"≥", ">="}, {"≤", "<="},
    {">=", ">="}, {"<=", "<="}, {">", ">"},  {"<", "<"}, {"–", "-"}, {"—", "-"},        {"−", "-"},  {"…", ""},
    {"“", "\""},  {"”", "\""},  {"„", "\""}, {"’", "'"}, {"‘", "'"}, {"\xC2\xA0", " "},
}};

const Sign* sign_at(std::string_view text) {
  for (const Sign& sign : signs) {
    if (text.starts_with(sign.sign)) return &sign;
  }
  return nullptr;
}

class Cutter {
 public:
  Cutter(std::string_view text, std::vector<Token>& to) : text_(text), to_(to) {}

  void run() {
    while (at_ < text_.size()) {
      if (quoted() || date() || number() || marked() || sign() || word()) continue;
      ++at_;
    }
  }

 private:
  void add(Token::Kind kind, size_t size, std::string said) {
    Token token;
    token.kind = kind;
    token.begin = at_;
    token.end = at_ + size;
    token.text = kind == Token::Kind::word ? plain_word(said) : said;
    token.said = std::move(said);
    to_.push_back(std::move(token));
    at_ += size;
  }

  bool quoted() {
    for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"\"", "\""}, {"“", "”"}}) {
      if (!text_.substr(at_).starts_with(open)) continue;
      const size_t begin = at_ + open.size();
      const size_t end = text_.find(close, begin);
      if (end == std::string_view::npos) continue;
      add(Token::Kind::quoted, end + close.size() - at_, std::string(text_.substr(begin, end - begin)));
      return true;
    }
    return false;
  }

  std::string_view run_of(size_t from, auto&& fits) const {
    size_t end = from;
    while (end < text_.size() && fits(text_[end])) ++end;
    return text_.substr(from, end - from);
  }

  // "2026-12-31" and "31.12.2026".
  bool date() {
    const std::string_view piece = run_of(at_, [](char c) { return is_digit(c) || c == '-' || c == '.'; });
    if (piece.size() < 8) return false;
    std::string iso(piece.substr(0, 10));
    size_t size = 10;
    const std::vector<std::string_view> parts = split(piece, '.');
    if (parts.size() >= 3 && parts[0].size() <= 2 && parts[1].size() <= 2 && parts[2].size() == 4) {
      auto two = [](std::string_view part) { return std::string(2 - part.size(), '0') + std::string(part); };
      iso = std::string(parts[2]) + "-" + two(parts[1]) + "-" + two(parts[0]);
      size = parts[0].size() + parts[1].size() + 6;
    }
    const Result<Day> day = parse_day(iso);
    if (!day) return false;
    add(Token::Kind::date, size, iso);
    to_.back().day = *day;
    return true;
  }

  // The digits from `at`, with separators that stand between digits.
  size_t digits_from(size_t at) const {
    size_t end = at;
    while (end < text_.size()) {
      const bool is_separator = (text_[end] == ',' || text_[end] == '.' || text_[end] == '\'') && end > at &&
                                end + 1 < text_.size() && is_digit(text_[end + 1]);
      if (!is_digit(text_[end]) && !is_separator) break;
      ++end;
    }
    return end - at;
  }

  // "20 000": groups of three after a blank.
  size_t blank_groups(size_t at) const {
    size_t end = at;
    while (end + 3 < text_.size() && text_[end] == ' ' && is_digit(text_[end + 1]) && is_digit(text_[end + 2]) &&
           is_digit(text_[end + 3]) && (end + 4 == text_.size() || !is_digit(text_[end + 4]))) {
      end += 4;
    }
    return end - at;
  }

  // "45,000" is grouped, "4,5" has a decimal comma, "4.5" a point.
  static std::string plain_number(std::string_view text, bool* grouped) {
    *grouped = false;
    std::string plain(text);
    std::erase(plain, '\'');
    const size_t comma = plain.rfind(','), point = plain.rfind('.');
    if (comma != std::string::npos) {
      const bool groups = point != std::string::npos ? point > comma : plain.size() - comma == 4 && plain[0] != '0';
      *grouped = groups;
      if (groups) {
        std::erase(plain, ',');
      } else {
        std::erase(plain, '.');
        std::ranges::replace(plain, ',', '.');
      }
    }
    return plain;
  }

  bool number() {
    size_t sign = 0;
    const bool after_blank = at_ == 0 || !(is_digit(text_[at_ - 1]) || is_letter(text_[at_ - 1]));
    if (after_blank && text_[at_] == '-') sign = 1;
    if (after_blank && text_.substr(at_).starts_with("−")) sign = std::string_view("−").size();
    if (at_ + sign >= text_.size() || !is_digit(text_[at_ + sign])) return false;
    size_t size = digits_from(at_ + sign);
    const bool is_short = size <= 3 && text_.substr(at_ + sign, size).find_first_of(".,'") == std::string_view::npos;
    const size_t groups = is_short ? blank_groups(at_ + sign + size) : 0;
    size += groups;
    bool grouped = false;
    std::string digits(text_.substr(at_ + sign, size));
    std::erase(digits, ' ');
    const std::string plain = plain_number(digits, &grouped);
    grouped = grouped || groups > 0;
    double value = 0;
    const auto [stop, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
    if (error != std::errc() || stop != plain.data() + plain.size()) return false;
    add(Token::Kind::number, sign + size, std::string(text_.substr(at_, sign + size)));
    to_.back().number = sign != 0 ? -value : value;
    to_.back().grouped = grouped;
    return true;
  }

  // "@handle", "#tag".
  bool marked() {
    if (text_[at_] != '@' && text_[at_] != '#') return false;
    const std::string_view name = run_of(at_ + 1, [&](char c) {
      return is_letter(c) || is_digit(c) || (text_[at_] == '@' && (c == '.' || c == '-' || c == '@'));
    });
    if (name.empty()) return false;
    std::string_view whole = name;
    while (whole.ends_with('.')) whole.remove_suffix(1);
    add(text_[at_] == '@' ? Token::Kind::handle : Token::Kind::hashtag, whole.size() + 1, lower(whole));
    return true;
  }

  bool sign() {
    const Sign* found = sign_at(text_.substr(at_));
    if (found == nullptr) return false;
    if (found->word.empty() || found->word == " " || found->word == "'" || found->word == "\"") {
      at_ += found->sign.size();
    } else {
      add(Token::Kind::word, found->sign.size(), std::string(found->word));
    }
    return true;
  }

  // Letters, and what may stand between letters: "don't", "key:variant", "country=DE".
  bool word() {
    if (!is_letter(text_[at_])) return false;
    size_t end = at_;
    while (end < text_.size()) {
      const char c = text_[end];
      const bool has_next = end + 1 < text_.size() && (is_letter(text_[end + 1]) || is_digit(text_[end + 1]));
      const Sign* mark = (c & 0x80) != 0 ? sign_at(text_.substr(end)) : nullptr;
      if (mark != nullptr && mark->word != "'") break;
      const bool joins = (c == '\'' || c == ':' || c == '&') && has_next;
      if (!(is_letter(c) || is_digit(c) || joins || c == '=')) break;
      if (c == '=') {
        // What stands after it is a member, with whatever is in it.
        ++end;
        while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]) ||
                                      std::string_view("-.|").find(text_[end]) != std::string_view::npos)) {
          ++end;
        }
        break;
      }
      ++end;
    }
    std::string said(text_.substr(at_, end - at_));
    while (said.ends_with('.')) said.pop_back();
    add(Token::Kind::word, said.size(), said);
    return true;
  }

  std::string_view text_;
  std::vector<Token>& to_;
  size_t at_ = 0;
};

}  // namespace

std::string plain_word(std::string_view word) {
  std::string plain = folded(word);
  for (std::string_view apostrophe : {"’", "‘"}) {
    for (size_t at = 0; (at = plain.find(apostrophe, at)) != std::string::npos;)
      plain.replace(at, apostrophe.size(), "'");
  }
  if (plain.ends_with("'s")) plain.resize(plain.size() - 2);
  if (plain.size() > 4 && plain.ends_with("ies")) return plain.substr(0, plain.size() - 3) + "y";
  const bool is_plural =
      plain.size() > 3 && plain != "this" && plain.ends_with('s') && !plain.ends_with("ss") && !plain.ends_with("us");
  if (is_plural) plain.pop_back();
  return plain;
}

std::vector<std::string> plain_words(std::string_view text) {
  const Tokens tokens(text);
  std::vector<std::string> words;
  for (size_t i = 0; i < tokens.size(); ++i) words.push_back(tokens[i].text);
  return words;
}

Tokens::Tokens(std::string_view sentence) : sentence_(sentence) {
  Cutter(sentence_, all_).run();
}

size_t Tokens::match(size_t i, std::string_view words) const {
  size_t count = 0;
  for (size_t begin = 0; begin <= words.size(); ++count) {
    const size_t end = std::min(words.find(' ', begin), words.size());
    if (!free(i + count) || all_[i + count].text != words.substr(begin, end - begin)) return 0;
    begin = end + 1;
  }
  return count;
}

std::string Tokens::said(size_t from, size_t end) const {
  if (from >= end) return {};
  return sentence_.substr(all_[from].begin, all_[end - 1].end - all_[from].begin);
}

}  // namespace sociometer::insights
