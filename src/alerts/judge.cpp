#include "alerts/judge.h"

#include <algorithm>
#include <array>

namespace sociometer::alerts {
namespace {

constexpr int remembered_days = 400;  // after which nobody finds the same moment again

constexpr std::array<std::string_view, 4> says_names{"unknown", "calm", "between", "fires"};

class Judging {
 public:
  Judging(const Alert& alert, State state, Instant now, Voice voice)
      : alert_(alert), judged_{std::move(state), {}}, now_(now), voice_(voice) {
    if (voice_ == Voice::muted) judged_.state.waiting.clear();
  }

  void take(const Finding& finding) {
    if (finding.is_moment) return take_moment(finding);
    if (finding.says == Says::unknown) return;
    Watch& watch = state().watches[finding.about];
    if (watch.end && finding.days.end < *watch.end) return;
    if (!watch.end || finding.days.end != *watch.end) {
      watch.beyond_before = watch.beyond;
      watch.calm_before = watch.calm;
    }
    watch.end = finding.days.end;
    watch.says = finding.says;
    watch.beyond = finding.says == Says::fires ? watch.beyond_before + 1 : 0;
    watch.calm = finding.says == Says::calm ? watch.calm_before + 1 : 0;
    if (!watch.open && watch.beyond >= alert_.times) {
      watch.open = open(finding).number;
    } else if (watch.open && watch.calm >= alert_.times) {
      close(*watch.open, finding);
      watch.open.reset();
    }
  }

  // Of what is looked at no more nothing need be remembered: an account that is no longer an own one ends its episode
  // without a word, and old days are not found again.
  void forget(const std::vector<Finding>& found) {
    if (alert_.kind == Kind::stale) forget_all_but(found);
    std::optional<Day> newest;
    for (const Finding& finding : found) newest = std::max(newest, std::optional(finding.days.end));
    std::erase_if(state().watches, [&](const auto& entry) {
      const auto& [about, watch] = entry;
      return newest && watch.end && !watch.open && *watch.end < *newest - remembered_days;
    });
  }

  void forget_all_but(const std::vector<Finding>& found) {
    std::erase_if(state().watches, [&](const auto& entry) {
      const auto& [about, watch] = entry;
      if (std::ranges::find(found, about, &Finding::about) != found.end()) return false;
      if (watch.open) end(*watch.open);
      return true;
    });
  }

  Judged result() && {
    std::ranges::sort(judged_.episodes, {}, &Episode::number);
    return std::move(judged_);
  }

 private:
  State& state() { return judged_.state; }

  void take_moment(const Finding& finding) {
    if (finding.says != Says::fires || state().watches.contains(finding.about)) return;
    Watch& watch = state().watches[finding.about];
    watch.says = Says::fires;
    watch.end = finding.days.end;
    const int64_t number = open(finding).number;
    Episode episode = state().open.at(number);
    state().open.erase(number);
    episode.closed_at = now_;
    remember(episode);
  }

  Episode& open(const Finding& finding) {
    const int64_t number = ++state().episodes;
    Episode& episode = state().open[number];
    episode = {.number = number, .about = finding.about, .title = finding.title, .opened_at = now_};
    remember(episode);
    if (voice_ == Voice::loud) {
      state().waiting.push_back({.episode = number,
                                 .what = Message::What::began,
                                 .title = finding.title,
                                 .lines = finding.lines,
                                 .link = finding.link,
                                 .data = finding.data});
    }
    return episode;
  }

  std::optional<Episode> end(int64_t number) {
    const auto place = state().open.find(number);
    if (place == state().open.end()) return std::nullopt;
    Episode episode = place->second;
    state().open.erase(place);
    episode.closed_at = now_;
    remember(episode);
    return episode;
  }

  void close(int64_t number, const Finding& finding) {
    const std::optional<Episode> ended = end(number);
    if (!ended) return;
    const Episode& episode = *ended;
    const auto held = std::ranges::find_if(state().waiting, [&](const Message& m) { return m.episode == number; });
    if (held != state().waiting.end()) {
      held->what = Message::What::both;
      held->end_title = finding.title;
      held->end_lines = finding.lines;
      return;
    }
    // Of what nobody was told nobody needs to be told that it is over.
    if (voice_ == Voice::muted || !alert_.tells_end || !episode.told_at) return;
    state().waiting.push_back({.episode = number,
                               .what = Message::What::ended,
                               .title = episode.title,
                               .end_title = finding.title,
                               .end_lines = finding.lines,
                               .link = finding.link,
                               .data = finding.data});
  }

  void remember(const Episode& episode) {
    const auto known = std::ranges::find(judged_.episodes, episode.number, &Episode::number);
    if (known == judged_.episodes.end()) {
      judged_.episodes.push_back(episode);
    } else {
      *known = episode;
    }
  }

  const Alert& alert_;
  Judged judged_;
  const Instant now_;
  const Voice voice_;
};

}  // namespace

std::string_view name(Says says) {
  return says_names[static_cast<size_t>(says)];
}

Judged judge(const Alert& alert, State state, std::vector<Finding> found, Instant now, Voice voice) {
  std::ranges::stable_sort(found, {}, [](const Finding& finding) { return finding.days.end; });
  Judging judging(alert, std::move(state), now, voice);
  for (const Finding& finding : found) judging.take(finding);
  judging.forget(found);
  return std::move(judging).result();
}

std::vector<Message> due(const Alert& alert, const State& state, Instant now, const Zone& zone) {
  if (alert.quiet && is_quiet(*alert.quiet, now, zone)) return {};
  return state.waiting;
}

State told(State state, const Message& message, Instant now) {
  std::erase_if(state.waiting,
                [&](const Message& each) { return each.episode == message.episode && each.what == message.what; });
  const auto open = state.open.find(message.episode);
  if (open != state.open.end()) open->second.told_at = now;
  return state;
}

std::string_view standing(const State& state, const std::vector<Finding>& found, bool was_judged) {
  if (!was_judged) return "new";
  if (!state.open.empty()) return "firing";
  const auto is_unknown = [](const Finding& finding) { return finding.says == Says::unknown; };
  if (!found.empty() && std::ranges::all_of(found, is_unknown)) return "unknown";
  const auto is_beyond = [](const auto& entry) { return entry.second.beyond > 0; };
  return std::ranges::any_of(state.watches, is_beyond) ? "counting" : "calm";
}

}  // namespace sociometer::alerts
