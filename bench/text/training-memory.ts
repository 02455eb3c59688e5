import type { TrainingMemory } from "../children/training-memory.js";
import { type Measurement, NO_PYTORCH } from "../measurement.js";
import { runChild } from "../run-child.js";
import { fixedLengthDataset, pyTorchBatch } from "./base-model.js";

const ROWS = 32;
const LENGTH = 128;
/** The first makes the optimizer's state, the second has everything at once. */
const STEPS = 2;

/** Peak memory of training, each side in a fresh process: interpreter, libraries, weights, gradients, moments, activations. */
export const trainingMemory: Measurement = {
  name: "train-memory",
  about: "peak memory of a training step at 32x128 tokens, ours and PyTorch's, each in a process of its own",
  async run(context) {
    const { tokenizer, threads } = context;
    context.progress("training memory: ours");
    const ours = await runChild<TrainingMemory>("training-memory", {
      tokenizer,
      threads,
      rows: ROWS,
      length: LENGTH,
      steps: STEPS,
    });
    const row = {
      what: `peak memory: training step, ${ROWS}x${LENGTH} tokens`,
      ours: `${ours.peakMiB.toFixed(0)} MiB`,
      target: "-",
    };
    const pytorch = await context.freshPyTorch();
    if (!pytorch) return [{ ...row, comparedWith: NO_PYTORCH, samples: { ...ours } }];
    context.progress("training memory: PyTorch");
    const dataset = fixedLengthDataset(ROWS, LENGTH);
    const targets = Array.from({ length: ROWS }, (_, i) => Number(dataset.at(i).target));
    for (let step = 0; step < STEPS; step++) await pytorch.train(pyTorchBatch(dataset, LENGTH), targets);
    const pyTorchPeakMiB = (await pytorch.peakMemory()) / 2 ** 20;
    await pytorch.stop();
    return [
      {
        ...row,
        comparedWith: `PyTorch: ${pyTorchPeakMiB.toFixed(0)} MiB`,
        ratio: pyTorchPeakMiB / ours.peakMiB,
        samples: { ...ours, pyTorchPeakMiB },
      },
    ];
  },
};
