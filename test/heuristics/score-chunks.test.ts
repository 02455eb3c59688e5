import { describe, expect, it } from "vitest";
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
