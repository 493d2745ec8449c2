import { describe, expect, it } from 'vitest';
import type { DashboardBody, Tile } from '../../api/types';
import { asKind, bodyOf, draftOf, isSame, lacks, nameOf, newTile, type Draft } from './draft';
import { isSettled, overlaps } from './layout';
import { merge } from './merge';

const number = (kpi: string, x: number, more: Partial<Tile> = {}): Tile => ({ kind: 'number', kpis: [kpi], x, y: 0, w: 3, h: 2, ...more });
const base: DashboardBody = {
  name: 'monday',
  title: 'Monday',
  last: '4w',
  tiles: [number('impressions', 0), number('engagement_rate', 3), { kind: 'line', title: 'Impressions', kpis: ['impressions'], by: ['week'], x: 0, y: 2, w: 12, h: 5 }],
};
const copy = (): DashboardBody => structuredClone(base);

/** A draft made of the base in which some tiles are changed, removed (null) or added. */
function changed(change: (draft: Draft) => void): Draft {
  const draft = draftOf(copy());
  change(draft);
  return draft;
}
function saved(change: (body: DashboardBody) => void): DashboardBody {
  const body = copy();
  change(body);
  return body;
}
const start = draftOf(base);
const kpisOf = (draft: Draft): string[] => draft.tiles.map((t) => `${t.kind} ${(t.kpis ?? []).join(' ')} ${t.title ?? ''}`.trim()).sort();
const kinds = (merged: ReturnType<typeof merge>): string[] => merged.steps.map((s) => s.kind);

describe('two people on one dashboard', () => {
  it('takes both, where they changed different tiles', () => {
    const mine = changed((d) => void (d.tiles[0] = { ...d.tiles[0]!, title: 'Seen' }));
    const theirs = saved((b) => void (b.tiles[2] = { ...b.tiles[2]!, by: ['month'] }));
    const merged = merge(start, mine, theirs);
    expect(merged.draft.tiles.find((t) => t.kind === 'line')?.by).toEqual(['month']);
    expect(merged.draft.tiles.find((t) => t.kpis?.[0] === 'impressions' && t.kind === 'number')?.title).toBe('Seen');
    expect(kinds(merged)).toEqual(['theirs_changed']);
  });

  it('takes both, where they changed different things of one tile', () => {
    const mine = changed((d) => void (d.tiles[2] = { ...d.tiles[2]!, by: ['month'], h: 6 }));
    const theirs = saved((b) => void (b.tiles[2] = { ...b.tiles[2]!, words: 'Look at March.' }));
    const merged = merge(start, mine, theirs);
    const line = merged.draft.tiles.find((t) => t.kind === 'line')!;
    expect([line.by, line.words, line.h]).toEqual([['month'], 'Look at March.', 6]);
    expect(kinds(merged)).toEqual(['combined']);
  });

  it('keeps both tiles, where they changed the same thing in two ways', () => {
    const mine = changed((d) => void (d.tiles[2] = { ...d.tiles[2]!, title: 'Ours' }));
    const theirs = saved((b) => void (b.tiles[2] = { ...b.tiles[2]!, title: 'Theirs' }));
    const merged = merge(start, mine, theirs);
    expect(merged.draft.tiles.filter((t) => t.kind === 'line').map((t) => t.title).sort()).toEqual(['Ours', 'Theirs']);
    expect(kinds(merged)).toEqual(['both']);
    expect(new Set(merged.draft.tiles.map((t) => t.key)).size).toBe(4);
  });

  it('makes no third tile of halves of two', () => {
    const mine = changed((d) => void (d.tiles[1] = { ...d.tiles[1]!, last: '28d' }));
    const theirs = saved((b) => void (b.tiles[1] = { ...b.tiles[1]!, from: '2026-01-01', to: '2026-02-01' }));
    expect(kinds(merge(start, mine, theirs))).toEqual(['both']);
  });

  it('takes over what they added and what they removed', () => {
    const mine = changed((d) => void (d.title = 'Our Monday'));
    const theirs = saved((b) => void b.tiles.splice(1, 1, { kind: 'text', words: 'Hello', x: 3, y: 0, w: 9, h: 2 }));
    const merged = merge(start, mine, theirs);
    expect(kpisOf(merged.draft)).toEqual(['line impressions Impressions', 'number impressions', 'text']);
    expect(merged.draft.title).toBe('Our Monday');
    expect(kinds(merged).sort()).toEqual(['theirs_added', 'theirs_removed']);
  });

  it('lets no removal take what the other worked on', () => {
    const mine = changed((d) => void (d.tiles[0] = { ...d.tiles[0]!, title: 'Worked on' }));
    const gone = saved((b) => void b.tiles.shift());
    const kept = merge(start, mine, gone);
    expect(kpisOf(kept.draft)).toContain('number impressions Worked on');
    expect(kinds(kept)).toEqual(['kept_mine']);

    const removed = changed((d) => void d.tiles.shift());
    const theirs = saved((b) => void (b.tiles[0] = { ...b.tiles[0]!, title: 'Theirs' }));
    const back = merge(start, removed, theirs);
    expect(kpisOf(back.draft)).toContain('number impressions Theirs');
    expect(kinds(back)).toEqual(['kept_theirs']);
  });

  it('removes what one removed and the other left alone, and adds once what both added', () => {
    const extra: Tile = { kind: 'bar', kpis: ['reach'], by: ['network'], x: 0, y: 7, w: 6, h: 5 };
    const mine = changed((d) => {
      d.tiles.shift();
      d.tiles.push({ ...extra, key: 't9' });
    });
    const merged = merge(start, mine, saved((b) => void b.tiles.push({ ...extra, x: 6 })));
    expect(kpisOf(merged.draft)).toEqual(['bar reach', 'line impressions Impressions', 'number engagement_rate']);
    expect(merged.steps).toEqual([]);
  });

  it('says which settings are whose', () => {
    const mine = changed((d) => void Object.assign(d, { title: 'Ours', words: 'Mine' }));
    const merged = merge(start, mine, saved((b) => void Object.assign(b, { title: 'Theirs', last: '3m' })));
    expect([merged.draft.title, merged.draft.last, merged.draft.words]).toEqual(['Ours', '3m', 'Mine']);
    expect(merged.steps.map((s) => [s.kind, s.setting])).toEqual([
      ['setting_theirs', 'last'],
      ['setting_mine', 'title'],
    ]);
  });

  it('changes nothing where they changed nothing', () => {
    const mine = changed((d) => void (d.tiles[1] = { ...d.tiles[1]!, title: 'Rate' }));
    const merged = merge(start, mine, copy());
    expect(isSame(merged.draft, mine)).toBe(true);
    expect(merged.steps).toEqual([]);
  });

  it('never lays tiles over each other', () => {
    const mine = changed((d) => void (d.tiles[2] = { ...d.tiles[2]!, y: 0 }));
    const merged = merge(start, mine, saved((b) => void b.tiles.push({ kind: 'text', words: 'w', x: 0, y: 7, w: 12, h: 3 })));
    expect(isSettled(merged.draft.tiles)).toBe(true);
    for (const a of merged.draft.tiles) for (const b of merged.draft.tiles) if (a !== b) expect(overlaps(a, b)).toBe(false);
  });
});

describe('a draft', () => {
  it('comes back as it was sent', () => {
    expect(bodyOf(draftOf(base))).toEqual(base);
  });

  it('makes of one kind another that can be asked', () => {
    const line = draftOf(base).tiles.find((t) => t.kind === 'line')!;
    for (const kind of ['bar', 'stacked', 'heatmap', 'table', 'pie', 'number'] as const) expect(lacks(asKind(line, kind)), kind).toBeNull();
    expect(asKind(line, 'heatmap').by).toEqual(['weekday', 'hour']);
    expect(asKind(asKind(line, 'pie'), 'line').by).toEqual(['week']);
    expect(lacks(asKind(line, 'funnel'))).toBe('kpis');
    expect(lacks(newTile([], 'text', null))).toBe('words');
  });

  it('is named by its title', () => {
    expect(nameOf('Größe & Übersicht 2026', [])).toBe('grosse-ubersicht-2026');
    expect(nameOf('Monday', ['monday', 'monday-2'])).toBe('monday-3');
    expect(nameOf('รายงาน', [])).toBe('dashboard');
    expect(nameOf('New', [])).toBe('new-2');
  });
});
