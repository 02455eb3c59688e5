import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { ActiveLearningDataset } from "../../../src/active/active-learning-dataset.js";
import type { Dataset, EncodedText } from "../../../src/core/dataset.js";
import { joinFeatures } from "../../../src/core/join-chunks.js";
import { type CachedFeaturesProgress, cachedFeatures, type FeatureEncoder } from "../../../src/data/features/cached-features.js";
import { ImageDataset } from "../../../src/data/images/image-dataset.js";
import type { ImageInput } from "../../../src/data/images/image-input.js";
import { imageProcessor } from "../../../src/data/images/plain-image-processor.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { asDataset, maxDifference, tinyConfig, tinyTexts } from "../../models/tiny.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { picture } from "../images/pictures.js";
import { someDataset, someTexts, tokenCounter, vectorOf } from "./token-counter.js";

const CHILD = fileURLToPath(new URL("./fill-child.ts", import.meta.url));
/** A record of three features. */
const RECORD = 4 + 32 + 3 * 4;

let folder = "";
beforeEach(() => {
  folder = join(temporaryFolder(), "cache");
});

function segments(): string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}

function totalBytes(): number {
  return segments().reduce((sum, path) => sum + statSync(path).size, 0);
}

const vectors = (dataset: Dataset<EncodedText>, width = 3) =>
  Float32Array.from(Array.from({ length: dataset.length }, (_, i) => vectorOf(dataset.at(i).input, width)).flat());

/** The dataset indices that went through an encoder now; the vectors are checked. */
async function computedNow(dataset: Dataset<EncodedText>, options: { chunkSize?: number; maxBytes?: number } = {}) {
  const encoder = tokenCounter();
  const { features } = await cachedFeatures(encoder, dataset, { folder, ...options });
  expect(features.data).toEqual(vectors(dataset));
  return encoder.seen;
}

describe("cached features", () => {
  it("are those of the model, computed once", async () => {
    const model = TextClassifier.fromConfig(tinyConfig, { labels: ["a", "b"], seed: 2 });
    const dataset = asDataset(tinyTexts(11));
    const expected = await joinFeatures(model.features(dataset), { total: 11 });
    const first = await cachedFeatures(model, dataset, { folder, chunkSize: 4 });
    expect(first.features.shape).toEqual(expected.shape);
    expect(first.features.indices).toEqual(expected.indices);
    expect(maxDifference(first.features.data, expected.data)).toBeLessThan(1e-6);

    const events: CachedFeaturesProgress[] = [];
    const unused: FeatureEncoder<EncodedText> = {
      featureFingerprint: () => model.featureFingerprint(),
      features: () => expect.fail("nothing is to be computed"),
    };
    const second = await cachedFeatures(unused, dataset, { folder, onProgress: (event) => events.push(event) });
    expect(second.features).toEqual(first.features);
    expect(events).toEqual([
      { type: "keys", done: 11, total: 11, reused: 0 },
      { type: "features", done: 11, total: 11, reused: 11 },
    ]);
  });

  it("are found for any of the items in any order, and only missing ones are computed", async () => {
    const texts = someTexts(20);
    expect(await computedNow(asDataset(texts.slice(3, 12)))).toHaveLength(9);
    expect(await computedNow(asDataset(texts.toReversed()))).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 2, 1, 0]);
    expect(await computedNow(asDataset(texts.map((text) => ({ ...text, index: 500 - text.index }))))).toEqual([]);
  });

  it("are computed once for items of the same content", async () => {
    const texts = someTexts(6);
    const repeated = [...texts, ...texts].map((text, index) => ({ ...text, index }));
    const events: CachedFeaturesProgress[] = [];
    const encoder = tokenCounter();
    const options = { folder, chunkSize: 4, onProgress: (event: CachedFeaturesProgress) => events.push(event) };
    const { features } = await cachedFeatures(encoder, asDataset(repeated), options);
    expect(encoder.seen).toEqual([0, 1, 2, 3, 4, 5]);
    expect(features.data).toEqual(vectors(asDataset(repeated)));
    expect(events.slice(1)).toEqual([
      { type: "features", done: 0, total: 12, reused: 0 },
      { type: "features", done: 8, total: 12, reused: 4 },
      { type: "features", done: 12, total: 12, reused: 6 },
    ]);
  });

  it("of several encoders lie in one folder; other weights are another encoder, the last layer's are not", async () => {
    const model = TextClassifier.fromConfig(tinyConfig, { labels: ["a", "b"], seed: 2 });
    const dataset = asDataset(tinyTexts(7));
    const counted = async (encoder = model) => {
      let reused = 0;
      const onProgress = (event: CachedFeaturesProgress) => {
        reused = event.reused;
      };
      const { features } = await cachedFeatures(encoder, dataset, { folder, onProgress });
      expect(maxDifference(features.data, (await joinFeatures(encoder.features(dataset), { total: 7 })).data)).toBeLessThan(1e-6);
      return reused;
    };
    expect(await counted()).toBe(0);
    expect(await counted()).toBe(7);
    model.stateDict().get("classifier.weight")!.data[3]! += 1;
    expect(await counted()).toBe(7);
    const weight = model.stateDict().get("pre_classifier.weight")!.data;
    weight[5]! += 1;
    expect(await counted()).toBe(0);
    weight[5]! -= 1;
    expect(await counted()).toBe(7);
    expect(await counted(TextClassifier.fromConfig(tinyConfig, { labels: ["x", "y", "z"], seed: 2 }))).toBe(7);
    expect(await counted(TextClassifier.fromConfig({ ...tinyConfig, activation: "relu" }, { labels: ["a", "b"], seed: 2 }))).toBe(
      0,
    );
    expect(await computedNow(someDataset(5))).toHaveLength(5);
    expect(await counted()).toBe(7);
  });

  it("of an image prepared otherwise are others", async () => {
    const image = (name: string, size: number): ImageInput => ({
      name,
      load: () => ({ shape: [1, 1, 1], data: Float32Array.of(size) }),
      contentKey: () => `${name} at ${size}`,
    });
    const loaded: string[] = [];
    const encoder: FeatureEncoder<ImageInput> = {
      featureFingerprint: () => "pixels",
      async *features(dataset) {
        for (let i = 0; i < dataset.length; i++) {
          const { index, input } = dataset.at(i);
          loaded.push(`${input.name} ${index}`);
          yield { shape: [1, 1], data: (await input.load()).data, indices: [index] };
        }
      },
    };
    const get = async (size: number) => {
      const images = ["a", "b", "a"].map((name, index) => ({ index, input: image(name, size), target: undefined }));
      return [...(await cachedFeatures(encoder, asDataset(images), { folder })).features.data];
    };
    expect(await get(224)).toEqual([224, 224, 224]);
    expect(await get(32)).toEqual([32, 32, 32]);
    expect(await get(224)).toEqual([224, 224, 224]);
    expect(loaded).toEqual(["a 0", "b 1", "a 0", "b 1"]);
  });

  it("of a data set of images follow the processor and the pixels, not the place of an image", async () => {
    const get = async (images: readonly object[], size: number) => {
      const processor = imageProcessor({ size: [size, size] });
      const dataset = new ImageDataset(
        images.map((image) => ({ image })),
        { processor },
      );
      let computed = 0;
      const encoder: FeatureEncoder<ImageInput> = {
        featureFingerprint: () => "first samples",
        async *features(missing) {
          for (let i = 0; i < missing.length; i++, computed++) {
            const { index, input } = missing.at(i);
            yield { shape: [1, 4], data: (await input.load()).data.slice(0, 4), indices: [index] };
          }
        },
      };
      const { features } = await cachedFeatures(encoder, dataset, { folder });
      for (const [i] of images.entries()) {
        const { data } = await dataset.at(i).input.load();
        expect(features.data.slice(4 * i, 4 * i + 4)).toEqual(data.slice(0, 4));
      }
      return computed;
    };
    const [a, b] = [picture(12, 8), picture(9, 9)];
    expect(await get([a, b, a], 8)).toBe(2);
    expect(await get([b, a], 8)).toBe(0);
    expect(await get([a, b], 6)).toBe(2);
    const changed = { ...a, data: a.data.map((sample, i) => (i === 0 ? 255 - sample : sample)) };
    expect(await get([b, changed], 8)).toBe(1);
  });

  it("of no items have no width", async () => {
    const { features, length } = await cachedFeatures(tokenCounter(), asDataset([]), { folder });
    expect([features.shape, length]).toEqual([[0, 0], 0]);
  });
});

describe("damage", () => {
  const dataset = someDataset(5);

  it.each(Array.from({ length: RECORD / 4 }, (_, word) => 4 * word))(
    "at byte %i of a record costs this vector, nothing else",
    async (byte) => {
      await computedNow(dataset);
      const [path] = segments();
      const bytes = readFileSync(path!);
      bytes[2 * RECORD + byte]! ^= 1 << (byte % 8);
      writeFileSync(path!, bytes);
      expect(await computedNow(dataset)).toEqual([2]);
      expect(await computedNow(dataset)).toEqual([]);
    },
  );

  it.each([1, RECORD - 1])("by %i missing bytes at the end costs the last vector", async (lost) => {
    await computedNow(dataset);
    truncateSync(segments()[0]!, 5 * RECORD - lost);
    expect(await computedNow(dataset)).toEqual([4]);
    expect(await computedNow(dataset)).toEqual([]);
  });

  it("of other kinds is passed over: foreign and empty files", async () => {
    await computedNow(dataset);
    writeFileSync(segments()[0]!.replace(/-3-.{8}/, "-3-00000000"), "");
    writeFileSync(join(folder, "README.rows"), "not ours");
    expect(await computedNow(dataset, { maxBytes: RECORD * 5 })).toEqual([]);
    expect(await computedNow(someDataset(6), { maxBytes: RECORD * 6 })).toEqual([5]);
    expect(readFileSync(join(folder, "README.rows"), "utf8")).toBe("not ours");
  });
});

describe("a process that is killed while it fills the cache", () => {
  async function fill(count: number, { delay, killAt }: { readonly delay: number; readonly killAt?: number }) {
    const child = spawn(process.execPath, ["--import", "tsx", CHILD, folder, String(count), String(delay)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code)));
    const done: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      done.push(Number(/^done (\d+)$/.exec(line)?.[1]));
      if (killAt !== undefined && done.at(-1)! >= killAt) child.kill("SIGKILL");
    }
    return { done, ended: await closed };
  }

  it("loses at most a chunk, and the next one ends with the same bytes", async () => {
    const killed = await fill(300, { delay: 5, killAt: 90 });
    expect(killed.ended).toBe("SIGKILL");
    const encoder = tokenCounter({ width: 64 });
    const { features } = await cachedFeatures(encoder, someDataset(300), { folder, chunkSize: 10 });
    expect(encoder.seen.length).toBeLessThanOrEqual(300 - killed.done.at(-1)!);
    expect(encoder.seen.length).toBeGreaterThan(0);
    expect(features.data).toEqual(vectors(someDataset(300), 64));
  });

  it("is not disturbed by another one that fills it at the same time", async () => {
    const [one, other] = await Promise.all([fill(200, { delay: 2 }), fill(200, { delay: 2 })]);
    expect([one.ended, other.ended]).toEqual([0, 0]);
    const encoder = tokenCounter({ width: 64 });
    const { features } = await cachedFeatures(encoder, someDataset(200), { folder });
    expect(encoder.seen).toEqual([]);
    expect(features.data).toEqual(vectors(someDataset(200), 64));
  });
});

describe("small segments", () => {
  it("of many short runs become one, without what was damaged", async () => {
    const texts = someTexts(40);
    for (let i = 0; i < 32; i++) await computedNow(asDataset([texts[i]!]));
    expect(segments()).toHaveLength(32);
    const bytes = readFileSync(segments()[4]!);
    bytes[RECORD - 1]! ^= 1;
    writeFileSync(segments()[4]!, bytes);
    await computedNow(asDataset(texts.slice(32)));
    expect(segments()).toHaveLength(1);
    expect(totalBytes()).toBe(39 * RECORD);
    expect(await computedNow(asDataset(texts))).toHaveLength(1);
  });

  it("may be dropped while they are written: what comes later is kept", async () => {
    let chunks = 0;
    const onProgress = ({ type }: CachedFeaturesProgress) => {
      if (type === "features" && chunks++ === 2) for (const path of segments()) rmSync(path);
    };
    await cachedFeatures(tokenCounter(), someDataset(12), { folder, chunkSize: 3, onProgress });
    expect(await computedNow(someDataset(12))).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe("the bound", () => {
  it("is never passed; the result is complete all the same", async () => {
    const maxBytes = 16 * RECORD + 5;
    const sizes: number[] = [];
    const onProgress = ({ type }: CachedFeaturesProgress) => {
      if (type === "features" && sizes.push(sizes.length === 0 ? 0 : totalBytes()) > 0)
        expect(sizes.at(-1)).toBeLessThanOrEqual(maxBytes);
    };
    const { features } = await cachedFeatures(tokenCounter(), someDataset(50), { folder, maxBytes, chunkSize: 7, onProgress });
    expect(features.data).toEqual(vectors(someDataset(50)));
    expect(sizes).toHaveLength(9);
    // The oldest went: the last 14 of 50 or more are still there, in segments of two.
    const again = await computedNow(someDataset(50), { maxBytes });
    expect(again).toEqual(Array.from({ length: again.length }, (_, i) => i));
    expect(again.length).toBeLessThanOrEqual(36);
    expect(totalBytes()).toBeLessThanOrEqual(maxBytes);
  });

  it("drops what was of no use for longest, of all encoders", async () => {
    const encoders = ["a", "b", "c"].map((fingerprint) => tokenCounter({ fingerprint }));
    const [a, b, c] = encoders as [(typeof encoders)[0], (typeof encoders)[0], (typeof encoders)[0]];
    const dataset = someDataset(4);
    const options = { folder, maxBytes: 16 * RECORD };
    await cachedFeatures(a, dataset, options);
    await cachedFeatures(b, dataset, options);
    for (const path of segments()) utimesSync(path, new Date(1e12), new Date(1e12));
    await cachedFeatures(a, dataset, options); // of use again
    await cachedFeatures(c, someDataset(12), options);
    expect(encoders.map(({ seen }) => seen.length)).toEqual([4, 4, 12]);
    await cachedFeatures(a, dataset, options);
    expect(a.seen).toHaveLength(4);
    await cachedFeatures(b, dataset, options);
    expect(b.seen).toHaveLength(8);
  });

  it("has to hold one vector", async () => {
    const options = { folder, maxBytes: RECORD - 1 };
    await expect(cachedFeatures(tokenCounter(), someDataset(2), options)).rejects.toMatchObject({ code: "E_ARGUMENT" });
    expect(await computedNow(someDataset(2), { maxBytes: RECORD })).toHaveLength(2);
    expect(totalBytes()).toBe(RECORD);
  });
});

describe("what goes wrong", () => {
  const get = (encoder: FeatureEncoder<EncodedText>, options: object = {}) =>
    cachedFeatures(encoder, someDataset(6), { folder, ...options });

  it("keeps what was computed when the signal fires", async () => {
    const controller = new AbortController();
    const model = TextClassifier.fromConfig({ ...tinyConfig, vocabSize: 200 }, { labels: ["a", "b"], seed: 2 });
    const onProgress = ({ done }: CachedFeaturesProgress) => {
      if (done === 4) controller.abort();
    };
    const options = { folder, chunkSize: 2, onProgress, signal: controller.signal };
    const run = cachedFeatures(model, asDataset(tinyTexts(6)), {
      ...options,
      onProgress: (e) => e.type === "features" && onProgress(e),
    });
    await expect(run).rejects.toMatchObject({ code: "E_ABORTED" });
    let reused = 0;
    await cachedFeatures(model, asDataset(tinyTexts(6)), { folder, onProgress: (event) => (reused = event.reused) });
    expect(reused).toBe(4);
    await expect(get(tokenCounter(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "E_ABORTED" });
  });

  it("is told: numbers that are not finite, and nothing of them is kept", async () => {
    const broken: FeatureEncoder<EncodedText> = {
      ...tokenCounter(),
      async *features(dataset) {
        for (let i = 0; i < dataset.length; i++) {
          yield { shape: [1, 1], data: Float32Array.of(i === 3 ? Number.NaN : i), indices: [dataset.at(i).index] };
        }
      },
    };
    await expect(get(broken)).rejects.toMatchObject({ code: "E_NOT_FINITE", message: /item 3/ });
    expect(totalBytes()).toBe(3 * (RECORD - 8));
  });

  it.each([[5], [7]])("is told: %i vectors for 6 items", async (count) => {
    const other: FeatureEncoder<EncodedText> = {
      ...tokenCounter(),
      async *features() {
        yield { shape: [count, 1], data: new Float32Array(count), indices: Array.from({ length: count }, (_, i) => i) };
      },
    };
    await expect(get(other)).rejects.toMatchObject({ code: "E_SHAPE" });
  });

  it("is told: another width under the same fingerprint", async () => {
    await get(tokenCounter());
    const wide = cachedFeatures(tokenCounter({ width: 4 }), someDataset(9), { folder });
    await expect(wide).rejects.toMatchObject({ code: "E_DATA", message: /3 and of 4 features/ });
  });

  it.each([{ maxBytes: 0 }, { maxBytes: 1.5 }, { chunkSize: 0 }])("is told: %o", async (options) => {
    await expect(get(tokenCounter(), options)).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});

describe("a data set of cached features", () => {
  it("wraps into an active data set and back", async () => {
    const texts = asDataset(someTexts(12, (index) => index % 3));
    const active = new ActiveLearningDataset(await cachedFeatures(tokenCounter(), texts, { folder }));
    active.label([7, 2]);
    expect(active.at(0)).toEqual({ index: 7, input: Float32Array.from(vectorOf(texts.at(7).input)), target: 1 });
    expect(active.pool.at(2)).toMatchObject({ index: 3, target: undefined });

    const pool = await cachedFeatures(tokenCounter(), new ActiveLearningDataset(texts).poolView([4, 8]), { folder });
    expect(pool.features.indices).toEqual([4, 8]);
    expect(pool.at(1)).toMatchObject({ index: 8, target: undefined });
  });

  it("sees labels that come later, and refuses when the items are others", async () => {
    const targets = new Map<number, number>();
    const texts = someTexts(6);
    const source = { length: 6, at: (i: number) => ({ ...texts[i]!, target: targets.get(i) }) };
    const dataset = await cachedFeatures(tokenCounter(), source, { folder });
    const active = new ActiveLearningDataset(dataset);
    expect(() => active.label([3])).toThrow(/no label/);
    targets.set(3, 1);
    active.label([3]);
    expect(active.at(0).target).toBe(1);
    texts.reverse();
    expect(() => dataset.at(3)).toThrow(expect.objectContaining({ code: "E_DATA" }));
    expect(() => dataset.at(6)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});
