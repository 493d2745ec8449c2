// The catalog as docs/api.md shows it.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "catalog/catalog.h"

namespace sociometer::catalog {
namespace {

JsonArray texts(const std::vector<std::string>& words) {
  JsonArray array;
  for (const std::string& word : words) array.emplace_back(word);
  return array;
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

JsonObject measure_json(const Measure& measure, std::string_view language) {
  return {{"key", measure.key},
          {"name", measure.name.in(language)},
          {"description", measure.description.in(language)},
          {"unit", name(measure.unit)},
          {"class", name(measure.additivity)},
          {"good", name(measure.good)},
          {"synonyms", texts(measure.synonyms)},
          {"from", measure.from.empty() ? "observations" : measure.from},
          {"definition", measure.definition},
          {"origin", measure.origin.empty() ? "built_in" : measure.origin}};
}

JsonArray variants_json(const Kpi& kpi, std::string_view language) {
  JsonArray array;
  for (const Variant& variant : kpi.variants) {
    array.push_back(JsonObject{{"key", variant.key},
                               {"name", variant.name.in(language)},
                               {"formula", variant.formula_text},
                               {"unit", name(variant.unit)},
                               {"note", text_or_null(variant.note.in(language))},
                               {"default", &variant == &kpi.variants.front()}});
  }
  return array;
}

JsonObject kpi_json(const Kpi& kpi, std::string_view language) {
  return {{"key", kpi.key},
          {"name", kpi.name.in(language)},
          {"family", kpi.family},
          {"description", kpi.description.in(language)},
          {"unit", name(kpi.unit)},
          {"class", name(kpi.additivity)},
          {"good", name(kpi.good)},
          {"kind", kpi.leading ? "leading" : "lagging"},
          {"vanity", kpi.vanity},
          {"serves", texts(kpi.serves)},
          {"synonyms", texts(kpi.synonyms)},
          {"interval", kpi.interval},
          {"definition", kpi.definition},
          {"formula", kpi.variants.front().formula_text},
          {"source", kpi.source},
          {"origin", kpi.origin.empty() ? "built_in" : kpi.origin},
          {"variants", variants_json(kpi, language)}};
}

JsonObject qualitative_json(const QualitativeKpi& kpi, std::string_view language) {
  return {{"key", kpi.key},
          {"name", kpi.name.in(language)},
          {"description", kpi.description.in(language)},
          {"scale", texts(kpi.scale)},
          {"synonyms", texts(kpi.synonyms)},
          {"definition", kpi.definition},
          {"origin", kpi.origin.empty() ? "built_in" : kpi.origin}};
}

JsonObject dimension_json(const Dimension& dimension, std::string_view language) {
  return {{"key", dimension.key},
          {"name", dimension.name.in(language)},
          {"description", dimension.description.in(language)},
          {"kind", dimension.kind}};
}

JsonObject network_json(const Network& network, std::string_view language) {
  JsonArray breaks;
  for (const DefinitionBreak& one : network.breaks) {
    breaks.push_back(JsonObject{{"measure", one.measure},
                                {"day", format_day(one.day)},
                                {"description", one.description.in(language)},
                                {"source", one.source}});
  }
  JsonArray replacements;
  for (const Replacement& one : network.replacements) {
    replacements.push_back(JsonObject{{"measure", one.measure}, {"by", one.by}, {"from", format_day(one.from)}});
  }
  return {{"key", network.key},
          {"name", network.name.in(language)},
          {"zone", network.zone},
          {"settlement_days", network.settlement_days},
          {"breaks", std::move(breaks)},
          {"replacements", std::move(replacements)},
          {"not_reported", texts(network.not_reported)},
          {"engagement_parts", texts(network.engagement_parts)},
          {"formats", texts(network.formats)},
          {"synonyms", texts(network.synonyms)}};
}

JsonObject format_json(const Format& format, std::string_view language) {
  return {{"key", format.key},
          {"network", text_or_null(format.network)},
          {"name", format.name.in(language)},
          {"description", format.description.in(language)},
          {"how_to_get", format.how_to_get.in(language)},
          {"reaches_back", text_or_null(format.reaches_back.in(language))},
          {"leaves_out", text_or_null(format.leaves_out.in(language))},
          {"header_only", format.header_only},
          {"zone", text_or_null(format.zone)}};
}

template <typename Entry, typename Writer>
JsonArray all(const std::vector<Entry>& entries, std::string_view language, Writer writer) {
  JsonArray array;
  for (const Entry& entry : entries) array.push_back(writer(entry, language));
  return array;
}

JsonObject entry(std::string_view kind, JsonObject object) {
  object["entry"] = kind;
  return object;
}

}  // namespace

Json Catalog::to_json(std::string_view language) const {
  JsonArray packs;
  for (const Pack& pack : packs_) {
    bool on = std::any_of(kpis_.begin(), kpis_.end(), [&](const Kpi& kpi) { return kpi.origin == pack.key; });
    packs.push_back(JsonObject{{"key", pack.key},
                               {"name", pack.name.in(language)},
                               {"description", pack.description.in(language)},
                               {"on", on},
                               {"measures", texts(pack.measures)},
                               {"kpis", texts(pack.kpis)}});
  }
  JsonArray problems;
  for (const Problem& problem : problems_) problems.emplace_back(problem.text());
  return JsonObject{{"packs", std::move(packs)},
                    {"problems", std::move(problems)},
                    {"measures", all(measures_, language, measure_json)},
                    {"kpis", all(kpis_, language, kpi_json)},
                    {"qualitative", all(qualitative_, language, qualitative_json)},
                    {"dimensions", all(dimensions_, language, dimension_json)},
                    {"networks", all(networks_, language, network_json)},
                    {"formats", all(formats_, language, format_json)}};
}

Result<Json> Catalog::entry_json(std::string_view key, std::string_view language) const {
  if (const Kpi* one = kpi(key)) return Json(entry("kpi", kpi_json(*one, language)));
  if (auto judged = find_qualitative(key)) return Json(entry("qualitative", qualitative_json(**judged, language)));
  if (const Measure* one = measure(key)) return Json(entry("measure", measure_json(*one, language)));
  if (const Dimension* one = dimension(key)) return Json(entry("dimension", dimension_json(*one, language)));
  if (const Format* one = format(key)) return Json(entry("format", format_json(*one, language)));
  if (const Network* one = network(key)) return Json(entry("network", network_json(*one, language)));
  Result<KpiChoice> choice = find_kpi(key);
  if (choice) return Json(entry("kpi", kpi_json(*choice->kpi, language)));
  // A synonym points to its KPI, and a wrong variant to the variants there are.
  if (kpi_called(key) || key.find(':') != std::string_view::npos) return choice.error();

  std::vector<std::string_view> keys;
  for (const Kpi& one : kpis_) keys.push_back(one.key);
  for (const Measure& one : measures_) keys.push_back(one.key);
  for (const Dimension& one : dimensions_) keys.push_back(one.key);
  for (const Network& one : networks_) keys.push_back(one.key);
  for (const Format& one : formats_) keys.push_back(one.key);
  std::string_view near = nearest(key, keys);
  std::string hint =
      near.empty() ? "`sociometer catalog` lists what there is" : fmt::format("did you mean \"{}\"?", near);
  return not_found(fmt::format("the catalog has no entry \"{}\"; {}", key, hint));
}

}  // namespace sociometer::catalog
