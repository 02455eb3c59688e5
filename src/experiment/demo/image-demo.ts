import { patchModule } from "../../bayesian/patch-module.js";
import { loadEmbeddedShapes } from "../../data/embedded.js";
import { randomCrop } from "../../data/images/augment/geometry.js";
import { ImageDataset } from "../../data/images/image-dataset.js";
import { imageProcessor } from "../../data/images/plain-image-processor.js";
import { ImageClassifier } from "../../models/images/image-classifier.js";
import { BaalTrainer } from "../../training/baal-trainer.js";
import type { TrainingArguments } from "../../training/training-arguments.js";
import { compareStrategies, type DemoOptions, type StrategyCurve } from "./compare-strategies.js";

/** How much of the rare class a strategy found. */
export interface RareFinds {
  readonly strategy: string;
  /** Among the images it picked, by round; those labelled at random before the first round are not counted. */
  readonly found: readonly number[];
  /** How many images it picked. */
  readonly picked: number;
}

export interface ImageDemoResult {
  readonly curves: readonly StrategyCurve[];
  readonly poolSize: number;
  readonly testSize: number;
  readonly labels: readonly string[];
  readonly rare: {
    readonly label: string;
    /** In the pool at the beginning. */
    readonly count: number;
    /** Among the labels that all strategies begin with. */
    readonly initial: number;
    readonly finds: readonly RareFinds[];
  };
  /** The last strategy's last model. */
  readonly model: ImageClassifier;
}

const size: [number, number] = [28, 28];

/** Half as wide as BatchBALD's MNIST network, with less dropout: both for few labels and little time. */
const network = {
  ...{ architecture: "small-cnn", numChannels: 1, imageSize: size },
  ...{ channels: [16, 32], hiddenSizes: [128], dropout: 0.15 },
};

const training: TrainingArguments = {
  ...{
    maxSteps: 450,
    batchSize: 32,
    learningRate: 0.003,
    weightDecay: 0.01,
    lrSchedulerType: "cosine" as const,
    warmupRatio: 0.2,
  },
};

/** Active learning on the embedded shapes, of which one is rare. */
export async function runImageDemo(options: DemoOptions): Promise<ImageDemoResult> {
  const { seed } = options;
  const { train, test: testRows, labels } = await loadEmbeddedShapes();
  const processor = imageProcessor({ size, channels: 1, mean: 0.35, std: 0.25 });
  // A step is over in milliseconds: a second thread would mostly wait for the first.
  const model = ImageClassifier.fromConfig(network, { labels, processor, seed, threads: 1 });
  patchModule(model);
  const pool = new ImageDataset(train, { processor, labels, augment: randomCrop({ padding: 0.1 }), seed });
  const test = new ImageDataset(testRows, { processor, labels });
  const trainer = new BaalTrainer({ model, args: { ...training, seed } });
  const { curves, active } = await compareStrategies(trainer, { pool, test }, options);

  const counts = labels.map((label) => train.filter((row) => row.label === label).length);
  const count = Math.min(...counts);
  const label = labels[counts.indexOf(count)]!;
  const rareAmong = (indices: readonly number[]) => indices.filter((index) => train[index]!.label === label).length;
  const finds = curves.map(({ strategy, points }) => ({
    strategy,
    found: points.slice(0, -1).map(({ picked }) => rareAmong(picked)),
    picked: points.reduce((sum, { picked }) => sum + picked.length, 0),
  }));
  const initial = rareAmong(active.labelledIndices.slice(0, curves[0]!.points[0]!.labels));
  return { curves, poolSize: pool.length, testSize: test.length, labels, rare: { label, count, initial, finds }, model };
}
