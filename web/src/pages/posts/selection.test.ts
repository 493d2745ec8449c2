import { describe, expect, it } from 'vitest';
import { between, Selection } from './selection.svelte';

describe('selecting posts', () => {
  const list = ['a', 'b', 'c', 'd', 'e'];

  it('takes what lies between, both ways', () => {
    expect(between(list, 'b', 'd')).toEqual(['b', 'c', 'd']);
    expect(between(list, 'd', 'b')).toEqual(['b', 'c', 'd']);
    expect(between(list, null, 'c')).toEqual(['c']);
    expect(between(list, 'on another page', 'c')).toEqual(['c']);
    expect(between(list, 'a', 'gone')).toEqual([]);
  });

  it('goes with shift from the last choice', () => {
    const chosen = new Selection();
    chosen.choose(list, 'b', true, false);
    chosen.choose(list, 'd', true, true);
    expect([...chosen.keys]).toEqual(['b', 'c', 'd']);
    chosen.choose(list, 'c', false, false);
    expect([...chosen.keys]).toEqual(['b', 'd']);
  });

  it('keeps what was chosen on another page', () => {
    const chosen = new Selection();
    chosen.choose(list, 'b', true, false);
    chosen.chooseAll(['x', 'y'], true);
    expect([...chosen.keys]).toEqual(['b', 'x', 'y']);
    chosen.chooseAll(['x', 'y'], false);
    expect([...chosen.keys]).toEqual(['b']);
  });

  it('falls back to this page when one of all is left out', () => {
    const chosen = new Selection();
    chosen.every = true;
    expect(chosen.has('anything')).toBe(true);
    chosen.choose(list, 'c', false, false);
    expect(chosen.every).toBe(false);
    expect([...chosen.keys]).toEqual(['a', 'b', 'd', 'e']);
  });
});
