import { bullQueue } from "../../src/scale/queue/bull-queue.js";
import { serveQueue } from "../../src/scale/work/run-queued.js";

/** A worker as a process that can be killed or stopped: `worker-child.ts ADDRESS CACHE`. */
const [, , address, cache] = process.argv as [string, string, string, string];
const queue = await bullQueue(address, { lockMs: 3000 });
try {
  await serveQueue(queue, {
    ...{ cache, threads: 1 },
    onDone: ({ shard }) => process.stdout.write(`shard ${shard}\n`),
    onTrouble: (message) => process.stdout.write(`trouble ${message}\n`),
  });
} catch (error) {
  process.stdout.write(`ended ${(error as { code?: string }).code}\n`);
}
await queue.close().catch(() => {});
process.exit(0);
