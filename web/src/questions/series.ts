// From an answer's rows to what charts, cards and tables look up.

import type { Answer, Cell, Row } from '../api/types';
import type { ChartPoint } from '../charts/model';
import type { TrendPoint } from '../charts/trend';
import { isBounds } from './cell';

/** The id a row was asked under: answers name the variant always, questions only where it is not the default. */
export function rowFor(answer: Answer | null, asked: string, by: Record<string, string> = {}): Row | null {
  return rowsFor(answer, asked).find((row) => Object.entries(by).every(([d, m]) => row.by[d] === m)) ?? null;
}

/** A KPI may be asked twice under two variants; rows without a named variant belong to the plain question. */
export function rowsFor(answer: Answer | null, asked: string): Row[] {
  if (!answer) return [];
  const [key, variant] = asked.split(':');
  const named = new Set(answer.question.kpis.filter((k) => k.startsWith(`${key}:`)).map((k) => k.split(':')[1]));
  return answer.rows.filter((row) => row.kpi === key && (variant ? row.variant === variant : !row.variant || !named.has(row.variant)));
}

const RUNNING = ['partial_period', 'unsettled'];

export const runs = (cell: Cell): boolean => cell.notes.some((note) => RUNNING.includes(note));

export function trendOf(rows: Cell[]): TrendPoint[] {
  return rows.map((row) => ({
    value: row.value,
    ...(isBounds(row) ? { low: row.interval?.low ?? null, high: row.interval?.high ?? null } : {}),
    running: runs(row),
  }));
}

export function pointOf(cell: Cell | null, words: string): ChartPoint {
  if (!cell) return { value: null, words };
  return { value: cell.value, low: cell.interval?.low ?? null, high: cell.interval?.high ?? null, running: runs(cell), words };
}

/** The members of a dimension in the order the answer gives them. */
export function membersOf(rows: Row[], dimension: string): string[] {
  return [...new Set(rows.map((row) => row.by[dimension]).filter((m): m is string => m !== undefined))];
}
