import { describe, expect, it } from 'vitest';
import type { Goal, GoalStatus, Kpi, PathPoint, ToDo } from '../../api/types';
import { asSentence, barOf, byObjective, counted, daysUntil, inOrder, isFinished, joined, objectiveOf, sorted } from './goal';

const goal = (sentence: string, status: GoalStatus, due: string, progress: number | null = null, kpi = 'clicks'): Goal =>
  ({ sentence, status, due, progress, kpi, variant: null }) as unknown as Goal;
const kpis = [
  { key: 'clicks', serves: ['traffic', 'leads'] },
  { key: 'reach', serves: ['awareness'] },
  { key: 'own', serves: [] },
] as unknown as Kpi[];

describe('where a goal belongs', () => {
  it('is under what its KPI serves first', () => {
    expect(objectiveOf(kpis, 'clicks')).toBe('traffic');
    expect(objectiveOf(kpis, 'own')).toBe('other');
    expect(objectiveOf(kpis, 'gone')).toBe('other');
    const groups = byObjective([goal('a', 'ahead', '2026-07-01'), goal('b', 'ahead', '2026-07-01', null, 'reach')], kpis);
    expect(groups.map((g) => g.objective)).toEqual(['awareness', 'traffic']);
  });

  it('is finished when it is hit, missed or over', () => {
    expect(isFinished({ status: 'hit', due: '2026-12-31' }, '2026-06-22')).toBe(true);
    expect(isFinished({ status: 'no_data', due: '2026-06-21' }, '2026-06-22')).toBe(true);
    expect(isFinished({ status: 'at_risk', due: '2026-06-22' }, '2026-06-22')).toBe(false);
  });
});

describe('the order of goals', () => {
  const all = [goal('a', 'ahead', '2026-07-01', 0.9), goal('b', 'at_risk', '2026-09-01', 0.2), goal('c', 'off_track', '2026-12-31'), goal('d', 'at_risk', '2026-08-01', -0.3)];
  it('puts what is at risk first', () => {
    expect(sorted(all, 'risk').map((g) => g.sentence)).toEqual(['c', 'd', 'b', 'a']);
  });
  it('goes by due day or progress, those without it last', () => {
    expect(sorted(all, 'due').map((g) => g.sentence)).toEqual(['a', 'd', 'b', 'c']);
    expect(sorted(all, 'progress').map((g) => g.sentence)).toEqual(['a', 'b', 'd', 'c']);
    expect(sorted([goal('y', 'no_data', '2026-07-02'), goal('x', 'no_data', '2026-07-01')], 'progress').map((g) => g.sentence)).toEqual(['x', 'y']);
  });
  it('counts by status in that order', () => {
    expect(counted(all)).toEqual([
      { status: 'off_track', n: 1 },
      { status: 'at_risk', n: 2 },
      { status: 'ahead', n: 1 },
    ]);
  });
});

describe('the bar', () => {
  it('runs from the baseline to the target', () => {
    expect(barOf(0.41, 0.38)).toEqual({ zero: 0, from: 0, width: 41, target: 100, expected: 38, beyond: null });
    expect(barOf(null, null)).toMatchObject({ width: 0, expected: null });
  });
  it('makes room beyond both ends and says where it is cut', () => {
    const back = barOf(-0.25, 0.5);
    expect(back.zero).toBe(20);
    expect(back.from).toBe(0);
    expect(back.width).toBe(20);
    expect(back.target).toBe(100);
    const over = barOf(1.25, 1);
    expect(over.target).toBe(80);
    expect(over.from + over.width).toBe(100);
    expect(barOf(3, 0.9).beyond).toBe('high');
    expect(barOf(-3, 0.9)).toMatchObject({ from: 0, beyond: 'low' });
  });
});

describe('the way', () => {
  const at = (day: string, actual: number | null, forecast: number | null): PathPoint => ({ day, actual, expected: null, forecast: forecast === null ? null : { value: forecast, low: forecast - 1, high: forecast + 1 } });
  it('goes on where it ended', () => {
    const path = joined([at('2026-07-01', 3, null), at('2026-07-02', 5, null), at('2026-07-03', null, null), at('2026-07-04', null, 9)]);
    expect(path[1]!.forecast).toEqual({ value: 5, low: 5, high: 5 });
    expect(path[0]!.forecast).toBeNull();
  });
  it('is left alone where nothing is known or nothing is forecast', () => {
    const unknown = [at('2026-07-01', null, 4)];
    expect(joined(unknown)).toBe(unknown);
    const done = [at('2026-07-01', 4, null)];
    expect(joined(done)).toBe(done);
  });
  it('counts days by the calendar', () => {
    expect(daysUntil('2026-03-28', '2026-03-30')).toBe(2);
    expect(daysUntil('2026-06-22', '2026-06-21')).toBe(-1);
  });
});

describe('to-dos', () => {
  const todo = (number: number, due: string | null, done_at: string | null = null): ToDo => ({ number, task: '', owner: null, due, set_at: '', done_at });
  it('stand by when they are due, done ones last', () => {
    expect(inOrder([todo(1, null), todo(2, '2026-07-02'), todo(3, null, '2026-06-01T00:00:00Z'), todo(4, '2026-07-01'), todo(5, '2026-01-01', '2026-06-02T00:00:00Z')]).map((t) => t.number)).toEqual([4, 2, 1, 5, 3]);
  });
});

describe('a clause of the server', () => {
  it('becomes a sentence', () => {
    expect(asSentence('a goal needs a target')).toBe('A goal needs a target.');
    expect(asSentence('"impresions" is not known; did you mean impressions?')).toBe('"impresions" is not known; did you mean impressions?');
  });
});
