import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { writeFileAtomic } from "../../files.js";
import { areaUnderCurve } from "./area-under-curve.js";
import { cellDetails, type StepDetail } from "./cell-details.js";
import { bandChart, barChart, lineChart } from "./charts.js";
import { defaultTargets, isLowerBetter, labelsToTarget } from "./labels-to-target.js";
import { learningCurve, metricNames } from "./learning-curve.js";
import { mergedRuns, type Series } from "./merged-runs.js";
import { quartiles } from "./quartiles.js";
import { type ReportSection, reportHtml } from "./report-html.js";
import { aligned, areaTable, csv, endsTable, lastStepTable, summaryTable, targetTable } from "./report-tables.js";
import { type EarlyEnd, earlyEnds } from "./run-ends.js";

export interface WrittenReport {
  /** The tables, for a terminal. */
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Names of the files written, below the output folder. */
  readonly files: readonly string[];
}

/** Metrics whose curves are shown, in this order; the first that is there is the one that tables are about. */
const SHOWN: readonly (readonly [metric: string, name: string])[] = [
  ["inScopeAccuracy", "in-scope accuracy"],
  ["accuracy", "accuracy"],
  ["rareF1", "F1 of the rare classes"],
  ["outOfScopeRecall", "out-of-scope recall"],
  ["outOfScopeAuroc", "out-of-scope AUROC"],
  ["macroF1", "macro F1"],
  ["negativeLogLikelihood", "negative log-likelihood"],
];

/**
 * Makes the outputs of one or several runs: `summary.csv`, `labels-to-target.csv`, `area-under-curve.csv`, an SVG for each chart, and
 * `report.html` with all of them. Throws `E_FILE_NOT_FOUND` for a folder that holds no run, `E_CHECKPOINT`.
 */
export async function writeReport(folders: readonly string[], { output }: { readonly output: string }): Promise<WrittenReport> {
  const series = await mergedRuns(folders);
  const metrics = metricNames(series);
  const shown = SHOWN.filter(([metric]) => metrics.includes(metric));
  // As many columns as there is room for.
  const few = shown.filter(([metric]) => metric !== "macroF1" && metric !== "negativeLogLikelihood");
  const main = shown[0]?.[0] ?? metrics[0] ?? "accuracy";
  const given = series[0]!.record.config["targets"] as Readonly<Record<string, readonly number[]>> | undefined;
  const targets = labelsToTarget(series, given ?? defaultTargets(series, main));
  const areas = shown.flatMap(([metric]) => series.flatMap((one) => areaUnderCurve(one, metric) ?? []));
  const svgs = new Map(shown.map(([metric, name]) => [`learning-curve-${metric}.svg`, curveChart(series, metric, name)]));
  const curves = [...svgs.values()];
  const more = (await Promise.all([calibrationSection, countsSection, timeSection].map((make) => make(series, svgs)))).flat();

  const sections: ReportSection[] = [
    {
      title: "Learning curves",
      note: "Lines are medians over the seeds, bands reach from the lower to the upper quartile.",
      svgs: curves,
    },
    {
      title: "After the last step",
      note: "Medians over the seeds, with the quartiles.",
      table: lastStepTable(series, few),
    },
    ...endsSections(earlyEnds(series)),
    {
      title: "Labels to target",
      note: "Labels of the first step that reached the target, over the seeds. Steps are queries apart: it is no finer than that.",
      table: targetTable(targets),
    },
    {
      title: "Area under the curve",
      note: "Mean height of the curve over all numbers of labels. Differences are to random sampling with the same seeds: their mean, 95 % of a paired bootstrap over seeds, and the exact p-value of Wilcoxon's signed-rank test, which with n seeds is never below 2 / 2^n.",
      table: areaTable(areas),
    },
    ...more,
    ...(await examplesSections(series)),
  ];
  const names = [...new Set(series.map(({ record }) => record.config.name ?? record.data.name))];
  const records = [...new Set(series.flatMap((one) => one.records))];
  const files = new Map<string, string>([
    ["summary.csv", csv(summaryTable(series, metrics))],
    ["labels-to-target.csv", csv(targetTable(targets))],
    ["area-under-curve.csv", csv(areaTable(areas))],
    ...svgs,
    ["report.html", reportHtml({ title: names.join(", "), records, sections })],
  ]);
  for (const [name, content] of files) await writeFileAtomic(join(output, name), content);
  const ofMain = areas.filter(({ metric }) => metric === main);
  const ends = earlyEnds(series);
  const tables = [
    lastStepTable(series, few),
    targetTable(targets),
    areaTable(ofMain),
    ...(ends.length > 0 ? [endsTable(ends)] : []),
  ];
  return {
    text: tables.map(aligned).join("\n\n"),
    data: { labelsToTarget: targets, areaUnderCurve: areas, earlyEnds: ends },
    files: [...files.keys()],
  };
}

function endsSections(ends: readonly EarlyEnd[]): ReportSection[] {
  const stopped = ends.filter(({ reason }) => reason !== undefined);
  const unfinished = ends.filter(({ reason }) => reason === undefined);
  return [
    ...(stopped.length > 0
      ? [
          {
            title: "Stopped early",
            note: "By the criterion of the configuration. Where curves end differently, their last points are medians over fewer seeds, and areas are compared with random sampling as far as both go.",
            table: endsTable(stopped),
          },
        ]
      : []),
    ...(unfinished.length > 0
      ? [
          {
            title: "Not finished",
            note: "These failed, or are still to be run: the command of the experiment goes on with them. Areas leave them out.",
            table: endsTable(unfinished),
          },
        ]
      : []),
  ];
}

function curveChart(series: readonly Series[], metric: string, name: string): string {
  const isShare = !isLowerBetter(metric);
  const curves = series.map((one) => ({ name: one.name, points: learningCurve(one, metric) }));
  return bandChart(curves, { title: `Test ${name}`, yName: name, isShare });
}

type Svgs = Map<string, string>;

async function calibrationSection(series: readonly Series[], svgs: Svgs): Promise<ReportSection[]> {
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

const MOST_BARS = 20;

async function countsSection(series: readonly Series[], svgs: Svgs): Promise<ReportSection[]> {
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

async function timeSection(series: readonly Series[], svgs: Svgs): Promise<ReportSection[]> {
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

const MOST_ROUNDS = 6;

async function examplesSections(series: readonly Series[]): Promise<ReportSection[]> {
  const shown = await Promise.all(
    series
      .filter(({ strategy }) => strategy !== "random")
      .map(async (one) => {
        const [seed] = one.seeds.keys();
        const details = seed === undefined ? [] : await cellDetails(one, seed);
        const roundsOf = (part: "uncertain" | "examples", isWanted: (detail: StepDetail) => boolean) =>
          evenly(
            details.flatMap((detail) => {
              const examples = detail[part] ?? [];
              return examples.length > 0 && isWanted(detail) ? [{ name: one.name, labels: detail.labels, examples }] : [];
            }),
            MOST_ROUNDS,
          );
        return {
          uncertain: roundsOf("uncertain", () => true),
          first: roundsOf("examples", ({ examples = [], uncertain = [] }) => !isDeepStrictEqual(examples, uncertain)),
        };
      }),
  );
  const what = "with its label, which was or would have been revealed, and its score; of the first seed, some of the rounds.";
  const sections = [
    {
      title: "Most uncertain",
      note: `The unlabelled items that the model was least sure of, by the strategy's own score, each ${what} Strategies that give no item a score are left out.`,
      rounds: shown.flatMap(({ uncertain }) => uncertain),
    },
    {
      title: "Picked first",
      note: `What each strategy picked first where that is not the most uncertain, each ${what}`,
      rounds: shown.flatMap(({ first }) => first),
    },
  ];
  return sections.filter(({ rounds }) => rounds.length > 0);
}

function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}
