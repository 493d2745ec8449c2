#include "collect/post_text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <charconv>

#include <algorithm>

#include "base/text.h"

namespace sociometer::collect {

namespace {

constexpr size_t most_tags = 200;

struct Letter {
  UChar32 point = 0;  // negative where the bytes are none
  size_t size = 0;
};

Letter letter_at(std::string_view text, size_t at) {
  int32_t i = 0;
  UChar32 point;
  auto length = static_cast<int32_t>(std::min<size_t>(text.size() - at, 4));
  const char* bytes = text.data() + at;
  U8_NEXT(bytes, i, length, point);
  return {point, static_cast<size_t>(i)};
}

bool is_word(UChar32 point) {
  if (point < 0) return false;
  if (point < 0x80) return point == '_' || u_isalnum(point);
  // A joiner shapes letters of Persian and Indian scripts.
  return point == 0x200C || point == 0x200D || u_isalnum(point) ||
         (U_GET_GC_MASK(point) & (U_GC_M_MASK | U_GC_PC_MASK)) != 0;
}

bool is_digit_or_underscore(UChar32 point) {
  return point == '_' || u_isdigit(point);
}

// Whether a sign at `at` begins a word: what stands before it must not belong to one.
bool begins_word(std::string_view text, size_t at) {
  if (at == 0) return true;
  size_t before = at - 1;
  while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0) == 0x80) --before;
  UChar32 point = letter_at(text, before).point;
  return !is_word(point) && point != '&' && point != '/' && point != '#' && point != '@';
}

void add_once(std::vector<std::string>& words, std::string word) {
  if (words.size() < most_tags && std::find(words.begin(), words.end(), word) == words.end()) {
    words.push_back(std::move(word));
  }
}

}  // namespace

std::string lower_case(std::string_view text) {
  bool ascii = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
  if (ascii) return lower(text);
  std::string result;
  for (size_t i = 0; i < text.size();) {
    Letter letter = letter_at(text, i);
    char bytes[U8_MAX_LENGTH];
    int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, u_tolower(letter.point));
    result.append(bytes, static_cast<size_t>(size));
    i += letter.size;
  }
  return result;
}

std::vector<std::string> hashtags_of(std::string_view text) {
  std::vector<std::string> tags;
  for (size_t at = text.find('#'); at != text.npos; at = text.find('#', at)) {
    size_t start = at + 1, end = start;
    bool has_letter = false;
    while (end < text.size()) {
      Letter letter = letter_at(text, end);
      if (!is_word(letter.point)) break;
      has_letter = has_letter || !is_digit_or_underscore(letter.point);
      end += letter.size;
    }
    if (has_letter && begins_word(text, at)) add_once(tags, lower_case(text.substr(start, end - start)));
    at = std::max(end, start);
  }
  return tags;
}

std::vector<std::string> mentions_of(std::string_view text) {
  std::vector<std::string> names;
  for (size_t at = text.find('@'); at != text.npos; at = text.find('@', at)) {
    size_t start = at + 1, end = start;
    while (end < text.size() && (u_isalnum(static_cast<unsigned char>(text[end]) < 0x80 ? text[end] : 0) ||
                                 text[end] == '_' || text[end] == '.')) {
      ++end;
    }
    std::string_view name = text.substr(start, end - start);
    while (name.ends_with('.')) name.remove_suffix(1);  // the sentence's own
    if (!name.empty() && name.size() <= 60 && begins_word(text, at)) add_once(names, lower(name));
    at = std::max(end, start);
  }
  return names;
}

std::string without_entities(std::string_view text) {
  struct Entity {
    std::string_view written, meant;
  };
  constexpr Entity known_entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}};
  std::string result;
  result.reserve(text.size());
  while (true) {
    size_t at = text.find('&');
    result.append(text.substr(0, at));
    if (at == text.npos) return result;
    text.remove_prefix(at);
    auto entity = std::find_if(std::begin(known_entities), std::end(known_entities),
                               [&](const Entity& e) { return text.starts_with(e.written); });
    bool known = entity != std::end(known_entities);
    result.append(known ? entity->meant : text.substr(0, 1));
    text.remove_prefix(known ? entity->written.size() : 1);
  }
}

std::string_view account_in_permalink(std::string_view link) {
  size_t scheme = link.find("://");
  if (scheme == link.npos) return {};
  std::string_view rest = link.substr(scheme + 3);
  size_t slash = rest.find('/');
  if (slash == rest.npos) return {};
  rest.remove_prefix(slash + 1);
  std::string_view account = rest.substr(0, rest.find_first_of("/?#"));
  return account == "i" ? std::string_view() : account;
}

std::string_view account_in_link(std::string_view network, std::string_view link) {
  if (network == "x") return account_in_permalink(link);
  if (network != "tiktok") return {};
  size_t at = link.find("/@");
  if (at == link.npos) return {};
  std::string_view rest = link.substr(at + 2);
  return rest.substr(0, rest.find_first_of("/?#"));
}

std::string_view post_id_in_link(std::string_view link) {
  if (size_t video = link.find("?v="); video != link.npos) {
    std::string_view rest = link.substr(video + 3);
    return rest.substr(0, rest.find_first_of("&#"));
  }
  std::string_view path = link.substr(0, link.find_first_of("?#"));
  while (path.ends_with('/')) path.remove_suffix(1);
  std::string_view last = path.substr(path.find_last_of('/') + 1);
  if (size_t urn = last.find("urn:"); urn != last.npos) {
    std::string_view number = last.substr(last.rfind(':') + 1);
    return number.substr(0, number.find_first_not_of("0123456789"));
  }
  return last;
}

std::optional<Instant> time_in_tiktok_id(std::string_view id) {
  uint64_t number = 0;
  auto read = std::from_chars(id.data(), id.data() + id.size(), number);
  if (read.ec != std::errc() || read.ptr != id.data() + id.size()) return std::nullopt;
  auto seconds = static_cast<int64_t>(number >> 32);
  constexpr int64_t year_2014 = 1'388'534'400, year_2100 = 4'102'444'800, micros_per_second = 1'000'000;
  if (seconds < year_2014 || seconds > year_2100) return std::nullopt;
  return Instant{seconds * micros_per_second};
}

}  // namespace sociometer::collect
