import { setImmediate as nextTurn } from "node:timers/promises";
import type { PixelImage } from "../../data/images/pixel-image.js";
import { BaalError, throwIfAborted } from "../../errors.js";
import { type Predictions, predictions } from "../../predictions.js";
import type { Predictor, PredictorCall } from "../predictor.js";
import { type ContentKey, contentKey } from "./content-key.js";
import { mapPredictor, type PredictInputs } from "./map-predictor.js";
import type { PredictionCache } from "./prediction-cache.js";

export interface CachedPredictorOptions {
  readonly cache: PredictionCache;
  /** Names the model's weights: other weights, another key. */
  readonly modelKey: string;
}

/** So many bytes of contents are hashed between two turns of the event loop. */
const BYTES_PER_TURN = 2 ** 20;
const INPUTS_PER_TURN = 256;

/**
 * A predictor that asks the given one only for what the cache does not have, under the model, the input's contents, the number of draws
 * and the seed. The draws are named by the contents, so that an input gets the same ones alone, in any batch, and after a restart.
 */
export function cachedPredictor(predictor: Predictor, { cache, modelKey }: CachedPredictorOptions): Predictor {
  return mapPredictor(predictor, (predict) => async (inputs, call) => {
    const keys = await contentKeys(inputs, call.signal);
    const prefix = JSON.stringify([modelKey, call.iterations, call.seed ?? 0]);
    const found = keys.map(({ name }) => cache.get(prefix + name));
    const missing = [...found.keys()].filter((position) => found[position] === undefined);
    if (missing.length > 0) {
      const fresh = await predictMissing(predict, { inputs, keys, missing, call });
      for (const [i, position] of missing.entries()) {
        found[position] = fresh[i]!;
        cache.set(prefix + keys[position]!.name, fresh[i]!);
      }
    }
    return joined(found as readonly Predictions[]);
  });
}

async function contentKeys(
  inputs: readonly (string | PixelImage)[],
  signal: AbortSignal | undefined,
): Promise<readonly ContentKey[]> {
  const keys: ContentKey[] = [];
  let bytes = 0;
  for (const input of inputs) {
    keys.push(contentKey(input));
    bytes += typeof input === "string" ? input.length : input.data.length;
    if (bytes < BYTES_PER_TURN && keys.length % INPUTS_PER_TURN !== 0) continue;
    bytes = 0;
    await nextTurn();
    throwIfAborted(signal, "The prediction");
  }
  return keys;
}

/** The draws of the inputs at `missing`, `[1, C, K]` each in an array of its own. */
async function predictMissing<Input>(
  predict: PredictInputs<Input>,
  {
    inputs,
    keys,
    missing,
    call,
  }: {
    readonly inputs: readonly Input[];
    readonly keys: readonly ContentKey[];
    readonly missing: readonly number[];
    readonly call: PredictorCall;
  },
): Promise<readonly Predictions[]> {
  const own = missing.map((position) => inputs[position]!);
  const itemKeys = missing.map((position) => keys[position]!.number);
  const { kind, shape, data, isConsistent } = await predict(own, { ...call, itemKeys });
  if (shape[0] !== own.length) {
    throw new BaalError("E_SHAPE", `The model should give predictions of ${own.length} items, [${shape}] came.`);
  }
  const size = data.length / own.length;
  return own.map((_, item) =>
    predictions(kind, [1, ...shape.slice(1)], data.slice(item * size, (item + 1) * size), undefined, { isConsistent }),
  );
}

function joined(items: readonly Predictions[]): Predictions {
  const [first] = items;
  if (first === undefined) throw new BaalError("E_ARGUMENT", "A prediction needs at least one input.");
  const size = first.data.length;
  const data = new Float32Array(items.length * size);
  for (const [item, own] of items.entries()) data.set(own.data, item * size);
  const isConsistent = items.every((item) => item.isConsistent);
  return predictions(first.kind, [items.length, ...first.shape.slice(1)], data, undefined, { isConsistent });
}
