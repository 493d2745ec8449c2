// Over HTTP: channels and messages of a workspace, schedules of reports, the installation's mail server, and the mail
// for those who forgot their password.
#include "surfaces/delivery.h"

#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/api/api.h"
#include "surfaces/channels.h"
#include "surfaces/dashboards.h"
#include "surfaces/schedules.h"

namespace sociometer::surfaces {
namespace {

// A port may be written as a number.
Result<std::string> port_in(const JsonObject& body) {
  const Json* said = body.if_contains("port");
  if (said != nullptr && said->is_int64()) return std::to_string(said->get_int64());
  return json_string(body, "port");
}

}  // namespace

Result<net::Response> get_channels(const Ask& ask) {
  TRY(const std::vector<control::MessageChannel> all, ask.house().control->outbox().channels(ask.workspace));
  JsonArray list;
  for (const control::MessageChannel& each : all) list.push_back(channel_json(each));
  return json_response(JsonObject{{"channels", std::move(list)}});
}

Result<net::Response> post_channel(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"name", "to", "webhook", "slack"}));
  ChannelWords words;
  TRY(words.name, json_string(body, "name"));
  TRY(words.to, texts_of(body, "to"));
  TRY(words.webhook, json_string(body, "webhook"));
  TRY(words.slack, json_string(body, "slack"));
  TRY(const control::NewChannel made,
      add_channel(ask.house(), ask.workspace, words, name_of(ask.caller), ask.clock().now()));
  ask.noted.object = made.channel.name;
  ask.noted.detail = control::name(made.channel.kind);
  JsonObject document{{"channel", channel_json(made.channel)}};
  if (!made.secret.empty()) document["secret"] = made.secret;
  return json_response(document, 201);
}

Result<net::Response> delete_channel(const Ask& ask) {
  TRY(const control::MessageChannel gone,
      ask.house().control->outbox().remove_channel(ask.workspace, ask.path.at("channel"), ask.clock().now()));
  return json_response(JsonObject{{"channel", channel_json(gone)}});
}

Result<net::Response> post_channel_test(const Ask& ask) {
  TRY(const Tested tested, test_channel(ask.house(), ask.workspace, ask.path.at("channel"), ask.clock().now()));
  ask.noted.detail = tested.delivery.is_delivered ? "arrived" : "failed";
  return json_response(
      JsonObject{{"channel", channel_json(tested.channel)},
                 {"delivered", tested.delivery.is_delivered},
                 {"failure", tested.delivery.words.empty() ? Json(nullptr) : Json(tested.delivery.words)}});
}

Result<net::Response> get_messages(const Ask& ask) {
  TRY(const int64_t limit, ask.limit(50, 500));
  TRY(const std::vector<control::KeptParcel> all,
      ask.house().control->outbox().list(ask.workspace, static_cast<int>(limit)));
  JsonArray list;
  for (const control::KeptParcel& each : all) list.push_back(message_json(each));
  return json_response(JsonObject{{"messages", std::move(list)}});
}

Result<net::Response> post_message_retry(const Ask& ask) {
  TRY(const int number, number_from(ask.path.at("message"), "message", 1));
  TRY(const control::KeptParcel parcel, ask.house().control->outbox().retry(ask.workspace, number, ask.clock().now()));
  return json_response(JsonObject{{"message", message_json(parcel)}});
}

Result<net::Response> get_schedules(const Ask& ask) {
  TRY(const std::vector<control::KeptSchedule> all, ask.house().control->schedules().list(ask.workspace));
  JsonArray list;
  for (const control::KeptSchedule& each : all) list.push_back(schedule_json(each, ask.clock().now()));
  return json_response(JsonObject{{"schedules", std::move(list)}});
}

Result<net::Response> post_schedule(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"report", "every", "at", "zone", "channel", "formats"}));
  ScheduleWords words;
  TRY(words.report, json_string(body, "report"));
  TRY(words.every, json_string(body, "every"));
  TRY(words.at, json_string(body, "at", words.at));
  TRY(words.zone, json_string(body, "zone"));
  TRY(words.channel, json_string(body, "channel"));
  TRY(words.formats, texts_of(body, "formats"));
  TRY(const control::KeptSchedule made,
      add_schedule(ask.house(), ask.workspace, words, name_of(ask.caller), ask.clock().now()));
  ask.noted.object = made.report;
  ask.noted.detail = recurrence_words(made);
  return json_response(JsonObject{{"schedule", schedule_json(made, ask.clock().now())}}, 201);
}

Result<net::Response> delete_schedule(const Ask& ask) {
  TRY(const int number, number_from(ask.path.at("schedule"), "schedule", 1));
  const Instant now = ask.clock().now();
  TRY(const control::KeptSchedule gone, ask.house().control->schedules().remove(ask.workspace, number, now));
  return json_response(JsonObject{{"schedule", schedule_json(gone, now)}});
}

Result<net::Response> get_mail(const Ask& ask) {
  TRY(const std::optional<control::MailServer> server, ask.house().control->mail().find());
  return json_response(JsonObject{{"mail", mail_json(server)}});
}

Result<net::Response> put_mail(const Ask& ask) {
  TRY(const JsonObject body,
      ask.body({"host", "port", "security", "user", "password", "sender_name", "sender_address"}));
  MailWords words;
  TRY(words.host, json_string(body, "host"));
  TRY(words.port, port_in(body));
  TRY(words.security, json_string(body, "security"));
  TRY(words.sender_address, json_string(body, "sender_address"));
  for (const auto& [key, word] :
       {std::pair{"user", &words.user}, {"sender_name", &words.sender_name}, {"password", &words.password}}) {
    if (!body.contains(key)) continue;
    TRY(*word, json_string(body, key));
  }
  TRY(const control::MailServer server, set_mail(ask.house(), words, ask.clock().now()));
  ask.noted.object = server.host;
  return json_response(JsonObject{{"mail", mail_json(server)}});
}

Result<net::Response> delete_mail(const Ask& ask) {
  TRY_DONE(ask.house().control->mail().remove());
  return json_response(JsonObject{{"mail", nullptr}});
}

Result<net::Response> post_mail_test(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"to"}));
  TRY(const std::string to, json_string(body, "to"));
  TRY_DONE(test_mail(ask.house(), to, ask.clock().now()));
  return json_response(JsonObject{{"taken", true}});
}

Result<net::Response> post_forgotten(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"email"}));
  TRY(const std::string email, json_string(body, "email"));
  if (const int64_t wait = ask.api.reset_throttle().take({ask.request.client, email, {}}, steady_micros()); wait > 0) {
    net::Response response =
        net::problem(429, "too_many", fmt::format("that was asked too often; try again in {} seconds", wait));
    response.headers.emplace_back("Retry-After", std::to_string(wait));
    return response;
  }
  // The same answer, in the same time, whoever that is.
  TRY(const std::optional<control::MailServer> server, ask.house().control->mail().find());
  if (!server) {
    return unsupported("this server sends no mail: whoever runs it can give you a link for a new password");
  }
  ask.api.resets().ask(email);
  return json_response(JsonObject{{"asked", true}}, 202);
}

}  // namespace sociometer::surfaces
