// Which posts are selected: by their names, over the pages of the list; or all that the view finds.

import { SvelteSet } from 'svelte/reactivity';

/** What shift adds: everything from where the last choice was to here, in the list's order. */
export function between(list: readonly string[], from: string | null, to: string): string[] {
  const a = from === null ? -1 : list.indexOf(from);
  const b = list.indexOf(to);
  if (b < 0) return [];
  return a < 0 ? [to] : list.slice(Math.min(a, b), Math.max(a, b) + 1);
}

export class Selection {
  keys = new SvelteSet<string>();
  /** All that the view finds, also what no page has shown. */
  every = $state(false);
  #anchor: string | null = null;

  has = (key: string): boolean => this.every || this.keys.has(key);

  get any(): boolean {
    return this.every || this.keys.size > 0;
  }

  /** `list` is what is on the page, in its order; with `range` everything since the last choice goes the same way. */
  choose(list: readonly string[], key: string, on: boolean, range: boolean): void {
    if (this.every) {
      this.every = false;
      for (const each of list) this.keys.add(each);
    }
    for (const each of range ? between(list, this.#anchor, key) : [key]) {
      if (on) this.keys.add(each);
      else this.keys.delete(each);
    }
    this.#anchor = key;
  }

  chooseAll(list: readonly string[], on: boolean): void {
    this.every = false;
    for (const each of list) {
      if (on) this.keys.add(each);
      else this.keys.delete(each);
    }
  }

  clear(): void {
    this.keys.clear();
    this.every = false;
    this.#anchor = null;
  }
}
