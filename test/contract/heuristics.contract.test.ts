import { describe, expect, it } from "vitest";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { getHeuristic, heuristicNames } from "../../src/heuristics/registry.js";
import { scoreChunks } from "../../src/heuristics/score-chunks.js";

const CLASSES = 5;
const DRAWS = 7;

/** An item's logits `[C][K]`, which depend on its content only. */
function logitsOf(content: number): number[][] {
  const random = createRandom(content + 1);
  return Array.from({ length: CLASSES }, () => Array.from({ length: DRAWS }, () => 3 * random.normal()));
}

function made(items: readonly (readonly (readonly number[])[])[], indices: readonly number[]): Predictions {
  const draws = items[0]?.[0]?.length ?? DRAWS;
  return predictions("logits", [items.length, CLASSES, draws], Float32Array.from(items.flat(2)), indices, {
    isConsistent: true,
  });
}

/** Random logits for the given dataset indices, alike where the contents are. */
const predicted = (indices: readonly number[], contentOf: (index: number) => number = (index) => index) =>
  made(
    indices.map((index) => logitsOf(contentOf(index))),
    indices,
  );

const TARGETS = [1000, 1001, 1002];
const CONTEXT = { target: predicted(TARGETS) };
const INDICES = Array.from({ length: 40 }, (_, i) => 3 * i + 2);
const refused = (code: string, message: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(message) });

describe.each(heuristicNames)("heuristic %s", (name) => {
  const heuristic = getHeuristic(name);
  const readsDraws = heuristic.needs.length > 0;

  it("gives one finite score per item within its bounds", () => {
    const scores = heuristic.score(predicted(INDICES), CONTEXT);
    expect(scores).toHaveLength(INDICES.length);
    for (const score of scores) {
      expect(score).toBeGreaterThanOrEqual(name === "energy" ? Number.NEGATIVE_INFINITY : 0);
      expect(score).toBeLessThanOrEqual(heuristic.upperBound(CLASSES));
    }
    expect(new Set(scores).size).toBeGreaterThan(name === "voteentropy" ? 4 : INDICES.length / 2); // votes have few values
  });

  it("gives the same scores again, and made anew", () => {
    const scores = heuristic.score(predicted(INDICES), CONTEXT);
    expect(heuristic.score(predicted(INDICES), CONTEXT)).toEqual(scores);
    expect(getHeuristic(name).score(predicted(INDICES), CONTEXT)).toEqual(scores);
  });

  it("scores each item by itself: order and chunks do not matter", async () => {
    const byIndex = new Map(INDICES.map((index, i) => [index, heuristic.score(predicted(INDICES), CONTEXT)[i]]));
    const order = createRandom(9).shuffled(INDICES);
    const { indices, scores } = await scoreChunks(
      heuristic,
      [predicted(order.slice(0, 13)), predicted(order.slice(13))],
      CONTEXT,
    );
    expect(indices).toEqual(order);
    indices.forEach((index, i) => {
      expect(scores[i]).toBe(byIndex.get(index));
    });
  });

  it("scores an empty pool as nothing", () => {
    expect(heuristic.score(predicted([]), CONTEXT)).toEqual(new Float64Array(0));
  });

  it("leaves its input as it is", () => {
    const [input, context] = [predicted(INDICES), { target: predicted(TARGETS) }];
    const copies = structuredClone([input, context]);
    heuristic.score(input, context);
    expect([input, context]).toEqual(copies);
  });

  if (!readsDraws) return;

  it("scores items with the same draws alike, to the last bit", () => {
    const scores = heuristic.score(
      predicted(INDICES, (index) => index % 4),
      CONTEXT,
    );
    expect(new Set(scores).size).toBeLessThanOrEqual(4);
    expect(new Set(scores).size).toBeGreaterThan(1);
    INDICES.forEach((index, i) => {
      expect(scores[i]).toBe(scores[INDICES.findIndex((other) => other % 4 === index % 4)]);
    });
  });

  it("does not look at the order of the classes", () => {
    const order = createRandom(4).shuffled(Array.from({ length: CLASSES }, (_, c) => c));
    const scores = heuristic.score(predicted(INDICES), CONTEXT);
    const items = INDICES.map((index) => order.map((c) => logitsOf(index)[c]!));
    heuristic.score(made(items, INDICES), CONTEXT).forEach((score, i) => {
      expect(score).toBeCloseTo(scores[i]!, 9);
    });
  });

  it("does not look at the order of the draws, where all items' change alike", () => {
    const order = createRandom(5).shuffled(Array.from({ length: DRAWS }, (_, k) => k));
    const reordered = (indices: readonly number[]) =>
      made(
        indices.map((index) => logitsOf(index).map((row) => order.map((k) => row[k]!))),
        indices,
      );
    const scores = heuristic.score(predicted(INDICES), CONTEXT);
    heuristic.score(reordered(INDICES), { target: reordered(TARGETS) }).forEach((score, i) => {
      expect(score).toBeCloseTo(scores[i]!, 9);
    });
  });

  it("does not count draws: each of them twice gives the same scores", () => {
    const doubled = (indices: readonly number[]) =>
      made(
        indices.map((index) => logitsOf(index).map((row) => [...row, ...row])),
        indices,
      );
    const scores = heuristic.score(predicted(INDICES), CONTEXT);
    heuristic.score(doubled(INDICES), { target: doubled(TARGETS) }).forEach((score, i) => {
      expect(score).toBeCloseTo(scores[i]!, 9);
    });
  });

  it.each([Number.NaN, Infinity, -Infinity])("refuses a prediction of %s, naming the item, class and draw", (value) => {
    const broken = predicted(INDICES);
    broken.data[(6 * CLASSES + 2) * DRAWS + 5] = value;
    expect(() => heuristic.score(broken, CONTEXT)).toThrow(
      refused("E_NOT_FINITE", new RegExp(`item ${INDICES[6]} has the prediction ${value} for class 2 in draw 5`)),
    );
  });

  it("refuses predictions that are all NaN: they are not certain", () => {
    const broken = predicted([8]);
    broken.data.fill(Number.NaN);
    expect(() => heuristic.score(broken, CONTEXT)).toThrow(refused("E_NOT_FINITE", /item 8 /));
  });

  it("refuses logits declared as probabilities, and says so", () => {
    const wrong: Predictions = { ...predicted(INDICES), kind: "probabilities" };
    const message = name === "energy" ? /needs logits/ : /item 2 has .*declare kind: "logits"/;
    expect(() => heuristic.score(wrong, CONTEXT)).toThrow(refused("E_ARGUMENT", message));
  });

  it("refuses negative probabilities, and a kind that is none", () => {
    const shape = [1, 2, 2];
    const data = Float32Array.of(1.25, 0.5, -0.25, 0.5);
    const negative = predictions("probabilities", shape, data, [9], { isConsistent: true });
    const target = predictions("logits", shape, data, [1], { isConsistent: true });
    const message = name === "energy" ? /needs logits/ : /item 9 has the negative probability -0\.25/;
    expect(() => heuristic.score(negative, { target })).toThrow(refused("E_ARGUMENT", message));
    const unknown = { ...negative, kind: "scores" as "logits" };
    expect(() => heuristic.score(unknown, { target })).toThrow(refused("E_ARGUMENT", /declared as logits.*; "scores" came/));
  });

  it("refuses sizes that do not agree, too few classes and no draws", () => {
    const given = predicted(INDICES);
    const wrongSizes: readonly [Predictions, string, RegExp][] = [
      [{ ...given, shape: [40, CLASSES, DRAWS + 1] }, "E_SHAPE", /\[40,5,8\] need 1600 numbers, 1400 came/],
      [{ ...given, shape: [40 * CLASSES, DRAWS] }, "E_SHAPE", /\[N, C, K\] or \[N, C, \.\.\., K\]; \[200,7\] came/],
      [{ ...given, indices: INDICES.slice(1) }, "E_SHAPE", /40 predicted items came with 39 dataset indices/],
      [{ ...given, shape: [40, 1, 35] }, "E_ARGUMENT", /at least 2 classes/],
      [{ ...given, shape: [40, CLASSES, 0], data: new Float32Array(0) }, "E_ARGUMENT", /hold no draws/],
    ];
    for (const [wrong, code, message] of wrongSizes)
      expect(() => heuristic.score(wrong, CONTEXT)).toThrow(refused(code, message));
  });

  it("stays within its bounds where rounded probabilities sum to a little more or less than 1", () => {
    for (const total of [0.9985, 1.0015]) {
      const flat = new Array<number>(CLASSES * 2).fill(total / CLASSES);
      const sharp = flat.map((_, i) => (i < 2 ? total : 0));
      const shape = [2, CLASSES, 2];
      const rounded = predictions("probabilities", shape, Float32Array.from([...flat, ...sharp]), [1, 2], { isConsistent: true });
      if (name === "energy") return;
      for (const score of heuristic.score(rounded, { target: rounded })) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(heuristic.upperBound(CLASSES));
      }
    }
  });

  if (heuristic.needs.includes("draws")) {
    it("refuses a single draw, with the remedy", () => {
      const single = made([logitsOf(0).map((row) => row.slice(0, 1))], [0]);
      expect(() => heuristic.score(single, { target: single })).toThrow(refused("E_ARGUMENT", /one draw .*iterations > 1/));
    });
  }
  if (heuristic.needs.includes("consistentDraws")) {
    it("refuses draws that are not consistent, with the remedy", () => {
      const own = { ...predicted(INDICES), isConsistent: false };
      expect(() => heuristic.score(own, CONTEXT)).toThrow(refused("E_ARGUMENT", /patchModule\(model, \{ consistent: true \}\)/));
    });
  }
  if (heuristic.needs.includes("target")) {
    it("says that its target is missing", () => {
      expect(() => heuristic.score(predicted(INDICES))).toThrow(refused("E_ARGUMENT", /give the context its "target"/));
    });
  }
});
