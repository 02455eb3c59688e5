import { describe, expect, it } from "vitest";
import { differentiate } from "../../../src/engine/autodiff/differentiate.js";
import { graphBuilder, int } from "../../../src/engine/onnx/builder.js";
import { createGraph, type Graph, type GraphNode } from "../../../src/engine/onnx/graph.js";
import { int64Tensor } from "../../../src/engine/onnx/tensor.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";

const feed = (data: readonly number[], ...dims: number[]): Feed => ({ dtype: "float32", dims, data: Float32Array.from(data) });
const ids = (data: readonly number[], ...dims: number[]): Feed => ({
  dtype: "int64",
  dims,
  data: BigInt64Array.from(data, BigInt),
});

async function run(graph: Graph, outputs: readonly string[], feeds: Record<string, Feed>): Promise<Feed[]> {
  graph.outputs = [...outputs];
  const results = await (await createSession(graph, { threads: 1 })).run(new Map(Object.entries(feeds)));
  return outputs.map((output) => results.get(output)!);
}

const numbers = ({ data }: Feed): number[] => Array.from(data as ArrayLike<number | bigint>, Number);

/** Three linear layers with tanh between them, `x [n, 2]`. */
function layers(): { graph: Graph; loss: string; forward: ReadonlySet<GraphNode> } {
  const graph = createGraph("layers");
  const builder = graphBuilder(graph);
  let value = builder.input("x", { dtype: "float32", shape: ["n", 2] });
  for (const layer of [1, 2, 3]) {
    value = builder.gemm(value, builder.parameter(`w${layer}`, [2, 2]), builder.parameter(`b${layer}`, [2]));
    value = builder.tanh(value);
  }
  const loss = builder.reduceSum(value, undefined, { keepDims: false });
  return { graph, loss, forward: new Set(graph.nodes) };
}

function added({ graph, forward }: { graph: Graph; forward: ReadonlySet<GraphNode> }): string[] {
  return graph.nodes.filter((node) => !forward.has(node)).map((node) => node.opType);
}

describe("what is differentiated", () => {
  it("gives a gradient for every parameter asked for", () => {
    const { graph, loss } = layers();
    const names = ["w1", "b1", "w2", "b2", "w3", "b3"];
    expect([...differentiate(graph, { loss, wrt: names }).keys()]).toEqual(names);
  });

  it("stops below the lowest parameter asked for", () => {
    const model = layers();
    differentiate(model.graph, { loss: model.loss, wrt: ["w3"] });
    // the last tanh (y^2, 1 - y^2, times dy), its sum's Expand (with a Shape), and one product
    expect(added(model).sort()).toEqual(["Expand", "Gemm", "Mul", "Mul", "Shape", "Sub"]);
  });

  it("emits nothing for the frozen parameters of a layer on the way", () => {
    const model = layers();
    differentiate(model.graph, { loss: model.loss, wrt: ["b1"] });
    const ops = added(model);
    // one Gemm per layer above (dX), none for a frozen weight; one sum over rows, for the bias asked for
    expect(ops.filter((op) => op === "Gemm")).toHaveLength(2);
    expect(ops.filter((op) => op === "ReduceSum")).toHaveLength(1);
  });

  it("adds nothing when nothing is asked for", () => {
    const model = layers();
    expect(differentiate(model.graph, { loss: model.loss, wrt: [] }).size).toBe(0);
    expect(added(model)).toEqual([]);
  });

  it("has no entry for a value that the loss does not depend on", () => {
    const { graph, loss } = layers();
    const builder = graphBuilder(graph);
    builder.mul(builder.parameter("unused", [2]), "x");
    builder.op("Shape", [builder.parameter("onlyItsShape", [2])]);
    expect([...differentiate(graph, { loss, wrt: ["unused", "onlyItsShape", "b3"] }).keys()]).toEqual(["b3"]);
  });

  it("differentiates by inputs and by values in between", async () => {
    const graph = createGraph("chain");
    const builder = graphBuilder(graph);
    const x = builder.input("x", { dtype: "float32", shape: ["n"] });
    const middle = builder.mul(x, x);
    const loss = builder.reduceSum(builder.exp(middle), undefined, { keepDims: false });
    const found = differentiate(graph, { loss, wrt: [x, middle] });
    const [byX, byMiddle] = await run(graph, [found.get(x)!.dense!, found.get(middle)!.dense!], { x: feed([1, 0.5], 2) });
    expect(numbers(byMiddle!)).toEqual([expect.closeTo(Math.E, 5), expect.closeTo(Math.exp(0.25), 5)]);
    expect(numbers(byX!)).toEqual([expect.closeTo(2 * Math.E, 5), expect.closeTo(Math.exp(0.25), 5)]);
  });

  it("takes a loss that is itself asked for", async () => {
    const graph = createGraph("identity");
    const loss = graphBuilder(graph).input("loss", { dtype: "float32", shape: [1] });
    const [gradient] = await run(graph, [differentiate(graph, { loss, wrt: [loss] }).get(loss)!.dense!], { loss: feed([3], 1) });
    expect(gradient).toMatchObject({ dims: [1] });
    expect(numbers(gradient!)).toEqual([1]);
  });
});

describe("accumulation", () => {
  it("adds up what reaches a value on several ways", async () => {
    const graph = createGraph("residual");
    const builder = graphBuilder(graph);
    const x = builder.parameter("x", [2]);
    // x + x^2 + x e^x
    const sum = builder.add(builder.add(x, builder.mul(x, x)), builder.mul(x, builder.exp(x)));
    const found = differentiate(graph, { loss: builder.reduceSum(sum, undefined, { keepDims: false }), wrt: [x] });
    const [gradient] = await run(graph, [found.get(x)!.dense!], { x: feed([0, 1], 2) });
    expect(numbers(gradient!)).toEqual([expect.closeTo(2, 5), expect.closeTo(3 + 2 * Math.E, 5)]);
  });

  it("differentiates each node once, however many ways lead through it", () => {
    const graph = createGraph("diamonds");
    const builder = graphBuilder(graph);
    let value = builder.parameter("x", [2]);
    for (let i = 0; i < 30; i++) value = builder.add(value, value);
    const before = graph.nodes.length;
    const loss = builder.reduceSum(value, undefined, { keepDims: false });
    differentiate(graph, { loss, wrt: ["x"] });
    expect(graph.nodes.length - before).toBeLessThan(40);
  });
});

describe("embeddings", () => {
  /** Looks `[n, 2]` ids up in a table `[5, 2]` and weighs the result with itself. */
  function lookup(table: (builder: ReturnType<typeof graphBuilder>) => string, indexType: "int32" | "int64" = "int64") {
    const graph = createGraph("lookup");
    const builder = graphBuilder(graph);
    const indices = builder.input("ids", { dtype: indexType, shape: ["n", 2] });
    const rows = builder.gather(table(builder), indices);
    return { graph, builder, rows };
  }
  const table = feed([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5, 2);

  it("leave the graph as rows and their numbers, repetitions and negative indices included", async () => {
    const { graph, builder, rows } = lookup((b) => b.parameter("table", [5, 2]));
    const loss = builder.reduceSum(builder.mul(rows, rows), undefined, { keepDims: false });
    const { dense, rows: parts } = differentiate(graph, { loss, wrt: ["table"] }).get("table")!;
    expect(dense).toBeUndefined();
    expect(parts).toHaveLength(1);
    const [numbersOfRows, values] = await run(graph, [parts[0]!.ids, parts[0]!.values], { table, ids: ids([3, 1, 3, -1], 2, 2) });
    expect(numbersOfRows).toMatchObject({ dtype: "int64", dims: [4] });
    expect(numbers(numbersOfRows!)).toEqual([3, 1, 3, 4]);
    expect(values!.dims).toEqual([4, 2]);
    expect(numbers(values!)).toEqual([12, 14, 4, 6, 12, 14, 16, 18]);
  });

  it("give int64 row numbers from int32 indices", async () => {
    const { graph, builder, rows } = lookup((b) => b.parameter("table", [5, 2]), "int32");
    const loss = builder.reduceSum(rows, undefined, { keepDims: false });
    const [part] = differentiate(graph, { loss, wrt: ["table"] }).get("table")!.rows;
    const [found] = await run(graph, [part!.ids], { table, ids: { dtype: "int32", dims: [1, 2], data: Int32Array.of(2, 4) } });
    expect(found).toMatchObject({ dtype: "int64" });
    expect(numbers(found!)).toEqual([2, 4]);
  });

  it("have a dense part too where the same weights are a factor of a product", async () => {
    const { graph, builder, rows } = lookup((b) => b.parameter("table", [5, 2]));
    const scores = builder.fusedMatMul(rows, "table", { transB: true });
    const loss = builder.reduceSum(scores, undefined, { keepDims: false });
    const { dense, rows: parts } = differentiate(graph, { loss, wrt: ["table"] }).get("table")!;
    const feeds = { table, ids: ids([0, 2], 1, 2) };
    const [product, rowIds, values] = await run(graph, [dense!, parts[0]!.ids, parts[0]!.values], feeds);
    // d/dt of sum_ij r_i t_j: the sum of the rows looked up for each t_j, and the sum of all t_j for each row
    expect(numbers(product!)).toEqual(Array(5).fill([4, 6]).flat());
    expect(numbers(rowIds!)).toEqual([0, 2]);
    expect(numbers(values!)).toEqual([20, 25, 20, 25]);
  });

  it("are dense where the table is computed, or another axis is looked up", () => {
    const computed = lookup((b) => b.tanh(b.parameter("table", [5, 2])));
    const loss = computed.builder.reduceSum(computed.rows, undefined, { keepDims: false });
    expect(differentiate(computed.graph, { loss, wrt: ["table"] }).get("table")).toMatchObject({
      dense: expect.any(String),
      rows: [],
    });
    const graph = createGraph("columns");
    const builder = graphBuilder(graph);
    const columns = builder.gather(builder.parameter("table", [5, 2]), builder.constant(int64Tensor([1, 1])), 1);
    const sum = builder.reduceSum(columns, undefined, { keepDims: false });
    expect(differentiate(graph, { loss: sum, wrt: ["table"] }).get("table")).toMatchObject({
      dense: expect.any(String),
      rows: [],
    });
  });
});

describe("errors", () => {
  function withOp(opType: string, outputs = 1) {
    const graph = createGraph("errors");
    const builder = graphBuilder(graph);
    const results = builder.ops(opType, [builder.parameter("x", [3])], {}, { outputs, name: "theNode" });
    return { graph, loss: builder.reduceSum(results[outputs - 1]!, undefined, { keepDims: false }) };
  }

  it("names an operator without a rule, and its node", () => {
    const { graph, loss } = withOp("Frobnicate");
    expect(() => differentiate(graph, { loss, wrt: ["x"] })).toThrow(
      expect.objectContaining({ code: "E_OP_UNSUPPORTED", message: expect.stringMatching(/Frobnicate.*theNode/) }),
    );
  });

  it("does not mind an operator without a rule off the way", () => {
    const { graph, loss } = withOp("Frobnicate");
    graphBuilder(graph).parameter("other", [3]);
    expect(differentiate(graph, { loss, wrt: ["other"] }).size).toBe(0);
  });

  it("does not mistake a name that every object has for an operator", () => {
    const { graph, loss } = withOp("Frobnicate");
    graph.nodes[0]!.opType = "constructor";
    expect(() => differentiate(graph, { loss, wrt: ["x"] })).toThrow(expect.objectContaining({ code: "E_OP_UNSUPPORTED" }));
  });

  it("refuses a loss that reads an output without a rule", () => {
    const graph = createGraph("statistics");
    const builder = graphBuilder(graph);
    const [, mean] = builder.ops(
      "LayerNormalization",
      [builder.parameter("x", [2, 3]), builder.parameter("w", [3])],
      {},
      { outputs: 3 },
    );
    const loss = builder.reduceSum(mean!, undefined, { keepDims: false });
    expect(() => differentiate(graph, { loss, wrt: ["x"] })).toThrow(/first output of node "LayerNormalization"/);
  });

  it("refuses Dropout in training mode", () => {
    const graph = createGraph("dropout");
    const builder = graphBuilder(graph);
    const mode = builder.input("mode", { dtype: "bool", shape: [] });
    const dropped = builder.op("Dropout", [builder.parameter("x", [3]), builder.scalar(0.5), mode]);
    const loss = builder.reduceSum(dropped, undefined, { keepDims: false });
    expect(() => differentiate(graph, { loss, wrt: ["x"] })).toThrow(/training mode/);
  });

  it("refuses an Einsum that it cannot turn around", () => {
    const graph = createGraph("einsum");
    const builder = graphBuilder(graph);
    const equation = { kind: "string", value: "ij->i" } as const;
    const loss = builder.reduceSum(builder.op("Einsum", [builder.parameter("x", [2, 3])], { equation }), undefined, {
      keepDims: false,
    });
    expect(() => differentiate(graph, { loss, wrt: ["x"] })).toThrow(expect.objectContaining({ code: "E_OP_UNSUPPORTED" }));
  });

  it("refuses values that the graph does not have, and a loss of several elements", () => {
    const { graph, loss } = layers();
    expect(() => differentiate(graph, { loss, wrt: ["nowhere"] })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(() => differentiate(graph, { loss: "nowhere", wrt: [] })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(() => differentiate(graph, { loss: "x", wrt: ["w1"] })).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  });

  it("treats flat functions as having no gradient, their results asked for or not", () => {
    const graph = createGraph("flat");
    const builder = graphBuilder(graph);
    const x = builder.parameter("x", [3]);
    const floor = builder.op("Floor", [x]);
    const place = builder.cast(builder.op("ArgMax", [x], { axis: int(0) }), "float32");
    const loss = builder.reduceSum(builder.mul(floor, place), undefined, { keepDims: false });
    expect([...differentiate(graph, { loss, wrt: [x, floor] }).keys()]).toEqual([floor]);
  });
});
