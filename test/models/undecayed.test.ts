import { expect, it } from "vitest";
import { maskStream } from "../../src/bayesian/mask-generator.js";
import { createRandom, seed32 } from "../../src/core/random.js";
import { graphBuilder } from "../../src/engine/onnx/builder.js";
import { createGraph } from "../../src/engine/onnx/graph.js";
import { undecayed } from "../../src/models/graph/graph-layers.js";
import { initialTensor } from "../../src/models/graph/initial-weights.js";

it("biases and scales of normalizations do not decay, whatever they are called", () => {
  const b = graphBuilder(createGraph("names"));
  const x = b.input("x", { dtype: "float32", shape: ["n", 3] });
  const p = (name: string, dims: readonly number[]) => b.parameter(name, dims);
  const h = b.add(b.matMul(x, p("w1", [3, 3])), p("shift", [3]));
  const normal = b.layerNormalization(h, p("g", [3]), p("b", [3]), 1e-5);
  const scaled = b.mul(normal, p("layer_scale", [3]));
  b.output(b.gemm(scaled, p("head", [2, 3]), p("offset", [2]), { transB: true }), "logits");
  expect([...undecayed(b.graph)].sort()).toEqual(["b", "g", "offset", "shift"]);
});

it("seeds beyond 32 bits are seeds of their own", () => {
  for (const seed of [0, 1, 42, -7, 2 ** 32 - 1]) expect(seed32(seed)).toBe(seed);
  const large = 2 ** 32 + 1;
  const key = { draw: 0, item: 0, site: 5 };
  expect(maskStream({ ...key, seed: 1 })).not.toEqual(maskStream({ ...key, seed: large }));
  expect(createRandom(1).uniform()).not.toBe(createRandom(large).uniform());
  const distribution = () => ({ kind: "normal", deviation: 1 }) as const;
  expect(initialTensor("w", [2], { seed: 1, distribution })).not.toEqual(initialTensor("w", [2], { seed: large, distribution }));
  expect(createRandom(large).uniform()).not.toBe(createRandom(2 ** 33 + 1).uniform());
});
