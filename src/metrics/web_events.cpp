// What is computed from web events: clicks, sessions, visitors, conversions.
#include <fmt/format.h>

#include "metrics/events.h"

namespace sociometer::metrics {
namespace {

using facts::EventTable;
using Kind = EventMeasure::Kind;

constexpr std::string_view social = "channel IN ('organic_social', 'paid_social')";

std::string list_of(const std::set<std::string>& columns, std::string_view prefix) {
  std::string list;
  for (const std::string& column : columns) list += fmt::format(", {}{}", prefix, column);
  return list;
}

// What every relation here can tell of a row.
std::set<std::string> with_place(const EventQuery& query) {
  std::set<std::string> columns = query.columns;
  columns.insert({"network", "account", "post"});
  return columns;
}

std::string events_at(const EventQuery& query) {
  return event_rows(query.scope, EventTable::web, query.columns) + span_condition(query, "happened_at");
}

std::string events_of_sessions(const EventQuery& query) {
  return event_rows(query.scope, EventTable::web, query.columns) + span_condition(query, "session_at") +
         " AND session <> '' AND verdict <> 'bot'";
}

// A row per session, with what happened in it.
std::string sessions(const EventQuery& query) {
  std::set<std::string> columns = with_place(query);
  columns.insert("channel");
  std::string dimensions = list_of(columns, "");
  return fmt::format(
      "(SELECT session, session_at{0}, count(CASE WHEN kind = 'page_view' THEN 1 END) AS views,"
      " count(CASE WHEN kind = 'conversion' THEN 1 END) AS conversions, sum(engaged) AS engaged, max(batch) AS batch"
      " FROM {1} GROUP BY session, session_at{0}) AS sessions WHERE 1 = 1",
      dimensions, events_of_sessions(query));
}

// A row per human click on a short link, with how many conversions followed it, whenever they did.
std::string followed_clicks(const EventQuery& query) {
  std::set<std::string> columns = with_place(query);
  std::string since = query.span ? fmt::format(" AND happened_at >= {}", query.span->first.micros) : "";
  return fmt::format(
      "(SELECT c.click, c.happened_at, c.visitor{0}, c.batch, v.conversions FROM"
      " (SELECT click, happened_at, visitor{1}, batch FROM {2} AND kind = 'click' AND verdict = 'human') AS c LEFT JOIN"
      " (SELECT click AS followed, count(*) AS conversions FROM {3}{4} AND kind = 'conversion' AND verdict <> 'bot'"
      " AND click <> '' GROUP BY click) AS v ON c.click = v.followed) AS clicks WHERE 1 = 1",
      list_of(columns, "c."), list_of(columns, ""), events_at(query),
      event_rows(query.scope, EventTable::web, query.columns), since);
}

// A row per conversion whose visitor is known, with the milliseconds since that visitor was first seen.
std::string journeys(const EventQuery& query) {
  std::set<std::string> columns = with_place(query);
  std::string until = query.span ? fmt::format(" AND happened_at < {}", query.span->second.micros) : "";
  return fmt::format(
      "(SELECT c.happened_at, c.visitor{0}, c.batch, {5} AS waited FROM"
      " (SELECT happened_at, visitor{1}, batch FROM {2} AND kind = 'conversion' AND verdict <> 'bot' AND visitor <> "
      "'') AS c"
      " JOIN (SELECT visitor AS person, min(happened_at) AS first_at FROM {3}{4} AND verdict <> 'bot' AND visitor <> ''"
      " GROUP BY visitor) AS f ON c.visitor = f.person) AS journeys WHERE 1 = 1",
      list_of(columns, "c."), list_of(columns, ""), events_at(query),
      event_rows(query.scope, EventTable::web, query.columns), until,
      query.scope.dialect->whole_division("c.happened_at - f.first_at", 1000));
}

// A row per lead, with the last order of the same customer or the same visitor.
std::string leads(const EventQuery& query) {
  std::set<std::string> columns = with_place(query);
  auto orders_of = [&](std::string_view who, std::string_view as) {
    return fmt::format(
        "(SELECT {0} AS {1}, max(happened_at) AS last_at FROM {2} AND kind = 'sale' AND {0} <> '' GROUP BY {0})", who,
        as, event_rows(query.scope, EventTable::orders, {std::string(who)}));
  };
  std::string by_customer = fmt::format(
      "(SELECT e.happened_at, e.visitor, e.customer{0}, e.batch, o.last_at AS customer_at FROM"
      " (SELECT happened_at, visitor, customer{1}, batch FROM {2} AND kind = 'conversion' AND name = 'lead'"
      " AND verdict <> 'bot') AS e LEFT JOIN {3} AS o ON e.customer = o.buyer)",
      list_of(columns, "e."), list_of(columns, ""), events_at(query), orders_of("customer", "buyer"));
  return fmt::format(
      "(SELECT l.happened_at, l.visitor, l.customer{}, l.batch, l.customer_at, o.last_at AS visitor_at FROM {} AS l "
      "LEFT JOIN"
      " {} AS o ON l.visitor = o.buyer) AS leads WHERE 1 = 1",
      list_of(columns, "l."), by_customer, orders_of("visitor", "buyer"));
}

const EventRelation& web_relation(size_t index) {
  static const std::vector<EventRelation>& relations = *new std::vector<EventRelation>{
      {"web_events", EventTable::web, {}, "visitors", "visitor", "happened_at", &visit_dimensions(), events_at},
      {"session_events",
       EventTable::web,
       {},
       "sessions",
       "session",
       "session_at",
       &visit_dimensions(),
       events_of_sessions},
      {"sessions", EventTable::web, {}, "sessions", "session", "session_at", &visit_dimensions(), sessions},
      {"clicks", EventTable::web, {}, "clicks", "click", "happened_at", &visit_dimensions(), followed_clicks},
      {"journeys", EventTable::web, {}, "conversions", "visitor", "happened_at", &visit_dimensions(), journeys},
      {"leads", EventTable::web, {EventTable::orders}, "leads", "visitor", "happened_at", &visit_dimensions(), leads},
  };
  return relations[index];
}

}  // namespace

std::vector<EventMeasure> web_measures() {
  const EventRelation *events = &web_relation(0), *of_sessions = &web_relation(1), *per_session = &web_relation(2),
                      *clicks = &web_relation(3), *paths = &web_relation(4), *of_leads = &web_relation(5);
  return {
      {"short_link_clicks", events, Kind::count, "kind = 'click' AND verdict = 'human'"},
      {"short_link_clicks_all", events, Kind::count, "kind = 'click'"},
      {"short_link_clicks_bots", events, Kind::count, "kind = 'click' AND verdict = 'bot'"},
      {"unique_clickers", events, Kind::distinct, "kind = 'click' AND verdict = 'human' AND visitor <> ''"},
      {"clicks_conversions", clicks, Kind::sum, "", "CASE WHEN conversions IS NULL THEN 0 ELSE conversions END", "",
       "short_link_clicks"},

      {"page_views", events, Kind::count, "kind = 'page_view' AND verdict <> 'bot'"},
      {"visitors", events, Kind::distinct, "kind <> 'click' AND verdict <> 'bot' AND visitor <> ''"},
      {"converting_visitors", events, Kind::distinct, "kind = 'conversion' AND verdict <> 'bot' AND visitor <> ''", "",
       "", "visitors"},

      {"sessions", of_sessions, Kind::distinct, "session <> ''"},
      {"social_sessions", of_sessions, Kind::distinct, social, "", "", "sessions"},
      {"referral_sessions", of_sessions, Kind::distinct, "channel = 'referral'", "", "", "sessions"},
      {"converting_sessions", of_sessions, Kind::distinct, "kind = 'conversion'", "", "", "sessions"},
      {"bounced_sessions", per_session, Kind::count, "views = 1 AND conversions = 0", "", "", "sessions"},
      {"bounced_social_sessions", per_session, Kind::count,
       "views = 1 AND conversions = 0 AND channel IN ('organic_social', 'paid_social')", "", "", "social_sessions"},
      {"unengaged_sessions", per_session, Kind::count, "views < 2 AND conversions = 0 AND engaged < 10000", "", "",
       "sessions"},

      {"conversions", events, Kind::count, "kind = 'conversion' AND verdict <> 'bot'"},
      {"leads", events, Kind::count, "kind = 'conversion' AND name = 'lead' AND verdict <> 'bot'"},
      {"sign_ups", events, Kind::count, "kind = 'conversion' AND name = 'sign_up' AND verdict <> 'bot'"},
      {"subscriptions", events, Kind::count, "kind = 'conversion' AND name = 'subscription' AND verdict <> 'bot'"},
      {"downloads", events, Kind::count, "kind = 'conversion' AND name = 'download' AND verdict <> 'bot'"},
      {"form_submissions", events, Kind::count,
       "kind = 'conversion' AND name = 'form_submission' AND verdict <> 'bot'"},
      {"leads_won", of_leads, Kind::count, "(customer_at >= happened_at OR visitor_at >= happened_at)", "", "",
       "leads"},
      {"time_to_conversion", paths, Kind::rows, "", "waited"},
  };
}

}  // namespace sociometer::metrics
