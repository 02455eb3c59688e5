import { describe, expect, it } from "vitest";
import { expand, pick, pickCommon } from "../../datasets/intents/expand.js";
import { createRandom } from "../../src/core/random.js";

const phrases = { colour: ["red", "dark (blue|green)"], empty: [] };

function variants(pattern: string): string[] {
  const random = createRandom(1);
  return [...new Set(Array.from({ length: 300 }, () => expand(pattern, phrases, random)))].sort();
}

describe("expand", () => {
  it.each([
    ["plain text", ["plain text"]],
    ["a (cat|dog)", ["a cat", "a dog"]],
    ["[very] good", ["good", "very good"]],
    ["[so|very] good", ["good", "so good", "very good"]],
    ["a {colour} one", ["a dark blue one", "a dark green one", "a red one"]],
    ["(a|b [c|d])", ["a", "b", "b c", "b d"]],
    ["yes[ , no]", ["yes", "yes, no"]],
  ])("%s", (pattern, expected) => {
    expect(variants(pattern)).toEqual(expected);
  });

  it.each(["a (b", "a] b", "a | b"])("refuses %s", (pattern) => {
    expect(() => variants(pattern)).toThrow(/do not match/);
  });

  it("refuses an unknown name", () => {
    expect(() => variants("a {size} one")).toThrow(/no phrases named "size"/);
  });
});

describe("pick", () => {
  it("refuses to pick from nothing", () => {
    expect(() => pick([], createRandom(1))).toThrow(/nothing to pick/);
  });

  it("prefers the earlier elements where told to", () => {
    const random = createRandom(2);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 2000; i++) counts[pickCommon([0, 1, 2, 3], random)]!++;
    expect(counts[0]).toBeGreaterThan(counts[1]!);
    expect(counts[1]).toBeGreaterThan(counts[3]!);
    expect(counts[3]).toBeGreaterThan(0);
  });
});
