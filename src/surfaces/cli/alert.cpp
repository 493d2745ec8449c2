// Alerts: setting them, how they stand, judging them now; and the digest of the week.
#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/alerts.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/cli/table.h"

namespace sociometer::surfaces {
namespace {

struct AlertWords {
  std::string verb, name, kpi, above, below, change, compare, goal, side, last, clear, quiet, channel, until;
  std::vector<std::string> filter;
  int64_t stale = 0, times = 0;
  bool anomaly = false, definitions = false, no_end = false, send = false;
};

// --- Setting one

// What kind it is, by the one option that says so.
Result<Done> say_kind(const AlertWords& words, JsonObject& fields) {
  std::vector<const char*> kinds;
  const auto kind = [&](bool is_it, const char* option, const char* name) {
    if (!is_it) return;
    kinds.push_back(option);
    fields["kind"] = name;
  };
  kind(!words.above.empty(), "--above", "threshold");
  kind(!words.below.empty() && words.goal.empty(), "--below", "threshold");
  kind(!words.change.empty(), "--change", "change");
  kind(words.anomaly, "--anomaly", "anomaly");
  kind(!words.goal.empty(), "--goal", "goal");
  kind(words.stale != 0, "--stale", "stale");
  kind(words.definitions, "--definitions", "definitions");
  if (kinds.size() == 1) return Done{};
  return invalid(kinds.empty() ? "say when it is told: --above, --below, --change, --anomaly, --goal, --stale or "
                                 "--definitions"
                               : fmt::format("an alert is of one kind; {} and {} are two", kinds[0], kinds[1]),
                 "kind");
}

Result<JsonObject> fields_of(const AlertWords& words) {
  JsonObject fields{{"name", words.name}};
  TRY_DONE(say_kind(words, fields));
  const auto text = [&](const char* name, const std::string& said) {
    if (!said.empty()) fields[name] = said;
  };
  text("kpi", words.kpi);
  text("goal", words.goal);
  text("last", words.last);
  text("clear", words.clear);
  text("compare", words.compare);
  text("side", words.side);
  text("quiet", words.quiet);
  text("channel", words.channel);
  if (!words.above.empty()) {
    fields["side"] = "above";
    fields["bound"] = words.above;
  } else if (!words.below.empty()) {
    if (words.goal.empty()) fields["side"] = "below";
    fields["bound"] = words.below;
  } else if (!words.change.empty()) {
    const bool is_signed = words.change.front() == '+' || words.change.front() == '-';
    if (is_signed) fields["side"] = words.change.front() == '+' ? "above" : "below";
    fields["bound"] = words.change.substr(is_signed ? 1 : 0);
  }
  if (words.stale != 0) fields["days"] = words.stale;
  if (words.times != 0) fields["for"] = words.times;
  if (words.no_end) fields["recovery"] = false;
  JsonObject filter;
  for (const std::string& said : words.filter) {
    TRY(auto parsed, parse_filter(said, "--filter"));
    Json& members = filter[parsed.first];
    if (!members.is_array()) members = JsonArray();
    for (std::string& member : parsed.second) members.get_array().emplace_back(member);
  }
  if (!filter.empty()) fields["filter"] = std::move(filter);
  return fields;
}

std::string state_words(const SeenAlert& seen) {
  std::string words = seen.standing;
  if (!seen.reason.empty()) {
    std::string reason = seen.reason;
    for (char& c : reason) c = c == '_' ? ' ' : c;
    words += ", " + reason;
  }
  if (seen.is_muted) {
    words += seen.kept.muted_until ? ", muted until " + format_instant(*seen.kept.muted_until) : ", muted";
  }
  return words;
}

std::string title_of(const JsonArray& findings) {
  for (const Json& finding : findings) {
    if (!finding.is_object()) continue;
    const Result<std::string> title = json_string(finding.get_object(), "title");
    if (title) return *title;
  }
  return {};
}

std::string alert_text(const SeenAlert& seen, const Look& look) {
  std::string text = seen.kept.name + "\n";
  const auto line = [&](const char* name, const std::string& words) {
    if (!words.empty()) text += fmt::format("  {:<9} {}\n", name, words);
  };
  line("told when", seen.words);
  line("to", seen.alert.channel +
                 (seen.alert.quiet ? fmt::format(", not within {}", alerts::quiet_text(*seen.alert.quiet)) : ""));
  line("state", state_words(seen));
  line("found", title_of(seen.findings));
  line("judged", seen.kept.judged_at ? format_instant(*seen.kept.judged_at) : "");
  line("failure", seen.kept.failure);
  line("held", seen.state.waiting.empty() ? "" : std::to_string(seen.state.waiting.size()));
  Table table;
  table.column("episode", Table::Align::right);
  for (const char* title : {"from", "to", "told", "end told"}) table.column(title);
  table.column("what", Table::Align::left, Table::Fit::flexible);
  const auto moment = [](const std::optional<Instant>& at) { return at ? format_instant(*at) : std::string(); };
  for (const control::KeptEpisode& episode : seen.episodes) {
    table.row({std::to_string(episode.number), format_instant(episode.opened_at), moment(episode.closed_at),
               moment(episode.told_at), moment(episode.end_told_at), episode.title});
  }
  return table.empty() ? text : text + "\n" + table.text(look);
}

Result<Exit> show_alert(Call& call, const SeenAlert& seen, Episodes episodes) {
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"alert", alert_json(seen, episodes)}});
  } else {
    call.print(alert_text(seen, call.terminal.look()));
  }
  return Exit::done;
}

Result<Exit> add_alert_words(Call& call, const AlertWords& words) {
  TRY(const JsonObject fields, fields_of(words));
  TRY(const SeenAlert seen, add_alert(call.house, call.globals.workspace, fields, login_name(), *call.clock));
  TRY_DONE(record(call, call.globals.workspace, "alert.set", seen.kept.name));
  return show_alert(call, seen, Episodes::left_out);
}

Result<Exit> remove_alert(Call& call, const AlertWords& words) {
  TRY(const control::KeptAlert gone,
      call.house.control->alerts().remove(call.globals.workspace, words.name, call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "alert.remove", gone.name));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"alert", gone.name}, {"removed_at", format_instant(*gone.removed_at)}});
  } else {
    call.print(fmt::format("removed: {}\n", gone.name));
  }
  return Exit::done;
}

Result<Exit> mute(Call& call, const AlertWords& words) {
  const bool is_unmuting = words.verb == "unmute";
  const std::string& workspace = call.globals.workspace;
  TRY(const SeenAlert seen, is_unmuting ? unmute_alert(call.house, workspace, words.name, *call.clock)
                                        : mute_alert(call.house, workspace, words.name, words.until, *call.clock));
  TRY_DONE(record(call, workspace, is_unmuting ? "alert.unmute" : "alert.mute", seen.kept.name));
  return show_alert(call, seen, Episodes::left_out);
}

// --- All of them

Result<Exit> list_alerts(Call& call) {
  TRY(const std::vector<SeenAlert> all, alerts_of(call.house, call.globals.workspace, *call.clock));
  if (call.globals.output == Output::json) {
    JsonArray shown;
    for (const SeenAlert& seen : all) shown.push_back(alert_json(seen));
    call.print_json(JsonObject{{"alerts", std::move(shown)}});
    return Exit::done;
  }
  if (all.empty()) {
    call.print("no alerts yet: sociometer alert add low --kpi impressions --below 20000 --to CHANNEL\n");
    return Exit::done;
  }
  Table table;
  table.column("alert");
  table.column("state");
  table.column("to");
  table.column("told when", Table::Align::left, Table::Fit::flexible);
  table.column("found", Table::Align::left, Table::Fit::flexible);
  for (const SeenAlert& seen : all) {
    table.row({seen.kept.name, state_words(seen), seen.alert.channel, seen.words,
               seen.kept.failure.empty() ? title_of(seen.findings) : seen.kept.failure});
  }
  call.print(table.text(call.terminal.look()));
  return Exit::done;
}

Result<Exit> judge_all(Call& call) {
  TRY(const std::vector<RanAlert> ran, run_alerts(call.house, call.globals.workspace, base_address(call), *call.clock));
  bool failed = false;
  JsonArray list;
  std::string text;
  for (const RanAlert& alert : ran) {
    failed = failed || !alert.failure.empty();
    list.push_back(ran_json(alert));
    text += fmt::format("{}: {}{}\n", alert.name, alert.standing, alert.held > 0 ? ", held by quiet hours" : "");
    for (const std::string& subject : alert.told) text += fmt::format("  told: {}\n", subject);
    if (!alert.failure.empty()) text += fmt::format("  failed: {}\n", alert.failure);
  }
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"run", std::move(list)}});
  } else {
    call.print(ran.empty() ? "no alerts yet\n" : text);
  }
  return failed ? Exit::partly : Exit::done;
}

std::string tested_text(const TestedAlert& tested) {
  std::string text;
  for (const alerts::Finding& finding : tested.findings) {
    text += finding.title + "\n";
    for (const std::string& line : finding.lines) text += "  " + line + "\n";
  }
  if (tested.outcome == TestedAlert::Outcome::nothing) {
    text += fmt::format("nothing would be sent: {}\n", tested.why);
  } else {
    text += tested.outcome == TestedAlert::Outcome::hold ? fmt::format("held: {}\n", tested.why)
                                                         : fmt::format("to {} would be sent:\n", tested.channel);
    for (const alerts::Letter& letter : tested.letters) text += fmt::format("\n{}\n\n{}", letter.subject, letter.text);
  }
  if (tested.parcel) text += fmt::format("a test is on its way to {}, number {}\n", tested.channel, *tested.parcel);
  return text;
}

Result<Exit> test_alert_words(Call& call, const AlertWords& words) {
  TRY(const TestedAlert tested, test_alert(call.house, call.globals.workspace, words.name, base_address(call),
                                           *call.clock, words.send ? Sending::sent : Sending::only_said));
  if (words.send) TRY_DONE(record(call, call.globals.workspace, "alert.test", tested.name));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"test", tested_json(tested)}});
  } else {
    call.print(tested_text(tested));
  }
  return Exit::done;
}

Result<Exit> run_alert(Call& call, const AlertWords& words) {
  if (words.verb == "add") return add_alert_words(call, words);
  if (words.verb == "remove") return remove_alert(call, words);
  if (words.verb == "mute" || words.verb == "unmute") return mute(call, words);
  if (words.name.empty()) return list_alerts(call);
  TRY(const SeenAlert seen, alert_of(call.house, call.globals.workspace, words.name, *call.clock));
  return show_alert(call, seen, Episodes::with);
}

Run declare_alert(Options options) {
  auto words = std::make_shared<AlertWords>();
  options.word("NAME", "of an alert, as `sociometer alerts` lists them", &words->name, Presence::optional);
  Options add = options.verb("add", "sets an alert", &words->verb);
  add.word("NAME", "what it is called", &words->name);
  add.text("--kpi", "KEY", "what is watched, as key or key:variant", &words->kpi);
  add.text("--above", "VALUE", "told when it lies above: 20000, 2%", &words->above);
  add.text("--below", "VALUE", "told when it lies below; with --goal, the probability", &words->below);
  add.text("--change", "SHARE", "told when it changes by more, and by more than noise: 20%, +20%, -20%",
           &words->change);
  add.text("--compare", "WITH", "of a change: previous (the days before) or year", &words->compare);
  add.flag("--anomaly", "told of days that are out of the ordinary", &words->anomaly);
  add.text("--side", "SIDE", "of an anomaly: above or below what was expected", &words->side);
  add.text("--goal", "ID", "told when the goal is not likely to be hit", &words->goal);
  add.number("--stale", "DAYS", "told when an own account brings nothing for so long beyond what is usual",
             &words->stale);
  add.flag("--definitions", "told when what a measure or KPI means changes", &words->definitions);
  add.texts("--filter", "DIM=VALUE", "only these; again for more", &words->filter);
  add.text("--last", "SPAN", "how many settled days are looked at: 7d (usual), 4w, 3m", &words->last);
  add.text("--clear", "VALUE", "where it is over again", &words->clear);
  add.number("--for", "N", "so many days in a row (1)", &words->times);
  add.text("--quiet", "HOURS", "hours within which nothing is sent: 22:00-07:00", &words->quiet);
  add.flag("--no-recovery", "its end is not told", &words->no_end);
  add.text("--to", "CHANNEL", "where it is sent to", &words->channel, Presence::required);
  Options remove = options.verb("remove", "takes an alert away", &words->verb);
  remove.word("NAME", "of an alert", &words->name);
  Options mute = options.verb("mute", "sends nothing of it", &words->verb);
  mute.word("NAME", "of an alert", &words->name);
  mute.text("--until", "DAY", "from when on it is sent again", &words->until);
  Options unmute = options.verb("unmute", "sends of it again", &words->verb);
  unmute.word("NAME", "of an alert", &words->name);
  return [words](Call& call) { return run_alert(call, *words); };
}

Run declare_alerts(Options options) {
  auto words = std::make_shared<AlertWords>();
  Options test_verb = options.verb("test", "judges one now and says what would be sent", &words->verb);
  test_verb.word("NAME", "of an alert", &words->name);
  test_verb.flag("--send", "sends a message that says it is a test", &words->send);
  static_cast<void>(options.verb("run", "judges all now, as serve does by itself", &words->verb));
  return [words](Call& call) -> Result<Exit> {
    if (words->verb == "test") return test_alert_words(call, *words);
    return words->verb == "run" ? judge_all(call) : list_alerts(call);
  };
}

// --- The digest

struct DigestWords {
  std::string verb, channel, hour, kpis;
  bool off = false;
};

std::string settings_text(const SeenDigestSettings& seen) {
  if (!seen.settings.on) return "the digest is not sent: sociometer digest set --to CHANNEL\n";
  std::string text =
      fmt::format("to {} on the first day of the week at {:02}:00", seen.settings.channel, seen.settings.hour);
  if (seen.next_at) text += fmt::format(", next at {}", format_instant(*seen.next_at));
  if (!seen.settings.kpis.empty()) text += fmt::format("; looks at {}", join(seen.settings.kpis, ", "));
  return text + "\n";
}

Result<Exit> set_digest_words(Call& call, const DigestWords& words) {
  JsonObject fields;
  if (!words.channel.empty()) {
    fields["channel"] = words.channel;
    fields["on"] = true;
  }
  if (words.off) fields["on"] = false;
  if (!words.hour.empty()) {
    TRY(const double hour, alerts::parse_amount(words.hour, "hour"));
    const auto whole = static_cast<int64_t>(hour);
    fields["hour"] = static_cast<double>(whole) == hour ? Json(whole) : Json(hour);
  }
  if (words.kpis == "usual") {
    fields["kpis"] = nullptr;
  } else if (!words.kpis.empty()) {
    JsonArray kpis;
    for (const std::string_view kpi : split(words.kpis, ',')) kpis.emplace_back(trimmed(kpi));
    fields["kpis"] = std::move(kpis);
  }
  SeenDigestSettings seen;
  if (fields.empty()) {
    TRY(seen, digest_settings_of(call.house, call.globals.workspace, *call.clock));
  } else {
    TRY(seen, set_digest(call.house, call.globals.workspace, fields, *call.clock));
    TRY_DONE(record(call, call.globals.workspace, "digest.set", ""));
  }
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"settings", digest_settings_json(seen)}});
  } else {
    call.print(settings_text(seen));
  }
  return Exit::done;
}

Result<Exit> tell_digest(Call& call) {
  TRY(const SeenDigest seen, digest_of(call.house, call.globals.workspace, base_address(call), *call.clock));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"digest", digest_json(seen)}});
  } else {
    call.print(alerts::digest_text(seen.digest));
  }
  return Exit::done;
}

Run declare_digest(Options options) {
  auto words = std::make_shared<DigestWords>();
  Options set = options.verb("set", "says where and when it is sent", &words->verb);
  set.text("--to", "CHANNEL", "where it is sent to, from the next week on", &words->channel);
  set.text("--hour", "HOUR", "of the first day of the week (8)", &words->hour);
  set.text("--kpis", "KEY,…", "what it looks at; usual: the program's own list", &words->kpis);
  set.flag("--off", "it is not sent any more", &words->off);
  return [words](Call& call) { return words->verb == "set" ? set_digest_words(call, *words) : tell_digest(call); };
}

}  // namespace

const Command alert_command{"alert", "sets an alert, and says how one stands",
                            "sociometer alert add low --kpi impressions --below 20000 --quiet 22:00-07:00 --to ops",
                            Needs::data, declare_alert};
const Command alerts_command{"alerts", "the alerts and how each stands; tests one, judges all",
                             "sociometer alerts test low --send", Needs::data, declare_alerts};
const Command digest_command{"digest", "what changed in the last seven settled days by more than noise",
                             "sociometer digest set --to ops --hour 8", Needs::data, declare_digest};

}  // namespace sociometer::surfaces
