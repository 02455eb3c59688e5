/** Writes intents.jsonl: `npx tsx datasets/intents/generate.ts`. The same seed gives the same file, byte for byte. */
import { join } from "node:path";
import { writeFileAtomic } from "../../src/system/files.js";
import { createCorpus } from "./create-corpus.js";

const rows = createCorpus({ seed: 20_240_607 });
await writeFileAtomic(join(import.meta.dirname, "intents.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
