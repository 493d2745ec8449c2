#include "demo/demo.h"

#include <fmt/format.h>

#include "demo/files.h"
#include "demo/year.h"

namespace sociometer::demo {

Result<std::vector<GeneratedFile>> generate(const DemoOptions& options) {
  if (options.last_day < make_day(2015, 1, 1) || options.last_day > make_day(2099, 12, 31)) {
    return invalid(fmt::format("the demo's year may end between 2015-01-01 and 2099-12-31, not on {}",
                               format_day(options.last_day)));
  }
  std::vector<AccountYear> years = live(options);
  std::vector<GeneratedFile> files = {followers_file(years)};
  for (const AccountYear& year : years) {
    bool own = year.ownership == "own";
    std::vector<GeneratedFile> made = own && year.network == "x" ? x_files(year)
                                      : own && (year.network == "instagram" || year.network == "facebook")
                                          ? meta_files(year)
                                          : own_format_files(year);
    for (GeneratedFile& file : made) files.push_back(std::move(file));
  }
  Instant observed = Zone::utc().start_of(options.last_day + 1);
  for (GeneratedFile& file : files) file.observed_at = observed;
  return files;
}

}  // namespace sociometer::demo
