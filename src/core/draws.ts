import type { BayesianModel, FeatureOptions, PredictOptions } from "./bayesian-model.js";
import type { Dataset, Example } from "./dataset.js";
import { DEFAULT_CHUNK_SIZE } from "./defaults.js";
import { BaalError } from "./errors.js";
import { type Features, features } from "./features.js";
import { firstNotFinite } from "./finite.js";
import { type PredictionKind, type Predictions, predictions } from "./predictions.js";

/** Which draws a prediction is of: its options, checked and with their defaults. */
export interface DrawRequest {
  readonly draws: number;
  readonly firstDraw: number;
  readonly seed: number;
  /** Whether the model's patch is used; otherwise everything random is off. */
  readonly isRandom: boolean;
}

/**
 * Reads a prediction's options for a model. Throws `E_ARGUMENT` for a number of draws that is none or more than the model has,
 * `E_MODEL_DETERMINISTIC` for random draws of a model that is not patched.
 */
export function drawRequest(
  model: Pick<BayesianModel, "isStochastic" | "maxIterations">,
  { iterations: draws = 1, firstDraw = 0, seed = 0, mode }: PredictOptions,
): DrawRequest {
  const isRandom = (mode ?? (model.isStochastic ? "mc" : "deterministic")) === "mc";
  if (!Number.isInteger(draws) || draws < 1)
    throw new BaalError("E_ARGUMENT", `iterations is a whole number of at least 1; ${draws} came.`);
  if (!Number.isInteger(firstDraw) || firstDraw < 0)
    throw new BaalError("E_ARGUMENT", `firstDraw is a whole number of at least 0; ${firstDraw} came.`);
  const last = firstDraw + draws;
  if (isRandom && last > (model.maxIterations ?? last)) {
    throw new BaalError(
      "E_ARGUMENT",
      `${last} draws were asked of a model that is patched with ${model.maxIterations} different ones (an ensemble's members); ask for at most that many.`,
    );
  }
  if (isRandom ? !model.isStochastic : last > 1) {
    throw new BaalError(
      "E_MODEL_DETERMINISTIC",
      `${last} random draws were asked of a model that is not patched: they would all be the same. Call patchModule(model) first, with a rate where it has no dropout of its own ({ rate: 0.3 }), or predict with iterations: 1 (--iterations 1).`,
    );
  }
  return { draws, firstDraw, seed, isRandom };
}

/** Gives a row of numbers per item, items in the order given. */
export type RunItems<Input> = (examples: readonly Example<Input>[]) => Promise<Float32Array>;

export interface PredictionForm {
  readonly kind: PredictionKind;
  readonly classes: number;
  readonly draws: number;
  readonly isConsistent: boolean | undefined;
}

/** Predictions `[n, C, K]` of a whole data set, in chunks. Throws `E_ARGUMENT` for an unusable `chunkSize`. */
export async function* predictInChunks<Input>(
  dataset: Dataset<Input>,
  run: RunItems<Input>,
  { kind, classes, draws, isConsistent }: PredictionForm,
  { chunkSize }: Pick<PredictOptions, "chunkSize">,
): AsyncGenerator<Predictions> {
  for (const examples of chunksOf(dataset, chunkSize)) {
    const shape = [examples.length, classes, draws];
    yield predictions(kind, shape, await run(examples), indicesOf(examples), { isConsistent });
  }
}

/** Features `[n, D]` of a whole data set, in chunks. Throws as {@link predictInChunks}. */
export async function* featuresInChunks<Input>(
  dataset: Dataset<Input>,
  run: RunItems<Input>,
  { chunkSize }: Pick<FeatureOptions, "chunkSize">,
): AsyncGenerator<Features> {
  for (const examples of chunksOf(dataset, chunkSize)) {
    const data = await run(examples);
    yield features([examples.length, data.length / examples.length], data, indicesOf(examples));
  }
}

function* chunksOf<Input>(dataset: Dataset<Input>, size: number = DEFAULT_CHUNK_SIZE): Generator<Example<Input>[]> {
  if (!Number.isInteger(size) || size < 1)
    throw new BaalError("E_ARGUMENT", `chunkSize is a whole number of at least 1; ${size} came.`);
  for (let start = 0; start < dataset.length; start += size) {
    const count = Math.min(size, dataset.length - start);
    yield Array.from({ length: count }, (_, i) => dataset.at(start + i));
  }
}

function indicesOf(examples: readonly Example<unknown>[]): number[] {
  return examples.map(({ index }) => index);
}

/** Which draw of which item (by position in the caller's list) a row of a batch is. */
export interface OutputRow {
  readonly position: number;
  readonly draw: number;
}

/** Collects outputs `[rows, C]` of batches in any order. */
export interface OutputTable {
  /** Throws `E_NOT_FINITE` naming the first item that is not finite. */
  write(rows: readonly OutputRow[], output: Float32Array): void;
  /** The whole table `[n, C, draws]`, to be written in place; {@link check} it afterwards. */
  whole(classes: number): Float32Array;
  /** Throws `E_NOT_FINITE` as {@link write}, of the whole table. */
  check(): void;
  /** `[n, C, draws]` */
  collected(): Float32Array;
}

export interface OutputTableOptions {
  readonly draws: number;
  /** Names a number in errors; "logit" by default. */
  readonly outputName?: string | undefined;
}

export function outputTable(
  examples: readonly Example<unknown>[],
  { draws, outputName = "logit" }: OutputTableOptions,
): OutputTable {
  let collected = new Float32Array(0);
  const whole = (classes: number) => {
    if (collected.length === 0) collected = new Float32Array(examples.length * classes * draws);
    return collected;
  };
  const notFinite = (output: number, { position, draw }: OutputRow, value: number | undefined) =>
    new BaalError(
      "E_NOT_FINITE",
      `The model's ${outputName} ${output} for item ${examples[position]!.index} (draw ${draw}) is ${value}. Its weights have probably diverged; train again with a lower learning rate.`,
    );
  return {
    whole,
    check() {
      const broken = firstNotFinite(collected);
      if (broken < 0) return;
      const size = collected.length / examples.length;
      const place = { position: Math.floor(broken / size), draw: broken % draws };
      throw notFinite(Math.floor((broken % size) / draws), place, collected[broken]);
    },
    write(rows, output) {
      const classes = output.length / rows.length;
      const broken = firstNotFinite(output);
      if (broken >= 0) throw notFinite(broken % classes, rows[Math.floor(broken / classes)]!, output[broken]);
      whole(classes);
      for (let r = 0; r < rows.length; r++) {
        const { position, draw } = rows[r]!;
        for (let c = 0; c < classes; c++) {
          collected[(position * classes + c) * draws + draw] = output[r * classes + c]!;
        }
      }
    },
    collected: () => collected,
  };
}
