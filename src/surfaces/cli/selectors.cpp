#include "surfaces/cli/selectors.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {

void Selectors::declare_range(Options& options) {
  options.text("--from", "DAY", "first day, 2026-01-01", &from);
  options.text("--to", "DAY", "last day, inclusive", &to);
  options.text("--last", "SPAN", "90d, 4w, 3m: whole ones ending yesterday; month, quarter, year: this one so far",
               &last);
  options.texts("--filter", "DIM=VALUE", "only these; again for more", &filter);
  options.texts("--without", "DIM=VALUE", "without these posts, as post=ID or tag=test; again for more", &without);
  options.text("--because", "TEXT", "why they are left out; printed with the answer", &because);
  options.text("--as-of", "TIME", "what was known then", &as_of);
  options.texts("--versions", "KEY=N", "of an own KPI or measure, its Nth definition", &versions);
}

void Selectors::declare_rest(Options& options) {
  options.texts("--by", "DIM,…", "a row for each: day, week, month, quarter, year, network, account, …", &by);
  options.text("--compare", "WITH", "previous, year, or FROM..TO", &compare);
  options.texts("--against", "DIM=VALUE", "beside the same question for another member", &against);
  options.text("--basis", "BASIS", "auto, published (posts of the period) or occurred (activity in it)", &basis);
}

Result<std::pair<std::string, std::vector<std::string>>> parse_filter(std::string_view text, std::string_view option) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return invalid(fmt::format("{} wants DIMENSION=VALUE, as in network=instagram, not \"{}\"", option, text),
                   "filter");
  }
  std::string dimension(text.substr(0, equals));
  const std::string_view value = text.substr(equals + 1);
  std::vector<std::string> members;
  if (dimension == "campaign" || dimension == "tag") {
    members.emplace_back(value);
  } else {
    for (std::string_view member : split(value, ',')) members.emplace_back(trimmed(member));
  }
  return std::pair{std::move(dimension), std::move(members)};
}

namespace {

Result<JsonObject> parse_filters(const std::vector<std::string>& texts, std::string_view option) {
  JsonObject filter;
  for (const std::string& text : texts) {
    TRY(auto parsed, parse_filter(text, option));
    Json& members = filter[parsed.first];
    if (!members.is_array()) members = JsonArray();
    for (std::string& member : parsed.second) members.get_array().emplace_back(member);
  }
  return filter;
}

// "reply_share=1,fees=2"
Result<JsonObject> parse_versions(const std::vector<std::string>& texts) {
  JsonObject versions;
  for (const std::string& list : texts) {
    for (std::string_view text : split(list, ',')) {
      const size_t equals = text.find('=');
      const std::string_view digits = equals == std::string_view::npos ? "" : trimmed(text.substr(equals + 1));
      int64_t number = 0;
      const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (digits.empty() || error != std::errc() || stop != digits.data() + digits.size()) {
        return invalid(fmt::format("versions wants KEY=N, as in reply_share=1, not \"{}\"", text), "versions");
      }
      const std::string key(trimmed(text.substr(0, equals)));
      if (versions.contains(key)) return invalid(fmt::format("versions names {} twice", key), "versions");
      versions[key] = number;
    }
  }
  return versions;
}

}  // namespace

Result<metrics::Question> question_of(const Selectors& selectors, const metrics::Scope& scope) {
  JsonObject json{{"kpis", JsonArray(selectors.kpis.begin(), selectors.kpis.end())}};
  JsonArray by;
  for (const std::string& list : selectors.by) {
    for (std::string_view dimension : split(list, ',')) by.emplace_back(trimmed(dimension));
  }
  if (!by.empty()) json["by"] = std::move(by);
  for (const auto& [name, value] : {std::pair{"from", &selectors.from},
                                    {"to", &selectors.to},
                                    {"last", &selectors.last},
                                    {"compare", &selectors.compare},
                                    {"basis", &selectors.basis},
                                    {"as_of", &selectors.as_of}}) {
    if (!value->empty()) json[name] = *value;
  }
  TRY(JsonObject filter, parse_filters(selectors.filter, "--filter"));
  if (!filter.empty()) json["filter"] = std::move(filter);
  TRY(JsonObject without, parse_filters(selectors.without, "--without"));
  if (!without.empty()) json["without"] = std::move(without);
  if (!selectors.because.empty()) json["because"] = selectors.because;
  JsonObject against;
  for (const std::string& text : selectors.against) {
    TRY(auto parsed, parse_filter(text, "--against"));
    if (parsed.second.size() != 1) return invalid("--against takes one member of each dimension", "against");
    against[parsed.first] = parsed.second.front();
  }
  if (!against.empty()) json["against"] = std::move(against);
  TRY(JsonObject versions, parse_versions(selectors.versions));
  if (!versions.empty()) json["versions"] = std::move(versions);
  return as_wrong_words(metrics::question_from_json(json, scope));
}

Result<metrics::Question> judgements_question(const House& house, std::string_view workspace, Selectors selectors,
                                              const metrics::Scope& scope) {
  if (selectors.kpis.empty()) {
    TRY(const auto catalog, catalog_of(house, workspace));
    for (const catalog::QualitativeKpi& kpi : catalog->qualitative()) selectors.kpis.push_back(kpi.key);
  }
  if (selectors.kpis.empty()) {
    return not_found(
        "the workspace has no qualitative KPI: add one, a KPI with a scale, by sociometer catalog add FILE", "kpis");
  }
  return question_of(selectors, scope);
}

}  // namespace sociometer::surfaces
