import { describe, expect, it } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import type { ModelParameters } from "../../../src/label-studio/contract/model-parameters.js";
import type { BaseModel } from "../../../src/label-studio/serving/cold-start.js";
import { ProjectModels, type ProjectModelsOptions } from "../../../src/label-studio/serving/project-models.js";
import type { ProjectRecord, VersionRecord } from "../../../src/label-studio/state/records.js";
import { fakeClock } from "./fake-clock.js";
import { died, fakeModels } from "./fake-models.js";
import { settle } from "./manual-predictor.js";

const config = (...labels: readonly string[]) =>
  `<View><Text name="t" value="$text"/><Choices name="c" toName="t">${labels
    .map((label) => `<Choice value="${label}"/>`)
    .join("")}</Choices></View>`;
const labelConfig = config("a", "b");
const base: BaseModel = { kind: "text", folder: "/base", version: "base-123", labels: ["a", "b"] };
const tasks = (...texts: readonly string[]) => texts.map((text, id) => ({ id, data: { text } }));

function setUp({
  manually = false,
  versions = [] as readonly string[],
  serving = versions.at(-1),
  ...options
}: Partial<Omit<ProjectModelsOptions, "records" | "settings">> & {
  readonly manually?: boolean;
  readonly versions?: readonly string[];
  readonly serving?: string | undefined;
} = {}) {
  const clock = fakeClock();
  const models = fakeModels({ manually });
  const records: VersionRecord[] = versions.map((version, createdAt) => ({
    ...{ projectId: 1, version, folder: `models/1/${version}`, labels: ["a", "b"], createdAt },
    ...{ trained: 1, heldOut: 0, metrics: {} },
  }));
  const project = { id: 1, labelConfig, servingVersion: serving } as { -readonly [K in keyof ProjectRecord]: ProjectRecord[K] };
  const stored: { parameters: Readonly<Record<string, unknown>> | undefined } = { parameters: undefined };
  const projects = new ProjectModels({
    records: {
      folder: "/data",
      projectById: (id) => (id === 1 ? project : undefined),
      versions: () => records,
      parametersOf: () => stored.parameters,
    },
    bases: [base],
    settings: { iterations: 2, seed: 0 },
    ...options,
    pool: { start: models.start, clock, ...options.pool },
  });
  /** Ends the window of micro-batches and answers every open call, until nothing is open. */
  const answerAll = async () => {
    for (let turn = 0; turn < 20; turn++) {
      await settle();
      clock.advance(2);
      await settle();
      for (const key of new Set(models.asked)) for (const call of models.model(key)?.predictor.calls ?? []) call.finish();
    }
  };
  const model = projects.of(1);
  const predict = (
    texts: readonly string[],
    more: { labelConfig?: string; signal?: AbortSignal; parameters?: ModelParameters } = {},
  ) => {
    const answer = model.predict({ tasks: tasks(...texts), labelConfig, ...more });
    answer.catch(() => undefined);
    return answer;
  };
  const add = (version: string) => {
    records.push({ ...records[0]!, version, folder: `models/1/${version}`, createdAt: records.length });
    project.servingVersion = version;
  };
  return { stored, clock, models, project, projects, model, answerAll, predict, add };
}

const versionsOf = (answer: { readonly results: readonly { readonly model_version: string }[] }) =>
  answer.results.map((result) => result.model_version);

describe("a project's model", () => {
  it("is its serving version, known before it is loaded, in one process for all requests", async () => {
    const { model, models, predict, answerAll, projects } = setUp({ versions: ["v1", "v2"] });
    expect(model.modelVersion).toBe("v2");
    expect(models.asked).toEqual([]);
    const answers = [predict(["x", "y"]), predict(["z"])];
    await answerAll();
    for (const answer of await Promise.all(answers)) expect(new Set(versionsOf(answer))).toEqual(new Set(["v2"]));
    expect((await answers[0])!.results).toHaveLength(2);
    expect(models.model("project 1 v2").place).toEqual({
      ...{ key: "project 1 v2", projectId: 1, folder: "/data/models/1/v2" },
    });
    expect(models.model("project 1 v2").predictor.calls.map(({ texts }) => texts)).toEqual([["x", "y", "z"]]);
    expect(model.status()).toMatchObject({ modelVersion: "v2", servingVersion: "v2", isSwitching: false, problem: undefined });
    expect(projects.of(1)).toBe(model);
    await projects.close();
    expect(models.loaded()).toEqual([]);
  });

  it("answers from the cache without the model, after that has left memory, too", async () => {
    const { models, clock, predict, answerAll, projects } = setUp({ versions: ["v1"] });
    const first = predict(["x"]);
    await answerAll();
    clock.advance(3_600_000);
    await settle();
    expect(models.loaded()).toEqual([]);
    expect(await predict(["x"])).toEqual(await first);
    expect(models.asked).toEqual(["project 1 v1"]);
    expect(projects.status().cache).toMatchObject({ hits: 1, misses: 1, entries: 1 });
    const other = predict(["y"]);
    await answerAll();
    expect((await other).results[0]!.result).toHaveLength(1);
    expect(models.asked).toEqual(["project 1 v1", "project 1 v1"]);
  });

  it("leaves out what cannot be predicted, as ever", async () => {
    const { model, predict, answerAll } = setUp({ versions: ["v1"] });
    const answer = model.predict({ tasks: [{ id: 5, data: {} }, ...tasks("x")], labelConfig });
    await answerAll();
    const { results, problems, skipped, mismatches } = await answer;
    expect(results.map(({ result }) => result.length)).toEqual([0, 1]);
    expect(problems).toMatchObject([{ position: 0, taskId: 5 }]);
    expect([skipped, mismatches]).toEqual([[], []]);
    await expect(predict(["x"], { labelConfig: "<!DOCTYPE x><View/>" })).rejects.toMatchObject({ code: "E_LABEL_CONFIG" });
  });
});

describe("switching", () => {
  it("takes place when the new version is loaded; requests under way end on the old one, which then leaves", async () => {
    const { model, models, predict, answerAll, add, clock } = setUp({ versions: ["v1"], manually: true });
    const first = predict(["first"]);
    await settle();
    models.load();
    await answerAll();
    await first;
    const under = predict(Array.from({ length: 100 }, (_, i) => `old ${i}`));
    await settle();
    clock.advance(2);
    await settle();
    add("v2");
    const refreshed = model.refresh();
    const during = predict(["during"]);
    await settle();
    expect(model.modelVersion).toBe("v1");
    expect(model.status()).toMatchObject({ isSwitching: true, servingVersion: "v2", requests: 2 });
    models.load();
    await refreshed;
    expect(model.modelVersion).toBe("v2");
    const after = predict(["after"]);
    await answerAll();
    expect(new Set(versionsOf(await under))).toEqual(new Set(["v1"]));
    expect(versionsOf(await during)).toEqual(["v1"]);
    expect(versionsOf(await after)).toEqual(["v2"]);
    const texts = models.model("project 1 v1").predictor.calls.flatMap((call) => call.texts);
    expect(texts).toHaveLength(102);
    expect(models.loaded()).toEqual(["project 1 v2"]);
  });

  it("begins with the next request where nobody said so", async () => {
    const { model, predict, answerAll, add } = setUp({ versions: ["v1"] });
    const first = predict(["first"]);
    await answerAll();
    await first;
    add("v2");
    const second = predict(["second"]);
    await answerAll();
    expect(versionsOf(await second)).toEqual(["v1"]);
    expect(model.modelVersion).toBe("v2");
  });

  it("keeps the old version where the new one cannot be loaded, and says why", async () => {
    const { model, models, predict, answerAll, add, clock } = setUp({ versions: ["v1"], manually: true });
    const first = predict(["first"]);
    await settle();
    models.load();
    await answerAll();
    await first;
    add("v2");
    const refreshed = model.refresh();
    await settle();
    models.load(new BaalError("E_MODEL_FORMAT", "the weights are damaged"));
    await refreshed;
    expect(model.status()).toMatchObject({
      modelVersion: "v1",
      servingVersion: "v2",
      problem: expect.stringContaining("the weights are damaged"),
    });
    const second = predict(["second"]);
    await answerAll();
    expect(versionsOf(await second)).toEqual(["v1"]);
    expect(models.asked).toEqual(["project 1 v1", "project 1 v2"]);
    // After the pause it is tried again, beside the requests.
    clock.advance(60_000);
    const third = predict(["third"]);
    await settle();
    models.load();
    await answerAll();
    expect(versionsOf(await third)).toEqual(["v1"]);
    expect(model.status()).toMatchObject({ modelVersion: "v2", problem: undefined });
  });

  it("goes back to the version before when the serving one is damaged at the start, then to the base model", async () => {
    const { model, models, predict, answerAll } = setUp({ versions: ["v1", "v2", "v3"], serving: "v2", manually: true });
    const answer = predict(["x"]);
    await settle();
    models.load(new BaalError("E_FILE_NOT_FOUND", "no folder"));
    await settle();
    models.load(new BaalError("E_FILE_NOT_FOUND", "no folder either"));
    await settle();
    models.load();
    await answerAll();
    // Not v3, which was made later and does not serve.
    expect(models.asked).toEqual(["project 1 v2", "project 1 v1", "base-123"]);
    expect(versionsOf(await answer)).toEqual(["base-123"]);
    expect(model.modelVersion).toBe("base-123");
    expect(model.status().problem).toContain("no folder");
  });

  it("goes back, too, when the version left memory and does not come back", async () => {
    const { model, models, predict, answerAll, clock } = setUp({ versions: ["v1", "v2"], manually: true });
    const first = predict(["first"]);
    await settle();
    models.load();
    await answerAll();
    await first;
    clock.advance(3_600_000);
    const second = predict(["second"]);
    await answerAll();
    models.load(new BaalError("E_CHECKPOINT", "torn"));
    await settle();
    models.load();
    await answerAll();
    expect(versionsOf(await second)).toEqual(["v1"]);
    expect(model.modelVersion).toBe("v1");
  });

  it("fails only when nothing at all can be loaded, and recovers", async () => {
    const { models, predict, answerAll, clock } = setUp({ manually: true });
    const first = predict(["x"]);
    for (let i = 0; i < 3; i++) {
      await settle();
      models.load(died());
      await settle();
      clock.advance(10_000);
    }
    await expect(first).rejects.toMatchObject({ code: "E_MODEL_HOST" });
    clock.advance(60_000);
    const second = predict(["x"]);
    await settle();
    models.load();
    await answerAll();
    expect(versionsOf(await second)).toEqual(["base-123"]);
  });
});

describe("a cold start", () => {
  it("is answered by the base model under its own name until a version serves", async () => {
    const { model, models, predict, answerAll, project } = setUp();
    expect(model.modelVersion).toBe("base-123");
    const answer = predict(["x"]);
    await answerAll();
    expect((await answer).results[0]).toMatchObject({ model_version: "base-123", result: [{ type: "choices" }] });
    expect(models.model("base-123").place).toEqual({ key: "base-123", folder: "/base", kind: "text" });
    project.servingVersion = undefined;
    expect(model.modelVersion).toBe("base-123");
  });

  it("with labels that the base model does not have gives it a random head for them, and another one when they change", async () => {
    const { model, models, predict, answerAll, project } = setUp();
    project.labelConfig = config("red", "green", "blue");
    const first = predict(["x"], { labelConfig: project.labelConfig });
    await answerAll();
    expect((await first).results[0]!.result).toHaveLength(1);
    expect(models.model(models.asked[0]!).place).toMatchObject({ folder: "/base", labels: ["red", "green", "blue"] });
    project.labelConfig = config("one", "two");
    await model.refresh();
    expect(models.model(models.asked[1]!).place).toMatchObject({ folder: "/base", labels: ["one", "two"] });
    expect(model.modelVersion).toBe("base-123");
  });

  it("uses the base model's own head where it cannot have another one", async () => {
    const { models, predict, answerAll, project } = setUp({ manually: true });
    project.labelConfig = config("red", "green");
    const answer = predict(["x"], { labelConfig: project.labelConfig });
    await settle();
    models.load(new BaalError("E_MODEL_FORMAT", "an ONNX export keeps its head"));
    await settle();
    models.load();
    await answerAll();
    expect(models.asked[1]).toBe("base-123");
    expect((await answer).results[0]).toMatchObject({ model_version: "base-123", result: [] });
    expect((await answer).mismatches[0]).toContain("no label in common");
  });

  it.each(["", "<View></View>", "<!DOCTYPE x><View/>", "<View><Image name='i' value='$i'/></View>"])(
    "takes the base model as it is for the stored configuration %j",
    async (stored) => {
      const { models, predict, answerAll, project } = setUp();
      project.labelConfig = stored;
      const answer = predict(["x"]);
      await answerAll();
      expect((await answer).results[0]!.result).toHaveLength(1);
      expect(models.asked).toEqual(["base-123"]);
    },
  );

  it("chooses the base model of the kind that the configuration asks about", () => {
    const image: BaseModel = { kind: "image", folder: "/images", version: "base-img", labels: ["a", "b"] };
    const { model, project } = setUp({ bases: [base, image] });
    project.labelConfig = `<View><Image name="t" value="$i"/><Choices name="c" toName="t"><Choice value="a"/></Choices></View>`;
    expect(model.modelVersion).toBe("base-img");
    project.labelConfig = labelConfig;
    expect(model.modelVersion).toBe("base-123");
  });
});

describe("too much at once", () => {
  it("is refused with the time to come again; single tasks still pass", async () => {
    const { predict, answerAll, projects } = setUp({ bulk: { maxRunning: 1, maxWaitingTasks: 20 } });
    const many = (prefix: string) => predict(Array.from({ length: 20 }, (_, i) => `${prefix} ${i}`));
    const accepted = [many("a"), many("b"), predict(["single"])];
    await expect(many("c")).rejects.toMatchObject({
      status: 503,
      code: "E_BUSY",
      headers: { "Retry-After": expect.any(String) },
    });
    expect(projects.status().queues).toMatchObject({
      interactive: { running: 1, rejected: 0 },
      bulk: { running: 1, waiting: 1, waitingTasks: 20, rejected: 1 },
    });
    await answerAll();
    await answerAll();
    await Promise.all(accepted);
    expect(projects.status().queues.bulk).toMatchObject({ running: 0, waiting: 0, completed: 2 });
  });

  it("is left when the caller leaves", async () => {
    const { predict, models, answerAll } = setUp();
    const controller = new AbortController();
    const gone = predict(["x"], { signal: controller.signal });
    await settle();
    controller.abort();
    await expect(gone).rejects.toMatchObject({ code: "E_ABORTED" });
    await answerAll();
    expect(models.model("base-123").predictor.calls).toHaveLength(0);
  });
});

describe("parameters of the project and of the request", () => {
  const callOf = (models: ReturnType<typeof setUp>["models"], key: string) => models.model(key).predictor.calls.at(-1)!.call;

  it("reach the model: the request's over the project's over the server's", async () => {
    const { models, predict, answerAll, stored } = setUp({ versions: ["v1"], cache: { maxBytes: 0 } });
    const asked = async (parameters: ModelParameters) => {
      const answer = predict(["x"], { parameters });
      await answerAll();
      const [{ score } = { score: Number.NaN }] = (await answer).results;
      return { score, draws: callOf(models, "project 1 v1").iterations };
    };
    const own = await asked({});
    expect(own.draws).toBe(2);
    stored.parameters = { iterations: 5, score_order: "uncertainty" };
    const projects = await asked({});
    expect(projects.draws).toBe(5);
    expect(await asked({ iterations: 7 })).toMatchObject({ draws: 7 });
    const turned = await asked({ scoreOrder: "confidence" });
    expect(turned.score + projects.score).toBeCloseTo(1, 6);
  });

  it("are refused before anything waits", async () => {
    const { models, predict } = setUp({ versions: ["v1"] });
    await expect(predict(["x"], { parameters: { iterations: 1 } })).rejects.toMatchObject({ status: 400 });
    expect(models.asked).toEqual([]);
  });
});

describe("kept versions", () => {
  it("answer where they are asked for by name, beside the one that serves, and the base model does", async () => {
    const { model, models, predict, answerAll } = setUp({ versions: ["v1", "v2", "v3"] });
    expect(model.versions()).toEqual(["v3", "v2", "v1", "base-123"]);
    const asked = ["v1", "base-123", "v3", "current"].map((modelVersion) => predict(["x"], { parameters: { modelVersion } }));
    await answerAll();
    expect((await Promise.all(asked)).map((answer) => versionsOf(answer)[0])).toEqual(["v1", "base-123", "v3", "v3"]);
    expect(model.modelVersion).toBe("v3");
    expect(models.loaded().sort()).toEqual(["base-123", "project 1 v1", "project 1 v3"]);
    // The cache tells them apart, and needs none of them again.
    const again = predict(["x"], { parameters: { modelVersion: "v1" } });
    await answerAll();
    expect(await again).toEqual(await asked[0]);
    expect(models.model("project 1 v1").predictor.calls).toHaveLength(1);
  });

  it("that are none are refused, with those that there are", async () => {
    const { predict } = setUp({ versions: ["v1", "v2"] });
    await expect(predict(["x"], { parameters: { modelVersion: "v9" } })).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/"current": v2, v1, base-123; "v9" came/),
    });
  });

  it("can be the project's, for set-up, requests and scores alike; when one is gone, what serves answers", async () => {
    const { model, predict, answerAll, stored } = setUp({ versions: ["v1", "v2"] });
    stored.parameters = { model_version: "v1" };
    expect(model.modelVersion).toBe("v1");
    expect(model.status()).toMatchObject({ modelVersion: "v1", servingVersion: "v2" });
    const answer = predict(["x"]);
    const scores = model.withTaskModel(async (_, { modelVersion }) => modelVersion);
    const over = predict(["x"], { parameters: { modelVersion: "current" } });
    await answerAll();
    expect([versionsOf(await answer), await scores, versionsOf(await over)]).toEqual([["v1"], "v1", ["v2"]]);
    stored.parameters = { model_version: "v0-gone" };
    expect(model.modelVersion).toBe("v2");
    expect(versionsOf(await predict(["x"]))).toEqual(["v2"]);
  });

  it("that cannot be loaded fail alone", async () => {
    const { models, predict, answerAll } = setUp({ versions: ["v1", "v2"], manually: true });
    const asked = predict(["x"], { parameters: { modelVersion: "v1" } });
    await settle();
    models.load(new BaalError("E_CHECKPOINT", "damaged"));
    await expect(asked).rejects.toMatchObject({ code: "E_MODEL_HOST" });
    const served = predict(["x"]);
    await settle();
    models.load();
    await answerAll();
    expect(versionsOf(await served)).toEqual(["v2"]);
  });
});
