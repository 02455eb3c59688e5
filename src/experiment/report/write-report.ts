import { join } from "node:path";
import { isLowerBetter } from "../../active/stopping.js";
import { writeFileAtomic } from "../../system/files.js";
import { areaUnderCurve } from "./area-under-curve.js";
import { examplesSections } from "./examples-sections.js";
import { defaultTargets, labelsToTarget } from "./labels-to-target.js";
import { type CurvePoint, differenceCurve, type EarlyEnd, earlyEnds, learningCurve, metricNames } from "./learning-curve.js";
import { calibrationSection, countsSection, timeSection } from "./measured-sections.js";
import { mergedRuns, type Series } from "./merged-runs.js";
import { type ReportSection, reportHtml } from "./report-html.js";
import { aligned, areaTable, csv, endsTable, lastStepTable, summaryTable, targetTable } from "./report-tables.js";

/** A report: its tables as text, its figures, its files. */
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
  const svgs = new Map<string, string>();
  for (const [metric, name] of shown) {
    svgs.set(`learning-curve-${metric}.svg`, await curveChart(series, { metric, title: `Test ${name}`, name }));
  }
  const [first] = shown;
  if (first !== undefined && series.some(({ baseline }) => baseline !== undefined)) {
    const [metric, name] = first;
    const frame = { metric, title: `Test ${name}, less that of random sampling`, name: `${name}, difference` };
    svgs.set(`above-random-${metric}.svg`, await curveChart(series, frame, differenceCurve));
  }
  const curves = [...svgs.values()];
  const more = (await Promise.all([calibrationSection, countsSection, timeSection].map((make) => make(series, svgs)))).flat();

  const sections: ReportSection[] = [
    {
      title: "Learning curves",
      note: "Lines are medians over the seeds, bands reach from the lower to the upper quartile. Differences are to random sampling with the same seed.",
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

async function curveChart(
  series: readonly Series[],
  { metric, title, name }: { readonly metric: string; readonly title: string; readonly name: string },
  curve: (series: Series, metric: string) => CurvePoint[] = learningCurve,
): Promise<string> {
  const { bandChart } = await import("../../charts/svg-charts.js");
  const curves = series.map((one) => ({ name: one.name, points: curve(one, metric) }));
  return bandChart(curves, { title, yName: name, isShare: !isLowerBetter(metric) });
}
