// An account's year as the files its network lets people download.
#pragma once

#include <vector>

#include "demo/demo.h"
#include "demo/year.h"

namespace sociometer::demo {

std::vector<GeneratedFile> x_files(const AccountYear& year);
std::vector<GeneratedFile> meta_files(const AccountYear& year);
// In Sociometer's own formats: networks without a reader, and what competitors show to everybody.
std::vector<GeneratedFile> own_format_files(const AccountYear& year);
// The followers of all accounts, noted every morning: no export of X or Meta tells them.
GeneratedFile followers_file(const std::vector<AccountYear>& years);

}  // namespace sociometer::demo
