import { type DatasetView, itemsAt } from "../core/dataset-view.js";
import { BaalError } from "../core/errors.js";
import { type Predictions, predictions } from "../core/predictions.js";
import { type Random, restoreRandom } from "../core/random.js";
import type { Heuristic, ScoreContext } from "../heuristics/heuristic.js";
import type { ScoreStrategy, Selection } from "../strategies/strategy.js";
import type { PredictPool, PredictPoolOptions } from "./gather-evidence.js";

/** Draws that are spent where they decide: few for all items, the rest for those that may still be among the picks. */
export interface AdaptiveDraws {
  /** Draws of every item, 1 or more: 2 by default for scores of the mean prediction (entropy, margin), 5 for those of disagreement (BALD). */
  readonly min?: number | undefined;
  /** Items that go on after the first draws, as a multiple of the picks: 4 by default for scores of the mean prediction, 6 for those of disagreement. */
  readonly keep?: number | undefined;
  /**
   * Goes on until no item that was not drawn to the end can be among the picks, whatever its other draws are: the very picks of all draws, for up to all
   * passes. Bounds are known for entropy, certainty and BALD; other scores take all draws then. Off by default.
   */
  readonly exact?: boolean | undefined;
}

/** What all draws of all items would have cost, and what was spent. */
export interface DrawsSpent {
  /** Passes of one item with one draw. */
  readonly passes: number;
  readonly allPasses: number;
}

interface Stage {
  /** The draws that each item has when the stage ends. */
  readonly draws: number;
  /** Items that go on, as a multiple of the picks. */
  readonly keep: number;
}

/** A few draws say little about disagreement and much about the mean: tried on texts and images, see the page on fewer draws. */
function stagesOf(
  { needs, highestAfter }: Pick<Heuristic, "needs" | "highestAfter">,
  { min, keep, exact }: AdaptiveDraws,
  draws: number,
): readonly Stage[] {
  if (exact && !highestAfter) return [];
  const isOfDraws = needs.includes("draws");
  const first = { draws: min ?? (isOfDraws ? 5 : 2), keep: keep ?? (isOfDraws ? 6 : 4) };
  const second = { draws: isOfDraws ? 10 : 5, keep: isOfDraws ? first.keep / 2 : first.keep / 1.6 };
  return [first, ...(second.draws > first.draws ? [second] : [])].filter((stage) => stage.draws < draws);
}

/** Throws `E_ARGUMENT`. */
export function checkAdaptiveDraws({ min, keep }: AdaptiveDraws): void {
  if (min !== undefined && !(Number.isInteger(min) && min >= 1))
    throw new BaalError("E_ARGUMENT", `draws.min is a whole number from 1; ${min} came.`);
  if (keep !== undefined && !(keep >= 1 && Number.isFinite(keep)))
    throw new BaalError("E_ARGUMENT", `draws.keep is a number from 1, a multiple of the picks; ${keep} came.`);
}

/** Whether a strategy's scores may be estimated item by item from a part of the draws. */
export function canAdapt({ needs }: Pick<ScoreStrategy, "needs">): boolean {
  return needs.length > 0 && needs.every((need) => need === "probabilities" || need === "draws" || need === "labelled");
}

export interface AdaptiveOptions<Input> extends PredictPoolOptions {
  /** Must heed `firstDraw`: draws 4 to 19 of an item go on from its draws 0 to 3, as those of the trainer do. */
  readonly predict: PredictPool<Input>;
  readonly draws: AdaptiveDraws;
  readonly count: number;
  readonly random: Random;
  readonly context?: ScoreContext | undefined;
}

/** The draws of some items so far. */
interface Drawn {
  readonly index: number;
  readonly score: number;
  /** `[C, k]` */
  readonly data: Float32Array;
}

/**
 * Picks as `strategy.selectFromScores` would from the scores of all draws, but draws most items a few times only: successive halving (Karnin et al.
 * 2013; Jamieson and Talwalkar 2016, arXiv:1502.07943) with the strategy's own order, random noise included. Items that were not drawn
 * to the end cannot be picked; a pick's score is that of all its draws. `scores` are those of the draws that each item had.
 * Throws as the heuristic and the strategy do.
 */
export async function selectAdaptively<Input>(
  items: DatasetView<Input>,
  strategy: ScoreStrategy,
  options: AdaptiveOptions<Input>,
): Promise<{ readonly selection: Selection; readonly scores: Float64Array; readonly spent: DrawsSpent }> {
  const { predict, iterations, signal, count, random, context } = options;
  const { heuristic } = strategy;
  const position = new Map(items.indices.map((index, i) => [index, i]));
  const scores = new Float64Array(items.length);
  /** The highest scores that items can have once all are drawn to the end. */
  const highest = new Float64Array(items.length);
  const isExact = (options.draws.exact ?? false) && heuristic.highestAfter !== undefined;
  const start = random.state();
  let passes = 0;

  /** Draws items once more, from those that they have on; of the results the best `keep` stay. */
  async function draw(chosen: DatasetView<Input>, had: ReadonlyMap<number, Drawn>, { draws, keep }: Stage, firstDraw: number) {
    const added = draws - firstDraw;
    const kept = Math.ceil(keep * count);
    let best: Drawn[] = [];
    const predicted = predict(chosen, { iterations: added, firstDraw, signal });
    for await (const chunk of Symbol.asyncIterator in predicted ? predicted : [await predicted]) {
      const { indices } = chunk;
      passes += indices.length * added;
      const joined = joinDraws(chunk, had, draws);
      const scored = heuristic.score(joined, context);
      const reachable = isExact && draws < iterations ? heuristic.highestAfter!(joined, iterations) : scored;
      const size = joined.data.length / indices.length;
      const found = indices.map((index, i): Drawn => {
        scores[position.get(index)!] = scored[i]!;
        // A sum of bounds may be rounded to less than the score itself.
        highest[position.get(index)!] = Math.max(scored[i]!, reachable[i]!);
        return { index, score: scored[i]!, data: joined.data.slice(i * size, (i + 1) * size) };
      });
      best = bestOf([...best, ...found], kept);
    }
    return best;
  }

  function bestOf(drawn: readonly Drawn[], keep: number): Drawn[] {
    if (drawn.length <= keep) return [...drawn];
    const byIndex = new Map(drawn.map((one) => [one.index, one]));
    // The same state each time: an item's noise is the same whenever it is ranked.
    const { indices } = strategy.selectFromScores(
      drawn.map(({ index }) => index),
      drawn.map(({ score }) => score),
      keep,
      restoreRandom(start),
    );
    return indices.map((index) => byIndex.get(index)!);
  }

  let had = new Map<number, Drawn>();
  let chosen: DatasetView<Input> = items;
  let firstDraw = 0;
  for (const stage of [
    ...stagesOf(heuristic, options.draws, iterations),
    { draws: iterations, keep: Number.POSITIVE_INFINITY },
  ]) {
    const best = await draw(chosen, had, stage, firstDraw);
    firstDraw = stage.draws;
    had = new Map(best.map((one) => [one.index, one]));
    const positions = best.map(({ index }) => position.get(index)!).sort((a, b) => a - b);
    chosen = partOf(items, positions);
  }
  const last = [...had.values()];
  // Where an item that was left behind could still be picked, it is drawn to the end, and so on until none is.
  const isDone = new Set(had.keys());
  while (isExact) {
    const best = strategy.selectFromScores(items.indices, highest, count, restoreRandom(start)).indices;
    const open = best.filter((index) => !isDone.has(index));
    if (open.length === 0) break;
    const part = partOf(
      items,
      open.map((index) => position.get(index)!),
    );
    last.push(...(await draw(part, new Map(), { draws: iterations, keep: Number.POSITIVE_INFINITY }, 0)));
    for (const index of open) isDone.add(index);
  }
  const selection = strategy.selectFromScores(
    last.map(({ index }) => index),
    last.map(({ score }) => score),
    count,
    random,
  );
  return { selection, scores, spent: { passes, allPasses: items.length * iterations } };
}

function partOf<Input>(items: DatasetView<Input>, positions: readonly number[]): DatasetView<Input> {
  return { ...itemsAt(items, positions), indices: positions.map((at) => items.indices[at]!) };
}

/** The chunk's draws behind those that its items have. */
function joinDraws(chunk: Predictions, had: ReadonlyMap<number, Drawn>, draws: number): Predictions {
  const [items = 0, classes = 0, added = 0] = chunk.shape;
  if (added === draws) return chunk;
  if (chunk.logVariances !== undefined)
    throw new BaalError(
      "E_ARGUMENT",
      "Adaptive draws go by the draws' numbers alone, and this model predicts a variance beside each: leave the option draws out.",
    );
  const before = draws - added;
  const data = new Float32Array(items * classes * draws);
  for (let i = 0; i < items; i++) {
    const earlier = had.get(chunk.indices[i]!)!.data;
    for (let c = 0; c < classes; c++) {
      const row = (i * classes + c) * draws;
      data.set(earlier.subarray(c * before, (c + 1) * before), row);
      data.set(chunk.data.subarray((i * classes + c) * added, (i * classes + c + 1) * added), row + before);
    }
  }
  return predictions(chunk.kind, [items, classes, draws], data, chunk.indices, { isConsistent: chunk.isConsistent });
}
