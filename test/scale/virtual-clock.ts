import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../src/scale/queue/shard-queue.js";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
}

/** Time that stands still until nothing can go on without it, and then jumps to the next thing that waits for it. */
export function virtualClock(): Clock & { readonly run: (until: () => boolean) => Promise<void> } {
  const heap: Timer[] = [];
  let [time, order] = [0, 0];
  const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);
  const push = (timer: Timer) => {
    let at = heap.push(timer) - 1;
    while (at > 0 && isBefore(timer, heap[(at - 1) >> 1]!)) {
      heap[at] = heap[(at - 1) >> 1]!;
      at = (at - 1) >> 1;
    }
    heap[at] = timer;
  };
  const pop = (): Timer => {
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  };
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const ring = () => {
          signal?.removeEventListener("abort", ring);
          resolve();
        };
        signal?.addEventListener("abort", ring);
        push({ at: time + ms, order: order++, ring });
      }),
    async run(until) {
      while (!until()) {
        await setImmediate();
        if (heap.length === 0) return;
        // All that is due at one moment.
        time = Math.max(time, heap[0]!.at);
        while (heap.length > 0 && heap[0]!.at <= time) pop().ring();
      }
    },
  };
}
