import { describe, expect, it } from "vitest";
import { type Features, features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import { featureHeuristicNames, getFeatureHeuristic } from "../../src/heuristics/registry.js";

const WIDTH = 6;

/** A row depends on its content only. */
function rowsOf(indices: readonly number[], contentOf: (index: number) => number = (index) => index): Features {
  const data = indices.flatMap((index) => {
    const random = createRandom(contentOf(index));
    return Array.from({ length: WIDTH }, () => random.normal());
  });
  return features([indices.length, WIDTH], Float32Array.from(data), indices);
}

const INDICES = Array.from({ length: 40 }, (_, i) => 3 * i + 2);
const KNOWN = Array.from({ length: 30 }, (_, i) => 1000 + i);
const labelledOf = (indices: readonly number[]) => ({
  indices,
  targets: indices.map((index) => index % 3),
  features: rowsOf(indices),
});
const CONTEXT = { labelled: labelledOf(KNOWN) };

describe.each(featureHeuristicNames)("feature heuristic %s", (name) => {
  const heuristic = getFeatureHeuristic(name);
  const refused = (code: string, part: string) => ({ code, message: expect.stringContaining(part) });

  it("gives one finite score per item, the same again and made anew", async () => {
    const scores = await heuristic.scoreFeatures(rowsOf(INDICES), CONTEXT);
    expect(scores).toHaveLength(INDICES.length);
    expect(scores.every(Number.isFinite)).toBe(true);
    expect(new Set(scores).size).toBe(INDICES.length);
    expect(await getFeatureHeuristic(name).scoreFeatures(rowsOf(INDICES), CONTEXT)).toEqual(scores);
    expect(heuristic.name).toBe(name);
    expect(heuristic.needs).toEqual(["features", "labelled"]);
  });

  it("scores each item by itself: order and company do not matter", async () => {
    const scores = await heuristic.scoreFeatures(rowsOf(INDICES), CONTEXT);
    const order = createRandom(9).shuffled(INDICES).slice(0, 17);
    (await heuristic.scoreFeatures(rowsOf(order), CONTEXT)).forEach((score, i) => {
      expect(score).toBeCloseTo(scores[INDICES.indexOf(order[i]!)]!, 4);
    });
  });

  it("scores items with the same features alike", async () => {
    const scores = await heuristic.scoreFeatures(
      rowsOf(INDICES, (index) => index % 4),
      CONTEXT,
    );
    INDICES.forEach((index, i) => {
      expect(scores[i]).toBeCloseTo(scores[INDICES.findIndex((other) => other % 4 === index % 4)]!, 5);
    });
  });

  it("does not look at the order of the labelled items", async () => {
    const shuffled = { labelled: labelledOf(createRandom(3).shuffled(KNOWN)) };
    const scores = await heuristic.scoreFeatures(rowsOf(INDICES), CONTEXT);
    (await heuristic.scoreFeatures(rowsOf(INDICES), shuffled)).forEach((score, i) => {
      expect(score).toBeCloseTo(scores[i]!, 4);
    });
  });

  it("scores an item far from all labelled ones higher than one among them", async () => {
    const known = labelledOf(KNOWN);
    known.features.data.forEach((value, at) => {
      known.features.data[at] = 10 + value;
    });
    const pool = features([2, WIDTH], Float32Array.of(...new Array<number>(WIDTH).fill(10), 40, -40, 40, -40, 40, -40));
    const [near = 0, away = 0] = await heuristic.scoreFeatures(pool, { labelled: known });
    expect(away).toBeGreaterThan(near);
  });

  it("scores an empty pool as nothing", async () => {
    expect(await heuristic.scoreFeatures(rowsOf([]), CONTEXT)).toEqual(new Float64Array(0));
  });

  it("leaves its input as it is", async () => {
    const [input, context] = [rowsOf(INDICES), { labelled: labelledOf(KNOWN) }];
    const copies = structuredClone([input, context]);
    await heuristic.scoreFeatures(input, context);
    expect([input, context]).toEqual(copies);
  });

  it("says what is missing or does not fit", async () => {
    const { labelled } = CONTEXT;
    const { features: _, ...bare } = labelled;
    const score = (context: object, pool = rowsOf(INDICES)) => heuristic.scoreFeatures(pool, context);
    await expect(score({})).rejects.toMatchObject(refused("E_ARGUMENT", 'give the context its "labelled" items'));
    await expect(score({ labelled: labelledOf([]) })).rejects.toMatchObject(refused("E_ARGUMENT", "there are none"));
    await expect(score({ labelled: bare })).rejects.toMatchObject(refused("E_ARGUMENT", 'give "labelled" its "features"'));
    const fewer = { ...labelled, targets: labelled.targets.slice(1) };
    await expect(score({ labelled: fewer })).rejects.toMatchObject(refused("E_SHAPE", "30 labelled items with 29 targets"));
    const others = { ...labelled, indices: labelled.indices.toReversed() };
    await expect(score({ labelled: others })).rejects.toMatchObject(refused("E_ARGUMENT", "other items than the labelled"));
    const narrow = features([1, 2], new Float32Array(2));
    await expect(score(CONTEXT, narrow)).rejects.toMatchObject(refused("E_SHAPE", "those of the pool have 2 numbers"));
  });

  it.each([Number.NaN, Infinity])("refuses features of %s, naming the item", async (value) => {
    const broken = rowsOf(INDICES);
    broken.data[7 * WIDTH + 1] = value;
    await expect(heuristic.scoreFeatures(broken, CONTEXT)).rejects.toMatchObject(refused("E_NOT_FINITE", `item ${INDICES[7]} `));
    const known = labelledOf(KNOWN);
    known.features.data[4 * WIDTH] = value;
    await expect(heuristic.scoreFeatures(rowsOf(INDICES), { labelled: known })).rejects.toMatchObject(
      refused("E_NOT_FINITE", `item ${KNOWN[4]} `),
    );
  });
});
