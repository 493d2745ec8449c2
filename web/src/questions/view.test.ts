import { describe, expect, it } from 'vitest';
import { comparison, daysIn, grainFor, isLeftOut, readView, selectorsOf, writeView } from './view';

const read = (text: string) => readView(new URLSearchParams(text));

describe('a view in the address', () => {
  it('is plain when nothing was chosen', () => {
    expect(writeView(read('')).toString()).toBe('');
    expect(selectorsOf(read(''))).toEqual({ last: '90d' });
  });

  it('comes back as it was written', () => {
    const text = 'workspace=shop&from=2026-01-01&to=2026-01-31&compare=year&network=instagram&network=x&tag=spring+sale&as_of=2026-02-01';
    expect(writeView(read(text)).toString()).toBe(text);
  });

  it('asks for one member as a word and for several as a list', () => {
    expect(selectorsOf(read('network=x&account=a&account=b')).filter).toEqual({ network: 'x', account: ['a', 'b'] });
  });

  it('does not believe nonsense', () => {
    expect(read('last=soon&compare=sideways&from=2026-01-01')).toMatchObject({ period: { kind: 'last', last: '90d' }, compare: 'previous' });
  });

  it('turns a range given backwards', () => {
    expect(read('from=2026-02-01&to=2026-01-01').period).toEqual({ kind: 'range', from: '2026-01-01', to: '2026-02-01' });
  });

  it('leaves posts out with a reason, and never without one', () => {
    const text = 'without=post%7E17%2F9&without=hashtag%7Egiveaway&because=a+gift';
    expect(writeView(read(text)).toString()).toBe(text);
    expect(selectorsOf(read(text))).toMatchObject({ without: { post: ['17/9'], hashtag: ['giveaway'] }, because: 'a gift' });
    expect(selectorsOf(read('without=post~17'))).toEqual({ last: '90d' });
    expect(selectorsOf(read('because=a+gift'))).toEqual({ last: '90d' });
    const post = { id: '17/9', kind: 'reel', hashtags: [], campaign: null, tags: [] };
    expect(isLeftOut(read(text), post)).toBe(true);
    expect(isLeftOut(read(text), { ...post, id: '18' })).toBe(false);
    expect(isLeftOut(read(text), { ...post, id: '18', hashtags: ['giveaway'] })).toBe(true);
  });

  it('compares nothing with all of time', () => {
    expect(comparison(read('last=all'))).toEqual({});
    expect(comparison(read('compare=none'))).toEqual({});
    expect(comparison(read('compare=2025-01-01..2025-03-31'))).toEqual({ compare: '2025-01-01..2025-03-31' });
  });

  it('draws few days by day, a quarter by week, years by month', () => {
    expect(daysIn({ kind: 'range', from: '2026-03-01', to: '2026-03-31' })).toBe(31);
    expect(grainFor({ kind: 'last', last: '28d' })).toBe('day');
    expect(grainFor({ kind: 'last', last: '90d' })).toBe('week');
    expect(grainFor({ kind: 'last', last: '24m' })).toBe('month');
    expect(grainFor({ kind: 'all' })).toBe('month');
  });
});
