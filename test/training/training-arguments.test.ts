import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resolveTrainingArguments } from "../../src/training/resolve-training-arguments.js";
import { describeTrainingArguments } from "../../src/training/training-arguments.js";

const source = readFileSync(new URL("../../src/training/training-arguments.ts", import.meta.url), "utf8");
const resolved: Readonly<Record<string, unknown>> = resolveTrainingArguments();

describe.each(describeTrainingArguments())("the training argument $name", ({ name, help, expected, default: usual }) => {
  it("says what it is, to editors and on command lines, and what it takes", () => {
    expect(source).toMatch(new RegExp(`\\*/\\n  ${name}:`));
    expect(help).not.toBe("");
    expect(expected).not.toBe("");
    expect(() => resolveTrainingArguments({ [name]: null } as object)).toThrow(`${name} is expected to be ${expected}`);
  });

  it("has the default that the table says", () => {
    if (usual !== undefined) expect(resolved[name]).toEqual(usual);
    else expect(["evalSteps", "greaterIsBetter", "loss"].includes(name)).toBe(resolved[name] !== undefined);
  });
});
