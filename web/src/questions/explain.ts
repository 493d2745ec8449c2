// Which cell's explanation is open, as it stands in the address:
//   explain=engagement_rate:by_reach & cell=week~2026-W05 & only=post~123 & span=all
// `cell` is a member per dimension asked by; `only` narrows the question beyond the view's filters.

import type { ExplainRequest } from '../api/client';
import type { Members } from '../api/types';
import { comparison, selectorsOf, type View } from './view';

export interface Target {
  kpi: string;
  cell?: Record<string, string>;
  only?: Record<string, string>;
  /** Look at all of time rather than at the view's period, as the posts table does for a single post. */
  all?: boolean;
}

const NAMES = ['explain', 'cell', 'only', 'span'] as const;

function pack(members: Record<string, string>): string[] {
  return Object.entries(members).map(([dimension, member]) => `${dimension}~${member}`);
}

function unpack(texts: string[]): Record<string, string> | undefined {
  const members: Record<string, string> = {};
  for (const text of texts) {
    const cut = text.indexOf('~');
    if (cut > 0) members[text.slice(0, cut)] = text.slice(cut + 1);
  }
  return Object.keys(members).length ? members : undefined;
}

export function readTarget(search: URLSearchParams): Target | null {
  const kpi = search.get('explain');
  if (!kpi) return null;
  const target: Target = { kpi };
  const cell = unpack(search.getAll('cell'));
  const only = unpack(search.getAll('only'));
  if (cell) target.cell = cell;
  if (only) target.only = only;
  if (search.get('span') === 'all') target.all = true;
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
  return next;
}

export function explainRequest(view: View, target: Target): ExplainRequest {
  const selectors = selectorsOf(target.all ? { ...view, period: { kind: 'all' } } : view);
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
