import { describe, expect, it } from "vitest";
import { dropoutSites, installMasks } from "../../../src/bayesian/dropout-sites.js";
import type { Graph } from "../../../src/engine/onnx/graph.js";
import { cutDeterministicPrefix } from "../../../src/engine/runtime/deterministic-prefix.js";
import { encoderClassifierGraph } from "../../../src/models/architectures/encoder-graph.js";
import { encoderConfig } from "../../../src/models/architectures/text-architectures.js";
import { tinyConfig } from "../../models/tiny.js";

const graph = encoderClassifierGraph(encoderConfig(tinyConfig), 3);

function cut(isRandom: (site: string) => boolean) {
  const masked = installMasks(graph, ({ name }) => isRandom(name));
  return cutDeterministicPrefix(masked.graph, new Set(masked.masks.map(({ input }) => input)));
}

const heavy = ({ nodes }: Graph) => nodes.filter(({ opType }) => ["Gemm", "MatMul", "FusedMatMul"].includes(opType)).length;

describe("the deterministic prefix", () => {
  it("is everything in front of the last layer when only the head is random", () => {
    const { prefix, suffix, boundary } = cut((name) => name === "dropout")!;
    expect(boundary).toHaveLength(1);
    expect(prefix.outputs).toEqual(boundary);
    expect(heavy(prefix)).toBe(heavy(graph) - 1);
    expect(heavy(suffix)).toBe(1);
    expect([...prefix.inputs.keys()]).toEqual(["input_ids", "attention_mask"]);
    expect([...suffix.inputs.keys()].sort()).toEqual([...boundary, "mask:dropout"].sort());
    expect([...suffix.parameters.keys()].sort()).toEqual(["classifier.bias", "classifier.weight"]);
  });

  it("ends in the middle of the network when the first layers are not random", () => {
    const { prefix, suffix, boundary } = cut(
      (name) => name.includes("layer.0.ffn") || name.includes("layer.1.") || name === "dropout",
    )!;
    expect(boundary.length).toBeGreaterThan(1);
    expect(heavy(prefix)).toBeGreaterThan(0);
    expect(heavy(prefix) + heavy(suffix)).toBe(heavy(graph));
    expect([...prefix.inputs.keys()].some((name) => name.startsWith("mask:"))).toBe(false);
    // The attention bias follows from the inputs alone and is computed again, for as many rows as there are.
    expect(suffix.inputs.has("attention_mask")).toBe(true);
  });

  it("is not worth a cut when the embeddings are random already", () => {
    expect(cut(() => true)).toBeUndefined();
  });

  it("leaves the graph as it was", () => {
    const before = JSON.stringify(graph.nodes);
    cut((name) => name === "dropout");
    expect(JSON.stringify(graph.nodes)).toBe(before);
    expect(dropoutSites(graph)).toHaveLength(6);
  });
});
