import { describe, expect, it } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import { predictions } from "../../../src/core/predictions.js";
import type { PixelImage } from "../../../src/data/images/image-input.js";
import type { ImageProcessor } from "../../../src/data/images/image-processor.js";
import {
  type ImagePredictor,
  type PredictsInputs,
  type TextPredictor,
  withCalls,
} from "../../../src/label-studio/contract/predictor.js";
import { cachedPredictor, contentKey, PredictionCache } from "../../../src/label-studio/serving/cached-predictor.js";
import { drawsOf } from "./manual-predictor.js";

const call = { iterations: 4, seed: 1 };

function countingModel() {
  const asked: (readonly string[])[] = [];
  const model: TextPredictor = {
    labels: ["a", "b", "c"],
    async predict(texts, options) {
      asked.push(texts);
      if (texts.includes("bad")) throw new BaalError("E_NOT_FINITE", "NaN");
      return drawsOf(texts, 3, options);
    },
  };
  return { asked, model };
}

const cached = (model: PredictsInputs, cache: PredictionCache, modelKey = "v1") => cachedPredictor(model, { cache, modelKey });

describe("a cached predictor", () => {
  it("asks the model once for each input, and gives the same draws in any order and company", async () => {
    const { asked, model } = countingModel();
    const cache = new PredictionCache();
    const first = await cached(model, cache).predict(["x", "y", "z"], call);
    const second = await cached(model, cache).predict(["z", "w", "x"], call);
    expect(asked).toEqual([["x", "y", "z"], ["w"]]);
    expect(second.data.slice(0, 12)).toEqual(first.data.slice(24));
    expect(second.data.slice(24)).toEqual(first.data.slice(0, 12));
    expect(second).toMatchObject({ kind: "logits", shape: [3, 3, 4], isConsistent: true, indices: [0, 1, 2] });
    const alone = await cached(countingModel().model, new PredictionCache()).predict(["z"], call);
    expect(alone.data).toEqual(first.data.slice(24));
    expect(cache.stats()).toMatchObject({ entries: 4, hits: 2, misses: 4 });
  });

  it.each([
    ["the model", "v2", call],
    ["the number of draws", "v1", { ...call, iterations: 5 }],
    ["the seed", "v1", { ...call, seed: 2 }],
  ])("keeps %s apart", async (_, modelKey, other) => {
    const { asked, model } = countingModel();
    const cache = new PredictionCache();
    await cached(model, cache).predict(["x"], call);
    await cached(model, cache, modelKey).predict(["x"], other);
    expect(asked).toHaveLength(2);
  });

  it("passes errors on and keeps nothing of the call", async () => {
    const { asked, model } = countingModel();
    const cache = new PredictionCache();
    await expect(cached(model, cache).predict(["x", "bad"], call)).rejects.toMatchObject({ code: "E_NOT_FINITE" });
    expect(cache.stats().entries).toBe(0);
    await cached(model, cache).predict(["x"], call);
    expect(asked).toHaveLength(2);
  });

  it("knows images by their pixels and their shape", async () => {
    const sizes: number[] = [];
    const model: ImagePredictor = {
      kind: "image",
      labels: ["a", "b"],
      processor: {} as ImageProcessor,
      async predict(images, options) {
        sizes.push(images.length);
        return drawsOf(
          images.map(({ data }) => String(data)),
          2,
          options,
        );
      },
    };
    const image = (width: number, height: number, value: number): PixelImage => ({
      width,
      height,
      channels: 1,
      data: new Uint8Array(width * height).fill(value),
    });
    const predictor = withCalls(
      model,
      cachedPredictor(model, { cache: new PredictionCache(), modelKey: "v1" }),
    ) as ImagePredictor;
    expect(predictor).toMatchObject({ kind: "image", labels: ["a", "b"], processor: model.processor });
    await predictor.predict([image(2, 3, 7), image(3, 2, 7), image(2, 3, 8)], call);
    await predictor.predict([image(2, 3, 7), image(3, 2, 9)], call);
    expect(sizes).toEqual([3, 1]);
  });
});

describe("content keys", () => {
  it("differ by text and stay the same from version to version", () => {
    const names = ["", "a", "b", "a ", "ä"].map((text) => contentKey(text).name);
    expect(new Set(names).size).toBe(5);
    // The first 16 bytes of SHA-256 of "abc", and the four after them: FIPS 180-4's example.
    const digest = Buffer.from("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "hex");
    expect(contentKey("abc")).toEqual({ name: digest.toString("base64url", 0, 16), number: digest.readUInt32LE(16) >>> 1 });
  });
});

describe("the cache", () => {
  const entry = (classes: number) => predictions("logits", [1, classes, 20], new Float32Array(classes * 20));

  it("stays within its bytes and forgets what was not used for longest", () => {
    const cache = new PredictionCache({ maxBytes: 3 * (600 + 80) });
    for (const key of ["a", "b", "c"]) cache.set(key, entry(1));
    expect(cache.stats()).toMatchObject({ entries: 3, bytes: 2040 });
    cache.get("a");
    cache.set("d", entry(1));
    expect(["a", "b", "c", "d"].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true]);
    cache.set("d", entry(1));
    expect(cache.stats()).toMatchObject({ entries: 3, bytes: 2040 });
    cache.set("large", entry(1000));
    expect(cache.stats().entries).toBe(3);
    cache.set("middle", entry(10));
    expect(cache.stats()).toMatchObject({ entries: 1, bytes: 1400 });
  });

  it("of 0 bytes keeps nothing, and less is refused", () => {
    const cache = new PredictionCache({ maxBytes: 0 });
    cache.set("a", entry(1));
    expect(cache.get("a")).toBeUndefined();
    expect(() => new PredictionCache({ maxBytes: -1 })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});
