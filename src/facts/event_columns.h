// The columns of the event tables, once: what is appended, hashed, checked, copied and read walks through these lists.
// They stand in the order of the tables in migrations/, between `workspace` and `batch`.
#pragma once

#include <concepts>
#include <type_traits>

#include "facts/facts.h"

namespace sociometer::facts {

template <typename Event, typename Kind>
concept EventOf = std::same_as<std::remove_const_t<Event>, Kind>;

// Calls `each(name, member)` for every column.
template <EventOf<WebEvent> E, typename Each>
void each_column(E& e, Each each) {
  each("happened_at", e.happened_at);
  each("visitor", e.visitor);
  each("session", e.session);
  each("session_at", e.session_at);
  each("kind", e.kind);
  each("name", e.name);
  each("page", e.page);
  each("landing_page", e.landing_page);
  each("referrer", e.referrer);
  each("source", e.source);
  each("medium", e.medium);
  each("campaign", e.campaign);
  each("channel", e.channel);
  each("network", e.network);
  each("account", e.account);
  each("post", e.post);
  each("link", e.link);
  each("click", e.click);
  each("customer", e.customer);
  each("value", e.value);
  each("currency", e.currency);
  each("engaged", e.engaged);
  each("country", e.country);
  each("device", e.device);
  each("language", e.language);
  each("verdict", e.verdict);
  each("properties", e.properties);
}

template <EventOf<Order> E, typename Each>
void each_column(E& e, Each each) {
  each("happened_at", e.happened_at);
  each("order_id", e.order_id);
  each("kind", e.kind);
  each("line", e.line);
  each("customer", e.customer);
  each("visitor", e.visitor);
  each("value", e.value);
  each("currency", e.currency);
  each("cost", e.cost);
  each("quantity", e.quantity);
  each("product", e.product);
  each("landing_page", e.landing_page);
  each("referrer", e.referrer);
  each("source", e.source);
  each("medium", e.medium);
  each("campaign", e.campaign);
  each("channel", e.channel);
  each("network", e.network);
  each("account", e.account);
  each("post", e.post);
  each("link", e.link);
  each("click", e.click);
  each("country", e.country);
  each("device", e.device);
  each("language", e.language);
  each("properties", e.properties);
  each("observed_at", e.observed_at);
  each("deleted", e.deleted);
}

template <EventOf<ConversationEvent> E, typename Each>
void each_column(E& e, Each each) {
  each("happened_at", e.happened_at);
  each("id", e.id);
  each("conversation", e.conversation);
  each("kind", e.kind);
  each("author", e.author);
  each("agent", e.agent);
  each("team", e.team);
  each("assigned_by", e.assigned_by);
  each("by_bot", e.by_bot);
  each("handled", e.handled);
  each("text", e.text);
  each("tag", e.tag);
  each("topic", e.topic);
  each("sentiment", e.sentiment);
  each("language", e.language);
  each("customer", e.customer);
  each("network", e.network);
  each("account", e.account);
  each("post", e.post);
  each("campaign", e.campaign);
  each("properties", e.properties);
  each("observed_at", e.observed_at);
  each("deleted", e.deleted);
}

template <EventOf<SurveyAnswer> E, typename Each>
void each_column(E& e, Each each) {
  each("happened_at", e.happened_at);
  each("id", e.id);
  each("survey", e.survey);
  each("kind", e.kind);
  each("type", e.type);
  each("scale_low", e.scale_low);
  each("scale_high", e.scale_high);
  each("score", e.score);
  each("text", e.text);
  each("topic", e.topic);
  each("sentiment", e.sentiment);
  each("language", e.language);
  each("respondent", e.respondent);
  each("agent", e.agent);
  each("team", e.team);
  each("conversation", e.conversation);
  each("order_id", e.order_id);
  each("product", e.product);
  each("brand", e.brand);
  each("network", e.network);
  each("account", e.account);
  each("post", e.post);
  each("campaign", e.campaign);
  each("country", e.country);
  each("properties", e.properties);
  each("observed_at", e.observed_at);
  each("deleted", e.deleted);
}

template <EventOf<Mention> E, typename Each>
void each_column(E& e, Each each) {
  each("happened_at", e.happened_at);
  each("id", e.id);
  each("kind", e.kind);
  each("author", e.author);
  each("followers", e.followers);
  each("author_follows", e.author_follows);
  each("text", e.text);
  each("link", e.link);
  each("language", e.language);
  each("country", e.country);
  each("sentiment", e.sentiment);
  each("queries", e.queries);
  each("brands", e.brands);
  each("topics", e.topics);
  each("engagement", e.engagement);
  each("reach", e.reach);
  each("network", e.network);
  each("account", e.account);
  each("post", e.post);
  each("campaign", e.campaign);
  each("properties", e.properties);
  each("observed_at", e.observed_at);
  each("deleted", e.deleted);
}

template <EventOf<Rate> E, typename Each>
void each_column(E& e, Each each) {
  each("happened_at", e.happened_at);
  each("from_currency", e.from_currency);
  each("to_currency", e.to_currency);
  each("rate", e.rate);
  each("observed_at", e.observed_at);
  each("deleted", e.deleted);
}

constexpr EventTable table_of(const WebEvent&) {
  return EventTable::web;
}
constexpr EventTable table_of(const Order&) {
  return EventTable::orders;
}
constexpr EventTable table_of(const ConversationEvent&) {
  return EventTable::conversations;
}
constexpr EventTable table_of(const SurveyAnswer&) {
  return EventTable::surveys;
}
constexpr EventTable table_of(const Mention&) {
  return EventTable::mentions;
}
constexpr EventTable table_of(const Rate&) {
  return EventTable::rates;
}

}  // namespace sociometer::facts
