/**
 * Images in 25 lines: a folder with a subfolder per class, a small CNN, and what BALD would have labelled next.
 * Run: npx tsx examples/images.ts [folder]     Without a folder it draws one: the embedded shapes.
 */
// In your own project: import { ... } from "baaljs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { imageProcessor, readImageFolder, weakAugmentation } from "../src/entries/images.js";
import {
  ActiveLearningDataset,
  BaalTrainer,
  bald,
  createRandom,
  ImageClassifier,
  ImageDataset,
  loadEmbeddedShapes,
  patchModule,
  power,
} from "../src/index.js";

const folder = process.argv[2] ?? (await drawnFolder());

const rows = await readImageFolder(folder); // [{ image: "folder/circle/0.png", label: "circle" }, ...]
const labels = [...new Set(rows.map(({ label }) => String(label)))];
const processor = imageProcessor({ size: [28, 28], channels: 1, mean: 0.35, std: 0.25 });
const images = new ImageDataset(rows, { processor, labels, augment: weakAugmentation() });
const active = new ActiveLearningDataset(images, { seed: 1 });
active.labelRandomly(150);

const config = { architecture: "small-cnn", channels: [16, 32], dropout: 0.15 }; // or "vgg16", or fromPretrained(folder or hub id)
const model = ImageClassifier.fromConfig(config, { labels, processor, seed: 1 });
patchModule(model); // dropout stays on when predicting
const trainer = new BaalTrainer({ model, args: { maxSteps: 300, batchSize: 32, learningRate: 0.003, seed: 1 } });
await trainer.train(active);

const predictions = await trainer.predictOnDataset(active.pool, { iterations: 20 }); // [N, C, 20] logits
const picked = power(bald()).select({ indices: predictions.indices, predictions }, 10, createRandom(1));
for (const [i, index] of picked.indices.entries()) console.log(picked.scores[i]!.toFixed(2), images.row(index)["image"]);

/** The first 400 embedded shapes as PNG files, a subfolder per class. */
async function drawnFolder(): Promise<string> {
  const root = join(await mkdtemp(join(tmpdir(), "baaljs-images-")), "shapes");
  const { train } = await loadEmbeddedShapes();
  for (const [i, { image, label }] of train.slice(0, 400).entries()) {
    const { width, height, channels } = image;
    await mkdir(join(root, label), { recursive: true });
    await sharp(image.data, { raw: { width, height, channels } })
      .png()
      .toFile(join(root, label, `${i}.png`));
  }
  return root;
}
