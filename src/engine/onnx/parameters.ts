import { BaalError } from "../../core/errors.js";
import { intAttribute } from "./attributes.js";
import { graphBuilder, int } from "./builder.js";
import { cloneGraph, consumers, type Graph, type GraphNode, replaceUses, sortTopologically, typeOf } from "./graph.js";
import { isFilled, restoreModuleParameters, tieEqualMatrices, transposed } from "./module-parameters.js";
import type { Tensor } from "./tensor.js";
import { isGenerated, weightNames } from "./weights.js";
import { widenGraph } from "./widen.js";

/** A weight: row-major float32 `data` of shape `dims`. */
export interface Parameter {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Which weights become parameters. */
export interface ExtractOptions {
  /** Which of the weights become parameters, by their final names; all by default. */
  readonly include?: ((name: string) => boolean) | undefined;
}

/**
 * Turns the weights among the graph's initializers into parameters, in place, and returns them. Half precision graphs become
 * float32. Weights that the exporter transposed and renamed ("onnx::MatMul_403") get their name back from the bias that follows
 * (`x.bias` gives `x.weight`) and PyTorch's layout `[out, in]`, so that names and layouts are those of the hub's checkpoint.
 * Other data stay views on what the graph held.
 */
export function extractParameters(graph: Graph, { include = () => true }: ExtractOptions = {}): Map<string, Parameter> {
  widenGraph(graph);
  separateShared(graph);
  restoreModuleParameters(graph);
  restoreNames(graph);
  tieEqualMatrices(graph);
  const parameters = new Map<string, Parameter>();
  for (const name of weightNames(graph)) {
    const { dims, data } = graph.initializers.get(name)!;
    if (!(data instanceof Float32Array) || !include(name)) continue;
    parameters.set(name, { dims, data });
    graph.initializers.delete(name);
    graph.parameters.set(name, { dtype: "float32", shape: dims });
  }
  return parameters;
}

/**
 * Turns constants of a graph into parameters, in place: their values move into the table that is returned (copies, which training may change), and
 * from then on are fed. By default those that are weights by their use, as operands of linear, convolution, embedding and normalization
 * operators. Names and layouts stay the graph's. A table in the same names goes back with `bakeParameters` or `writeModel`.
 * Throws `E_ARGUMENT` for a name that is no float32 constant of the graph.
 *
 * @example
 * ```ts with=engine
 * import { liftParameters, readModel } from "baaljs/engine";
 *
 * const { graph } = await readModel("model.onnx");
 * const parameters = liftParameters(graph); // or liftParameters(graph, ["head.weight", "head.bias"])
 * ```
 */
export function liftParameters(graph: Graph, names: readonly string[] = float32Weights(graph)): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const name of new Set(names)) {
    const tensor = graph.initializers.get(name);
    if (!(tensor?.data instanceof Float32Array)) {
      throw new BaalError(
        "E_ARGUMENT",
        `"${name}" is ${tensor ? `a constant of type ${tensor.dtype}` : "no constant"} of the graph "${graph.name}"; parameters are float32 constants.`,
      );
    }
    parameters.set(name, { dims: tensor.dims, data: tensor.data.slice() });
  }
  for (const [name, { dims }] of parameters) {
    graph.initializers.delete(name);
    graph.parameters.set(name, { dtype: "float32", shape: dims });
  }
  return parameters;
}

function float32Weights(graph: Graph): string[] {
  return weightNames(graph).filter((name) => graph.initializers.get(name)?.dtype === "float32");
}

/**
 * A copy of the graph with the parameters as constants, ready to be saved. Throws `E_CHECKPOINT` when the table lacks one or
 * has it in another shape; entries that the graph does not read are ignored.
 *
 * @example
 * ```ts with=engine
 * import { bakeParameters, encodeModel } from "baaljs/engine";
 *
 * const bytes = encodeModel(bakeParameters(graph, parameters));
 * ```
 */
export function bakeParameters(graph: Graph, table: ReadonlyMap<string, Parameter>): Graph {
  const baked = cloneGraph(graph);
  for (const [name, { shape }] of graph.parameters) {
    const parameter = table.get(name);
    if (!parameter)
      throw new BaalError("E_CHECKPOINT", `The graph "${graph.name}" needs the weight "${name}", which the table does not have.`);
    if (shape && shape.join() !== parameter.dims.join()) {
      throw new BaalError("E_CHECKPOINT", `The weight "${name}" should have the shape [${shape}]; [${parameter.dims}] came.`);
    }
    baked.parameters.delete(name);
    baked.initializers.set(name, { dtype: "float32", dims: parameter.dims, data: parameter.data });
  }
  return baked;
}

/**
 * Exporters store equal tensors once and hand them out through Identity nodes that carry the other names. Vectors, and tensors that are filled
 * with one number (fresh scales), are different weights that had the same first value; other matrices are tied and stay one.
 * Casts of weights that are float32 by now go as well: they would stand between a weight and its use.
 */
function separateShared(graph: Graph): void {
  graph.nodes = graph.nodes.filter((node) => {
    const [input, output] = [node.inputs[0]!, node.outputs[0]!];
    const isCast = node.opType === "Cast" && typeOf(graph, output)?.dtype === "float32";
    const tensor = node.opType === "Identity" || isCast ? graph.initializers.get(input) : undefined;
    if (!(tensor?.data instanceof Float32Array) || graph.outputs.includes(output)) return true;
    if (!isCast && (tensor.dims.length === 1 || isFilled({ data: tensor.data }))) {
      graph.types.delete(output);
      graph.initializers.set(output, { ...tensor, data: tensor.data.slice() });
    } else replaceUses(graph, output, input);
    return false;
  });
}

/** The inputs that hold a layer's weight and bias. */
const LAYER_SLOTS: Readonly<Record<string, readonly string[]>> = {
  MatMul: ["", "weight"],
  Gemm: ["", "weight", "bias"],
  Conv: ["", "weight", "bias"],
  ConvTranspose: ["", "weight", "bias"],
};

/** Gives tensors of linear and convolution layers that the exporter named the name that the source has for them. */
function restoreNames(graph: Graph): void {
  const readers = consumers(graph);
  const b = graphBuilder(graph);
  for (const [given, tensor] of [...graph.initializers]) {
    const reading = readers.get(given) ?? [];
    const [first] = reading;
    if (!first || !isFloat(tensor) || graph.module?.parameters.has(given)) continue;
    const slot = first.inputs.indexOf(given);
    const leaf = LAYER_SLOTS[first.opType]?.[slot];
    const isLinear = first.opType === "MatMul" || first.opType === "Gemm";
    const isSame = reading.every((node) => node.opType === first.opType && node.inputs[slot] === given && isPlain(node));
    const isTransposed = isLinear && leaf === "weight";
    if (!leaf || !isSame || given.endsWith(".weight") || (isTransposed && tensor.dims.length !== 2)) continue;
    const name =
      (isTransposed ? nameFromBias(first) : undefined) ?? (isGenerated(given) ? nameFromModule(first, leaf) : undefined);
    if (name === undefined || typeOf(graph, name)) continue;
    graph.initializers.delete(given);
    graph.initializers.set(name, isTransposed ? transposed(tensor) : tensor);
    for (const node of reading) {
      node.inputs[slot] = isTransposed && node.opType === "MatMul" ? b.transpose(name, [1, 0]) : name;
      if (isTransposed && node.opType === "Gemm") node.attributes["transB"] = int(1);
    }
  }
  sortTopologically(graph);

  function nameFromBias(node: GraphNode): string | undefined {
    if (node.opType === "Gemm") return weightOf(node.inputs[2]);
    const [next, ...others] = readers.get(node.outputs[0]!) ?? [];
    if (!next || others.length > 0) return undefined;
    return next.inputs
      .filter((input) => input !== node.outputs[0])
      .map(weightOf)
      .find((name) => name !== undefined);
  }

  function weightOf(bias: string | undefined): string | undefined {
    const isVector = bias !== undefined && graph.initializers.get(bias)?.dims.length === 1;
    const stem = isVector ? /^(.*[._])bias$/.exec(bias)?.[1] : undefined;
    return stem === undefined ? undefined : `${stem}weight`;
  }
}

function isPlain(node: GraphNode): boolean {
  return node.opType !== "Gemm" || intAttribute(node, "transB", 0) === 0;
}

function nameFromModule({ origin }: GraphNode, leaf: string): string | undefined {
  // A layer that a normalization was folded into carries the normalization's path.
  const isFolded = /norm/.test(origin?.operator ?? "");
  return origin?.module && !isFolded ? `${origin.module}.${leaf}` : undefined;
}

function isFloat(tensor: Tensor): tensor is Tensor & { readonly data: Float32Array } {
  return tensor.data instanceof Float32Array;
}
