import { describe, expect, it } from "vitest";
import { features } from "../../src/core/features.js";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { type BadgeOptions, badge } from "../../src/strategies/badge.js";
import { cal } from "../../src/strategies/cal.js";
import { rareLabels } from "../../src/strategies/rare-labels.js";
import { withCode } from "../training/trainer-fixtures.js";

const random = createRandom(21);
const N = 12;
const C = 3;
const D = 4;
const probs = Array.from({ length: N }, () => Array.from({ length: C }, () => Math.fround(random.uniform())));
const vectors = Array.from({ length: N }, () => Array.from({ length: D }, () => Math.fround(random.normal())));
const indices = probs.map((_, i) => 10 + i);
const drawn = (rows: readonly (readonly number[])[], items: readonly number[]) =>
  predictions("sigmoid", [rows.length, C, 1], Float32Array.from(rows.flat()), items);
const embedded = (rows: readonly (readonly number[])[], items: readonly number[]) =>
  features([rows.length, D], Float32Array.from(rows.flat()), items);
const pool = { indices, predictions: drawn(probs, indices), features: embedded(vectors, indices) };

describe("badge on several labels an item", () => {
  /** The gradient of the summed binary cross-entropies at the labels that the model says, `[C D]`. */
  const gradient = (i: number, thresholds: readonly number[]) =>
    probs[i]!.flatMap((p, c) => vectors[i]!.map((h) => (p - Number(p >= thresholds[c]!)) * h));
  const squared = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0);

  it.each<[string, readonly number[], BadgeOptions]>([
    ["1/2", [0.5, 0.5, 0.5], {}],
    ["one for all", [0.3, 0.3, 0.3], { thresholds: 0.3 }],
    ["one each", [0.2, 0.5, 0.8], { thresholds: [0.2, 0.5, 0.8] }],
  ])("has the distances of the gradients themselves, with a threshold of %s: brute force", async (_, thresholds, options) => {
    const { indices: picked, scores } = await badge(options).select(pool, N, createRandom(3));
    const whole = picked.map((index) => gradient(index - 10, thresholds));
    const norms = indices.map((_index, i) => squared(gradient(i, thresholds), new Array(C * D).fill(0)));
    expect(scores[0]).toBeCloseTo(Math.max(...norms), 5);
    for (let pick = 1; pick < N; pick++)
      expect(scores[pick]).toBeCloseTo(Math.min(...whole.slice(0, pick).map((before) => squared(whole[pick]!, before))), 4);
  });

  it("takes one threshold per label, between 0 and 1", async () => {
    await expect(badge({ thresholds: [0.5] }).select(pool, 2, random)).rejects.toThrow(
      withCode("E_ARGUMENT", /3 of them; 1 came/),
    );
    await expect(badge({ thresholds: 1 }).select(pool, 2, random)).rejects.toThrow(withCode("E_ARGUMENT", /between 0 and 1/));
  });
});

it("cal's divergence is the sum of the labels' own: brute force", async () => {
  const known = [90, 91];
  const knownProbs = [probs[0]!, probs[1]!];
  const labelled = {
    indices: known,
    targets: [],
    targetLists: [
      [1, 0, 0],
      [0, 1, null],
    ],
    features: embedded([vectors[0]!, vectors[1]!], known),
    predictions: drawn(knownProbs, known),
  };
  const { indices: picked, scores } = await cal({ neighbours: 2 }).select({ ...pool, labelled }, N, createRandom(1));
  picked.forEach((index, at) => {
    const own = probs[index - 10]!;
    const divergence = (q: readonly number[]) =>
      q.reduce((sum, x, c) => sum + x * Math.log(x / own[c]!) + (1 - x) * Math.log((1 - x) / (1 - own[c]!)), 0);
    expect(scores[at]).toBeCloseTo((divergence(knownProbs[0]!) + divergence(knownProbs[1]!)) / 2, 4);
  });
});

describe("rare labels first", () => {
  const h = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  const labelled = {
    indices: [1, 2, 3, 4, 5, 6],
    targets: [],
    targetLists: [
      [1, 1, 0],
      [1, 0, 0],
      [1, 1, null],
      [1, 0, 0],
      [1, 1, 1],
      [1, null, 0],
    ],
  };

  it("picks for the label that has the fewest, the item that is least sure of it: brute force", async () => {
    const { indices: picked, scores } = await rareLabels().select({ ...pool, labelled }, N, createRandom(7));
    const counts = [6, 3, 1];
    const left = new Set(indices);
    picked.forEach((index, at) => {
      const rarest = counts.indexOf(Math.min(...counts));
      const best = Math.max(...[...left].map((other) => h(probs[other - 10]![rarest]!)));
      expect(scores[at]).toBeCloseTo(best, 6);
      expect(h(probs[index - 10]![rarest]!)).toBeCloseTo(best, 6);
      left.delete(index);
      probs[index - 10]!.forEach((p, c) => {
        counts[c]! += c === rarest ? 1 : p;
      });
    });
  });

  it("counts classes, too, where items have one each", async () => {
    const single = predictions("probabilities", [3, 2, 1], Float32Array.of(0.5, 0.5, 0.9, 0.1, 0.2, 0.8), [7, 8, 9]);
    const of = (targets: readonly number[]) => ({ indices: targets.map((_, i) => i), targets });
    for (const targets of [
      [0, 0, 0],
      [1, 1],
    ]) {
      const { indices: picked } = await rareLabels().select(
        { indices: [7, 8, 9], predictions: single, labelled: of(targets) },
        1,
        random,
      );
      expect(picked).toEqual([7]);
    }
  });

  it("has no label in mind where none has an item, and refuses numbers", async () => {
    const first = new Set<number>();
    for (let seed = 0; seed < 40; seed++)
      first.add((await rareLabels().select({ indices, predictions: pool.predictions }, 1, createRandom(seed))).indices[0]!);
    const best = Array.from({ length: C }, (_, c) =>
      indices.reduce((a, b) => (h(probs[b - 10]![c]!) > h(probs[a - 10]![c]!) ? b : a)),
    );
    expect(first).toEqual(new Set(best));
    const values = predictions("values", [1, 1, 1], Float32Array.of(1), [3]);
    await expect(rareLabels().select({ indices: [3], predictions: values }, 1, random)).rejects.toThrow(
      withCode("E_ARGUMENT", /regression/),
    );
  });
});
