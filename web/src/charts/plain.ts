// The three pictures that need no axes – fields for pairs, steps, shares – drawn as SVG by hand: a few hundred bytes each
// where the engine's own would be many thousand.

import { percent } from '../ui/format';
import type { Drawn } from './engine';
import type { ChartModel, ChartPoint, PlainModel } from './model';
import type { Scheme } from './palette';

const FONT = "'Inter Variable', Inter, system-ui, sans-serif";
const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
const round = (n: number): number => Math.round(n * 100) / 100;

interface Look {
  size?: number;
  weight?: number;
  anchor?: 'start' | 'middle' | 'end';
  fill: string;
}
const text = (x: number, y: number, words: string, { size = 12, weight = 400, anchor = 'start', fill }: Look): string =>
  `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}" dominant-baseline="central">${escape(words)}</text>`;

/** As much of the words as has room, by a mean width of letters. */
export function cut(words: string, width: number, size = 12): string {
  const most = Math.max(1, Math.floor(width / (size * 0.54)));
  return words.length <= most ? words : `${words.slice(0, Math.max(1, most - 1)).trimEnd()}…`;
}

const mark = (row: number, column: number, point: ChartPoint, label: string, inside: string): string =>
  `<g data-row="${row}" data-column="${column}"><title>${escape(label)}: ${escape(point.words)}</title>${inside}</g>`;

/** The share of a colour in a mix with the surface: pale is little, never nothing. */
export function depth(value: number, least: number, most: number): number {
  if (most <= least) return 0.6;
  return 0.1 + 0.9 * ((value - least) / (most - least));
}

function heat(model: PlainModel, scheme: Scheme, width: number, height: number): string {
  const longest = Math.max(0, ...model.labels.map((label) => label.length));
  const left = Math.min(width * 0.3, 16 + longest * 6.6);
  const bottom = 22;
  const columns = Math.max(1, model.series.length);
  const rows = Math.max(1, model.labels.length);
  const w = (width - left) / columns;
  const h = (height - bottom) / rows;
  const values = model.series.flatMap((s) => s.points.map((p) => p.value)).filter((v) => v !== null);
  const least = Math.min(0, ...values);
  const most = Math.max(...values, 0);
  const every = Math.max(1, Math.ceil(30 / w));
  const fields = model.labels.flatMap((_, row) =>
    model.series.map((series, column) => {
      const point = series.points[row] ?? { value: null, words: '' };
      const at = `x="${round(left + column * w + 1)}" y="${round(row * h + 1)}" width="${round(Math.max(1, w - 2))}" height="${round(Math.max(1, h - 2))}" rx="3"`;
      const field =
        point.value === null
          ? `<rect ${at} fill="none" stroke="${scheme.border}"/>`
          : `<rect ${at} fill="${scheme.series[0]}" fill-opacity="${round(depth(point.value, least, most))}"/>`;
      return mark(row, column, point, `${model.fullLabels[row] ?? ''}, ${series.name}`, field);
    }),
  );
  const rowNames = model.labels.map((label, row) => text(left - 8, (row + 0.5) * h, cut(label, left - 8), { anchor: 'end', fill: scheme.text }));
  const columnNames = model.series.map((series, column) => (column % every ? '' : text(left + (column + 0.5) * w, height - 8, series.name, { anchor: 'middle', fill: scheme.faint })));
  return [...fields, ...rowNames, ...columnNames].join('');
}

function funnel(model: PlainModel, scheme: Scheme, width: number, height: number): string {
  const points = model.series[0]?.points ?? [];
  const most = Math.max(1, ...points.map((p) => p.value ?? 0));
  const h = height / Math.max(1, points.length);
  // A line of words above each bar.
  const bar = Math.max(8, Math.min(28, h - 24));
  return points
    .map((point, row) => {
      const y = row * h;
      const words = y + Math.max(7, (h - bar - 18) / 2 + 7);
      const at = words + 11;
      const long = point.value === null ? 0 : Math.max(2, (width * point.value) / most);
      const before = points[row - 1]?.value;
      const share = point.value !== null && before ? ` · ${percent(point.value / before)}` : '';
      const said = `${point.words}${share}`;
      const room = width - said.length * 7 - 12;
      return mark(
        row,
        0,
        point,
        model.fullLabels[row] ?? '',
        `<rect x="0" y="${round(y)}" width="${round(width)}" height="${round(h)}" fill="transparent"/>` +
          text(0, words, cut(model.labels[row] ?? '', room), { fill: scheme.text, weight: 500 }) +
          text(width, words, said, { anchor: 'end', fill: point.value === null ? scheme.faint : scheme.text, weight: 500 }) +
          `<rect x="0" y="${round(at)}" width="${round(width)}" height="${round(bar)}" rx="4" fill="${scheme.border}" fill-opacity="0.6"/>` +
          (long ? `<rect x="0" y="${round(at)}" width="${round(long)}" height="${round(bar)}" rx="4" fill="${scheme.series[0]}"/>` : ''),
      );
    })
    .join('');
}

/** The way of a slice of a ring, in turns from the top. */
export function slice(cx: number, cy: number, outer: number, inner: number, from: number, to: number): string {
  const whole = to - from > 0.9999;
  const end = whole ? from + 0.9999 : to;
  const at = (turn: number, radius: number): string => `${round(cx + radius * Math.sin(turn * 2 * Math.PI))} ${round(cy - radius * Math.cos(turn * 2 * Math.PI))}`;
  const large = end - from > 0.5 ? 1 : 0;
  return `M${at(from, outer)}A${outer} ${outer} 0 ${large} 1 ${at(end, outer)}L${at(end, inner)}A${inner} ${inner} 0 ${large} 0 ${at(from, inner)}Z`;
}

function pie(model: PlainModel, scheme: Scheme, width: number, height: number): string {
  const points = model.series[0]?.points ?? [];
  const sum = points.reduce((all, p) => all + Math.max(0, p.value ?? 0), 0);
  const beside = width > 380;
  const row = 24;
  const radius = Math.max(30, Math.min(beside ? width * 0.24 : width * 0.34, (beside ? height : height - points.length * row) / 2 - 6));
  const cx = beside ? radius + 8 : width / 2;
  const cy = beside ? height / 2 : radius + 6;
  const names = beside ? { x: cx + radius + 32, y: height / 2 - ((points.length - 1) * row) / 2, w: width - cx - radius - 32 } : { x: 4, y: cy + radius + 20, w: width - 8 };
  let turn = 0;
  const parts = points.map((point, i) => {
    const value = Math.max(0, point.value ?? 0);
    const from = turn;
    if (sum) turn += value / sum;
    const colour = scheme.series[i % scheme.series.length]!;
    const y = names.y + i * row;
    const share = sum && point.value !== null ? percent(value / sum) : '';
    const said = share ? `${point.words}  ${share}` : point.words;
    return mark(
      i,
      0,
      point,
      model.fullLabels[i] ?? '',
      (value ? `<path d="${slice(cx, cy, radius, radius * 0.6, from, turn)}" fill="${colour}" stroke="${scheme.surface}" stroke-width="2"/>` : '') +
        `<rect x="${round(names.x)}" y="${round(y - row / 2)}" width="${round(names.w)}" height="${row}" fill="transparent"/>` +
        `<rect x="${round(names.x)}" y="${round(y - 5)}" width="10" height="10" rx="3" fill="${colour}"/>` +
        text(names.x + 18, y, cut(model.labels[i] ?? '', names.w - 30 - said.length * 6.8), { fill: scheme.text }) +
        text(names.x + names.w, y, said, { anchor: 'end', fill: scheme.text, weight: 500 }),
    );
  });
  const centre = model.centre && radius > 50 ? text(cx, cy, model.centre, { anchor: 'middle', fill: scheme.text, weight: 600, size: 16 }) : '';
  return parts.join('') + centre;
}

export function svgOf(model: PlainModel, scheme: Scheme, width: number, height: number): string {
  const inside = { heat, funnel, pie }[model.kind](model, scheme, width, height);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" style="display:block;font-variant-numeric:tabular-nums">${inside}</svg>`;
}

/** As the engine's `open`, for these. */
export function open(root: HTMLElement, model: ChartModel, scheme: Scheme, pick?: (row: number, column: number) => void): Drawn {
  let last = { model: model as PlainModel, scheme };
  const paint = (): void => {
    root.innerHTML = svgOf(last.model, last.scheme, Math.max(60, root.clientWidth), Math.max(60, root.clientHeight));
  };
  const onClick = (event: MouseEvent): void => {
    const at = (event.target as Element).closest<SVGGElement>('[data-row]');
    if (at && pick) pick(Number(at.dataset.row), Number(at.dataset.column));
  };
  const observer = new ResizeObserver(paint);
  paint();
  observer.observe(root);
  root.addEventListener('click', onClick);
  return {
    draw(next, nextScheme) {
      last = { model: next as PlainModel, scheme: nextScheme };
      paint();
    },
    svg: () => svgOf(last.model, last.scheme, Math.max(60, root.clientWidth), Math.max(60, root.clientHeight)),
    dispose() {
      observer.disconnect();
      root.removeEventListener('click', onClick);
      root.replaceChildren();
    },
  };
}
