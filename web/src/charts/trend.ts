// The geometry of a small line: segments between known points, dotted where a period still runs, none across a gap.

export interface TrendPoint {
  value: number | null;
  low?: number | null;
  high?: number | null;
  running?: boolean;
}

export interface Trend {
  solid: string;
  dotted: string;
  /** One closed shape per stretch of known bounds. */
  band: string;
  /** Known points with no known neighbour, which no line would show. */
  dots: { x: number; y: number }[];
  last: { x: number; y: number } | null;
}

const round = (n: number): number => Math.round(n * 100) / 100;

export function trend(points: TrendPoint[], width: number, height: number, inset = 2): Trend {
  const known = points.flatMap((p) => [p.value, p.value === null ? (p.low ?? null) : null, p.value === null ? (p.high ?? null) : null]).filter((v): v is number => v !== null);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const span = high - low || 1;
  const step = points.length > 1 ? (width - inset * 2) / (points.length - 1) : 0;
  const x = (i: number): number => round(inset + i * step);
  const y = (v: number): number => round(high === low ? height / 2 : inset + (1 - (v - low) / span) * (height - inset * 2));

  let solid = '';
  let dotted = '';
  let band = '';
  const dots: Trend['dots'] = [];
  let last: Trend['last'] = null;
  points.forEach((point, i) => {
    const { value } = point;
    if (value === null) return;
    last = { x: x(i), y: y(value) };
    const before = points[i - 1]?.value ?? null;
    const after = points[i + 1]?.value ?? null;
    if (before === null && after === null) dots.push({ x: x(i), y: y(value) });
    if (before === null) return;
    const segment = `M${x(i - 1)} ${y(before)}L${x(i)} ${y(value)}`;
    if (point.running || points[i - 1]?.running) dotted += segment;
    else solid += segment;
  });

  // Bounds stand alone where there is no value: a stretch of them becomes one shape.
  const bounded = points.map((p) => (p.value === null && p.low != null && p.high != null ? { low: p.low, high: p.high } : null));
  for (let i = 0; i < bounded.length; i++) {
    if (!bounded[i]) continue;
    let end = i;
    while (bounded[end + 1]) end++;
    const top: string[] = [];
    const bottom: string[] = [];
    for (let j = i; j <= end; j++) {
      const at = end === i ? [x(j) - 1.5, x(j) + 1.5] : [x(j)];
      for (const px of at) {
        top.push(`${round(px)} ${y(bounded[j]!.high)}`);
        bottom.unshift(`${round(px)} ${y(bounded[j]!.low)}`);
      }
    }
    band += `M${[...top, ...bottom].join('L')}Z`;
    i = end;
  }
  return { solid, dotted, band, dots, last };
}
