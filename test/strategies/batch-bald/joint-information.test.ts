import { describe, expect, it } from "vitest";
import type { Predictions } from "../../../src/core/predictions.js";
import { createRandom } from "../../../src/core/random.js";
import { jointInformation } from "../../../src/strategies/batch-bald/joint-information.js";
import { jointInformationOf, probabilitiesOf, randomDraws } from "./joint-brute-force.js";

const BATCH = [0, 1, 2, 3, 4];
const CANDIDATES = [5, 6, 7, 8];

const random = createRandom(1);

async function gainsAfter(batch: readonly number[], draws: Predictions, maxConfigurations: number) {
  const joint = await jointInformation(draws, { maxConfigurations, random });
  for (const item of batch) joint.add(item);
  const gains: number[] = [];
  while (gains.length < CANDIDATES.length) {
    gains.push(...(await joint.gains(CANDIDATES.slice(gains.length, gains.length + joint.blockSize()))));
  }
  return gains;
}

function bruteGains(batch: readonly number[], draws: Predictions): number[] {
  const items = probabilitiesOf(draws);
  const total = (chosen: readonly number[]) => jointInformationOf(chosen.map((item) => items[item]!));
  return CANDIDATES.map((item) => total([...batch, item]) - total(batch));
}

describe("jointInformation", () => {
  it("is exact while the configurations fit", async () => {
    const draws = randomDraws([9, 3, 7]);
    const gains = await gainsAfter(BATCH, draws, 3 ** 5);
    for (const [i, gain] of bruteGains(BATCH, draws).entries()) expect(gains[i]).toBeCloseTo(gain, 5);
  });

  it("is right on average from a sample, and never below 0", async () => {
    const draws = randomDraws([9, 3, 20], { scale: 1 });
    const exact = bruteGains(BATCH, draws);
    const runs = await Promise.all(Array.from({ length: 300 }, () => gainsAfter(BATCH, draws, 20)));
    exact.forEach((gain, i) => {
      const estimates = runs.map((run) => run[i]!);
      const mean = estimates.reduce((a, b) => a + b) / runs.length;
      const deviation = Math.sqrt(estimates.reduce((sum, x) => sum + (x - mean) ** 2, 0) / runs.length);
      expect(deviation).toBeGreaterThan(0.001); // it does sample
      expect(Math.abs(mean - gain)).toBeLessThan((4 * deviation) / Math.sqrt(runs.length));
      expect(Math.min(...estimates)).toBeGreaterThanOrEqual(0);
    });
  });

  it("comes closer with more configurations", async () => {
    const draws = randomDraws([9, 4, 40]);
    const exact = bruteGains(BATCH, draws);
    const error = async (most: number) => {
      const runs = await Promise.all(Array.from({ length: 20 }, () => gainsAfter(BATCH, draws, most)));
      return Math.max(...runs.flatMap((run) => exact.map((gain, i) => Math.abs(run[i]! - gain))));
    };
    expect(await error(16)).toBeGreaterThan(4 * (await error(512)));
    expect(await error(512)).toBeLessThan(0.02);
  });

  it("never finds more in an item for knowing more, while exact", async () => {
    const draws = randomDraws([9, 2, 6]);
    let before = await gainsAfter([], draws, 64);
    for (let size = 1; size <= BATCH.length; size++) {
      const after = await gainsAfter(BATCH.slice(0, size), draws, 64);
      for (const [i, gain] of after.entries()) expect(gain).toBeLessThanOrEqual(before[i]! + 1e-6);
      before = after;
    }
  });

  it("reads pools anew that are too large to keep", async () => {
    const { length } = CANDIDATES;
    const items = 100;
    const draws = randomDraws([items, 2, 3]);
    // The same items with classes enough that the pool exceeds what is kept: only those asked for are ever read.
    const classes = Math.ceil(2 ** 25 / (items * 3)) + 1;
    const data = new Float32Array(items * classes * 3).fill(-1e4);
    for (let item = 0; item < items; item++) data.set(draws.data.subarray(item * 6, item * 6 + 6), item * classes * 3);
    const wide: Predictions = { ...draws, shape: [items, classes, 3], data };
    const [few, many] = [await gainsAfter([0], draws, 2), await gainsAfter([0], wide, 2)];
    expect(many).toHaveLength(length);
    for (const [i, gain] of many.entries()) expect(gain).toBeCloseTo(few[i]!, 5);
  });
});
