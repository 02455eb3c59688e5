import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ImageDataset } from "../../src/data/images/image-dataset.js";
import type { PixelImage } from "../../src/data/images/image-input.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";

/** A grey image of one shade, 0 to 255. */
export function shade(value: number): PixelImage {
  return { width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(value) };
}

/**
 * A small CNN on 8 x 8 grey images, saved in a folder of its own. It has learned that the first label means dark images and the second
 * light ones; a third is never right.
 */
export async function writeTinyImageModel(labels: readonly string[]) {
  const parent = mkdtempSync(join(tmpdir(), "baaljs-image-model-"));
  const folder = join(parent, "model");
  const network = { channels: [8], kernelSize: 3, hiddenSizes: [16], dropout: 0.1 };
  const model = ImageClassifier.fromConfig({ architecture: "small-cnn", imageSize: [8, 8], ...network }, { labels });
  const rows = Array.from({ length: 40 }, (_, i) => ({ image: shade((i % 2) * 190 + i), label: labels[i % 2] }));
  const trainDataset = new ImageDataset(rows, { processor: model.processor, labels });
  await new BaalTrainer({ model, args: { maxSteps: 150, learningRate: 0.02, batchSize: 20, seed: 1 }, trainDataset }).train();
  await model.save(folder);
  return { folder, remove: () => rmSync(parent, { recursive: true, force: true }) };
}
