import { deriveSeed } from "../../core/random.js";
import type { LeafLayer } from "./layer-graph.js";
import type { LayerWeights } from "./layer-weights.js";
import type { TfLayer } from "./tf-types.js";

type LayerConfig = { [name: string]: unknown };

/**
 * Weights as the layers' own initializers draw them from `seed`, for those that are `isFresh`: a copy of the layer is built with the
 * seed in all its initializers, read and freed.
 */
export function freshWeights(
  leaves: readonly LeafLayer[],
  weights: LayerWeights,
  { seed, isFresh }: { readonly seed: number; readonly isFresh: (name: string) => boolean },
): Map<string, Float32Array> {
  const fresh = new Map<string, Float32Array>();
  for (const [place, { layer }] of leaves.entries()) {
    const names = weights.namesOf(layer);
    if (!names.some(isFresh)) continue;
    const drawn = drawLayer(layer, deriveSeed(seed, place));
    for (const [i, name] of names.entries()) if (isFresh(name)) fresh.set(name, drawn[i]!);
  }
  return fresh;
}

/** The numbers of a new layer's weights, in its order. */
function drawLayer(layer: TfLayer, seed: number): Float32Array[] {
  const layerClass = layer.constructor as unknown as { fromConfig(own: unknown, config: LayerConfig): TfLayer };
  const copy = layerClass.fromConfig(layerClass, seeded(layer.getConfig(), seed) as LayerConfig);
  copy.build(layer.inboundNodes[0]!.inputShapes as (number | null)[]);
  try {
    return copy.weights.map((variable) => Float32Array.from(variable.read().dataSync() as ArrayLike<number>));
  } finally {
    for (const variable of copy.weights) variable.read().dispose();
  }
}

/** A copy in which every initializer (`{className, config: {seed}}`) has a seed of its own. */
function seeded(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((item, i) => seeded(item, deriveSeed(seed, i)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item], i): [string, unknown] => {
    const own = deriveSeed(seed, i);
    // Positive and not 0, which TensorFlow.js takes for none.
    return [key, key === "seed" ? (own >>> 1) + 1 : seeded(item, own)];
  });
  return Object.fromEntries(entries);
}
