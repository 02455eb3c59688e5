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

function filled(mask: MaskInput, rows: { item: number; draw: number; length: number }[], paddedLength: number): Float32Array {
  const data = new Float32Array(maskDims(mask.axes, rows.length, paddedLength).reduce((a, b) => a * b, 1));
  fillMask(data, mask, maskRate(0.5), rows, { seed: 1, paddedLength });
  return data;
}

describe("masks of a batch", () => {
  it("are the same for an item alone, in a batch, in another order and with more padding", () => {
    const mask = site(item, fixed(3), sequence, sequence);
    const a = { item: 4, draw: 1, length: 2 };
    const b = { item: 9, draw: 0, length: 5 };
    const alone = filled(mask, [a], 2);
    const batch = filled(mask, [b, a], 5);
    for (let head = 0; head < 3; head++) {
      for (let q = 0; q < 2; q++) {
        for (let k = 0; k < 2; k++) {
          expect(batch[((3 + head) * 5 + q) * 5 + k]).toBe(alone[(head * 2 + q) * 2 + k]);
        }
      }
    }
  });

  it("differ between draws and items", () => {
    const mask = site(item, sequence, fixed(64));
    const rows = [
      { item: 0, draw: 0, length: 3 },
      { item: 0, draw: 1, length: 3 },
      { item: 1, draw: 0, length: 3 },
    ];
    const data = filled(mask, rows, 3);
    const [first, second, third] = [0, 1, 2].map((r) => data.subarray(r * 192, (r + 1) * 192));
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(third);
  });

  it("of the first token alone equal the first row of the whole sequence", () => {
    const row = { item: 4, draw: 1, length: 6 };
    const whole = filled(site(item, sequence, fixed(16)), [row], 6);
    expect(filled(site(item, fixed(16)), [row], 6)).toEqual(whole.subarray(0, 16));
    const scores = filled(site(item, fixed(2), sequence, sequence), [row], 6);
    const firstQuery = filled(site(item, fixed(2), fixed(1), sequence), [row], 6);
    expect(firstQuery.subarray(0, 6)).toEqual(scores.subarray(0, 6));
    expect(firstQuery.subarray(6)).toEqual(scores.subarray(36, 42));
  });
});

describe("masks that all items share", () => {
  const shared = (mask: MaskInput, rows: { item: number; draw: number; length: number }[], paddedLength: number) => {
    const data = new Float32Array(maskDims(mask.axes, rows.length, paddedLength).reduce((a, b) => a * b, 1));
    fillSharedMask(data, mask, maskRate(0.25), rows, { seed: 1, paddedLength });
    return data;
  };

  it("depend on draw, position and channel alone: not on the item, its length, the batch or the padding", () => {
    const mask = site(item, fixed(3), sequence, sequence);
    const alone = shared(mask, [{ item: 9, draw: 1, length: 2 }], 2);
    const rows = [
      { item: 4, draw: 1, length: 2 },
      { item: 5, draw: 0, length: 5 },
      { item: 6, draw: 1, length: 5 },
    ];
    const batch = shared(mask, rows, 5);
    const [first, other, last] = [0, 1, 2].map((r) => batch.subarray(r * 75, (r + 1) * 75));
    expect(last).toEqual(first);
    expect(other).not.toEqual(first);
    for (let head = 0; head < 3; head++) {
      for (let q = 0; q < 2; q++) {
        for (let k = 0; k < 2; k++) expect(first![(head * 5 + q) * 5 + k]).toBe(alone[(head * 2 + q) * 2 + k]);
      }
    }
  });

  it("still differ between the positions of a sequence and between sites", () => {
    const rows = [{ item: 0, draw: 0, length: 2 }];
    const mask = site(item, sequence, fixed(64));
    const data = shared(mask, rows, 2);
    expect(data.subarray(0, 64)).not.toEqual(data.subarray(64));
    expect(shared({ ...mask, key: hashName("t") }, rows, 2)).not.toEqual(data);
  });

  it("drop each element at the rate, over positions as over draws", () => {
    const mask = site(item, sequence, fixed(8));
    const draws = Array.from({ length: 4000 }, (_, draw) => ({ item: 0, draw, length: 3 }));
    const data = shared(mask, draws, 3);
    expect(new Set(data)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    const dropped = Array.from({ length: 24 }, (_, at) => draws.filter((_row, r) => data[r * 24 + at] === 0).length);
    // Binomial(4000, 1/4) counts: the sum of squared standardised deviations is chi-square with 24 degrees of freedom.
    const deviations = dropped.map((count) => (count - 1000) ** 2 / 750);
    expect(deviations.reduce((a, b) => a + b, 0)).toBeLessThan(51.18);
  });
});
