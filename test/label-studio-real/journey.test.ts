import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type StartedServer } from "../label-studio/backend/started-server.js";
import { account } from "./real-label-studio.js";
import {
  annotationsOf,
  answerOf,
  projectStatus,
  projectsOf,
  type Stage,
  setStage,
  textConfig,
  texts,
  trainedBy,
} from "./stage.js";

const environment = process.env["BAALJS_LABEL_STUDIO"];

describe.skipIf(environment === undefined)("a real Label Studio (BAALJS_LABEL_STUDIO)", { timeout: 180_000 }, () => {
  let stage: Stage;
  let server: StartedServer;
  /** Of the way through one project of texts. */
  let project: number;
  let backend: number;
  let args: readonly string[];

  const start = (more: readonly string[] = []) =>
    stage.serve({
      ...{ model: stage.textModel, dataDir: stage.at("state") },
      args: ["--iterations", "5", "--sampling", "uncertainty", "--train-args", '{"maxSteps": 80}', ...more],
      environment: { LABEL_STUDIO_URL: stage.studio.url, LABEL_STUDIO_API_KEY: account.token },
    });

  beforeAll(async () => {
    stage = await setStage(environment!);
    server = await start();
    // It comes back where it was.
    args = ["--port", new URL(server.url).port];
  }, 120_000);

  afterAll(() => stage?.close(), 60_000);

  it("refuses servers at private addresses as it comes, and takes them after the setting in the documentation", async () => {
    const { studio, rest } = stage;
    await studio.start({ reachesPrivateAddresses: false });
    project = (await rest.createProject("Sentiment of reviews", textConfig(), { sampling: "Uncertainty sampling" })).id;
    const refused = await rest.connect(project, server.url);
    expect(refused.status).toBe(403);
    expect(JSON.stringify(refused.body)).toContain("reserved network");
    await studio.kill();
    await studio.start();
    const { status, body } = await rest.connect(project, server.url);
    expect([status, body.readable_state]).toEqual([201, "Connected"]);
    backend = body.id;
    expect((await rest.webhooks(project)).map(({ url }) => url)).toContain(`${server.url}/webhook`);
  });

  it("shows a prediction with a score in an opened task, and stores those that are retrieved", async () => {
    const { rest } = stage;
    await rest.importTasks(project, texts(60));
    const { predictions } = await rest.next(project);
    expect(predictions).toHaveLength(1);
    expect(predictions[0]!.score).toBeGreaterThanOrEqual(0);
    expect(predictions[0]!.score).toBeLessThanOrEqual(1);
    const first = (await rest.tasks(project)).slice(0, 10).map(({ id }) => id);
    await rest.action(project, "retrieve_tasks_predictions", first);
    const stored = (await rest.tasks(project)).filter(({ id }) => first.includes(id));
    expect(stored.map((task) => task.predictions.length)).toEqual(first.map(() => 1));
  });

  it("sends labels that are made, changed and deleted", async () => {
    const { rest } = stage;
    const tasks = await rest.tasks(project);
    for (const task of tasks.slice(0, 30)) await rest.annotate(task.id, answerOf(task));
    expect(await annotationsOf(server, project, 30)).toBe(30);
    const { id } = await rest.annotate(tasks[31]!.id, answerOf(tasks[30]!));
    expect(await annotationsOf(server, project, 31)).toBe(31);
    await rest.call("PATCH", `/api/annotations/${id}/`, { result: answerOf(tasks[31]!) });
    await rest.call("DELETE", `/api/annotations/${id}/`);
    expect(await annotationsOf(server, project, 30)).toBe(30);
  });

  it("has a version trained by Start training, of which the server sends the scores of all unlabelled tasks", async () => {
    const { rest } = stage;
    const { modelVersion } = await trainedBy(stage, server, { project, backend });
    await eventually(async () => (await rest.project(project)).model_version === modelVersion || undefined, 60_000);
    const unlabelled = (await rest.tasks(project)).filter(({ annotations }) => annotations.length === 0);
    expect(unlabelled).toHaveLength(30);
    for (const { predictions } of unlabelled) {
      expect(predictions.filter((prediction) => prediction.model_version === modelVersion)).toHaveLength(1);
    }
  });

  it("orders the Data Manager by score, and serves the least certain task next", async () => {
    const { rest } = stage;
    const shown = (await rest.orderedByScore(project)).flatMap(({ predictions_score: score }) => (score === null ? [] : [score]));
    expect(shown.length).toBeGreaterThanOrEqual(30);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    const version = (await rest.project(project)).model_version;
    const scores = (await rest.tasks(project))
      .filter(({ annotations }) => annotations.length === 0)
      .map(({ predictions }) => predictions.find((prediction) => prediction.model_version === version)!.score!);
    const served: (number | null)[] = [];
    // The first one may be the task that was opened before, which stays locked for its user.
    for (let i = 0; i < 2; i++) {
      const task = await rest.next(project);
      served.push(task.predictions[0]!.score);
      await rest.annotate(task.id, answerOf(task));
    }
    expect(served).toContain(Math.min(...scores));
  });

  it("gets scores for tasks that come later", async () => {
    const { rest } = stage;
    const { modelVersion } = await projectStatus(server, project);
    await rest.importTasks(project, texts(2, { from: 100 }));
    await eventually(async () => {
      const late = (await rest.tasks(project)).slice(-2);
      return (
        late.every(({ predictions }) => predictions.some((prediction) => prediction.model_version === modelVersion)) || undefined
      );
    }, 60_000);
  });

  it("goes on when the server is killed and started again", async () => {
    const { rest } = stage;
    const before = await projectStatus(server, project);
    await server.kill();
    server = await start(args);
    const [first] = (await rest.tasks(project)).filter(({ annotations }) => annotations.length === 0);
    await rest.annotate(first!.id, answerOf(first!));
    expect(await annotationsOf(server, project, before.annotations + 1)).toBe(before.annotations + 1);
    expect((await projectStatus(server, project)).modelVersion).toBe(before.modelVersion);
  });

  it("goes on when Label Studio is killed and started again, under another name of its own", async () => {
    const { studio, rest } = stage;
    const before = await projectStatus(server, project);
    await studio.kill();
    await studio.start({ host: studio.url.replace("127.0.0.1", "localhost") });
    const [first] = (await rest.tasks(project)).filter(({ annotations }) => annotations.length === 0);
    // Its set-up carries the other name.
    await rest.action(project, "retrieve_tasks_predictions", [first!.id]);
    await rest.annotate(first!.id, answerOf(first!));
    expect(await annotationsOf(server, project, before.annotations + 1)).toBe(before.annotations + 1);
    expect(await projectsOf(server, project)).toHaveLength(1);
  });
});
