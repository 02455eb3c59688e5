import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { int64Tensor } from "../../engine/onnx/tensor.js";
import { placesOf, type TextShape } from "./text-inputs.js";

const round = Math.fround;

/**
 * T5's and MPNet's bucket of a distance from a query to a key (key minus query): one per small distance, then ever wider ones up to
 * `furthest`, half of them for keys behind the query (Raffel 2020, arXiv:1910.10683). Rounded as PyTorch does in float32.
 */
export function logarithmicBucket(distance: number, { buckets, furthest = 128 }: { buckets: number; furthest?: number }): number {
  const half = Math.floor(buckets / 2);
  const exact = Math.floor(half / 2);
  const size = Math.abs(distance);
  const offset = distance > 0 ? half : 0;
  if (size < exact) return offset + size;
  const ratio = round(round(Math.log(round(size / exact))) / round(Math.log(furthest / exact)));
  return offset + Math.min(half - 1, exact + Math.trunc(round(ratio * (half - exact))));
}

/**
 * DeBERTa's bucket of a distance (query minus key): distances up to half the buckets are their own, further ones share buckets whose width
 * grows (He 2021, arXiv:2006.03654). Without buckets, the distance itself. Rounded as PyTorch does in float32.
 */
export function debertaBucket(distance: number, { buckets, furthest }: { buckets: number; furthest: number }): number {
  if (buckets <= 0) return distance;
  const middle = Math.floor(buckets / 2);
  const size = Math.abs(distance);
  if (size <= middle) return distance;
  const last = round(Math.log(round((furthest - 1) / middle)));
  const ratio = round(round(Math.log(round(size / middle))) / last);
  return Math.sign(distance) * (Math.ceil(round(ratio * (middle - 1))) + middle);
}

/** A constant table of a whole number for each distance from `-longest` to `longest - 1`. */
export function distanceTable(b: GraphBuilder, longest: number, entry: (distance: number) => number, name: string): string {
  return b.constant(int64Tensor(Array.from({ length: 2 * longest }, (_, i) => entry(i - longest))), name);
}

/** `[sequence, sequence]` of int64: row minus column. */
export function differences(b: GraphBuilder, shape: TextShape): string {
  const places = placesOf(b, shape);
  return b.sub(b.unsqueeze(places, [1]), b.unsqueeze(places, [0]));
}
