import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { labelStudioClient } from "../../../src/label-studio/api/label-studio-client.js";
import { learningBackend } from "../../../src/label-studio/backend/learning-backend.js";
import { createBackendApp } from "../../../src/label-studio/http/app.js";
import { ProjectModels } from "../../../src/label-studio/serving/project-models.js";
import { EventJournal } from "../../../src/label-studio/state/event-journal.js";
import { TrainingQueue } from "../../../src/label-studio/training/training-queue.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { config, studioOf } from "../api/studio-client.js";
import { fakePredictor } from "../fake-predictor.js";
import { choicesRegion, type SimulatedLabelStudio } from "../simulated-label-studio.js";
import { openTestStore } from "../state/open-test-store.js";

const good = [choicesRegion("mood", "text", ["Good"])];
const texts = (count: number) => Array.from({ length: count }, (_, n) => ({ text: `text ${n}` }));

interface SetUp {
  readonly studio?: Parameters<typeof studioOf>[0];
  readonly hasToken?: boolean;
  readonly everyAnnotations?: number;
  readonly folder?: string;
}

/** A server that learns, in this process, beside a Label Studio; a training only says how many annotations it would have had. */
async function setUp({ studio: how, hasToken = true, everyAnnotations, folder = temporaryFolder() }: SetUp = {}) {
  const studio: SimulatedLabelStudio = await studioOf(how);
  const store = await openTestStore(folder);
  const trained: { readonly cause: string; readonly annotations: number }[] = [];
  const trainings = new TrainingQueue({
    store,
    job: async (projectId, cause) => {
      trained.push({ cause, annotations: store.countAnnotations(projectId) });
      return { status: "completed" };
    },
  });
  const models = new ProjectModels({
    records: store,
    bases: [{ kind: "text", folder: "/base", version: "base-1", labels: [] }],
    settings: { iterations: 4, seed: 1, score: "bald", scoreOrder: "confidence", threshold: 0.4 },
    pool: { start: async ({ labels }) => ({ predictor: fakePredictor(labels ?? []), stop: () => Promise.resolve() }) },
  });
  const logger = pino({ level: "silent" });
  const events = await EventJournal.open(folder, { position: store.journalPosition() });
  const client = labelStudioClient({ url: studio.url, apiKey: studio.legacyToken, retries: 0 });
  const backend = learningBackend({
    ...{ store, models, trainings, logger, events, baseModel: "base-1", policy: { everyAnnotations } },
    labelStudio: hasToken ? { client, pushesScores: false } : undefined,
  });
  const server = createBackendApp({ backend, logger }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await backend.close();
  });
  const project = studio.createProject({ labelConfig: config });
  expect((await project.connect({ url })).error).toBeUndefined();
  const status = () => backend.status.snapshot().projects[0]!;
  const stored = () => new Set(store.annotations(1).map(({ id }) => id));
  return { studio, store, backend, project, trained, status, stored, url };
}

describe("numbers that come back", () => {
  it.each([true, false])("import, delete, import again: all 12 labels are there (token: %s)", async (hasToken) => {
    const { project, status, stored } = await setUp({ studio: { reusesNumbers: true }, hasToken });
    for (let round = 0; round < 3; round++) {
      const tasks = await project.addTasks(texts(12));
      expect(tasks[0]).toBe(1);
      const labels = [];
      for (const id of tasks) labels.push(await project.annotate(id, good));
      expect(status().annotations).toBe(12);
      expect(stored()).toEqual(new Set(labels));
      await project.deleteTasks(tasks);
      expect(status().annotations).toBe(0);
    }
  });

  it("an annotation that is deleted and made again with its number counts", async () => {
    const { project, stored } = await setUp({ studio: { reusesNumbers: true }, hasToken: false });
    const [task] = await project.addTasks(texts(1));
    const first = await project.annotate(task!, good);
    await project.deleteAnnotations([first]);
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await project.annotate(task!, good)).toBe(first);
    const again = stored();
    expect(again.size).toBeLessThanOrEqual(1);
    await expect.poll(() => stored().size).toBe(1);
  });
});

describe("labels that no event carries", () => {
  it("are fetched when tasks are imported with annotations, and count for --train-every", async () => {
    const { project, store, status, trained } = await setUp({ everyAnnotations: 8 });
    await project.importTasks(texts(8).map((data) => ({ data, results: [good] })));
    await expect.poll(() => status().annotations, { timeout: 60_000 }).toBe(8);
    await expect.poll(() => trained, { timeout: 60_000 }).toEqual([{ cause: "annotations", annotations: 8 }]);
    expect(store.events(10).map(({ message }) => message)).toContain("8 annotations were fetched from Label Studio.");
    // The one before the training found nothing more.
    expect(status().comparison).toMatchObject({ fetched: 0, removed: 0, problem: undefined });
  });

  it("are fetched before a training, also where it goes on after a restart", async () => {
    const { project, store, trained } = await setUp();
    const tasks = await project.addTasks(texts(6));
    await project.annotate(tasks[0]!, good);
    // Events of these are lost.
    project.disconnectWebhook();
    for (const id of tasks.slice(1, 4)) await project.annotate(id, good);
    await project.startTraining();
    await expect.poll(() => trained, { timeout: 60_000 }).toEqual([{ cause: "START_TRAINING", annotations: 4 }]);
    expect(store.trainingRequests()).toEqual([]);
    // Deletions, too: the numbers of annotations do not agree.
    const [first] = project.tasks[0]!.annotations;
    await project.deleteAnnotations([first!.id]);
    await project.startTraining();
    await expect.poll(() => trained.at(-1), { timeout: 60_000 }).toEqual({ cause: "START_TRAINING", annotations: 3 });
    expect(trained).toHaveLength(2);
  });

  it("are looked for after an event without its contents", async () => {
    const { project, status, url } = await setUp();
    const tasks = await project.addTasks(texts(3));
    await expect.poll(() => status().comparison !== undefined, { timeout: 60_000 }).toBe(true);
    project.disconnectWebhook();
    await project.annotate(tasks[0]!, good);
    const headers = { "content-type": "application/json" };
    await fetch(`${url}/webhook`, { method: "POST", headers, body: JSON.stringify({ action: "ANNOTATION_CREATED" }) });
    await expect.poll(() => status().annotations, { timeout: 60_000 }).toBe(1);
  });

  it("cost one page where nothing has changed", async () => {
    const { studio, project, trained } = await setUp();
    const tasks = await project.addTasks(texts(350));
    for (const id of tasks.slice(0, 5)) await project.annotate(id, good);
    await project.startTraining();
    await expect.poll(() => trained.length, { timeout: 60_000 }).toBe(1);
    const listings = () => studio.seen.filter(({ url }) => url.startsWith("/api/tasks")).length;
    const before = listings();
    await project.startTraining();
    await expect.poll(() => trained.length, { timeout: 60_000 }).toBe(2);
    expect(listings() - before).toBeLessThanOrEqual(1);
  });
});

describe("START_TRAINING", () => {
  it("comes before its label's event, and trains with that label; five clicks are one training", async () => {
    const { project, trained } = await setUp({ hasToken: false });
    const tasks = await project.addTasks(texts(4));
    for (const id of tasks.slice(0, 3)) await project.annotate(id, good);
    const asked = await project.startTraining();
    for (let click = 0; click < 4; click++) await project.startTraining();
    expect(asked).toMatchObject({ status: 200, json: { status: "ok", job: "training 1" } });
    await project.annotate(tasks[3]!, good);
    await expect.poll(() => trained, { timeout: 60_000 }).toEqual([{ cause: "START_TRAINING", annotations: 4 }]);
    await project.startTraining();
    // No label follows: the button was pressed.
    await expect.poll(() => trained.length, { timeout: 60_000 }).toBe(2);
  });
});

describe("a skipped task", () => {
  it("is counted as such, and neither as a label nor for --train-every", async () => {
    const { project, status, trained } = await setUp({ hasToken: false, everyAnnotations: 2 });
    const tasks = await project.addTasks(texts(4));
    await project.annotate(tasks[0]!, [], { wasCancelled: true });
    await project.annotate(tasks[1]!, good);
    expect(status()).toMatchObject({ annotations: 1, skipped: 1, newAnnotations: 1 });
    expect(trained).toEqual([]);
    await project.annotate(tasks[2]!, good);
    await expect.poll(() => trained, { timeout: 60_000 }).toEqual([{ cause: "annotations", annotations: 2 }]);
  });
});
