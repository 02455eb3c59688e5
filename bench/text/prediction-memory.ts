import type { PredictionMemory } from "../children/prediction-memory.js";
import type { Measurement, Row } from "../measurement.js";
import { runChild } from "../run-child.js";
import { DRAWS } from "./base-model.js";

const TARGET_MIB = 300;

/**
 * Largest growth of resident memory, at any moment, over the loaded model and data while a generator predicts, in a fresh process. The base shape
 * would need hours for 100,000 texts, so a small model shows that many do no harm, and fewer texts what one batch costs at full size.
 */
export const predictionMemory: Measurement = {
  name: "predict-memory",
  about: "growth of memory while predicting 100,000 texts by generator (small model), and 320 with the base shape",
  async run(context) {
    const { clinc, tokenizer, threads, quick } = context;
    const cases = [
      { shape: "distilbert-mini", count: quick ? 5_000 : 100_000, chunkSize: 1024, title: "small model (64 wide, 2 layers)" },
      { shape: "base", count: quick ? 64 : 320, chunkSize: 32, title: "DistilBERT-base shape" },
    ] as const;
    const rows: Row[] = [];
    for (const { title, ...work } of cases) {
      context.progress(`prediction memory: ${work.count} texts, ${title}`);
      const result = await runChild<PredictionMemory>("prediction-memory", { clinc, tokenizer, threads, draws: DRAWS, ...work });
      const growth = result.samplesMiB.map((sample) => sample - result.loadedMiB);
      const largest = result.peakMiB - result.loadedMiB;
      rows.push({
        what: `memory: ${work.count.toLocaleString("en")} texts x ${DRAWS} draws by generator, ${title}`,
        ours: `+${largest.toFixed(0)} MiB in ${result.seconds.toFixed(0)} s (${quarters(growth)})`,
        comparedWith: `loaded: ${result.loadedMiB.toFixed(0)} MiB`,
        target: `< +${TARGET_MIB} MiB`,
        met: largest < TARGET_MIB,
        notes: [
          "The largest growth at any moment. In brackets: growth after a quarter, a half, three quarters and all of the texts. All dropout sites are on. The data set keeps each text's tokens, about 0.3 MiB per 1,000 texts, which is counted here.",
        ],
        samples: {
          loadedMiB: result.loadedMiB,
          peakMiB: result.peakMiB,
          afterEachChunkMiB: result.samplesMiB,
          seconds: result.seconds,
        },
      });
    }
    return rows;
  },
};

function quarters(growth: readonly number[]): string {
  return [0.25, 0.5, 0.75, 1].map((part) => `+${growth[Math.ceil(growth.length * part) - 1]!.toFixed(0)}`).join(" ");
}
