import { hashName } from "../bayesian/mask-generator.js";
import type { Graph } from "../onnx/graph.js";
import { createRandom } from "../random.js";
import type { StateTensor } from "./bayesian-model.js";

export interface InitialWeightsOptions {
  readonly seed: number;
  /** Standard deviation of the normal distribution. */
  readonly range: number;
  /** Embedding tables whose row of the padding token starts at zero, and that row. */
  readonly paddingRows?: ReadonlyMap<string, number>;
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

/** Hugging Face's `_init_weights`: weights N(0, range), biases 0, normalisation scales 1, the padding token's embedding 0. */
export function initialTensor(name: string, dims: readonly number[], options: InitialWeightsOptions): Float32Array {
  const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
  if (/\.bias$/.test(name)) return data;
  if (/norm/i.test(name)) return data.fill(1);
  fillNormal(data, options.range, options.seed ^ hashName(name));
  const padding = options.paddingRows?.get(name);
  if (padding !== undefined) data.fill(0, padding * dims[1]!, (padding + 1) * dims[1]!);
  return data;
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
