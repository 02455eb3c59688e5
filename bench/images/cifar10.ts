import { createRandom } from "../../src/core/random.js";
import { weakAugmentation } from "../../src/data/images/augment/rand-augment.js";
import { decodeImage, readImageHeader } from "../../src/data/images/decode-image.js";
import { ImageDataset } from "../../src/data/images/image-dataset.js";
import { sourceBytes } from "../../src/data/images/image-source.js";
import type { PixelImageRow } from "../../src/data/images/sources/read-idx.js";
import { readImageArchive } from "../../src/data/images/sources/read-image-archive.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { seconds } from "../interleave.js";
import type { Measurement } from "../measurement.js";

/** Small enough for a few minutes on 2 cores. */
const NETWORK = {
  architecture: "vgg",
  layers: [32, "M" as const, 64, "M" as const, 128, "M" as const],
  batchNorm: true,
  imageSize: [32, 32] as [number, number],
  poolSize: 4,
  hiddenSizes: [128],
  dropout: 0.3,
};

/** Chosen on 1,000 of the training images. */
const ARGS = { numTrainEpochs: 12, batchSize: 64, learningRate: 0.002, weightDecay: 0.01, warmupRatio: 0.1, seed: 1 };

/** A small VGG with batch normalisation and weak augmentation, from random weights. */
export const cifar10: Measurement = {
  name: "cifar10",
  about: "a tenth of CIFAR-10 with a small VGG: accuracy on its test images, minutes of training",
  async run(context) {
    const take = (rows: readonly PixelImageRow[]) => (context.quick ? createRandom(0).shuffled(rows).slice(0, 500) : rows);
    const train = take(await readPixels(context.cifar10, "cifar10/train"));
    const test = take(await readPixels(context.cifar10, "cifar10/test"));
    const labels = [...new Set(train.map(({ label }) => String(label)))].sort();
    const model = ImageClassifier.fromConfig(NETWORK, { labels, threads: context.threads, seed: ARGS.seed });
    const options = { processor: model.processor, labels };
    const trainer = new BaalTrainer({ model, args: { ...ARGS, ...(context.quick ? { numTrainEpochs: 2 } : {}) } });
    const time = await seconds(() =>
      trainer.train(new ImageDataset(train, { ...options, augment: weakAugmentation() }), {
        onProgress(event) {
          if (event.type === "train" && event.step % 100 === 0)
            context.progress(`cifar10: step ${event.step} of ${event.totalSteps}, loss ${event.loss.toFixed(3)}`);
        },
      }),
    );
    const { accuracy = 0 } = await trainer.evaluate(new ImageDataset(test, options));
    return [
      {
        what: `CIFAR-10, ${train.length} training images, small VGG: accuracy on ${test.length}`,
        ours: `${(accuracy * 100).toFixed(1)} % in ${(time / 60).toFixed(1)} min of training`,
        comparedWith: "-",
        target: "-",
        notes: [
          `Convolutions ${NETWORK.layers.filter((layer) => layer !== "M").join(", ")} with batch normalisation, AdamW, ${ARGS.numTrainEpochs} epochs, batches of ${ARGS.batchSize}, learning rate ${ARGS.learningRate}; mirrored and shifted.`,
        ],
        samples: { accuracy, seconds: time },
      },
    ];
  },
};

/** Decoded once: an epoch of files this small would take longer to open than to learn. */
async function readPixels(archive: string, folder: string): Promise<PixelImageRow[]> {
  const rows = await readImageArchive(archive, { folder });
  return Promise.all(
    rows.map(async ({ image: source, label }) => {
      const bytes = await sourceBytes(source);
      const header = await readImageHeader(bytes, source.name);
      return { image: await decodeImage(bytes, source.name, { header }), label };
    }),
  );
}
