// Which cell's explanation is open, as it stands in the address:
//   explain=engagement_rate:by_reach & cell=week~2026-W05 & only=post~123 & span=all
//   explain=engagement_rate & span=2026-07-01..2026-08-12 & only=network~x & basis=published & against=previous &
//   cell=day~2026-07-05
// `cell` is a member per dimension asked by; `only` narrows the question beyond the view's filters. With days of its own
// the question is not the view's: neither its period nor its filters count.

import type { ExplainRequest } from '../api/client';
import type { Basis, Members } from '../api/types';
import { comparison, isDay, selectorsOf, type View } from './view';

export interface Target {
  kpi: string;
  cell?: Record<string, string>;
  only?: Members;
  /** Look at all of time rather than at the view's period, as the posts table does for a single post. */
  all?: boolean;
  of?: { from: string; to: string; basis?: Basis; compare?: string; as_of?: string };
}

const NAMES = ['explain', 'cell', 'only', 'span', 'basis', 'against', 'known'] as const;
const BASES: Basis[] = ['auto', 'published', 'occurred'];

function pack(members: Members): string[] {
  return Object.entries(members).flatMap(([dimension, member]) => [member].flat().map((one) => `${dimension}~${one}`));
}

function unpack(texts: string[]): Record<string, string[]> | undefined {
  const members: Record<string, string[]> = {};
  for (const text of texts) {
    const cut = text.indexOf('~');
    if (cut > 0) (members[text.slice(0, cut)] ??= []).push(text.slice(cut + 1));
  }
  return Object.keys(members).length ? members : undefined;
}

const each = <T>(members: Record<string, string[]>, of: (list: string[]) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(members).map(([dimension, list]) => [dimension, of(list)]));

function readSpan(search: URLSearchParams): Target['of'] {
  const [from, to] = (search.get('span') ?? '').split('..');
  if (!isDay(from) || !isDay(to)) return undefined;
  const basis = BASES.find((b) => b === search.get('basis'));
  const against = search.get('against');
  const known = search.get('known');
  return { from, to, ...(basis ? { basis } : {}), ...(against ? { compare: against } : {}), ...(known ? { as_of: known } : {}) };
}

export function readTarget(search: URLSearchParams): Target | null {
  const kpi = search.get('explain');
  if (!kpi) return null;
  const target: Target = { kpi };
  const cell = unpack(search.getAll('cell'));
  const only = unpack(search.getAll('only'));
  const of = readSpan(search);
  if (cell) target.cell = each(cell, (list) => list.at(-1)!);
  if (only) target.only = each(only, (list) => (list.length > 1 ? list : list[0]!));
  if (search.get('span') === 'all') target.all = true;
  if (of) target.of = of;
  return target;
}

/** The same address with another explanation open, or with none. */
export function withTarget(search: URLSearchParams, target: Target | null): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const name of NAMES) next.delete(name);
  if (!target) return next;
  next.set('explain', target.kpi);
  for (const text of pack(target.cell ?? {})) next.append('cell', text);
  for (const text of pack(target.only ?? {})) next.append('only', text);
  if (target.all) next.set('span', 'all');
  if (target.of) next.set('span', `${target.of.from}..${target.of.to}`);
  if (target.of?.basis) next.set('basis', target.of.basis);
  if (target.of?.compare) next.set('against', target.of.compare);
  if (target.of?.as_of) next.set('known', target.of.as_of);
  return next;
}

export function explainRequest(view: View, target: Target): ExplainRequest {
  if (target.of) {
    const own: ExplainRequest = { kpis: [target.kpi], ...target.of };
    if (target.only) own.filter = target.only;
    if (target.cell) {
      own.by = Object.keys(target.cell);
      own.cell = target.cell;
    }
    return own;
  }
  const selectors = selectorsOf(target.all ? { ...view, period: { kind: 'all' } } : view);
  // Who asks about one post means it, also where the view leaves it out; and what is of all time is not of the view.
  if (target.all || target.only?.post) {
    delete selectors.without;
    delete selectors.because;
  }
  const filter: Members = { ...selectors.filter, ...target.only };
  const request: ExplainRequest = {
    ...selectors,
    ...(target.all ? {} : comparison(view)),
    kpis: [target.kpi],
  };
  if (Object.keys(filter).length) request.filter = filter;
  if (target.cell) {
    request.by = Object.keys(target.cell);
    request.cell = target.cell;
  }
  return request;
}
