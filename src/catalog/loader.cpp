// Reads the catalog's YAML. This file is the schema: what it does not ask for is an error, and so is what it asks for
// and does not find. Every mistake found is reported, not the first alone.
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "catalog/channels.h"
#include "catalog/formula.h"
#include "catalog/yaml_members.h"

namespace sociometer::catalog {
namespace {

const std::vector<Class> classes = {Class::flow,     Class::stock,    Class::unique,   Class::ratio,
                                    Class::duration, Class::lifetime, Class::modelled, Class::index};
const std::vector<Good> goods = {Good::up, Good::down, Good::none};
const std::vector<Unit> units = {Unit::count,   Unit::people,     Unit::ratio,   Unit::money,
                                 Unit::seconds, Unit::characters, Unit::per_day, Unit::score};
const std::vector<std::string> promotions = {"all", "organic", "paid"};
const std::vector<std::string> objectives = {"awareness", "traffic", "leads", "sales", "service", "loyalty"};
const std::vector<std::string> roles = {
    "measure", "ignored", "post_id", "text", "title", "link", "kind", "campaign", "tags", "published_at", "account_id",
    "handle", "account_name", "period", "day", "value", "network", "ownership", "subject", "measure_key", "promotion",
    "breakdown", "member", "window", "start", "end", "zone", "currency", "observed_at", "campaign_id", "ad_id", "ad",
    "nth_day",
    // of events
    "happened_at", "event_id", "order_id", "amount", "unit_price", "quantity", "product", "customer", "refunded",
    "cancelled_at", "country", "conversation", "author", "agent", "team", "topic", "inbound", "replies_to",
    "assigned_at", "answered_at", "closed_at", "handled", "respondent", "answer", "nps", "csat", "ces", "rating",
    "referrer", "user_agent", "bot", "client", "method", "status", "page", "host"};
const std::vector<std::string> windows = {"instant", "day", "7d", "28d", "range", "lifetime"};
const std::vector<std::string> row_kinds = {"posts",   "values",        "observations", "orders",
                                            "answers", "conversations", "clicks",       "requests"};
// What a workspace may measure itself: what the engine can combine from stored numbers alone.
const std::vector<Class> own_classes = {Class::flow, Class::stock, Class::unique};
constexpr size_t own_file_max = 256 * 1024;

// Where a measure comes from: what sources report, or a table of events.
const std::vector<std::string> origins_of_measures = {"observations",   "web_events", "orders", "conversation_events",
                                                      "survey_answers", "mentions",   "ledger"};
const std::vector<std::string> origins_of_own = {"observations"};

// Of websites, for the channels of visits.
const std::vector<std::string> kinds_of_places = {"social", "video", "shopping", "email", "ai_assistant", "search"};

}  // namespace

class Loader {
 public:
  Loader() = default;
  explicit Loader(const Catalog& known) : catalog_(known) {}

  // A format alone, on top of a catalog that is sound.
  Result<Format> load_map(const std::string& file, const std::string& text) {
    Format format;
    Place place(problems_, file, text);
    if (YamlNode root = problems_.read(file, text)) {
      Members members(root, place);
      remember("format", "map", root, place);
      format = read_format("map", members);
    }
    if (problems_.none()) check_format(format);
    if (!problems_.none()) return problems_.error();
    return format;
  }

  Result<std::shared_ptr<const Catalog>> load(const std::map<std::string, std::string>& files) {
    for (const auto& [file, text] : files) read(file, text);
    for (const char* needed : {"measures.yaml", "dimensions.yaml"}) {
      if (files.contains(needed)) continue;
      Place(problems_, needed).complain(YamlNode(), "the file is missing");
    }
    check_names();
    check_networks();
    check_formats();
    check_formulas();
    if (!problems_.none()) return problems_.error();
    name_networks();
    catalog_.channel_rules_ = channels_;
    auto catalog = std::make_shared<Catalog>(std::move(catalog_));
    TRY_DONE(read_dashboards(*catalog, files));
    return with_packs(catalog, files);
  }

  // `base` with the additions, or nothing and what is wrong with them.
  std::shared_ptr<const Catalog> extend(const Catalog& base, const std::vector<Addition>& additions,
                                        std::vector<Problem>& problems) {
    base_ = &base;
    catalog_ = base;
    for (const Addition& addition : additions) {
      addition_ = &addition;
      read_addition(addition);
    }
    check_names();
    check_formats();
    check_formulas();
    problems = problems_.all();
    return problems_.none() ? std::make_shared<Catalog>(std::move(catalog_)) : nullptr;
  }

 private:
  // Where an entry stands, for complaints that come after reading.
  struct Origin {
    YamlNode node;
    Place place;
  };
  // Where a formula stands.
  struct Written {
    YamlNode node;
    Place place;
    std::string source;
  };

  void read(const std::string& file, const std::string& text) {
    Place place(problems_, file, text);
    YamlNode root = problems_.read(file, text);
    if (!root) return;
    Members members(root, place);
    if (file == "measures.yaml") return read_measures(members);
    if (file == "dimensions.yaml") return read_dimensions(members);
    if (file == "channels.yaml") return read_channels(members);
    if (file == "hosts.yaml") return read_hosts(members);
    if (file == "languages.yaml") return read_languages(members);
    if (file.starts_with("kpis/")) return read_kpis(members, members.text("family"));
    if (file.starts_with("networks/")) return read_network(members, file);
    if (file.starts_with("formats/")) return read_formats(members);
    if (file.starts_with("packs/")) return read_pack(members, file);
    if (file.starts_with("norms/")) return void(members.take("sets"));  // of a whole catalog: norms.h
    if (file.starts_with("dashboards/")) return members.leave();        // read when the KPIs are known
    place.complain(root, "no such file belongs to a catalog");
  }

  void read_addition(const Addition& addition) {
    Place place(problems_, addition.file, addition.yaml);
    if (addition.yaml.size() > own_file_max) {
      return place.complain(YamlNode(), fmt::format("a catalog file has at most {} kB", own_file_max / 1024));
    }
    YamlNode root = problems_.read(addition.file, addition.yaml);
    if (!root) return;
    Members members(root, place);
    if (is_pack(addition)) {
      for (const char* told : {"key", "name", "description"}) members.take(told);
    }
    std::string family = members.text_or("family", is_pack(addition) ? addition.origin : "own");
    if (!is_key(family)) members.place("family").complain(root, "a family is a word like a key");
    bool has_any = false;
    for (const YamlEntry& member : root.entries()) {
      const std::string& name = member.key.text();
      has_any = has_any || name == "measures" || name == "kpis";
      if (name == "measures") read_measures(members);
      if (name == "kpis") read_kpis(members, family);
    }
    if (!has_any) place.complain(root, "neither measures nor kpis are in it");
  }

  static bool is_pack(const Addition& addition) { return addition.origin != "own"; }
  // Of an entry that is read: "" for the catalog itself.
  std::string origin() const { return addition_ == nullptr ? std::string() : addition_->origin; }
  bool is_own() const { return addition_ != nullptr && !is_pack(*addition_); }

  // A pack is checked as the catalog is, and kept aside until somebody switches it on.
  void read_pack(Members& members, const std::string& file) {
    Pack pack;
    pack.key = members.text("key");
    if (file != fmt::format("packs/{}.yaml", pack.key))
      members.place("key").complain(members.node(), "is not the file's name");
    pack.name = members.words("name");
    pack.description = members.words("description");
    for (const char* known : {"family", "measures", "kpis"}) members.take(known);
    catalog_.packs_.push_back(std::move(pack));
  }

  static Result<Done> read_dashboards(Catalog& catalog, const std::map<std::string, std::string>& files) {
    for (const auto& [file, text] : files) {
      if (!file.starts_with("dashboards/")) continue;
      TRY(Dashboard dashboard, read_dashboard(catalog, file, text));
      if (file != fmt::format("dashboards/{}.yaml", dashboard.name)) {
        return invalid(fmt::format("{}: the name is not the file's", file));
      }
      catalog.dashboards_.push_back(std::move(dashboard));
    }
    return Done{};
  }

  static Result<std::shared_ptr<const Catalog>> with_packs(const std::shared_ptr<Catalog>& catalog,
                                                           const std::map<std::string, std::string>& files) {
    for (Pack& pack : catalog->packs_) {
      Addition addition{fmt::format("packs/{}.yaml", pack.key), "", pack.key};
      addition.yaml = files.at(addition.file);
      std::vector<Problem> problems;
      auto extended = Loader().extend(*catalog, {addition}, problems);
      if (extended == nullptr) {
        Problems all;
        for (Problem& problem : problems) all.add(std::move(problem));
        return all.error();
      }
      for (const Measure& measure : extended->measures()) {
        if (measure.origin == pack.key) pack.measures.push_back(measure.key);
      }
      for (const Kpi& kpi : extended->kpis()) {
        if (kpi.origin == pack.key) pack.kpis.push_back(kpi.key);
      }
      pack.yaml = std::move(addition.yaml);
    }
    return std::shared_ptr<const Catalog>(catalog);
  }

  void read_measures(Members& file) {
    for_entries(
        file.need("measures"), file.place(), [&](const std::string& key, const YamlNode& node, const Place& place) {
          Members members(node, place);
          if (is_own()) members.take_plain_words();
          Measure measure;
          measure.key = key;
          measure.origin = origin();
          measure.name = members.words("name");
          measure.description = is_own() ? members.words_or("description", measure.name) : members.words("description");
          measure.unit = members.one_of("unit", units);
          measure.additivity = members.one_of("class", addition_ != nullptr ? own_classes : classes);
          measure.good = members.one_of("good", goods);
          measure.synonyms = members.list("synonyms");
          measure.from = members.one_of("from", is_own() ? origins_of_own : origins_of_measures, "observations");
          if (measure.from == "observations") measure.from.clear();
          measure.definition = definition_of(members);
          remember("measure", key, node, place);
          catalog_.measures_.push_back(std::move(measure));
        });
  }

  void read_dimensions(Members& file) {
    for_entries(file.need("dimensions"), file.place(),
                [&](const std::string& key, const YamlNode& node, const Place& place) {
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
    for_items(file.need("rules"), file.place(), [&](const YamlNode& node, const Place& place) {
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
                [&](const std::string& key, const YamlNode& node, const Place& place) {
                  Members members(node, place);
                  channels_->click_ids[key] = {members.text("source"), members.text_or("medium", "")};
                });
  }

  void read_hosts(Members& file) {
    for (const std::string& kind : kinds_of_places) {
      for_entries(
          file.need(kind), file.place(kind), [&](const std::string& name, const YamlNode& node, const Place& place) {
            channels_->names.emplace(name, ChannelRules::Place{kind, name});
            for (const YamlNode& host : node.items()) {
              auto [known, fresh] = channels_->places.emplace(host.text(), ChannelRules::Place{kind, name});
              if (!fresh)
                place.complain(host, fmt::format("{} stands under {} already", host.text(), known->second.name));
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

  // How often the key got another meaning: the file says it, of a workspace's entry its history.
  int definition_of(Members& members) const {
    if (is_own()) return std::max(1, addition_->definition);
    return members.number("definition", 1);
  }

  void read_kpis(Members& file, const std::string& family) {
    for_entries(file.need("kpis"), file.place(), [&](const std::string& key, const YamlNode& node, const Place& place) {
      Members members(node, place);
      if (is_own()) members.take_plain_words();
      remember("kpi", key, node, place);
      if (YamlNode scale = members.take("scale"); scale) {
        return read_qualitative(members, key, scale);
      }
      Kpi kpi;
      kpi.key = key;
      kpi.origin = origin();
      kpi.family = family;
      kpi.name = members.words("name");
      kpi.description = is_own() ? members.words_or("description", kpi.name) : members.words("description");
      kpi.unit = members.one_of("unit", units);
      kpi.additivity = members.one_of("class", classes);
      kpi.good = members.one_of("good", goods);
      kpi.leading = members.one_of("kind", {"leading", "lagging"}, is_own() ? "lagging" : "") == "leading";
      kpi.vanity = members.flag("vanity");
      kpi.interval = members.flag("interval");
      kpi.definition = definition_of(members);
      kpi.serves = is_own() ? members.list("serves") : members.needed_list("serves");
      for (const std::string& objective : kpi.serves) {
        if (!contains(objectives, objective))
          place.complain(node, fmt::format("\"{}\" is none of {}", objective, join(objectives, ", ")));
      }
      kpi.synonyms = members.list("synonyms");
      kpi.source = is_own() ? members.text_or("source", "") : members.text("source");
      read_variants(members, kpi);
      catalog_.kpis_.push_back(std::move(kpi));
    });
  }

  // A scale in the place of unit, class and formula: it is judged.
  void read_qualitative(Members& members, const std::string& key, const YamlNode& scale) {
    QualitativeKpi kpi;
    kpi.key = key;
    kpi.origin = origin();
    kpi.name = members.words("name");
    kpi.description = is_own() ? members.words_or("description", kpi.name) : members.words("description");
    kpi.definition = definition_of(members);
    kpi.scale = members.needed_list("scale");
    kpi.synonyms = members.list("synonyms");
    std::set<std::string> words;
    for (const std::string& word : kpi.scale) {
      if (!words.insert(normalised_header(word)).second) {
        members.place("scale").complain(scale, fmt::format("names \"{}\" twice", word));
      }
    }
    if (words.size() < 2) members.place("scale").complain(scale, "needs at least two words, the worst first");
    if (members.take("formula") || members.take("variants")) {
      members.place("scale").complain(scale, "stands beside a formula: a KPI is judged or computed, not both");
    }
    catalog_.qualitative_.push_back(std::move(kpi));
  }

  // Either `formula`, one reading without a key, or `variants`, the default first.
  void read_variants(Members& members, Kpi& kpi) {
    YamlNode formula = members.take("formula");
    YamlNode variants = members.take("variants");
    if (!formula == !variants) {
      return members.place().complain(members.node(), "needs either a formula or variants");
    }
    if (formula) {
      Variant variant;
      variant.name = kpi.name;
      variant.unit = kpi.unit;
      read_formula(members, kpi, variant);
      kpi.variants.push_back(std::move(variant));
      return;
    }
    for_entries(variants, members.place(), [&](const std::string& key, const YamlNode& node, const Place& place) {
      Members own(node, place);
      if (is_own()) own.take_plain_words();
      Variant variant;
      variant.key = key;
      variant.name = own.words("name");
      variant.note = own.words_or("note", {});
      variant.unit = own.one_of_or("unit", units, kpi.unit);
      read_formula(own, kpi, variant);
      kpi.variants.push_back(std::move(variant));
    });
    if (kpi.variants.empty()) members.place("variants").complain(variants, "is empty");
  }

  void read_formula(Members& members, const Kpi& kpi, Variant& variant) {
    std::string source = members.text("formula");
    YamlNode node = members.take("formula");
    Place place = members.place("formula");
    if (source.empty()) return;
    variant.formula_source = source;
    if (auto fault = catalog::read_formula(source, variant.formula)) return place.complain(node, source, *fault);
    variant.formula_text = formula_text(variant.formula);
    written_.emplace(label(kpi, variant), Written{node, place, std::move(source)});
  }

  static std::string label(const Kpi& kpi, const Variant& variant) {
    return variant.key.empty() ? kpi.key : fmt::format("{}:{}", kpi.key, variant.key);
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
    for_items(members.take("breaks"), members.place("breaks"), [&](const YamlNode& node, const Place& place) {
      Members own(node, place);
      network.breaks.push_back({own.text("measure"), own.day("day"), own.words("description"), own.text("source")});
    });
    for_items(members.take("replacements"), members.place("replacements"),
              [&](const YamlNode& node, const Place& place) {
                Members own(node, place);
                network.replacements.push_back({own.text("measure"), own.text("by"), own.day("from")});
              });
    remember("network", network.key, members.node(), members.place());
    catalog_.networks_.push_back(std::move(network));
  }

  void read_languages(Members& file) {
    for_entries(
        file.need("languages"), file.place(), [&](const std::string& key, const YamlNode& node, const Place& place) {
          Members members(node, place);
          Language language;
          language.key = key;
          language.decimal_comma = members.one_of("decimal", {"point", "comma"}) == "comma";
          language.day_first = members.one_of("dates", {"month_first", "day_first"}) == "day_first";
          int month = 0;
          for_items(members.need("months"), members.place("months"), [&](const YamlNode& names, const Place& own) {
            ++month;
            if (!names.is_list()) return own.complain(names, "expected a list");
            for (const YamlNode& name : names.items()) language.months[normalised_header(name.text())] = month;
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
                [&](const std::string& key, const YamlNode& node, const Place& place) {
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
    format.name = described ? members.words("name") : members.words_or("name", {});
    if (!described) format.name = Words(std::map<std::string, std::string>{{"en", "the table of --map"}});
    format.description = described ? members.words("description") : members.words_or("description", {});
    format.how_to_get = described ? members.words("how_to_get") : members.words_or("how_to_get", {});
    format.reaches_back = members.words_or("reaches_back", {});
    format.leaves_out = members.words_or("leaves_out", {});
    format.header_only = members.flag("header_only");
    format.zone = members.text_or("zone", "");
    format.tier = members.one_of("tier", {"own_export", "third_party", "network_api"}, described ? "" : "third_party");
    format.dates = members.text_or("dates", "");
    if (!format.dates.empty()) members.one_of("dates", {"month_first", "day_first"}, "month_first");
    format.every_measure = members.flag("every_measure");
    for_items(members.take("tables"), members.place("tables"), [&](const YamlNode& table, const Place& own) {
      Members parts(table, own);
      format.tables.push_back(read_table(parts));
    });
    // One table needs no name of its own.
    if (members.take("columns")) format.tables.push_back(read_table(members));
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
              [&](const YamlNode& column, const Place& own) { table.columns.push_back(read_column(column, own)); });
    return table;
  }

  void read_blocks(Members& members, Format& format) {
    for_items(members.take("blocks"), members.place("blocks"), [&](const YamlNode& block, const Place& own) {
      Members parts(block, own);
      format.blocks.push_back(
          {parts.needed_list("titles"), parts.text_or("network", ""), parts.text("measure"), parts.list("dimensions")});
    });
    for_items(members.take("statements"), members.place("statements"), [&](const YamlNode& node, const Place& own) {
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
    YamlNode words = members.take("members");
    if (words) format.members = read_values(words, members.place("members"));
  }

  Column read_column(const YamlNode& node, const Place& place) {
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
    YamlNode values = members.take("values");
    if (!values) return column;
    if (column.role != "kind" && column.role != "member" && column.role != "breakdown") {
      place.complain(values, "only a column of role kind, member or breakdown has values");
    }
    column.values = read_values(values, place.under("values"));
    return column;
  }

  std::map<std::string, std::string> read_values(const YamlNode& values, const Place& place) {
    std::map<std::string, std::string> read;
    Members kinds(values, place);
    for (const YamlEntry& kind : values.entries()) {
      for (const std::string& word : kinds.needed_list(kind.key.text())) {
        if (!read.emplace(normalised_header(word), kind.key.text()).second) {
          place.complain(kind.key, fmt::format("\"{}\" stands twice", word));
        }
      }
    }
    return read;
  }

  void remember(std::string_view kind, const std::string& key, const YamlNode& node, const Place& place) {
    auto [at, fresh] = origins_.emplace(fmt::format("{} {}", kind, key), Origin{node, place});
    if (!fresh) place.complain(node, fmt::format("{} is defined in {} already", key, at->second.place.file()));
  }

  void complain(std::string_view kind, std::string_view key, std::string_view what) {
    const Origin& origin = origins_.at(fmt::format("{} {}", kind, key));
    origin.place.complain(origin.node, what);
  }

  // Whether this entry was read here, and not taken over from the base.
  bool is_new(std::string_view kind, std::string_view key) const {
    return origins_.contains(fmt::format("{} {}", kind, key));
  }

  // Keys of different kinds share one dictionary, and so do the synonyms of a kind; only a measure and the KPI of its
  // own sum have the same key, and those are of one hand.
  void check_names() {
    check_keys();
    check_synonyms("measure", catalog_.measures_);
    check_synonyms("kpi", catalog_.kpis_);
    check_synonyms("network", catalog_.networks_);
    if (base_ == nullptr) return;
    for (const Measure& one : catalog_.measures_) check_word("measure", one.key);
    for (const Kpi& one : catalog_.kpis_) check_word("kpi", one.key);
  }

  void check_keys() {
    struct Owner {
      std::string kind;
      bool is_new;
    };
    std::map<std::string, Owner> owners;
    auto claim = [&](const std::string& kind, const std::string& key) {
      bool fresh_here = is_new(kind, key);
      auto [at, fresh] = owners.emplace(key, Owner{kind, fresh_here});
      if (fresh) return;
      const Owner& owner = at->second;
      if (owner.kind == "measure" && kind == "kpi" && owner.is_new == fresh_here) return;
      if (owner.is_new != fresh_here && fresh_here) {
        complain(kind, key, fmt::format("the catalog has a {} of that key already; choose another", owner.kind));
      } else if (owner.kind != kind) {
        complain(kind, key, fmt::format("there is a {} of that key", owner.kind));
      }
    };
    for (bool later : {false, true}) {
      auto claim_all = [&](const std::string& kind, const auto& entries) {
        for (const auto& one : entries) {
          if (base_ == nullptr ? !later : is_new(kind, one.key) == later) claim(kind, one.key);
        }
      };
      claim_all("measure", catalog_.measures_);
      claim_all("kpi", catalog_.kpis_);
      claim_all("dimension", catalog_.dimensions_);
      claim_all("network", catalog_.networks_);
      claim_all("format", catalog_.formats_);
    }
  }

  // What is added may not be called like what is there.
  template <typename Entry>
  void check_synonyms(std::string_view kind, const std::vector<Entry>& entries) {
    std::map<std::string, std::string> owners;
    for (bool later : {false, true}) {
      auto is_turn = [&](const Entry& entry) { return base_ == nullptr ? !later : is_new(kind, entry.key) == later; };
      for (const Entry& entry : entries) {
        if (!is_turn(entry)) continue;
        auto [at, fresh] = owners.emplace(entry.key, entry.key);
        if (!fresh && at->second != entry.key)
          complain(kind, entry.key, fmt::format("people call {} so; choose another key", at->second));
      }
      for (const Entry& entry : entries) {
        if (!is_turn(entry)) continue;
        for (const std::string& synonym : entry.synonyms) {
          auto [at, fresh] = owners.emplace(folded(synonym), entry.key);
          if (fresh) continue;
          if (base_ == nullptr || later)
            complain(kind, entry.key, fmt::format("the synonym \"{}\" belongs to {} already", synonym, at->second));
        }
      }
    }
  }

  // Words of the formula language, columns of the program's own files and what packs would bring are taken.
  void check_word(std::string_view kind, const std::string& key) {
    if (!is_new(kind, key)) return;
    if (contains(formula_counts(), key) || contains(formula_calls(), key)) {
      complain(kind, key, "is a word of the formula language; choose another key");
    }
    for (const Pack& pack : catalog_.packs_) {
      bool is_this = addition_ != nullptr && addition_->origin == pack.key;
      if (!is_this && (contains(pack.measures, key) || contains(pack.kpis, key))) {
        const Kpi* kpi = kind == "kpi" ? catalog_.kpi(key) : nullptr;
        const Measure* measure = kind == "measure" ? catalog_.measure(key) : nullptr;
        bool of_pack =
            (kpi != nullptr && kpi->origin == pack.key) || (measure != nullptr && measure->origin == pack.key);
        if (!of_pack) complain(kind, key, fmt::format("the pack {} has that key; choose another", pack.key));
      }
    }
    if (kind != "measure") return;
    for (const Format& format : base_->formats()) {
      if (!format.every_measure) continue;
      for (const Table& table : format.tables) {
        for (const Column& column : table.columns) {
          bool taken = std::any_of(column.names.begin(), column.names.end(), [&](const std::string& name) {
            return normalised_header(name) == normalised_header(key);
          });
          if (taken)
            complain(kind, key, fmt::format("{} has a column of that name; choose another key", format.name.english()));
        }
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
    for (Format& format : catalog_.formats_) {
      add_measures(format);
      if (base_ == nullptr) check_format(format);
    }
  }

  // A column for each measure, where a format has them all.
  void add_measures(Format& format) {
    if (!format.every_measure) return;
    for (Table& table : format.tables) {
      for (const Measure& measure : catalog_.measures_) {
        if (measure.from.empty() && (base_ == nullptr || is_new("measure", measure.key)))
          table.columns.push_back({{measure.key}, "measure", measure.key});
      }
    }
  }

  void check_format(Format& format) {
    need_network(format, format.network);
    check_zone("format", format.key, format.zone);
    std::set<std::string> keys;
    for (Table& table : format.tables) {
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
    auto each_new = [&](auto check) {
      for (const Kpi& kpi : catalog_.kpis_) {
        if (!is_new("kpi", kpi.key)) continue;
        for (const Variant& variant : kpi.variants) {
          if (written_.contains(label(kpi, variant))) check(kpi, variant);
        }
      }
    };
    each_new([&](const Kpi& kpi, const Variant& variant) { check_references(kpi, variant, variant.formula); });
    if (!problems_.none()) return;
    std::set<std::string> sound;
    each_new([&](const Kpi& kpi, const Variant& variant) {
      std::vector<std::string> way;
      if (problems_.none()) check_cycle(kpi, variant, way, sound);
    });
    if (!problems_.none()) return;
    each_new([&](const Kpi& kpi, const Variant& variant) {
      for (const Fault& fault : check_formula(catalog_, kpi, variant)) blame(kpi, variant, fault);
    });
  }

  void blame(const Kpi& kpi, const Variant& variant, const Fault& fault) {
    const Written& written = written_.at(label(kpi, variant));
    written.place.complain(written.node, written.source, fault);
  }

  // The KPI that a name means, or nullptr: the measure first, then the count, then the KPI.
  const Kpi* kpi_meant(const Formula& reference) const {
    bool plain = reference.variant.empty();
    if (plain && (catalog_.measure(reference.name) || contains(formula_counts(), reference.name))) return nullptr;
    return catalog_.kpi(reference.name);
  }

  void check_references(const Kpi& kpi, const Variant& variant, const Formula& formula) {
    if (formula.kind == Formula::Kind::name) check_reference(kpi, variant, formula);
    for (const Formula& part : formula.parts) check_references(kpi, variant, part);
  }

  void check_reference(const Kpi& kpi, const Variant& variant, const Formula& reference) {
    for (const Formula::Filter& filter : reference.filters) {
      if (catalog_.dimension(filter.dimension) != nullptr) continue;
      std::vector<std::string_view> known;
      for (const Dimension& one : catalog_.dimensions_) known.push_back(one.key);
      blame(kpi, variant,
            {filter.span,
             fmt::format("there is no dimension \"{}\"{}", filter.dimension, hint(nearest(filter.dimension, known)))});
    }
    const Kpi* other = kpi_meant(reference);
    bool plain = reference.variant.empty();
    if (!other) {
      if (plain && (catalog_.measure(reference.name) || contains(formula_counts(), reference.name))) return;
      return blame(kpi, variant, {reference.span, unknown_name(reference.name)});
    }
    std::vector<std::string> keys;
    for (const Variant& one : other->variants) {
      if (plain || one.key == reference.variant) return;
      if (!one.key.empty()) keys.push_back(one.key);
    }
    std::string has = keys.empty() ? "it has but one reading" : "it has " + join(keys, ", ");
    blame(kpi, variant,
          {reference.span, fmt::format("{} has no variant \"{}\"; {}", reference.name, reference.variant, has)});
  }

  static std::string hint(std::string_view near) {
    return near.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", near);
  }

  std::string unknown_name(const std::string& word) const {
    std::string spoken = word;
    std::replace(spoken.begin(), spoken.end(), '_', ' ');
    const Kpi* called = catalog_.kpi_called(spoken);
    if (called == nullptr) called = catalog_.kpi_called(word);
    if (called != nullptr) return fmt::format("nobody defines \"{}\"; it is called \"{}\"", word, called->key);
    std::vector<std::string_view> known;
    for (const Measure& one : catalog_.measures_) known.push_back(one.key);
    for (const Kpi& one : catalog_.kpis_) known.push_back(one.key);
    for (const std::string& one : formula_counts()) known.push_back(one);
    return fmt::format("nobody defines \"{}\"{}", word, hint(nearest(word, known)));
  }

  // False, with a complaint, if the variant needs itself. `way` is how it was come by.
  bool check_cycle(const Kpi& kpi, const Variant& variant, std::vector<std::string>& way,
                   std::set<std::string>& sound) {
    std::string here = label(kpi, variant);
    if (sound.contains(here)) return true;
    bool again = contains(way, here);
    way.push_back(here);
    if (again) {
      way.erase(way.begin(), std::find(way.begin(), way.end(), here));
      blame(kpi, variant, {variant.formula.span, fmt::format("its formula needs itself: {}", join(way, " → "))});
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

  const Catalog* base_ = nullptr;       // what is added to, where something is
  const Addition* addition_ = nullptr;  // what is being read of it
  Catalog catalog_;
  std::shared_ptr<ChannelRules> channels_ = std::make_shared<ChannelRules>();
  Problems problems_;
  std::map<std::string, Origin> origins_;
  std::map<std::string, Written> written_;  // by "kpi:variant"
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

std::shared_ptr<const Catalog> Catalog::extended(const std::vector<Addition>& additions,
                                                 std::vector<Problem>& problems) const {
  return Loader().extend(*this, additions, problems);
}

}  // namespace sociometer::catalog
