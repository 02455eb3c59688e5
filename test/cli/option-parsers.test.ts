import { describe, expect, it } from "vitest";
import { integer, number, repeated } from "../../src/cli/option-parsers.js";

describe("number options", () => {
  it("take what is in range", () => {
    expect(number({ min: 0, max: 1 })("0.5")).toBe(0.5);
    expect(number({ above: 0 })("5e-5")).toBe(5e-5);
    expect(integer()("-3")).toBe(-3);
    expect(repeated("b", ["a"])).toEqual(["a", "b"]);
  });

  it.each([
    [() => number({ above: 0 })("0"), "a number above 0"],
    [() => number({ min: 0, max: 1 })("1.1"), "a number from 0 to 1"],
    [() => integer({ min: 1 })("1.5"), "a whole number of at least 1"],
    [() => integer()("x"), "a whole number."],
    [() => integer()(" "), "a whole number."],
  ])("say what they expect %#", (parse, message) => {
    expect(parse).toThrow(message);
  });
});
