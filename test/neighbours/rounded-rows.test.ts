import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { roundedRows } from "../../src/neighbours/rounded-rows.js";
import { rowProducts } from "../../src/neighbours/row-products.js";

const matrices = fc.integer({ min: 1, max: 70 }).chain((width) =>
  fc.record({
    width: fc.constant(width),
    data: fc
      .array(fc.array(fc.float({ noNaN: true, min: -1e3, max: 1e3 }), { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 12,
      })
      .map((rows) => rows.flat()),
  }),
);

const dot = (data: ArrayLike<number>, width: number, a: number, b: number) => {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += data[a * width + d]! * data[b * width + d]!;
  return sum;
};

describe.each([Float32Array, Float64Array])("rows of %o", (Numbers) => {
  it("are rounded within the margins that are given", () => {
    fc.assert(
      fc.property(matrices, fc.nat(), ({ width, data }, pick) => {
        const rows = roundedRows(Numbers.from(data), width, { fewest: 1 })!;
        const items = data.length / width;
        const centre = pick % items;
        const { unit, perUnit, perLength } = rows.multiply(centre);
        for (let i = 0; i < items; i++) {
          const about = rows.sums_N[i]! * rows.units_N[i]! * unit;
          const margin = rows.units_N[i]! * perUnit + rows.lengths_N[i]! * perLength;
          expect(rows.lengths_N[i]).toBeGreaterThanOrEqual(Math.sqrt(dot(data, width, i, i)));
          expect(Math.abs(about - dot(data, width, i, centre))).toBeLessThanOrEqual(margin);
        }
      }),
    );
  });

  it("are rounded within them where they are very small, very large or nothing", () => {
    const width = 40;
    const random = createRandom(9);
    const sizes = [1e-38, 1e-33, 1e-20, 0, 1, 1e15];
    const data = Numbers.from(sizes.flatMap((size) => Array.from({ length: width }, () => size * random.normal())));
    const rows = roundedRows(data, width, { fewest: 1 })!;
    for (const centre of sizes.keys()) {
      const { unit, perUnit, perLength } = rows.multiply(centre);
      for (const i of sizes.keys()) {
        const about = rows.sums_N[i]! * rows.units_N[i]! * unit;
        const margin = rows.units_N[i]! * perUnit + rows.lengths_N[i]! * perLength;
        expect(Math.abs(about - dot(data, width, i, centre))).toBeLessThanOrEqual(margin);
      }
    }
  });

  it("have the margins of a few parts in a hundred at a usual width", () => {
    const random = createRandom(3);
    const data = Numbers.from(Array.from({ length: 50 * 768 }, () => random.normal()));
    const rows = roundedRows(data, 768, { fewest: 1 })!;
    const { perUnit, perLength } = rows.multiply(7);
    for (let i = 0; i < 50; i++) {
      const margin = rows.units_N[i]! * perUnit + rows.lengths_N[i]! * perLength;
      expect(margin / (rows.lengths_N[i]! * rows.lengths_N[7]!)).toBeLessThan(0.05);
    }
  });

  it("have their inner products, equal ones for equal rows", () => {
    fc.assert(
      fc.property(matrices, fc.nat(), ({ width, data }, pick) => {
        const items = data.length / width;
        const centre = pick % items;
        const both = Numbers.from([...data, ...data]);
        const products = rowProducts(both, width, { few: 0 });
        const listed = Int32Array.from({ length: 2 * items }, (_, i) => 2 * items - 1 - i);
        const into = new Float64Array(2 * items);
        products.multiply(listed, 2 * items, centre, into);
        const squares = products.squares();
        const looped = new Float64Array(2 * items);
        rowProducts(both, width, { few: Number.POSITIVE_INFINITY }).multiply(listed, 2 * items, centre, looped);
        expect(looped).toEqual(into);
        for (let i = 0; i < items; i++) {
          const product = into[2 * items - 1 - i]!;
          expect(product).toBeCloseTo(dot(data, width, i, centre), 4);
          expect(into[items - 1 - i]).toBe(product);
          expect(squares[i]).toBeCloseTo(dot(data, width, i, i), 4);
        }
        expect(into[2 * items - 1 - centre]).toBe(squares[centre]);
      }),
    );
  });

  it("are more than are copied at once", () => {
    const [items, width] = [1500, 300];
    const random = createRandom(5);
    const data = Numbers.from(Array.from({ length: items * width }, () => random.normal()));
    const products = rowProducts(data, width);
    const into = new Float64Array(items);
    products.multiply(
      Int32Array.from({ length: items }, (_, i) => i),
      items,
      1234,
      into,
    );
    const squares = products.squares();
    for (const i of [0, 1, 700, 1234, 1499]) {
      expect(into[i]).toBeCloseTo(dot(data, width, i, 1234), 8);
      expect(squares[i]).toBeCloseTo(dot(data, width, i, i), 8);
    }
  });
});

it("does not round rows that WebAssembly's memory cannot hold, or whose products 32 bits cannot", () => {
  expect(roundedRows(new Float32Array(140_000), 140_000, { fewest: 1 })).toBeUndefined();
  expect(roundedRows(new Float32Array(400), 4)).toBeUndefined();
});
