import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type StartedServer, startServer } from "./started-server.js";
import { textWorkplace } from "./text-model.js";
import { TextProject, textOf } from "./text-project.js";

const place = await textWorkplace();
const settings = { ...place, dataDir: place.at("versions"), args: ["--train-args", '{"maxSteps": 5}', "--iterations", "4"] };
let server: StartedServer;
let project: TextProject;
let versions: readonly string[];

const tasks = [{ id: 900, data: { text: textOf("Positive", 900) } }];

/** `/predict` with params of its own. */
async function predict(params: object, of = project) {
  const body = of.predictBody(tasks);
  return server.call("POST", "/predict", { body: { ...body, params: { ...body.params, ...params } } });
}

const setUp = (extra_params: unknown, of = project) =>
  server.call("POST", "/setup", { body: { ...of.setupBody(), extra_params } });

beforeAll(async () => {
  server = await startServer(settings);
  project = new TextProject(server, 1);
  await project.setup();
  const made: string[] = [];
  for (const from of [1, 101]) {
    await project.label(12, { from });
    await project.startTraining();
    const { lastRun } = await project.trained({ after: made.length });
    made.push(lastRun!.version!);
  }
  versions = made;
}, 300_000);

afterAll(async () => {
  await server.kill();
  place.remove();
});

describe("versions that are kept", () => {
  it("are listed for their project, and each can be asked for, several at once as a list per task", async () => {
    const [first, second] = versions as [string, string];
    const { json } = await server.call("GET", `/versions?project=${project.key}`);
    expect(json["versions"]).toEqual([second, first, expect.stringMatching(/^base-/)]);
    expect((await server.call("GET", "/versions?project=99.1")).json["versions"]).toEqual([]);
    expect((await predict({ model_version: first })).json.results).toMatchObject([{ model_version: first }]);
    const both = await predict({ model_version: ["current", first] });
    expect(both.json.results).toMatchObject([[{ model_version: second }, { model_version: first }]]);
    const none = await predict({ model_version: "v9-none" });
    expect(none).toMatchObject({ status: 400, text: expect.stringContaining(`${second}, ${first}, base-`) });
  });

  it("roll back by a call, and answer from then on", async () => {
    const [first, second] = versions as [string, string];
    const { id } = await project.status();
    const serve = (version: string) => server.call("POST", `/api/projects/${id}/versions/${version}/serve`);
    expect(await serve(first)).toMatchObject({ status: 200 });
    expect(await project.version()).toBe(first);
    expect((await project.predict(tasks)).json.results).toMatchObject([{ model_version: first }]);
    const { events } = await server.status();
    expect(events.map(({ message }) => message)).toContain(`${first} was chosen to answer, in place of ${second}.`);
    expect((await serve("v9-none")).status).toBe(404);
    expect(await serve(second)).toMatchObject({ status: 200 });
    expect(await project.version()).toBe(second);
  });

  it("do not roll back to a damaged one", async () => {
    const [first, second] = versions as [string, string];
    const status = await project.status();
    const { folder } = status.versions.find(({ version }) => version === first)!;
    writeFileSync(join(settings.dataDir, folder, "config.json"), "{}");
    expect(await server.call("POST", `/api/projects/${status.id}/versions/${first}/serve`)).toMatchObject({
      status: 409,
    });
    expect(await project.version()).toBe(second);
  });
});

describe("parameters of a project", () => {
  it("come with its set-up, reach the model, and are there after a restart", async () => {
    const score = async (params = {}) => (await predict(params)).json.results[0]!.score;
    const own = await score();
    expect((await setUp({ score_order: "uncertainty", iterations: 8 })).status).toBe(200);
    const turned = await score();
    expect(turned + (await score({ score_order: "confidence" }))).toBeCloseTo(1, 6);
    expect(turned).not.toBeCloseTo(own, 6);
    await server.kill();
    server = await startServer(settings);
    project.server = server;
    expect(await score()).toBeCloseTo(turned, 6);
    const refused = await setUp({ iterations: "many" });
    expect(refused).toMatchObject({
      status: 400,
      text: expect.stringContaining('iterations is a whole number from 1 to 1000; \\"many\\" came'),
    });
    expect(await score()).toBeCloseTo(turned, 6);
    await setUp(null);
    expect(await score()).toBeCloseTo(own, 6);
  });

  it("may name a version, which set-up and predictions then have", async () => {
    const base = (await server.call("GET", `/versions?project=${project.key}`)).json["versions"] as string[];
    const version = base.at(-1)!;
    expect((await setUp(JSON.stringify({ model_version: version }))).json["model_version"]).toBe(version);
    expect((await project.predict(tasks)).json.results).toMatchObject([{ model_version: version }]);
    expect((await setUp({ model_version: "v9-none" })).status).toBe(400);
    expect((await setUp("")).json["model_version"]).toBe(versions[1]);
  });
});

describe("jobs and projects", () => {
  it("tell how a training is and ended, with its log", async () => {
    const started = await project.startTraining();
    const { job } = started.json as unknown as { job: string };
    const status = async () =>
      (await server.call("POST", "/job_status", { body: { job } })).json as unknown as Record<string, string | null>;
    expect(["queued", "started"]).toContain((await status())["job_status"]);
    const { lastRun } = await project.trained({ after: 2 });
    const end = await status();
    expect(end).toMatchObject({ job, job_status: "finished", error: null });
    expect(end["log"]).toContain(`completed, version ${lastRun!.version}`);
    expect(Date.parse(end["finished_at"]!)).toBeGreaterThanOrEqual(Date.parse(end["created_at"]!));
    const other = new TextProject(server, 2);
    await other.created({ id: 1, choice: "Positive" });
    const { job: small } = (await other.startTraining()).json as unknown as { job: string };
    await other.trained();
    expect((await server.call("POST", "/job_status", { body: { job: small } })).json).toMatchObject({
      job_status: "failed",
      error: expect.stringContaining("different labels"),
    });
    expect((await server.call("POST", "/job_status", { body: { job: "training 999" } })).status).toBe(410);
  });

  it("copy a project's model for another one", async () => {
    const target = new TextProject(server, 3);
    await target.setup();
    const { json } = await server.call("POST", "/duplicate_model", {
      body: { project_src: project.key, project_dst: target.key },
    });
    expect(json).toMatchObject({ status: "ok", model_version: expect.stringMatching(/^v1-/) });
    expect(await target.version()).toBe(json["model_version"]);
    const [own, copied] = await Promise.all([project.predict(tasks), target.predict(tasks)]);
    expect(copied.json.results[0]!.score).toBe(own.json.results[0]!.score);
    const unknown = { project_src: "77.1", project_dst: target.key };
    expect((await server.call("POST", "/duplicate_model", { body: unknown })).json).toMatchObject({ status: "ignored" });
  });

  it("are told that a project is gone, which keeps what it has", async () => {
    expect((await server.call("POST", "/delete", { body: { project: "3.1700000000" } })).json).toMatchObject({
      ...{ status: "ok", message: expect.stringContaining("until baal forget removes them") },
    });
    expect((await server.call("POST", "/delete", { body: { project: "77.1" } })).json).toMatchObject({ status: "ignored" });
  });
});

describe("labels that the configuration does not have any more", () => {
  it("are counted, follow by a mapping, and stay out without one", async () => {
    const own = new TextProject(server, 4);
    await own.setup();
    await own.label(12);
    await own.bulk([20, 21, 22].map((id) => ({ id, choice: "Great" })));
    const { id } = await own.status();
    const path = `/api/projects/${id}/labels`;
    const goneNow = async () => ((await server.call("GET", path)).json["controls"] as [{ gone: unknown }])[0].gone;
    await eventually(async () => ((await own.status()).annotations === 15 ? true : undefined));
    expect(await goneNow()).toEqual([{ label: "Great", annotations: 3, target: null }]);
    const map = (labels: object, control = "sentiment") => server.call("POST", path, { body: { control, labels } });
    expect(await map({ Great: "Positive" })).toMatchObject({ status: 200 });
    expect(await goneNow()).toEqual([{ label: "Great", annotations: 3, target: "Positive" }]);
    for (const [labels, control, reason] of [
      [{ Great: "Nope" }, "sentiment", "becomes one of Positive, Negative, or null"],
      [{ Positive: "Negative" }, "sentiment", "is a label of sentiment still"],
      [{ Great: null }, "other", "control is one of sentiment"],
    ] as const)
      expect(await map(labels, control)).toMatchObject({ status: 400, text: expect.stringContaining(reason) });
    await own.startTraining();
    const { versions: made } = await own.trained();
    expect(made[0]!.trained).toBe(15);
    expect((await server.call("GET", "/api/projects/99999/labels")).status).toBe(404);
  });
});
