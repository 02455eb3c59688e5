/**
 * Data to try `baal studio` with: the embedded texts, some of them labelled, and the embedded shapes as files.
 * Run: npx tsx examples/studio/make-data.ts
 */
// In your own project: import { ... } from "baaljs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { createRandom, loadEmbeddedIntents, loadEmbeddedShapes, openRowWriter } from "../../src/index.js";

const folder = join(import.meta.dirname, "data");
await mkdir(join(folder, "shapes"), { recursive: true });

const { train: texts } = await loadEmbeddedIntents();
// Every hundredth one has its label already.
const rows = createRandom(1)
  .shuffled(texts)
  .map(({ text, intent }, n) => ({ id: n, text, label: n % 100 === 0 ? intent : null }));
const writer = await openRowWriter(join(folder, "intents.jsonl"), { columns: ["id", "text", "label"] });
await writer.write(rows);
await writer.finish();

const { train: shapes } = await loadEmbeddedShapes();
const drawn = createRandom(2).shuffled(shapes).slice(0, 400);
for (const [n, { image }] of drawn.entries()) {
  const { width, height, channels, data } = image;
  const picture = sharp(data, { raw: { width, height, channels } }).resize(224, 224, { kernel: "nearest" });
  await picture.png().toFile(join(folder, "shapes", `${String(n).padStart(3, "0")}.png`));
}
console.log(`${rows.length} texts in ${join(folder, "intents.jsonl")}, ${drawn.length} images in ${join(folder, "shapes")}`);
