import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { bald } from "../../src/heuristics/bald.js";
import { scoreChunks } from "../../src/heuristics/score-chunks.js";
import { logitsOf } from "./draws-of.js";

const items = [
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, -5],
    [0, 1],
  ],
  [
    [0, 0],
    [1, -1],
  ],
];

describe("scoreChunks", () => {
  it("gives what scoring everything at once gives", async () => {
    async function* chunks() {
      yield logitsOf(items.slice(0, 2), [40, 7]);
      yield logitsOf(items.slice(2), [12]);
    }
    const { indices, scores } = await scoreChunks(bald(), chunks());
    expect(indices).toEqual([40, 7, 12]);
    expect(scores).toEqual(bald().score(logitsOf(items)));
  });

  it("of nothing is nothing", async () => {
    expect(await scoreChunks(bald(), [])).toEqual({ indices: [], scores: new Float64Array(0) });
  });

  it("holds one chunk at a time: a chunk is scored before the next is asked for", async () => {
    const log: string[] = [];
    const heuristic = {
      ...bald(),
      score: () => {
        log.push("score");
        return new Float64Array(1);
      },
    };
    function* chunks() {
      for (const item of items) {
        log.push("predict");
        yield logitsOf([item]);
      }
    }
    await scoreChunks(heuristic, chunks());
    expect(log).toEqual(["predict", "score", "predict", "score", "predict", "score"]);
  });

  it("lets go of a chunk once it is scored", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const given: WeakRef<Predictions>[] = [];
    const held: number[] = [];
    async function* chunks() {
      for (let chunk = 0; chunk < 12; chunk++) {
        await new Promise(setImmediate); // within one job, what a WeakRef was made of stays
        collectGarbage();
        held.push(given.filter((reference) => reference.deref() !== undefined).length);
        yield made(chunk);
      }
    }
    function made(chunk: number): Predictions {
      const draws = predictions(
        "logits",
        [100, 5, 20],
        Float32Array.from({ length: 10_000 }, (_, i) => Math.sin(i + chunk)),
      );
      given.push(new WeakRef(draws));
      return draws;
    }
    const { indices, scores } = await scoreChunks(bald(), chunks());
    expect([indices.length, scores.length]).toEqual([1200, 1200]);
    // Registers may still hold the last ones.
    expect(Math.max(...held)).toBeLessThanOrEqual(2);
  });

  it.each([0, 2])("refuses a heuristic that gives %i scores for one item", async (count) => {
    const broken = { ...bald(), name: "mine", score: () => new Float64Array(count) };
    await expect(scoreChunks(broken, [logitsOf(items.slice(0, 1))])).rejects.toMatchObject({
      code: "E_SHAPE",
      message: expect.stringContaining(`"mine" gave ${count} scores for a chunk of 1 items`),
    });
  });

  it("names the item that cannot be scored", async () => {
    const broken = logitsOf(
      [
        [
          [Number.NaN, 1],
          [1, 1],
        ],
      ],
      [31],
    );
    await expect(scoreChunks(bald(), [logitsOf(items), broken])).rejects.toMatchObject({
      code: "E_NOT_FINITE",
      message: expect.stringContaining("31"),
    });
  });
});
