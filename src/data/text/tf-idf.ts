import { type Features, scaleToLengthOne } from "../../core/features.js";

/** How texts become vectors of word counts. */
export interface TfIdfOptions {
  /** Numbers of a vector: words share them by their hash. 2048 by default. */
  readonly width?: number | undefined;
}

/** Named in place of an encoder: the vectors of {@link tfIdf}. */
export const WORDS_ALONE = "tfidf";

const WIDTH = 2048;
const WORDS = /[\p{L}\p{N}]+/gu;

/**
 * Vectors of length 1 of what words a text has: words and pairs of neighbours, each by its hash and a sign in one of `width` places, `1 + ln(count)`
 * times `ln((1 + texts) / (1 + texts with it)) + 1` (Spärck Jones 1972; hashing as in Weinberger et al. 2009, arXiv:0902.2206). Knows nothing of
 * what words mean, and needs no weights. The vectors depend on all the texts given. A text without words is a vector of zeros.
 *
 * @example
 * ```ts
 * import { tfIdf } from "baaljs/data";
 *
 * const { shape } = tfIdf(["where is my parcel", "i want my money back"], { width: 256 });
 * console.log(shape); // [2, 256]
 * ```
 */
export function tfIdf(texts: readonly string[], { width = WIDTH }: TfIdfOptions = {}): Features {
  const counts = texts.map(termsOf);
  const textsWith = new Map<string, number>();
  for (const terms of counts) for (const term of terms.keys()) textsWith.set(term, (textsWith.get(term) ?? 0) + 1);
  const data = new Float32Array(texts.length * width);
  for (const [n, terms] of counts.entries()) {
    for (const [term, count] of terms) {
      const rarity = Math.log((1 + texts.length) / (1 + textsWith.get(term)!)) + 1;
      const hash = hashOf(term);
      data[n * width + ((hash >>> 1) % width)]! += (hash & 1 ? 1 : -1) * (1 + Math.log(count)) * rarity;
    }
  }
  return { shape: [texts.length, width], data: scaleToLengthOne(data, width), indices: [...texts.keys()] };
}

/** How often each word and each pair of neighbours is in a text. */
function termsOf(text: string): ReadonlyMap<string, number> {
  const words = text.normalize("NFKC").toLowerCase().match(WORDS) ?? [];
  const terms = new Map<string, number>();
  for (const term of [...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)])
    terms.set(term, (terms.get(term) ?? 0) + 1);
  return terms;
}

/** 32-bit FNV-1a with a last mixing of its bits. */
function hashOf(term: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
