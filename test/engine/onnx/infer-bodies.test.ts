import { describe, expect, it } from "vitest";
import { type GraphBuilder, graphBuilder, int } from "../../../src/engine/onnx/builder.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { type Attribute, createGraph, type GraphNode, typeOf, type ValueType } from "../../../src/engine/onnx/graph.js";
import { inferTypes } from "../../../src/engine/onnx/infer.js";
import { type DType, dtypeToOnnx, type Tensor } from "../../../src/engine/onnx/tensor.js";
import { widenGraph } from "../../../src/engine/onnx/widen.js";
import { longs, ramp, rawModel, runBytes, runGraph } from "./raw-model.js";

function body(inputs: readonly (readonly [string, ValueType])[], build: (b: GraphBuilder) => readonly string[]): Attribute {
  const b = graphBuilder(createGraph("body"));
  for (const [name, type] of inputs) b.input(name, type);
  const results = build(b);
  b.graph.outputs = [...results];
  // Declared types of a file's bodies would answer for the inference.
  b.graph.types.clear();
  return { kind: "graph", value: b.graph };
}

const step: readonly [string, ValueType] = ["step", { dtype: "int64", shape: [] }];
const goesOn: readonly [string, ValueType] = ["goes_on", { dtype: "bool", shape: [] }];
const state = (dtype: DType = "float32"): readonly [string, ValueType] => ["h", { dtype, shape: undefined }];
type Node = Partial<GraphNode> & Pick<GraphNode, "opType">;

interface Case {
  readonly name: string;
  readonly node: Node;
  /** Element type and shape of each output, of which `undefined` stands for a dimension that is not known. */
  readonly types: readonly (readonly [DType, readonly (number | undefined)[]])[];
}

/** `c` is a condition and `n` a number of steps that only a run tells; `ids` are whole numbers. */
const CASES: readonly Case[] = [
  {
    name: "branches that give whole numbers",
    node: {
      opType: "If",
      inputs: ["c"],
      outputs: ["a", "b"],
      attributes: {
        then_branch: body([], (b) => [b.shape("x"), b.add("x", "x")]),
        else_branch: body([], (b) => [b.add("ids", "ids"), b.concat(["x", "x"], 0)]),
      },
    },
    types: [
      ["int64", [2]],
      ["float32", [undefined, 3]],
    ],
  },
  {
    name: "a loop over whole numbers, with what each step gives",
    node: {
      opType: "Loop",
      inputs: ["n", "", "ids"],
      outputs: ["a", "b", "d"],
      attributes: {
        body: body([step, goesOn, state("int64")], (b) => {
          const next = b.add("h", "step");
          return [b.identity("goes_on"), next, b.op("Less", ["h", next]), b.cast(next, "float32")];
        }),
      },
    },
    types: [
      ["int64", [2]],
      ["bool", [undefined, 2]],
      ["float32", [undefined, 2]],
    ],
  },
  {
    name: "a state that grows",
    node: {
      opType: "Loop",
      inputs: ["n", "", "ids"],
      outputs: ["a"],
      attributes: {
        body: body([step, goesOn, state("int64")], (b) => [b.identity("goes_on"), b.concat(["h", b.unsqueeze("step", [0])], 0)]),
      },
    },
    types: [["int64", [undefined]]],
  },
  {
    name: "a scan of as many steps as there are items",
    node: {
      opType: "Scan",
      inputs: ["ids", "x"],
      outputs: ["a", "b"],
      attributes: {
        num_scan_inputs: int(1),
        body: body([state("int64"), ["e", { dtype: "float32", shape: undefined }]], (b) => [
          b.add("h", b.int64(1)),
          b.cast(b.op("Less", ["e", b.scalar(0)]), "int64"),
        ]),
      },
    },
    types: [
      ["int64", [2]],
      ["int64", [undefined, 3]],
    ],
  },
];

const inputs: readonly (readonly [string, ValueType])[] = [
  ["x", { dtype: "float32", shape: ["items", 3] }],
  ["n", { dtype: "int64", shape: [] }],
  ["ids", { dtype: "int64", shape: [2] }],
  ["c", { dtype: "bool", shape: [] }],
];
const model = (node: Node, initializers: Readonly<Record<string, Tensor>> = {}) =>
  rawModel({ opset: 17, nodes: [node], inputs, outputs: node.outputs ?? ["y"], initializers });
const feeds = {
  ...{ x: ramp([2, 3]), n: longs([3], []), ids: longs([4, 5]) },
  c: { dtype: "bool" as const, dims: [], data: Uint8Array.from([1]) },
};

describe("what a body gives whose path is not known", () => {
  it.each(CASES)("$name: its element types and what is sure of its shapes, as it is run", async ({ node, types }) => {
    const bytes = model(node);
    const { graph } = decodeModel(bytes);
    for (const output of node.outputs!) graph.types.delete(output);
    inferTypes(graph);
    const results = await runBytes(bytes, feeds);
    for (const [i, output] of node.outputs!.entries()) {
      const type = typeOf(graph, output)!;
      expect([type.dtype, type.shape?.map((dim) => (typeof dim === "number" ? dim : undefined))], output).toEqual(types[i]);
      expect(type.dtype).toBe(results.get(output)!.dtype);
      type.shape!.forEach((dim, axis) => {
        if (typeof dim === "number") expect(results.get(output)!.dims[axis]).toBe(dim);
      });
    }
  });
});

describe("a half precision model with bodies", () => {
  const half = int(dtypeToOnnx("float16"));
  const inHalf = (b: GraphBuilder, value: string) => b.op("Cast", [value], { to: half });
  it.each<[string, Node]>([
    [
      "a loop whose body casts",
      {
        opType: "Loop",
        inputs: ["n", "", "start"],
        attributes: {
          body: body([step, goesOn, state("float16")], (b) => [
            b.identity("goes_on"),
            b.op("Add", [b.op("Mul", ["h", "w"]), inHalf(b, "step")]),
          ]),
        },
      },
    ],
    [
      "branches that read the graph around them alone",
      {
        opType: "If",
        inputs: ["c"],
        attributes: {
          then_branch: body([], (b) => [b.op("Add", ["start", inHalf(b, "n")])]),
          else_branch: body([], (b) => [b.op("Mul", ["start", "w"])]),
        },
      },
    ],
  ])("computes in float32: %s", async (_, node) => {
    const weights = { w: halfOf(0.5, []), start: halfOf(1.5, [2]) };
    const { graph } = decodeModel(model(node, weights));
    widenGraph(graph);
    expect(typeOf(graph, "y")!.dtype).toBe("float32");
    const found = (await runGraph(graph, feeds)).get("y")!;
    const expected = node.opType === "Loop" ? 1.5 * 0.125 + 0 * 0.25 + 1 * 0.5 + 2 : 4.5;
    expect([...(found.data as Float32Array)]).toEqual([expected, expected]);
  });
});

/** `size` times a number that half precision has exactly: 0.5 or 1.5. */
function halfOf(value: 0.5 | 1.5, dims: readonly number[]): Tensor {
  const bits = value === 0.5 ? 0x3800 : 0x3e00;
  return { dtype: "float16", dims, data: new Uint16Array(dims[0] ?? 1).fill(bits) };
}
