/**
 * Checks gradients by finite differences. Run: npx tsx examples/engine-check.ts [model.onnx] [loss output]
 * Without a file it checks a small graph with a convolution. The sum of the output's elements is differentiated.
 */
// In your own project: import { ... } from "baaljs/engine", and createRandom from "baaljs".
import {
  createGraph,
  createSession,
  floatTensor,
  gradients,
  graphBuilder,
  liftParameters,
  readModel,
} from "../src/entries/engine.js";
import { createRandom } from "../src/index.js";

const random = createRandom(1);
const draw = (...dims: number[]) => ({
  dims,
  data: Float32Array.from({ length: dims.reduce((size, dim) => size * dim, 1) }, () => random.normal() / 2),
});

function smallGraph() {
  const b = graphBuilder(createGraph("small"));
  const weight = (name: string, ...dims: number[]) => b.constant(floatTensor(draw(...dims).data, dims), name);
  const image = b.input("image", { dtype: "float32", shape: ["batch", 1, 6, 6] });
  const features = b.op("Softplus", [b.op("Conv", [image, weight("kernel", 4, 1, 3, 3), weight("bias", 4)])]);
  const pooled = b.op("Flatten", [b.op("GlobalAveragePool", [features])]);
  b.output(b.tanh(b.matMul(pooled, weight("head", 4, 2))), "loss");
  return b.graph;
}

const [path, loss = "loss"] = process.argv.slice(2);
const graph = path ? (await readModel(path)).graph : smallGraph();
const parameters = liftParameters(graph);
// Each open size is 3 here; float32 inputs are random.
const inputs = Object.fromEntries(
  Array.from(graph.inputs, ([name, { shape }]) => [name, draw(...shape!.map((dim) => (typeof dim === "number" ? dim : 3)))]),
);

const step = gradients(graph, { loss });
const session = await createSession(step.graph);
const found = step.collect(await session.run(inputs, { parameters }));
const value = async () => Number((await session.run(inputs, { parameters, outputs: [step.loss] }))[step.loss]!.data[0]);

let worst = 0;
for (const [name, gradient] of found) {
  const { data } = parameters.get(name)!;
  for (let check = 0; check < 5; check++) {
    const at = random.integer(0, data.length - 1);
    const before = data[at]!;
    data[at] = before + 0.01;
    const above = await value();
    data[at] = before - 0.01;
    const slope = (above - (await value())) / 0.02;
    data[at] = before;
    const difference = Math.abs(gradient.data[at]! - slope) / Math.max(1, Math.abs(slope));
    worst = Math.max(worst, difference);
    console.log(`${name}[${at}]: gradient ${gradient.data[at]!.toFixed(4)}, finite difference ${slope.toFixed(4)}`);
  }
}
console.log(`largest difference: ${worst.toExponential(1)}`);
process.exitCode = worst < 0.01 ? 0 : 1;
