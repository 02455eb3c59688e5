import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bullQueue } from "../../src/scale/queue/bull-queue.js";
import { encodeShardResult, type ShardResult } from "../../src/scale/score/shard-result.js";
import { folderStore } from "../../src/scale/store/folder-store.js";
import { systemClock } from "../../src/scale/work/system-clock.js";
import { workShards } from "../../src/scale/work/work-shards.js";
import { queueServers } from "../../test/scale/queue-servers.js";
import type { Measurement, Row } from "../measurement.js";

const ROWS = 10_000;

/** A result as large as those of the runs that are measured. */
function someResult(shard: number): ShardResult {
  return {
    ...{
      run: "0123456789abcdef",
      shard,
      start: shard * ROWS,
      labels: ["a", "b"],
      task: "single",
      errors: [],
      candidates: undefined,
    },
    scores: new Float64Array(ROWS).fill(0.5),
    predicted: new Int32Array(ROWS),
    probability: new Float32Array(ROWS).fill(0.75),
  };
}

/** What taking, renewing, storing and acknowledging a shard costs beside the scoring. */
export const queueOverhead: Measurement = {
  name: "queue",
  about:
    "seconds that a shard of 10,000 rows costs beside its scoring: queue and store (redis-server and PostgreSQL as they are installed)",
  async run({ quick }) {
    const shards = quick ? 20 : 300;
    // The shortest work that a shard of 10,000 items may be: the demo's model (128 wide, 2 layers) on short texts, 20 draws.
    const SCORING_S = 12;
    const rows: Row[] = [];
    for (const { name, isThere, open } of queueServers) {
      if (!isThere) continue;
      const folder = await mkdtemp(join(tmpdir(), "baal-bench-queue-"));
      const server = await open(await mkdtemp(join(tmpdir(), "baal-bench-server-")));
      const queue = await bullQueue(server.address);
      try {
        await queue.add(Array.from({ length: shards }, (_, shard) => ({ run: "r", store: folder, shard })));
        const store = folderStore(folder);
        const begin = performance.now();
        await workShards({
          ...{ queue, clock: systemClock, stays: () => false },
          async work({ shard }) {
            await store.writeOnce(`results/${shard}.bin`, encodeShardResult(someResult(shard)));
          },
        });
        const each = (performance.now() - begin) / 1000 / shards;
        rows.push({
          what: `queue on ${name} and store, per shard of 10,000 rows`,
          ours: `${(1000 * each).toFixed(1)} ms`,
          comparedWith: `the scoring of a shard by the demo's small model, ${SCORING_S} s or more`,
          ratio: each / SCORING_S,
          target: "< 0.02",
          met: each / SCORING_S < 0.02,
          samples: { secondsPerShard: each },
        });
      } finally {
        await queue.close().catch(() => {});
        await server.kill();
        await rm(folder, { recursive: true, force: true });
      }
    }
    return rows;
  },
};
