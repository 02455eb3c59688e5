import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { gradientRules } from "../../../src/engine/autodiff/gradient-rules.js";
import { INFERENCE_RULES } from "../../../src/engine/onnx/infer-rules.js";
import { ELEMENTWISE, UNCHANGED_SINCE } from "../../../src/engine/onnx/operators.js";
import { SELECTION_RULES } from "../../../src/engine/onnx/rewrite/selection-rules.js";
import { UPGRADES } from "../../../src/engine/onnx/upgrade-rules.js";

const differentiable = Object.keys(gradientRules).filter((operator) => gradientRules[operator] !== null);
const isStandard = (operator: string) => !operator.includes(":");
const tests = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".test.ts") && file !== "operators.test.ts")
  .map((file) => readFileSync(`${import.meta.dirname}/${file}`, "utf8"))
  .join("\n");

/** What an operator with a gradient rule needs elsewhere, where it is added, and who has it. */
const NEEDS: readonly (readonly [string, string, (operator: string) => boolean])[] = [
  [
    "an inferred type",
    "a family in onnx/operators.ts, else a line in onnx/infer-rules.ts",
    (operator) => Object.hasOwn(INFERENCE_RULES, operator),
  ],
  [
    "a known form in imported files",
    "its opset in onnx/operators.ts, else a conversion in onnx/upgrade-rules.ts",
    (operator) => !isStandard(operator) || UNCHANGED_SINCE.has(operator) || Object.hasOwn(UPGRADES, operator),
  ],
  [
    "a row in a checkGradients table",
    "test/engine/autodiff/FAMILY.test.ts",
    (operator) => new RegExp(`\\b${operator.replace(/^.*:/, "")}[":]`).test(tests),
  ],
];

describe("an operator with a gradient rule", () => {
  it.each(NEEDS)("has %s (%s)", (_, where, has) => {
    expect(
      differentiable.filter((operator) => !has(operator)),
      `without; add: ${where}`,
    ).toEqual([]);
  });
});

describe("an elementwise operator", () => {
  it("passes a selection on, and has no rule of its own for what its family says", () => {
    expect(ELEMENTWISE.filter((operator) => SELECTION_RULES[operator] !== SELECTION_RULES["Relu"])).toEqual([]);
    expect(ELEMENTWISE.filter((operator) => INFERENCE_RULES[operator] !== INFERENCE_RULES["Relu"])).toEqual([]);
    expect(ELEMENTWISE.filter((operator) => Object.hasOwn(UPGRADES, operator))).toEqual([]);
  });

  it("has a gradient rule", () => {
    expect(ELEMENTWISE.filter((operator) => !Object.hasOwn(gradientRules, operator))).toEqual([]);
  });
});
