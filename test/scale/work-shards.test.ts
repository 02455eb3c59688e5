import { describe, expect, it } from "vitest";
import { BaalError } from "../../src/core/errors.js";
import { createRandom } from "../../src/core/random.js";
import { memoryQueue } from "../../src/scale/queue/memory-queue.js";
import type { Clock } from "../../src/scale/queue/shard-queue.js";
import { workShards } from "../../src/scale/work/work-shards.js";
import { virtualClock } from "./virtual-clock.js";

const jobs = (count: number) => Array.from({ length: count }, (_, shard) => ({ run: "r", store: "s", shard }));

describe("the worker's loop", () => {
  it("does each shard once, and goes on after trouble with longer waits", async () => {
    const clock = virtualClock();
    const queue = memoryQueue({ clock });
    await queue.add(jobs(5));
    await queue.add(jobs(5));
    const done: number[] = [];
    const troubles: string[] = [];
    let left = 3;
    let isOver = false;
    const worker = workShards({
      ...{ queue, clock, stays: () => done.length < 5, onTrouble: (message) => troubles.push(message) },
      async work({ shard }) {
        await clock.sleep(100_000);
        if (shard === 2 && left-- > 0) throw new BaalError("E_STORE", "The disk is full.");
        done.push(shard);
      },
    }).finally(() => {
      isOver = true;
    });
    await clock.run(() => isOver);
    expect(await worker).toBe(5);
    expect(done.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(troubles.map((text) => /in (\d+) s/.exec(text)?.[1])).toEqual(expect.arrayContaining(["1"]));
    expect(troubles).toHaveLength(3);
  });

  it("ends the work on a shard whose lock was lost, and does not acknowledge it", async () => {
    const clock = virtualClock();
    const queue = memoryQueue({ clock, lockMs: 30_000 });
    await queue.add(jobs(1));
    let isStopped = true;
    // Stands still from its first breath on, as after SIGSTOP, until it is let go on.
    const stopped: Clock = {
      now: clock.now,
      async sleep(ms, signal) {
        await clock.sleep(ms, signal);
        while (isStopped) await clock.sleep(1000);
      },
    };
    const log: string[] = [];
    const over = new AbortController();
    const first = workShards({
      ...{ queue, clock: stopped, stays: () => true, signal: over.signal },
      async work(_lease, signal) {
        await stopped.sleep(500_000, signal);
        if (signal.aborted) throw new BaalError("E_ABORTED", "The scoring was cancelled.");
        log.push("first");
      },
    });
    let hasSecond = false;
    void clock.sleep(45_000).then(async () => {
      const second = await queue.take();
      hasSecond = second !== undefined;
      isStopped = false;
      await clock.sleep(20_000);
      log.push("second");
      await second?.done();
    });
    await clock.run(() => log.length > 0);
    over.abort();
    expect(await first).toBe(0);
    expect(hasSecond).toBe(true);
    expect(log).toEqual(["second"]);
  });

  it("gives back what it cannot do at all, and says why it ends", async () => {
    const clock = virtualClock();
    const queue = memoryQueue({ clock });
    await queue.add(jobs(2));
    const refused = workShards({
      ...{ queue, clock, stays: () => true },
      work: () => Promise.reject(new BaalError("E_CONFLICT", "This run was begun with another model.")),
    });
    await expect(refused).rejects.toMatchObject({ code: "E_CONFLICT" });
    expect(await queue.counts()).toEqual({ waiting: 2, active: 0 });
  });
});

describe("a thousand workers, each of which fails once an hour", () => {
  it("do 95 % of what undisturbed ones would, and no shard is left behind", async () => {
    const [workers, perWorker, minute] = [1000, 20, 60_000];
    const total = workers * perWorker;
    const clock = virtualClock();
    const random = createRandom(7);
    const queue = memoryQueue({ clock, lockMs: 30_000 });
    await queue.add(jobs(total));
    const results = new Map<number, number>();
    // Between the ends of two shards: by then undisturbed ones have done 16 each.
    let doneAt16 = 0;
    void clock.sleep(16.5 * minute).then(() => {
      doneAt16 = results.size;
    });
    const failures = { killed: 0, stopped: 0 };
    /** A worker of its own life: killed, it never wakes again and another begins 10 s later; stopped, it goes on after two minutes. */
    const live = (): void => {
      const failsAt = clock.now() - 60 * minute * Math.log(random.uniform());
      const isKill = random.uniform() < 0.5;
      const own: Clock = {
        now: clock.now,
        async sleep(ms, signal) {
          const wakes = clock.now() + ms;
          if (wakes < failsAt || clock.now() > failsAt) return clock.sleep(ms, signal);
          await clock.sleep(failsAt - clock.now(), signal);
          if (signal?.aborted) return;
          if (isKill) return new Promise(() => {});
          await clock.sleep(2 * minute);
        },
      };
      void clock.sleep(failsAt - clock.now()).then(() => {
        if (results.size === total) return;
        failures[isKill ? "killed" : "stopped"]++;
        if (isKill) void clock.sleep(10_000).then(live);
      });
      void workShards({
        ...{ queue, clock: own, stays: () => results.size < total },
        async work({ shard }, signal) {
          await own.sleep(minute, signal);
          if (signal.aborted) throw new BaalError("E_ABORTED", "The scoring was cancelled.");
          // First writer wins.
          if (!results.has(shard)) results.set(shard, clock.now());
        },
      });
    };
    for (let n = 0; n < workers; n++) live();
    await clock.run(() => results.size === total);
    expect(failures.killed + failures.stopped).toBeGreaterThan(200);
    expect(doneAt16).toBeGreaterThan(0.95 * 16 * workers);
    expect(results.size).toBe(total);
    expect(clock.now()).toBeLessThan(25 * minute);
  });
});
