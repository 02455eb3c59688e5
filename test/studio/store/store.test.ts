import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { StudioStore } from "../../../src/studio/store/open-studio-store.js";
import { openStudioStore, studioFile } from "../../../src/studio/store/open-studio-store.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { batchId, beginTestProject, openTestProject } from "./open-test-project.js";

const answer = (store: StudioStore, item: number, classes: readonly number[], user = "ann") =>
  store.write({ id: batchId(), user, changes: store.answerChanges(item, user, classes), baseSeq: store.seq() });
const resolved = (store: StudioStore, item: number) => {
  const { resolved: values } = store.answersOf(item);
  return values && Object.fromEntries(values);
};

describe("a labelling project", () => {
  it("keeps one choice per item, and unknown apart from no with several", async () => {
    const single = await beginTestProject(temporaryFolder());
    answer(single, 1, [1]);
    answer(single, 1, [2]);
    expect(resolved(single, 1)).toEqual({ 2: 1 });
    answer(single, 1, []);
    expect(resolved(single, 1)).toBeUndefined();

    const multi = await beginTestProject(temporaryFolder(), "multi");
    answer(multi, 1, [1, 3]);
    expect(resolved(multi, 1)).toEqual({ 1: 1, 2: 0, 3: 1 });
    multi.addLabel({ name: "d" });
    expect(resolved(multi, 1)).toEqual({ 1: 1, 2: 0, 3: 1 });
    answer(multi, 2, []);
    expect(resolved(multi, 2)).toEqual({ 1: 0, 2: 0, 3: 0, 4: 0 });
  });

  it("keeps answers when labels are renamed, merged and split, and gives them back", async () => {
    const store = await beginTestProject(temporaryFolder());
    const [a, b, c] = [1, 2, 3];
    answer(store, 1, [a]);
    answer(store, 2, [b]);
    answer(store, 3, [c]);
    store.changeLabel(a, { name: "alpha" });
    expect(store.liveLabels().map(({ id, name }) => [id, name])).toEqual([
      [1, "alpha"],
      [2, "b"],
      [3, "c"],
    ]);
    expect(() => store.changeLabel(a, { name: "b" })).toThrow(/merge the two/);
    store.mergeLabels(b, a);
    expect([resolved(store, 1), resolved(store, 2)]).toEqual([{ 1: 1 }, { 1: 1 }]);
    expect(() => answer(store, 4, [b])).toThrow(expect.objectContaining({ code: "E_CONFLICT" }));
    const [c1, c2] = store.splitLabel(c, [{ name: "c" }, { name: "other c" }]);
    expect(resolved(store, 3)).toBeUndefined();
    answer(store, 3, [c2!.id]);
    expect(resolved(store, 3)).toEqual({ [c2!.id]: 1 });
    store.restoreLabel(b);
    expect(resolved(store, 2)).toEqual({ 2: 1 });
    expect(() => store.restoreLabel(c)).toThrow(/There is a label "c" already/);
    store.undo("ann");
    store.changeLabel(c1!.id, { name: "new c" });
    store.restoreLabel(c);
    expect(resolved(store, 3)).toEqual({ 3: 1 });
  });

  it("takes a no to a split label as one to its parts, and one to a merged label only with all of them", async () => {
    const store = await beginTestProject(temporaryFolder(), "multi");
    answer(store, 1, [1]);
    answer(store, 2, [3]);
    const parts = store.splitLabel(3, [{ name: "x" }, { name: "y" }]).map(({ id }) => id);
    expect(resolved(store, 1)).toEqual({ 1: 1, 2: 0, [parts[0]!]: 0, [parts[1]!]: 0 });
    expect(resolved(store, 2)).toEqual({ 1: 0, 2: 0 });
    const d = store.addLabel({ name: "d" }).id;
    store.mergeLabels(d, 2);
    expect(resolved(store, 1)).toEqual({ 1: 1, [parts[0]!]: 0, [parts[1]!]: 0 });
    answer(store, 1, []);
    expect(resolved(store, 1)).toEqual({ 1: 0, 2: 0, [parts[0]!]: 0, [parts[1]!]: 0 });
  });

  it("adds only new items, by content, and brings removed ones back with their answers", async () => {
    const store = await beginTestProject(temporaryFolder());
    answer(store, 2, [1]);
    const again = store.importItems([
      { content: " text 2 ", source: "b.csv, row 0", fields: { id: "7" } },
      { content: "new", source: "b.csv, row 1" },
      { content: "new", source: "b.csv, row 2" },
    ]);
    const added = again.ids[1]!;
    expect(again).toEqual({ ids: [2, added, added], added: 1, fresh: [added], changed: [2, added] });
    expect(store.item(2)).toMatchObject({ fields: { id: "7" }, source: "b.csv, row 0" });
    store.removeItems([2]);
    expect(store.items().map(({ id }) => id)).toEqual([1, 3, 4, added]);
    expect(store.importItems([{ content: "text 2", source: "c.csv, row 0" }])).toEqual({
      ids: [2],
      added: 0,
      fresh: [2],
      changed: [2],
    });
    store.setDuplicateGroups([[1, 2]]);
    store.importItems([{ content: "text 2", source: "d.csv, row 0" }]);
    expect(store.item(2)).toMatchObject({ source: "d.csv, row 0", duplicateGroup: 1 });
    expect(resolved(store, 2)).toEqual({ 1: 1 });
  });

  it("refuses what was changed after it was seen, and writes a batch once", async () => {
    const store = await beginTestProject(temporaryFolder());
    const seen = store.seq();
    answer(store, 1, [1]);
    const late = {
      id: "late",
      user: "ann",
      changes: [
        { item: 1, class: 2, value: 1 as const },
        { item: 2, class: 2, value: 1 as const },
      ],
      baseSeq: seen,
    };
    expect(() => store.write(late)).toThrow(expect.objectContaining({ code: "E_CONFLICT" }));
    expect(resolved(store, 2)).toBeUndefined();
    // Another annotator's own answer is no conflict, but a disagreement.
    store.write({ ...late, user: "bob" });
    expect(store.answersOf(1)).toMatchObject({ resolved: undefined, isConflict: true });
    expect(store.write({ ...late, user: "bob" })).toMatchObject({ items: [1, 2] });
    expect(store.events()).toHaveLength(3);
    expect(() => store.write({ ...late, user: "bob", changes: [] })).toThrow(/an id of its own/);
    store.write({ id: batchId(), user: "eve", via: "review", changes: [{ item: 1, class: 3, value: 1 }], baseSeq: store.seq() });
    expect(resolved(store, 1)).toEqual({ 3: 1 });
    const flags = (user: string, baseSeq: number) =>
      store.write({ id: batchId(), user, changes: [{ item: 3, flag: "exclude", value: 1, note: user }], baseSeq });
    const before = store.seq();
    flags("ann", before);
    expect(() => flags("bob", before)).toThrow(/was changed by ann after it was shown here/);
    flags("bob", store.seq());
    expect(() => store.undo("ann")).toThrow(expect.objectContaining({ code: "E_CONFLICT" }));
  });

  it("lets people's answers count before imported ones, which are nobody's to undo", async () => {
    const store = await beginTestProject(temporaryFolder());
    store.importBatch({ id: "import", user: "import", changes: [{ item: 1, class: 1, value: 1 }] });
    expect(resolved(store, 1)).toEqual({ 1: 1 });
    expect(store.undo("import")).toBeUndefined();
    answer(store, 1, [2]);
    expect(resolved(store, 1)).toEqual({ 2: 1 });
    store.undo("ann");
    expect(resolved(store, 1)).toEqual({ 1: 1 });
  });

  it("keeps versions, leases and jobs", async () => {
    const folder = temporaryFolder();
    const store = await beginTestProject(folder);
    const version = {
      name: "v1",
      config: { c: 10 },
      trainedAtSeq: 3,
      seed: 1,
      metrics: { accuracy: 0.5 },
      probabilities: undefined,
    };
    store.addVersion(version);
    expect(() => store.addVersion(version)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(store.lease([1, 2], "ann", { now: 0, until: 10 })).toEqual([1, 2]);
    expect(store.lease([2, 3], "bob", { now: 5, until: 15 })).toEqual([3]);
    expect(store.lease([2], "bob", { now: 11, until: 20 })).toEqual([2]);
    const { id: done } = store.beginJob("map");
    store.jobProgress(done, 0.9);
    store.endJob(done, "done");
    expect(store.jobs(1)).toMatchObject([{ id: done, state: "done", progress: 1 }]);
    const { id } = store.beginJob("train");
    store.jobProgress(id, 0.5);
    await store.close();
    const again = await openTestProject(folder);
    expect(again.versions()).toEqual([version]);
    expect(again.jobs(1)).toMatchObject([{ id, state: "interrupted", progress: 0.5 }]);
    expect([...again.leasedByOthers("ann", 12)].sort()).toEqual([2, 3]);
    expect(() => again.beginProject({ kind: "image", task: "single", seed: 1 })).toThrow(/holds texts, not images/);
  });

  it("is one process's at a time, and a damaged one comes back from its backup", async () => {
    const folder = temporaryFolder();
    const store = await beginTestProject(folder);
    await expect(openStudioStore(folder)).rejects.toMatchObject({ code: "E_LOCKED" });
    answer(store, 1, [1]);
    await store.close();
    writeFileSync(join(folder, studioFile), "no database");
    const warned: string[] = [];
    const listen = (warning: Error) => warned.push(warning.message);
    process.on("warning", listen);
    const again = await openTestProject(folder);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect(warned.join()).toContain("was restored in its place");
    expect(resolved(again, 1)).toEqual({ 1: 1 });
  });
});
