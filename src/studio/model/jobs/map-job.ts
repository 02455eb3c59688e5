import { toLengthOne } from "../../../core/features.js";
import { createRandom } from "../../../core/random.js";
import { exactNeighbours } from "../../../neighbours/exact-neighbours.js";
import { principalComponents } from "../../../neighbours/principal-components.js";
import type { CallContext } from "../../../system/worker-process.js";
import { readItemRows, writeItemRows } from "../item-rows.js";
import type { JobEvent, MapRequest } from "./job-calls.js";

/** UMAP keeps all items' neighbours and walks over them some hundred times: with more items principal components have to do. */
const MOST_BY_UMAP = 50_000;
const NEIGHBOURS = 15;

/** The part of the package umap-js that is used: an optional peer. */
interface Umap {
  setPrecomputedKNN(indices: number[][], distances: number[][]): void;
  initializeFit(data: number[][]): number;
  step(): number;
  getEmbedding(): number[][];
}
type UmapModule = {
  readonly UMAP: new (options: {
    readonly nComponents: number;
    readonly nNeighbors: number;
    readonly random: () => number;
  }) => Umap;
};

/** Places for all items on a plane: by UMAP (McInnes et al. 2018, arXiv:1802.03426) where it is installed, else by the two principal components. */
export async function makeMap(
  { features, file, seed }: MapRequest,
  { signal, tell }: CallContext<JobEvent>,
): Promise<{ readonly method: "pca" | "umap" }> {
  const { items, width, data } = await readItemRows(features);
  const vectors = toLengthOne({ shape: [items.length, width], data, indices: Array.from(items.keys()) });
  const { coordinates } = await principalComponents(vectors, { count: 2, seed, signal });
  const module = items.length > NEIGHBOURS && items.length <= MOST_BY_UMAP ? await umapModule() : undefined;
  if (!module) {
    await writeItemRows(file, { items, width: 2, data: scaled(coordinates) });
    return { method: "pca" };
  }
  tell({ type: "progress", share: 0.1, message: "Looking for neighbours" });
  const near = await exactNeighbours(vectors, vectors, NEIGHBOURS, { metric: "cosine", signal });
  const lists = (values: ArrayLike<number>) =>
    Array.from(items.keys(), (row) => Array.from({ length: near.k }, (_, n) => values[row * near.k + n]!));
  const random = createRandom(seed);
  const umap = new module.UMAP({ nComponents: 2, nNeighbors: near.k, random: () => random.uniform() });
  umap.setPrecomputedKNN(lists(near.positions), lists(near.distances));
  const epochs = umap.initializeFit(lists(near.distances));
  tell({ type: "progress", share: 0.3, message: "Placing items" });
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (signal.aborted) break;
    umap.step();
    if (epoch % 10 === 0) {
      tell({ type: "progress", share: 0.3 + (0.7 * epoch) / epochs });
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  signal.throwIfAborted();
  await writeItemRows(file, { items, width: 2, data: scaled(Float32Array.from(umap.getEmbedding().flat())) });
  return { method: "umap" };
}

async function umapModule(): Promise<UmapModule | undefined> {
  // Not known to the compiler: it need not be there.
  const name = "umap-js";
  try {
    return (await import(name)) as UmapModule;
  } catch {
    return undefined;
  }
}

/** Both axes by one factor, around the middle, into -1 to 1. */
function scaled(points_N_2: Float32Array): Float32Array {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  points_N_2.forEach((value, at) => {
    low[at % 2] = Math.min(low[at % 2]!, value);
    high[at % 2] = Math.max(high[at % 2]!, value);
  });
  const half = Math.max(high[0]! - low[0]!, high[1]! - low[1]!, 1e-12) / 2;
  return points_N_2.map((value, at) => (value - (low[at % 2]! + high[at % 2]!) / 2) / half);
}
