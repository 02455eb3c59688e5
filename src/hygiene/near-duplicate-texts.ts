import { setImmediate } from "node:timers/promises";
import { BaalError, throwIfAborted } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import { type DuplicateGroups, duplicateGroups, itemIndices, unionFind } from "./duplicate-groups.js";
import { normalizeText } from "./exact-duplicates.js";

/** Options of {@link nearDuplicateTexts}. */
export interface NearDuplicateTextsOptions {
  /** Least Jaccard similarity of the sets of shingles, in (0, 1]; 0.8 by default. */
  readonly threshold?: number | undefined;
  /** Characters of a shingle, 5 by default; 3 or 4 for texts of a few words, 9 for long ones. */
  readonly shingleLength?: number | undefined;
  /** Numbers of a signature, 128 by default: more find pairs near the threshold more surely, and take longer. */
  readonly permutations?: number | undefined;
  /** Applied to each text first, {@link normalizeText} by default. */
  readonly normalize?: ((text: string) => string) | undefined;
  /** Names the permutations; 0 by default. */
  readonly seed?: number | undefined;
  /** Dataset indices of the texts; 0, 1, 2, ... by default. */
  readonly indices?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A pair at the threshold is compared with at least this probability; more similar ones are all but certain. */
const RECALL = 0.98;

/** Whoever shares the event loop waits some milliseconds for a turn. */
const TEXTS_PER_TURN = 256;

/**
 * Groups of texts that are nearly the same: chains of pairs whose shingles (runs of characters) have a Jaccard similarity of at least
 * `threshold`. MinHash (Broder 1997) with banding finds the pairs without comparing all; each one found is checked exactly, so no
 * group holds a pair by accident. Deterministic. 100,000 short texts take seconds.
 * Throws `E_ARGUMENT` for options out of range, `E_SHAPE` for indices that do not fit, `E_ABORTED`.
 *
 * @example
 * ```ts
 * import { nearDuplicateTexts } from "baaljs/data";
 *
 * const groups = await nearDuplicateTexts(["where is my parcel", "Where is my parcel?", "i want my money back"], { threshold: 0.7 });
 * ```
 */
export async function nearDuplicateTexts(
  texts: readonly string[],
  options: NearDuplicateTextsOptions = {},
): Promise<DuplicateGroups> {
  const { threshold = 0.8, shingleLength = 5, permutations = 128, normalize = normalizeText, seed = 0, signal } = options;
  checkOptions({ threshold, shingleLength, permutations });
  const indices = itemIndices(texts.length, options.indices);
  const groups = unionFind(texts.length);
  const distinct: { readonly text: string; readonly position: number }[] = [];
  const firsts = new Map<string, number>();
  for (const [position, given] of texts.entries()) {
    if (position % TEXTS_PER_TURN === 0) await takeTurn(signal);
    const text = normalize(given);
    const first = firsts.get(text);
    if (first !== undefined) groups.union(first, position);
    else {
      firsts.set(text, position);
      distinct.push({ text, position });
    }
  }
  const { bands, rows } = banding(permutations, threshold, RECALL);
  const hash = minHash(bands * rows, seed);
  const signature = new Uint32Array(bands * rows);
  /** Band by band, one number that stands for its rows. */
  const keys = Array.from({ length: bands }, () => new Int32Array(distinct.length));
  const sets: Uint32Array[] = [];
  for (let i = 0; i < distinct.length; i++) {
    if (i % TEXTS_PER_TURN === 0) await takeTurn(signal);
    const set = shingles(distinct[i]!.text, shingleLength);
    sets.push(set);
    hash(set, signature);
    for (let band = 0; band < bands; band++) keys[band]![i] = bandKey(signature, band * rows, rows);
  }
  for (const keys_N of keys) {
    await takeTurn(signal);
    joinBuckets(keys_N, (i, j) => {
      const [a, b] = [distinct[i]!.position, distinct[j]!.position];
      if (groups.find(a) !== groups.find(b) && jaccard(sets[i]!, sets[j]!) >= threshold) groups.union(a, b);
    });
  }
  return duplicateGroups(
    indices.map((_, position) => groups.find(position)),
    indices,
  );
}

function bandKey(signature: Uint32Array, start: number, rows: number): number {
  let key = 0;
  for (let i = start; i < start + rows; i++) {
    key = Math.imul(key ^ signature[i]!, 0x9e3779b1);
    key ^= key >>> 15;
  }
  return key;
}

/** Visits each pair of items with the same key: chains of items in a table of open addresses, which takes a tenth of a map's time. */
function joinBuckets(keys_N: Int32Array, visit: (i: number, j: number) => void): void {
  const slots = 2 ** Math.ceil(Math.log2(2 * keys_N.length + 1));
  /** The last item of each chain, and the one before each item; 0 for none, so one more than its index. */
  const last = new Int32Array(slots);
  const before = new Int32Array(keys_N.length);
  for (let j = 0; j < keys_N.length; j++) {
    let slot = mixed(keys_N[j]!) & (slots - 1);
    while (last[slot] !== 0 && keys_N[last[slot]! - 1] !== keys_N[j]) slot = (slot + 1) & (slots - 1);
    for (let i = last[slot]!; i !== 0; i = before[i - 1]!) visit(i - 1, j);
    before[j] = last[slot]!;
    last[slot] = j + 1;
  }
}

async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal, "The search for near-duplicates");
  await setImmediate();
}

function checkOptions(options: {
  readonly threshold: number;
  readonly shingleLength: number;
  readonly permutations: number;
}): void {
  const { threshold, shingleLength, permutations } = options;
  if (!(threshold > 0 && threshold <= 1))
    throw new BaalError("E_ARGUMENT", `threshold is expected to be above 0 and at most 1; ${threshold} came.`);
  for (const [name, value] of Object.entries({ shingleLength, permutations })) {
    if (!(Number.isInteger(value) && value >= 1))
      throw new BaalError("E_ARGUMENT", `${name} is expected to be an integer of at least 1; ${value} came.`);
  }
}

/** Makes signatures of sets of 32-bit hashes: the share of equal elements of two estimates the Jaccard similarity of the sets. */
export type MinHash = (elements: Uint32Array, signature: Uint32Array) => void;

/** MinHash (Broder 1997, "On the resemblance and containment of documents"): per permutation the least image of the set. */
export function minHash(permutations: number, seed: number): MinHash {
  const random = createRandom(seed);
  const offsets = Int32Array.from({ length: permutations }, () => random.integer(-0x80000000, 0x7fffffff));
  const factors = Int32Array.from({ length: permutations }, () => random.integer(-0x80000000, 0x7fffffff) | 1);
  return (elements, signature) => {
    // Two at a time, in local numbers that are signed as the machine's are: half the time of a loop for each.
    for (let p = 0; p < permutations; p += 2) {
      const q = Math.min(p + 1, permutations - 1);
      const [offsetP, factorP, offsetQ, factorQ] = [offsets[p]!, factors[p]!, offsets[q]!, factors[q]!];
      let [leastP, leastQ] = [0x7fffffff, 0x7fffffff];
      for (let e = 0; e < elements.length; e++) {
        const element = elements[e]!;
        // x -> (x xor b) a, a odd: a bijection of the 32-bit numbers. Its highest bit changed, they have the order of signed ones.
        const imageP = Math.imul(element ^ offsetP, factorP) ^ 0x80000000;
        if (imageP < leastP) leastP = imageP;
        const imageQ = Math.imul(element ^ offsetQ, factorQ) ^ 0x80000000;
        if (imageQ < leastQ) leastQ = imageQ;
      }
      signature[p] = leastP ^ 0x80000000;
      signature[q] = leastQ ^ 0x80000000;
    }
  };
}

/** How a signature is cut: items that agree in all `rows` numbers of any of the `bands` are compared. */
export interface Banding {
  readonly bands: number;
  readonly rows: number;
}

/**
 * The cut with the most rows, so the fewest needless comparisons, that still finds a pair of this similarity with probability
 * `recall`: one less `(1 - s^rows)^bands` (Leskovec, Rajaraman & Ullman 2014, section 3.4).
 */
export function banding(permutations: number, similarity: number, recall: number): Banding {
  for (let rows = permutations; rows > 1; rows--) {
    const bands = Math.floor(permutations / rows);
    if (1 - (1 - similarity ** rows) ** bands >= recall) return { bands, rows };
  }
  return { bands: permutations, rows: 1 };
}

/**
 * The distinct runs of `length` characters of a text as 32-bit hashes, ascending; a shorter text is one run. Different runs
 * share a hash once in four billion.
 */
export function shingles(text: string, length: number): Uint32Array {
  const count = Math.max(1, text.length - length + 1);
  const hashes = new Uint32Array(count);
  for (let start = 0; start < count; start++) {
    const end = Math.min(text.length, start + length);
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hashes[start] = mixed(hash);
  }
  hashes.sort();
  let distinct = 0;
  for (let i = 0; i < count; i++) if (i === 0 || hashes[i] !== hashes[i - 1]) hashes[distinct++] = hashes[i]!;
  return hashes.slice(0, distinct);
}

/** Shared elements over all elements of two ascending lists. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let [i, j, shared] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const difference = a[i]! - b[j]!;
    if (difference === 0) shared += 1;
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return shared / (a.length + b.length - shared);
}

/** The last step of MurmurHash3 (Appleby 2011): every bit of the result depends on every bit. */
function mixed(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
