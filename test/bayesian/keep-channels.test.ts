import { describe, expect, it } from "vitest";
import { dropoutSites, installMasks } from "../../src/bayesian/dropout-sites.js";
import { keepChannels } from "../../src/bayesian/keep-channels.js";
import { createRandom } from "../../src/core/random.js";
import { graphBuilder, int } from "../../src/engine/onnx/builder.js";
import { createGraph, type Graph, typeOf } from "../../src/engine/onnx/graph.js";
import { convolutionalGraph } from "../../src/models/architectures/convolutional-network.js";
import { addDropout } from "../../src/models/architectures/layers.js";
import { createPredictor } from "../../src/models/graph/graph-predictor.js";
import type { InputAdapter } from "../../src/models/graph/input-adapter.js";
import { maxDifference } from "../models/tiny.js";

const SHAPE = [2, 12, 12] as const;
const SIZE = SHAPE.reduce((product, side) => product * side, 1);

/** Two convolutions and two linear layers, with dropout of channels behind the convolutions and of elements behind the first linear layer. */
const network = convolutionalGraph({
  ...{ name: "net", inputShape: SHAPE },
  convolutions: [
    { name: "conv1", channels: 6, kernel: 3, padding: 1, pool: 2, dropout: { name: "drop1", rate: 0.5 } },
    { name: "conv2", channels: 8, kernel: 3, padding: 0, pool: 2, dropout: { name: "drop2", rate: 0.5 } },
  ],
  dense: [
    { name: "fc1", size: 7, dropout: { name: "drop3", rate: 0.5 } },
    { name: "fc2", size: 3 },
  ],
});

const opsOf = (graph: Graph) => graph.nodes.map(({ opType }) => opType);

function masked(graph: Graph) {
  const { graph: withMasks, masks } = installMasks(graph, () => true);
  return { ...keepChannels(withMasks, masks), withMasks };
}

describe("keepChannels", () => {
  it("replaces masks of channels between layers, and no masks of elements", () => {
    const { graph, kept } = masked(network);
    expect(kept.map(({ mask }) => mask.site.name)).toEqual(["drop1", "drop2"]);
    expect(graph.inputs.get("mask:drop1")!.shape).toEqual([1, "kept:drop1", 1, 1]);
    expect(graph.inputs.get("mask:drop3")!.shape).toEqual(["batch", 7]);
  });

  it("makes and reads only the kept channels", () => {
    const { graph } = masked(network);
    const [first, second] = graph.nodes.filter(({ opType }) => opType === "Conv");
    const shapes = (value: string | undefined) => typeOf(graph, value!)?.shape;
    expect(shapes(first!.inputs[1])).toEqual(["kept:drop1", 2, 3, 3]);
    expect(shapes(first!.inputs[2])).toEqual(["kept:drop1"]);
    expect(shapes(second!.inputs[1])).toEqual(["kept:drop2", "kept:drop1", 3, 3]);
    const flat = graph.nodes.find(({ opType }) => opType === "Gemm")!;
    expect(graph.nodes.find(({ outputs }) => outputs[0] === flat.inputs[1])!.opType).toBe("Reshape");
  });

  it.each<[string, (b: ReturnType<typeof graphBuilder>, x: string) => string]>([
    ["is an output", (_, x) => x],
    ["meets a shortcut", (b, x) => b.op("Conv", [b.add(x, x), b.parameter("w", [1, 4, 1, 1])])],
    ["goes to a convolution of groups", (b, x) => b.op("Conv", [x, b.parameter("w", [4, 1, 3, 3])], { group: int(4) })],
    ["is normalised", (b, x) => b.op("Softmax", [x], { axis: int(1) })],
  ])("leaves the mask of a value that %s", (_, read) => {
    const b = graphBuilder(createGraph("g"));
    const x = b.input("x", { dtype: "float32", shape: ["batch", 2, 6, 6] });
    const made = b.op("Conv", [x, b.parameter("v", [4, 2, 1, 1])]);
    const dropped = addDropout(b, made, { name: "drop", rate: 0.5, unit: "channel" });
    b.output(read(b, dropped));
    const { graph, kept, withMasks } = masked(b.graph);
    expect(kept).toEqual([]);
    expect(graph).toBe(withMasks);
  });

  it("gathers from a value that is read elsewhere, too, and leaves that reader all of it", () => {
    const b = graphBuilder(createGraph("g"));
    const x = b.input("x", { dtype: "float32", shape: ["batch", 2, 6, 6] });
    const made = b.op("Conv", [x, b.parameter("v", [4, 2, 1, 1])]);
    const dropped = addDropout(b, made, { name: "drop", rate: 0.5, unit: "channel" });
    b.output(b.add(b.op("Conv", [dropped, b.parameter("w", [4, 4, 1, 1])]), made));
    const { graph, kept } = masked(b.graph);
    expect(kept).toHaveLength(1);
    expect(opsOf(graph).filter((op) => op === "Gather")).toHaveLength(2);
    expect(typeOf(graph, made)!.shape).toEqual(["batch", 4, 6, 6]);
  });
});

describe("draws of consistent dropout of channels", () => {
  const random = createRandom(4);
  const numbers = (length: number, scale: number) => Float32Array.from({ length }, () => (random.uniform() - 0.5) * scale);
  const parameters = new Map(
    [...network.parameters].map(([name, { shape }]) => {
      const dims = shape as number[];
      const data = numbers(
        dims.reduce((product, dim) => product * dim, 1),
        0.8,
      );
      return [name, { dtype: "float32" as const, dims, data }];
    }),
  );
  const adapter = {
    length: () => 1,
    feeds: (inputs: readonly Float32Array[]) => {
      const data = new Float32Array(inputs.length * SIZE);
      for (const [i, pixels] of inputs.entries()) data.set(pixels, i * SIZE);
      return new Map([["pixel_values", { dtype: "float32" as const, dims: [inputs.length, ...SHAPE], data }]]);
    },
  } as unknown as InputAdapter<Float32Array>;
  const items = Array.from({ length: 9 }, (_, index) => ({ index: index * 3, input: numbers(SIZE, 4), target: undefined }));
  const options = { draws: 12, seed: 3, tokensPerBatch: 4096 };

  async function draw(rate: number, { shortcuts = true, ...given }: { shortcuts?: boolean; tokensPerBatch?: number } = {}) {
    const rates = new Map(dropoutSites(network).map(({ name }) => [name, rate]));
    const patch = { kind: "dropout" as const, rates, isConsistent: true };
    const { run } = await createPredictor({ graph: network, parameters, adapter, patch, device: {}, shortcuts });
    return run(items, { ...options, ...given });
  }

  it.each([0.1, 0.5, 0.95])("are those of the masks, at rate %s", async (rate) => {
    const plain = await draw(rate, { shortcuts: false });
    expect(new Set(plain.subarray(0, options.draws)).size).toBeGreaterThan(1);
    expect(maxDifference(await draw(rate), plain)).toBeLessThan(1e-5);
  });

  it.each([1, 4, 40])("are the same with %s rows at once", async (tokensPerBatch) => {
    expect(maxDifference(await draw(0.5, { tokensPerBatch }), await draw(0.5))).toBeLessThan(1e-5);
  });
});
