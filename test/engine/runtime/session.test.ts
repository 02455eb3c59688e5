import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph, type Graph } from "../../../src/engine/onnx/graph.js";
import { createSession, type Feed, releaseIdleSessions, sessionCounts } from "../../../src/engine/runtime/session.js";

function doubling(factor = 2): Graph {
  const b = graphBuilder(createGraph("doubling"));
  b.output(b.mul(b.input("x", { dtype: "float32", shape: ["n"] }), b.scalar(factor)), "y");
  return b.graph;
}

const feed = (...values: number[]): Feed => ({ dtype: "float32", dims: [values.length], data: Float32Array.from(values) });

afterEach(releaseIdleSessions);

describe("lifetimes", () => {
  it("is one session for equal graphs, another for another graph or other options", async () => {
    const sessions = [await createSession(doubling()), await createSession(doubling())];
    expect(sessionCounts()).toEqual({ held: 1, idle: 0 });
    sessions.push(await createSession(doubling(3)), await createSession(doubling(), { threads: 1 }));
    expect(sessionCounts()).toEqual({ held: 3, idle: 0 });
    await Promise.all(sessions.map((session) => session.release()));
    expect(sessionCounts()).toEqual({ held: 0, idle: 3 });
  });

  it("gives the same numbers from threads that wait without spinning, in a session of its own", async () => {
    const sessions = [await createSession(doubling()), await createSession(doubling(), { withSpinning: false })];
    expect(sessionCounts()).toEqual({ held: 2, idle: 0 });
    const x = Float32Array.from({ length: 100_000 }, (_, i) => i);
    const [one, other] = await Promise.all(sessions.map(async (session) => (await session.run({ x }))["y"]!.data));
    expect(other).toEqual(one);
    await Promise.all(sessions.map((session) => session.release()));
  });

  it("runs for whoever still holds it, and for nobody who gave it back", async () => {
    const [first, second] = [await createSession(doubling()), await createSession(doubling())];
    await first.release();
    await first.release();
    expect(sessionCounts()).toEqual({ held: 1, idle: 0 });
    expect((await second.run({ x: [1] }))["y"]!.data).toEqual(Float32Array.of(2));
    await expect(first.run({ x: [1] })).rejects.toMatchObject({
      code: "E_ARGUMENT",
      message: expect.stringContaining("released"),
    });
    await second.release();
  });

  it("takes an idle session up again and keeps four of them", async () => {
    await (await createSession(doubling())).release();
    expect(sessionCounts()).toEqual({ held: 0, idle: 1 });
    const again = await createSession(doubling());
    expect(sessionCounts()).toEqual({ held: 1, idle: 0 });
    expect((await again.run({ x: [4] }))["y"]!.data).toEqual(Float32Array.of(8));
    await again.release();
    for (let factor = 10; factor < 20; factor++) await (await createSession(doubling(factor))).release();
    expect(sessionCounts()).toEqual({ held: 0, idle: 4 });
    await releaseIdleSessions();
    expect(sessionCounts()).toEqual({ held: 0, idle: 0 });
  });

  it("ends with the garbage collection of a holder who forgot to release", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const forget = async () => void (await createSession(doubling(7)));
    await forget();
    for (let i = 0; i < 100 && sessionCounts().held > 0; i++) {
      await setTimeout(10);
      collect();
    }
    expect(sessionCounts()).toEqual({ held: 0, idle: 0 });
  });

  it("ends with the block that it was declared in", async () => {
    {
      await using session = await createSession(doubling());
      await session.run({ x: [1] });
      expect(sessionCounts().held).toBe(1);
    }
    expect(sessionCounts().held).toBe(0);
  });
});

it("reads feeds anew at each run, and writes into the buffers it is given", async () => {
  await using session = await createSession(doubling());
  const x = feed(1, 2, 3);
  const y = feed(0, 0, 0);
  const first = await session.run(new Map([["x", x]]), new Map([["y", y]]));
  expect(first.get("y")).toBe(y);
  expect([...(y.data as Float32Array)]).toEqual([2, 4, 6]);
  x.data[0] = 10;
  await session.run(new Map([["x", x]]), new Map([["y", y]]));
  expect([...(y.data as Float32Array)]).toEqual([20, 4, 6]);
});

it("allocates outputs that no buffer was given for", async () => {
  await using session = await createSession(doubling());
  const outputs = await session.run(new Map([["x", feed(1.5)]]));
  expect(outputs.get("y")).toMatchObject({ dtype: "float32", dims: [1] });
  expect(outputs.get("y")!.data[0]).toBe(3);
});

it("says which graph ONNX Runtime refuses", async () => {
  const b = graphBuilder(createGraph("nonsense"));
  b.output(b.op("NoSuchOperator", [b.input("x", { dtype: "float32", shape: [1] })]));
  await expect(createSession(b.graph)).rejects.toMatchObject({
    code: "E_MODEL_FORMAT",
    message: expect.stringContaining('"nonsense"'),
  });
});
