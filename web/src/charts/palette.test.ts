import { describe, expect, it } from 'vitest';
import { dark, light, type Scheme } from './palette';

type Rgb = [number, number, number];

const linear = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const read = (hex: string): Rgb => [1, 3, 5].map((i) => linear(parseInt(hex.slice(i, i + 2), 16) / 255)) as Rgb;

// Machado, Oliveira and Fernandes 2009, severity 1.
const SIGHT: Record<string, number[][]> = {
  common: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

const seen = (rgb: Rgb, matrix: number[][]): Rgb => matrix.map((row) => Math.min(1, Math.max(0, row[0]! * rgb[0] + row[1]! * rgb[1] + row[2]! * rgb[2]))) as Rgb;

/** OKLab, in which equal distances look about equally far apart. */
function lab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}

const distance = (a: Rgb, b: Rgb): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(read(a)), luminance(read(b))];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
] as [string, Scheme][])('the %s palette', (_, scheme) => {
  it('stands out from its surface', () => {
    for (const colour of scheme.series) expect(contrast(colour, scheme.surface), colour).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.keys(SIGHT))('is told apart under %s vision', (sight) => {
    const points = scheme.series.map((hex) => lab(seen(read(hex), SIGHT[sight]!)));
    for (let i = 0; i < points.length; i++) {
      for (let j = i + 1; j < points.length; j++) {
        expect(distance(points[i]!, points[j]!), `${scheme.series[i]} and ${scheme.series[j]}`).toBeGreaterThan(0.08);
      }
    }
  });

  it('writes its text readably', () => {
    for (const text of [scheme.text, scheme.muted, scheme.faint]) expect(contrast(text, scheme.surface)).toBeGreaterThanOrEqual(4.5);
  });
});
