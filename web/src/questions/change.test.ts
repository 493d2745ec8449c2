import { describe, expect, it } from 'vitest';
import type { Cell } from '../api/types';
import { apart, changeOf } from './change';

const cell = (part: Partial<Cell>): Cell => ({ value: null, reason: null, notes: [], ...part });
const within = (low: number, high: number) => ({ low, high, method: 'delta_posts' });

describe('what a change is worth saying', () => {
  it('says rates in points and counts in percent', () => {
    expect(changeOf(cell({ value: 0.0341, compared: 0.0329 }), 'ratio', 'up')).toMatchObject({ kind: 'points', amount: expect.closeTo(0.12) });
    expect(changeOf(cell({ value: 120, compared: 100, change: 0.2 }), 'count', 'up')).toMatchObject({ kind: 'percent', amount: 0.2, tone: 'good' });
  });

  it('stays grey where the intervals overlap', () => {
    const overlapping = cell({ value: 0.0341, compared: 0.0329, interval: within(0.0312, 0.0371) });
    expect(changeOf(overlapping, 'ratio', 'up')).toMatchObject({ tone: 'plain', evidence: false, direction: 'up' });
    const distinct = cell({ value: 0.0341, compared: 0.0269, interval: within(0.0312, 0.0371) });
    expect(changeOf(distinct, 'ratio', 'up')).toMatchObject({ tone: 'good', evidence: true });
  });

  it('uses the other interval where it is told', () => {
    const told = cell({ value: 0.034, compared: 0.027, interval: within(0.031, 0.037), compared_interval: within(0.02, 0.033) });
    expect(apart(told)).toBe(false);
  });

  it('believes the server where it weighed the change', () => {
    const weighed = { p: 0.2, p_adjusted: 0.2, difference: 0.007, low: -0.001, high: 0.02 };
    const distinct = cell({ value: 0.0341, compared: 0.0269, interval: within(0.0312, 0.0371) });
    expect(changeOf({ ...distinct, evidence: { change: false, ...weighed } }, 'ratio', 'up')).toMatchObject({ tone: 'plain', evidence: false });
    const overlapping = cell({ value: 0.0341, compared: 0.0329, interval: within(0.0312, 0.0371) });
    expect(changeOf({ ...overlapping, evidence: { change: true, ...weighed } }, 'ratio', 'up')).toMatchObject({ tone: 'good', evidence: true });
  });

  it('shows no arrow where there are too few', () => {
    expect(changeOf(cell({ value: 80, compared: 10, notes: ['small_sample'] }), 'count', 'up')?.few).toBe(true);
  });

  it('stays grey for a rate without an interval', () => {
    expect(changeOf(cell({ value: 0.5, compared: 0.1 }), 'ratio', 'up')?.tone).toBe('plain');
  });

  it('follows the good direction, not the sign', () => {
    expect(changeOf(cell({ value: 80, compared: 100 }), 'count', 'down')?.tone).toBe('good');
    expect(changeOf(cell({ value: 80, compared: 100 }), 'count', 'up')?.tone).toBe('bad');
    expect(changeOf(cell({ value: 80, compared: 100 }), 'count', 'none')?.tone).toBe('plain');
  });

  it('does not praise small samples or new definitions', () => {
    expect(changeOf(cell({ value: 80, compared: 10, notes: ['small_sample'] }), 'count', 'up')?.tone).toBe('plain');
    expect(changeOf(cell({ value: 80, compared: 10, notes: ['definition_break'] }), 'count', 'up')?.tone).toBe('plain');
  });

  it('computes nothing where the server would not', () => {
    expect(changeOf(cell({ value: 6462, compared: 8159, change: null, notes: ['definition_break'] }), 'people', 'up')).toMatchObject({ kind: 'incomparable', tone: 'plain' });
    expect(changeOf(cell({ value: 5, compared: 0, change: null }), 'count', 'up')).toMatchObject({ kind: 'from_zero' });
  });

  it('takes no share of what is below zero', () => {
    expect(changeOf(cell({ value: -332, compared: 740 }), 'people', 'up')).toMatchObject({ kind: 'difference', amount: -1072, tone: 'bad' });
  });

  it('is silent without two values, and never divides by zero', () => {
    expect(changeOf(cell({ value: 5 }), 'count', 'up')).toBeNull();
    expect(changeOf(cell({ compared: 5 }), 'count', 'up')).toBeNull();
    expect(changeOf(cell({ value: 5, compared: 0 }), 'count', 'up')).toMatchObject({ kind: 'from_zero' });
    expect(changeOf(cell({ value: 5, compared: 5 }), 'count', 'up')).toMatchObject({ kind: 'none', tone: 'plain' });
  });
});
