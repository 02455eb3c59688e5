import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../../src/core/random.js";

const WORDS = {
  weather: ["rain", "sun", "cloud", "storm", "wind", "snow"],
  food: ["bread", "soup", "rice", "apple", "cheese", "salad"],
  oos: ["maybe", "hello", "seven", "purple", "gravity", "poem"],
} as const;

/** Sentences of three kinds, one of them out of scope, that a tiny model tells apart. */
export function sentences(count: number, seed: number): { readonly text: string; readonly kind: string }[] {
  const random = createRandom(seed);
  const kinds = Object.keys(WORDS) as (keyof typeof WORDS)[];
  return Array.from({ length: count }, (_, i) => {
    const kind = kinds[i % kinds.length]!;
    const word = () => WORDS[kind][random.integer(0, 5)]!;
    return { text: `the ${word()} and ${word()} of ${word()} number ${random.integer(0, 99)}`, kind };
  });
}

/** Writes train.jsonl, validation.jsonl and test.jsonl. */
export async function writeSentences(folder: string): Promise<void> {
  const files = { train: sentences(60, 1), validation: sentences(30, 2), test: sentences(30, 3) };
  for (const [name, rows] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }
}

/** An experiment of a second: everything real, but tiny. */
export function tinyConfig(folder: string): Record<string, unknown> {
  return {
    name: "tiny",
    dataset: {
      ...{ path: join(folder, "train.jsonl"), validationPath: join(folder, "validation.jsonl") },
      ...{ testPath: join(folder, "test.jsonl"), labelColumn: "kind" },
    },
    model: {
      config: {
        ...{ modelType: "distilbert", dim: 8, nLayers: 1, nHeads: 2, hiddenDim: 16, maxPositionEmbeddings: 16 },
        ...{ dropout: 0.1, attentionDropout: 0.1, classifierDropout: 0.1, initializerRange: 0.2 },
      },
      vocabularySize: 120,
      maxSeqLen: 16,
    },
    strategies: ["topk:entropy"],
    seeds: [1, 2],
    initialLabels: 12,
    querySize: 4,
    steps: 3,
    iterations: 3,
    training: { maxSteps: 30, batchSize: 8, learningRate: 0.02, warmupRatio: 0.3 },
    evaluation: { metrics: ["accuracy", "macroF1"] },
  };
}

/** The folder of a model that is found and cannot be loaded. */
export async function damagedModel(folder: string): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, "config.json"), JSON.stringify({ model_type: "distilbert" }));
  await writeFile(join(folder, "model.safetensors"), "cut off");
  return folder;
}
