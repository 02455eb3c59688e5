import { BaalError } from "../../core/errors.js";
import { balancedAccuracy, macroF1 } from "../../metrics/classification-metrics.js";
import { multiLabelF1 } from "../../metrics/multi-label-metrics.js";
import { meanAbsoluteError, r2, rootMeanSquaredError, spearman } from "../../metrics/regression-metrics.js";
import { type Evaluation, exactShare, type JudgedAnswer, type Question, shareRight } from "./evaluation.js";
import { type GateMetricName, gateMetricNames } from "./training-options.js";

/** A figure by which two versions are compared, from their answers to the same rows. */
interface GateMetric {
  /** The questions that it judges. */
  readonly questions: readonly Question[];
  /** Of an error, less is better. */
  readonly isError?: boolean | undefined;
  /** Of one control. NaN where the answers do not define it. */
  of(answers: readonly JudgedAnswer[]): number;
}

const METRICS: Readonly<Record<GateMetricName, GateMetric>> = {
  accuracy: {
    questions: ["single", "multiple"],
    of: (answers) =>
      exactShare(
        answers.map(({ given }) => given),
        answers.map(({ wanted }) => wanted),
      ),
  },
  balancedAccuracy: { questions: ["single"], of: (answers) => balancedAccuracy(...oneOfEach(answers)) },
  macroF1: {
    questions: ["single", "multiple"],
    of: (answers) => (answers[0]?.question === "multiple" ? labelsF1(answers, "macro") : macroF1(...oneOfEach(answers))),
  },
  microF1: { questions: ["multiple"], of: (answers) => labelsF1(answers, "micro") },
  r2: { questions: ["number"], of: (answers) => r2(...numbersOf(answers)) },
  spearman: { questions: ["number"], of: (answers) => spearman(...numbersOf(answers)) },
  rootMeanSquaredError: {
    ...{ questions: ["number"], isError: true },
    of: (answers) => rootMeanSquaredError(...numbersOf(answers)),
  },
  meanAbsoluteError: { ...{ questions: ["number"], isError: true }, of: (answers) => meanAbsoluteError(...numbersOf(answers)) },
};

/** What a control is compared by where the chosen metric does not judge its kind. */
const OTHERWISE: Readonly<Record<Question, GateMetricName>> = { single: "accuracy", multiple: "accuracy", number: "r2" };

/** One comparison of two versions on the same rows. */
export interface GateFigure {
  /** The metric, with the control's name in front where there are several. */
  readonly name: string;
  readonly own: number;
  readonly serving: number;
  readonly isError: boolean;
}

/**
 * How two versions do on the answers that `serving` has: the accuracy of all choices together, every other metric control by control. What is not
 * defined is left out. Throws `E_ARGUMENT` for a name that is none.
 */
export function gateFigures(
  own: Evaluation["answers"],
  serving: Evaluation["answers"],
  metric: GateMetricName = "accuracy",
): readonly GateFigure[] {
  if (!gateMetricNames.includes(metric))
    throw new BaalError("E_ARGUMENT", `compareBy is one of ${gateMetricNames.join(", ")}; "${metric}" came.`);
  const byControl = new Map<string, { readonly own: JudgedAnswer[]; readonly serving: JudgedAnswer[] }>();
  for (const [row, controls] of serving) {
    for (const [control, answer] of controls) {
      const mine = own.get(row)?.get(control);
      if (mine === undefined) continue;
      const pair = byControl.get(control) ?? { own: [], serving: [] };
      byControl.set(control, pair);
      pair.own.push(mine);
      pair.serving.push(answer);
    }
  }
  const figures: GateFigure[] = [];
  let isAccuracyTold = false;
  for (const [control, pair] of byControl) {
    const { question } = pair.serving[0]!;
    const judges = METRICS[metric].questions.includes(question);
    const name = judges ? metric : OTHERWISE[question];
    const record = METRICS[name];
    if (name !== "accuracy") {
      const label = byControl.size > 1 ? `${control}/${name}` : name;
      const isError = record.isError === true;
      figures.push({ name: label, own: record.of(pair.own), serving: record.of(pair.serving), isError });
    } else if (!isAccuracyTold) {
      isAccuracyTold = true;
      figures.push({ name, own: shareRight(own, serving), serving: shareRight(serving), isError: false });
    }
  }
  return figures.filter(({ own: a, serving: b }) => Number.isFinite(a) && Number.isFinite(b));
}

/**
 * Whether a figure is worse by more than the margin: a difference, of an error a share of the serving version's. Shares of the same items: what is equal may differ
 * in the last bit.
 */
export function isWorse({ own, serving, isError }: GateFigure, margin: number): boolean {
  return isError ? own > serving * (1 + margin) + 1e-9 : own + 1e-9 < serving - margin;
}

/** Answers of one label each as certain predictions `[N, C]` over the labels that occur, and targets. */
function oneOfEach(answers: readonly JudgedAnswer[]): [Float64Array, number[]] {
  const labels = labelsOf(answers);
  const probs_N_C = new Float64Array(answers.length * labels.length);
  for (const [n, { given }] of answers.entries()) probs_N_C[n * labels.length + labels.indexOf(given[0] ?? "")] = 1;
  return [probs_N_C, answers.map(({ wanted }) => labels.indexOf(wanted[0] ?? ""))];
}

function labelsF1(answers: readonly JudgedAnswer[], average: "macro" | "micro"): number {
  const labels = labelsOf(answers);
  const bits = (of: (answer: JudgedAnswer) => readonly string[]) =>
    answers.flatMap((answer) => labels.map((label) => Number(of(answer).includes(label))));
  return multiLabelF1(
    bits(({ given }) => given),
    bits(({ wanted }) => wanted),
    { labels: labels.length, average },
  );
}

function labelsOf(answers: readonly JudgedAnswer[]): readonly string[] {
  return [...new Set(answers.flatMap(({ given, wanted }) => [given[0] ?? "", ...given, wanted[0] ?? "", ...wanted]))];
}

function numbersOf(answers: readonly JudgedAnswer[]): [number[], number[]] {
  return [answers.map(({ given }) => Number(given[0])), answers.map(({ wanted }) => Number(wanted[0]))];
}
