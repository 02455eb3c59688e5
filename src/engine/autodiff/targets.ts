import type { LossOptions, SoftLossName } from "../../core/bayesian-model.js";
import type { Target } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { SHAPE_INPUT, TARGETS_INPUT, WEIGHTS_INPUT } from "./losses.js";

const DEFAULT_IGNORE_INDEX = -100;
const DEFAULT_GAMMA = 2;
const DEFAULT_DELTA = 1;
/** Losses of labels that are there or not. */
const BINARY: readonly LossOptions["name"][] = ["binaryCrossEntropy", "sigmoidFocal"];

/**
 * The number that the loss is divided by so that it is a mean over all of `targets`, which may span several micro-batches:
 * - cross-entropy: the sum of the class weights of the targets that are not ignored (their number without weights);
 * - all others: the number of known entries.
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
 * - `binaryCrossEntropy`: `BCEWithLogitsLoss(weight, pos_weight)` over the known entries; targets are one number in [0, 1] or `null` per class.
 *   Smoothed by e a target y is `y (1 - e) + e / 2`;
 * - `sigmoidFocal`: torchvision's `sigmoid_focal_loss(alpha, gamma)` over the known entries; targets as those before;
 * - `meanSquaredError`, `huber`, `gaussianNll`: `MSELoss`, `HuberLoss(delta)` and `GaussianNLLLoss` (of log-variances) over the known entries, each
 *   multiplied by its class's weight; one number or `null` per output.
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
  const arrays = { values: new Float32Array(targets.length * classes), weights: new Float32Array(targets.length * classes) };
  const encode = ENTRY_RULES[options.name];
  targets.forEach((target, position) => {
    entriesOf(target, position, options, classes).forEach((entry, c) => {
      if (!isKnown(entry)) return;
      const { value, weight } = encode(entry, c, options);
      arrays.values[position * classes + c] = value;
      arrays.weights[position * classes + c] = scale * classWeight(c, options) * weight;
    });
  });
  const fed = new Map([
    [TARGETS_INPUT, arrays.values],
    [WEIGHTS_INPUT, arrays.weights],
  ]);
  const shape = shapeOf(options);
  if (shape !== undefined) fed.set(SHAPE_INPUT, new Float32Array(targets.length * classes).fill(shape));
  return fed;
}

/** The number that a loss is shaped by, as its graph reads it. */
function shapeOf({ name, focalGamma = DEFAULT_GAMMA, huberDelta = DEFAULT_DELTA }: LossOptions): number | undefined {
  if (name === "sigmoidFocal") return focalGamma;
  return name === "huber" ? 1 / huberDelta : undefined;
}

/** The target and the weight that an entry's term is computed with. */
type EntryRule = (entry: number, c: number, options: LossOptions) => { readonly value: number; readonly weight: number };

const asItIs: EntryRule = (value) => ({ value, weight: 1 });

/** How an entry goes into the arrays of each loss; all that is linear in the target is done here and not in the graph. */
const ENTRY_RULES: Readonly<Record<Exclude<LossOptions["name"], "crossEntropy">, EntryRule>> = {
  // -(P t ln s + (1 - t) ln(1 - s)) = w (softplus(z) - (P t / w) z) with w = P t + 1 - t
  binaryCrossEntropy(entry, c, options) {
    const target = smoothed(entry, options);
    const factor = options.posWeight?.[c] ?? 1;
    const weight = 1 + (factor - 1) * target;
    return weight > 0 ? { value: (factor * target) / weight, weight } : { value: 0, weight: 0 };
  },
  sigmoidFocal(entry, _, options) {
    const target = smoothed(entry, options);
    const { focalAlpha: alpha } = options;
    return { value: target, weight: alpha === undefined ? 1 : alpha * target + (1 - alpha) * (1 - target) };
  },
  meanSquaredError: asItIs,
  huber: (value, _, { huberDelta = DEFAULT_DELTA }) => ({ value, weight: huberDelta ** 2 }),
  gaussianNll: asItIs,
};

function smoothed(entry: number, { labelSmoothing = 0 }: LossOptions): number {
  return entry * (1 - labelSmoothing) + labelSmoothing / 2;
}

/**
 * The arrays to feed for targets that are numbers already, `[n, classes]` row-major, by graph input name. `weights` has one number per
 * item, or (not for `crossEntropy`) one per item and class; the graph's loss is the weighted sum over items and classes:
 * - `crossEntropy`: `-sum(t ln softmax(z))` of an item, `t` its row of `targets` (one-hot for a pseudo-label);
 * - `softmaxSquaredError`: `sum((softmax(z) - t)^2)` of an item;
 * - `binaryCrossEntropy`: `-sum(t ln s + (1 - t) ln(1 - s))` of an item, `s = sigmoid(z)`;
 * - `sigmoidSquaredError`: `sum((s - t)^2)` of an item.
 *
 * Throws `E_SHAPE` when the arrays do not fit together.
 */
export function encodeSoftTargets(
  targets: Float32Array,
  weights: Float32Array,
  { name, classes }: { readonly name: SoftLossName; readonly classes: number },
): Map<string, Float32Array> {
  const isPerEntry = weights.length === targets.length && name !== "crossEntropy";
  if (targets.length !== weights.length * classes && !isPerEntry) {
    throw new BaalError(
      "E_SHAPE",
      `${weights.length} items of ${classes} classes need ${weights.length * classes} target numbers; ${targets.length} came.`,
    );
  }
  const weights_N_C = isPerEntry ? weights : Float32Array.from(targets, (_, i) => weights[Math.floor(i / classes)]!);
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
  const isBinary = BINARY.includes(name);
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

/** An option of a loss: the losses that have it, its value and what may be given. */
type OptionRule = readonly [
  name: string,
  losses: readonly LossOptions["name"][],
  value: number | undefined,
  expected: string,
  fits: boolean,
];

function checkOptions(options: LossOptions, classes?: number): void {
  const { name, labelSmoothing, focalGamma, focalAlpha, huberDelta, posWeight } = options;
  const rules: readonly OptionRule[] = [
    // 0 smooths nothing, whatever the loss
    [
      "labelSmoothing",
      ["crossEntropy", ...BINARY],
      labelSmoothing || undefined,
      "in [0, 1]",
      labelSmoothing === undefined || (labelSmoothing >= 0 && labelSmoothing <= 1),
    ],
    ["focalGamma", ["sigmoidFocal"], focalGamma, "finite and at least 0", focalGamma === undefined || isWeight(focalGamma)],
    ["focalAlpha", ["sigmoidFocal"], focalAlpha, "in [0, 1]", focalAlpha === undefined || (focalAlpha >= 0 && focalAlpha <= 1)],
    [
      "huberDelta",
      ["huber"],
      huberDelta,
      "finite and above 0",
      huberDelta === undefined || (isWeight(huberDelta) && huberDelta > 0),
    ],
  ];
  for (const [option, losses, value, expected, fits] of rules) {
    if (!fits) throw new BaalError("E_ARGUMENT", `${option} must be ${expected}; ${value} came.`);
    if (value !== undefined) checkGoesWith(option, losses, name);
  }
  if (posWeight !== undefined) checkGoesWith("posWeight", ["binaryCrossEntropy"], name);
  checkPerClass("classWeights", options.classWeights, classes);
  checkPerClass("posWeight", posWeight, classes);
}

function checkGoesWith(option: string, losses: readonly LossOptions["name"][], name: LossOptions["name"]): void {
  if (losses.includes(name)) return;
  const known = losses.map((loss) => `"${loss}"`).join(" and ");
  throw new BaalError("E_ARGUMENT", `${option} goes with the loss ${known} only; the loss is "${name}".`);
}

function checkPerClass(option: string, weights: readonly number[] | undefined, classes: number | undefined): void {
  if (weights === undefined) return;
  if (!weights.every(isWeight))
    throw new BaalError("E_ARGUMENT", `${option} must be finite and not negative; [${weights}] came.`);
  if (classes !== undefined && weights.length !== classes)
    throw new BaalError("E_ARGUMENT", `${option} needs ${classes} weights, one per class; ${weights.length} came.`);
}

function isWeight(value: number): boolean {
  return value >= 0 && Number.isFinite(value);
}
