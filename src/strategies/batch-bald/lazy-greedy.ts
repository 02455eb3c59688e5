import type { JointInformation } from "./joint-information.js";

export interface LazyGreedyOptions {
  /** How many to pick. */
  readonly count: number;
  /** The most items that are worth evaluating together. */
  readonly blockSize: () => number;
  /** The gain that each of these items adds to those picked so far. */
  readonly evaluate: (items: readonly number[]) => Promise<ArrayLike<number>>;
  readonly onPick: (item: number, gain: number) => void;
}

const FIRST_BLOCK = 16;

/**
 * Greedy maximisation of a submodular function over the items 0 to N - 1, with `gains_N` of each alone (overwritten). What an item
 * adds can only fall as others are picked, so a gain from an earlier round bounds today's, and an item whose bound is below
 * another's gain need not be evaluated again (Minoux 1978, "Accelerated greedy algorithms for maximizing submodular set
 * functions"). Equal gains go to the lower item: the picks are those of evaluating everything in every round.
 */
export async function lazyGreedy(
  gains_N: Float64Array,
  { count, blockSize, evaluate, onPick }: LazyGreedyOptions,
): Promise<void> {
  const heap = maxHeap(gains_N);
  const round_N = new Int32Array(gains_N.length);
  // Nothing can be below 0, so a bound of 0 is a gain of 0.
  const isStale = (item: number, round: number) => round_N[item] !== round && gains_N[item] !== 0;
  for (let round = 0; round < count; round++) {
    for (let most = FIRST_BLOCK; isStale(heap.top(), round); most *= 2) {
      const block: number[] = [];
      const size = Math.min(most, blockSize());
      while (block.length < size && heap.size() > 0 && isStale(heap.top(), round)) block.push(heap.pop());
      const gains = await evaluate(block);
      block.forEach((item, i) => {
        gains_N[item] = gains[i]!;
        round_N[item] = round;
        heap.push(item);
      });
    }
    const item = heap.pop();
    onPick(item, gains_N[item]!);
  }
}

/** All items in a binary heap, the highest of `keys_N` on top and the lowest item among equals. Keys may change while an item is out. */
function maxHeap(keys_N: Float64Array) {
  const heap = new Int32Array(keys_N.length);
  let size = 0;
  const isBefore = (a: number, b: number) => keys_N[a]! > keys_N[b]! || (keys_N[a] === keys_N[b] && a < b);
  const push = (item: number) => {
    let at = size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(item, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = item;
  };
  const pop = () => {
    const first = heap[0]!;
    const last = heap[--size]!;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  };
  for (let item = 0; item < keys_N.length; item++) push(item);
  return { push, pop, top: () => heap[0]!, size: () => size };
}

export interface RunSize {
  readonly items: number;
  readonly picks: number;
  readonly maxConfigurations: number;
}

/** Multiplications that any machine does within about a second. */
const SHORT_WORK = 1e10;

/**
 * How long a run takes where lazy evaluation saves nothing, from the time of one block; `undefined` for a run so short that
 * measuring is not worth it.
 */
export async function secondsAtMost(
  joint: JointInformation,
  { items, picks, maxConfigurations }: RunSize,
): Promise<number | undefined> {
  let largest = 1;
  let configurations = 0;
  for (let pick = 1; pick < picks; pick++) {
    largest = Math.min(maxConfigurations, largest * joint.classes);
    configurations += largest;
  }
  if (items * configurations * joint.labels * joint.classes * joint.draws < SHORT_WORK) return undefined;
  return (await joint.secondsPerItem(largest)) * items * (configurations / largest);
}
