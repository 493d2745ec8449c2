import { describe, expect, it } from 'vitest';
import { placesOf, traitSaid } from './expected';

describe('a post beside what was expected', () => {
  it('stands by factors, so that twice and half are equally far', () => {
    const places = placesOf(400, 200, 100, 200);
    expect(places.low).toBe(0);
    expect(places.value).toBe(1);
    expect(places.expected).toBeCloseTo(0.5);
  });

  it('stands by differences where nothing or less is among them', () => {
    expect(placesOf(0, 5, 1, 10)).toEqual({ value: 0, expected: 0.5, low: 0.1, high: 1 });
    expect(placesOf(3, 3, 3, 3).value).toBe(0.5);
  });

  it('says what posts have in common', () => {
    expect(traitSaid({ what: 'hour', member: '07' })).toBe('07:00');
    expect(traitSaid({ what: 'hashtag', member: 'launch' })).toBe('#launch');
    expect(traitSaid({ what: 'length', member: '97 to 1140' })).toBe('97 to 1,140 characters');
    expect(traitSaid({ what: 'length', member: '141 or more' })).toBe('141 or more characters');
    expect(traitSaid({ what: 'weekday', member: 'monday' })).toBe('Monday');
  });
});
