import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type PushCause, ScorePusher } from "../../../src/label-studio/backend/score-pusher.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Push {
  readonly cause: PushCause;
  readonly signal: AbortSignal;
  readonly end: (error?: Error) => void;
}

function setUp() {
  const pushes: Push[] = [];
  const failures: unknown[] = [];
  const pusher = new ScorePusher({
    push: (_, cause, signal) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve());
        signal.addEventListener("abort", () => reject(signal.reason));
        pushes.push({ cause, signal, end });
      }),
    onFailure: (_, error) => failures.push(error),
    gatherMs: 1000,
    retryMs: 10_000,
  });
  return { pusher, pushes, failures };
}

it("gathers tasks that come one after the other, and pushes again for those that come meanwhile", async () => {
  const { pusher, pushes } = setUp();
  for (let i = 0; i < 5; i++) {
    pusher.request(1, "tasks");
    await vi.advanceTimersByTimeAsync(150);
  }
  expect(pushes).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(250);
  expect(pushes).toHaveLength(1);
  pusher.request(1, "tasks");
  await vi.advanceTimersByTimeAsync(5000);
  expect(pushes).toHaveLength(1);
  pushes[0]!.end();
  await vi.advanceTimersByTimeAsync(1000);
  expect(pushes).toHaveLength(2);
  pushes[1]!.end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(pushes).toHaveLength(2);
});

it("ends the push of the version before without a complaint, and pushes the new one", async () => {
  const { pusher, pushes, failures } = setUp();
  pusher.request(1, "version");
  await vi.advanceTimersByTimeAsync(0);
  pusher.request(1, "version");
  await vi.advanceTimersByTimeAsync(1000);
  expect(pushes.map(({ cause, signal }) => [cause, signal.aborted])).toEqual([
    ["version", true],
    ["version", false],
  ]);
  expect(failures).toEqual([]);
});

it("tries again after longer and longer times, as what it was", async () => {
  const { pusher, pushes, failures } = setUp();
  pusher.request(1, "version");
  await vi.advanceTimersByTimeAsync(0);
  pushes[0]!.end(new Error("unreachable"));
  await vi.advanceTimersByTimeAsync(9_000);
  pusher.request(1, "tasks");
  expect(pushes).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(pushes[1]?.cause).toBe("version");
  pushes[1]!.end(new Error("unreachable"));
  await vi.advanceTimersByTimeAsync(19_000);
  expect(pushes).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(pushes).toHaveLength(3);
  expect(failures).toHaveLength(2);
});

it("pushes for several projects at once, and ends them all with itself", async () => {
  const { pusher, pushes, failures } = setUp();
  for (const id of [1, 2, 3]) pusher.request(id, "version");
  await vi.advanceTimersByTimeAsync(0);
  expect(pushes).toHaveLength(3);
  await pusher.close();
  expect(pushes.every(({ signal }) => signal.aborted)).toBe(true);
  pusher.request(1, "version");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(pushes).toHaveLength(3);
  expect(failures).toEqual([]);
});
