import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { graphBuilder } from "../../../../src/engine/onnx/builder.js";
import { readModel } from "../../../../src/engine/onnx/decode.js";
import { createGraph, type Graph } from "../../../../src/engine/onnx/graph.js";
import { bakeParameters, extractParameters } from "../../../../src/engine/onnx/parameters.js";
import { selectFirstToken } from "../../../../src/engine/onnx/rewrite/first-token.js";
import { optimizeImport } from "../../../../src/engine/onnx/rewrite/optimize-import.js";
import { textFixtures } from "../fixtures.js";
import { distance, ramp, runGraph } from "../raw-model.js";

const rows = (graph: Graph) =>
  graph.nodes.filter(({ opType }) => opType === "Gemm").map(({ outputs }) => graph.types.get(outputs[0]!)?.shape?.[0]);

describe.each(textFixtures().filter(({ path }) => !basename(path).startsWith("encoder")))("$path", ({ path, feeds }) => {
  it("computes the same from the first token of the last layer only", async () => {
    const { graph } = await readModel(path);
    const parameters = extractParameters(graph);
    optimizeImport(graph);
    const expected = await runGraph(bakeParameters(graph, parameters), feeds);
    const dropouts = graph.nodes.filter(({ opType }) => opType === "Dropout").length;
    selectFirstToken(graph);
    const outputs = await runGraph(bakeParameters(graph, parameters), feeds);
    for (const [name, { data }] of expected) expect(distance(outputs.get(name)!.data, data)).toBeLessThan(1e-5);
    expect(graph.nodes.filter(({ opType }) => opType === "Dropout")).toHaveLength(dropouts);
    const batch = graph.inputs.get("input_ids")!.shape![0];
    // Six linear layers in the first layer, keys and values in the second; queries, output, feed-forward and head see one row per text.
    expect(rows(graph).filter((dim) => dim === batch)).toHaveLength(6);
    expect(rows(graph).filter((dim) => dim !== batch)).toHaveLength(8);
  });
});

describe("selectFirstToken", () => {
  function start() {
    const b = graphBuilder(createGraph("test"));
    return { b, x: b.input("x", { dtype: "float32", shape: ["batch", "sequence", 4] }) };
  }

  it("leaves what another output reads in full", () => {
    const { b, x } = start();
    const h = b.relu(b.add(x, x));
    b.output(b.gather(h, b.int64(0), 1), "first");
    b.output(h, "all");
    const before = structuredClone(b.graph.nodes);
    selectFirstToken(b.graph);
    expect(b.graph.nodes).toEqual(before);
  });

  it("stops at an operator that mixes positions", async () => {
    const { b, x } = start();
    const mixed = b.softmax(x, 1);
    b.output(
      b.op("Squeeze", [b.slice(b.relu(b.add(mixed, x)), b.int64s([0]), b.int64s([1]), b.int64s([1])), b.int64s([1])]),
      "y",
    );
    const feeds = { x: ramp([2, 3, 4]) };
    const expected = await runGraph(b.graph, feeds);
    selectFirstToken(b.graph);
    expect(b.type("y")?.shape).toEqual(["batch", 4]);
    expect(b.graph.types.get(b.graph.nodes.find(({ opType }) => opType === "Relu")!.outputs[0]!)?.shape).toEqual(["batch", 1, 4]);
    expect(b.graph.types.get(b.graph.nodes.find(({ opType }) => opType === "Softmax")!.outputs[0]!)?.shape).toEqual([
      "batch",
      "sequence",
      4,
    ]);
    expect(await runGraph(b.graph, feeds)).toEqual(expected);
  });

  it("does nothing to a graph that selects no first position", () => {
    const { b, x } = start();
    b.output(b.gather(b.relu(x), b.int64(1), 1), "second");
    selectFirstToken(b.graph);
    expect(b.graph.nodes.map(({ opType }) => opType)).toEqual(["Relu", "Gather", "Identity"]);
  });
});
