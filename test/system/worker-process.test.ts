import { getPriority } from "node:os";
import { expect, it, onTestFinished } from "vitest";
import { WorkerProcess } from "../../src/system/worker-process.js";
import type { TestCalls } from "./worker-child.js";

function start(nice?: number): WorkerProcess<TestCalls, number> {
  const worker = new WorkerProcess<TestCalls, number>(new URL("./worker-child.js", import.meta.url), {
    ...{ name: "The test's process", remedy: "start another one", nice },
  });
  onTestFinished(() => worker.stop());
  return worker;
}

it("answers calls with arrays, and tells of them on the way", async () => {
  const worker = start();
  expect(worker.pid).not.toBe(process.pid);
  expect(await worker.call("double", Float32Array.of(1, 2))).toEqual(Float32Array.of(2, 4));
  const told: number[] = [];
  expect(await worker.call("count", 3, { onEvent: (event) => told.push(event) })).toBe(3);
  expect(told).toEqual([1, 2, 3]);
});

it("answers one call after the other", async () => {
  const worker = start();
  expect(await Promise.all([worker.call("wait", "a"), worker.call("wait", "b")])).toEqual(["a", "a b"]);
});

it("passes errors on, with their code where they have one", async () => {
  const worker = start();
  await expect(worker.call("fail", "typed")).rejects.toMatchObject({
    ...{ name: "BaalError", code: "E_DATA", message: "Row 3 is not usable." },
    cause: expect.stringContaining("worker-child"),
  });
  await expect(worker.call("fail", "plain")).rejects.toMatchObject({ code: "E_MODEL_HOST", message: "x is not a function" });
  await expect(worker.call("fail", "unclonable")).rejects.toMatchObject({ code: "E_MODEL_HOST" });
  await expect(worker.call("count", (() => 1) as never)).rejects.toThrow("could not be cloned");
  expect(await worker.call("count", 0)).toBe(0);
});

it("aborts the call whose signal fires, before it begins or while it runs", async () => {
  const worker = start();
  const controller = new AbortController();
  const call = worker.call("wait", "for ever", { signal: controller.signal });
  const behind = worker.call("wait", "for ever", { signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: "E_ABORTED" });
  await expect(behind).rejects.toMatchObject({ code: "E_ABORTED" });
  await expect(worker.call("wait", "for ever", { signal: controller.signal })).rejects.toMatchObject({ code: "E_ABORTED" });
});

it("fails the call whose listener throws, and goes on", async () => {
  const worker = start();
  const onEvent = () => {
    throw new Error("out of luck");
  };
  await expect(worker.call("count", 3, { onEvent })).rejects.toThrow("out of luck");
  expect(await worker.call("count", 1)).toBe(1);
});

it("fails what is under way when the process ends, and everything later", async () => {
  const worker = start();
  const after = worker.call("wait", "a");
  after.catch(() => {});
  await expect(worker.call("end", 3)).rejects.toMatchObject({
    ...{ code: "E_MODEL_HOST", message: "The test's process ended with exit code 3; start another one." },
  });
  expect(worker.hasEnded).toBe(true);
  await expect(worker.call("count", 1)).rejects.toMatchObject({ code: "E_MODEL_HOST" });
  await worker.stop();

  const killed = start();
  const waiting = killed.call("wait", "for ever");
  const lost = expect(waiting).rejects.toMatchObject({ message: expect.stringContaining("was ended by SIGKILL") });
  await killed.stop();
  await lost;
});

it.skipIf(process.platform === "win32")("stands behind by as many levels as it is told", async () => {
  expect(getPriority(start(3).pid)).toBe(Math.min(19, getPriority() + 3));
  for (const nice of [-1, 20, 0.5])
    expect(() => start(nice)).toThrow(`nice is a whole number of levels from 0 to 19; ${nice} came`);
});
