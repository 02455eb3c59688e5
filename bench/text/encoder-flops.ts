import type { TextClassifier } from "../../src/models/text/text-classifier.js";

/** Weights that each token is multiplied by in the encoder's linear layers: 42.5 million for DistilBERT-base. */
export function encoderWeightsPerToken(model: TextClassifier): number {
  let total = 0;
  for (const [name, { dims }] of model.stateDict()) {
    if (name.includes(".layer.") && dims.length === 2) total += dims[0]! * dims[1]!;
  }
  return total;
}

/**
 * The share of that work which remains for texts of these lengths when the last layer makes queries, context and feed-forward
 * for the first token only, and keys and values for all.
 */
export function shareComputed(model: TextClassifier, lengths: readonly number[]): number {
  const layers = new Map<string, { all: number; everyToken: number }>();
  for (const [name, { dims }] of model.stateDict()) {
    const layer = /^(.*\.layer\.\d+)\./.exec(name)?.[1];
    if (layer === undefined || dims.length !== 2) continue;
    const entry = layers.get(layer) ?? { all: 0, everyToken: 0 };
    const size = dims[0]! * dims[1]!;
    entry.all += size;
    if (/\.(k_lin|v_lin)\./.test(name)) entry.everyToken += size;
    layers.set(layer, entry);
  }
  const full = [...layers.values()].reduce((sum, { all }) => sum + all, 0);
  const last = [...layers.values()].at(-1)!;
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const saved = (last.all - last.everyToken) * (tokens - lengths.length);
  return 1 - saved / (full * tokens);
}
