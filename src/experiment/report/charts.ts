import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { CurvePoint } from "./learning-curve.js";

/** Of the series, in their order; random sampling comes first and is grey. */
const COLOURS = [
  "#7f8790",
  "#1f6fb4",
  "#d9622b",
  "#2f8f4e",
  "#8a4fb0",
  "#c2334d",
  "#9a7b17",
  "#138d90",
  "#5b5fc7",
  "#c557a0",
  "#4c4c4c",
];

/** How the series are told apart without colours, too. */
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin", "arrow"];

const colour = (i: number) => COLOURS[i % COLOURS.length]!;

const percentAxis = { formatter: (value: number) => `${Math.round(1000 * value) / 10} %` };

const axis = (name: string, gap: number) => ({
  type: "value" as const,
  name,
  nameLocation: "middle" as const,
  nameGap: gap,
  scale: true,
});

interface Frame {
  readonly title: string;
  readonly height?: number;
}

type Option = Readonly<Record<string, unknown>>;

/** An SVG document of a chart. */
function svg(option: Option, { title, height = 460 }: Frame): string {
  use([BarChart, CustomChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 760, height });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    title: { text: title, left: "center", top: 8, textStyle: { fontSize: 16 } },
    legend: { bottom: 6, type: "plain", left: "center", width: 700 },
    grid: { left: 78, right: 28, top: 56, bottom: 104 },
    ...option,
  });
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
}

export interface BandCurve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

interface CurveAxes extends Frame {
  readonly yName: string;
  readonly isShare: boolean;
}

/** Medians as lines, the range between the quartiles as bands. */
export function bandChart(curves: readonly BandCurve[], { yName, isShare, ...frame }: CurveAxes): string {
  const bands = curves.map(({ points }, i) => ({
    type: "custom",
    silent: true,
    z: 1,
    itemStyle: { color: colour(i) },
    // All corners as data, so that the axes hold them; the first draws them all.
    data: [...points.map(({ labels, low }) => [labels, low]), ...points.map(({ labels, high }) => [labels, high])],
    renderItem(params: { readonly dataIndex: number }, api: { coord(point: readonly number[]): number[] }) {
      if (params.dataIndex !== 0) return null;
      const edge = [
        ...points.map(({ labels, low }) => [labels, low]),
        ...[...points].reverse().map(({ labels, high }) => [labels, high]),
      ];
      return {
        type: "polygon",
        shape: { points: edge.map((point) => api.coord(point)) },
        style: { fill: colour(i), opacity: 0.14 },
      };
    },
  }));
  const lines = curves.map(({ name, points }, i) => ({
    type: "line",
    name,
    z: 2,
    symbol: SYMBOLS[i % SYMBOLS.length],
    symbolSize: 6,
    itemStyle: { color: colour(i) },
    lineStyle: { color: colour(i), width: 2 },
    data: points.map(({ labels, median }) => [labels, median]),
  }));
  return svg(
    {
      legend: { bottom: 6, left: "center", width: 700, data: curves.map(({ name }) => name) },
      xAxis: axis("labels", 28),
      yAxis: { ...axis(yName, 56), ...(isShare ? { axisLabel: percentAxis } : {}) },
      series: [...bands, ...lines],
    },
    frame,
  );
}

export interface LineData {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

interface LineAxes extends Frame {
  readonly xName: string;
  readonly yName: string;
  /** Draws the line on which both are equal, between 0 and 1. */
  readonly diagonal?: boolean;
}

/** Plain lines. */
export function lineChart(lines: readonly LineData[], { xName, yName, diagonal = false, ...frame }: LineAxes): string {
  const share = diagonal ? { min: 0, max: 1, axisLabel: percentAxis } : {};
  const ideal = {
    type: "line",
    name: "ideal",
    symbol: "none",
    lineStyle: { type: "dashed", color: "#999999" },
    itemStyle: { color: "#999999" },
    data: [
      [0, 0],
      [1, 1],
    ],
  };
  return svg(
    {
      xAxis: { ...axis(xName, 28), ...share },
      yAxis: { ...axis(yName, 56), ...share },
      series: [
        ...lines.map(({ name, points }, i) => ({
          ...{ type: "line", name, symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 5 },
          ...{ itemStyle: { color: colour(i) }, lineStyle: { color: colour(i) }, data: points },
        })),
        ...(diagonal ? [ideal] : []),
      ],
    },
    frame,
  );
}

export interface BarData {
  readonly name: string;
  readonly values: readonly number[];
}

interface BarAxes extends Frame {
  readonly categories: readonly string[];
  readonly yName: string;
  readonly stacked?: boolean;
}

/** Bars side by side, or on top of each other. */
export function barChart(bars: readonly BarData[], { categories, yName, stacked = false, ...frame }: BarAxes): string {
  return svg(
    {
      grid: { left: 78, right: 28, top: 56, bottom: 150 },
      xAxis: { type: "category", data: categories, axisLabel: { rotate: 40, interval: 0, width: 110, overflow: "truncate" } },
      yAxis: { ...axis(yName, 56), scale: false },
      series: bars.map(({ name, values }, i) => ({
        ...{ type: "bar", name, data: values, itemStyle: { color: colour(stacked ? i + 1 : i) } },
        ...(stacked ? { stack: "all", barMaxWidth: 60 } : {}),
      })),
    },
    frame,
  );
}
