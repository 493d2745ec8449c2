// Alerts and the digest as the command line, the API and the jobs of `serve` use them: what control keeps, judged by
// what alerts finds, and what of it goes into the outbox.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alerts.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// An alert as it was set and how it stood when it was last judged.
struct SeenAlert {
  control::KeptAlert kept;
  alerts::Alert alert;
  alerts::State state;
  JsonArray findings;    // of the last judgement
  std::string standing;  // new, calm, counting, firing, unknown
  std::string reason;    // why it is unknown
  std::string words;     // what is watched
  bool is_muted = false;
  std::vector<control::KeptEpisode> episodes;  // of one by its name alone, newest first
};

// `fields` are docs/api.md's. invalid, with the field to blame: also where there is no such channel or goal, or the KPI
// cannot be asked so. conflict: there is one of that name.
Result<SeenAlert> add_alert(const House& house, std::string_view workspace, const JsonObject& fields,
                            std::string_view by, const Clock& clock);
// The same over the alert of that name: it is judged from the beginning, its episodes stay.
Result<SeenAlert> set_alert(const House& house, std::string_view workspace, std::string_view name,
                            const JsonObject& fields, std::string_view by, const Clock& clock);
Result<std::vector<SeenAlert>> alerts_of(const House& house, std::string_view workspace, const Clock& clock);
Result<SeenAlert> alert_of(const House& house, std::string_view workspace, std::string_view name, const Clock& clock);
// `until` a day in the workspace's zone, or empty: for good. invalid: it is behind.
Result<SeenAlert> mute_alert(const House& house, std::string_view workspace, std::string_view name,
                             std::string_view until, const Clock& clock);
Result<SeenAlert> unmute_alert(const House& house, std::string_view workspace, std::string_view name,
                               const Clock& clock);
enum class Episodes { left_out, with };
JsonObject alert_json(const SeenAlert& seen, Episodes episodes = Episodes::left_out);

// What came of judging one.
struct RanAlert {
  std::string name, standing, reason, failure;
  std::vector<std::string> told;  // subjects of what the outbox took
  size_t held = 0;                // by quiet hours
};
// Judges every alert of a workspace and tells what there is to be told. What fails of one is said of that one alone.
// `base` is where the web is, for links.
Result<std::vector<RanAlert>> run_alerts(const House& house, std::string_view workspace, const std::string& base,
                                         const Clock& clock);
JsonObject ran_json(const RanAlert& ran);

// What an alert says just now, and what would become of it.
struct TestedAlert {
  std::string name;
  std::vector<alerts::Finding> findings;
  std::string zone;
  enum class Outcome { send, hold, nothing } outcome = Outcome::nothing;
  std::string why;
  std::vector<alerts::Letter> letters;
  std::string channel;
  std::optional<int64_t> parcel;  // of the test message, where one was sent
};
enum class Sending { only_said, sent };
Result<TestedAlert> test_alert(const House& house, std::string_view workspace, std::string_view name,
                               const std::string& base, const Clock& clock, Sending sending);
JsonObject tested_json(const TestedAlert& tested);

// --- The digest

struct DigestSettings {
  bool on = false;
  std::string channel;
  int hour = 8;                   // of the first day of the week, by the workspace's clock
  std::vector<std::string> kpis;  // empty: those of the program
  Instant set_at;
};
struct DigestState {
  std::string week;  // the last that was sent: "2026-W25"
  std::optional<Instant> sent_at;
  std::string failure;  // why the last was not taken
};
struct SeenDigestSettings {
  DigestSettings settings;
  DigestState state;
  std::optional<Instant> next_at;  // none: it is off
};
Result<SeenDigestSettings> digest_settings_of(const House& house, std::string_view workspace, const Clock& clock);
// `fields` are docs/api.md's; what is not named stays. invalid, with the field to blame.
Result<SeenDigestSettings> set_digest(const House& house, std::string_view workspace, const JsonObject& fields,
                                      const Clock& clock);
JsonObject digest_settings_json(const SeenDigestSettings& seen);

struct SeenDigest {
  alerts::Digest digest;
  JsonArray goals, open_alerts;  // as docs/api.md has them
};
Result<SeenDigest> digest_of(const House& house, std::string_view workspace, const std::string& base,
                             const Clock& clock);
JsonObject digest_json(const SeenDigest& seen);

// Puts the digest of the week into the outbox where it is due and was not put before. The subject, if it did.
Result<std::optional<std::string>> send_digest(const House& house, std::string_view workspace, const std::string& base,
                                               const Clock& clock);
// When the digest of the week of `now`, or where that is to come the one before, is due.
struct DigestMoment {
  std::string week;
  Instant at;
};
DigestMoment digest_moment(Instant now, int hour, const Zone& zone, Weekday week_start);

// --- The job of `serve`

// Judges alerts every quarter of an hour and after imports, and sends digests. Threads: from one at a time.
class AlertJob {
 public:
  // Does what is due; cheap where nothing is. What fails of one workspace is said, and the others go on.
  Result<Done> run(const House& house, const std::string& base, const std::atomic<bool>& stopping);

 private:
  struct Seen {
    Instant judged_at;
    std::string batch;  // the newest when it was last judged
  };
  bool is_due(const House& house, const std::string& workspace, Instant now);

  std::map<std::string, Seen> seen_;
};

}  // namespace sociometer::surfaces
