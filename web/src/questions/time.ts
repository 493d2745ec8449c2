// The members of time dimensions, turned into days and back. No clock is read here.

import { isDay } from './view';

const MS = 86_400_000;

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS).toISOString().slice(0, 10);
}

/** Sunday is 0. */
export function weekday(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

export function weekdayNumber(name: string): number {
  const found = WEEKDAYS.findIndex((w) => w.startsWith(name.toLowerCase().slice(0, 3)));
  return found < 0 ? 1 : found;
}

/** Weeks are numbered by the year of their fourth day; for weeks from Monday that is ISO 8601. */
function weekStart(year: number, week: number, start: number): string {
  const earliest = addDays(`${year}-01-01`, (week - 1) * 7);
  const toFourth = (((start + 3) % 7) - weekday(earliest) + 7) % 7;
  return addDays(earliest, toFourth - 3);
}

export interface Span {
  from: string;
  to: string;
}

/** The days of a bucket, both inclusive; null for what is not a time bucket. */
export function spanOf(member: string, weekStartsOn = 1): Span | null {
  if (isDay(member)) return { from: member, to: member };
  let match = /^(\d{4})-W(\d{2})$/.exec(member);
  if (match) {
    const from = weekStart(Number(match[1]), Number(match[2]), weekStartsOn);
    return { from, to: addDays(from, 6) };
  }
  match = /^(\d{4})-Q([1-4])$/.exec(member);
  if (match) {
    const month = (Number(match[2]) - 1) * 3 + 1;
    return monthSpan(Number(match[1]), month, 3);
  }
  match = /^(\d{4})-(\d{2})$/.exec(member);
  if (match) return monthSpan(Number(match[1]), Number(match[2]), 1);
  if (/^\d{4}$/.test(member)) return { from: `${member}-01-01`, to: `${member}-12-31` };
  return null;
}

function monthSpan(year: number, month: number, length: number): Span {
  const from = `${year}-${String(month).padStart(2, '0')}-01`;
  const end = new Date(Date.UTC(year, month - 1 + length, 0)).toISOString().slice(0, 10);
  return { from, to: end };
}
