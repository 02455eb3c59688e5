import { join } from "node:path";
import { toLengthOne } from "../../src/core/features.js";
import { joinFeatures } from "../../src/core/join-chunks.js";
import { createRandom } from "../../src/core/random.js";
import { FeatureDataset } from "../../src/data/features/feature-dataset.js";
import { ImageDataset } from "../../src/data/images/image-dataset.js";
import { readIdxImages } from "../../src/data/images/sources/read-idx.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";
import type { BenchContext } from "../bench-context.js";
import { seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { median, quartiles } from "../statistics.js";
import { part, pickShots } from "./embedded-task.js";

const SHOTS = [5, 10, 50];
const SEEDS = [0, 1, 2, 3, 4];
/** What the encoder has learned, and what it has never seen. */
const [KNOWN, NEW] = [
  ["0", "1", "2", "3", "4"],
  ["5", "6", "7", "8", "9"],
] as const;
const ENCODER_IMAGES = 2000;
/** For the encoder, and for the same network trained on the few labels alone. */
const ARGS = { batchSize: 32, learningRate: 0.004, minSteps: 300, numTrainEpochs: 5 };
const [POOL, TESTED] = [2000, 1500];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Images by few labels: an encoder that learned five digits, frozen, and a head solved for the other five. */
export const imageShots: Measurement = {
  name: "image-shots",
  about: `MNIST's digits ${NEW[0]} to ${NEW.at(-1)} at ${SHOTS.join(", ")} labels per class: a head solved on the features of a small CNN that learned ${KNOWN[0]} to ${KNOWN.at(-1)}, and the same network trained on the labels alone`,
  async run(context) {
    const train = await imagesOf(context, "train");
    const test = await imagesOf(context, "t10k");
    await using encoder = network(KNOWN);
    const known = train.filter(({ label }) => (KNOWN as readonly string[]).includes(label)).slice(0, ENCODER_IMAGES);
    const trainer = new BaalTrainer({ model: encoder, args: { ...ARGS, seed: 1 } });
    const learning = await seconds(() => trainer.train(new ImageDataset(known, { processor: encoder.processor, labels: KNOWN })));
    context.progress(`image-shots: encoder trained in ${learning.toFixed(0)} s`);
    const news = (images: typeof train, most: number) =>
      createRandom(0)
        .shuffled(images.filter(({ label }) => (NEW as readonly string[]).includes(label)))
        .slice(0, most);
    const [pool, tested] = [news(train, POOL), news(test, TESTED)];
    const embed = async (images: typeof train) => {
      const items = new ImageDataset(images, { processor: encoder.processor, labels: NEW });
      return new FeatureDataset(items, toLengthOne(await joinFeatures(encoder.features(items), { total: items.length })));
    };
    const vectors = { pool: await embed(pool), test: await embed(tested) };
    const rows: Row[] = [];
    for (const shots of context.quick ? SHOTS.slice(0, 1) : SHOTS) {
      const samples = {
        solved: [] as number[],
        trained: [] as number[],
        solvedSeconds: [] as number[],
        trainedSeconds: [] as number[],
      };
      for (const seed of context.quick ? SEEDS.slice(0, 1) : SEEDS) {
        const { chosen } = pickShots(vectors.pool, shots, { seed, others: 0 });
        await using head = HeadClassifier.fromConfig({ inputDim: vectors.pool.width, dropout: 0 }, { labels: NEW });
        samples.solvedSeconds.push(await seconds(() => solveLastLayer(head, part(vectors.pool, chosen))));
        samples.solved.push((await new BaalTrainer({ model: head }).evaluate(vectors.test))["accuracy"]!);
        await using own = network(NEW, seed);
        const options = { processor: own.processor, labels: NEW };
        const ownTrainer = new BaalTrainer({ model: own, args: { ...ARGS, seed } });
        const few = chosen.map((n) => pool[n]!);
        samples.trainedSeconds.push(await seconds(() => ownTrainer.train(new ImageDataset(few, options))));
        samples.trained.push((await ownTrainer.evaluate(new ImageDataset(tested, options)))["accuracy"]!);
      }
      const shown = (values: readonly number[], times: readonly number[]) => {
        const [low, high] = quartiles(values).map((value) => (100 * value).toFixed(1));
        return `${(100 * mean(values)).toFixed(1)} % (${low}-${high}), ${median(times).toFixed(2)} s`;
      };
      rows.push({
        what: `MNIST, 5 new digits, ${shots} labels per class`,
        ours: `solved on frozen features: ${shown(samples.solved, samples.solvedSeconds)}`,
        comparedWith: `trained from random weights: ${shown(samples.trained, samples.trainedSeconds)}`,
        ...{ target: "-", samples },
      });
      context.progress(`${rows.at(-1)!.what}: ${rows.at(-1)!.ours}; ${rows.at(-1)!.comparedWith}`);
    }
    return rows;
  },
};

/** Labels as names: those of either half are numbered from 0. */
async function imagesOf(context: BenchContext, split: "train" | "t10k") {
  const file = (name: string) => join(context.mnist, `${split}-${name}.gz`);
  const rows = await readIdxImages(file("images-idx3-ubyte"), file("labels-idx1-ubyte"));
  return rows.map((row) => ({ ...row, label: String(row.label) }));
}

function network(labels: readonly string[], seed = 1): ImageClassifier {
  return ImageClassifier.fromConfig({ architecture: "small-cnn" }, { labels, seed });
}
