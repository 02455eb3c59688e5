import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StateDict } from "../../src/core/bayesian-model.js";
import {
  listCheckpoints,
  pruneCheckpoints,
  type RunIdentity,
  readCheckpoint,
  readNewestCheckpoint,
  removeUnfinished,
  writeCheckpoint,
} from "../../src/training/checkpoint.js";
import { initialTrainerState } from "../../src/training/trainer-state.js";

const RUN: RunIdentity = { seed: 1, batchSize: 2, gradientAccumulationSteps: 1, optim: "adamw", items: 3, itemsHash: "abc" };
const WEIGHTS: StateDict = new Map([["w", { dims: [2, 2], data: Float32Array.of(1.5, -2, Math.fround(0.1), 4) }]]);
const MOMENTS: StateDict = new Map([["adamw.step", { dims: [1], data: Float32Array.of(7) }]]);
const FILES = ["model.safetensors", "optimizer.safetensors", "trainer-state.json"];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baal-checkpoint-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function write(step: number): Promise<string> {
  const state = { ...initialTrainerState({ totalSteps: 20, stepsPerEpoch: 5 }), globalStep: step };
  state.logHistory.push({ kind: "evaluate", step, epoch: step / 5, values: { loss: 0.1 + 0.2, f1: Number.NaN } });
  return writeCheckpoint(folder, { weights: WEIGHTS, optimizer: MOMENTS, state, run: RUN });
}

describe("checkpoints", () => {
  it("come back as they were written", async () => {
    const path = await write(5);
    expect(await readdir(folder)).toEqual(["checkpoint-5"]);
    expect((await readdir(path)).sort()).toEqual(FILES);
    const { weights, optimizer, state, run } = await readCheckpoint(path);
    expect([...weights.get("w")!.data]).toEqual([...WEIGHTS.get("w")!.data]);
    expect(weights.get("w")!.dims).toEqual([2, 2]);
    expect([...optimizer.get("adamw.step")!.data]).toEqual([7]);
    expect(run).toEqual(RUN);
    expect(state).toMatchObject({ globalStep: 5, bestMetric: null });
    expect(state.logHistory[0]!.values).toEqual({ loss: 0.1 + 0.2, f1: Number.NaN });
  });

  it.each(FILES)("with a torn or missing %s are refused, whatever its length", async (file) => {
    const path = await write(5);
    const whole = await readFile(join(path, file));
    for (const length of [whole.length - 1, Math.floor(whole.length / 2), 0]) {
      await truncate(join(path, file), length);
      await expect(readCheckpoint(path)).rejects.toThrow(expect.objectContaining({ code: "E_CHECKPOINT" }));
    }
    await rm(join(path, file));
    await expect(readCheckpoint(path)).rejects.toThrow(expect.objectContaining({ code: "E_CHECKPOINT" }));
    await writeFile(join(path, file), whole);
    expect((await readCheckpoint(path)).state.globalStep).toBe(5);
  });

  it("with one changed bit in the weights are refused", async () => {
    const path = await write(5);
    const bytes = await readFile(join(path, "model.safetensors"));
    bytes[bytes.length - 3]! ^= 1;
    await writeFile(join(path, "model.safetensors"), bytes);
    await expect(readCheckpoint(path)).rejects.toThrow(
      /checkpoint-5 is not an intact checkpoint: the checksum of model\.safetensors/,
    );
  });

  it("are listed by step, other names left out, and none in a missing folder", async () => {
    for (const step of [10, 9, 100]) await write(step);
    await mkdir(join(folder, "checkpoint-best"));
    await mkdir(join(folder, ".checkpoint-7.5f1c2d3e.tmp"));
    expect((await listCheckpoints(folder)).map(({ step }) => step)).toEqual([9, 10, 100]);
    expect(await listCheckpoints(join(folder, "missing"))).toEqual([]);
    await removeUnfinished(folder);
    expect((await readdir(folder)).sort()).toEqual(["checkpoint-10", "checkpoint-100", "checkpoint-9", "checkpoint-best"]);
  });

  it("that are damaged are passed over with a warning", async () => {
    for (const step of [1, 2, 3]) await write(step);
    await truncate(join(folder, "checkpoint-3", "optimizer.safetensors"), 30);
    await writeFile(join(folder, "checkpoint-2", "trainer-state.json"), '{"version": 2}');
    const warnings: string[] = [];
    const newest = await readNewestCheckpoint(folder, (message) => warnings.push(message));
    expect(newest?.state.globalStep).toBe(1);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/checkpoint-3 .*checksum of optimizer/);
    expect(warnings[1]).toMatch(/checkpoint-2 .*unexpected content/);
  });

  it.each([
    ["the oldest go", { limit: 2, current: 5, best: null }, [4, 5]],
    ["the best stays", { limit: 2, current: 5, best: 2 }, [2, 5]],
    ["the newest and the best stay at a limit of one", { limit: 1, current: 5, best: 2 }, [2, 5]],
    ["those after the current one go first", { limit: 3, current: 3, best: null }, [1, 2, 3]],
    ["nothing goes within the limit", { limit: 9, current: 5, best: null }, [1, 2, 3, 4, 5]],
  ])("pruned: %s", async (_, options, left) => {
    for (const step of [1, 2, 3, 4, 5]) await write(step);
    await pruneCheckpoints(folder, options);
    expect((await listCheckpoints(folder)).map(({ step }) => step)).toEqual(left);
  });
});
