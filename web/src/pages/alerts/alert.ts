// An alert between the fields of a form and what the server takes; its order in the list.

import type { Alert, AlertKind, AlertWish, Unit } from '../../api/types';

export const KINDS: AlertKind[] = ['threshold', 'change', 'anomaly', 'goal', 'stale', 'definitions'];
export const SIDES: Record<AlertKind, string[]> = { threshold: ['below', 'above'], change: ['either', 'below', 'above'], anomaly: ['either', 'below', 'above'], goal: [], stale: [], definitions: [] };
export const LASTS = ['1d', '7d', '14d', '28d', '90d'];
/** So many days in a row, and so many without news, are the most the server takes. */
export const TIMES_MOST = 31;
export const DAYS_MOST = 366;
export const HAS_KPI: AlertKind[] = ['threshold', 'change', 'anomaly', 'definitions'];
const HAS_LEVEL: AlertKind[] = ['threshold', 'change', 'goal'];

export interface Fields {
  name: string;
  kind: AlertKind;
  kpi: string;
  network: string;
  last: string;
  side: string;
  bound: string;
  compare: string;
  goal: string;
  days: string;
  forDays: string;
  channel: string;
  quietFrom: string;
  quietTo: string;
  recovery: boolean;
}

export const BLANK: Fields = { name: '', kind: 'threshold', kpi: '', network: '', last: '7d', side: 'below', bound: '', compare: 'previous', goal: '', days: '3', forDays: '1', channel: '', quietFrom: '', quietTo: '', recovery: true };

/** Shares are typed in percent. */
export const inPercent = (kind: AlertKind, unit: Unit): boolean => kind === 'change' || kind === 'goal' || (kind === 'threshold' && unit === 'ratio');

export function fieldsOf(alert: Alert, unit: Unit, write: (value: number) => string): Fields {
  const [quietFrom = '', quietTo = ''] = (alert.quiet ?? '').split('-');
  const scale = inPercent(alert.kind, unit) ? 100 : 1;
  return {
    ...BLANK,
    name: alert.name,
    kind: alert.kind,
    kpi: alert.kpi ?? '',
    network: [alert.filter?.network ?? ''].flat()[0] ?? '',
    last: alert.last ?? '7d',
    side: alert.side ?? SIDES[alert.kind][0] ?? '',
    bound: alert.bound === null ? '' : write(alert.bound * scale),
    compare: alert.compare ?? 'previous',
    goal: alert.goal ?? '',
    days: alert.days === null ? '3' : String(alert.days),
    forDays: String(alert.for ?? 1),
    channel: alert.channel,
    quietFrom,
    quietTo,
    recovery: alert.recovery,
  };
}

export function wishOf(fields: Fields, unit: Unit, read: (text: string) => number | null, was: Alert | null = null): { wish: AlertWish | null; fault: 'bound' | 'days' | null } {
  const { kind } = fields;
  const wish: AlertWish = { name: fields.name.trim(), kind, channel: fields.channel, recovery: fields.recovery };
  if (fields.quietFrom && fields.quietTo) wish.quiet = `${fields.quietFrom}-${fields.quietTo}`;
  if (HAS_KPI.includes(kind) && fields.kpi) wish.kpi = fields.kpi;
  if (kind !== 'goal') {
    // What the form does not show of a filter is kept, as far as the kind takes it.
    const { network: _, ...others } = was?.filter ?? {};
    const rest = Object.fromEntries(Object.entries(others).filter(([dimension]) => kind !== 'definitions' && (kind !== 'stale' || dimension === 'account')));
    const filter = fields.network ? { ...rest, network: fields.network } : rest;
    if (Object.keys(filter).length) wish.filter = filter;
  }
  if (['threshold', 'change', 'anomaly'].includes(kind)) {
    wish.last = fields.last;
    wish.side = SIDES[kind].includes(fields.side) ? fields.side : SIDES[kind][0]!;
  }
  if (kind === 'change') wish.compare = fields.compare;
  if (kind === 'goal') wish.goal = fields.goal;
  if (HAS_LEVEL.includes(kind)) {
    const bound = fields.bound.trim() ? read(fields.bound.replace(/%$/, '')) : null;
    if (bound === null && (fields.bound.trim() || kind !== 'goal')) return { wish: null, fault: 'bound' };
    if (bound !== null) wish.bound = inPercent(kind, unit) ? bound / 100 : bound;
    // A bound that moved, or is looked at from another side, takes its own calm side.
    if (was && was.kind === kind && was.clear !== null && was.bound === wish.bound && (kind === 'goal' || was.side === wish.side)) wish.clear = was.clear;
    const days = Number(fields.forDays);
    if (!Number.isInteger(days) || days < 1 || days > TIMES_MOST) return { wish: null, fault: 'days' };
    wish.for = days;
  }
  if (kind === 'stale') {
    const days = Number(fields.days);
    if (!Number.isInteger(days) || days < 1 || days > DAYS_MOST) return { wish: null, fault: 'days' };
    wish.days = days;
  }
  return { wish, fault: null };
}

const WEIGHT = { firing: 0, unknown: 1, counting: 2, new: 3, calm: 4 } as const;

/** What fires comes first; what is muted comes last. */
export function ordered(alerts: Alert[]): Alert[] {
  return [...alerts].sort((a, b) => Number(!!a.muted) - Number(!!b.muted) || WEIGHT[a.state] - WEIGHT[b.state] || a.name.localeCompare(b.name));
}

/** A link of a message is to this very server: only its path counts here. */
export function pathOf(link: string | null): string | null {
  if (!link) return null;
  try {
    const url = new URL(link, 'http://localhost');
    return url.pathname + url.search;
  } catch {
    return null;
  }
}
