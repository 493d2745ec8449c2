// What a change is worth saying: its size in the right measure, its direction, and whether there is evidence for it.

import type { Cell, Good, Unit } from '../api/types';

export interface Change {
  /**
   * points: a difference of rates or scores; percent: relative; difference: of counts below zero, of which no share
   * can be taken; from_zero: there was nothing to divide by; incomparable: the server would not compute one, as
   * across a change of definition
   */
  kind: 'points' | 'percent' | 'difference' | 'from_zero' | 'incomparable' | 'none';
  /** Points × 100 for rates and scores, a fraction for percent, a count for a difference. Signed. */
  amount: number;
  direction: 'up' | 'down' | 'flat' | 'unknown';
  /** How it reads: only a change with evidence is ever good or bad. */
  tone: 'good' | 'bad' | 'plain';
  evidence: boolean;
  /** Too few on one of the sides: the numbers are said, without an arrow. */
  few: boolean;
}

const RATES: Unit[] = ['ratio', 'score'];
const COUNTS: Unit[] = ['count', 'people', 'money'];

/** Where the server weighed nothing: two intervals that share a value speak of no difference. Where only ours is known, the other is taken as equally wide. */
export function apart(cell: Cell): boolean | null {
  const { interval, value, compared } = cell;
  if (value === null || compared === null || compared === undefined) return null;
  if (!interval || interval.low === null || interval.high === null) return null;
  const other = cell.compared_interval;
  if (other && other.low !== null && other.high !== null) {
    return interval.low > other.high || interval.high < other.low;
  }
  const down = value - interval.low;
  const up = interval.high - value;
  return compared < value ? compared + up < interval.low : compared - down > interval.high;
}

export function changeOf(cell: Cell, unit: Unit, good: Good): Change | null {
  const { value, compared } = cell;
  if (value === null || compared === null || compared === undefined) return null;
  const few = cell.notes.includes('small_sample');
  if (cell.change === null && compared !== 0) {
    return { kind: 'incomparable', amount: 0, direction: 'unknown', tone: 'plain', evidence: false, few };
  }
  const difference = value - compared;
  const direction = difference > 0 ? 'up' : difference < 0 ? 'down' : 'flat';
  const rate = RATES.includes(unit);
  const separated = cell.evidence ? cell.evidence.change : apart(cell);
  const small = few || cell.notes.includes('definition_break');
  const evidence = direction !== 'flat' && !small && (separated ?? COUNTS.includes(unit));
  const tone = !evidence || good === 'none' ? 'plain' : (good === 'up') === (direction === 'up') ? 'good' : 'bad';
  if (direction === 'flat') return { kind: 'none', amount: 0, direction, tone: 'plain', evidence: false, few };
  if (rate) return { kind: 'points', amount: difference * 100, direction, tone, evidence, few };
  if (value < 0 || compared < 0) return { kind: 'difference', amount: difference, direction, tone, evidence, few };
  if (compared === 0) return { kind: 'from_zero', amount: 0, direction, tone: 'plain', evidence, few };
  return { kind: 'percent', amount: cell.change ?? difference / Math.abs(compared), direction, tone, evidence, few };
}
