import { type MaskKey, type MaskRate, type MaskRow, type MaskStream, maskStream, rowStream, wordAt } from "./mask-generator.js";

/** Draws whose masks are balanced together: in blocks of 5, of 10 and of 20, so that the first draws of a run are balanced by themselves. */
const BLOCK = 20;
/** The draws of a part of a block, among which each stratum of 1/5 falls to one. */
export const PART = 5;
const PARTS = BLOCK / PART;

/** The streams of a block and of its part: of other numbers than those of any independent draw. */
export interface BalancedStreams {
  readonly block: MaskStream;
  readonly part: MaskStream;
  /** Number of the part in its block. */
  readonly turn: number;
}

const OF_BLOCKS = 0x5bd1e995;
const OF_PARTS = 0x1b873593;

/** Of a part of an item's draws, counted over all draws. */
export function balancedStreams({ part, ...key }: Omit<MaskKey, "draw"> & { readonly part: number }): BalancedStreams {
  return {
    block: maskStream({ ...key, draw: Math.floor(part / PARTS), site: key.site ^ OF_BLOCKS }),
    part: maskStream({ ...key, draw: part, site: key.site ^ OF_PARTS }),
    turn: part % PARTS,
  };
}

/** The maps x -> a x + b of the five strata, a not 0: any two strata fall on any two draws equally often. Row `5 i` is map i. */
const PLACES = Uint8Array.from({ length: 20 * PART }, (_, at) => {
  const [map, stratum] = [Math.floor(at / PART), at % PART];
  return ((1 + Math.floor(map / PART)) * stratum + (map % PART)) % PART;
});

/**
 * Writes mask elements (0 or 1/(1-p)) of one row of each of the draws of a part: `offsets[place]` is where the row of the draw at that place
 * begins, -1 where that draw is not asked for.
 *
 * An element is dropped in draw k where u_k < p, with u_k uniform in [0, 1), as ever; but the u_k of one element are stratified (Latin hypercube
 * sampling: McKay, Beckman and Conover 1979). Of 5 draws each has another fifth of [0, 1), of the 4 draws of a block that have the same fifth each has
 * another quarter of it, and of those in 10 draws each has another half. So an element is dropped `20 p` times in 20 draws, rounded up or down by
 * chance, and its mean over the draws is close to 1, where that of independent draws strays. Within one draw elements are independent still.
 */
export function fillBalancedRows(
  bits: Int32Array,
  offsets: ArrayLike<number>,
  count: number,
  { block, part, turn }: BalancedStreams,
  row: MaskRow,
  { threshold, keptBits }: MaskRate,
): void {
  // 20 p, in 1/65536: so many whole fifths are dropped, and of the next one so much.
  const strata = BLOCK * threshold;
  const fifth = PARTS * 65536;
  const whole = Math.floor(strata / fifth);
  const rest = strata - whole * fifth;
  for (let place = 0; place < PART; place++) {
    if (offsets[place]! >= 0) bits.fill(keptBits, offsets[place]!, offsets[place]! + count);
  }
  const ofBlock = rowStream(block, row);
  const ofPart = rowStream(part, row);
  const isSecondHalf = turn >> 1;
  for (let j = 0; j < count; j++) {
    const map = (((wordAt(ofPart, j) >>> 0) / 4294967296) * 20) | 0;
    for (let stratum = 0; stratum < whole; stratum++) {
      const offset = offsets[PLACES[map * PART + stratum]!]!;
      if (offset >= 0) bits[offset + j] = 0;
    }
    const offset = offsets[PLACES[map * PART + whole]!]!;
    if (rest === 0 || offset < 0) continue;
    const word = wordAt(ofBlock, j);
    // Which quarter of the fifth: halves alternate within each ten draws, quarters between the tens.
    const half = ((word >>> (16 + isSecondHalf)) ^ turn) & 1;
    const quarter = ((word >>> (18 + half)) ^ isSecondHalf) & 1;
    if ((((2 * half + quarter) << 16) | (word & 0xffff)) < rest) bits[offset + j] = 0;
  }
}
