import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  attribute,
  createGraph,
  createSession,
  editGraph,
  floatTensor,
  gradients,
  graphBuilder,
  liftParameters,
  readModel,
  readSafetensors,
  Sgd,
  subgraph,
  writeModel,
  writeSafetensors,
} from "../../src/entries/engine.js";
import { temporaryFolder } from "../temporary-folder.js";

/** `y = weight x + bias` and the mean of its squared error. */
function line() {
  const b = graphBuilder(createGraph("line"));
  const column = { dtype: "float32", shape: ["n", 1] } as const;
  const product = b.matMul(b.input("x", column), b.constant(floatTensor([0], [1, 1]), "weight"));
  const y = b.output(b.add(product, b.constant(floatTensor([0]), "bias")), "y");
  const error = b.sub(y, b.input("target", column));
  b.output(b.reduceMean(b.mul(error, error), undefined), "loss");
  return b.graph;
}

it("reads a graph, fits it, and writes it for others to run", async () => {
  const folder = temporaryFolder();
  await writeModel(join(folder, "line.onnx"), line());
  const { graph } = await readModel(join(folder, "line.onnx"));
  const parameters = liftParameters(graph, ["weight", "bias"]);
  expect([...graph.parameters.keys()]).toEqual(["weight", "bias"]);
  const step = gradients(graph, { loss: "loss" });
  await using session = await createSession(step.graph);
  const optimizer = new Sgd({ momentum: 0.9 });
  const x = Float32Array.of(-1, 0, 1, 2);
  const target = x.map((at) => 3 * at - 1);
  for (let i = 0; i < 300; i++) {
    optimizer.apply(parameters, step.collect(await session.run({ x, target }, { parameters })), { learningRate: 0.02 });
  }
  expect(parameters.get("weight")!.data[0]).toBeCloseTo(3, 3);
  expect(parameters.get("bias")!.data[0]).toBeCloseTo(-1, 3);

  await writeSafetensors(join(folder, "line.safetensors"), parameters);
  expect(await readSafetensors(join(folder, "line.safetensors"))).toEqual(
    new Map([...parameters].sort(([a], [b]) => (a < b ? -1 : 1))),
  );
  await writeModel(join(folder, "fitted.onnx"), subgraph(graph, ["y"]), parameters);
  const fitted = await readModel(await readFile(join(folder, "fitted.onnx")));
  expect([...fitted.graph.inputs.keys()]).toEqual(["x"]);
  await using answers = await createSession(fitted.graph);
  const { y } = await answers.run({ x: [5] });
  expect(y!.data[0]).toBeCloseTo(14, 2);
});

it("leaves the bytes alone that parameters were lifted from", async () => {
  const folder = temporaryFolder();
  await writeModel(join(folder, "line.onnx"), line());
  const bytes = await readFile(join(folder, "line.onnx"));
  const before = Uint8Array.from(bytes);
  const { graph } = await readModel(bytes);
  liftParameters(graph).get("weight")!.data.fill(9);
  expect(Uint8Array.from(bytes)).toEqual(before);
});

it("refuses to lift what is no float32 constant", () => {
  const b = graphBuilder(line());
  b.int64s([1, 2]);
  const lift = (name: string) => () => liftParameters(b.graph, ["weight", name]);
  expect(lift("x")).toThrow(
    expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining('"x" is no constant') }),
  );
  expect(lift("int64s_1_2")).toThrow(expect.objectContaining({ message: expect.stringContaining("type int64") }));
  // Nothing was lifted on the way to the error.
  expect(b.graph.initializers.has("weight")).toBe(true);
});

it("rewrites a graph", async () => {
  const graph = line();
  editGraph(graph, ({ b, replace }) => {
    for (const { opType, inputs, outputs } of [...graph.nodes]) {
      if (opType === "MatMul") replace(outputs[0]!, b.op("LeakyRelu", [inputs[0]!], { alpha: attribute.float(0.5) }));
    }
  });
  const part = subgraph(graph, ["y"]);
  expect([...part.inputs.keys()]).toEqual(["x"]);
  await using session = await createSession(part);
  expect((await session.run({ x: [-4] }))["y"]!.data).toEqual(Float32Array.of(-2));
  expect(() => subgraph(graph, ["nothing"])).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
});
