// Where tiles stand on a grid of twelve columns. Tiles fall upwards: no tile has room above it, none lies over another.

export const COLUMNS = 12;
/** The height of a row with the gap below it, and the gap, in pixels. */
export const ROW = 88;
export const GAP = 16;

export interface Place {
  x: number;
  y: number;
  w: number;
  h: number;
}
export interface Placed extends Place {
  key: string;
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

export const overlaps = (a: Place, b: Place): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** The order in which tiles are read: by rows, then from the left. */
export const inOrder = <T extends Place>(tiles: readonly T[]): T[] => [...tiles].sort((a, b) => a.y - b.y || a.x - b.x);

/** Lets all fall upwards; of two that begin in one row and are in each other's way, `first` goes above. */
export function settle<T extends Placed>(tiles: readonly T[], first?: string): T[] {
  const order = [...tiles].sort((a, b) => a.y - b.y || Number(b.key === first) - Number(a.key === first) || a.x - b.x);
  const placed: T[] = [];
  for (const tile of order) {
    const w = clamp(tile.w, 1, COLUMNS);
    const x = clamp(tile.x, 0, COLUMNS - w);
    const above = placed.filter((other) => other.x < x + w && x < other.x + other.w);
    placed.push({ ...tile, x, w, h: clamp(tile.h, 1, 100), y: Math.max(0, ...above.map((other) => other.y + other.h)) });
  }
  return placed;
}

const sameDraft = (a: readonly Placed[], b: readonly Placed[]): boolean =>
  a.every((tile) => {
    const other = b.find((each) => each.key === tile.key);
    return other && tile.x === other.x && tile.y === other.y && tile.w === other.w && tile.h === other.h;
  });

const withPlace = <T extends Placed>(tiles: readonly T[], key: string, change: Partial<Place>): T[] =>
  tiles.map((tile) => (tile.key === key ? { ...tile, ...change } : tile));

/** One step by the arrow keys: a column aside, or up or down past what is in the way. The same tiles where there is no way. */
export function step<T extends Placed>(tiles: readonly T[], key: string, dx: number, dy: number): T[] {
  const tile = tiles.find((each) => each.key === key);
  if (!tile) return [...tiles];
  const before = settle(tiles);
  if (!dx && !dy) return before;
  if (dx) return settle(withPlace(before, key, { x: clamp(tile.x + dx, 0, COLUMNS - tile.w) }), key);
  const bottom = Math.max(...before.map((each) => each.y + each.h));
  const at = before.find((each) => each.key === key)!;
  for (let y = at.y + dy; y >= 0 && y <= bottom; y += dy) {
    const next = settle(withPlace(before, key, { y }), dy < 0 ? key : undefined);
    const there = next.find((each) => each.key === key)!;
    if (dy < 0 ? there.y < at.y : there.y > at.y) return next;
  }
  return before;
}

/** Wider or narrower, higher or lower by one. */
export function stretch<T extends Placed>(tiles: readonly T[], key: string, dw: number, dh: number): T[] {
  const tile = tiles.find((each) => each.key === key);
  if (!tile) return [...tiles];
  const w = clamp(tile.w + dw, 1, COLUMNS);
  return settle(withPlace(tiles, key, { w, x: Math.min(tile.x, COLUMNS - w), h: clamp(tile.h + dh, 1, 40) }), key);
}

const reads = (tiles: readonly Placed[], order: readonly string[]): boolean => inOrder(tiles).every((tile, i) => tile.key === order[i]);

/** On a screen of one column: the tile is read before another, or last. As little as can be is moved on wide screens; where the order needs more, all flow anew. */
export function moveBefore<T extends Placed>(tiles: readonly T[], key: string, before: string | null): T[] {
  const moving = tiles.find((each) => each.key === key);
  if (!moving) return [...tiles];
  const order = inOrder(tiles)
    .map((each) => each.key)
    .filter((each) => each !== key);
  order.splice(before === null ? order.length : Math.max(0, order.indexOf(before)), 0, key);
  const target = tiles.find((each) => each.key === before);
  const bottom = Math.max(0, ...tiles.map((each) => each.y + each.h));
  const moved = settle(withPlace(tiles, key, target ? { x: Math.min(target.x, COLUMNS - moving.w), y: target.y } : { y: bottom, x: 0 }), key);
  return reads(moved, order) ? moved : flow(tiles, order);
}

/** Row by row in an order, each as wide and high as it is. */
function flow<T extends Placed>(tiles: readonly T[], order: readonly string[]): T[] {
  let [x, y, high] = [0, 0, 0];
  return settle(
    order.flatMap((key) => {
      const tile = tiles.find((each) => each.key === key);
      if (!tile) return [];
      if (x + tile.w > COLUMNS) [x, y, high] = [0, y + high, 0];
      const placed = { ...tile, x, y };
      x += tile.w;
      high = Math.max(high, tile.h);
      return [placed];
    }),
  );
}

/** Where a new tile finds room: beside the last row where it fits, else below all. */
export function roomFor(tiles: readonly Place[], w: number, h: number): Place {
  const bottom = Math.max(0, ...tiles.map((tile) => tile.y + tile.h));
  for (let y = 0; y < bottom; y++) {
    for (let x = 0; x + w <= COLUMNS; x++) {
      const place = { x, y, w, h };
      const hangs = y > 0 && !tiles.some((tile) => tile.y + tile.h === y && tile.x < x + w && x < tile.x + tile.w);
      if (!hangs && y + h <= bottom && !tiles.some((tile) => overlaps(tile, place))) return place;
    }
  }
  return { x: 0, y: bottom, w, h };
}

export const isSettled = (tiles: readonly Placed[]): boolean => sameDraft(tiles, settle(tiles));
