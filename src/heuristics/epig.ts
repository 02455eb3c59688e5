import { BaalError } from "../core/errors.js";
import { areIndependent, type Predictions } from "../core/predictions.js";
import { type Draws, drawsReader, sizesOf } from "./draws.js";
import { shannonEntropy } from "./fast-math.js";
import type { Heuristic, ScoreContext } from "./heuristic.js";
import { yesOrNo } from "./independent-labels.js";
import { type DenseOptions, positionHeuristic } from "./position-heuristic.js";

const CONSISTENT =
  "draw k must be the same sample of the parameters for all items: predict both after patchModule(model, { consistent: true }), with DropConnect, an ensemble or a Laplace approximation and the same seed, or mark your own with { isConsistent: true }.";

/** The options of {@link epig}. */
export type EpigOptions = Pick<DenseOptions, "labelReduction">;

/**
 * Expected predictive information gain, EPIG (Bickford Smith et al. 2023, arXiv:2304.08151): the mutual information between an item's
 * label and that of an item of the target distribution, averaged over the targets, in nats. BALD asks what a label says about the
 * parameters, EPIG what it says about the predictions that matter; it leaves out items that teach about nothing that the model will
 * meet. Scores lie in [0, ln C].
 *
 * Of labels that are each predicted by itself: the mutual information between no and yes of the item's label and of the target's same label, summed
 * over the labels (`labelReduction`), each at most ln 2. So each label is a task of its own, as in `bald`; what one label says about another one of
 * the targets is left out. (Our own choice: the paper takes one class an item.)
 *
 * `context.target` holds predictions `[M, C', K]` of M target items: draws of the same samples, so both must be consistent and
 * have the same K. An item is scored against all targets by itself, so a pool can come in chunks; N x M x C x C' x K
 * multiplications (4 N M C K of labels by themselves): some hundred targets are enough (the paper takes 100).
 *
 * Scoring throws `E_ARGUMENT` when the target is missing or empty, for draws that are not consistent, for another number of draws,
 * for a target of another kind or with other labels, and for a single draw; `E_SHAPE` for dense predictions.
 */
export function epig({ labelReduction }: EpigOptions = {}): Heuristic {
  return positionHeuristic(
    {
      name: "epig",
      needs: ["draws", "consistentDraws", "target"],
      upperBound: Math.log,
      scorer(predictions, context, given) {
        const target = checkedTarget(given, context);
        const { items: targets, positions: labels } = sizesOf(target);
        const others = Array.from({ length: labels }, (_, label) => targetRows(target, label));
        const joints = others.map(({ probs }) => jointEntropies(probs, predictions.shape.at(-1)!));
        const read = drawsReader(predictions);
        return (item, position) => {
          const draws = read(item, position);
          const own = shannonEntropy(draws.mean_C);
          // Never negative, but rounding can be where the two have nothing to do with each other.
          return Math.max(0, own + (others[position]!.entropies - joints[position]!(draws)) / targets);
        };
      },
    },
    { labelReduction },
  );
}

/** Of one position, `[M C', K]` row-major: each target's classes one after the other; and the sum of the M entropies of the mean predictions. */
function targetRows(target: Predictions, position: number) {
  const { items, classes, iterations } = sizesOf(target);
  const read = drawsReader(target);
  const probs = new Float64Array(items * classes * iterations);
  let entropies = 0;
  for (let item = 0; item < items; item++) {
    const draws: Draws = read(item, position);
    entropies += shannonEntropy(draws.mean_C);
    probs.set(draws.probs_C_K, item * classes * iterations);
  }
  return { probs, entropies };
}

/** The target as distributions: `[M, C', K]` of classes, `[M, 2, C, K]` of labels that are each predicted by itself. */
function checkedTarget(predictions: Predictions, { target }: ScoreContext): Predictions {
  if (!target?.indices.length)
    throw new BaalError(
      "E_ARGUMENT",
      '"epig" scores items by what they say about others: give the context its "target", predictions for items like those that the model will meet.',
    );
  for (const { shape } of [predictions, target]) {
    if (shape.length !== 3)
      throw new BaalError("E_SHAPE", `"epig" needs predictions [N, C, K] and a target [M, C, K]; [${shape}] came.`);
  }
  const independent = areIndependent(predictions.kind);
  if (areIndependent(target.kind) !== independent)
    throw new BaalError("E_ARGUMENT", `"epig" needs a target of the items' kind; ${target.kind} and ${predictions.kind} came.`);
  if (independent && predictions.shape[1] !== target.shape[1])
    throw new BaalError(
      "E_ARGUMENT",
      `"epig" compares label by label, so the target needs the items' labels; ${target.shape[1]} and ${predictions.shape[1]} came.`,
    );
  const [own, others] = [predictions.shape[2], target.shape[2]];
  if (own !== others)
    throw new BaalError("E_ARGUMENT", `"epig" needs as many draws of the target as of the items; ${others} and ${own} came.`);
  if (!predictions.isConsistent) throw new BaalError("E_ARGUMENT", `"epig" needs consistent draws of the items: ${CONSISTENT}`);
  if (!target.isConsistent) throw new BaalError("E_ARGUMENT", `"epig" needs consistent draws of the target: ${CONSISTENT}`);
  return independent ? yesOrNo(target) : target;
}

/** Target rows that are multiplied at once: what the first level of a processor's cache holds beside an item. */
const TILE = 64;

/**
 * Makes a function that gives the sum over the targets of the joint entropies of an item's label and a target's:
 * p(y, y*) = mean over the draws of p(y | w) p(y* | w), so the products of the item's rows `[C, K]` with the targets' `[rows, K]`.
 */
function jointEntropies(targetRows: Float64Array, iterations: number): (draws: Pick<Draws, "probs_C_K" | "classes">) => number {
  // Rows are taken in twos on both sides; a row of zeros makes an odd number even and adds 0 ln 0.
  const targets = evenRows(targetRows, iterations);
  const rows = targets.length / iterations;
  const joint = new Float64Array(2 * TILE);
  return ({ probs_C_K }) => {
    const own = evenRows(probs_C_K, iterations).map((p) => p / iterations);
    let total = 0;
    for (let first = 0; first < rows; first += TILE) {
      const tile = Math.min(TILE, rows - first);
      for (let y = 0; y < own.length; y += 2 * iterations) {
        const products = joint.subarray(0, 2 * tile);
        multiply({ own, y, targets, first: first * iterations, iterations }, products);
        total += shannonEntropy(products);
      }
    }
    return total;
  };
}

interface Factors {
  readonly own: Float64Array;
  readonly y: number;
  readonly targets: Float64Array;
  readonly first: number;
  readonly iterations: number;
}

/** The inner products of two of the item's rows, at `y`, with the target rows from `first` on, two by two. */
function multiply({ own, y, targets, first, iterations }: Factors, products: Float64Array): void {
  for (let at = 0, left = first; at < products.length; at += 4, left += 2 * iterations) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let k = 0; k < iterations; k++) {
      const even = own[y + k]!;
      const odd = own[y + iterations + k]!;
      const one = targets[left + k]!;
      const other = targets[left + iterations + k]!;
      a += even * one;
      b += even * other;
      c += odd * one;
      d += odd * other;
    }
    products[at] = a;
    products[at + 1] = b;
    products[at + 2] = c;
    products[at + 3] = d;
  }
}

function evenRows(rows: Float64Array, width: number): Float64Array {
  if ((rows.length / width) % 2 === 0) return rows;
  const padded = new Float64Array(rows.length + width);
  padded.set(rows);
  return padded;
}
