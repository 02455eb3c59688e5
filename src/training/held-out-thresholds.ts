import type { Calibrator } from "../calibration/calibrator.js";
import { findSharpness, type HeldOutLogits, sharpnessCalibrator } from "../calibration/sharpness.js";
import type { LossName, StateDict } from "../core/bayesian-model.js";
import { entriesOf } from "../core/check-targets.js";
import type { Dataset } from "../core/dataset.js";
import { type Features, rowsOf } from "../core/features.js";
import { joinFeatures } from "../core/join-chunks.js";
import { sigmoid } from "../core/softmax.js";
import { TASK_OF_LOSS } from "../core/task.js";
import { labelThresholds } from "../metrics/label-thresholds.js";
import { scopeEvidence } from "../models/out-of-scope/rule.js";
import type { Fold } from "./cross-validate.js";
import { type EvaluationOutcome, type Metrics, usualMetrics } from "./evaluation-metrics.js";
import { type SolvableModel, solveLastLayer } from "./solve-last-layer.js";

/** Collects what evaluations of held-out items answer, for thresholds. */
export interface HeldOutAnswers {
  /** For a trainer: the usual figures, and for one label an item `calibratedLoss`, the cross-entropy at its best temperature. */
  readonly computeMetrics: (outcome: EvaluationOutcome) => Metrics;
  /** Those that fit best what was answered so far. */
  readonly thresholds: (labels: number) => readonly number[];
  /** Of one label an item: what makes the probabilities answered so far right. */
  readonly calibrator: (labels: number) => Calibrator | undefined;
}

export function heldOutAnswers(): HeldOutAnswers {
  const probs: number[] = [];
  const targets: (number | null)[] = [];
  const logProbs: HeldOutLogits[] = [];
  return {
    computeMetrics(outcome) {
      for (const prob of outcome.means) probs.push(prob);
      targets.push(...outcome.targets.flatMap(entriesOf));
      const usual = usualMetrics(outcome);
      if (TASK_OF_LOSS[outcome.loss] !== "single") return usual;
      const logits_N_C = outcome.means.map((prob) => Math.log(Math.max(prob, Number.MIN_VALUE)));
      logProbs.push({ logits_N_C, targets: outcome.targets as readonly number[] });
      return { ...usual, calibratedLoss: findSharpness(logProbs.slice(-1)).nllAfter };
    },
    calibrator: (labels) => (logProbs.length === 0 ? undefined : sharpnessCalibrator(findSharpness(logProbs), labels)),
    thresholds: (labels) => [...labelThresholds(probs, targets, { labels })],
  };
}

/**
 * Thresholds for a head that is solved, from heads that were solved without the items that they are asked about. The model stays as it is; its features are
 * computed once. `undefined` where nothing can be held out. Throws as `solveLastLayer`.
 */
export async function heldOutThresholds<Input>(
  model: SolvableModel<Input>,
  folds: readonly Fold<Input>[],
  { loss, signal }: { readonly loss: LossName; readonly signal?: AbortSignal | undefined },
): Promise<readonly number[] | undefined> {
  const { lastLayer, labels } = model;
  const [first] = folds;
  if (first === undefined || lastLayer === undefined) return undefined;
  const parts = [first.kept, first.held];
  const vectors: Features[] = [];
  for (const part of parts) vectors.push(await joinFeatures(model.features(part, { signal }), { total: part.length }));
  const places = new Map(vectors.flatMap(({ indices }, part) => indices.map((index, row) => [index, { part, row }] as const)));
  const answers = { probs: [] as number[], targets: [] as (number | null)[] };
  for (const { kept, held } of folds) {
    let state: StateDict = new Map(model.stateDict());
    const solvable: SolvableModel<Input> = {
      ...{ labels, lastLayer },
      async *features(dataset) {
        yield featuresOf(dataset, vectors, places);
      },
      stateDict: () => state,
      loadStateDict(solved) {
        state = solved;
      },
    };
    await solveLastLayer(solvable, kept, { loss, signal });
    const { logits_N_C } = await scopeEvidence(featuresOf(held, vectors, places), lastLayer, state);
    for (const logit of logits_N_C) answers.probs.push(sigmoid(logit));
    for (let i = 0; i < held.length; i++) answers.targets.push(...entriesOf(held.at(i).target!));
  }
  return [...labelThresholds(answers.probs, answers.targets, { labels: labels.length })];
}

interface Place {
  readonly part: number;
  readonly row: number;
}

/** The vectors of a data set's items, of those that are computed already. */
function featuresOf(dataset: Dataset<unknown>, vectors: readonly Features[], places: ReadonlyMap<number, Place>): Features {
  const rows = Array.from({ length: dataset.length }, (_, i) => {
    const { part, row } = places.get(dataset.at(i).index)!;
    return rowsOf(vectors[part]!, [row]);
  });
  const width = vectors[0]!.shape[1];
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    data.set(row.data, i * width);
  });
  return { shape: [rows.length, width], data, indices: rows.flatMap(({ indices }) => indices) };
}
