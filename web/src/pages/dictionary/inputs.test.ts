import { describe, expect, it } from 'vitest';
import { inputsOf } from './inputs';

const keys = (formula: string): string[] => inputsOf(formula, null).map((i) => i.key);

describe('what a formula needs', () => {
  it('is the names it holds, once each', () => {
    expect(keys('engagements / (posts * followers)')).toEqual(['engagements', 'posts', 'followers']);
    expect(keys('engagements_of_kind / engagements:with_clicks')).toEqual(['engagements_of_kind', 'engagements:with_clicks']);
  });

  it('is what the calculator asks for, and not the functions', () => {
    expect(keys('(last(followers) / first(followers)) ^ (1 / months) - 1')).toEqual(['followers', 'first_followers', 'months']);
    expect(keys('change(followers) / last(followers)')).toEqual(['followers', 'first_followers']);
    expect(keys('share(audience)')).toEqual(['audience', 'total_audience']);
    expect(keys('mean(engagements / at_post(followers))')).toEqual(['engagements', 'followers']);
  });

  it('keeps a part and its whole apart', () => {
    expect(keys('mentions{ownership=own} / mentions{ownership=any}')).toEqual(['mentions{ownership=own}', 'mentions{ownership=any}']);
  });
});
