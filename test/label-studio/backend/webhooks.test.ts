import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type StartedServer, startServer } from "./started-server.js";
import { textWorkplace, type Workplace } from "./text-model.js";
import { configOf, TextProject } from "./text-project.js";

let place: Workplace;
let server: StartedServer;

beforeAll(async () => {
  place = await textWorkplace();
  server = await startServer({
    ...{ main: place.main, model: place.model, dataDir: place.at("data") },
    // Nothing held out: the number of items that a version was trained on is the size of the training set.
    args: ["--train-every", "40", "--held-out-share", "0", "--iterations", "2", "--train-args", '{"maxSteps": 3}'],
  });
});

afterAll(async () => {
  await server.kill();
  place.remove();
});

const choice = (id: number) => (id % 2 === 0 ? "Positive" : "Negative");

describe("the next training set", () => {
  it("is the labels as they are in Label Studio, whatever came twice, late, skipped, relabelled or deleted", async () => {
    const project = new TextProject(server, 1, { labelConfig: configOf(["Positive", "Negative", "Mixed", "Gone"]) });
    await project.setup();
    for (let id = 1; id <= 14; id++) await project.created({ id, choice: choice(id) });
    // Twice.
    for (let id = 1; id <= 3; id++) await project.created({ id, choice: choice(id) });
    // Relabelled, and then the event of before.
    const late = { id: 4, choice: "Gone", updatedAt: 1_700_000_000_001 };
    await project.updated({ id: 4, choice: "Mixed", updatedAt: 1_700_000_100_000 });
    await project.created(late);
    // An update that comes before its creation.
    await project.updated({ id: 15, choice: "Mixed", updatedAt: 1_700_000_100_000 });
    await project.created({ id: 15, choice: "Gone", updatedAt: 1_700_000_000_015 });
    // A deletion that comes before the creation, and one after.
    await project.event("ANNOTATIONS_DELETED", { annotations: [{ id: 16 }, { id: 5 }] });
    await project.created({ id: 16, choice: "Gone" });
    await project.created({ id: 5, choice: "Gone", updatedAt: 1_700_000_200_000 });
    // A deleted task.
    await project.event("TASKS_DELETED", { tasks: [{ id: 6 }] });
    await project.updated({ id: 6, choice: "Gone", updatedAt: 1_700_000_200_000 });
    // Skipped, empty, about something else.
    await project.created({ id: 17, choice: "Gone", skipped: true });
    await project.created({ id: 18 });
    // Two others against one, and an expert against all.
    for (const user of [2, 3]) await project.created({ id: 18 + user, task: 7, choice: "Mixed", text: "their task", user });
    await project.created({ id: 22, task: 8, choice: "Mixed", groundTruth: true, user: 9 });
    await project.created({ id: 23, task: 8, choice: "Gone", user: 4, updatedAt: 1_700_000_300_000 });
    // A task labelled again by the same person, in another annotation.
    await project.created({ id: 24, task: 9, choice: "Mixed", user: 1, updatedAt: 1_700_000_300_000 });

    await project.startTraining();
    const { versions, lastRun } = await project.trained();
    expect(lastRun).toMatchObject({ status: "completed", cause: "START_TRAINING" });
    // Tasks 1 to 15 without 5 and 6.
    expect(versions[0]).toMatchObject({ trained: 13, heldOut: 0 });
    expect([...versions[0]!.labels].sort()).toEqual(["Mixed", "Negative", "Positive"]);
  });

  it("follows the configuration: labels that are removed count no more, new ones do", async () => {
    const project = new TextProject(server, 2, { labelConfig: configOf(["Positive", "Negative", "Old"]) });
    await project.setup();
    await project.label(12);
    for (let id = 13; id <= 20; id++) await project.created({ id, choice: "Old" });
    project.labelConfig = configOf(["Negative", "Positive", "New"]);
    await project.event("PROJECT_UPDATED");
    await project.created({ id: 21, choice: "New" });
    await project.startTraining();
    const { versions } = await project.trained();
    expect(versions[0]).toMatchObject({ trained: 13, labels: expect.arrayContaining(["New"]) });
    expect(versions[0]!.labels).not.toContain("Old");
    const { results } = (await project.predict([{ id: 1, data: { text: "a good day" } }])).json;
    expect(["Negative", "Positive", "New"]).toContain(results[0]!.result[0]!.value.choices[0]);
  });

  it("has all labels of one event about 5,000 annotations", async () => {
    const project = new TextProject(server, 3);
    await project.setup();
    const answer = await project.label(5000);
    expect(answer.status).toBe(200);
    expect((await project.status()).annotations).toBe(5000);
    const again = await project.label(5000);
    expect(again.status).toBe(200);
    const { annotations, newAnnotations, lastRun, versions } = await project.trained();
    // The same 5,000 once more are no news.
    expect({ annotations, newAnnotations, cause: lastRun?.cause }).toEqual({
      ...{ annotations: 5000, newAnnotations: 0 },
      cause: "annotations",
    });
    expect(versions[0]!.trained).toBe(5000);
    expect(versions).toHaveLength(1);
  });
});

describe("training by itself", () => {
  it("starts after every 40 new annotations, and not before", async () => {
    const project = new TextProject(server, 4);
    await project.setup();
    await project.label(39);
    expect((await project.status()).training.state).toBe("idle");
    await project.created({ id: 40, choice: "Negative" });
    const first = await project.trained();
    expect(first.lastRun?.cause).toBe("annotations");
    expect(first.versions[0]!.trained).toBe(40);
    // What is changed counts as new, what is said again does not.
    await project.label(40);
    for (let id = 1; id <= 39; id++) await project.updated({ id, choice: choice(id), updatedAt: 1_800_000_000_000 });
    const before = await project.status();
    expect({ new: before.newAnnotations, state: before.training.state }).toEqual({ new: 39, state: "idle" });
    await project.created({ id: 41, choice: "Negative" });
    const second = await project.trained({ after: first.lastRun!.id });
    expect(second.versions[0]!.trained).toBe(41);
    expect(second.versions).toHaveLength(2);
    expect(second.modelVersion).not.toBe(first.modelVersion);
  });

  it("starts at the project's own least number of annotations, once", async () => {
    const project = new TextProject(server, 5, { fields: { min_annotations_to_start_training: 12 } });
    await project.setup();
    for (let id = 1; id <= 11; id++) await project.created({ id, choice: choice(id) });
    expect((await project.status()).lastRun).toBeUndefined();
    await project.created({ id: 12, choice: choice(12) });
    const { lastRun, versions } = await project.trained();
    expect(lastRun?.cause).toBe("min_annotations_to_start_training");
    expect(versions[0]!.trained).toBe(12);
    for (let id = 13; id <= 30; id++) await project.created({ id, choice: choice(id) });
    expect(await project.status()).toMatchObject({
      newAnnotations: 18,
      training: { state: "idle" },
      lastRun: { id: lastRun!.id },
    });
  });

  it("can be cancelled, and the old version goes on", async () => {
    const project = new TextProject(server, 4);
    const { id, modelVersion, lastRun } = await project.status();
    await project.startTraining();
    await eventually(async () => (await project.status()).training.state === "running" || undefined);
    expect((await server.call("POST", `/api/projects/${id}/cancel`)).status).toBe(202);
    const after = await eventually(async () => {
      const status = await project.status();
      return status.training.state === "idle" && status.lastRun?.status !== "running" ? status : undefined;
    });
    expect(after.lastRun!.id).toBeGreaterThan(lastRun!.id);
    expect(after.lastRun?.status).toBe("cancelled");
    expect(after.modelVersion).toBe(modelVersion);
  });
});
