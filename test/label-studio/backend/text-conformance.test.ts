import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type StartedServer, startServer } from "./started-server.js";
import { textWorkplace, type Workplace } from "./text-model.js";
import { TextProject, textOf } from "./text-project.js";

const auth = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});
const secret = { "x-baal-secret": "a shared secret" };
const json = { "content-type": expect.stringContaining("application/json") };

let place: Workplace;
let server: StartedServer;

function start(): Promise<StartedServer> {
  return startServer({
    ...{ main: place.main, model: place.model, dataDir: place.at("data") },
    args: ["--path-prefix", "/baal", "--body-limit", "20mb", "--iterations", "5", "--train-args", '{"maxSteps": 300}'],
    environment: { BASIC_AUTH_USER: "studio", BASIC_AUTH_PASS: "pass:word", BAAL_WEBHOOK_SECRET: secret["x-baal-secret"] },
    headers: { ...auth("studio", "pass:word"), ...secret },
  });
}

beforeAll(async () => {
  place = await textWorkplace();
  server = await start();
});

afterAll(async () => {
  await server.kill();
  place.remove();
});

const task = (id: number, text: unknown = textOf("Positive", id)) => ({
  ...{ id, data: { text }, meta: {}, project: 1, annotations: [], predictions: [] },
});

describe("calls", () => {
  it("answers health as JSON, below the prefix, with slashes too many", async () => {
    for (const path of ["/health", "/health/", "//health", "//health//"]) {
      expect(await server.call("GET", path)).toMatchObject({ status: 200, headers: json, json: { status: "UP" } });
    }
    expect(typeof (await server.call("GET", "/health")).json.model_class).toBe("string");
    const bare = server.url.replace(/\/baal$/, "");
    expect((await fetch(`${bare}/health`)).status).toBe(404);
    expect((await fetch(`${bare}//baal//health/`)).status).toBe(401);
  });

  it("sets up with the empty view, which a project has before it has labels, and with each form of extra_params", async () => {
    const project = new TextProject(server, 1, { labelConfig: "<View></View>" });
    for (const extra_params of [null, "", "{}", '{"threshold": 0.5}', {}, { threshold: 0.5 }]) {
      const answer = await server.call("POST", "/setup", { body: { ...project.setupBody(), extra_params } });
      expect(answer).toMatchObject({ status: 200, headers: json, json: { model_version: expect.stringMatching(/./) } });
    }
  });

  it.each(["/setup", "/setup/", "//setup"])("sets up at %s, and predicts with the same version", async (path) => {
    const project = new TextProject(server, 1);
    const setup = await server.call("POST", path, { body: project.setupBody() });
    expect(setup.status).toBe(200);
    const { status, json } = await server.call("POST", path.replace("setup", "predict"), {
      body: project.predictBody([task(1)]),
    });
    expect(status).toBe(200);
    expect(json.results.map(({ model_version }: { model_version: string }) => model_version)).toEqual([setup.json.model_version]);
  });

  it("answers versions, and the calls that need no answer", async () => {
    const version = await new TextProject(server, 1).version();
    expect((await server.call("GET", "/versions")).json.versions).toContain(version);
    for (const path of ["/delete", "/duplicate_model", "/train"]) {
      expect(await server.call("POST", path, { body: { project: "1.1700000000" } })).toMatchObject({
        status: 200,
        headers: json,
      });
    }
  });

  it("answers events without a payload and unknown ones with 2xx", async () => {
    for (const action of ["ANNOTATION_CREATED", "LABEL_LINK_CREATED", "SOMETHING_NEW"]) {
      expect((await server.call("POST", "/webhook", { body: { action } })).status).toBe(200);
    }
    expect((await new TextProject(server, 1).event("LABEL_LINK_UPDATED", { label_link: { id: 1 } })).status).toBe(200);
  });

  it("tells what is wrong as JSON: no such address, no JSON, wrong keys", async () => {
    for (const [method, path, body, status] of [
      ["GET", "/nothing", undefined, 404],
      ["POST", "/predict", "{", 400],
      ["POST", "/predict", { tasks: 1 }, 400],
      ["POST", "/setup", { project: {} }, 400],
    ] as const) {
      const answer = await server.call(method, path, { body });
      expect(answer).toMatchObject({ status, headers: json, json: { error: expect.any(String), code: expect.any(String) } });
    }
  });
});

describe("authentication", () => {
  const bare = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    server.call(method, path, { headers: { authorization: "", "x-baal-secret": "", ...headers }, body });

  it("is asked for by all calls but events: by health, too, so that the form of Label Studio can say that it is wrong", async () => {
    for (const [method, path] of [
      ["POST", "/setup"],
      ["POST", "/predict"],
      ["GET", "/health"],
      ["GET", "/versions"],
      ["POST", "/train"],
      ["GET", "/api/status"],
      ["GET", "/status"],
      ["GET", "/metrics"],
      ["POST", "/api/projects/1/train"],
    ] as const) {
      for (const headers of [{}, auth("studio", "wrong"), auth("wrong", "pass:word"), secret]) {
        const { status, json } = await bare(method, path, headers as Record<string, string>, method === "POST" ? {} : undefined);
        expect({ path, status, code: json.code }).toEqual({ path, status: 401, code: "E_UNAUTHORIZED" });
      }
    }
  });

  it("lets events in with the secret, and Start training with the credentials alone, as Label Studio sends it", async () => {
    const body = { action: "START_TRAINING" };
    expect((await bare("POST", "/webhook", {}, body)).status).toBe(401);
    expect((await bare("POST", "/webhook", auth("studio", "wrong"), body)).status).toBe(401);
    expect((await bare("POST", "/webhook", auth("studio", "pass:word"), body)).status).toBe(200);
    expect((await bare("POST", "/webhook", { "x-baal-secret": "another secret" }, body)).status).toBe(401);
    expect((await bare("POST", "/webhook", secret, body)).status).toBe(200);
    expect((await bare("POST", "/webhook", { ...secret, ...auth("studio", "pass:word") }, body)).status).toBe(200);
  });
});

describe("predictions", () => {
  it("have exactly one result per task in order, bad tasks among them, and are what Label Studio accepts", async () => {
    const project = new TextProject(server, 2);
    const version = await project.version();
    const good = (id: number) => task(id, textOf(id % 2 === 0 ? "Positive" : "Negative", id));
    const bad = [
      ...[{ id: 90, data: {} }, { id: 91 }, null, 7, "text", [], task(92, null), task(93, ""), task(94, { a: 1 })],
      ...[{ id: 95, data: { other: "column", more: 1 } }, task(96, [{ a: 1 }])],
    ];
    const tasks = [
      good(1),
      ...bad,
      good(2),
      task(4, ["a lovely day", "a fine evening"]),
      { ...good(3), data: { $undefined$: "a lovely day" } },
    ];
    const { status, json } = await project.predict(tasks);
    expect(status).toBe(200);
    expect(json.results).toHaveLength(tasks.length);
    for (const [position, { result, score, model_version }] of json.results.entries()) {
      expect(Number.isFinite(score) && score >= 0 && score <= 1).toBe(true);
      expect(model_version).toBe(version);
      expect(result).toHaveLength(bad.includes(tasks[position] as (typeof bad)[number]) ? 0 : 1);
      for (const region of result) {
        expect(region).toMatchObject({ from_name: "sentiment", to_name: "text", type: "choices" });
        expect(["Positive", "Negative"]).toContain(region.value.choices[0]);
        expect(region.value.choices).toHaveLength(1);
      }
    }
    expect((await project.predict([])).json.results).toEqual([]);
  });

  it("are given for a request of many megabytes; a larger one than allowed is answered with 413 as JSON", async () => {
    const project = new TextProject(server, 2);
    const meta = { note: "x".repeat(40_000) };
    const many = Array.from({ length: 300 }, (_, id) => ({ ...task(id + 1), meta }));
    const answer = await project.predict(many);
    expect(answer.status).toBe(200);
    expect(answer.json.results).toHaveLength(300);
    const more = await project.predict([...many, ...many]);
    expect(more).toMatchObject({
      status: 413,
      headers: json,
      json: { code: "E_REQUEST", error: expect.stringContaining("20mb") },
    });
  });

  it("use aliases, several controls, several choices and the choices that a task brings", async () => {
    const labelConfig = `<View><Text name="text" value="$text"/>
      <Choices name="one" toName="text"><Choice value="Good" alias="positive"/><Choice value="Bad" alias="negative"/></Choices>
      <Choices name="many" toName="text" choice="multiple"><Choice value="Positive"/><Choice value="Negative"/></Choices>
      <Choices name="own" toName="text" value="$options"/></View>`;
    const project = new TextProject(server, 3, { labelConfig });
    await project.setup();
    const options = [{ value: "Positive", alias: "p" }, { value: "Negative" }];
    const { json } = await project.predict([{ id: 1, data: { text: "a good day", options } }]);
    const { result } = json.results[0]!;
    const chosen = Object.fromEntries(result.map((region) => [region.from_name, region.value.choices]));
    expect(["positive", "negative"]).toContain(chosen.one?.[0]);
    expect(["p", "Negative"]).toContain(chosen.own?.[0]);
    if (chosen.many !== undefined) expect(["Positive", "Negative"]).toEqual(expect.arrayContaining([...chosen.many]));
  });
});

describe("a Label Studio that goes by another name", () => {
  it("has its projects still: model, settings and labels, whoever asks for predictions by whatever name", async () => {
    const [a, b] = ["http://a.example.org", "http://b.example.org"].map((hostname) => new TextProject(server, 40, { hostname }));
    const stranger = new TextProject(server, 40, { hostname: "http://stranger.example.org" });
    await a!.setup();
    await a!.label(24);
    await a!.startTraining();
    await a!.trained();
    const version = await a!.version();
    expect(version).toMatch(/^v1-/);
    expect((await stranger.predict([task(1)])).json.results[0]!.model_version).toBe(version);
    expect((await a!.created({ id: 900, choice: "Negative" })).json.status).toBe("ok");
    expect(await b!.version()).toBe(version);
    expect((await b!.created({ id: 901, choice: "Negative" })).json.status).toBe("ok");
    expect(await a!.status()).toMatchObject({ annotations: 26, otherNames: ["http://b.example.org"] });
    const { events, projects } = await server.status();
    expect(events.some(({ message, level }) => level === "warn" && message.includes(a!.key))).toBe(true);
    expect(projects.filter(({ project }) => project === a!.key)).toHaveLength(1);
  });
});

describe("what users complain about", () => {
  it("KeyError: 'annotation' on Start training: it carries none, and is answered", async () => {
    const project = new TextProject(server, 50);
    await project.setup();
    const { status, json } = await project.startTraining();
    expect({ status, job: typeof json.job }).toEqual({ status: 200, job: "string" });
    const { lastRun } = await project.trained();
    expect(lastRun).toMatchObject({ status: "insufficient", message: expect.stringContaining("no annotations") });
  });

  it("five clicks on Start training: at most two trainings; progress is shown; health and set-up answer meanwhile", async () => {
    const project = new TextProject(server, 51);
    await project.setup();
    await project.label(30);
    const clicks = await Promise.all(Array.from({ length: 5 }, () => project.startTraining()));
    expect(clicks.every(({ status }) => status === 200)).toBe(true);
    const seen: string[] = [];
    const slow: number[] = [];
    const under = project.predict([task(1)]);
    const first = await eventually(async () => {
      const calls = [await server.call("GET", "/health"), await project.setup()];
      slow.push(...calls.filter(({ status, ms }) => status !== 200 || ms > 1000).map(({ ms }) => ms));
      const { training, versions } = await project.status();
      if (training.state === "running") seen.push(training.phase);
      if (training.state === "running" && training.phase === "training") {
        expect(training.totalSteps).toBe(300);
        if (training.step > 0) seen.push("steps");
      }
      return versions.length > 0 ? versions : undefined;
    });
    expect(slow).toEqual([]);
    expect(seen).toEqual(expect.arrayContaining(["training", "steps"]));
    expect(first[0]).toMatchObject({ trained: expect.any(Number), heldOut: expect.any(Number) });
    expect((await under).status).toBe(200);
    const { versions } = await project.trained();
    expect(versions.length).toBeLessThanOrEqual(2);
  });

  it("new predictions not shown after training: set-up tells another version, and predictions carry it", async () => {
    const project = new TextProject(server, 52);
    const before = await project.version();
    const [old] = (await project.predict([task(1)])).json.results;
    expect(old!.model_version).toBe(before);
    await project.label(30);
    // Labels alone change nothing.
    expect(await project.version()).toBe(before);
    await project.startTraining();
    const { modelVersion } = await project.trained();
    expect(modelVersion).not.toBe(before);
    expect(await project.version()).toBe(modelVersion);
    const { results } = (await project.predict([task(1), task(2, textOf("Negative", 2))])).json;
    expect(results.map(({ result }) => result[0]!.value.choices[0])).toEqual(["Positive", "Negative"]);
    expect(results[0]!.model_version).toBe(modelVersion);
  });

  it("predict times out on many tasks: two thousand are answered at once, and others meanwhile", async () => {
    const project = new TextProject(server, 53);
    await project.setup();
    const many = project.predict(Array.from({ length: 2000 }, (_, id) => task(id + 1, `day number ${id}`)));
    const small = await project.predict([task(1)]);
    expect(small.json.results).toHaveLength(1);
    const { status, json } = await many;
    expect({ status, results: json.results.length }).toEqual({ status: 200, results: 2000 });
  });

  it("the model is loaded again at each request: it is loaded once", async () => {
    const project = new TextProject(server, 54);
    await project.setup();
    await project.predict([task(1)]);
    const loads = () => server.log().filter(({ msg, type }) => msg === "model" && type === "loaded").length;
    const before = loads();
    for (let i = 0; i < 5; i++) {
      await project.setup();
      await project.predict([task(i + 100)]);
    }
    expect(loads()).toBe(before);
  });

  it("a restart loses the model, or changes its version: both are there again, and the labels", async () => {
    const trained = new TextProject(server, 52);
    const untrained = new TextProject(server, 54);
    const before = [await trained.version(), await untrained.version()];
    const { results: old } = (await trained.predict([task(7)])).json;
    await server.kill();
    server = await start();
    for (const project of [trained, untrained]) project.server = server;
    expect([await trained.version(), await untrained.version()]).toEqual(before);
    const { results } = (await trained.predict([task(7)])).json;
    expect(results[0]!.model_version).toBe(before[0]);
    expect(results[0]!.score).toBeCloseTo(old[0]!.score, 5);
    const { annotations, versions } = await trained.status();
    expect({ annotations, versions: versions.map(({ version }) => version) }).toEqual({ annotations: 30, versions: [before[0]] });
  });

  it("set-up or health times out while a model loads", async () => {
    const project = new TextProject(server, 40, { hostname: "http://a.example.org" });
    const predicted = project.predict([task(1)]);
    const calls = await Promise.all([server.call("GET", "/health"), project.setup(), server.call("GET", "/health")]);
    expect(calls.filter(({ status, ms }) => status !== 200 || ms > 1000)).toEqual([]);
    expect((await predicted).json.results[0]!.model_version).toBe(calls[1].json.model_version);
  });

  it("ends in order", async () => {
    expect(await server.stop()).toBe(0);
    const secrets = server
      .log()
      .filter((entry) => /pass:word|a shared secret|token-of-a-user|lovely/.test(JSON.stringify(entry)));
    expect(secrets).toEqual([]);
  });
});
