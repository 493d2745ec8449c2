import { describe, expect, it } from 'vitest';
import { matches } from './find';

describe('finding by name', () => {
  it('finds words by their beginnings, without accents', () => {
    expect(matches('eng ra', 'Engagement rate')).toBe(true);
    expect(matches('cafe', 'Café Nord')).toBe(true);
    expect(matches('rate', 'Engagements')).toBe(false);
    expect(matches('', 'anything')).toBe(true);
  });

  it('looks into synonyms', () => {
    expect(matches('retw', 'Shares', 'retweets')).toBe(true);
  });

  it('finds inside scripts without spaces', () => {
    expect(matches('ภาษา', 'เรียนภาษาไทย')).toBe(true);
  });
});
