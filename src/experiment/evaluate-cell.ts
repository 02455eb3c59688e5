import type { BayesianModel } from "../core/bayesian-model.js";
import { IGNORED_CLASS } from "../core/check-targets.js";
import type { Dataset } from "../core/dataset.js";
import { reliabilityBins } from "../metrics/calibration-error.js";
import { classScores, computeClassificationMetrics } from "../metrics/classification-metrics.js";
import { predictedClass } from "../metrics/metric.js";
import { auroc, fprAtTpr } from "../metrics/ranking-metrics.js";
import { applyThreshold, chooseThreshold, type ScopedItems } from "../metrics/scope-threshold.js";
import { BaalTrainer } from "../training/baal-trainer.js";
import { averageDraws, type ComputeMetrics, type EvaluationOutcome, type Metrics } from "../training/evaluation-metrics.js";
import type { ProgressListener } from "../training/trainer-callback.js";
import type { TrainingArguments } from "../training/training-arguments.js";
import { OUT_OF_SCOPE_SCORES, type OutOfScope } from "./out-of-scope-threshold.js";
import { validationMetric } from "./stopping-config.js";

const USUAL = [
  "loss",
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "negativeLogLikelihood",
  "brierScore",
  "expectedCalibrationError",
] as const;
const SCOPED = ["inScopeAccuracy", "outOfScopeRecall", "outOfScopeAuroc", "outOfScopeFpr95"] as const;

/** The figures that an experiment of these settings records. */
export function knownMetrics({
  outOfScope,
  rareClasses,
}: {
  readonly outOfScope: OutOfScope | undefined;
  readonly rareClasses: unknown;
}): readonly string[] {
  return [
    ...USUAL,
    ...(outOfScope ? SCOPED : []),
    ...(outOfScope?.protocol === "threshold" ? ["outOfScopeThreshold"] : []),
    ...(rareClasses === undefined ? [] : ["rareF1"]),
  ];
}

export interface CellEvaluationOptions<Input> {
  readonly model: BayesianModel<Input>;
  readonly args: TrainingArguments;
  /** Items out of scope of the protocol `"threshold"` have the target -100. */
  readonly test: Dataset<Input>;
  readonly validation: Dataset<Input>;
  readonly outOfScope: OutOfScope | undefined;
  /** Class indices whose mean F1 is reported. */
  readonly rareClasses: readonly number[];
  /** Measured on the validation items, too, under a name of its own. */
  readonly validationMetric?: string | undefined;
}

interface Work {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** Bins of confidence, of equal width: `[items, mean confidence, accuracy]`. */
export type ReliabilityRow = readonly [items: number, confidence: number, accuracy: number];

/**
 * Measures a cell's model. Test items are only ever measured on: what is chosen, the threshold of the out-of-scope protocol, is chosen on
 * validation items.
 */
export class CellEvaluation<Input> {
  readonly #options: CellEvaluationOptions<Input>;
  #reliability: readonly ReliabilityRow[] = [];

  constructor(options: CellEvaluationOptions<Input>) {
    this.#options = options;
  }

  async evaluate(work: Work): Promise<Metrics> {
    const { model, args, test, validation, validationMetric: watched } = this.#options;
    const threshold = await this.#threshold(work);
    const computeMetrics: ComputeMetrics = (outcome) => this.#metrics(outcome, threshold);
    const trainer = new BaalTrainer({ model, args, computeMetrics });
    const tuning = watched === undefined ? undefined : await trainer.evaluate(validation, work);
    const metrics = await trainer.evaluate(test, work);
    return tuning === undefined ? metrics : { ...metrics, [validationMetric(watched!)]: tuning[watched!]! };
  }

  /** Of the last evaluation, on the test items in scope of the model's classes. */
  get reliability(): readonly ReliabilityRow[] {
    return this.#reliability;
  }

  async #threshold(work: Work): Promise<number | undefined> {
    const { model, args, validation, outOfScope } = this.#options;
    if (outOfScope?.protocol !== "threshold") return undefined;
    const { evalIterations: iterations = 1 } = args;
    const draws = await new BaalTrainer({ model, args }).predictOnDataset(validation, {
      ...{ iterations, mode: iterations === 1 ? "deterministic" : "mc" },
      ...work,
    });
    const targets = Array.from({ length: validation.length }, (_, item) => Number(validation.at(item).target));
    return chooseThreshold(scopedItems({ means: averageDraws(draws, "crossEntropy"), targets }, outOfScope.score));
  }

  #metrics({ means, targets: given, labels }: EvaluationOutcome, threshold: number | undefined): Metrics {
    const { outOfScope, rareClasses } = this.#options;
    const targets = given.map(Number);
    const scoped = withoutIgnored(means, targets, labels.length);
    this.#reliability = reliabilityBins(scoped.means, scoped.targets).map(
      ({ items, confidence = 0, accuracy = 0 }): ReliabilityRow => [items, confidence, accuracy],
    );
    const outOfScopeClass = outOfScope?.protocol === "class" ? labels.indexOf(outOfScope.label) : undefined;
    const rare = rareClasses.length === 0 ? {} : { rareF1: rareF1(scoped, rareClasses) };
    const usual = { ...computeClassificationMetrics(scoped.means, scoped.targets, { outOfScopeClass }), ...rare };
    if (outOfScope === undefined) return usual;
    if (threshold === undefined) return { ...usual, inScopeAccuracy: inScopeAccuracy(scoped, outOfScopeClass!) };
    const items = scopedItems({ means, targets }, outOfScope.score);
    return {
      ...usual,
      ...applyThreshold(items, threshold),
      outOfScopeAuroc: auroc(items.scores_N, items.isOutOfScope_N),
      outOfScopeFpr95: fprAtTpr(items.scores_N, items.isOutOfScope_N),
      outOfScopeThreshold: threshold,
    };
  }
}

interface Classified {
  /** `[N, C]` */
  readonly means: Float64Array;
  readonly targets: readonly number[];
}

function scopedItems({ means, targets }: Classified, score: OutOfScope["score"]): ScopedItems {
  const classes = means.length / targets.length;
  return {
    scores_N: targets.map((_, i) => OUT_OF_SCOPE_SCORES[score](means.subarray(i * classes, (i + 1) * classes))),
    isOutOfScope_N: targets.map((target) => target === IGNORED_CLASS),
    isRight_N: targets.map((target, i) => predictedClass(means, { start: i * classes, classes }) === target),
  };
}

function withoutIgnored(means: Float64Array, targets: readonly number[], classes: number): Classified {
  const kept = targets.flatMap((target, i) => (target === IGNORED_CLASS ? [] : [i]));
  if (kept.length === targets.length) return { means, targets };
  const keptMeans = new Float64Array(kept.length * classes);
  kept.forEach((i, row) => {
    keptMeans.set(means.subarray(i * classes, (i + 1) * classes), row * classes);
  });
  return { means: keptMeans, targets: kept.map((i) => targets[i]!) };
}

/** As Larson et al. 2019 report it: of the items in scope alone, where out of scope is a wrong answer like others. */
function inScopeAccuracy({ means, targets }: Classified, outOfScopeClass: number): number {
  const classes = means.length / targets.length;
  const inScope = targets.flatMap((target, i) => (target === outOfScopeClass ? [] : [{ target, i }]));
  const right = inScope.filter(({ target, i }) => predictedClass(means, { start: i * classes, classes }) === target);
  return right.length / inScope.length;
}

function rareF1({ means, targets }: Classified, rareClasses: readonly number[]): number {
  const { f1_C } = classScores(means, targets);
  return rareClasses.reduce((sum, c) => sum + f1_C[c]!, 0) / rareClasses.length;
}
