import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { databaseFile } from "../../../src/label-studio/state/recover-database.js";
import type { Store } from "../../../src/label-studio/state/store.js";
import { StateDatabase } from "../../../src/system/state-database.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "./open-test-store.js";
import { annotation, projectKey } from "./test-records.js";

async function newStore(): Promise<{ store: Store; id: number; folder: string }> {
  const folder = temporaryFolder();
  const store = await openTestStore(folder);
  return { store, folder, id: store.project(projectKey, "Intents").id };
}

describe("projects", () => {
  it("are told apart by host and project, and made once", async () => {
    const { store, id } = await newStore();
    expect(store.project(projectKey, "another title")).toEqual({
      ...projectKey,
      id,
      title: "Intents",
      labelConfig: "",
      servingVersion: undefined,
      createdAt: expect.any(Number),
    });
    const other = store.project({ ...projectKey, hostname: "http://elsewhere" });
    const third = store.project({ ...projectKey, project: "1.1700000001" });
    expect(new Set([id, other.id, third.id]).size).toBe(3);
    expect(store.findProject({ ...projectKey, hostname: "http://elsewhere" })).toEqual(other);
    expect(store.findProject({ ...projectKey, hostname: "http://nowhere" })).toBeUndefined();
    expect(store.projectById(third.id)).toEqual(third);
    expect(store.projectById(99)).toBeUndefined();
    expect(store.projects().map((project) => project.id)).toEqual([id, other.id, third.id]);
  });

  it("are not made without end", async () => {
    const { store, folder } = await newStore();
    const other = new StateDatabase(join(folder, databaseFile), { isOwner: false });
    other.exec(`INSERT INTO projects (hostname, project, title, label_config, created_at)
      SELECT '', value || '.1', '', '', 0 FROM (WITH RECURSIVE n(value) AS (SELECT 10 UNION ALL SELECT value + 1 FROM n LIMIT 19999) SELECT value FROM n)`);
    other.close();
    const message = expect.stringMatching(/At most 20000 projects.*baal forget/);
    expect(() => store.project({ ...projectKey, project: "9.9" })).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message }),
    );
    expect(store.project(projectKey)).toMatchObject({ title: "Intents" });
  });

  it("say whether the labelling configuration has changed", async () => {
    const { store, id } = await newStore();
    expect(store.saveConfig(id, { labelConfig: "<View/>" })).toBe(true);
    expect(store.saveConfig(id, { labelConfig: "<View/>", title: "New title" })).toBe(false);
    expect(store.projectById(id)).toMatchObject({ labelConfig: "<View/>", title: "New title" });
    expect(store.saveConfig(id, { labelConfig: "<View></View>" })).toBe(true);
    expect(store.projectById(id)).toMatchObject({ labelConfig: "<View></View>", title: "New title" });
    expect(() => store.saveConfig(99, { labelConfig: "" })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

describe("annotations", () => {
  it("come back as they were saved, whatever characters they have", async () => {
    const { store, id, folder } = await newStore();
    const saved = [
      annotation(1, {
        data: { text: "a\0b \ud800 \u2028 'x' \"y\" ñ 😀", nested: [{ a: null, b: 1.5e-9 }] },
        completedBy: undefined,
      }),
      annotation(2, { wasCancelled: true, result: [], updatedAt: 1_700_000_000_000.25 }),
      annotation(Number.MAX_SAFE_INTEGER, { taskId: 0, groundTruth: true, completedBy: "x@y.z" }),
    ];
    expect(store.saveAnnotations(id, saved)).toEqual({ stored: 3, unchanged: 0 });
    await store.close();
    const again = await openTestStore(folder);
    expect(again.annotations(id)).toEqual(saved);
    expect([again.countAnnotations(id), again.countSkipped(id)]).toEqual([2, 1]);
    expect(again.annotations(id + 1)).toEqual([]);
  });

  it("are saved all or not at all", async () => {
    const { store, id } = await newStore();
    const wrong = [
      annotation(1.5),
      annotation(2 ** 60),
      annotation(2, { taskId: Number.NaN }),
      annotation(2, { updatedAt: Number.POSITIVE_INFINITY }),
    ];
    for (const one of wrong) {
      expect(() => store.saveAnnotations(id, [annotation(1), one])).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    }
    expect(() => store.saveAnnotations(99, [annotation(1)])).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(store.countAnnotations(id)).toBe(0);
  });

  it("are counted since a run by their order of arrival, though the clock jumps back", async () => {
    const { store, id } = await newStore();
    store.saveAnnotations(id, [annotation(1), annotation(2), annotation(3)]);
    expect(store.annotationsSince(id, undefined)).toBe(3);
    const first = store.beginRun(id, "START_TRAINING");
    expect(store.annotationsSince(id, first.startedAt)).toBe(0);
    vi.useFakeTimers({ now: first.startedAt - 86_400_000 });
    try {
      const relabelled = annotation(2, { result: [], updatedAt: 1_700_000_000_001 });
      // A new one, a changed one, one saved again as it was, one known.
      const sent = [annotation(4), relabelled, annotation(1, { updatedAt: 1_700_000_000_009 }), annotation(3)];
      expect(store.saveAnnotations(id, sent)).toEqual({ stored: 2, unchanged: 2 });
      expect(store.annotationsSince(id, first.startedAt)).toBe(2);
      store.deleteAnnotations(id, [4]);
      expect(store.annotationsSince(id, first.startedAt)).toBe(1);
      const second = store.beginRun(id, "annotations");
      expect(second.startedAt).toBeLessThan(first.startedAt);
      expect(store.annotationsSince(id, second.startedAt)).toBe(0);
      store.saveAnnotations(id, [annotation(5)]);
      expect(store.annotationsSince(id, second.startedAt)).toBe(1);
      expect(store.annotationsSince(id, first.startedAt)).toBe(2);
      // A third run in the same millisecond has a time of its own.
      expect(store.beginRun(id, "annotations").startedAt).toBe(second.startedAt + 1);
    } finally {
      vi.useRealTimers();
    }
    expect(() => store.annotationsSince(id, 12345)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it("stay away once they or their tasks were deleted, in one project only", async () => {
    const { store, id } = await newStore();
    const other = store.project({ ...projectKey, project: "2.1" }).id;
    for (const project of [id, other])
      store.saveAnnotations(project, [annotation(1), annotation(2), annotation(3, { taskId: 1002 })]);
    expect(store.deleteAnnotations(id, [1, 77])).toBe(1);
    expect(store.deleteTasks(id, [1002, 1003])).toBe(2);
    expect(store.deleteTasks(id, [1002])).toBe(0);
    const late = { updatedAt: 1_900_000_000_000 };
    const sent = [annotation(1, late), annotation(77, late), annotation(2, late), annotation(8, { ...late, taskId: 1003 })];
    expect(store.saveAnnotations(id, sent)).toEqual({ stored: 0, unchanged: 4 });
    expect(store.annotations(id)).toEqual([]);
    expect(store.countAnnotations(other)).toBe(3);
    // A task's number says nothing about annotations of that number.
    expect(store.saveAnnotations(id, [annotation(1002, { taskId: 1 })])).toEqual({ stored: 1, unchanged: 0 });
  });
});

describe("requests of trainings", () => {
  it("are one per project, in the order of their arrival, and outlive the store", async () => {
    const { store, id, folder } = await newStore();
    const { id: other } = store.project({ ...projectKey, project: "1.1700000001" });
    store.addTrainingRequest({ projectId: other, cause: "annotations" });
    store.addTrainingRequest({ projectId: id, cause: "START_TRAINING" });
    store.addTrainingRequest({ projectId: other, cause: "START_TRAINING" });
    await store.close();
    const again = await openTestStore(folder);
    expect(again.trainingRequests()).toEqual([
      { projectId: other, cause: "annotations" },
      { projectId: id, cause: "START_TRAINING" },
    ]);
    again.removeTrainingRequest(other);
    again.removeTrainingRequest(other);
    expect(again.trainingRequests()).toEqual([{ projectId: id, cause: "START_TRAINING" }]);
  });
});

describe("runs and events", () => {
  it("keep what happened, the newest first", async () => {
    const { store, id } = await newStore();
    const run = store.beginRun(id, "START_TRAINING");
    expect(run).toMatchObject({
      projectId: id,
      status: "running",
      cause: "START_TRAINING",
      endedAt: undefined,
      version: undefined,
    });
    store.endRun(run.id, { status: "insufficient", message: "2 labels are needed." });
    const next = store.beginRun(id, "annotations");
    expect(store.runs(id, 10).map(({ status }) => status)).toEqual(["running", "insufficient"]);
    expect(store.runs(id, 1)).toEqual([next]);
    expect(store.runs(id, 10)[1]).toMatchObject({ message: "2 labels are needed.", endedAt: expect.any(Number) });
    expect(() => store.endRun(run.id, { status: "completed" })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(() => store.beginRun(99, "x")).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));

    store.logEvent({ projectId: id, level: "warn", message: "NUL \0 in it" });
    store.logEvent({ projectId: undefined, level: "info", message: "of no project" });
    expect(store.events(10).map(({ message }) => message)).toEqual(["of no project", "NUL \ufffd in it"]);
    expect(store.events(10, id)).toEqual([
      { id: expect.any(Number), at: expect.any(Number), projectId: id, level: "warn", message: "NUL \ufffd in it" },
    ]);
    expect(store.events(1)).toHaveLength(1);
  });

  it("call trainings interrupted that the last process did not end", async () => {
    const { store, id, folder } = await newStore();
    store.endRun(store.beginRun(id, "annotations").id, { status: "completed", version: "v1" });
    store.beginRun(id, "annotations");
    await store.close();
    const again = await openTestStore(folder);
    expect(again.runs(id, 10)).toMatchObject([
      { status: "interrupted", endedAt: expect.any(Number), message: expect.stringContaining("ended") },
      { status: "completed", version: "v1" },
    ]);
    expect(again.events(10)).toMatchObject([{ level: "warn", message: expect.stringContaining("1 of its runs") }]);
    // A new run is counted from here on.
    expect(again.beginRun(id, "annotations").id).toBe(3);
  });
});

describe("a closed store", () => {
  it("does nothing more, though the driver would", async () => {
    const { store, id } = await newStore();
    store.saveAnnotations(id, [annotation(1)]);
    await store.close();
    for (const use of [() => store.saveAnnotations(id, [annotation(2)]), () => store.annotations(id), () => store.projects()]) {
      expect(use).toThrow(expect.objectContaining({ code: "E_STORE" }));
    }
  });
});
