import { describe, expect, it } from "vitest";
import { installMasks } from "../../src/bayesian/dropout-sites.js";
import type { WeightPosterior } from "../../src/bayesian/model-patch.js";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { joinPredictions } from "../../src/core/join-chunks.js";
import { graphBuilder } from "../../src/engine/onnx/builder.js";
import { cloneGraph, type Graph } from "../../src/engine/onnx/graph.js";
import { cutDeterministicPrefix } from "../../src/engine/runtime/deterministic-prefix.js";
import type { GraphClassifier } from "../../src/models/graph/graph-classifier.js";
import { stackedDraws } from "../../src/models/graph/stacked-draws.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { tinyModel } from "./draw-moments.js";

const labels = ["a", "b", "c"];
const layer = ["classifier.weight", "classifier.bias"];

/** The part of a graph that differs from draw to draw when its last layer does. */
function drawnPart(given: Graph, varying: readonly string[]): Graph {
  const { graph } = installMasks(given, () => false);
  return cutDeterministicPrefix(graph, new Set(varying))?.suffix ?? graph;
}

function posterior(varying: readonly string[], write: (values: Float32Array, name: string) => void): WeightPosterior {
  return {
    kind: "weights",
    varying,
    sample(target, { weights }) {
      for (const [name, values] of target) {
        values.set(weights.get(name)!.data);
        write(values, name);
      }
    },
  };
}

describe("the draws of a last layer", () => {
  it.each<[string, () => Pick<GraphClassifier<never>, "graph" | "lastLayer">]>([
    ["a linear head", () => HeadClassifier.fromConfig({ inputDim: 4, dropout: 0 }, { labels })],
    ["a head with dropout", () => HeadClassifier.fromConfig({ inputDim: 4 }, { labels })],
    ["a head with hidden layers", () => HeadClassifier.fromConfig({ inputDim: 4, hiddenSizes: [5] }, { labels })],
    ["a text classifier", () => tinyModel()],
    ["a small CNN", () => ImageClassifier.fromConfig({ architecture: "small-cnn", imageSize: [16, 16] }, { labels })],
  ])("are one product in %s", async (_, make) => {
    const { graph, lastLayer } = make();
    const varying = [lastLayer!.weight, lastLayer!.bias!];
    const stack = await stackedDraws(
      drawnPart(graph, varying),
      posterior(varying, () => {}),
      {},
    );
    expect(stack).toMatchObject({ outputs: 3 });
    await stack!.release();
  });

  it("are not where more than another name stands behind the layer, or the bias is not drawn", async () => {
    const head = HeadClassifier.fromConfig({ inputDim: 4 }, { labels });
    const part = drawnPart(head.graph, layer);
    const only = posterior([layer[0]!], () => {});
    expect(await stackedDraws(part, only, {})).toBeUndefined();
    const longer = cloneGraph(part);
    const b = graphBuilder(longer);
    longer.outputs = [];
    b.output(b.relu(part.outputs[0]!), "positive");
    const both = posterior(layer, () => {});
    expect(await stackedDraws(longer, both, {})).toBeUndefined();
  });
});

describe("a number that is not finite among stacked draws", () => {
  const items = [1, 2, 3].map((index) => ({ index, input: Float32Array.of(index, 0, 0, 1), target: undefined }));
  const dataset = { length: 3, at: (n: number) => items[n]! };

  async function drawWith(write: (values: Float32Array, name: string) => void) {
    const head = HeadClassifier.fromConfig({ inputDim: 4, dropout: 0 }, { labels });
    patchModule(head, { posterior: posterior(layer, write) });
    return joinPredictions(head.predict(dataset, { iterations: 2 }), { total: 3 });
  }

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "(%f in the weights or the biases) is refused, its item named",
    async (wrong) => {
      const drawn = (name: string) =>
        drawWith((values, own) => {
          if (own === name) values[0] = wrong;
        });
      for (const name of layer) {
        await expect(drawn(name)).rejects.toMatchObject({ code: "E_NOT_FINITE", message: expect.stringMatching(/item 1 /) });
      }
    },
  );

  it("is refused, too, where finite weights make it, and large numbers are none", async () => {
    const scaled = (by: number) => drawWith((values, name) => name === layer[0] && values.fill(by));
    await expect(scaled(1.5e38)).rejects.toMatchObject({ code: "E_NOT_FINITE", message: expect.stringMatching(/item 2 /) });
    expect((await scaled(5e37)).data.every(Number.isFinite)).toBe(true);
  });
});
