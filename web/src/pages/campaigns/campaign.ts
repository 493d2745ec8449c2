// What campaigns say that is more than their numbers: where they stand in time, what a number of theirs is of.

import type { Basis, Campaign, CampaignDetails, CampaignPart, Cell, Members, Row } from '../../api/types';
import type { Target } from '../../questions/explain';
import { addDays } from '../../questions/time';
import { numberFormat } from '../../ui/format';

export type Standing = 'ahead' | 'running' | 'over' | 'unset';

export function standingOf(campaign: Pick<Campaign, 'from' | 'to'>, today: string | null): Standing {
  if (!campaign.from || !campaign.to || !today) return 'unset';
  if (campaign.from > today) return 'ahead';
  return campaign.to < today ? 'over' : 'running';
}

/** The day that an instant falls on in a zone; in UTC where the browser does not know the zone. */
export function dayIn(instant: string, zone: string): string {
  const date = new Date(instant);
  const format = (timeZone: string): string =>
    new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(date);
  try {
    return format(zone);
  } catch {
    return format('UTC');
  }
}

/** The id a row is asked under again. */
export const idOf = (row: Pick<Row, 'kpi' | 'variant'>): string => (row.variant ? `${row.kpi}:${row.variant}` : row.kpi);

const PART_FILTERS: Record<CampaignPart, Members> = {
  own: {},
  organic: { promotion: 'organic' },
  paid: { promotion: 'paid' },
  partners: { ownership: 'partner' },
};

export function partTarget(campaign: CampaignDetails, part: CampaignPart, row: Row): Target {
  return {
    kpi: idOf(row),
    only: { campaign: campaign.name, ...PART_FILTERS[part] },
    of: { from: campaign.from, to: campaign.to, basis: 'published' },
  };
}

/** All three times are asked by one basis: by published posts wherever one of them is known by posts alone. */
export function basisOf(campaign: CampaignDetails): Basis {
  const rows = campaign.periods.flatMap((p) => p.rows ?? []).filter((row) => row.value !== null);
  return rows.length && rows.every((row) => row.basis === 'published') ? 'published' : 'auto';
}

/** Of a time that runs only the days so far were asked. */
export function periodTarget(campaign: CampaignDetails, period: { from: string; to: string }, row: Row, today: string): Target {
  const yesterday = addDays(today, -1);
  return { kpi: idOf(row), of: { from: period.from, to: period.to < yesterday ? period.to : yesterday, basis: basisOf(campaign) } };
}

export function resultTarget(campaign: CampaignDetails, kpi: string): Target {
  return { kpi, only: { campaign: campaign.name }, of: { from: campaign.from, to: campaign.to, basis: 'auto' } };
}

export function cellOf(value: number | null, reason: Cell['reason'] = 'no_data'): Cell {
  return { value, reason: value === null ? reason : null, notes: [] };
}

/** Money of any currency; a price below a tenth keeps what makes it a price. */
export function money(value: number, currency: string | null): string {
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 0.1 || size === 0 ? 2 : 4;
  const options: Intl.NumberFormatOptions = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return numberFormat(currency ? { style: 'currency', currency, ...options } : options).format(value);
}

export const RULES = ['hashtag', 'text', 'link', 'account', 'tag'] as const;
export type RuleKind = (typeof RULES)[number];

export interface Rule {
  kind: RuleKind;
  value: string;
}

export function ruleOf(text: string): Rule {
  const cut = text.indexOf('=');
  const kind = RULES.find((r) => r === text.slice(0, cut));
  return kind ? { kind, value: text.slice(cut + 1) } : { kind: 'hashtag', value: text };
}

/** As they are sent; a hashtag's sign is taken off, and what is empty is left out. */
export function rulesOf(rules: Rule[]): string[] {
  return rules
    .map(({ kind, value }) => ({ kind, value: kind === 'hashtag' ? value.trim().replace(/^#+/, '') : value.trim() }))
    .filter(({ value }) => value)
    .map(({ kind, value }) => `${kind}=${value}`);
}

/** The tag by which posts are put into a campaign by hand: the first that its rules name, else one of its own. */
export function tagOf(campaign: Pick<Campaign, 'name' | 'rules'>): { tag: string; isNew: boolean } {
  const rule = campaign.rules.find((r) => r.startsWith('tag='));
  return rule ? { tag: rule.slice(4), isNew: false } : { tag: `campaign: ${campaign.name}`, isNew: true };
}
