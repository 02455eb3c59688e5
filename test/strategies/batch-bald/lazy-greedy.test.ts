import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { lazyGreedy } from "../../../src/strategies/batch-bald/lazy-greedy.js";

/** Sets of places; what an item adds to a batch is the number of places that none of the batch covers: submodular, full of ties. */
function randomSets(items: number, places: number, seed: number): ReadonlySet<number>[] {
  const random = createRandom(seed);
  return Array.from(
    { length: items },
    () => new Set(Array.from({ length: random.integer(0, 12) }, () => random.integer(0, places - 1))),
  );
}

const added = (set: ReadonlySet<number>, covered: ReadonlySet<number>) => [...set].filter((place) => !covered.has(place)).length;

function eager(sets: readonly ReadonlySet<number>[], count: number): number[] {
  const covered = new Set<number>();
  const left = sets.map((_, item) => item);
  return Array.from({ length: count }, () => {
    const best = left.reduce((a, b) => (added(sets[b]!, covered) > added(sets[a]!, covered) ? b : a));
    left.splice(left.indexOf(best), 1);
    for (const place of sets[best]!) covered.add(place);
    return best;
  });
}

async function lazy(sets: readonly ReadonlySet<number>[], count: number, blockSize: number) {
  const covered = new Set<number>();
  const picks: number[] = [];
  let evaluations = 0;
  await lazyGreedy(
    Float64Array.from(sets, (set) => set.size),
    {
      count,
      blockSize: () => blockSize,
      async evaluate(items) {
        expect(items.length).toBeLessThanOrEqual(blockSize);
        evaluations += items.length;
        return items.map((item) => added(sets[item]!, covered));
      },
      onPick(item, gain) {
        expect(gain).toBe(added(sets[item]!, covered));
        picks.push(item);
        for (const place of sets[item]!) covered.add(place);
      },
    },
  );
  return { picks, evaluations };
}

describe("lazyGreedy", () => {
  it.each([1, 3, 100])("picks what evaluating everything picks, the lower of equal items, in blocks of %i", async (blockSize) => {
    for (let seed = 0; seed < 20; seed++) {
      const sets = randomSets(50, 40, seed);
      expect((await lazy(sets, 50, blockSize)).picks).toEqual(eager(sets, 50));
    }
  });

  it("evaluates little where few items matter", async () => {
    const sets = [...randomSets(500, 1000, 1)].map((set, item) =>
      item < 10 ? new Set([...Array(50)].map((_, i) => 50 * item + i)) : set,
    );
    const { picks, evaluations } = await lazy(sets, 10, 1);
    expect(new Set(picks)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(evaluations).toBeLessThan(100);
  });
});
