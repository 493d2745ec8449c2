// Report: how what became of a file is written down.
#pragma once

#include <string>
#include <string_view>

namespace sociometer::collect {

constexpr size_t most_rejects = 1000;  // rows that a report names

// At most `most` characters, cut between letters, with "…" where something was left out; line ends become blanks.
std::string clipped(std::string_view text, size_t most);

}  // namespace sociometer::collect
