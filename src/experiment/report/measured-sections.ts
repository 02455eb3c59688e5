import { cellDetails } from "./cell-details.js";
import { learningCurve, quartiles } from "./learning-curve.js";
import type { Series } from "./merged-runs.js";
import type { ReportSection } from "./report-html.js";

/** Charts by the name of their file. */
export type Svgs = Map<string, string>;

/** Adds its charts to `svgs`; none where nothing was recorded. So do the others. */
export async function calibrationSection(series: readonly Series[], svgs: Svgs): Promise<ReportSection[]> {
  const { bandChart, lineChart } = await import("../../charts/svg-charts.js");
  const charts: string[] = [];
  const add = (file: string, chart: string) => {
    svgs.set(file, chart);
    charts.push(chart);
  };
  const metric = "expectedCalibrationError";
  const curves = series.map((one) => ({ name: one.name, points: learningCurve(one, metric) }));
  if (curves.some(({ points }) => points.length > 0)) {
    const frame = { title: "Expected calibration error", yName: "calibration error", isShare: true };
    add("calibration-error.svg", bandChart(curves, frame));
  }
  const lines = await Promise.all(series.map(async (one) => ({ name: one.name, points: await reliability(one) })));
  if (lines.some(({ points }) => points.length > 0)) {
    const frame = { title: "Reliability after the last step", xName: "confidence", yName: "accuracy", diagonal: true };
    add("reliability.svg", lineChart(lines, frame));
  }
  if (charts.length === 0) return [];
  return [
    {
      title: "Calibration",
      note: "How far confidence and accuracy are apart, in ten bins of confidence. Reliability is that of all seeds' last steps together; on the dashed line confidence can be believed.",
      svgs: charts,
    },
  ];
}

/** All seeds' last steps together: `[confidence, accuracy]` of each bin. */
async function reliability(series: Series): Promise<[number, number][]> {
  const bins: { items: number; confidence: number; right: number }[] = [];
  for (const seed of series.seeds.keys()) {
    const rows = (await cellDetails(series, seed)).at(-1)?.reliability ?? [];
    for (const [i, [items, confidence, accuracy]] of rows.entries()) {
      const bin = bins[i] ?? { items: 0, confidence: 0, right: 0 };
      bins[i] = {
        items: bin.items + items,
        confidence: bin.confidence + items * confidence,
        right: bin.right + items * accuracy,
      };
    }
  }
  return bins.filter(({ items }) => items > 0).map(({ items, confidence, right }) => [confidence / items, right / items]);
}

/** With more classes bars are too thin. */
const MOST_BARS = 20;

export async function countsSection(series: readonly Series[], svgs: Svgs): Promise<ReportSection[]> {
  const { barChart, lineChart } = await import("../../charts/svg-charts.js");
  const { labels } = series[0]!.record;
  const areAlike = series.every(({ record }) => record.labels.join("\n") === labels.join("\n"));
  const counts = series.map((one) => ({ name: one.name, values: medianCounts(one, one.record.labels.length) }));
  if (counts.every(({ values }) => values.length === 0)) return [];
  const sorted = counts.map(({ name, values }) => ({ name, values: [...values].sort((a, b) => b - a) }));
  const isFew = areAlike && labels.length <= MOST_BARS;
  const chart = isFew
    ? barChart(counts, { title: "Labelled items of each class", categories: labels, yName: "labelled items" })
    : lineChart(
        sorted.map(({ name, values }) => ({ name, points: values.map((value, i) => [i + 1, value] as const) })),
        { title: "Labelled items of each class", xName: "classes, the most labelled first", yName: "labelled items" },
      );
  svgs.set("class-counts.svg", chart);
  const note =
    "After the last step, medians over the seeds. A strategy that labels rare classes more often is flatter than random sampling.";
  return [{ title: "Classes", note, svgs: [chart] }];
}

function medianCounts({ seeds }: Series, classes: number): number[] {
  const counts = [...seeds.values()].flatMap((results) => {
    const found = results.at(-1)?.classCounts;
    return found ? [found] : [];
  });
  if (counts.length === 0) return [];
  return Array.from({ length: classes }, (_, c) => quartiles(counts.map((ofSeed) => ofSeed[c] ?? 0)).median);
}

export async function timeSection(series: readonly Series[], svgs: Svgs): Promise<ReportSection[]> {
  const { barChart } = await import("../../charts/svg-charts.js");
  const timed = series.filter(({ timings }) => timings.length > 0);
  if (timed.length === 0) return [];
  const parts = { train: "training", evaluate: "evaluating", select: "predicting and picking" } as const;
  const bars = Object.entries(parts).map(([part, name]) => ({
    name,
    values: timed.map(({ timings }) => {
      // The last step picks nothing.
      const last = Math.max(...timings.map(({ labels }) => labels));
      const counted = timings.filter(({ labels }) => part !== "select" || labels < last || timings.length === 1);
      return quartiles(counted.map(({ seconds }) => seconds[part as keyof typeof parts])).median || 0;
    }),
  }));
  const frame = { title: "Seconds per step", categories: timed.map(({ name }) => name), yName: "seconds", stacked: true };
  svgs.set("time-per-step.svg", barChart(bars, frame));
  const note = "Medians over seeds and steps, on the machine named above; other work on it makes them longer.";
  return [{ title: "Time per step", note, svgs: [svgs.get("time-per-step.svg")!] }];
}
