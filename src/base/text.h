// Text: the small things every module does to UTF-8 strings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sociometer {

std::string_view trimmed(std::string_view text);     // without blanks, tabs, line ends and U+00A0 at both ends
std::string with_line_feeds(std::string_view text);  // "\r\n" and "\r" as "\n"
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);  // ASCII
std::string lower(std::string_view text);                                        // ASCII letters only
std::string folded(std::string_view text);  // Unicode case folding, for comparing what people wrote
bool is_utf8(std::string_view text);
size_t characters(std::string_view text);  // of UTF-8, as people count them: × is one
bool contains(const std::vector<std::string>& all, std::string_view one);

// The nearest of `known` by edit distance, or nothing when all are far: for "did you mean".
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace sociometer
