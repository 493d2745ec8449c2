// What a chart is told. The chart knows nothing of KPIs or of the server.

import type { Scheme } from './palette';

export interface ChartPoint {
  value: number | null;
  low?: number | null;
  high?: number | null;
  /** The period still runs, or has not settled. */
  running?: boolean;
  /** The whole cell in words, for tooltip and table. */
  words: string;
}

export interface ChartSeries {
  name: string;
  points: ChartPoint[];
  /** Place in the palette; the place in the list if not given. */
  colour?: number;
  /** A line that is no measurement: where it would be, where it may go (with its band), what it is to reach; or marks alone. */
  look?: 'path' | 'ahead' | 'level' | 'points';
  /** Points between which nothing was looked up stand in one line all the same. */
  connect?: true;
}

export interface ChartMark {
  /** Index of the bucket it falls in. */
  at: number;
  text: string;
}

export interface LineModel {
  kind: 'line';
  labels: string[];
  /** The labels in full, for tooltip and table. */
  fullLabels: string[];
  series: ChartSeries[];
  marks: ChartMark[];
  axis: (value: number) => string;
  /** The lines end near each other, so that names beside them would lie over each other. */
  legend?: true;
}

export interface BarModel {
  kind: 'bar';
  labels: string[];
  fullLabels: string[];
  series: ChartSeries[];
  axis: (value: number) => string;
}

/** Bars that stand upright, over time: beside each other, or the parts of a whole on top of each other. */
export interface ColumnModel {
  kind: 'column';
  stacked: boolean;
  labels: string[];
  fullLabels: string[];
  series: ChartSeries[];
  marks: ChartMark[];
  axis: (value: number) => string;
}

/** A field for each pair: rows are `labels`, columns are the series. Steps down, a funnel, and shares, a pie, have one series. */
export interface PlainModel {
  kind: 'heat' | 'funnel' | 'pie';
  labels: string[];
  fullLabels: string[];
  series: ChartSeries[];
  /** What stands in the middle of a pie. */
  centre?: string;
}

export type ChartModel = LineModel | BarModel | ColumnModel | PlainModel;
export type DrawnModel = LineModel | BarModel | ColumnModel;

export const isPlain = (model: ChartModel): model is PlainModel => model.kind === 'heat' || model.kind === 'funnel' || model.kind === 'pie';

export function colourOf(model: ChartModel, index: number, scheme: Scheme): string {
  const series = model.series[index];
  if (series?.look === 'path') return scheme.faint;
  if (series?.look === 'level') return scheme.text;
  return scheme.series[(series?.colour ?? index) % scheme.series.length]!;
}

/** A line is drawn solid between settled points and dotted where either end still runs. */
export function split(points: ChartPoint[]): { solid: (number | null)[]; dotted: (number | null)[] } {
  const solid = points.map((p) => (p.running ? null : p.value));
  const dotted = points.map((p, i) => {
    const near = p.running || points[i - 1]?.running || points[i + 1]?.running;
    return near ? p.value : null;
  });
  return { solid, dotted: points.some((p) => p.running) ? dotted : points.map(() => null) };
}

/** RFC 4180, with a byte order mark so that spreadsheets read the names right. */
export function csvOf(model: ChartModel, first: string): string {
  const quote = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const ranged = model.series.map((s) => s.points.some((p) => p.low != null || p.high != null));
  const head = [first, ...model.series.flatMap((s, i) => (ranged[i] ? [s.name, `${s.name} low`, `${s.name} high`] : [s.name]))];
  const number = (n: number | null | undefined): string => (n === null || n === undefined ? '' : String(n));
  const lines = model.labels.map((_, row) => [
    model.fullLabels[row] ?? '',
    ...model.series.flatMap((s, i) => {
      const p = s.points[row];
      return ranged[i] ? [number(p?.value), number(p?.low), number(p?.high)] : [number(p?.value)];
    }),
  ]);
  return '\ufeff' + [head, ...lines].map((cells) => cells.map(quote).join(',')).join('\r\n') + '\r\n';
}
