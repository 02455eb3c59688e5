import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly labels: number; readonly accuracy: number }[];
}

export interface LearningCurveOptions {
  readonly title: string;
  /** What was labelled: `"texts"` by default. */
  readonly items?: string;
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
