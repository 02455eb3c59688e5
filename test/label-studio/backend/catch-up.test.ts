import { describe, expect, it, onTestFinished } from "vitest";
import { catchUp } from "../../../src/label-studio/backend/catch-up.js";
import { ownProject } from "../../../src/label-studio/backend/push-project.js";
import type { Store } from "../../../src/label-studio/state/store.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { clientOf, config, studioOf } from "../api/studio-client.js";
import { choicesRegion, type SimulatedProject } from "../simulated-label-studio.js";
import { openTestStore } from "../state/open-test-store.js";
import { annotation } from "../state/test-records.js";

const good = [choicesRegion("mood", "text", ["Good"])];

async function setUp({ everyMs }: { readonly everyMs?: number } = {}) {
  const studio = await studioOf();
  const project = studio.createProject({ labelConfig: config });
  const tasks = await project.addTasks(Array.from({ length: 250 }, (_, i) => ({ text: `text ${i}` })));
  const annotations: number[] = [];
  for (const id of tasks.slice(0, 220)) annotations.push(await project.annotate(id, good));
  const store = await openTestStore(temporaryFolder());
  const record = store.project({ hostname: studio.url, project: project.key });
  const { client: plain } = clientOf(studio, { retries: 0 });
  let listings = 0;
  const client: typeof plain = {
    ...plain,
    async *exportAnnotations(id, pages) {
      yield* plain.exportAnnotations(id, pages);
      listings++;
    },
  };
  const failures: unknown[] = [];
  const now = { ms: 0 };
  const missed = catchUp({
    ...{ client, store, now: () => now.ms, onStored: () => {}, retryMs: 1000, everyMs },
    onFailure: (_, error) => failures.push(error),
  });
  onTestFinished(() => missed.close());
  const run = async () => {
    const before = listings;
    missed.again();
    expect(missed.begin(record)).toBe(true);
    await expect.poll(() => listings > before, { timeout: 60_000 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(failures).toEqual([]);
  };
  return { studio, project, tasks, annotations, store, record, client, failures, now, missed, run };
}

const ids = (store: Store, projectId: number) => new Set(store.annotations(projectId).map(({ id }) => id));

/** Without the events: the server was down. */
function removeSilently(project: SimulatedProject, annotationIds: readonly number[]): void {
  for (const task of project.tasks) {
    for (let i = task.annotations.length - 1; i >= 0; i--)
      if (annotationIds.includes(task.annotations[i]!.id)) task.annotations.splice(i, 1);
  }
}

describe("what happened while the server was down", () => {
  it("is caught up with: new annotations come, deleted ones go, and may come back", async () => {
    const { project, tasks, annotations, store, record, run } = await setUp();
    await run();
    expect(ids(store, record.id)).toEqual(new Set(annotations));
    // A deleted annotation, a deleted task, a new annotation.
    const gone = annotations.slice(3, 6);
    removeSilently(project, gone);
    const task = project.tasks.findIndex(({ id }) => id === tasks[10]);
    project.tasks.splice(task, 1);
    const added = await project.annotate(tasks[230]!, good);
    await run();
    const left = annotations.filter((id) => !gone.includes(id) && id !== annotations[10]);
    expect(ids(store, record.id)).toEqual(new Set([...left, added]));
    expect(store.events(1)[0]?.message).toBe(
      "1 annotations were fetched from Label Studio. 4 that are not there any more were removed.",
    );
    // An event of a deletion is for ever, a missing annotation may only have been overlooked.
    const again = annotation(gone[0]!);
    expect(store.saveAnnotations(record.id, [again]).stored).toBe(1);
  });

  it("is not taken for a deletion where it came during the listing, or is skipped", async () => {
    const { store, record, run, project } = await setUp();
    store.saveAnnotations(record.id, [annotation(9001), annotation(9002, { wasCancelled: true })]);
    const original = project.page.bind(project);
    project.page = async (tasks) => {
      store.saveAnnotations(record.id, [annotation(9003)]);
      return original(tasks);
    };
    await run();
    const kept = ids(store, record.id);
    expect([9001, 9002, 9003].map((id) => kept.has(id))).toEqual([false, true, true]);
  });

  it.each([
    ["tasks are deleted meanwhile", (project: SimulatedProject) => void project.tasks.splice(0, 5)],
    ["tasks come meanwhile", (project: SimulatedProject) => void project.addTasks([{ text: "new" }])],
  ])("is not taken for a deletion where %s", async (_, change) => {
    const { store, record, run, project } = await setUp();
    store.saveAnnotations(record.id, [annotation(9001)]);
    const original = project.page.bind(project);
    let pages = 0;
    project.page = async (tasks) => {
      const page = await original(tasks);
      if (pages++ === 0) change(project);
      return page;
    };
    await run();
    expect(ids(store, record.id).has(9001)).toBe(true);
  });

  it("is not taken for a deletion where the token's user does not see all tasks, or none", async () => {
    const { store, record, run, project } = await setUp();
    store.saveAnnotations(record.id, [annotation(9001)]);
    const json = project.json.bind(project);
    project.json = () => ({ ...json(), task_number: 1000 });
    await run();
    expect(ids(store, record.id).has(9001)).toBe(true);
    project.json = json;
    project.tasks.splice(0);
    await run();
    expect(ids(store, record.id).has(9001)).toBe(true);
  });

  it("is looked for again and again, by what was changed last, while the project is in use", async () => {
    const { studio, project, tasks, annotations, store, record, run } = await setUp({ everyMs: 50 });
    await run();
    const before = studio.seen.length;
    const annotation = await project.annotate(tasks[230]!, good);
    await expect.poll(() => ids(store, record.id).has(annotation), { timeout: 60_000 }).toBe(true);
    expect(store.comparison(record.id)).toMatchObject({ problem: undefined });
    removeSilently(project, annotations.slice(0, 1));
    await expect.poll(() => ids(store, record.id).has(annotations[0]!), { timeout: 60_000 }).toBe(false);
    const listings = studio.seen.slice(before).filter(({ url }) => url.startsWith("/api/tasks"));
    expect(listings.some(({ url }) => url.includes("ordering"))).toBe(true);
  });

  it("is asked for again a while after a failure, by a clock that does not jump", async () => {
    const { studio, record, failures, now, missed } = await setUp();
    studio.fail({ match: /GET \/api\/projects/, kind: "status", status: 500 });
    expect(missed.begin(record)).toBe(true);
    await expect.poll(() => failures.length).toBe(1);
    expect(missed.begin(record)).toBe(false);
    now.ms = 999;
    expect(missed.begin(record)).toBe(false);
    now.ms = 1000;
    expect(missed.begin(record)).toBe(true);
  });
});

describe("the project of a Label Studio whose token the server has", () => {
  it("is the one with the same number and the same time, not another Label Studio's", async () => {
    const { studio, project, store, record, client } = await setUp();
    const places = { client, store };
    const { signal } = new AbortController();
    expect((await ownProject(places, record, { signal }))?.id).toBe(project.id);
    const other = store.project({ hostname: "http://other.org", project: `${project.id}.1500000000` });
    expect(await ownProject(places, other, { signal })).toBeUndefined();
    expect(await ownProject(places, store.project({ hostname: "x", project: "99.1500000000" }), { signal })).toBeUndefined();
    // Two of one key: the address decides.
    const clone = store.project({ hostname: "http://clone.org", project: project.key });
    expect(await ownProject(places, clone, { signal })).toBeUndefined();
    expect((await ownProject(places, record, { signal }))?.id).toBe(project.id);
    expect(studio.url).toBe(record.hostname);
  });
});
