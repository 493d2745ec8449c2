// A workspace's own dashboards, the reports made of dashboards and published, and annotations. Part of control's front
// door. What a dashboard holds is the catalog's business: control keeps its words and does not read them.
//
//   TRY(KeptDashboard saved,
//       control->dashboards().save("default", {.name = "monday", .body = json, .saved_by = who}, 0, now));
//   TRY(saved, control->dashboards().save("default", changed, saved.revision, now));   // conflict: somebody was faster
//
// Nothing is forgotten: each saving is a revision beside the ones before, removing too. What was published stays as it
// was sent, byte by byte.
//
// Threads: every function may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;

struct KeptDashboard {
  std::string name;
  int revision = 0;  // from 1
  std::string body;  // JSON; empty: removed
  std::string saved_by;
  Instant saved_at;
};

struct Approval {
  int revision = 0;
  std::string approved_by;
  Instant approved_at;
};

struct Publication {
  std::string name;
  int number = 0;    // from 1
  int revision = 0;  // of the dashboard, 0 of a template
  std::string title;
  Instant as_of;
  std::string answers;  // JSON; empty in a list
  std::string published_by;
  Instant published_at;
  std::map<std::string, std::string> files;  // format → bytes; in a list: → SHA-256
};

struct Annotation {
  std::string id;
  std::string kind;
  Day first, last;  // both inclusive
  std::string text;
  std::string network;  // empty: of all
  std::string made_by;
  Instant made_at;
};

class Dashboards {
 public:
  explicit Dashboards(Database& database) : database_(database) {}

  // The newest revision of each that is not removed, by name.
  Result<std::vector<KeptDashboard>> list(std::string_view workspace);
  // Of all that was ever saved, approved or published, templates included.
  Result<std::vector<std::string>> names(std::string_view workspace);
  // Nothing where there is none or it is removed.
  Result<std::optional<KeptDashboard>> find(std::string_view workspace, std::string_view name);
  // Every revision, oldest first; empty where there never was one.
  Result<std::vector<KeptDashboard>> history(std::string_view workspace, std::string_view name);
  // `over` is the revision it was made from, 0 of a new one. conflict: another revision holds by now.
  Result<KeptDashboard> save(std::string_view workspace, KeptDashboard dashboard, int over, Instant now);
  // not_found, conflict as in save.
  Result<KeptDashboard> remove(std::string_view workspace, std::string_view name, int over, std::string_view by,
                               Instant now);

  // conflict: it is approved already.
  Result<Approval> approve(std::string_view workspace, std::string_view name, Approval approval);
  Result<std::optional<Approval>> approval(std::string_view workspace, std::string_view name, int revision);

  // Gives it its number.
  Result<Publication> publish(std::string_view workspace, Publication publication);
  // Oldest first, without answers and bytes.
  Result<std::vector<Publication>> publications(std::string_view workspace, std::string_view name);
  // Whole. not_found, with the numbers there are. internal: bytes are not what they were.
  Result<Publication> publication(std::string_view workspace, std::string_view name, int number);

  // invalid: the days are in the wrong order, the text is empty.
  Result<Annotation> annotate(std::string_view workspace, Annotation annotation, Instant now);
  Result<std::vector<Annotation>> annotations(std::string_view workspace);  // by first day
  Result<Annotation> remove_annotation(std::string_view workspace, std::string_view id, Instant now);

 private:
  Database& database_;
};

}  // namespace sociometer::control
