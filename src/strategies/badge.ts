import { setImmediate } from "node:timers/promises";
import { BaalError, throwIfAborted } from "../core/errors.js";
import type { Features } from "../core/features.js";
import type { Random } from "../core/random.js";
import { type RoundedRows, roundedRows } from "../neighbours/rounded-rows.js";
import { rowProducts } from "../neighbours/row-products.js";
import { randomOrder, requireEvidence } from "./evidence.js";
import { labelRows } from "./label-rows.js";
import { pickCount } from "./score-strategy.js";
import type { Selection, SelectionWorkOptions, Strategy } from "./strategy.js";

/** How {@link badge} picks the first item of a batch. */
export type BadgeFirst = "largest-norm" | "uniform";

/** The options of {@link badge}. */
export interface BadgeOptions extends SelectionWorkOptions {
  /**
   * The first pick. `"largest-norm"` (default), the longest gradient embedding, is what the paper's experiments ran with;
   * `"uniform"` is k-means++ to the letter, whose first pick is often one that the model is sure of.
   */
  readonly first?: BadgeFirst | undefined;
  /**
   * Of labels that are each predicted by itself: from which probability on the model is taken to say yes, in the order of the labels, or one for all. 0.5 by default.
   */
  readonly thresholds?: number | readonly number[] | undefined;
}

/** `order` holds the items' positions in the order in which equal ones should come. */
const FIRST: Readonly<Record<BadgeFirst, (norms_N: Float64Array, order: readonly number[]) => number>> = {
  "largest-norm": (norms_N, order) => order.reduce((best, item) => (norms_N[item]! > norms_N[best]! ? item : best)),
  uniform: (_norms_N, order) => order[0]!,
};

/**
 * BADGE (Ash, Zhang, Krishnamurthy, Langford and Agarwal 2020, arXiv:1906.03671): items that the model is unsure of and that differ
 * from each other. An item's gradient embedding is the gradient of the last layer's weights for the predicted class as label: long
 * where the model is unsure. The batch is the seeding of k-means++ over these (Arthur and Vassilvitskii 2007): after the first,
 * each pick is drawn in proportion to the squared distance to the nearest one picked. The origin is no centre: it would cut
 * an item's weight off at its own squared norm, however far from the picked ones it lies.
 *
 * Of labels that are each predicted by itself the gradient is that of the sum of their binary cross-entropies at the labels that the model says:
 * `(p - 1[p >= t]) ⊗ h`.
 *
 * Takes the mean of the draws as the model's probabilities. Distances are exact and made from `probabilities` and `features` as
 * they are, N x (C + D) numbers instead of N x C D, with a byte more for each of them. `scores` are the squared distances to the nearest item picked before, and the
 * squared norm for the first. Where all that is left is like a picked one, the rest of the batch is random.
 *
 * Throws `E_SHAPE` for dense predictions, `E_NOT_FINITE`, `E_ARGUMENT`, `E_ABORTED` between two picks.
 *
 * @example
 * ```ts
 * import { features, predictions } from "baaljs/heuristics";
 * import { badge, createRandom } from "baaljs/strategies";
 *
 * const indices = [0, 1, 2];
 * const draws = predictions("probabilities", [3, 2, 1], Float32Array.of(0.6, 0.4, 0.6, 0.4, 0.9, 0.1), indices);
 * const rows = features([3, 2], Float32Array.of(1, 0, 1, 0, 0, 1), indices); // trainer.featuresOnDataset gives those of a model
 * const picked = await badge().select({ indices, predictions: draws, features: rows }, 2, createRandom(42));
 * console.log(picked.indices); // one of the two that are alike, and item 2
 * ```
 */
export function badge({ first = "largest-norm", thresholds = 0.5, signal, onProgress }: BadgeOptions = {}): Strategy {
  const firstPick = FIRST[first];
  if (firstPick === undefined)
    throw new BaalError("E_ARGUMENT", `BADGE's first pick is one of ${Object.keys(FIRST).join(", ")}; "${first}" came.`);
  const strategy: Strategy = {
    name: "badge",
    needs: ["probabilities", "features"],
    async select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      if (picks === 0) return { indices: [], scores: [] };
      const { predictions, features, indices } = requireEvidence(pool, strategy);
      const { probs_N_C, classes, isIndependent } = labelRows(predictions);
      const errors_N_C = isIndependent ? subtractSaid(probs_N_C, classes, thresholds) : subtractPredicted(probs_N_C, classes);
      const { squaredNorms_N, shrinkTo } = gradientEmbeddings(errors_N_C, features);
      const order = randomOrder(indices, random);
      const isPicked_N = new Uint8Array(indices.length);
      const squared_N = new Float64Array(indices.length).fill(Infinity);
      const picked: Selection = { indices: [], scores: [] };
      let item = firstPick(squaredNorms_N, order);
      for (;;) {
        picked.indices.push(indices[item]!);
        picked.scores.push(picked.scores.length === 0 ? squaredNorms_N[item]! : squared_N[item]!);
        onProgress?.({ type: "select", done: picked.indices.length, total: picks });
        if (picked.indices.length === picks) return picked;
        await setImmediate();
        throwIfAborted(signal, `BADGE (after ${picked.indices.length} of ${picks} picks)`);
        isPicked_N[item] = 1;
        squared_N[item] = 0;
        shrinkTo(item, squared_N);
        item =
          drawn(squared_N, order, random) ??
          anyOf(
            order.filter((other) => !isPicked_N[other]),
            random,
          );
      }
    },
  };
  return strategy;
}

/** An item in proportion to its weight; `undefined` where all weights are 0. */
function drawn(weights_N: Float64Array, order: readonly number[], random: Random): number | undefined {
  let total = 0;
  for (let i = 0; i < order.length; i++) total += weights_N[order[i]!]!;
  let rest = random.uniform() * total;
  let last: number | undefined;
  for (let i = 0; i < order.length; i++) {
    const weight = weights_N[order[i]!]!;
    if (weight === 0) continue;
    last = order[i]!;
    rest -= weight;
    if (rest < 0) break;
  }
  return last;
}

const anyOf = (items: readonly number[], random: Random) => items[random.integer(0, items.length - 1)]!;

/**
 * The gradients of the last linear layer's weights if each item's label were what the model predicts: the outer product of the errors u,
 * `[C]` ({@link subtractPredicted}), and the features h, `[D]`. Never made: |u⊗h| = |u| |h|, and the inner product of two is (u·u') (h·h').
 */
export interface GradientEmbeddings {
  /** `|u|² |h|²`. */
  readonly squaredNorms_N: Float64Array;
  /** Lowers each of `squared_N`, squared distances to what was nearest so far, to that to `centre` where it is nearer. */
  shrinkTo(centre: number, squared_N: Float64Array): void;
}

/** Throws `E_NOT_FINITE` for features that are not. */
export function gradientEmbeddings(errors_N_C: Float64Array, features: Features): GradientEmbeddings {
  const { data, indices } = features;
  const [items, width] = features.shape;
  const classes = items === 0 ? 0 : errors_N_C.length / items;
  const errorProducts = rowProducts(errors_N_C, classes);
  const featureProducts = rowProducts(data, width);
  const errorSquares_N = errorProducts.squares();
  const lengths_N = featureProducts.squares();
  const notFinite = lengths_N.findIndex((squared) => !Number.isFinite(squared));
  if (notFinite !== -1)
    throw new BaalError("E_NOT_FINITE", `Dataset item ${indices[notFinite]} has a feature that is not a finite number.`);
  // Made as the distances are, so that items with the same numbers are at a distance of exactly 0.
  const squaredNorms_N = lengths_N.map((squared, i) => errorSquares_N[i]! * squared);
  const norms_N = squaredNorms_N.map(Math.sqrt);
  for (let i = 0; i < items; i++) lengths_N[i] = Math.sqrt(lengths_N[i]!);
  // Decides for nearly all items that a centre is not nearer, at a tenth of the time of a distance; where both fit into memory.
  const roundedErrors = roundedRows(errors_N_C, classes);
  const roundedFeatures = roundedErrors && roundedRows(data, width);
  const rounded = roundedFeatures && { errors: roundedErrors, features: roundedFeatures };
  const maybe = new Int32Array(items);
  const products_N = new Float64Array(items);
  const errorsLeft_N = new Float64Array(items);
  return {
    squaredNorms_N,
    shrinkTo(centre, squared_N) {
      const norm = squaredNorms_N[centre]!;
      const limits = rounded && productLimits(rounded.errors, rounded.features, centre);
      let count = 0;
      for (let i = 0; i < items; i++) {
        // |u|² |h|² + |u'|² |h'|² - 2 (u·u') (h·h') can only be lower than what there is if the product is above this.
        const needed = (squaredNorms_N[i]! + norm - squared_N[i]!) / 2;
        // By Cauchy and Schwarz (u·u') (h·h') <= |u| |h| |u'| |h'|.
        if (norms_N[i]! * norms_N[centre]! <= needed || (limits && limits(i) <= needed)) continue;
        maybe[count++] = i;
      }
      errorProducts.multiply(maybe, count, centre, products_N);
      let left = 0;
      for (let at = 0; at < count; at++) {
        const [i, errors] = [maybe[at]!, products_N[at]!];
        // And <= |u·u'| |h| |h'|.
        if (Math.abs(errors) * lengths_N[i]! * lengths_N[centre]! <= (squaredNorms_N[i]! + norm - squared_N[i]!) / 2) continue;
        maybe[left] = i;
        errorsLeft_N[left++] = errors;
      }
      featureProducts.multiply(maybe, left, centre, products_N);
      for (let at = 0; at < left; at++) {
        const i = maybe[at]!;
        const distance = squaredNorms_N[i]! + norm - 2 * errorsLeft_N[at]! * products_N[at]!;
        if (distance < squared_N[i]!) squared_N[i] = Math.max(0, distance);
      }
    },
  };
}

/** What `(u·u') (h·h')` of each item and the centre is at most, by rows rounded to bytes. */
function productLimits(errors: RoundedRows, features: RoundedRows, centre: number): (i: number) => number {
  const ofErrors = errors.multiply(centre);
  const ofFeatures = features.multiply(centre);
  return (i) => {
    const error = errors.sums_N[i]! * errors.units_N[i]! * ofErrors.unit;
    const feature = features.sums_N[i]! * features.units_N[i]! * ofFeatures.unit;
    const errorMargin = errors.units_N[i]! * ofErrors.perUnit + errors.lengths_N[i]! * ofErrors.perLength;
    const featureMargin = features.units_N[i]! * ofFeatures.perUnit + features.lengths_N[i]! * ofFeatures.perLength;
    return error * feature + Math.abs(error) * featureMargin + (Math.abs(feature) + featureMargin) * errorMargin;
  };
}

/** p - onehot(argmax p), in place; the first class of several most probable ones. */
export function subtractPredicted(probs_N_C: Float64Array, classes: number): Float64Array {
  for (let row = 0; row < probs_N_C.length; row += classes) {
    let predicted = row;
    for (let c = row + 1; c < row + classes; c++) if (probs_N_C[c]! > probs_N_C[predicted]!) predicted = c;
    probs_N_C[predicted]! -= 1;
  }
  return probs_N_C;
}

/** p - 1[p >= t] of labels that are each predicted by itself, in place. Throws `E_ARGUMENT` for a threshold that is missing, or outside of (0, 1). */
function subtractSaid(probs_N_C: Float64Array, classes: number, thresholds: number | readonly number[]): Float64Array {
  const given = typeof thresholds === "number" ? new Array<number>(classes).fill(thresholds) : thresholds;
  if (given.length !== classes || !given.every((threshold) => threshold > 0 && threshold < 1))
    throw new BaalError(
      "E_ARGUMENT",
      `BADGE takes one threshold per label between 0 and 1, ${classes} of them; ${given.length} came: ${given.slice(0, 5).join(", ")}.`,
    );
  for (let i = 0; i < probs_N_C.length; i++) if (probs_N_C[i]! >= given[i % classes]!) probs_N_C[i]! -= 1;
  return probs_N_C;
}
