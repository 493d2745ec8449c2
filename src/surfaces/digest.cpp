// The digest of a week, where and when it goes, and the job that judges alerts and sends it.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "surfaces/alerts.h"
#include "surfaces/json_parts.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

constexpr const char* settings_name = "digest";
constexpr const char* state_name = "digest_state";
constexpr int week_days = 7;
constexpr int64_t judged_every = int64_t{15} * 60 * second_micros;

Result<JsonObject> stored_object(const House& house, std::string_view workspace, const char* name) {
  TRY(const std::optional<std::string> text, house.control->setting(workspace, name));
  if (!text || text->empty()) return JsonObject();
  TRY(const Json json, parse_json(*text));
  return json.is_object() ? json.get_object() : JsonObject();
}

Result<DigestSettings> stored_settings(const House& house, std::string_view workspace) {
  TRY(const JsonObject json, stored_object(house, workspace, settings_name));
  DigestSettings settings;
  const Json* on = json.if_contains("on");
  settings.on = on != nullptr && on->is_bool() && on->get_bool();
  settings.channel = text_in(json, "channel");
  settings.hour = static_cast<int>(number_in(json, "hour", settings.hour));
  settings.set_at = {number_in(json, "set_at", 0)};
  if (const Json* kpis = json.if_contains("kpis"); kpis != nullptr && kpis->is_array()) {
    for (const Json& kpi : kpis->get_array()) {
      if (kpi.is_string()) settings.kpis.emplace_back(kpi.get_string());
    }
  }
  return settings;
}

Result<DigestState> stored_state(const House& house, std::string_view workspace) {
  TRY(const JsonObject json, stored_object(house, workspace, state_name));
  DigestState state{.week = text_in(json, "week"), .failure = text_in(json, "failure")};
  if (const int64_t at = number_in(json, "sent_at", 0); at != 0) state.sent_at = Instant{at};
  return state;
}

Result<Done> keep_state(const House& house, std::string_view workspace, const DigestState& state) {
  const JsonObject json{
      {"week", state.week}, {"sent_at", state.sent_at ? state.sent_at->micros : 0}, {"failure", state.failure}};
  return house.control->set_setting(workspace, state_name, json_text(json));
}

Result<std::vector<std::string>> kpis_in(const Json& said, const catalog::Catalog& catalog) {
  std::vector<std::string> kpis;
  if (said.is_null()) return kpis;
  if (!said.is_array()) return invalid("kpis is a list of KPIs, or null for those of the program", "kpis");
  for (const Json& each : said.get_array()) {
    if (!each.is_string()) return invalid("kpis is a list of KPIs, or null for those of the program", "kpis");
    const Result<catalog::KpiChoice> found = catalog.find_kpi(each.get_string());
    if (!found) return invalid(found.error().message, "kpis");
    kpis.emplace_back(each.get_string());
  }
  return kpis;
}

Result<DigestSettings> changed_settings(DigestSettings settings, const JsonObject& fields,
                                        const catalog::Catalog& catalog) {
  for (const auto& member : fields) {
    const std::string key(member.key());
    const Json& value = member.value();
    if (key == "on") {
      if (!value.is_bool()) return invalid("on is true or false", "on");
      settings.on = value.get_bool();
    } else if (key == "channel") {
      TRY(settings.channel, json_string(fields, "channel"));
    } else if (key == "hour") {
      if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > 23) {
        return invalid("hour is a whole number from 0 to 23", "hour");
      }
      settings.hour = static_cast<int>(value.get_int64());
    } else if (key == "kpis") {
      TRY(settings.kpis, kpis_in(value, catalog));
    } else {
      return invalid(fmt::format("there is no \"{}\" to be said here; there are on, channel, hour and kpis", key), key);
    }
  }
  return settings;
}

std::string status_words(std::string status) {
  std::ranges::replace(status, '_', ' ');
  return status;
}

// Of one goal: from where to where its status went since `since`.
Result<Done> add_goal_change(const House& house, const metrics::Scope& scope, const std::string& base,
                             const control::KeptGoal& goal, Instant since, SeenDigest& seen) {
  TRY(const std::vector<control::GoalStatus> statuses, house.control->goals().statuses(scope.workspace, goal.id));
  const control::GoalStatus* before = nullptr;
  const control::GoalStatus* after = nullptr;
  for (const control::GoalStatus& status : statuses) {
    if (status.observed_at > scope.now) break;
    (status.observed_at < since ? before : after) = &status;
  }
  if (before == nullptr || after == nullptr || before->status == after->status) return Done{};
  const std::string words =
      fmt::format("“{}” went from {} to {}", goal.sentence, status_words(before->status), status_words(after->status));
  std::string link = base.empty() ? "" : base + "/goals/" + goal.id;
  if (!link.empty() && scope.workspace != "default") link += "?workspace=" + scope.workspace;
  seen.digest.goals.push_back({words, link});
  seen.goals.push_back(JsonObject{{"goal", goal.id},
                                  {"sentence", goal.sentence},
                                  {"from", before->status},
                                  {"to", after->status},
                                  {"at", format_instant(after->observed_at)},
                                  {"words", words},
                                  {"link", text_or_null(link)}});
  return Done{};
}

void add_open_alerts(const SeenAlert& alert, SeenDigest& seen) {
  for (const auto& [number, episode] : alert.state.open) {
    seen.digest.alerts.push_back({fmt::format("{}: {}, since {}", alert.kept.name, episode.title,
                                              format_instant(episode.opened_at).substr(0, 10)),
                                  ""});
    seen.open_alerts.push_back(JsonObject{
        {"name", alert.kept.name}, {"title", episode.title}, {"opened_at", format_instant(episode.opened_at)}});
  }
}

JsonObject digest_change_json(const alerts::DigestChange& change) {
  const metrics::Cell& cell = change.cell;
  const metrics::Evidence& evidence = change.evidence;
  const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
  return {{"kpi", cell.kpi},
          {"variant", text_or_null(cell.variant)},
          {"network", text_or_null(change.network)},
          {"value", number(cell.value)},
          {"compared", number(cell.compared)},
          {"change", number(cell.change)},
          {"n", cell.n},
          {"compared_n", cell.compared_n},
          {"p", evidence.p},
          {"p_adjusted", evidence.p_adjusted},
          {"difference", JsonObject{{"value", evidence.difference},
                                    {"low", number(evidence.interval.low)},
                                    {"high", number(evidence.interval.high)},
                                    {"level", evidence.interval.level},
                                    {"method", evidence.interval.method}}},
          {"good", text_or_null(change.good)},
          {"words", change.words},
          {"link", text_or_null(change.link)}};
}

}  // namespace

DigestMoment digest_moment(Instant now, int hour, const Zone& zone, Weekday week_start) {
  constexpr int64_t hour_seconds = 3600;
  DayRange week = bucket_of(zone.day_of(now), Bucket::week, week_start);
  Instant at = zone.instant_of(week.first, hour * hour_seconds);
  if (at > now) {
    week = bucket_shifted(week.first, Bucket::week, -1);
    at = zone.instant_of(week.first, hour * hour_seconds);
  }
  return {bucket_label(week.first, Bucket::week), at};
}

Result<SeenDigestSettings> digest_settings_of(const House& house, std::string_view workspace, const Clock& clock) {
  TRY(const control::Workspace found, house.control->workspace(workspace));
  SeenDigestSettings seen;
  TRY(seen.settings, stored_settings(house, workspace));
  TRY(seen.state, stored_state(house, workspace));
  if (!seen.settings.on) return seen;
  const DigestMoment moment = digest_moment(clock.now(), seen.settings.hour, found.zone, found.week_start);
  const bool is_due = moment.week != seen.state.week && moment.at >= seen.settings.set_at;
  const DayRange week = bucket_of(found.zone.day_of(moment.at), Bucket::week, found.week_start);
  const Day next = bucket_shifted(week.first, Bucket::week, 1).first;
  seen.next_at = is_due ? moment.at : found.zone.instant_of(next, int64_t{seen.settings.hour} * 3600);
  return seen;
}

Result<SeenDigestSettings> set_digest(const House& house, std::string_view workspace, const JsonObject& fields,
                                      const Clock& clock) {
  TRY(const auto catalog, catalog_of(house, workspace));
  TRY(const DigestSettings before, stored_settings(house, workspace));
  TRY(DigestSettings settings, changed_settings(before, fields, *catalog));
  if (settings.on && settings.channel.empty()) return invalid("channel names where the digest is sent to", "channel");
  if (!settings.channel.empty()) {
    const auto channel = house.control->outbox().channel(workspace, settings.channel);
    if (!channel && channel.error().kind == ErrorKind::not_found) return invalid(channel.error().message, "channel");
    if (!channel) return channel.error();
  }
  // A week whose hour was over when somebody switched it on is none of theirs.
  if (settings.on && !before.on) settings.set_at = clock.now();
  JsonObject json{{"on", settings.on},
                  {"channel", settings.channel},
                  {"hour", settings.hour},
                  {"set_at", settings.set_at.micros},
                  {"kpis", JsonArray(settings.kpis.begin(), settings.kpis.end())}};
  TRY_DONE(house.control->set_setting(workspace, settings_name, json_text(json)));
  return digest_settings_of(house, workspace, clock);
}

JsonObject digest_settings_json(const SeenDigestSettings& seen) {
  const DigestSettings& settings = seen.settings;
  JsonObject json{
      {"on", settings.on},
      {"channel", text_or_null(settings.channel)},
      {"hour", settings.hour},
      {"kpis", settings.kpis.empty() ? Json(nullptr) : Json(JsonArray(settings.kpis.begin(), settings.kpis.end()))},
      {"next_at", seen.next_at ? Json(format_instant(*seen.next_at)) : Json(nullptr)},
      {"last", nullptr},
      {"failure", text_or_null(seen.state.failure)}};
  if (seen.state.sent_at) {
    json["last"] = JsonObject{{"week", seen.state.week}, {"sent_at", format_instant(*seen.state.sent_at)}};
  }
  return json;
}

Result<SeenDigest> digest_of(const House& house, std::string_view workspace, const std::string& base,
                             const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const DigestSettings settings, stored_settings(house, workspace));
  const std::vector<std::string> kpis =
      settings.kpis.empty() ? alerts::digest_kpis(*scope.editions->at(std::nullopt)) : settings.kpis;
  SeenDigest seen;
  TRY(seen.digest, alerts::digest_of({*house.engine, scope, base}, kpis));
  TRY(const std::vector<control::KeptGoal> goals, house.control->goals().list(workspace));
  const Instant since{scope.now.micros - int64_t{week_days} * 86'400 * second_micros};
  for (const control::KeptGoal& goal : goals) TRY_DONE(add_goal_change(house, scope, base, goal, since, seen));
  TRY(const std::vector<SeenAlert> all, alerts_of(house, workspace, clock));
  for (const SeenAlert& alert : all) add_open_alerts(alert, seen);
  return seen;
}

JsonObject digest_json(const SeenDigest& seen) {
  const alerts::Digest& digest = seen.digest;
  const auto range = [](DayRange days) -> Json {
    if (days.empty()) return nullptr;
    return JsonObject{{"from", format_day(days.first)}, {"to", format_day(days.end - 1)}};
  };
  JsonArray changes;
  for (const alerts::DigestChange& change : digest.changes) changes.push_back(digest_change_json(change));
  const std::vector<std::string> notes = alerts::digest_notes(digest);
  return {{"from", digest.days.empty() ? Json(nullptr) : Json(format_day(digest.days.first))},
          {"to", digest.days.empty() ? Json(nullptr) : Json(format_day(digest.days.end - 1))},
          {"compared", range(digest.compared)},
          {"zone", digest.zone},
          {"numbers", digest.numbers},
          {"tested", digest.tested},
          {"false_discovery_rate", 0.05},
          {"changes", std::move(changes)},
          {"goals", seen.goals},
          {"alerts", seen.open_alerts},
          {"notes", JsonArray(notes.begin(), notes.end())},
          {"subject", alerts::digest_subject(digest)},
          {"text", alerts::digest_text(digest)}};
}

Result<std::optional<std::string>> send_digest(const House& house, std::string_view workspace, const std::string& base,
                                               const Clock& clock) {
  TRY(const control::Workspace found, house.control->workspace(workspace));
  TRY(const DigestSettings settings, stored_settings(house, workspace));
  if (!settings.on) return std::optional<std::string>();
  TRY(DigestState state, stored_state(house, workspace));
  const DigestMoment moment = digest_moment(clock.now(), settings.hour, found.zone, found.week_start);
  if (moment.week == state.week || moment.at < settings.set_at) return std::optional<std::string>();
  TRY(const SeenDigest seen, digest_of(house, workspace, base, clock));
  const control::Parcel parcel{.key = "digest/" + moment.week,
                               .channel = settings.channel,
                               .subject = alerts::digest_subject(seen.digest),
                               .text = alerts::digest_text(seen.digest),
                               .json = json_text(digest_json(seen)),
                               .link = base.empty() ? "" : base + "/"};
  const Result<control::Accepted> put = house.control->outbox().put(workspace, parcel, clock.now());
  if (!put) {
    if (put.error().message == state.failure) return put.error();
    state.failure = put.error().message;
    TRY_DONE(keep_state(house, workspace, state));
    return put.error();
  }
  TRY_DONE(keep_state(house, workspace, {moment.week, clock.now(), ""}));
  return put->is_new ? std::optional(parcel.subject) : std::nullopt;
}

bool AlertJob::is_due(const House& house, const std::string& workspace, Instant now) {
  const auto newest = house.importer->imports(workspace, 1, {});
  const std::string batch = newest && !newest->empty() ? newest->front().id : std::string();
  const auto known = seen_.find(workspace);
  if (known != seen_.end()) {
    const bool is_old = now.micros - known->second.judged_at.micros >= judged_every || now < known->second.judged_at;
    if (!is_old && known->second.batch == batch) return false;
  }
  seen_[workspace] = {now, batch};
  return true;
}

Result<Done> AlertJob::run(const House& house, const std::string& base, const std::atomic<bool>& stopping) {
  TRY(const std::vector<control::Workspace> workspaces, house.control->workspaces());
  std::vector<std::string> failures;
  for (const control::Workspace& workspace : workspaces) {
    if (stopping) return Done{};
    if (!is_due(house, workspace.key, house.clock->now())) continue;
    const auto ran = run_alerts(house, workspace.key, base, *house.clock);
    if (!ran) failures.push_back(workspace.key + ": " + ran.error().message);
    for (const RanAlert& alert : ran ? *ran : std::vector<RanAlert>()) {
      if (!alert.failure.empty())
        failures.push_back(fmt::format("{}, {}: {}", workspace.key, alert.name, alert.failure));
    }
    const auto sent = send_digest(house, workspace.key, base, *house.clock);
    if (!sent) failures.push_back(workspace.key + ", digest: " + sent.error().message);
  }
  if (failures.empty()) return Done{};
  return unavailable(join(failures, "; "));
}

}  // namespace sociometer::surfaces
