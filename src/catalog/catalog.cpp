#include "catalog/catalog.h"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/check.h"
#include "base/text.h"
#include "catalog/embedded.h"

namespace sociometer::catalog {
namespace {

template <typename Entry>
const Entry* found(const std::vector<Entry>& entries, std::string_view key) {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

bool is_invisible(UChar32 c) {
  return c == 0x00AD || c == 0xFEFF || c == 0x200B || c == 0x200C || c == 0x200D || c == 0x2060;
}

Error no_such_kpi(const Catalog& catalog, std::string_view text) {
  if (auto judged = catalog.find_qualitative(text)) {
    return not_found(
        fmt::format("{0} is judged and not computed: `sociometer judgements {0}` shows what was said", text), "kpi");
  }
  if (const Kpi* kpi = catalog.kpi_called(text)) {
    return not_found(fmt::format("there is no KPI \"{}\"; it is called \"{}\"", text, kpi->key), "kpi");
  }
  std::vector<std::string_view> keys;
  for (const Kpi& kpi : catalog.kpis()) keys.push_back(kpi.key);
  std::string_view near = nearest(text, keys);
  std::string hint = near.empty() ? "`sociometer catalog` lists them" : fmt::format("did you mean \"{}\"?", near);
  return not_found(fmt::format("there is no KPI \"{}\"; {}", text, hint), "kpi");
}

Error no_such_variant(const Kpi& kpi, std::string_view variant) {
  std::vector<std::string> keys;
  for (const Variant& known : kpi.variants) {
    if (!known.key.empty()) keys.push_back(known.key);
  }
  std::string hint = keys.empty() ? "it has but one reading" : "it has " + join(keys, ", ");
  return not_found(fmt::format("{} has no variant \"{}\"; {}", kpi.key, variant, hint), "kpi");
}

}  // namespace

const std::string& Words::in(std::string_view language) const {
  static const std::string none;
  auto at = by_language_.find(std::string(language));
  if (at == by_language_.end()) at = by_language_.find("en");
  return at == by_language_.end() ? none : at->second;
}

int64_t base_scale(Unit unit) {
  switch (unit) {
    case Unit::count:
    case Unit::people:
    case Unit::characters:
      return 1;
    case Unit::seconds:
      return 1'000;
    case Unit::ratio:
    case Unit::money:
    case Unit::per_day:
    case Unit::score:
      return 1'000'000;
  }
  return 1;
}

std::string_view name(Class c) {
  switch (c) {
    case Class::flow:
      return "flow";
    case Class::stock:
      return "stock";
    case Class::unique:
      return "unique";
    case Class::ratio:
      return "ratio";
    case Class::duration:
      return "duration";
    case Class::lifetime:
      return "lifetime";
    case Class::modelled:
      return "modelled";
    case Class::index:
      return "index";
  }
  return "";
}

std::string_view name(Good good) {
  switch (good) {
    case Good::up:
      return "up";
    case Good::down:
      return "down";
    case Good::none:
      return "none";
  }
  return "";
}

std::string_view name(Unit unit) {
  switch (unit) {
    case Unit::count:
      return "count";
    case Unit::people:
      return "people";
    case Unit::ratio:
      return "ratio";
    case Unit::money:
      return "money";
    case Unit::seconds:
      return "seconds";
    case Unit::characters:
      return "characters";
    case Unit::per_day:
      return "per_day";
    case Unit::score:
      return "score";
  }
  return "";
}

std::string normalised_header(std::string_view text) {
  std::string plain;
  bool blank = false;
  int32_t at = 0;
  int32_t size = static_cast<int32_t>(text.size());
  while (at < size) {
    int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT(text.data(), at, size, c);
    if (is_invisible(c)) continue;
    if (c >= 0 && (u_isUWhiteSpace(c) || c == '\t')) {
      blank = !plain.empty();
      continue;
    }
    if (blank) plain += ' ';
    blank = false;
    if (c == 0x2019 || c == 0x2018) {
      plain += '\'';
    } else {
      plain.append(text.substr(static_cast<size_t>(begin), static_cast<size_t>(at - begin)));
    }
  }
  return folded(plain);
}

std::shared_ptr<const Catalog> Catalog::built_in() {
  static const std::shared_ptr<const Catalog> catalog = [] {
    auto loaded = load(embedded_files());
    CHECK(loaded.ok());
    return *std::move(loaded);
  }();
  return catalog;
}

const Measure* Catalog::measure(std::string_view key) const {
  return found(measures_, key);
}
const Kpi* Catalog::kpi(std::string_view key) const {
  return found(kpis_, key);
}
const Dimension* Catalog::dimension(std::string_view key) const {
  return found(dimensions_, key);
}
const Format* Catalog::format(std::string_view key) const {
  return found(formats_, key);
}

const Network* Catalog::network(std::string_view key_or_synonym) const {
  // Mostly it is a key as it stands in the catalog.
  for (const Network& network : networks_) {
    if (network.key == key_or_synonym) return &network;
  }
  std::string wanted = folded(trimmed(key_or_synonym));
  for (const Network& network : networks_) {
    if (network.key == wanted) return &network;
    for (const std::string& synonym : network.synonyms) {
      if (folded(synonym) == wanted) return &network;
    }
  }
  return nullptr;
}

const Kpi* Catalog::kpi_called(std::string_view word) const {
  std::string wanted = folded(trimmed(word));
  for (const Kpi& kpi : kpis_) {
    if (folded(kpi.name.english()) == wanted) return &kpi;
    for (const std::string& synonym : kpi.synonyms) {
      if (folded(synonym) == wanted) return &kpi;
    }
  }
  return nullptr;
}

Result<KpiChoice> Catalog::find_kpi(std::string_view text) const {
  size_t colon = text.find(':');
  const Kpi* kpi = found(kpis_, text.substr(0, colon));
  if (!kpi) return no_such_kpi(*this, text.substr(0, colon));
  if (colon == std::string_view::npos) return KpiChoice{kpi, &kpi->variants.front()};
  std::string_view wanted = text.substr(colon + 1);
  for (const Variant& variant : kpi->variants) {
    if (!variant.key.empty() && variant.key == wanted) return KpiChoice{kpi, &variant};
  }
  return no_such_variant(*kpi, wanted);
}

Result<const QualitativeKpi*> Catalog::find_qualitative(std::string_view key) const {
  if (const QualitativeKpi* kpi = found(qualitative_, key)) return kpi;
  std::vector<std::string_view> keys;
  for (const QualitativeKpi& kpi : qualitative_) keys.push_back(kpi.key);
  std::string_view near = nearest(key, keys);
  std::string hint = "a workspace adds its own: a KPI with a scale, `sociometer catalog add FILE`";
  if (!near.empty()) hint = fmt::format("did you mean \"{}\"?", near);
  if (found(kpis_, key) != nullptr) hint = fmt::format("it is computed: `sociometer kpi {}`", key);
  return not_found(fmt::format("there is no qualitative KPI \"{}\"; {}", key, hint), "kpi");
}

}  // namespace sociometer::catalog
