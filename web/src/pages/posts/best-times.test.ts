import { describe, expect, it } from 'vitest';
import type { BestTime } from '../../api/types';
import { effectSaid, hourSaid, surest, weekOf } from './best-times';

const cell = (weekday: string, hour: number, probability: number, n = 5): BestTime => ({ weekday, hour, n, effect: 0.1, interval: { low: 0, high: 0.2, method: 'hierarchical' }, probability });

describe('best times', () => {
  it('stand in the order of the workspace’s week', () => {
    expect(weekOf([], 1)[0]!.weekday).toBe('monday');
    expect(weekOf([], 0)[0]!.weekday).toBe('sunday');
    const week = weekOf([cell('wednesday', 18, 0.9)], 6);
    expect(week.map((day) => day.weekday)).toEqual(['saturday', 'sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday']);
    expect(week[4]!.cells[18]!.probability).toBe(0.9);
  });

  it('name the surest hour first, and of equally sure ones that with more posts', () => {
    expect(surest([cell('monday', 1, 0.5), cell('friday', 9, 0.9, 3), cell('sunday', 7, 0.9, 8)]).map(hourSaid)).toEqual(['Sunday, 07:00', 'Friday, 09:00', 'Monday, 01:00']);
  });

  it('say more and less with a sign', () => {
    expect(effectSaid(0.31, 'share')).toMatch(/^\+31/);
    expect(effectSaid(-0.05, 'share')).toMatch(/^−5/);
    expect(effectSaid(1.5, 'difference')).toBe('+1.50');
  });
});
