import type { BayesianModel, PredictOptions } from "../core/bayesian-model.js";
import type { Dataset } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { checkFinitePredictions } from "../core/finite.js";
import type { Predictions } from "../core/predictions.js";
import type { ProgressListener } from "./trainer-callback.js";

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
      `${iterations} draws were asked of a model whose predictions are not random; call patchModule(model) first, with a rate where it has no dropout of its own ({ rate: 0.3 }), or ask for iterations: 1 (--iterations 1).`,
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

function checkChunk(chunk: Predictions, iterations: number): void {
  if (chunk.shape.at(-1) !== iterations)
    throw new BaalError(
      "E_SHAPE",
      `${iterations} draws per item were asked of the model; predictions of shape [${chunk.shape}] came.`,
    );
  checkFinitePredictions(chunk);
}
