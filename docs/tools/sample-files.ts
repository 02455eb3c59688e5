import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { loadEmbeddedIntents, loadEmbeddedShapes, openRowWriter, TextClassifier, trainWordPiece } from "../../src/index.js";

/** How many rows the sample files have: enough for every example, few enough for all of them to take seconds. */
const TEXTS = 240;
const IMAGES = 120;

/** The labels of the sample texts, and the embedded intents whose texts they have. */
const LABELS = { order_status: "delivery", refund_status: "refund", order_cancel: "cancel" };

/**
 * The files that the documentation's examples read: `requests.csv`, `.jsonl` and `.parquet` with texts and labels, `photos/` with a folder per class,
 * and folders that stand for hub ids: a small model each. A folder is looked for before the hub is.
 */
export async function makeSampleFiles(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  await writeTexts(folder);
  await writePhotos(join(folder, "photos"));
  return folder;
}

export function copySampleFiles(samples: string, folder: string): void {
  cpSync(samples, folder, { recursive: true });
}

async function writeTexts(folder: string): Promise<void> {
  const { train } = await loadEmbeddedIntents();
  const rows = train
    .flatMap(({ text, intent }) => (intent in LABELS ? [{ text, label: LABELS[intent as keyof typeof LABELS] }] : []))
    .slice(0, TEXTS);
  for (const file of ["requests.csv", "requests.jsonl", "requests.parquet"]) {
    const writer = await openRowWriter(join(folder, file), { columns: ["text", "label"] });
    await writer.write(rows);
    await writer.finish();
  }
  const config = { dim: 16, nLayers: 1, nHeads: 2, hiddenDim: 32 };
  const tokenizer = trainWordPiece(
    rows.map(({ text }) => text),
    { vocabSize: 400 },
  );
  const model = TextClassifier.fromConfig(config, { labels: ["LABEL_0", "LABEL_1"], seed: 1, tokenizer });
  await model.save(join(folder, "distilbert-base-uncased"));
}

async function writePhotos(folder: string): Promise<void> {
  const { train } = await loadEmbeddedShapes();
  for (const [i, { image, label }] of train.slice(0, IMAGES).entries()) {
    mkdirSync(join(folder, label), { recursive: true });
    const { width, height, channels } = image;
    const png = await sharp(image.data, { raw: { width, height, channels } }).png().toBuffer();
    writeFileSync(join(folder, label, `${i}.png`), png);
  }
}
