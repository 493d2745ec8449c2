// Channels: where messages go, what is on its way, and whether it arrives.
#include "surfaces/channels.h"

#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/table.h"
#include "surfaces/dashboards.h"
#include "surfaces/delivery.h"

namespace sociometer::surfaces {
namespace {

struct ChannelCall {
  ChannelWords said;
  std::string verb, name, range, number;
};

std::string moment_text(const std::optional<Instant>& at) {
  return at ? format_instant({at->micros / 1'000'000 * 1'000'000}) : "";
}

std::string channels_table(const std::vector<control::MessageChannel>& all, const Look& look) {
  Table table;
  for (const char* title : {"channel", "kind"}) table.column(title);
  table.column("to", Table::Align::left, Table::Fit::flexible);
  for (const char* title : {"last arrived", "last failed"}) table.column(title);
  table.column("why", Table::Align::left, Table::Fit::flexible);
  for (const control::MessageChannel& each : all) {
    table.row({each.name, std::string(control::name(each.kind)), join(each.targets, ", "),
               moment_text(each.succeeded_at), moment_text(each.failed_at), each.failure});
  }
  return table.empty() ? "no channels yet: sociometer channel add team --to ann@example.org\n" : table.text(look);
}

Result<Exit> list_channels(Call& call) {
  TRY(const std::vector<control::MessageChannel> all, call.house.control->outbox().channels(call.globals.workspace));
  if (call.globals.output == Output::json) {
    JsonArray shown;
    for (const control::MessageChannel& each : all) shown.push_back(channel_json(each));
    call.print_json(JsonObject{{"channels", std::move(shown)}});
  } else {
    call.print(channels_table(all, call.terminal.look()));
  }
  return Exit::done;
}

Result<Exit> add_channel_words(Call& call, const ChannelCall& said) {
  TRY(const control::NewChannel made,
      add_channel(call.house, call.globals.workspace, said.said, login_name(), call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "channel.add", made.channel.name,
                  std::string(control::name(made.channel.kind))));
  if (call.globals.output == Output::json) {
    JsonObject document{{"channel", channel_json(made.channel)}};
    if (!made.secret.empty()) document["secret"] = made.secret;
    call.print_json(document);
    return Exit::done;
  }
  if (made.secret.empty()) {
    call.print(fmt::format("{} is there; sociometer channel test {} tries it\n", made.channel.name, made.channel.name));
    return Exit::done;
  }
  call.terminal.error("the secret to check signatures with, shown now and never again:\n");
  call.print(made.secret + "\n");
  return Exit::done;
}

Result<Exit> remove_channel(Call& call, const ChannelCall& said) {
  TRY(const control::MessageChannel gone,
      call.house.control->outbox().remove_channel(call.globals.workspace, said.name, call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "channel.remove", gone.name));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"channel", channel_json(gone)}});
  } else {
    call.print(fmt::format("{} is removed, and what was on its way to it is dropped\n", gone.name));
  }
  return Exit::done;
}

Result<Exit> test_channel_words(Call& call, const ChannelCall& said) {
  TRY(const Tested tested, test_channel(call.house, call.globals.workspace, said.name, call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "channel.test", said.name,
                  tested.delivery.is_delivered ? "arrived" : "failed"));
  if (call.globals.output == Output::json) {
    call.print_json(
        JsonObject{{"channel", channel_json(tested.channel)},
                   {"delivered", tested.delivery.is_delivered},
                   {"failure", tested.delivery.words.empty() ? Json(nullptr) : Json(tested.delivery.words)}});
    return tested.delivery.is_delivered ? Exit::done : Exit::failed;
  }
  if (!tested.delivery.is_delivered) return unavailable(fmt::format("{}: {}", said.name, tested.delivery.words));
  call.print(fmt::format("{}: the test was taken{}{}\n", said.name, tested.delivery.words.empty() ? "" : "; ",
                         tested.delivery.words));
  return Exit::done;
}

Result<Exit> print_ranges(Call& call, const std::vector<std::string>& ranges) {
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"allowed", JsonArray(ranges.begin(), ranges.end())}});
  } else {
    call.print(ranges.empty() ? "hooks may lead to public addresses alone\n"
                              : fmt::format("hooks may lead to public addresses and to {}\n", join(ranges, ", ")));
  }
  return Exit::done;
}

Result<Exit> allow(Call& call, const ChannelCall& said) {
  TRY(const std::vector<std::string> ranges, allow_target(call.house, said.range));
  TRY_DONE(record(call, "", "channel.allow", said.range));
  return print_ranges(call, ranges);
}

Result<Exit> disallow(Call& call, const ChannelCall& said) {
  TRY(const std::vector<std::string> ranges, disallow_target(call.house, said.range));
  TRY_DONE(record(call, "", "channel.disallow", said.range));
  return print_ranges(call, ranges);
}

Result<Exit> messages(Call& call, const ChannelCall&) {
  constexpr int shown_most = 50;
  TRY(const std::vector<control::KeptParcel> all,
      call.house.control->outbox().list(call.globals.workspace, shown_most));
  if (call.globals.output == Output::json) {
    JsonArray shown;
    for (const control::KeptParcel& each : all) shown.push_back(message_json(each));
    call.print_json(JsonObject{{"messages", std::move(shown)}});
    return Exit::done;
  }
  Table table;
  table.column("", Table::Align::right);
  for (const char* title : {"channel", "put"}) table.column(title);
  table.column("subject", Table::Align::left, Table::Fit::flexible);
  table.column("state");
  table.column("tries", Table::Align::right);
  table.column("next try");
  table.column("why", Table::Align::left, Table::Fit::flexible);
  for (const control::KeptParcel& each : all) {
    const bool waits = each.state == control::ParcelState::waiting;
    table.row({std::to_string(each.number), each.parcel.channel, moment_text(each.put_at), each.parcel.subject,
               std::string(control::name(each.state)), std::to_string(each.tries),
               waits ? moment_text(each.next_try) : "", each.failure});
  }
  call.print(table.empty() ? "nothing was sent yet\n" : table.text(call.terminal.look()));
  return Exit::done;
}

Result<Exit> retry(Call& call, const ChannelCall& said) {
  TRY(const int number, number_from(said.number, "message", 1));
  TRY(const control::KeptParcel parcel,
      call.house.control->outbox().retry(call.globals.workspace, number, call.clock->now()));
  TRY_DONE(record(call, call.globals.workspace, "message.retry", said.number));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"message", message_json(parcel)}});
  } else {
    call.print(fmt::format("message {} is due now; a server that runs sends it\n", parcel.number));
  }
  return Exit::done;
}

Result<Exit> run_channel(Call& call, const ChannelCall& said) {
  static constexpr std::pair<std::string_view, Result<Exit> (*)(Call&, const ChannelCall&)> verbs[] = {
      {"add", add_channel_words},
      {"remove", remove_channel},
      {"test", test_channel_words},
      {"allow", allow},
      {"disallow", disallow},
      {"messages", messages},
      {"retry", retry}};
  for (const auto& [name, run_verb] : verbs) {
    if (name == said.verb) return run_verb(call, said);
  }
  return list_channels(call);
}

Run declare_channel(Options options) {
  auto said = std::make_shared<ChannelCall>();
  const char* which = "of a channel, as `sociometer channels` lists them";
  Options add = options.verb("add", "makes a channel", &said->verb);
  add.word("NAME", "what it is called: lower-case letters, digits and dashes", &said->said.name);
  add.texts("--to", "ADDRESS", "a mail address; again for more", &said->said.to);
  add.text("--webhook", "URL", "where JSON is posted to, signed", &said->said.webhook);
  add.text("--slack", "URL", "a hook that takes what Slack's takes", &said->said.slack);
  Options remove = options.verb("remove", "takes a channel away, and drops what is on its way to it", &said->verb);
  remove.word("NAME", which, &said->name);
  Options test = options.verb("test", "sends a test at once and says whether it arrived", &said->verb);
  test.word("NAME", which, &said->name);
  options.verb("messages", "what was sent and what waits, newest first", &said->verb);
  Options retry = options.verb("retry", "makes a message due now that waits or was given up", &said->verb);
  retry.word("NUMBER", "of the message, as `sociometer channel messages` lists them", &said->number);
  Options allow = options.verb("allow", "lets hooks lead to addresses that are not public", &said->verb);
  allow.word("RANGE", "10.0.0.0/8, or one address", &said->range);
  Options disallow = options.verb("disallow", "takes that back", &said->verb);
  disallow.word("RANGE", "as it was allowed", &said->range);
  return [said](Call& call) { return run_channel(call, *said); };
}

Run declare_channels(Options) {
  return [](Call& call) { return list_channels(call); };
}

}  // namespace

const Command channel_command{"channel", "where messages go: by mail, to a webhook or a chat",
                              "sociometer channel add team --to ann@example.org --to bob@example.org", Needs::data,
                              declare_channel};
const Command channels_command{"channels", "the channels, and whether messages arrive", "sociometer channels",
                               Needs::data, declare_channels};

}  // namespace sociometer::surfaces
