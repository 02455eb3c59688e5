import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { type Measurement, NO_PYTORCH } from "../measurement.js";
import { withPython } from "../with-python.js";
import { createVgg, pythonVgg, randomPixels, VGG16_32 } from "./vgg.js";

const TOLERANCE = 1e-4;

/** That the comparisons compare the same network: equal weights, in the order of the layers, give equal logits. */
export const sameVgg: Measurement = {
  name: "same",
  about: "our VGG16 and PyTorch's are the same: equal weights give equal logits, dropout off",
  run: (context) =>
    withPython(context, "torch", async (python) => {
      const model = createVgg(VGG16_32, context.threads);
      const pixels = randomPixels(8, VGG16_32);
      const predictions = await new BaalTrainer({ model }).predictOnDataset(pixels.dataset, { iterations: 1 });
      const ours = Array.from(predictions.data);
      const weights = [...model.stateDict().values()];
      const row = { what: "same network: largest difference of 8 images' logits", target: `< ${TOLERANCE}` };
      const count = weights.reduce((sum, { data }) => sum + data.length, 0);
      if (!python) return [{ ...row, ours: `${count} weights`, comparedWith: NO_PYTORCH, samples: { weights: count } }];
      const arrays = [await python.array(pixels.data, pixels.shape)];
      for (const { data, dims } of weights) arrays.push(await python.array(data, dims));
      const output = join(python.folder, "logits");
      await python.call({ function: "vgg.logits", arrays, numbers: pythonVgg(VGG16_32), output });
      const theirs = new Float32Array((await readFile(output)).buffer);
      const largest = Math.max(...ours.map((logit) => Math.abs(logit)));
      const difference = Math.max(...ours.map((logit, i) => Math.abs(logit - theirs[i]!))) / largest;
      return [
        {
          ...row,
          ours: `${count} weights`,
          comparedWith: `PyTorch ${python.version}: differs by ${difference.toExponential(1)} of the largest`,
          met: difference < TOLERANCE && theirs.length === ours.length,
          samples: { weights: count, difference },
        },
      ];
    }),
};
