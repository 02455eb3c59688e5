import { describe, expect, it } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import { type TextPredictor, withCalls } from "../../../src/label-studio/contract/predictor.js";
import { batchSize, type MicroBatcherOptions, microBatcher } from "../../../src/label-studio/serving/micro-batcher.js";
import { fakeClock } from "./fake-clock.js";
import { drawsOf, manualPredictor, settle } from "./manual-predictor.js";

const call = { iterations: 3, seed: 1 };
const texts = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix} ${i}`);

function setUp(options: MicroBatcherOptions = {}) {
  const model = manualPredictor();
  const clock = fakeClock();
  const batcher = microBatcher(model, { clock, ...options });
  /** Answers the call that is under way after `took` milliseconds, or ends the window; gives what the next call gets. */
  const next = async (took = 10) => {
    const last = model.calls.at(-1);
    clock.advance(last?.isOpen ? took : 2);
    last?.finish();
    await settle();
    return model.calls.at(-1) === last ? [] : model.calls.at(-1)!.texts;
  };
  return { model, clock, batcher, next };
}

describe("joining", () => {
  it("joins the calls of one window and gives each its own items", async () => {
    const { model, batcher, clock } = setUp();
    const all = [["x"], ["y", "z"], ["w"]];
    const answers = all.map((own, i) => batcher.predict(own, { ...call, itemKeys: own.map((_, j) => 10 * i + j) }));
    expect(model.calls).toHaveLength(0);
    clock.advance(2);
    await settle();
    expect(model.calls.map(({ texts: came }) => came)).toEqual([["x", "y", "z", "w"]]);
    expect(model.calls[0]!.call).toMatchObject({ ...call, itemKeys: [0, 10, 11, 20] });
    model.calls[0]!.finish();
    for (const [i, answer] of answers.entries()) {
      const expected = drawsOf(all[i]!, 2, { ...call, itemKeys: all[i]!.map((_, j) => 10 * i + j) });
      expect(await answer).toEqual(expected);
    }
  });

  it("joins what comes while the model is busy, without a further window", async () => {
    const { model, batcher, next } = setUp();
    const answers = [batcher.predict(["first"], call)];
    await next();
    answers.push(batcher.predict(["second"], call), batcher.predict(["third"], call));
    await settle();
    expect(model.calls).toHaveLength(1);
    expect(await next(0)).toEqual(["second", "third"]);
    await next();
    await Promise.all(answers);
  });

  it("does not join other numbers of draws or seeds", async () => {
    const { batcher, next } = setUp();
    const answers = [
      batcher.predict(["a"], call),
      batcher.predict(["b"], { ...call, seed: 2 }),
      batcher.predict(["c"], { ...call, iterations: 5 }),
      batcher.predict(["d"], call),
    ];
    expect(await next()).toEqual(["a", "d"]);
    expect(await next()).toEqual(["b"]);
    expect(await next()).toEqual(["c"]);
    await next();
    expect((await Promise.all(answers)).map(({ shape }) => shape[2])).toEqual([3, 3, 5, 3]);
  });

  it("keeps the predictor's kind and labels", () => {
    const { model, batcher } = setUp();
    expect(withCalls(model, batcher)).toMatchObject({ kind: "text", labels: ["a", "b"] });
  });
});

describe("fairness", () => {
  it("lets a single task overtake ten thousand", async () => {
    const { batcher, next } = setUp({ maxItems: 16 });
    const long = batcher.predict(texts("long", 10_000), call);
    expect(await next()).toHaveLength(16);
    const short = batcher.predict(["short"], call);
    expect((await next())[0]).toBe("short");
    await next();
    expect((await short).shape).toEqual([1, 2, 3]);
    let calls = 0;
    for (; (await next()).length > 0; calls++);
    expect(calls).toBeGreaterThan(600);
    expect(await long).toEqual(drawsOf(texts("long", 10_000), 2, call));
  });

  it("keeps a share of each call for long requests while short ones keep coming, in turn", async () => {
    const { batcher, next } = setUp({ maxItems: 16 });
    const answers = [batcher.predict(texts("one", 40), call), batcher.predict(texts("two", 40), call)];
    for (let i = 0; i < 30; i++) answers.push(batcher.predict([`short ${i}`], call));
    const begins = (came: readonly string[]) => came.map((text) => text.split(" ")[0]);
    const first = begins(await next());
    expect(first.filter((name) => name === "short")).toHaveLength(12);
    expect(first.filter((name) => name === "one")).toHaveLength(4);
    const second = begins(await next());
    expect(second.filter((name) => name === "short")).toHaveLength(12);
    expect(second.filter((name) => name === "two")).toHaveLength(4);
    while ((await next()).length > 0);
    await Promise.all(answers);
  });

  it("gives long requests with other settings their turn", async () => {
    const { batcher, next } = setUp({ interactiveItems: 1, maxItems: 1 });
    const long = batcher.predict(["long", "too"], { ...call, seed: 9 });
    const others = [...texts("short", 20)].map((text) => batcher.predict([text], call));
    const order: string[] = [];
    for (let came = await next(); came.length > 0; came = await next()) order.push(...came);
    expect(order).toHaveLength(22);
    expect(order.indexOf("long")).toBe(4);
    expect(order.indexOf("too")).toBe(9);
    await Promise.all([long, ...others]);
  });

  it("is not put off by a small call that took a moment longer, and never goes below a few items", () => {
    const size = batchSize({ maxItems: 64, targetMs: 100 });
    size.took(1, 90);
    expect(size.items).toBe(16);
    size.took(1, 1000);
    expect(size.items).toBe(4);
    expect(batchSize({ maxItems: 2, targetMs: 100 }).items).toBe(2);
  });

  it("makes calls as large as takes about the target's time", async () => {
    const { batcher, next } = setUp({ targetMs: 100, maxItems: 64 });
    const long = batcher.predict(texts("long", 2000), call);
    const sizes = [(await next()).length];
    for (const perItem of [2, 2, 2, 2, 20, 20, 20, 0, 0, 0, 0]) sizes.push((await next(sizes.at(-1)! * perItem)).length);
    expect(sizes).toEqual([16, 32, 50, 50, 50, 5, 5, 5, 10, 20, 40, 64]);
    while ((await next()).length > 0);
    await long;
  });
});

describe("leaving", () => {
  it("drops only the items of the call that is aborted", async () => {
    const { batcher, next } = setUp();
    const controller = new AbortController();
    const running = batcher.predict(["running"], call);
    await next();
    const gone = batcher.predict(["gone"], { ...call, signal: controller.signal });
    const stays = batcher.predict(["stays"], call);
    controller.abort();
    await expect(gone).rejects.toMatchObject({ code: "E_ABORTED" });
    expect(await next()).toEqual(["stays"]);
    await next();
    await Promise.all([running, stays]);
  });

  it("stops the model when nobody is left to answer, not sooner", async () => {
    const { model, batcher, next } = setUp();
    const controllers = [new AbortController(), new AbortController()];
    const answers = controllers.map(({ signal }, i) => batcher.predict([`text ${i}`], { ...call, signal }));
    await next();
    const { signal } = model.calls[0]!.call;
    controllers[0]!.abort();
    await expect(answers[0]).rejects.toMatchObject({ code: "E_ABORTED" });
    expect(signal?.aborted).toBe(false);
    controllers[1]!.abort();
    await expect(answers[1]).rejects.toMatchObject({ code: "E_ABORTED" });
    expect(signal?.aborted).toBe(true);
    await settle();
    const later = batcher.predict(["later"], call);
    expect(await next()).toEqual(["later"]);
    await next();
    await later;
    await expect(batcher.predict(["x"], { ...call, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "E_ABORTED" });
  });

  it("does not go on with a long request whose part has failed", async () => {
    const { model, batcher, next } = setUp({ maxItems: 4 });
    const long = batcher.predict(texts("long", 100), call);
    await next();
    model.calls[0]!.fail(new BaalError("E_MODEL_HOST", "it died"));
    await expect(long).rejects.toMatchObject({ code: "E_MODEL_HOST" });
    await settle();
    expect(model.calls).toHaveLength(1);
  });
});

describe("faults", () => {
  it("of one item fail the call that it came with and no other", async () => {
    const fault = new BaalError("E_NOT_FINITE", "NaN");
    let calls = 0;
    const model: TextPredictor = {
      labels: ["a", "b"],
      async predict(own, options) {
        calls++;
        if (own.includes("bad")) throw fault;
        return drawsOf(own, 2, options);
      },
    };
    const clock = fakeClock();
    const batcher = microBatcher(model, { clock });
    const inputs = Array.from({ length: 16 }, (_, i) => [i === 5 ? "bad" : `good ${i}`]);
    const answers = inputs.map((own) => batcher.predict(own, call).catch((error: unknown) => error));
    clock.advance(5);
    const settled = await Promise.all(answers);
    expect(settled[5]).toBe(fault);
    for (const [i, answer] of settled.entries()) if (i !== 5) expect(answer).toEqual(drawsOf(inputs[i]!, 2, call));
    // Halves: 1 + 2 + 2 + 2 + 2.
    expect(calls).toBe(9);
  });

  it("of the model fail all calls of the batch, and only those", async () => {
    const { model, batcher, next } = setUp();
    const answers = [batcher.predict(["a"], call), batcher.predict(["b"], call)];
    await next();
    model.calls[0]!.fail(new BaalError("E_MODEL_HOST", "it died"));
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: "E_MODEL_HOST" });
    await settle();
    const later = batcher.predict(["c"], call);
    await next();
    await next();
    expect((await later).shape).toEqual([1, 2, 3]);
  });

  it("is told when the model gives another number of items", async () => {
    const clock = fakeClock();
    const model: TextPredictor = { labels: ["a", "b"], predict: async (_, options) => drawsOf(["only one"], 2, options) };
    const answer = (microBatcher(model, { clock }) as TextPredictor).predict(["a", "b"], call);
    clock.advance(5);
    await expect(answer).rejects.toMatchObject({ code: "E_SHAPE" });
  });

  it.each([{ windowMs: -1 }, { targetMs: 0 }, { maxItems: 0 }, { interactiveItems: 1.5 }])(
    "settings are checked: %j",
    (options) => {
      expect(() => setUp(options)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    },
  );
});
