import { BaalError } from "../core/errors.js";
import { itemKey } from "../core/random.js";
import { exactNeighbours, type FindNeighbours } from "../neighbours/exact-neighbours.js";
import { requireEvidence, requireLabelledFeatures, requireLabelledPredictions } from "./evidence.js";
import { outcomeRows } from "./label-rows.js";
import { pickCount, selectByKey } from "./score-strategy.js";
import type { Strategy } from "./strategy.js";

/** The options of {@link cal}. */
export interface CalOptions {
  /** Labelled neighbours of each item; 10 by default, as in the paper. */
  readonly neighbours?: number | undefined;
  /** Exact search by default. */
  readonly findNeighbours?: FindNeighbours | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Below this a probability counts as this much, so that a class that the model rules out does not make the divergence infinite. */
const SMALLEST = 1e-12;

/**
 * Contrastive active learning, CAL (Margatina, Vernikos, Barrault and Aletras 2021, arXiv:2109.03764): items that the model sees as
 * near to labelled ones, yet predicts otherwise. The score is the mean, over the nearest labelled items by Euclidean distance of the
 * features, of the divergence KL(p of the neighbour || p of the item), in nats; p is the mean over the draws. Of labels
 * that are each predicted by itself: the sum of the labels' divergences. While nothing is labelled
 * there is nothing to contrast with: the scores are 0 and the picks random. Ties are broken at random.
 *
 * Throws `E_ARGUMENT`, `E_POOL_EMPTY`, `E_SHAPE` for dense predictions or other numbers of classes, `E_NOT_FINITE`, `E_ABORTED`.
 */
export function cal({ neighbours = 10, findNeighbours = exactNeighbours, signal }: CalOptions = {}): Strategy {
  if (!(Number.isInteger(neighbours) && neighbours >= 1))
    throw new BaalError("E_ARGUMENT", `CAL's neighbours are a whole number of at least 1; ${neighbours} came.`);
  const strategy: Strategy = {
    name: "cal",
    needs: ["probabilities", "features", "labelled"],
    async select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      if (picks === 0) return { indices: [], scores: [] };
      const { indices, predictions, features, labelled } = requireEvidence(pool, strategy);
      const scores = new Float64Array(indices.length);
      if (labelled) {
        const known = requireLabelledPredictions(labelled, strategy.name);
        const classes = predictions.shape[1]!;
        if (known.shape[1] !== classes)
          throw new BaalError(
            "E_SHAPE",
            `The pool's predictions have ${classes} classes, those of the labelled items ${known.shape[1]}: take both from the same model.`,
          );
        const found = await findNeighbours(features, requireLabelledFeatures(labelled, strategy.name), neighbours, { signal });
        const logs_N_C = outcomeRows(predictions).map(safeLog);
        const knownProbs_L_C = outcomeRows(known);
        const outcomes = indices.length === 0 ? classes : logs_N_C.length / indices.length;
        const knownLogs_L_C = knownProbs_L_C.map(safeLog);
        for (let at = 0; at < found.positions.length; at++) {
          const item = Math.floor(at / found.k);
          const neighbour = found.positions[at]!;
          let divergence = 0;
          for (let c = 0; c < outcomes; c++) {
            const from = neighbour * outcomes + c;
            divergence += knownProbs_L_C[from]! * (knownLogs_L_C[from]! - logs_N_C[item * outcomes + c]!);
          }
          scores[item]! += Math.max(0, divergence) / found.k;
        }
      }
      return selectByKey({ indices, scores, keys: scores }, picks, itemKey(random));
    },
  };
  return strategy;
}

const safeLog = (probability: number) => Math.log(Math.max(SMALLEST, probability));
