// Where a number and what was expected of it stand on a line; and what posts have in common, in words.

import type { InCommon } from '../../api/types';
import { integer, weekdayName } from '../../ui/format';
import { t, told } from '../../words';

export interface Places {
  value: number;
  expected: number;
  low: number;
  high: number;
}

/** Places from 0 to 1. By factors where all are above nothing, else by differences. */
export function placesOf(value: number, expected: number, low: number, high: number): Places {
  const all = [value, expected, low, high];
  const by = all.every((n) => n > 0) ? Math.log : (n: number): number => n;
  const least = Math.min(...all.map(by));
  const most = Math.max(...all.map(by));
  const place = (n: number): number => (most > least ? (by(n) - least) / (most - least) : 0.5);
  return { value: place(value), expected: place(expected), low: place(low), high: place(high) };
}

/** "97 to 140", "141 or more": numbers of characters come as words. */
function lengthSaid(member: string): string {
  const [, from, to] = /^(\d+)(?: to (\d+)| or more)$/.exec(member) ?? [];
  if (!from) return member;
  return t('trait.characters', { range: to ? t('trait.range', { from: integer(Number(from)), to: integer(Number(to)) }) : t('trait.or_more', { from: integer(Number(from)) }) });
}

export function traitSaid({ what, member }: Pick<InCommon, 'what' | 'member'>): string {
  if (what === 'kind') return told('kind', member);
  if (what === 'hashtag') return `#${member}`;
  if (what === 'weekday') return weekdayName(member, 'long');
  return what === 'hour' ? `${member}:00` : lengthSaid(member);
}
