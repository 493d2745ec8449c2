import { describe, expect, it } from 'vitest';
import type { Goal } from '../../api/types';
import { BLANK, draftOf, wishOf, withMember, withoutMember, yearBefore, type Draft } from './draft';

const goal = {
  kpi: 'engagement_rate',
  variant: 'per_post',
  filter: { network: 'instagram', promotion: 'organic' },
  direction: 'up',
  target: { kind: 'relative', value: 0.12, inclusive: true },
  baseline: { from: '2026-04-01', to: '2026-06-30', value: 0.031, interval: null, stated: false },
  start: '2026-07-01',
  due: '2026-09-30',
  cadence: 'weekly',
} as unknown as Goal;
const read = (text: string): number | null => (/^-?[\d.]+$/.test(text.trim()) ? Number(text) : null);

describe('a goal in a form', () => {
  it('is typed as people say it and sent as the program keeps it', () => {
    const draft = draftOf(goal, 'ratio', String);
    expect(draft).toMatchObject({ kpi: 'engagement_rate:per_post', shape: 'relative', value: '12', beside: 'before', stated: '' });
    expect(wishOf(draft, 'ratio', read)).toEqual({
      fault: null,
      wish: {
        kpi: 'engagement_rate:per_post',
        filter: goal.filter,
        direction: 'up',
        target: { kind: 'relative', value: 0.12, inclusive: true },
        start: '2026-07-01',
        due: '2026-09-30',
        cadence: 'weekly',
      },
    });
  });

  it('knows points, scores and minutes', () => {
    const by = (unit: Parameters<typeof draftOf>[1], target: Goal['target']): string => draftOf({ ...goal, target }, unit, String).value;
    expect(by('ratio', { kind: 'change', value: 0.02 })).toBe('2');
    expect(by('score', { kind: 'absolute', value: 0.4 })).toBe('40');
    expect(by('seconds', { kind: 'absolute', value: 1800 })).toBe('30');
    expect(by('seconds', { kind: 'relative', value: 0.29 })).toBe('29');
    expect(by('count', { kind: 'absolute', value: 45000 })).toBe('45000');
  });

  it('keeps a range and what is left out', () => {
    const kept = { ...goal, direction: 'range', target: { kind: 'keep', value: 0.9, high: 0.95, inclusive: false } } as Goal;
    const { wish } = wishOf(draftOf(kept, 'ratio', String), 'ratio', read);
    expect(wish).toMatchObject({ direction: 'range', target: { kind: 'keep', value: 0.9, high: 0.95, inclusive: false } });
  });

  it('tells the period before from a year before and from days of one’s own', () => {
    const beside = (from: string, to: string): Draft => draftOf({ ...goal, baseline: { ...goal.baseline, from, to } }, 'ratio', String);
    expect(beside('2026-04-01', '2026-06-30').beside).toBe('before');
    expect(beside('2025-07-01', '2025-09-30').beside).toBe('year');
    expect(beside('2026-01-01', '2026-03-31').beside).toBe('own');
    expect(beside('2026-06-01', '2026-06-30').beside).toBe('own');
    expect(wishOf(beside('2025-07-01', '2025-09-30'), 'ratio', read).wish!.baseline).toEqual({ from: '2025-07-01', to: '2025-09-30' });
    expect(wishOf(beside('2026-01-01', '2026-03-31'), 'ratio', read).wish!.baseline).toEqual({ from: '2026-01-01', to: '2026-03-31' });
    expect(yearBefore('2028-02-29')).toBe('2027-02-28');
  });

  it('moves its baseline along when it is the period before', () => {
    const draft = { ...draftOf(goal, 'ratio', String), start: '2026-08-01', due: '2026-10-31' };
    expect(wishOf(draft, 'ratio', read).wish!.baseline).toBeUndefined();
  });

  it('takes a stated baseline', () => {
    const stated = { ...goal, baseline: { ...goal.baseline, value: 0.02, stated: true } };
    const draft = draftOf(stated, 'ratio', String);
    expect(draft.stated).toBe('2');
    expect(wishOf(draft, 'ratio', read).wish!.baseline).toEqual({ value: 0.02 });
  });

  it('asks nothing while it is blank, and finds what is no number', () => {
    expect(wishOf(BLANK, 'count', read)).toEqual({ wish: null, fault: null });
    expect(wishOf({ ...BLANK, kpi: 'likes', value: 'many' }, 'count', read).fault).toBe('value');
    expect(wishOf({ ...BLANK, kpi: 'likes', value: '12 %' }, 'count', read).wish!.target!.value).toBe(0.12);
    expect(wishOf({ ...BLANK, kpi: 'likes' }, 'count', read).wish).toEqual({ kpi: 'likes', filter: {} });
  });
});

describe('a scope', () => {
  it('grows and shrinks by members', () => {
    const one = withMember({}, 'network', 'x');
    expect(one).toEqual({ network: 'x' });
    const two = withMember(one, 'network', 'instagram');
    expect(two).toEqual({ network: ['x', 'instagram'] });
    expect(withoutMember(two, 'network', 'x')).toEqual({ network: 'instagram' });
    expect(withoutMember(one, 'network', 'x')).toEqual({});
  });
});
