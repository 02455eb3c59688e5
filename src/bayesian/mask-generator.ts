import { seed32 } from "../core/random.js";

/** Which random mask: the same key always gives the same numbers, in any process and on any machine. */
export interface MaskKey {
  readonly seed: number;
  /** The draw (prediction) or the optimizer step (training). */
  readonly draw: number;
  /** Dataset index of the item; {@link ALL_ITEMS} for masks that all items share. */
  readonly item: number;
  /** Hash of the dropout site's name, see {@link hashName}. */
  readonly site: number;
}

/** No dataset index: the item of masks that all items share (consistent dropout, masks on weights). */
export const ALL_ITEMS = -1;

// Odd 32-bit constants: the golden ratio, MurmurHash3's mixers, and two primes for the row's coordinates.
const GOLDEN = 0x9e3779b9;
const MIX_1 = 0x85ebca6b;
const MIX_2 = 0xc2b2ae35;
const POSITION = 0x27d4eb2f;
const CHANNEL = 0x165667b1;

/** MurmurHash3's finalizer: every input bit changes every output bit with probability 1/2. */
function mix(x: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, MIX_1);
  h ^= h >>> 13;
  h = Math.imul(h, MIX_2);
  return h ^ (h >>> 16);
}

/** {@link mix} with the second half of a 64-bit key between its two multiplications. */
function keyedMix(x: number, b: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, MIX_1) ^ b;
  h ^= h >>> 13;
  h = Math.imul(h, MIX_2);
  return h ^ (h >>> 16);
}

/** FNV-1a, 32 bits. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** A mask's 64-bit stream key, made once per (seed, draw, item, site). */
export interface MaskStream {
  readonly a: number;
  readonly b: number;
}

export function maskStream({ seed: given, draw, item, site }: MaskKey): MaskStream {
  const seed = seed32(given);
  const a = mix(mix(mix(mix(seed ^ GOLDEN) + draw) + item) ^ site);
  const b = mix(mix(mix(mix(seed + MIX_1) ^ Math.imul(draw, MIX_2)) ^ Math.imul(item, GOLDEN)) + site);
  return { a, b };
}

/** How often an element is dropped, in 1/65536, and the bit pattern of what the kept ones are multiplied by. */
export interface MaskRate {
  readonly threshold: number;
  readonly keptBits: number;
}

/** The rate is rounded to 1/65536 and the scale `1 / (1 - p)` is made from the rounded one, so that the mean stays exactly 1. */
export function maskRate(rate: number): MaskRate {
  const threshold = Math.round(rate * 65536);
  const scale = new Float32Array([65536 / (65536 - threshold)]);
  return { threshold, keptBits: new Int32Array(scale.buffer)[0]! };
}

/** A place in an item: its position in the sequence, and its channel (attention head). */
export interface MaskRow {
  readonly position: number;
  readonly channel: number;
}

/** The key of one row's own numbers, see {@link wordAt}. */
export function rowStream({ a, b }: MaskStream, { position, channel }: MaskRow): MaskStream {
  return {
    a: mix(a + Math.imul(position, POSITION) + Math.imul(channel, CHANNEL)),
    b: mix(b ^ Math.imul(position, CHANNEL) ^ Math.imul(channel, POSITION)),
  };
}

/** Number j of a row, 32 bits. */
export function wordAt({ a, b }: MaskStream, j: number): number {
  return keyedMix((a + Math.imul(j, GOLDEN)) | 0, b);
}

/**
 * Writes `count` mask elements (0 or 1/(1-p)) of one row from `offset` on. `bits` is an Int32Array over the mask's own buffer.
 * A row is named by its position in the item's sequence and its channel (attention head); element j of a row
 * does not depend on the row's length, so padding changes nothing. One 32-bit number decides two elements.
 */
export function fillMaskRow(
  bits: Int32Array,
  offset: number,
  count: number,
  stream: MaskStream,
  row: MaskRow,
  { threshold, keptBits }: MaskRate,
): void {
  const { a, b } = rowStream(stream, row);
  let counter = a;
  const last = offset + count - 1;
  let i = offset;
  // (u - threshold) >> 31 is -1 exactly where u < threshold: dropped.
  for (; i < last; i += 2) {
    const word = keyedMix(counter, b);
    bits[i] = keptBits & ~(((word & 0xffff) - threshold) >> 31);
    bits[i + 1] = keptBits & ~(((word >>> 16) - threshold) >> 31);
    counter = (counter + GOLDEN) | 0;
  }
  if (i === last) bits[i] = keptBits & ~(((keyedMix(counter, b) & 0xffff) - threshold) >> 31);
}
