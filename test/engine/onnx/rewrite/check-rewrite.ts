import { expect } from "vitest";
import { type GraphBuilder, graphBuilder } from "../../../../src/engine/onnx/builder.js";
import { cloneGraph, createGraph, type Graph } from "../../../../src/engine/onnx/graph.js";
import { floatTensor, type Shape } from "../../../../src/engine/onnx/tensor.js";
import type { Feed } from "../../../../src/engine/runtime/session.js";
import { distance, ramp, runGraph } from "../raw-model.js";

export interface Start {
  readonly b: GraphBuilder;
  /** A float32 input fed with numbers; symbols are 3 (or 5 for "sequence") when it runs. */
  readonly input: (name: string, shape: Shape) => string;
  /** A weight of the graph. */
  readonly weight: (name: string, dims: readonly number[]) => string;
}

/**
 * Rewrites a graph made of `make`, checks that its output `y` stays the same to 1e-5, and returns how often each operator
 * occurs afterwards.
 */
export async function checkRewrite(
  rewrite: (graph: Graph) => void,
  make: (start: Start) => string,
): Promise<Record<string, number>> {
  const b = graphBuilder(createGraph("test"));
  const feeds: Record<string, Feed> = {};
  const y = make({
    b,
    input(name, shape) {
      feeds[name] = ramp(shape.map((dim) => (typeof dim === "number" ? dim : dim === "sequence" ? 5 : 3)));
      return b.input(name, { dtype: "float32", shape });
    },
    weight(name, dims) {
      const { data } = ramp(dims);
      b.graph.initializers.set(
        name,
        floatTensor(
          (data as Float32Array).map((x) => x * 0.3 + 0.1),
          dims,
        ),
      );
      return name;
    },
  });
  b.output(y, "y");
  const rewritten = cloneGraph(b.graph);
  rewrite(rewritten);
  const [expected, came] = [(await runGraph(b.graph, feeds)).get("y")!, (await runGraph(rewritten, feeds)).get("y")!];
  expect(came.dims).toEqual(expected.dims);
  expect(distance(came.data, expected.data)).toBeLessThan(1e-5);
  const counts: Record<string, number> = {};
  for (const { opType } of rewritten.nodes) counts[opType] = (counts[opType] ?? 0) + 1;
  return counts;
}
