// The catalog's YAML as it was compiled in, by path under catalog/.
#pragma once

#include <map>
#include <string>

namespace sociometer::catalog {
const std::map<std::string, std::string>& embedded_files();
}  // namespace sociometer::catalog
