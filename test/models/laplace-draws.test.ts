import { describe, expect, it } from "vitest";
import { fitLastLayerLaplace, type LaplaceStructure } from "../../src/bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule, unpatchModule } from "../../src/bayesian/patch-module.js";
import { joinFeatures } from "../../src/core/join-chunks.js";
import { Sgd } from "../../src/engine/optimizers/sgd.js";
import { encoderClassifierGraph } from "../../src/models/architectures/encoder-graph.js";
import { encoderConfig } from "../../src/models/architectures/text-architectures.js";
import { createPredictor } from "../../src/models/graph/graph-predictor.js";
import { textAdapter } from "../../src/models/text/text-adapter.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { covariance, draws, drawsAt, expectCovariance, tinyModel } from "./draw-moments.js";
import { asDataset, maxDifference, tinyConfig, tinyTexts } from "./tiny.js";

const texts = tinyTexts(13);
const labelled = asDataset(tinyTexts(24, (index) => index % 3));

describe.each(["kron", "diag", "full"] as const)("draws of the last layer by Laplace (%s)", (structure: LaplaceStructure) => {
  it("have the closed form's variances, around the model's own logits", async () => {
    const model = tinyModel();
    const laplace = await fitLastLayerLaplace(model, labelled, { structure, priorPrecision: 2 });
    const { data: expected } = await draws(model, texts);
    patchModule(model, { posterior: laplace });
    const drawn = await draws(model, texts, { iterations: 2000, seed: 1 });
    const variances = laplace.logitVariances(await joinFeatures(model.features(asDataset(texts)), { total: 13 }));
    for (const n of [0, 5, 12]) {
      for (const c of [0, 1, 2]) {
        const own = drawsAt(drawn, n, c);
        expectCovariance(own, own, variances[n * 3 + c]!);
        const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
        expect(Math.abs(mean - expected[n * 3 + c]!)).toBeLessThan(4.5 * Math.sqrt(variances[n * 3 + c]! / own.length));
      }
    }
    // One sample of the weights for all items: their draws go together.
    const [a, b] = [drawsAt(drawn, 0, 0), drawsAt(drawn, 5, 0)];
    expect(drawn.isConsistent).toBe(true);
    expect(Math.abs(covariance(a, b).value)).toBeGreaterThan(5 * covariance(a, b).error);
  });

  it("are the same in any batches, chunks and order, with the prefix reused or not, and undone bit for bit", async () => {
    const model = tinyModel();
    const before = await draws(model, texts);
    const laplace = await fitLastLayerLaplace(model, labelled, { structure });
    expect(patchModule(model, { posterior: laplace }).patched).toEqual([
      { name: "classifier.weight" },
      { name: "classifier.bias" },
    ]);
    const whole = await draws(model, texts, { iterations: 6, seed: 4 });
    for (const options of [{ tokensPerBatch: 3 }, { chunkSize: 5 }]) {
      expect(maxDifference((await draws(model, texts, { iterations: 6, seed: 4, ...options })).data, whole.data)).toBeLessThan(
        1e-5,
      );
    }
    expect(maxDifference((await draws(model, texts, { iterations: 6, seed: 5 })).data, whole.data)).toBeGreaterThan(0.01);

    const weights = model.stateDict();
    const predictor = await createPredictor({
      graph: encoderClassifierGraph(encoderConfig(tinyConfig), 3),
      parameters: new Map([...weights].map(([name, { dims, data }]) => [name, { dtype: "float32" as const, dims, data }])),
      adapter: textAdapter({ padTokenId: 0, vocabSize: 50, maxLength: 24 }),
      device: {},
      patch: laplace,
      shortcuts: false,
    });
    const repeated = await predictor.run(texts, { draws: 6, seed: 4, tokensPerBatch: 2048 });
    expect(maxDifference(repeated, whole.data)).toBeLessThan(1e-5);

    unpatchModule(model);
    expect(await draws(model, texts)).toEqual(before);
  });
});

describe("a Laplace approximation of another model", () => {
  it("is refused", async () => {
    const laplace = await fitLastLayerLaplace(tinyModel(), labelled, { priorPrecision: 5 });
    const other = TextClassifier.fromConfig(tinyConfig, { labels: ["a", "b"] });
    patchModule(other, { posterior: laplace });
    await expect(draws(other, texts)).rejects.toThrow(/classifier.weight has 48 numbers in it and 32 in the model/);
  });
});

describe("training while patched with Laplace", () => {
  it("moves the draws along with the weights, and is training unpatched", async () => {
    const [patched, plain] = [tinyModel(), tinyModel()];
    const laplace = await fitLastLayerLaplace(patched, labelled, { priorPrecision: 5 });
    patchModule(patched, { posterior: laplace });
    for (const model of [patched, plain]) {
      const learner = await model.createLearner({
        loss: { name: "crossEntropy" },
        optimizer: new Sgd(),
        maxGradNorm: 1,
        seed: 9,
        isTrainable: (name) => name === "classifier.bias",
      });
      await learner.step([tinyTexts(8, (index) => index % 3)], { step: 0, learningRate: 0.5 });
    }
    const bias = plain.stateDict().get("classifier.bias")!.data;
    expect(patched.stateDict().get("classifier.bias")!.data).toEqual(bias);
    const fresh = tinyModel();
    const before = fresh.stateDict().get("classifier.bias")!.data;
    patchModule(fresh, { posterior: laplace });
    const [moved, old] = [await draws(patched, texts, { iterations: 3 }), await draws(fresh, texts, { iterations: 3 })];
    moved.data.forEach((value, i) => {
      const c = Math.floor(i / 3) % 3;
      expect(value - old.data[i]!).toBeCloseTo(bias[c]! - before[c]!, 4);
    });
  });
});
