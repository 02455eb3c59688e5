import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { blobs, linearModel } from "./linear-model.js";
import { RESUMABLE } from "./resumable.js";

// Trains in a process of its own, one line per step, so that the test can kill it at any moment. Usage: train-child <outputDir> <result>
const [outputDir = "", result = ""] = process.argv.slice(2);
const model = linearModel();
const trainer = new BaalTrainer({
  model,
  args: { ...RESUMABLE, outputDir, resumeFromCheckpoint: true },
  evalDataset: blobs(12, 8),
  callbacks: [
    {
      async onStepEnd({ globalStep }) {
        writeSync(1, `step ${globalStep}\n`);
        await setTimeout(3);
      },
    },
  ],
});
await trainer.train(blobs(40));
await model.save(result);
