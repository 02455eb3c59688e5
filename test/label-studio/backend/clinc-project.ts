import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, type Random } from "../../../src/core/random.js";
import { readClinc } from "../../../src/data/rows/read-clinc.js";
import { TextDataset } from "../../../src/data/text/text-dataset.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../../src/training/baal-trainer.js";
import { sharedPath } from "../../shared.js";
import { type IntentData, type IntentRow, intentConfig } from "./intent-project.js";

const clinc = (name: string) => sharedPath("data", "clinc_oos", name);

/** So many intents of each of CLINC's ten domains are kept from the base model, for projects. */
const NEW_PER_DOMAIN = 3;
const STEPS = 3000;

/** CLINC's intents, of which the base model knows the first 120, and projects have some of the other 30. */
export interface ClincIntents {
  readonly known: readonly string[];
  readonly fresh: readonly string[];
}

export function clincIntents(): ClincIntents {
  const domains = JSON.parse(readFileSync(clinc("domains.json"), "utf8")) as Record<string, string[]>;
  const random = createRandom(1);
  const shuffled = Object.values(domains).map((intents) => random.shuffled(intents));
  return {
    known: shuffled.flatMap((intents) => intents.slice(NEW_PER_DOMAIN)),
    fresh: shuffled.flatMap((intents) => intents.slice(0, NEW_PER_DOMAIN)),
  };
}

/** {@link writeClincBase}'s folder, kept in the system's folder for temporary files: the training takes up to a minute. */
export async function clincBaseModel(intents: ClincIntents): Promise<string> {
  const folder = join(tmpdir(), `baaljs-clinc-base-${STEPS}`);
  if (existsSync(folder)) return folder;
  // Whole or not at all: another process may look for it meanwhile.
  const place = mkdtempSync(join(tmpdir(), "baaljs-clinc-"));
  await writeClincBase(join(place, "model"), intents, { steps: STEPS });
  if (!existsSync(folder)) renameSync(join(place, "model"), folder);
  rmSync(place, { recursive: true, force: true });
  return folder;
}

/**
 * Trains a small DistilBERT on the known intents, and saves it. It has seen nothing of the fresh ones, not even in its vocabulary: it
 * stands for the pretrained encoder that a user has.
 */
export async function writeClincBase(
  folder: string,
  { known }: ClincIntents,
  { steps }: { readonly steps: number },
): Promise<void> {
  const rows = (await readClinc(clinc("data_full.json"))).filter(({ intent }) => known.includes(intent));
  const tokenizer = trainWordPiece(
    rows.map(({ text }) => text),
    { vocabSize: 3000 },
  );
  const shape = { dim: 64, nLayers: 2, nHeads: 4, hiddenDim: 256, maxPositionEmbeddings: 64 };
  const model = TextClassifier.fromConfig(shape, { labels: known, tokenizer, seed: 1 });
  const schedule = { learningRate: 3e-3, lrSchedulerType: "cosine", warmupRatio: 0.1 } as const;
  const trainer = new BaalTrainer({ model, args: { ...schedule, maxSteps: steps, batchSize: 32, weightDecay: 0.01, seed: 1 } });
  await trainer.train(new TextDataset(rows, { tokenizer, labels: known, targetKey: "intent", maxSeqLen: 24 }));
  await model.save(folder);
}

export interface ClincProjectOptions {
  readonly random: Random;
  readonly intents?: number;
  readonly texts?: number;
}

/**
 * Real texts of so many fresh intents, some frequent and most rare, in random order; the intents and texts are drawn. The test texts
 * are CLINC's own, 30 per intent.
 */
export async function clincProject(
  { fresh }: ClincIntents,
  { random, intents = 20, texts = 500 }: ClincProjectOptions,
): Promise<IntentData> {
  const file = clinc("data_full.json");
  const [train, test] = [await readClinc(file), await readClinc(file, { split: "test" })];
  const labels = random.shuffled(fresh).slice(0, intents);
  const counts = longTail(intents, texts);
  const pool = labels.flatMap((label, rank): IntentRow[] =>
    random.shuffled(train.filter(({ intent }) => intent === label)).slice(0, counts[rank]),
  );
  return {
    labels,
    pool: random.shuffled(pool),
    test: test.filter(({ intent }) => labels.includes(intent)),
    labelConfig: intentConfig(labels),
  };
}

/** Numbers that fall as 1 / (rank + 2) does, as the frequencies of what people ask do (Zipf 1935), and add up to `total`. */
function longTail(ranks: number, total: number): readonly number[] {
  const weights = Array.from({ length: ranks }, (_, rank) => 1 / (rank + 2));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  let reached = 0;
  return weights.map((weight) => {
    const before = Math.round(reached);
    reached += (total * weight) / sum;
    return Math.round(reached) - before;
  });
}
