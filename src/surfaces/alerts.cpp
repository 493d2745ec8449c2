#include "surfaces/alerts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "base/text.h"
#include "surfaces/goals.h"
#include "surfaces/json_parts.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

using alerts::Alert;
using alerts::Finding;
using alerts::Says;
using alerts::State;

constexpr int episodes_shown = 100;
constexpr size_t alert_imports_looked_at = 1000;

JsonObject finding_json(const Finding& finding, std::string_view zone) {
  const auto member = [&](const char* key) -> Json {
    const Json* value = finding.data.if_contains(key);
    return value == nullptr ? Json(nullptr) : *value;
  };
  JsonArray lines(finding.lines.begin(), finding.lines.end());
  return {{"about", finding.about},
          {"says", alerts::name(finding.says)},
          {"reason", text_or_null(finding.reason)},
          {"from", format_day(finding.days.first)},
          {"to", format_day(finding.days.end - 1)},
          {"value", finding.value && std::isfinite(*finding.value) ? Json(*finding.value) : Json(nullptr)},
          {"bound", member("bound")},
          {"n", member("n")},
          {"interval", member("interval")},
          {"zone", zone},
          {"title", finding.title},
          {"lines", std::move(lines)},
          {"link", text_or_null(finding.link)}};
}

JsonArray findings_json(const std::vector<Finding>& findings, std::string_view zone) {
  JsonArray list;
  for (const Finding& finding : findings) list.push_back(finding_json(finding, zone));
  return list;
}

Result<Alert> stored_alert(const control::KeptAlert& kept) {
  TRY(const Json fields, parse_json(kept.fields));
  if (!fields.is_object()) return internal(fmt::format("the alert \"{}\" is no longer readable", kept.name));
  return alerts::alert_from_stored(fields.get_object());
}

Result<State> stored_state(const control::KeptAlert& kept) {
  if (kept.state.empty()) return State();
  TRY(const Json state, parse_json(kept.state));
  if (!state.is_object()) return internal(fmt::format("the alert \"{}\" is no longer readable", kept.name));
  return alerts::state_from_json(state.get_object());
}

JsonArray stored_findings(const control::KeptAlert& kept) {
  const Result<Json> findings = kept.findings.empty() ? Result<Json>(Json(JsonArray())) : parse_json(kept.findings);
  return findings && findings->is_array() ? findings->get_array() : JsonArray();
}

bool is_muted(const control::KeptAlert& kept, Instant now) {
  return kept.muted_at && (!kept.muted_until || now < *kept.muted_until);
}

// As far as findings are kept: what they say, and why not.
std::pair<std::string, std::string> standing_of(const State& state, const JsonArray& findings, bool was_judged) {
  std::vector<Finding> said;
  std::string reason;
  for (const Json& each : findings) {
    if (!each.is_object()) continue;
    Finding& finding = said.emplace_back();
    const bool is_unknown = text_in(each.get_object(), "says") == alerts::name(Says::unknown);
    finding.says = is_unknown ? Says::unknown : Says::calm;
    if (is_unknown) reason = text_in(each.get_object(), "reason");
  }
  const std::string standing(alerts::standing(state, said, was_judged));
  return {standing, standing == "unknown" ? reason : std::string()};
}

Result<SeenAlert> seen_of(const control::KeptAlert& kept, const metrics::Scope& scope) {
  SeenAlert seen{.kept = kept};
  TRY(seen.alert, stored_alert(kept));
  TRY(seen.state, stored_state(kept));
  seen.findings = stored_findings(kept);
  std::tie(seen.standing, seen.reason) = standing_of(seen.state, seen.findings, kept.judged_at.has_value());
  seen.words = alerts::words_of(seen.alert, *scope.editions->at(std::nullopt), scope.currency);
  seen.is_muted = is_muted(kept, scope.now);
  return seen;
}

// --- Looking: what alerts itself cannot ask for

std::vector<std::string> own_networks(const metrics::Scope& scope) {
  std::vector<std::string> networks;
  for (const auto& [account, ownership] : scope.ownership) {
    if (ownership == "own") networks.push_back(account.substr(0, account.find('/')));
  }
  return networks;
}

Result<std::vector<alerts::AccountNews>> news_of(const House& house, const metrics::Scope& scope) {
  TRY(const auto accounts, accounts_of(house, scope.workspace));
  TRY(const auto batches, house.importer->imports(scope.workspace, alert_imports_looked_at, {}));
  std::vector<alerts::AccountNews> news;
  for (const auto& known : accounts) {
    if (known.account.ownership != control::Ownership::own) continue;
    alerts::AccountNews& each = news.emplace_back(
        alerts::AccountNews{known.account.network, known.account.handle, known.activity.last_day, {}});
    const std::string name = each.network + "/" + each.account;
    for (const facts::Batch& batch : batches) {
      if (batch.undone_at || batch.recorded_at > scope.now) continue;
      if (std::ranges::find(batch.accounts, name) != batch.accounts.end()) each.batches.push_back(batch.recorded_at);
    }
  }
  return news;
}

Result<std::vector<Finding>> look(const House& house, const metrics::Scope& scope, const std::string& base,
                                  const Alert& alert, const State& state, Instant set_at) {
  const alerts::World world{*house.engine, scope, base};
  switch (alert.kind) {
    case alerts::Kind::threshold:
    case alerts::Kind::change:
    case alerts::Kind::anomaly:
      return alerts::look_at_kpi(world, alert, state);
    case alerts::Kind::goal: {
      const auto clock = fixed_clock(scope.now);
      TRY(const SeenGoal seen, goal_of(house, scope.workspace, alert.goal, *clock));
      if (seen.kept.removed_at) return not_found(fmt::format("the goal {} was removed", alert.goal), "goal");
      return std::vector<Finding>{alerts::look_at_goal(world, alert, seen.kept.sentence, seen.standing)};
    }
    case alerts::Kind::stale: {
      TRY(const auto news, news_of(house, scope));
      return alerts::look_at_accounts(world, alert, news);
    }
    case alerts::Kind::definitions:
      return alerts::look_at_definitions(world, alert, set_at, own_networks(scope));
  }
  return std::vector<Finding>();
}

// Whether everything is there that it names, and the KPI can be asked so.
Result<Done> check_alert(const House& house, const metrics::Scope& scope, const Alert& alert) {
  const auto as_field = [](const Error& error, const char* field) {
    const bool is_theirs = error.kind == ErrorKind::invalid || error.kind == ErrorKind::not_found;
    return is_theirs ? invalid(error.message, field) : error;
  };
  const auto channel = house.control->outbox().channel(scope.workspace, alert.channel);
  if (!channel) return as_field(channel.error(), "channel");
  const auto found = look(house, scope, "", alert, State(), scope.now);
  if (!found) return as_field(found.error(), alert.kind == alerts::Kind::goal ? "goal" : "filter");
  return Done{};
}

// --- Running one

class Running {
 public:
  Running(const House& house, const metrics::Scope& scope, const std::string& base)
      : house_(house), scope_(scope), base_(base) {}

  Result<RanAlert> run(const control::KeptAlert& kept) {
    kept_ = kept;
    ran_ = {.name = kept.name};
    TRY(alert_, stored_alert(kept));
    TRY(state_, stored_state(kept));
    // What was to be told before comes first: a message that is on its way cannot become another.
    if (!is_muted(kept_, scope_.now)) TRY_DONE(tell());
    Result<std::vector<Finding>> found = look(house_, scope_, base_, alert_, state_, kept_.set_at);
    if (!found) {
      ran_.failure = found.error().message;
      found = std::vector<Finding>{failed_finding(found.error())};
    }
    TRY_DONE(judge(std::move(*found)));
    TRY_DONE(tell());
    return std::move(ran_);
  }

 private:
  Finding failed_finding(const Error& error) const {
    Finding finding;
    const Day today = scope_.zone.day_of(scope_.now);
    finding.days = {today, today + 1};
    finding.reason = "not_applicable";
    finding.title = error.message;
    return finding;
  }

  Result<Done> judge(std::vector<Finding> found) {
    const JsonArray shown = findings_json(found, scope_.zone.name());
    const auto voice = is_muted(kept_, scope_.now) ? alerts::Voice::muted : alerts::Voice::loud;
    alerts::Judged judged = alerts::judge(alert_, std::move(state_), std::move(found), scope_.now, voice);
    state_ = std::move(judged.state);
    control::AlertJudgement judgement{.findings = json_text(shown), .judged_at = scope_.now};
    for (const alerts::Episode& episode : judged.episodes) {
      judgement.episodes.push_back({.number = episode.number,
                                    .about = episode.about,
                                    .title = episode.title,
                                    .opened_at = episode.opened_at,
                                    .closed_at = episode.closed_at});
    }
    std::tie(ran_.standing, ran_.reason) = standing_of(state_, shown, true);
    return keep(std::move(judgement));
  }

  Result<Done> tell() {
    for (const alerts::Message& message : alerts::due(alert_, state_, scope_.now, scope_.zone)) {
      const alerts::Letter letter =
          alerts::letter_of(alert_, kept_.number, message, scope_.workspace, scope_.now, scope_.zone);
      const auto put = house_.control->outbox().put(scope_.workspace, parcel_of(letter, alert_.channel), scope_.now);
      if (!put) {
        ran_.failure = put.error().message;
        return keep({});
      }
      if (put->is_new) ran_.told.push_back(letter.subject);
      state_ = alerts::told(std::move(state_), message, scope_.now);
      using Told = control::AlertJudgement::Told;
      const auto what = message.what == alerts::Message::What::ended ? Told::What::ended : Told::What::began;
      TRY_DONE(keep({.told = {{message.episode, what, scope_.now}}}));
    }
    ran_.held = state_.waiting.size();
    return Done{};
  }

  Result<Done> keep(control::AlertJudgement judgement) {
    judgement.revision = kept_.revision;
    judgement.state = json_text(alerts::to_json(state_));
    judgement.failure = ran_.failure;
    TRY(kept_.revision, house_.control->alerts().keep(scope_.workspace, kept_.number, judgement));
    return Done{};
  }

 public:
  static control::Parcel parcel_of(const alerts::Letter& letter, const std::string& channel) {
    return {.key = letter.key,
            .channel = channel,
            .subject = letter.subject,
            .text = letter.text,
            .json = letter.json,
            .link = letter.link};
  }

 private:
  const House& house_;
  const metrics::Scope& scope_;
  const std::string& base_;
  control::KeptAlert kept_;
  Alert alert_;
  State state_;
  RanAlert ran_;
};

Result<std::pair<Alert, JsonObject>> read_alert(const House& house, const metrics::Scope& scope,
                                                const JsonObject& fields) {
  TRY(Alert alert, alerts::alert_from_fields(fields, *scope.editions->at(std::nullopt)));
  TRY_DONE(check_alert(house, scope, alert));
  JsonObject stored = alerts::alert_fields(alert);
  return std::pair{std::move(alert), std::move(stored)};
}

}  // namespace

Result<SeenAlert> add_alert(const House& house, std::string_view workspace, const JsonObject& fields,
                            std::string_view by, const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const auto read, read_alert(house, scope, fields));
  TRY(const control::KeptAlert added,
      house.control->alerts().add(
          workspace,
          {.name = read.first.name, .fields = json_text(read.second), .set_by = std::string(by), .set_at = scope.now}));
  return seen_of(added, scope);
}

Result<SeenAlert> set_alert(const House& house, std::string_view workspace, std::string_view name,
                            const JsonObject& fields, std::string_view by, const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(control::KeptAlert kept, house.control->alerts().find(workspace, name));
  JsonObject said = fields;
  if (!said.contains("name")) said["name"] = kept.name;
  TRY(const auto read, read_alert(house, scope, said));
  TRY(const State before, stored_state(kept));
  // Numbers of episodes go on: the outbox takes each of them once.
  State state;
  state.episodes = before.episodes;
  control::AlertJudgement judgement{.revision = kept.revision, .state = json_text(alerts::to_json(state))};
  for (const auto& [number, episode] : before.open) {
    judgement.episodes.push_back({.number = number, .opened_at = episode.opened_at, .closed_at = scope.now});
  }
  kept.name = read.first.name;
  kept.fields = json_text(read.second);
  kept.set_by = by;
  kept.set_at = scope.now;
  TRY(const control::KeptAlert set, house.control->alerts().set(workspace, kept, judgement));
  return seen_of(set, scope);
}

Result<std::vector<SeenAlert>> alerts_of(const House& house, std::string_view workspace, const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const std::vector<control::KeptAlert> all, house.control->alerts().list(workspace));
  std::vector<SeenAlert> seen;
  for (const control::KeptAlert& kept : all) {
    TRY(SeenAlert one, seen_of(kept, scope));
    seen.push_back(std::move(one));
  }
  return seen;
}

Result<SeenAlert> alert_of(const House& house, std::string_view workspace, std::string_view name, const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const control::KeptAlert kept, house.control->alerts().find(workspace, name));
  TRY(SeenAlert seen, seen_of(kept, scope));
  TRY(seen.episodes, house.control->alerts().episodes(workspace, kept.number, episodes_shown));
  return seen;
}

Result<SeenAlert> mute_alert(const House& house, std::string_view workspace, std::string_view name,
                             std::string_view until, const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  std::optional<Instant> end;
  if (!until.empty()) {
    const Result<Day> day = parse_day(until);
    if (!day) return invalid(day.error().message, "until");
    end = scope.zone.start_of(*day);
    if (*end <= scope.now) return invalid(fmt::format("{} is not to come", until), "until");
  }
  TRY(const control::KeptAlert kept, house.control->alerts().mute(workspace, name, end, scope.now));
  return seen_of(kept, scope);
}

Result<SeenAlert> unmute_alert(const House& house, std::string_view workspace, std::string_view name,
                               const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const control::KeptAlert kept, house.control->alerts().unmute(workspace, name));
  return seen_of(kept, scope);
}

JsonObject alert_json(const SeenAlert& seen, Episodes episodes) {
  JsonObject json = alerts::alert_fields(seen.alert);
  json["words"] = seen.words;
  json["by"] = seen.kept.set_by;
  json["set_at"] = format_instant(seen.kept.set_at);
  json["muted"] = seen.is_muted ? Json(JsonObject{{"until", moment_or_null(seen.kept.muted_until)}}) : Json(nullptr);
  json["state"] = seen.standing;
  json["reason"] = text_or_null(seen.reason);
  json["judged_at"] = moment_or_null(seen.kept.judged_at);
  json["failure"] = text_or_null(seen.kept.failure);
  json["waiting"] = seen.state.waiting.size();
  json["findings"] = seen.findings;
  json["open"] = seen.state.open.size();
  if (episodes == Episodes::left_out) return json;
  JsonArray list;
  for (const control::KeptEpisode& episode : seen.episodes) {
    list.push_back(JsonObject{{"number", episode.number},
                              {"about", episode.about},
                              {"title", episode.title},
                              {"opened_at", format_instant(episode.opened_at)},
                              {"closed_at", moment_or_null(episode.closed_at)},
                              {"told_at", moment_or_null(episode.told_at)},
                              {"end_told_at", moment_or_null(episode.end_told_at)}});
  }
  json["episodes"] = std::move(list);
  return json;
}

Result<std::vector<RanAlert>> run_alerts(const House& house, std::string_view workspace, const std::string& base,
                                         const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const std::vector<control::KeptAlert> all, house.control->alerts().list(workspace));
  std::vector<RanAlert> ran;
  for (const control::KeptAlert& kept : all) {
    Result<RanAlert> one = Running(house, scope, base).run(kept);
    // Somebody else judges it at this moment, or took it away: then there is nothing left to be done.
    if (!one && (one.error().kind == ErrorKind::conflict || one.error().kind == ErrorKind::not_found)) continue;
    if (one) {
      ran.push_back(std::move(*one));
    } else {
      ran.push_back({.name = kept.name, .standing = "unknown", .failure = one.error().message});
    }
  }
  return ran;
}

JsonObject ran_json(const RanAlert& ran) {
  return {{"name", ran.name},
          {"state", ran.standing},
          {"reason", text_or_null(ran.reason)},
          {"told", JsonArray(ran.told.begin(), ran.told.end())},
          {"held", ran.held},
          {"failure", text_or_null(ran.failure)}};
}

Result<TestedAlert> test_alert(const House& house, std::string_view workspace, std::string_view name,
                               const std::string& base, const Clock& clock, Sending sending) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const control::KeptAlert kept, house.control->alerts().find(workspace, name));
  TRY(const Alert alert, stored_alert(kept));
  TRY(const State state, stored_state(kept));
  TestedAlert tested{.name = kept.name, .zone = scope.zone.name(), .channel = alert.channel};
  TRY(tested.findings, look(house, scope, base, alert, state, kept.set_at));
  const auto voice = is_muted(kept, scope.now) ? alerts::Voice::muted : alerts::Voice::loud;
  const alerts::Judged judged = alerts::judge(alert, state, tested.findings, scope.now, voice);
  for (const alerts::Message& message : judged.state.waiting) {
    tested.letters.push_back(alerts::letter_of(alert, kept.number, message, workspace, scope.now, scope.zone));
  }
  using Outcome = TestedAlert::Outcome;
  const bool is_held = alerts::due(alert, judged.state, scope.now, scope.zone).empty();
  tested.outcome = tested.letters.empty() ? Outcome::nothing : is_held ? Outcome::hold : Outcome::send;
  if (tested.outcome == Outcome::hold) tested.why = "these are quiet hours: it is sent at their end";
  if (tested.outcome == Outcome::nothing) {
    const std::string standing(alerts::standing(judged.state, tested.findings, true));
    tested.why = voice == alerts::Voice::muted ? "it is muted"
                 : standing == "firing"        ? "it fires, and that was told before"
                 : standing == "counting"      ? "it has not been so for as many days in a row as it takes"
                 : standing == "unknown"       ? "too little is known to say"
                                               : "it is calm";
  }
  if (sending == Sending::sent) {
    const alerts::Letter letter =
        alerts::test_letter(alert, kept.number, tested.findings, workspace, scope.now, scope.zone);
    TRY(const control::Accepted put,
        house.control->outbox().put(workspace, Running::parcel_of(letter, alert.channel), scope.now));
    tested.parcel = put.number;
  }
  return tested;
}

JsonObject tested_json(const TestedAlert& tested) {
  static constexpr std::array<std::string_view, 3> outcomes{"send", "hold", "nothing"};
  JsonArray messages;
  for (const alerts::Letter& letter : tested.letters) {
    messages.push_back(
        JsonObject{{"subject", letter.subject}, {"text", letter.text}, {"link", text_or_null(letter.link)}});
  }
  JsonObject json{{"name", tested.name},
                  {"findings", findings_json(tested.findings, tested.zone)},
                  {"outcome", outcomes[static_cast<size_t>(tested.outcome)]},
                  {"why", tested.why},
                  {"messages", std::move(messages)},
                  {"sent", nullptr}};
  if (tested.parcel) json["sent"] = JsonObject{{"channel", tested.channel}, {"parcel", *tested.parcel}};
  return json;
}

}  // namespace sociometer::surfaces
