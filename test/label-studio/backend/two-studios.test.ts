import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SimulatedLabelStudio, simulatedLabelStudio } from "../simulated-label-studio.js";
import { eventually, type StartedServer, startServer } from "./started-server.js";
import { textWorkplace, type Workplace } from "./text-model.js";
import { sentimentConfig, TextProject } from "./text-project.js";

let place: Workplace;
let studio: SimulatedLabelStudio;
let server: StartedServer;

function start(...args: readonly string[]): Promise<StartedServer> {
  return startServer({
    ...{ main: place.main, model: place.model, dataDir: place.at("data") },
    args: ["--iterations", "2", "--train-args", '{"maxSteps": 3}', ...args],
    environment: { LABEL_STUDIO_URL: studio.url, LABEL_STUDIO_API_KEY: studio.personalToken },
  });
}

beforeAll(async () => {
  place = await textWorkplace();
  studio = await simulatedLabelStudio();
  server = await start();
});

afterAll(async () => {
  await server.kill();
  await studio.close();
  place.remove();
});

describe("two Label Studios, of which one has given the server a token", () => {
  it("the other one's project of the same number gets its model, and leaves the first one's alone", async () => {
    const project = studio.createProject({ labelConfig: sentimentConfig });
    await project.addTasks([{ text: "what a good day" }, { text: "this is bad" }]);
    const others = new TextProject(server, project.id, { hostname: "http://other.example.org" });
    expect(others.key).not.toBe(project.key);
    await others.setup();
    await others.label(20);
    await others.startTraining();
    const { modelVersion } = await others.trained();
    expect(modelVersion).toMatch(/^v1-/);
    const told = await eventually(async () =>
      (await server.status()).events.find(({ message }) => message.includes("is none of the Label Studio")),
    );
    expect(told.message).toContain(others.key);
    expect(studio.seen.filter(({ method, url }) => method !== "GET" && !url.includes("token"))).toEqual([]);
    expect(project.tasks.every(({ predictions }) => predictions.length === 0)).toBe(true);
    expect(project.modelVersion).toBe("");
  });

  it("one that goes by another name now is known by it, with its events, after a restart as well", async () => {
    const hostname = "http://new-name.example.org/";
    const moved = new TextProject(server, 1, { hostname });
    expect(await moved.version()).toMatch(/^v1-/);
    await eventually(async () => (await server.status()).events.find(({ message }) => message.includes("another name of")));
    // A status page that is open does not hold the server back.
    const page = await fetch(`${server.url}/api/events`);
    expect(await server.stop()).toBe(0);
    await page.body?.cancel();
    server = await start();
    moved.server = server;
    expect(await moved.version()).toMatch(/^v1-/);
    expect((await moved.created({ id: 100, choice: "Positive" })).json.status).toBe("ok");
    const { projects } = await server.status();
    const [known, ...more] = projects.filter(({ project }) => project === moved.key);
    expect(more).toEqual([]);
    expect(known).toMatchObject({ hostname: "http://other.example.org", otherNames: ["http://new-name.example.org"] });
    expect(known?.annotations).toBe(21);
  });

  it("one that is said to be its own stays apart", async () => {
    const hostname = "http://clone.example.org";
    expect(await server.stop()).toBe(0);
    server = await start("--label-studio-alias", hostname);
    const clone = new TextProject(server, 1, { hostname });
    expect(await clone.version()).toMatch(/^base-/);
    const { projects } = await server.status();
    expect(projects.filter(({ project }) => project === clone.key)).toHaveLength(2);
  });
});
