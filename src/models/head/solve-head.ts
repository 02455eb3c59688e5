import { BaalError } from "../../core/errors.js";
import { type Features, rowsOf, toLengthOne } from "../../core/features.js";
import { createRandom } from "../../core/random.js";
import { logSumExp } from "../../core/softmax.js";
import { matrixProduct } from "../../engine/runtime/matrix-product.js";
import { poolCentres } from "./pool-centres.js";
import { type SoftmaxRegression, solveSoftmaxRegression, withOnes } from "./softmax-regression.js";

/** What a head is solved from: labelled items, and as far as they are there the classes' names and items without a label. */
export interface HeadEvidence {
  readonly classes: number;
  readonly labelled: Features;
  /** Class indices of `labelled`, in its order. */
  readonly targets: readonly number[];
  /** One vector per class, of its name; a weighted example that stays. */
  readonly names?: Features | undefined;
  /** Items without a label; used where there are names too. */
  readonly pool?: Features | undefined;
}

export interface SolveHeadOptions {
  readonly inverseRegularisation: number;
  readonly balanceClasses: boolean;
  /** What an item of the pool counts beside a labelled one, times its probability; `"auto"`: as cross-validation on the labels says. */
  readonly pseudoWeight: number | "auto";
  readonly start?: Float64Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SolvedHead extends SoftmaxRegression {
  /** 0: the pool had no part in it. */
  readonly pseudoWeight: number;
}

/** Weights that cross-validation chooses from; the first is taken where there are too few labels to choose by. */
const WEIGHTS = [0.2, 0.05, 0] as const;
const FOLDS = 5;
/** Labels per class from which on they are enough to judge by. */
const ENOUGH = 2;
/** Items of the pool that the centres are less sure of do not count. */
const SURE = 0.5;

/**
 * Logistic regression on the labelled items, on the names as one example each, and on the pool's items under the classes that
 * {@link poolCentres} gives them, as far as these help: with enough labels their weight is the one of the least held-out cross-entropy.
 * Throws `E_DATA` where there is nothing to solve from, `E_SHAPE`, `E_ABORTED`.
 */
export async function solveHead(evidence: HeadEvidence, options: SolveHeadOptions): Promise<SolvedHead> {
  const { names, classes, targets } = evidence;
  if (names !== undefined && names.shape[0] !== classes)
    throw new BaalError("E_SHAPE", `${classes} classes came with ${names.shape[0]} names; each class has one.`);
  const pseudo = await pseudoItems(evidence);
  if (pseudo === undefined) return { ...(await solveWith(evidence, options)), pseudoWeight: 0 };
  const pseudoWeight =
    options.pseudoWeight !== "auto"
      ? options.pseudoWeight
      : targets.length < ENOUGH * classes
        ? WEIGHTS[0]
        : await chooseWeight(evidence, options);
  return { ...(await solveWith(evidence, options, { ...pseudo, weight: pseudoWeight })), pseudoWeight };
}

/** Items of the pool that the centres are sure of, under their classes. */
interface PseudoItems {
  readonly features: Features;
  readonly classes: readonly number[];
  readonly probs: readonly number[];
}

/** `undefined` without names or a pool. */
async function pseudoItems({ names, labelled, targets, pool }: HeadEvidence): Promise<PseudoItems | undefined> {
  if (names === undefined || pool === undefined || pool.shape[0] === 0) return undefined;
  const unit = { names: toLengthOne(names), labelled: toLengthOne(labelled), targets, pool: toLengthOne(pool) };
  const { classes_N, probs_N } = await poolCentres(unit);
  const sure = Array.from(probs_N.keys()).filter((n) => probs_N[n]! > SURE);
  return {
    features: rowsOf(pool, sure),
    classes: sure.map((n) => classes_N[n]!),
    probs: sure.map((n) => probs_N[n]!),
  };
}

/** The weight with the least cross-entropy of labels that were held out, of {@link WEIGHTS}. */
async function chooseWeight(evidence: HeadEvidence, options: SolveHeadOptions): Promise<number> {
  const order = createRandom(0).shuffled(evidence.targets.map((_, n) => n));
  const losses = WEIGHTS.map(() => 0);
  for (let fold = 0; fold < FOLDS; fold++) {
    const kept = order.filter((_, i) => i % FOLDS !== fold);
    const held = order.filter((_, i) => i % FOLDS === fold);
    const part = { ...evidence, labelled: rowsOf(evidence.labelled, kept), targets: kept.map((n) => evidence.targets[n]!) };
    const pseudo = await pseudoItems(part);
    const [items, targets] = [rowsOf(evidence.labelled, held), held.map((n) => evidence.targets[n]!)];
    let { start } = options;
    for (const [i, weight] of WEIGHTS.entries()) {
      const { weights_C_P } = await solveWith(part, { ...options, start }, pseudo && { ...pseudo, weight });
      losses[i]! += await crossEntropy(weights_C_P, items, targets);
      start = weights_C_P;
    }
  }
  return WEIGHTS[losses.indexOf(Math.min(...losses))]!;
}

async function solveWith(
  { classes, labelled, targets, names }: HeadEvidence,
  { inverseRegularisation, balanceClasses, start, signal }: SolveHeadOptions,
  pseudo?: (PseudoItems & { readonly weight: number }) | undefined,
): Promise<SoftmaxRegression> {
  const items = new Uint32Array(classes);
  for (const target of targets) items[target]!++;
  const present = items.filter((count) => count > 0).length;
  const parts: Features[] = [labelled];
  const all = [...targets];
  const weights = targets.map((target) => (balanceClasses ? targets.length / (present * items[target]!) : 1));
  if (names !== undefined) {
    parts.push(names);
    all.push(...Array.from({ length: classes }, (_, c) => c));
    weights.push(...Array.from({ length: classes }, () => 1));
  }
  if (pseudo !== undefined && pseudo.weight > 0) {
    parts.push(pseudo.features);
    all.push(...pseudo.classes);
    weights.push(...pseudo.probs.map((prob) => pseudo.weight * prob));
  }
  return solveSoftmaxRegression(stack(parts), all, { classes, weights_N: weights, inverseRegularisation, start, signal });
}

/** Summed over the items, in nats. */
async function crossEntropy(weights_C_P: Float64Array, features: Features, targets: readonly number[]): Promise<number> {
  const columns = features.shape[1] + 1;
  const classes = weights_C_P.length / columns;
  const head = { rows: classes, columns, data: Float32Array.from(weights_C_P) };
  const { data } = await matrixProduct(withOnes(features), head, { transposeB: true });
  return targets.reduce((loss, target, n) => {
    const logits = data.subarray(n * classes, (n + 1) * classes);
    return loss + logSumExp(logits) - logits[target]!;
  }, 0);
}

function stack(parts: readonly Features[]): Features {
  const width = parts[0]!.shape[1];
  const items = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  const data = new Float32Array(items * width);
  let at = 0;
  for (const part of parts) {
    if (part.shape[1] !== width)
      throw new BaalError("E_SHAPE", `Vectors of ${part.shape[1]} numbers came beside vectors of ${width}.`);
    data.set(part.data, at);
    at += part.data.length;
  }
  return { shape: [items, width], data, indices: Array.from({ length: items }, (_, n) => n) };
}
