import supertest from "supertest";
import { describe, expect, it, vi } from "vitest";
import type { PredictCall } from "../../../src/label-studio/backend/backend.js";
import { HttpError } from "../../../src/label-studio/contract/http-error.js";
import type { AnsweredTasks } from "../../../src/label-studio/contract/predict-tasks.js";
import { listening, plainApp } from "./http-app.js";

interface OwnTask {
  readonly id: number;
}

/** A result that says which task it is of, and a problem for every five hundredth. */
function answerOf({ tasks }: PredictCall): AnsweredTasks {
  const known = tasks as readonly OwnTask[];
  return {
    results: known.map(({ id }) => ({ model_version: `task ${id}`, score: 0, result: [] })),
    problems: known.flatMap(({ id }, position) => (id % 500 === 7 ? [{ position, taskId: id, reason: "bad" }] : [])),
    ...{ controls: [], skipped: [], mismatches: ["the same for all"], modelVersion: "v1" },
  };
}

const bodyOf = (tasks: number) => ({
  label_config: "",
  tasks: Array.from({ length: tasks }, (_, id) => ({ id, data: { text: `text ${id}` } })),
});

const post = (url: string, tasks: number, signal?: AbortSignal) =>
  fetch(`${url}/predict`, {
    ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(bodyOf(tasks)) },
    ...(signal && { signal }),
  });

const versions = (body: { readonly results: readonly { readonly model_version: string }[] }) =>
  body.results.map((result) => result.model_version);

describe("the answer to /predict", () => {
  it.each([0, 1, 999, 1000, 1001, 2500])("has one result per task, in order: %d tasks", async (tasks) => {
    const { app } = plainApp({}, { predict: async (call) => answerOf(call) });
    const { body } = await supertest(app)
      .post("/predict")
      .send(bodyOf(tasks))
      .expect(200)
      .expect("content-type", /application\/json/);
    expect(versions(body)).toEqual(Array.from({ length: tasks }, (_, id) => `task ${id}`));
  });

  it("to 100,000 tasks of one request is sent while the rest is predicted, and others are answered meanwhile", async () => {
    const sizes: number[] = [];
    const { app, log } = plainApp(
      {},
      {
        async predict(call) {
          sizes.push(call.tasks.length);
          return answerOf(call);
        },
      },
    );
    const { url } = await listening(app);
    const response = await post(url, 100_000);
    let parts = 0;
    let text = "";
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      parts++;
      text += part;
      if (parts === 1) expect((await fetch(`${url}/health`)).status).toBe(200);
    }
    expect(parts).toBeGreaterThan(10);
    const answered = versions(JSON.parse(text));
    expect(answered).toHaveLength(100_000);
    expect(answered.every((version, id) => version === `task ${id}`)).toBe(true);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    expect(log()).toMatch(/"position":1007,"taskId":1007.*"count":200/);
    expect(log().match(/the same for all/g)).toHaveLength(1);
  });

  it("is a whole answer where the first tasks fail, and a broken connection where later ones do", async () => {
    const failing = (from: number) => ({
      async predict(call: PredictCall) {
        if ((call.tasks[0] as OwnTask).id >= from) throw new Error("the model broke");
        return answerOf(call);
      },
    });
    const first = plainApp({}, failing(0));
    expect((await supertest(first.app).post("/predict").send(bodyOf(2500))).body).toMatchObject({ code: "E_INTERNAL" });
    const later = plainApp({}, failing(2000));
    const { url } = await listening(later.app);
    await expect(post(url, 2500).then((response) => response.text())).rejects.toThrow();
    await expect.poll(later.log).toContain("the model broke");
  });

  it("waits for room between its parts, and ends when the caller goes", async () => {
    let calls = 0;
    const backend = {
      async predict(call: PredictCall) {
        if (++calls === 2) throw new HttpError(503, "E_BUSY", "Too many wait.");
        return answerOf(call);
      },
    };
    const { app } = plainApp({}, backend);
    expect(versions((await supertest(app).post("/predict").send(bodyOf(1500))).body)).toHaveLength(1500);
    expect(calls).toBe(3);

    let asked = 0;
    const busy = plainApp(
      {},
      {
        predict: async (call) => {
          if (asked++ > 0) throw new HttpError(503, "E_BUSY", "Too many wait.");
          return answerOf(call);
        },
      },
    );
    const { url } = await listening(busy.app);
    const leave = new AbortController();
    const answering = post(url, 1500, leave.signal).then((response) => response.text());
    await vi.waitFor(() => expect(asked).toBeGreaterThan(1), { timeout: 60_000 });
    leave.abort();
    await expect(answering).rejects.toThrow();
    await expect.poll(busy.log).toContain("went away");
  });

  it("breaks the silence of a slow model, so that nobody takes it for dead", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      let answer = () => {};
      const { app } = plainApp({}, { predict: (call) => new Promise((resolve) => (answer = () => resolve(answerOf(call)))) });
      const { url } = await listening(app);
      const answering = post(url, 2);
      await expect.poll(() => vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(65_000);
      const response = await answering;
      expect(response.status).toBe(200);
      answer();
      const text = await response.text();
      expect(text).toMatch(/^\{"results":\[ {2}\{/);
      expect(versions(JSON.parse(text))).toEqual(["task 0", "task 1"]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
