#include "surfaces/resets.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "surfaces/api/people_json.h"
#include "surfaces/delivery.h"

namespace sociometer::surfaces {
namespace {

constexpr size_t waiting_max = 300, remembered_max = 10'000;
constexpr int64_t reset_link_seconds = 3600;
constexpr int64_t apart = int64_t{300} * 1'000'000;  // one mail in five minutes

net::Letter letter_to(const control::Person& person, const std::string& link, const control::MailServer& server,
                      Instant now) {
  return {.from = {server.sender_name, server.sender_address},
          .to = {person.email},
          .subject = "A new password for Sociometer",
          .text = fmt::format("Somebody asked for a new password for {}.\n\nIf it was you, open this link within an "
                              "hour; it works once:\n\n{}\n\nIf not, do nothing: the old password stays.\n",
                              person.email, link),
          .message_id = make_id(now),
          .at = now};
}

// Nothing to be done of an address nobody has.
Result<Done> send_one(const House& house, const std::string& base, const std::string& email,
                      const control::MailServer& server, const std::atomic<bool>& stopping) {
  control::People& people = house.control->people();
  const Result<control::Person> person = people.person_by_email(email);
  if (!person && person.error().kind == ErrorKind::not_found) return Done{};
  if (!person) return person.error();
  if (person->disabled_at) return Done{};
  const Instant now = house.clock->now();
  TRY(const control::MadeLink made,
      people.make_link({.kind = control::Link::Kind::reset, .person = person->id}, reset_link_seconds, now));
  TRY(const net::SentLetter sent,
      net::send_mail(smtp_of(server, &stopping), letter_to(*person, link_address(base, made), server, now)));
  const control::Deed deed{.actor = control::Deed::Actor::system, .action = "password.forgotten", .object = person->id};
  return house.control->audit().add(deed, now);
}

}  // namespace

void Resets::ask(std::string_view email) {
  const std::string address = folded(trimmed(email));
  std::lock_guard lock(mutex_);
  if (waiting_.size() >= waiting_max || std::ranges::find(waiting_, address) != waiting_.end()) return;
  const int64_t now = steady_micros();
  std::erase_if(asked_, [&](const auto& each) { return now - each.second > apart; });
  if (asked_.size() >= remembered_max || !asked_.emplace(address, now).second) return;
  waiting_.push_back(address);
}

Result<Done> Resets::send(const House& house, const std::string& base, const std::atomic<bool>& stopping) {
  std::vector<std::string> waiting;
  {
    std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
  }
  if (waiting.empty()) return Done{};
  TRY(const control::MailServer server, house.control->mail().opened());
  Result<Done> outcome = Done{};
  for (const std::string& email : waiting) {
    Result<Done> sent = send_one(house, base, email, server, stopping);
    if (!sent) outcome = std::move(sent);
  }
  return outcome;
}

}  // namespace sociometer::surfaces
