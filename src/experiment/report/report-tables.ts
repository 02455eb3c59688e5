import type { AreaRow } from "./area-under-curve.js";
import type { TargetRow } from "./labels-to-target.js";
import { type EarlyEnd, learningCurve } from "./learning-curve.js";
import type { Series } from "./merged-runs.js";

/** A table: the first row names the columns. */
export type Table = readonly (readonly string[])[];

/** Every metric's median and quartiles over the seeds, one row per strategy, step and metric. */
export function summaryTable(series: readonly Series[], metrics: readonly string[]): Table {
  return [
    ["strategy", "step", "labels", "metric", "seeds", "median", "q1", "q3"],
    ...series.flatMap((one) =>
      metrics.flatMap((metric) =>
        learningCurve(one, metric).map(({ step, labels, seeds, median, low, high }) => [
          ...[one.name, String(step), String(labels), metric, String(seeds)],
          ...[median, low, high].map(plain),
        ]),
      ),
    ),
  ];
}

/** Medians (and quartiles) of the last step, one row per strategy. */
export function lastStepTable(series: readonly Series[], metrics: readonly (readonly [metric: string, name: string])[]): Table {
  return [
    ["strategy", "labels", "seeds", ...metrics.map(([, name]) => name)],
    ...series.map((one) => {
      const last = metrics.map(([metric]) => learningCurve(one, metric).at(-1));
      const any = last.find((point) => point !== undefined);
      return [
        ...[one.name, String(any?.labels ?? ""), String(any?.seeds ?? 0)],
        ...last.map((point) => (point ? `${rounded(point.median)} (${rounded(point.low)} - ${rounded(point.high)})` : "")),
      ];
    }),
  ];
}

export function endsTable(ends: readonly EarlyEnd[]): Table {
  return [
    ["strategy", "seed", "labels", "why"],
    ...ends.map(({ name, seed, labels, reason }) => [name, String(seed), String(labels), reason ?? "not finished"]),
  ];
}

export function areaTable(rows: readonly AreaRow[]): Table {
  return [
    ["strategy", "metric", "seeds", "area median", "q1", "q3", "less random", "95 % low", "high", "p (signed rank)", "pairs"],
    ...rows.map(({ name, metric, seeds, area, difference }) => [
      ...[name, metric, String(seeds), figure(area.median), figure(area.low), figure(area.high)],
      ...(difference
        ? [
            figure(difference.mean),
            figure(difference.low),
            figure(difference.high),
            figure(difference.pValue),
            String(difference.pairs),
          ]
        : ["", "", "", "", ""]),
    ]),
  ];
}

export function targetTable(rows: readonly TargetRow[]): Table {
  return [
    ["strategy", "metric", "target", "seeds", "reached", "labels median", "q1", "q3", "of the median curve"],
    ...rows.map(({ name, metric, target, seeds, reached, labels, ofMedian }) => [
      ...[name, metric, String(target), String(seeds), String(reached)],
      ...[labels.median, labels.low, labels.high, ofMedian].map((value) =>
        Number.isFinite(value) ? figure(value) : "not reached",
      ),
    ]),
  ];
}

/** For a program: commas between, quotes where they are needed. */
export function csv(table: Table): string {
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return table.map((row) => `${row.map(cell).join(",")}\n`).join("");
}

/** For a terminal: columns under each other. */
export function aligned(table: Table): string {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map(
      (row) =>
        `  ${row.map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!))).join("  ")}`,
    )
    .join("\n");
}

function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Three digits behind the point: columns stay narrow. */
function rounded(value: number): string {
  return value.toFixed(3);
}

/** Four digits, for people. */
function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}
