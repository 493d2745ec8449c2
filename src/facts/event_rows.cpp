#include "facts/event_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace sociometer::facts {
namespace {

// What each type of member is as a column: put, hashed, checked, read.
class Put {
 public:
  Put(Appender& appender, ContentKey& content, size_t column)
      : appender_(appender), content_(content), column_(column) {}

  void operator()(const char*, std::string_view value) {
    content_.text(value);
    appender_.text(column_++, value);
  }
  void operator()(const char*, Instant value) { number(value.micros); }
  void operator()(const char*, int64_t value) { number(value); }
  void operator()(const char*, bool value) { number(value); }
  template <typename T>
  void operator()(const char*, const std::optional<T>& value) {
    content_.number(value ? 1 : 0);
    content_.number(static_cast<int64_t>(value.value_or(T{})));
    appender_.number(column_++, value);
  }
  void operator()(const char*, const std::vector<std::string>& value) {
    content_.number(static_cast<int64_t>(value.size()));
    for (const std::string& word : value) content_.text(word);
    appender_.list(column_++, value);
  }
  size_t column() const { return column_; }

 private:
  template <typename T>
  void number(T value) {
    content_.number(static_cast<int64_t>(value));
    appender_.number(column_++, value);
  }

  Appender& appender_;
  ContentKey& content_;
  size_t column_;
};

struct Read {
  const Chunk& chunk;
  size_t row;
  size_t column;

  void operator()(const char*, std::string_view& value) { value = chunk.text(column++, row); }
  void operator()(const char*, Instant& value) { value = {chunk.integer(column++, row)}; }
  void operator()(const char*, int64_t& value) { value = chunk.integer(column++, row); }
  void operator()(const char*, bool& value) { value = chunk.integer(column++, row) != 0; }
  template <typename T>
  void operator()(const char*, std::optional<T>& value) {
    if (!chunk.is_null(column, row)) value = static_cast<T>(chunk.integer(column, row));
    ++column;
  }
  void operator()(const char*, std::vector<std::string>& value) { value = chunk.list(column++, row); }
};

// The first column whose text is no UTF-8, if any.
template <typename Event>
const char* bad_text(const Event& event) {
  const char* bad = nullptr;
  each_column(event, [&](const char* name, const auto& value) {
    using Type = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::same_as<Type, std::string_view>) {
      if (!is_utf8(value)) bad = name;
    } else if constexpr (std::same_as<Type, std::vector<std::string>>) {
      if (!std::all_of(value.begin(), value.end(), is_utf8)) bad = name;
    }
  });
  return bad;
}

// What must not be empty, by table.
Result<Done> needed(const WebEvent& e) {
  if (e.kind.empty()) return invalid("A web event must name its kind.", "kind");
  if (!e.session.empty() && (e.session_at.micros <= 0 || e.session_at > e.happened_at)) {
    return invalid("A web event's session must have begun, after 1970 and not after the event.", "session_at");
  }
  return Done{};
}
Result<Done> needed(const Order& e) {
  if (e.order_id.empty()) return invalid("An order must have an id.", "order_id");
  if (e.kind != "sale" && e.kind != "refund") return invalid("An order is a sale or a refund.", "kind");
  return Done{};
}
Result<Done> needed(const ConversationEvent& e) {
  if (e.id.empty() || e.conversation.empty() || e.kind.empty()) {
    return invalid("A conversation's event must have an id, its conversation and a kind.", "id");
  }
  return Done{};
}
Result<Done> needed(const SurveyAnswer& e) {
  if (e.id.empty() || e.kind.empty()) return invalid("A survey's answer must have an id and a kind.", "id");
  return Done{};
}
Result<Done> needed(const Mention& e) {
  if (e.id.empty()) return invalid("A mention must have an id.", "id");
  return Done{};
}
Result<Done> needed(const Rate& e) {
  if (e.from_currency.empty() || e.to_currency.empty()) {
    return invalid("A rate must name both its currencies.", "from_currency");
  }
  if (e.rate <= 0) return invalid("A rate must be above zero.", "rate");
  return Done{};
}

// The key, as the tables' Versioned has it. Web events have none.
uint64_t key_hash(const Order& e) {
  return mixed(mixed(text_hash(e.order_id), text_hash(e.kind)), text_hash(e.line));
}
uint64_t key_hash(const Rate& e) {
  return mixed(mixed(text_hash(e.from_currency), text_hash(e.to_currency)),
               static_cast<uint64_t>(e.happened_at.micros));
}
template <typename Event>
uint64_t key_hash(const Event& e) {
  return text_hash(e.id);
}

}  // namespace

Result<std::unique_ptr<EventRows>> EventRows::open(Lease& lease, EventTable table, const BatchIdentity& identity) {
  TRY(auto appender, Appender::open(lease, std::string(versioned_events(table).latest)));
  return std::unique_ptr<EventRows>(new EventRows(std::move(appender), table, identity));
}

template <typename Event>
Result<Done> EventRows::add(const Event& event) {
  CHECK(table_of(event) == table_);
  if (event.happened_at.micros <= 0) return invalid("An event must have its moment, after 1970.", "happened_at");
  TRY_DONE(needed(event));
  if (const char* bad = bad_text(event)) return invalid(fmt::format("An event's {} is not UTF-8.", bad), bad);
  appender_->text(0, identity_.workspace);
  Put put(*appender_, content_, 1);
  each_column(event, [&](const char* name, const auto& value) { put(name, value); });
  appender_->number(put.column(), identity_.batch);
  if constexpr (!std::same_as<Event, WebEvent>) keys_.add(key_hash(event));
  note_days(event);
  ++rows_;
  return appender_->end_row();
}

template <typename Event>
void EventRows::note_days(const Event& event) {
  // That somebody judged something does not say that surveys were watched.
  if constexpr (std::same_as<Event, SurveyAnswer>) {
    if (event.type == "judgement") return;
  }
  std::pair<std::string, std::string> whose;
  // Of a visit or an order the account is where it came from, not who tells of it.
  constexpr bool of_account = requires {
    event.account;
  };
  if constexpr (of_account && !std::same_as<Event, WebEvent> && !std::same_as<Event, Order>) {
    whose = {std::string(event.network), std::string(event.account)};
  }
  Day day{static_cast<int32_t>(event.happened_at.micros / day_micros)};
  auto [entry, inserted] = covered_.emplace(whose, DayRange{day, day + 1});
  if (inserted) return;
  entry->second = {std::min(entry->second.first, day), std::max(entry->second.end, day + 1)};
}

template <typename Event>
Event event_at(const Chunk& chunk, size_t row, size_t column) {
  Event event;
  Read read{chunk, row, column};
  each_column(event, [&](const char* name, auto& value) { read(name, value); });
  return event;
}

std::string event_columns(EventTable table) {
  std::vector<std::string> columns;
  auto list = [&](auto event) { each_column(event, [&](const char* name, auto&) { columns.emplace_back(name); }); };
  switch (table) {
    case EventTable::web:
      list(WebEvent{});
      break;
    case EventTable::orders:
      list(Order{});
      break;
    case EventTable::conversations:
      list(ConversationEvent{});
      break;
    case EventTable::surveys:
      list(SurveyAnswer{});
      break;
    case EventTable::mentions:
      list(Mention{});
      break;
    case EventTable::rates:
      list(Rate{});
      break;
  }
  return join(columns, ", ");
}

template Result<Done> EventRows::add(const WebEvent&);
template Result<Done> EventRows::add(const Order&);
template Result<Done> EventRows::add(const ConversationEvent&);
template Result<Done> EventRows::add(const SurveyAnswer&);
template Result<Done> EventRows::add(const Mention&);
template Result<Done> EventRows::add(const Rate&);
template WebEvent event_at(const Chunk&, size_t, size_t);
template Order event_at(const Chunk&, size_t, size_t);
template ConversationEvent event_at(const Chunk&, size_t, size_t);
template SurveyAnswer event_at(const Chunk&, size_t, size_t);
template Mention event_at(const Chunk&, size_t, size_t);
template Rate event_at(const Chunk&, size_t, size_t);

}  // namespace sociometer::facts
