import { expect, it } from "vitest";
import { canonicalJson, differences } from "../../src/core/json-values.js";

it("writes equal values as equal texts", () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: undefined })).toBe('{"b":[{"c":null,"d":1}]}');
});

it("names the fields that two records do not have in common, however deep", () => {
  const before = { seed: 1, model: { dim: 8, heads: 2 }, items: [1, 2], gone: "x", none: undefined };
  expect(differences(before, { ...before })).toEqual([]);
  expect(differences(before, { seed: 2, model: { heads: 2, dim: 16 }, items: [2, 1], fresh: { a: 1 } })).toEqual([
    { field: "seed", before: 1, now: 2 },
    { field: "model.dim", before: 8, now: 16 },
    { field: "items", before: [1, 2], now: [2, 1] },
    { field: "gone", before: "x", now: undefined },
    { field: "fresh", before: undefined, now: { a: 1 } },
  ]);
  expect(differences([1], [2])).toEqual([{ field: "all", before: [1], now: [2] }]);
});
