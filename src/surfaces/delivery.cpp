#include "surfaces/delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/id.h"
#include "base/log.h"
#include "base/markup.h"
#include "base/readable.h"
#include "base/text.h"

namespace sociometer::surfaces {
namespace {

using control::ChannelKind;
using control::KeptParcel;
using control::Parcel;

constexpr size_t errands_max = 8;
constexpr auto patience = std::chrono::seconds(3);
constexpr int64_t first_wait = 30 * second_micros, longest_wait = 6 * 3600 * second_micros, week = 7 * day_micros;
constexpr int tries_least = 30;

Delivery failure(const Error& error) {
  return {false, error.message, 0};
}

// --- Mail

net::Letter letter_of(const KeptParcel& kept, const control::MailServer& server, std::vector<std::string> to) {
  const Parcel& parcel = kept.parcel;
  net::Letter letter{.from = {server.sender_name, server.sender_address},
                     .to = std::move(to),
                     .subject = parcel.subject,
                     .text = parcel.text,
                     .html = parcel.html,
                     .message_id = kept.mark,
                     .at = kept.put_at};
  if (!parcel.link.empty() && parcel.text.find(parcel.link) == std::string::npos) {
    letter.text += "\n\n" + parcel.link + "\n";
  }
  if (!parcel.link.empty() && !parcel.html.empty() && parcel.html.find(xml_escaped(parcel.link)) == std::string::npos) {
    letter.html += fmt::format("<p><a href=\"{0}\">{0}</a></p>", xml_escaped(parcel.link));
  }
  for (const control::Attachment& file : parcel.attachments) {
    letter.files.push_back({file.name, file.media_type, file.bytes});
  }
  return letter;
}

Delivery by_mail(const House& house, const KeptParcel& kept, const control::MessageChannel& channel,
                 const std::atomic<bool>& cut) {
  const Result<control::MailServer> server = house.control->mail().opened();
  if (!server) return failure(server.error());
  const Result<net::SentLetter> sent =
      net::send_mail(smtp_of(*server, &cut), letter_of(kept, *server, channel.targets));
  if (!sent) return failure(sent.error());
  std::vector<std::string> refused;
  for (const auto& [address, why] : sent->refused) refused.push_back(fmt::format("{} was refused: {}", address, why));
  return {true, join(refused, "; "), 0};
}

// --- Hooks

// What Slack and those that speak its language take: three characters are theirs.
std::string slack_text(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return out;
}

std::string slack_body(const Parcel& parcel) {
  std::string text = fmt::format("*{}*\n{}", slack_text(parcel.subject), slack_text(parcel.text));
  if (!parcel.link.empty()) text += "\n" + slack_text(parcel.link);
  return json_text(JsonObject{{"text", text}});
}

std::string webhook_body(const KeptParcel& kept) {
  const Parcel& parcel = kept.parcel;
  JsonObject body{{"id", kept.mark},
                  {"key", parcel.key},
                  {"workspace", kept.workspace},
                  {"at", format_instant(kept.put_at)},
                  {"subject", parcel.subject},
                  {"text", parcel.text},
                  {"link", parcel.link.empty() ? Json(nullptr) : Json(parcel.link)},
                  {"data", nullptr}};
  if (!parcel.json.empty()) {
    if (Result<Json> data = parse_json(parcel.json); data) body["data"] = std::move(*data);
  }
  return json_text(body);
}

Delivery to_hook(const House& house, const KeptParcel& kept, const control::NewChannel& opened,
                 const std::atomic<bool>& cut) {
  const Result<std::vector<std::string>> allowed = house.control->outbox().allowed();
  if (!allowed) return failure(allowed.error());
  // Looked at each time: a name may lead elsewhere by now.
  const Result<net::Outgoing> to = net::outgoing(opened.channel.targets.front(), {*allowed});
  if (!to) return failure(to.error());
  net::HookCall call{.to = *to, .headers = {{"Idempotency-Key", kept.mark}}, .stop = &cut};
  if (opened.channel.kind == ChannelKind::slack) {
    call.body = slack_body(kept.parcel);
  } else {
    call.body = webhook_body(kept);
    const std::string timestamp = std::to_string(house.clock->now().micros / second_micros);
    call.headers.emplace_back("Sociometer-Timestamp", timestamp);
    call.headers.emplace_back("Sociometer-Signature", net::signature(opened.secret, timestamp, call.body));
  }
  const Result<net::HookAnswer> answer = net::post(call);
  if (!answer) return failure(answer.error());
  if (answer->status >= 200 && answer->status < 300) return {true, "", 0};
  const std::string said = readable(std::string_view(answer->body).substr(0, 200));
  return {false, fmt::format("{} answered {}{}{}", to->host, answer->status, said.empty() ? "" : ": ", trimmed(said)),
          answer->retry_after};
}

Parcel test_parcel(std::string_view channel, std::string_view workspace, Instant now) {
  return {.key = "test/" + make_id(now),
          .channel = std::string(channel),
          .subject = fmt::format("A test of the channel {}", channel),
          .text = fmt::format("This is a test of the channel {} of the workspace {} in Sociometer. Where this arrives, "
                              "its messages do.",
                              channel, workspace),
          .json = R"({"kind":"test"})"};
}

// Writes down what came of it. Of one that is only tried, there is no other attempt.
Result<Done> conclude(const House& house, const KeptParcel& parcel, const Delivery& delivery,
                      std::optional<Instant> again) {
  const Instant now = house.clock->now();
  control::Outbox& outbox = house.control->outbox();
  if (delivery.is_delivered) return outbox.delivered(parcel.number, delivery.words, now);
  return outbox.failed(parcel.number, delivery.words, again, now);
}

}  // namespace

net::SmtpServer smtp_of(const control::MailServer& server, const std::atomic<bool>* stop) {
  using control::MailSecurity;
  const net::SmtpSecurity security = server.security == MailSecurity::tls        ? net::SmtpSecurity::tls
                                     : server.security == MailSecurity::starttls ? net::SmtpSecurity::starttls
                                                                                 : net::SmtpSecurity::none;
  return {.host = server.host,
          .port = static_cast<uint16_t>(server.port),
          .security = security,
          .user = server.user,
          .password = server.password,
          .stop = stop};
}

Delivery deliver(const House& house, const KeptParcel& parcel, const std::atomic<bool>& cut) {
  const Result<control::NewChannel> opened = house.control->outbox().opened(parcel.workspace, parcel.parcel.channel);
  if (!opened) return failure(opened.error());
  if (opened->channel.kind == ChannelKind::mail) return by_mail(house, parcel, opened->channel, cut);
  return to_hook(house, parcel, *opened, cut);
}

std::optional<Instant> next_try(const KeptParcel& parcel, int tries, int64_t retry_after, Instant now) {
  if (tries >= tries_least && now.micros - parcel.put_at.micros > week) return std::nullopt;
  const int doubled = std::clamp(tries - 1, 0, 20);
  const int64_t wait = std::min(first_wait << doubled, longest_wait);
  const int64_t asked = std::clamp<int64_t>(retry_after, 0, 86'400) * second_micros;
  return Instant{now.micros + std::max(wait, asked)};
}

Result<Tested> test_channel(const House& house, std::string_view workspace, std::string_view channel, Instant now) {
  control::Outbox& outbox = house.control->outbox();
  TRY(const KeptParcel parcel, outbox.begin(workspace, test_parcel(channel, workspace, now), now));
  const std::atomic<bool> never = false;
  const Delivery delivery = deliver(house, parcel, never);
  TRY_DONE(conclude(house, parcel, delivery, std::nullopt));
  TRY(control::MessageChannel tested, outbox.channel(workspace, channel));
  return Tested{std::move(tested), delivery};
}

Result<Done> test_mail(const House& house, std::string_view to, Instant now) {
  TRY(const control::MailServer server, house.control->mail().opened());
  const net::Letter letter{.from = {server.sender_name, server.sender_address},
                           .to = {std::string(to)},
                           .subject = "A test of Sociometer's mail",
                           .text = "This is a test. Where this arrives, Sociometer's mail does.\n",
                           .message_id = make_id(now),
                           .at = now};
  TRY(const net::SentLetter sent, net::send_mail(smtp_of(server, nullptr), letter));
  return Done{};
}

Deliveries::~Deliveries() {
  finish();
}

Result<Done> Deliveries::begin_due() {
  drop_ended();
  control::Outbox& outbox = house_.control->outbox();
  size_t room = 0;
  {
    std::lock_guard lock(mutex_);
    room = errands_max - std::min(errands_max, errands_.size());
  }
  if (room == 0) return Done{};
  TRY(const std::vector<KeptParcel> due, outbox.due(house_.clock->now(), static_cast<int>(room)));
  for (const KeptParcel& parcel : due) {
    // Somebody else may have taken it meanwhile.
    if (!outbox.sending(parcel.number)) continue;
    std::lock_guard lock(mutex_);
    auto& errand = errands_.emplace_back(std::thread(), false);
    errand.first = std::thread([this, parcel, &errand] {
      run(parcel);
      std::lock_guard ending(mutex_);
      errand.second = true;
      ended_.notify_all();
    });
  }
  return Done{};
}

void Deliveries::run(const KeptParcel& parcel) {
  const Delivery delivery = deliver(house_, parcel, cut_);
  const Instant now = house_.clock->now();
  // What was cut off is due at once when the program is back.
  const std::optional<Instant> again =
      cut_ ? std::optional(now) : next_try(parcel, parcel.tries + 1, delivery.retry_after, now);
  const Result<Done> written = conclude(house_, parcel, delivery, again);
  JsonObject fields{{"message", parcel.number},
                    {"workspace", parcel.workspace},
                    {"channel", parcel.parcel.channel},
                    {"try", parcel.tries + 1},
                    {"delivered", delivery.is_delivered}};
  if (!delivery.words.empty()) fields["why"] = delivery.words;
  if (!delivery.is_delivered && again) fields["again_at"] = format_instant(*again);
  log_event(delivery.is_delivered ? spdlog::level::info : spdlog::level::warn, "delivery", fields);
  if (!written) spdlog::error("message {}: {}", parcel.number, written.error().message);
}

void Deliveries::drop_ended() {
  std::lock_guard lock(mutex_);
  for (auto errand = errands_.begin(); errand != errands_.end();) {
    if (!errand->second) {
      ++errand;
      continue;
    }
    errand->first.join();
    errand = errands_.erase(errand);
  }
}

void Deliveries::finish() {
  const auto all_ended = [this] { return std::ranges::all_of(errands_, [](const auto& each) { return each.second; }); };
  {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, patience, all_ended);
    cut_ = true;
    ended_.wait(lock, all_ended);
  }
  drop_ended();
}

}  // namespace sociometer::surfaces
