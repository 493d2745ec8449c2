import { describe, expect, it } from 'vitest';
import type { PlainModel } from './model';
import { light } from './palette';
import { cut, depth, slice, svgOf } from './plain';

const model = (kind: PlainModel['kind'], values: (number | null)[]): PlainModel => ({
  kind,
  labels: values.map((_, i) => `Label ${i}`),
  fullLabels: values.map((_, i) => `Label ${i}`),
  series: [{ name: 'Things & <more>', points: values.map((value) => ({ value, words: value === null ? '– no data' : String(value) })) }],
});

describe('plain pictures', () => {
  it('draw nothing where nothing is known, and say why', () => {
    for (const kind of ['heat', 'funnel', 'pie'] as const) {
      const svg = svgOf(model(kind, [null]), light, 400, 200);
      expect(svg).toContain('– no data');
      expect(svg).not.toContain('NaN');
      expect(svg).not.toContain(`fill="${light.series[0]}" fill-opacity`);
    }
  });

  it('escape what they say', () => {
    expect(svgOf(model('heat', [1, 2]), light, 400, 200)).toContain('Things &amp; &lt;more&gt;');
  });

  it('close a ring that is one whole part', () => {
    expect(slice(50, 50, 40, 20, 0, 1)).not.toContain('NaN');
    expect(svgOf(model('pie', [5, 0]), light, 500, 200).match(/<path/g)).toHaveLength(1);
  });

  it('make the deepest field of the largest value, and none invisible', () => {
    expect(depth(10, 0, 10)).toBe(1);
    expect(depth(0, 0, 10)).toBe(0.1);
    expect(depth(5, 5, 5)).toBe(0.6);
  });

  it('cut what has no room', () => {
    expect(cut('Impressions', 200)).toBe('Impressions');
    expect(cut('Impressions', 40)).toMatch(/…$/);
  });
});
