/** Fits an ONNX graph that is no classifier: a curve through 200 noisy points. Run: npx tsx examples/engine.ts [file] [steps] */
// In your own project: import { ... } from "baaljs/engine", and createRandom from "baaljs".
import {
  AdamW,
  createGraph,
  createSession,
  floatTensor,
  gradients,
  graphBuilder,
  liftParameters,
  subgraph,
  writeModel,
} from "../src/entries/engine.js";
import { createRandom } from "../src/index.js";

const [file = "curve.onnx", steps = "500"] = process.argv.slice(2);
const random = createRandom(1);
const x = Float32Array.from({ length: 200 }, () => 6 * random.uniform() - 3);
const y = x.map((at) => Math.sin(2 * at) + 0.1 * random.normal());

// The graph: built here; `readModel("yours.onnx")` reads one.
const b = graphBuilder(createGraph("curve"));
const column = { dtype: "float32", shape: ["n", 1] } as const;
const weight = (name: string, ...dims: [number, number]) =>
  b.constant(floatTensor(Float32Array.from({ length: dims[0] * dims[1] }, random.normal), dims), name);
const hidden = b.op("Atan", [b.add(b.matMul(b.input("x", column), weight("w1", 1, 16)), weight("b1", 1, 16))]);
const curve = b.output(b.matMul(hidden, weight("w2", 16, 1)), "curve");
const error = b.sub(curve, b.input("y", column));
const loss = b.output(b.reduceMean(b.mul(error, error), undefined), "loss");

const parameters = liftParameters(b.graph); // by name; their values are no part of the graph any more
const step = gradients(b.graph, { loss });
const session = await createSession(step.graph);
const optimizer = new AdamW();
for (let i = 1; i <= Number(steps); i++) {
  const outputs = await session.run({ x, y }, { parameters });
  optimizer.apply(parameters, step.collect(outputs), { learningRate: 0.03 });
  if (i === 1 || i % 100 === 0) console.log(`step ${i}: mean squared error ${outputs["loss"]!.data[0]}`);
}
await writeModel(file, subgraph(b.graph, [curve]), parameters); // x in, curve out: any ONNX runtime reads it
