#include <array>
#include <utility>

#include "facts/facts.h"

namespace sociometer::facts {
namespace {

constexpr std::array<std::pair<Subject, std::string_view>, 4> subjects = {{
    {Subject::account, "account"},
    {Subject::post, "post"},
    {Subject::campaign, "campaign"},
    {Subject::ad, "ad"},
}};
constexpr std::array<std::pair<Promotion, std::string_view>, 3> promotions = {{
    {Promotion::all, "all"},
    {Promotion::organic, "organic"},
    {Promotion::paid, "paid"},
}};
constexpr std::array<std::pair<Window, std::string_view>, 6> windows = {{
    {Window::instant, "instant"},
    {Window::day, "day"},
    {Window::seven_days, "7d"},
    {Window::twenty_eight_days, "28d"},
    {Window::range, "range"},
    {Window::lifetime, "lifetime"},
}};

struct EventTableNames {
  EventTable table;
  std::string_view subject, name;
};
constexpr std::array<EventTableNames, 6> event_names = {{
    {EventTable::web, "web", "web_events"},
    {EventTable::orders, "orders", "orders"},
    {EventTable::conversations, "conversations", "conversation_events"},
    {EventTable::surveys, "surveys", "survey_answers"},
    {EventTable::mentions, "mentions", "mentions"},
    {EventTable::rates, "rates", "rates"},
}};

template <typename Table>
auto parsed(const Table& table, std::string_view text) -> std::optional<decltype(table[0].first)> {
  for (const auto& [value, word] : table) {
    if (word == text) return value;
  }
  return std::nullopt;
}

}  // namespace

// The tables stand in the order of the enums, so a value is its own index.
std::string_view name(Subject subject) {
  return subjects[static_cast<size_t>(subject)].second;
}
std::string_view name(Promotion promotion) {
  return promotions[static_cast<size_t>(promotion)].second;
}
std::string_view name(Window window) {
  return windows[static_cast<size_t>(window)].second;
}

std::string_view name(EventTable table) {
  return event_names[static_cast<size_t>(table)].subject;
}
std::string_view table_name(EventTable table) {
  return event_names[static_cast<size_t>(table)].name;
}

std::optional<Subject> parse_subject(std::string_view text) {
  return parsed(subjects, text);
}
std::optional<Promotion> parse_promotion(std::string_view text) {
  return parsed(promotions, text);
}
std::optional<Window> parse_window(std::string_view text) {
  return parsed(windows, text);
}

}  // namespace sociometer::facts
