import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import type { PredictedTasks } from "../../../src/label-studio/contract/predict-tasks.js";
import { hostedModels } from "../../../src/label-studio/serving/hosted-models.js";
import { ModelPool } from "../../../src/label-studio/serving/model-pool.js";
import { ProjectModels } from "../../../src/label-studio/serving/project-models.js";
import type { ProjectRecord, VersionRecord } from "../../../src/label-studio/state/records.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { writeTinyImageModel } from "../../host/tiny-image-model.js";
import { tinyConfig } from "../../models/tiny.js";

const labels = ["delivery", "cancel"];
const texts = ["where is my parcel", "cancel the order please", "is the parcel on its way", "do not send the order"];
const labelConfig = `<View><Text name="t" value="$text"/><Choices name="c" toName="t">${labels
  .map((label) => `<Choice value="${label}"/>`)
  .join("")}</Choices></View>`;
const { vocabSize: _, ...config } = tinyConfig;

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "baaljs-serving-"));
  const tokenizer = trainWordPiece(texts, { vocabSize: 100 });
  for (const [name, seed] of [
    ["base", 1],
    ["v1", 2],
    ["v2", 3],
  ] as const) {
    await TextClassifier.fromConfig(config, { labels, tokenizer, seed }).save(join(folder, name));
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

function setUp(versions: readonly string[], { cacheBytes = 2 ** 20 } = {}) {
  const records: VersionRecord[] = versions.map((version, createdAt) => ({
    ...{ projectId: 1, version, folder: version, labels, trained: 0, heldOut: 0, metrics: {}, createdAt },
  }));
  const project = { id: 1, labelConfig, servingVersion: versions.at(-1) } as ProjectRecord;
  const projects = new ProjectModels({
    records: { folder, projectById: () => project, versions: () => records, parametersOf: () => undefined },
    bases: [{ kind: "text", folder: join(folder, "base"), version: "base-1", labels }],
    settings: { iterations: 5, seed: 7 },
    pool: { start: hostedModels({ threads: 1 }), backoffMs: 10 },
    cache: { maxBytes: cacheBytes },
  });
  const predict = (...own: readonly string[]) =>
    projects.of(1).predict({ tasks: own.map((text, id) => ({ id, data: { text } })), labelConfig });
  return { projects, predict };
}

const scores = ({ results }: PredictedTasks) => results.map(({ score }) => score);

describe("models in processes of their own", () => {
  it("give a text the same prediction alone, among others, after a crash and after a restart", async () => {
    const { projects, predict } = setUp(["v1"], { cacheBytes: 0 });
    const together = await predict(...texts);
    expect(together.modelVersion).toBe("v1");
    const alone = await predict(texts[2]!);
    expect(alone.results[0]!.score).toBeCloseTo(together.results[2]!.score, 5);

    // Killed while it predicts: the call is made again, by a new process.
    const many = Array.from({ length: 3000 }, (_, i) => `${texts[i % 4]} number ${i}`);
    const { pid } = projects.status().models[0]!;
    const under = predict(...many);
    await expect.poll(() => projects.status().models[0]!.users).toBeGreaterThan(0);
    process.kill(pid!, "SIGKILL");
    expect((await under).results.filter(({ result }) => result.length === 1)).toHaveLength(3000);
    expect(projects.status().models[0]!.pid).not.toBe(pid);
    const after = scores(await predict(...texts));
    for (const [i, score] of scores(together).entries()) expect(after[i]).toBeCloseTo(score, 5);
    await projects.close();

    const restarted = setUp(["v1"]);
    const again = scores(await restarted.predict(...texts));
    for (const [i, score] of scores(together).entries()) expect(again[i]).toBeCloseTo(score, 5);
    await restarted.projects.close();
  });

  it("keep the predictions of a thousand texts within the cache's bytes", async () => {
    const { projects, predict } = setUp(["v2"], { cacheBytes: 100_000 });
    await predict(...Array.from({ length: 1000 }, (_, i) => `${texts[i % 4]} ${i}`));
    const { bytes, entries, maxBytes } = projects.status().cache;
    expect(bytes).toBeLessThanOrEqual(maxBytes);
    // 5 draws of 2 classes: 40 bytes, and what an entry takes.
    expect(entries).toBe(Math.floor(100_000 / 640));
    await projects.close();
  });

  it("answer for images, each kind from its own base model", async () => {
    const images = await writeTinyImageModel(["dark", "light"]);
    const labelConfig = `<View><Image name="i" value="$image"/><Choices name="c" toName="i"><Choice value="dark"/><Choice value="light"/></Choices></View>`;
    const png = async (value: number) => {
      const raw = { width: 8, height: 8, channels: 1 } as const;
      const bytes = await sharp(Buffer.alloc(64, value), { raw }).png().toBuffer();
      return `data:image/png;base64,${bytes.toString("base64")}`;
    };
    const projects = new ProjectModels({
      records: {
        folder,
        projectById: () => ({ id: 1, labelConfig }) as ProjectRecord,
        versions: () => [],
        parametersOf: () => undefined,
      },
      bases: [
        { kind: "text", folder: join(folder, "base"), version: "base-1", labels },
        { kind: "image", folder: images.folder, version: "base-2", labels: ["dark", "light"] },
      ],
      settings: { iterations: 5, seed: 7 },
      pool: { start: hostedModels({ threads: 1 }) },
    });
    const tasks = [{ data: { image: await png(10) } }, { data: { image: "nothing" } }, { data: { image: await png(240) } }];
    const first = await projects.of(1).predict({ tasks, labelConfig });
    expect(first.results.map(({ result }) => result[0]?.value.choices)).toEqual([["dark"], undefined, ["light"]]);
    expect(first.modelVersion).toBe("base-2");
    expect(await projects.of(1).predict({ tasks, labelConfig })).toEqual(first);
    expect(projects.status().cache).toMatchObject({ hits: 2, misses: 2 });
    await projects.close();
    images.remove();
  });

  it("are passed over where the folder is damaged, for the version before", async () => {
    writeFileSync(join(folder, "v2", "model.safetensors"), "torn");
    const { projects, predict } = setUp(["v1", "v2"]);
    expect((await predict(texts[0]!)).modelVersion).toBe("v1");
    expect(projects.of(1).status()).toMatchObject({ modelVersion: "v1", servingVersion: "v2" });
    await projects.close();
  });

  it("are loaded with a random head for other labels", async () => {
    const pool = new ModelPool({ start: hostedModels({ threads: 1 }) });
    const place = { key: "cold", folder: join(folder, "base"), labels: ["x", "y", "z"] };
    expect((await pool.predictorFor(place)).labels).toEqual(["x", "y", "z"]);
    await expect(pool.predictorFor({ key: "none", folder: join(folder, "none") })).rejects.toMatchObject({
      code: "E_MODEL_HOST",
      cause: { code: "E_FILE_NOT_FOUND" },
    });
    await pool.close();
  });
});
