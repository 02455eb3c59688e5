import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLabelStudioApp } from "../../src/label-studio/http/app.js";
import { clientOf, config, labels, studioOf } from "./api/studio-client.js";
import { fakePredictor } from "./fake-predictor.js";
import { choicesRegion, type ProjectOptions, type SimulatedProject } from "./simulated-label-studio.js";

type Answer = (path: string, body: Record<string, unknown>) => unknown;

/** A backend of the test's own: what it answers, and what came. */
async function testBackend(answer: Answer = () => ({})) {
  const came: { readonly path: string; readonly body: Record<string, unknown>; readonly headers: Record<string, unknown> }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    const path = request.url ?? "";
    came.push({ path, body, headers: request.headers });
    const json = await answer(path, body);
    response.writeHead(json === undefined ? 500 : 200).end(JSON.stringify(json ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, came };
}

async function projectOf(texts: readonly string[], options: Partial<ProjectOptions> = {}) {
  const studio = await studioOf({ seed: 3 });
  const project = studio.createProject({ labelConfig: config, ...options });
  const ids = await project.addTasks(texts.map((text) => ({ text })));
  return { studio, project, ids };
}

const good = [choicesRegion("mood", "text", ["Good"])];
const predicted = (score: number, choice = "Good") => ({
  result: [{ ...choicesRegion("mood", "text", [choice]), score }],
  score,
  model_version: "v1",
});

/** Answers setup, and predicts the number in the text as score. */
const scorer: Answer = (path, body) => {
  if (path === "/setup") return { model_version: "v1" };
  if (path !== "/predict") return {};
  return { results: (body["tasks"] as { data: { text: string } }[]).map(({ data }) => predicted(Number(data.text))) };
};

async function stream(project: SimulatedProject, length: number): Promise<unknown[]> {
  const served: unknown[] = [];
  for (let i = 0; i < length; i++) {
    const task = await project.nextTask();
    if (task === undefined) break;
    served.push(task.data["text"]);
    await project.annotate(task.id, good);
  }
  return served;
}

describe("the simulated Label Studio", () => {
  it("opens a task with health, setup and predict, and with the stored prediction afterwards", async () => {
    const { project } = await projectOf(["a Good day", "a Bad day"]);
    const app = createLabelStudioApp({ predictor: fakePredictor(labels), modelVersion: "m1", logger: pino({ level: "silent" }) });
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const setup = await project.connect({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      title: "my backend",
    });
    expect(setup.json).toEqual({ model_version: "m1" });
    const task = await project.nextTask();
    expect(task?.predictions).toMatchObject([
      { modelVersion: "m1", result: [{ from_name: "mood", value: { choices: ["Good"] } }] },
    ]);
    expect(project.calls.map(({ name }) => name)).toEqual(["health", "setup", "health", "setup", "predict"]);
    expect(await project.nextTask()).toEqual(task);
    expect(project.calls.slice(5).map(({ name }) => name)).toEqual(["health", "setup"]);
    expect([project.rejections, project.modelVersion]).toEqual([[], "my backend"]);
  });

  it("shows stored predictions without asking once the project names their version", async () => {
    const { studio, project, ids } = await projectOf(["0.5"]);
    const { url, came } = await testBackend(scorer);
    await project.connect({ url });
    await project.retrievePredictions();
    await clientOf(studio).client.updateProject(project.id, { modelVersion: "v1" });
    const before = came.length;
    expect(await project.nextTask()).toMatchObject({ id: ids[0], predictions: [{ modelVersion: "v1", score: 0.5 }] });
    expect(came).toHaveLength(before);
  });

  it("orders by score only among predictions of the project's version", async () => {
    const texts = ["0.7", "0.2", "0.9", "0.4"];
    const { studio, project } = await projectOf(texts, { sampling: "Uncertainty sampling" });
    const { url } = await testBackend(scorer);
    await project.connect({ url });
    expect(await project.retrievePredictions()).toBe(4);
    // The project's version is the backend's title, which no prediction has: the order is random.
    const random = new Set<string>();
    for (let i = 0; i < 20; i++) random.add(String((await project.nextTask())?.data["text"]));
    expect(random.size).toBeGreaterThan(1);
    await clientOf(studio).client.updateProject(project.id, { modelVersion: "v1" });
    expect(await stream(project, 5)).toEqual(["0.2", "0.4", "0.7", "0.9"]);
  });

  it("serves at random among them as soon as there are several annotators", async () => {
    const { studio, project, ids } = await projectOf(["0.7", "0.2", "0.9", "0.4", "0.5"], { sampling: "Uncertainty sampling" });
    await project.connect({ url: (await testBackend(scorer)).url });
    await project.retrievePredictions();
    await clientOf(studio).client.updateProject(project.id, { modelVersion: "v1" });
    await project.annotate(ids[0]!, good, { user: 1 });
    await project.annotate(ids[1]!, good, { user: 2 });
    const served = new Set<unknown>();
    for (let i = 0; i < 30; i++) served.add((await project.nextTask(3))?.data["text"]);
    expect(served).toEqual(new Set(["0.9", "0.4", "0.5"]));
  });

  it("goes by the tasks' order, at random, and finishes tasks that others began", async () => {
    const texts = Array.from({ length: 12 }, (_, i) => String(i));
    const { project } = await projectOf(texts);
    expect(await stream(project, 20)).toEqual(texts);
    const uniform = (await projectOf(texts, { sampling: "Uniform sampling" })).project;
    const served = await stream(uniform, 20);
    expect(served).not.toEqual(texts);
    expect([...served].sort()).toEqual([...texts].sort());
    const shared = await projectOf(texts, { overlap: 2 });
    await shared.project.annotate(shared.ids[7]!, good, { user: 1 });
    expect((await shared.project.nextTask(2))?.id).toBe(shared.ids[7]);
    expect((await shared.project.nextTask(1))?.id).toBe(shared.ids[0]);
  });

  it.each<readonly [string, readonly unknown[], RegExp]>([
    ["too few results", [predicted(0.5), predicted(0.5)], /2 results for 3 tasks/],
    ["a score above 1", [predicted(0.5), predicted(0.5), predicted(1.5)], /score/],
    ["a choice that is none", [predicted(0.5), predicted(0.5, "Ugly"), predicted(0.5)], /Ugly/],
    ["no version", [{ ...predicted(0.5), model_version: null }, predicted(0.5), predicted(0.5)], /model_version/],
  ])("takes no prediction of a request with %s", async (_, results, why) => {
    const { project } = await projectOf(["0.5", "0.6", "0.7"]);
    await project.connect({
      url: (await testBackend((path) => (path === "/setup" ? { model_version: "v1" } : { results }))).url,
    });
    expect(await project.retrievePredictions()).toBe(0);
    expect(project.rejections).toEqual([expect.stringMatching(why)]);
  });

  it("sends the tasks one by one to a backend that answers with a single result", async () => {
    const { project } = await projectOf(["0.5", "0.6", "0.7"]);
    const { url, came } = await testBackend((path, body) => {
      const answer = scorer(path, body) as { results?: unknown[] };
      return path === "/predict" ? { results: answer.results?.slice(0, 1) } : answer;
    });
    await project.connect({ url });
    expect(await project.retrievePredictions()).toBe(3);
    expect(came.filter(({ path }) => path === "/predict").map(({ body }) => (body["tasks"] as unknown[]).length)).toEqual([
      3, 1, 1, 1,
    ]);
  });

  it("gives up on a backend that is slower than its time limits", async () => {
    const { project } = await projectOf(["0.5"]);
    const slow = { path: "/health" };
    const { url, came } = await testBackend(async (path, body) => {
      if (path === slow.path) await sleep(200);
      return scorer(path, body);
    });
    const limits = { health: 40, setup: 40, event: 40 };
    expect((await project.connect({ url, limits })).error).toContain("Timeout");
    expect(came.filter(({ path }) => path === "/health")).toHaveLength(4);
    expect(await project.nextTask()).toMatchObject({ predictions: [] });
    slow.path = "/setup";
    expect(await project.nextTask()).toMatchObject({ predictions: [] });
    slow.path = "";
    expect(await project.nextTask()).toMatchObject({ predictions: [{ score: 0.5 }] });
  });

  it("sends events as Label Studio does, without Basic auth but with the webhook's headers", async () => {
    const { project } = await projectOf([]);
    const { url, came } = await testBackend(scorer);
    const basicAuth = { user: "u", password: "p" };
    await project.connect({ url, basicAuth, webhookHeaders: { "x-secret": "s" } });
    const [id = 0, other = 0] = await project.addTasks([{ text: "0.1" }, { text: "0.2" }]);
    const annotation = await project.annotate(id, good, { user: 5 });
    await project.update(annotation, []);
    await project.deleteAnnotations([annotation]);
    await project.deleteTasks([other]);
    await project.configure("<View></View>");
    expect((await project.startTraining()).status).toBe(200);
    const events = came.filter(({ path }) => path === "/webhook");
    expect(events.map(({ body }) => [body["action"], ...Object.keys(body).slice(1)])).toEqual([
      ["TASKS_CREATED", "tasks", "project"],
      ["ANNOTATION_CREATED", "annotation", "task", "project"],
      ["ANNOTATION_UPDATED", "annotation", "task", "project"],
      ["ANNOTATIONS_DELETED", "annotations", "project"],
      ["TASKS_DELETED", "tasks", "project"],
      ["PROJECT_UPDATED", "project"],
      ["START_TRAINING", "project"],
    ]);
    expect(events[1]?.body).toMatchObject({
      annotation: { id: annotation, result: good, task: id, completed_by: 5, was_cancelled: false },
      task: { id, data: { text: "0.1" } },
      project: { id: project.id, label_config: config },
    });
    expect(events.map(({ headers }) => [headers["authorization"] !== undefined, headers["x-secret"]])).toEqual([
      ...new Array(6).fill([false, "s"]),
      [true, undefined],
    ]);
    expect(came.find(({ path }) => path === "/setup")?.body).toMatchObject({ project: project.key, schema: config });
    expect(project.key).toMatch(/^1\.\d{10}$/);
  });

  it("sends user and password of the URL with everything, events included", async () => {
    const { project } = await projectOf(["0.1"]);
    const { url, came } = await testBackend(scorer);
    await project.connect({ url: url.replace("//", "//me:se%20cret@") });
    await project.configure(config);
    expect(new Set(came.map(({ headers }) => headers["authorization"]))).toEqual(
      new Set([`Basic ${Buffer.from("me:se cret").toString("base64")}`]),
    );
    expect(came.at(-1)?.path).toBe("/webhook");
  });

  it("never switches a webhook off by itself, and sends none to hosts without a dot", async () => {
    const { project } = await projectOf([]);
    const { url, came } = await testBackend((path) => (path === "/webhook" ? undefined : { model_version: "v1" }));
    await project.connect({ url });
    for (let i = 0; i < 55; i++) await project.configure(config);
    expect(came.filter(({ path }) => path === "/webhook")).toHaveLength(55);
    expect(project.webhookActive).toBe(true);
    for (const [host, active] of [
      ["ml-backend", false],
      ["ml_backend.local", false],
      ["localhost", true],
      ["ml.internal", true],
    ] as const) {
      await project.connect({ url, webhookUrl: `http://${host}:9090/webhook` });
      expect([host, project.webhookActive]).toEqual([host, active]);
    }
  });

  it("asks the backend by itself when a page of tasks without predictions is loaded", async () => {
    const { studio, project } = await projectOf(["0.1", "0.2"], { retrieveAutomatically: true });
    await project.connect({ url: (await testBackend(scorer)).url });
    for await (const { items } of clientOf(studio).client.unlabelledTasks(project.id)) {
      expect(items.map(({ modelVersions }) => [...modelVersions])).toEqual([["v1"], ["v1"]]);
    }
    expect(project.calls.map(({ name }) => name)).toContain("predict");
  });
});
