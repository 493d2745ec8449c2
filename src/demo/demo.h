// Demo: a year in the life of a made-up brand, written as the files a person would have downloaded.
//
//   demo::DemoOptions options{.seed = 1, .last_day = yesterday};
//   TRY(std::vector<demo::GeneratedFile> files, demo::generate(options));
//   demo::Setting setting = demo::setting();     // zone, currency and whose accounts they are
//
// The brand is a coffee roaster, Juniper & Finch, on five networks; two competitors are followed beside it. The year
// has what real ones have: weekdays and Christmas, campaigns with hashtags, a post that went viral, some days nobody
// collected, paid posts among organic ones and, where the catalog knows one within the year, a definition break. The
// files are in the formats of their networks and are imported like anyone's; nothing here knows how they are read.
//
// The same seed and day give the same bytes: all arithmetic is on integers, and chance is a generator of its own.
//
// Threads: functions without state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::demo {

struct DemoOptions {
  uint64_t seed = 1;
  Day last_day;  // the year ends with it
};

struct GeneratedFile {
  std::string name;  // "x/tweet_activity_metrics_juniperfinch_20260101_20260201_en.csv"
  std::string bytes;
  // What must be said when importing it, because such files do not say it; empty where they do.
  std::string network;
  std::string account;
  Instant observed_at;
};

// The files, in the order in which they are best imported. invalid: a day outside 2015 to 2099.
Result<std::vector<GeneratedFile>> generate(const DemoOptions& options);

struct AccountSetting {
  std::string network;
  std::string handle;
  std::string ownership;  // "own" or "competitor"
};

// What the files cannot say and the demo sets in its workspace.
struct Setting {
  std::string brand;  // "Juniper & Finch"
  std::string zone;
  std::string currency;
  std::vector<AccountSetting> accounts;
};
Setting setting();

// What the brand wants to reach, set while the year went on, as somebody would have said it.
struct GoalSetting {
  std::string sentence;  // as `goal add` takes it
  Day set;
  std::string cadence;    // empty: as the sentence has it
  std::string rationale;  // may be empty
  struct CheckIn {
    Day day;
    std::string note;
  };
  struct ToDo {
    Day set, due;
    std::string task;
    bool is_done = false;
  };
  std::vector<CheckIn> check_ins;
  std::vector<ToDo> to_dos;
};
// Around the end of the year: some in the middle, one that is over.
std::vector<GoalSetting> goals(Day last_day);

}  // namespace sociometer::demo
