// Taking people out of the facts: by name, or everybody of whom only old things are known.
#include <fmt/format.h>

#include "base/text.h"
#include "collect/collect.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct EraseWords {
  std::vector<std::string> people, tables;
  std::string before;
  bool forever = false;
};

Result<facts::Erasure> erasure_of(const EraseWords& words, const control::Workspace& workspace) {
  facts::Erasure erasure;
  for (const std::string& person : words.people) {
    erasure.people.push_back(person);
    erasure.people.push_back(collect::kept_name(person));
  }
  if (words.people.empty() && words.before.empty()) {
    return invalid("name whom to erase, or with --before the day before which everybody is to be erased", "people");
  }
  if (!words.before.empty()) {
    TRY(const Day day, parse_day(words.before));
    erasure.before = workspace.zone.start_of(day);
  }
  for (const std::string& word : words.tables) {
    std::vector<std::string> names;
    bool known = false;
    for (const facts::EventTable table : facts::event_tables) {
      if (table == facts::EventTable::rates) continue;  // of nobody
      names.emplace_back(facts::name(table));
      if (facts::name(table) != word) continue;
      erasure.tables.push_back(table);
      known = true;
    }
    if (!known) return invalid(fmt::format("--in {}: there are {}", word, join(names, ", ")), "in");
  }
  return erasure;
}

std::string rows_text(const facts::Erased& erased) {
  std::vector<std::string> parts;
  for (const auto& [table, rows] : erased.rows)
    parts.push_back(fmt::format("{} {}", facts::name(table), grouped(rows)));
  return join(parts, ", ");
}

std::string erased_text(const facts::Erased& erased, bool forever) {
  if (erased.rows.empty()) return "nothing is known of them; nothing was changed\n";
  std::string what = fmt::format("names and texts in {}; of {} imports, {} kept files", rows_text(erased),
                                 grouped(erased.batches), grouped(erased.originals));
  if (forever)
    return fmt::format("erased: {}\nNumbers stay as they were. Backups made before still hold it all.\n", what);
  return fmt::format("would erase: {}\nNothing was changed: add --forever to do it.\n", what);
}

Json erased_json(const facts::Erased& erased, bool forever) {
  JsonObject rows;
  for (const auto& [table, count] : erased.rows) rows[facts::name(table)] = count;
  return JsonObject{{"erased", forever && !erased.rows.empty()},
                    {"rows", std::move(rows)},
                    {"imports", erased.batches},
                    {"originals", erased.originals}};
}

Result<Exit> erase_person_data(Call& call, const EraseWords& words) {
  TRY(const control::Workspace workspace, call.house.control->workspace(call.globals.workspace));
  TRY(const facts::Erasure erasure, erasure_of(words, workspace));
  using Erasing = facts::Store::Erasing;
  TRY(const facts::Erased erased,
      call.house.upkeep->erase(workspace.key, erasure, words.forever ? Erasing::forever : Erasing::rehearse));
  if (words.forever && !erased.rows.empty()) {
    // Who they were is no part of the record.
    std::string who = words.people.empty() ? std::string("everybody") : fmt::format("{} people", words.people.size());
    if (!words.before.empty()) who += " before " + words.before;
    TRY_DONE(record(call, workspace.key, "erase", "",
                    fmt::format("{}: {}; {} kept files", who, rows_text(erased), erased.originals)));
  }
  if (call.globals.output == Output::json) {
    call.print_json(erased_json(erased, words.forever));
  } else {
    call.print(erased_text(erased, words.forever));
  }
  return Exit::done;
}

Run declare_erase(Options options) {
  auto words = std::make_shared<EraseWords>();
  options.words("PERSON", "a customer, visitor, author or respondent, as an export or the events name them",
                &words->people, Presence::optional);
  options.text("--before", "DAY", "only what happened before this day; without names: of everybody", &words->before);
  options.texts("--in", "EVENTS", "only these: web, orders, conversations, surveys, mentions", &words->tables);
  options.flag("--forever", "do it; without, it says what it would do", &words->forever);
  return [words](Call& call) { return erase_person_data(call, *words); };
}

}  // namespace

const Command erase_command{"erase", "takes people out of conversations, surveys, mentions, visits and orders",
                            "sociometer erase ada@example.com --forever", Needs::data, declare_erase};

}  // namespace sociometer::surfaces
