import { describe, expect, it } from 'vitest';
import type { Alert } from '../../api/types';
import { BLANK, fieldsOf, ordered, pathOf, wishOf } from './alert';

const read = (text: string): number | null => (/^-?[\d.]+$/.test(text.trim()) ? Number(text) : null);
const alert = (change: Partial<Alert>): Alert => ({
  name: 'low', kind: 'threshold', channel: 'ops', kpi: 'engagement_rate', filter: { network: ['x'], promotion: 'organic' }, last: '7d', side: 'below', bound: 0.02, clear: 0.021,
  compare: null, goal: null, days: null, for: 2, quiet: '22:00-07:00', recovery: true, words: '', by: null, set_at: '', muted: null, state: 'calm', reason: null, judged_at: null,
  failure: null, waiting: 0, findings: [], open: 0, ...change,
});

describe('alerts', () => {
  it('come back from their fields', () => {
    const was = alert({});
    const { wish } = wishOf(fieldsOf(was, 'ratio', String), 'ratio', read, was);
    expect(wish).toEqual({ name: 'low', kind: 'threshold', channel: 'ops', kpi: 'engagement_rate', filter: { promotion: 'organic', network: 'x' }, last: '7d', side: 'below', bound: 0.02, clear: 0.021, for: 2, quiet: '22:00-07:00', recovery: true });
  });

  it('leave out what their kind does not take', () => {
    const fields = { ...BLANK, name: 'silence', kind: 'stale' as const, channel: 'ops', kpi: 'impressions', bound: '3' };
    expect(wishOf(fields, 'count', read).wish).toEqual({ name: 'silence', kind: 'stale', channel: 'ops', recovery: true, days: 3 });
    expect(wishOf({ ...fields, kind: 'goal', goal: '01J', bound: '30' }, 'count', read).wish).toMatchObject({ goal: '01J', bound: 0.3 });
  });

  it('keep of a filter what the other kind takes', () => {
    const was = alert({ filter: { network: ['x'], account: 'x/brand', promotion: 'organic' } });
    const fields = { ...fieldsOf(was, 'ratio', String), days: '3' };
    expect(wishOf({ ...fields, kind: 'stale' }, 'ratio', read, was).wish).toMatchObject({ filter: { network: 'x', account: 'x/brand' } });
    expect(wishOf({ ...fields, kind: 'stale' }, 'ratio', read, was).wish?.filter).not.toHaveProperty('promotion');
    expect(wishOf({ ...fields, kind: 'definitions' }, 'ratio', read, was).wish?.filter).toEqual({ network: 'x' });
    expect(wishOf({ ...fields, kind: 'goal', goal: '01J' }, 'ratio', read, was).wish).not.toHaveProperty('filter');
  });

  it('say which number is none', () => {
    expect(wishOf({ ...BLANK, bound: 'many' }, 'count', read).fault).toBe('bound');
    expect(wishOf({ ...BLANK, bound: '3', forDays: '0' }, 'count', read).fault).toBe('days');
    expect(wishOf({ ...BLANK, bound: '3', forDays: '32' }, 'count', read).fault).toBe('days');
  });

  it('drop the calm side of a bound that moved or is looked at from the other side', () => {
    const was = alert({});
    expect(wishOf({ ...fieldsOf(was, 'ratio', String), bound: '3' }, 'ratio', read, was).wish).not.toHaveProperty('clear');
    expect(wishOf({ ...fieldsOf(was, 'ratio', String), side: 'above' }, 'ratio', read, was).wish).not.toHaveProperty('clear');
    expect(wishOf({ ...fieldsOf(was, 'ratio', String), kind: 'change', side: 'below' }, 'ratio', read, was).wish).not.toHaveProperty('clear');
  });

  it('stand with what fires first', () => {
    const list = [alert({ name: 'a' }), alert({ name: 'b', state: 'firing', muted: { until: null } }), alert({ name: 'c', state: 'firing' }), alert({ name: 'd', state: 'unknown' })];
    expect(ordered(list).map((one) => one.name)).toEqual(['c', 'd', 'a', 'b']);
  });

  it('lead to a page of this server', () => {
    expect(pathOf('http://stats.example/overview?explain=reach')).toBe('/overview?explain=reach');
    expect(pathOf(null)).toBeNull();
  });
});
