import { BaalError } from "../../core/errors.js";
import { graphBuilder } from "../onnx/builder.js";
import { isStatic } from "../onnx/dims.js";
import { cloneGraph, type Graph, producers, removeDeadNodes, sortTopologically, typeOf } from "../onnx/graph.js";
import type { Parameter } from "../onnx/parameters.js";
import { sizeOf } from "../onnx/tensor.js";
import type { Feed } from "../runtime/feeds.js";
import { differentiate } from "./differentiate.js";
import { gradientRules } from "./gradient-rules.js";

/** The value to differentiate, and the values to differentiate by. */
export interface GradientsOptions {
  /** The value to differentiate, any float32 value of the graph. Where it has several elements, their sum is meant. */
  readonly loss: string;
  /** The parameters and inputs to differentiate by; all parameters by default. */
  readonly wrt?: readonly string[] | undefined;
  /** Values to give out beside the loss and the gradients; by default what the graph gives out already. */
  readonly outputs?: readonly string[] | undefined;
}

/** A graph that computes a loss and its gradients. */
export interface GradientGraph {
  /** Its outputs: the loss, the values asked for, and the gradients. */
  readonly graph: Graph;
  /** The output with the loss, one number: the value's own name, or `NAME.sum` where elements were summed. */
  readonly loss: string;
  /** The output with each gradient, `gradient:NAME`. Values that the loss does not depend on have none. */
  readonly gradients: ReadonlyMap<string, string>;
  /** The gradients among the outputs of a run, by the names of what they are by: what `optimizer.apply` takes. */
  collect(outputs: Readonly<Record<string, Feed>>): Map<string, Parameter>;
}

/**
 * A copy of any graph that computes the gradient of one of its values as well, by reverse-mode differentiation: nodes are appended, and
 * ONNX Runtime runs them. Nodes that random numbers go through are differentiated as they stand: `Dropout` passes its input
 * on, `BatchNormalization` uses its running statistics as constants. {@link differentiableOperators} lists what has a gradient.
 *
 * Throws `E_ARGUMENT` for a name that the graph does not have or a value that is not float32 (constants: see `liftParameters`) and where the loss depends on
 * nothing that was asked for, `E_OP_UNSUPPORTED` for an operator on the way that has no gradient.
 *
 * @example
 * ```ts with=engine
 * import { AdamW, createSession, gradients, liftParameters, readModel } from "baaljs/engine";
 *
 * const { graph } = await readModel("model.onnx");
 * const parameters = liftParameters(graph);
 * const step = gradients(graph, { loss: "loss" });
 * const session = await createSession(step.graph);
 * const outputs = await session.run({ x, target }, { parameters });
 * new AdamW().apply(parameters, step.collect(outputs), { learningRate: 0.01 });
 * ```
 */
export function gradients(forward: Graph, options: GradientsOptions): GradientGraph {
  const { loss: value, wrt = [...forward.parameters.keys()], outputs = forward.outputs } = options;
  checkNames(forward, value, wrt, outputs);
  const graph = cloneGraph(forward);
  graph.outputs = [];
  sortTopologically(graph);
  const builder = graphBuilder(graph);
  const shape = typeOf(graph, value)?.shape;
  const isScalar = isStatic(shape) && sizeOf(shape) === 1;
  const loss = isScalar
    ? value
    : builder.op("ReduceSum", [value], { keepdims: { kind: "int", value: 0 } }, { name: `${value}.sum` });
  const found = differentiate(graph, { loss, wrt, rows: false });
  if (found.size === 0) {
    throw new BaalError(
      "E_ARGUMENT",
      `"${value}" depends on none of ${wrt.map((name) => `"${name}"`).join(", ") || "no values"}.`,
    );
  }
  const computed = producers(graph);
  const asOutput = (name: string) => builder.output(computed.has(name) ? name : builder.identity(name));
  const lossOutput = asOutput(loss);
  for (const output of outputs) if (output !== loss) asOutput(output);
  const names = new Map(Array.from(found, ([name, { dense }]) => [name, builder.output(dense!, `gradient:${name}`)]));
  removeDeadNodes(graph);
  sortTopologically(graph);
  return {
    graph,
    loss: lossOutput,
    gradients: names,
    collect: (results) => new Map(Array.from(names, ([name, output]) => [name, gradientOf(name, results[output])])),
  };
}

/**
 * The operators that {@link gradients} can go through, those of other domains as "domain:Operator".
 *
 * @example
 * ```ts
 * import { differentiableOperators } from "baaljs/engine";
 *
 * differentiableOperators().includes("Conv"); // true
 * ```
 */
export function differentiableOperators(): string[] {
  return Object.keys(gradientRules)
    .filter((operator) => gradientRules[operator] !== null)
    .sort();
}

function gradientOf(name: string, output: Feed | undefined): Parameter {
  if (!output) throw new BaalError("E_ARGUMENT", `The outputs have no gradient of "${name}": ask the session for all outputs.`);
  return { dims: output.dims, data: output.data as Float32Array };
}

function checkNames(graph: Graph, loss: string, wrt: readonly string[], outputs: readonly string[]): void {
  for (const name of [loss, ...wrt, ...outputs]) {
    if (!typeOf(graph, name)) throw new BaalError("E_ARGUMENT", `The graph "${graph.name}" has no value "${name}".`);
  }
  for (const name of [loss, ...wrt]) {
    const { dtype } = typeOf(graph, name)!;
    if (dtype !== "float32")
      throw new BaalError("E_ARGUMENT", `"${name}" is ${dtype}; only float32 values can be differentiated. Cast it first.`);
  }
  const constant = wrt.find((name) => graph.initializers.has(name));
  if (constant !== undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      `"${constant}" is a constant of the graph "${graph.name}"; make it a parameter first: liftParameters(graph, ["${constant}"]).`,
    );
  }
}
