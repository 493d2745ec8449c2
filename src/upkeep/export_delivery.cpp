// What an export says of where messages go – channels of mail, and the names of hooks – and of the schedules of
// reports.
#include <fmt/format.h>

#include <algorithm>

#include "upkeep/export.h"
#include "upkeep/said.h"

namespace sociometer::upkeep {
namespace {

using control::ChannelKind;
using control::KeptSchedule;
using control::MessageChannel;

Result<std::vector<std::string>> texts_in(const JsonObject& object, std::string_view key, std::string_view what) {
  std::vector<std::string> texts;
  for (const Json& each : list_in(object, key)) {
    if (!each.is_string()) return unreadable(what);
    texts.emplace_back(each.get_string());
  }
  return texts;
}

Json channel_json(const MessageChannel& channel) {
  JsonObject said{{"name", channel.name}, {"kind", control::name(channel.kind)}, {"by", channel.made_by}};
  // A hook's address lets whoever has it write there, so it is sealed, and no export opens it.
  if (channel.kind == ChannelKind::mail) said["to"] = JsonArray(channel.targets.begin(), channel.targets.end());
  return said;
}

Result<Done> say_channels(control::Control& control, const std::string& workspace, const JsonObject& settings,
                          Instant now, std::vector<std::string>& notes) {
  TRY(const std::vector<MessageChannel> here, control.outbox().channels(workspace));
  for (const Json& said : list_in(settings, "channels")) {
    Reading reading(said, "channels");
    MessageChannel channel{.name = reading.text("name"), .made_by = reading.text("by")};
    const std::optional<ChannelKind> kind = control::parse_channel_kind(reading.text("kind"));
    TRY_DONE(reading.done());
    if (!kind) return unreadable("channels");
    channel.kind = *kind;
    TRY(channel.targets, texts_in(said.get_object(), "to", "channels"));
    const auto known = std::ranges::find(here, channel.name, &MessageChannel::name);
    if (known != here.end()) {
      const bool is_same =
          known->kind == channel.kind && (channel.kind != ChannelKind::mail || known->targets == channel.targets);
      if (!is_same) {
        notes.push_back(
            fmt::format("the channel {} keeps where it leads to here; it is another in the export", channel.name));
      }
      continue;
    }
    if (channel.kind != ChannelKind::mail) {
      notes.push_back(
          fmt::format("the channel {0} leads to a hook whose address is in no export: `sociometer channel "
                      "add {0} --{1} …` makes it anew",
                      channel.name, control::name(channel.kind)));
      continue;
    }
    const Result<control::NewChannel> added = control.outbox().add_channel(workspace, channel, now);
    if (!added && added.error().kind != ErrorKind::invalid) return added.error();
    if (!added) notes.push_back(fmt::format("the channel {} was left out: {}", channel.name, added.error().message));
  }
  return Done{};
}

bool is_same(const KeptSchedule& a, const KeptSchedule& b) {
  return a.report == b.report && a.every == b.every && a.at_seconds == b.at_seconds && a.zone == b.zone &&
         a.channel == b.channel && a.formats == b.formats;
}

// A schedule begins where it is brought to: what was due before is the other installation's.
Result<Done> say_schedules(control::Control& control, const std::string& workspace, const JsonObject& settings,
                           Instant now, std::vector<std::string>& notes) {
  TRY(const std::vector<KeptSchedule> here, control.schedules().list(workspace));
  TRY(const std::vector<MessageChannel> channels, control.outbox().channels(workspace));
  for (const Json& said : list_in(settings, "schedules")) {
    Reading reading(said, "schedules");
    KeptSchedule schedule{.report = reading.text("report"), .every = reading.text("every")};
    schedule.at_seconds = reading.number("at_seconds");
    schedule.zone = reading.text("zone");
    schedule.channel = reading.text("channel");
    schedule.made_by = reading.text("by");
    schedule.made_at = now;
    TRY_DONE(reading.done());
    TRY(schedule.formats, texts_in(said.get_object(), "formats", "schedules"));
    if (std::ranges::any_of(here, [&](const KeptSchedule& one) { return is_same(one, schedule); })) continue;
    if (std::ranges::find(channels, schedule.channel, &MessageChannel::name) == channels.end()) {
      notes.push_back(fmt::format("the schedule of the report {} was left out: there is no channel {} here",
                                  schedule.report, schedule.channel));
      continue;
    }
    TRY_DONE(control.schedules().add(workspace, schedule));
  }
  return Done{};
}

}  // namespace

Result<Done> put_delivery(control::Control& control, const std::string& workspace, JsonObject& settings) {
  TRY(const std::vector<MessageChannel> channels, control.outbox().channels(workspace));
  JsonArray channel_list, schedule_list;
  for (const MessageChannel& each : channels) channel_list.push_back(channel_json(each));
  TRY(const std::vector<KeptSchedule> schedules, control.schedules().list(workspace));
  for (const KeptSchedule& each : schedules) {
    schedule_list.push_back(JsonObject{{"report", each.report},
                                       {"every", each.every},
                                       {"at_seconds", each.at_seconds},
                                       {"zone", each.zone},
                                       {"channel", each.channel},
                                       {"formats", JsonArray(each.formats.begin(), each.formats.end())},
                                       {"by", each.made_by}});
  }
  if (!channel_list.empty()) settings["channels"] = std::move(channel_list);
  if (!schedule_list.empty()) settings["schedules"] = std::move(schedule_list);
  return Done{};
}

Result<Done> say_delivery(control::Control& control, const std::string& workspace, const JsonObject& settings,
                          Instant now, std::vector<std::string>& notes) {
  TRY_DONE(say_channels(control, workspace, settings, now, notes));
  return say_schedules(control, workspace, settings, now, notes);
}

}  // namespace sociometer::upkeep
