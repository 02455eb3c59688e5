import { findSharpness } from "../calibration/sharpness.js";
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
/** Enough to judge labels by; a head that somebody keeps is solved further. */
const ROUGHLY = { tolerance: 1e-4, maxIterations: 60 } as const;
/** Labels from which on it can be said how sure the heads should be: in all, and of a class. */
const ENOUGH = { labels: 10, perClass: 2 } as const;

/**
 * What is said of each labelled item by a head that was solved, on the model's features, on the labels of the others alone: logits `[N, C, 1]` in the
 * order of the data set, which is what looking for wrong labels needs. How sure the heads are together, one multiple of all logits, is what these labels
 * say. The model itself stays as it is, its own last layer is not looked at.
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
  let start: Float64Array | undefined;
  for (let fold = 0; fold < Math.min(folds, total); fold++) {
    const held = dealt.filter((_, i) => i % folds === fold);
    const kept = dealt.filter((_, i) => i % folds !== fold);
    // Most of the labels are those of the part before: so is most of the way to the solution.
    const { weights_C_P } = await solveHead(
      { classes, labelled: rowsOf(vectors, kept), targets: kept.map((n) => Number(targets[n])) },
      { inverseRegularisation: INVERSE_REGULARISATION, balanceClasses: false, pseudoWeight: 0, start, signal, ...ROUGHLY },
    );
    start = weights_C_P;
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
    for (const [i, n] of held.entries()) logits_N_C.set(logits.data.subarray(i * classes, (i + 1) * classes), n * classes);
  }
  if (total >= Math.max(ENOUGH.labels, ENOUGH.perClass * classes)) {
    const { sharpness } = findSharpness([{ logits_N_C, targets: targets.map(Number) }]);
    for (let i = 0; i < logits_N_C.length; i++) logits_N_C[i]! *= sharpness;
  }
  return predictions("logits", [total, classes, 1], logits_N_C, vectors.indices);
}
