import { describe, expect, it } from "vitest";
import { createRandom, fillNormals, type Random, restoreRandom } from "../../src/core/random.js";
import { chiSquare } from "../chi-square.js";

const SEEDS = 10_000;
const CELLS = 100;

/** Expects every one of `cells` to be hit equally often over the seeds 0, 1, 2, ... */
function expectUniform(cellOf: (seed: number) => number, cells = CELLS): void {
  const counts = new Array<number>(cells).fill(0);
  for (let seed = 0; seed < SEEDS; seed++) counts[cellOf(seed)]!++;
  const { statistic, limit } = chiSquare(counts, new Array<number>(cells).fill(SEEDS / cells));
  expect(statistic).toBeLessThan(limit);
}

/** The `n`-th uniform number of a seed, from 0. */
function nth(seed: number, n: number): number {
  const random = createRandom(seed);
  for (let i = 0; i < n; i++) random.uniform();
  return random.uniform();
}

describe("createRandom: seeds that follow each other", () => {
  it.each([0, 1, 2, 3, 10])("are uniform in their number %i", (n) => {
    expectUniform((seed) => Math.floor(nth(seed, n) * CELLS));
  });

  it("have nothing to do with each other", () => {
    const tenth = (seed: number) => Math.floor(nth(seed, 0) * 10);
    for (const step of [1, 2, 1024]) expectUniform((seed) => 10 * tenth(seed) + tenth(seed + step));
  });

  it("start with first and second numbers that are independent", () => {
    expectUniform((seed) => 10 * Math.floor(nth(seed, 0) * 10) + Math.floor(nth(seed, 1) * 10));
  });

  it("shuffle into all orders alike", () => {
    const orders = new Map<string, number>();
    expectUniform((seed) => {
      const order = createRandom(seed).shuffled("abcd").join("");
      if (!orders.has(order)) orders.set(order, orders.size);
      return orders.get(order)!;
    }, 24);
  });

  it("have standard normal first numbers", () => {
    const firsts = Array.from({ length: SEEDS }, (_, seed) => createRandom(seed).normal());
    const mean = firsts.reduce((a, b) => a + b) / SEEDS;
    const variance = firsts.reduce((sum, x) => sum + (x - mean) ** 2, 0) / SEEDS;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(SEEDS));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / SEEDS));
  });
});

describe("fillNormals", () => {
  it("fills arrays of any length with the same numbers for the same seed, in either precision", () => {
    for (const length of [0, 1, 2, 7]) {
      const [one, other] = [new Float64Array(length), new Float32Array(length)];
      fillNormals(one, createRandom(3));
      fillNormals(other, createRandom(3));
      expect(other).toEqual(Float32Array.from(one));
      expect(new Set(one).size).toBe(length);
    }
  });

  it("gives standard normal numbers that have nothing to do with their neighbours", () => {
    const values = new Float64Array(2 * SEEDS);
    fillNormals(values, createRandom(1));
    const mean = (f: (value: number, i: number) => number) =>
      values.reduce((sum, value, i) => sum + f(value, i), 0) / values.length;
    const isNear = (value: number, expected: number, variance: number) =>
      expect(Math.abs(value - expected)).toBeLessThan(4 * Math.sqrt(variance / values.length));
    isNear(
      mean((x) => x),
      0,
      1,
    );
    isNear(
      mean((x) => x ** 2),
      1,
      2,
    );
    isNear(
      mean((x) => x ** 4),
      3,
      96,
    );
    // Shares beyond 1, 2, 3 and 4, each of which other layers give.
    for (const [beyond, share] of [
      [1, 0.317311],
      [2, 0.0455003],
      [3, 0.0026998],
      [4, 6.3342e-5],
    ] as const) {
      isNear(
        mean((x) => Number(Math.abs(x) > beyond)),
        share,
        share * (1 - share),
      );
    }
    for (const step of [1, 2])
      isNear(
        mean((x, i) => x * values[(i + step) % values.length]!),
        0,
        1,
      );
    // The share beyond 2 is 0.0455.
    isNear(
      mean((x) => Number(Math.abs(x) > 2)),
      0.0455,
      0.0434,
    );
  });
});

describe("a generator", () => {
  it.each([0, 1, -1, 2 ** 31, 2 ** 32 - 1, Number.NaN])("of seed %s is the same again, and never stuck", (seed) => {
    const numbers = (random: Random) => Array.from({ length: 8 }, () => random.uniform());
    expect(numbers(createRandom(seed))).toEqual(numbers(createRandom(seed)));
    expect(new Set(numbers(createRandom(seed))).size).toBe(8);
  });

  it("goes on from its state", () => {
    const random = createRandom(3);
    random.uniform();
    const restored = restoreRandom(random.state());
    expect([restored.uniform(), restored.integer(0, 9), restored.gumbel()]).toEqual([
      random.uniform(),
      random.integer(0, 9),
      random.gumbel(),
    ]);
  });
});
