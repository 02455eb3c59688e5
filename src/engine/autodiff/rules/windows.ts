import { BaalError } from "../../../core/errors.js";
import { intsAttribute, stringAttribute } from "../../onnx/attributes.js";
import { isStatic } from "../../onnx/dims.js";
import type { GraphNode } from "../../onnx/graph.js";
import type { RuleContext } from "../rule.js";

/** How windows slide along one spatial axis: window o covers the elements `o * stride - before + t * dilation`, t = 0 .. kernel - 1. */
export interface WindowAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front. */
  readonly before: number;
  /** Padding behind. */
  readonly after: number;
  /** From a window's first to its last element: `(kernel - 1) * dilation + 1`. */
  readonly reach: number;
}

export interface Convolution {
  readonly windows: readonly WindowAxis[];
  readonly group: number;
  /** `[batch, C, ...]`. */
  readonly input: string;
  /** `[O, C / group, k1, ...]`, all known. */
  readonly weight: string;
  /** Gradient of the result, `[batch, O, ...]`. */
  readonly dy: string;
}

/**
 * The windows of a convolution or pooling of `input`, one entry per spatial axis. `kernel` is the sizes of the window, from the
 * attribute `kernel_shape` by default. Throws `E_SHAPE` where they depend on sizes that are not known before running.
 */
export function windowsOf(
  { builder, node }: Pick<RuleContext, "builder" | "node">,
  input: string,
  kernel = intsAttribute(node, "kernel_shape"),
): WindowAxis[] {
  if (!kernel) throw unknown(node, `the kernel of node "${node.name}"`);
  const sizes = builder.type(input)?.shape?.slice(2);
  const mode = stringAttribute(node, "auto_pad", "NOTSET");
  return windowSteps(node, kernel).map((axis, i) => {
    if (mode === "VALID") return { ...axis, before: 0, after: 0 };
    if (mode === "NOTSET") return { ...axis, ...explicitPads(node, i, kernel.length) };
    const size = sizes?.[i];
    // Windows of stride 1 need the same padding for any size.
    if (typeof size !== "number" && axis.stride !== 1) throw unknown(node, `the spatial sizes of "${input}"`);
    const rest = typeof size === "number" ? (Math.ceil(size / axis.stride) - 1) * axis.stride - size : -1;
    return { ...axis, ...splitPadding(Math.max(0, rest + axis.reach), mode) };
  });
}

/** Kernel, stride and dilation of each axis, without the padding. */
export function windowSteps(node: GraphNode, kernel: readonly number[]): Omit<WindowAxis, "before" | "after">[] {
  const strides = intsAttribute(node, "strides");
  const dilations = intsAttribute(node, "dilations");
  return kernel.map((size, i) => {
    const dilation = dilations?.[i] ?? 1;
    return { kernel: size, stride: strides?.[i] ?? 1, dilation, reach: (size - 1) * dilation + 1 };
  });
}

export function explicitPads(node: GraphNode, axis: number, axes: number): { readonly before: number; readonly after: number } {
  const pads = intsAttribute(node, "pads");
  return { before: pads?.[axis] ?? 0, after: pads?.[axis + axes] ?? 0 };
}

/** An odd element goes behind with `SAME_UPPER` and in front with `SAME_LOWER`. */
export function splitPadding(total: number, mode: string): { readonly before: number; readonly after: number } {
  const less = Math.floor(total / 2);
  return mode === "SAME_UPPER" ? { before: less, after: total - less } : { before: total - less, after: less };
}

/** The sizes of a weight `[C, D, k1, ...]`. Throws `E_SHAPE` where inference could not tell them. */
export function weightShape({ builder, node }: RuleContext, weight: string): readonly number[] {
  const shape = builder.type(weight)?.shape;
  if (!isStatic(shape)) throw unknown(node, `the shape of its weight "${weight}"`);
  return shape;
}

/** All places of a kernel, the last axis fastest. */
export function kernelPlaces(windows: readonly WindowAxis[]): number[][] {
  return windows.reduce<number[][]>(
    (places, { kernel }) => places.flatMap((place) => Array.from({ length: kernel }, (_, t) => [...place, t])),
    [[]],
  );
}

export function unknown(node: GraphNode, what: string): BaalError {
  return new BaalError(
    "E_SHAPE",
    `The gradient of node "${node.name}" (${node.opType}) needs ${what}, which shape inference could not tell; ` +
      "export the model with the shapes of its inputs declared.",
  );
}
