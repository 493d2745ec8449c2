import type { Post } from '../../api/types';
import type { Target } from '../../questions/explain';

/** A post's name in the address; ids may hold slashes, handles may not. */
export function postKey(post: Pick<Post, 'network' | 'account' | 'id'>): string {
  return `${post.network}/${post.account}/${post.id}`;
}

/** A post's number is about the post whole, whenever it was read. */
export function postTarget(post: Pick<Post, 'network' | 'account' | 'id'>, kpi: string): Target {
  return { kpi, only: { network: post.network, account: post.account, post: post.id }, all: true };
}
