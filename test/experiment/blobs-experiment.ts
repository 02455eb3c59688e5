import { ActiveLearningDataset } from "../../src/active/active-learning-dataset.js";
import type { Dataset } from "../../src/core/dataset.js";
import { createRandom } from "../../src/core/random.js";
import {
  ActiveLearningExperiment,
  type ActiveLearningExperimentOptions,
} from "../../src/experiment/active-learning-experiment.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { type Features, LinearModel } from "../training/linear-model.js";

/** Three clouds in the plane. */
export function blobs(count: number, seed: number): Dataset<Features> {
  const random = createRandom(seed);
  const examples = Array.from({ length: count }, (_, index) => {
    const angle = (2 * Math.PI * (index % 3)) / 3;
    return {
      index,
      input: [2 * Math.cos(angle) + random.normal(), 2 * Math.sin(angle) + random.normal(), 1],
      target: index % 3,
    };
  });
  return { length: count, at: (position) => examples[position]! };
}

/** A whole experiment in milliseconds, made anew with each call. */
export function blobsExperiment(options: Partial<ActiveLearningExperimentOptions<Features>> = {}) {
  const model = new LinearModel({ features: 3, labels: ["a", "b", "c"] });
  model.isStochastic = true;
  const args = { numTrainEpochs: 2, learningRate: 0.1, batchSize: 4, seed: 1 };
  return new ActiveLearningExperiment<Features>({
    trainer: new BaalTrainer({ model, args }),
    dataset: new ActiveLearningDataset(blobs(60, 1), { seed: 3 }),
    evalDataset: blobs(30, 2),
    strategy: "power:bald",
    querySize: 4,
    steps: 6,
    seed: 7,
    ...options,
  });
}
