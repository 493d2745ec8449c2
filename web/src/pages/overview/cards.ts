// The dozen numbers of the first page: how far, then how much it moved people.

export interface Card {
  kpi: string;
  counted: 'posts' | 'days' | 'none';
}

export const CARDS: readonly Card[] = [
  { kpi: 'impressions', counted: 'none' },
  { kpi: 'reach', counted: 'none' },
  { kpi: 'followers', counted: 'none' },
  { kpi: 'net_follower_growth', counted: 'none' },
  { kpi: 'engagements', counted: 'none' },
  { kpi: 'engagement_rate', counted: 'posts' },
  { kpi: 'engagement_rate:by_impressions', counted: 'posts' },
  { kpi: 'average_post_reach', counted: 'posts' },
  { kpi: 'posts', counted: 'none' },
  { kpi: 'comments', counted: 'none' },
  { kpi: 'shares', counted: 'none' },
  { kpi: 'link_clicks', counted: 'none' },
];
