import type { GraphBuilder } from "./builder.js";

/** `[n, d]` with rows of length 1: x / max(|x|, 1e-12). A row of zeros stays one. */
export function unitRows(b: GraphBuilder, x: string): string {
  const length = b.sqrt(b.reduceSum(b.mul(x, x), b.int64s([1])));
  return b.div(x, b.op("Max", [length, b.scalar(1e-12)]));
}
