import { setImmediate } from "node:timers/promises";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import { bald } from "../../heuristics/bald.js";
import { requireEvidence } from "../evidence.js";
import { power } from "../ranked.js";
import { pickCount } from "../score-strategy.js";
import type { Selection, SelectionWorkOptions, Strategy } from "../strategy.js";
import { jointInformation } from "./joint-information.js";
import { lazyGreedy, secondsAtMost } from "./lazy-greedy.js";

/** The options of {@link batchBald}. */
export interface BatchBaldOptions extends SelectionWorkOptions {
  /**
   * Joint entropies are exact up to so many ways of labelling the picked items (C^b for b items of C classes); beyond, a weighted
   * sample of this many stands for them. Time and memory are in proportion to it. 1024 by default: exact while 3 items of 10
   * classes are picked, or 10 of two, and measured to lose less than 0.5 % of the information that 10,000 find.
   */
  readonly maxConfigurations?: number | undefined;
  /** Without `onProgress`, a run that could take more seconds than this says so first, as a process warning; 30 by default. */
  readonly warnAfter?: number | undefined;
}

/**
 * BatchBALD (Kirsch, van Amersfoort and Gal 2019, arXiv:1906.08158): the batch whose labels together say most about the model,
 * so that it holds no two items that would say the same. Greedy: each pick adds the most to the joint mutual information
 * I[y_1 ... y_b; w] = H(y_1 ... y_b) - sum_i E_k H(y_i | w_k), which comes to at least 1 - 1/e of the best batch's.
 * Needs consistent draws: draw k must be the same sample of the weights for all items.
 *
 * A selection is in greedy order. Its `scores` are what each pick added, in nats: the first is its BALD, the sum is the joint
 * mutual information. K draws hold no more than ln K nats; once a batch has them, the rest adds 0 and comes in the order of
 * {@link power} sampling over BALD. More draws make larger batches worth their time.
 *
 * Of labels that are each predicted by itself the sum over the labels l of I[y_1l ... y_bl; w], the joint mutual information of no and
 * yes over the items: each label is a task of its own, as in `bald`, whose score the first pick has again. (Our own choice: the paper
 * takes one class an item. The labels of all items in one joint distribution would have 2^(b L) ways to turn out.) A batch that
 * says all about one label goes on with the others, so that its items differ in what they are informative about; the sum is at most L ln K.
 *
 * Candidates are evaluated lazily, which changes no pick while entropies are exact. From a sample, an estimate may rise where the
 * true gain cannot, and its item be overlooked: the pick then falls short of the best by no more than twice the largest error of
 * the estimates, as it also may when all are evaluated.
 *
 * Throws `E_SHAPE` for dense predictions, `E_ARGUMENT` for inconsistent or single draws and bad options, `E_ABORTED`.
 *
 * @example
 * ```ts
 * import { predictions } from "baaljs/heuristics";
 * import { batchBald, createRandom } from "baaljs/strategies";
 *
 * // Items 0 and 1 are copies of each other; item 2 says something else about the draws. Draw k is one sample of the weights for all.
 * const data = Float32Array.of(1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1);
 * const draws = predictions("probabilities", [3, 2, 4], data, [0, 1, 2], { isConsistent: true });
 * const { indices } = await batchBald().select(draws, 2, createRandom(42));
 * console.log(indices); // one of the copies, and item 2
 * ```
 */
export function batchBald(options: BatchBaldOptions = {}): Strategy {
  const { maxConfigurations = 1024, warnAfter = 30, signal, onProgress } = options;
  checkOptions({ maxConfigurations, warnAfter });
  const strategy: Strategy = {
    name: "batchbald",
    needs: ["draws", "consistentDraws"],
    async select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      if (picks === 0) return { indices: [], scores: [] };
      const { predictions } = requireEvidence(pool, strategy);
      await using joint = await jointInformation(predictions, { maxConfigurations, random });
      const bald_N = bald().score(predictions);
      // Of equally good items the first in a power sample is picked: a fair choice, and a sensible one where all add nothing.
      const ranked = power(bald()).selectFromScores(pool.indices, bald_N, pool.indices.length, random);
      const positions = new Map(pool.indices.map((index, position) => [index, position]));
      const rank = ranked.indices.map((index) => positions.get(index)!);

      const seconds = await secondsAtMost(joint, { items: rank.length, picks, maxConfigurations });
      if (seconds !== undefined) announce(seconds, { warnAfter, onProgress });
      const picked: Selection = { indices: [], scores: [] };
      await lazyGreedy(Float64Array.from(ranked.scores), {
        count: picks,
        blockSize: joint.blockSize,
        async evaluate(items) {
          await setImmediate();
          throwIfAborted(signal, `BatchBALD (after ${picked.indices.length} of ${picks} picks)`);
          return joint.gains(items.map((item) => rank[item]!));
        },
        onPick(item, gain) {
          picked.indices.push(ranked.indices[item]!);
          picked.scores.push(gain);
          // Labels that would say nothing leave all gains as they are.
          if (gain > 0 && picked.indices.length < picks) joint.add(rank[item]!);
          onProgress?.({ type: "select", done: picked.indices.length, total: picks });
        },
      });
      return picked;
    },
  };
  return strategy;
}

function announce(
  seconds: number,
  { warnAfter, onProgress }: Pick<BatchBaldOptions, "onProgress"> & { warnAfter: number },
): void {
  onProgress?.({ type: "estimate", seconds });
  if (onProgress || seconds <= warnAfter) return;
  process.emitWarning(
    `BatchBALD may take up to ${Math.ceil(seconds)} s for this pool. A smaller maxConfigurations, pool or batch takes less.`,
    { code: "BAAL_LONG_SELECTION" },
  );
}

function checkOptions({
  maxConfigurations,
  warnAfter,
}: {
  readonly maxConfigurations: number;
  readonly warnAfter: number;
}): void {
  if (!Number.isInteger(maxConfigurations) || maxConfigurations < 1) {
    throw new BaalError(
      "E_ARGUMENT",
      `BatchBALD needs maxConfigurations to be a whole number of at least 1; ${maxConfigurations} came.`,
    );
  }
  if (!(warnAfter >= 0))
    throw new BaalError("E_ARGUMENT", `warnAfter is a number of seconds of at least 0; ${warnAfter} came. Infinity: never warn.`);
}
