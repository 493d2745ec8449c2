// ECharts, only the parts used, loaded when the first chart comes into view.

import { BarChart, LineChart, CustomChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { CustomSeriesRenderItem, EChartsCoreOption } from 'echarts';
import { calm } from '../ui/theme.svelte';
import { colourOf, isPlain, split, type BarModel, type ChartModel, type ChartSeries, type ColumnModel, type DrawnModel, type LineModel } from './model';
import type { Scheme } from './palette';

echarts.use([BarChart, LineChart, CustomChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const FONT = "'Inter Variable', Inter, system-ui, sans-serif";

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);

function tooltip(model: ChartModel, scheme: Scheme) {
  return {
    trigger: 'axis' as const,
    confine: true,
    backgroundColor: scheme.surface,
    borderColor: scheme.axis,
    borderWidth: 1,
    padding: [8, 12],
    textStyle: { color: scheme.text, fontFamily: FONT, fontSize: 12 },
    extraCssText: 'box-shadow: 0 4px 16px rgb(0 0 0 / 0.12); border-radius: 8px; font-variant-numeric: tabular-nums; max-width: 320px; white-space: normal;',
    axisPointer:
      model.kind === 'line'
        ? { type: 'line' as const, lineStyle: { color: scheme.axis, type: 'solid' as const }, z: 0 }
        : { type: 'shadow' as const, shadowStyle: { color: scheme.border, opacity: 0.5 } },
    formatter: (parameters: unknown) => {
      const list = (Array.isArray(parameters) ? parameters : [parameters]) as { dataIndex: number }[];
      const at = list[0]?.dataIndex ?? 0;
      const rows = model.series
        .map((series, i) => {
          const point = series.points[at];
          if (!point?.words) return '';
          const dot = `<span style="display:inline-block;width:8px;height:8px;border-radius:50%;background:${colourOf(model, i, scheme)};margin-right:6px"></span>`;
          return `<div style="display:flex;gap:16px;justify-content:space-between"><span>${dot}${escape(series.name)}</span><b style="font-weight:600">${escape(point.words)}</b></div>`;
        })
        .join('');
      return `<div style="color:${scheme.muted};margin-bottom:4px">${escape(model.fullLabels[at] ?? '')}</div>${rows}`;
    },
  };
}

function axisLabel(scheme: Scheme) {
  return { color: scheme.faint, fontFamily: FONT, fontSize: 12 };
}

/** Intervals and bounds: one shape per stretch in which both ends are known. */
function band(points: { low: number | null | undefined; high: number | null | undefined }[], colour: string, name: string, strong: boolean, connect = false) {
  const stretches: number[][] = [];
  points.forEach((p, i) => {
    if (p.low == null || p.high == null) return;
    const open = stretches.at(-1);
    if (open && (connect || open.at(-1) === i - 1)) open.push(i);
    else stretches.push([i]);
  });
  const renderItem: CustomSeriesRenderItem = (parameters, paint) => {
    const stretch = stretches[parameters.dataIndex];
    if (!stretch) return;
    const half = stretch.length === 1 ? 3 : 0;
    const at = (i: number, v: number): number[] => paint.coord([i, v]);
    const top = stretch.flatMap((i) => {
      const [x, y] = at(i, points[i]!.high!);
      return half ? [[x! - half, y!], [x! + half, y!]] : [[x!, y!]];
    });
    const bottom = stretch.flatMap((i) => {
      const [x, y] = at(i, points[i]!.low!);
      return half ? [[x! - half, y!], [x! + half, y!]] : [[x!, y!]];
    });
    return {
      type: 'polygon',
      silent: true,
      shape: { points: [...top, ...bottom.reverse()] },
      style: { fill: colour, opacity: strong ? 0.28 : 0.13 },
    };
  };
  return {
    type: 'custom' as const,
    name: `${name} band`,
    silent: true,
    z: 1,
    renderItem,
    data: stretches.map((s) => {
      const lows = s.map((i) => points[i]!.low!);
      const highs = s.map((i) => points[i]!.high!);
      return [s[0]!, Math.min(...lows), Math.max(...highs)];
    }),
    encode: { x: 0, y: [1, 2] },
    tooltip: { show: false },
  };
}

function lineLook(look: ChartSeries['look'], colour: string): object {
  if (look === 'ahead') return { width: 2, color: colour, type: [2, 5], cap: 'round' };
  if (look === 'path') return { width: 1.5, color: colour };
  if (look === 'points') return { width: 0, color: colour };
  if (look === 'level') return { width: 1, color: colour, type: [5, 4] };
  return { width: 2, color: colour };
}

function lineOption(model: LineModel, scheme: Scheme, width: number): EChartsCoreOption {
  const direct = !model.legend && model.series.length > 1 && model.series.length <= 4 && width > 560;
  const longest = Math.max(0, ...model.series.map((s) => s.name.length));
  const right = direct ? Math.min(180, 16 + longest * 7) : 16;
  const series: Record<string, unknown>[] = [];
  model.series.forEach((s, i) => {
    const colour = colourOf(model, i, scheme);
    const { solid, dotted } = split(s.points);
    // Several bands over each other tell nothing; where there is no value, the band is all there is.
    const bounds = s.points.map((p) => (model.series.length === 1 || s.look === 'ahead' || p.value === null ? { low: p.low, high: p.high } : { low: null, high: null }));
    if (bounds.some((p) => p.low != null && p.high != null)) {
      series.push(band(bounds, colour, s.name, s.points.every((p) => p.value === null), s.connect));
    }
    const last = s.points.findLastIndex((p) => p.value !== null);
    const lastRuns = !!s.points[last]?.running;
    const label = (shown: boolean) =>
      shown && direct ? { endLabel: { show: true, formatter: s.name, color: colour, fontFamily: FONT, fontSize: 12, fontWeight: 500, distance: 8 }, labelLayout: { moveOverlap: 'shiftY' } } : {};
    const only = s.points.filter((p) => p.value !== null).length === 1;
    const lone = s.points.map((p, at) => p.value !== null && (s.connect ? only : s.points[at - 1]?.value == null && s.points[at + 1]?.value == null));
    const base = { type: 'line', name: s.name, color: colour, connectNulls: s.connect ?? false, z: s.look === 'points' ? 4 : s.look ? 2 : 3, symbol: 'circle', symbolSize: (_: unknown, p: { dataIndex: number }) => (s.look === 'points' ? 9 : lone[p.dataIndex] ? 6 : 5), ...(s.look === 'points' ? { showAllSymbol: true } : {}), showSymbol: s.look === 'points' || lone.some(Boolean) || s.points.length <= 2, emphasis: { scale: false, focus: 'none' } };
    series.push({ ...base, ...label(!lastRuns), data: solid, lineStyle: lineLook(s.look, colour) });
    if (dotted.some((v) => v !== null)) {
      series.push({ ...base, ...label(lastRuns), data: dotted, lineStyle: { width: 2, color: colour, type: [2, 5], cap: 'round' }, showSymbol: false });
    }
  });
  if (model.marks.length && series.length) {
    const home = series.findIndex((s) => s.type === 'line');
    const target = series[home];
    if (target) {
      target.markLine = marksOver(model, scheme);
    }
  }
  return {
    grid: { left: 4, right, top: model.marks.length ? 28 : 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: model.labels,
      boundaryGap: model.labels.length < 2,
      axisLine: { lineStyle: { color: scheme.axis } },
      axisTick: { show: false },
      axisLabel: { ...axisLabel(scheme), hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: 'value',
      scale: true,
      splitNumber: 4,
      axisLabel: { ...axisLabel(scheme), formatter: model.axis },
      splitLine: { lineStyle: { color: scheme.border } },
    },
    series,
  };
}

function barOption(model: BarModel, scheme: Scheme): EChartsCoreOption {
  const single = model.series.length === 1;
  const longest = Math.max(0, ...(model.series[0]?.points.map((p) => p.words.length) ?? []));
  return {
    grid: { left: 4, right: single ? 12 + longest * 6.5 : 16, top: 4, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'value',
      min: (extent: { min: number }) => Math.min(0, extent.min),
      splitNumber: 3,
      axisLabel: { ...axisLabel(scheme), formatter: model.axis },
      splitLine: { lineStyle: { color: scheme.border } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: model.labels,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...axisLabel(scheme), color: scheme.text, width: 120, overflow: 'truncate' },
    },
    series: model.series.flatMap((s, i) => {
      const colour = colourOf(model, i, scheme);
      const extras: CustomSeriesRenderItem = (parameters, paint) => {
        const at = parameters.dataIndex;
        const p = s.points[at];
        if (!p) return;
        const ranged = p.low != null && p.high != null;
        const end = ranged ? Math.max(p.high!, p.value ?? p.high!) : (p.value ?? 0);
        const [right, y] = paint.coord([end, at]) as [number, number];
        const children: object[] = [];
        if (ranged) {
          const left = paint.coord([p.low!, at])[0]!;
          const edge = paint.coord([p.high!, at])[0]!;
          children.push(
            p.value === null
              ? { type: 'rect', shape: { x: left, y: y - 8, width: Math.max(2, edge - left), height: 16, r: 3 }, style: { fill: colour, opacity: 0.4 } }
              : { type: 'path', shape: { pathData: `M${left} ${y}H${edge}M${left} ${y - 4}V${y + 4}M${edge} ${y - 4}V${y + 4}` }, style: { stroke: scheme.text, fill: 'none', lineWidth: 1.2, opacity: 0.7 } },
          );
        }
        if (single) {
          children.push({ type: 'text', style: { text: p.words, x: right + 8, y, verticalAlign: 'middle', fill: p.value === null && !ranged ? scheme.faint : scheme.text, font: `500 12px ${FONT}` } });
        }
        return { type: 'group', silent: true, children } as never;
      };
      return [
        {
          type: 'bar',
          name: s.name,
          color: colour,
          barMaxWidth: 16,
          barMinHeight: 1,
          itemStyle: { borderRadius: [0, 3, 3, 0] },
          emphasis: { disabled: true },
          data: s.points.map((p) => p.value),
        },
        {
          type: 'custom',
          name: `${s.name} extras`,
          z: 4,
          renderItem: extras,
          silent: true,
          data: s.points.map((p, at) => [p.high ?? p.value ?? 0, at]),
          encode: { x: 0, y: 1 },
          tooltip: { show: false },
        },
      ];
    }),
  };
}

function marksOver(model: LineModel | ColumnModel, scheme: Scheme): object {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: scheme.faint, type: [4, 3], width: 1 },
    label: { show: true, position: 'insideEndTop', rotate: 0, color: scheme.muted, fontFamily: FONT, fontSize: 12, distance: [6, 2] },
    data: model.marks.map((m) => ({ xAxis: m.at, label: { formatter: m.text, align: m.at > model.labels.length * 0.5 ? 'right' : 'left' } })),
  };
}

/** Upright bars. A running period is paler, as it is not whole yet; what is not known has no bar. */
function columnOption(model: ColumnModel, scheme: Scheme): EChartsCoreOption {
  return {
    grid: { left: 4, right: 16, top: model.marks.length ? 28 : 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: model.labels,
      axisLine: { lineStyle: { color: scheme.axis } },
      axisTick: { show: false },
      axisLabel: { ...axisLabel(scheme), hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: 'value',
      min: (extent: { min: number }) => Math.min(0, extent.min),
      splitNumber: 4,
      axisLabel: { ...axisLabel(scheme), formatter: model.axis },
      splitLine: { lineStyle: { color: scheme.border } },
    },
    series: model.series.map((s, i) => ({
      type: 'bar',
      name: s.name,
      color: colourOf(model, i, scheme),
      ...(model.stacked ? { stack: 'whole' } : {}),
      barMaxWidth: 36,
      emphasis: { disabled: true },
      itemStyle: model.stacked ? { borderColor: scheme.surface, borderWidth: 0.5 } : { borderRadius: [3, 3, 0, 0] },
      data: s.points.map((p) => ({ value: p.value, itemStyle: p.running ? { opacity: 0.55 } : {} })),
      ...(i === 0 && model.marks.length ? { markLine: marksOver(model, scheme) } : {}),
    })),
  };
}

function optionOf(model: DrawnModel, scheme: Scheme, width: number): EChartsCoreOption {
  if (model.kind === 'line') return lineOption(model, scheme, width);
  return model.kind === 'bar' ? barOption(model, scheme) : columnOption(model, scheme);
}

export interface Drawn {
  draw(model: ChartModel, scheme: Scheme): void;
  svg(): string;
  dispose(): void;
}

/** `pick` hears which bucket and which series a click meant. */
export function open(root: HTMLElement, model: ChartModel, scheme: Scheme, pick?: (row: number, column: number) => void): Drawn {
  const chart = echarts.init(root, null, { renderer: 'svg' });
  let last: { model: ChartModel; scheme: Scheme } = { model, scheme };
  let width = 0;

  function draw(next: ChartModel, nextScheme: Scheme): void {
    if (isPlain(next)) return;
    last = { model: next, scheme: nextScheme };
    const option = optionOf(next, nextScheme, chart.getWidth());
    chart.setOption(
      { animation: !calm(), animationDuration: 140, animationDurationUpdate: 140, textStyle: { fontFamily: FONT }, tooltip: tooltip(next, nextScheme), ...option },
      { notMerge: true },
    );
    width = chart.getWidth();
  }

  const observer = new ResizeObserver(() => {
    chart.resize();
    if (chart.getWidth() > 560 !== width > 560) draw(last.model, last.scheme);
  });
  draw(model, scheme);
  observer.observe(root);
  if (pick) {
    chart.getZr().on('click', (event: { offsetX: number; offsetY: number }) => {
      const at = [event.offsetX, event.offsetY];
      if (!chart.containPixel('grid', at)) return;
      const [x = 0, y = 0] = chart.convertFromPixel('grid', at);
      const row = Math.round(last.model.kind === 'bar' ? y : x);
      const height = last.model.kind === 'bar' ? x : y;
      const far = (column: number): number => Math.abs((last.model.series[column]?.points[row]?.value ?? Infinity) - height);
      const column = last.model.series.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
      if (last.model.series[column]?.points[row]) pick(row, column);
    });
  }
  return {
    draw,
    svg: () => chart.renderToSVGString(),
    dispose: () => {
      observer.disconnect();
      chart.dispose();
    },
  };
}
