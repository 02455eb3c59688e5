import { hashName } from "../../bayesian/mask-generator.js";
import type { StateTensor } from "../../core/bayesian-model.js";
import { createRandom, seed32 } from "../../core/random.js";
import type { Graph } from "../../engine/onnx/graph.js";

/** The distribution that a fresh parameter's numbers are drawn from. */
export type Distribution =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly deviation: number }
  /** Normal, drawn again where it is further out than `cutoff` deviations. */
  | { readonly kind: "truncatedNormal"; readonly deviation: number; readonly cutoff: number }
  /** Between -bound and bound. */
  | { readonly kind: "uniform"; readonly bound: number };

export interface InitialWeightsOptions {
  readonly seed: number;
  /** The distribution of each parameter; {@link huggingFaceInitialization} for text models. */
  readonly distribution: (name: string, dims: readonly number[]) => Distribution;
  /** Embedding tables whose row of the padding token starts at zero, and that row. */
  readonly paddingRows?: ReadonlyMap<string, number> | undefined;
}

/** Hugging Face's `_init_weights`: weights N(0, range), biases 0, normalisation scales 1. */
export function huggingFaceInitialization(range: number): InitialWeightsOptions["distribution"] {
  return (name) => {
    if (/\.bias$/.test(name)) return { kind: "constant", value: 0 };
    return /norm/i.test(name) ? { kind: "constant", value: 1 } : { kind: "normal", deviation: range };
  };
}

/** Fresh values for every parameter of a graph; each one's draw depends on the seed and its own name only. */
export function initialWeights(graph: Graph, options: InitialWeightsOptions): Map<string, StateTensor> {
  return new Map(
    [...graph.parameters].map(([name, type]) => {
      const dims = type.shape as readonly number[];
      return [name, { dims, data: initialTensor(name, dims, options) }];
    }),
  );
}

export function initialTensor(name: string, dims: readonly number[], options: InitialWeightsOptions): Float32Array {
  const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
  fill(data, options.distribution(name, dims), seed32(options.seed) ^ hashName(name));
  const padding = options.paddingRows?.get(name);
  if (padding !== undefined) data.fill(0, padding * dims[1]!, (padding + 1) * dims[1]!);
  return data;
}

function fill(data: Float32Array, distribution: Distribution, seed: number): void {
  if (distribution.kind === "constant") data.fill(distribution.value);
  else if (distribution.kind === "normal") fillNormal(data, distribution.deviation, seed);
  else if (distribution.kind === "truncatedNormal") fillTruncated(data, distribution, seed);
  else {
    const random = createRandom(seed);
    for (let i = 0; i < data.length; i++) data[i] = distribution.bound * (2 * random.uniform() - 1);
  }
}

/** The normal numbers of a stream that are near enough, in their order. */
function fillTruncated(data: Float32Array, { deviation, cutoff }: { deviation: number; cutoff: number }, seed: number): void {
  const drawn = new Float32Array(2 * data.length + 64);
  let filled = 0;
  for (let round = 0; filled < data.length; round++) {
    fillNormal(drawn, deviation, seed + round);
    for (let i = 0; i < drawn.length && filled < data.length; i++) {
      if (Math.abs(drawn[i]!) <= cutoff * deviation) data[filled++] = drawn[i]!;
    }
  }
}

/** Box and Muller, both of each pair: r cos(t), r sin(t) with r = sqrt(-2 ln U). */
function fillNormal(data: Float32Array, deviation: number, seed: number): void {
  const random = createRandom(seed);
  for (let i = 0; i < data.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random.uniform()));
    const angle = 2 * Math.PI * random.uniform();
    data[i] = radius * Math.cos(angle);
    if (i + 1 < data.length) data[i + 1] = radius * Math.sin(angle);
  }
}
