import { expect, it } from "vitest";
import { matchesName, type NamePattern } from "../../src/core/names.js";

const NAME = "distilbert.transformer.layer.1.ffn.lin1.weight";

it.each<[NamePattern, boolean]>([
  ["distilbert.*", true],
  ["*.layer.?.*", true],
  [NAME, true],
  ["*.ffn", false],
  ["distilbert", false],
  ["distilbert?transformer*", true],
  ["distilbertXtransformer*", false],
  [/layer\.[01]\./, true],
  [/layer\.[01]\./g, true],
  [/^layer/, false],
])("%s matches: %s", (pattern, expected) => {
  expect(matchesName(pattern, NAME)).toBe(expected);
  expect(matchesName(pattern, NAME)).toBe(expected);
});
