#include "catalog/norms.h"

#include <charconv>
#include <cmath>
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/embedded.h"
#include "catalog/yaml_members.h"

namespace sociometer::catalog {
namespace {

constexpr std::string_view folder = "norms/";
constexpr size_t norms_file_max = 256 * 1024;
constexpr int first_year = 1990, last_year = 2100;
constexpr int percentile_marks[] = {10, 25, 50, 75, 90};

// "0.023" or "2.3 %".
std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  double scale = 1;
  if (text.ends_with('%')) {
    scale = 100;
    text = trimmed(text.substr(0, text.size() - 1));
  }
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value / scale;
}

class NormReader {
 public:
  NormReader(const Catalog& catalog, Problems& problems) : catalog_(catalog), problems_(problems) {}

  std::vector<NormSet> read(const std::string& file, const std::string& text) {
    std::vector<NormSet> sets;
    const Place place(problems_, file, text);
    if (text.size() > norms_file_max) {
      place.complain(YamlNode(), fmt::format("a file of benchmark sets has at most {} kB", norms_file_max / 1024));
      return sets;
    }
    if (const YamlNode root = problems_.read(file, text)) {
      Members members(root, place);
      for_entries(members.need("sets"), place.under("sets"),
                  [&](const std::string& key, const YamlNode& node, const Place& own) {
                    sets.push_back(set_of(key, node, own));
                  });
      if (problems_.none() && sets.empty()) place.complain(root, "no set is in it");
    }
    return sets;
  }

 private:
  NormSet set_of(const std::string& key, const YamlNode& node, const Place& place) {
    NormSet set;
    Members members(node, place);
    members.take_plain_words();
    set.key = key;
    set.name = members.words("name").english();
    set.source = members.text("source");
    members.need("year");
    set.year = members.number("year", 0);
    if (set.year != 0 && (set.year < first_year || set.year > last_year)) {
      members.place("year").complain(members.take("year"), "is no year of such numbers");
    }
    set.cohort = members.text("cohort");
    set.of = members.one_of("of", {"accounts", "people", "conversations"}, "accounts");
    set.n = members.number("n", 0);
    set.minimum = members.number("minimum", 5);
    for_items(members.need("values"), members.place("values"),
              [&](const YamlNode& item, const Place& own) { set.values.push_back(value_of(set, item, own)); });
    // What the field calls good is handed on without a sample; percentiles and averages are of something.
    const bool is_of_some = std::ranges::any_of(set.values, [](const NormValue& value) {
      return value.n == 0 && (!value.percentiles.empty() || value.typical);
    });
    if (is_of_some) members.need("n");
    if (set.values.empty()) members.place("values").complain(node, "no value is in it");
    set.yaml = yaml_of(yaml_map({{yaml_text("sets"), yaml_map({{yaml_text(key), node}})}}));
    return set;
  }

  std::optional<double> number(Members& members, const std::string& key) {
    const YamlNode node = members.take(key);
    if (!node) return std::nullopt;
    const std::optional<double> value = node.is_text() ? number_in(node.text()) : std::nullopt;
    if (!value) members.place(key).complain(node, "expected a number, as 0.023 or 2.3 %");
    return value;
  }

  NormValue value_of(const NormSet& set, const YamlNode& node, const Place& place) {
    NormValue value;
    Members members(node, place);
    const std::string asked = members.text("kpi");
    value.differs = members.text_or("differs", "");
    value.words = members.text_or("words", "");
    value.definition = members.number("definition", 0);
    value.n = members.number("n", static_cast<int>(set.n));
    if (const std::string network = members.text_or("network", ""); !network.empty()) {
      const Network* known = catalog_.network(network);
      if (known == nullptr) {
        members.place("network").complain(members.take("network"), fmt::format("there is no network \"{}\"", network));
      } else {
        value.network = known->key;
      }
    }
    for (int mark : percentile_marks) {
      if (const auto known = number(members, fmt::format("p{}", mark))) value.percentiles[mark] = *known;
    }
    value.typical = number(members, "typical");
    read_levels(members, value);
    const Result<KpiChoice> choice = asked.empty() ? Result<KpiChoice>(KpiChoice{}) : catalog_.find_kpi(asked);
    if (!choice) {
      members.place("kpi").complain(members.take("kpi"), choice.error().message);
    } else if (choice->kpi != nullptr) {
      value.kpi = choice->kpi->key;
      value.variant = choice->variant->key;
      check_order(members, *choice->kpi, value);
    }
    if (value.percentiles.empty() && !value.typical && value.levels.empty()) {
      place.complain(node, "has neither percentiles (p10, p25, p50, p75, p90) nor typical nor levels");
    }
    return value;
  }

  void read_levels(Members& members, NormValue& value) {
    for_entries(members.take("levels"), members.place("levels"),
                [&](const std::string& key, const YamlNode& node, const Place& place) {
                  const std::optional<double> level = node.is_text() ? number_in(node.text()) : std::nullopt;
                  if (!level) return place.complain(node, "expected a number, as 0.023 or 2.3 %");
                  value.levels.emplace_back(key, *level);
                });
  }

  static void check_order(Members& members, const Kpi& kpi, const NormValue& value) {
    const double* before = nullptr;
    for (const auto& [mark, known] : value.percentiles) {
      if (before != nullptr && known < *before) {
        members.place(fmt::format("p{}", mark)).complain(members.node(), "lies below the percentile before it");
      }
      before = &known;
    }
    for (size_t i = 1; i < value.levels.size(); ++i) {
      const double step = value.levels[i].second - value.levels[i - 1].second;
      if (kpi.good == Good::down ? step < 0 : step > 0) continue;
      members.place("levels").complain(members.node(), fmt::format("{} is no better than {}: the least stands first",
                                                                   value.levels[i].first, value.levels[i - 1].first));
    }
  }

  const Catalog& catalog_;
  Problems& problems_;
};

Result<std::vector<NormSet>> read_all(const Catalog& catalog, const std::map<std::string, std::string>& files) {
  Problems problems;
  std::vector<NormSet> all;
  std::set<std::string> keys;
  for (const auto& [file, text] : files) {
    for (NormSet& set : NormReader(catalog, problems).read(file, text)) {
      if (!keys.insert(set.key).second) problems.add({file, 0, 0, set.key, "stands in two files"});
      all.push_back(std::move(set));
    }
  }
  if (!problems.none()) return problems.error();
  return all;
}

}  // namespace

Result<std::vector<NormSet>> read_norms(const Catalog& catalog, const std::string& file, const std::string& yaml) {
  return read_all(catalog, {{file, yaml}});
}

Result<std::vector<NormSet>> load_norms(const Catalog& catalog, const std::map<std::string, std::string>& files) {
  std::map<std::string, std::string> norms;
  for (const auto& [file, text] : files) {
    if (file.starts_with(folder)) norms.emplace(file, text);
  }
  return read_all(catalog, norms);
}

const std::vector<NormSet>& published_norms() {
  static const std::vector<NormSet> norms = [] {
    auto loaded = load_norms(*Catalog::built_in(), embedded_files());
    CHECK(loaded.ok());
    return *std::move(loaded);
  }();
  return norms;
}

}  // namespace sociometer::catalog
