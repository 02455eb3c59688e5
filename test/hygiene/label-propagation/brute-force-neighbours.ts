import type { FindNeighbours } from "../../../src/neighbours/exact-neighbours.js";

/** Sorts all distances, in double precision. */
export const bruteForceNeighbours: FindNeighbours = async (queries, points, wanted, { metric = "euclidean" } = {}) => {
  const width = points.shape[1];
  const row = ({ data }: typeof points, i: number) => [...data.subarray(i * width, (i + 1) * width)];
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, d) => sum + x * b[d]!, 0);
  const distance = (a: readonly number[], b: readonly number[]) =>
    metric === "cosine" ? 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)) : Math.hypot(...a.map((x, d) => x - b[d]!));
  const k = Math.min(wanted, points.shape[0]);
  const found = Array.from({ length: queries.shape[0] }, (_, q) =>
    Array.from({ length: points.shape[0] }, (_, p) => ({ p, d: distance(row(queries, q), row(points, p)) }))
      .sort((a, b) => a.d - b.d || a.p - b.p)
      .slice(0, k),
  ).flat();
  return { k, positions: Int32Array.from(found, ({ p }) => p), distances: Float32Array.from(found, ({ d }) => d) };
};
