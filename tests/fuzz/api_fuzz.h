// What the fuzzer of the API tells whoever replays its seeds.
#pragma once

#include <string>
#include <vector>

namespace sociometer::fuzz {

// "POST /imports/{batch}/assign": the routes that nobody who may use them has asked yet.
std::vector<std::string> routes_not_asked();
// Those that have never answered with what was asked for.
std::vector<std::string> routes_not_answered();

}  // namespace sociometer::fuzz
