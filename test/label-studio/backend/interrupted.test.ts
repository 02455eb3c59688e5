import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, type StartedServer, startServer } from "./started-server.js";
import { textWorkplace, type Workplace } from "./text-model.js";
import { TextProject } from "./text-project.js";

let place: Workplace;
let server: StartedServer;

const start = (steps: number) =>
  startServer({
    ...{ main: place.main, model: place.model, dataDir: place.at("data") },
    args: ["--iterations", "2", "--train-every", "30", "--train-args", `{"maxSteps": ${steps}}`],
  });

beforeAll(async () => {
  place = await textWorkplace();
  server = await start(10_000_000);
});

afterAll(async () => {
  await server.kill();
  place.remove();
});

const learns = (project: TextProject) =>
  eventually(async () => {
    const { training } = await project.status();
    return training.state === "running" && training.phase === "training" ? training : undefined;
  });

it.each([
  ["killed", () => server.kill()],
  ["shut down", () => server.stop()],
])("a training that ends because the server is %s begins again by itself, once", async (_, end) => {
  const project = new TextProject(server, _ === "killed" ? 1 : 2);
  await project.setup();
  await project.label(30);
  await learns(project);
  await end();
  server = await start(10_000_000);
  project.server = server;
  expect((await learns(project)).cause).toBe("interrupted training");
  // One that takes the server down with it is not begun a third time.
  await server.kill();
  server = await start(3);
  project.server = server;
  const { lastRun, training } = await project.status();
  expect({ last: lastRun?.status, state: training.state }).toEqual({ last: "interrupted", state: "idle" });
  // The next labels begin one, and it ends.
  await project.startTraining();
  expect((await project.trained({ after: lastRun!.id })).lastRun).toMatchObject({ status: "completed" });
  await server.kill();
  server = await start(10_000_000);
});

it.each([
  ["killed", () => server.kill()],
  ["shut down", () => server.stop()],
])("one that waits for another project's while the server is %s begins with the next start", async (_, end) => {
  await server.kill();
  server = await start(10_000_000);
  const [first, second] = (_ === "killed" ? [11, 12] : [13, 14]).map((id) => new TextProject(server, id)) as [
    TextProject,
    TextProject,
  ];
  for (const project of [first, second]) await project.setup();
  await first.label(30);
  await learns(first);
  await second.label(12);
  await second.startTraining();
  expect((await second.status()).training).toMatchObject({ state: "queued", cause: "START_TRAINING" });
  await end();
  server = await start(3);
  for (const project of [first, second]) project.server = server;
  expect((await second.trained()).lastRun).toMatchObject({ status: "completed", cause: "START_TRAINING" });
  expect((await first.trained()).lastRun).toMatchObject({ status: "completed", cause: "interrupted training" });
});

it("one that somebody has cancelled does not", async () => {
  const project = new TextProject(server, 3);
  await project.setup();
  await project.label(30);
  await learns(project);
  const { id } = await project.status();
  await server.call("POST", `/api/projects/${id}/cancel`);
  await eventually(async () => ((await project.status()).training.state === "idle" ? true : undefined));
  expect(await server.stop()).toBe(0);
  server = await start(3);
  project.server = server;
  const { lastRun, training } = await project.status();
  expect({ last: lastRun?.status, state: training.state }).toEqual({ last: "cancelled", state: "idle" });
});
