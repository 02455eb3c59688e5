import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import type { PredictorCall, TextPredictor } from "../../../src/label-studio/contract/predictor.js";
import { ModelPool, type ModelPoolOptions, type PoolEvent } from "../../../src/label-studio/serving/model-pool.js";
import { fakeClock } from "./fake-clock.js";
import { died, fakeModels } from "./fake-models.js";
import { drawsOf, settle } from "./manual-predictor.js";

const call = { iterations: 2 };
const place = (key: string) => ({ key, folder: `/models/${key}` });

function setUp({ manually = false, ...options }: Partial<ModelPoolOptions> & { readonly manually?: boolean } = {}) {
  const clock = fakeClock();
  const models = fakeModels({ manually });
  const events: PoolEvent[] = [];
  const pool = new ModelPool({ start: models.start, clock, onEvent: (event) => events.push(event), ...options });
  const predictorFor = async (key: string) => (await pool.predictorFor(place(key))) as TextPredictor;
  return { clock, models, pool, events, predictorFor, types: () => events.map(({ type, key }) => `${key} ${type}`) };
}

describe("loading", () => {
  it("happens once for all that ask at the same time", async () => {
    const { models, predictorFor, pool } = setUp({ manually: true });
    const asked = [predictorFor("a"), predictorFor("a")];
    await settle();
    expect(pool.status()).toMatchObject([{ key: "a", state: "loading", users: 2 }]);
    models.load();
    const [first, second] = await Promise.all(asked);
    expect(first).toBe(second);
    expect(first?.labels).toEqual(["a", "b"]);
    expect(models.asked).toEqual(["a"]);
    expect(pool.status()).toMatchObject([{ key: "a", state: "ready", users: 0, problem: undefined }]);
  });

  it("sends the calls of a model, whoever makes them, through its batches", async () => {
    const { predictorFor } = setUp({ batches: () => ({ predict: async (inputs) => drawsOf(inputs as string[], 1, call) }) });
    const answer = (await predictorFor("a")).predict(["x"], call);
    expect((await answer).shape).toEqual([1, 1, 2]);
    expect(await predictorFor("a")).toBe(await predictorFor("a"));
  });
});

describe("memory", () => {
  it("is left by a model that is not used for a while, and its predictor brings it back", async () => {
    const { models, clock, predictorFor, types } = setUp({ idleMs: 1000 });
    const predictor = await predictorFor("a");
    clock.advance(900);
    const busy = predictor.predict(["x"], call);
    await settle();
    clock.advance(5000);
    expect(models.loaded()).toEqual(["a"]);
    models.model("a").predictor.calls[0]!.finish();
    await busy;
    clock.advance(999);
    expect(models.loaded()).toEqual(["a"]);
    clock.advance(1);
    await settle();
    expect(models.loaded()).toEqual([]);
    const again = predictor.predict(["y"], call);
    await settle();
    models.model("a").predictor.calls[0]!.finish();
    expect((await again).shape).toEqual([1, 2, 2]);
    expect(types()).toEqual(["a loaded", "a unloaded", "a loaded"]);
  });

  it("holds so many models at most: the one not used for longest makes room", async () => {
    const { models, clock, predictorFor } = setUp({ maxModels: 2 });
    for (const key of ["a", "b", "a", "c"]) {
      clock.advance(1);
      await predictorFor(key);
    }
    expect(models.loaded()).toEqual(["a", "c"]);
  });

  it("never loses a model in use: who needs room waits, and gets it before the same model works again", async () => {
    const { models, predictorFor } = setUp({ maxModels: 1 });
    const a = await predictorFor("a");
    const first = a.predict(["x"], call).then(() => a.predict(["y"], call));
    await settle();
    const b = predictorFor("b").then((predictor) => predictor.predict(["z"], call));
    await settle();
    expect(models.asked).toEqual(["a"]);
    models.model("a").predictor.calls[0]!.finish();
    await settle();
    // Whoever has the place now works; both come to their end.
    for (let turn = 0; turn < 6; turn++) {
      expect(models.loaded()).toHaveLength(1);
      for (const key of models.loaded()) for (const { isOpen, finish } of models.model(key).predictor.calls) if (isOpen) finish();
      await settle();
    }
    expect((await b).shape).toEqual([1, 2, 2]);
    expect((await first).shape).toEqual([1, 2, 2]);
    expect(models.asked[1]).toBe("b");
  });

  it.each([1, 2, 3])("is never exceeded and nobody starves, %i at a time", async (maxModels) => {
    const random = createRandom(maxModels);
    const pause = async () => {
      for (let turns = random.integer(0, 3); turns > 0; turns--) await setImmediate();
    };
    let inMemory = 0;
    let most = 0;
    const working = new Set<string>();
    const pool = new ModelPool({
      maxModels,
      clock: fakeClock(),
      async start({ key }) {
        most = Math.max(most, ++inMemory);
        await pause();
        const predict = async (texts: readonly string[], options: PredictorCall) => {
          const id = `${key} ${texts}`;
          working.add(id);
          await pause();
          working.delete(id);
          return drawsOf(texts, 2, options);
        };
        return {
          predictor: { labels: ["a", "b"], predict },
          async stop() {
            expect([...working].filter((id) => id.startsWith(key))).toEqual([]);
            await pause();
            inMemory--;
          },
        };
      },
    });
    const client = async (id: number) => {
      for (let i = 0; i < 20; i++) {
        const predictor = (await pool.predictorFor(place(`model ${random.integer(0, 4)}`))) as TextPredictor;
        await pause();
        expect((await predictor.predict([`${id} ${i}`], call)).data).toEqual(drawsOf([`${id} ${i}`], 2, call).data);
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, id) => client(id)));
    expect(most).toBe(maxModels);
    await pool.close();
    expect(inMemory).toBe(0);
  });

  it("is left by a retired model when its last call ends", async () => {
    const { models, pool, predictorFor } = setUp();
    const predictor = await predictorFor("a");
    const busy = predictor.predict(["x"], call);
    await settle();
    await pool.retire(place("a"));
    expect(models.loaded()).toEqual(["a"]);
    models.model("a").predictor.calls[0]!.finish();
    await busy;
    await settle();
    expect(models.loaded()).toEqual([]);
    expect(pool.status()).toEqual([]);
    await pool.retire(place("unknown"));
  });
});

describe("a process that dies", () => {
  it("while it predicts: the call is made once more with a new one, also for all that were in it", async () => {
    const { models, predictorFor, types } = setUp();
    const predictor = await predictorFor("a");
    const calls = [predictor.predict(["x"], call), predictor.predict(["y"], call)];
    await settle();
    const [first, second] = models.model("a").predictor.calls;
    first!.fail(died());
    second!.fail(died());
    await settle();
    expect(models.asked).toEqual(["a", "a"]);
    expect(models.loaded()).toEqual(["a"]);
    for (const { finish } of models.model("a").predictor.calls) finish();
    expect((await Promise.all(calls)).map(({ shape }) => shape)).toEqual([
      [1, 2, 2],
      [1, 2, 2],
    ]);
    expect(types()).toEqual(["a loaded", "a crashed", "a loaded"]);
  });

  it("twice for the same call fails it, and not the next one", async () => {
    const { models, predictorFor } = setUp();
    const predictor = await predictorFor("a");
    const doomed = predictor.predict(["x"], call);
    for (let i = 0; i < 2; i++) {
      await settle();
      models.model("a").predictor.calls[0]!.fail(died());
    }
    await expect(doomed).rejects.toMatchObject({ code: "E_MODEL_HOST" });
    const next = predictor.predict(["y"], call);
    await settle();
    models.model("a").predictor.calls[0]!.finish();
    await next;
    expect(models.asked).toEqual(["a", "a", "a"]);
  });

  it("but not one whose call fails for another reason", async () => {
    const { models, predictorFor } = setUp();
    const failing = (await predictorFor("a")).predict(["x"], call);
    await settle();
    models.model("a").predictor.calls[0]!.fail(new BaalError("E_NOT_FINITE", "NaN"));
    await expect(failing).rejects.toMatchObject({ code: "E_NOT_FINITE" });
    expect(models.asked).toEqual(["a"]);
  });

  it("while it loads is started again after longer and longer pauses, and given up after three times", async () => {
    const { models, clock, pool, predictorFor, types } = setUp({ manually: true, backoffMs: 100, pauseMs: 5000 });
    const asked = predictorFor("a");
    asked.catch(() => undefined);
    const starts: number[] = [];
    for (const pause of [99, 1, 199, 1]) {
      await settle();
      if (models.asked.length > starts.length) models.load(died());
      starts.length = models.asked.length;
      await settle();
      clock.advance(pause);
    }
    await settle();
    expect(models.asked).toHaveLength(3);
    models.load(died());
    await expect(asked).rejects.toMatchObject({ code: "E_MODEL_HOST", message: expect.stringContaining("SIGKILL") });
    expect(types()).toEqual(["a crashed", "a crashed", "a failed"]);
    expect(pool.isGivenUp(place("a"))).toBe(true);
    expect(pool.status()).toMatchObject([{ state: "given up", problem: expect.stringContaining("SIGKILL") }]);

    await expect(predictorFor("a")).rejects.toMatchObject({ code: "E_MODEL_HOST" });
    expect(models.asked).toHaveLength(3);
    clock.advance(5000);
    expect(pool.isGivenUp(place("a"))).toBe(false);
    const tried = predictorFor("a");
    await settle();
    models.load(died());
    await expect(tried).rejects.toMatchObject({ code: "E_MODEL_HOST" });
    expect(models.asked).toHaveLength(4);
    clock.advance(5000);
    const better = predictorFor("a");
    await settle();
    models.load();
    await better;
    expect(pool.status()).toMatchObject([{ state: "ready", problem: undefined }]);
  });

  it("is told from a model that cannot be loaded, which is not tried again and takes no room", async () => {
    const { models, pool, predictorFor } = setUp({ manually: true, maxModels: 1 });
    const asked = predictorFor("a");
    asked.catch(() => undefined);
    await settle();
    const cause = new BaalError("E_MODEL_FORMAT", "config.json is damaged");
    models.load(cause);
    await expect(asked).rejects.toMatchObject({ code: "E_MODEL_HOST", cause });
    expect(pool.isGivenUp(place("a"))).toBe(true);
    const other = predictorFor("b");
    await settle();
    models.load();
    await other;
    expect(models.loaded()).toEqual(["b"]);
  });
});

describe("closing", () => {
  it("ends all models, those that load too, and everybody who waits", async () => {
    const { models, pool, predictorFor } = setUp({ manually: true, maxModels: 1, backoffMs: 1000 });
    const loading = predictorFor("a");
    const waiting = predictorFor("b");
    for (const asked of [loading, waiting]) asked.catch(() => undefined);
    await settle();
    await pool.close();
    expect(models.loaded()).toEqual([]);
    for (const asked of [loading, waiting, predictorFor("c")]) await expect(asked).rejects.toThrow(/shutting down/);
  });

  it("begins with what is not loaded yet: models in memory finish what they are asked", async () => {
    const { models, pool, predictorFor } = setUp({ manually: true });
    const ready = predictorFor("a");
    await settle();
    models.load();
    const answer = (await ready).predict(["x"], call);
    const loading = predictorFor("b");
    loading.catch(() => undefined);
    await settle();
    pool.stopLoading();
    await expect(loading).rejects.toThrow(/shutting down/);
    await expect(predictorFor("c")).rejects.toThrow(/shutting down/);
    models.model("a").predictor.calls[0]!.finish();
    expect((await answer).shape).toEqual([1, 2, 2]);
    await pool.close();
  });

  it("does not wait for the pauses between attempts", async () => {
    const { models, pool, predictorFor } = setUp({ manually: true });
    const loading = predictorFor("a");
    loading.catch(() => undefined);
    await settle();
    models.load(died());
    await settle();
    await pool.close();
    await expect(loading).rejects.toThrow(/shutting down/);
    expect(models.asked).toEqual(["a"]);
  });

  it("ends models that are in use; their calls are not made again", async () => {
    const { models, pool, predictorFor } = setUp();
    const busy = (await predictorFor("a")).predict(["x"], call);
    busy.catch(() => undefined);
    await settle();
    await pool.close();
    expect(models.loaded()).toEqual([]);
    models.model("a").predictor.calls[0]!.fail(died());
    await expect(busy).rejects.toMatchObject({ code: "E_MODEL_HOST" });
    expect(models.asked).toEqual(["a"]);
  });
});

it.each([{ maxModels: 0 }, { attempts: 0.5 }, { idleMs: -1 }, { pauseMs: Number.NaN }])("options are checked: %j", (options) => {
  expect(() => setUp(options)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
});
