import { expect } from "vitest";
import type { TrainingArguments } from "../../src/training/training-arguments.js";

/** A short run that learns {@link blobs}. */
export const FAST: TrainingArguments = { learningRate: 0.05, batchSize: 8, numTrainEpochs: 3, seed: 3 };

/** A `BaalError` of this code whose message says this. */
export function withCode(code: string, message: RegExp) {
  return expect.objectContaining({ code, message: expect.stringMatching(message) });
}
