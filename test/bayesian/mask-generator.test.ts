import { describe, expect, it } from "vitest";
import { fillMaskRow, hashName, type MaskKey, maskRate, maskStream } from "../../src/bayesian/mask-generator.js";

const N = 200_000;
const key: MaskKey = { seed: 7, draw: 3, item: 11, site: hashName("dropout") };

/** One long row of kept (1) and dropped (0) elements. */
function row(
  overrides: Partial<MaskKey> = {},
  at: { position?: number; channel?: number; rate?: number; length?: number } = {},
): Float32Array {
  const mask = new Float32Array(at.length ?? N);
  const stream = maskStream({ ...key, ...overrides });
  fillMaskRow(
    new Int32Array(mask.buffer),
    0,
    mask.length,
    stream,
    { position: at.position ?? 0, channel: at.channel ?? 0 },
    maskRate(at.rate ?? 0.3),
  );
  return mask;
}

const kept = (mask: Float32Array) => Float32Array.from(mask, (value) => Number(value > 0));

/** Pearson correlation; for independent masks it is N(0, 1/n). */
function correlation(a: Float32Array, b: Float32Array): number {
  const n = Math.min(a.length, b.length);
  const mean = (x: Float32Array) => x.subarray(0, n).reduce((sum, value) => sum + value, 0) / n;
  const [ma, mb] = [mean(a), mean(b)];
  let covariance = 0;
  let va = 0;
  let vb = 0;
  for (let i = 0; i < n; i++) {
    covariance += (a[i]! - ma) * (b[i]! - mb);
    va += (a[i]! - ma) ** 2;
    vb += (b[i]! - mb) ** 2;
  }
  return covariance / Math.sqrt(va * vb);
}

describe("mask generator", () => {
  it.each([0.1, 0.2, 0.5, 0.9])("drops at rate %s and scales so that the mean is 1", (rate) => {
    const mask = row({}, { rate });
    const dropped = mask.filter((value) => value === 0).length / N;
    expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / N));
    const scale = mask.find((value) => value > 0)!;
    expect(scale * (1 - rate)).toBeCloseTo(1, 3);
    expect(new Set(mask).size).toBe(2);
  });

  it("gives ones for a rate of 0", () => {
    expect(new Set(row({}, { rate: 0, length: 1001 }))).toEqual(new Set([1]));
  });

  const reference = kept(row());
  const others: Record<string, Float32Array> = {
    "another seed": row({ seed: 8 }),
    "the next draw": row({ draw: 4 }),
    "the next item": row({ item: 12 }),
    "another site": row({ site: hashName("distilbert.embeddings.dropout") }),
    "the next token": row({}, { position: 1 }),
    "the next head": row({}, { channel: 1 }),
    "draw and item swapped": row({ draw: 11, item: 3 }),
    "its own next element": row().subarray(1),
    "its own second-next element": row().subarray(2),
  };
  it.each(Object.keys(others))("is independent of %s", (name) => {
    expect(Math.abs(correlation(reference, kept(others[name]!)))).toBeLessThan(5 / Math.sqrt(N));
  });

  it("is independent between first elements of consecutive draws, items, tokens and heads", () => {
    const firsts: Record<string, (i: number) => Float32Array> = {
      draw: (i) => row({ draw: i }, { length: 2 }),
      item: (i) => row({ item: i }, { length: 2 }),
      position: (i) => row({}, { position: i, length: 2 }),
      channel: (i) => row({}, { channel: i, length: 2 }),
      seed: (i) => row({ seed: i }, { length: 2 }),
    };
    const n = 20_000;
    for (const [name, first] of Object.entries(firsts)) {
      for (const lane of [0, 1]) {
        const series = Float32Array.from({ length: n }, (_, i) => Number(first(i)[lane]! > 0));
        const rate = 1 - series.reduce((sum, value) => sum + value, 0) / n;
        expect(Math.abs(rate - 0.3), `${name}, rate`).toBeLessThan(5 * Math.sqrt(0.21 / n));
        expect(Math.abs(correlation(series, series.subarray(1))), `${name}, neighbours`).toBeLessThan(5 / Math.sqrt(n));
      }
    }
  });

  it("fills runs of dropped elements as independence predicts (chi-square over 4-bit patterns)", () => {
    const counts = new Float64Array(16);
    for (let i = 0; i + 3 < N; i += 4) {
      counts[reference[i]! | (reference[i + 1]! << 1) | (reference[i + 2]! << 2) | (reference[i + 3]! << 3)]!++;
    }
    const chiSquare = counts.reduce((sum, count, pattern) => {
      const ones = [0, 1, 2, 3].filter((bit) => (pattern >> bit) & 1).length;
      const expected = (N / 4) * 0.7 ** ones * 0.3 ** (4 - ones);
      return sum + (count - expected) ** 2 / expected;
    }, 0);
    // 15 degrees of freedom: 37.7 is passed once in a thousand.
    expect(chiSquare).toBeLessThan(37.7);
  });

  it("does not depend on the row's length", () => {
    const long = row({}, { length: 77 });
    for (const length of [1, 2, 5, 76]) expect(row({}, { length })).toEqual(long.subarray(0, length));
  });

  it("never changes: saved experiments and resumed runs rely on these numbers", () => {
    expect([...kept(row({}, { length: 24, rate: 0.5 }))].join("")).toMatchInlineSnapshot(`"010010001111111111100100"`);
    expect(hashName("distilbert.embeddings.dropout")).toMatchInlineSnapshot(`464063236`);
  });
});
