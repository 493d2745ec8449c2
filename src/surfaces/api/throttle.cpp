#include "surfaces/api/throttle.h"

#include <algorithm>
#include <cmath>

#include "base/id.h"
#include "base/text.h"

namespace sociometer::surfaces {
namespace {

constexpr size_t counts_max = 20'000;
constexpr int64_t longest_drain_micros = int64_t{3600} * 1'000'000;

// A household's addresses under IPv6 are those of its first 64 bits.
std::string network_of(const std::string& address) {
  if (address.find(':') == std::string::npos) return address;
  size_t end = 0;
  for (int group = 0; group < 4 && end != std::string::npos; ++group)
    end = address.find(':', end + (group > 0 ? 1 : 0));
  return end == std::string::npos ? address : address.substr(0, end);
}

// Whatever is typed as an account takes the same room.
std::string short_form(std::string_view account) {
  Sha256 hash;
  hash.add(folded(trimmed(account)));
  return hash.hex().substr(0, 32);
}

}  // namespace

std::map<std::string, Throttle::Rule> Throttle::rules_for(const SignInFrom& from) {
  const std::string account = short_form(from.account);
  if (!from.device.empty()) return {{"device " + account + " " + from.device, {10, 20}}};
  const std::string network = network_of(from.address);
  return {
      {"address " + network, {30, 20}}, {"pair " + network + " " + account, {6, 20}}, {"account " + account, {20, 15}}};
}

double Throttle::level_now(const std::string& key, const Rule& rule, int64_t now) {
  const auto place = counts_.find(key);
  if (place == counts_.end()) return 0;
  const double seconds = static_cast<double>(now - place->second.at) / 1e6;
  return std::max(0.0, place->second.level - seconds / rule.drains_in_seconds);
}

int64_t Throttle::take(const SignInFrom& from, int64_t now) {
  std::lock_guard lock(mutex_);
  const std::map<std::string, Rule> rules = rules_for(from);
  double wait = 0;
  for (const auto& [key, rule] : rules) {
    const double over = level_now(key, rule, now) + 1 - rule.most;
    if (over > 0) wait = std::max(wait, over * rule.drains_in_seconds);
  }
  if (wait > 0) return std::max<int64_t>(1, std::llround(std::ceil(wait)));
  if (counts_.size() > counts_max) drop_drained(now);
  for (const auto& [key, rule] : rules) counts_[key] = {level_now(key, rule, now) + 1, now};
  return 0;
}

void Throttle::give_back(const SignInFrom& from, int64_t now) {
  std::lock_guard lock(mutex_);
  for (const auto& [key, rule] : rules_for(from)) {
    counts_[key] = {std::max(0.0, level_now(key, rule, now) - 1), now};
  }
}

void Throttle::drop_drained(int64_t now) {
  std::erase_if(counts_, [&](const auto& count) { return now - count.second.at > longest_drain_micros; });
  // More than that at once is a flood of made-up accounts, whose counts say nothing.
  if (counts_.size() > counts_max)
    std::erase_if(counts_, [](const auto& count) { return !count.first.starts_with("address"); });
}

}  // namespace sociometer::surfaces
