import fc from "fast-check";
import { expect, it } from "vitest";
import type { AnnotationRecord } from "../../../src/label-studio/state/records.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "./open-test-store.js";
import { annotation, projectKey } from "./test-records.js";

const ids = fc.integer({ min: 1, max: 6 });
const tasks = fc.integer({ min: 1, max: 3 });
/** A task for each annotation, as in Label Studio, and few times, so that many are the same. */
const someAnnotation = fc
  .record({ id: ids, updatedAt: fc.integer({ min: 1, max: 4 }), choice: fc.constantFrom("a", "b") })
  .map(({ id, updatedAt, choice }) => annotation(id, { taskId: 1 + (id % 3), updatedAt, result: [choice] }));
const operation = fc.oneof(
  fc.record({ type: fc.constant("save" as const), annotations: fc.array(someAnnotation, { maxLength: 4 }) }),
  fc.record({ type: fc.constant("delete" as const), ids: fc.array(ids, { maxLength: 2 }) }),
  fc.record({ type: fc.constant("delete tasks" as const), ids: fc.array(tasks, { maxLength: 1 }) }),
  fc.record({ type: fc.constant("begin run" as const) }),
  fc.record({ type: fc.constant("open again" as const) }),
);
const weighted = fc.array(operation, { minLength: 1, maxLength: 25 });

/** The same rules over plain maps. */
class Model {
  readonly known = new Map<number, AnnotationRecord>();
  readonly deleted = new Set<number>();
  readonly deletedTasks = new Set<number>();
  /** Annotations that are new or changed since the run. */
  since = new Set<number>();

  save(annotations: readonly AnnotationRecord[]): number {
    let stored = 0;
    for (const one of annotations) {
      const before = this.known.get(one.id);
      if (this.deleted.has(one.id) || this.deletedTasks.has(one.taskId) || (before && before.updatedAt > one.updatedAt)) continue;
      if (JSON.stringify(before?.result) !== JSON.stringify(one.result)) {
        stored++;
        this.since.add(one.id);
        // A map keeps the place of a key that is set again.
        this.known.delete(one.id);
      }
      this.known.set(one.id, one);
    }
    return stored;
  }

  remove(isGone: (one: AnnotationRecord) => boolean): number {
    const gone = [...this.known.values()].filter(isGone);
    for (const { id } of gone) {
      this.known.delete(id);
      this.since.delete(id);
    }
    return gone.length;
  }
}

it("ends with the same annotations as a simple model, after any operations in any order", async () => {
  const folder = temporaryFolder();
  let store = await openTestStore(folder);
  let round = 0;
  await fc.assert(
    fc.asyncProperty(weighted, async (operations) => {
      const { id } = store.project({ ...projectKey, project: String(round++) });
      const model = new Model();
      let run: number | undefined;
      for (const next of operations) {
        if (next.type === "save") {
          const stored = model.save(next.annotations);
          expect(store.saveAnnotations(id, next.annotations)).toEqual({ stored, unchanged: next.annotations.length - stored });
        } else if (next.type === "delete") {
          for (const one of next.ids) model.deleted.add(one);
          expect(store.deleteAnnotations(id, next.ids)).toBe(model.remove((one) => model.deleted.has(one.id)));
        } else if (next.type === "delete tasks") {
          for (const one of next.ids) model.deletedTasks.add(one);
          expect(store.deleteTasks(id, next.ids)).toBe(model.remove((one) => model.deletedTasks.has(one.taskId)));
        } else if (next.type === "begin run") {
          run = store.beginRun(id, "annotations").startedAt;
          model.since = new Set();
        } else if (operations.length % 5 === 0) {
          await store.close();
          store = await openTestStore(folder);
        }
        expect(store.annotations(id)).toEqual([...model.known.values()]);
        expect(store.countAnnotations(id)).toBe(model.known.size);
        expect(store.annotationsSince(id, run)).toBe(run === undefined ? model.known.size : model.since.size);
      }
    }),
    { numRuns: 60, seed: 5 },
  );
});
