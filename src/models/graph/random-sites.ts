import { BaalError } from "../../core/errors.js";
import { int, string } from "../../engine/onnx/builder.js";
import {
  consumers,
  freshName,
  type Graph,
  type GraphNode,
  producers,
  removeDeadNodes,
  sortTopologically,
  typeOf,
} from "../../engine/onnx/graph.js";
import { shapeValueOf } from "../../engine/onnx/infer.js";
import { floatTensor, toNumbers } from "../../engine/onnx/tensor.js";

const RANDOM = /^(Bernoulli|Multinomial|Random(Normal|Uniform)(Like)?)$/;

/** From a random number to a mask: comparisons with the rate, and the factor that keeps the mean. */
const STEPS = new Set([
  "Less",
  "LessOrEqual",
  "Greater",
  "GreaterOrEqual",
  "Cast",
  "CastLike",
  "Div",
  "Mul",
  "Identity",
  "Floor",
  "Add",
]);

/**
 * Turns the random numbers of an export that was made in training mode into dropout sites, in place: a mask that is drawn, scaled and
 * multiplied with a value is a site with its rate, of single elements, of whole channels or of whole items (stochastic depth, Huang 2016,
 * arXiv:1603.09382). Throws `E_MODEL_FORMAT`, naming the file and the node, for random numbers of another use.
 */
export function restoreRandomSites(graph: Graph, path: string): void {
  if (!graph.nodes.some(({ opType }) => RANDOM.test(opType))) return;
  removeDeadNodes(graph);
  for (const [i, source] of graph.nodes.filter(({ opType }) => RANDOM.test(opType)).entries()) {
    const found = siteFrom(graph, source);
    if (!found) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `"${path}": the node "${source.name}" (${source.opType}) draws random numbers at each run. Export the model in evaluation mode (model.eval()).`,
      );
    }
    const { product, value, rate, axes } = found;
    const name = freshName(graph, product.origin?.module || `stochastic.${i}`);
    const ratio = freshName(graph, `${name}.ratio`);
    graph.initializers.set(ratio, floatTensor([rate], []));
    graph.literals.add(ratio);
    product.opType = "Dropout";
    product.name = name;
    product.inputs = [value, ratio];
    product.attributes = { place: string("body"), items: int(Number(axes === 1)), channels: int(Number(axes === 2)) };
  }
  removeDeadNodes(graph);
  sortTopologically(graph);
}

interface RandomSite {
  /** The node that multiplies the value with the mask. */
  readonly product: GraphNode;
  readonly value: string;
  readonly rate: number;
  /** How many of the first axes have a number of their own: 1 for items, 2 for channels. */
  readonly axes: number;
}

function siteFrom(graph: Graph, source: GraphNode): RandomSite | undefined {
  const readBy = consumers(graph);
  const madeBy = producers(graph);
  let kept = source.opType === "Bernoulli" ? filledWith(graph, madeBy, source.inputs[0]!) : undefined;
  let value = source.outputs[0]!;
  for (;;) {
    const [reader, ...others] = readBy.get(value) ?? [];
    if (!reader || others.length > 0 || reader.opType === "Dropout") return undefined;
    const other = reader.inputs.find((input) => input !== value);
    const constant = other === undefined ? undefined : filledWith(graph, madeBy, other);
    if (reader.opType === "Mul" && other !== undefined && constant === undefined) {
      const axes = maskedAxes(typeOf(graph, value)?.shape, typeOf(graph, other)?.shape);
      if (kept === undefined || axes === undefined || kept <= 0 || kept > 1) return undefined;
      return { product: reader, value: other, rate: 1 - kept, axes };
    }
    if (!STEPS.has(reader.opType)) return undefined;
    const isFirst = reader.inputs[0] === value;
    if (/^Less/.test(reader.opType) && constant !== undefined) kept = isFirst ? constant : 1 - constant;
    else if (/^Greater/.test(reader.opType) && constant !== undefined) kept = isFirst ? 1 - constant : constant;
    // floor(u + p) is 1 with probability p.
    else if (reader.opType === "Add" && constant !== undefined) kept = constant;
    // A division by the rate of what is kept, where the mask itself does not tell it.
    else if (reader.opType === "Div" && kept === undefined) kept = constant;
    value = reader.outputs[0]!;
  }
}

/** The number that all elements of a value are, where the graph tells it. */
function filledWith(graph: Graph, madeBy: ReadonlyMap<string, GraphNode>, value: string): number | undefined {
  const tensor = graph.initializers.get(value);
  if (tensor) {
    const numbers = tensor.data.length <= 4096 ? toNumbers(tensor) : [];
    return numbers.length > 0 && numbers.every((number) => number === numbers[0]) ? numbers[0] : undefined;
  }
  const known = shapeValueOf(graph, value)?.elements;
  if (known?.length && known.every((element) => element === known[0]) && typeof known[0] === "number") return known[0];
  const node = madeBy.get(value);
  if (node && ["Expand", "Cast", "CastLike", "Identity", "Reshape", "Unsqueeze"].includes(node.opType))
    return filledWith(graph, madeBy, node.inputs[0]!);
  const fill = node?.opType === "ConstantOfShape" ? node.attributes["value"] : undefined;
  return fill?.kind === "tensor" ? toNumbers(fill.value)[0] : undefined;
}

/** How many of the first axes of a value its mask tells apart; `undefined` where the mask is of another form. */
function maskedAxes(
  mask: readonly (number | string)[] | undefined,
  value: readonly (number | string)[] | undefined,
): number | undefined {
  if (!mask || !value || mask.length !== value.length) return undefined;
  if (mask.every((dim, axis) => dim === value[axis])) return Infinity;
  const isOwn = (axis: number) => mask[axis] !== 1 && (mask[axis] === value[axis] || String(mask[axis]).includes("?"));
  if (!mask.slice(2).every((dim) => dim === 1)) return undefined;
  if (isOwn(1)) return 2;
  return mask[1] === 1 ? 1 : undefined;
}
