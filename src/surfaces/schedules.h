// Reports that are made by the calendar and sent: as the command line and the API show them, and the job that makes
// them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "surfaces/jobs.h"

namespace sociometer::surfaces {

struct ScheduleWords {
  std::string report, every, at = "08:00", zone, channel;  // no zone: the workspace's
  std::vector<std::string> formats;                        // none: pdf
};
// not_found: no such report or channel. invalid: the words are none.
Result<control::KeptSchedule> add_schedule(const House& house, std::string_view workspace, const ScheduleWords& words,
                                           std::string_view by, Instant now);
// With when it is due next.
Json schedule_json(const control::KeptSchedule& schedule, Instant now);
// "every monday at 08:00 (Europe/Berlin)".
std::string recurrence_words(const control::KeptSchedule& schedule);
std::optional<Instant> next_due(const control::KeptSchedule& schedule, Instant now);

// Makes, publishes and puts into the outbox every report that is due. Of the times that were missed while nothing ran,
// the latest is made up for, once.
Result<Done> send_scheduled_reports(const JobCall& call);

}  // namespace sociometer::surfaces
