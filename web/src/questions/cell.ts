import type { Cell } from '../api/types';

/** Known only to lie between two numbers. */
export function isBounds(cell: Cell): boolean {
  return cell.value === null && cell.interval?.method === 'bounds';
}

/** Stands in where an answer has no row: nothing was reported. */
export const NOTHING: Cell = { value: null, reason: 'no_data', notes: [] };

/** What `n` counts for a KPI: posts where posts are the sample, else days. */
export function countedBy(kpiClass: string, interval: boolean): 'posts' | 'days' | 'none' {
  if (interval || kpiClass === 'ratio') return 'posts';
  return 'none';
}
