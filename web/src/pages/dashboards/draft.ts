// A dashboard while it is being changed: its tiles have keys of their own here, so that they can be followed.

import type { DashboardBody, Tile, TileKind } from '../../api/types';
import { inOrder, roomFor, settle } from './layout';

export interface DraftTile extends Tile {
  key: string;
}
export interface Draft extends Omit<DashboardBody, 'tiles'> {
  tiles: DraftTile[];
}

/** What each kind may ask: KPIs, dimensions, and its size at first. The server has the same table and the last word. */
export const KINDS: Record<TileKind, { kpis: [number, number]; by: [number, number]; w: number; h: number }> = {
  number: { kpis: [1, 1], by: [0, 0], w: 3, h: 2 },
  line: { kpis: [1, 8], by: [1, 2], w: 12, h: 5 },
  bar: { kpis: [1, 8], by: [1, 2], w: 6, h: 5 },
  stacked: { kpis: [1, 1], by: [2, 2], w: 12, h: 5 },
  heatmap: { kpis: [1, 1], by: [2, 2], w: 12, h: 5 },
  table: { kpis: [1, 12], by: [0, 4], w: 12, h: 5 },
  funnel: { kpis: [2, 8], by: [0, 0], w: 6, h: 5 },
  pie: { kpis: [1, 1], by: [1, 1], w: 6, h: 5 },
  text: { kpis: [0, 0], by: [0, 0], w: 12, h: 2 },
};
export const KIND_NAMES = Object.keys(KINDS) as TileKind[];
export const CALENDAR = ['day', 'week', 'month', 'quarter', 'year'] as const;
export const isCalendar = (dimension: string | undefined): boolean => CALENDAR.some((each) => each === dimension);

const ASKED_BY: Partial<Record<TileKind, string[]>> = {
  line: ['week'],
  bar: ['network'],
  stacked: ['week', 'network'],
  heatmap: ['weekday', 'hour'],
  pie: ['network'],
};

export function draftOf(body: DashboardBody): Draft {
  const { name, title, words, filter, last, from, to, compare, annotations } = body;
  const tiles = settle(body.tiles.map((tile, i) => ({ ...tile, key: `t${i}` })));
  const draft: Draft = { name, title, tiles };
  for (const [member, value] of Object.entries({ words, filter, last, from, to, compare, annotations })) {
    if (value !== undefined) Object.assign(draft, { [member]: value });
  }
  return draft;
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || value === 0 || (Array.isArray(value) && !value.length) || (value !== null && typeof value === 'object' && !Object.keys(value).length);

/** As it is sent: tiles in the order they are read, without keys and without what says nothing. */
export function bodyOf(draft: Draft): DashboardBody {
  const tiles = inOrder(settle(draft.tiles)).map(({ key: _, x, y, w, h, ...said }) => ({
    ...(Object.fromEntries(Object.entries(said).filter(([, value]) => !isEmpty(value))) as Omit<Tile, 'x' | 'y' | 'w' | 'h'>),
    ...{ x, y, w, h },
  }));
  const { tiles: _, annotations, ...rest } = draft;
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value))) as unknown as Omit<DashboardBody, 'tiles'>;
  return { ...said, ...(annotations ? { annotations } : {}), tiles };
}

/** A dashboard of one tile, as it is asked to see it: its place, its title and words change nothing of the answer. */
export function askedBody(draft: Draft, tile: DraftTile): DashboardBody {
  const { words: _w, ...whole } = bodyOf({ ...draft, name: 'draft', title: 'draft', tiles: [{ ...tile, x: 0, y: 0, w: 6, h: 4 }] });
  const { title: _t, words: _, ...asked } = whole.tiles[0]!;
  return { ...whole, tiles: [asked] };
}

export const isSame = (a: Draft, b: Draft): boolean => JSON.stringify(bodyOf(a)) === JSON.stringify(bodyOf(b));

export function nextKey(tiles: readonly DraftTile[]): string {
  return `t${Math.max(-1, ...tiles.map((tile) => Number(tile.key.slice(1)))) + 1}`;
}

/** A tile of a KPI out of the library, or of words. */
export function newTile(tiles: readonly DraftTile[], kind: TileKind, kpi: string | null, words = ''): DraftTile {
  const { w, h } = KINDS[kind];
  const tile: DraftTile = { key: nextKey(tiles), kind, ...roomFor(tiles, w, h) };
  if (kind === 'text') return { ...tile, words };
  if (kpi) tile.kpis = [kpi];
  const by = ASKED_BY[kind];
  if (by) tile.by = by;
  return tile;
}

/** The same tile drawn otherwise: what the new kind cannot ask is dropped, what it needs is filled in. */
export function asKind(tile: DraftTile, kind: TileKind): DraftTile {
  const rule = KINDS[kind];
  const next: DraftTile = { ...tile, kind };
  const by = (tile.by ?? []).slice(0, rule.by[1]);
  const wanted = ASKED_BY[kind] ?? [];
  if (kind === 'line' && !isCalendar(by[0])) by.splice(0, by.length, 'week');
  if (kind === 'heatmap') by.splice(0, by.length, ...wanted);
  while (by.length < rule.by[0]) by.push(wanted.find((dimension) => !by.includes(dimension)) ?? 'network');
  next.by = by;
  next.kpis = (tile.kpis ?? []).slice(0, rule.kpis[1]);
  if (next.kpis.length > 1 && kind !== 'table') next.by = by.slice(0, Math.max(1, rule.by[0]));
  if (kind === 'text') next.words = tile.words || '';
  next.w = Math.max(next.w, Math.min(rule.w, 3));
  if (kind !== 'number' && kind !== 'text') next.h = Math.max(next.h, 4);
  return next;
}

/** What keeps a tile from being asked yet, by name: the editor says it beside the tile rather than send it. */
export function lacks(tile: Tile): 'kpis' | 'by' | 'words' | null {
  const rule = KINDS[tile.kind];
  if (tile.kind === 'text') return tile.words || tile.title ? null : 'words';
  if ((tile.kpis?.length ?? 0) < rule.kpis[0]) return 'kpis';
  if ((tile.by?.length ?? 0) < rule.by[0]) return 'by';
  return null;
}

/** A name for the address, made of a title. */
export function nameOf(title: string, taken: readonly string[]): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('ß', 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '');
  const start = plain || 'dashboard';
  const used = new Set([...taken, 'new']);
  if (!used.has(start)) return start;
  let n = 2;
  while (used.has(`${start}-${n}`)) n++;
  return `${start}-${n}`;
}
