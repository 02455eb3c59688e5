import { Sgd } from "../../src/engine/optimizers/sgd.js";
import { comparisonRow } from "../comparison-row.js";
import { seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { withPython } from "../with-python.js";
import { createVgg, pythonVgg, randomPixels, VGG16, VGG16_32, type Vgg } from "./vgg.js";

const CASES: readonly { readonly vgg: Vgg; readonly batch: number }[] = [
  { vgg: VGG16_32, batch: 32 },
  { vgg: VGG16, batch: 8 },
];

/** Forward, backward, clipping and SGD with momentum, dropout on, all parameters trained. */
export const vggStep: Measurement = {
  name: "vgg-step",
  about: "one training step of VGG16, 32 images 32x32 and 8 images 224x224, optimizer included, against PyTorch's",
  run: (context) =>
    withPython(context, "torch", async (python) => {
      const rows: Row[] = [];
      for (const { vgg, batch } of CASES) {
        const model = createVgg(vgg, context.threads);
        const learner = await model.createLearner({
          loss: { name: "crossEntropy" },
          optimizer: new Sgd({ momentum: 0.9 }),
          maxGradNorm: 1,
          seed: 0,
        });
        const pixels = randomPixels(batch, vgg);
        const array = await python?.array(pixels.data, pixels.shape);
        const examples = Array.from({ length: batch }, (_, i) => pixels.dataset.at(i));
        let step = 0;
        rows.push(
          await comparisonRow(context, {
            what: `VGG16 training step: ${batch} images ${vgg.imageSize}x${vgg.imageSize}, SGD with momentum included`,
            ours: () => seconds(() => learner.step([examples], { step: step++, learningRate: 1e-4 })),
            theirs: python && array && (() => python.call({ function: "vgg.step", arrays: [array], numbers: pythonVgg(vgg) })),
          }),
        );
      }
      return rows;
    }),
};
