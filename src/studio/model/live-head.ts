import { shownPredictions } from "../../calibration/shown.js";
import { createDataset } from "../../core/dataset-view.js";
import type { Predictions } from "../../core/predictions.js";
import { sigmoid, softmaxRows } from "../../core/softmax.js";
import { FeatureDataset } from "../../data/features/feature-dataset.js";
import type { GraphClassifier } from "../../models/graph/graph-classifier.js";
import { HeadClassifier } from "../../models/head/head-classifier.js";
import type { RankTarget } from "../ranking/ranking-calls.js";
import type { ItemRows } from "./item-rows.js";

/** The items' vectors, row by row, with what is known of them. */
export function evidenceItems({
  vectors,
  targets,
}: {
  readonly vectors: ItemRows;
  /** By row. */
  readonly targets: ReadonlyMap<number, NonNullable<RankTarget>>;
}): FeatureDataset {
  const { items, width, data } = vectors;
  const source = createDataset(items.length, (index) => ({ index, input: undefined, target: targets.get(index) }));
  return new FeatureDataset(source, { shape: [items.length, width], data, indices: Array.from(items.keys()) });
}

/** `[items, C]`: softmax, calibrated where the head has a calibrator, or of several labels the sigmoid of each. */
export async function headProbabilities(
  head: HeadClassifier,
  vectors: ItemRows,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const classes = head.labels.length;
  const probs_N_C = new Float32Array(vectors.items.length * classes);
  const dataset = evidenceItems({ vectors, targets: new Map() });
  let at = 0;
  for await (const draws of head.predict(dataset, { iterations: 1, mode: "deterministic", signal })) {
    const probs = shownProbabilities(head, draws);
    probs_N_C.set(probs, at);
    at += probs.length;
  }
  return probs_N_C;
}

/** Of one draw each, `[items, C]`: as the model is to be believed. */
export function shownProbabilities(
  model: Pick<GraphClassifier<never>, "calibrator" | "isMultiLabel" | "labels">,
  draws: Predictions,
): Float32Array {
  const { data } = shownPredictions(model, draws);
  return model.isMultiLabel ? data.map(sigmoid) : softmaxRows(data, model.labels.length);
}

/** What a solved head is, without its session. */
export interface KeptHead extends Pick<HeadClassifier, "labels" | "task" | "calibrator" | "config"> {
  readonly weights: ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: Float32Array }>;
}

export function keptHead(head: HeadClassifier): KeptHead {
  const { labels, task, calibrator, config } = head;
  const weights = new Map([...head.stateDict()].map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]));
  return { labels, task, calibrator, config, weights };
}

/** Writes it as a model that reads vectors of any length: it was solved on vectors of length 1. */
export async function saveKeptHead({ labels, task, calibrator, config, weights }: KeptHead, folder: string): Promise<void> {
  const head = HeadClassifier.fromConfig({ ...config, isUnitLength: true }, { labels, task });
  head.loadStateDict(new Map(weights));
  head.calibrator = calibrator;
  await head.save(folder);
  await head.dispose();
}
