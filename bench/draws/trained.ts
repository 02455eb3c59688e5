import { existsSync } from "node:fs";
import { join } from "node:path";
import { patchModule, unpatchModule } from "../../src/bayesian/patch-module.js";
import type { Dataset } from "../../src/core/dataset.js";
import { itemsAt } from "../../src/core/dataset-view.js";
import { createRandom } from "../../src/core/random.js";
import { ImageDataset } from "../../src/data/images/image-dataset.js";
import { readIdxImages } from "../../src/data/images/sources/read-idx.js";
import type { GraphClassifier } from "../../src/models/graph/graph-classifier.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { BenchContext } from "../bench-context.js";
import { ENCODER } from "../few-labels/solved-head.js";
import { TEXT_TASKS } from "../few-labels/text-tasks.js";

/** A model that has learned from a few labels, and what it has not seen. */
export interface Trained<Input = unknown> {
  readonly name: string;
  readonly model: GraphClassifier<Input>;
  readonly trainer: BaalTrainer<Input>;
  readonly pool: Dataset<Input>;
  readonly test: Dataset<Input>;
}

const LABELS_PER_CLASS = 8;

/** The sentence encoder fine-tuned on 160 labels of 20 intents; `undefined`, and said, where its weights are not there. */
export async function trainedOnTexts(context: BenchContext, measurement: string): Promise<Trained<never> | undefined> {
  const weights = process.env["BAALJS_WEIGHTS"];
  const folder = weights === undefined ? undefined : join(weights, ENCODER);
  if (folder === undefined || !existsSync(folder)) {
    context.progress(`${measurement}: texts are left out, BAALJS_WEIGHTS names no folder with ${ENCODER}`);
    return undefined;
  }
  const { labels, train, test } = (await TEXT_TASKS["intents20"]!(context))!;
  const model = await TextClassifier.fromPretrained(folder, { labels, threads: context.threads });
  const read = (rows: typeof train) => model.datasetOf([...rows], { loss: "crossEntropy" });
  const steps = { maxSteps: context.quick ? 20 : 200, batchSize: 16, learningRate: 1e-4, warmupRatio: 0.1 };
  return (await trained(
    `MiniLM, ${labels.length} intents`,
    model,
    read(train),
    read(test),
    steps,
    context,
  )) as unknown as Trained<never>;
}

/** BatchBALD's MNIST net, trained on 80 digits. */
export async function trainedOnImages(context: BenchContext): Promise<Trained<never>> {
  const labels = Array.from({ length: 10 }, (_, digit) => String(digit));
  const model = ImageClassifier.fromConfig({ architecture: "small-cnn" }, { labels, threads: context.threads, seed: 0 });
  const read = async (part: string, count: number) => {
    const rows = await readIdxImages(
      join(context.mnist, `${part}-images-idx3-ubyte.gz`),
      join(context.mnist, `${part}-labels-idx1-ubyte.gz`),
    );
    return new ImageDataset(rows.slice(0, count), { processor: model.processor, labels });
  };
  const [train, test] = [await read("train", context.quick ? 300 : 2000), await read("t10k", context.quick ? 200 : 1000)];
  const steps = { maxSteps: context.quick ? 20 : 300, batchSize: 16, learningRate: 1e-3 };
  return (await trained("small CNN, 10 digits", model, train, test, steps, context)) as unknown as Trained<never>;
}

async function trained<Input>(
  name: string,
  model: GraphClassifier<Input>,
  train: Dataset<Input>,
  test: Dataset<Input>,
  args: { readonly maxSteps: number; readonly batchSize: number; readonly learningRate: number; readonly warmupRatio?: number },
  context: BenchContext,
): Promise<Trained<Input>> {
  const order = createRandom(0).shuffled(Array.from({ length: train.length }, (_, n) => n));
  const taken = new Map<number, number>();
  const [few, rest]: [number[], number[]] = [[], []];
  for (const n of order) {
    const c = train.at(n).target as number;
    const count = taken.get(c) ?? 0;
    taken.set(c, count + 1);
    (count < LABELS_PER_CLASS ? few : rest).push(n);
  }
  const trainer = new BaalTrainer({ model, args: { ...args, seed: 0 } });
  await trainer.train(itemsAt(train, few));
  const { accuracy } = await trainer.evaluate(test);
  context.progress(`${name}: ${few.length} labels, ${rest.length} unlabelled, accuracy ${(100 * accuracy!).toFixed(1)} %`);
  return { name, model, trainer, pool: itemsAt(train, rest), test };
}

/** Predictions under a patch; the model is as it was afterwards. */
export async function underPatch<Input, T>(
  { model }: Trained<Input>,
  options: Parameters<typeof patchModule>[1],
  work: () => Promise<T>,
): Promise<T> {
  patchModule(model, options);
  try {
    return await work();
  } finally {
    unpatchModule(model);
  }
}
