// Catalog: what every number means. Knowledge as data (catalog/*.yaml), compiled into the binary, checked against a
// schema in the build and again at start, never changed while the program runs.
//
//   const Catalog& catalog = *Catalog::built_in();
//   TRY(KpiChoice choice, catalog.find_kpi("engagement_rate:by_reach"));
//   choice.variant->formula_text;          // "engagements / post_reach": what is shown
//   choice.variant->formula;               // the same, parsed: what runs
//
// The catalog declares; it decides nothing. There are no conditions in it, and no SQL: what wants an `if` is C++.
//
// Threads: read-only after loading.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/dashboards.h"
#include "catalog/norms.h"

namespace sociometer::catalog {

// Words for people by language ("en"); English is always there.
class Words {
 public:
  Words() = default;
  explicit Words(std::map<std::string, std::string> by_language) : by_language_(std::move(by_language)) {}
  // In that language, else in English, else empty.
  const std::string& in(std::string_view language) const;
  const std::string& english() const { return in("en"); }

 private:
  std::map<std::string, std::string> by_language_;
};

// How a value behaves over time and over entities; decides how it may be combined (docs: metrics, "Additivity").
enum class Class { flow, stock, unique, ratio, duration, lifetime, modelled, index };
enum class Good { up, down, none };
// What a value counts. Values are stored as integers of unit / base_scale(unit).
enum class Unit { count, people, ratio, money, seconds, characters, per_day, score };
int64_t base_scale(Unit unit);  // count 1, people 1, ratio 1'000'000, money 1'000'000, seconds 1'000, characters 1, …
std::string_view name(Class c);
std::string_view name(Good good);
std::string_view name(Unit unit);

struct Measure {
  std::string key;
  Words name;
  Words description;
  Unit unit = Unit::count;
  Class additivity = Class::flow;
  Good good = Good::up;
  std::vector<std::string> synonyms;
  // Where it comes from: "" where sources report it, else the table of events it is computed from ("web_events").
  std::string from;
  int definition = 1;  // version
  std::string origin;  // as Kpi's
};

// A formula, parsed. The grammar:
//
//   sum     = product (("+" | "-") product)*
//   product = power (("*" | "/") power)*
//   power   = atom ("^" atom)?
//   atom    = number | "(" sum ")" | call "(" sum ")" | name [":" variant] ["{" filter ("," filter)* "}"]
//   filter  = dimension "=" member ("|" member)*
//   member  = word | '"' anything but '"' '"'
//
// A name is a measure, another KPI, or one of the built-in counts `posts` (published in the range), `days`, `months`,
// `hashtag_uses`, `engagements_of_kind`. Calls: `last`, `first`, `change` (last − first) of a stock over the range;
// `mean`, `median` over the posts published in the range; `at_post(stock)` inside those: the stock on the post's day;
// `mean`, `median`, `p90` over the rows of a measure of events that is a duration;
// `average` (or `mean`) of a stock over time; `distinct` of a unique, which is what the unique alone means as well;
// `share` of a breakdown's member in its whole.
//
// A filter lets only what has one of the members into the measure, or into every measure of the KPI that is named. It
// narrows what the question asks for. The member `any` of network, account or ownership lifts what the question's
// filter says of it: `likes / likes{network=any}`, filtered by a network, is its share of all. An ownership that is
// named takes the place of "own accounts only", which holds where a question says nothing. `others` is everyone's but
// own.
//
// Where one word names several things it is the measure, then the count, then the KPI: the KPI `likes` is the measure
// `likes`. With a variant it is always a KPI. `×`, `÷` and `−` are taken for `*`, `/` and `-`. Two operands each, so
// `a + b + c` is add(add(a, b), c).
struct Formula {
  enum class Kind { number, name, add, subtract, multiply, divide, power, call };
  // Which bytes of its text it was read from. Formulas are equal wherever they stand.
  struct Span {
    size_t begin = 0, end = 0;
    bool operator==(const Span&) const { return true; }
  };
  struct Filter {
    std::string dimension;
    std::vector<std::string> members;  // any of these, as written
    Span span;
    bool operator==(const Filter&) const = default;
  };
  Kind kind = Kind::number;
  double number = 0;            // kind number
  std::string name;             // kind name: measure, KPI or count; kind call: the function
  std::string variant;          // kind name: of a KPI, empty for its default
  std::vector<Filter> filters;  // kind name
  std::vector<Formula> parts;   // operands, in order
  Span span;
  bool operator==(const Formula&) const = default;
};
// invalid: the place and what was expected there, with a caret under it.
Result<Formula> parse_formula(std::string_view text);
// As people read it: "engagements / (posts × followers)".
std::string formula_text(const Formula& formula);

struct Variant {
  std::string key;  // "per_post"; empty where a KPI has but one reading
  Words name;
  std::string formula_source;  // as written in the catalog
  std::string formula_text;    // as people read it
  Formula formula;
  Words note;               // when to take this reading, may be empty
  Unit unit = Unit::count;  // the KPI's, unless this reading counts something else
};

struct Kpi {
  std::string key;
  Words name;
  Words description;
  std::string family;  // "reach", "engagement", …
  Unit unit = Unit::count;
  Class additivity = Class::flow;
  Good good = Good::up;
  bool leading = false;
  bool vanity = false;
  bool interval = false;  // must carry an interval
  int definition = 1;     // version
  std::vector<std::string> serves;
  std::vector<std::string> synonyms;
  std::string source;             // where the definition comes from
  std::string origin;             // "" of the catalog itself, "own" of the workspace, else the pack that brought it
  std::vector<Variant> variants;  // the default first
};

// A KPI that is judged and not computed: a dated word of its scale, with who judged and why. Its words have an order
// but no distances, so there is no mean of them, and no formula may name it.
struct QualitativeKpi {
  std::string key;
  Words name;
  Words description;
  std::vector<std::string> scale;  // worst first, at least two
  std::vector<std::string> synonyms;
  std::string origin;  // as of a KPI
  int definition = 1;
};

struct KpiChoice {
  const Kpi* kpi = nullptr;
  const Variant* variant = nullptr;
};

struct Dimension {
  std::string key;
  Words name;
  Words description;
  // "time" (day…year), "subject" (network, account, ownership, promotion, post, post_kind, hashtag, campaign, tag) or
  // "breakdown" (age, gender, country, action, …: members that observations carry).
  std::string kind;
};

// A header, a block's title or a cell's word, as names are compared: case folded, blanks (also U+00A0) at both ends
// gone and one between words, soft hyphens, byte order marks and zero-width characters gone, ’ as '.
std::string normalised_header(std::string_view text);

// What a column of an export means. `names` are its headers in every language and spelling seen, compared after
// `normalised_header`. One '*' in a name stands for any text, which is the member of `dimension` ("Likes by country -
// *") or, where there is none, the currency of the column ("Amount spent (*)").
//
// Where a file has several headers of one Column (the same twice, or two of its names), they say the same: the first
// cell that is not empty counts. Where several Columns of a table are of one measure, promotion, window and member,
// their cells are parts: they are summed. One header may stand in several Columns: X's url clicks are link clicks and a
// part of clicks.
//
// Roles:
//   measure        a number of `measure`, `promotion`, `window`, `dimension` and `member`
//   ignored        known and not stored: a rate that is recomputed, a check sum, a detail; the kept original has it
//   post_id, text, title (the text where text is empty), link (the id where there is no post_id), kind, campaign,
//   tags (separated by commas or |)
//   published_at   date and clock of publishing, of the format's zone unless it says otherwise
//   account_id, handle, account_name   whose it is
//   period         what the row's counters are of: a day, a range of days ("2024-03-01 - 2024-03-11"), or any word that
//                  is neither ("Lifetime", "Vitalício"): counters since publishing
//   day, value     of values, the day; of a daily series, the date and the number of the block's series
//   nth_day        the day counted from the first the file speaks of: "0000" is it
//   member         a member of `dimension`: the row's numbers are of that part alone
//   campaign_id, ad_id, ad   whose numbers a row of an advertising report has, besides `campaign`
//   network, ownership, subject, measure_key, promotion, breakdown, member, window, start, end (inclusive), zone,
//   currency, observed_at   the row says it
struct Column {
  std::vector<std::string> names;
  std::string role;     // one of the above
  std::string measure;  // role measure
  std::string promotion = "all";
  std::string window;     // role measure: "day", "7d", "28d", "instant", "lifetime"; empty: the table's
  std::string dimension;  // role measure, member: of which dimension
  std::string member;     // role measure: of which member; empty with a dimension: what '*' stands for
  std::string unit;  // role measure: what its cells count, where it is not the measure's own unit: see `units_of_cells`
  std::string times;  // role measure: of which measure of the same row the cell is a mean, and is multiplied by
  std::string
      described;        // where two headers are the same: what the row of descriptions under them says, "(Total Count)"
  std::string network;  // a file with this column is of that network; empty: it does not tell
  bool required = false;  // recognition needs it
  // Role kind and member: the file's words, normalised, to ours ("ig reel" → "reel").
  std::map<std::string, std::string> values;
};

// What cells may count and how much of the measure's base unit one is: 1 hour is 3,600,000 milliseconds.
struct UnitOfCells {
  std::string_view key;  // "hours", "minutes", "milliseconds", "percent"
  Unit unit;             // of the measure
  int64_t factor;        // in the measure's base unit
};
const std::vector<UnitOfCells>& units_of_cells();

// One kind of table a file of a format may hold, recognised by its required columns.
struct Table {
  std::string key;  // "posts"; names the table where a format has several
  std::string
      rows;  // what its rows are: "posts", "values" (numbers of days, ranges, members, campaigns), "observations"
  std::string window;  // of values without a day of their own: "range" (the days the file speaks of) or "instant"
  // Where the header could be anybody's: the table counts only in a file or a sheet whose name holds one of these.
  std::vector<std::string> named;
  bool added = false;           // rows of the same day and members are parts of one number
  bool totals_unnamed = false;  // a row whose names are all empty sums the others
  std::string ownership;        // of the accounts its rows name, unless the workspace knows them
  std::vector<Column> columns;
};

// A file format: how one download of a network (or of this program) is laid out. Its tables may lie in one file, one
// after the other, or in the sheets of a workbook; blocks are recognised by their titles.
struct Format {
  std::string key;      // "x_post_activity"
  std::string network;  // empty: the file says
  Words name;
  Words description;         // what it holds
  Words how_to_get;          // where in the network's menus it is
  Words reaches_back;        // how far
  Words leaves_out;          // what one would expect and not find
  bool header_only = false;  // written after its documented header: no real file of it has been read
  std::string zone;          // whose days and clock the file's dates are; empty: the workspace's
  std::string tier;          // "own_export", "third_party", "network_api"
  std::string dates;  // how it is known to write 03/04/2025: "month_first", "day_first"; empty: the file must show it
  bool every_measure = false;  // has a column for each measure there is, also a workspace's own
  std::vector<Table> tables;
  std::vector<std::string> day_headers;  // what stands over the days of a block: "Date"
  // Blocks under a title ("Facebook reach"): network, measure, and what their numbers are of.
  struct Block {
    std::vector<std::string> titles;
    std::string network;  // empty: the title does not say
    std::string measure;
    std::vector<std::string>
        dimensions;  // of names and values; two: rows are members of the first, columns of the second
  };
  std::vector<Block> blocks;
  std::map<std::string, std::string> members;  // words of blocks, normalised, to ours ("homens" → "male")

  // What stands outside its tables and says something of the file or is a number of its own: a name and what stands
  // behind it, in the next cell or behind a colon. Roles: start, end, days ("2025-01-01 - 2025-01-31"), account; or a
  // measure, of the day that '*' in the name stands for, else of the days the file speaks of.
  struct Statement {
    std::vector<std::string> names;
    std::string role;
    std::string measure;
    std::string promotion = "all";
  };
  std::vector<Statement> statements;

  bool is_own() const { return key.starts_with("sociometer_"); }
};

// How a language writes numbers and dates, and which words stand for sums: exports come in the language of whoever
// downloaded them. Words are normalised.
struct Language {
  std::string key;  // "de"
  bool decimal_comma = false;
  bool day_first = false;
  std::map<std::string, int> months;  // "märz", "mär" → 3
  std::vector<std::string> weekdays;
  std::vector<std::string> fillers;  // "de" in "8 de marzo"
  std::vector<std::string> totals;   // "gesamt"
};

struct DefinitionBreak {
  std::string measure;
  Day day;
  Words description;
  std::string source;
};

// Where a network stopped reporting one measure and began to report another in its place.
struct Replacement {
  std::string measure;  // impressions
  std::string by;       // views
  Day from;
};

struct Network {
  std::string key;
  Words name;
  std::vector<std::string> synonyms;
  std::string zone;                           // of its own daily numbers
  int settlement_days = 0;                    // how long its numbers still move
  std::vector<std::string> not_reported;      // measures it does not tell anyone
  std::vector<std::string> engagement_parts;  // what its own engagement count includes
  std::vector<DefinitionBreak> breaks;
  std::vector<Replacement> replacements;
  std::vector<std::string> formats;  // keys
};

// How a visit came about, as its address and the page before it say. Texts as they stand there, in any case.
struct Arrival {
  std::string_view source;    // utm_source
  std::string_view medium;    // utm_medium
  std::string_view campaign;  // utm_campaign
  std::string_view referrer;  // URL or host of the page before, empty if it was the own site
  std::string_view click_id;  // the name of the click parameter, "fbclid"
};

// What that comes to. `source` and `medium` are what to keep of it: the address' own words, else the host it came from.
struct Channel {
  std::string key;      // "organic_social", "direct", …
  std::string network;  // where it came from a social network: "instagram"
  std::string source, medium;
  std::string kind;     // of place it came from: "social", "search", …, "" if unknown
  std::string because;  // the rule that decided, for people: "rule 21: a social source"
  int version = 1;      // of the rules
};

// One thing wrong with a file of the catalog, and where.
struct Problem {
  std::string file;
  int line = 0, column = 0;  // from 1; 0 where it is about the file as a whole
  std::string path;          // the entry and its member: "reply_share.formula"
  std::string what;          // of a formula with the formula and a caret under the place, on lines of their own
  std::string text() const;  // "shop.yaml:12:14: reply_share.formula: …"
};

// KPIs and the measures they need that a workspace may switch on.
struct Pack {
  std::string key;
  Words name;
  Words description;
  std::vector<std::string> measures, kpis;  // keys
  std::string yaml;
};

// YAML to be added to a catalog: `measures`, `kpis` and the `family` these are of, as in catalog/. Written by a
// workspace it may leave out what only a reader of the dictionary wants, and say words in English alone.
struct Addition {
  std::string file;  // as complaints name it
  std::string yaml;
  std::string origin = "own";  // or the key of a pack
  int definition = 1;          // of its entries, where they are a workspace's own
};

class Catalog {
 public:
  // The catalog compiled in. CHECKs that it is sound: a test loads it, so a broken one never ships.
  static std::shared_ptr<const Catalog> built_in();
  // From YAML texts by file name ("measures.yaml", "kpis/reach.yaml", "networks/x.yaml", …), for tests and checks.
  // invalid: file, place and what is wrong – unknown or double keys, names nobody defines, cycles, missing English.
  static Result<std::shared_ptr<const Catalog>> load(const std::map<std::string, std::string>& files);
  // This catalog with the additions, or nullptr and what is wrong with them. No key or synonym that is taken, also by a
  // pack that is off, may be taken again.
  std::shared_ptr<const Catalog> extended(const std::vector<Addition>& additions, std::vector<Problem>& problems) const;

  const std::vector<Measure>& measures() const { return measures_; }
  const std::vector<Kpi>& kpis() const { return kpis_; }
  const std::vector<QualitativeKpi>& qualitative() const { return qualitative_; }
  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  const std::vector<Network>& networks() const { return networks_; }
  const std::vector<Format>& formats() const { return formats_; }
  const std::vector<Pack>& packs() const { return packs_; }
  // The templates, by name.
  const std::vector<Dashboard>& dashboards() const { return dashboards_; }
  // What a workspace once added and that fits no more.
  const std::vector<Problem>& problems() const { return problems_; }
  const std::vector<Language>& languages() const { return languages_; }

  const Measure* measure(std::string_view key) const;
  const Kpi* kpi(std::string_view key) const;
  // not_found: with the nearest key, or what the key is instead.
  Result<const QualitativeKpi*> find_qualitative(std::string_view key) const;
  const Dimension* dimension(std::string_view key) const;
  const Network* network(std::string_view key_or_synonym) const;
  const Format* format(std::string_view key) const;

  // "key" or "key:variant". not_found: with the nearest key, or the variants there are. Synonyms are suggested, not
  // taken.
  Result<KpiChoice> find_kpi(std::string_view text) const;

  // The one place where it is decided which channel a visit belongs to: catalog/channels.yaml, from the top.
  Channel channel_of(const Arrival& arrival) const;

  // The KPI that people call so: by its name or a synonym, in any case; nullptr if none. For suggestions and search.
  const Kpi* kpi_called(std::string_view word) const;

  // Everything, or one entry (not_found), as docs/api.md shows it. Of a KPI and a measure of one key the entry is the
  // KPI. An entry also says what it is: "entry" is "kpi", "measure", "dimension", "network" or "format".
  Json to_json(std::string_view language) const;
  Result<Json> entry_json(std::string_view key, std::string_view language) const;

 private:
  friend class Loader;
  friend class ChannelReader;
  friend class Editions;
  std::vector<Measure> measures_;
  std::vector<Kpi> kpis_;
  std::vector<QualitativeKpi> qualitative_;
  std::vector<Dimension> dimensions_;
  std::vector<Network> networks_;
  std::vector<Format> formats_;
  std::shared_ptr<const class ChannelRules> channel_rules_;
  std::vector<Pack> packs_;
  std::vector<Problem> problems_;
  std::vector<Language> languages_;
  std::vector<Dashboard> dashboards_;
};

// One thing a workspace said of its own catalog: an entry added or replaced, one taken back, a pack switched on or off.
struct OwnEntry {
  std::string kind;  // "measure", "kpi" or "pack"
  std::string key;
  int definition = 1;  // how often the key got a meaning
  std::string yaml;    // a catalog file that holds this entry alone; of a pack that is on, its key; empty: taken back
  Instant recorded_at;
};

// A workspace's catalog at any moment: the built-in one with what the workspace added by then. Nothing said is
// forgotten: a replaced entry is a new definition, a removed one is gone from then on, and as of an earlier time each
// means what it meant. A measure keeps unit and class for ever, since its stored numbers do.
//
//   Editions editions(Catalog::built_in(), history);
//   editions.at(std::nullopt)->find_kpi("reply_share");
//
// Threads: may be asked from several at once.
class Editions {
 public:
  // `history` oldest first.
  Editions(std::shared_ptr<const Catalog> base, std::vector<OwnEntry> history);

  // An entry that no longer fits, since a newer program brought its key, is left out and told in problems().
  std::shared_ptr<const Catalog> at(std::optional<Instant> as_of) const;
  // The same with definitions chosen by number, key → definition, whenever they were given. not_found: the key never
  // had that definition, with those it had; conflict: what it meant then fits the catalog no more.
  using Versions = std::map<std::string, int>;
  Result<std::shared_ptr<const Catalog>> at(std::optional<Instant> as_of, const Versions& versions) const;
  const std::vector<OwnEntry>& history() const { return history_; }

  // What adding a file comes to; entries only where there are no problems.
  struct Change {
    std::vector<OwnEntry> entries;       // to be recorded: new ones and new definitions
    std::vector<std::string> unchanged;  // keys that mean this already
    std::vector<Problem> problems;
  };
  Change add(const std::string& file, const std::string& yaml, Instant now) const;
  // not_found: no own entry of that key. conflict: another own KPI needs it.
  Result<OwnEntry> remove(std::string_view key, Instant now) const;
  // not_found: no such pack, with those there are. conflict: it is so already, or an own KPI needs it.
  enum class Switch { on, off };
  Result<OwnEntry> switch_pack(std::string_view key, Switch to, Instant now) const;
  std::vector<std::string> packs_on() const;

 private:
  const OwnEntry* latest(std::string_view kind, std::string_view key) const;
  std::vector<Addition> additions(size_t entries, const std::vector<std::string>& without) const;
  Result<const OwnEntry*> version(const Catalog& now, const std::string& key, int definition) const;

  std::shared_ptr<const Catalog> base_;
  std::vector<OwnEntry> history_;
  mutable std::mutex mutex_;
  mutable std::map<size_t, std::shared_ptr<const Catalog>> known_;  // by how much of the history counts
};

// One format written by a user, in the catalog's own form, for a table nobody knows (`import --map`). invalid: the
// place and what is wrong.
Result<Format> read_map(const Catalog& catalog, const std::string& file, const std::string& text);

}  // namespace sociometer::catalog
