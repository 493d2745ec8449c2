// Alerts: what is watched, and when somebody is told; and the digest of a week. It asks metrics, judges what comes
// back, and says it in words. It sends nothing and keeps nothing: the caller keeps states and episodes, and puts
// messages into the outbox.
//
//   TRY(Alert alert, alert_from_fields(fields, catalog));
//   TRY(auto found, look_at_kpi({engine, scope}, alert, state));
//   Judged judged = judge(alert, state, found, now);
//   for (const Message& message : due(alert, judged.state, now, zone)) put(letter_of(alert, number, message, …));
//
// The front door has leaves: alert.h (what is set), look.h (what the numbers say), judge.h (episodes and messages),
// letter.h (their words), period_change.h (what is more than noise), digest.h.
//
// Threads: as the leaves say.
#pragma once

#include "alerts/alert.h"
#include "alerts/digest.h"
#include "alerts/judge.h"
#include "alerts/letter.h"
#include "alerts/look.h"
#include "alerts/period_change.h"
