import { intAttribute } from "../onnx/attributes.js";
import { type GraphBuilder, graphBuilder, ints } from "../onnx/builder.js";
import { isStatic } from "../onnx/dims.js";
import { type Graph, type GraphNode, sortTopologically } from "../onnx/graph.js";
import { sizeOf } from "../onnx/tensor.js";
import { kernelPlaces, type WindowAxis, windowsOf } from "./rules/windows.js";

/** Results with more positions per image have matrices that are wide enough. */
const MOST_POSITIONS = 4;
/** Kernels with fewer numbers stay in the processor's cache from image to image. */
const LEAST_WEIGHTS = 1 << 18;

/**
 * Turns convolutions with few positions per image (a deep network on small images) into one matrix product over all images:
 * ONNX Runtime's operator multiplies image by image, and reads the whole kernel each time. On a VGG's last layers at 2x2, a third of the
 * time, forward and backward. The nodes keep the names of their results.
 */
export function mergeImages(graph: Graph, leastWeights = LEAST_WEIGHTS): void {
  const b = graphBuilder(graph);
  for (const node of [...graph.nodes]) {
    if (node.opType !== "Conv" || node.domain !== "" || intAttribute(node, "group", 1) !== 1) continue;
    const [input, weight] = node.inputs.map((value) => (value ? b.type(value)?.shape : undefined));
    const result = b.type(node.outputs[0]!)?.shape?.slice(2);
    if (!isStatic(weight) || !isStatic(result) || !isStatic(input?.slice(2))) continue;
    if (sizeOf(result) > MOST_POSITIONS || sizeOf(weight) < leastWeights) continue;
    mergeNode(b, node, weight, result);
  }
  sortTopologically(graph);
}

function mergeNode(b: GraphBuilder, node: GraphNode, weightShape: readonly number[], result: readonly number[]): void {
  const [input, weight, bias] = node.inputs;
  const [outputs, channels, ...kernel] = weightShape;
  const windows = windowsOf({ builder: b, node }, input!, kernel);
  const swap = [1, 0, ...kernel.map((_, i) => i + 2)];
  const columns = seenPlaces(b, b.transpose(input!, swap), windows, result);
  const terms = channels! * sizeOf(kernel);
  const flat = b.matMul(b.reshape(weight!, b.int64s([outputs!, terms])), b.reshape(columns, b.int64s([terms, -1])));
  const shifted = bias ? b.add(flat, b.reshape(bias, b.int64s([-1, 1]))) : flat;
  node.opType = "Transpose";
  node.inputs = [b.reshape(shifted, b.int64s([outputs!, -1, ...result]))];
  node.attributes = { perm: ints(swap) };
}

/** `[C, places of the kernel, batch, ...]`: what the windows see at each place, side by side. */
function seenPlaces(b: GraphBuilder, x: string, windows: readonly WindowAxis[], result: readonly number[]): string {
  const pads = [0, 0, ...windows.map(({ before }) => before), 0, 0, ...windows.map(({ after }) => after)];
  const padded = pads.every((pad) => pad === 0) ? x : b.op("Pad", [x, b.int64s(pads)]);
  const axes = b.int64s(windows.map((_, i) => i + 2));
  const strides = b.int64s(windows.map(({ stride }) => stride));
  const parts = kernelPlaces(windows).map((place) => {
    const starts = windows.map(({ dilation }, i) => place[i]! * dilation);
    const ends = windows.map(({ stride }, i) => starts[i]! + stride * (result[i]! - 1) + 1);
    return b.unsqueeze(b.slice(padded, b.int64s(starts), b.int64s(ends), axes, strides), [1]);
  });
  return parts.length === 1 ? parts[0]! : b.concat(parts, 1);
}
