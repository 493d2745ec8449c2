// The draft while it is edited: each change can be taken back, and a copy waits in the browser until it is saved.

import type { DashboardBody } from '../../api/types';
import { bodyOf, draftOf, isSame, type Draft } from './draft';
import { matched } from './merge';

const KEPT = 200;

export interface Waiting {
  revision: number;
  base: DashboardBody;
  draft: DashboardBody;
}

export class Editing {
  draft = $state.raw<Draft>(null!);
  base = $state.raw<Draft>(null!);
  revision = $state(0);
  #past = $state.raw<{ draft: Draft; tag: string | null }[]>([]);
  #future = $state.raw<Draft[]>([]);

  constructor(body: DashboardBody, revision: number) {
    this.begin(body, revision);
  }

  begin(body: DashboardBody, revision: number): void {
    this.draft = this.base = draftOf(body);
    this.revision = revision;
    this.#past = [];
    this.#future = [];
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }
  get isChanged(): boolean {
    return !isSame(this.draft, this.base);
  }

  /** Changes of one tag after each other, as the letters of a title, are taken back together. */
  change(next: Draft, tag: string | null = null): void {
    const last = this.#past.at(-1);
    if (!tag || last?.tag !== tag) this.#past = [...this.#past.slice(-KEPT), { draft: this.draft, tag }];
    this.#future = [];
    this.draft = next;
  }

  undo = (): void => {
    const last = this.#past.at(-1);
    if (!last) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.draft];
    this.draft = last.draft;
  };

  redo = (): void => {
    const next = this.#future.at(-1);
    if (!next) return;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, { draft: this.draft, tag: null }];
    this.draft = next;
  };

  /** Goes on from what somebody else saved, with `draft` as what we make of it. */
  rebase(theirs: DashboardBody, revision: number, draft: Draft): void {
    const base = draftOf(theirs);
    const next = rekeyed(base, draft);
    this.base = base;
    this.revision = revision;
    this.#past = [...this.#past, { draft: rekeyed(base, this.draft), tag: null }];
    this.#future = [];
    this.draft = next;
  }
}

/** The draft's tiles under the keys of the base's tiles that they are. */
export function rekeyed(base: Draft, draft: Draft): Draft {
  const become = matched(base.tiles, draft.tiles);
  const keys = new Map([...become].map(([key, tile]) => [tile.key, key]));
  let next = base.tiles.length;
  return { ...draft, tiles: draft.tiles.map((tile) => ({ ...tile, key: keys.get(tile.key) ?? `t${next++}` })) };
}

const place = (workspace: string, name: string): string => `sociometer.draft.${workspace}.${name}`;

export function keep(workspace: string, name: string, editing: Editing): void {
  try {
    if (!editing.isChanged) return localStorage.removeItem(place(workspace, name));
    const waiting: Waiting = { revision: editing.revision, base: bodyOf(editing.base), draft: bodyOf(editing.draft) };
    localStorage.setItem(place(workspace, name), JSON.stringify(waiting));
  } catch {
    // Without storage a draft lives as long as its page.
  }
}

export function waitingFor(workspace: string, name: string): Waiting | null {
  try {
    const text = localStorage.getItem(place(workspace, name));
    const waiting = text ? (JSON.parse(text) as Waiting) : null;
    return waiting && Array.isArray(waiting.draft?.tiles) && Array.isArray(waiting.base?.tiles) ? waiting : null;
  } catch {
    return null;
  }
}

export function dropWaiting(workspace: string, name: string): void {
  try {
    localStorage.removeItem(place(workspace, name));
  } catch {
    // Nothing to drop.
  }
}
