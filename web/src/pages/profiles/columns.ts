export const COLUMNS = ['followers', 'net_follower_growth', 'posts', 'impressions', 'engagements', 'engagement_rate'] as const;

export const PROFILE_CARDS = ['followers', 'net_follower_growth', 'impressions', 'reach', 'posts', 'engagements', 'engagement_rate', 'average_post_reach'] as const;

export const OWNERSHIPS = ['own', 'competitor', 'partner'] as const;

export function profilePath(network: string, account: string): string {
  return `/profiles/${encodeURIComponent(network)}/${encodeURIComponent(account)}`;
}
