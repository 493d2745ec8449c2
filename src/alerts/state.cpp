// What is remembered of an alert, as it is kept between two judgements.
#include <array>
#include <charconv>

#include "alerts/judge.h"

namespace sociometer::alerts {
namespace {

constexpr std::array<std::string_view, 3> what_names{"began", "ended", "both"};

Error unreadable() {
  return internal("what is remembered of the alert is no longer readable; set it anew");
}

JsonObject episode_json(const Episode& episode) {
  JsonObject json{{"number", episode.number},
                  {"about", episode.about},
                  {"title", episode.title},
                  {"opened_at", episode.opened_at.micros}};
  if (episode.told_at) json["told_at"] = episode.told_at->micros;
  return json;
}

JsonObject watch_json(const Watch& watch) {
  JsonObject json{{"says", name(watch.says)},
                  {"beyond", watch.beyond},
                  {"calm", watch.calm},
                  {"beyond_before", watch.beyond_before},
                  {"calm_before", watch.calm_before}};
  if (watch.end) json["end"] = watch.end->number;
  if (watch.open) json["open"] = *watch.open;
  return json;
}

JsonObject message_json(const Message& message) {
  return {{"episode", message.episode},
          {"what", what_names[static_cast<size_t>(message.what)]},
          {"title", message.title},
          {"end_title", message.end_title},
          {"lines", JsonArray(message.lines.begin(), message.lines.end())},
          {"end_lines", JsonArray(message.end_lines.begin(), message.end_lines.end())},
          {"link", message.link},
          {"data", message.data}};
}

// Reads what the functions above wrote; anything else makes it say so in the end.
class Reader {
 public:
  int64_t number(const JsonObject& object, std::string_view key, int64_t fallback = 0) {
    const Json* value = object.if_contains(key);
    if (value == nullptr) return fallback;
    if (!value->is_int64()) return fail(fallback);
    return value->get_int64();
  }
  std::optional<int64_t> optional(const JsonObject& object, std::string_view key) {
    if (!object.contains(key)) return std::nullopt;
    return number(object, key);
  }
  std::string text(const JsonObject& object, std::string_view key) {
    Result<std::string> value = json_string(object, key);
    return value ? *value : fail(std::string());
  }
  std::vector<std::string> texts(const JsonObject& object, std::string_view key) {
    std::vector<std::string> found;
    for (const Json& value : array(object, key)) {
      found.push_back(value.is_string() ? std::string(value.get_string()) : fail(std::string()));
    }
    return found;
  }
  JsonArray array(const JsonObject& object, std::string_view key) {
    const Json* value = object.if_contains(key);
    if (value == nullptr) return {};
    return value->is_array() ? value->get_array() : fail(JsonArray());
  }
  JsonObject object_in(const JsonObject& object, std::string_view key) {
    const Json* value = object.if_contains(key);
    if (value == nullptr) return {};
    return value->is_object() ? value->get_object() : fail(JsonObject());
  }
  JsonObject object_of(const Json& value) { return value.is_object() ? value.get_object() : fail(JsonObject()); }
  template <size_t Size>
  size_t place(const JsonObject& object, std::string_view key, const std::array<std::string_view, Size>& names) {
    const std::string said = text(object, key);
    for (size_t i = 0; i < Size; ++i) {
      if (names[i] == said) return i;
    }
    return fail(size_t{0});
  }
  bool failed() const { return failed_; }

 private:
  template <typename T>
  T fail(T fallback) {
    failed_ = true;
    return fallback;
  }
  bool failed_ = false;
};

Episode episode_in(Reader& read, const JsonObject& json) {
  Episode episode{.number = read.number(json, "number"),
                  .about = read.text(json, "about"),
                  .title = read.text(json, "title"),
                  .opened_at = {read.number(json, "opened_at")}};
  if (const auto at = read.optional(json, "told_at")) episode.told_at = Instant{*at};
  return episode;
}

Watch watch_in(Reader& read, const JsonObject& json) {
  constexpr std::array<std::string_view, 4> says{"unknown", "calm", "between", "fires"};
  Watch watch;
  watch.says = static_cast<Says>(read.place(json, "says", says));
  watch.beyond = static_cast<int>(read.number(json, "beyond"));
  watch.calm = static_cast<int>(read.number(json, "calm"));
  watch.beyond_before = static_cast<int>(read.number(json, "beyond_before"));
  watch.calm_before = static_cast<int>(read.number(json, "calm_before"));
  if (const auto end = read.optional(json, "end")) watch.end = Day{static_cast<int32_t>(*end)};
  watch.open = read.optional(json, "open");
  return watch;
}

Message message_in(Reader& read, const JsonObject& json) {
  Message message;
  message.episode = read.number(json, "episode");
  message.what = static_cast<Message::What>(read.place(json, "what", what_names));
  message.title = read.text(json, "title");
  message.end_title = read.text(json, "end_title");
  message.lines = read.texts(json, "lines");
  message.end_lines = read.texts(json, "end_lines");
  message.link = read.text(json, "link");
  message.data = read.object_in(json, "data");
  return message;
}

}  // namespace

JsonObject to_json(const State& state) {
  JsonObject watches;
  for (const auto& [about, watch] : state.watches) watches[about] = watch_json(watch);
  JsonArray open, waiting;
  for (const auto& [number, episode] : state.open) open.push_back(episode_json(episode));
  for (const Message& message : state.waiting) waiting.push_back(message_json(message));
  return {{"episodes", state.episodes},
          {"watches", std::move(watches)},
          {"open", std::move(open)},
          {"waiting", std::move(waiting)}};
}

Result<State> state_from_json(const JsonObject& json) {
  Reader read;
  State state;
  state.episodes = read.number(json, "episodes");
  const JsonObject watches = read.object_in(json, "watches");
  for (const auto& member : watches) {
    state.watches[std::string(member.key())] = watch_in(read, read.object_of(member.value()));
  }
  for (const Json& each : read.array(json, "open")) {
    Episode episode = episode_in(read, read.object_of(each));
    state.open[episode.number] = std::move(episode);
  }
  for (const Json& each : read.array(json, "waiting")) {
    state.waiting.push_back(message_in(read, read.object_of(each)));
  }
  if (read.failed()) return unreadable();
  return state;
}

}  // namespace sociometer::alerts
