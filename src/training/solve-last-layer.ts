import type { FeatureOptions, LastLayer, StateDict } from "../core/bayesian-model.js";
import { checkTargets } from "../core/check-targets.js";
import type { Dataset } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import type { Features } from "../core/features.js";
import { joinFeatures } from "../core/join-chunks.js";
import { solveSoftmaxRegression } from "../models/head/softmax-regression.js";

/** A model whose logits come from a linear layer over features that it can give. */
export interface SolvableModel<Input> {
  readonly labels: readonly string[];
  readonly lastLayer: LastLayer | undefined;
  features(dataset: Dataset<Input>, options?: FeatureOptions): AsyncGenerator<Features>;
  stateDict(): StateDict;
  loadStateDict(state: StateDict): void;
}

export interface SolveOptions extends FeatureOptions {
  /** C: the larger, the weaker the pull of the weights to 0. 10 by default, right for features of length 1. */
  readonly inverseRegularisation?: number | undefined;
  /**
   * Whether each class counts alike, however many items it has. `"auto"` (default): as long as a class has no item at all, when the
   * number of items says more about which texts were labelled first than about how common a class is.
   */
  readonly balanceClasses?: boolean | "auto" | undefined;
  /** Begins at the weights that the layer has, which saves time where little changed; from zero by default. */
  readonly warmStart?: boolean | undefined;
}

/** What {@link solveLastLayer} came to. */
export interface SolveResult {
  /** Weighted mean cross-entropy of the items with the penalty, in nats. */
  readonly loss: number;
  readonly iterations: number;
  readonly hasConverged: boolean;
  /** Items that had a class. */
  readonly items: number;
  readonly classesWithItems: number;
  readonly areClassesBalanced: boolean;
}

/**
 * Sets a classifier's last layer to the solution of multinomial logistic regression on its own features (dropout off), everything in front of
 * it left as it is: no learning rate, no epochs, the same result each time. With few labels and a good encoder this is within a point of
 * fine-tuning, in a second (Tunstall et al. 2022, arXiv:2209.11055, use the same head). Needs labels; items without a class are left out.
 *
 * Throws `E_MODEL_FORMAT` for a model without a linear last layer, `E_DATA` where no item has a class or a target is no class index,
 * `E_ARGUMENT`, `E_ABORTED`.
 *
 * @example
 * ```ts with=text
 * import { solveLastLayer } from "baaljs";
 *
 * await solveLastLayer(model, active); // the encoder stays as it is, its last layer is solved for
 * ```
 */
export async function solveLastLayer<Input>(
  model: SolvableModel<Input>,
  dataset: Dataset<Input>,
  { inverseRegularisation = 10, balanceClasses = "auto", warmStart = false, ...options }: SolveOptions = {},
): Promise<SolveResult> {
  if (!(inverseRegularisation > 0))
    throw new BaalError("E_ARGUMENT", `inverseRegularisation is expected to be a number above 0; ${inverseRegularisation} came.`);
  const { lastLayer: layer, labels } = model;
  if (!layer)
    throw new BaalError(
      "E_MODEL_FORMAT",
      "A head can be solved where the logits come from a linear layer, which this model's do not.",
    );
  const classes = labels.length;
  const { targets } = checkTargets(dataset, { loss: "crossEntropy", classes, what: "training" });
  const counted = (targets as readonly number[]).flatMap((target, n) => (target >= 0 ? [n] : []));
  const targets_N = counted.map((n) => targets[n] as number);
  const features = rowsOf(await joinFeatures(model.features(dataset, options), { total: dataset.length }), counted);

  const items_C = new Uint32Array(classes);
  for (const target of targets_N) items_C[target]!++;
  const present = items_C.filter((items) => items > 0).length;
  const isBalanced = balanceClasses === "auto" ? present < classes : balanceClasses;
  const state = new Map(model.stateDict());
  const { weights_C_P, value, iterations, hasConverged } = await solveSoftmaxRegression(features, targets_N, {
    classes,
    inverseRegularisation,
    weights_N: isBalanced ? targets_N.map((target) => targets_N.length / (present * items_C[target]!)) : undefined,
    start: warmStart ? layerWeights(state, layer, classes) : undefined,
    signal: options.signal,
  });
  model.loadStateDict(withLayer(state, layer, { weights_C_P, classes }));
  return {
    loss: value,
    iterations,
    hasConverged,
    items: counted.length,
    classesWithItems: present,
    areClassesBalanced: isBalanced,
  };
}

function rowsOf({ shape: [items, width], data, indices }: Features, rows: readonly number[]): Features {
  if (rows.length === items) return { shape: [items, width], data, indices };
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, n) => {
    picked.set(data.subarray(row * width, (row + 1) * width), n * width);
  });
  return { shape: [rows.length, width], data: picked, indices: rows.map((row) => indices[row]!) };
}

/** `[C, D + 1]`, the bias as the last column. */
function layerWeights(state: StateDict, { weight, bias, layout }: LastLayer, classes: number): Float64Array {
  const { data } = state.get(weight)!;
  const inputs = data.length / classes;
  const biases = bias === undefined ? undefined : state.get(bias)!.data;
  return Float64Array.from({ length: classes * (inputs + 1) }, (_, i) => {
    const [c, d] = [Math.floor(i / (inputs + 1)), i % (inputs + 1)];
    if (d === inputs) return biases?.[c] ?? 0;
    return data[layout === "out-in" ? c * inputs + d : d * classes + c]!;
  });
}

function withLayer(
  state: StateDict,
  { weight, bias, layout }: LastLayer,
  { weights_C_P, classes }: { readonly weights_C_P: Float64Array; readonly classes: number },
): StateDict {
  const { dims } = state.get(weight)!;
  const width = weights_C_P.length / classes;
  const inputs = width - 1;
  const data = new Float32Array(classes * inputs);
  for (let c = 0; c < classes; c++) {
    for (let d = 0; d < inputs; d++) data[layout === "out-in" ? c * inputs + d : d * classes + c] = weights_C_P[c * width + d]!;
  }
  state.set(weight, { dims, data });
  if (bias !== undefined)
    state.set(bias, {
      dims: [classes],
      data: Float32Array.from({ length: classes }, (_, c) => weights_C_P[c * width + inputs]!),
    });
  return state;
}
