import { beforeEach, describe, expect, it } from 'vitest';
import { setLocale } from '../../ui/format';
import { composeDaily, composePosts, lay, readDay, readPaste, type SheetColumn } from './sheet';

const meta = { network: 'mastodon', account: 'brand', ownership: 'own', zone: 'Europe/Berlin', currency: 'EUR' };
const daily: SheetColumn[] = [
  { key: 'start', kind: 'day' },
  { key: 'followers', kind: 'number' },
  { key: 'impressions', kind: 'number' },
];

beforeEach(() => setLocale('en'));

describe('daily numbers as a file', () => {
  it('writes a line per number and none for an empty cell', () => {
    const made = composeDaily(meta, daily, [
      ['2026-01-01', '1,204', ''],
      ['', '', ''],
      ['2026-01-02', '1,210', '0'],
    ]);
    expect(made.csv).toBe(
      'network,account,ownership,subject,measure,window,start,zone,value\r\n' +
        'mastodon,brand,own,account,followers,day,2026-01-01,Europe/Berlin,1204\r\n' +
        'mastodon,brand,own,account,followers,day,2026-01-02,Europe/Berlin,1210\r\n' +
        'mastodon,brand,own,account,impressions,day,2026-01-02,Europe/Berlin,0\r\n',
    );
    expect(made).toMatchObject({ rows: 2, numbers: 3, faults: [] });
  });

  it('names every cell it cannot read', () => {
    const made = composeDaily(meta, daily, [
      ['2026-02-30', '5', 'many'],
      ['', '7', ''],
    ]);
    expect(made.faults).toEqual([
      { row: 0, column: 0, why: 'day' },
      { row: 0, column: 2, why: 'number' },
      { row: 1, column: 0, why: 'missing_day' },
    ]);
  });

  it('carries the currency only where there is money', () => {
    const made = composeDaily(meta, [daily[0]!, { key: 'spend', kind: 'money' }, daily[1]!], [['2026-01-01', '12.50', '9']]);
    expect(made.csv.split('\r\n')[1]).toMatch(/,spend,day,2026-01-01,Europe\/Berlin,12\.5,EUR$/);
    expect(made.csv.split('\r\n')[2]).toMatch(/,9,$/);
  });
});

describe('posts as a file', () => {
  it('quotes texts and needs an id', () => {
    const columns: SheetColumn[] = [
      { key: 'post_id', kind: 'text' },
      { key: 'published_at', kind: 'day' },
      { key: 'text', kind: 'text' },
      { key: 'likes', kind: 'number' },
    ];
    const made = composePosts(meta, columns, [
      ['1', '2026-01-05', 'Hello, "you"', '12'],
      ['', '2026-01-06', 'no id', ''],
    ]);
    expect(made.csv.split('\r\n')[1]).toBe('mastodon,brand,Europe/Berlin,1,2026-01-05,"Hello, ""you""",12');
    expect(made.faults).toEqual([{ row: 1, column: 0, why: 'missing_id' }]);
  });
});

describe('pasting', () => {
  it('reads tabs, line breaks and quoted cells', () => {
    expect(readPaste('a\tb\r\nc\t"two\nlines ""so"""\r\n')).toEqual([
      ['a', 'b'],
      ['c', 'two\nlines "so"'],
    ]);
  });

  it('lays a block over the sheet and grows it downwards', () => {
    expect(lay([['', '']], [['1', '2', '3'], ['4']], 0, 1, 2)).toEqual([
      ['', '1'],
      ['', '4'],
    ]);
  });
});

describe('days as people write them', () => {
  it('reads the unambiguous ones', () => {
    expect(readDay('2026-1-5')).toBe('2026-01-05');
    expect(readDay('31.12.2025')).toBe('2025-12-31');
    expect(readDay('01/02/2026')).toBeNull();
    expect(readDay('2026-02-30')).toBeNull();
  });
});
