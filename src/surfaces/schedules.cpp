#include "surfaces/schedules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "surfaces/dashboards.h"
#include "surfaces/recurrence.h"

namespace sociometer::surfaces {
namespace {

using control::KeptSchedule;
using control::Publication;

Result<Recurrence> recurrence_of(const KeptSchedule& schedule) {
  return parse_recurrence(schedule.every, time_of_day(schedule.at_seconds), schedule.zone);
}

std::string maker_of(const KeptSchedule& schedule) {
  return fmt::format("schedule {}", schedule.number);
}

// As of the time it is for, however late it is made.
ReportWords words_for(const JobCall& call, Instant time) {
  return {.as_of = format_instant(time), .link = call.base};
}

// The one that was made for that time before the program ended, if it came so far.
Result<std::optional<Publication>> made_before(const House& house, std::string_view workspace,
                                               const KeptSchedule& schedule, Instant time) {
  TRY(const std::vector<Publication> all, house.control->dashboards().publications(workspace, schedule.report));
  for (const Publication& each : all) {
    if (each.published_by != maker_of(schedule) || each.as_of != time) continue;
    TRY(Publication whole, house.control->dashboards().publication(workspace, schedule.report, each.number));
    return std::optional(std::move(whole));
  }
  return std::optional<Publication>();
}

Result<Publication> publication_for(const JobCall& call, std::string_view workspace, const KeptSchedule& schedule,
                                    Instant time) {
  TRY(std::optional<Publication> before, made_before(call.house, workspace, schedule, time));
  if (before) return std::move(*before);
  TRY(Published made, publish_report(call.house, workspace, schedule.report, words_for(call, time), maker_of(schedule),
                                     *call.house.clock));
  const control::Deed deed{.actor = control::Deed::Actor::system,
                           .workspace = std::string(workspace),
                           .action = "report.publish",
                           .object = schedule.report,
                           .detail = fmt::format("number {}, {}", made.publication.number, maker_of(schedule))};
  TRY_DONE(call.house.control->audit().add(deed, call.now()));
  return std::move(made.publication);
}

Result<control::Parcel> parcel_for(const JobCall& call, std::string_view workspace, const KeptSchedule& schedule,
                                   const Publication& publication, Instant time) {
  control::Parcel parcel{.key = fmt::format("report/{}/{}/{}", schedule.report, schedule.number, format_instant(time)),
                         .channel = schedule.channel};
  // Asked again as of the same moment, so that one that was published before a crash is summed up as well.
  TRY(const reports::Report report,
      report_of(call.house, workspace, schedule.report, words_for(call, time), *call.house.clock));
  parcel.subject = publication.title;
  if (report.days) {
    parcel.subject += fmt::format(", {} – {}", format_day(report.days->first), format_day(report.days->end - 1));
  }
  parcel.link = fmt::format("{}/reports/{}{}", call.base, schedule.report,
                            workspace == "default" ? "" : fmt::format("?workspace={}", workspace));
  parcel.text = fmt::format("{}\nThis is number {} of {}, as of {}.", reports::summary(report), publication.number,
                            schedule.report, format_instant(publication.as_of));
  JsonArray attached;
  for (const std::string& format : schedule.formats) {
    const auto file = publication.files.find(format);
    const Result<reports::Format> known = reports::parse_format(format);
    if (!known || file == publication.files.end()) {
      parcel.text += fmt::format("\nIt could not be written as {} here.", format);
      continue;
    }
    parcel.attachments.push_back({fmt::format("{}-{}.{}", schedule.report, publication.number, format),
                                  std::string(reports::media_type(*known)), file->second});
    attached.push_back(Json(format));
  }
  parcel.text += "\n";
  parcel.json = json_text(JsonObject{{"kind", "report"},
                                     {"report", schedule.report},
                                     {"number", publication.number},
                                     {"as_of", format_instant(publication.as_of)},
                                     {"formats", std::move(attached)}});
  return parcel;
}

Result<Done> make_due(const JobCall& call, std::string_view workspace, const KeptSchedule& schedule) {
  TRY(const Recurrence recurrence, recurrence_of(schedule));
  const std::optional<Instant> time = recurrence.last(call.now());
  if (!time || *time <= schedule.done_until) return Done{};
  TRY(const Publication publication, publication_for(call, workspace, schedule, *time));
  TRY(const control::Parcel parcel, parcel_for(call, workspace, schedule, publication, *time));
  TRY_DONE(call.house.control->outbox().put(workspace, parcel, call.now()));
  return call.house.control->schedules().done(workspace, schedule.number, *time, publication.number);
}

}  // namespace

Result<KeptSchedule> add_schedule(const House& house, std::string_view workspace, const ScheduleWords& words,
                                  std::string_view by, Instant now) {
  TRY(const control::Workspace of, house.control->workspace(workspace));
  TRY_DONE(dashboard_of(house, workspace, words.report));
  if (words.channel.empty()) return invalid("where to? name a channel, as `sociometer channels` lists them", "channel");
  TRY_DONE(house.control->outbox().channel(workspace, words.channel));
  TRY(const Recurrence recurrence,
      parse_recurrence(words.every, words.at, words.zone.empty() ? of.zone.name() : words.zone));
  KeptSchedule schedule{.report = words.report,
                        .every = recurrence.every,
                        .at_seconds = recurrence.at_seconds,
                        .zone = recurrence.zone.name(),
                        .channel = words.channel,
                        .made_by = std::string(by),
                        .made_at = now};
  for (const std::string& said : words.formats) {
    for (const std::string_view each : split(said, ',')) {
      TRY(const reports::Format format, reports::parse_format(trimmed(each)));
      const std::string called(reports::name(format));
      if (std::ranges::find(schedule.formats, called) == schedule.formats.end()) schedule.formats.push_back(called);
    }
  }
  if (schedule.formats.empty()) schedule.formats = {"pdf"};
  return house.control->schedules().add(workspace, schedule);
}

std::optional<Instant> next_due(const KeptSchedule& schedule, Instant now) {
  const Result<Recurrence> recurrence = recurrence_of(schedule);
  if (!recurrence) return std::nullopt;
  const std::optional<Instant> last = recurrence->last(now);
  return last && *last > schedule.done_until ? last : recurrence->next(now);
}

Json schedule_json(const KeptSchedule& schedule, Instant now) {
  const std::optional<Instant> next = next_due(schedule, now);
  return JsonObject{
      {"number", schedule.number},
      {"report", schedule.report},
      {"every", schedule.every},
      {"at", time_of_day(schedule.at_seconds)},
      {"zone", schedule.zone},
      {"channel", schedule.channel},
      {"formats", JsonArray(schedule.formats.begin(), schedule.formats.end())},
      {"next", next ? Json(format_instant(*next)) : Json(nullptr)},
      {"last_publication", schedule.last_publication == 0 ? Json(nullptr) : Json(schedule.last_publication)},
      {"failure", schedule.failure.empty() ? Json(nullptr) : Json(schedule.failure)},
      {"made_by", schedule.made_by},
      {"made_at", format_instant(schedule.made_at)}};
}

std::string recurrence_words(const KeptSchedule& schedule) {
  return fmt::format("every {} at {} ({})", schedule.every, time_of_day(schedule.at_seconds), schedule.zone);
}

Result<Done> send_scheduled_reports(const JobCall& call) {
  TRY(const std::vector<control::Workspace> workspaces, call.house.control->workspaces());
  for (const control::Workspace& workspace : workspaces) {
    TRY(const std::vector<KeptSchedule> schedules, call.house.control->schedules().list(workspace.key));
    for (const KeptSchedule& schedule : schedules) {
      if (call.stopping) return Done{};
      const Result<Done> made = make_due(call, workspace.key, schedule);
      // A draft that is approved later is sent then.
      if (made || made.error().message == schedule.failure) continue;
      log_event(spdlog::level::warn, "schedule",
                {{"workspace", workspace.key}, {"schedule", schedule.number}, {"failure", made.error().message}});
      TRY_DONE(call.house.control->schedules().failed(workspace.key, schedule.number, made.error().message));
    }
  }
  return Done{};
}

}  // namespace sociometer::surfaces
