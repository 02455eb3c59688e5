import { describe, expect, it } from "vitest";
import { dropConnect, patchModule, unpatchModule } from "../../src/bayesian/patch-module.js";
import { weightSamples } from "../../src/bayesian/weight-samples.js";
import { Sgd } from "../../src/engine/optimizers/sgd.js";
import { encoderClassifierGraph } from "../../src/models/architectures/encoder-graph.js";
import { encoderConfig } from "../../src/models/architectures/text-architectures.js";
import { linearWeights } from "../../src/models/graph/graph-layers.js";
import { createPredictor } from "../../src/models/graph/graph-predictor.js";
import { textAdapter } from "../../src/models/text/text-adapter.js";
import { draws, drawsAt, expectCovariance, featureRows, tinyModel } from "./draw-moments.js";
import { maxDifference, tinyConfig, tinyTexts } from "./tiny.js";

const texts = tinyTexts(13);
const graph = encoderClassifierGraph(encoderConfig(tinyConfig), 3);

const layerWeights = [0, 1].flatMap((i) =>
  ["attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "ffn.lin1", "ffn.lin2"].map(
    (name) => `distilbert.transformer.layer.${i}.${name}.weight`,
  ),
);

describe("the weights that DropConnect drops", () => {
  it("are those of the linear layers: no biases, embeddings or norms", () => {
    const found = linearWeights(graph);
    expect(found.map(({ name }) => name).sort()).toEqual([...layerWeights, "pre_classifier.weight", "classifier.weight"].sort());
    expect(found.filter(({ place }) => place === "head").map(({ name }) => name)).toEqual(["classifier.weight"]);
  });

  it("are chosen by place, by layer name or by pattern", () => {
    const model = tinyModel();
    const patched = (options: Parameters<typeof patchModule>[1]) => patchModule(model, options).patched.map(({ name }) => name);
    expect(patched({ method: "dropconnect" })).toHaveLength(14);
    expect(patched({ method: "dropconnect", where: "head" })).toEqual(["classifier.weight"]);
    expect(patched({ method: "dropconnect", layers: ["classifier", "*.layer.1.ffn.*"] }).sort()).toEqual([
      "classifier.weight",
      "distilbert.transformer.layer.1.ffn.lin1.weight",
      "distilbert.transformer.layer.1.ffn.lin2.weight",
    ]);
    expect(patched({ method: "dropconnect", layers: [/q_lin/] })).toHaveLength(2);
    const report = patchModule(model, { method: "dropconnect", layers: ["pre_classifier.weight"], rate: 0.4 });
    expect(report.patched).toEqual([{ name: "pre_classifier.weight", rate: 0.4 }]);
    expect(report.skipped).toHaveLength(13);
  });

  it("must exist, with a rate in [0, 1)", () => {
    const model = tinyModel();
    expect(() => patchModule(model, { method: "dropconnect", layers: ["clasifier"] })).toThrow(
      /no linear layer matches clasifier/,
    );
    expect(() => patchModule(model, { method: "dropconnect", rate: 1 })).toThrow(/lies in \[0, 1\); 1 came/);
    const warnings: string[] = [];
    patchModule(model, { method: "dropconnect", rate: 0, onWarning: (message) => warnings.push(message) });
    expect(warnings).toEqual([expect.stringContaining("no linear layer to drop weights of (14 in the model")]);
    expect(model.isStochastic).toBe(false);
    // @ts-expect-error a method that does not exist
    expect(() => patchModule(model, { method: "dropout-connect" })).toThrow(/"dropout" or "dropconnect"; "dropout-connect" came/);
  });
});

describe("a draw's weights", () => {
  const weights = tinyModel().stateDict();
  const sampled = (draw: number, seed = 1) => {
    const target = new Map([...layerWeights].map((name) => [name, new Float32Array(weights.get(name)!.data.length)]));
    dropConnect(new Map(layerWeights.map((name) => [name, 0.25]))).sample(target, { seed, draw, weights });
    return target;
  };

  it("are 0 or the current weight divided by 1 - rate, dropped at the rate", () => {
    let [dropped, total] = [0, 0];
    for (let draw = 0; draw < 20; draw++) {
      for (const [name, data] of sampled(draw)) {
        const current = weights.get(name)!.data;
        data.forEach((value, i) => {
          if (value !== 0) expect(value).toBe(Math.fround(current[i]! * Math.fround(1 / 0.75)));
        });
        dropped += data.filter((value) => value === 0).length;
        total += data.length;
      }
    }
    expect(Math.abs(dropped - total / 4)).toBeLessThan(4 * Math.sqrt((total * 3) / 16));
  });

  it("depend on seed, draw and name alone, and differ between them", () => {
    const name = layerWeights[0]!;
    expect(sampled(3)).toEqual(sampled(3));
    const zeros = (data: Float32Array | undefined) => data!.map((value) => Number(value === 0));
    const first = zeros(sampled(3).get(name));
    expect(zeros(sampled(4).get(name))).not.toEqual(first);
    expect(zeros(sampled(3, 2).get(name))).not.toEqual(first);
    expect(zeros(sampled(3).get(layerWeights[1]!))).not.toEqual(first);
  });
});

describe.each(["all", "head"] as const)("draws with weights dropped in %s", (where) => {
  const model = tinyModel();
  patchModule(model, { method: "dropconnect", where, rate: 0.2 });
  const whole = () => draws(model, texts, { iterations: 5, seed: 3 });

  it("are consistent, and the same in any batches, chunks and order", async () => {
    const expected = await whole();
    expect(expected.isConsistent).toBe(true);
    for (const options of [{ tokensPerBatch: 1 }, { tokensPerBatch: 40 }, { chunkSize: 4 }]) {
      const other = await draws(model, [...texts].reverse(), { iterations: 5, seed: 3, ...options });
      texts.forEach((_, n) => {
        for (const c of [0, 1, 2]) {
          expect(maxDifference(drawsAt(other, 12 - n, c), drawsAt(expected, n, c))).toBeLessThan(1e-5);
        }
      });
    }
  });

  it("begin the same, however many are asked for", async () => {
    const two = await draws(model, texts, { iterations: 2, seed: 3 });
    const five = await whole();
    texts.forEach((_, n) => {
      expect(maxDifference(drawsAt(two, n, 1), drawsAt(five, n, 1).subarray(0, 2))).toBeLessThan(1e-6);
    });
  });

  it("are those of the model with a draw's weights loaded", async () => {
    const expected = await whole();
    const plain = tinyModel();
    const state = plain.stateDict();
    const rates = new Map(
      linearWeights(graph).flatMap(({ name, place }) => (where === "all" || place === "head" ? [[name, 0.2]] : [])),
    );
    const samples = weightSamples(dropConnect(rates as Map<string, number>), state, { seed: 3, draws: 5 });
    const loaded = new Map(state);
    for (const [name, tensor] of await samples.at(4)) loaded.set(name, tensor);
    plain.loadStateDict(loaded);
    const one = await draws(plain, texts);
    texts.forEach((_, n) => {
      for (const c of [0, 1, 2]) expect(Math.abs(one.data[n * 3 + c]! - drawsAt(expected, n, c)[4]!)).toBeLessThan(1e-6);
    });
  });

  it("are the same whether the deterministic prefix is reused or not, and samples kept or made again", async () => {
    const weights = tinyModel().stateDict();
    const parameters = new Map([...weights].map(([name, { dims, data }]) => [name, { dtype: "float32" as const, dims, data }]));
    const names = linearWeights(graph).filter(({ place }) => where === "all" || place === "head");
    const posterior = dropConnect(new Map(names.map(({ name }) => [name, 0.2])));
    const adapter = textAdapter({ padTokenId: 0, vocabSize: 50, maxLength: 24 });
    const run = async (shortcuts: boolean, maxKeptElements?: number) => {
      const predictor = await createPredictor({ graph, parameters, adapter, device: {}, patch: posterior, shortcuts });
      const samples = weightSamples(posterior, weights, { seed: 3, draws: 5, maxKeptElements });
      return predictor.run(texts, { draws: 5, seed: 3, samples, tokensPerBatch: 30 });
    };
    const expected = await run(false);
    expect(maxDifference(await run(true), expected)).toBeLessThan(1e-6);
    expect(maxDifference(await run(true, 0), expected)).toBeLessThan(1e-6);
    expect(
      maxDifference((await draws(model, texts, { iterations: 5, seed: 3, tokensPerBatch: 30 })).data, expected),
    ).toBeLessThan(1e-6);
  });

  it("are undone bit for bit", async () => {
    const other = tinyModel();
    const before = await draws(other, texts);
    patchModule(other, { method: "dropconnect", where });
    await draws(other, texts, { iterations: 3 });
    expect((await draws(other, texts, { mode: "deterministic" })).data).toEqual(before.data);
    unpatchModule(other);
    expect(await draws(other, texts)).toEqual(before);
  });
});

describe("DropConnect in the last layer", () => {
  it("has the closed form's covariances: sum_d w_cd^2 x_d y_d p / (1 - p), none between logits", async () => {
    const model = tinyModel();
    const pair = [texts[1]!, texts[9]!];
    const [x, y] = (await featureRows(model, pair)) as [Float32Array, Float32Array];
    const w = model.stateDict().get("classifier.weight")!.data;
    const rate = 0.3;
    const sum = (c: number, a: Float32Array, b: Float32Array) =>
      a.reduce((total, value, d) => total + (w[c * 16 + d]! ** 2 * value * b[d]! * rate) / (1 - rate), 0);
    patchModule(model, { method: "dropconnect", where: "head", rate });
    const drawn = await draws(model, pair, { iterations: 4000, seed: 3 });
    for (const c of [0, 1, 2]) {
      expectCovariance(drawsAt(drawn, 0, c), drawsAt(drawn, 0, c), sum(c, x, x));
      expectCovariance(drawsAt(drawn, 0, c), drawsAt(drawn, 1, c), sum(c, x, y));
      expectCovariance(drawsAt(drawn, 0, c), drawsAt(drawn, 1, (c + 1) % 3), 0);
    }
  });
});

describe("training while patched", () => {
  const learnerOptions = { loss: { name: "crossEntropy" as const }, maxGradNorm: 1, seed: 9 };
  const batch = [tinyTexts(8, (index) => index % 3)];

  it.each([
    ["dropout", { consistent: true }],
    ["DropConnect", { method: "dropconnect" as const }],
  ])("with %s is training unpatched, and draws follow the weights", async (_, patch) => {
    const [patched, plain] = [tinyModel(), tinyModel()];
    patchModule(patched, patch);
    const before = await draws(patched, texts, { iterations: 3 });
    for (const model of [patched, plain]) {
      const learner = await model.createLearner({ ...learnerOptions, optimizer: new Sgd() });
      for (let step = 0; step < 3; step++) await learner.step(batch, { step, learningRate: 0.5 });
    }
    for (const [name, { data }] of plain.stateDict()) expect(patched.stateDict().get(name)!.data, name).toEqual(data);
    const after = await draws(patched, texts, { iterations: 3 });
    expect(maxDifference(after.data, before.data)).toBeGreaterThan(0.01);
    patchModule(plain, patch);
    expect(await draws(plain, texts, { iterations: 3 })).toEqual(after);
    unpatchModule(patched);
    unpatchModule(plain);
    expect(await draws(patched, texts)).toEqual(await draws(plain, texts));
  });
});
