import type { Calibrator } from "../calibration/calibrator.js";
import type { CalibrationTarget, FitToItems } from "../calibration/cross-calibrate.js";
import { shownPredictions } from "../calibration/shown.js";
import type { Predictions } from "../core/predictions.js";
import { createRandom } from "../core/random.js";
import { LOSS_OF_TASK, type Task } from "../core/task.js";
import { expectedCalibrationError, type ReliabilityBin, reliabilityBins } from "../metrics/calibration-error.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { UsageError } from "./usage-error.js";

/** How well probabilities fit what is right. */
export interface ProbabilityFigures {
  /** Negative log-likelihood: mean cross-entropy. */
  readonly loss: number;
  readonly expectedCalibrationError: number;
}

/** What `--calibrate` found. */
export interface CalibrationReport {
  readonly method: string;
  /** The parts that it was cross-checked by. */
  readonly folds: number;
  /** The model's probabilities as they were shown so far. */
  readonly before: ProbabilityFigures;
  /** Each item calibrated by a calibrator that was fitted to the others. */
  readonly after: ProbabilityFigures;
  /** Of the probabilities of `after`. */
  readonly reliability: readonly ReliabilityBin[];
  /** Whether the model has it now: it is not kept where probabilities are no better with it. */
  readonly isKept: boolean;
}

/** The ways to calibrate, as the command calls them. */
export const CALIBRATION_METHODS = ["temperature", "vector", "dirichlet", "platt"] as const;
export type CalibrationMethodName = (typeof CALIBRATION_METHODS)[number];

type Fits = Readonly<Partial<Record<CalibrationMethodName, FitToItems>>>;

/** Throws a usage error for a method that the task does not have. */
export async function calibrationFit(task: Task, method: CalibrationMethodName, signal: AbortSignal): Promise<FitToItems> {
  const { dirichletCalibration, temperatureScaling, vectorScaling } = await import("../calibration/scaling.js");
  const { labelTemperatureScaling, plattScaling } = await import("../calibration/label-scaling.js");
  const classes = (targets: readonly CalibrationTarget[]) => targets as readonly number[];
  const entries = (targets: readonly CalibrationTarget[]) => targets.flat();
  const ofTask: Readonly<Record<Task, Fits>> = {
    single: {
      temperature: (given, targets) => temperatureScaling(given, classes(targets), { signal }),
      vector: (given, targets) => vectorScaling(given, classes(targets), { signal }),
      dirichlet: (given, targets) => dirichletCalibration(given, classes(targets), { signal }),
    },
    multi: {
      temperature: (given, targets) => labelTemperatureScaling(given, entries(targets), { signal }),
      platt: (given, targets) => plattScaling(given, entries(targets), { signal }),
    },
    regression: {},
  };
  const fits = ofTask[task];
  const fit = fits[method];
  if (fit) return fit;
  throw new UsageError(
    task === "regression"
      ? "--calibrate is for the probabilities of labels; this model predicts numbers. varianceScaling of baaljs/calibration is for those."
      : `--calibrate ${method} is not for this model, ${task === "multi" ? "whose labels are each predicted by itself" : "which predicts one label an item"}: use ${Object.keys(fits).join(" or ")}.`,
  );
}

export interface CalibrationWork {
  readonly fit: FitToItems;
  readonly draws: Predictions;
  readonly targets: readonly CalibrationTarget[];
  readonly seed: number;
}

/** The calibrator that the draws give, and whether probabilities are better with it. Writes nothing. */
export async function findCalibrator(
  model: GraphClassifier<unknown>,
  { fit, draws, targets, seed }: CalibrationWork,
): Promise<{ readonly calibrator: Calibrator; readonly report: CalibrationReport }> {
  const { crossCalibrate } = await import("../calibration/cross-calibrate.js");
  const { averageDraws, evaluationMetrics } = await import("../training/evaluation-metrics.js");
  const { labels, task } = model;
  const loss = LOSS_OF_TASK[task];
  const { calibrator, held, folds } = await crossCalibrate(fit, draws, targets, createRandom(seed));
  const figures = async (means: Float64Array): Promise<ProbabilityFigures> => {
    const outcome = { loss, labels, means, targets: targets as never, indices: draws.indices };
    const { probs, classes } = asClasses(means, targets);
    return {
      loss: (await evaluationMetrics(outcome, () => ({})))["loss"]!,
      expectedCalibrationError: expectedCalibrationError(probs, classes),
    };
  };
  const after_N_C = averageDraws(held, loss);
  const [before, after] = [await figures(averageDraws(shownPredictions(model, draws), loss)), await figures(after_N_C)];
  const { probs, classes } = asClasses(after_N_C, targets);
  const reliability = reliabilityBins(probs, classes);
  const { method } = calibrator;
  return { calibrator, report: { method, folds, before, after, reliability, isKept: after.loss < before.loss } };
}

/** Probabilities and what is right. Labels that are each predicted by itself are so many questions of no and yes, of which the unknown ones do not count. */
function asClasses(
  means_N_C: Float64Array,
  targets: readonly CalibrationTarget[],
): { readonly probs: ArrayLike<number>; readonly classes: readonly number[] } {
  if (targets.every((target) => typeof target === "number")) return { probs: means_N_C, classes: targets };
  const known = targets.flat().flatMap((entry, i) => (entry === null ? [] : [{ p: means_N_C[i]!, entry }]));
  return {
    probs: known.flatMap(({ p }) => [1 - p, p]),
    classes: known.map(({ entry }) => Number(entry >= 0.5)),
  };
}

/** One line of what was found, for whoever reads along. */
export function calibrationWords({ method, before, after, folds, isKept }: CalibrationReport, place: string): string {
  const points = ({ expectedCalibrationError: error }: ProbabilityFigures) => (100 * error).toFixed(1);
  const figures = `by ${method} the calibration error goes from ${points(before)} to ${points(after)} points and the loss from ${before.loss.toFixed(3)} to ${after.loss.toFixed(3)}, each item judged by a calibrator of the other ${folds === 5 ? "four fifths" : "items"}`;
  return isKept ? `${figures}; kept in ${place}` : `${figures}: no better, so the model stays as it is`;
}
