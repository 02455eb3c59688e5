import { join } from "node:path";
import { z } from "zod";
import type { Target } from "../core/dataset.js";
import type { DatasetView } from "../core/dataset-view.js";
import { DEFAULT_ITERATIONS } from "../core/defaults.js";
import { BaalError, throwIfAborted } from "../core/errors.js";
import { createRandom, type Random, restoreRandom } from "../core/random.js";
import { scoreChunks } from "../heuristics/score-chunks.js";
import { isScoreStrategy, type Selection, type Strategy } from "../strategies/strategy.js";
import { writeFileAtomic } from "../system/files.js";
import type { ActiveLearningDataset } from "./active-learning-dataset.js";
import { type AdaptiveDraws, canAdapt, checkAdaptiveDraws, type DrawsSpent, selectAdaptively } from "./adaptive-draws.js";
import {
  checkItems,
  checkSources,
  type EvidenceSources,
  featuresOf,
  labelledEvidence,
  needsPredictions,
  type PredictPool,
  type PredictPoolOptions,
  predictAll,
} from "./gather-evidence.js";

/** Options of an {@link ActiveLearningLoop}, with the sources of what a strategy may need. */
export interface ActiveLearningLoopOptions<Input = unknown> extends Omit<EvidenceSources<Input>, "predict"> {
  /** Number of items to label per step; the last step takes what is left. */
  readonly querySize: number;
  /** K, the number of draws per item. 20 by default. */
  readonly iterations?: number | undefined;
  /**
   * Draws most items a few times only, and those that may be picked `iterations` times; for strategies that score items one by one. `predict` must
   * then heed `firstDraw`, as that of the trainer does. All items are drawn `iterations` times by default.
   */
  readonly draws?: AdaptiveDraws | undefined;
  /** Predicts at most this many items, a new random subset of the pool in each step. All by default. */
  readonly maxPoolSize?: number | undefined;
  /** Names the subsets and the strategy's own draws. 0 by default. */
  readonly seed?: number | undefined;
  /** Asks for the targets of the chosen items, in order. By default the data set's own are revealed. */
  readonly annotate?: ((indices: readonly number[]) => Promise<readonly Target[]>) | undefined;
  /**
   * A folder that gets a file `step-0000.json` per step: the chosen items and their scores, the candidates and, where the strategy
   * scored them one by one, all their scores (`uncertainties`).
   */
  readonly recordFolder?: string | undefined;
}

const stateSchema = z.object({ version: z.literal(1), random: z.array(z.int()).length(4) });

/** The state of an `ActiveLearningLoop` as JSON values; that of its data set is kept apart. */
export type LoopState = z.infer<typeof stateSchema>;

/** The items that a step picked, and labelled unless only asked to select. */
export interface LoopStep extends Selection {
  /** Dataset indices of the items that could have been picked. */
  readonly candidates: readonly number[];
  /** Score of each candidate, in their order, where the strategy scored them one by one. */
  readonly uncertainties?: Float64Array | undefined;
  /** Of adaptive draws: what was spent of what all draws of all candidates would have cost. */
  readonly spent?: DrawsSpent | undefined;
}

/**
 * Predict on the pool, choose the items that teach most, label them, and again. Training is the caller's turn in between.
 *
 * @example
 * ```ts with=text
 * import { ActiveLearningLoop, bald, power } from "baaljs";
 *
 * const loop = new ActiveLearningLoop(active, (items, options) => trainer.predictOnDatasetGenerator(items, options), power(bald()), {
 *   querySize: 10,
 *   seed: 42,
 * });
 * for (let round = 0; round < 2; round++) {
 *   trainer.resetWeights();
 *   await trainer.train(active);
 *   if ((await loop.step()) === false) break; // the pool is empty
 * }
 * ```
 */
export class ActiveLearningLoop<Input> {
  readonly #dataset: ActiveLearningDataset<Input>;
  readonly #predict: PredictPool<Input>;
  readonly #strategy: Strategy;
  readonly #options: ActiveLearningLoopOptions<Input>;
  #random: Random;

  /** Throws `E_ARGUMENT` for sizes that are no whole numbers from 1, and for a strategy whose needs the options leave unmet. */
  constructor(
    dataset: ActiveLearningDataset<Input>,
    predict: PredictPool<Input>,
    strategy: Strategy,
    options: ActiveLearningLoopOptions<Input>,
  ) {
    for (const name of ["querySize", "iterations", "maxPoolSize"] as const) checkSize(name, options[name]);
    checkSources(strategy, options);
    checkAdaptiveDraws(options.draws ?? {});
    this.#dataset = dataset;
    this.#predict = predict;
    this.#strategy = strategy;
    this.#options = options;
    this.#random = createRandom(options.seed ?? 0);
  }

  /**
   * One step: predicts the candidates (unless the strategy needs no predictions), picks, labels. Returns the labelled items'
   * dataset indices and scores in pick order, `false` when the pool is empty.
   * Throws `E_SHAPE` when the predictions are not those of the items that were asked for, `E_ARGUMENT` when
   * the strategy picks an item that is no candidate, `E_ABORTED`. The data set is unchanged then.
   */
  async step(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<LoopStep | false> {
    const { annotate, recordFolder } = this.#options;
    const picked = await this.select(options);
    if (picked === false) return false;
    const values = await annotate?.(picked.indices);
    const step = this.#dataset.numSteps;
    this.#dataset.label(picked.indices, values);
    if (recordFolder !== undefined) {
      const { uncertainties, ...selection } = picked;
      const record = {
        ...{ step, strategy: this.#strategy.name, ...selection },
        uncertainties: uncertainties && [...uncertainties],
      };
      await writeFileAtomic(join(recordFolder, `step-${String(step).padStart(4, "0")}.json`), `${JSON.stringify(record)}\n`);
    }
    return picked;
  }

  /**
   * The first half of a step: predicts the candidates and picks, but labels and records nothing. `false` when the pool is empty.
   * Throws as {@link step} does.
   */
  async select(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<LoopStep | false> {
    const { querySize, iterations = DEFAULT_ITERATIONS } = this.#options;
    if (this.#dataset.numUnlabelled === 0) return false;
    const candidates = this.#candidates();
    const picked = await this.#select(candidates, querySize, { iterations, ...options });
    throwIfAborted(options.signal, "The active learning step");
    checkSelection(picked, candidates.indices, this.#strategy.name);
    return { ...picked, candidates: candidates.indices };
  }

  /** Picks the items of each step. */
  get strategy(): Strategy {
    return this.#strategy;
  }

  /** The state of the random generator: with the data set's state, enough to go on as if the run had never stopped. */
  stateDict(): LoopState {
    return { version: 1, random: [...this.#random.state()] };
  }

  /** Throws `E_CHECKPOINT`. */
  loadStateDict(state: unknown): void {
    const parsed = stateSchema.safeParse(state);
    if (!parsed.success)
      throw new BaalError("E_CHECKPOINT", `This is no state of an active learning loop: ${z.prettifyError(parsed.error)}`);
    this.#random = restoreRandom(parsed.data.random);
  }

  /** Only scores are kept of predictions that arrive in chunks, where the strategy can pick from scores alone. */
  async #select(
    candidates: DatasetView<Input>,
    count: number,
    options: PredictPoolOptions,
  ): Promise<Selection & Pick<LoopStep, "uncertainties" | "spent">> {
    const strategy = this.#strategy;
    const { needs } = strategy;
    const { indices } = candidates;
    const sources = { ...this.#options, predict: this.#predict };
    const { extractFeatures, targetDataset } = this.#options;
    const target = needs.includes("target") && targetDataset && (await predictAll(targetDataset, this.#predict, options));
    const labelled = await labelledEvidence(this.#dataset, needs, sources, options);
    const context = { ...(target ? { target } : {}), ...(labelled ? { labelled } : {}) };
    const { draws } = this.#options;
    if (draws && isScoreStrategy(strategy) && canAdapt(strategy)) {
      const adaptive = { ...options, predict: this.#predict, draws, count, random: this.#random, context };
      const { selection, scores, spent } = await selectAdaptively(candidates, strategy, adaptive);
      return { ...selection, uncertainties: scores, spent };
    }
    if (isScoreStrategy(strategy) && needs.length > 0) {
      const predicted = this.#predict(candidates, options);
      const chunks = Symbol.asyncIterator in predicted ? predicted : [await predicted];
      const scored = await scoreChunks(strategy.heuristic, chunks, context);
      checkItems(scored.indices, indices, "Predictions");
      const selection = strategy.selectFromScores(indices, scored.scores, count, this.#random);
      return { ...selection, uncertainties: scored.scores };
    }
    const predictions = needsPredictions(needs) ? await predictAll(candidates, this.#predict, options) : undefined;
    const features =
      needs.includes("features") && extractFeatures ? await featuresOf(candidates, extractFeatures, options) : undefined;
    const pool = { indices, ...context, ...(predictions ? { predictions } : {}), ...(features ? { features } : {}) };
    return strategy.select(pool, count, this.#random);
  }

  /**
   * The pool, or a random part of it, or what the strategy wants of that; a view of dataset indices in each case, so no position can
   * pass for an index.
   */
  #candidates(): DatasetView<Input> {
    const { pool } = this.#dataset;
    const { maxPoolSize = pool.length } = this.#options;
    const limited = pool.length <= maxPoolSize ? pool.indices : this.#random.shuffled(pool.indices).slice(0, maxPoolSize);
    const wanted = this.#strategy.preselect?.(limited, this.#random, this.#options.querySize) ?? limited;
    return wanted === pool.indices ? pool : this.#dataset.poolView(wanted);
  }
}

function checkSize(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return;
  throw new BaalError("E_ARGUMENT", `${name} is a whole number from 1; ${value} came.`);
}

function checkSelection(selection: Selection, candidates: readonly number[], strategy: string): void {
  const allowed = new Set(candidates);
  const foreign = selection.indices.find((index) => !allowed.delete(index));
  if (foreign === undefined) return;
  throw new BaalError(
    "E_ARGUMENT",
    `The strategy ${strategy} picked item ${foreign}, which is no candidate or was picked before.`,
  );
}
