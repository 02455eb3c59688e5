/**
 * Saves each small model of test/reference/fixtures again, with what it predicts: `reopen.py` opens the folders with transformers, timm and
 * sentence-transformers, and compares.
 *
 *     npx tsx test/reference/save-fixtures.ts FOLDER && python test/reference/reopen.py FOLDER
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDataset } from "../../src/core/dataset-view.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";

const target = process.argv[2];
if (target === undefined) throw new Error("Give the folder to write to.");
const fixtures = join(import.meta.dirname, "fixtures");
const tokenizer = trainWordPiece(["a b c"], { vocabSize: 20 });
const wave = (i: number) => Math.sin(1.7 * i + 0.3);

async function firstOf(chunks: AsyncGenerator<{ readonly data: ArrayLike<number> }>): Promise<number[]> {
  for await (const { data } of chunks) return Array.from(data);
  return [];
}

function readExpected(folder: string) {
  return JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
}

for (const name of readdirSync(join(fixtures, "text"))) {
  const folder = join(tmpdir(), `save-fixtures-${process.pid}`, name);
  cpSync(join(fixtures, "text", name), folder, { recursive: true });
  await tokenizer.save(folder);
  const model = await TextClassifier.fromPretrained(folder);
  const { inputIds } = readExpected(folder) as { inputIds: number[][] };
  const items = createDataset(inputIds.length, (index) => ({
    ...{ index, target: undefined },
    input: { inputIds: Int32Array.from(inputIds[index]!) },
  }));
  const logits = await firstOf(model.predict(items));
  await model.save(join(target, "text", name));
  writeFileSync(join(target, "text", name, "ours.json"), JSON.stringify({ inputIds, logits }));
}

for (const name of readdirSync(join(fixtures, "images"))) {
  const folder = join(fixtures, "images", name);
  const { size } = readExpected(folder) as { size: number };
  const model = await ImageClassifier.fromPretrained(folder, { imageSize: [size, size] });
  const shape: [number, number, number] = [3, size, size];
  const data = Float32Array.from({ length: 3 * size * size }, (_, i) => wave(i));
  const items = createDataset(1, (index) => ({
    ...{ index, target: undefined },
    input: { name: "wave", load: async () => ({ shape, data }) },
  }));
  const logits = await firstOf(model.predict(items));
  await model.save(join(target, "images", name));
  writeFileSync(join(target, "images", name, "ours.json"), JSON.stringify({ size, logits }));
}

for (const name of readdirSync(join(fixtures, "sentences"))) {
  const folder = join(fixtures, "sentences", name);
  const model = await TextClassifier.fromPretrained(folder, { labels: ["a", "b"] });
  mkdirSync(join(target, "sentences"), { recursive: true });
  await model.save(join(target, "sentences", name));
  const { texts, embeddings } = readExpected(folder) as { texts: string[]; embeddings: number[] };
  writeFileSync(join(target, "sentences", name, "ours.json"), JSON.stringify({ texts, embeddings }));
}
