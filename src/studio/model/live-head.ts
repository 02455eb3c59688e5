import { createDataset } from "../../core/dataset-view.js";
import { sigmoid, softmaxRows } from "../../core/softmax.js";
import { FeatureDataset } from "../../data/features/feature-dataset.js";
import type { HeadClassifier } from "../../models/head/head-classifier.js";
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

/** `[items, C]`: softmax, or of several labels the sigmoid of each. */
export async function headProbabilities(
  head: HeadClassifier,
  vectors: ItemRows,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const classes = head.labels.length;
  const probs_N_C = new Float32Array(vectors.items.length * classes);
  const dataset = evidenceItems({ vectors, targets: new Map() });
  let at = 0;
  for await (const { data } of head.predict(dataset, { iterations: 1, mode: "deterministic", signal })) {
    probs_N_C.set(head.isMultiLabel ? data.map(sigmoid) : softmaxRows(data.slice(), classes), at);
    at += data.length;
  }
  return probs_N_C;
}
