import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { throwIfAborted } from "../../src/core/errors.js";
import { bullQueue } from "../../src/scale/queue/bull-queue.js";
import { isBusy } from "../../src/scale/queue/shard-queue.js";
import { folderStore } from "../../src/scale/store/folder-store.js";
import { systemClock } from "../../src/scale/work/system-clock.js";
import { workShards } from "../../src/scale/work/work-shards.js";

/** A worker that comes to harm in its first shard: `harmed-worker.ts ADDRESS FOLDER HARM`. It writes what it says as lines. */
const [, , address, folder, harm] = process.argv as [string, string, string, string, keyof typeof harms];
const say = (text: string) => process.stdout.write(`${text}\n`);
const lockMs = 1000;

const harms = {
  /** Until others let it go on. */
  stopped: () => process.kill(process.pid, "SIGSTOP"),
  /** Its event loop, until the others have done all there is. */
  blocked() {
    while (!existsSync(join(folder, "others-are-done"))) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  },
  clockSetBack() {
    const { now } = Date;
    Date.now = () => now() - 3_600_000;
  },
} as const;

const queue = await bullQueue(address, { lockMs });
const store = folderStore(folder);
let isHarmed = false;
await workShards({
  ...{ queue, clock: systemClock, stays: () => isBusy(queue), onTrouble: (message) => say(`trouble ${message}`) },
  async work({ shard }, signal) {
    if (!isHarmed) {
      isHarmed = true;
      say("began");
      // What was said is on its way.
      await setTimeout(50);
      harms[harm]();
      // One that was blocked has nothing left to do, and finds out by its acknowledgement alone.
      if (harm !== "blocked") await setTimeout(4 * lockMs, undefined, { signal }).catch(() => {});
    }
    throwIfAborted(signal, "The shard");
    say(`${(await store.writeOnce(`results/${shard}`, `${shard}`)) ? "first" : "late"} ${shard}`);
  },
}).then(
  (done) => say(`did ${done}`),
  (error: { readonly code: string; readonly message: string }) => say(`ended ${error.code} ${error.message}`),
);
await queue.close();
process.exit(0);
