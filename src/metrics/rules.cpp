#include "metrics/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "catalog/catalog.h"

namespace sociometer::metrics {
namespace {

constexpr int64_t seconds_max = int64_t{366} * 86'400;
constexpr std::string_view sentiments[] = {"positive", "neutral", "negative"};

Error wrong(std::string_view member, std::string_view what) {
  return invalid(fmt::format("\"{}\" {}", member, what), std::string(member));
}

Result<Done> read_hours(const Json& json, const Zone& zone, Rules& rules) {
  TRY(rules.hours, business_hours_from_json(json, zone));
  return Done{};
}

Result<Done> read_team_hours(const Json& json, const Zone& zone, Rules& rules) {
  if (!json.is_object()) return wrong("team_hours", "must be an object of team to its hours");
  for (const auto& member : json.get_object()) {
    TRY(rules.team_hours[std::string(member.key())], business_hours_from_json(member.value(), zone));
  }
  return Done{};
}

// A number of seconds, or text as parse_promise reads it.
Result<Promised> promise_of_json(const Json& json, std::string_view name) {
  if (json.is_string()) {
    auto promised = parse_promise(view_of(json.get_string()));
    if (!promised) return wrong(name, promised.error().message);
    return *promised;
  }
  if (json.is_int64() && json.get_int64() > 0 && json.get_int64() <= seconds_max) {
    return Promised{json.get_int64(), Rules::Clock::calendar};
  }
  return wrong(name, "must be a time such as \"1h\", or a number of seconds");
}

Result<Done> read_response_window(const Json& json, const Zone&, Rules& rules) {
  TRY(const Promised promised, promise_of_json(json, "response_window"));
  if (promised.clock != Rules::Clock::calendar)
    return wrong("response_window", "is by the clock, not by business hours");
  rules.response_window = promised.seconds;
  return Done{};
}

Result<Done> read_response_promise(const Json& json, const Zone&, Rules& rules) {
  TRY(const Promised promised, promise_of_json(json, "response_promise"));
  rules.response_promise = promised.seconds;
  rules.promise_clock = promised.clock;
  return Done{};
}

Result<Done> read_response_clock(const Json& json, const Zone&, Rules& rules) {
  std::string_view text = json.is_string() ? view_of(json.get_string()) : "";
  if (text != "from_reopen" && text != "from_start") {
    return wrong("response_clock", "is \"from_reopen\" or \"from_start\"");
  }
  rules.response_clock = text == "from_start" ? ResponseClock::from_start : ResponseClock::from_reopen;
  return Done{};
}

Result<int> days_of_json(const Json& json, std::string_view name) {
  if (!json.is_int64() || json.get_int64() < 1 || json.get_int64() > 365) {
    return wrong(name, "must be a number of days, 1 to 365");
  }
  return static_cast<int>(json.get_int64());
}

Result<Done> read_return_days(const Json& json, const Zone&, Rules& rules) {
  TRY(rules.return_days, days_of_json(json, "return_days"));
  return Done{};
}

Result<Done> read_attribution_days(const Json& json, const Zone&, Rules& rules) {
  TRY(rules.attribution_days, days_of_json(json, "attribution_days"));
  return Done{};
}

Result<Done> read_action_values(const Json& json, const Zone&, Rules& rules) {
  constexpr double worth_max = 1e9;
  const char* shape = "must be an object of action to what one is worth, in the workspace's currency: {\"lead\": 25}";
  if (!json.is_object()) return wrong("action_values", shape);
  for (const auto& member : json.get_object()) {
    if (!member.value().is_number()) return wrong("action_values", shape);
    auto worth = member.value().to_number<double>();
    if (!(worth >= 0 && worth <= worth_max)) return wrong("action_values", "must lie between 0 and a thousand million");
    rules.action_values[std::string(member.key())] =
        std::llround(worth * static_cast<double>(catalog::base_scale(catalog::Unit::money)));
  }
  return Done{};
}

Result<Done> read_brands(const Json& json, const Zone&, Rules& rules) {
  if (!json.is_object()) return wrong("brands", "must be an object of brand to own, competitor or partner");
  for (const auto& member : json.get_object()) {
    std::string_view ownership = member.value().is_string() ? view_of(member.value().get_string()) : "";
    if (ownership != "own" && ownership != "competitor" && ownership != "partner") {
      return wrong("brands",
                   fmt::format("says of {} something else than own, competitor or partner", std::string(member.key())));
    }
    rules.brands[folded(trimmed({member.key().data(), member.key().size()}))] = ownership;
  }
  return Done{};
}

Result<Confusion> confusion_of(const Json& json) {
  const char* shape =
      "must hold per language what people said and how often the classifier said which: {\"positive\": "
      "{\"positive\": 80, \"neutral\": 15, \"negative\": 5}, \"neutral\": …, \"negative\": …}";
  if (!json.is_object()) return wrong("sentiment_errors", shape);
  Confusion confusion;
  for (size_t truth = 0; truth < 3; ++truth) {
    const Json* row = json.get_object().if_contains(sentiments[truth]);
    if (row == nullptr || !row->is_object()) return wrong("sentiment_errors", shape);
    for (size_t said = 0; said < 3; ++said) {
      const Json* count = row->get_object().if_contains(sentiments[said]);
      if (count == nullptr) continue;  // never
      if (!count->is_int64() || count->get_int64() < 0) return wrong("sentiment_errors", shape);
      confusion.counts[truth][said] = count->get_int64();
    }
  }
  return confusion;
}

Result<Done> read_sentiment_errors(const Json& json, const Zone&, Rules& rules) {
  if (!json.is_object()) return wrong("sentiment_errors", "must be an object of language to errors");
  for (const auto& member : json.get_object()) {
    std::string language(member.key());
    TRY(rules.sentiment_errors[language == "*" ? "" : language], confusion_of(member.value()));
  }
  return Done{};
}

struct Member {
  std::string_view name;
  Result<Done> (*read)(const Json& json, const Zone& zone, Rules& rules);
};
constexpr Member members[] = {
    {"hours", read_hours},
    {"team_hours", read_team_hours},
    {"response_window", read_response_window},
    {"response_promise", read_response_promise},
    {"response_clock", read_response_clock},
    {"return_days", read_return_days},
    {"attribution_days", read_attribution_days},
    {"action_values", read_action_values},
    {"brands", read_brands},
    {"sentiment_errors", read_sentiment_errors},
};

Json confusion_json(const Confusion& confusion) {
  JsonObject rows;
  for (size_t truth = 0; truth < 3; ++truth) {
    JsonObject row;
    for (size_t said = 0; said < 3; ++said) row[sentiments[said]] = confusion.counts[truth][said];
    rows[sentiments[truth]] = std::move(row);
  }
  return rows;
}

std::string seconds_text(int64_t seconds) {
  if (seconds % 86'400 == 0) return fmt::format("{}d", seconds / 86'400);
  if (seconds % 3600 == 0) return fmt::format("{}h", seconds / 3600);
  return seconds % 60 == 0 ? fmt::format("{}m", seconds / 60) : fmt::format("{}s", seconds);
}

}  // namespace

const BusinessHours* Rules::hours_of(std::string_view team) const {
  auto own = team_hours.find(std::string(team));
  if (own != team_hours.end()) return &own->second;
  return hours ? &*hours : nullptr;
}

Result<Rules> rules_from_json(const Json& json, const Zone& workspace_zone) {
  if (!json.is_object()) return invalid("the rules of a workspace are an object", "rules");
  Rules rules;
  for (const auto& given : json.get_object()) {
    std::string_view name(given.key().data(), given.key().size());
    auto known = std::find_if(std::begin(members), std::end(members), [&](const Member& m) { return m.name == name; });
    if (known == std::end(members)) {
      std::vector<std::string_view> names;
      for (const Member& member : members) names.push_back(member.name);
      std::string_view near = nearest(name, names);
      return wrong(name, near.empty() ? "is no rule of a workspace"
                                      : fmt::format("is no rule of a workspace; did you mean {}?", near));
    }
    if (given.value().is_null()) continue;
    TRY_DONE(known->read(given.value(), workspace_zone, rules));
  }
  return rules;
}

Json to_json(const Rules& rules) {
  const Rules usual;
  JsonObject json;
  if (rules.hours) json["hours"] = to_json(*rules.hours);
  if (!rules.team_hours.empty()) {
    JsonObject teams;
    for (const auto& [team, hours] : rules.team_hours) teams[team] = to_json(hours);
    json["team_hours"] = std::move(teams);
  }
  if (rules.response_window != usual.response_window) json["response_window"] = seconds_text(rules.response_window);
  bool business = rules.promise_clock == Rules::Clock::business;
  if (rules.response_promise != usual.response_promise || business) {
    json["response_promise"] = seconds_text(rules.response_promise) + (business ? " business" : "");
  }
  if (rules.response_clock == ResponseClock::from_start) json["response_clock"] = "from_start";
  if (rules.return_days != usual.return_days) json["return_days"] = rules.return_days;
  if (rules.attribution_days != usual.attribution_days) json["attribution_days"] = rules.attribution_days;
  if (!rules.action_values.empty()) {
    JsonObject values;
    for (const auto& [action, worth] : rules.action_values) {
      values[action] = static_cast<double>(worth) / static_cast<double>(catalog::base_scale(catalog::Unit::money));
    }
    json["action_values"] = std::move(values);
  }
  if (!rules.brands.empty()) {
    JsonObject brands;
    for (const auto& [brand, ownership] : rules.brands) brands[brand] = ownership;
    json["brands"] = std::move(brands);
  }
  if (!rules.sentiment_errors.empty()) {
    JsonObject languages;
    for (const auto& [language, errors] : rules.sentiment_errors) {
      languages[language.empty() ? "*" : language] = confusion_json(errors);
    }
    json["sentiment_errors"] = std::move(languages);
  }
  return json;
}

Result<Promised> parse_promise(std::string_view text) {
  Error none = invalid(fmt::format("\"{}\" is no time; write 30m, 4h, 2d, or 4h business", text));
  std::string words = lower(trimmed(text));
  Promised promised;
  if (size_t blank = words.find(' '); blank != std::string::npos) {
    std::string_view clock = trimmed(std::string_view(words).substr(blank));
    if (clock != "business" && clock != "business hours") return none;
    promised.clock = Rules::Clock::business;
    words.resize(blank);
  }
  if (words.size() < 2 || words.size() > 9) return none;
  int64_t count = 0;
  for (char c : words.substr(0, words.size() - 1)) {
    if (c < '0' || c > '9') return none;
    count = count * 10 + (c - '0');
  }
  constexpr std::pair<char, int64_t> units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}};
  for (auto [letter, seconds] : units) {
    if (words.back() != letter || count < 1 || count > seconds_max / seconds) continue;
    promised.seconds = count * seconds;
    return promised;
  }
  return none;
}

}  // namespace sociometer::metrics
