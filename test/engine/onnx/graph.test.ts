import { describe, expect, it } from "vitest";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import {
  cloneGraph,
  consumers,
  createGraph,
  freshName,
  type GraphNode,
  producers,
  removeDeadNodes,
  replaceUses,
  sortTopologically,
  typeOf,
} from "../../../src/engine/onnx/graph.js";

function start() {
  const b = graphBuilder(createGraph("test"));
  return { b, x: b.input("x", { dtype: "float32", shape: ["batch", 2] }) };
}

describe("graphs", () => {
  it("know who makes and who reads a value", () => {
    const { b, x } = start();
    const y = b.add(x, x);
    const node = b.graph.nodes[0]!;
    expect(producers(b.graph).get(y)).toBe(node);
    expect(consumers(b.graph).get(x)).toEqual([node, node]);
  });

  it("are sorted so that makers come first, and otherwise stay in order", () => {
    const { b, x } = start();
    const values = [b.relu(x), b.neg(x)];
    b.output(b.add(values[0]!, values[1]!), "y");
    const order = b.graph.nodes.map(({ name }) => name);
    b.graph.nodes.reverse();
    sortTopologically(b.graph);
    expect(b.graph.nodes.map(({ opType }) => opType)).toEqual(["Relu", "Neg", "Add", "Identity"]);
    sortTopologically(b.graph);
    expect(b.graph.nodes.map(({ name }) => name)).toEqual(order);
  });

  it("with a cycle are refused, naming a node of it", () => {
    const { b, x } = start();
    const a = b.relu(x);
    b.neg(a);
    b.graph.nodes[0]!.inputs[0] = "Neg";
    expect(() => sortTopologically(b.graph)).toThrow(
      expect.objectContaining({ code: "E_MODEL_FORMAT", message: expect.stringMatching(/cycle.*(Relu|Neg)/) }),
    );
  });

  it("lose what no output depends on, but keep their inputs", () => {
    const { b, x } = start();
    b.parameter("used", [2]);
    b.parameter("unused", [2]);
    b.input("ignored", { dtype: "float32", shape: [1] });
    b.output(b.add(x, "used"));
    b.mul(x, b.scalar(3));
    removeDeadNodes(b.graph);
    expect(b.graph.nodes.map(({ opType }) => opType)).toEqual(["Add"]);
    expect([...b.graph.parameters.keys()]).toEqual(["used"]);
    expect([...b.graph.initializers.keys()]).toEqual([]);
    expect([...b.graph.inputs.keys()]).toEqual(["x", "ignored"]);
  });

  it("keep what only a subgraph reads", () => {
    const { b, x } = start();
    const captured = b.relu(x);
    const branch = createGraph("branch");
    branch.nodes.push({ opType: "Neg", domain: "", name: "neg", inputs: [captured], outputs: ["negated"], attributes: {} });
    branch.outputs.push("negated");
    const condition = b.input("condition", { dtype: "bool", shape: [] });
    b.output(
      b.op("If", [condition], { then_branch: { kind: "graph", value: branch }, else_branch: { kind: "graph", value: branch } }),
    );
    removeDeadNodes(b.graph);
    expect(b.graph.nodes.map(({ opType }) => opType)).toEqual(["Relu", "If"]);
  });

  it("can be copied and edited apart", () => {
    const { b, x } = start();
    b.output(b.relu(x));
    const copy = cloneGraph(b.graph);
    replaceUses(copy, "Relu", "x");
    copy.nodes[0]!.inputs[0] = "other";
    expect(copy.outputs).toEqual(["x"]);
    expect(b.graph.outputs).toEqual(["Relu"]);
    expect(b.graph.nodes[0]!.inputs).toEqual(["x"]);
  });

  it("give names that nothing has", () => {
    const { b, x } = start();
    const names = [b.relu(x), b.relu(x), freshName(b.graph, "x")];
    expect(names).toEqual(["Relu", "Relu_1", "x_1"]);
  });
});

describe("builders", () => {
  it("share equal constants, and make them anew when they were dropped", () => {
    const { b } = start();
    expect(b.scalar(2)).toBe(b.scalar(2));
    expect(b.int64s([1, 2])).toBe(b.int64s([1, 2]));
    const name = b.scalar(2);
    b.graph.initializers.delete(name);
    expect(b.graph.initializers.has(b.scalar(2))).toBe(true);
  });

  it("name outputs as asked", () => {
    const { b, x } = start();
    expect(b.output(b.relu(x), "logits")).toBe("logits");
    expect(b.graph.outputs).toEqual(["logits"]);
    expect(typeOf(b.graph, "logits")).toEqual({ dtype: "float32", shape: ["batch", 2] });
    const last: GraphNode = b.graph.nodes.at(-1)!;
    expect(last.opType).toBe("Identity");
  });
});
