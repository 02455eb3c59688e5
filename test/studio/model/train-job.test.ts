import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { loadEmbeddedShapes } from "../../../src/data/embedded.js";
import { ImageClassifier } from "../../../src/models/images/image-classifier.js";
import { type ModelConfig, modelConfig, trainConfig } from "../../../src/studio/api/model-config.js";
import { OWN_CNN } from "../../../src/studio/model/brain.js";
import { openEncoder } from "../../../src/studio/model/item-encoder.js";
import { readItemRows, writeItemRows } from "../../../src/studio/model/item-rows.js";
import type { JobEvent, TrainRequest } from "../../../src/studio/model/jobs/job-calls.js";
import { trainModel } from "../../../src/studio/model/jobs/train-job.js";
import { saveWholeModel } from "../../../src/studio/model/jobs/whole-model-job.js";

const names = ["circle", "square", "triangle"];
let folder: string;
let base: Omit<TrainRequest, "model" | "train" | "folder">;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baal-train-"));
  const { train } = await loadEmbeddedShapes();
  const rows = names.flatMap((name) => train.filter(({ label }) => label === name).slice(0, 24));
  const files = await Promise.all(
    rows.map(async ({ image }, n) => {
      const file = join(folder, `${n}.png`);
      const raw = { width: image.width, height: image.height, channels: 1 as const };
      await sharp(Buffer.from(image.data), { raw }).png().toFile(file);
      return file;
    }),
  );
  const cacheFolder = join(folder, "cache");
  const encoder = await openEncoder({ kind: "image", model: OWN_CNN, onDownload() {} });
  const { data, shape } = await encoder.vectors(files, { cacheFolder, maxSeqLen: 1 });
  const items = Uint32Array.from(files, (_, n) => n + 1);
  await writeItemRows(join(folder, "features.rows"), { items, width: shape[1], data });
  const item = (n: number) => {
    const target = names.indexOf(rows[n]!.label);
    return { item: n + 1, target, entries: names.map((_, c) => (c === target ? 1 : 0) as 0 | 1), subset: undefined };
  };
  const all = rows.map((_, n) => n);
  base = {
    ...{ kind: "image", encoder: OWN_CNN, cacheFolder, maxSeqLen: 1, task: "single", labels: names, seed: 1 },
    features: join(folder, "features.rows"),
    learnt: all.filter((n) => n % 3 === 0).map(item),
    validated: all.filter((n) => n % 3 === 1).map(item),
    others: all.filter((n) => n % 3 !== 1).map((n) => n + 1),
    contents: new Map(files.map((file, n) => [n + 1, file])),
  };
});

const CONFIGS: Readonly<
  Record<string, { readonly model: Partial<ModelConfig>; readonly train?: object; readonly least: number }>
> = {
  solved: { model: { kind: "solved" }, least: 0.5 },
  "all numbers of the map": { model: { kind: "head", pooling: "flatten", dropout: 0.1 }, least: 0.5 },
  "convolutions, focal": {
    model: {
      ...{ kind: "head", output: "sigmoid", loss: "focal", dropout: 0.1, pooling: "flatten" },
      head: { type: "convnet", layers: "16,p,d,16", kernel: 3, batchNorm: true, separable: false },
    },
    least: 0.4,
  },
  "several maps": {
    model: { kind: "head", head: { type: "multiscale", layers: "maxpool" }, dropout: 0, normalise: true },
    least: 0.3,
  },
  FixMatch: {
    model: { kind: "head", output: "sigmoid", pooling: "flatten", dropout: 0, fixMatch: { lambda: 1, tau: 0.7, mu: 2 } },
    least: 0.4,
  },
  "the encoder after an epoch": {
    model: { kind: "head", pooling: "flatten", dropout: 0 },
    train: { fineTuneAfter: 1 },
    least: 0.4,
  },
};

describe("a training of images", () => {
  it.each(Object.entries(CONFIGS))("%s", async (name, { model, train, least }) => {
    const events: JobEvent[] = [];
    const target = join(folder, name.replaceAll(" ", "-"));
    const request: TrainRequest = {
      ...{ ...base, folder: target, model: modelConfig.parse(model) },
      train: trainConfig.parse({ epochs: 2, batchesPerEpoch: 30, learningRate: 0.02, batchSize: 8, ...train }),
    };
    const { metrics } = await trainModel(request, { signal: new AbortController().signal, tell: (event) => events.push(event) });
    expect(metrics["trainAccuracy"]).toBeGreaterThan(least);
    expect(metrics["validationAccuracy"]).toBeGreaterThanOrEqual(0);
    const { items, width, data } = await readItemRows(join(target, "probabilities.rows"));
    expect([items.length, width]).toEqual([72, 3]);
    expect(data.every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(existsSync(join(target, "model", "config.json"))).toBe(true);
    const points = events.filter((event) => event.type === "point").map(({ point }) => point);
    expect(points.map(({ epoch }) => epoch)).toEqual(model.kind === "solved" ? [] : [1, 2]);
    if (points.length > 0) expect(points[1]!.loss).toBeLessThan(points[0]!.loss);
    const exported = join(target, "exported");
    const from = { kind: request.kind, encoder: request.encoder, model: request.model, seed: request.seed };
    await saveWholeModel({ ...from, version: join(target, "model"), folder: exported });
    const whole = await ImageClassifier.fromPretrained(exported);
    const answers = await whole.classify([...request.contents.values()], { topK: names.length });
    for (const [row, item] of items.entries())
      for (const { label, probability } of answers[item - 1]!.labels)
        expect(Math.abs(probability - data[row * width + names.indexOf(label)]!)).toBeLessThan(1e-5);
    if (name === "FixMatch") expect(points[1]!.semiSupervisedLoss).toBeGreaterThanOrEqual(0);
  });
});
