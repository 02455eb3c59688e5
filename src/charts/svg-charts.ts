import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

/**
 * Of the series, in their order; random sampling comes first and is grey. The others are those of Okabe and Ito (2008), which the colour-blind
 * tell apart, too, without the yellow that nobody sees on white.
 */
const COLOURS = ["#6b7280", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

/** How the series are told apart without colours, too. */
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond"];

/** Where the colours begin anew the lines look different. */
const LINES = ["solid", "dashed", "dotted"];

const lineType = (i: number) => LINES[Math.floor(i / COLOURS.length) % LINES.length]!;

const colour = (i: number) => COLOURS[i % COLOURS.length]!;

const TEXT = "#1c2126";

const percentAxis = { color: TEXT, formatter: (value: number) => `${Number((100 * value).toPrecision(3))} %` };

const axis = (name: string, gap: number) => ({
  type: "value" as const,
  name,
  nameLocation: "middle" as const,
  nameGap: gap,
  nameTextStyle: { color: TEXT },
  axisLabel: { color: TEXT },
  scale: true,
});

interface Frame {
  readonly title: string;
}

interface ChartContent {
  /** Names in the legend below the chart. */
  readonly names: readonly string[];
  /** Room for the labels and the name of the axis. */
  readonly axisHeight: number;
  readonly option: Option;
}

type Option = Readonly<Record<string, unknown>>;

const WIDTH = 760;
const LEGEND_WIDTH = 700;
const LEGEND_ROW = 25;
const TOP = 56;
const PLOT_HEIGHT = 300;
const MOST_SYMBOLS = 12;

/** Rows that names take in a legend, at the width of letters as wide as most. */
function legendRows(names: readonly string[]): number {
  let rows = 1;
  let used = 0;
  for (const name of names) {
    const width = 42 + 6.8 * name.length;
    if (used > 0 && used + width > LEGEND_WIDTH) {
      rows++;
      used = 0;
    }
    used += width;
  }
  return rows;
}

/** An SVG document of a chart. */
function svg({ names, axisHeight, option }: ChartContent, { title }: Frame): string {
  use([BarChart, CustomChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const bottom = axisHeight + LEGEND_ROW * legendRows(names) + 6;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: TOP + PLOT_HEIGHT + bottom });
  chart.setOption({
    animation: false,
    emphasis: { disabled: true },
    backgroundColor: "#ffffff",
    title: { text: title, left: "center", top: 8, textStyle: { fontSize: 16, color: TEXT } },
    legend: { data: names, bottom: 6, left: "center", width: LEGEND_WIDTH, textStyle: { color: TEXT } },
    grid: { left: 78, right: 28, top: TOP, bottom },
    ...option,
  });
  const text = chart.renderToSVGString();
  chart.dispose();
  // Symbols of no size, and what a script in a browser would need: there is none.
  return text.replaceAll(/<path [^>]*matrix\(0,0,0,0,[^>]*><\/path>\n?/g, "").replaceAll(/ ecmeta_\w+="[^"]*"/g, "");
}

/** A median with its quartiles at a number of labels. */
export interface BandPoint {
  readonly labels: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export interface BandCurve {
  readonly name: string;
  readonly points: readonly BandPoint[];
}

interface CurveAxes extends Frame {
  readonly yName: string;
  readonly isShare: boolean;
}

/** Medians as lines, the range between the quartiles as bands. */
export function bandChart(curves: readonly BandCurve[], { yName, isShare, ...frame }: CurveAxes): string {
  // Many bands on top of each other would hide the lines.
  const opacity = Math.min(0.16, 0.6 / curves.length);
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
        style: { fill: colour(i), opacity },
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
    lineStyle: { color: colour(i), width: 2, type: lineType(i) },
    data: points.map(({ labels, median }) => [labels, median]),
  }));
  const option = {
    xAxis: axis("labels", 28),
    yAxis: { ...axis(yName, 56), ...(isShare ? { axisLabel: percentAxis } : {}) },
    series: [...bands, ...lines],
  };
  return svg({ names: curves.map(({ name }) => name), axisHeight: 50, option }, frame);
}

export interface LineData {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

interface LineAxes extends Frame {
  readonly xName: string;
  readonly yName: string;
  /** Draws the line on which both are equal, between 0 and 1. */
  readonly diagonal?: boolean | undefined;
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
  const option = {
    xAxis: { ...axis(xName, 28), ...share },
    yAxis: { ...axis(yName, 56), ...share },
    series: [
      ...lines.map(({ name, points }, i) => ({
        ...{ type: "line", name, symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: someSymbols(points.length, i) },
        ...{ itemStyle: { color: colour(i) }, lineStyle: { color: colour(i), type: lineType(i) }, data: points },
      })),
      ...(diagonal ? [ideal] : []),
    ],
  };
  return svg({ names: lines.map(({ name }) => name), axisHeight: 50, option }, frame);
}

/** On each point where they are few; on some of many, where each line has its own. */
function someSymbols(points: number, line: number) {
  const every = Math.ceil(points / MOST_SYMBOLS);
  if (every === 1) return 5;
  return (_: unknown, { dataIndex }: { readonly dataIndex: number }) => (dataIndex % every === (2 * line) % every ? 6 : 0);
}

export interface BarData {
  readonly name: string;
  readonly values: readonly number[];
}

interface BarAxes extends Frame {
  readonly categories: readonly string[];
  readonly yName: string;
  readonly stacked?: boolean | undefined;
}

/** Bars side by side, or on top of each other. */
export function barChart(bars: readonly BarData[], { categories, yName, stacked = false, ...frame }: BarAxes): string {
  const axisLabel = { color: TEXT, rotate: 40, interval: 0, width: 110, overflow: "truncate" };
  const option = {
    xAxis: { type: "category", data: categories, axisLabel },
    yAxis: { ...axis(yName, 56), scale: false },
    series: bars.map(({ name, values }, i) => ({
      ...{ type: "bar", name, data: values, itemStyle: { color: colour(stacked ? i + 1 : i) } },
      ...(stacked ? { stack: "all", barMaxWidth: 60 } : {}),
    })),
  };
  return svg({ names: bars.map(({ name }) => name), axisHeight: 96, option }, frame);
}

export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly labels: number; readonly accuracy: number }[];
}

export interface LearningCurveOptions {
  readonly title: string;
  /** The kind of items that were labelled: `"texts"` by default. */
  readonly items?: string | undefined;
}

/** Test accuracy over the number of labels, one line per curve, as an SVG document. */
export function learningCurveSvg(curves: readonly Curve[], { title, items = "texts" }: LearningCurveOptions): string {
  use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 720, height: 440 });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    title: { text: title, left: "center", top: 8 },
    legend: { bottom: 8 },
    grid: { left: 70, right: 30, top: 60, bottom: 80 },
    xAxis: { type: "value", name: `labelled ${items}`, nameLocation: "middle", nameGap: 28, scale: true },
    yAxis: {
      type: "value",
      name: "test accuracy",
      nameLocation: "middle",
      nameGap: 45,
      scale: true,
      axisLabel: { formatter: (value: number) => `${Math.round(100 * value)} %` },
    },
    series: curves.map(({ name, points }) => ({
      type: "line",
      name,
      symbolSize: 7,
      data: points.map(({ labels, accuracy }) => [labels, accuracy]),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
