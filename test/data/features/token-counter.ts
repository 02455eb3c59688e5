import { setTimeout } from "node:timers/promises";
import type { Dataset, EncodedText, Example } from "../../../src/core/dataset.js";
import { features } from "../../../src/core/features.js";
import type { FeatureEncoder } from "../../../src/data/features/cached-features.js";

export interface TokenCounterOptions {
  readonly width?: number;
  readonly fingerprint?: string;
  /** Milliseconds per chunk. */
  readonly delay?: number;
}

/** An encoder whose vectors can be told by looking: hashes of token ids, every item alone. `seen` lists what went through it. */
export function tokenCounter({ width = 3, fingerprint = "counter", delay = 0 }: TokenCounterOptions = {}) {
  const seen: number[] = [];
  const encoder: FeatureEncoder<EncodedText> & { readonly seen: number[] } = {
    seen,
    featureFingerprint: () => fingerprint,
    async *features(dataset, { chunkSize = 1024, signal } = {}) {
      for (let start = 0; start < dataset.length; start += chunkSize) {
        signal?.throwIfAborted();
        await setTimeout(delay);
        const count = Math.min(chunkSize, dataset.length - start);
        const examples = Array.from({ length: count }, (_, i) => dataset.at(start + i));
        const rows = examples.flatMap(({ input }) => vectorOf(input, width));
        const indices = examples.map(({ index }) => index);
        seen.push(...indices);
        yield features([count, width], Float32Array.from(rows), indices);
      }
    },
  };
  return encoder;
}

export function vectorOf({ inputIds }: EncodedText, width = 3): number[] {
  return Array.from({ length: width }, (_, d) => inputIds.reduce((sum, id, i) => sum + id * Math.sin(1 + i + d), width));
}

/** Texts of tokens that are all different. */
export function someTexts(count: number, target: (index: number) => Example<EncodedText>["target"] = () => undefined) {
  return Array.from({ length: count }, (_, index): Example<EncodedText> => {
    return { index, target: target(index), input: { inputIds: Int32Array.of(101, index, 7 * index, 102) } };
  });
}

export function someDataset(count: number): Dataset<EncodedText> {
  const texts = someTexts(count);
  return { length: count, at: (position) => texts[position]! };
}
