import { describe, expect, it } from 'vitest';
import type { Anomalies, Forecast } from '../../api/types';
import { aheadOf, marksAt } from './ahead';

const forecast = {
  history: [{ day: '2026-01-01', value: 1 }, { day: '2026-01-02', value: 9 }, { day: '2026-01-03', value: 2 }],
  days: [{ day: '2026-01-04', value: 3, interval: { low: 1, high: 5, method: 'rolling_origins' } }],
} as unknown as Forecast;
const odd = { judged: 'value', days: [{ day: '2026-01-02', value: 9, expected: 2 }] } as unknown as Anomalies;

describe('what lies ahead', () => {
  it('hangs together with what was', () => {
    const points = aheadOf(forecast, odd);
    expect(points.map((p) => p.value)).toEqual([1, 9, 2, null]);
    expect(points[2]!.ahead).toEqual({ value: 2, low: 2, high: 2 });
    expect(points[3]!.ahead).toEqual({ value: 3, low: 1, high: 5 });
    expect(points[1]!.odd).toEqual({ expected: 2 });
  });

  it('does not begin at a day that nobody told', () => {
    const points = aheadOf({ ...forecast, history: [...forecast.history, { day: '2026-01-04', value: null }] }, null);
    expect(points.filter((p) => p.ahead)).toHaveLength(1);
  });

  it('marks no value where the change was judged', () => {
    expect(aheadOf(forecast, { ...odd, judged: 'change' }).every((p) => !p.odd)).toBe(true);
  });

  it('shows the last days alone', () => {
    expect(aheadOf(forecast, null, 2).map((p) => p.day)).toEqual(['2026-01-02', '2026-01-03', '2026-01-04']);
  });

  it('marks changes of level among the days that are drawn', () => {
    const changed = { changes: [{ day: '2026-01-03' }, { day: '2025-06-01' }] } as unknown as Anomalies;
    expect(marksAt(aheadOf(forecast, null), changed)).toEqual([{ at: 2, changed: '2026-01-03' }]);
    expect(marksAt(aheadOf(forecast, null), null)).toEqual([]);
  });
});
