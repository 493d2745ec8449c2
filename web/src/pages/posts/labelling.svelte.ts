// Giving tags to posts, taking them off, putting posts into campaigns; each can be undone at once.

import { api } from '../../api/client';
import type { SeenCampaign, TagWish } from '../../api/types';
import { forget } from '../../questions/ask.svelte';
import { integer } from '../../ui/format';
import { t, tn } from '../../words';
import { tagOf } from '../campaigns/campaign';
import { replaceCampaign, wishOf } from '../campaigns/replace';
import { Acting } from '../../questions/acting.svelte';

export interface Done {
  words: string;
  undo: () => Promise<void>;
}

const counted = (key: 'select.tagged' | 'select.untagged' | 'select.put', n: number, tag: string): string => tn(key, n, integer(n), { tag });

export class Labelling {
  acting = new Acting();
  done = $state.raw<Done | null>(null);

  async give(workspace: string, tag: string, wish: TagWish): Promise<boolean> {
    return this.#do(async () => {
      const { posts } = await api.tag(workspace, tag, wish);
      return { words: counted('select.tagged', posts, tag), undo: () => api.untag(workspace, tag, wish).then(() => {}) };
    });
  }

  async take(workspace: string, tag: string, wish: TagWish): Promise<boolean> {
    return this.#do(async () => {
      const { posts } = await api.untag(workspace, tag, wish);
      return { words: counted('select.untagged', posts, tag), undo: () => api.tag(workspace, tag, wish).then(() => {}) };
    });
  }

  /** A campaign takes posts by hand through a tag that its rules name; one that has none is given one. */
  async put(workspace: string, campaign: SeenCampaign, wish: TagWish, outside: number | null): Promise<boolean> {
    return this.#do(async () => {
      const { tag, isNew } = tagOf(campaign);
      const { posts } = await api.tag(workspace, tag, wish);
      if (isNew) await replaceCampaign(workspace, campaign, { ...wishOf(campaign), rules: [...campaign.rules, `tag=${tag}`] });
      const stay = outside === null ? ` ${t('select.outside_unknown')}` : outside ? ` ${tn('select.outside', outside, integer(outside))}` : '';
      return { words: counted('select.put', posts, campaign.name) + stay, undo: () => api.untag(workspace, tag, wish).then(() => {}) };
    });
  }

  undo = (): Promise<boolean> => {
    const last = this.done;
    return this.acting.run(async () => {
      await last?.undo();
      this.done = null;
      forget();
    });
  };

  #do(work: () => Promise<Done>): Promise<boolean> {
    this.done = null;
    return this.acting.run(async () => {
      this.done = await work();
      forget();
    });
  }
}
