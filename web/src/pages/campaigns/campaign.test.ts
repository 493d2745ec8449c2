import { describe, expect, it } from 'vitest';
import type { CampaignDetails, Row } from '../../api/types';
import { basisOf, dayIn, money, partTarget, periodTarget, ruleOf, rulesOf, standingOf, tagOf } from './campaign';

const row = (kpi: string, basis: string, value: number | null = 1): Row => ({ by: {}, kpi, variant: null, definition: 1, basis, value, reason: null, notes: [] });
const campaign = (rows: Row[]): CampaignDetails => ({
  name: 'Spring', from: '2026-03-01', to: '2026-03-31', budget: null, currency: null, rules: [], by: null, set_at: null, zone: 'UTC',
  parts: [], cost: { value: null, from: null, currency: null, stored: null, budget: null, per_result: [] }, goals: [],
  periods: [{ period: 'during', from: '2026-03-01', to: '2026-03-31', over: false, rows }, { period: 'after', from: '2026-04-01', to: '2026-05-01', over: false, rows: null }],
});

describe('campaigns', () => {
  it('stand before, in or after their days', () => {
    const days = { from: '2026-03-01', to: '2026-03-31' };
    expect(standingOf(days, '2026-02-28')).toBe('ahead');
    expect(standingOf(days, '2026-03-31')).toBe('running');
    expect(standingOf(days, '2026-04-01')).toBe('over');
    expect(standingOf({ from: null, to: null }, '2026-04-01')).toBe('unset');
  });

  it('end by the zone they are counted in', () => {
    expect(dayIn('2026-04-01T03:00:00Z', 'America/Los_Angeles')).toBe('2026-03-31');
    expect(dayIn('2026-04-01T03:00:00Z', 'Nowhere/Atall')).toBe('2026-04-01');
  });

  it('explain a number by the days and the basis it was asked with', () => {
    const mixed = campaign([row('impressions', 'occurred'), row('engagements', 'mixed')]);
    expect(basisOf(mixed)).toBe('auto');
    expect(basisOf(campaign([row('impressions', 'published'), row('engagements', 'occurred', null)]))).toBe('published');
    expect(periodTarget(mixed, mixed.periods[0]!, row('impressions', 'occurred'), '2026-03-10')).toEqual({
      kpi: 'impressions',
      of: { from: '2026-03-01', to: '2026-03-09', basis: 'auto' },
    });
    expect(partTarget(mixed, 'partners', { ...row('engagement_rate', 'published'), variant: 'by_reach' })).toEqual({
      kpi: 'engagement_rate:by_reach',
      only: { campaign: 'Spring', ownership: 'partner' },
      of: { from: '2026-03-01', to: '2026-03-31', basis: 'published' },
    });
  });

  it('read and write rules', () => {
    expect(ruleOf('link=shop.example/?a=b')).toEqual({ kind: 'link', value: 'shop.example/?a=b' });
    expect(rulesOf([{ kind: 'hashtag', value: ' #spring ' }, { kind: 'text', value: '  ' }, { kind: 'text', value: '#1 reason' }])).toEqual(['hashtag=spring', 'text=#1 reason']);
  });

  it('take posts by a tag of theirs', () => {
    expect(tagOf({ name: 'Spring', rules: ['hashtag=a', 'tag=bloom'] })).toEqual({ tag: 'bloom', isNew: false });
    expect(tagOf({ name: 'Spring', rules: [] })).toEqual({ tag: 'campaign: Spring', isNew: true });
  });

  it('write prices with what makes them one', () => {
    expect(money(0.00687, 'EUR')).toMatch(/0\.0069/);
    expect(money(93.75, 'EUR')).toMatch(/93\.75/);
    expect(money(1500, 'EUR')).toMatch(/1,500$/);
  });
});
