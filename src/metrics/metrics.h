// Metrics: answers questions about facts in the words of the catalog, and explains every answer.
//
//   Engine engine(catalog, store);
//   Question question;
//   question.kpis = {"engagement_rate"};
//   question.by = {"network", "month"};
//   TRY(question.days, parse_days("2026-01-01", "2026-03-31"));
//   question.compare = Compare{Compare::Kind::previous};
//   TRY(Answer answer, engine.ask(scope, question));
//   answer.rows[0].value;       // empty when there is none; `reason` says why
//
// What is never done: reach is never summed, ratios are never averaged, a missing value is never zero, half a month is
// never set against a whole one. Where an exact number cannot be had the answer is bounds, or nothing and the reason.
//
// The combining rules (additivity, basis, bounds, comparison, coverage, intervals) are in docs/metrics.md, with the
// source of each formula.
//
// Metrics knows no account book: who is own and who a competitor, the zone, the first day of the week and the
// workspace's rules come in the Scope, by the caller. It writes analytical SQL, once, through a small dialect
// (src/metrics/dialect.h).
//
// Threads: an Engine may be asked from several threads at once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/catalog.h"
#include "facts/facts.h"
#include "metrics/labels.h"
#include "metrics/rules.h"

namespace sociometer::metrics {

// What a question is asked in: the workspace and what control knows of it.
struct Scope {
  std::string workspace;
  Zone zone = Zone::utc();
  Weekday week_start = Weekday::monday;
  std::string currency;
  Instant now;
  // "network/handle" → "own", "competitor" or "partner". An account not listed is own.
  std::map<std::string, std::string> ownership;
  Rules rules;  // business hours, promises, brands
  // The workspace's catalog with its own measures and KPIs; none: the engine's.
  std::shared_ptr<const catalog::Editions> editions;
  // The campaigns and tags that people gave to posts; none: those that exports told of alone.
  std::shared_ptr<const Labels> labels;
};

struct Compare {
  enum class Kind { none, previous, year, range };
  Kind kind = Kind::none;
  DayRange days;  // kind range
};

enum class Basis { automatic, published, occurred };

struct Question {
  std::vector<std::string> kpis;  // "key" or "key:variant"
  std::vector<std::string> by;    // dimensions, in the order of the rows
  std::optional<DayRange> days;   // none: all data
  std::string last;               // as asked, "90d"; `days` holds what it means
  Compare compare;
  std::map<std::string, std::vector<std::string>> filter;  // dimension → any of these members
  std::map<std::string, std::string> against;              // compare with the same question under this filter
  // Posts that are left out: dimension of posts → any of these members. Never without saying why: the answer prints it.
  std::map<std::string, std::vector<std::string>> without;
  std::string because;
  Basis basis = Basis::automatic;
  std::optional<Instant> as_of;
  // Which definition is meant of a key that has had several, {"reply_share": 1}; others: that of as_of.
  std::map<std::string, int> versions;
};

// Both inclusive, as people write them. invalid: not a day, or the end before the start.
Result<DayRange> parse_days(std::string_view from, std::string_view to);
// "90d", "4w", "3m": whole days, weeks, months ending yesterday; "month", "quarter", "year": the running one so far.
Result<DayRange> parse_last(std::string_view text, const Scope& scope);
// "previous", "year", "2025-01-01..2025-03-31".
Result<Compare> parse_compare(std::string_view text);
Result<Basis> parse_basis(std::string_view text);
// docs/api.md's question. invalid: unknown member, wrong type – `field` names it.
Result<Question> question_from_json(const Json& json, const Scope& scope);

struct Interval {
  std::optional<double> low, high;
  double level = 0.95;
  std::string method;  // "delta_posts", "delta_days", "bounds", …
};

// Whether two compared numbers differ by more than chance (docs/intervals.md, "Changes").
struct Evidence {
  bool change = false;    // the adjusted p is at most 0.05
  double p = 1;           // two-sided: how often chance alone gives as much
  double p_adjusted = 1;  // for how many comparisons the answer holds (Benjamini–Hochberg)
  double difference = 0;  // value − compared
  Interval interval;      // of the difference
};

// p-values of one answer, adjusted for how many there are (Benjamini–Hochberg): where all with an adjusted p of at most
// 0.05 are called a change, at most one in twenty of those called so is none. In the order given.
std::vector<double> adjusted_for_many(std::span<const double> p);

struct Cell {
  std::vector<std::string> by;  // members, in the question's order
  std::string asked;            // the KPI as the question names it, "engagement_rate:by_reach"
  std::string kpi, variant;     // variant empty where a KPI has one reading
  int definition = 1;
  std::string basis;  // "published" or "occurred"
  std::optional<double> value;
  std::string reason;  // why there is no value: no_data, not_reported, zero_denominator, not_applicable, missing_rate
  std::optional<double> compared;
  std::optional<double> change;  // (value − compared) / |compared|; empty where the two cannot be compared
  std::optional<Interval> compared_interval;
  int64_t compared_n = 0;
  // Empty where nothing can be tested: no intervals on both sides, too few, a definition that changed in between.
  std::optional<Evidence> evidence;
  std::optional<Interval> interval;
  int64_t n = 0;  // posts, days or trials, by class
  double coverage = 0;
  std::vector<std::string> notes;
};

struct Answer {
  Question question;
  std::string zone;
  std::vector<Cell> rows;  // dimensions ascending as asked, KPIs as asked
  std::vector<std::string> notes;
};

// What explains one cell.
struct Explanation {
  Question question;
  std::string zone;
  Cell cell;
  DayRange window;
  catalog::KpiChoice kpi;
  std::shared_ptr<const catalog::Catalog> catalog;  // which `kpi` points into
  struct Source {
    std::string batch, source, path;
    int64_t rows = 0;
  };
  struct Part {
    std::string measure;
    double sum = 0;
    int64_t rows = 0;
  };
  struct Input {
    std::string name;  // as in the formula
    std::string role;  // "numerator", "denominator", "term"
    std::optional<double> sum;
    int64_t rows = 0;
    std::vector<Part> parts;
    std::vector<Source> sources;
  };
  std::vector<Input> inputs;
  struct LeftOut {
    std::string reason;
    int64_t count = 0;
    std::vector<std::string> examples;
  };
  std::vector<LeftOut> left_out;
  std::string interval_words;
  std::vector<Interval> beside;  // what the other methods for this kind of number give
  std::vector<std::string> sql;
  struct Row {
    std::string network, account, subject, post_id, measure, promotion, dimension, member, window;
    Day start, end;  // half-open
    double value = 0;
    Instant observed_at;
    std::string source, batch;
    std::string entity;     // of an event: the visitor, session, customer … it is of; observed_at is its moment
    bool censored = false;  // of an event: the value is at least this
  };
  std::vector<Row> rows;
  int64_t total_rows = 0;
  std::optional<int64_t> next;  // offset of the next page
};

// The content table.
struct PostsQuestion {
  Question selectors;                  // days, filter, as_of; kpis are the columns
  std::string sort = "published_day";  // or a KPI of the columns
  enum class Order { descending, ascending } order = Order::descending;
  std::string search;  // words in the text
  int64_t limit = 50, offset = 0;
  int64_t limit_max = 1000;  // for people; who reckons with all posts may ask for more
};
struct PostRow {
  std::string network, account, id, kind, text, link, promotion, campaign;
  std::optional<Instant> published_at;
  std::optional<Day> published_day;
  std::optional<Instant> counted_at;  // when its counters were read last
  std::vector<std::string> hashtags, tags;
  std::vector<Cell> values;  // one per column
};
struct PostsAnswer {
  std::vector<PostRow> posts;
  int64_t total = 0;
  std::optional<int64_t> next;
};

// One of `from` was worth `rate` of `to` on a day.
struct KnownRate {
  Day day;
  std::string from, to;
  double rate = 0;
};

// What an answer said then and what it says now, and which imports did it. `selectors` is the question, as of the later
// moment (none: now); it compares with nothing else.
struct ChangesQuestion {
  Question selectors;
  Instant since;
  int64_t limit = 50, offset = 0;
};
struct ChangedRow {
  Cell before, after;                // a row that was not there has no value and the reason no_data
  std::vector<std::string> batches;  // of ChangesAnswer::batches, whose doing it is
};
// A batch that counts at one of the two moments only.
struct BatchDeed {
  std::string batch, source, path;
  bool undone = false;  // taken back in between; else recorded in between
  Instant at;
  std::optional<DayRange> days;  // that it speaks of
};
struct ChangesAnswer {
  Question question;
  std::string zone;
  Instant since;
  std::vector<ChangedRow> rows;  // those that changed, in the answer's order, a page of them
  int64_t total = 0, unchanged = 0;
  std::optional<int64_t> next;
  std::vector<BatchDeed> batches;  // of the whole workspace, oldest first
};

// What was thought of a qualitative KPI: its words have an order and no distances, so periods show the last of them and
// never a mean.
struct Judged {
  std::string kpi;
  std::string period;  // "2026-03" of a question by month; empty without a time dimension
  Day day;
  std::string level;
  int position = 0;                // on the scale, 1 the worst
  std::vector<std::string> scale;  // as it was when it was judged
  std::string author, words;
  int64_t n = 0;  // judgements of the period, of which this is the last
};
struct JudgementsAnswer {
  Question question;
  std::string zone;
  std::vector<Judged> rows;  // by KPI; of each the oldest first
};

struct Memories;

class Engine {
 public:
  Engine(std::shared_ptr<const catalog::Catalog> catalog, facts::Store& store);
  ~Engine();

  // What it reads of days and posts it remembers until observations or posts change: 120 MB at most.
  // not_found: no such KPI or variant, with the nearest. invalid: a dimension or filter that is none.
  Result<Answer> ask(const Scope& scope, const Question& question) const;
  // `question` has one KPI; `members` chooses the cell. Everything is read anew, with the statements it shows.
  // not_found: no such cell.
  Result<Explanation> explain(const Scope& scope, const Question& question,
                              const std::map<std::string, std::string>& members, int64_t limit, int64_t offset) const;
  Result<PostsAnswer> posts(const Scope& scope, const PostsQuestion& question) const;
  // What amounts are converted by: the rates the workspace was told, newest day first.
  Result<std::vector<KnownRate>> rates(const Scope& scope, std::optional<Instant> as_of) const;
  // Of the question's KPIs, all qualitative, the judgements of its days: the last of each period, or without a time
  // dimension every one. No KPIs: all that there are. invalid: it asks for more than one time dimension, filters or
  // compares. not_found: no such qualitative KPI.
  Result<JudgementsAnswer> judgements(const Scope& scope, const Question& question) const;
  // invalid: the moments are not in order, or the question compares.
  Result<ChangesAnswer> changes(const Scope& scope, const ChangesQuestion& question) const;

 private:
  Result<Answer> ask_against(const Scope& scope, const Question& question) const;
  Result<std::shared_ptr<const catalog::Catalog>> catalog_for(const Scope& scope, const Question& question) const;

  std::shared_ptr<const catalog::Catalog> catalog_;
  facts::Store& store_;
  std::unique_ptr<Memories> memory_;
};

// The formula on numbers given by hand ("likes" → 12, "followers" → 1000); stores nothing, needs no data. Names may be
// measures or whole KPIs of the formula, or what people call them; parts have names such as all_mentions or
// likes_video, and what a mean is taken of may be a list. invalid: a name is missing or unknown to the formula – the
// sentence lists them.
struct Calculation {
  catalog::KpiChoice kpi;
  std::optional<double> value;
  std::string reason;
};
Result<Calculation> calculate(const catalog::Catalog& catalog, std::string_view kpi,
                              const std::map<std::string, std::vector<double>>& values);

Json to_json(const Question& question, std::string_view zone);
Json to_json(const Answer& answer);
Json to_json(const Explanation& explanation);
Json to_json(const PostsAnswer& answer);
Json to_json(const std::vector<KnownRate>& rates);  // {"rates": […]}
Json to_json(const ChangesAnswer& answer);
Json to_json(const JudgementsAnswer& answer);
Json to_json(const Calculation& calculation);
// The question as a command line: "sociometer kpi engagement_rate --by network,month --from …".
std::string command_line(const Question& question, std::string_view command);

}  // namespace sociometer::metrics
