// The hours of the week in the workspace's order, and what one of them says.

import type { BestTime, BestTimes } from '../../api/types';
import { decimal, percent, WEEKDAYS, weekdayName } from '../../ui/format';

/** Seven days from the one that begins the week (0 is Sunday), each with its cells by the hour. */
export function weekOf(cells: BestTime[], weekStart: number): { weekday: string; cells: Record<number, BestTime> }[] {
  const from = (weekStart + 6) % 7;
  const order = [...WEEKDAYS.slice(from), ...WEEKDAYS.slice(0, from)];
  return order.map((weekday) => ({ weekday, cells: Object.fromEntries(cells.filter((cell) => cell.weekday === weekday).map((cell) => [cell.hour, cell])) }));
}

export const surest = (cells: BestTime[]): BestTime[] => [...cells].sort((a, b) => b.probability - a.probability || b.n - a.n);

export const hourSaid = ({ weekday, hour }: Pick<BestTime, 'weekday' | 'hour'>): string => `${weekdayName(weekday, 'long')}, ${String(hour).padStart(2, '0')}:00`;

/** More or less than the average: a share, or of values that may be below nothing a difference. */
export function effectSaid(effect: number, kind: BestTimes['effect']): string {
  const sign = effect > 0 ? '+' : '';
  return sign + (kind === 'share' ? percent(effect) : decimal(effect, Math.abs(effect) < 10 ? 2 : 0));
}

export function rangeSaid({ interval }: Pick<BestTime, 'interval'>, kind: BestTimes['effect']): string {
  return interval.low === null || interval.high === null ? '' : `${effectSaid(interval.low, kind)} – ${effectSaid(interval.high, kind)}`;
}
