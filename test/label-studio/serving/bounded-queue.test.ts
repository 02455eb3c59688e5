import { describe, expect, it } from "vitest";
import { BoundedQueue } from "../../../src/label-studio/serving/bounded-queue.js";
import { fakeClock } from "./fake-clock.js";
import { settle } from "./manual-predictor.js";

function setUp(maxRunning: number, maxWaitingTasks: number) {
  const clock = fakeClock();
  const queue = new BoundedQueue({ maxRunning, maxWaitingTasks, clock });
  const started: string[] = [];
  const finishers = new Map<string, (fails?: "fails") => void>();
  const add = (name: string, size: number, signal?: AbortSignal) =>
    queue.run(
      size,
      () => {
        started.push(name);
        return new Promise<string>((resolve, reject) => {
          finishers.set(name, (fails) => (fails ? reject(new Error(name)) : resolve(name)));
        });
      },
      signal ? { signal } : {},
    );
  return { clock, queue, started, add, finish: (name: string, fails?: "fails") => finishers.get(name)!(fails) };
}

describe("a bounded queue", () => {
  it("runs so many at a time, the others in their order, failed ones too", async () => {
    const { add, started, finish, queue } = setUp(2, 100);
    const all = ["a", "b", "c", "d"].map((name) => add(name, 5).catch((error: Error) => `${error.message} failed`));
    await settle();
    expect(started).toEqual(["a", "b"]);
    expect(queue.stats()).toEqual({ running: 2, runningTasks: 10, waiting: 2, waitingTasks: 10, rejected: 0, completed: 0 });
    finish("b", "fails");
    await settle();
    expect(started).toEqual(["a", "b", "c"]);
    for (const name of ["a", "c"]) finish(name);
    await settle();
    finish("d");
    expect(await Promise.all(all)).toEqual(["a", "b failed", "c", "d"]);
    expect(queue.stats()).toEqual({ running: 0, runningTasks: 0, waiting: 0, waitingTasks: 0, rejected: 0, completed: 4 });
  });

  it("refuses what would wait beyond the limit, and says when to come again", async () => {
    const { add, clock, finish, queue } = setUp(1, 10);
    const first = add("first", 100);
    await settle();
    clock.advance(20_000);
    finish("first");
    await first;
    void add("running", 40);
    void add("waiting", 8);
    // 5 tasks per second, half of 48 left.
    const refused = add("refused", 3);
    await expect(refused).rejects.toMatchObject({ status: 503, code: "E_BUSY", headers: { "Retry-After": "5" } });
    await expect(refused).rejects.toThrow(/8 tasks, at most 10/);
    expect(queue.stats()).toMatchObject({ waiting: 1, waitingTasks: 8, rejected: 1 });
    void add("fits", 2);
    expect(queue.stats()).toMatchObject({ waiting: 2, waitingTasks: 10, rejected: 1 });
  });

  it("lets a request larger than the limit run while nothing else does", async () => {
    const { add, finish } = setUp(1, 0);
    const large = add("large", 10_000);
    await expect(add("next", 1)).rejects.toMatchObject({ status: 503, headers: { "Retry-After": "1" } });
    finish("large");
    expect(await large).toBe("large");
  });

  it("forgets those that leave while they wait", async () => {
    const { add, started, finish, queue } = setUp(1, 10);
    const controller = new AbortController();
    const first = add("first", 1);
    const gone = add("gone", 10, controller.signal);
    controller.abort();
    await expect(gone).rejects.toMatchObject({ code: "E_ABORTED" });
    expect(queue.stats()).toMatchObject({ waiting: 0, waitingTasks: 0 });
    const next = add("next", 10);
    finish("first");
    await first;
    await settle();
    finish("next");
    await next;
    expect(started).toEqual(["first", "next"]);
    await expect(add("late", 1, AbortSignal.abort())).rejects.toMatchObject({ code: "E_ABORTED" });
  });

  it("checks its options", () => {
    for (const [running, waiting] of [
      [0, 1],
      [1.5, 1],
      [1, -1],
    ] as const) {
      expect(() => setUp(running, waiting)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    }
  });
});
