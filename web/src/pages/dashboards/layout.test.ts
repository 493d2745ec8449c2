import { describe, expect, it } from 'vitest';
import { inOrder, isSettled, moveBefore, overlaps, roomFor, settle, step, stretch, type Placed } from './layout';

const tile = (key: string, x: number, y: number, w: number, h: number): Placed => ({ key, x, y, w, h });
const at = (tiles: Placed[], key: string) => {
  const { x, y, w, h } = tiles.find((t) => t.key === key)!;
  return [x, y, w, h];
};
const sound = (tiles: Placed[]): void => {
  for (const a of tiles) for (const b of tiles) if (a !== b) expect(overlaps(a, b), `${a.key} over ${b.key}`).toBe(false);
  for (const t of tiles) {
    expect(t.x >= 0 && t.x + t.w <= 12 && t.y >= 0).toBe(true);
  }
};

const three = [tile('a', 0, 0, 6, 2), tile('b', 6, 0, 6, 2), tile('c', 0, 2, 12, 5)];

describe('the grid', () => {
  it('lets tiles fall upwards and keeps them apart', () => {
    const loose = [tile('a', 0, 3, 6, 2), tile('b', 3, 3, 6, 2), tile('c', 9, 9, 9, 1)];
    const settled = settle(loose);
    sound(settled);
    expect(at(settled, 'a')).toEqual([0, 0, 6, 2]);
    expect(at(settled, 'b')).toEqual([3, 2, 6, 2]);
    expect(at(settled, 'c')).toEqual([3, 4, 9, 1]);
    expect(isSettled(settled)).toBe(true);
    expect(isSettled(loose)).toBe(false);
  });

  it('moves by the arrow keys past what is in the way', () => {
    const down = step(three, 'a', 0, 1);
    sound(down);
    expect(at(down, 'a')[1]).toBe(7);
    expect(at(down, 'c')[1]).toBe(2);
    const up = step(down, 'c', 0, -1);
    expect(at(up, 'c')).toEqual([0, 0, 12, 5]);
    expect(at(up, 'b')[1]).toBe(5);
    sound(up);
  });

  it('pushes a neighbour below when moved aside', () => {
    const aside = step(three, 'a', 1, 0);
    sound(aside);
    expect(at(aside, 'a')).toEqual([1, 0, 6, 2]);
    expect(at(aside, 'b')[1]).toBe(2);
  });

  it('stays where there is no way to go', () => {
    expect(at(step(three, 'a', -1, 0), 'a')).toEqual([0, 0, 6, 2]);
    expect(at(step(three, 'a', 0, -1), 'a')).toEqual([0, 0, 6, 2]);
    expect(at(step(three, 'c', 0, 1), 'c')).toEqual([0, 2, 12, 5]);
  });

  it('stretches within its columns', () => {
    const wide = stretch(three, 'b', 3, 1);
    sound(wide);
    expect(at(wide, 'b')).toEqual([3, 0, 9, 3]);
    expect(at(stretch(three, 'a', -20, -20), 'a')).toEqual([0, 0, 1, 1]);
  });

  it('finds room beside before it goes below', () => {
    expect(roomFor([tile('a', 0, 0, 3, 2)], 3, 2)).toEqual({ x: 3, y: 0, w: 3, h: 2 });
    expect(roomFor(three, 3, 2)).toEqual({ x: 0, y: 7, w: 3, h: 2 });
    expect(roomFor([], 12, 5)).toEqual({ x: 0, y: 0, w: 12, h: 5 });
  });

  it('reads in another order on a screen of one column', () => {
    const moved = moveBefore(three, 'c', 'a');
    sound(moved);
    expect(inOrder(moved).map((t) => t.key)).toEqual(['c', 'a', 'b']);
    const apart = [tile('a', 0, 0, 4, 3), tile('b', 8, 0, 3, 2), tile('c', 0, 3, 12, 5)];
    const behind = moveBefore(apart, 'a', 'c');
    sound(behind);
    expect(inOrder(behind).map((t) => t.key)).toEqual(['b', 'a', 'c']);
    expect(inOrder(moveBefore(three, 'a', null)).map((t) => t.key)).toEqual(['b', 'c', 'a']);
  });

  it('keeps all apart whatever is done', () => {
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    let tiles = Array.from({ length: 9 }, (_, i) => tile(`t${i}`, random(12), random(9), 1 + random(12), 1 + random(5)));
    tiles = settle(tiles);
    for (let i = 0; i < 400; i++) {
      const key = `t${random(9)}`;
      tiles = random(2) ? step(tiles, key, random(3) - 1, 0) : random(2) ? step(tiles, key, 0, random(2) ? 1 : -1) : stretch(tiles, key, random(3) - 1, random(3) - 1);
      sound(tiles);
      expect(isSettled(tiles)).toBe(true);
    }
  });
});
