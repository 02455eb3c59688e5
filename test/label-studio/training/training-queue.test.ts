import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import {
  type JobContext,
  type TrainingEnd,
  type TrainingEvent,
  type TrainingProgress,
  TrainingQueue,
  type TrainingQueueOptions,
} from "../../../src/label-studio/training/training-queue.js";
import { fakeStore } from "../fake-store.js";

interface Job extends JobContext {
  readonly projectId: number;
  readonly cause: string;
  end(end?: TrainingEnd): Promise<void>;
  fail(error: unknown): Promise<void>;
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A queue whose jobs end when the test says so; when cancelled, like real ones. */
function setUp(options: Partial<TrainingQueueOptions> = {}) {
  const store = fakeStore();
  const jobs: Job[] = [];
  const queue = new TrainingQueue({
    store,
    job: (projectId, cause, context) =>
      new Promise((resolve, reject) => {
        const end = (how: TrainingEnd = { status: "completed", version: "v1" }) => {
          resolve(how);
          return settled();
        };
        const fail = (error: unknown) => {
          reject(error);
          return settled();
        };
        context.signal.addEventListener("abort", () => reject(new BaalError("E_MODEL_HOST", "killed")));
        jobs.push({ ...context, projectId, cause, end, fail });
      }),
    ...options,
  });
  const events: TrainingEvent[] = [];
  queue.subscribe((event) => events.push(event));
  return { store, queue, jobs, events };
}

const someProgress: TrainingProgress = { phase: "training", step: 3, total: 10, loss: 0.5 };

describe("the queue of trainings", () => {
  it("runs a request, tells its progress, and records beginning and end", async () => {
    const { store, queue, jobs, events } = setUp();
    expect(queue.state(1)).toMatchObject({ state: "idle", last: undefined });
    expect(queue.request(1, "START_TRAINING")).toBe("queued");
    expect(jobs).toHaveLength(0);
    expect(queue.state(1)).toMatchObject({ state: "queued", cause: "START_TRAINING" });
    await settled();
    expect(jobs).toMatchObject([{ projectId: 1, cause: "START_TRAINING" }]);
    expect(store.runs(1, 9)).toMatchObject([{ status: "running", cause: "START_TRAINING" }]);
    jobs[0]!.onProgress(someProgress);
    expect(queue.state(1)).toMatchObject({ state: "running", progress: someProgress, isRequestedAgain: false });
    await jobs[0]!.end();
    expect(store.runs(1, 9)).toMatchObject([{ status: "completed", version: "v1" }]);
    expect(queue.state(1)).toMatchObject({ state: "idle", progress: undefined, last: { status: "completed", version: "v1" } });
    jobs[0]!.onProgress(someProgress);
    expect(queue.state(1).progress).toBeUndefined();
    expect(events).toEqual([
      { type: "queued", projectId: 1, cause: "START_TRAINING" },
      { type: "started", projectId: 1, cause: "START_TRAINING" },
      { type: "progress", projectId: 1, progress: someProgress },
      { type: "ended", projectId: 1, end: { status: "completed", version: "v1" } },
    ]);
  });

  it("makes five requests during a training one more training, which begins after it", async () => {
    const { store, queue, jobs } = setUp();
    queue.request(1, "START_TRAINING");
    await settled();
    const outcomes = [1, 2, 3, 4, 5].map(() => queue.request(1, "START_TRAINING"));
    expect(outcomes).toEqual(["queued", "coalesced", "coalesced", "coalesced", "coalesced"]);
    await settled();
    expect(jobs).toHaveLength(1);
    expect(queue.state(1)).toMatchObject({ state: "running", isRequestedAgain: true });
    await jobs[0]!.end();
    expect(jobs).toHaveLength(2);
    await jobs[1]!.end();
    expect(jobs).toHaveLength(2);
    expect(store.runs(1, 9)).toHaveLength(2);
  });

  it("trains one project at a time by default, in the order of the requests", async () => {
    const { queue, jobs } = setUp();
    for (const projectId of [2, 1, 3]) queue.request(projectId, "annotations");
    await settled();
    queue.request(2, "annotations");
    await jobs[0]!.end();
    await jobs[1]!.end();
    await jobs[2]!.end();
    expect(jobs.map(({ projectId }) => projectId)).toEqual([2, 1, 3, 2]);
  });

  it("passes over a project that is being trained where others may start", async () => {
    const { queue, jobs } = setUp({ concurrency: 2 });
    queue.request(1, "a");
    await settled();
    queue.request(1, "b");
    queue.request(2, "c");
    queue.request(3, "d");
    await settled();
    expect(jobs.map(({ cause }) => cause)).toEqual(["a", "c"]);
    await jobs[1]!.end();
    expect(jobs.map(({ cause }) => cause)).toEqual(["a", "c", "d"]);
    await jobs[0]!.end();
    expect(jobs.map(({ cause }) => cause)).toEqual(["a", "c", "d", "b"]);
  });

  it("goes on after a training that failed, which says why", async () => {
    const { store, queue, jobs } = setUp();
    queue.request(1, "a");
    queue.request(2, "b");
    await settled();
    await jobs[0]!.fail(new BaalError("E_NOT_FINITE", "the loss is NaN"));
    expect(store.runs(1, 1)).toMatchObject([{ status: "failed", message: "the loss is NaN", version: undefined }]);
    expect(jobs).toHaveLength(2);
    await jobs[1]!.end({ status: "insufficient", message: "too few" });
    expect(queue.state(2).last).toMatchObject({ status: "insufficient", message: "too few" });
  });

  it("survives a job that throws at once, a store that cannot write, and a listener that fails", async () => {
    const store = fakeStore();
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const end: TrainingEnd = { status: "completed", version: "v1" };
    const queue = new TrainingQueue({
      store: {
        ...store,
        addTrainingRequest: ({ projectId }) => {
          if (projectId === 3) throw new BaalError("E_ARGUMENT", "disk full");
        },
        beginRun: (projectId, cause) => {
          if (projectId === 2) throw new BaalError("E_ARGUMENT", "disk full");
          return store.beginRun(projectId, cause);
        },
        endRun: (id, how) => {
          if (how.version === "v1") throw new BaalError("E_ARGUMENT", "disk full");
          store.endRun(id, how);
        },
      },
      job: (projectId) => {
        if (projectId === 1) throw new TypeError("bug");
        return Promise.resolve(end);
      },
    });
    queue.subscribe(() => {
      throw new Error("listener");
    });
    for (const projectId of [1, 2, 3]) queue.request(projectId, "a");
    await settled();
    expect(queue.state(1).last).toMatchObject({ status: "failed", message: "bug" });
    expect(queue.state(2).last).toMatchObject({ status: "failed", message: "its beginning could not be recorded: disk full" });
    expect(queue.state(3).last).toMatchObject({ ...end, message: "its end could not be recorded: disk full" });
    expect(warned).toHaveBeenCalled();
    warned.mockRestore();
  });

  it("tries again what could not be begun on a full disk, until there is space", async () => {
    const store = fakeStore();
    let isFull = true;
    const { queue, jobs } = setUp({
      ...{ store: { ...store, beginRun: (projectId, cause) => begun(projectId, cause) }, retryMs: 1 },
    });
    const begun = (projectId: number, cause: string) => {
      if (isFull) throw new BaalError("E_STORE", "the disk is full");
      return store.beginRun(projectId, cause);
    };
    expect(queue.request(1, "START_TRAINING")).toBe("queued");
    await expect.poll(() => queue.state(1).last?.message).toMatch(/could not be recorded: the disk is full It is tried again/);
    // It is asked for still, over an end of the server as well.
    expect(store.trainingRequests()).toEqual([{ projectId: 1, cause: "START_TRAINING" }]);
    isFull = false;
    await expect.poll(() => jobs.length).toBe(1);
    expect(jobs[0]).toMatchObject({ projectId: 1, cause: "START_TRAINING" });
    await jobs[0]!.end();
    expect(queue.state(1)).toMatchObject({ state: "idle", last: { status: "completed" } });
    expect(store.trainingRequests()).toEqual([]);
  });

  it("cancels what runs and what waits, of one project alone", async () => {
    const { store, queue, jobs, events } = setUp();
    queue.request(1, "a");
    await settled();
    for (const projectId of [1, 2, 3]) queue.request(projectId, "b");
    expect(queue.cancel(1)).toBe(true);
    expect(queue.cancel(2)).toBe(true);
    expect(queue.cancel(4)).toBe(false);
    expect(store.trainingRequests()).toEqual([{ projectId: 3, cause: "b" }]);
    await settled();
    expect(store.runs(1, 9)).toMatchObject([{ status: "cancelled", message: "it was cancelled" }]);
    expect(queue.state(1)).toMatchObject({ state: "idle" });
    expect(queue.state(2)).toMatchObject({ state: "idle", last: { status: "cancelled" } });
    expect(jobs.map(({ projectId }) => projectId)).toEqual([1, 3]);
    expect(events.filter(({ type }) => type === "ended")).toHaveLength(2);
    queue.request(1, "again");
    await jobs[1]!.end();
    expect(jobs).toHaveLength(3);
  });

  it("shuts down: everything is cancelled, waited for, and nothing starts any more", async () => {
    const { store, queue, jobs } = setUp();
    queue.request(1, "a");
    queue.request(2, "b");
    await settled();
    expect(store.trainingRequests()).toEqual([{ projectId: 2, cause: "b" }]);
    await queue.shutdown();
    expect(store.trainingRequests()).toEqual([{ projectId: 2, cause: "b" }]);
    expect(store.runs(1, 9)).toMatchObject([{ status: "interrupted", message: "the server was shut down" }]);
    expect(queue.request(1, "late")).toBe("refused");
    await settled();
    expect(jobs).toHaveLength(1);
    await queue.shutdown();
  });

  it("never runs more than it may, nor a project twice at once, and leaves no request without a training", async () => {
    const command = fc.record({
      kind: fc.constantFrom("request", "request", "request", "end", "fail", "cancel"),
      projectId: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), async (commands, concurrency) => {
        const running = new Map<number, (end: TrainingEnd) => void>();
        let unmet = new Set<number>();
        const queue = new TrainingQueue({
          store: fakeStore(),
          concurrency,
          job: (projectId, _, { signal }) => {
            expect(running.has(projectId)).toBe(false);
            unmet.delete(projectId);
            return new Promise<TrainingEnd>((resolve) => {
              running.set(projectId, resolve);
              signal.addEventListener("abort", () => resolve({ status: "cancelled" }));
            }).finally(() => running.delete(projectId));
          },
        });
        for (const { kind, projectId } of commands) {
          if (kind === "request") {
            queue.request(projectId, "x");
            unmet.add(projectId);
          } else if (kind === "cancel") {
            queue.cancel(projectId);
            unmet.delete(projectId);
          } else running.get(projectId)?.({ status: kind === "end" ? "completed" : "failed" });
          await settled();
          expect(running.size).toBeLessThanOrEqual(concurrency);
        }
        for (let turn = 0; turn < 10; turn++) {
          for (const end of [...running.values()]) end({ status: "completed" });
          await settled();
        }
        expect([...unmet]).toEqual([]);
        unmet = new Set();
        await queue.shutdown();
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it("refuses a concurrency out of range", () => {
    expect(() => setUp({ concurrency: 0 })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});
