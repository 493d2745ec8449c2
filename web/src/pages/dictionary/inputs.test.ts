import { describe, expect, it } from 'vitest';
import { inputsOf } from './inputs';

const keys = (formula: string): string[] => inputsOf(formula, null).map((i) => i.key);

describe('what a formula needs', () => {
  it('is the names it holds, once each', () => {
    expect(keys('engagements / (posts * followers)')).toEqual(['engagements', 'posts', 'followers']);
    expect(keys('engagements_of_kind / engagements:with_clicks')).toEqual(['engagements_of_kind', 'engagements:with_clicks']);
  });

  it('is neither its functions nor its filters', () => {
    expect(keys('(last(followers) / first(followers)) ^ (1 / months) - 1')).toEqual(['followers', 'months']);
    expect(keys('mentions{ownership=own} / mentions{ownership=any}')).toEqual(['mentions']);
  });
});
