import {
  AdamW,
  createGraph,
  createSession,
  encodeModel,
  floatTensor,
  gradients,
  graphBuilder,
  liftParameters,
  writeModel,
} from "baaljs/engine";

const builder = graphBuilder(createGraph("line"));
const column = { dtype: "float32", shape: ["n", 1] } as const;
const product = builder.matMul(builder.input("x", column), builder.constant(floatTensor([0.5], [1, 1]), "weight"));
const answer = builder.output(builder.add(product, builder.constant(floatTensor([0]), "bias")), "y");
const error = builder.sub(answer, builder.input("target", column));
const loss = builder.output(builder.reduceMean(builder.mul(error, error), undefined), "loss");
const graph = builder.graph;
const bytes = encodeModel(graph);
await writeModel("model.onnx", graph);
const parameters = liftParameters(graph);
const step = gradients(graph, { loss });
const session = await createSession(step.graph);
const x = Float32Array.of(-1, 0, 1, 2);
const target = x.map((at) => 3 * at - 1);
const outputs = await session.run({ x, target }, { parameters });
const optimizer = new AdamW();

export { answer, builder, bytes, graph, loss, optimizer, outputs, parameters, session, step, target, x };
