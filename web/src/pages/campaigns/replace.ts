// A campaign is changed by taking it away and setting it anew. What cannot be set leaves the one before in place.

import { api } from '../../api/client';
import type { Campaign, CampaignWish } from '../../api/types';

export const wishOf = (campaign: Campaign): CampaignWish => ({
  name: campaign.name,
  from: campaign.from ?? '',
  to: campaign.to ?? '',
  rules: campaign.rules,
  ...(campaign.budget === null ? {} : { budget: campaign.budget, ...(campaign.currency ? { currency: campaign.currency } : {}) }),
});

export async function replaceCampaign(workspace: string, was: Campaign, wish: CampaignWish): Promise<void> {
  // Another name is free or not before anything is taken away.
  if (wish.name !== was.name) {
    await api.setCampaign(workspace, wish);
    await api.removeCampaign(workspace, was.name);
    return;
  }
  await api.removeCampaign(workspace, was.name);
  try {
    await api.setCampaign(workspace, wish);
  } catch (problem) {
    await api.setCampaign(workspace, wishOf(was));
    throw problem;
  }
}
