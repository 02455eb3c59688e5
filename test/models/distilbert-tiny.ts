import { readFileSync } from "node:fs";
import type { EncodedText, Example } from "../../src/core/dataset.js";
import { sharedPath } from "../shared.js";

export interface GoldenBatch {
  readonly inputIds: readonly number[][];
  readonly attentionMask: readonly number[][];
  readonly labels: readonly number[];
}

export interface GoldenGradient {
  readonly shape: readonly number[];
  readonly norm: number;
  /** All elements, or for large tensors the first 64. */
  readonly values?: readonly number[];
  readonly first64?: readonly number[];
}

export interface Golden extends GoldenBatch {
  readonly logits: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, GoldenGradient>>;
  readonly training: {
    readonly batches: readonly GoldenBatch[];
    readonly steps: readonly { readonly loss: number; readonly gradNorm: number; readonly learningRate: number }[];
    readonly logitsAfter: readonly number[];
    readonly classifierWeightAfter: readonly number[];
  };
}

/** PyTorch's numbers for the tiny DistilBERT. */
export function distilbertTiny(): { readonly folder: string; readonly golden: Golden } {
  const folder = sharedPath("fixtures", "distilbert-tiny");
  return { folder, golden: JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Golden };
}

export function goldenExamples({ inputIds, attentionMask, labels }: GoldenBatch): Example<EncodedText>[] {
  return inputIds.map((ids, index) => ({
    index,
    target: labels[index]!,
    input: { inputIds: Int32Array.from(ids.filter((_, i) => attentionMask[index]![i] === 1)) },
  }));
}
