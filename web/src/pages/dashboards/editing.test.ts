import { describe, expect, it } from 'vitest';
import type { DashboardBody } from '../../api/types';
import { bodyOf } from './draft';
import { Editing, keep, waitingFor } from './editing.svelte';
import { merge } from './merge';

const body: DashboardBody = {
  name: 'm',
  title: 'M',
  tiles: [
    { kind: 'number', kpis: ['impressions'], x: 0, y: 0, w: 3, h: 2 },
    { kind: 'number', kpis: ['likes'], x: 3, y: 0, w: 3, h: 2 },
  ],
};

describe('editing', () => {
  it('takes changes back one by one, and the letters of a title together', () => {
    const editing = new Editing(body, 1);
    for (const title of ['A', 'AB', 'ABC']) editing.change({ ...editing.draft, title }, 'title');
    editing.change({ ...editing.draft, words: 'W' });
    editing.undo();
    expect([editing.draft.title, editing.draft.words]).toEqual(['ABC', undefined]);
    editing.undo();
    expect(editing.draft.title).toBe('M');
    expect(editing.canUndo).toBe(false);
    expect(editing.isChanged).toBe(false);
    editing.redo();
    editing.redo();
    expect([editing.draft.title, editing.draft.words]).toEqual(['ABC', 'W']);
    editing.undo();
    editing.change({ ...editing.draft, title: 'Other' });
    expect(editing.canRedo).toBe(false);
  });

  it('goes on from what somebody else saved, and can be merged again from there', () => {
    const editing = new Editing(body, 1);
    editing.change({ ...editing.draft, tiles: editing.draft.tiles.map((t) => (t.kpis?.[0] === 'likes' ? { ...t, title: 'Mine' } : t)) });
    const theirs: DashboardBody = { ...body, tiles: [{ kind: 'text', words: 'First', x: 0, y: 0, w: 12, h: 2 }, ...body.tiles.map((t) => ({ ...t, y: 2 }))] };
    editing.rebase(theirs, 2, merge(editing.base, editing.draft, theirs).draft);
    expect(editing.revision).toBe(2);
    const later: DashboardBody = { ...theirs, tiles: theirs.tiles.map((t) => (t.kind === 'text' ? { ...t, words: 'Second' } : t)) };
    const again = merge(editing.base, editing.draft, later);
    expect(again.steps.map((s) => s.kind)).toEqual(['theirs_changed']);
    expect(bodyOf(again.draft).tiles.map((t) => t.title ?? t.words ?? t.kpis?.[0]).sort()).toEqual(['Mine', 'Second', 'impressions']);
    editing.undo();
    expect(editing.draft.tiles.map((t) => t.title ?? t.kpis?.[0])).toEqual(['impressions', 'Mine']);
  });

  it('lives as long as its page where nothing can be kept', () => {
    const editing = new Editing(body, 1);
    keep('default', 'm', editing);
    expect(waitingFor('default', 'm')).toBeNull();
  });
});
