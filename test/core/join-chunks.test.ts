import { describe, expect, it } from "vitest";
import { type Features, features } from "../../src/core/features.js";
import { joinFeatures, joinPredictions } from "../../src/core/join-chunks.js";
import { type Predictions, predictions } from "../../src/core/predictions.js";

async function* streamOf<T>(...chunks: T[]) {
  yield* chunks;
}

const repeated = (indices: number[], width: number) =>
  Float32Array.from(indices.flatMap((index) => new Array(width).fill(index)));
const chunk = (indices: number[], width = 2, isConsistent = false): Predictions =>
  predictions("logits", [indices.length, width, 1], repeated(indices, width), indices, { isConsistent });
const featureChunk = (indices: number[], width = 3): Features =>
  features([indices.length, width], repeated(indices, width), indices);

describe("joinPredictions", () => {
  it("puts chunks one after the other", async () => {
    expect(await joinPredictions(streamOf(chunk([4, 2]), chunk([]), chunk([7])), { total: 3 })).toEqual(chunk([4, 2, 7]));
  });

  it("is consistent only if all chunks are", async () => {
    const consistent = joinPredictions(streamOf(chunk([1], 2, true), chunk([2], 2, true)), { total: 2 });
    expect(await consistent).toEqual(chunk([1, 2], 2, true));
    expect(await joinPredictions(streamOf(chunk([1], 2, true), chunk([2])), { total: 2 })).toEqual(chunk([1, 2]));
  });

  it("refuses chunks that do not fit, too few, too many, and none", async () => {
    const refused = { code: "E_SHAPE" };
    await expect(joinPredictions(streamOf(chunk([1]), chunk([2], 3)), { total: 2 })).rejects.toMatchObject(refused);
    const other: Predictions = { ...chunk([2]), kind: "probabilities" };
    await expect(joinPredictions(streamOf(chunk([1]), other), { total: 2 })).rejects.toMatchObject(refused);
    await expect(joinPredictions(streamOf(chunk([1])), { total: 2 })).rejects.toMatchObject(refused);
    await expect(joinPredictions(streamOf(chunk([1]), chunk([2])), { total: 1 })).rejects.toMatchObject(refused);
    await expect(joinPredictions(streamOf<Predictions>(), { total: 0 })).rejects.toMatchObject(refused);
  });

  it("gives empty predictions for no items of a known shape", async () => {
    expect(await joinPredictions(streamOf<Predictions>(), { total: 0, itemShape: [5, 20] })).toEqual(
      predictions("logits", [0, 5, 20], new Float32Array(0)),
    );
  });
});

describe("joinFeatures", () => {
  it("puts chunks one after the other", async () => {
    expect(await joinFeatures(streamOf(featureChunk([4, 2]), featureChunk([7])), { total: 3 })).toEqual(featureChunk([4, 2, 7]));
    expect(await joinFeatures(streamOf<Features>(), { total: 0 })).toEqual(features([0, 0], new Float32Array(0)));
  });

  it("refuses other widths and other numbers of items", async () => {
    const refused = { code: "E_SHAPE" };
    await expect(joinFeatures(streamOf(featureChunk([1]), featureChunk([2], 4)), { total: 2 })).rejects.toMatchObject(refused);
    await expect(joinFeatures(streamOf(featureChunk([1])), { total: 2 })).rejects.toMatchObject(refused);
  });
});
