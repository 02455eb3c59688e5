import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeShardResult, encodeShardResult, type ShardResult } from "../../src/scale/score/shard-result.js";

const result = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.boolean(), fc.string()).chain(([rows, hasCandidates, message]) =>
  fc.record({
    run: fc.constant("0123456789abcdef"),
    shard: fc.nat(1000),
    start: fc.nat(100_000),
    labels: fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 4 }),
    task: fc.constant("single" as const),
    scores: fc.array(fc.double(), { minLength: rows, maxLength: rows }).map((values) => Float64Array.from(values)),
    predicted: fc
      .array(fc.integer({ min: -1, max: 3 }), { minLength: rows, maxLength: rows })
      .map((values) => Int32Array.from(values)),
    probability: fc.array(fc.float(), { minLength: rows, maxLength: rows }).map((values) => Float32Array.from(values)),
    errors: fc.constant([{ row: 3, message }]),
    candidates: fc.constant(
      hasCandidates
        ? { indices: [1, 2], probs: Float32Array.of(0.25, 0.75, 0.5, 0.5), features: Float32Array.of(1, 2, 3, 4, 5, 6) }
        : undefined,
    ),
  }),
);

it("reads what was written, and notices any damage", () => {
  fc.assert(
    fc.property(result, fc.nat(), fc.integer({ min: 1, max: 255 }), (value: ShardResult, place, flip) => {
      const bytes = encodeShardResult(value);
      expect(decodeShardResult(bytes, "shard")).toEqual(value);
      expect(encodeShardResult(decodeShardResult(bytes, "shard"))).toEqual(bytes);
      const damaged = Uint8Array.from(bytes);
      damaged[place % bytes.length]! ^= flip;
      expect(() => decodeShardResult(damaged, "shard")).toThrow(/damaged/);
      expect(() => decodeShardResult(bytes.subarray(0, place % bytes.length), "shard")).toThrow(/damaged/);
    }),
  );
});
