#include "catalog/channels.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sociometer::catalog {
namespace {

std::string trimmed_lower(std::string_view text) {
  std::string result(trimmed(text));
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& one) { return matches(one, text); });
}

bool is_host(std::string_view text) {
  return text.find('.') != text.npos && text.find(' ') == text.npos;
}

// Without its last label, or its last two where these are a country's (co.uk): "google.*".
std::vector<std::string> with_any_ending(std::string_view host) {
  std::vector<std::string> forms;
  size_t last = host.rfind('.');
  if (last == host.npos) return forms;
  forms.push_back(fmt::format("{}.*", host.substr(0, last)));
  size_t before = host.substr(0, last).rfind('.');
  bool second_level = before != host.npos && last - before - 1 <= 3 && host.size() - last - 1 == 2;
  if (second_level) forms.push_back(fmt::format("{}.*", host.substr(0, before)));
  return forms;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = pattern.npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string host_of(std::string_view url) {
  size_t scheme = url.find("://");
  if (scheme != url.npos) url = url.substr(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  size_t user = url.rfind('@');
  if (user != url.npos) url = url.substr(user + 1);
  url = url.substr(0, url.find(':'));
  std::string host = trimmed_lower(url);
  if (host.starts_with("www.")) host.erase(0, 4);
  return host;
}

const ChannelRules::Place* ChannelRules::place_of_host(std::string_view host) const {
  constexpr size_t short_prefix = 3;  // "de.", "m."
  for (std::string_view rest = host; !rest.empty();) {
    std::vector<std::string> forms = with_any_ending(rest);
    forms.emplace(forms.begin(), rest);
    for (const std::string& form : forms) {
      auto found = places.find(form);
      if (found == places.end()) continue;
      // A search engine's other services (docs.google.com) are no search.
      if (found->second.kind == "search" && host.size() - rest.size() > short_prefix) continue;
      return &found->second;
    }
    size_t dot = rest.find('.');
    if (dot == rest.npos) break;
    rest = rest.substr(dot + 1);
  }
  return nullptr;
}

const ChannelRules::Place* ChannelRules::place_of(std::string_view source) const {
  auto named = names.find(std::string(source));
  if (named != names.end()) return &named->second;
  return is_host(source) ? place_of_host(host_of(source)) : nullptr;
}

Channel ChannelRules::decide(const Arrival& arrival) const {
  Channel channel;
  channel.version = version;
  channel.source = trimmed_lower(arrival.source);
  channel.medium = trimmed_lower(arrival.medium);
  std::string referrer = host_of(arrival.referrer), campaign = trimmed_lower(arrival.campaign);
  if (channel.source.empty() && channel.medium.empty()) {
    auto click = click_ids.find(trimmed_lower(arrival.click_id));
    if (click != click_ids.end()) {
      channel.source = click->second.source;
      channel.medium = click->second.medium;
    }
  }
  if (channel.source.empty()) channel.source = referrer;
  if (channel.source == "direct" || channel.source == "(direct)") channel.source.clear();
  if (channel.medium == "(none)" || channel.medium == "(not set)" || channel.medium == "none") channel.medium.clear();

  const Place* place = place_of(channel.source);
  if (place != nullptr) channel.kind = place->kind;
  if (channel.kind == "social") channel.network = place->name;
  for (size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    bool fits =
        (rule.kinds.empty() || (std::find(rule.kinds.begin(), rule.kinds.end(), channel.kind) != rule.kinds.end())) &&
        (rule.named.empty() || matches_any(rule.named, channel.source)) &&
        (rule.medium.empty() || matches_any(rule.medium, channel.medium)) &&
        (rule.campaign.empty() || matches_any(rule.campaign, campaign)) &&
        (!rule.paid || matches_any(paid, channel.medium));
    if (!fits) continue;
    channel.key = rule.channel;
    channel.because = fmt::format("rule {} of version {}", i + 1, version);
    return channel;
  }
  bool nothing = channel.source.empty() && channel.medium.empty();
  bool came_from = arrival.source.empty() && arrival.medium.empty() && !referrer.empty();
  channel.key = nothing ? direct : came_from ? referral : unknown;
  channel.because = nothing ? "nothing says where from" : came_from ? "a website that no rule names" : "no rule fits";
  return channel;
}

Channel Catalog::channel_of(const Arrival& arrival) const {
  if (channel_rules_ == nullptr) return {};
  return channel_rules_->decide(arrival);
}

}  // namespace sociometer::catalog
