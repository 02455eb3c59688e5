import { AdamW } from "../../src/engine/optimizers/adamw.js";
import { comparisonRow } from "../comparison-row.js";
import { seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { baseModel, fixedLengthDataset, pyTorchBatch } from "./base-model.js";

const ROWS = 32;

/** Forward, backward, clipping and AdamW with dropout on, all parameters trained. */
export const trainingStep: Measurement = {
  name: "train",
  about: "one training step at 32x16 and 32x128 tokens, optimizer included, against PyTorch's",
  async run(context) {
    const model = await baseModel(context);
    const pytorch = await context.pytorch();
    const learner = await model.createLearner({
      loss: { name: "crossEntropy" },
      optimizer: new AdamW({ weightDecay: 0.01 }),
      maxGradNorm: 1,
      seed: 0,
    });
    const rows: Row[] = [];
    let step = 0;
    for (const length of [16, 128]) {
      const dataset = fixedLengthDataset(ROWS, length);
      const examples = Array.from({ length: ROWS }, (_, i) => dataset.at(i));
      const batch = pyTorchBatch(dataset, length);
      const targets = examples.map(({ target }) => Number(target));
      rows.push(
        await comparisonRow(context, {
          what: `training step: ${ROWS}x${length} tokens, AdamW included`,
          ours: () => seconds(() => learner.step([examples], { step: step++, learningRate: 1e-5 })),
          theirs: pytorch && (() => pytorch.train(batch, targets)),
        }),
      );
    }
    return rows;
  },
};
