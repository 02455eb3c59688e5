import { describe, expect, it } from "vitest";
import { joinChunks } from "../../src/active/join-chunks.js";
import { type Predictions, predictions } from "../../src/predictions.js";

async function* streamOf(...chunks: Predictions[]) {
  yield* chunks;
}

const chunk = (indices: number[], width = 2) =>
  predictions(
    "logits",
    [indices.length, width, 1],
    Float32Array.from(indices.flatMap((index) => new Array(width).fill(index))),
    indices,
  );

describe("joinChunks", () => {
  it("puts chunks one after the other", async () => {
    expect(await joinChunks(streamOf(chunk([4, 2]), chunk([]), chunk([7])))).toEqual(chunk([4, 2, 7]));
  });

  it("refuses chunks that do not fit, and none", async () => {
    const refused = { code: "E_SHAPE" };
    await expect(joinChunks(streamOf(chunk([1]), chunk([2], 3)))).rejects.toMatchObject(refused);
    await expect(joinChunks(streamOf(chunk([1]), { ...chunk([2]), kind: "probabilities" }))).rejects.toMatchObject(refused);
    await expect(joinChunks(streamOf())).rejects.toMatchObject(refused);
  });
});
