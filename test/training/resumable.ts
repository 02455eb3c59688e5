import type { TrainingArguments } from "../../src/training/training-arguments.js";

/** A run of 24 steps with all that must survive an interruption: moments, schedule, dropout, evaluations, the best weights. */
export const RESUMABLE = {
  learningRate: 0.05,
  weightDecay: 0.1,
  batchSize: 5,
  numTrainEpochs: 3,
  warmupSteps: 4,
  loggingSteps: 5,
  evalStrategy: "steps",
  evalSteps: 4,
  saveStrategy: "steps",
  saveSteps: 2,
  saveTotalLimit: 3,
  loadBestModelAtEnd: true,
  seed: 11,
} as const satisfies TrainingArguments;
