// What is computed from mentions: how many there are and of whom, how they sound, what share of all talk is about the
// own brand.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "metrics/events.h"
#include "metrics/listening.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {
namespace {

using facts::EventTable;
using Form = EventDimension::Form;
using Kind = EventMeasure::Kind;

std::vector<EventDimension> shared_dimensions() {
  return {
      {"network", "network", {"network"}},
      {"account", "account", {"network", "account"}, Form::account},
      {"post", "post", {"post"}},
      {"campaign", "campaign", {"campaign"}},
      {"query", "queries", {"queries"}, Form::list},
      {"topic", "topics", {"topics"}, Form::list},
      {"sentiment", "sentiment", {"sentiment"}},
      {"language", "language", {"language"}},
      {"country", "country", {"country"}},
      {"mention_kind", "kind", {"kind"}},
      {"follow_type",
       "CASE WHEN author_follows THEN 'follower' WHEN NOT author_follows THEN 'non_follower' ELSE '' END",
       {"author_follows"}},
      {"hour", "", {}, Form::hour},
      {"weekday", "", {}, Form::weekday},
  };
}

// Of a row per mention and brand.
const std::vector<EventDimension>& brand_dimensions() {
  static const std::vector<EventDimension>& dimensions = *[] {
    auto* all = new std::vector<EventDimension>(shared_dimensions());
    all->push_back({"brand", "brand", {"brands"}});
    all->push_back({"ownership", "whose", {"brands"}});
    return all;
  }();
  return dimensions;
}

std::set<std::string> with(const EventQuery& query, std::initializer_list<std::string_view> more) {
  std::set<std::string> columns = query.columns;
  for (std::string_view column : more) columns.emplace(column);
  return columns;
}

std::string listed(const std::set<std::string>& columns) {
  std::string list;
  for (const std::string& column : columns) list += ", " + column;
  return list;
}

std::string rows_of(const EventQuery& query, const std::set<std::string>& columns) {
  return event_rows(query.scope, EventTable::mentions, columns) + span_condition(query, "happened_at");
}

// The brands seen that are somebody's, as SQL texts.
std::vector<std::string> brands_of(const EventQuery& query, std::string_view whose) {
  std::vector<std::string> texts;
  for (const auto& [brand, ownership] : query.brands) {
    if (ownership == whose) texts.push_back(query.scope.dialect->text(brand));
  }
  return texts;
}

// What a mention adds to the corrected number of those of one sentiment, in millionths: by language, for classifiers
// err differently in each. NULL where nobody judged that language.
std::string correction(const EventQuery& query, Sentiment which) {
  constexpr std::pair<std::string_view, Sentiment> words[] = {
      {"positive", Sentiment::positive}, {"neutral", Sentiment::neutral}, {"negative", Sentiment::negative}};
  std::string cases, others;
  for (const auto& [language, errors] : query.asked_in->rules.sentiment_errors) {
    auto weights = correction_weights(errors, which);
    if (!weights) continue;
    std::string of_language =
        language.empty() ? "" : fmt::format("language = {} AND ", query.scope.dialect->text(language));
    for (auto [word, found] : words) {
      (language.empty() ? others : cases) +=
          fmt::format(" WHEN {}sentiment = '{}' THEN {}", of_language, word, (*weights)[static_cast<size_t>(found)]);
    }
  }
  if (cases.empty() && others.empty()) return "CAST(NULL AS BIGINT)";
  return fmt::format("CASE{}{} END", cases, others);
}

std::string mentions(const EventQuery& query) {
  std::set<std::string> columns =
      with(query, {"id", "author", "network", "account", "post", "sentiment", "language", "brands"});
  std::string sentiments;
  for (auto [name, which] : {std::pair{"positive", Sentiment::positive},
                             {"neutral", Sentiment::neutral},
                             {"negative", Sentiment::negative}}) {
    sentiments += fmt::format(", {} AS corrected_{}", correction(query, which), name);
  }
  return fmt::format("(SELECT happened_at, batch{}{}, {} AS whose, {} AS named FROM {}) AS mentions WHERE 1 = 1",
                     listed(columns), sentiments, brand_owners(query), named_brands(query), rows_of(query, columns));
}

// Mentions whose sentiment the classifier's errors are known for, by what it said of them in which language.
std::string judged_mentions(const EventQuery& query) {
  return fmt::format(
      "(SELECT *, concat(language, ' ', sentiment) AS said FROM {} AND corrected_positive IS NOT NULL) AS judged"
      " WHERE 1 = 1",
      mentions(query));
}

// A row per mention and brand; `part` is the brand's part of the mention, in millionths.
std::string brand_mentions(const EventQuery& query) {
  const Dialect& dialect = *query.scope.dialect;
  std::set<std::string> columns =
      with(query, {"id", "author", "network", "account", "post", "engagement", "reach", "followers", "brands"});
  std::string length = dialect.list_length("brands");
  std::string one_each = fmt::format(
      "SELECT happened_at, batch{}, {} AS brand, CASE WHEN {} < 2 THEN 1000000 ELSE CAST(floor(1000000.0 / {}) AS "
      "BIGINT)"
      " END AS part FROM {}",
      listed(columns), dialect.each_of_list(named_brands(query)), length, length, rows_of(query, columns));
  return fmt::format(
      "(SELECT *, {} AS whose, CASE WHEN author = '' THEN '' ELSE concat(author, ' ', brand) END AS author_of FROM "
      "({}) AS opened) AS brand_mentions"
      " WHERE 1 = 1",
      brand_owner(query, "brand"), one_each);
}

// An author who spoke well of the brand, with how often.
std::string admirers(const EventQuery& query) {
  return mentions(query) + " AND sentiment = 'positive' AND author <> ''";
}

const EventRelation& mention_relation(size_t index) {
  static const std::vector<EventRelation>& relations = *new std::vector<EventRelation>{
      {"mentions", EventTable::mentions, {}, "authors", "author", "happened_at", &mention_dimensions(), mentions},
      {"brand_mentions",
       EventTable::mentions,
       {},
       "authors",
       "author",
       "happened_at",
       &brand_dimensions(),
       brand_mentions},
      {"brand_authors",
       EventTable::mentions,
       {},
       "authors",
       "author_of",
       "happened_at",
       &brand_dimensions(),
       brand_mentions},
      {"admirers", EventTable::mentions, {}, "authors", "author", "happened_at", &mention_dimensions(), admirers},
      {"judged_mentions",
       EventTable::mentions,
       {},
       "texts",
       "said",
       "happened_at",
       &mention_dimensions(),
       judged_mentions,
       nullptr,
       {},
       true},
  };
  return relations[index];
}

bool knows_errors(const EventQuery& query) {
  return !query.asked_in->rules.sentiment_errors.empty();
}

// A share of all talk needs somebody beside the own brand to talk about.
bool knows_others(const EventQuery& query) {
  return std::any_of(query.brands.begin(), query.brands.end(), [](const auto& brand) { return brand.second != "own"; });
}

}  // namespace

// A mention of three brands is one row, under each of them.
const std::vector<EventDimension>& mention_dimensions() {
  static const std::vector<EventDimension>& dimensions = *[] {
    auto* all = new std::vector<EventDimension>(shared_dimensions());
    all->push_back({"brand", "named", {"brands"}, Form::list});
    all->push_back({"ownership", "whose", {"brands"}, Form::list});
    return all;
  }();
  return dimensions;
}

std::string named_brands(const EventQuery& query) {
  return fmt::format("CASE WHEN {} = 0 THEN [''] ELSE brands END", query.scope.dialect->list_length("brands"));
}

// All whose brands a mention names, each once.
std::string brand_owners(const EventQuery& query) {
  const Dialect& dialect = *query.scope.dialect;
  auto names = [&](std::string_view whose) {
    std::vector<std::string> any;
    for (const std::string& brand : brands_of(query, whose)) any.push_back(dialect.list_holds("brands", brand));
    return any.empty() ? std::string("1 = 0") : fmt::format("({})", join(any, " OR "));
  };
  std::string own = fmt::format("({} = 0 OR {})", dialect.list_length("brands"), names("own"));
  std::string cases;
  for (int mask = 7; mask > 0; --mask) {
    std::vector<std::string> conditions, members;
    for (auto [bit, whose] : {std::pair{4, "own"}, {2, "competitor"}, {1, "partner"}}) {
      if ((mask & bit) == 0) continue;
      conditions.push_back(bit == 4 ? own : names(whose));
      members.push_back(fmt::format("'{}'", whose));
    }
    cases += fmt::format(" WHEN {} THEN [{}]", join(conditions, " AND "), join(members, ", "));
  }
  return fmt::format("CASE{} ELSE ['own'] END", cases);
}

std::string brand_owner(const EventQuery& query, std::string_view brand) {
  std::string cases;
  for (const char* whose : {"competitor", "partner"}) {
    std::vector<std::string> brands = brands_of(query, whose);
    if (!brands.empty()) cases += fmt::format(" WHEN {} IN ({}) THEN '{}'", brand, join(brands, ", "), whose);
  }
  return cases.empty() ? "'own'" : fmt::format("CASE{} ELSE 'own' END", cases);
}

std::vector<EventMeasure> mention_measures() {
  const EventRelation *each = &mention_relation(0), *by_brand = &mention_relation(1), *by_author = &mention_relation(2),
                      *fans = &mention_relation(3);
  auto corrected = [](std::string_view key, std::string_view value, Sentiment which) {
    EventMeasure measure{key, &mention_relation(4), Kind::sum, "", value, "", "correctable_mentions", knows_errors};
    measure.corrects = which;
    return measure;
  };
  return {
      {"mentions", each, Kind::count},
      {"classified_mentions", each, Kind::count, "sentiment <> ''"},
      {"positive_mentions", each, Kind::count, "sentiment = 'positive'", "", "", "classified_mentions"},
      {"neutral_mentions", each, Kind::count, "sentiment = 'neutral'", "", "", "classified_mentions"},
      {"negative_mentions", each, Kind::count, "sentiment = 'negative'", "", "", "classified_mentions"},
      corrected("corrected_positive_mentions", "corrected_positive", Sentiment::positive),
      corrected("corrected_neutral_mentions", "corrected_neutral", Sentiment::neutral),
      corrected("corrected_negative_mentions", "corrected_negative", Sentiment::negative),
      {"correctable_mentions", &mention_relation(4), Kind::count, "", "", "", "", knows_errors},
      {"advocates", fans, Kind::repeated},
      {"brand_mentions", by_brand, Kind::count, "", "", "", "", knows_others},
      {"mention_authors", by_author, Kind::distinct, "author <> ''", "", "", "", knows_others},
      {"mention_engagement", by_brand, Kind::sum, "", "engagement", "", "", knows_others},
      {"mention_reach", by_brand, Kind::sum, "", "CASE WHEN reach IS NULL THEN followers ELSE reach END", "", "",
       knows_others},
      {"fractional_mentions", by_brand, Kind::sum, "", "part", "", "", knows_others},
  };
}

}  // namespace sociometer::metrics
