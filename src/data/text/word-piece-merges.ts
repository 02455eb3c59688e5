/**
 * Learns sub-words by merging: every word starts as characters (`##` before all but the first); the pair of neighbours that is
 * most frequent over all words becomes one token, again and again (Sennrich et al. 2016, arXiv:1508.07909; Hugging
 * Face's WordPiece trainer does the same). Ties go to the pair that comes first in the order of its texts, so that the result
 * depends on the counts alone.
 *
 * Returns the characters in order and then the merged tokens in the order of learning, `size` tokens at most.
 */
export function wordPieceMerges(
  counts: ReadonlyMap<string, number>,
  options: { readonly size: number; readonly minFrequency: number },
): string[] {
  const words = [...counts].map(([word, count]) => ({ parts: characters(word), count }));
  const tokens = [...new Set(words.flatMap((word) => word.parts))].sort();
  const known = new Set(tokens);
  const pairs = new PairCounts();
  words.forEach((word, index) => {
    pairs.add(word.parts, word.count, index);
  });
  while (tokens.length < options.size) {
    const best = pairs.takeBest();
    if (best === undefined || best.count < options.minFrequency) break;
    const merged = best.left + best.right.replace(/^##/, "");
    // The same text can come from several pairs ("a" + "##bc", "ab" + "##c"); it is one token.
    if (!known.has(merged)) tokens.push(merged);
    known.add(merged);
    for (const index of best.words) {
      const word = words[index]!;
      pairs.add(word.parts, -word.count, index);
      word.parts = mergeParts(word.parts, best.left, best.right, merged);
      pairs.add(word.parts, word.count, index);
    }
  }
  return tokens;
}

/** The single characters of a word, as tokens. */
export function characters(word: string): string[] {
  return Array.from(word, (character, i) => (i === 0 ? character : `##${character}`));
}

function mergeParts(parts: readonly string[], left: string, right: string, merged: string): string[] {
  const result: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === left && parts[i + 1] === right) {
      result.push(merged);
      i++;
    } else result.push(parts[i]!);
  }
  return result;
}

interface Pair {
  readonly left: string;
  readonly right: string;
  count: number;
  /** Indices of words that have (or once had) the pair. */
  readonly words: Set<number>;
}

/**
 * Pair frequencies with the greatest at hand. The heap keeps the count that a pair had when it was put in; an
 * entry whose count has fallen since is put back with the new one when it comes up.
 */
class PairCounts {
  readonly #pairs = new Map<string, Pair>();
  readonly #heap: { readonly pair: Pair; readonly count: number }[] = [];

  add(parts: readonly string[], count: number, word: number): void {
    for (let i = 1; i < parts.length; i++) {
      const pair = this.#pair(parts[i - 1]!, parts[i]!);
      pair.count += count;
      if (count > 0) {
        pair.words.add(word);
        this.#push({ pair, count: pair.count });
      }
    }
  }

  /** The most frequent pair; undefined when none is left. */
  takeBest(): Pair | undefined {
    for (;;) {
      const top = this.#pop();
      if (top === undefined) return undefined;
      if (top.count === top.pair.count) return { ...top.pair, words: new Set(top.pair.words) };
      if (top.count > top.pair.count && top.pair.count > 0) this.#push({ pair: top.pair, count: top.pair.count });
    }
  }

  #pair(left: string, right: string): Pair {
    const key = `${left} ${right}`;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      pair = { left, right, count: 0, words: new Set() };
      this.#pairs.set(key, pair);
    }
    return pair;
  }

  #push(entry: { readonly pair: Pair; readonly count: number }): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): { readonly pair: Pair; readonly count: number } | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

function before(a: { readonly pair: Pair; readonly count: number }, b: { readonly pair: Pair; readonly count: number }): boolean {
  if (a.count !== b.count) return a.count > b.count;
  if (a.pair.left !== b.pair.left) return a.pair.left < b.pair.left;
  return a.pair.right < b.pair.right;
}
