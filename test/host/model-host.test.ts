import { mkdtempSync, rmSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { BaalError } from "../../src/core/errors.js";
import { TextDataset } from "../../src/data/text/text-dataset.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { startHostWorker } from "../../src/host/host-worker.js";
import { ModelHost } from "../../src/host/model-host.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { TrainerProgress } from "../../src/training/trainer-callback.js";
import { maxDifference, tinyConfig } from "../models/tiny.js";

const rows = [
  { text: "where is my parcel", label: "delivery" },
  { text: "is the parcel on its way", label: "delivery" },
  { text: "cancel the order please", label: "cancel" },
  { text: "do not send the order", label: "cancel" },
];
const texts = rows.map(({ text }) => text);
const labels = ["delivery", "cancel"];
const { vocabSize: _, ...config } = tinyConfig;

let folder: string;
let host: ModelHost;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baaljs-host-"));
  const tokenizer = trainWordPiece(texts, { vocabSize: 100 });
  await TextClassifier.fromConfig(config, { labels, tokenizer }).save(join(folder, "model"));
  host = await ModelHost.start(join(folder, "model"));
});

afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});

async function inProcess(): Promise<{ model: TextClassifier; dataset: TextDataset }> {
  const model = await TextClassifier.fromPretrained(join(folder, "model"));
  patchModule(model);
  return { model, dataset: new TextDataset(rows, { tokenizer: model.tokenizer, labels }) };
}

describe("a model in its own process", () => {
  it("predicts what the same model in this process does", async () => {
    const { model, dataset } = await inProcess();
    const expected = await new BaalTrainer({ model }).predictOnDataset(dataset, { iterations: 5, seed: 3 });
    const actual = await host.predict(texts, { iterations: 5, seed: 3 });
    expect(actual.kind).toBe("logits");
    expect(actual.shape).toEqual([4, 2, 5]);
    expect(actual.data).toBeInstanceOf(Float32Array);
    expect(maxDifference(actual.data, expected.data)).toBeLessThan(1e-5);
    expect(host.labels).toEqual(labels);
    expect(host.pid).not.toBe(process.pid);
  });

  it("knows the task of its model, from its folder and after a training", async () => {
    const multi = join(folder, "multi");
    await TextClassifier.fromConfig(config, { labels, task: "multi", tokenizer: trainWordPiece(texts, { vocabSize: 100 }) }).save(
      multi,
    );
    const own = await ModelHost.start(multi, { patch: false });
    try {
      expect([own.task, own.isMultiLabel, (await own.predict(texts)).kind]).toEqual(["multi", true, "sigmoidLogits"]);
      const sizes = texts.map((text, i) => ({ text, label: [i, 1] }));
      const { task } = await own.train({ rows: sizes, args: { loss: "meanSquaredError", maxSteps: 1 } });
      expect([task, own.task, (await own.predict(texts)).kind]).toEqual(["regression", "regression", "values"]);
    } finally {
      await own.stop();
    }
  });

  it("stands behind by as many levels as it is told", async () => {
    expect(getPriority(host.pid)).toBe(getPriority());
    const behind = await ModelHost.start(join(folder, "model"), { nice: 3 });
    try {
      expect(getPriority(behind.pid)).toBe(Math.min(19, getPriority() + 3));
    } finally {
      await behind.stop();
    }
    await expect(ModelHost.start(join(folder, "model"), { nice: -1 })).rejects.toThrow("0 to 19; -1 came");
  });

  it("takes a process that was started ahead, which ends where its model cannot be loaded", async () => {
    const ahead = startHostWorker(3);
    const own = await ModelHost.start(join(folder, "model"), {}, ahead);
    try {
      expect(own.pid).toBe(ahead.pid);
      expect(getPriority(own.pid)).toBe(Math.min(19, getPriority() + 3));
      const options = { iterations: 3, seed: 1 };
      expect((await own.predict(texts, options)).data).toEqual((await host.predict(texts, options)).data);
    } finally {
      await own.stop();
    }
    const vain = startHostWorker();
    await expect(ModelHost.start(join(folder, "missing"), {}, vain)).rejects.toBeInstanceOf(BaalError);
    expect(vain.hasEnded).toBe(true);
    const unwanted = startHostWorker();
    await expect(ModelHost.start(join(folder, "model"), { signal: AbortSignal.abort() }, unwanted)).rejects.toThrow();
    expect(unwanted.hasEnded).toBe(true);
    // One that has died is no reason to do without.
    const dead = startHostWorker();
    await dead.stop();
    const another = await ModelHost.start(join(folder, "model"), {}, dead);
    expect(another.pid).not.toBe(dead.pid);
    await another.stop();
  });

  it("patches the model there as it is told", async () => {
    const patch = { method: "dropconnect", layers: ["classifier"], rate: 0.3 } as const;
    const { model, dataset } = await inProcess();
    patchModule(model, patch);
    const expected = await new BaalTrainer({ model }).predictOnDataset(dataset, { iterations: 5, seed: 3 });
    const other = await ModelHost.start(join(folder, "model"), { patch });
    try {
      const actual = await other.predict(texts, { iterations: 5, seed: 3 });
      expect(actual.isConsistent).toBe(true);
      expect(maxDifference(actual.data, expected.data)).toBeLessThan(1e-5);
    } finally {
      await other.stop();
    }
  });

  it("names draws by the keys that it is given", async () => {
    const [x = "", y = ""] = texts;
    const twice = await host.predict([x, x, y], { iterations: 5, itemKeys: [9, 9, 2 ** 31 - 1] });
    expect(maxDifference(twice.data.slice(0, 10), twice.data.slice(10, 20))).toBeLessThan(1e-5);
    const other = await host.predict([y, x], { iterations: 5, itemKeys: [2 ** 31 - 1, 10] });
    expect(maxDifference(other.data.slice(0, 10), twice.data.slice(20))).toBeLessThan(1e-5);
    expect(maxDifference(other.data.slice(10), twice.data.slice(0, 10))).toBeGreaterThan(1e-3);
    await expect(host.predict(texts, { itemKeys: [1] })).rejects.toMatchObject({ code: "E_ARGUMENT" });
    await expect(host.predict([x], { itemKeys: [0.5] })).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });

  it("leaves this process's event loop free while it computes", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const begin = performance.now();
    await host.predict(
      Array.from({ length: 2000 }, (_, i) => `${texts[i % 4]} number ${i}`),
      { iterations: 20 },
    );
    const seconds = (performance.now() - begin) / 1000;
    clearInterval(timer);
    // A blocked loop would have let one or two timers through.
    expect(ticks).toBeGreaterThan(20 * seconds);
  });

  it("trains, reports progress, and hands the weights over as arrays", async () => {
    const args = { numTrainEpochs: 3, batchSize: 2, learningRate: 1e-3, seed: 1 };
    const events: TrainerProgress[] = [];
    const before = await host.stateDict();
    const { globalStep } = await host.train({ rows, args }, { onProgress: (event) => events.push(event) });
    expect(globalStep).toBe(6);
    expect(events.filter(({ type }) => type === "train").length).toBeGreaterThanOrEqual(6);
    const trained = await host.stateDict();

    const { model, dataset } = await inProcess();
    await new BaalTrainer({ model, args }).train(dataset);
    for (const [name, { data }] of model.stateDict()) expect(trained.get(name)!.data, name).toEqual(data);

    await host.save(join(folder, "trained"));
    const loaded = await TextClassifier.fromPretrained(join(folder, "trained"));
    expect(loaded.stateDict().get("classifier.weight")!.data).toEqual(trained.get("classifier.weight")!.data);
    await host.loadStateDict(before);
    expect((await host.stateDict()).get("classifier.weight")!.data).toEqual(before.get("classifier.weight")!.data);
  });

  it("passes errors on with their code", async () => {
    await expect(host.train({ rows: [{ text: "a", label: "refund" }] })).rejects.toMatchObject({ code: "E_LABEL_UNKNOWN" });
    await expect(host.loadStateDict(new Map())).rejects.toMatchObject({ code: "E_CHECKPOINT" });
    await expect(ModelHost.start(join(folder, "no such model"))).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
  });

  it("stops a call whose signal fires", async () => {
    const controller = new AbortController();
    const call = host.train({ rows, args: { numTrainEpochs: 100_000, batchSize: 1 } }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 200);
    await expect(call).rejects.toMatchObject({ code: "E_ABORTED" });
  });

  it("fails the calls under way when the process dies, and starts again with the next", async () => {
    const doomed = await ModelHost.start(join(folder, "model"));
    const call = doomed.train({ rows, args: { numTrainEpochs: 100_000, batchSize: 1 } });
    setTimeout(() => process.kill(doomed.pid!, "SIGKILL"), 200);
    await expect(call).rejects.toMatchObject({ code: "E_MODEL_HOST", message: expect.stringContaining("SIGKILL") });
    expect((await doomed.predict(texts, { iterations: 2 })).shape).toEqual([4, 2, 2]);
    await doomed.stop();
  });
});

it("is ended while it loads its model when nobody waits for it any more", async () => {
  const abort = new AbortController();
  const starting = ModelHost.start(join(folder, "model"), { signal: abort.signal });
  starting.catch(() => {});
  await sleep(20);
  abort.abort();
  await expect(starting).rejects.toMatchObject({ code: "E_ABORTED" });
  await expect(ModelHost.start(join(folder, "model"), { signal: abort.signal })).rejects.toMatchObject({ code: "E_ABORTED" });
});
