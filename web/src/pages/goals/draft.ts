// A goal in the fields of a form, as people type them: percentages as 12, times in minutes, numbers in the reader's own
// signs. From a goal that was understood, and to the wish that is sent.

import type { Cadence, Goal, GoalTarget, GoalWish, Members, Unit } from '../../api/types';
import { addDays } from '../../questions/time';
import { isDay } from '../../questions/view';
import { daysUntil, kpiOf } from './goal';

export const SHAPES = ['relative', 'change', 'absolute', 'keep', 'between'] as const;
export type Shape = (typeof SHAPES)[number];
export const BESIDES = ['before', 'year', 'own'] as const;
export type Beside = (typeof BESIDES)[number];
export const CADENCES: Cadence[] = ['daily', 'weekly', 'monthly', 'quarterly', 'yearly'];

export interface Draft {
  /** engagement_rate:by_reach; empty: not chosen yet */
  kpi: string;
  filter: Members;
  direction: 'up' | 'down' | '';
  shape: Shape;
  value: string;
  high: string;
  /** "Above 40" leaves 40 out. The form has no words for it and keeps what the sentence said. */
  inclusive: boolean;
  beside: Beside;
  from: string;
  to: string;
  stated: string;
  start: string;
  due: string;
  cadence: Cadence | '';
}

export const BLANK: Draft = { kpi: '', filter: {}, direction: '', shape: 'relative', value: '', high: '', inclusive: true, beside: 'before', from: '', to: '', stated: '', start: '', due: '', cadence: '' };

/** What a number of the form is worth in the program's own unit. */
export function factorOf(unit: Unit, shape: Shape): number {
  if (shape === 'relative' || unit === 'ratio' || unit === 'score') return 0.01;
  return unit === 'seconds' ? 60 : 1;
}

export function yearBefore(day: string): string {
  const [year = '', rest = ''] = [day.slice(0, 4), day.slice(4)];
  return `${String(Number(year) - 1).padStart(4, '0')}${rest === '-02-29' ? '-02-28' : rest}`;
}

function besideOf(goal: Goal): Beside {
  const { from, to } = goal.baseline;
  if (from === yearBefore(goal.start) && Math.abs(daysUntil(to, yearBefore(goal.due))) <= 1) return 'year';
  const length = daysUntil(goal.start, goal.due);
  // Of whole months as many months: a quarter is up to three days longer than the one before.
  return addDays(to, 1) === goal.start && Math.abs(daysUntil(from, to) - length) <= 3 ? 'before' : 'own';
}

/** `write` puts a number into the reader's signs. */
export function draftOf(goal: Goal, unit: Unit, write: (value: number) => string): Draft {
  const shape: Shape = goal.direction === 'range' ? 'between' : goal.target.kind;
  const typed = (value: number, as: Shape): string => write(Number((value / factorOf(unit, as)).toPrecision(12)));
  return {
    kpi: kpiOf(goal),
    filter: goal.filter,
    direction: goal.direction === 'range' ? '' : goal.direction,
    shape,
    value: typed(goal.target.value, shape),
    high: goal.target.high === undefined ? '' : typed(goal.target.high, shape),
    inclusive: goal.target.inclusive ?? true,
    beside: besideOf(goal),
    from: goal.baseline.from,
    to: goal.baseline.to,
    stated: goal.baseline.stated && goal.baseline.value !== null ? typed(goal.baseline.value, 'absolute') : '',
    start: goal.start,
    due: goal.due,
    cadence: goal.cadence,
  };
}

export interface Sent {
  wish: GoalWish | null;
  /** The field whose text is no number. */
  fault: 'value' | 'high' | 'stated' | null;
}

/** Nothing to send: nothing was chosen yet. What is missing the server says. `read` takes the reader's signs. */
export function wishOf(draft: Draft, unit: Unit, read: (text: string) => number | null): Sent {
  const blank = !draft.kpi && !draft.value.trim();
  if (blank) return { wish: null, fault: null };
  const number = (text: string, shape: Shape): number | null => {
    const value = read(text.replace(/%\s*$/, ''));
    return value === null ? null : Number((value * factorOf(unit, shape)).toPrecision(12));
  };
  const value = number(draft.value, draft.shape);
  const high = number(draft.high, draft.shape);
  const stated = number(draft.stated, 'absolute');
  if (draft.value.trim() && value === null) return { wish: null, fault: 'value' };
  if (draft.shape === 'between' && draft.high.trim() && high === null) return { wish: null, fault: 'high' };
  if (draft.stated.trim() && stated === null) return { wish: null, fault: 'stated' };

  const wish: GoalWish = { kpi: draft.kpi, filter: draft.filter };
  if (value !== null) wish.target = targetOf(draft, value, high);
  if (draft.shape === 'between') wish.direction = 'range';
  else if (draft.direction) wish.direction = draft.direction;
  if (isDay(draft.start)) wish.start = draft.start;
  if (isDay(draft.due)) wish.due = draft.due;
  const baseline = baselineOf(draft, stated);
  if (baseline) wish.baseline = baseline;
  if (draft.cadence) wish.cadence = draft.cadence;
  return { wish, fault: null };
}

function targetOf(draft: Draft, value: number, high: number | null): GoalTarget {
  const target: GoalTarget = { kind: draft.shape === 'between' ? 'keep' : draft.shape, value, inclusive: draft.inclusive };
  if (draft.shape === 'between' && high !== null) target.high = high;
  return target;
}

function baselineOf(draft: Draft, stated: number | null): GoalWish['baseline'] {
  const baseline: NonNullable<GoalWish['baseline']> = {};
  const { beside, start, due } = draft;
  const days = beside === 'own' ? [draft.from, draft.to] : beside === 'year' && isDay(start) && isDay(due) ? [yearBefore(start), yearBefore(due)] : [];
  if (isDay(days[0]) && isDay(days[1])) Object.assign(baseline, { from: days[0], to: days[1] });
  if (stated !== null) baseline.value = stated;
  return Object.keys(baseline).length ? baseline : undefined;
}

/** A member added to a scope, or taken out of it. */
export function withMember(filter: Members, dimension: string, member: string): Members {
  const list = [...new Set([...[filter[dimension] ?? []].flat(), member])];
  return { ...filter, [dimension]: list.length > 1 ? list : list[0]! };
}
export function withoutMember(filter: Members, dimension: string, member: string): Members {
  const rest = [filter[dimension] ?? []].flat().filter((m) => m !== member);
  const { [dimension]: _, ...others } = filter;
  return rest.length ? { ...others, [dimension]: rest.length > 1 ? rest : rest[0]! } : others;
}
