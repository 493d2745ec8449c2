// Reads the catalog's YAML. This file is the schema: what it does not ask for is an error, and so is what it asks for
// and does not find. Every mistake found is reported, not the first alone.
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/channels.h"

namespace sociometer::catalog {
namespace {

// What is wrong, each with its file and line.
class Problems {
 public:
  void add(std::string problem) { problems_.push_back(std::move(problem)); }
  bool none() const { return problems_.empty(); }
  Error error() const { return invalid(join(problems_, "\n")); }

 private:
  std::vector<std::string> problems_;
};

// A piece of a file and how to speak of it: "kpis/reach.yaml:12: reach".
class Place {
 public:
  Place(Problems& problems, std::string file, std::string path = {})
      : problems_(&problems), file_(std::move(file)), path_(std::move(path)) {}

  Place under(std::string_view name) const {
    return Place(*problems_, file_, path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name));
  }
  void complain(const YAML::Node& node, std::string_view what) const {
    std::string where = file_;
    if (node.IsDefined() && node.Mark().line >= 0) where += fmt::format(":{}", node.Mark().line + 1);
    problems_->add(fmt::format("{}: {}{}{}", where, path_, path_.empty() ? "" : ": ", what));
  }
  const std::string& file() const { return file_; }

 private:
  Problems* problems_;
  std::string file_, path_;
};

// The members of a map, taken one by one. Destroyed, it complains of those nobody took.
class Members {
 public:
  Members(const YAML::Node& node, Place place) : node_(node), place_(std::move(place)) {
    if (!node_.IsMap()) {
      place_.complain(node_, "expected members with names");
      return;
    }
    for (const auto& member : node_) {
      std::string key = member.first.Scalar();
      if (!members_.emplace(key, member.second).second)
        place_.complain(member.first, fmt::format("\"{}\" stands twice", key));
    }
  }
  ~Members() {
    for (const auto& [key, value] : members_) {
      if (taken_.contains(key)) continue;
      std::vector<std::string_view> asked(taken_.begin(), taken_.end());
      std::string_view near = nearest(key, asked);
      std::string hint = near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near);
      place_.complain(value, fmt::format("nobody knows the member \"{}\"{}", key, hint));
    }
  }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  const Place& place() const { return place_; }
  Place place(std::string_view key) const { return place_.under(key); }
  const YAML::Node& node() const { return node_; }

  // Undefined where it is not there.
  YAML::Node take(const std::string& key) {
    taken_.insert(key);
    auto at = members_.find(key);
    return at == members_.end() ? YAML::Node(YAML::NodeType::Undefined) : at->second;
  }
  YAML::Node need(const std::string& key) {
    YAML::Node value = take(key);
    if (!value.IsDefined() && node_.IsMap()) place_.complain(node_, fmt::format("\"{}\" is missing", key));
    return value;
  }

  std::string text(const std::string& key) { return scalar(key, need(key)); }
  std::string text_or(const std::string& key, std::string fallback) {
    YAML::Node value = take(key);
    return value.IsDefined() ? scalar(key, value) : fallback;
  }
  Words words(const std::string& key) { return words_of(key, need(key)); }
  Words words_or_none(const std::string& key) {
    YAML::Node value = take(key);
    return value.IsDefined() ? words_of(key, value) : Words();
  }
  std::vector<std::string> list(const std::string& key) {
    YAML::Node value = take(key);
    if (!value.IsDefined()) return {};
    return texts(key, value);
  }
  std::vector<std::string> needed_list(const std::string& key) {
    YAML::Node value = need(key);
    std::vector<std::string> found = value.IsDefined() ? texts(key, value) : std::vector<std::string>{};
    if (value.IsDefined() && found.empty()) place(key).complain(value, "is empty");
    return found;
  }
  bool flag(const std::string& key) {
    std::string value = text_or(key, "false");
    if (value != "true" && value != "false") place(key).complain(take(key), "expected true or false");
    return value == "true";
  }
  int number(const std::string& key, int fallback) {
    YAML::Node value = take(key);
    if (!value.IsDefined()) return fallback;
    int parsed = 0;
    if (!YAML::convert<int>::decode(value, parsed) || parsed < 0) {
      place(key).complain(value, "expected a whole number, 0 or more");
      return fallback;
    }
    return parsed;
  }
  Day day(const std::string& key) {
    std::string value = text(key);
    Result<Day> day = parse_day(value);
    if (day) return *day;
    if (!value.empty()) place(key).complain(take(key), day.error().message);
    return {};
  }
  // One of the names that `name(T)` gives to `all`.
  template <typename T>
  T one_of(const std::string& key, const std::vector<T>& all) {
    std::string value = text(key);
    std::vector<std::string> names;
    for (T each : all) {
      if (name(each) == value) return each;
      names.emplace_back(name(each));
    }
    if (!value.empty()) place(key).complain(take(key), fmt::format("\"{}\" is none of {}", value, join(names, ", ")));
    return all.front();
  }
  std::string one_of(const std::string& key, const std::vector<std::string>& all, std::string fallback = {}) {
    std::string value = fallback.empty() ? text(key) : text_or(key, fallback);
    if (value.empty() || std::find(all.begin(), all.end(), value) != all.end()) return value;
    place(key).complain(take(key), fmt::format("\"{}\" is none of {}", value, join(all, ", ")));
    return all.front();
  }

 private:
  std::string scalar(const std::string& key, const YAML::Node& value) {
    if (!value.IsDefined()) return {};
    if (!value.IsScalar() || trimmed(value.Scalar()).empty()) {
      place(key).complain(value, "expected a text");
      return {};
    }
    return value.Scalar();
  }
  std::vector<std::string> texts(const std::string& key, const YAML::Node& value) {
    std::vector<std::string> found;
    if (!value.IsSequence()) {
      place(key).complain(value, "expected a list");
      return found;
    }
    for (const YAML::Node& each : value) {
      if (!each.IsScalar() || trimmed(each.Scalar()).empty()) {
        place(key).complain(each, "expected a text");
        continue;
      }
      found.push_back(each.Scalar());
    }
    return found;
  }
  Words words_of(const std::string& key, const YAML::Node& value) {
    std::map<std::string, std::string> by_language;
    if (!value.IsDefined()) return Words();
    if (!value.IsMap()) {
      place(key).complain(value, "expected words by language, such as {en: …}");
      return Words();
    }
    for (const auto& each : value) {
      std::string language = each.first.Scalar();
      bool known_shape = language.size() >= 2 && language.size() <= 5;
      bool written = each.second.IsScalar() && !trimmed(each.second.Scalar()).empty();
      if (!known_shape || !written)
        place(key).complain(each.first, fmt::format("\"{}\" is no language with words", language));
      if (!by_language.emplace(language, written ? each.second.Scalar() : "").second) {
        place(key).complain(each.first, fmt::format("\"{}\" stands twice", language));
      }
    }
    if (!by_language.contains("en")) place(key).complain(value, "the English words (en) are missing");
    return Words(std::move(by_language));
  }

  YAML::Node node_;
  Place place_;
  std::map<std::string, YAML::Node> members_;
  std::set<std::string> taken_;
};

bool is_key(std::string_view text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// Calls `each(key, value, place)` for the members of a map, in the file's order.
template <typename Each>
void for_entries(const YAML::Node& node, const Place& place, Each each) {
  if (!node.IsDefined()) return;
  if (!node.IsMap()) return place.complain(node, "expected entries with keys");
  std::set<std::string> seen;
  for (const auto& entry : node) {
    std::string key = entry.first.Scalar();
    Place own = place.under(key);
    if (!is_key(key)) own.complain(entry.first, "a key has lower-case letters, digits and underscores");
    if (!seen.insert(key).second) own.complain(entry.first, "stands twice");
    each(key, entry.second, own);
  }
}

// The same of a sequence.
template <typename Each>
void for_items(const YAML::Node& node, const Place& place, Each each) {
  if (!node.IsDefined()) return;
  if (!node.IsSequence()) return place.complain(node, "expected a list");
  size_t index = 0;
  for (const YAML::Node& item : node) each(item, place.under(fmt::format("{}", ++index)));
}

const std::vector<Class> classes = {Class::flow,     Class::stock,    Class::unique,   Class::ratio,
                                    Class::duration, Class::lifetime, Class::modelled, Class::index};
const std::vector<Good> goods = {Good::up, Good::down, Good::none};
const std::vector<Unit> units = {Unit::count,   Unit::people,     Unit::ratio,   Unit::money,
                                 Unit::seconds, Unit::characters, Unit::per_day, Unit::score};
const std::vector<std::string> promotions = {"all", "organic", "paid"};
const std::vector<std::string> objectives = {"awareness", "traffic", "leads", "sales", "service", "loyalty"};
const std::vector<std::string> roles = {
    "measure", "ignored",      "post_id",    "text",        "title",        "link",      "kind",   "campaign",
    "tags",    "published_at", "account_id", "handle",      "account_name", "period",    "day",    "value",
    "network", "ownership",    "subject",    "measure_key", "promotion",    "breakdown", "member", "window",
    "start",   "end",          "zone",       "currency",    "observed_at"};
const std::vector<std::string> counts = {"posts", "days", "months", "hashtag_uses", "engagements_of_kind"};
const std::vector<std::string> calls = {"last",    "first",   "change", "mean", "median",
                                        "at_post", "average", "share",  "p90"};
// Where a measure comes from: what sources report, or a table of events.
const std::vector<std::string> origins_of_measures = {"observations",        "web_events",     "orders",
                                                      "conversation_events", "survey_answers", "mentions"};

// Of websites, for the channels of visits.
const std::vector<std::string> kinds_of_places = {"social", "video", "shopping", "email", "ai_assistant", "search"};

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

class Loader {
 public:
  Result<std::shared_ptr<const Catalog>> load(const std::map<std::string, std::string>& files) {
    for (const auto& [file, text] : files) read(file, text);
    for (Place& place : missing_files(files))
      place.complain(YAML::Node(YAML::NodeType::Undefined), "the file is missing");
    check_names();
    check_networks();
    check_formats();
    check_formulas();
    if (!problems_.none()) return problems_.error();
    name_networks();
    catalog_.channel_rules_ = channels_;
    return std::shared_ptr<const Catalog>(std::make_shared<Catalog>(std::move(catalog_)));
  }

 private:
  // Where an entry stands, for complaints that come after reading.
  struct Origin {
    YAML::Node node;
    Place place;
  };

  std::vector<Place> missing_files(const std::map<std::string, std::string>& files) {
    std::vector<Place> missing;
    for (const char* needed : {"measures.yaml", "dimensions.yaml"}) {
      if (!files.contains(needed)) missing.emplace_back(problems_, needed);
    }
    return missing;
  }

  void read(const std::string& file, const std::string& text) {
    Place place(problems_, file);
    try {
      YAML::Node root = YAML::Load(text);
      Members members(root, place);
      if (file == "measures.yaml") return read_measures(members);
      if (file == "dimensions.yaml") return read_dimensions(members);
      if (file == "channels.yaml") return read_channels(members);
      if (file == "hosts.yaml") return read_hosts(members);
      if (file.starts_with("kpis/")) return read_kpis(members);
      if (file.starts_with("networks/")) return read_network(members, file);
      if (file.starts_with("formats/")) return read_formats(members);
      place.complain(root, "no such file belongs to a catalog");
    } catch (const YAML::Exception& broken) {
      problems_.add(fmt::format("{}:{}: not YAML: {}", file, broken.mark.line + 1, broken.msg));
    }
  }

  void read_measures(Members& file) {
    for_entries(file.need("measures"), file.place(),
                [&](const std::string& key, const YAML::Node& node, const Place& place) {
                  Members members(node, place);
                  Measure measure;
                  measure.key = key;
                  measure.name = members.words("name");
                  measure.description = members.words("description");
                  measure.unit = members.one_of("unit", units);
                  measure.additivity = members.one_of("class", classes);
                  measure.good = members.one_of("good", goods);
                  measure.synonyms = members.list("synonyms");
                  measure.from = members.one_of("from", origins_of_measures, "observations");
                  if (measure.from == "observations") measure.from.clear();
                  remember("measure", key, node, place);
                  catalog_.measures_.push_back(std::move(measure));
                });
  }

  void read_dimensions(Members& file) {
    for_entries(file.need("dimensions"), file.place(),
                [&](const std::string& key, const YAML::Node& node, const Place& place) {
                  Members members(node, place);
                  Dimension dimension;
                  dimension.key = key;
                  dimension.name = members.words("name");
                  dimension.description = members.words("description");
                  dimension.kind = members.one_of("kind", {"time", "subject", "breakdown"});
                  remember("dimension", key, node, place);
                  catalog_.dimensions_.push_back(std::move(dimension));
                });
  }

  void read_channels(Members& file) {
    channels_->version = file.number("version", 1);
    channels_->paid = file.needed_list("paid");
    for_items(file.need("rules"), file.place(), [&](const YAML::Node& node, const Place& place) {
      Members members(node, place);
      ChannelRules::Rule rule;
      rule.channel = members.text("channel");
      rule.kinds = members.list("source");
      for (const std::string& kind : rule.kinds) {
        if (!contains(kinds_of_places, kind))
          place.complain(node, fmt::format("\"{}\" is none of {}", kind, join(kinds_of_places, ", ")));
      }
      rule.named = members.list("named");
      rule.medium = members.list("medium");
      rule.campaign = members.list("campaign");
      rule.paid = members.flag("paid");
      channels_->rules.push_back(std::move(rule));
    });
    Members otherwise(file.need("otherwise"), file.place("otherwise"));
    channels_->referral = otherwise.text("referrer");
    channels_->direct = otherwise.text("nothing");
    channels_->unknown = otherwise.text("unknown");
    for_entries(file.need("click_ids"), file.place("click_ids"),
                [&](const std::string& key, const YAML::Node& node, const Place& place) {
                  Members members(node, place);
                  channels_->click_ids[key] = {members.text("source"), members.text_or("medium", "")};
                });
  }

  void read_hosts(Members& file) {
    for (const std::string& kind : kinds_of_places) {
      for_entries(
          file.need(kind), file.place(kind), [&](const std::string& name, const YAML::Node& node, const Place& place) {
            channels_->names.emplace(name, ChannelRules::Place{kind, name});
            for (const YAML::Node& host : node) {
              auto [known, fresh] = channels_->places.emplace(host.Scalar(), ChannelRules::Place{kind, name});
              if (!fresh)
                place.complain(host, fmt::format("{} stands under {} already", host.Scalar(), known->second.name));
            }
          });
    }
  }

  // A network is known by all the names people use for it.
  void name_networks() {
    for (const Network& network : catalog_.networks_) {
      auto known = channels_->names.find(network.key);
      if (known == channels_->names.end()) continue;
      for (const std::string& synonym : network.synonyms) channels_->names.emplace(synonym, known->second);
    }
  }

  void read_kpis(Members& file) {
    std::string family = file.text("family");
    for_entries(file.need("kpis"), file.place(),
                [&](const std::string& key, const YAML::Node& node, const Place& place) {
                  Members members(node, place);
                  Kpi kpi;
                  kpi.key = key;
                  kpi.family = family;
                  kpi.name = members.words("name");
                  kpi.description = members.words("description");
                  kpi.unit = members.one_of("unit", units);
                  kpi.additivity = members.one_of("class", classes);
                  kpi.good = members.one_of("good", goods);
                  kpi.leading = members.one_of("kind", {"leading", "lagging"}) == "leading";
                  kpi.vanity = members.flag("vanity");
                  kpi.interval = members.flag("interval");
                  kpi.definition = members.number("definition", 1);
                  kpi.serves = members.needed_list("serves");
                  for (const std::string& objective : kpi.serves) {
                    if (!contains(objectives, objective))
                      place.complain(node, fmt::format("\"{}\" is none of {}", objective, join(objectives, ", ")));
                  }
                  kpi.synonyms = members.list("synonyms");
                  kpi.source = members.text("source");
                  read_variants(members, kpi);
                  remember("kpi", key, node, place);
                  catalog_.kpis_.push_back(std::move(kpi));
                });
  }

  // Either `formula`, one reading without a key, or `variants`, the default first.
  void read_variants(Members& members, Kpi& kpi) {
    YAML::Node formula = members.take("formula");
    YAML::Node variants = members.take("variants");
    if (formula.IsDefined() == variants.IsDefined()) {
      return members.place().complain(members.node(), "needs either a formula or variants");
    }
    if (formula.IsDefined()) {
      Variant variant;
      variant.name = kpi.name;
      read_formula(members.text("formula"), formula, members.place("formula"), variant);
      kpi.variants.push_back(std::move(variant));
      return;
    }
    for_entries(variants, members.place(), [&](const std::string& key, const YAML::Node& node, const Place& place) {
      Members own(node, place);
      Variant variant;
      variant.key = key;
      variant.name = own.words("name");
      variant.note = own.words_or_none("note");
      read_formula(own.text("formula"), node, place, variant);
      kpi.variants.push_back(std::move(variant));
    });
    if (kpi.variants.empty()) members.place("variants").complain(variants, "is empty");
  }

  void read_formula(std::string source, const YAML::Node& node, const Place& place, Variant& variant) {
    Result<Formula> parsed = parse_formula(source);
    if (!parsed) return place.complain(node, parsed.error().message);
    variant.formula_source = std::move(source);
    variant.formula = *std::move(parsed);
    variant.formula_text = formula_text(variant.formula);
  }

  void read_network(Members& members, const std::string& file) {
    Network network;
    network.key = members.text("key");
    if (file != fmt::format("networks/{}.yaml", network.key))
      members.place("key").complain(members.node(), "is not the file's name");
    network.name = members.words("name");
    network.synonyms = members.list("synonyms");
    network.zone = members.text("zone");
    network.settlement_days = members.number("settlement_days", 0);
    network.not_reported = members.list("not_reported");
    network.engagement_parts = members.list("engagement_parts");
    for_items(members.take("breaks"), members.place("breaks"), [&](const YAML::Node& node, const Place& place) {
      Members own(node, place);
      network.breaks.push_back({own.text("measure"), own.day("day"), own.words("description"), own.text("source")});
    });
    for_items(members.take("replacements"), members.place("replacements"),
              [&](const YAML::Node& node, const Place& place) {
                Members own(node, place);
                network.replacements.push_back({own.text("measure"), own.text("by"), own.day("from")});
              });
    remember("network", network.key, members.node(), members.place());
    catalog_.networks_.push_back(std::move(network));
  }

  void read_formats(Members& file) {
    for_entries(
        file.need("formats"), file.place(), [&](const std::string& key, const YAML::Node& node, const Place& place) {
          Members members(node, place);
          Format format;
          format.key = key;
          format.network = members.text_or("network", "");
          format.name = members.words("name");
          format.description = members.words("description");
          format.how_to_get = members.words("how_to_get");
          format.zone = members.text("zone");
          format.tier = members.one_of("tier", {"own_export", "third_party", "network_api"});
          for_items(members.need("columns"), members.place("columns"), [&](const YAML::Node& column, const Place& own) {
            format.columns.push_back(read_column(column, own));
          });
          for_items(members.take("series"), members.place("series"), [&](const YAML::Node& series, const Place& own) {
            Members parts(series, own);
            format.series.push_back({parts.needed_list("titles"), parts.text_or("network", ""), parts.text("measure")});
          });
          if (members.flag("every_measure")) every_measure_.insert(key);
          remember("format", key, node, place);
          catalog_.formats_.push_back(std::move(format));
        });
  }

  Column read_column(const YAML::Node& node, const Place& place) {
    Members members(node, place);
    Column column;
    column.names = members.needed_list("names");
    column.measure = members.text_or("measure", "");
    column.role = members.one_of("role", roles, column.measure.empty() ? "" : "measure");
    if ((column.role == "measure") == column.measure.empty()) place.complain(node, "needs either a role or a measure");
    column.promotion = members.one_of("promotion", promotions, "all");
    column.network = members.text_or("network", "");
    column.required = members.flag("required");
    YAML::Node values = members.take("values");
    if (values.IsDefined() && column.role != "kind") place.complain(values, "only a column of role kind has values");
    if (!values.IsDefined()) return column;
    Members kinds(values, place.under("values"));
    for (const auto& kind : values) {
      for (const std::string& word : kinds.needed_list(kind.first.Scalar())) {
        if (!column.values.emplace(normalised_header(word), kind.first.Scalar()).second) {
          place.complain(kind.first, fmt::format("\"{}\" stands twice", word));
        }
      }
    }
    return column;
  }

  void remember(std::string_view kind, const std::string& key, const YAML::Node& node, const Place& place) {
    auto [at, fresh] = origins_.emplace(fmt::format("{} {}", kind, key), Origin{node, place});
    if (!fresh) place.complain(node, fmt::format("{} is defined in {} already", key, at->second.place.file()));
  }

  void complain(std::string_view kind, std::string_view key, std::string_view what) {
    const Origin& origin = origins_.at(fmt::format("{} {}", kind, key));
    origin.place.complain(origin.node, what);
  }

  // Keys of different kinds share one dictionary, and so do the synonyms of a kind; only a measure and the KPI of its
  // own sum have the same key.
  void check_names() {
    std::map<std::string, std::string> owners;
    auto claim = [&](std::string_view kind, const std::string& key) {
      auto [at, fresh] = owners.emplace(key, kind);
      if (fresh || (at->second == "measure" && kind == "kpi")) return;
      if (at->second != kind) complain(kind, key, fmt::format("there is a {} of that key", at->second));
    };
    for (const Measure& one : catalog_.measures_) claim("measure", one.key);
    for (const Kpi& one : catalog_.kpis_) claim("kpi", one.key);
    for (const Dimension& one : catalog_.dimensions_) claim("dimension", one.key);
    for (const Network& one : catalog_.networks_) claim("network", one.key);
    for (const Format& one : catalog_.formats_) claim("format", one.key);
    check_synonyms("measure", catalog_.measures_);
    check_synonyms("kpi", catalog_.kpis_);
    check_synonyms("network", catalog_.networks_);
  }

  template <typename Entry>
  void check_synonyms(std::string_view kind, const std::vector<Entry>& entries) {
    std::map<std::string, std::string> owners;
    for (const Entry& entry : entries) owners.emplace(entry.key, entry.key);
    for (const Entry& entry : entries) {
      for (const std::string& synonym : entry.synonyms) {
        auto [at, fresh] = owners.emplace(folded(synonym), entry.key);
        if (!fresh)
          complain(kind, entry.key, fmt::format("the synonym \"{}\" belongs to {} already", synonym, at->second));
      }
    }
  }

  void need_measure(std::string_view kind, std::string_view key, std::string_view measure) {
    if (!measure.empty() && !catalog_.measure(measure))
      complain(kind, key, fmt::format("there is no measure \"{}\"", measure));
  }

  void check_networks() {
    for (Network& network : catalog_.networks_) {
      for (const std::string& measure : network.not_reported) need_measure("network", network.key, measure);
      for (const std::string& measure : network.engagement_parts) need_measure("network", network.key, measure);
      for (const DefinitionBreak& one : network.breaks) need_measure("network", network.key, one.measure);
      for (const Replacement& one : network.replacements) {
        need_measure("network", network.key, one.measure);
        need_measure("network", network.key, one.by);
      }
      check_zone("network", network.key, network.zone);
      for (const Format& format : catalog_.formats_) {
        bool tells = format.network == network.key;
        for (const Column& column : format.columns) tells = tells || column.network == network.key;
        for (const Format::Series& series : format.series) tells = tells || series.network == network.key;
        if (tells) network.formats.push_back(format.key);
      }
    }
  }

  void check_zone(std::string_view kind, std::string_view key, std::string_view zone) {
    if (zone.empty()) return;
    Result<Zone> found = Zone::find(zone);
    if (!found) complain(kind, key, found.error().message);
  }

  void need_network(const Format& format, std::string_view network) {
    if (network.empty()) return;
    const Network* known = catalog_.network(network);
    if (!known || known->key != network)
      complain("format", format.key, fmt::format("there is no network \"{}\"", network));
  }

  void check_formats() {
    for (Format& format : catalog_.formats_) {
      need_network(format, format.network);
      check_zone("format", format.key, format.zone);
      if (every_measure_.contains(format.key)) {
        for (const Measure& measure : catalog_.measures_) {
          if (measure.from.empty()) format.columns.push_back({{measure.key}, "measure", measure.key});
        }
      }
      check_columns(format);
      std::set<std::string> titles;
      for (const Format::Series& series : format.series) {
        need_network(format, series.network);
        need_measure("format", format.key, series.measure);
        for (const std::string& title : series.titles) {
          if (!titles.insert(normalised_header(title)).second)
            complain("format", format.key, fmt::format("the title \"{}\" stands twice", title));
        }
      }
    }
  }

  // A header may stand in two columns only where it is a number of two measures.
  void check_columns(const Format& format) {
    std::map<std::string, std::set<std::string>> meanings;
    bool recognisable = false;
    for (const Column& column : format.columns) {
      need_network(format, column.network);
      need_measure("format", format.key, column.measure);
      recognisable = recognisable || column.required;
      std::string meaning = fmt::format("{} {} {}", column.role, column.measure, column.promotion);
      for (const std::string& name : column.names) {
        std::set<std::string>& others = meanings[normalised_header(name)];
        bool measures_only = column.role == "measure" && (others.empty() || others.begin()->starts_with("measure "));
        if (!others.insert(meaning).second || (others.size() > 1 && !measures_only)) {
          complain("format", format.key, fmt::format("the header \"{}\" stands twice", name));
        }
      }
    }
    if (!recognisable) complain("format", format.key, "no column is required, so every file would be of this format");
  }

  void check_formulas() {
    for (const Kpi& kpi : catalog_.kpis_) {
      for (const Variant& variant : kpi.variants) check_formula(kpi, variant.formula, Inside::nothing);
    }
    if (!problems_.none()) return;
    std::set<std::string> sound;
    for (const Kpi& kpi : catalog_.kpis_) {
      for (const Variant& variant : kpi.variants) {
        std::vector<std::string> way;
        if (!check_cycle(kpi, variant, way, sound)) return;
      }
    }
  }

  enum class Inside { nothing, posts };

  void check_formula(const Kpi& kpi, const Formula& formula, Inside inside) {
    if (formula.kind == Formula::Kind::name) return check_reference(kpi, formula);
    if (formula.kind == Formula::Kind::call) {
      if (!contains(calls, formula.name)) {
        return complain("kpi", kpi.key,
                        fmt::format("there is no \"{}(…)\"; there are {}", formula.name, join(calls, ", ")));
      }
      bool over_posts = formula.name == "mean" || formula.name == "median" || formula.name == "p90";
      if (formula.name == "p90") check_values(kpi, formula);
      if (formula.name == "at_post" && inside != Inside::posts) {
        complain("kpi", kpi.key, "at_post(…) stands only inside mean(…) or median(…)");
      }
      if (!over_posts) check_stock(kpi, formula);
      if (over_posts) inside = Inside::posts;
    }
    for (const Formula& part : formula.parts) check_formula(kpi, part, inside);
  }

  void check_values(const Kpi& kpi, const Formula& call) {
    const Formula& argument = call.parts.front();
    const Measure* measure = argument.kind == Formula::Kind::name ? catalog_.measure(argument.name) : nullptr;
    if (!measure || measure->from.empty() || measure->additivity != Class::duration) {
      complain("kpi", kpi.key, fmt::format("{}(…) takes a measure of events of class duration", call.name));
    }
  }

  void check_stock(const Kpi& kpi, const Formula& call) {
    const Formula& argument = call.parts.front();
    const Measure* measure = argument.kind == Formula::Kind::name ? catalog_.measure(argument.name) : nullptr;
    if (!measure || measure->additivity != Class::stock) {
      complain("kpi", kpi.key, fmt::format("{}(…) takes a measure of class stock", call.name));
    }
  }

  // The KPI that a name means, or nullptr: the measure first, then the count, then the KPI.
  const Kpi* kpi_meant(const Formula& reference) const {
    bool plain = reference.variant.empty();
    if (plain && (catalog_.measure(reference.name) || contains(counts, reference.name))) return nullptr;
    return catalog_.kpi(reference.name);
  }

  void check_reference(const Kpi& kpi, const Formula& reference) {
    if (!reference.dimension.empty() && !catalog_.dimension(reference.dimension)) {
      complain("kpi", kpi.key, fmt::format("there is no dimension \"{}\"", reference.dimension));
    }
    const Kpi* other = kpi_meant(reference);
    bool plain = reference.variant.empty();
    if (!other) {
      if (plain && (catalog_.measure(reference.name) || contains(counts, reference.name))) return;
      return complain("kpi", kpi.key, fmt::format("nobody defines \"{}\"", reference.name));
    }
    for (const Variant& variant : other->variants) {
      if (plain || variant.key == reference.variant) return;
    }
    complain("kpi", kpi.key, fmt::format("{} has no variant \"{}\"", reference.name, reference.variant));
  }

  // False, with a complaint, if the variant needs itself. `way` is how it was come by.
  bool check_cycle(const Kpi& kpi, const Variant& variant, std::vector<std::string>& way,
                   std::set<std::string>& sound) {
    std::string here = variant.key.empty() ? kpi.key : fmt::format("{}:{}", kpi.key, variant.key);
    if (sound.contains(here)) return true;
    bool again = contains(way, here);
    way.push_back(here);
    if (again) {
      complain("kpi", kpi.key, fmt::format("its formula needs itself: {}", join(way, " → ")));
      return false;
    }
    if (!check_parts(variant.formula, way, sound)) return false;
    way.pop_back();
    sound.insert(here);
    return true;
  }

  bool check_parts(const Formula& formula, std::vector<std::string>& way, std::set<std::string>& sound) {
    if (formula.kind == Formula::Kind::name) {
      const Kpi* other = kpi_meant(formula);
      if (!other) return true;
      const Variant* meant = &other->variants.front();
      for (const Variant& variant : other->variants) {
        if (!formula.variant.empty() && variant.key == formula.variant) meant = &variant;
      }
      return check_cycle(*other, *meant, way, sound);
    }
    for (const Formula& part : formula.parts) {
      if (!check_parts(part, way, sound)) return false;
    }
    return true;
  }

  Catalog catalog_;
  std::shared_ptr<ChannelRules> channels_ = std::make_shared<ChannelRules>();
  Problems problems_;
  std::map<std::string, Origin> origins_;
  std::set<std::string> every_measure_;
};

Result<std::shared_ptr<const Catalog>> Catalog::load(const std::map<std::string, std::string>& files) {
  return Loader().load(files);
}

}  // namespace sociometer::catalog
