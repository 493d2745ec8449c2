// What is computed from conversations: how long customers wait, what is resolved and whether that holds. cases.h has
// the rules.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/check.h"
#include "metrics/cases.h"
#include "metrics/events.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {
namespace {

using facts::EventTable;
using Form = EventDimension::Form;
using Kind = EventMeasure::Kind;

constexpr int64_t micros_per_unit = 1'000;  // durations are milliseconds

// What is known of a conversation beside its case. The order is that of the columns below.
enum CaseColumn : size_t {
  started,
  first_wait,
  first_wait_business,
  response_due,
  response_in_window,
  promise_due,
  promise_kept,
  resolved,
  resolver_known,
  first_contact,
  return_known,
  lasting_first_contact,
  unaided,
  reopened,
  resolution,
  resolution_business,
  last_resolution,
  handling,
  reply,
  reply_business,
  open,
  column_count,
};
constexpr std::array<std::string_view, column_count> case_column_names = {"started",
                                                                          "first_wait",
                                                                          "first_wait_business",
                                                                          "response_due",
                                                                          "response_in_window",
                                                                          "promise_due",
                                                                          "promise_kept",
                                                                          "resolved",
                                                                          "resolver_known",
                                                                          "first_contact",
                                                                          "return_known",
                                                                          "lasting_first_contact",
                                                                          "unaided",
                                                                          "reopened",
                                                                          "resolution",
                                                                          "resolution_business",
                                                                          "last_resolution",
                                                                          "handling",
                                                                          "reply",
                                                                          "reply_business",
                                                                          "open"};

// Attributes of a conversation: of a text the first that is told, of a list all.
struct Attribute {
  std::string_view key;  // the dimension's, which is the column's
  Form form = Form::text;
};
constexpr Attribute attributes[] = {{"network"},           {"account"},        {"post"},
                                    {"campaign"},          {"language"},       {"sentiment"},
                                    {"topic", Form::list}, {"tag", Form::list}};
constexpr size_t attribute_count = std::size(attributes);

const std::vector<EventDimension>& conversation_dimensions() {
  static const std::vector<EventDimension>& dimensions = *new std::vector<EventDimension>{
      {"network", "network", {"network"}},
      {"account", "account", {"network", "account"}, Form::account},
      {"ownership", "", {}, Form::ownership},
      {"post", "post", {"post"}},
      {"campaign", "campaign", {"campaign"}},
      {"language", "language", {"language"}},
      {"sentiment", "sentiment", {"sentiment"}},
      {"topic", "topic", {"topic"}, Form::list},
      {"tag", "tag", {"tag"}, Form::list},
      {"agent", "agent", {"agent"}},
      {"team", "team", {"team"}},
      {"assigned_by", "assigned_by", {"assigned_by"}},
      {"hour", "", {}, Form::hour},
      {"weekday", "", {}, Form::weekday},
  };
  return dimensions;
}

std::optional<ConversationEvent::Kind> kind_of(std::string_view word) {
  using K = ConversationEvent::Kind;
  static const std::unordered_map<std::string_view, K> kinds = {
      {"inbound", K::inbound}, {"reply", K::reply},   {"note", K::note},       {"assign", K::assign},
      {"tag", K::tag},         {"snooze", K::snooze}, {"resolve", K::resolve}, {"reopen", K::reopen}};
  auto found = kinds.find(word);
  if (found == kinds.end()) return std::nullopt;
  return found->second;
}

AssignedBy assigned_by_of(std::string_view word) {
  return word == "rule" ? AssignedBy::rule : word == "hand" ? AssignedBy::hand : AssignedBy::unknown;
}

// Reads the events conversation by conversation and tells what each of them gives.
class ConversationReader {
 public:
  using Take = std::function<void(DerivedRow row)>;

  ConversationReader(const DeriveContext& context, const Take& take)
      : context_(context), rules_(context.scope->rules), take_(take), names_{""}, name_index_{{"", 0}} {
    horizon_ = std::min(context.scope->now, context.query.scope.as_of.value_or(context.scope->now));
  }

  Result<Done> read() {
    TRY_DONE(open_the_doors());
    TRY_DONE(context_.select(sql(), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) add(chunk, row);
      return true;
    }));
    finish();
    return Done{};
  }

 private:
  // A name's number, the same throughout.
  int32_t number_of(std::string_view name) {
    auto [known, inserted] = name_index_.emplace(std::string(name), static_cast<int32_t>(names_.size()));
    if (inserted) names_.emplace_back(name);
    return known->second;
  }
  const std::string& name_of(int32_t number) const { return names_[static_cast<size_t>(number)]; }

  std::string rows() const {
    std::set<std::string> columns = {"conversation", "happened_at", "kind",        "by_bot", "agent",
                                     "team",         "handled",     "assigned_by", "batch"};
    for (const Attribute& attribute : attributes) columns.emplace(attribute.key);
    return event_rows(context_.query.scope, EventTable::conversations, columns) +
           fmt::format(" AND conversation <> '' AND happened_at <= {}", horizon_.micros);
  }

  std::string sql() const {
    std::string columns;
    for (const Attribute& attribute : attributes) columns += fmt::format(", {}", attribute.key);
    return fmt::format(
        "SELECT conversation, happened_at, kind, by_bot, agent, team, assigned_by, handled, batch{} FROM {}"
        " ORDER BY conversation, happened_at, id",
        columns, rows());
  }

  // Business hours are added up from the first event to the horizon.
  Result<Done> open_the_doors() {
    if (!rules_.hours && rules_.team_hours.empty()) return Done{};
    Instant first = horizon_;
    TRY_DONE(context_.select(fmt::format("SELECT min(happened_at) FROM {}", rows()), [&](const facts::Chunk& chunk) {
      if (chunk.rows() > 0 && !chunk.is_null(0, 0)) first = {chunk.integer(0, 0)};
      return true;
    }));
    auto open_time = [&](const BusinessHours& hours) {
      return OpenTime(hours, {hours.zone.day_of(first), hours.zone.day_of(horizon_) + 1});
    };
    if (rules_.hours) hours_.emplace(open_time(*rules_.hours));
    for (const auto& [team, hours] : rules_.team_hours) team_hours_.emplace(number_of(team), open_time(hours));
    return Done{};
  }

  void add(const facts::Chunk& chunk, size_t row) {
    std::string_view conversation = chunk.text(0, row);
    if (conversation != conversation_) {
      finish();
      conversation_ = conversation;
    }
    auto kind = kind_of(chunk.text(2, row));
    if (!kind) return;
    events_.push_back({{chunk.integer(1, row)},
                       *kind,
                       chunk.integer(3, row) != 0,
                       number_of(chunk.text(4, row)),
                       number_of(chunk.text(5, row)),
                       assigned_by_of(chunk.text(6, row))});
    if (!chunk.is_null(7, row)) handled_ = handled_.value_or(0) + chunk.integer(7, row);
    batch_ = chunk.integer(8, row);
    for (size_t i = 0; i < attribute_count; ++i) {
      std::string_view told = chunk.text(9 + i, row);
      std::vector<std::string>& known = attributes_[i];
      bool wanted = attributes[i].form == Form::list || known.empty();
      if (told.empty() || !wanted || std::find(known.begin(), known.end(), told) != known.end()) continue;
      known.emplace_back(told);
    }
  }

  // Everything of the conversation read so far, and ready for the next.
  void finish() {
    if (!events_.empty()) {
      in_order(events_);
      if (auto told = case_of(events_, horizon_)) tell(*told);
    }
    events_.clear();
    handled_.reset();
    for (auto& known : attributes_) known.clear();
  }

  static Handler or_else(Handler one, Handler other) { return one.agent != 0 || one.team != 0 ? one : other; }

  void tell(const Case& told) {
    tell_response(told);
    tell_resolution(told);
    for (const Turn& turn : told.turns) tell_turn(turn, told);
    for (const Stretch& stretch : told.open) {
      DerivedRow row = row_of(or_else(told.assigned_to, told.answered_by), told);
      row.values[open] = {stretch.from, 1, false, stretch.to};
      take_(std::move(row));
    }
  }

  void tell_response(const Case& told) {
    auto wait = first_response(told, rules_.response_clock);
    Handler who = or_else(wait && wait->answered ? wait->by : told.answered_by, told.assigned_to);
    DerivedRow row = row_of(who, told);
    auto count = [&](CaseColumn column, bool counts = true) { row.values[column] = {told.start, counts ? 1 : 0}; };
    count(started);
    if (wait) {
      int64_t waited = wait->to.micros - wait->from.micros;
      auto business = business_micros(who.team, wait->from, wait->to);
      row.values[first_wait] = {told.start, waited / micros_per_unit, !wait->answered};
      if (business) row.values[first_wait_business] = {told.start, *business / micros_per_unit, !wait->answered};
      bool waiting = !wait->answered && told.turns.back().end == Turn::End::none;
      int64_t window = rules_.response_window * second_micros;
      Promise in_window = promise_of(waited, wait->answered, waiting, window);
      bool is_mature = horizon_.micros - wait->from.micros >= window;
      if (is_mature && (in_window == Promise::kept || in_window == Promise::broken)) {
        count(response_due);
        count(response_in_window, in_window == Promise::kept);
      }
      tell_promise(row, *wait, waiting, waited, business, told.start);
    }
    take_(std::move(row));
  }

  void tell_promise(DerivedRow& row, const Wait& wait, bool waiting, int64_t waited, std::optional<int64_t> business,
                    Instant at) const {
    bool by_business = rules_.promise_clock == Rules::Clock::business;
    if (by_business && !business) return;
    Promise promise =
        promise_of(by_business ? *business : waited, wait.answered, waiting, rules_.response_promise * second_micros);
    if (promise != Promise::kept && promise != Promise::broken) return;
    row.values[promise_due] = {at, 1};
    row.values[promise_kept] = {at, promise == Promise::kept ? 1 : 0};
  }

  void tell_resolution(const Case& told) {
    DerivedRow row = row_of(or_else(or_else(told.resolved_by, told.answered_by), told.assigned_to), told);
    auto first = told.first_resolve();
    auto last = told.last_resolve();
    auto lasted = [&](std::optional<Instant> end) {
      return DerivedValue{told.start, (end.value_or(horizon_).micros - told.start.micros) / micros_per_unit, !end};
    };
    row.values[resolution] = lasted(first);
    row.values[last_resolution] = lasted(last);
    auto business = business_micros(told.resolved_by.team, told.start, first.value_or(horizon_));
    if (business) row.values[resolution_business] = {told.start, *business / micros_per_unit, !first};
    if (last) row.values[handling] = {told.start, handled_.value_or(told.active_micros() / micros_per_unit)};
    if (first) tell_outcome(row, told, *first);
    take_(std::move(row));
  }

  void tell_outcome(DerivedRow& row, const Case& told, Instant at) const {
    auto count = [&](CaseColumn column, bool counts = true) { row.values[column] = {at, counts ? 1 : 0}; };
    count(resolved);
    count(unaided, !told.answered_before_resolve);
    count(reopened, told.reopened);
    // Where a person resolved it without a word to the customer, no other had it before.
    bool alone = !told.answered_before_resolve && !told.resolved_by_bot;
    bool is_known = told.resolved_by_bot || (told.resolved_by.agent != 0 && (alone || told.answered_by.agent != 0));
    if (!is_known) return;
    bool by_first = !told.resolved_by_bot && (alone || told.resolved_by.agent == told.answered_by.agent);
    count(resolver_known);
    count(first_contact, by_first);
    int64_t must_last = rules_.return_days * day_micros;
    if (horizon_.micros - at.micros < must_last) return;
    bool has_returned = told.returned && told.returned->micros - at.micros <= must_last;
    count(return_known);
    count(lasting_first_contact, by_first && !has_returned);
  }

  void tell_turn(const Turn& turn, const Case& told) {
    Handler who = or_else(turn.by, told.assigned_to);
    DerivedRow row = row_of(who, told);
    bool is_open = turn.end != Turn::End::answered;
    row.values[reply] = {turn.from, (turn.to.micros - turn.from.micros) / micros_per_unit, is_open};
    auto business = business_micros(who.team, turn.from, turn.to);
    if (business) row.values[reply_business] = {turn.from, *business / micros_per_unit, is_open};
    take_(std::move(row));
  }

  // By the team's hours, else the workspace's; nothing where neither is set.
  std::optional<int64_t> business_micros(int32_t team, Instant from, Instant to) const {
    auto own = team_hours_.find(team);
    if (own != team_hours_.end()) return own->second.micros_between(from, to);
    if (!hours_) return std::nullopt;
    return hours_->micros_between(from, to);
  }

  DerivedRow row_of(Handler who, const Case& told) const {
    auto attribute = [&](size_t i) { return attributes_[i].empty() ? std::string() : attributes_[i].front(); };
    DerivedRow row;
    row.entity = conversation_;
    row.network = attribute(0);
    row.account = attribute(1);
    row.post = attribute(2);
    row.batch = batch_;
    row.values.resize(column_count);
    for (const EventDimension* dimension : context_.dimensions) {
      row.members.push_back(members_of(dimension->key, who, told));
    }
    return row;
  }

  std::vector<std::string> members_of(std::string_view dimension, Handler who, const Case& told) const {
    if (dimension == "agent") return {name_of(who.agent)};
    if (dimension == "team") return {name_of(who.team)};
    if (dimension == "assigned_by") {
      return {told.assigned_by == AssignedBy::rule ? "rule" : told.assigned_by == AssignedBy::hand ? "hand" : ""};
    }
    for (size_t i = 0; i < attribute_count; ++i) {
      if (attributes[i].key != dimension) continue;
      bool unknown = attributes_[i].empty() && attributes[i].form == Form::text;
      return unknown ? std::vector<std::string>{""} : attributes_[i];
    }
    return {""};
  }

  const DeriveContext& context_;
  const Rules& rules_;
  const Take& take_;
  Instant horizon_;
  std::optional<OpenTime> hours_;
  std::unordered_map<int32_t, OpenTime> team_hours_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, int32_t> name_index_;
  // The conversation being read.
  std::string conversation_;
  std::vector<ConversationEvent> events_;
  std::optional<int64_t> handled_;
  std::array<std::vector<std::string>, attribute_count> attributes_;
  int64_t batch_ = 0;
};

Result<Done> derive_cases(const DeriveContext& context, const std::function<void(DerivedRow row)>& take) {
  return ConversationReader(context, take).read();
}

const EventRelation& cases() {
  static const EventRelation& relation = *new EventRelation{"cases",
                                                            EventTable::conversations,
                                                            {},
                                                            "conversations",
                                                            "conversation",
                                                            "at",
                                                            &conversation_dimensions(),
                                                            nullptr,
                                                            derive_cases,
                                                            {case_column_names.begin(), case_column_names.end()}};
  return relation;
}

}  // namespace

namespace {

bool knows_hours(const EventQuery& query) {
  return query.asked_in->rules.hours || !query.asked_in->rules.team_hours.empty();
}

// A source that never tells of an end has not told that nothing ended.
bool knows_ends(const EventQuery& query) {
  return query.told.contains("resolve");
}

}  // namespace

std::vector<EventMeasure> conversation_measures() {
  auto counts = [](std::string_view key, CaseColumn column, std::string_view part_of = {}) {
    return EventMeasure{key, &cases(), Kind::sum, "", case_column_names[column], "", part_of};
  };
  auto lasts = [](std::string_view key, CaseColumn column) {
    return EventMeasure{key, &cases(), Kind::rows, "", case_column_names[column], "not over yet"};
  };
  auto lasts_in_hours = [&](std::string_view key, CaseColumn column) {
    EventMeasure measure = lasts(key, column);
    measure.known = knows_hours;
    return measure;
  };
  auto of_ends = [](EventMeasure measure) {
    measure.known = knows_ends;
    return measure;
  };
  EventMeasure in_hours = lasts("business_time_to_resolution", resolution_business);
  in_hours.known = [](const EventQuery& query) { return knows_hours(query) && knows_ends(query); };
  return {
      counts("conversations", started),
      lasts("time_to_first_response", first_wait),
      lasts_in_hours("business_time_to_first_response", first_wait_business),
      counts("responses_due", response_due),
      counts("responses_in_window", response_in_window, "responses_due"),
      counts("promises_due", promise_due),
      counts("promises_kept", promise_kept, "promises_due"),
      lasts("time_to_reply", reply),
      lasts_in_hours("business_time_to_reply", reply_business),
      of_ends(counts("resolved_conversations", resolved)),
      of_ends(counts("unaided_resolutions", unaided, "resolved_conversations")),
      of_ends(counts("reopened_conversations", reopened, "resolved_conversations")),
      of_ends(counts("attributed_resolutions", resolver_known)),
      of_ends(counts("first_contact_resolutions", first_contact, "attributed_resolutions")),
      of_ends(counts("settled_resolutions", return_known)),
      of_ends(counts("lasting_resolutions", lasting_first_contact, "settled_resolutions")),
      of_ends(lasts("time_to_resolution", resolution)),
      in_hours,
      of_ends(lasts("time_to_last_resolution", last_resolution)),
      of_ends(lasts("handling_time", handling)),
      of_ends({"open_conversations", &cases(), Kind::open, "", case_column_names[open]}),
  };
}

}  // namespace sociometer::metrics
