import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlanSettings, planRun, readShardRows } from "../../src/scale/plan/plan-run.js";
import { type RunPlan, runId, shardBounds, shardCount, shardsOf } from "../../src/scale/plan/run-plan.js";
import { folderStore } from "../../src/scale/store/folder-store.js";
import { temporaryFolder } from "../temporary-folder.js";

const settings: PlanSettings = {
  ...{ kind: "text", inputColumn: "text", text: null, maxSeqLen: 32, iterations: 4, seed: 1, strategy: "topk:bald", count: 5 },
  ...{ rowsPerShard: 3, model: { version: "m-0123456789ab", source: "/m" }, data: { name: "pool.csv", bytes: 10, modified: 5 } },
};
const rows = Array.from({ length: 8 }, (_, n) => ({ id: n, text: `text ${n}` }));

describe("the plan of a run", () => {
  it("divides the shards among shares, each in one, next to each other", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 90 }),
        (n, size, of) => {
          const plan = { rows: n, rowsPerShard: size };
          const all = Array.from({ length: of }, (_, index) => shardsOf(plan, { index, of })).flat();
          expect(all).toEqual(shardsOf(plan));
          const lengths = all.map((shard) => shardBounds(plan, shard));
          expect(lengths.reduce((sum, { length }) => sum + length, 0)).toBe(n);
          expect(lengths.every(({ start, length }, i) => length > 0 && start === i * size)).toBe(true);
          expect(all).toHaveLength(shardCount(plan));
        },
      ),
    );
  });

  it("brings every row into the store, and is the same whoever makes it", async () => {
    const store = folderStore(await temporaryFolder());
    const plan = await planRun(() => rows, settings, store);
    expect(plan).toMatchObject({ rows: 8, columns: ["id", "text"], rowsPerShard: 3 });
    const read = await Promise.all(shardsOf(plan).map((shard) => readShardRows(store, shard)));
    expect(read.flat()).toEqual(rows);
    const elsewhere = await planRun(
      () => rows,
      { ...settings, model: { ...settings.model, source: "/elsewhere" } },
      folderStore(await temporaryFolder()),
    );
    expect(runId(elsewhere)).toBe(runId(plan));
  });

  it("reads nothing again for the file it knows, and refuses another run by what is another", async () => {
    const store = folderStore(await temporaryFolder());
    const plan = await planRun(() => rows, settings, store);
    const never = () => {
      throw new Error("read again");
    };
    expect(await planRun(never, settings, store)).toEqual(plan);
    await expect(planRun(never, { ...settings, iterations: 20 }, store)).rejects.toMatchObject({
      code: "E_CONFLICT",
      message: expect.stringContaining("iterations was 4, now 20"),
    });
    const inBytes: PlanSettings = { ...settings, precision: "int8" };
    await expect(planRun(never, inBytes, store)).rejects.toThrow("precision was float32, now int8");
    const ofBytes = folderStore(await temporaryFolder());
    await planRun(() => rows, inBytes, ofBytes);
    await expect(planRun(never, settings, ofBytes)).rejects.toThrow("precision was int8, now float32");
    // What was begun before there was a choice, and what is asked to be as it was.
    const balanced: PlanSettings = { ...settings, masks: "balanced" };
    await expect(planRun(never, balanced, store)).rejects.toThrow("masks was independent, now balanced");
    const ofBalanced = folderStore(await temporaryFolder());
    await planRun(() => rows, balanced, ofBalanced);
    await expect(planRun(never, settings, ofBalanced)).rejects.toThrow("masks was balanced, now independent");
    const other = { ...settings, data: { name: "pool.csv", bytes: 11, modified: 5 } };
    await expect(planRun(() => [{ id: 0, text: "another" }], other, store)).rejects.toMatchObject({ code: "E_CONFLICT" });
    const later = { ...settings, data: { ...settings.data, modified: 6 } };
    await expect(planRun(never, later, store)).rejects.toThrow("read again");
    expect(runId(await planRun(() => rows, later, store))).toBe(runId(plan));
    const folder = { ...settings, data: { ...settings.data, modified: null } };
    await expect(planRun(never, folder, store)).rejects.toThrow("read again");
    const renamed = { version: "renamed-0123456789ab", source: "/renamed" };
    expect(await planRun(never, { ...settings, model: renamed }, store)).toEqual(plan);
    const model = { version: "m-ffffffffffff", source: "/m" };
    await expect(planRun(never, { ...settings, model }, store)).rejects.toMatchObject({
      message: expect.stringContaining("model was"),
    });
  });

  it("may be made by many at once", async () => {
    const folder = await temporaryFolder();
    const plans = await Promise.all(Array.from({ length: 6 }, () => planRun(() => rows, settings, folderStore(folder))));
    expect(new Set(plans.map(runId)).size).toBe(1);
  });

  it("says what to do about a store that is damaged", async () => {
    const folder = await temporaryFolder();
    const store = folderStore(folder);
    const plan: RunPlan = await planRun(() => rows, settings, store);
    await store.remove("data/00000001.jsonl.gz");
    await expect(readShardRows(store, 1)).rejects.toMatchObject({
      code: "E_STORE",
      message: expect.stringContaining("not there"),
    });
    await store.remove("run.json");
    await store.writeOnce("run.json", "{");
    await expect(planRun(() => rows, settings, store)).rejects.toMatchObject({ code: "E_CHECKPOINT" });
    expect(plan.rows).toBe(8);
    await expect(planRun(() => [], settings, folderStore(join(folder, "empty")))).rejects.toMatchObject({ code: "E_DATA" });
  });
});
