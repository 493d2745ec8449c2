import { describe, expect, it } from 'vitest';
import type { Answer, Row } from '../api/types';
import { rowFor, rowsFor, trendOf } from './series';

const row = (kpi: string, variant: string | null, by: Record<string, string>, value: number | null): Row => ({
  by,
  kpi,
  variant,
  definition: 1,
  basis: 'published',
  value,
  reason: value === null ? 'no_data' : null,
  notes: [],
});

const answer: Answer = {
  question: { kpis: ['engagement_rate', 'engagement_rate:by_reach'] },
  notes: [],
  rows: [row('engagement_rate', 'per_post', { week: '2026-W01' }, 0.03), row('engagement_rate', 'by_reach', { week: '2026-W01' }, 0.1), row('engagement_rate', 'per_post', { week: '2026-W02' }, null)],
};

describe('rows of an answer', () => {
  it('keeps a default apart from a variant asked by name', () => {
    expect(rowsFor(answer, 'engagement_rate').map((r) => r.value)).toEqual([0.03, null]);
    expect(rowFor(answer, 'engagement_rate:by_reach', { week: '2026-W01' })?.value).toBe(0.1);
    expect(rowFor(answer, 'reach')).toBeNull();
  });

  it('draws bounds only where there is no value', () => {
    const bounded: Row = { ...row('reach', null, {}, null), interval: { low: 1, high: 2, method: 'bounds' }, notes: ['bounded', 'partial_period'] };
    expect(trendOf([bounded])).toEqual([{ value: null, low: 1, high: 2, running: true }]);
  });
});
