import { describe, expect, it } from 'vitest';
import { addDays, spanOf, weekdayNumber } from './time';

describe('time buckets', () => {
  it('know their days', () => {
    expect(spanOf('2026-01-31')).toEqual({ from: '2026-01-31', to: '2026-01-31' });
    expect(spanOf('2026-02')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(spanOf('2026-Q1')).toEqual({ from: '2026-01-01', to: '2026-03-31' });
    expect(spanOf('2024')).toEqual({ from: '2024-01-01', to: '2024-12-31' });
    expect(spanOf('instagram')).toBeNull();
  });

  it('begin weeks where the workspace does', () => {
    expect(spanOf('2026-W01', 1)).toEqual({ from: '2025-12-29', to: '2026-01-04' });
    expect(spanOf('2026-W05', 1)).toEqual({ from: '2026-01-26', to: '2026-02-01' });
    expect(spanOf('2020-W53', 1)).toEqual({ from: '2020-12-28', to: '2021-01-03' });
    expect(spanOf('2026-W01', 0)).toEqual({ from: '2026-01-04', to: '2026-01-10' });
    expect(spanOf('2026-W01', 6)).toEqual({ from: '2026-01-03', to: '2026-01-09' });
    expect(weekdayNumber('Sunday')).toBe(0);
    expect(weekdayNumber('monday')).toBe(1);
  });

  it('count days across months and leap years', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
  });
});
