// A filled data directory to look at. The demo's files go the way of anyone's: through the importer.
#include <fmt/format.h>

#include "demo/demo.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/goals.h"
#include "surfaces/serving.h"
#include "surfaces/streams.h"

namespace sociometer::surfaces {
namespace {

constexpr uint64_t seed = 1;
constexpr std::string_view demo_person = "Demo owner";

struct DemoWords {
  ServeWords serve;
  bool no_serve = false;
};

Result<Done> set_up(const Call& call, const demo::Setting& setting) {
  control::Control& control = *call.house.control;
  TRY_DONE(control.set_workspace(call.globals.workspace,
                                 {.zone = setting.zone, .currency = setting.currency, .week_start = std::nullopt}));
  for (const demo::AccountSetting& account : setting.accounts) {
    TRY_DONE(control.set_account(call.globals.workspace, account.network, account.handle,
                                 control::parse_ownership(account.ownership), {}));
  }
  control::People& people = control.people();
  if (!people.person_by_email(demo_owner)) {
    const control::PersonStart owner{
        .email = std::string(demo_owner), .name = std::string(demo_person), .everywhere = control::Role::owner};
    TRY_DONE(people.add(owner, call.clock->now()));
  }
  return Done{};
}

// Files, bytes and rows over all files together, so that the bar fills once.
class Progress {
 public:
  Progress(Terminal& terminal, const std::vector<demo::GeneratedFile>& files) : terminal_(terminal) {
    state_.bytes_total = 0;
    for (const demo::GeneratedFile& file : files) *state_.bytes_total += static_cast<int64_t>(file.bytes.size());
  }
  void show(const std::string& path, const collect::ImportProgress& file) {
    collect::ImportProgress shown = state_;
    shown.path = path;
    shown.bytes_read += file.bytes_read;
    shown.rows_read += file.rows_read;
    terminal_.progress(shown);
  }
  void end_file(const demo::GeneratedFile& file, int64_t rows) {
    state_.bytes_read += static_cast<int64_t>(file.bytes.size());
    state_.rows_read += rows;
    ++state_.files_done;
  }

 private:
  Terminal& terminal_;
  collect::ImportProgress state_;
};

Result<collect::ImportReport> import_all(Call& call, const std::vector<demo::GeneratedFile>& files) {
  collect::ImportReport whole;
  Progress progress(call.terminal, files);
  for (const demo::GeneratedFile& file : files) {
    const auto input = collect::single_input(
        {.path = file.name, .bytes = static_cast<int64_t>(file.bytes.size()), .stream = memory_stream(file.bytes)});
    collect::ImportOptions options{.network = file.network, .account = file.account, .observed_at = file.observed_at};
    const auto show = [&](const collect::ImportProgress& state) {
      progress.show(file.name, state);
      return !call.terminal.cancelled();
    };
    TRY(collect::ImportReport report,
        call.house.importer->import(call.globals.workspace, *input, options, show, call.clock));
    int64_t rows = 0;
    for (collect::FileReport& read : report.files) {
      if (read.error)
        return internal(fmt::format("the demo's own file {} was refused: {}", read.path, read.error->message));
      rows += read.rows_read;
      whole.files.push_back(std::move(read));
    }
    progress.end_file(file, rows);
  }
  call.terminal.end_progress();
  return whole;
}

// At ten in the morning of a day of the brand's.
std::shared_ptr<const Clock> morning_of(const Zone& zone, Day day) {
  return fixed_clock(zone.instant_of(day, 10 * 3600));
}

// A goal as it was set at the time, with what was said of it since; how it stood is kept whenever it was looked at.
Result<Done> set_goal(Call& call, const Zone& zone, const demo::GoalSetting& goal) {
  control::Goals& goals = call.house.control->goals();
  const std::string& workspace = call.globals.workspace;
  JsonObject fields{{"sentence", goal.sentence}, {"owner", demo_person}, {"rationale", goal.rationale}};
  if (!goal.cadence.empty()) fields["cadence"] = goal.cadence;
  TRY(const SeenGoal set, add_goal(call.house, workspace, fields, *morning_of(zone, goal.set), Storing::stored));
  for (const auto& said : goal.check_ins) {
    const auto then = morning_of(zone, said.day);
    TRY_DONE(goal_of(call.house, workspace, set.kept.id, *then));
    TRY_DONE(
        goals.check_in(workspace, set.kept.id, {.note = said.note, .by = std::string(demo_person), .at = then->now()}));
  }
  for (const auto& said : goal.to_dos) {
    TRY(const control::ToDo added, goals.add_to_do(workspace, set.kept.id,
                                                   {.task = said.task,
                                                    .owner = std::string(demo_person),
                                                    .due = said.due,
                                                    .set_at = morning_of(zone, said.set)->now()}));
    if (!said.is_done) continue;
    TRY_DONE(goals.finish(workspace, set.kept.id, added.number, morning_of(zone, said.due)->now()));
  }
  return Done{};
}

// Run again it does nothing twice.
Result<Done> set_goals(Call& call, const Zone& zone, Day last_day) {
  TRY(const std::vector<control::KeptGoal> there, call.house.control->goals().list(call.globals.workspace));
  if (!there.empty()) return Done{};
  for (const demo::GoalSetting& goal : demo::goals(last_day)) TRY_DONE(set_goal(call, zone, goal));
  return Done{};
}

std::string summary(const demo::Setting& setting, const collect::ImportReport& report) {
  int64_t posts = 0, observations = 0, known = 0;
  for (const collect::FileReport& file : report.files) {
    posts += file.posts;
    observations += file.observations;
    known += file.already_known ? 1 : 0;
  }
  if (known == static_cast<int64_t>(report.files.size())) return fmt::format("{} is there already.\n", setting.brand);
  return fmt::format("A year of {}: {} files, {} posts, {} observations.\n", setting.brand,
                     grouped(static_cast<int64_t>(report.files.size())), grouped(posts), grouped(observations));
}

Result<Exit> demo_and_serve(Call& call, const DemoWords& words) {
  const demo::Setting setting = demo::setting();
  TRY(const Zone zone, Zone::find(setting.zone));
  TRY_DONE(set_up(call, setting));
  const Day last_day = zone.day_of(call.clock->now()) - 1;
  TRY(const std::vector<demo::GeneratedFile> files, demo::generate({.seed = seed, .last_day = last_day}));
  TRY(const collect::ImportReport report, import_all(call, files));
  TRY_DONE(set_goals(call, zone, last_day));
  if (!words.no_serve) {
    if (call.globals.output == Output::people) call.print(summary(setting, report));
    return serve_until_stopped(call, words.serve, demo_owner);
  }
  if (call.globals.output == Output::json) {
    call.print_json(collect::to_json(report));
  } else {
    call.print(summary(setting, report));
    call.print(fmt::format("sociometer serve --data {0} shows it; sociometer user link {1} --data {0} lets you in.\n",
                           call.announcement.directory, demo_owner));
  }
  return Exit::done;
}

Run declare_demo(Options options) {
  auto words = std::make_shared<DemoWords>();
  words->serve.declare(options);
  options.flag("--no-serve", "fills the directory and ends", &words->no_serve);
  return [words](Call& call) { return demo_and_serve(call, *words); };
}

}  // namespace

const Command demo_command{"demo", "a filled data directory of its own, to look at", "sociometer demo",
                           Needs::ownership, declare_demo};

}  // namespace sociometer::surfaces
