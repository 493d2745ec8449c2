// What is being looked at, and its one home: the address bar. A link is a view.

import type { Members, Question } from '../api/types';

export const PRESETS = ['7d', '28d', '90d', '12m', 'month', 'quarter', 'year'] as const;
export const DEFAULT_LAST = '90d';

/** The dimensions that can be filtered on, in the order their chips stand. */
export const FILTERS = ['network', 'account', 'ownership', 'campaign', 'tag', 'promotion'] as const;
export type FilterName = (typeof FILTERS)[number];

/** By what posts can be left out of a view. */
export const LEAVES_OUT = ['post', 'post_kind', 'hashtag', 'campaign', 'tag', 'language'] as const;
export type LeavesOut = (typeof LEAVES_OUT)[number];

export type Period = { kind: 'last'; last: string } | { kind: 'range'; from: string; to: string } | { kind: 'all' };

export interface View {
  workspace: string;
  period: Period;
  /** previous, year, none, or FROM..TO */
  compare: string;
  filter: Partial<Record<FilterName, string[]>>;
  asOf: string | null;
  /** Posts that no number is made of, and why: one is never there without the other. */
  without: Partial<Record<LeavesOut, string[]>>;
  because: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LAST = /^(\d{1,4}[dwm]|month|quarter|year)$/;
const RANGE = /^\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2}$/;

export const isDay = (text: string | null | undefined): text is string => !!text && DAY.test(text);

function readPeriod(search: URLSearchParams): Period {
  const from = search.get('from');
  const to = search.get('to');
  if (isDay(from) && isDay(to)) return from <= to ? { kind: 'range', from, to } : { kind: 'range', from: to, to: from };
  const last = search.get('last');
  if (last === 'all') return { kind: 'all' };
  return { kind: 'last', last: last && LAST.test(last) ? last : DEFAULT_LAST };
}

/** without=post~123&without=hashtag~giveaway&because=… */
function readWithout(search: URLSearchParams): Pick<View, 'without' | 'because'> {
  const because = search.get('because')?.trim() ?? '';
  const without: View['without'] = {};
  if (!because) return { without, because };
  for (const text of search.getAll('without')) {
    const cut = text.indexOf('~');
    const dimension = LEAVES_OUT.find((name) => name === text.slice(0, cut));
    const member = text.slice(cut + 1);
    if (dimension && member && !without[dimension]?.includes(member)) (without[dimension] ??= []).push(member);
  }
  return { without, because: Object.keys(without).length ? because : '' };
}

export function readView(search: URLSearchParams): View {
  const filter: View['filter'] = {};
  for (const name of FILTERS) {
    const members = [...new Set(search.getAll(name).filter(Boolean))];
    if (members.length) filter[name] = members;
  }
  const compare = search.get('compare') ?? 'previous';
  return {
    workspace: search.get('workspace') || 'default',
    period: readPeriod(search),
    compare: ['previous', 'year', 'none'].includes(compare) || RANGE.test(compare) ? compare : 'previous',
    filter,
    asOf: search.get('as_of'),
    ...readWithout(search),
  };
}

/** Only what differs from the default is written, so that a plain address stays plain. */
export function writeView(view: View): URLSearchParams {
  const search = new URLSearchParams();
  if (view.workspace !== 'default') search.set('workspace', view.workspace);
  if (view.period.kind === 'range') {
    search.set('from', view.period.from);
    search.set('to', view.period.to);
  } else if (view.period.kind === 'all') {
    search.set('last', 'all');
  } else if (view.period.last !== DEFAULT_LAST) {
    search.set('last', view.period.last);
  }
  if (view.compare !== 'previous') search.set('compare', view.compare);
  for (const name of FILTERS) for (const member of view.filter[name] ?? []) search.append(name, member);
  if (view.asOf) search.set('as_of', view.asOf);
  if (view.because) {
    for (const name of LEAVES_OUT) for (const member of view.without[name] ?? []) search.append('without', `${name}~${member}`);
    search.set('because', view.because);
  }
  return search;
}

/** The part of a question that the view decides. */
export function selectorsOf(view: View): Partial<Question> {
  const question: Partial<Question> = {};
  if (view.period.kind === 'last') question.last = view.period.last;
  if (view.period.kind === 'range') {
    question.from = view.period.from;
    question.to = view.period.to;
  }
  const filter: Members = {};
  for (const name of FILTERS) {
    const members = view.filter[name];
    if (members?.length) filter[name] = members.length === 1 ? members[0]! : members;
  }
  if (Object.keys(filter).length) question.filter = filter;
  if (view.asOf) question.as_of = view.asOf;
  if (view.because) {
    question.without = view.without;
    question.because = view.because;
  }
  return question;
}

/** Lists of posts are asked for whole; which of them no number is made of is told by this. */
export function isLeftOut(view: View, post: { id: string; kind: string | null; hashtags: string[]; campaign: string | null; tags: string[] }): boolean {
  const { without } = view;
  const any = (name: LeavesOut, members: readonly (string | null)[]): boolean => members.some((member) => member !== null && without[name]?.includes(member));
  return any('post', [post.id]) || any('post_kind', [post.kind]) || any('hashtag', post.hashtags) || any('campaign', [post.campaign]) || any('tag', post.tags);
}

/** With nothing before all of time there is nothing to compare with. */
export function comparison(view: View): Partial<Question> {
  return view.compare === 'none' || view.period.kind === 'all' ? {} : { compare: view.compare };
}

/** How many days the view spans, as far as it can be told without the server. */
export function daysIn(period: Period): number | null {
  if (period.kind === 'all') return null;
  if (period.kind === 'range') return Math.round((Date.parse(period.to) - Date.parse(period.from)) / 86_400_000) + 1;
  const match = /^(\d+)([dwm])$/.exec(period.last);
  if (match) return Number(match[1]) * { d: 1, w: 7, m: 30 }[match[2] as 'd' | 'w' | 'm'];
  return { month: 31, quarter: 92, year: 366 }[period.last] ?? null;
}

export const GRAINS = ['day', 'week', 'month'] as const;
export type Grain = (typeof GRAINS)[number];

/** The bucket in which a period is drawn: enough points to see a shape, few enough to read. */
export function grainFor(period: Period): Grain {
  const days = daysIn(period);
  if (days === null || days > 500) return 'month';
  return days > 45 ? 'week' : 'day';
}
