import { expect, it } from "vitest";
import { decays } from "../../../src/engine/optimizers/optimizer-state.js";

it.each([
  ["classifier.weight", true],
  ["distilbert.transformer.layer.0.attention.q_lin.weight", true],
  ["distilbert.embeddings.word_embeddings.weight", true],
  ["denormalizer.weight", true],
  ["classifier.bias", false],
  ["bias", false],
  ["distilbert.embeddings.LayerNorm.weight", false],
  ["distilbert.transformer.layer.0.sa_layer_norm.weight", false],
  ["encoder.layernorm_before.weight", false],
  ["features.norm1.weight", false],
  ["norm.weight", false],
])("decays(%s) is %s", (name, expected) => {
  expect(decays(name)).toBe(expected);
});
