import { describe, expect, it } from 'vitest';
import type { BenchmarkAccount } from '../../api/types';
import { at, numbersIn, ordinal, ranked, scaleOf } from './place';

const account = (name: string, value: number | null): BenchmarkAccount => ({
  account: name, ownership: 'own', mine: false, in_cohort: true, value, reason: null, notes: [], definition: 1, basis: 'published',
  engagements: null, engagement_share: null, posting_frequency: null, follower_growth: null, rank: null,
});

describe('places', () => {
  it('stand on a scale that holds all of them', () => {
    const scale = scaleOf([0.01, 0.02, null, undefined])!;
    expect(scale.low).toBeGreaterThanOrEqual(0);
    expect(scale.low).toBeLessThan(0.01);
    expect(scale.high).toBeGreaterThan(0.02);
    expect(at(scale, 99)).toBe(1);
    expect(scaleOf([null])).toBeNull();
    expect(scaleOf([-5, 5])!.low).toBeLessThan(-5);
  });

  it('are ranked by what is good', () => {
    const list = [account('none', null), account('low', 1), account('high', 2)];
    expect(ranked(list, 'up').map((a) => a.account)).toEqual(['high', 'low', 'none']);
    expect(ranked(list, 'down').map((a) => a.account)).toEqual(['low', 'high', 'none']);
  });

  it('keep to percentiles that can be', () => {
    expect(ordinal(100)).toBe(99);
    expect(ordinal(0)).toBe(1);
    expect(numbersIn({ p10: 1, p90: 3 })).toEqual([1, 3]);
    expect(numbersIn(null)).toEqual([]);
  });
});
