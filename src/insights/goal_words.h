// The words of the sentences that goals are said in, as tables: another language is another file like goal_words.cpp.
// All are written as plain_word has them: folded, in the singular.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"
#include "insights/goals.h"

namespace sociometer::insights::goal_words {

// What a verb or noun wants of the number.
enum class Sense { up, down, improve, get, keep, limit, times };
struct Verb {
  std::string_view words;
  Sense sense;
  double factor = 0;  // of times: "double" is 2
};
std::span<const Verb> verbs();

// How a quantity stands to what is wanted.
enum class Relation { none, by, to, above, at_least, below, at_most };
struct RelationWords {
  std::string_view words;
  Relation relation;
};
std::span<const RelationWords> before_quantity();  // "at least 40"
std::span<const RelationWords> after_quantity();   // "40 or more"

enum class Scale { none, percent, points, second, currency, per_day };
struct UnitWords {
  std::string_view words;
  Scale scale;
  double factor = 1;               // 60 of a minute, 0.01 of a cent; of per_day what a day has of it
  std::string_view currency = {};  // "EUR"; of a cent the workspace's
};
std::span<const UnitWords> units();
struct NumberWord {
  std::string_view words;
  double value;
};
std::span<const NumberWord> numbers();      // "ten"
std::span<const NumberWord> multipliers();  // "thousand"
std::span<const NumberWord> parts();        // "half", in percent of what it was

struct MonthWord {
  std::string_view words;
  unsigned month;
};
std::span<const MonthWord> months();
struct SpanUnit {
  std::string_view words;
  Bucket bucket;
};
std::span<const SpanUnit> span_units();  // "quarter"
struct CadenceWords {
  std::string_view words;
  Cadence cadence;
};
std::span<const CadenceWords> cadences();  // "every month", "monthly"
struct OrdinalWord {
  std::string_view words;
  int number;
};
std::span<const OrdinalWord> ordinals();
struct Phrase {
  std::string_view words;
};
std::span<const Phrase> year_over_year();
std::span<const Phrase> before_baseline();  // "compared to"
std::span<const Phrase> before_due();       // "by", "until"
std::span<const Phrase> before_span();      // "in", "during"
std::span<const Phrase> before_start();     // "starting"
std::span<const Phrase> before_rationale();
std::span<const Phrase> end_of();
std::span<const Phrase> fillers();
std::span<const Phrase> before_scope();  // "on", "from"

// A KPI by a name that people use of goals and that is not in the catalog.
struct KpiName {
  std::string_view words;
  std::string_view kpi;
};
std::span<const KpiName> kpi_names();

struct ScopeWords {
  std::string_view words;
  std::string_view dimension, member;  // several members: "a|b"
};
std::span<const ScopeWords> scopes();
std::span<const ScopeWords> channels();  // after "from", "through"

// Ratios that are said as they are, "3.5", not as a percentage.
std::span<const std::string_view> multiples();

}  // namespace sociometer::insights::goal_words
