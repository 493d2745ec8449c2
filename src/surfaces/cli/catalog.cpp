#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/table.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

using catalog::Catalog;
using Fit = Table::Fit;
using Align = Table::Align;

std::string kpis_table(const Catalog& catalog, const Look& look) {
  Table table;
  table.column("KPI");
  table.column("name");
  table.column("family");
  table.column("unit");
  table.column("formula", Align::left, Fit::flexible);
  table.column("variants", Align::left, Fit::flexible);
  for (const catalog::Kpi& kpi : catalog.kpis()) {
    std::vector<std::string> variants;
    for (size_t i = 1; i < kpi.variants.size(); ++i) variants.push_back(kpi.variants[i].key);
    const std::string formula = kpi.variants.empty() ? std::string() : kpi.variants.front().formula_text;
    table.row(
        {kpi.key, kpi.name.english(), kpi.family, std::string(catalog::name(kpi.unit)), formula, join(variants, ", ")});
  }
  return table.text(look);
}

template <typename Entry>
std::string keys_table(const char* title, const std::vector<Entry>& entries, const Look& look) {
  Table table;
  table.column(title);
  table.column("name");
  table.column("description", Align::left, Fit::flexible);
  for (const Entry& entry : entries) {
    std::string description;
    if constexpr (requires { entry.description; }) description = entry.description.english();
    table.row({entry.key, entry.name.english(), description});
  }
  return table.text(look);
}

std::string everything(const Catalog& catalog, const Look& look) {
  const std::string judged =
      catalog.qualitative().empty() ? "" : keys_table("qualitative KPI", catalog.qualitative(), look) + "\n";
  return kpis_table(catalog, look) + "\n" + judged + keys_table("measure", catalog.measures(), look) + "\n" +
         keys_table("dimension", catalog.dimensions(), look) + "\n" + keys_table("network", catalog.networks(), look) +
         "\n" + keys_table("format", catalog.formats(), look) + "\nsociometer catalog KEY tells more of each\n";
}

// An entry is a document already; its members, one under the other, are what people need.
std::string entry_text(const Json& value, int depth) {
  const std::string indent(static_cast<size_t>(depth) * 2, ' ');
  std::string text;
  if (value.is_object()) {
    for (const auto& [key, member] : value.get_object()) {
      const bool is_nested = member.is_object() || (member.is_array() && !member.get_array().empty() &&
                                                    member.get_array().front().is_object());
      const std::string name(key);
      text += is_nested ? fmt::format("{}{}\n{}", indent, name, entry_text(member, depth + 1))
                        : fmt::format("{}{}: {}\n", indent, name, entry_text(member, depth));
    }
    return text;
  }
  if (value.is_string()) return std::string(value.get_string());
  if (!value.is_array()) return value.is_null() ? "–" : json_text(value);
  std::vector<std::string> parts;
  for (const Json& element : value.get_array()) {
    if (element.is_object()) {
      std::string block = entry_text(element, depth);
      block.replace(indent.size() >= 2 ? indent.size() - 2 : 0, indent.size() >= 2 ? 1 : 0,
                    indent.size() >= 2 ? "-" : "");
      text += block;
    } else {
      parts.push_back(entry_text(element, depth));
    }
  }
  return parts.empty() ? text : join(parts, ", ");
}

struct CatalogWords {
  std::string key, file, verb, pack, turn;
};

Result<std::shared_ptr<const Catalog>> catalog_of_call(const Call& call) {
  if (call.house.catalogs == nullptr) return Catalog::built_in();
  return catalog_of(call.house, call.globals.workspace);
}

Result<Exit> show_entries(Call& call, const std::string& key) {
  TRY(const std::shared_ptr<const Catalog> catalog, catalog_of_call(call));
  if (key.empty()) {
    if (call.globals.output == Output::json) {
      call.print_json(catalog->to_json("en"));
    } else {
      call.print(everything(*catalog, call.terminal.look()));
    }
    call.terminal.error(problems_text(catalog->problems()));
    return Exit::done;
  }
  TRY(const Json entry, as_wrong_words(catalog->entry_json(key, "en")));
  if (call.globals.output == Output::json) {
    call.print_json(entry);
  } else {
    call.print(entry_text(entry, 0));
  }
  return Exit::done;
}

std::string catalog_change_text(const catalog::Editions::Change& change, bool stored) {
  std::string text;
  for (const catalog::OwnEntry& entry : change.entries) {
    const char* done = stored ? (entry.definition == 1 ? "added" : "changed") : "sound";
    text += fmt::format("{} {} {}, definition {}\n", done, entry.kind, entry.key, entry.definition);
  }
  for (const std::string& key : change.unchanged) text += fmt::format("unchanged {}\n", key);
  return text;
}

Result<Exit> add_entries(Call& call, const CatalogWords& words) {
  TRY(const std::string text, text_at(call, words.file));
  std::shared_ptr<const catalog::Editions> editions =
      std::make_shared<catalog::Editions>(Catalog::built_in(), std::vector<catalog::OwnEntry>());
  if (call.house.catalogs != nullptr) {
    TRY(editions, call.house.catalogs->of(call.globals.workspace));
  }
  const catalog::Editions::Change change = editions->add(words.file, text, call.clock->now());
  const bool stores = words.verb == "add";
  if (stores && !change.entries.empty()) {
    TRY_DONE(call.house.catalogs->record(call.globals.workspace, change.entries));
  }
  if (call.globals.output == Output::json) {
    call.print_json(change_json(change));
  } else {
    call.print(catalog_change_text(change, stores));
  }
  call.terminal.error(problems_text(change.problems));
  return change.problems.empty() ? Exit::done : Exit::failed;
}

Result<Exit> take_back(Call& call, const CatalogWords& words) {
  TRY(const auto editions, call.house.catalogs->of(call.globals.workspace));
  const bool on = words.turn == "on";
  if (words.verb == "pack" && !on && words.turn != "off") return invalid("a pack is switched on or off", "turn");
  TRY(const catalog::OwnEntry entry,
      words.verb == "pack"
          ? editions->switch_pack(words.pack, on ? catalog::Editions::Switch::on : catalog::Editions::Switch::off,
                                  call.clock->now())
          : editions->remove(words.key, call.clock->now()));
  TRY_DONE(call.house.catalogs->record(call.globals.workspace, {entry}));
  const std::string done = words.verb == "pack" ? (on ? "on" : "off") : "removed";
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"entry", entry.kind}, {"key", entry.key}, {"done", done}});
  } else {
    call.print(fmt::format("{} {} {}\n", entry.kind, entry.key, done));
  }
  return Exit::done;
}

Result<Exit> run_catalog(Call& call, const CatalogWords& words) {
  if (words.verb == "add" || words.verb == "check") return add_entries(call, words);
  if (words.verb == "remove" || words.verb == "pack") return take_back(call, words);
  return show_entries(call, words.key);
}

Run declare_catalog(Options options) {
  auto words = std::make_shared<CatalogWords>();
  options.word("KEY", "a KPI, measure, dimension, network or format", &words->key, Presence::optional);
  Options add =
      options.verb("add", "adds a workspace's own measures and KPIs, or gives them a new definition", &words->verb);
  add.word("FILE", "YAML as the catalog's own; - for standard input", &words->file);
  Options check = options.verb("check", "says what is wrong with such a file; stores nothing", &words->verb);
  check.word("FILE", "YAML as the catalog's own; - for standard input", &words->file);
  Options remove = options.verb("remove", "takes an own entry out; its history stays", &words->verb);
  remove.word("KEY", "a measure or KPI of the workspace's own", &words->key);
  Options pack = options.verb("pack", "switches a pack of KPIs on or off", &words->verb);
  pack.word("PACK", "as `sociometer catalog --json` lists them", &words->pack);
  pack.word("TURN", "on or off", &words->turn);
  return [words](Call& call) { return run_catalog(call, *words); };
}

}  // namespace

const Command catalog_command{"catalog", "what there is, and what it means; a workspace's own measures and KPIs",
                              "sociometer catalog engagement_rate", Needs::words, declare_catalog};

}  // namespace sociometer::surfaces
