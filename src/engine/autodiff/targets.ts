import type { LossOptions, SoftLossName } from "../../core/bayesian-model.js";
import type { Target } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { TARGETS_INPUT, WEIGHTS_INPUT } from "./losses.js";

const DEFAULT_IGNORE_INDEX = -100;

/**
 * The number that the loss is divided by so that it is a mean over all of `targets`, which may span several micro-batches:
 * - cross-entropy: the sum of the class weights of the targets that are not ignored (their number without weights);
 * - binary cross-entropy and mean squared error: the number of known entries.
 *
 * 0 where nothing counts; {@link encodeTargets} then feeds zeros, and the loss is 0.
 * Throws like {@link encodeTargets}.
 */
export function lossNormalizer(targets: readonly Target[], options: LossOptions): number {
  checkOptions(options);
  let sum = 0;
  targets.forEach((target, position) => {
    if (options.name !== "crossEntropy") sum += entriesOf(target, position, options).filter(isKnown).length;
    else sum += isIgnored(target, options) ? 0 : classWeight(classOf(target, position, options), options);
  });
  return sum;
}

/**
 * The arrays to feed for a batch of targets, row-major `[targets.length, classes]`, by graph input name. With them the graph's loss is
 * PyTorch's, reduction "mean":
 * - `crossEntropy`: `CrossEntropyLoss(weight, label_smoothing, ignore_index)`; targets are class indices;
 * - `binaryCrossEntropy`: `BCEWithLogitsLoss(weight)` over the known entries; targets are one number in [0, 1] or `null` per class;
 * - `meanSquaredError`: `MSELoss` over the known entries, each multiplied by its class's weight; one number or `null` per output.
 *
 * With a single class (output) a plain number stands for a list of one.
 *
 * Throws `E_DATA` for a missing target or one of the wrong kind, length or range, `E_LABEL_UNKNOWN` for a class index that the model
 * does not have, `E_ARGUMENT` for options that do not fit. Messages name the position in `targets`.
 */
export function encodeTargets(
  targets: readonly Target[],
  options: LossOptions,
  classes: number,
  normalizer: number,
): Map<string, Float32Array> {
  checkOptions(options, classes);
  const scale = normalizer > 0 ? 1 / normalizer : 0;
  if (options.name === "crossEntropy") return new Map([[TARGETS_INPUT, classProbabilities(targets, options, classes, scale)]]);
  const values = new Float32Array(targets.length * classes);
  const weights = new Float32Array(targets.length * classes);
  targets.forEach((target, position) => {
    entriesOf(target, position, options, classes).forEach((entry, c) => {
      if (!isKnown(entry)) return;
      values[position * classes + c] = entry;
      weights[position * classes + c] = scale * classWeight(c, options);
    });
  });
  return new Map([
    [TARGETS_INPUT, values],
    [WEIGHTS_INPUT, weights],
  ]);
}

/**
 * The arrays to feed for targets that are numbers already, `[n, classes]` row-major, by graph input name. `weights` has one number per
 * item; the graph's loss is the weighted sum over the items:
 * - `crossEntropy`: `-sum(t ln softmax(z))` of an item, `t` its row of `targets` (one-hot for a pseudo-label);
 * - `softmaxSquaredError`: `sum((softmax(z) - t)^2)` of an item.
 *
 * Throws `E_SHAPE` when the arrays do not fit together.
 */
export function encodeSoftTargets(
  targets: Float32Array,
  weights: Float32Array,
  { name, classes }: { readonly name: SoftLossName; readonly classes: number },
): Map<string, Float32Array> {
  if (targets.length !== weights.length * classes) {
    throw new BaalError(
      "E_SHAPE",
      `${weights.length} items of ${classes} classes need ${weights.length * classes} target numbers; ${targets.length} came.`,
    );
  }
  const weights_N_C = Float32Array.from(targets, (_, i) => weights[Math.floor(i / classes)]!);
  // Cross-entropy is linear in its targets: the weight goes into them.
  if (name === "crossEntropy") return new Map([[TARGETS_INPUT, targets.map((target, i) => target * weights_N_C[i]!)]]);
  return new Map([
    [TARGETS_INPUT, targets],
    [WEIGHTS_INPUT, weights_N_C],
  ]);
}

/** Row i: `w_y (1 - e)` at the target y, and `w_c e / C` everywhere, over the normalizer; zeros where y is ignored. */
function classProbabilities(targets: readonly Target[], options: LossOptions, classes: number, scale: number): Float32Array {
  const smoothing = options.labelSmoothing ?? 0;
  const rows = new Float32Array(targets.length * classes);
  targets.forEach((target, position) => {
    if (isIgnored(target, options)) return;
    const label = classOf(target, position, options, classes);
    for (let c = 0; c < classes; c++) {
      const share = (c === label ? 1 - smoothing : 0) + smoothing / classes;
      rows[position * classes + c] = scale * share * classWeight(c, options);
    }
  });
  return rows;
}

function classWeight(label: number, { classWeights }: LossOptions): number {
  return classWeights ? classWeights[label]! : 1;
}

function isIgnored(target: Target, { ignoreIndex }: LossOptions): boolean {
  return target === (ignoreIndex ?? DEFAULT_IGNORE_INDEX);
}

function isKnown(entry: number | null): entry is number {
  return entry !== null;
}

function classOf(target: Target, position: number, { classWeights }: LossOptions, classes = classWeights?.length): number {
  if (typeof target !== "number") throw wrongTarget(target, position, "a class index");
  if (!Number.isInteger(target) || target < 0 || target >= (classes ?? Number.POSITIVE_INFINITY)) {
    const range = classes === undefined ? "classes are counted from 0" : `the model has the classes 0 to ${classes - 1}`;
    throw new BaalError("E_LABEL_UNKNOWN", `The target at position ${position} is class ${target}, but ${range}.`);
  }
  return target;
}

function entriesOf(target: Target, position: number, { name }: LossOptions, classes?: number): readonly (number | null)[] {
  const isBinary = name === "binaryCrossEntropy";
  const expected = `a list of ${classes ?? "as many"} ${isBinary ? "numbers in [0, 1] (null: unknown)" : "numbers"}, one per ${isBinary ? "class" : "output"}`;
  const entries = typeof target === "number" ? [target] : target;
  if (entries === undefined || (classes !== undefined && entries.length !== classes))
    throw wrongTarget(target, position, expected);
  for (const entry of entries) {
    const isValid = entry === null || (Number.isFinite(entry) && (!isBinary || (entry >= 0 && entry <= 1)));
    if (!isValid) throw wrongTarget(target, position, expected);
  }
  return entries;
}

function wrongTarget(target: Target, position: number, expected: string): BaalError {
  const came = target === undefined ? "it has no target; label it or leave it out" : `${JSON.stringify(target)} came`;
  return new BaalError("E_DATA", `The item at position ${position} needs ${expected} as its target: ${came}.`);
}

function checkOptions({ name, labelSmoothing = 0, classWeights }: LossOptions, classes?: number): void {
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new BaalError("E_ARGUMENT", `labelSmoothing must be in [0, 1]; ${labelSmoothing} came.`);
  }
  if (labelSmoothing > 0 && name !== "crossEntropy") {
    throw new BaalError("E_ARGUMENT", `labelSmoothing goes with the loss "crossEntropy" only; the loss is "${name}".`);
  }
  if (classWeights?.some((weight) => !(weight >= 0 && Number.isFinite(weight)))) {
    throw new BaalError("E_ARGUMENT", `classWeights must be finite and not negative; [${classWeights}] came.`);
  }
  if (classWeights && classes !== undefined && classWeights.length !== classes) {
    throw new BaalError("E_ARGUMENT", `classWeights needs ${classes} weights, one per class; ${classWeights.length} came.`);
  }
}
