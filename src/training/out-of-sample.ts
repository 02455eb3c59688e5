import type { Dataset } from "../core/dataset.js";
import { DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import { rowsOf } from "../core/features.js";
import { joinFeatures } from "../core/join-chunks.js";
import { type Predictions, predictions } from "../core/predictions.js";
import { createRandom } from "../core/random.js";
import { matrixProduct } from "../engine/runtime/matrix-product.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { solveHead } from "../models/head/solve-head.js";

/** Options of {@link outOfSamplePredictions}. */
export interface OutOfSampleOptions {
  /** Parts that take turns; 5 by default. */
  readonly folds?: number | undefined;
  /** Makes the parts. 42 by default. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** As `solveLastLayer` does by default. */
const INVERSE_REGULARISATION = 10;

/**
 * What is said of each labelled item by a head that was solved, on the model's features, on the labels of the others alone: logits `[N, C, 1]` in the
 * order of the data set, which is what looking for wrong labels needs. The model itself stays as it is, its own last layer is not looked at.
 * Throws `E_DATA` for an item without a class or fewer than two items of different classes, `E_MODEL_FORMAT`, `E_ABORTED`.
 */
export async function outOfSamplePredictions<Input>(
  model: Pick<GraphClassifier<Input>, "features">,
  dataset: Dataset<Input>,
  { classes, folds = 5, seed = DEFAULT_SEED, signal }: OutOfSampleOptions & { readonly classes: number },
): Promise<Predictions> {
  const total = dataset.length;
  const targets = Array.from({ length: total }, (_, n) => dataset.at(n).target);
  const wrong = targets.findIndex((target) => typeof target !== "number" || target < 0);
  if (wrong >= 0 || new Set(targets).size < 2)
    throw new BaalError(
      "E_DATA",
      "Items of at least two classes are needed, each with its class, to judge each of them by the others.",
    );
  const vectors = await joinFeatures(model.features(dataset, { signal }), { total });
  const order = createRandom(seed).shuffled([...targets.keys()]);
  // Each class is dealt out by itself, so that none is missing from a part's others.
  const dealt = [...order].sort((a, b) => Number(targets[a]) - Number(targets[b]));
  const logits_N_C = new Float32Array(total * classes);
  for (let fold = 0; fold < Math.min(folds, total); fold++) {
    const held = dealt.filter((_, i) => i % folds === fold);
    const kept = dealt.filter((_, i) => i % folds !== fold);
    const { weights_C_P, sharpness } = await solveHead(
      { classes, labelled: rowsOf(vectors, kept), targets: kept.map((n) => Number(targets[n])) },
      { inverseRegularisation: INVERSE_REGULARISATION, balanceClasses: false, pseudoWeight: 0, isCalibrated: true, signal },
    );
    const width = weights_C_P.length / classes;
    const { shape, data } = rowsOf(vectors, held);
    // A column of ones, which the biases go by.
    const x = new Float32Array(held.length * width).fill(1);
    for (let i = 0; i < held.length; i++) x.set(data.subarray(i * shape[1], (i + 1) * shape[1]), i * width);
    const logits = await matrixProduct(
      { rows: held.length, columns: width, data: x },
      { rows: classes, columns: width, data: Float32Array.from(weights_C_P) },
      { transposeB: true },
    );
    const multiple = sharpness?.sharpness ?? 1;
    for (const [i, n] of held.entries()) {
      for (let c = 0; c < classes; c++) logits_N_C[n * classes + c] = multiple * logits.data[i * classes + c]!;
    }
  }
  return predictions("logits", [total, classes, 1], logits_N_C, vectors.indices);
}
