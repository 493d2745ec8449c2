// What is said of a goal in several places: its chance, its time, its review, what it is of.

import type { Goal, Members } from '../../api/types';
import { handleOf, networkName, session } from '../../questions/session.svelte';
import { day, percent } from '../../ui/format';
import { t, tn, told } from '../../words';
import { daysUntil } from './goal';

/** A server's clause as a sentence's part, without a full stop of its own. */
const clause = (text: string): string => text.replace(/\.$/, '');

/** The chance of hitting it, or why there is none; empty where it is settled. */
export function chanceSaid(goal: Goal): string {
  if (goal.probability !== null) return t('goal.likely', { probability: percent(goal.probability) });
  return goal.model_reason ? t('goal.no_forecast', { why: clause(goal.model_reason) }) : '';
}

export function dueSaid(goal: Goal, today: string | null): string {
  const said = t('goal.due', { day: day(goal.due) });
  if (!today) return said;
  if (goal.due < today) return t('goal.was_due', { day: day(goal.due) });
  if (goal.start > today) {
    const n = daysUntil(today, goal.start);
    return `${said}, ${tn('goal.begins_in', n)}`;
  }
  const left = daysUntil(today, goal.due);
  return `${said}, ${left === 0 ? t('goal.due_today') : tn('goal.days_left', left)}`;
}

export function reviewSaid(review: { next_review: string | null; review_due: boolean }, today: string | null): string {
  if (!review.next_review) return '';
  if (!review.review_due) return t('goal.next_review', { day: day(review.next_review) });
  return review.next_review === today ? t('goal.review_today') : t('goal.review_due', { day: day(review.next_review) });
}

export function memberSaid(dimension: string, member: string): string {
  if (dimension === 'network') return networkName(member);
  if (dimension === 'account') return handleOf(member);
  const kinds: Record<string, string> = { promotion: 'promotion', post_kind: 'kind', ownership: 'ownership' };
  return told(kinds[dimension] ?? 'member', member);
}

export function dimensionName(key: string): string {
  return session.catalog.data?.dimensions.find((d) => d.key === key)?.name ?? key.replaceAll('_', ' ');
}

/** "Network: Instagram", one per dimension. */
export function scopeSaid(filter: Members): string[] {
  return Object.entries(filter).map(([dimension, members]) => `${dimensionName(dimension)}: ${[members].flat().map((m) => memberSaid(dimension, m)).join(', ')}`);
}
