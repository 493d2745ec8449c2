import { beforeEach, describe, expect, it } from 'vitest';
import { between, bucket, compact, days, instant, parseNumber, percent, points, setCurrency, setLocale, write } from './format';

const words = { people: 'people', characters: 'characters', perDay: 'a day' };
const plain = (text: string): string => text.replace(/[\u00a0\u202f\u2009]/g, ' ');

beforeEach(() => {
  setLocale('en');
  setCurrency('EUR');
});

describe('numbers for people', () => {
  it('writes shares in percent, with more digits where they are small', () => {
    expect(write(0.0341, 'ratio', words)).toEqual({ before: '', number: '3.41', unit: '%' });
    expect(write(0.125, 'ratio', words).number).toBe('12.5');
    expect(write(0.000412, 'ratio', words).number).toBe('0.041');
    expect(write(0, 'ratio', words).number).toBe('0');
    expect(write(-0.02, 'ratio', words).number).toBe('−2.00');
  });

  it('writes counts out, and means of counts with a digit', () => {
    expect(write(1857985, 'count', words).number).toBe('1,857,985');
    expect(write(12.34, 'people', words)).toEqual({ before: '', number: '12.3', unit: 'people' });
  });

  it('writes time as clocks do', () => {
    expect(write(13.4, 'seconds', words).number).toBe('13 s');
    expect(write(4.25, 'seconds', words).number).toMatch(/^4\.[23] s$/);
    expect(write(3725, 'seconds', words).number).toBe('1 h 2 min');
    expect(write(90061, 'seconds', words).number).toBe('1 d 1 h');
  });

  it('puts money where the locale puts it', () => {
    expect(write(12.5, 'money', words)).toEqual({ before: '€', number: '12.50', unit: '' });
    setLocale('de');
    expect(write(12480, 'money', words)).toEqual({ before: '', number: '12.480', unit: '€' });
  });

  it('writes scores from −100 to 100', () => {
    expect(write(-0.27, 'score', words).number).toBe('−27');
  });

  it('is short on axes', () => {
    expect(compact(12000, 'count')).toBe('12K');
    expect(plain(compact(0.034, 'ratio'))).toBe('3.4 %');
    expect(plain(compact(0.03, 'ratio'))).toBe('3 %');
    expect(plain(compact(0.005, 'ratio'))).toBe('0.5 %');
  });

  it('writes bounds that may be open', () => {
    expect(between('4,120', '9,870')).toBe('4,120 – 9,870');
    expect(between('4,120', null)).toBe('≥ 4,120');
    expect(between(null, null)).toBe('–');
  });

  it('writes changes', () => {
    expect(points(0.12)).toBe('0.12');
    expect(plain(percent(0.171))).toBe('17 %');
    expect(plain(percent(0.042))).toBe('4.2 %');
  });
});

describe('reading numbers back', () => {
  it('takes the reader’s signs', () => {
    expect(parseNumber('1,234.5')).toBe(1234.5);
    expect(parseNumber(' −12 ')).toBe(-12);
    expect(parseNumber('3.4 %')).toBeCloseTo(0.034);
    setLocale('de');
    expect(parseNumber('1.234,5')).toBe(1234.5);
    expect(parseNumber('1234,5')).toBe(1234.5);
  });

  it('refuses what could mean something else', () => {
    expect(parseNumber('1,5')).toBeNull();
    expect(parseNumber('n/a')).toBeNull();
    expect(parseNumber('12,34,567')).toBeNull();
    expect(parseNumber('')).toBeNull();
    setLocale('de');
    expect(parseNumber('1.5')).toBeNull();
  });
});

describe('days for people', () => {
  it('does not slip into the day before', () => {
    expect(bucket('2026-01-01', 'full')).toBe('Jan 1, 2026');
    expect(plain(days('2026-01-01', '2026-01-31'))).toMatch(/Jan 1.*31, 2026/);
    expect(bucket('2026-01', 'full')).toBe('Jan 2026');
    expect(bucket('2026-Q3', 'short')).toBe('2026 Q3');
    expect(bucket('instagram', 'full')).toBe('instagram');
  });

  it('shows instants in the workspace’s zone, and does not fail on one it does not know', () => {
    expect(instant('2026-06-22T22:30:00Z', 'Asia/Bangkok')).toContain('Jun 23');
    expect(instant('2026-06-22T22:30:00Z', 'Mars/Olympus')).toContain('Jun 22');
  });
});
