import type { MaskInput } from "../../bayesian/dropout-sites.js";
import { type BatchRow, fillMask, fillSharedMask, maskDims } from "../../bayesian/fill-masks.js";
import type { KeptChannels } from "../../bayesian/keep-channels.js";
import { ALL_ITEMS, maskRate } from "../../bayesian/mask-generator.js";
import type { Graph } from "../../engine/onnx/graph.js";
import type { Feed } from "../../engine/runtime/session.js";

/** Makes the mask feeds of one batch after the other in buffers that are kept. */
export interface MaskFeeds {
  feeds(rows: readonly BatchRow[], options: { readonly seed: number; readonly paddedLength: number }): Map<string, Feed>;
  /** Mask elements that one row of a padded length needs. */
  elementsPerRow(paddedLength: number): number;
}

export interface MaskFeedsOptions {
  /** All items of a draw share its masks (consistent dropout). `false` by default. */
  readonly isShared?: boolean | undefined;
  /** The draws of an item are balanced. `false` by default. */
  readonly isBalanced?: boolean | undefined;
}

export function maskFeeds(
  graph: Graph,
  masks: readonly MaskInput[],
  rates: ReadonlyMap<string, number>,
  { isShared = false, isBalanced = false }: MaskFeedsOptions = {},
): MaskFeeds {
  const fill = isShared ? fillSharedMask : fillMask;
  const read = masks.filter((mask) => graph.inputs.has(mask.input));
  const buffers = new Map<string, ArrayBuffer>();

  function buffer(name: string, elements: number): Float32Array {
    let kept = buffers.get(name);
    if (!kept || kept.byteLength < elements * 4) {
      kept = new ArrayBuffer(elements * 4);
      buffers.set(name, kept);
    }
    return new Float32Array(kept, 0, elements);
  }

  return {
    feeds(rows, options) {
      const feeds = new Map<string, Feed>();
      for (const mask of read) {
        const dims = maskDims(mask.axes, rows.length, options.paddedLength);
        const data = buffer(mask.input, product(dims));
        fill(data, mask, maskRate(rates.get(mask.site.name) ?? mask.site.rate), rows, { ...options, isBalanced });
        feeds.set(mask.input, { dtype: "float32", dims: feedDims(graph, mask, dims), data });
      }
      return feeds;
    },
    elementsPerRow: (paddedLength) => read.reduce((sum, mask) => sum + product(maskDims(mask.axes, 1, paddedLength)), 0),
  };
}

/** The dimensions as the graph declares them: `batch*sequence` is one axis there and two in `dims`. */
function feedDims(graph: Graph, mask: MaskInput, dims: readonly number[]): number[] {
  let axis = 0;
  return graph.inputs.get(mask.input)!.shape!.map((dim) => {
    const factors = typeof dim === "number" ? 1 : dim.split("*").length;
    const size = product(dims.slice(axis, axis + factors));
    axis += factors;
    return size;
  });
}

function product(dims: readonly number[]): number {
  return dims.reduce((result, dim) => result * dim, 1);
}

/** The feeds of one draw: which channels are kept, and what they are multiplied by. */
export function keptChannelFeeds(
  kept: readonly KeptChannels[],
  rates: ReadonlyMap<string, number>,
  { seed, draw, isBalanced }: { readonly seed: number; readonly draw: number; readonly isBalanced: boolean },
): Map<string, Feed> {
  const feeds = new Map<string, Feed>();
  for (const { mask, indices } of kept) {
    const factors = new Float32Array(mask.axes.reduce((size, axis) => (axis.kind === "fixed" ? size * axis.size : size), 1));
    const rate = maskRate(rates.get(mask.site.name) ?? mask.site.rate);
    fillMask(factors, mask, rate, [{ item: ALL_ITEMS, draw, length: 1 }], { seed, paddedLength: 1, isBalanced });
    // A convolution of no channels is an error: one stays, multiplied by zero.
    const isKept = factors.some((factor) => factor !== 0) ? (factor: number) => factor !== 0 : (_: number, i: number) => i === 0;
    const channels = Array.from(factors.keys()).filter((i) => isKept(factors[i]!, i));
    const dims = [1, channels.length, ...mask.axes.slice(2).map(() => 1)];
    feeds.set(indices, { dtype: "int64", dims: [channels.length], data: BigInt64Array.from(channels, BigInt) });
    feeds.set(mask.input, { dtype: "float32", dims, data: Float32Array.from(channels, (i) => factors[i]!) });
  }
  return feeds;
}
