import { floatAttribute, intAttribute } from "../attributes.js";
import { int } from "../builder.js";
import { cloneGraph, freshName, type Graph, type GraphNode, MICROSOFT, typeOf } from "../graph.js";
import { editGraph } from "./editor.js";

/** A weight of a linear layer that a quantized graph takes as bytes. */
export interface QuantizedWeight {
  /** The parameter as it was: `[N, K]` if it is transposed, else `[K, N]`. */
  readonly name: string;
  readonly isTransposed: boolean;
  readonly inputs: number;
  readonly outputs: number;
  /** Graph inputs: bytes `[K, N]`, 128 standing for 0, and the unit of each column. */
  readonly bytes: string;
  readonly units: string;
}

/** A graph whose linear layers multiply bytes, and the weights that it wants as such. */
export interface QuantizedGraph {
  readonly graph: Graph;
  readonly weights: readonly QuantizedWeight[];
}

/** What 0 is as a byte. */
const ZERO = 128;
const LARGEST = 127;
/** Below this many inputs or outputs a product is too small for rounding its input to pay. */
const FEWEST = 32;

/**
 * A copy of a graph whose linear layers (`Gemm` and `MatMul` of a matrix and a parameter) round both to 8 bits: weights by the largest of each
 * output, activations by the largest of each row while it runs, so that a row's result does not depend on the rows beside it.
 * Products are added up exactly as integers. All else stays in float32. Weights of `except` and small ones stay too.
 */
export function quantizeLinear(original: Graph, except: ReadonlySet<string>): QuantizedGraph {
  const graph = cloneGraph(original);
  const weights = new Map<string, QuantizedWeight>();
  editGraph(graph, ({ b, replace }) => {
    const zero = b.constant({ dtype: "uint8", dims: [], data: Uint8Array.of(ZERO) }, "zero");
    const rounded = new Map<string, { readonly bytes: string; readonly units: string }>();
    /** Rows as bytes, and the unit of each row, `[rows, 1]`. */
    const roundRows = (x: string) => {
      const known = rounded.get(x);
      if (known) return known;
      const largest = b.op("ReduceMax", [b.op("Abs", [x]), b.int64s([-1])], { keepdims: int(1) });
      const units = b.mul(b.op("Max", [largest, b.scalar(SMALLEST)]), b.scalar(1 / LARGEST));
      const perRow = b.reshape(units, b.int64s([-1]));
      const bytes = b.op("QuantizeLinear", [x, perRow, b.expand(zero, b.shape(perRow))], { axis: int(0) });
      graph.types.set(bytes, { dtype: "uint8", shape: typeOf(graph, x)?.shape });
      const made = { bytes, units };
      rounded.set(x, made);
      return made;
    };
    for (const node of [...graph.nodes]) {
      const layer = linearLayer(graph, node, except);
      if (!layer) continue;
      const weight = weights.get(layer.name) ?? declare(graph, layer);
      if (weight.isTransposed !== layer.isTransposed) continue;
      weights.set(layer.name, weight);
      const [x, , bias] = node.inputs;
      const rows = roundRows(x!);
      const one = b.scalar(1);
      const product = b.op(
        "MatMulIntegerToFloat",
        [rows.bytes, weight.bytes, one, weight.units, zero, zero],
        {},
        { domain: MICROSOFT },
      );
      graph.types.set(product, { dtype: "float32", shape: typeOf(graph, node.outputs[0]!)?.shape });
      const scaled = b.mul(product, rows.units);
      replace(node.outputs[0]!, bias ? b.add(scaled, bias) : scaled);
    }
  });
  for (const { name } of weights.values()) {
    const isRead = graph.nodes.some((node) => node.inputs.includes(name));
    if (!isRead) graph.parameters.delete(name);
  }
  return { graph, weights: [...weights.values()] };
}

/** Rows of zeros have this as their largest. */
const SMALLEST = 1e-30;

type LinearLayer = Pick<QuantizedWeight, "name" | "isTransposed" | "inputs" | "outputs">;

/** What a node multiplies with, if that is a whole parameter that is worth it. */
function linearLayer(graph: Graph, node: GraphNode, except: ReadonlySet<string>): LinearLayer | undefined {
  if (node.domain !== "" || (node.opType !== "Gemm" && node.opType !== "MatMul")) return undefined;
  const [x, name] = node.inputs;
  const shape = graph.parameters.get(name!)?.shape;
  if (shape?.length !== 2 || except.has(name!) || typeOf(graph, x!)?.shape?.length !== 2) return undefined;
  const isPlain =
    floatAttribute(node, "alpha", 1) === 1 && floatAttribute(node, "beta", 1) === 1 && intAttribute(node, "transA", 0) === 0;
  const isTransposed = intAttribute(node, "transB", 0) === 1;
  const [outputs, inputs] = isTransposed ? shape : [shape[1], shape[0]];
  if (!isPlain || typeof inputs !== "number" || typeof outputs !== "number") return undefined;
  return Math.min(inputs, outputs) < FEWEST ? undefined : { name: name!, isTransposed, inputs, outputs };
}

function declare(graph: Graph, layer: LinearLayer): QuantizedWeight {
  const bytes = freshName(graph, `${layer.name}.bytes`);
  const units = freshName(graph, `${layer.name}.units`);
  graph.inputs.set(bytes, { dtype: "uint8", shape: [layer.inputs, layer.outputs] });
  graph.inputs.set(units, { dtype: "float32", shape: [layer.outputs] });
  return { ...layer, bytes, units };
}

/** Bytes of a weight, `[K, N]`, and the unit of each column, by its largest number. */
export function weightBytes(
  { isTransposed, inputs, outputs }: LinearLayer,
  weights: Float32Array,
): { readonly bytes: Uint8Array; readonly units: Float32Array } {
  const [perInput, perOutput] = isTransposed ? [1, inputs] : [outputs, 1];
  const bytes = new Uint8Array(inputs * outputs);
  const units = new Float32Array(outputs);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0, at = i * perInput; o < outputs; o++, at += perOutput) {
      const size = Math.abs(weights[at]!);
      if (size > units[o]!) units[o] = size;
    }
  }
  for (let o = 0; o < outputs; o++) units[o] = (units[o]! || 1) / LARGEST;
  const perUnit = Float64Array.from(units, (unit) => 1 / unit);
  // To the nearest: what is cut off is positive.
  for (let i = 0, to = 0; i < inputs; i++) {
    for (let o = 0, at = i * perInput; o < outputs; o++, at += perOutput) bytes[to++] = weights[at]! * perUnit[o]! + (ZERO + 0.5);
  }
  return { bytes, units };
}
