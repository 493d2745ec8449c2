// Two people changed the same dashboard. Both their works are kept, tile by tile: what only one of them changed is taken
// from them; where both changed the same thing of a tile in two ways, both tiles stay. Where a tile stands is of less
// weight than what it holds: ours wins there.

import type { DashboardBody, Tile } from '../../api/types';
import { draftOf, nextKey, type Draft, type DraftTile } from './draft';
import { roomFor, settle } from './layout';

export interface Step {
  /** theirs_*: what they did, and it is taken over. both: a tile twice. kept: ours or theirs outlives a removal. mine: ours stands, of a setting. */
  kind: 'theirs_changed' | 'theirs_added' | 'theirs_removed' | 'combined' | 'both' | 'kept_theirs' | 'kept_mine' | 'setting_theirs' | 'setting_mine';
  /** The tile, or the setting's name. */
  tile: Tile | null;
  setting: string | null;
}

export interface Merged {
  draft: Draft;
  steps: Step[];
}

const CONTENT = ['kind', 'title', 'words', 'kpis', 'by', 'filter', 'last', 'from', 'to', 'compare', 'basis', 'limit'] as const;
const PLACE = ['x', 'y', 'w', 'h'] as const;
const SETTINGS = ['title', 'words', 'filter', 'last', 'from', 'to', 'compare', 'annotations'] as const;

const plain = (value: unknown): string => {
  if (value === undefined || value === '' || value === 0) return '';
  if (value && typeof value === 'object' && !Array.isArray(value)) {
    return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return JSON.stringify(value);
};
const same = (a: unknown, b: unknown): boolean => plain(a) === plain(b);
const sameIn = <T extends object>(a: T, b: T, members: readonly (keyof T)[]): boolean => members.every((m) => same(a[m], b[m]));

/** How much of one tile is in another; 0 where they are different things. */
function likeness(a: Tile, b: Tile): number {
  const shared = (a.kpis ?? []).filter((kpi) => b.kpis?.includes(kpi)).length;
  const title = !!a.title && a.title === b.title;
  const words = !!a.words && a.words === b.words;
  const place = sameIn(a, b, PLACE);
  if (!shared && !title && !words && !place) return 0;
  return 4 * shared + 3 * Number(title) + 2 * Number(words) + 2 * Number(a.kind === b.kind) + 2 * Number(place) + Number(same(a.by, b.by));
}

/** Which of their tiles each of the tiles both began with has become. The same first, then the most alike. */
export function matched(base: readonly DraftTile[], theirs: readonly DraftTile[]): Map<string, DraftTile> {
  const found = new Map<string, DraftTile>();
  const left = new Set(theirs);
  const take = (tile: DraftTile, other: DraftTile): void => {
    found.set(tile.key, other);
    left.delete(other);
  };
  for (const strict of [true, false]) {
    for (const tile of base) {
      if (found.has(tile.key)) continue;
      const other = [...left].find((each) => sameIn(tile, each, CONTENT) && (!strict || sameIn(tile, each, PLACE)));
      if (other) take(tile, other);
    }
  }
  const pairs = base
    .filter((tile) => !found.has(tile.key))
    .flatMap((tile) => [...left].map((other) => ({ tile, other, like: likeness(tile, other) })))
    .filter(({ like }) => like >= 4)
    .sort((a, b) => b.like - a.like);
  for (const { tile, other } of pairs) if (!found.has(tile.key) && left.has(other)) take(tile, other);
  return found;
}

/** Member by member: ours where only we changed it, theirs where only they did; `clash` where both did in two ways. */
function combined<T extends object>(base: T, mine: T, theirs: T, members: readonly (keyof T)[]): { value: Partial<T>; clash: (keyof T)[]; fromTheirs: (keyof T)[] } {
  const value: Partial<T> = {};
  const clash: (keyof T)[] = [];
  const fromTheirs: (keyof T)[] = [];
  for (const member of members) {
    const weDid = !same(base[member], mine[member]);
    const theyDid = !same(base[member], theirs[member]);
    if (weDid && theyDid && !same(mine[member], theirs[member])) clash.push(member);
    else if (theyDid && !weDid) fromTheirs.push(member);
    value[member] = theyDid && !weDid ? theirs[member] : mine[member];
  }
  return { value, clash, fromTheirs };
}

// A member that is undefined is one that is not said.
const said = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;

// A period is one thing, and so is what a tile draws: halves of two would be a third nobody wanted.
const PERIOD = ['last', 'from', 'to'] as const;

function mergedTile(base: DraftTile, mine: DraftTile, theirs: DraftTile): { tiles: DraftTile[]; kind: Step['kind'] | null } {
  const content = combined<Tile>(base, mine, theirs, CONTENT);
  const place = combined<Tile>(base, mine, theirs, PLACE);
  const torn = (members: readonly string[]): boolean =>
    members.some((m) => content.fromTheirs.includes(m as keyof Tile)) && members.some((m) => !same(base[m as keyof Tile], mine[m as keyof Tile]));
  const clash = content.clash.length > 0 || torn(PERIOD) || torn(['kind', 'kpis', 'by']);
  // Where both moved it, it stands where we put it.
  const where = place.clash.length ? { x: mine.x, y: mine.y, w: mine.w, h: mine.h } : place.value;
  if (clash) return { tiles: [{ ...mine, ...where } as DraftTile, theirs], kind: 'both' };
  const tile = said({ ...mine, ...content.value, ...where }) as DraftTile;
  if (!content.fromTheirs.length && !place.fromTheirs.length) return { tiles: [tile], kind: null };
  const weDid = !sameIn<Tile>(base, mine, [...CONTENT, ...PLACE]);
  const onlyMoved = !content.fromTheirs.length;
  return { tiles: [tile], kind: onlyMoved && !weDid ? null : weDid ? 'combined' : 'theirs_changed' };
}

/** `base` is what both began with, `mine` the draft made of it, with its keys. */
export function merge(base: Draft, mine: Draft, theirsSaved: DashboardBody): Merged {
  const theirs = draftOf(theirsSaved);
  const steps: Step[] = [];
  const tell = (kind: Step['kind'], tile: Tile | null, setting: string | null = null): void => void steps.push({ kind, tile, setting });
  const become = matched(base.tiles, theirs.tiles);
  const taken = new Set([...become.values()].map((tile) => tile.key));
  const tiles: DraftTile[] = [];
  let all = [...mine.tiles, ...base.tiles];
  const anew = (tile: DraftTile): DraftTile => {
    const fresh = { ...tile, key: nextKey(all) };
    all = [...all, fresh];
    return fresh;
  };
  for (const before of base.tiles) {
    const ours = mine.tiles.find((tile) => tile.key === before.key);
    const other = become.get(before.key);
    if (ours && other) {
      const one = mergedTile(before, ours, other);
      tiles.push({ ...one.tiles[0]!, key: before.key });
      if (one.tiles[1]) tiles.push(anew(one.tiles[1]));
      if (one.kind) tell(one.kind, one.kind === 'both' ? other : one.tiles[0]!);
    } else if (ours) {
      if (sameIn<Tile>(before, ours, CONTENT)) tell('theirs_removed', before);
      else {
        tiles.push(ours);
        tell('kept_mine', ours);
      }
    } else if (other && !sameIn<Tile>(before, other, CONTENT)) {
      tiles.push(anew(other));
      tell('kept_theirs', other);
    }
  }
  const known = new Set(base.tiles.map((tile) => tile.key));
  const added = mine.tiles.filter((tile) => !known.has(tile.key));
  tiles.push(...added);
  for (const tile of theirs.tiles) {
    if (taken.has(tile.key) || added.some((ours) => sameIn<Tile>(ours, tile, CONTENT))) continue;
    tiles.push(anew(tile));
    tell('theirs_added', tile);
  }
  const settings = combined<Draft>(base, mine, theirs, SETTINGS);
  for (const setting of settings.fromTheirs) tell('setting_theirs', null, setting);
  for (const setting of settings.clash) tell('setting_mine', null, setting);
  const draft = said({ ...mine, ...settings.value, name: mine.name, tiles: settle(tiles) });
  return { draft, steps };
}

/** A copy of a tile, where there is room. */
export function doubled(tiles: readonly DraftTile[], tile: DraftTile): DraftTile {
  return { ...tile, key: nextKey(tiles), ...roomFor(tiles, tile.w, tile.h) };
}
