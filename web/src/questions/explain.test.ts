import { describe, expect, it } from 'vitest';
import { explainRequest, readTarget, withTarget, type Target } from './explain';
import { readView } from './view';

describe('an open explanation in the address', () => {
  const target: Target = { kpi: 'engagement_rate:by_reach', cell: { network: 'bluesky', week: '2026-W05' }, only: { post: 'at://did:plc:x/app.bsky.feed.post/3k~1, 2' } };

  it('survives handles and ids of any spelling', () => {
    const search = withTarget(new URLSearchParams('last=28d'), target);
    expect(readTarget(new URLSearchParams(search.toString()))).toEqual(target);
  });

  it('closes without a trace', () => {
    const open = withTarget(new URLSearchParams('last=28d'), { ...target, all: true });
    expect(withTarget(open, null).toString()).toBe('last=28d');
  });

  it('asks for the cell by its dimensions, within the view', () => {
    expect(explainRequest(readView(new URLSearchParams('last=28d&network=x')), target)).toEqual({
      kpis: ['engagement_rate:by_reach'],
      last: '28d',
      compare: 'previous',
      by: ['network', 'week'],
      cell: target.cell,
      filter: { network: 'x', post: target.only!.post },
    });
  });

  it('looks at all of time for a post', () => {
    const request = explainRequest(readView(new URLSearchParams('last=28d')), { kpi: 'likes', only: { post: '1' }, all: true });
    expect(request).toEqual({ kpis: ['likes'], filter: { post: '1' } });
  });

  it('may have days, filters and a basis of its own, whatever the view', () => {
    const own: Target = { kpi: 'engagement_rate', only: { network: ['x', 'instagram'], promotion: 'organic' }, of: { from: '2026-07-01', to: '2026-08-12', basis: 'published' } };
    const search = withTarget(new URLSearchParams('last=28d&network=facebook'), own);
    expect(readTarget(search)).toEqual(own);
    expect(explainRequest(readView(search), own)).toEqual({ kpis: ['engagement_rate'], from: '2026-07-01', to: '2026-08-12', basis: 'published', filter: own.only });
    expect(withTarget(search, null).toString()).toBe('last=28d&network=facebook');

    const one: Target = { ...own, cell: { day: '2026-07-05' } };
    const read = withTarget(new URLSearchParams(), one);
    expect(readTarget(read)).toEqual(one);
    expect(explainRequest(readView(read), one)).toMatchObject({ from: '2026-07-01', to: '2026-08-12', by: ['day'], cell: { day: '2026-07-05' } });
  });

  it('explains one field of a tile that has its own days, comparison and moment', () => {
    const tile: Target = { kpi: 'likes', cell: { weekday: 'monday', hour: '9' }, of: { from: '2026-01-01', to: '2026-03-31', compare: 'year', as_of: '2026-05-01T00:00:00Z' } };
    const search = withTarget(new URLSearchParams(), tile);
    expect(readTarget(search)).toEqual(tile);
    expect(explainRequest(readView(search), tile)).toEqual({ kpis: ['likes'], from: '2026-01-01', to: '2026-03-31', compare: 'year', as_of: '2026-05-01T00:00:00Z', by: ['weekday', 'hour'], cell: tile.cell });
  });

  it('leaves posts out as the view does, but not where one of them or all of time is meant', () => {
    const view = readView(new URLSearchParams('without=post~17&because=a+gift'));
    expect(explainRequest(view, { kpi: 'reach' })).toMatchObject({ without: { post: ['17'] }, because: 'a gift' });
    for (const target of [{ kpi: 'reach', only: { post: '17' } }, { kpi: 'reach', cell: { day: '2026-02-20' }, all: true as const }]) expect(explainRequest(view, target)).not.toHaveProperty('without');
  });
});
