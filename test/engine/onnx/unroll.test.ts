import { describe, expect, it } from "vitest";
import { differentiate } from "../../../src/engine/autodiff/differentiate.js";
import { graphBuilder, int, ints } from "../../../src/engine/onnx/builder.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { type Attribute, createGraph, type Graph } from "../../../src/engine/onnx/graph.js";
import { boolTensor, floatTensor, int64Tensor, type Tensor } from "../../../src/engine/onnx/tensor.js";
import { floats, type RawModel, ramp, rawModel, runBytes } from "./raw-model.js";

const FLOAT = { dtype: "float32", shape: undefined } as const;
const body = (value: Graph): Attribute => ({ kind: "graph", value });

/** (step, condition, h) to (condition, tanh(h w + step), h): w is the graph's, the factor of the step the body's own. */
function loopBody(stops?: number): Graph {
  const b = graphBuilder(createGraph("body"));
  b.input("step", { dtype: "int64", shape: [] });
  b.input("goes_on", { dtype: "bool", shape: [] });
  b.input("h", FLOAT);
  const next = b.tanh(b.add(b.mul("h", "w"), b.mul(b.cast("step", "float32"), b.constant(floatTensor([0.1], []), "factor"))));
  b.output(stops === undefined ? b.identity("goes_on") : b.op("Less", ["step", b.int64(stops)]), "goes_on_next");
  b.output(next, "h_next");
  b.output(b.identity("h"), "seen");
  return b.graph;
}

function scanBody(): Graph {
  const b = graphBuilder(createGraph("body"));
  b.input("h", FLOAT);
  b.input("e", FLOAT);
  const next = b.tanh(b.add(b.mul("h", "w"), "e"));
  b.output(next, "h_next");
  b.output(b.mul(next, "e"), "shown");
  return b.graph;
}

function branches(): Record<string, Attribute> {
  const [yes, no] = ["then_branch", "else_branch"].map((name) => {
    const b = graphBuilder(createGraph(name));
    b.output(name === "then_branch" ? b.mul("x", "w") : b.add("x", "w"), `${name}_result`);
    return body(b.graph);
  });
  return { then_branch: yes!, else_branch: no! };
}

interface Case {
  readonly name: string;
  readonly nodes: RawModel["nodes"];
  readonly initializers?: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly string[];
}

const loop = (inputs: readonly string[], stops?: number) => ({
  opType: "Loop",
  inputs: [...inputs],
  outputs: ["y", "all"],
  attributes: { body: body(loopBody(stops)) },
});
const scan = (attributes: Record<string, Attribute> = {}) => ({
  opType: "Scan",
  inputs: ["h0", "x"],
  outputs: ["y", "all"],
  attributes: { body: body(scanBody()), num_scan_inputs: int(1), ...attributes },
});
const three = { count: int64Tensor([3], []) };

const CASES: readonly Case[] = [
  {
    name: "a condition that is true",
    nodes: [{ opType: "If", inputs: ["c"], attributes: branches() }],
    initializers: { c: boolTensor([true], []) },
    outputs: ["y"],
  },
  {
    name: "a condition that is false",
    nodes: [{ opType: "If", inputs: ["c"], attributes: branches() }],
    initializers: { c: boolTensor([false], []) },
    outputs: ["y"],
  },
  { name: "three steps", nodes: [loop(["count", "", "x"])], initializers: three, outputs: ["y", "all"] },
  { name: "an end before the last step", nodes: [loop(["count", "", "x"], 1)], initializers: three, outputs: ["y", "all"] },
  {
    name: "over the elements of an axis",
    nodes: [scan()],
    initializers: { h0: floatTensor([0.1, 0.2, 0.3]) },
    outputs: ["y", "all"],
  },
  {
    name: "from the last element to the first",
    nodes: [scan({ scan_input_directions: ints([1]), scan_output_directions: ints([1]) })],
    initializers: { h0: floatTensor([0.1, 0.2, 0.3]) },
    outputs: ["y", "all"],
  },
  {
    name: "along the second axis",
    nodes: [scan({ scan_input_axes: ints([1]), scan_output_axes: ints([1]) })],
    initializers: { h0: floatTensor([0.1, 0.2]) },
    outputs: ["y", "all"],
  },
];

const model = ({ nodes, initializers = {}, outputs }: Omit<Case, "name">) =>
  rawModel({
    opset: 17,
    nodes,
    outputs,
    initializers: { ...initializers, w: floatTensor([0.5], []) },
    inputs: [["x", { dtype: "float32", shape: [2, 3] }]],
  });
const hasLoop = (graph: Graph) => graph.nodes.some(({ opType }) => ["If", "Loop", "Scan"].includes(opType));

describe("control flow whose path is known is written out", () => {
  it.each(CASES)("$name: same results, and a gradient", async (given) => {
    const bytes = model(given);
    const { graph } = decodeModel(bytes);
    expect(hasLoop(graph)).toBe(false);
    const feeds = { x: ramp([2, 3]) };
    expect(await runBytes(encodeModel(graph), feeds)).toEqual(await runBytes(bytes, feeds));

    const b = graphBuilder(graph);
    const sums = given.outputs.map((output) => b.reduceSum(b.mul(output, output), undefined, { keepDims: false }));
    const loss = sums.reduce((sum, part) => b.add(sum, part));
    const gradient = differentiate(graph, { loss, wrt: ["x"] }).get("x")!.dense!;
    graph.outputs = [loss, gradient];
    const at = async (data: readonly number[]) => runBytes(encodeModel(graph), { x: floats(data, [2, 3]) });
    const x = [...(feeds.x.data as Float32Array)];
    const found = (await at(x)).get(gradient)!.data as Float32Array;
    for (const i of x.keys()) {
      const moved = async (by: number) => ((await at(x.with(i, x[i]! + by))).get(loss)!.data as Float32Array)[0]!;
      expect(found[i]).toBeCloseTo(((await moved(0.01)) - (await moved(-0.01))) / 0.02, 2);
    }
  });

  it("takes weights inside a body for weights of the graph", () => {
    const { graph } = decodeModel(model({ nodes: [loop(["count", "", "x"])], initializers: three, outputs: ["y"] }));
    expect([...graph.initializers.values()].filter(({ data }) => data[0] === Math.fround(0.1))).toHaveLength(1);
  });
});

describe("what depends on what is fed stays as it is", () => {
  it.each<[string, RawModel["nodes"]]>([
    [
      "a condition",
      [
        { opType: "ReduceMax", outputs: ["m"], attributes: { keepdims: int(0) } },
        { opType: "Cast", inputs: ["m"], outputs: ["c"], attributes: { to: int(9) } },
        { opType: "If", inputs: ["c"], attributes: branches() },
      ],
    ],
    ["an end of a loop without a number of steps", [loop(["", "", "x"])]],
  ])("%s", (_, nodes) => {
    expect(hasLoop(decodeModel(model({ nodes, outputs: ["y"] })).graph)).toBe(true);
  });
});
