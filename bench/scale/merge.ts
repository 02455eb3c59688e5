import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../src/core/random.js";
import { mergePicks } from "../../src/scale/merge/merge-picks.js";
import { surveyPool } from "../../src/scale/merge/survey-pool.js";
import { type RunPlan, resultKey } from "../../src/scale/plan/run-plan.js";
import { decodeShardResult, encodeShardResult } from "../../src/scale/score/shard-result.js";
import { folderStore } from "../../src/scale/store/folder-store.js";
import type { Measurement } from "../measurement.js";

const ROWS = 10_000;

/** The merge of the results of a large pool: its time, and the memory that it takes beside what the process had. */
export const largeMerge: Measurement = {
  name: "merge",
  about: "the 1,000 picks of 10 million scores by power sampling, from the results of 1,000 shards",
  async run({ quick }) {
    const shards = quick ? 20 : 1000;
    const folder = await mkdtemp(join(tmpdir(), "baal-bench-merge-"));
    const store = folderStore(folder);
    try {
      const plan: RunPlan = {
        ...{ format: 1, packageVersion: "", kind: "text", model: { version: "", source: "" }, columns: [], inputColumn: "text" },
        ...{
          data: { sha256: "", name: "", bytes: 0, modified: null },
          rows: shards * ROWS,
          rowsPerShard: ROWS,
          text: null,
          maxSeqLen: 32,
        },
        ...{ iterations: 20, seed: 1, strategy: "power:bald", count: 1000 },
      };
      const random = createRandom(5);
      for (let shard = 0; shard < shards; shard++) {
        const scores = Float64Array.from({ length: ROWS }, () => random.uniform());
        const bytes = encodeShardResult({
          ...{ run: "r", shard, start: shard * ROWS, labels: ["a", "b"], task: "single", errors: [], candidates: undefined },
          ...{ scores, predicted: new Int32Array(ROWS), probability: new Float32Array(ROWS).fill(0.75) },
        });
        await store.writeOnce(resultKey(plan, shard), bytes);
      }
      const before = process.memoryUsage().rss;
      let most = before;
      const begin = performance.now();
      const read = async (shard: number) => {
        most = Math.max(most, process.memoryUsage().rss);
        return decodeShardResult((await store.read(resultKey(plan, shard)))!, `shard ${shard}`);
      };
      const picks = await mergePicks(plan, await surveyPool(plan, read), read);
      const seconds = (performance.now() - begin) / 1000;
      const mebibytes = (most - before) / 2 ** 20;
      return [
        {
          what: `${picks.length} picks of ${(shards * ROWS) / 1e6} million scores`,
          ours: `${seconds.toFixed(1)} s, ${mebibytes.toFixed(0)} MiB more`,
          comparedWith: "all scores in memory: 24 bytes each",
          target: "memory that does not grow with the pool (< 250 MiB)",
          met: mebibytes < 250,
          samples: { seconds, mebibytes },
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
