// A sentence in pieces. Each piece is taken by the part of the grammar that understands it; what nobody took is not
// understood.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace sociometer::insights {

struct Token {
  enum class Kind { word, number, date, quoted, handle, hashtag };
  Kind kind = Kind::word;
  std::string said;  // as written
  std::string text;  // folded, in the singular
  double number = 0;
  bool grouped = false;  // "2,026": written as an amount
  Day day;
  size_t begin = 0, end = 0;  // bytes of the sentence
  bool taken = false;
};

class Tokens {
 public:
  explicit Tokens(std::string_view sentence);

  size_t size() const { return all_.size(); }
  const Token& operator[](size_t i) const { return all_[i]; }
  // A token that is there and not taken.
  bool free(size_t i) const { return i < all_.size() && !all_[i].taken; }
  bool is(size_t i, std::string_view text) const { return free(i) && all_[i].text == text; }
  bool is_number(size_t i) const { return free(i) && all_[i].kind == Token::Kind::number; }
  void take(size_t from, size_t count) {
    for (size_t i = from; i < from + count; ++i) all_[i].taken = true;
  }
  // How many free tokens from `i` on are these words, "year over year"; 0 if they are not.
  size_t match(size_t i, std::string_view words) const;
  // The longest of them, as above.
  template <typename Table>
  const typename Table::value_type* longest(size_t i, const Table& table, size_t* count) const {
    const typename Table::value_type* best = nullptr;
    *count = 0;
    for (const auto& row : table) {
      const size_t matched = match(i, row.words);
      if (matched > *count) *count = matched, best = &row;
    }
    return best;
  }
  std::string said(size_t from, size_t end) const;  // the sentence's own words
  const std::string& sentence() const { return sentence_; }

 private:
  std::string sentence_;
  std::vector<Token> all_;
};

// A word as it is compared: folded, without 's, in the singular.
std::string plain_word(std::string_view word);
std::vector<std::string> plain_words(std::string_view text);

}  // namespace sociometer::insights
