import type { Cell, Post } from '../../api/types';
import { NOTHING } from '../../questions/cell';
import type { Target } from '../../questions/explain';

export const POST_KPIS = ['impressions', 'reach', 'engagements', 'engagement_rate:by_impressions', 'likes', 'comments', 'shares', 'saves'];

/** The number by which posts are set against each other. */
export const judgedBy = (search: URLSearchParams): string => POST_KPIS.find((kpi) => kpi === search.get('kpi')) ?? 'engagements';

/** A post's name in the address; ids may hold slashes, handles may not. */
export function postKey(post: Pick<Post, 'network' | 'account' | 'id'>): string {
  return `${post.network}/${post.account}/${post.id}`;
}

/** A post's number is about the post whole, whenever it was read. */
export function postTarget(post: Pick<Post, 'network' | 'account' | 'id'>, kpi: string): Target {
  return { kpi, only: { network: post.network, account: post.account, post: post.id }, all: true };
}

/** One post is always a small sample, which is not worth saying on each of its numbers. */
export function cellOf(post: Post, kpi: string): Cell {
  const cell = post.values[kpi] ?? NOTHING;
  return { ...cell, notes: cell.notes.filter((note) => note !== 'small_sample') };
}
