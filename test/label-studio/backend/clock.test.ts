import { readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  choicesRegion,
  type SimulatedLabelStudio,
  type SimulatedProject,
  simulatedLabelStudio,
} from "../simulated-label-studio.js";
import { eventually, type StartedServer, startServer } from "./started-server.js";
import { textWorkplace, type Workplace } from "./text-model.js";
import { sentimentConfig, textOf } from "./text-project.js";

const HOUR = 3_600_000;

let place: Workplace;
let studio: SimulatedLabelStudio;
let server: StartedServer;
let project: SimulatedProject;
let clock: string;

function start(): Promise<StartedServer> {
  return startServer({
    ...{ main: place.main, model: place.model, dataDir: place.at("data") },
    args: [
      ...["--train-every", "10", "--iterations", "2", "--sampling", "uncertainty", "--train-args", '{"maxSteps": 3}'],
      ...["--model-idle-minutes", "0.01"],
    ],
    environment: {
      NODE_OPTIONS: `--import ${pathToFileURL(resolve("test/label-studio/backend/shifted-clock.mjs")).href}`,
      BAAL_TEST_CLOCK: clock,
      LABEL_STUDIO_URL: studio.url,
      LABEL_STUDIO_API_KEY: studio.personalToken,
    },
  });
}

beforeAll(async () => {
  place = await textWorkplace();
  clock = place.at("clock");
  writeFileSync(clock, "0");
  studio = await simulatedLabelStudio();
  server = await start();
  project = studio.createProject({ labelConfig: sentimentConfig });
  expect((await project.connect({ url: server.url })).error).toBeUndefined();
});

afterAll(async () => {
  await server.kill();
  await studio.close();
  place.remove();
});

const status = async () => (await server.status()).projects[0]!;

let texts = 0;

const predict = () => {
  const tasks = [{ id: 1, data: { text: `a good day ${texts++}` } }];
  const body = { tasks, project: project.key, label_config: sentimentConfig, params: { hostname: studio.url } };
  return server.call("POST", "/predict", { body });
};

/** Ten more labels, which start a training; the version whose scores Label Studio then has. */
async function labelTen(): Promise<string> {
  const before = project.modelVersion;
  const open = project.tasks.filter(({ annotations }) => annotations.length === 0).slice(0, 10);
  for (const { id } of open) await project.annotate(id, [choicesRegion("sentiment", "text", [id % 2 ? "Positive" : "Negative"])]);
  return eventually(() => (project.modelVersion === before ? undefined : project.modelVersion));
}

describe("a clock that jumps", () => {
  it("changes neither the order of versions and runs, nor what is new, nor tokens, nor backups", async () => {
    await project.addTasks(Array.from({ length: 70 }, (_, i) => ({ text: textOf(i % 2 ? "Negative" : "Positive", i) })));
    expect(await labelTen()).toMatch(/^v1-/);
    const jumps = [-HOUR, 24 * HOUR];
    for (const [turn, jump] of jumps.entries()) {
      writeFileSync(clock, String(jump));
      // Its access token is over meanwhile, whatever its own clock says.
      studio.tokens.revoke();
      expect(await labelTen()).toMatch(new RegExp(`^v${turn + 2}-`));
      const { versions, modelVersion, newAnnotations, lastRun, annotations } = await status();
      expect(versions.map(({ version }) => version.split("-")[0])).toEqual(
        Array.from({ length: turn + 2 }, (_, i) => `v${turn + 2 - i}`),
      );
      expect({ newAnnotations, annotations, version: modelVersion, run: lastRun?.version }).toEqual({
        ...{ newAnnotations: 0, annotations: 10 * (turn + 2) },
        ...{ version: versions[0]!.version, run: versions[0]!.version },
      });
      expect(Math.abs(versions[0]!.createdAt - jump - Date.now())).toBeLessThan(HOUR / 10);
      const unloaded = server.log().filter(({ type }) => type === "unloaded").length;
      expect(await project.retrievePredictions()).toBeGreaterThanOrEqual(0);
      expect(project.rejections).toEqual([]);
      // A model that nobody uses leaves memory, and comes back.
      expect((await predict()).status).toBe(200);
      await eventually(() => server.log().filter(({ type }) => type === "unloaded").length > unloaded || undefined);
      expect((await predict()).json.results).toHaveLength(1);
    }
    // Started with another wrong clock: what served last serves, and the newest backup is the last one.
    const { modelVersion } = await status();
    await server.kill();
    writeFileSync(clock, String(-1000 * HOUR));
    server = await start();
    expect(await status()).toMatchObject({ modelVersion, newAnnotations: 0 });
    const backups = readdirSync(join(place.at("data"), "backups")).sort();
    expect(backups.length).toBeGreaterThan(1);
    expect((await server.status()).events.filter(({ level }) => level === "error")).toEqual([]);
    expect(await server.stop()).toBe(0);
  }, 240_000);
});
