// What every page needs to know about the workspace: its settings, its accounts, what its numbers mean.

import { api } from '../api/client';
import type { Account, Catalog, Health, Kpi, Network, Unit, Workspace } from '../api/types';
import { bucket, setCurrency } from '../ui/format';
import { spoken, t } from '../words';
import { ask, Asked } from './ask.svelte';
import { here } from './here.svelte';
import { spanOf, weekdayNumber } from './time';

let catalog: Asked<Catalog>;
let accounts: Asked<{ accounts: Account[] }>;
let workspaces: Asked<{ workspaces: Workspace[] }>;
let health: Asked<Health>;

/** Called once, by the frame. */
export function startSession(): void {
  const workspace = $derived(here.view.workspace);
  catalog = ask(
    () => `catalog ${workspace}`,
    (signal) => api.catalog(workspace, spoken(), signal),
  );
  accounts = ask(
    () => `accounts ${workspace}`,
    (signal) => api.accounts(workspace, signal),
  );
  workspaces = ask(
    () => 'workspaces',
    (signal) => api.workspaces(signal),
  );
  health = ask(
    () => 'health',
    (signal) => api.health(signal),
  );
  $effect(() => setCurrency(session.workspace?.currency ?? 'EUR'));
}

const known = <T>(data: T): Asked<T> => {
  const asked = new Asked<T>();
  asked.data = data;
  asked.loading = false;
  return asked;
};

/** For whoever is nobody here and was sent a link: what its page shows means what came with it. */
export function startGuest(given: { catalog: Catalog; workspace: Workspace; now: string }): void {
  catalog = known(given.catalog);
  accounts = known({ accounts: [] });
  workspaces = known({ workspaces: [{ ...given.workspace, key: here.view.workspace }] });
  health = known({ status: 'ok', version: '', now: given.now });
  setCurrency(given.workspace.currency);
}

export const session = {
  get catalog(): Asked<Catalog> {
    return catalog;
  },
  get accounts(): Asked<{ accounts: Account[] }> {
    return accounts;
  },
  get workspaces(): Asked<{ workspaces: Workspace[] }> {
    return workspaces;
  },
  get health(): Asked<Health> {
    return health;
  },
  get workspace(): Workspace | null {
    return workspaces.data?.workspaces.find((w) => w.key === here.view.workspace) ?? null;
  },
  get weekStart(): number {
    return weekdayNumber(this.workspace?.week_start ?? 'monday');
  },
  /** Today as the server sees it; never the browser's clock where the server has spoken. */
  get today(): string | null {
    return health.data?.now.slice(0, 10) ?? null;
  },
  get empty(): boolean {
    return accounts.data !== null && accounts.data.accounts.length === 0;
  },
};

export interface Meaning {
  /** engagement_rate:by_reach */
  id: string;
  name: string;
  unit: Unit;
  good: Kpi['good'];
  class: string;
}

/** English names begin with a capital only at the beginning; other languages keep theirs. */
const inSentence = (name: string): string => (spoken() === 'en' && !/^[A-Z]{2}/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name);

/** What a KPI's key means; before the catalog is there, its key stands for its name. */
export function meaning(id: string): Meaning {
  const [key = id, variant] = id.split(':');
  const kpi = catalog.data?.kpis.find((k) => k.key === key);
  if (!kpi) return { id, name: key.replaceAll('_', ' '), unit: 'count', good: 'none', class: 'flow' };
  const of = variant ? kpi.variants.find((v) => v.key === variant) : undefined;
  const name = of && !of.default ? `${kpi.name}, ${inSentence(of.name)}` : kpi.name;
  return { id, name, unit: (of ?? kpi.variants[0])?.unit ?? kpi.unit, good: kpi.good, class: kpi.class };
}

export function networkOf(key: string): Network | undefined {
  return catalog.data?.networks.find((n) => n.key === key);
}

export function networkName(key: string): string {
  return networkOf(key)?.name ?? key;
}

/** An account's member may come as handle or as network/handle. */
export function handleOf(member: string): string {
  return member.slice(member.indexOf('/') + 1);
}

export interface Break {
  network: string;
  day: string;
  text: string;
}

/** The definition changes that fall between two days and touch a KPI. */
export function breaksOf(id: string, from: string, to: string, networks: string[]): Break[] {
  const [key = id] = id.split(':');
  const kpi = catalog.data?.kpis.find((k) => k.key === key);
  const words = new Set([key, ...(kpi?.formula.match(/[a-z_]+/g) ?? [])]);
  const found: Break[] = [];
  for (const network of catalog.data?.networks ?? []) {
    if (networks.length && !networks.includes(network.key)) continue;
    for (const b of network.breaks ?? []) {
      if (b.day < from || b.day > to || !words.has(b.measure)) continue;
      found.push({ network: network.key, day: b.day, text: b.description });
    }
  }
  return found.sort((a, b) => a.day.localeCompare(b.day));
}

/** The same breaks as marks of a chart: those of one day stand together under their networks' names. */
export function marksOf(id: string, members: string[], networks: string[]): { at: number; text: string }[] {
  const span = spanOfMembers(members);
  if (!span) return [];
  const days = new Map<string, string[]>();
  for (const b of breaksOf(id, span.from, span.to, networks)) {
    const names = days.get(b.day) ?? [];
    if (!names.includes(networkName(b.network))) names.push(networkName(b.network));
    days.set(b.day, names);
  }
  return [...days].map(([day, names]) => ({
    at: Math.max(0, members.findIndex((m) => (spanOf(m, session.weekStart)?.to ?? '') >= day)),
    text: t('chart.break', { network: names.join(', '), day: bucket(day, 'full') }),
  }));
}

export function spanOfMembers(members: string[]): { from: string; to: string } | null {
  const first = spanOf(members[0] ?? '', session.weekStart);
  const last = spanOf(members.at(-1) ?? '', session.weekStart);
  return first && last ? { from: first.from, to: last.to } : null;
}
