import type { Dataset } from "../data/dataset.js";
import { BaalError } from "../errors.js";
import type { BayesianModel, PredictOptions } from "../models/bayesian-model.js";
import { type Predictions, predictions } from "../predictions.js";
import type { ProgressListener } from "./trainer-progress.js";

export interface DrawOptions extends PredictOptions {
  readonly iterations: number;
  readonly progressType: "evaluate" | "predict";
  readonly onProgress?: ProgressListener | undefined;
}

/**
 * A model's predictions chunk by chunk, each checked. Throws `E_MODEL_DETERMINISTIC` when several draws are asked of a model
 * without randomness, `E_SHAPE` when a chunk has another number of draws, `E_NOT_FINITE` for an item with a NaN or infinite score.
 */
export async function* predictDraws<Input>(
  model: BayesianModel<Input>,
  dataset: Dataset<Input>,
  { progressType, onProgress, ...options }: DrawOptions,
): AsyncGenerator<Predictions> {
  const { iterations } = options;
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new BaalError("E_ARGUMENT", `iterations is expected to be an integer of at least 1; ${iterations} came.`);
  }
  if (iterations > 1 && options.mode === "deterministic") {
    throw new BaalError(
      "E_ARGUMENT",
      `${iterations} draws were asked with mode "deterministic", which has one; leave one of both out.`,
    );
  }
  if (iterations > 1 && !model.isStochastic) {
    throw new BaalError(
      "E_MODEL_DETERMINISTIC",
      `${iterations} draws were asked of a model whose predictions are not random; call patchModule(model) first, or ask for iterations: 1.`,
    );
  }
  let done = 0;
  for await (const chunk of model.predict(dataset, options)) {
    checkChunk(chunk, iterations);
    done += chunk.indices.length;
    onProgress?.({ type: progressType, done, total: dataset.length });
    yield chunk;
  }
  if (done !== dataset.length) {
    throw new BaalError("E_SHAPE", `The model predicted ${done} of ${dataset.length} items.`);
  }
}

/** Joins chunks into one array. `total` items are expected; the first chunk gives the other dimensions. */
export async function joinChunks(
  chunks: AsyncIterable<Predictions>,
  options: { readonly total: number; readonly classes: number; readonly iterations: number },
): Promise<Predictions> {
  let joined: { readonly kind: Predictions["kind"]; readonly shape: readonly number[]; readonly data: Float32Array } | undefined;
  const indices: number[] = [];
  for await (const chunk of chunks) {
    const dims = chunk.shape.slice(1);
    const size = dims.reduce((product, dim) => product * dim, 1);
    joined ??= { kind: chunk.kind, shape: [options.total, ...dims], data: new Float32Array(options.total * size) };
    if (chunk.kind !== joined.kind || String(dims) !== String(joined.shape.slice(1))) {
      const [first, other] = [joined, chunk].map(({ kind, shape }) => `${kind} [N, ${shape.slice(1).join(", ")}]`);
      throw new BaalError("E_SHAPE", `The model's chunks of predictions differ: ${first}, then ${other}.`);
    }
    joined.data.set(chunk.data, indices.length * size);
    for (const index of chunk.indices) indices.push(index);
  }
  joined ??= { kind: "logits", shape: [0, options.classes, options.iterations], data: new Float32Array(0) };
  return predictions(joined.kind, joined.shape, joined.data, indices);
}

function checkChunk({ shape, data, indices }: Predictions, iterations: number): void {
  if (shape.at(-1) !== iterations) {
    throw new BaalError("E_SHAPE", `${iterations} draws per item were asked of the model; predictions of shape [${shape}] came.`);
  }
  const bad = data.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0) {
    const item = indices[Math.floor(bad / (data.length / indices.length))];
    throw new BaalError(
      "E_NOT_FINITE",
      `The model predicts ${data[bad]} for item ${item}. Its weights or this input are broken: load the last good weights.`,
    );
  }
}
