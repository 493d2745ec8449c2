#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/table.h"

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
  return kpis_table(catalog, look) + "\n" + keys_table("measure", catalog.measures(), look) + "\n" +
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

Result<Exit> show(Call& call, const std::string& key) {
  const auto catalog = Catalog::built_in();
  if (key.empty()) {
    if (call.globals.output == Output::json) {
      call.print_json(catalog->to_json("en"));
    } else {
      call.print(everything(*catalog, call.terminal.look()));
    }
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

Run declare(Options options) {
  auto key = std::make_shared<std::string>();
  options.word("KEY", "a KPI, measure, dimension, network or format", key.get(), Presence::optional);
  return [key](Call& call) { return show(call, *key); };
}

}  // namespace

const Command catalog_command{"catalog", "what there is, and what it means", "sociometer catalog engagement_rate",
                              Needs::nothing, declare};

}  // namespace sociometer::surfaces
