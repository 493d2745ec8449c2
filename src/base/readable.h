// What came from outside, as text that may be shown: in a message, in JSON.
#pragma once

#include <string>
#include <string_view>

namespace sociometer {

// The text where it is UTF-8, else with U+FFFD in place of what is none.
std::string readable(std::string_view text);

}  // namespace sociometer
