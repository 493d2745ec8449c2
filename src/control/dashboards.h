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

// A link by which anybody may look at one dashboard, and at nothing else, until it expires or is taken back.
struct Share {
  std::string id;
  std::string workspace;
  std::string name;     // of the dashboard
  std::string label;    // whom it is for; may be empty
  std::string choices;  // JSON: what was chosen when it was made; control does not read it
  std::string made_by;
  Instant made_at, expires_at;
  std::optional<Instant> opened_at;  // last, to the minute
};

struct MadeShare {
  std::string proof;  // what the link holds; only its hash is kept
  Share share;
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

  // `share` with name, label, choices, made_by, expires_at. invalid: it would have expired already, or lasts longer
  // than two years, or its label is too long.
  Result<MadeShare> share(std::string_view workspace, Share share, Instant now);
  // Those that were not taken back, newest first; expired ones are among them.
  Result<std::vector<Share>> shares(std::string_view workspace, std::string_view name);
  // not_found, with nothing changed: no such link of that dashboard.
  Result<Share> revoke_share(std::string_view workspace, std::string_view name, std::string_view id, Instant now);
  // What a link leads to, whoever opens it: it alone says of which workspace. not_found: it is none, was taken back or
  // has expired – which of them is not said.
  Result<Share> shared(std::string_view proof, Instant now);

 private:
  Database& database_;
};

}  // namespace sociometer::control
