import { describe, expect, it } from "vitest";
import { labelThrough, shapesTrial } from "./simulated-labeller.js";

const SEEDS = process.env["BAALJS_SEEDS"]?.split(",").map(Number) ?? [1, 2];
const [ROUNDS, COUNT] = [10, 20];

/** By the routes of the page; 240 circles to 30 stars, judged by as many of each shape. */
describe("power:entropy beats random on imbalanced shapes", () => {
  const gains: number[] = [];

  it.each(SEEDS)("labels %i times", async (seed) => {
    const trial = await shapesTrial(seed);
    const power = await labelThrough(trial, { sort: "power:entropy", rounds: ROUNDS, count: COUNT });
    const random = await labelThrough(trial, { sort: "random", rounds: ROUNDS, count: COUNT });
    expect(power.reasons[0]).toContain("kmeans: typical items, until power:entropy");
    expect(power.reasons.at(-1)).toBe("by the strategy power:entropy");
    expect(random.accuracy).toBeGreaterThan(0.5);
    gains.push(power.accuracy - random.accuracy);
    if (process.env["BAALJS_SEEDS"])
      console.log(seed, power.accuracy.toFixed(3), random.accuracy.toFixed(3), `${power.perLabel}`, `${random.perLabel}`);
  });

  it("on the mean of the seeds", () => {
    expect(gains).toHaveLength(SEEDS.length);
    expect(gains.reduce((sum, gain) => sum + gain, 0) / SEEDS.length, `gains ${gains}`).toBeGreaterThan(0.01);
  });
});
