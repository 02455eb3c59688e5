import { type BalancedStreams, balancedStreams, fillBalancedRows, PART } from "./balanced-masks.js";
import type { MaskAxis, MaskInput } from "./dropout-sites.js";
import { ALL_ITEMS, fillMaskRow, type MaskRate, type MaskRow, type MaskStream, maskStream } from "./mask-generator.js";

/** One row of a batch: which draw of which item, and how much of the padded sequence is the item's own. */
export interface BatchRow {
  readonly item: number;
  readonly draw: number;
  readonly length: number;
}

/** The size of each axis of the mask in a batch; a sequence axis is as long as the batch is padded. */
export function maskDims(axes: readonly MaskAxis[], rows: number, paddedLength: number): number[] {
  return axes.map((axis) => (axis.kind === "fixed" ? axis.size : axis.kind === "item" ? rows : paddedLength));
}

/** Which masks a batch gets. */
export interface FillOptions {
  readonly seed: number;
  readonly paddedLength: number;
  /** Of draws that are balanced over each item, see `balanced-masks.ts`; each draw by itself by default. */
  readonly isBalanced?: boolean | undefined;
}

/**
 * Fills a mask `[rows, ..., last]` for a batch. Elements beyond an item's own length are left as they are: they only ever
 * multiply padding, which no real token sees.
 */
export function fillMask(
  target: Float32Array,
  mask: MaskInput,
  rate: MaskRate,
  rows: readonly BatchRow[],
  options: FillOptions,
): void {
  const bits = new Int32Array(target.buffer, target.byteOffset, target.length);
  const sizes = maskDims(mask.axes, 1, options.paddedLength);
  const last = mask.axes.length - 1;
  const width = sizes[last]!;
  const middle = mask.axes.slice(1, last);
  const rowsPerItem = sizes.slice(1, last).reduce((product, size) => product * size, 1);
  const coordinate = { position: 0, channel: 0 };
  const isRagged = mask.axes[last]!.kind === "sequence";
  const starts = new Int32Array(PART);
  for (const group of options.isBalanced ? partsOf(rows) : Array.from(rows.keys(), (r) => [r])) {
    const { item, draw, length } = rows[group.find((r) => r >= 0)!]!;
    const key = { seed: options.seed, item, site: mask.key };
    const count = isRagged ? length : width;
    const fill = options.isBalanced
      ? balancedRows(balancedStreams({ ...key, part: Math.floor(draw / PART) }))
      : independentRow(maskStream({ ...key, draw }));
    for (let m = 0; m < rowsPerItem; m++) {
      if (!locate(m, middle, sizes, length, coordinate)) continue;
      for (const [place, r] of group.entries()) starts[place] = r < 0 ? -1 : (r * rowsPerItem + m) * width;
      fill(bits, starts, count, coordinate, rate);
    }
  }
}

/** Fills one row of numbers of each of the batch's rows that are made together. */
type FillRows = (bits: Int32Array, starts: Int32Array, count: number, at: MaskRow, rate: MaskRate) => void;

function independentRow(stream: MaskStream): FillRows {
  return (bits, starts, count, at, rate) => fillMaskRow(bits, starts[0]!, count, stream, at, rate);
}

function balancedRows(streams: BalancedStreams): FillRows {
  return (bits, starts, count, at, rate) => fillBalancedRows(bits, starts, count, streams, at, rate);
}

/** Rows of the same part of an item's draws: row numbers by the draw's place in the part, -1 where it is not in the batch. */
function partsOf(rows: readonly BatchRow[]): readonly (readonly number[])[] {
  const parts: number[][] = [];
  const partOf = new Map<string, number[]>();
  for (const [r, { item, draw }] of rows.entries()) {
    const key = `${item} ${Math.floor(draw / PART)}`;
    const place = draw % PART;
    let part = partOf.get(key);
    // An item may be in the batch twice.
    if (part === undefined || part[place] !== -1) {
      part = new Array<number>(PART).fill(-1);
      parts.push(part);
      partOf.set(key, part);
    }
    part[place] = r;
  }
  return parts;
}

/**
 * {@link fillMask} with masks that all items share: an element depends on the draw, the position and the channel, not on the item
 * or its length. Rows of the same draw are filled once and copied.
 */
export function fillSharedMask(
  target: Float32Array,
  mask: MaskInput,
  rate: MaskRate,
  rows: readonly BatchRow[],
  options: FillOptions,
): void {
  const size = target.length / rows.length;
  const firstOf = new Map<number, number>();
  for (let r = 0; r < rows.length; r++) {
    const { draw } = rows[r]!;
    const first = firstOf.get(draw);
    if (first !== undefined) {
      target.copyWithin(r * size, first * size, (first + 1) * size);
      continue;
    }
    const row = { item: ALL_ITEMS, draw, length: options.paddedLength };
    fillMask(target.subarray(r * size, (r + 1) * size), mask, rate, [row], options);
    firstOf.set(draw, r);
  }
}

/** Splits a row number into its sequence position and its channel; false where the position is padding. */
function locate(
  row: number,
  middle: readonly MaskAxis[],
  sizes: readonly number[],
  length: number,
  out: { position: number; channel: number },
): boolean {
  out.position = 0;
  out.channel = 0;
  let channelStride = 1;
  for (let axis = middle.length - 1; axis >= 0; axis--) {
    const size = sizes[axis + 1]!;
    const at = row % size;
    row = (row - at) / size;
    if (middle[axis]!.kind === "sequence") {
      if (at >= length) return false;
      out.position = at;
    } else {
      out.channel += at * channelStride;
      channelStride *= size;
    }
  }
  return true;
}
