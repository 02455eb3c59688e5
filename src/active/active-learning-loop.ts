import { join } from "node:path";
import { z } from "zod";
import type { Dataset, Target } from "../data/dataset.js";
import { BaalError, throwIfAborted } from "../errors.js";
import { writeFileAtomic } from "../files.js";
import { scoreChunks } from "../heuristics/score-chunks.js";
import { joinPredictions } from "../join-chunks.js";
import type { Predictions } from "../predictions.js";
import { createRandom, type Random, restoreRandom } from "../random.js";
import { isScoreStrategy, type Selection, type Strategy } from "../strategies/strategy.js";
import type { ActiveLearningDataset } from "./active-learning-dataset.js";
import type { DatasetView } from "./dataset-view.js";

/**
 * Predicts items of the pool: draws in the order of `pool`, under its items' dataset indices; all at once
 * (`trainer.predictOnDataset`), or in chunks (`trainer.predictOnDatasetGenerator`) for a pool whose draws would fill the memory.
 */
export type PredictPool<Input> = (
  pool: Dataset<Input>,
  options: PredictPoolOptions,
) => Promise<Predictions> | AsyncIterable<Predictions>;

export interface PredictPoolOptions {
  /** K, the number of draws per item. */
  readonly iterations: number;
  readonly signal?: AbortSignal;
}

export interface ActiveLearningLoopOptions {
  /** Number of items to label per step; the last step takes what is left. */
  readonly querySize: number;
  /** K, the number of draws per item. 20 by default. */
  readonly iterations?: number;
  /** Predicts at most this many items, a new random subset of the pool in each step. All by default. */
  readonly maxPoolSize?: number;
  /** Names the subsets and the strategy's own draws. 0 by default. */
  readonly seed?: number;
  /** Asks for the targets of the chosen items, in order. By default the data set's own are revealed. */
  readonly annotate?: (indices: readonly number[]) => Promise<readonly Target[]>;
  /** A folder that gets a file `step-0000.json` per step: the candidates, the chosen items and their scores. */
  readonly recordFolder?: string;
}

const stateSchema = z.object({ version: z.literal(1), random: z.array(z.int()).length(4) });

/** The state of an `ActiveLearningLoop` as JSON values; that of its data set is kept apart. */
export type LoopState = z.infer<typeof stateSchema>;

/** Predict on the pool, choose the items that teach most, label them, and again. Training is the caller's turn in between. */
export class ActiveLearningLoop<Input> {
  readonly #dataset: ActiveLearningDataset<Input>;
  readonly #predict: PredictPool<Input>;
  readonly #strategy: Strategy;
  readonly #options: ActiveLearningLoopOptions;
  #random: Random;

  /** Throws `E_ARGUMENT` for sizes that are no whole numbers from 1. */
  constructor(
    dataset: ActiveLearningDataset<Input>,
    predict: PredictPool<Input>,
    strategy: Strategy,
    options: ActiveLearningLoopOptions,
  ) {
    for (const name of ["querySize", "iterations", "maxPoolSize"] as const) checkSize(name, options[name]);
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
  async step(options: { readonly signal?: AbortSignal } = {}): Promise<Selection | false> {
    const { querySize, iterations = 20, annotate, recordFolder } = this.#options;
    if (this.#dataset.numUnlabelled === 0) return false;
    const candidates = this.#candidates();
    const selection = await this.#select(candidates, querySize, { iterations, ...options });
    throwIfAborted(options.signal, "The active learning step");
    checkSelection(selection, candidates.indices, this.#strategy.name);
    const values = await annotate?.(selection.indices);
    const step = this.#dataset.numSteps;
    this.#dataset.label(selection.indices, values);
    if (recordFolder !== undefined) {
      const record = { step, strategy: this.#strategy.name, ...selection, candidates: candidates.indices };
      await writeFileAtomic(join(recordFolder, `step-${String(step).padStart(4, "0")}.json`), `${JSON.stringify(record)}\n`);
    }
    return selection;
  }

  /** What is needed, with the data set's state, to go on as if the run had never stopped. */
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
  async #select(candidates: DatasetView<Input>, count: number, options: PredictPoolOptions): Promise<Selection> {
    const strategy = this.#strategy;
    if (strategy.needs.length === 0) return strategy.select({ indices: candidates.indices }, count, this.#random);
    const chunks = this.#predict(candidates, options);
    if (isScoreStrategy(strategy) && Symbol.asyncIterator in chunks) {
      const { indices, scores } = await scoreChunks(strategy.heuristic, chunks);
      checkPredicted(indices, candidates.indices);
      return strategy.selectFromScores(indices, scores, count, this.#random);
    }
    const predictions =
      Symbol.asyncIterator in chunks ? await joinPredictions(chunks, { total: candidates.length }) : await chunks;
    checkPredicted(predictions.indices, candidates.indices);
    return strategy.select({ indices: predictions.indices, predictions }, count, this.#random);
  }

  /** The pool, or a random part of it; a view of dataset indices in either case, so no position can pass for an index. */
  #candidates(): DatasetView<Input> {
    const { pool } = this.#dataset;
    const { maxPoolSize = pool.length } = this.#options;
    if (pool.length <= maxPoolSize) return pool;
    return this.#dataset.poolView(this.#random.shuffled(pool.indices).slice(0, maxPoolSize));
  }
}

function checkSize(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return;
  throw new BaalError("E_ARGUMENT", `${name} is a whole number from 1; ${value} came.`);
}

function checkPredicted(indices: readonly number[], asked: readonly number[]): void {
  if (indices.length === asked.length && indices.every((index, position) => index === asked[position])) return;
  const message = `Predictions of the ${asked.length} items that were asked for are needed, in their order and under their dataset indices; `;
  throw new BaalError(
    "E_SHAPE",
    `${message}${indices.length} came, of items ${indices.slice(0, 5).join(", ")}, ... Use each example's index.`,
  );
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
