#include "control/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sociometer::control {
namespace {

constexpr std::string_view small_letters = "abcdefghijklmnopqrstuvwxyz";
constexpr size_t key_length_max = 63;
constexpr size_t handle_length_max = 255;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string_view name(Ownership ownership) {
  switch (ownership) {
    case Ownership::own:
      return "own";
    case Ownership::competitor:
      return "competitor";
    case Ownership::partner:
      return "partner";
  }
  return "own";
}

std::optional<Ownership> parse_ownership(std::string_view text) {
  for (Ownership ownership : {Ownership::own, Ownership::competitor, Ownership::partner}) {
    if (text == name(ownership)) return ownership;
  }
  return std::nullopt;
}

std::string normal_handle(std::string_view handle) {
  handle = trimmed(handle);
  if (handle.starts_with('@')) handle.remove_prefix(1);
  return folded(trimmed(handle));
}

Result<Done> check_key(std::string_view key) {
  bool fits = !key.empty() && key.size() <= key_length_max && is_letter_or_digit(key.front()) &&
              std::all_of(key.begin(), key.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
  if (fits) return Done{};
  return invalid(
      fmt::format("“{}” cannot be a workspace's key: use lower-case letters, digits and dashes, beginning with a "
                  "letter or digit, at most {}.",
                  key, key_length_max),
      "key");
}

Result<std::string> checked_currency(std::string_view text) {
  std::string currency = lower(trimmed(text));
  if (currency.empty()) return currency;
  if (currency.size() != 3 || currency.find_first_not_of(small_letters) != currency.npos) {
    return invalid(fmt::format("“{}” is no currency: use its three letters, such as EUR or USD.", text), "currency");
  }
  for (char& c : currency) c = static_cast<char>(c - 'a' + 'A');
  return currency;
}

Result<std::string> checked_network(std::string_view text) {
  std::string network = lower(trimmed(text));
  bool fits = !network.empty() && network.size() <= key_length_max &&
              std::all_of(network.begin(), network.end(), [](char c) { return is_letter_or_digit(c) || c == '_'; });
  if (!fits) return invalid(fmt::format("“{}” is no network: use its key, such as instagram.", text), "network");
  return network;
}

Result<std::string> checked_handle(std::string_view text) {
  std::string handle = normal_handle(text);
  if (handle.empty()) return invalid("An account needs a handle.", "account");
  if (handle.size() > handle_length_max || !is_utf8(handle)) {
    return invalid(fmt::format("“{}” is no account's handle.", text), "account");
  }
  return handle;
}

Result<Workspace> changed(Workspace workspace, const WorkspaceChange& change) {
  if (change.zone) {
    auto zone = Zone::find(trimmed(*change.zone));
    if (!zone) return invalid(zone.error().message, "zone");
    workspace.zone = *zone;
  }
  if (change.currency) {
    TRY(workspace.currency, checked_currency(*change.currency));
  }
  if (change.week_start) {
    auto weekday = parse_weekday(trimmed(*change.week_start));
    if (!weekday) return invalid(weekday.error().message, "week_start");
    workspace.week_start = *weekday;
  }
  return workspace;
}

}  // namespace sociometer::control
