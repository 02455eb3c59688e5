import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { graphBuilder } from "../../../../src/engine/onnx/builder.js";
import { readModel } from "../../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../../src/engine/onnx/encode.js";
import { createGraph, type Graph } from "../../../../src/engine/onnx/graph.js";
import { extractParameters, type Parameter } from "../../../../src/engine/onnx/parameters.js";
import { optimizeImport } from "../../../../src/engine/onnx/rewrite/optimize-import.js";
import { modelFixtures, textFixtures } from "../fixtures.js";
import { distance, floats, runBytes, runGraph } from "../raw-model.js";

function counts(graph: Graph): Record<string, number> {
  const table: Record<string, number> = {};
  for (const { opType } of graph.nodes) table[opType] = (table[opType] ?? 0) + 1;
  return table;
}

/** Layers of each fixture's encoder, and the linear layers of its head. */
const head = (name: string) => (name.startsWith("encoder") ? 0 : 2);

describe.each(textFixtures())("$path", ({ path, feeds }) => {
  const name = basename(path);

  it("computes the same after all rewrites, weights extracted before or after", async () => {
    const original = (await readModel(path)).graph;
    for (const node of original.nodes) if (node.opType === "Dropout") node.inputs.length = 2;
    const expected = await runBytes(encodeModel(original), feeds);
    const orders: readonly ((graph: Graph) => Map<string, Parameter>)[] = [
      (graph) => {
        const parameters = extractParameters(graph);
        optimizeImport(graph);
        return parameters;
      },
      (graph) => {
        optimizeImport(graph);
        return extractParameters(graph);
      },
    ];
    const names: string[][] = [];
    for (const order of orders) {
      const { graph } = await readModel(path);
      const parameters = order(graph);
      names.push([...parameters.keys()].sort());
      expect([...graph.parameters.keys()].sort()).toEqual([...parameters.keys()].sort());
      const weights = Object.fromEntries(
        [...parameters].map(([key, { dims, data }]) => [key, { dtype: "float32" as const, dims, data }]),
      );
      const outputs = await runGraph(graph, { ...feeds, ...weights });
      expect([...outputs.keys()]).toEqual([...expected.keys()]);
      for (const [key, { data, dims }] of expected) {
        expect(outputs.get(key)?.dims).toEqual(dims);
        expect(distance(outputs.get(key)!.data, data)).toBeLessThan(1e-5);
      }
    }
    expect(names[0]).toEqual(names[1]);
  });

  it("finds every layer normalization, GELU, linear layer and attention", async () => {
    const { graph } = await readModel(path);
    extractParameters(graph);
    optimizeImport(graph);
    const found = counts(graph);
    expect(found).toMatchObject({ LayerNormalization: 5, Gelu: 2, Gemm: 12 + head(name), FusedMatMul: 2, MatMul: 2, Softmax: 2 });
    for (const gone of ["ReduceMean", "Sqrt", "Pow", "Erf", "Identity", "Div"]) expect(found[gone], gone).toBeUndefined();
    expect(found["Dropout"] ?? 0).toBe(name.includes("training") ? 6 : 0);
    for (const node of graph.nodes) {
      if (node.opType === "Gemm") expect(node.attributes["transB"], node.inputs[1]).toEqual({ kind: "int", value: 1 });
    }
  });
});

it.each(modelFixtures())("$path: rewriting twice changes nothing more", async ({ path }) => {
  const { graph } = await readModel(path);
  optimizeImport(graph);
  const once = counts(graph);
  optimizeImport(graph);
  expect(counts(graph)).toEqual(once);
});

describe("constants folded from larger ones", () => {
  /** `y` is `x` cut to what an end that is computed from a constant says. */
  async function cut(end: bigint) {
    const b = graphBuilder(createGraph("cut"));
    const x = b.input("x", { dtype: "float32", shape: ["n"] });
    const ends = b.constant({ dtype: "int64", dims: [], data: BigInt64Array.of(end) }, "ends");
    const start = b.int64s([1]);
    b.output(b.slice(x, start, b.unsqueeze(ends, [0]), b.int64s([0])), "y");
    optimizeImport(b.graph);
    return [...(await runGraph(b.graph, { x: floats([1, 2, 3, 4]) })).get("y")!.data];
  }

  it.each([
    [2n ** 63n - 1n, [2, 3, 4]],
    [2n ** 31n, [2, 3, 4]],
    [-(2n ** 63n), []],
    [-1n, [2, 3]],
    [3n, [2, 3]],
  ])("an end of %s", async (end, wanted) => {
    expect(await cut(end)).toEqual(wanted);
  });
});
