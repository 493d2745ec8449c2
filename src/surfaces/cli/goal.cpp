// SMART goals: setting them, and where they stand.
#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/table.h"
#include "surfaces/goals.h"

namespace sociometer::surfaces {
namespace {

struct GoalWords {
  std::string verb, id, file, owner, cadence, rationale, note, task, due, to_do, target, start, baseline;
  std::vector<std::string> sentence;
  bool dry_run = false;
};

std::string value_words(const SeenGoal& seen, const std::optional<double>& value) {
  if (!value || !seen.choice) return "–";
  return value_text(*value, seen.choice->variant->unit, seen.currency);
}

std::string share_words(const std::optional<double>& share) {
  return share ? fmt::format("{:.0f} %", *share * 100) : "–";
}

std::string status_words(const SeenGoal& seen) {
  std::string words = seen.standing.status;
  for (char& c : words) c = c == '_' ? ' ' : c;
  return words;
}

std::string why_words(const std::string& reason) {
  return reason == "not_begun" ? "not begun yet" : reason_words(reason);
}

// "2026-07-08", "2026-06-08, due"; nothing where it is finished.
std::string review_words(const SeenGoal& seen) {
  if (!seen.next_review) return "";
  return format_day(*seen.next_review) + (seen.is_review_due ? ", due" : "");
}

std::string goals_table(const std::vector<SeenGoal>& goals, const Look& look) {
  Table table;
  table.column("id");
  table.column("goal", Table::Align::left, Table::Fit::flexible);
  table.column("status");
  for (const char* title : {"now", "target", "progress", "expected", "probability"}) {
    table.column(title, Table::Align::right);
  }
  table.column("due");
  table.column("next review");
  table.column("owner");
  for (const SeenGoal& seen : goals) {
    table.row({seen.kept.id, seen.kept.sentence, status_words(seen), value_words(seen, seen.standing.actual),
               value_words(seen, seen.standing.target), share_words(seen.standing.progress),
               share_words(seen.standing.expected), share_words(seen.standing.probability),
               format_day(seen.goal.days.end - 1), review_words(seen), seen.kept.owner});
  }
  return table.text(look);
}

// One goal, a line for each thing there is to know.
std::string goal_text(const SeenGoal& seen) {
  const insights::Standing& standing = seen.standing;
  std::vector<std::pair<std::string, std::string>> lines;
  auto line = [&](const char* name, std::string text) {
    if (!text.empty()) lines.emplace_back(name, std::move(text));
  };
  line("id", seen.kept.id);
  line("status", status_words(seen) + (standing.reason.empty() ? "" : ", " + why_words(standing.reason)));
  std::string baseline = value_words(seen, seen.baseline);
  if (seen.baseline_interval && seen.baseline_interval->low && seen.baseline_interval->high) {
    baseline += fmt::format(" ({} – {})", value_words(seen, seen.baseline_interval->low),
                            value_words(seen, seen.baseline_interval->high));
  }
  line("baseline",
       fmt::format("{}, {} – {}{}", baseline, format_day(seen.goal.baseline.days.first),
                   format_day(seen.goal.baseline.days.end - 1), seen.goal.baseline.stated ? ", as said" : ""));
  line("now", value_words(seen, standing.actual));
  line("target", value_words(seen, standing.target));
  line("progress", fmt::format("{}, expected {}", share_words(standing.progress), share_words(standing.expected)));
  if (standing.forecast) {
    line("forecast", fmt::format("{} ({} – {}); it is hit with a probability of {}",
                                 value_words(seen, standing.forecast->value), value_words(seen, standing.forecast->low),
                                 value_words(seen, standing.forecast->high), share_words(standing.probability)));
  }
  if (!standing.model_reason.empty()) {
    line("forecast", fmt::format("none: {}{}", standing.model_reason,
                                 standing.model == "pace" ? "; judged as if it went on as so far" : ""));
  }
  line("from", fmt::format("{} – {}, looked at {}", format_day(seen.goal.days.first),
                           format_day(seen.goal.days.end - 1), insights::name(seen.goal.cadence)));
  line("review", review_words(seen));
  line("own past", feasibility_words(seen));
  line("owner", seen.kept.owner);
  line("why", seen.kept.rationale);
  for (const std::string& note : standing.notes) line("note", note);
  std::string text = seen.kept.sentence + "\n";
  for (const auto& [name, words] : lines) text += fmt::format("  {:<9} {}\n", name, words);
  return text;
}

std::string periods_table(const SeenGoal& seen, const Look& look) {
  Table table;
  for (const char* title : {"from", "to"}) table.column(title);
  table.column("value", Table::Align::right);
  table.column("kept");
  for (const insights::KeptPeriod& period : seen.standing.periods) {
    if (!period.value && !period.kept) continue;
    table.row({format_day(period.days.first), format_day(period.days.end - 1), value_words(seen, period.value),
               period.kept ? (*period.kept ? "yes" : "no") : "running"});
  }
  return table.empty() ? "" : "\n" + table.text(look);
}

std::string record_text(const GoalRecord& record, const Look& look) {
  std::string text;
  Table statuses;
  for (const char* title : {"status", "since"}) statuses.column(title);
  for (const control::GoalStatus& status : record.statuses) {
    statuses.row({status.status, format_instant(status.observed_at)});
  }
  if (!statuses.empty()) text += "\n" + statuses.text(look);
  Table changes;
  for (const char* title : {"changed", "by"}) changes.column(title);
  changes.column("before", Table::Align::left, Table::Fit::flexible);
  for (const control::GoalStatus& change : record.changes) {
    const Json told = change_json(change);
    auto word = [&](const char* key) {
      const Json* said = told.get_object().if_contains(key);
      return said != nullptr && said->is_string() ? std::string(said->get_string()) : std::string();
    };
    changes.row({word("at"), word("by"), word("was")});
  }
  if (!changes.empty()) text += "\n" + changes.text(look);
  Table check_ins;
  for (const char* title : {"check-in", "by", "at"}) check_ins.column(title);
  check_ins.column("note", Table::Align::left, Table::Fit::flexible);
  for (const control::CheckIn& said : record.check_ins) {
    check_ins.row({std::to_string(said.number), said.by, format_instant(said.at), said.note});
  }
  if (!check_ins.empty()) text += "\n" + check_ins.text(look);
  Table to_dos;
  for (const char* title : {"to-do", "owner", "due", "done"}) to_dos.column(title);
  to_dos.column("task", Table::Align::left, Table::Fit::flexible);
  for (const control::ToDo& to_do : record.to_dos) {
    to_dos.row({std::to_string(to_do.number), to_do.owner, to_do.due ? format_day(*to_do.due) : "",
                to_do.done_at ? format_instant(*to_do.done_at) : "open", to_do.task});
  }
  if (!to_dos.empty()) text += "\n" + to_dos.text(look);
  return text;
}

// A goal that cannot be set is a failure of the goal, not of the line.
Exit refuse(const Call& call, const Error& error, int line = 0) {
  call.terminal.error(line == 0 ? fmt::format("sociometer: {}\n", error.message)
                                : fmt::format("sociometer: line {}: {}\n", line, error.message));
  return Exit::failed;
}

Result<JsonObject> with_words(JsonObject fields, const GoalWords& words) {
  for (const auto& [field, text] : {std::pair<const char*, const std::string*>{"owner", &words.owner},
                                    {"cadence", &words.cadence},
                                    {"rationale", &words.rationale}}) {
    if (!text->empty()) fields[field] = *text;
  }
  return fields;
}

Result<Exit> add_goal_words(Call& call, const GoalWords& words) {
  if (words.file.empty() == words.sentence.empty()) {
    return invalid("say the goal as a sentence, or name a file with --file: one of the two", "sentence");
  }
  std::vector<FiledGoal> asked;
  if (words.file.empty()) {
    asked.push_back({0, JsonObject{{"sentence", join(words.sentence, " ")}}});
  } else {
    TRY(const std::string text, text_at(call, words.file));
    Result<std::vector<FiledGoal>> found = goals_in_file(text);
    if (!found) return refuse(call, found.error());
    asked = std::move(*found);
  }
  const Storing storing = words.dry_run ? Storing::tried : Storing::stored;
  std::vector<SeenGoal> added;
  JsonArray rejected;
  for (const FiledGoal& each : asked) {
    TRY(const JsonObject fields, with_words(each.fields, words));
    Result<SeenGoal> seen = add_goal(call.house, call.globals.workspace, fields, *call.clock, storing);
    if (!seen) {
      if (seen.error().kind != ErrorKind::invalid) return seen.error();
      refuse(call, seen.error(), each.line);
      rejected.push_back(
          JsonObject{{"line", each.line}, {"reason", seen.error().message}, {"field", seen.error().field}});
      continue;
    }
    if (storing == Storing::stored) {
      TRY_DONE(record(call, call.globals.workspace, "goal.set", seen->kept.id));
    }
    added.push_back(std::move(*seen));
  }
  if (added.empty()) return Exit::failed;
  if (call.globals.output == Output::json) {
    if (asked.size() == 1) {
      call.print_json(JsonObject{{"goal", goal_json(added[0])}});
    } else {
      JsonArray list;
      for (const SeenGoal& seen : added) list.push_back(goal_json(seen));
      call.print_json(JsonObject{{"goals", std::move(list)}, {"rejected", rejected}});
    }
  } else {
    for (size_t i = 0; i < added.size(); ++i) call.print((i == 0 ? "" : "\n") + goal_text(added[i]));
  }
  return rejected.empty() ? Exit::done : Exit::partly;
}

Result<Exit> set_goal_words(Call& call, const GoalWords& words) {
  JsonObject fields;
  if (!words.sentence.empty()) fields["sentence"] = join(words.sentence, " ");
  for (const auto& [field, text] : {std::pair<const char*, const std::string*>{"target", &words.target},
                                    {"start", &words.start},
                                    {"due", &words.due},
                                    {"baseline", &words.baseline},
                                    {"owner", &words.owner},
                                    {"cadence", &words.cadence},
                                    {"rationale", &words.rationale}}) {
    if (!text->empty()) fields[field] = *text;
  }
  const Result<SeenGoal> seen =
      change_goal(call.house, call.globals.workspace, words.id, fields, login_name(), *call.clock);
  if (!seen) return seen.error().kind == ErrorKind::invalid ? Result<Exit>(refuse(call, seen.error())) : seen.error();
  TRY_DONE(record(call, call.globals.workspace, "goal.change", words.id));
  if (call.globals.output == Output::json) {
    TRY(const GoalRecord kept, record_of_goal(call.house, call.globals.workspace, words.id));
    call.print_json(JsonObject{{"goal", goal_json(*seen, kept)}});
  } else {
    call.print(goal_text(*seen));
  }
  return Exit::done;
}

Result<Exit> check_in(Call& call, const GoalWords& words) {
  if (words.note.empty() && words.task.empty())
    return invalid("say what there is to say with --note or --todo", "note");
  control::Goals& goals = call.house.control->goals();
  const Instant now = call.clock->now();
  TRY(const control::ToDo to_do, to_do_from(words.task, words.owner, words.due, now));
  JsonObject document;
  std::string text;
  if (!words.note.empty()) {
    TRY(const control::CheckIn said,
        goals.check_in(call.globals.workspace, words.id, {.note = words.note, .by = login_name(), .at = now}));
    document["check_in"] = check_in_json(said);
    text += fmt::format("check-in {} is noted\n", said.number);
  }
  if (!words.task.empty()) {
    TRY(const control::ToDo added, goals.add_to_do(call.globals.workspace, words.id, to_do));
    document["to_do"] = to_do_json(added);
    text += fmt::format("to-do {} is noted\n", added.number);
  }
  TRY_DONE(record(call, call.globals.workspace, "goal.check_in", words.id));
  if (call.globals.output == Output::json) {
    call.print_json(document);
  } else {
    call.print(text);
  }
  return Exit::done;
}

Result<Exit> finish(Call& call, const GoalWords& words) {
  TRY(const int64_t number, to_do_number(words.to_do));
  TRY(const control::ToDo done,
      call.house.control->goals().finish(call.globals.workspace, words.id, number, call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "goal.to_do.done", words.id));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"to_do", to_do_json(done)}});
  } else {
    call.print(fmt::format("to-do {} is done\n", done.number));
  }
  return Exit::done;
}

Result<Exit> remove_goal(Call& call, const GoalWords& words) {
  TRY(const control::KeptGoal gone,
      call.house.control->goals().remove(call.globals.workspace, words.id, call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "goal.remove", gone.id));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"goal", gone.id}, {"removed_at", format_instant(*gone.removed_at)}});
  } else {
    call.print(fmt::format("removed: {}\n", gone.sentence));
  }
  return Exit::done;
}

Result<Exit> show_goal(Call& call, const std::string& id) {
  TRY(const SeenGoal seen, goal_of(call.house, call.globals.workspace, id, *call.clock));
  TRY(const GoalRecord kept, record_of_goal(call.house, call.globals.workspace, id));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"goal", goal_json(seen, kept)}});
  } else {
    const Look& look = call.terminal.look();
    call.print(goal_text(seen) + periods_table(seen, look) + record_text(kept, look));
  }
  return Exit::done;
}

Result<Exit> list_goals(Call& call) {
  TRY(const std::vector<SeenGoal> goals, goals_of(call.house, call.globals.workspace, *call.clock));
  if (call.globals.output == Output::json) {
    JsonArray shown;
    for (const SeenGoal& seen : goals) shown.push_back(goal_json(seen));
    call.print_json(JsonObject{{"goals", std::move(shown)}});
  } else if (goals.empty()) {
    call.print("no goals yet: sociometer goal add 'Increase engagement rate by 12 % in Q3'\n");
  } else {
    call.print(goals_table(goals, call.terminal.look()));
  }
  return Exit::done;
}

Result<Exit> run_goal(Call& call, const GoalWords& words) {
  if (words.verb == "add") return add_goal_words(call, words);
  if (words.verb == "set") return set_goal_words(call, words);
  if (words.verb == "check-in") return check_in(call, words);
  if (words.verb == "done") return finish(call, words);
  if (words.verb == "remove") return remove_goal(call, words);
  return words.id.empty() ? list_goals(call) : show_goal(call, words.id);
}

Run declare_goal(Options options) {
  auto words = std::make_shared<GoalWords>();
  options.word("ID", "of a goal, as `sociometer goals` lists them", &words->id, Presence::optional);
  Options add = options.verb("add", "sets a goal", &words->verb);
  add.words("SENTENCE", "'Increase engagement rate on organic Instagram posts by 12 % in Q3'", &words->sentence,
            Presence::optional);
  add.text("--file", "FILE", "goals of a file: a sentence a line, or fields as YAML; - for standard input",
           &words->file);
  add.text("--owner", "WHO", "who answers for it", &words->owner);
  add.text("--cadence", "HOW", "how often it is looked at: daily, weekly, monthly, quarterly, yearly", &words->cadence);
  add.text("--rationale", "TEXT", "why", &words->rationale);
  add.flag("--dry-run", "says what was understood; stores nothing", &words->dry_run);
  Options set = options.verb("set", "changes a goal; what it was stays in its history", &words->verb);
  set.word("ID", "of a goal", &words->id);
  set.words("SENTENCE", "the whole goal in another sentence; else by the options", &words->sentence,
            Presence::optional);
  set.text("--target", "TARGET", "another target: 'by 15 %', 'to 4 %', 'above 40'", &words->target);
  set.text("--start", "DAY", "another first day, or period as 'Q4 2026'", &words->start);
  set.text("--due", "DAY", "another last day, or period", &words->due);
  set.text("--baseline", "PERIOD", "what it is set against: 'Q1 2026', 'year over year'", &words->baseline);
  set.text("--owner", "WHO", "who answers for it", &words->owner);
  set.text("--cadence", "HOW", "how often it is looked at", &words->cadence);
  set.text("--rationale", "TEXT", "why", &words->rationale);
  Options check = options.verb("check-in", "notes how it goes, and what is to be done", &words->verb);
  check.word("ID", "of a goal", &words->id);
  check.text("--note", "TEXT", "how it goes", &words->note);
  check.text("--todo", "TEXT", "what is to be done", &words->task);
  check.text("--owner", "WHO", "who does it", &words->owner);
  check.text("--due", "DAY", "until when", &words->due);
  Options done = options.verb("done", "a to-do is done", &words->verb);
  done.word("ID", "of a goal", &words->id);
  done.word("NUMBER", "of the to-do", &words->to_do);
  Options remove = options.verb("remove", "takes a goal off the list; its history stays", &words->verb);
  remove.word("ID", "of a goal", &words->id);
  return [words](Call& call) { return run_goal(call, *words); };
}

Run declare_goals(Options) {
  return [](Call& call) { return list_goals(call); };
}

}  // namespace

const Command goal_command{"goal", "sets a goal in a sentence, and says where one stands",
                           "sociometer goal add 'Increase engagement rate by 12 % in Q3'", Needs::data, declare_goal};
const Command goals_command{"goals", "the goals, and where each stands", "sociometer goals", Needs::data,
                            declare_goals};

}  // namespace sociometer::surfaces
