import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenBodies, type HostileInput, hostileBodies, PROJECT_KEY } from "./hostile-inputs.js";
import { type StartedServer, startServer } from "./started-server.js";
import { textWorkplace, type Workplace } from "./text-model.js";
import { sentimentConfig, TextProject } from "./text-project.js";

let place: Workplace;
let server: StartedServer;
let project: TextProject;
let memory: number;

beforeAll(async () => {
  place = await textWorkplace();
  server = await startServer({
    ...{ main: place.main, model: place.model, dataDir: place.at("data") },
    args: ["--iterations", "2", "--train-args", '{"maxSteps": 3}'],
  });
  project = new TextProject(server, 7, { hostname: "h" });
  await project.setup();
  await project.label(20);
  await project.startTraining();
  await project.trained();
  memory = (await server.status()).server.memoryBytes;
});

afterAll(async () => {
  await server.kill();
  place.remove();
});

/** What the server remembers, apart from its events. */
async function state() {
  const { projects } = await server.status();
  const kept = projects.map(({ isLoaded: _, ...rest }) => rest);
  return JSON.stringify([kept, (await project.setup()).json]);
}

/** Each from an address of its own: whoever fails too often is refused. */
let callers = 0;
function send(method: string, path: string, { body, headers = {} }: Omit<HostileInput, "name">) {
  return server.call(method, path, { body, headers, from: `127.0.1.${1 + (callers++ % 250)}` });
}

async function checked(method: string, path: string, inputs: readonly HostileInput[]): Promise<void> {
  const before = await state();
  for (const { name, ...input } of inputs) {
    const { status, json, text } = await send(method, path, input);
    const where = { path, name: name.slice(0, 80), text: text.slice(0, 300) };
    expect({ ...where, status, isFault: status >= 500 || status === 429 }).toEqual({ ...where, status, isFault: false });
    expect({ ...where, json: typeof json }).toEqual({ ...where, json: "object" });
    expect({ ...where, hasPaths: /\/(?:root|home|tmp)\/|root:x|node_modules| at .*:\d+/.test(text) }).toEqual({
      ...where,
      hasPaths: false,
    });
    expect({ ...where, state: await state() }).toEqual({ ...where, state: before });
  }
  expect(server.isRunning()).toBe(true);
}

const calls = ["/setup", "/predict", "/webhook"];

describe("malformed and hostile requests: no fault of the server, nothing changes", () => {
  it.each([...calls, "/train", "/job_status", "/validate"])("%s with a body that cannot be read", async (path) => {
    await checked("POST", path, brokenBodies);
  });

  it.each(calls)("%s with values that make no sense", (path) => checked("POST", path, hostileBodies[path]!), 60_000);

  it("addresses, methods and headers that nobody sends", async () => {
    const addresses = [
      ...["/..", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%", "/%00", "/%ff", "/predict/%c0%ae", "/a".repeat(2000)],
      ...["/api/projects/__proto__/curve.svg", "/api/projects/1e0/curve.svg", "/api/projects/-1/curve.svg", "/?a[__proto__]=1"],
    ];
    for (const address of addresses) await checked("GET", address, [{ name: address.slice(0, 40), body: undefined }]);
    for (const method of ["PUT", "DELETE", "PATCH"]) await checked(method, "/predict", [{ name: method, body: undefined }]);
    const headers = { "x-request-id": "x".repeat(5000), host: "evil.example.org", "x-forwarded-for": "1.1.1.1, ::1, 'x" };
    await checked("GET", "/versions", [{ name: "headers", body: undefined, headers }]);
  });

  it("200 objects of any keys and values on each call", async () => {
    const inner = fc.jsonValue({ maxDepth: 3, noUnicodeString: false });
    const key = fc.constantFrom(
      "action",
      "project",
      "annotation",
      "annotations",
      "task",
      "tasks",
      "label_config",
      "schema",
      "params",
      "hostname",
      "id",
      "__proto__",
    );
    const actions = fc.constantFrom(
      "ANNOTATION_CREATED",
      "ANNOTATIONS_CREATED",
      "ANNOTATIONS_DELETED",
      "TASKS_DELETED",
      "TASKS_CREATED",
      "PROJECT_UPDATED",
    );
    const anything = fc.dictionary(key, fc.oneof(inner, fc.dictionary(key, inner)));
    const events = fc.record({ action: actions, annotation: inner, annotations: inner, task: inner, tasks: inner });
    const tasks = fc.record({
      project: fc.constant(PROJECT_KEY),
      label_config: fc.constant(sentimentConfig),
      tasks: fc.array(inner),
    });
    const setups = fc.record({
      project: fc.constant(PROJECT_KEY),
      hostname: fc.constant("h"),
      schema: inner.filter((value) => typeof value !== "string" && value !== null),
    });
    const about = { id: 7, label_config: sentimentConfig, created_at: "2023-11-14T22:13:20Z", title: "Project 7" };
    const before = await state();
    const samples = { numRuns: 200, seed: 11 };
    const bodies = [
      ...fc.sample(events, samples).map((body) => ["/webhook", { ...body, project: about }] as const),
      ...fc.sample(anything, samples).map(({ project: _, ...body }) => ["/webhook", body] as const),
      ...fc.sample(tasks, samples).map((body) => ["/predict", body] as const),
      ...fc.sample(anything, samples).map(({ label_config: _, ...body }) => ["/predict", body] as const),
      ...fc.sample(setups, samples).map((body) => ["/setup", body] as const),
    ];
    for (const [path, body] of bodies) {
      const { status, json } = await send("POST", path, { body });
      expect({ path, body, status, isFault: status >= 500 || status === 429 }).toEqual({ path, body, status, isFault: false });
      if (path === "/predict" && status === 200) expect(json.results).toHaveLength((body as { tasks: unknown[] }).tasks.length);
    }
    expect(await state()).toBe(before);
  });

  it("leave the server as it was: it answers, and its memory is not much larger", async () => {
    const { results } = (await project.predict([{ id: 1, data: { text: "a good day" } }])).json;
    expect(results[0]!.result).toHaveLength(1);
    expect((await server.status()).server.memoryBytes).toBeLessThan(memory + 300 * 2 ** 20);
    expect(server.log().filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
