import type { Dataset, EncodedText, Example, Target } from "../../src/core/dataset.js";
import type { EncoderConfig } from "../../src/models/architectures/encoder-config.js";

/** A configuration that runs in milliseconds. */
export const tinyConfig: Partial<EncoderConfig> = {
  vocabSize: 50,
  dim: 16,
  hiddenDim: 32,
  nLayers: 2,
  nHeads: 2,
  maxPositionEmbeddings: 24,
  // Large enough that random weights give visibly different logits.
  initializerRange: 0.3,
};

/** `count` texts of 1 to 12 random-looking tokens. */
export function tinyTexts(count: number, target: (index: number) => Target = () => undefined): Example<EncodedText>[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    target: target(index),
    input: { inputIds: Int32Array.from({ length: 1 + ((index * 5) % 12) }, (_, i) => 1 + ((index * 31 + i * 17) % 49)) },
  }));
}

export function asDataset<Input>(examples: readonly Example<Input>[]): Dataset<Input> {
  return { length: examples.length, at: (position) => examples[position]! };
}

/** Largest absolute difference of two arrays of equal length. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  return worst;
}
