import { describe, expect, it } from "vitest";
import { debertaBucket, logarithmicBucket } from "../../../src/models/architectures/relative-positions.js";

/** Where a bucket ends and the next one begins: in float32 the logarithm of a boundary may round to either side. */
function beginnings(bucket: (distance: number) => number, longest: number): number[] {
  return Array.from({ length: longest - 1 }, (_, i) => i + 1).filter((d) => bucket(d) !== bucket(d - 1));
}

/** Computed by transformers 5.24 with PyTorch 2.15, for all distances up to 1023. */
describe("buckets of distances", () => {
  it("begin where MPNet's do, keys behind the query having buckets of their own", () => {
    const mpnet = (distance: number) => logarithmicBucket(distance, { buckets: 32 });
    const expected = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91];
    expect(beginnings((d) => mpnet(-d), 1024)).toEqual(expected);
    expect(beginnings(mpnet, 1024)).toEqual(expected);
    expect([mpnet(-1023), mpnet(1023), mpnet(0), mpnet(-1), mpnet(1)]).toEqual([15, 31, 0, 1, 17]);
  });

  it("begin where DeBERTa's do, alike to both sides", () => {
    const deberta = (distance: number) => debertaBucket(distance, { buckets: 64, furthest: 1024 });
    expect(beginnings(deberta, 1024)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
      36, 41, 45, 51, 56, 63, 70, 79, 88, 98, 110, 123, 137, 154, 172, 192, 214, 240, 268, 300, 335, 375, 419, 468, 524, 586, 655,
      732, 819, 915,
    ]);
    const published = (distance: number) => debertaBucket(distance, { buckets: 256, furthest: 512 });
    expect([1, 128, 129, 200, 300, 400, 511].map(published)).toEqual([1, 128, 129, 169, 207, 233, 255]);
    expect([1, 128, 129, 511].map((d) => published(-d))).toEqual([-1, -128, -129, -255]);
  });

  it("are the distances themselves without a number of buckets", () => {
    expect([-700, -1, 0, 5, 700].map((d) => debertaBucket(d, { buckets: -1, furthest: 512 }))).toEqual([-700, -1, 0, 5, 700]);
  });
});
