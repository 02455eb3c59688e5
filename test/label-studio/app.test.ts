import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Logger, pino } from "pino";
import request from "supertest";
import { afterEach, describe, expect, it, vi } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { createLabelStudioApp, type LabelStudioAppOptions } from "../../src/label-studio/http/app.js";
import { type FakePredictor, fakePredictor } from "./fake-predictor.js";

const config = `<View><Text name="text" value="$text"/><Choices name="sentiment" toName="text">
  <Choice value="Positive"/><Choice value="Negative" alias="neg"/></Choices></View>`;
const project = "7.1700000000";

function setUp(
  options: Partial<Omit<LabelStudioAppOptions, "predictor">> & {
    readonly delay?: number;
    readonly labels?: readonly string[];
  } = {},
) {
  const lines: string[] = [];
  const logger: Logger = pino({ level: "debug" }, { write: (line: string) => lines.push(line) });
  const predictor = fakePredictor(options.labels ?? ["negative", "positive", "spam"], { delay: options.delay ?? 0 });
  const app = createLabelStudioApp({ predictor, modelVersion: "model-1", iterations: 4, logger, ...options });
  return { app, predictor, lines, log: () => lines.join("") };
}

const predictBody = (...texts: readonly unknown[]) => ({
  project,
  label_config: config,
  tasks: texts.map((text, id) => ({ id, data: { text } })),
  params: { login: "someone", password: "pass-word-1", context: null },
});

describe("health, setup, versions", () => {
  it.each(["/", "/health", "/health/", "//health"])("GET %s is up", async (path) => {
    const response = await request(setUp().app).get(path).expect(200);
    expect(response.body).toEqual({ status: "UP", model_class: "TextClassifier" });
  });

  it.each(["<View></View>", "", config])("setup with %j answers the model version", async (schema) => {
    const body = { project, schema, hostname: "http://ls", access_token: "token-abc", extra_params: null };
    const { app, log } = setUp();
    expect((await request(app).post("/setup/").send(body).expect(200)).body).toEqual({ model_version: "model-1" });
    expect(log()).not.toContain("token-abc");
  });

  it("setup logs classes and labels that do not meet", async () => {
    const { app, log } = setUp();
    await request(app).post("/setup").send({ project, schema: config }).expect(200);
    expect(log()).toContain('"unusedClasses":["spam"]');
    const other = setUp({ labels: ["x", "y"] });
    await request(other.app).post("/setup").send({ project, schema: config }).expect(200);
    expect(other.log()).toContain("no label in common");
  });

  it("setup refuses a hostile configuration and logs why", async () => {
    const { app, log } = setUp();
    const response = await request(app).post("/setup").send({ project, schema: `<!DOCTYPE x><View/>` }).expect(400);
    expect(response.body).toMatchObject({ code: "E_LABEL_CONFIG", error: expect.stringContaining("document type") });
    expect(log()).toContain("document type");
  });

  it("lists its version", async () => {
    expect((await request(setUp().app).get("/versions").expect(200)).body).toEqual({ versions: ["model-1"] });
  });
});

describe("predict", () => {
  it("answers one legal prediction per task, in order", async () => {
    const { app } = setUp();
    const { body } = await request(app)
      .post("/predict")
      .send(predictBody("so positive", "so negative", "so positive"))
      .expect(200);
    expect(body.results.map((result: { result: { value: unknown }[] }) => result.result[0]?.value)).toEqual([
      { choices: ["Positive"] },
      { choices: ["neg"] },
      { choices: ["Positive"] },
    ]);
    expect(body.results[0]).toEqual({
      model_version: "model-1",
      score: expect.any(Number),
      result: [
        { from_name: "sentiment", to_name: "text", type: "choices", value: { choices: ["Positive"] }, score: expect.any(Number) },
      ],
    });
  });

  it("puts distinct texts through the model once", async () => {
    const { app, predictor } = setUp();
    await request(app)
      .post("/predict")
      .send(predictBody("a", "b", "a"))
      .expect(200);
    expect(predictor.batches).toEqual([2]);
  });

  it("gives bad tasks an empty prediction and the others theirs; contents stay out of the log", async () => {
    const { app, log } = setUp();
    const body = predictBody("positive secret-text", { secret: 1 }, "NaN", "", "negative");
    const tasks = [...body.tasks, null, "secret-task", { id: 9 }];
    const { results } = (
      await request(app)
        .post("/predict")
        .send({ ...body, tasks })
        .expect(200)
    ).body;
    expect(results.map((result: { result: unknown[] }) => result.result.length)).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
    for (const { score, model_version } of results) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(model_version).toBe("model-1");
    }
    expect(log()).toContain("some tasks got an empty or incomplete prediction");
    expect(log()).toContain("not finite");
    expect(log()).not.toContain("secret");
    expect(log()).not.toContain("pass-word-1");
  });

  it("answers empty results for a configuration without controls it can predict", async () => {
    const { app, log, predictor } = setUp();
    const { results } = (
      await request(app)
        .post("/predict")
        .send({ ...predictBody("a"), label_config: "<View></View>" })
        .expect(200)
    ).body;
    expect(results).toEqual([{ model_version: "model-1", score: 0, result: [] }]);
    expect(log()).toContain("no control");
    expect(predictor.batches).toEqual([]);
  });

  it("predicts dynamic choices from each task's own list", async () => {
    const dynamic = `<View><Text name="t" value="$t"/><Choices name="c" toName="t" value="$o"/></View>`;
    const tasks = [
      { id: 1, data: { t: "negative", o: [{ value: "Negative" }, { value: "Positive" }] } },
      { id: 2, data: { t: "negative", o: [{ value: "Positive", alias: "p" }] } },
      { id: 3, data: { t: "negative" } },
      { id: 4, data: { t: "negative", o: ["secret-choice"] } },
    ];
    const { app, log } = setUp();
    const { results } = (await request(app).post("/predict").send({ project, label_config: dynamic, tasks }).expect(200)).body;
    expect(results.map((result: { result: { value: { choices: string[] } }[] }) => result.result[0]?.value.choices)).toEqual([
      ["Negative"],
      ["p"],
      undefined,
      undefined,
    ]);
    expect(log()).toContain("None of the task's own choices");
    expect(log()).not.toContain("secret");
  });

  it("leaves out a control that shares no label with the model, and predicts the others", async () => {
    const two = `<View><Text name="t" value="$text"/><Choices name="topic" toName="t"><Choice value="Sport"/></Choices>
      <Choices name="mood" toName="t"><Choice value="Positive"/><Choice value="Negative"/></Choices></View>`;
    const { app, log } = setUp();
    const { results } = (
      await request(app)
        .post("/predict")
        .send({ ...predictBody("positive"), label_config: two })
        .expect(200)
    ).body;
    expect(results[0].result).toMatchObject([{ from_name: "mood", value: { choices: ["Positive"] } }]);
    expect(log()).toContain('The control \\"topic\\" and the model have no label in common');
  });

  it("takes 3,000 tasks of some kilobytes in one request", async () => {
    const { app, predictor } = setUp();
    const texts = Array.from({ length: 3000 }, (_, i) => `positive ${i} ${"x".repeat(2000)}`);
    const { results } = (
      await request(app)
        .post("/predict")
        .send(predictBody(...texts))
        .expect(200)
    ).body;
    expect(results).toHaveLength(3000);
    expect(Math.max(...predictor.batches)).toBeLessThanOrEqual(1024);
  });

  it("turns the score round on demand", async () => {
    const scores = await Promise.all(
      (["confidence", "uncertainty"] as const).map(async (scoreOrder) => {
        const { app } = setUp({ scoreOrder, score: "entropy" });
        return (await request(app).post("/predict").send(predictBody("positive")).expect(200)).body.results[0].score;
      }),
    );
    expect(scores[0] + scores[1]).toBeCloseTo(1, 6);
    expect(scores[0]).toBeGreaterThan(0.5);
  });

  it("fails as a whole, with a log entry, when the model fails", async () => {
    const { app, predictor, log } = setUp();
    vi.spyOn(predictor, "predict").mockRejectedValue(new Error("the host died"));
    const response = await request(app).post("/predict").send(predictBody("a")).expect(500);
    expect(response.body).toMatchObject({ code: "E_INTERNAL", request_id: response.get("x-request-id") });
    expect(log()).toContain("the host died");
  });
});

describe("parameters", () => {
  const scoreOf = async (app: ReturnType<typeof setUp>["app"], params: object = {}) => {
    const body = { ...predictBody("positive"), params: { ...predictBody().params, ...params } };
    return (await request(app).post("/predict").send(body).expect(200)).body.results[0].score as number;
  };

  it("of a project come with its set-up and stay until the next that has some; a request's are over them", async () => {
    const { app } = setUp({ score: "entropy" });
    const own = await scoreOf(app);
    const withParams = (extra_params: unknown) =>
      request(app).post("/setup").send({ project, schema: config, extra_params }).expect(200);
    await withParams('{"score_order": "uncertainty"}');
    await request(app).post("/setup").send({ project, schema: config }).expect(200);
    expect((await scoreOf(app)) + own).toBeCloseTo(1, 6);
    expect(await scoreOf(app, { scoreOrder: "confidence" })).toBeCloseTo(own, 6);
    await withParams(null);
    expect(await scoreOf(app)).toBeCloseTo(own, 6);
  });

  it.each([
    ["/setup", { project, schema: config, extra_params: { treshold: 0.5 } }, /extra_params: "treshold" is none of its names/],
    [
      "/setup",
      { project, schema: config, extra_params: { model_version: "other" } },
      /model_version is model-1, the only one here/,
    ],
    ["/predict", { ...predictBody("a"), params: { threshold: 2 } }, /params: threshold is a probability .*; 2 came/],
    ["/predict", { ...predictBody("a"), params: { model_version: [] } }, /a list of 0/],
    ["/predict", { ...predictBody("a"), params: { model_version: ["model-1", "model-1"] } }, /a list of 2 \(1 different\)/],
  ])("that make no sense are refused at %s, with what came and what is allowed", async (path, body, message) => {
    const { app } = setUp();
    const { body: answer } = await request(app).post(path).send(body).expect(400);
    expect(answer).toMatchObject({ code: "E_REQUEST", error: expect.stringMatching(message) });
  });

  it("ask for several versions, and give a list per task", async () => {
    const { app } = setUp();
    const body = { ...predictBody("positive", "negative"), params: { model_version: ["model-1", "current"] } };
    const { results } = (await request(app).post("/predict").send(body).expect(200)).body;
    expect(results).toHaveLength(2);
    for (const list of results) expect(list).toMatchObject([{ model_version: "model-1" }, { model_version: "model-1" }]);
    expect(results[0][0]).toEqual(results[0][1]);
  });

  it("name a choice for what is out of scope; one of no control is warned of", async () => {
    const { app, predictor, log } = setUp({ labels: ["positive", "spam"], outOfScopeChoice: "neg" });
    vi.spyOn(predictor, "predict").mockImplementation(async (texts, { iterations }) =>
      predictions("logits", [texts.length, 2, iterations], new Float32Array(texts.length * 2 * iterations), undefined, {
        beyondScope_N: Float32Array.from(texts, (text) => (text === "elsewhere" ? 1 : -1)),
      }),
    );
    await request(app).post("/setup").send({ project, schema: config }).expect(200);
    expect(log()).not.toContain("has no choice");
    const { results } = (await request(app).post("/predict").send(predictBody("elsewhere", "here")).expect(200)).body;
    expect(results.map(({ result }: { result: { value: unknown }[] }) => result.map(({ value }) => value))).toEqual([
      [{ choices: ["neg"] }],
      [{ choices: ["Positive"] }],
    ]);
    await request(app)
      .post("/setup")
      .send({ project, schema: config, extra_params: { out_of_scope_choice: "Nope" } });
    expect(log()).toContain('has no choice \\"Nope\\"');
  });
});

describe("the calls of label-studio-ml", () => {
  it("validate says what would be predicted, and refuses what cannot be, with the reasons", async () => {
    const { app } = setUp();
    const good = await request(app).post("/validate").send({ config }).expect(200);
    expect(good.body).toEqual({ status: "ok", controls: ["sentiment"], skipped: [], notes: [] });
    expect((await request(app).post("/validate").send({ config: "<View></View>" }).expect(200)).body.controls).toEqual([]);
    for (const [bad, reason] of [
      [
        '<View><Text name="t" value="$t"/><Labels name="l" toName="t"><Label value="a"/></Labels></View>',
        /"l": only Choices, Taxonomy, Rating and Number/,
      ],
      ["<View>", /not usable XML/],
      [config.replace("Positive", "x").replace(/Negative" alias="neg/, "y"), /no label in common/],
      [
        '<View><Image name="i" value="$i"/><Choices name="c" toName="i"><Choice value="a"/></Choices></View>',
        /asks about images/,
      ],
    ] as const) {
      const { body } = await request(app).post("/validate").send({ config: bad }).expect(400);
      expect(body).toMatchObject({ code: "E_LABEL_CONFIG", error: expect.stringMatching(reason) });
    }
    await request(app).post("/validate").send({}).expect(400);
  });

  it("answer that there are neither jobs nor projects where nothing is learned", async () => {
    const { app } = setUp();
    await request(app).post("/job_status").send({ job: "training 1" }).expect(410);
    await request(app).post("/job_status").send({}).expect(400);
    expect((await request(app).post("/delete").send({ project }).expect(200)).body.status).toBe("ignored");
    const both = { project_src: project, project_dst: "8.1700000000" };
    expect((await request(app).post("/duplicate_model").send(both).expect(200)).body.status).toBe("ignored");
  });
});

describe("requests that cannot be answered", () => {
  it.each([
    ["no tasks", { label_config: config }, /tasks: /],
    ["tasks of another kind", { label_config: config, tasks: "a" }, /tasks: /],
    ["no configuration", { tasks: [] }, /label_config: /],
    ["a list", [], /body: /],
  ])("400 for %s", async (_, body, message) => {
    const { app, log } = setUp();
    const response = await request(app).post("/predict").send(body).expect(400);
    expect(response.body.error).toMatch(message);
    expect(log()).toMatch(message);
  });

  it("400 for a body that is no JSON, without quoting it", async () => {
    const { app, log } = setUp();
    const response = await request(app).post("/predict").set("content-type", "application/json").send("secret {").expect(400);
    expect(response.body.error).toContain("not valid JSON");
    expect(log()).toContain("not valid JSON");
    expect(log()).not.toContain("secret");
  });

  it("413 for a body over the limit and for too many tasks", async () => {
    const { app, log } = setUp({ bodyLimit: "1kb", maxTasks: 2 });
    const large = await request(app)
      .post("/predict")
      .send(predictBody("x".repeat(2000)))
      .expect(413);
    expect(large.body.error).toContain("larger than 1kb");
    const many = await request(app)
      .post("/predict")
      .send({ label_config: config, tasks: [1, 2, 3] })
      .expect(413);
    expect(many.body.error).toContain("At most 2 tasks");
    expect(log()).toContain("larger than 1kb");
  });

  it.each([
    ["GET", "/nope"],
    ["POST", "/job"],
    ["GET", "/predict"],
  ])("404 as JSON for %s %s", async (method, path) => {
    const agent = request(setUp().app);
    const response = await (method === "GET" ? agent.get(path) : agent.post(path)).expect(404);
    expect(response.body).toMatchObject({ code: "E_NOT_FOUND", error: expect.stringContaining(path) });
  });
});

describe("webhook and train", () => {
  it.each([
    ["/webhook", { action: "START_TRAINING", project: { id: 1 } }],
    ["/train", { annotations: [] }],
  ])("%s answers 2xx and says that nothing was trained", async (path, body) => {
    const { app, log } = setUp();
    const response = await request(app).post(path).send(body).expect(200);
    expect(response.body.message).toContain("does not train yet");
    expect(log()).toContain("does not train yet");
  });

  it.each(["ANNOTATION_CREATED", "SOMETHING_NEW"])("takes the event %s", async (action) => {
    await request(setUp().app).post("/webhook").send({ action }).expect(200);
  });
});

describe("path prefix and basic auth", () => {
  it("answers below its prefix alone", async () => {
    const { app } = setUp({ pathPrefix: "baal/backend/" });
    await request(app).get("/baal/backend").expect(200);
    await request(app).get("/baal/backend/health/").expect(200);
    await request(app).post("/baal/backend/setup").send({ schema: "" }).expect(200);
    await request(app).get("/health").expect(404);
  });

  it("asks for the password everywhere but for webhooks: Label Studio's form says that it is wrong where /health does", async () => {
    const { app } = setUp({ basicAuth: { user: "ls", password: "pä:ss" } });
    await request(app).get("/health").auth("ls", "pä:ss").expect(200);
    await request(app).get("/health").auth("ls", "wrong").expect(401);
    await request(app).get("/health").expect(401);
    await request(setUp({ basicAuth: { user: "ls", password: "x" }, openHealth: true }).app)
      .get("/health")
      .expect(200);
    const response = await request(app).post("/predict").send(predictBody("a")).expect(401);
    expect(response.get("www-authenticate")).toContain("Basic");
    await request(app).post("/webhook").send({ action: "ANNOTATION_CREATED" }).expect(200);
  });
});

describe("options", () => {
  it.each([
    [{ iterations: 1, score: "bald" } as const, /at least 2 for the score "bald"/],
    [{ modelVersion: "" }, /modelVersion/],
    [{ threshold: 0 }, /threshold/],
  ])("refuses %j", (options, message) => {
    expect(() => setUp(options)).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(message) }),
    );
  });
});

describe("while a prediction runs", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function listen(delay: number): Promise<{ url: string; predictor: FakePredictor; log: () => string }> {
    const { app, predictor, log } = setUp({ delay });
    server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, predictor, log };
  }

  const post = (url: string, body: unknown, signal?: AbortSignal) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });

  it("health and setup answer first", async () => {
    const { url } = await listen(1000);
    const order: string[] = [];
    const predicting = post(`${url}/predict`, predictBody("a")).then((response) => order.push(`predict ${response.status}`));
    await sleep(50);
    order.push(`health ${(await fetch(`${url}/health`)).status}`);
    order.push(`setup ${(await post(`${url}/setup`, { project, schema: config })).status}`);
    await predicting;
    expect(order).toEqual(["health 200", "setup 200", "predict 200"]);
  });

  it("a caller that goes away stops its prediction", async () => {
    const { url, predictor, log } = await listen(30_000);
    const leave = new AbortController();
    const predicting = post(`${url}/predict`, predictBody("a"), leave.signal);
    await vi.waitFor(() => expect(predictor.batches).toEqual([1]), { timeout: 60_000 });
    leave.abort();
    await expect(predicting).rejects.toThrow();
    await vi.waitFor(() => expect(predictor.aborted).toBe(true), { timeout: 60_000 });
    expect(log()).toContain("went away");
  });
});
