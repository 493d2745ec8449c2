// When reports are made and where they go. Part of control's front door. What the words of `every` mean is the business
// of whoever makes the reports: control keeps them.
//
// Threads: every function may be called from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;

struct KeptSchedule {
  int number = 0;  // of its workspace, from 1
  std::string report;
  std::string every;  // "monday", "first-of-month"
  int at_seconds = 0;
  std::string zone;
  std::string channel;               // its name
  std::vector<std::string> formats;  // "pdf", "xlsx"
  std::string made_by;
  Instant made_at;
  Instant done_until;        // all its times up to here are done
  int last_publication = 0;  // of the report; 0: none yet
  std::string failure;       // why the last did not come about; empty: it did
};

class Schedules {
 public:
  explicit Schedules(Database& database) : database_(database) {}

  // Numbers it; its times are done until it was made.
  Result<KeptSchedule> add(std::string_view workspace, KeptSchedule schedule);
  Result<std::vector<KeptSchedule>> list(std::string_view workspace);                // by number, without those removed
  Result<KeptSchedule> remove(std::string_view workspace, int number, Instant now);  // not_found, with those there are
  // What came of its times up to `until`: a publication, or why there is none.
  Result<Done> done(std::string_view workspace, int number, Instant until, int publication);
  Result<Done> failed(std::string_view workspace, int number, std::string_view why);

 private:
  Database& database_;
};

}  // namespace sociometer::control
