import { type CalibrationErrorOptions, expectedCalibrationError, reliabilityBins } from "./calibration-error.js";

/** The options of {@link reliabilityDiagram}. */
export interface ReliabilityDiagramOptions extends CalibrationErrorOptions {
  readonly title?: string | undefined;
}

const ACCURACY = "#3b6fb6";
const OVERCONFIDENT = "#e39a94";
const UNDERCONFIDENT = "#a9c4e8";
const SHARE = "#9aa5b1";

/**
 * A reliability diagram as an SVG document (Guo et al. 2017, arXiv:1706.04599): for each bin of confidence its accuracy, how far the
 * mean confidence is above or below it, and the share of the items that it holds; where bars and diagonal meet, the model's confidence can be
 * believed. `probs_N_C` is row-major. The numbers are those of `reliabilityBins`. Throws as `expectedCalibrationError`.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { reliabilityDiagram } from "baaljs/metrics";
 *
 * await writeFile("reliability.svg", await reliabilityDiagram([0.9, 0.1, 0.8, 0.2], [0, 1], { bins: 5 }));
 * ```
 */
export async function reliabilityDiagram(
  probs_N_C: ArrayLike<number>,
  targets_N: ArrayLike<number>,
  { bins = 10, title = "Reliability" }: ReliabilityDiagramOptions = {},
): Promise<string> {
  const rows = reliabilityBins(probs_N_C, targets_N, { bins });
  const error = expectedCalibrationError(probs_N_C, targets_N, { bins });
  // Loaded when asked for: who only wants numbers does not wait for the charts.
  const [{ CustomChart, LineChart }, { GridComponent, LegendComponent, TitleComponent }, { init, use }, { SVGRenderer }] =
    await Promise.all([
      import("echarts/charts"),
      import("echarts/components"),
      import("echarts/core"),
      import("echarts/renderers"),
    ]);
  use([CustomChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 560, height: 640 });
  const filled = rows.filter(({ items }) => items > 0);
  const boxes = (name: string, color: string, grid: number, edges: (bin: (typeof rows)[number]) => [number, number]) => ({
    type: "custom" as const,
    name,
    itemStyle: { color },
    xAxisIndex: grid,
    yAxisIndex: grid,
    data: filled.map((bin) => [bin.low, bin.high, ...edges(bin)]),
    encode: { x: [0, 1], y: [2, 3] },
    renderItem: drawBox(color),
  });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    title: {
      text: title,
      subtext: `${targets_N.length} items, expected calibration error ${(100 * error).toFixed(1)} %`,
      left: "center",
      top: 8,
    },
    legend: { bottom: 8, itemGap: 28, data: ["accuracy", "overconfident", "underconfident", "perfect"] },
    grid: [
      { left: 70, right: 30, top: 70, height: 360 },
      { left: 70, right: 30, top: 470, height: 70 },
    ],
    xAxis: [0, 1].map((grid) => ({
      ...unitAxis(grid === 0 ? "" : "confidence", 28),
      gridIndex: grid,
      axisLabel: { show: grid === 1, formatter: percent },
      axisLine: { onZero: true },
    })),
    yAxis: [
      { ...unitAxis("accuracy", 45), gridIndex: 0 },
      { ...unitAxis("items", 45), gridIndex: 1, splitNumber: 2 },
    ],
    series: [
      boxes("accuracy", ACCURACY, 0, ({ accuracy }) => [0, accuracy!]),
      boxes("overconfident", OVERCONFIDENT, 0, ({ accuracy, confidence }) => [accuracy!, Math.max(accuracy!, confidence!)]),
      boxes("underconfident", UNDERCONFIDENT, 0, ({ accuracy, confidence }) => [Math.min(accuracy!, confidence!), accuracy!]),
      {
        type: "line",
        name: "perfect",
        symbol: "none",
        itemStyle: { color: "#888888" },
        lineStyle: { type: "dashed", color: "#888888" },
        data: [
          [0, 0],
          [1, 1],
        ],
      },
      boxes("share of items", SHARE, 1, ({ items }) => [0, items / targets_N.length]),
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function unitAxis(name: string, nameGap: number) {
  return { type: "value", min: 0, max: 1, name, nameLocation: "middle", nameGap, axisLabel: { formatter: percent } };
}

function percent(value: number): string {
  return `${Math.round(100 * value)} %`;
}

interface BoxApi {
  value(dimension: number): number | string;
  coord(point: readonly [number, number]): number[];
}

/** Draws `[x from, x to, y from, y to]` in the axes' own units, with a thin gap between neighbours. */
function drawBox(fill: string) {
  return (_: unknown, api: BoxApi) => {
    const [left, right, from, to] = [0, 1, 2, 3].map((dimension) => Number(api.value(dimension)));
    const [x1 = 0, y1 = 0] = api.coord([left!, from!]);
    const [x2 = 0, y2 = 0] = api.coord([right!, to!]);
    const shape = { x: x1 + 0.5, y: Math.min(y1, y2), width: x2 - x1 - 1, height: Math.abs(y2 - y1) };
    return { type: "rect" as const, shape, style: { fill } };
  };
}
