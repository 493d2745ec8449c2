// Numbers, dates and money as the reader's locale writes them. Nothing else formats for people.

import type { Unit } from '../api/types';
import { spanOf } from '../questions/time';

let locale: string | undefined;
let currency = 'EUR';

export function setLocale(next: string | undefined): void {
  locale = next;
  numbers.clear();
  dates.clear();
}

export function setCurrency(next: string): void {
  if (/^[A-Z]{3}$/.test(next)) currency = next;
}

const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();

export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let format = numbers.get(key);
  if (!format) numbers.set(key, (format = new Intl.NumberFormat(locale, options)));
  return format;
}

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let format = dates.get(key);
  if (!format) dates.set(key, (format = new Intl.DateTimeFormat(locale, options)));
  return format;
}

/** A number and the small word beside it. `before` is for currencies that lead. */
export interface Written {
  before: string;
  number: string;
  unit: string;
}

const MINUS = '\u2212';
const NARROW = '\u202f';
const DASH = '\u2013';

const tidy = (text: string): string => text.replace(/^-/, MINUS).replace(/-(?=\d)/g, MINUS);

export function decimal(value: number, digits: number): string {
  return tidy(numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value));
}

export function integer(value: number): string {
  return tidy(numberFormat({ maximumFractionDigits: 0 }).format(value));
}

/** A number as it was stored: nothing rounded away that a row may hold. */
export function exact(value: number): string {
  return tidy(numberFormat({ maximumFractionDigits: 6 }).format(value));
}

/** Digits after the point for a percentage: more where the number is small. */
function percentDigits(percent: number): number {
  const size = Math.abs(percent);
  if (size === 0) return 0;
  if (size < 0.1) return 3;
  if (size < 10) return 2;
  return size < 1000 ? 1 : 0;
}

function duration(seconds: number): string {
  const sign = seconds < 0 ? MINUS : '';
  let rest = Math.abs(seconds);
  if (rest < 60) return `${sign}${decimal(rest, rest < 10 && !Number.isInteger(rest) ? 1 : 0)} s`;
  rest = Math.round(rest);
  const days = Math.floor(rest / 86_400);
  const hours = Math.floor((rest % 86_400) / 3600);
  const minutes = Math.floor((rest % 3600) / 60);
  if (days) return `${sign}${integer(days)} d ${hours} h`;
  if (hours) return `${sign}${hours} h ${minutes} min`;
  return `${sign}${minutes} min ${rest % 60} s`;
}

/** `words` gives the small words, so that this file knows no language. */
export function write(value: number, unit: Unit, words: { people: string; characters: string; perDay: string }): Written {
  switch (unit) {
    case 'ratio':
      return { before: '', number: decimal(value * 100, percentDigits(value * 100)), unit: '%' };
    case 'score':
      return { before: '', number: integer(Math.round(value * 100)), unit: '' };
    case 'people':
      return { before: '', number: count(value), unit: words.people };
    case 'characters':
      return { before: '', number: decimal(value, value < 100 ? 1 : 0), unit: words.characters };
    case 'per_day':
      return { before: '', number: decimal(value, value < 10 ? 2 : 1), unit: words.perDay };
    case 'seconds':
      return { before: '', number: duration(value), unit: '' };
    case 'money': {
      const whole = Math.abs(value) >= 1000;
      const format = numberFormat({ style: 'currency', currency, maximumFractionDigits: whole ? 0 : 2, minimumFractionDigits: whole ? 0 : 2 });
      let before = '';
      let number = '';
      let after = '';
      for (const part of format.formatToParts(value)) {
        if (part.type === 'currency') number ? (after = part.value) : (before = part.value);
        else if (part.type === 'minusSign') before = MINUS + before;
        else if (part.type !== 'literal') number += part.value;
      }
      return { before, number, unit: after };
    }
    default:
      return { before: '', number: count(value), unit: '' };
  }
}

/** Counts are written out; means of counts keep a digit while they are small. */
function count(value: number): string {
  const size = Math.abs(value);
  if (!Number.isInteger(value) && size < 100) return decimal(value, 1);
  return integer(value);
}

/** For axes and narrow places: 12K, 1.4M, 3.4 %. */
export function compact(value: number, unit: Unit): string {
  if (unit === 'ratio') {
    const percent = value * 100;
    return `${tidy(numberFormat({ maximumFractionDigits: Math.abs(percent) < 1 ? 2 : 1 }).format(percent))}${NARROW}%`;
  }
  if (unit === 'score') return integer(value * 100);
  if (unit === 'seconds') return duration(value);
  if (unit === 'money') {
    return tidy(numberFormat({ style: 'currency', currency, notation: 'compact', maximumFractionDigits: 1 }).format(value));
  }
  return tidy(numberFormat({ notation: 'compact', maximumFractionDigits: Math.abs(value) < 10 ? 2 : 1 }).format(value));
}

/** "4,120 – 9,870"; one side may be open. */
export function between(low: string | null, high: string | null): string {
  if (low !== null && high !== null) return low === high ? low : `${low} ${DASH} ${high}`;
  if (low !== null) return `\u2265 ${low}`;
  return high !== null ? `\u2264 ${high}` : DASH;
}

export function percent(fraction: number): string {
  const size = Math.abs(fraction * 100);
  return `${decimal(fraction * 100, size < 10 && size !== 0 ? 1 : 0)}${NARROW}%`;
}

export function points(amount: number): string {
  const size = Math.abs(amount);
  return decimal(amount, size < 1 ? 2 : 1);
}

export function bytes(value: number): string {
  if (value < 1000) return `${integer(value)} B`;
  if (value < 1_000_000) return `${decimal(value / 1000, 0)} kB`;
  if (value < 1_000_000_000) return `${decimal(value / 1_000_000, 1)} MB`;
  return `${decimal(value / 1_000_000_000, 2)} GB`;
}

const utc = (day: string): Date => new Date(`${day.slice(0, 10)}T00:00:00Z`);

export function day(text: string): string {
  return dateFormat({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(utc(text));
}

export function shortDay(text: string): string {
  return dateFormat({ day: 'numeric', month: 'short', timeZone: 'UTC' }).format(utc(text));
}

export function days(from: string, to: string): string {
  if (from === to) return day(from);
  return dateFormat({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).formatRange(utc(from), utc(to));
}

/** The day that an instant is of in a zone. */
export function dayIn(text: string, zone?: string | null): string {
  return dateFormat({ day: 'numeric', month: 'short', year: 'numeric', timeZone: zone || 'UTC' }).format(new Date(text));
}

/** An instant in a zone; a zone the browser does not know falls back to UTC rather than failing. */
export function instant(text: string, zone?: string | null): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' };
  try {
    return dateFormat({ ...options, timeZone: zone || 'UTC' }).format(date);
  } catch {
    return dateFormat({ ...options, timeZone: 'UTC' }).format(date);
  }
}

/** A time bucket's name, short for an axis and full for a sentence. */
export function bucket(member: string, style: 'short' | 'full', weekStartsOn = 1): string {
  const span = spanOf(member, weekStartsOn);
  if (!span) return member;
  if (/^\d{4}$/.test(member)) return member;
  if (/Q/.test(member)) return member.replace('-', ' ');
  if (/^\d{4}-\d{2}$/.test(member)) {
    return dateFormat({ month: 'short', year: style === 'full' ? 'numeric' : '2-digit', timeZone: 'UTC' }).format(utc(span.from));
  }
  if (style === 'short') return shortDay(span.from);
  return days(span.from, span.to);
}

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** A weekday's name in the reader's language; what is none comes back as it is. */
export function weekdayName(member: string, style: 'short' | 'long'): string {
  const at = WEEKDAYS.indexOf(member);
  return at < 0 ? member : dateFormat({ weekday: style, timeZone: 'UTC' }).format(utc(`2024-01-0${at + 1}`));
}

/** The reader's decimal and group signs, to read back what they type. */
export function parseNumber(text: string): number | null {
  const parts = numberFormat({}).formatToParts(12345.6);
  const group = parts.find((p) => p.type === 'group')?.value ?? ',';
  const point = parts.find((p) => p.type === 'decimal')?.value ?? '.';
  let plain = text.trim().replace(/[\s\u00a0\u202f]/g, '').replace(/\u2212/g, '-');
  const fraction = plain.endsWith('%');
  if (fraction) plain = plain.slice(0, -1);
  // Groups must be groups of three: "1,5" is a slip of the keyboard, not fifteen.
  const escaped = (sign: string): string => sign.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const g = escaped(group.trim() || ',');
  const shape = new RegExp(`^-?(\\d{1,3}(${g}\\d{3})+|\\d+)?(${escaped(point)}\\d*)?$`);
  if (!/\d/.test(plain) || !shape.test(plain)) return null;
  plain = plain.split(group).join('').replace(point, '.');
  const value = Number(plain);
  return fraction ? value / 100 : value;
}
