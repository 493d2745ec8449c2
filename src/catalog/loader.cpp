// Reads the catalog's YAML. This file is the schema: what it does not ask for is an error, and so is what it asks for
// and does not find. Every mistake found is reported, not the first alone.
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "catalog/catalog.h"

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
    "measure",      "ignored",     "post_id",     "text",         "title",  "link",   "kind",  "campaign", "tags",
    "published_at", "account_id",  "handle",      "account_name", "period", "day",    "value", "network",  "ownership",
    "subject",      "measure_key", "promotion",   "breakdown",    "member", "window", "start", "end",      "zone",
    "currency",     "observed_at", "campaign_id", "ad_id",        "ad",     "nth_day"};
const std::vector<std::string> windows = {"instant", "day", "7d", "28d", "range", "lifetime"};
const std::vector<std::string> row_kinds = {"posts", "values", "observations"};
const std::vector<std::string> counts = {"posts", "days", "months", "hashtag_uses", "engagements_of_kind"};
const std::vector<std::string> calls = {"last", "first", "change", "mean", "median", "at_post", "average", "share"};

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

class Loader {
 public:
  Loader() = default;
  explicit Loader(const Catalog& known) : catalog_(known) {}

  // A format alone, on top of a catalog that is sound.
  Result<Format> load_map(const std::string& file, const std::string& text) {
    Format format;
    Place place(problems_, file);
    try {
      YAML::Node root = YAML::Load(text);
      Members members(root, place);
      remember("format", "map", root, place);
      format = read_format("map", members);
    } catch (const YAML::Exception& broken) {
      problems_.add(fmt::format("{}:{}: not YAML: {}", file, broken.mark.line + 1, broken.msg));
    }
    if (problems_.none()) check_format(format);
    if (!problems_.none()) return problems_.error();
    return format;
  }

  Result<std::shared_ptr<const Catalog>> load(const std::map<std::string, std::string>& files) {
    for (const auto& [file, text] : files) read(file, text);
    for (Place& place : missing_files(files))
      place.complain(YAML::Node(YAML::NodeType::Undefined), "the file is missing");
    check_names();
    check_networks();
    check_formats();
    check_formulas();
    if (!problems_.none()) return problems_.error();
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
      if (file == "languages.yaml") return read_languages(members);
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

  void read_languages(Members& file) {
    for_entries(
        file.need("languages"), file.place(), [&](const std::string& key, const YAML::Node& node, const Place& place) {
          Members members(node, place);
          Language language;
          language.key = key;
          language.decimal_comma = members.one_of("decimal", {"point", "comma"}) == "comma";
          language.day_first = members.one_of("dates", {"month_first", "day_first"}) == "day_first";
          int month = 0;
          for_items(members.need("months"), members.place("months"), [&](const YAML::Node& names, const Place& own) {
            ++month;
            if (!names.IsSequence()) return own.complain(names, "expected a list");
            for (const YAML::Node& name : names) language.months[normalised_header(name.Scalar())] = month;
          });
          if (month != 12) place.complain(node, "a year has twelve months");
          language.weekdays = normalised(members.list("weekdays"));
          language.fillers = normalised(members.list("fillers"));
          language.totals = normalised(members.list("totals"));
          remember("language", key, node, place);
          catalog_.languages_.push_back(std::move(language));
        });
  }

  static std::vector<std::string> normalised(std::vector<std::string> words) {
    for (std::string& word : words) word = normalised_header(word);
    return words;
  }

  void read_formats(Members& file) {
    for_entries(file.need("formats"), file.place(),
                [&](const std::string& key, const YAML::Node& node, const Place& place) {
                  Members members(node, place);
                  remember("format", key, node, place);
                  catalog_.formats_.push_back(read_format(key, members));
                });
  }

  Format read_format(const std::string& key, Members& members) {
    Format format;
    format.key = key;
    format.network = members.text_or("network", "");
    bool described = key != "map";
    format.name = described ? members.words("name") : members.words_or_none("name");
    if (!described) format.name = Words(std::map<std::string, std::string>{{"en", "the table of --map"}});
    format.description = described ? members.words("description") : members.words_or_none("description");
    format.how_to_get = described ? members.words("how_to_get") : members.words_or_none("how_to_get");
    format.reaches_back = members.words_or_none("reaches_back");
    format.leaves_out = members.words_or_none("leaves_out");
    format.header_only = members.flag("header_only");
    format.zone = members.text_or("zone", "");
    format.tier = members.one_of("tier", {"own_export", "third_party", "network_api"}, described ? "" : "third_party");
    format.dates = members.text_or("dates", "");
    if (!format.dates.empty()) members.one_of("dates", {"month_first", "day_first"}, "month_first");
    if (members.flag("every_measure")) every_measure_.insert(key);
    for_items(members.take("tables"), members.place("tables"), [&](const YAML::Node& table, const Place& own) {
      Members parts(table, own);
      format.tables.push_back(read_table(parts));
    });
    // One table needs no name of its own.
    if (members.take("columns").IsDefined()) format.tables.push_back(read_table(members));
    read_blocks(members, format);
    if (format.tables.empty() && format.blocks.empty()) {
      members.place().complain(members.node(), "needs tables, columns or blocks");
    }
    return format;
  }

  Table read_table(Members& members) {
    Table table;
    table.key = members.text_or("key", "");
    table.rows = members.one_of("rows", row_kinds);
    table.window = members.one_of("window", windows, "day");
    table.named = members.list("named");
    table.added = members.flag("added");
    table.totals_unnamed = members.flag("totals_unnamed");
    table.ownership = members.text_or("ownership", "");
    for_items(members.need("columns"), members.place("columns"),
              [&](const YAML::Node& column, const Place& own) { table.columns.push_back(read_column(column, own)); });
    return table;
  }

  void read_blocks(Members& members, Format& format) {
    for_items(members.take("blocks"), members.place("blocks"), [&](const YAML::Node& block, const Place& own) {
      Members parts(block, own);
      format.blocks.push_back(
          {parts.needed_list("titles"), parts.text_or("network", ""), parts.text("measure"), parts.list("dimensions")});
    });
    for_items(members.take("statements"), members.place("statements"), [&](const YAML::Node& node, const Place& own) {
      Members parts(node, own);
      Format::Statement statement;
      statement.names = parts.needed_list("names");
      statement.measure = parts.text_or("measure", "");
      statement.role = parts.one_of("role", {"start", "end", "days", "account", "measure"},
                                    statement.measure.empty() ? "" : "measure");
      statement.promotion = parts.one_of("promotion", promotions, "all");
      format.statements.push_back(std::move(statement));
    });
    format.day_headers = normalised(members.list("day_headers"));
    YAML::Node words = members.take("members");
    if (words.IsDefined()) format.members = read_values(words, members.place("members"));
  }

  Column read_column(const YAML::Node& node, const Place& place) {
    Members members(node, place);
    Column column;
    column.names = members.needed_list("names");
    column.measure = members.text_or("measure", "");
    column.role = members.one_of("role", roles, column.measure.empty() ? "" : "measure");
    if ((column.role == "measure") == column.measure.empty()) place.complain(node, "needs either a role or a measure");
    column.promotion = members.one_of("promotion", promotions, "all");
    column.window = members.text_or("window", "");
    if (!column.window.empty()) members.one_of("window", windows, "day");
    column.dimension = members.text_or("dimension", "");
    column.member = members.text_or("member", "");
    column.unit = members.text_or("unit", "");
    column.times = members.text_or("times", "");
    column.described = normalised_header(members.text_or("described", ""));
    column.network = members.text_or("network", "");
    column.required = members.flag("required");
    YAML::Node values = members.take("values");
    if (!values.IsDefined()) return column;
    if (column.role != "kind" && column.role != "member" && column.role != "breakdown") {
      place.complain(values, "only a column of role kind, member or breakdown has values");
    }
    column.values = read_values(values, place.under("values"));
    return column;
  }

  std::map<std::string, std::string> read_values(const YAML::Node& values, const Place& place) {
    std::map<std::string, std::string> read;
    Members kinds(values, place);
    for (const auto& kind : values) {
      for (const std::string& word : kinds.needed_list(kind.first.Scalar())) {
        if (!read.emplace(normalised_header(word), kind.first.Scalar()).second) {
          place.complain(kind.first, fmt::format("\"{}\" stands twice", word));
        }
      }
    }
    return read;
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
        for (const Table& table : format.tables) {
          for (const Column& column : table.columns) tells = tells || column.network == network.key;
        }
        for (const Format::Block& block : format.blocks) tells = tells || block.network == network.key;
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
    for (Format& format : catalog_.formats_) check_format(format);
  }

  void check_format(Format& format) {
    need_network(format, format.network);
    check_zone("format", format.key, format.zone);
    std::set<std::string> keys;
    for (Table& table : format.tables) {
      if (every_measure_.contains(format.key)) {
        for (const Measure& measure : catalog_.measures_)
          table.columns.push_back({{measure.key}, "measure", measure.key});
      }
      if (!keys.insert(table.key).second) complain("format", format.key, "two of its tables have the same key");
      check_columns(format, table);
    }
    for (const Format::Statement& statement : format.statements) {
      need_measure("format", format.key, statement.measure);
    }
    std::set<std::string> titles;
    for (const Format::Block& block : format.blocks) {
      need_network(format, block.network);
      need_measure("format", format.key, block.measure);
      for (const std::string& dimension : block.dimensions) need_dimension(format, dimension);
      for (const std::string& title : block.titles) {
        if (!titles.insert(normalised_header(title)).second)
          complain("format", format.key, fmt::format("the title \"{}\" stands twice", title));
      }
    }
  }

  void need_dimension(const Format& format, std::string_view dimension) {
    if (!dimension.empty() && !catalog_.dimension(dimension))
      complain("format", format.key, fmt::format("there is no dimension \"{}\"", dimension));
  }

  // A header may stand in two columns only where it is a number of two measures, or where the descriptions under it
  // tell them apart.
  void check_columns(const Format& format, const Table& table) {
    std::map<std::string, std::set<std::string>> meanings;
    bool recognisable = false;
    for (const Column& column : table.columns) {
      need_network(format, column.network);
      need_measure("format", format.key, column.measure);
      need_measure("format", format.key, column.times);
      need_dimension(format, column.dimension);
      check_unit(format, column);
      recognisable = recognisable || column.required;
      std::string meaning = fmt::format("{} {} {} {} {} {}", column.role, column.measure, column.promotion,
                                        column.window, column.member, column.described);
      for (const std::string& name : column.names) {
        if (std::count(name.begin(), name.end(), '*') > 1) {
          complain("format", format.key, fmt::format("the header \"{}\" has more than one *", name));
        }
        std::set<std::string>& others = meanings[normalised_header(name)];
        bool measures_only = column.role == "measure" && (others.empty() || others.begin()->starts_with("measure "));
        bool told_apart = measures_only || !column.described.empty();
        if (!others.insert(meaning).second || (others.size() > 1 && !told_apart)) {
          complain("format", format.key, fmt::format("the header \"{}\" stands twice", name));
        }
      }
    }
    if (!recognisable) complain("format", format.key, "no column is required, so every file would be of this format");
  }

  void check_unit(const Format& format, const Column& column) {
    const Measure* measure = catalog_.measure(column.measure);
    if (column.unit.empty() || !measure) return;
    for (const UnitOfCells& one : units_of_cells()) {
      if (one.key == column.unit && one.unit == measure->unit) return;
    }
    complain("format", format.key, fmt::format("\"{}\" is no unit of cells of {}", column.unit, measure->key));
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
      bool over_posts = formula.name == "mean" || formula.name == "median";
      if (formula.name == "at_post" && inside != Inside::posts) {
        complain("kpi", kpi.key, "at_post(…) stands only inside mean(…) or median(…)");
      }
      if (!over_posts) check_stock(kpi, formula);
      if (over_posts) inside = Inside::posts;
    }
    for (const Formula& part : formula.parts) check_formula(kpi, part, inside);
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
  Problems problems_;
  std::map<std::string, Origin> origins_;
  std::set<std::string> every_measure_;
};

const std::vector<UnitOfCells>& units_of_cells() {
  static const std::vector<UnitOfCells> units = {{"hours", Unit::seconds, 3'600'000},
                                                 {"minutes", Unit::seconds, 60'000},
                                                 {"milliseconds", Unit::seconds, 1},
                                                 {"percent", Unit::ratio, 10'000}};
  return units;
}

Result<Format> read_map(const Catalog& catalog, const std::string& file, const std::string& text) {
  return Loader(catalog).load_map(file, text);
}

Result<std::shared_ptr<const Catalog>> Catalog::load(const std::map<std::string, std::string>& files) {
  return Loader().load(files);
}

}  // namespace sociometer::catalog
