// From a tile and its answer to what is drawn: which members stand where, what each field is, and what explains it.

import type { Answer, AnsweredTile, Cell, Mark, Members, Row, Tile } from '../../api/types';
import type { ChartMark, ChartModel, ChartSeries } from '../../charts/model';
import { NOTHING } from '../../questions/cell';
import type { Target } from '../../questions/explain';
import { handleOf, marksOf, meaning, networkName, session } from '../../questions/session.svelte';
import { membersOf, pointOf, rowsFor } from '../../questions/series';
import { spanOf } from '../../questions/time';
import { bucket, compact, weekdayName } from '../../ui/format';
import { cellSaid } from '../../ui/said';
import { t, told } from '../../words';
import { isCalendar } from './draft';

export const OTHERS = '(others)';
const ORDERED = ['weekday', 'hour', 'age'];

export function memberSaid(dimension: string, member: string, style: 'short' | 'full' = 'full'): string {
  if (member === OTHERS) return t('tile.others');
  if (isCalendar(dimension)) return bucket(member, style, session.weekStart);
  if (dimension === 'network') return networkName(member);
  if (dimension === 'account') return member.includes('/') ? `${handleOf(member)} · ${networkName(member.slice(0, member.indexOf('/')))}` : member;
  if (dimension === 'ownership' || dimension === 'promotion') return told(dimension, member);
  if (dimension === 'weekday') return weekdayName(member, style === 'short' ? 'short' : 'long');
  if (dimension === 'hashtag') return `#${member}`;
  if (/^[a-z]+(_[a-z]+)+$/.test(member) || dimension.endsWith('_kind')) return member.charAt(0).toUpperCase() + member.slice(1).replaceAll('_', ' ');
  return member;
}

export function dimensionSaid(key: string): string {
  return session.catalog.data?.dimensions.find((d) => d.key === key)?.name ?? key.replaceAll('_', ' ');
}

/** What the tile's own question was, for the drawer: the view's period and filters do not count. */
export function targetOf(answer: Answer, kpi: string, by: Record<string, string>): Target | null {
  if (Object.values(by).includes(OTHERS)) return null;
  const { from, to, basis, compare, filter, as_of } = answer.question;
  const target: Target = { kpi };
  if (Object.keys(by).length) target.cell = by;
  const only: Members = {};
  for (const [dimension, members] of Object.entries(filter ?? {})) only[dimension] = members.length === 1 && Array.isArray(members) ? members[0]! : members;
  if (Object.keys(only).length) target.only = only;
  if (!from || !to) return { ...target, all: true };
  target.of = { from, to };
  if (basis && basis !== 'auto') target.of.basis = basis;
  if (compare) target.of.compare = compare;
  if (as_of) target.of.as_of = as_of;
  return target;
}

export interface Grid {
  /** The members of the first dimension, or the KPIs where there is none. */
  rows: string[];
  /** What stands beside each other: members of the second dimension, or KPIs. */
  columns: string[];
  cell: (row: number, column: number) => Cell;
  kpi: (row: number, column: number) => string;
  by: (row: number, column: number) => Record<string, string>;
}

const keyOf = (kpi: string, by: Record<string, string>, dimensions: string[]): string => [kpi, ...dimensions.map((d) => by[d] ?? '')].join('\u0000');

/** A chart's fields: at most two dimensions, several KPIs only where there is one. */
export function gridOf(tile: Tile, answer: Answer): Grid {
  const kpis = tile.kpis ?? [];
  const [first, second] = tile.by ?? [];
  const found = new Map<string, Row>();
  for (const kpi of kpis) for (const row of rowsFor(answer, kpi)) found.set(keyOf(kpi, row.by, tile.by ?? []), row);
  const rows = first ? membersOf(answer.rows, first) : kpis;
  const columns = second ? membersOf(answer.rows, second) : kpis;
  const kpi = (row: number, column: number): string => (!first ? kpis[row]! : second ? kpis[0]! : kpis[column]!);
  const by = (row: number, column: number): Record<string, string> => ({
    ...(first ? { [first]: rows[row] ?? '' } : {}),
    ...(second ? { [second]: columns[column] ?? '' } : {}),
  });
  const cell = (row: number, column: number): Cell => found.get(keyOf(kpi(row, column), by(row, column), tile.by ?? [])) ?? NOTHING;
  return { rows, columns: first ? columns : [''], cell, kpi, by };
}

const sizeOf = (cell: Cell): number => cell.value ?? cell.interval?.high ?? -Infinity;

/** Members without an order of their own stand by size. */
export function sortedGrid(tile: Tile, grid: Grid): Grid {
  const first = tile.by?.[0];
  if (!first || tile.limit || isCalendar(first) || ORDERED.includes(first)) return grid;
  const order = grid.rows.map((_, i) => i).sort((a, b) => Number(grid.rows[a] === OTHERS) - Number(grid.rows[b] === OTHERS) || sizeOf(grid.cell(b, 0)) - sizeOf(grid.cell(a, 0)));
  return {
    rows: order.map((i) => grid.rows[i]!),
    columns: grid.columns,
    cell: (row, column) => grid.cell(order[row]!, column),
    kpi: (row, column) => grid.kpi(order[row]!, column),
    by: (row, column) => grid.by(order[row]!, column),
  };
}

/** Hours of the day stand whole, each weekday too: a field without posts is empty, not missing. */
function wholeClock(tile: Tile, grid: Grid): Grid {
  const whole = (dimension: string | undefined, members: string[]): string[] => {
    if (dimension === 'weekday') return ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
    if (dimension === 'hour') return Array.from({ length: 24 }, (_, i) => String(i));
    return members;
  };
  const rows = whole(tile.by?.[0], grid.rows);
  const columns = whole(tile.by?.[1], grid.columns);
  const at = (list: string[], member: string): number => list.findIndex((each) => each === member || (/^\d+$/.test(member) && Number(each) === Number(member)));
  return {
    rows,
    columns,
    cell: (row, column) => {
      const r = at(grid.rows, rows[row]!);
      const c = at(grid.columns, columns[column]!);
      return r < 0 || c < 0 ? NOTHING : grid.cell(r, c);
    },
    kpi: () => tile.kpis![0]!,
    by: (row, column) => grid.by(Math.max(0, at(grid.rows, rows[row]!)), Math.max(0, at(grid.columns, columns[column]!))),
  };
}

export function gridFor(tile: Tile, answer: Answer): Grid {
  const grid = gridOf(tile, answer);
  if (tile.kind === 'heatmap') return wholeClock(tile, grid);
  return tile.kind === 'bar' || tile.kind === 'pie' ? sortedGrid(tile, grid) : grid;
}

/** In which bucket an annotation falls; null where its days lie outside. */
export function bucketOf(mark: Mark, members: string[]): number | null {
  const at = members.findIndex((member) => (spanOf(member, session.weekStart)?.to ?? '') >= mark.from);
  if (at < 0) return null;
  return (spanOf(members[at]!, session.weekStart)?.from ?? '') <= mark.to ? at : null;
}

function seriesOf(tile: Tile, grid: Grid): ChartSeries[] {
  const second = tile.by?.[1];
  return grid.columns.map((column, c) => ({
    name: !column ? meaning(tile.kpis?.[0] ?? '').name : second ? memberSaid(second, column, tile.kind === 'heatmap' ? 'short' : 'full') : meaning(column).name,
    points: grid.rows.map((_, r) => {
      const cell = grid.cell(r, c);
      const by = grid.by(r, c);
      return pointOf(cell, cellSaid(cell, meaning(grid.kpi(r, c)).unit, by.network ?? null));
    }),
  }));
}

export function modelOf(tile: Tile, answered: AnsweredTile, grid: Grid): ChartModel {
  const unit = meaning(tile.kpis?.[0] ?? '').unit;
  const first = tile.by?.[0] ?? '';
  const said = (style: 'short' | 'full'): string[] => grid.rows.map((member) => (first ? memberSaid(first, member, style) : meaning(member).name));
  const labels = said('short');
  const fullLabels = said('full');
  const series = seriesOf(tile, grid);
  const axis = (value: number): string => compact(value, unit);
  const numbered: ChartMark[] = (answered.annotations ?? []).flatMap((mark, i) => {
    const at = bucketOf(mark, grid.rows);
    return at === null ? [] : [{ at, text: `⚑ ${i + 1}` }];
  });
  switch (tile.kind) {
    case 'line': {
      const filter = answered.answer?.question.filter?.network;
      const breaks = tile.kpis?.length === 1 ? marksOf(tile.kpis[0]!, grid.rows, filter ? [filter].flat() : []) : [];
      const goal = answered.goal;
      // What adds up over a period has its goal for the whole of it, not for each bucket.
      const adds = ['flow', 'unique', 'modelled'].includes(meaning(tile.kpis?.[0] ?? '').class);
      if (goal && !adds && series.length === 1) series.push({ name: t('tile.goal'), look: 'level', points: grid.rows.map(() => ({ value: goal.target, words: cellSaid({ ...NOTHING, value: goal.target }, unit) })) });
      return { kind: 'line', labels, fullLabels, series, marks: [...breaks, ...numbered], axis };
    }
    case 'bar':
      return isCalendar(first) ? { kind: 'column', stacked: false, labels, fullLabels, series, marks: numbered, axis } : { kind: 'bar', labels: fullLabels, fullLabels, series, axis };
    case 'stacked':
      return { kind: 'column', stacked: true, labels, fullLabels, series, marks: numbered, axis };
    case 'heatmap':
      return { kind: 'heat', labels, fullLabels, series };
    case 'pie': {
      const sum = grid.rows.reduce((all, _, r) => all + (grid.cell(r, 0).value ?? 0), 0);
      return { kind: 'pie', labels: fullLabels, fullLabels, series, centre: compact(sum, unit) };
    }
    default:
      return { kind: 'funnel', labels: fullLabels, fullLabels, series };
  }
}

/** One sentence for who does not see the picture. */
export function summaryOf(model: ChartModel, title: string): string {
  const first = model.series[0];
  const known = (first?.points ?? []).map((point, i) => ({ point, i })).filter(({ point }) => point.value !== null);
  if (!known.length) return t('tile.summary_none', { title });
  if (model.series.filter((s) => !s.look).length > 1) return t('chart.summary_plain', { name: title, series: model.series.map((s) => s.name).join(', '), n: model.labels.length });
  if (model.kind !== 'line') return t('tile.summary_list', { title, list: known.slice(0, 8).map(({ point, i }) => `${model.fullLabels[i]} ${point.words}`).join('; ') });
  const top = known.reduce((best, next) => (next.point.value! > best.point.value! ? next : best));
  const [start, end] = [known[0]!, known.at(-1)!];
  return t('chart.summary', {
    name: title,
    first: start.point.words,
    firstWhen: model.fullLabels[start.i] ?? '',
    last: end.point.words,
    lastWhen: model.fullLabels[end.i] ?? '',
    top: top.point.words,
    topWhen: model.fullLabels[top.i] ?? '',
  });
}

export interface TableRow {
  by: Record<string, string>;
  names: string[];
  kpi: string | null;
}

/** A table's rows: the members there are, in the order of the answer; without a dimension a row for each KPI. */
export function tableRows(tile: Tile, answer: Answer): TableRow[] {
  const by = tile.by ?? [];
  if (!by.length) return (tile.kpis ?? []).map((kpi) => ({ by: {}, names: [meaning(kpi).name], kpi }));
  const rows = new Map<string, TableRow>();
  for (const row of answer.rows) {
    const key = keyOf('', row.by, by);
    if (!rows.has(key)) rows.set(key, { by: row.by, names: by.map((d) => memberSaid(d, row.by[d] ?? '')), kpi: null });
  }
  return [...rows.values()];
}
