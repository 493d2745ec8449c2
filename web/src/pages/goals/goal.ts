// What the pages about goals know of a goal beyond what the server says: where it belongs, in which order it stands, how
// its bar is drawn.

import type { Goal, GoalStatus, Kpi, PathPoint, ToDo } from '../../api/types';

export const OBJECTIVES = ['awareness', 'traffic', 'leads', 'sales', 'service', 'loyalty'] as const;
export type Objective = (typeof OBJECTIVES)[number] | 'other';

/** engagement_rate:by_reach */
export const kpiOf = (goal: Pick<Goal, 'kpi' | 'variant'>): string => (goal.variant ? `${goal.kpi}:${goal.variant}` : goal.kpi);

/** What a KPI serves first; the catalog lists the nearest objective first. */
export function objectiveOf(kpis: Kpi[], key: string): Objective {
  const serves = kpis.find((k) => k.key === key)?.serves?.[0];
  return OBJECTIVES.find((o) => o === serves) ?? 'other';
}

export function isFinished(goal: Pick<Goal, 'status' | 'due'>, today: string | null): boolean {
  return goal.status === 'hit' || goal.status === 'missed' || (today !== null && goal.due < today);
}

export const SORTS = ['risk', 'due', 'progress'] as const;
export type Sort = (typeof SORTS)[number];

/** From what wants looking at to what does not. */
export const STATUSES: GoalStatus[] = ['off_track', 'at_risk', 'no_data', 'on_track', 'ahead', 'missed', 'hit'];

export function sorted(goals: Goal[], by: Sort): Goal[] {
  const byDue = (a: Goal, b: Goal): number => a.due.localeCompare(b.due) || a.sentence.localeCompare(b.sentence);
  const risk = (goal: Goal): number => STATUSES.indexOf(goal.status);
  const keys: Record<Sort, (a: Goal, b: Goal) => number> = {
    risk: (a, b) => risk(a) - risk(b) || byDue(a, b),
    due: byDue,
    progress: (a, b) => (b.progress ?? -Infinity) - (a.progress ?? -Infinity) || byDue(a, b),
  };
  // Without progress on either side the difference is no number.
  return [...goals].sort((a, b) => keys[by](a, b) || byDue(a, b));
}

export function byObjective(goals: Goal[], kpis: Kpi[]): { objective: Objective; goals: Goal[] }[] {
  return ([...OBJECTIVES, 'other'] as Objective[])
    .map((objective) => ({ objective, goals: goals.filter((goal) => objectiveOf(kpis, goal.kpi) === objective) }))
    .filter((group) => group.goals.length > 0);
}

/** How many stand how, in the order of STATUSES. */
export function counted(goals: Goal[]): { status: GoalStatus; n: number }[] {
  return STATUSES.map((status) => ({ status, n: goals.filter((goal) => goal.status === status).length })).filter((c) => c.n > 0);
}

export interface Bar {
  /** In percent of the bar's width. */
  zero: number;
  from: number;
  width: number;
  target: number;
  expected: number | null;
  /** Progress lies beyond what the bar can show. */
  beyond: 'low' | 'high' | null;
}

const LEAST = -0.5;
const MOST = 1.5;

/** Progress is not clamped; the bar is, and says where it was cut. */
export function barOf(progress: number | null, expected: number | null): Bar {
  const done = progress ?? 0;
  const shown = Math.min(MOST, Math.max(LEAST, done));
  const low = Math.min(0, shown);
  const high = Math.max(1, shown, Math.min(MOST, expected ?? 0));
  const at = (share: number): number => Math.round(((share - low) / (high - low)) * 1000) / 10;
  const end = at(shown);
  return {
    zero: at(0),
    from: Math.min(at(0), end),
    width: Math.round(Math.abs(end - at(0)) * 10) / 10,
    target: at(1),
    expected: expected === null ? null : at(Math.min(MOST, Math.max(LEAST, expected))),
    beyond: done > MOST ? 'high' : done < LEAST ? 'low' : null,
  };
}

export const daysUntil = (from: string, to: string): number => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

/** The forecast begins where what is known ends, so that the two are seen to be one line. */
export function joined(path: PathPoint[]): PathPoint[] {
  const last = path.findLastIndex((p) => p.actual !== null);
  if (last < 0 || !path.some((p) => p.forecast)) return path;
  const value = path[last]!.actual!;
  return path.map((p, i) => (i === last ? { ...p, forecast: { value, low: value, high: value } } : p));
}

/** What is open by when it is due, then what is done, the latest first. */
export function inOrder(toDos: ToDo[]): ToDo[] {
  const open = toDos.filter((t) => !t.done_at).sort((a, b) => (a.due ?? '9999').localeCompare(b.due ?? '9999') || a.number - b.number);
  const done = toDos.filter((t) => t.done_at).sort((a, b) => b.done_at!.localeCompare(a.done_at!));
  return [...open, ...done];
}

export const isSame = (a: string | null | undefined, b: string): boolean => (a ?? '').trim().toLowerCase() === b.trim().toLowerCase();

/** A server's clause as a sentence of its own: a capital, and a full stop unless it ends in a sign already. */
export const asSentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? '' : '.');
