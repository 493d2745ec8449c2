// A forecast, the past it goes on from and the odd days of it, as one row of days.

import type { Anomalies, Forecast } from '../../api/types';

export const DAYS_SHOWN = 180;

export interface DayPoint {
  day: string;
  value: number | null;
  ahead: { value: number; low: number; high: number } | null;
  odd: { expected: number } | null;
}

/** The forecast's line begins at the last day that is known, so that it hangs together with what was. */
export function aheadOf(forecast: Forecast, anomalies: Anomalies | null, shown = DAYS_SHOWN): DayPoint[] {
  // Of stocks the day's change is judged: such a day is marked too, but its expected change is no value of the line.
  const odd = new Map(anomalies?.judged === 'value' ? anomalies.days.map((one) => [one.day, { expected: one.expected }]) : []);
  const past = forecast.history.slice(-shown).map((one): DayPoint => ({ day: one.day, value: one.value, ahead: null, odd: one.value === null ? null : (odd.get(one.day) ?? null) }));
  const last = past.findLast((p) => p.value !== null);
  if (last && last === past.at(-1)) last.ahead = { value: last.value!, low: last.value!, high: last.value! };
  const next = forecast.days.map(({ day, value, interval }): DayPoint => ({ day, value: null, ahead: { value, low: interval.low ?? value, high: interval.high ?? value }, odd: null }));
  return [...past, ...next];
}

/** Where levels change among the days that are drawn. */
export function marksAt(points: DayPoint[], anomalies: Anomalies | null): { at: number; changed: string }[] {
  return (anomalies?.changes ?? []).map(({ day }) => ({ at: points.findIndex((point) => point.day === day), changed: day })).filter(({ at }) => at >= 0);
}
