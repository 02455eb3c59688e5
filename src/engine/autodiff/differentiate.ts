import { BaalError } from "../../core/errors.js";
import { type GraphBuilder, graphBuilder } from "../onnx/builder.js";
import { type Graph, type GraphNode, MICROSOFT, operatorOf, sortTopologically, typeOf, valuesReadBy } from "../onnx/graph.js";
import type { DType } from "../onnx/tensor.js";
import { gradientRules } from "./gradient-rules.js";
import type { GradientRule, InputGradient, RowGradient, RuleContext } from "./rule.js";
import { unBroadcast } from "./un-broadcast.js";

/**
 * The gradient of one parameter: the sum of a dense part of the parameter's shape and of rows. A looked-up embedding gives
 * rows only; one that is also a factor of a matrix product (tied weights) has both.
 */
export interface ParameterGradient {
  readonly dense?: string | undefined;
  /** `ids` int64 `[n]`, never negative, repeating where a row was looked up repeatedly; `values` float32 `[n, width]`. */
  readonly rows: readonly RowGradient[];
}

export interface DifferentiateOptions {
  /** A value with one element. */
  readonly loss: string;
  /** The values to differentiate by: parameters, or any other float value. */
  readonly wrt: readonly string[];
  /** Whether gradients of parameters may come as rows, as those of embedding tables do; on by default. */
  readonly rows?: boolean | undefined;
}

/**
 * Reverse-mode differentiation: appends nodes to `graph` that compute the gradient of `loss` by each of `wrt`, and returns
 * the names of the results. Values that the loss does not depend on have no entry. Only nodes between a value of `wrt` and the loss are
 * differentiated, and only towards inputs that lead to one, so frozen parameters cost nothing.
 *
 * The graph is changed: nodes are sorted and appended, and forward nodes may get further outputs (LayerNormalization's
 * statistics). Hand in a clone where the original is needed. Nodes that end up unused are the caller's to remove
 * (`removeDeadNodes`), once it has declared the outputs.
 *
 * Throws `E_OP_UNSUPPORTED` for an operator on the way that has no gradient rule, `E_ARGUMENT` for a value that the graph
 * does not have.
 */
export function differentiate(graph: Graph, { loss, wrt, rows = true }: DifferentiateOptions): Map<string, ParameterGradient> {
  sortTopologically(graph);
  checkValues(graph, loss, wrt);
  const builder = graphBuilder(graph);
  const forward = [...graph.nodes];
  const asked = new Set(wrt);
  const reached = valuesDependingOn(graph, forward, asked);
  const accumulator = createAccumulator(builder, asked, (value) => rows && graph.parameters.has(value));
  if (reached.has(loss)) accumulator.add(loss, ones(builder, loss));
  for (const node of forward.reverse()) {
    if (ruleOf(node) === null || !valuesReadBy(node).some((value) => reached.has(value))) continue;
    const dys = node.outputs.map((output) => (output && reached.has(output) ? accumulator.total(output) : undefined));
    if (dys.some((dy) => dy !== undefined)) differentiateNode(builder, node, dys, reached, accumulator);
  }
  return accumulator.results();
}

function differentiateNode(
  builder: GraphBuilder,
  node: GraphNode,
  dys: readonly (string | undefined)[],
  reached: ReadonlySet<string>,
  accumulator: Accumulator,
): void {
  const rule = ruleOf(node);
  if (!rule) {
    throw new BaalError(
      "E_OP_UNSUPPORTED",
      `Operator ${operatorOf(node)} (node "${node.name}") lies between a trained parameter and the loss but has no gradient rule; ` +
        (node.domain.startsWith(MICROSOFT)
          ? "ONNX Runtime's optimizer wrote it: use the file that was exported without optimization, or freeze the parameters before it."
          : "freeze the parameters before it or export the model without this operator."),
    );
  }
  const gradients = rule(contextOf(builder, node, dys));
  node.inputs.forEach((input, i) => {
    const gradient = gradients[i];
    if (gradient && reached.has(input)) accumulator.addFrom(input, gradient, node);
  });
}

function contextOf(builder: GraphBuilder, node: GraphNode, dys: readonly (string | undefined)[]): RuleContext {
  return {
    builder,
    node,
    x: [...node.inputs],
    y: [...node.outputs],
    dys,
    get dy() {
      const dy = dys[0];
      if (dy !== undefined && dys.slice(1).every((other) => other === undefined)) return dy;
      throw new BaalError(
        "E_OP_UNSUPPORTED",
        `Only the first output of node "${node.name}" (${node.opType}) has a gradient rule, but the loss depends on another one too.`,
      );
    },
  };
}

interface Accumulator {
  /** Adds a gradient that has the value's shape. */
  add(value: string, gradient: string): void;
  /** Adds what a rule gives for an input of `node`. */
  addFrom(value: string, gradient: InputGradient & {}, node: GraphNode): void;
  /** The sum of what was added, or `undefined` when nothing was. */
  total(value: string): string | undefined;
  results(): Map<string, ParameterGradient>;
}

function createAccumulator(
  builder: GraphBuilder,
  asked: ReadonlySet<string>,
  takesRows: (value: string) => boolean,
): Accumulator {
  const contributions = new Map<string, string[]>();
  const rows = new Map<string, RowGradient[]>();
  function add(value: string, gradient: string): void {
    const type = builder.type(value);
    if (type?.shape) builder.graph.types.set(gradient, type);
    append(contributions, value, gradient);
  }
  function total(value: string): string | undefined {
    const parts = contributions.get(value);
    if (!parts || parts.length === 1) return parts?.[0];
    const sum = builder.op("Sum", parts);
    contributions.set(value, []);
    add(value, sum);
    return sum;
  }
  return {
    add,
    addFrom(value, gradient, { inputs, outputs }) {
      if (typeof gradient === "function") add(value, gradient());
      else if ("broadcast" in gradient) {
        const { broadcast, ...options } = gradient;
        add(value, unBroadcast(builder, broadcast(), value, { ...options, inputs, output: outputs[0]! }));
      } else if (asked.has(value) && takesRows(value)) append(rows, value, gradient.rows());
      else add(value, gradient.dense());
    },
    total,
    results() {
      const results = new Map<string, ParameterGradient>();
      for (const value of asked) {
        const dense = total(value);
        const sparse = rows.get(value) ?? [];
        if (dense !== undefined || sparse.length > 0) results.set(value, { dense, rows: sparse });
      }
      return results;
    },
  };
}

function append<T>(table: Map<string, T[]>, key: string, item: T): void {
  const items = table.get(key);
  if (items) items.push(item);
  else table.set(key, [item]);
}

const FLOATS: ReadonlySet<DType> = new Set<DType>(["float32", "float64", "float16", "bfloat16"]);

/** The float values that a value of `roots` flows into through differentiable operators, the roots included. */
function valuesDependingOn(graph: Graph, forward: readonly GraphNode[], roots: ReadonlySet<string>): Set<string> {
  const reached = new Set(roots);
  for (const node of forward) {
    if (ruleOf(node) === null || !valuesReadBy(node).some((value) => reached.has(value))) continue;
    for (const output of node.outputs) {
      const type = typeOf(graph, output);
      if (output !== "" && (!type || FLOATS.has(type.dtype))) reached.add(output);
    }
  }
  return reached;
}

function ruleOf(node: GraphNode): GradientRule | null | undefined {
  const operator = operatorOf(node);
  return Object.hasOwn(gradientRules, operator) ? gradientRules[operator] : undefined;
}

function ones(builder: GraphBuilder, loss: string): string {
  const shape = builder.type(loss)?.shape;
  return shape?.length === 0 ? builder.scalar(1) : builder.expand(builder.scalar(1), builder.shape(loss));
}

function checkValues(graph: Graph, loss: string, wrt: readonly string[]): void {
  for (const value of [loss, ...wrt]) {
    if (typeOf(graph, value)) continue;
    throw new BaalError("E_ARGUMENT", `The graph "${graph.name}" has no value "${value}" to differentiate.`);
  }
  const shape = typeOf(graph, loss)?.shape;
  if (shape?.some((dim) => dim !== 1)) {
    throw new BaalError("E_SHAPE", `The loss "${loss}" must have one element; its shape is [${shape}].`);
  }
}
