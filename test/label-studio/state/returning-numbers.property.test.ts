import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import type { AnnotationRecord } from "../../../src/label-studio/state/records.js";
import type { Store } from "../../../src/label-studio/state/store.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "./open-test-store.js";
import { annotation, projectKey } from "./test-records.js";

/** What Label Studio tells, as the store takes it. */
type Event =
  | { readonly kind: "tasks"; readonly id: number; readonly createdAt: number }
  | { readonly kind: "save"; readonly record: AnnotationRecord }
  | { readonly kind: "delete"; readonly ids: readonly number[] }
  | { readonly kind: "delete tasks"; readonly ids: readonly number[] };

interface Labelled {
  readonly record: AnnotationRecord;
}

const step = fc.record({
  what: fc.constantFrom("import", "label", "label", "update", "delete", "delete task"),
  pick: fc.nat({ max: 1000 }),
});

/** A Label Studio on SQLite: what is new gets the highest number that is there, and one more. Its clock goes on with each step. */
function history(steps: readonly { readonly what: string; readonly pick: number }[]) {
  const tasks = new Map<number, number>();
  const labels = new Map<number, Labelled>();
  const events: Event[] = [];
  const next = (present: Iterable<number>) => Math.max(0, ...present) + 1;
  const chosen = <T>(items: readonly T[], pick: number): T | undefined => items[pick % Math.max(1, items.length)];
  for (const [n, { what, pick }] of steps.entries()) {
    const now = 1_000 * (n + 1);
    const task = chosen([...tasks.keys()], pick);
    const label = chosen([...labels.values()], pick);
    if (what === "import" || task === undefined) {
      const id = next(tasks.keys());
      tasks.set(id, now);
      events.push({ kind: "tasks", id, createdAt: now });
    } else if (what === "label") {
      const times = { createdAt: now, updatedAt: now, taskCreatedAt: tasks.get(task)! };
      const record = annotation(next(labels.keys()), { taskId: task, result: [n], ...times });
      labels.set(record.id, { record });
      events.push({ kind: "save", record });
    } else if (what === "update" && label !== undefined) {
      const record = { ...label.record, result: [n], updatedAt: now };
      labels.set(record.id, { record });
      events.push({ kind: "save", record });
    } else if (what === "delete" && label !== undefined) {
      labels.delete(label.record.id);
      events.push({ kind: "delete", ids: [label.record.id] });
    } else if (what === "delete task") {
      tasks.delete(task);
      // With the task its annotations go, of which no event tells.
      for (const [id, { record }] of labels) if (record.taskId === task) labels.delete(id);
      events.push({ kind: "delete tasks", ids: [task] });
    }
  }
  return { events, present: [...labels.values()].map(({ record }) => record) };
}

function tell(store: Store, id: number, event: Event, receivedAt: number): void {
  const options = { receivedAt };
  if (event.kind === "tasks") store.tasksCreated(id, [event], options);
  else if (event.kind === "save") store.saveAnnotations(id, [event.record], options);
  else if (event.kind === "delete") store.deleteAnnotations(id, event.ids, options);
  else store.deleteTasks(id, event.ids, options);
}

const named = (records: readonly AnnotationRecord[]) =>
  records.map(({ id, createdAt, result }) => JSON.stringify([id, createdAt, result])).sort();
const made = (records: readonly AnnotationRecord[]) => records.map(({ id, createdAt }) => `${id} of ${createdAt}`);

describe("a Label Studio that gives numbers again", () => {
  it("has here what it has there, whatever was made, changed and deleted, with and without the events of imports", async () => {
    const store = await openTestStore(temporaryFolder());
    let round = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, withImports) => {
        const { id } = store.project({ ...projectKey, project: String(round++) });
        const { events, present } = history(steps);
        for (const [n, event] of events.entries()) if (withImports || event.kind !== "tasks") tell(store, id, event, 10_000 * n);
        expect(named(store.annotations(id))).toEqual(named(present));
        expect(store.countAnnotations(id)).toBe(present.length);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it("brings nothing back that was deleted, in whatever order its events come", async () => {
    const store = await openTestStore(temporaryFolder());
    let round = 0;
    let lost = 0;
    let all = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.nat(), (steps, seed) => {
        const { id } = store.project({ ...projectKey, project: String(round++) });
        const { events, present } = history(steps);
        const random = createRandom(seed);
        const order = events.map((event, n) => ({ event, at: n + 6 * random.uniform() })).sort((a, b) => a.at - b.at);
        for (const { event } of order) tell(store, id, event, 1);
        const there = made(store.annotations(id));
        const right = made(present);
        expect(right).toEqual(expect.arrayContaining(there));
        all += right.length;
        lost += right.length - there.length;
      }),
      { numRuns: 150, seed: 2 },
    );
    // What looks like the late event of something deleted may be news: a comparison with Label Studio brings it.
    expect(lost).toBeLessThan(0.2 * all);
  });

  it("is asked by a listing what is there, and takes its word for what was deleted before", async () => {
    const store = await openTestStore(temporaryFolder());
    const { id } = store.project(projectKey);
    const old = annotation(1, { taskId: 1, createdAt: 10, taskCreatedAt: 5 });
    store.saveAnnotations(id, [old]);
    store.deleteAnnotations(id, [1]);
    store.deleteTasks(id, [1]);
    // No time tells them apart: it may be what was deleted.
    const unclear = annotation(1, { taskId: 1 });
    expect(store.saveAnnotations(id, [unclear]).stored).toBe(0);
    const before = store.moment();
    expect(store.saveAnnotations(id, [unclear], { listedSince: before - 1 }).stored).toBe(0);
    expect(store.saveAnnotations(id, [unclear], { listedSince: before }).stored).toBe(1);
  });

  it("may reuse the number of something that nobody here has seen, but not at the heels of its deletion", async () => {
    const store = await openTestStore(temporaryFolder());
    const { id } = store.project(projectKey);
    store.saveAnnotations(id, [annotation(1, { createdAt: 50 })]);
    store.deleteAnnotations(id, [7, 8], { receivedAt: 10_000 });
    const late = annotation(7, { createdAt: 60 });
    expect(store.saveAnnotations(id, [late], { receivedAt: 10_500 }).stored).toBe(0);
    // It was the one that was deleted, whenever it comes again.
    expect(store.saveAnnotations(id, [late], { receivedAt: 99_000 }).stored).toBe(0);
    expect(store.saveAnnotations(id, [annotation(7, { createdAt: 61 })], { receivedAt: 99_000 }).stored).toBe(1);
    expect(store.saveAnnotations(id, [annotation(8, { createdAt: 60 })], { receivedAt: 99_000 }).stored).toBe(1);
  });
});

describe("a correction", () => {
  it("with an earlier clock counts where people have spent more time on it, or where Label Studio lists it", async () => {
    const store = await openTestStore(temporaryFolder());
    const { id } = store.project(projectKey);
    const first = annotation(1, { createdAt: 1, updatedAt: 1000, leadTime: 4, result: ["first"] });
    store.saveAnnotations(id, [first]);
    store.saveAnnotations(id, [{ ...first, updatedAt: 500, leadTime: 6, result: ["second"] }]);
    expect(store.annotations(id)[0]?.result).toEqual(["second"]);
    // The first one comes once more, late.
    store.saveAnnotations(id, [{ ...first, updatedAt: 900 }]);
    expect(store.annotations(id)[0]?.result).toEqual(["second"]);
    const listedSince = store.moment();
    store.saveAnnotations(id, [{ ...first, updatedAt: 400, result: ["third"] }], { listedSince });
    expect(store.annotations(id)[0]?.result).toEqual(["third"]);
    // Changed here since the listing began: that is newer.
    store.saveAnnotations(id, [{ ...first, updatedAt: 300, result: ["before"] }], { listedSince });
    expect(store.annotations(id)[0]?.result).toEqual(["third"]);
  });
});

describe("a review", () => {
  it("is about what the annotation says, and goes with a change of that", async () => {
    const store = await openTestStore(temporaryFolder());
    const { id } = store.project(projectKey);
    store.saveAnnotations(id, [annotation(1), annotation(2)]);
    store.saveReview(id, 1, "accepted");
    store.saveReview(id, 9, "accepted");
    const reviews = () => store.annotations(id).map((one) => [one.id, one.review]);
    expect(reviews()).toEqual([
      [2, undefined],
      [1, "accepted"],
    ]);
    store.saveAnnotations(id, [annotation(1, { updatedAt: 1_800_000_000_000 })]);
    expect(reviews()).toContainEqual([1, "accepted"]);
    store.saveAnnotations(id, [annotation(1, { updatedAt: 1_800_000_000_001, result: [] })]);
    expect(reviews()).toContainEqual([1, undefined]);
    // A listing says that there is none any more, or nothing about it.
    store.saveReview(id, 2, "rejected");
    store.saveAnnotations(id, [annotation(2)], { listedSince: store.moment() });
    expect(reviews()).toContainEqual([2, "rejected"]);
    store.saveAnnotations(id, [annotation(2, { review: null })], { listedSince: store.moment() });
    expect(reviews()).toContainEqual([2, undefined]);
  });
});
