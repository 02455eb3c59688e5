import { setTimeout } from "node:timers/promises";
import type { Clock } from "../queue/shard-queue.js";

/** Time as it is; it only goes forward, whatever is done to the machine's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {}),
};
