import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../api/types';
import { BLANK, faultsByField, formulaIn, guess, keyOf, readOwn, yamlOf, type OwnKpi } from './own';

const KPI: OwnKpi = { ...BLANK, key: 'reply_share', name: 'Reply share: “all”', description: 'Comments as a\nshare # of engagements', formula: 'comments{network="x"} / engagements', unit: 'ratio', class: 'ratio', good: 'up', synonyms: ['RS', 'share, of replies'] };

const catalog = {
  measures: [
    { key: 'comments', unit: 'count', class: 'flow' },
    { key: 'spend', unit: 'money', class: 'flow' },
    { key: 'followers', unit: 'people', class: 'stock' },
  ],
  kpis: [],
} as unknown as Catalog;

describe('own KPIs', () => {
  it('make a key of a name', () => {
    expect(keyOf('Replies per hour!')).toBe('replies_per_hour');
    expect(keyOf('3 × Größe')).toBe('gro_e');
    expect(keyOf('ยอดไลก์')).toBe('');
  });

  it('come back from the file they are written to', () => {
    expect(readOwn(yamlOf(KPI))).toEqual(KPI);
  });

  it('are read as people write them', () => {
    const text = "kpis:\n  reply_share:\n    # ours\n    name: Reply share\n    formula: 'a / b'\n    unit: ratio\n    class: ratio\n    good: up\n    synonyms:\n      - RS\n      - \"r, s\"\n    serves: [loyalty, sales]\n";
    expect(readOwn(text)).toMatchObject({ key: 'reply_share', name: 'Reply share', formula: 'a / b', synonyms: ['RS', 'r, s'], serves: ['loyalty', 'sales'] });
    expect(formulaIn(text)).toBe('a / b');
  });

  it('say when a file holds more than the fields', () => {
    expect(readOwn('kpis:\n  a:\n    name: {en: A, de: B}\n')).toBeNull();
    expect(readOwn('kpis:\n  a:\n    name: A\n    variants:\n      x:\n        formula: b\n')).toBeNull();
    expect(readOwn('kpis:\n  a:\n    description: >\n      long\n')).toBeNull();
    expect(readOwn('measures:\n  a:\n    name: A\n')).toBeNull();
  });

  it('look at a formula for unit and class', () => {
    expect(guess('comments', catalog)).toEqual({ unit: 'count', class: 'flow' });
    expect(guess('comments / followers', catalog)).toEqual({ unit: 'ratio', class: 'ratio' });
    expect(guess('spend / comments', catalog)).toEqual({ unit: 'money', class: 'ratio' });
    expect(guess('comments / days', catalog)).toEqual({ unit: 'per_day', class: 'ratio' });
    expect(guess('(comments / followers{network=x})', catalog)).toMatchObject({ unit: 'count' });
    expect(guess('nothing_known', catalog)).toBeNull();
  });

  it('sort faults to their fields', () => {
    const fault = (path: string, what: string) => ({ file: 'f', line: 1, column: 1, path, what });
    expect(faultsByField([fault('reply_share', '"class" is missing'), fault('reply_share.formula', 'no\n  a\n  ^'), fault('', 'odd')], 'reply_share')).toEqual({ class: ['"class" is missing'], formula: ['no\n  a\n  ^'], '': ['odd'] });
  });
});
