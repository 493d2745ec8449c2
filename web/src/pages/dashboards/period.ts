// A dashboard's own days and comparison, and the view's.

import type { Account, DashboardBody, Question } from '../../api/types';
import { selectorsOf, type View } from '../../questions/view';

/** What the address says when a dashboard is opened without a period: its own. */
export function ownView(body: Pick<DashboardBody, 'last' | 'from' | 'to' | 'compare'>): Pick<View, 'period' | 'compare'> {
  const compare = body.compare || 'none';
  if (body.last) return { period: { kind: 'last', last: body.last }, compare };
  if (body.from && body.to) return { period: { kind: 'range', from: body.from, to: body.to }, compare };
  return { period: { kind: 'all' }, compare };
}

/** What is asked of the whole dashboard. All of time is from the first day there is anything of to the last. */
export function reportQuestion(view: View, accounts: Account[]): Partial<Question> {
  const question: Partial<Question> = { ...selectorsOf(view), compare: view.period.kind === 'all' ? 'none' : view.compare };
  if (view.period.kind !== 'all') return question;
  const firsts = accounts.flatMap((a) => a.first_day ?? []).sort();
  const lasts = accounts.flatMap((a) => a.last_day ?? []).sort();
  if (firsts[0] && lasts.at(-1)) Object.assign(question, { from: firsts[0], to: lasts.at(-1) });
  return question;
}
