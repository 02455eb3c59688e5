import { BaalError } from "../errors.js";
import type { Predictions } from "../predictions.js";
import { type Draws, drawsReader, sizesOf } from "./draws.js";
import type { Heuristic, ScoreContext } from "./heuristic.js";
import { jointEntropies } from "./joint-entropies.js";
import { positionHeuristic } from "./position-heuristic.js";
import { shannonEntropy } from "./shannon-entropy.js";

const CONSISTENT =
  "draw k must be the same sample of the parameters for all items: predict both after patchModule(model, { consistent: true }), with DropConnect, an ensemble or a Laplace approximation and the same seed, or mark your own with { isConsistent: true }.";

/**
 * Expected predictive information gain, EPIG (Bickford Smith et al. 2023, arXiv:2304.08151): the mutual information between an item's
 * label and that of an item of the target distribution, averaged over the targets, in nats. BALD asks what a label says about the
 * parameters, EPIG what it says about the predictions that matter; it leaves out items that teach about nothing that the model will
 * meet. Scores lie in [0, ln C].
 *
 * `context.target` holds predictions `[M, C', K]` of M target items: draws of the same samples, so both must be consistent and
 * have the same K. An item is scored against all targets by itself, so a pool can come in chunks; N x M x C x C' x K
 * multiplications: some hundred targets are enough (the paper takes 100).
 *
 * Scoring throws `E_ARGUMENT` when the target is missing or empty, for draws that are not consistent, for another number of draws,
 * and for a single draw; `E_SHAPE` for dense predictions.
 */
export function epig(): Heuristic {
  return positionHeuristic({
    name: "epig",
    needs: ["draws", "consistentDraws", "target"],
    upperBound: Math.log,
    scorer(predictions, context) {
      const target = checkedTarget(predictions, context);
      const targets = sizesOf(target).items;
      const rows = targetRows(target);
      const joint = jointEntropies(rows.probs, predictions.shape.at(-1)!);
      const read = drawsReader(predictions);
      return (item) => {
        const draws = read(item, 0);
        const own = shannonEntropy(draws.mean_C);
        // Never negative, but rounding can be where the two have nothing to do with each other.
        return Math.max(0, own + (rows.entropies - joint(draws)) / targets);
      };
    },
  });
}

/** `[M C', K]` row-major: each target's classes one after the other; and the sum of the M entropies of the mean predictions. */
function targetRows(target: Predictions) {
  const { items, classes, iterations } = sizesOf(target);
  const read = drawsReader(target);
  const probs = new Float64Array(items * classes * iterations);
  let entropies = 0;
  for (let item = 0; item < items; item++) {
    const draws: Draws = read(item, 0);
    entropies += shannonEntropy(draws.mean_C);
    probs.set(draws.probs_C_K, item * classes * iterations);
  }
  return { probs, entropies };
}

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
  const [own, others] = [predictions.shape[2], target.shape[2]];
  if (own !== others)
    throw new BaalError("E_ARGUMENT", `"epig" needs as many draws of the target as of the items; ${others} and ${own} came.`);
  if (!predictions.isConsistent) throw new BaalError("E_ARGUMENT", `"epig" needs consistent draws of the items: ${CONSISTENT}`);
  if (!target.isConsistent) throw new BaalError("E_ARGUMENT", `"epig" needs consistent draws of the target: ${CONSISTENT}`);
  return target;
}
