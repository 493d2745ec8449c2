// Where numbers lie beside others: on the scale of a cohort, and among the accounts of a network.

import type { BenchmarkAccount, Good, Percentiles } from '../../api/types';

export const POINTS = ['p10', 'p25', 'p50', 'p75', 'p90'] as const;

export interface Scale {
  low: number;
  high: number;
}

/** Wide enough for the percentiles, the levels and whatever is to be marked on it, with some air at the ends. */
export function scaleOf(numbers: (number | null | undefined)[]): Scale | null {
  const known = numbers.filter((n): n is number => typeof n === 'number' && Number.isFinite(n));
  if (!known.length) return null;
  const low = Math.min(...known);
  const high = Math.max(...known);
  const air = (high - low || Math.abs(high) || 1) * 0.08;
  // A scale of what cannot be negative begins at nothing.
  return { low: low >= 0 ? Math.max(0, low - air) : low - air, high: high + air };
}

export const at = (scale: Scale, value: number): number => Math.min(1, Math.max(0, (value - scale.low) / (scale.high - scale.low || 1)));

export function numbersIn(percentiles: Percentiles | null): number[] {
  return POINTS.map((p) => percentiles?.[p]).filter((n): n is number => n !== undefined);
}

/** The best first, by the KPI's good way; who has no value comes last. */
export function ranked(accounts: BenchmarkAccount[], good: Good): BenchmarkAccount[] {
  const sign = good === 'down' ? 1 : -1;
  return [...accounts].sort((a, b) => {
    if (a.value === null || b.value === null) return a.value === b.value ? a.account.localeCompare(b.account) : a.value === null ? 1 : -1;
    return sign * (a.value - b.value) || a.account.localeCompare(b.account);
  });
}

export const ordinal = (percentile: number): number => Math.min(99, Math.max(1, Math.round(percentile)));
