import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { features } from "../../src/core/features.js";
import { predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { getStrategy, strategyNames } from "../../src/strategies/registry.js";
import type { CandidatePool } from "../../src/strategies/strategy.js";

/** Strategies of their own, and one over each heuristic. */
const NAMES = strategyNames.filter((name) => !name.includes(":") || name.startsWith("power:"));

const shape = fc.record({
  seed: fc.nat(),
  items: fc.integer({ min: 1, max: 24 }),
  labelled: fc.integer({ min: 0, max: 5 }),
  width: fc.integer({ min: 1, max: 4 }),
  classes: fc.integer({ min: 2, max: 4 }),
  draws: fc.integer({ min: 2, max: 4 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Whole numbers make duplicates and ties; an offset or a scale hides differences; large logits make certainty. */
const numbers = fc.record({
  isWhole: fc.boolean(),
  offset: fc.constantFrom(0, 1e4, -1e6),
  scale: fc.constantFrom(1, 1e-6, 1e6),
  sharpness: fc.constantFrom(0, 1, 30, 5000),
});

type Drawn<Of> = Of extends fc.Arbitrary<infer Value> ? Value : never;

function poolOf(
  { seed, items, labelled, width, classes, draws }: Drawn<typeof shape>,
  { isWhole, offset, scale, sharpness }: Drawn<typeof numbers>,
): CandidatePool {
  const random = createRandom(seed);
  const number = () => (isWhole ? random.integer(-1, 1) : random.normal());
  const indicesOf = (length: number, first: number) => Array.from({ length }, (_, i) => first + 3 * i);
  const rows = (length: number, make: () => number) => Float32Array.from({ length }, make);
  const embedded = (indices: readonly number[]) =>
    features(
      [indices.length, width],
      rows(indices.length * width, () => (number() + offset) * scale),
      indices,
    );
  const predicted = (indices: readonly number[]) =>
    predictions(
      "logits",
      [indices.length, classes, draws],
      rows(indices.length * classes * draws, () => sharpness * number()),
      indices,
      { isConsistent: true },
    );
  const [pool, known] = [indicesOf(items, 7), indicesOf(labelled, 1000)];
  return {
    indices: pool,
    features: embedded(pool),
    predictions: predicted(pool),
    labelled: {
      indices: known,
      targets: known.map(() => random.integer(0, classes - 1)),
      features: embedded(known),
      predictions: predicted(known),
    },
    target: predicted(indicesOf(2, 5000)),
  };
}

describe.each(NAMES)("strategy %s", (name) => {
  it("picks from any pool: tiny ones, copies, few numbers far from 0, certain and ignorant models", async () => {
    await fc.assert(
      fc.asyncProperty(shape, numbers, async (sizes, kinds) => {
        const pool = poolOf(sizes, kinds);
        const count = Math.ceil(sizes.share * sizes.items);
        const { indices, scores } = await getStrategy(name).select(pool, count, createRandom(sizes.seed));
        expect(indices).toHaveLength(count);
        expect(new Set(indices).size).toBe(count);
        expect(pool.indices).toEqual(expect.arrayContaining(indices));
        expect(scores).toHaveLength(count);
        expect(scores.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
