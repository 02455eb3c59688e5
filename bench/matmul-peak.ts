import { graphBuilder } from "../src/engine/onnx/builder.js";
import { createGraph } from "../src/engine/onnx/graph.js";
import { createSession, type Feed } from "../src/engine/runtime/session.js";
import { seconds } from "./interleave.js";

const SIZE = 2048;
const FLOPS = 2 * SIZE ** 3;
const RUNS = 5;

/**
 * What this machine's cores can do: GFLOP/s of a 2048-cube MatMul in ONNX Runtime, in this process. Of several runs the
 * best counts, so that a disturbance makes the yardstick no shorter.
 */
export async function matMulPeak(threads: number): Promise<() => Promise<number>> {
  const b = graphBuilder(createGraph("matmul-peak"));
  const matrix = { dtype: "float32", shape: [SIZE, SIZE] } as const;
  b.output(b.matMul(b.input("x", matrix), b.input("y", matrix)), "z");
  const session = await createSession(b.graph, { threads });
  const feed = (value: number): Feed => ({
    dtype: "float32",
    dims: [SIZE, SIZE],
    data: new Float32Array(SIZE * SIZE).fill(value),
  });
  const feeds = new Map([
    ["x", feed(0.5)],
    ["y", feed(0.25)],
  ]);
  const fetches = new Map([["z", feed(0)]]);
  return async () => {
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < RUNS; run++) best = Math.min(best, await seconds(() => session.run(feeds, fetches)));
    return FLOPS / best / 1e9;
  };
}
