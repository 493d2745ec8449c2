import { describe, expect, it } from 'vitest';
import { csvOf, split, type ChartPoint, type LineModel } from './model';
import { trend } from './trend';

const points = (...values: (number | null)[]): ChartPoint[] => values.map((value) => ({ value, words: '' }));

describe('a line', () => {
  it('is dotted only towards the running period', () => {
    const line = points(1, 2, 3);
    line[2]!.running = true;
    expect(split(line)).toEqual({ solid: [1, 2, null], dotted: [null, 2, 3] });
    expect(split(points(1, 2)).dotted).toEqual([null, null]);
  });

  it('leaves gaps as gaps', () => {
    expect(split(points(1, null, 3)).solid).toEqual([1, null, 3]);
  });
});

describe('a chart as a file', () => {
  it('quotes what needs quoting and leaves the unknown empty', () => {
    const model: LineModel = {
      kind: 'line',
      labels: ['a', 'b'],
      fullLabels: ['1 Jan, 2026', 'b'],
      series: [{ name: 'Say "hi"', points: [{ value: 1.5, low: 1, high: 2, words: '' }, { value: null, words: '' }] }],
      marks: [],
      axis: String,
    };
    expect(csvOf(model, 'Day')).toBe('\ufeffDay,"Say ""hi""","Say ""hi"" low","Say ""hi"" high"\r\n"1 Jan, 2026",1.5,1,2\r\nb,,,\r\n');
  });
});

describe('a small line', () => {
  it('breaks at gaps, dots the running end and marks lone points', () => {
    const shape = trend([{ value: 1 }, { value: 2 }, { value: null }, { value: 3 }, { value: null }, { value: 1 }, { value: 2, running: true }], 120, 20);
    expect(shape.solid.match(/M/g)).toHaveLength(1);
    expect(shape.dotted.match(/M/g)).toHaveLength(1);
    expect(shape.dots).toHaveLength(1);
  });

  it('shades bounds and survives a flat or empty series', () => {
    expect(trend([{ value: null, low: 1, high: 3 }, { value: null, low: 2, high: 3 }], 100, 20).band).toMatch(/^M.*Z$/);
    expect(trend([{ value: 5 }, { value: 5 }], 100, 20).solid).toBe('M2 10L98 10');
    expect(trend([{ value: null }], 100, 20)).toMatchObject({ solid: '', dotted: '', band: '', last: null });
  });
});
