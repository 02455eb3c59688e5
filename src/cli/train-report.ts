import type { Dataset } from "../core/dataset.js";
import type { Task } from "../core/task.js";
import { wilsonInterval } from "../metrics/wilson-interval.js";
import type { TrainerState } from "../training/trainer-state.js";
import type { ResolvedTrainingArguments } from "../training/training-arguments.js";
import { table } from "./output.js";

type Metrics = Readonly<Record<string, number>>;

/** Metrics of the evaluations that a table has room for: the loss, the one that is gone by, and the first others. */
const MOST_COLUMNS = 5;

/** The evaluations of a training, one a line, the best marked; `undefined` where there was none. */
export function evaluationTable(
  { logHistory, bestStep }: TrainerState,
  { metricForBestModel }: ResolvedTrainingArguments,
): string | undefined {
  const evaluations = logHistory.filter(({ kind }) => kind === "evaluate");
  const [first] = evaluations;
  if (first === undefined) return undefined;
  const names = [...new Set(["loss", metricForBestModel, ...Object.keys(first.values)])]
    .filter((name) => name in first.values)
    .slice(0, MOST_COLUMNS);
  const trainLossAt = (step: number) =>
    logHistory.findLast(({ kind, step: at }) => kind === "train" && at <= step)?.values["loss"];
  const rows = evaluations.map(({ step, epoch, values }) => [
    ...[epoch.toFixed(2), String(step), fixed(trainLossAt(step))],
    ...names.map((name) => fixed(values[name])),
    step === bestStep ? "*" : "",
  ]);
  const heading = ["epoch", "step", "train loss", ...names.map((name) => `eval ${name}`), ""];
  return table([heading, ...rows]).replace(/ +$/gm, "");
}

function fixed(value: number | undefined): string {
  return value === undefined ? "" : value.toFixed(4);
}

/** Whether training ended before its last step, and which evaluation was best, each in a sentence. */
export function endRemarks(
  { globalStep, maxSteps, bestMetric, bestStep }: TrainerState,
  { metricForBestModel: metric, earlyStoppingPatience: patience, loadBestModelAtEnd }: ResolvedTrainingArguments,
): readonly string[] {
  const remarks: string[] = [];
  if (patience !== undefined && globalStep < maxSteps) {
    const times = patience === 1 ? "an evaluation" : `${patience} evaluations in a row`;
    remarks.push(`stopped early, after ${globalStep} of ${maxSteps} steps: ${metric} did not improve in ${times}`);
  }
  if (bestMetric !== null && bestStep !== null) {
    const which = loadBestModelAtEnd
      ? "its weights are the model's"
      : bestStep === globalStep
        ? "its weights, the last ones, are the model's"
        : "the model's weights are the last ones (--load-best-model-at-end: the best)";
    remarks.push(`the best ${metric} was ${bestMetric.toFixed(4)}, at step ${bestStep}; ${which}`);
  }
  return remarks;
}

/** How many items each label has, in the order of the labels; of a regression nothing. */
export function labelCounts(dataset: Dataset<unknown>, labels: readonly string[], task: Task): readonly number[] {
  if (task === "regression") return [];
  const counts = new Array<number>(labels.length).fill(0);
  for (let i = 0; i < dataset.length; i++) {
    const { target } = dataset.at(i);
    if (typeof target === "number") counts[target]! += 1;
    else
      target?.forEach((value, c) => {
        if (value === 1) counts[c]! += 1;
      });
  }
  return counts;
}

/** A warning for a model that, on data it has not seen, is not better than always guessing the most frequent label. */
export function chanceWarning(evaluation: Metrics, counts: readonly number[]): string | undefined {
  const items = counts.reduce((sum, count) => sum + count, 0);
  const accuracy = evaluation["accuracy"];
  if (accuracy === undefined || items === 0) return undefined;
  const share = Math.max(...counts) / items;
  if (wilsonInterval(accuracy, items).low > share) return undefined;
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  return (
    `near chance: ${percent(accuracy)} of the ${items} evaluation items are right, and always guessing the most frequent label gives ${percent(share)}. ` +
    "Look whether the labels fit the items, give more of them, or train longer (--num-train-epochs, --learning-rate)."
  );
}
