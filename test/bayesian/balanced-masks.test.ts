import { describe, expect, it } from "vitest";
import type { MaskAxis, MaskInput } from "../../src/bayesian/dropout-sites.js";
import { fillMask, fillSharedMask, maskDims } from "../../src/bayesian/fill-masks.js";
import { hashName, maskRate } from "../../src/bayesian/mask-generator.js";

const item: MaskAxis = { kind: "item" };
const sequence: MaskAxis = { kind: "sequence" };
const fixed = (size: number): MaskAxis => ({ kind: "fixed", size });

function site(...axes: MaskAxis[]): MaskInput {
  return { site: { name: "s", rate: 0.5, place: "body" }, input: "mask:s", key: hashName("s"), axes };
}

interface Rows {
  readonly rows: readonly { readonly item: number; readonly draw: number; readonly length: number }[];
  readonly rate: number;
  readonly seed?: number;
  readonly paddedLength?: number;
}

function filled(mask: MaskInput, { rows, rate, seed = 1, paddedLength = 1 }: Rows): Float32Array {
  const data = new Float32Array(maskDims(mask.axes, rows.length, paddedLength).reduce((a, b) => a * b, 1));
  fillMask(data, mask, maskRate(rate), rows, { seed, paddedLength, isBalanced: true });
  return data;
}

/** Of each of `units` elements, the draws from `first` on in which it is dropped. */
function drops(
  units: number,
  { draws, rate, first = 0, seed = 1 }: { draws: number; rate: number; first?: number; seed?: number },
) {
  const rows = Array.from({ length: draws }, (_, k) => ({ item: 3, draw: first + k, length: 1 }));
  const data = filled(site(item, fixed(units)), { rows, rate, seed });
  return Array.from({ length: units }, (_, j) => rows.map((_, k) => data[k * units + j] === 0));
}

const count = (flags: readonly boolean[]) => flags.filter(Boolean).length;

/** Five standard deviations of the share of n events of probability p. */
const bound = (p: number, n: number) => 5 * Math.sqrt((p * (1 - p)) / n);

describe("balanced masks", () => {
  it.each([0.05, 0.1, 0.13, 0.3, 0.5, 0.9])("drop an element as often as the rate %d says, in 5, 10, 20 and 40 draws", (rate) => {
    for (const draws of [5, 10, 20, 40]) {
      const counts = drops(2000, { draws, rate }).map(count);
      // The rate is rounded to 1/65536.
      const exact = (draws * Math.round(rate * 65536)) / 65536;
      // Of 40 draws each half is rounded by itself.
      const [low, high] =
        draws === 40 ? [2 * Math.floor(exact / 2), 2 * Math.ceil(exact / 2)] : [Math.floor(exact), Math.ceil(exact)];
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...counts)).toBeLessThanOrEqual(high);
    }
  });

  it("balance every block by itself: the fifths of each five draws, the halves of each ten", () => {
    const starts = (size: number) => Array.from({ length: 60 / size }, (_, i) => size * i);
    for (const flags of drops(500, { draws: 60, rate: 0.1 })) {
      expect(Math.max(...starts(5).map((start) => count(flags.slice(start, start + 5))))).toBe(1);
      expect(starts(10).map((start) => count(flags.slice(start, start + 10)))).toEqual([1, 1, 1, 1, 1, 1]);
    }
  });

  it.each([0.1, 0.35])("drop with probability %d in each draw by itself: the mean of the mask stays 1", (rate) => {
    const units = 20_000;
    const flags = drops(units, { draws: 20, rate });
    for (let k = 0; k < 20; k++) {
      const share = count(flags.map((draws) => draws[k]!)) / units;
      expect(Math.abs(share - rate)).toBeLessThan(bound(rate, units));
    }
  });

  it("leave the elements of a draw independent of each other", () => {
    const units = 20_000;
    const rate = 0.3;
    const flags = drops(units, { draws: 7, rate });
    for (let k = 0; k < 7; k++) {
      for (const distance of [1, 2, 5]) {
        const both = count(flags.slice(distance).map((draws, j) => draws[k]! && flags[j]![k]!)) / (units - distance);
        expect(Math.abs(both - rate * rate)).toBeLessThan(bound(rate * rate, units) * 1.5);
      }
    }
  });

  it("spread an element's drops over all pairs of draws: no two draws are alike", () => {
    const units = 10_000;
    const draws = 20;
    const together = new Float64Array(draws * draws);
    for (const flags of drops(units, { draws, rate: 0.1 })) {
      const dropped = flags.flatMap((isDropped, k) => (isDropped ? [k] : []));
      for (const a of dropped) for (const b of dropped) together[a * draws + b]! += 1 / units;
    }
    for (let a = 0; a < draws; a++) {
      for (let b = 0; b < draws; b++) {
        // One drop in the first ten, one in the second, at places that know nothing of each other.
        const expected = a === b ? 0.1 : Math.floor(a / 10) === Math.floor(b / 10) ? 0 : 0.01;
        expect(Math.abs(together[a * draws + b]! - expected)).toBeLessThan(bound(expected || 0.01, units));
      }
    }
  });

  it("of some draws are those of all: in any batch, in parts, in any order, an item twice", () => {
    const mask = site(item, fixed(2), sequence, fixed(9));
    const row = (draw: number, index = 3, length = 2) => ({ item: index, draw, length });
    const all = filled(mask, { rows: Array.from({ length: 20 }, (_, k) => row(k)), rate: 0.3, paddedLength: 2 });
    const of = (data: Float32Array, r: number, padded: number) =>
      [0, 1].flatMap((channel) => [...data.subarray((r * 2 + channel) * padded * 9, ((r * 2 + channel) * padded + 2) * 9)]);
    const mixed = [row(17), row(3, 4, 5), row(0), row(3), row(17), row(4)];
    const some = filled(mask, { rows: mixed, rate: 0.3, paddedLength: 5 });
    for (const [r, { item: index, draw }] of mixed.entries()) if (index === 3) expect(of(some, r, 5)).toEqual(of(all, draw, 2));
    expect(of(some, 1, 5)).not.toEqual(of(all, 3, 2));
  });

  it("that all items share are the same for all, and differ by seed", () => {
    const mask = site(item, fixed(300));
    const rows = [row(0, 5), row(1, 5), row(0, 8)];
    function row(draw: number, index: number) {
      return { item: index, draw, length: 1 };
    }
    const shared = (seed: number) => {
      const data = new Float32Array(900);
      fillSharedMask(data, mask, maskRate(0.5), rows, { seed, paddedLength: 1, isBalanced: true });
      return data;
    };
    const data = shared(1);
    expect(data.subarray(600)).toEqual(data.subarray(0, 300));
    expect(data.subarray(300, 600)).not.toEqual(data.subarray(0, 300));
    expect(shared(2)).not.toEqual(data);
  });

  it("know nothing of the masks of independent draws", () => {
    const rows = [{ item: 3, draw: 0, length: 1 }];
    const mask = site(item, fixed(20_000));
    const balanced = filled(mask, { rows, rate: 0.5 });
    const independent = new Float32Array(20_000);
    fillMask(independent, mask, maskRate(0.5), rows, { seed: 1, paddedLength: 1 });
    const alike = count([...balanced].map((value, j) => value === independent[j])) / 20_000;
    expect(Math.abs(alike - 0.5)).toBeLessThan(bound(0.5, 20_000));
  });
});
