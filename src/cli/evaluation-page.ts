import { lineChart } from "../charts/svg-charts.js";
import { type ReportSection, reportHtml } from "../experiment/report/report-html.js";
import type { CalibrationReport } from "./evaluate-calibration.js";
import type { EvaluationReport, WorstItem } from "./evaluation-report.js";
import { table } from "./output.js";

/** All that an evaluation has found. */
export interface Evaluation extends EvaluationReport {
  readonly model: string;
  readonly data: string;
  readonly items: number;
  readonly labels: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly worst: readonly (WorstItem & { readonly item: string })[];
  readonly calibration?: CalibrationReport | undefined;
}

const number = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? "" : value.toFixed(4));
const percent = (value: number | undefined) => (value === undefined ? "" : `${(100 * value).toFixed(1)} %`);

function classRows({ classes }: Evaluation): readonly (readonly string[])[] {
  const hasThresholds = classes.some(({ threshold }) => threshold !== undefined);
  return [
    ["label", "precision", "recall", "F1", "items", ...(hasThresholds ? ["threshold"] : [])],
    ...classes.map(({ label, precision, recall, f1, support, threshold }) => [
      ...[label, number(precision), number(recall), number(f1), String(support)],
      ...(hasThresholds ? [number(threshold)] : []),
    ]),
  ];
}

function confusionRows({ confusion, labels }: Evaluation): readonly (readonly string[])[] {
  return [["given \\ predicted", ...labels], ...confusion.map((row, c) => [labels[c]!, ...row.map(String)])];
}

function thresholdRows({ thresholds }: Evaluation): readonly (readonly string[])[] {
  return [
    ["from confidence", "answered", "right of these"],
    ...thresholds.map(({ confidence, answered, accuracy }) => [String(confidence), percent(answered), percent(accuracy)]),
  ];
}

function calibrationRows({ before, after, method }: CalibrationReport): readonly (readonly string[])[] {
  return [
    ["", "before", method],
    ["loss", number(before.loss), number(after.loss)],
    ["calibration error", number(before.expectedCalibrationError), number(after.expectedCalibrationError)],
  ];
}

function reliabilityRows({ reliability }: Pick<Evaluation, "reliability">): readonly (readonly string[])[] {
  return [
    ["confidence", "items", "mean confidence", "right"],
    ...reliability.map(({ low, high, items, confidence, accuracy }) => [
      `${low.toFixed(1)} to ${high.toFixed(1)}`,
      ...[String(items), percent(confidence), percent(accuracy)],
    ]),
  ];
}

const SHOWN = 80;

function worstRows({ worst }: Evaluation): readonly (readonly string[])[] {
  return [
    ["row", "given", "predicted", "score", "item"],
    ...worst.map(({ row, given, predicted, score, item }) => [
      ...[String(row), given, predicted, number(score)],
      item.length > SHOWN ? `${item.slice(0, SHOWN)}...` : item,
    ]),
  ];
}

/** More labels make a matrix that no terminal has room for. */
const MOST_LABELS = 12;

/** The evaluation as tables for a terminal. */
export function evaluationText(evaluation: Evaluation): string {
  const { metrics, classes, confusion, thresholds, reliability, worst, labels, calibration } = evaluation;
  const parts: readonly (readonly [string, readonly (readonly string[])[] | undefined])[] = [
    [`${evaluation.items} items`, Object.entries(metrics).map(([name, value]) => [name, number(value)])],
    ["by label", classes.length > 0 ? classRows(evaluation) : undefined],
    [
      "confusion (a row per given label)",
      confusion.length > 0 && labels.length <= MOST_LABELS ? confusionRows(evaluation) : undefined,
    ],
    ["reliability", reliability.length > 0 ? reliabilityRows(evaluation) : undefined],
    ["calibrated, each item by a calibrator of the others", calibration && calibrationRows(calibration)],
    ["reliability, calibrated so", calibration && reliabilityRows(calibration)],
    ["answering only from a confidence on", thresholds.length > 0 ? thresholdRows(evaluation) : undefined],
    ["most wrong", worst.length > 0 ? worstRows(evaluation) : undefined],
  ];
  return parts.flatMap(([title, rows]) => (rows ? [`${title}\n${table(rows)}`] : [])).join("\n\n");
}

/** The evaluation as one page with everything in it. */
export function evaluationPage(evaluation: Evaluation): string {
  const { model, data, items, metrics, classes, confusion, reliability, thresholds, worst, calibration } = evaluation;
  const sections: readonly (ReportSection | undefined)[] = [
    {
      title: "Metrics",
      note: `${items} labelled items of ${data}.`,
      table: [["metric", "value"], ...Object.entries(metrics).map(([name, value]) => [name, number(value)])],
    },
    classes.length > 0
      ? {
          title: "By label",
          note: "Precision: right of those predicted as it. Recall: found of those that are it.",
          table: classRows(evaluation),
        }
      : undefined,
    confusion.length > 0
      ? { title: "Confusion", note: "A row per given label, a column per predicted one.", table: confusionRows(evaluation) }
      : undefined,
    reliability.length > 0
      ? {
          title: "Reliability",
          note: "How often the model is right, by how sure it is. On the dashed line confidence can be believed.",
          svgs: [reliabilityChart(evaluation)],
          table: reliabilityRows(evaluation),
        }
      : undefined,
    calibration && {
      title: "Calibrated",
      note: `Each item by a calibrator that was fitted to the others, so that no figure is of the data that it was fitted to. ${calibration.isKept ? "The model has it now, fitted to all of them; the other figures here are of before." : "No better: the model stays as it is."}`,
      svgs: [reliabilityChart(calibration)],
      table: calibrationRows(calibration),
    },
    thresholds.length > 0
      ? { title: "Thresholds", note: "What comes of answering only from a confidence on.", table: thresholdRows(evaluation) }
      : undefined,
    worst.length > 0
      ? {
          title: "Most wrong",
          note: "Score: the probability of what was given (of numbers: the distance). Some of these are wrong labels: baal hygiene looks for them.",
          table: worstRows(evaluation),
        }
      : undefined,
  ];
  return reportHtml({
    title: `Evaluation of ${model}`,
    records: [],
    sections: sections.filter((section) => section !== undefined),
  });
}

function reliabilityChart({ reliability }: Pick<Evaluation, "reliability">): string {
  const points = reliability.flatMap(({ confidence, accuracy }) =>
    confidence === undefined || accuracy === undefined ? [] : [[confidence, accuracy] as const],
  );
  return lineChart([{ name: "model", points }], { title: "Reliability", xName: "confidence", yName: "accuracy", diagonal: true });
}
