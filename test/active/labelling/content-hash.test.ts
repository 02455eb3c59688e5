import fc from "fast-check";
import { expect, it } from "vitest";
import { contentHash } from "../../../src/active/labelling/restore-labelling.js";

it("is the same for equal values, whatever the order of their fields", () => {
  expect(contentHash({ a: 1, b: ["x"] }, "it")).toBe(contentHash({ b: ["x"], a: 1 }, "it"));
  expect(contentHash(Int32Array.of(1, 2), "it")).toBe(contentHash(Int32Array.of(0, 1, 2).subarray(1), "it"));
  expect(contentHash({ name: "a.png", load: () => 1 }, "it")).toBe(contentHash({ name: "a.png", load: () => 2 }, "it"));
});

it("differs where values differ", () => {
  const values = [
    ...["", "a", "1", 1, 1.5, -1, true, "true", null, "null", 1n, [], [[]], ["a"], [["a"]], ["a", "b"], ["ab"], ["a", ["b"]]],
    ...[{ a: "b" }, { a: { b: 1 } }, { a: ["b"] }, Int32Array.of(1), Float32Array.of(1), Uint8Array.of(1, 0, 0, 0)],
    ...[new Int32Array(0), { inputIds: Int32Array.of(1, 2) }, { inputIds: Int32Array.of(2, 1) }, Number.NaN],
  ];
  expect(new Set(values.map((value) => contentHash(value, "it"))).size).toBe(values.length);
});

it("tells any two JSON values apart", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(contentHash(["it", a], "it") === contentHash(["it", b], "it")).toBe(same);
    }),
  );
});

it("refuses what has no content, and names it", () => {
  for (const value of [undefined, () => 1, {}, { load: () => 1 }, [() => 1]]) {
    expect(() => contentHash(value, "The input of item 4")).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(/^The input of item 4 .*contentOf/) }),
    );
  }
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { entries: entries.map(([name, part]) => [name, sorted(part)]) };
}
