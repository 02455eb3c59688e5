import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";

const phrases = { positive: "what a good and lovely day", negative: "this is bad and awful" };

/** Rows of two easy classes. */
export function sentimentRows(count: number): { text: string; label: string }[] {
  const labels = Object.keys(phrases) as (keyof typeof phrases)[];
  return Array.from({ length: count }, (_, i) => {
    const label = labels[i % 2]!;
    return { text: `${phrases[label]} ${i % 10}`, label };
  });
}

/** Writes `model/` (random weights) and `train.csv` into a folder. */
export async function writeTinyModel(folder: string, { dim = 16, hiddenDim = 32 } = {}): Promise<void> {
  const rows = sentimentRows(60);
  const tokenizer = trainWordPiece(
    rows.map((row) => row.text),
    { vocabSize: 120 },
  );
  const config = { dim, nLayers: 1, nHeads: 2, hiddenDim, maxPositionEmbeddings: 32 };
  const model = TextClassifier.fromConfig(config, { labels: ["negative", "positive"], tokenizer });
  await model.save(join(folder, "model"));
  await writeFile(join(folder, "train.csv"), `text,label\n${rows.map(({ text, label }) => `${text},${label}`).join("\n")}\n`);
}
