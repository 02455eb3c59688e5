import { describe, expect, it } from "vitest";
import { dropoutSites } from "../../src/bayesian/dropout-sites.js";
import { patchModule, unpatchModule } from "../../src/bayesian/patch-module.js";
import type { EncodedText, Example } from "../../src/core/dataset.js";
import type { DeviceOptions } from "../../src/engine/runtime/session.js";
import { encoderClassifierGraph, encoderInitialization } from "../../src/models/architectures/encoder-graph.js";
import { encoderConfig } from "../../src/models/architectures/text-architectures.js";
import { createPredictor } from "../../src/models/graph/graph-predictor.js";
import { initialWeights } from "../../src/models/graph/initial-weights.js";
import { textAdapter } from "../../src/models/text/text-adapter.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { asDataset, maxDifference, tinyConfig, tinyTexts } from "./tiny.js";

const config = encoderConfig(tinyConfig);
const graph = encoderClassifierGraph(config, 3);
const weights = initialWeights(graph, encoderInitialization(config, 5));
const parameters = new Map([...weights].map(([name, { dims, data }]) => [name, { dtype: "float32" as const, dims, data }]));
const adapter = textAdapter({ padTokenId: 0, vocabSize: 50, maxLength: 24 });
const texts = tinyTexts(13);
const K = 6;

function predictor(where: "all" | "head", options: { shortcuts?: boolean; device?: DeviceOptions } = {}) {
  const sites = dropoutSites(graph).filter((site) => where === "all" || site.place === "head");
  const patch = { kind: "dropout" as const, rates: new Map(sites.map((site) => [site.name, 0.3])), isConsistent: false };
  return createPredictor({ graph, parameters, adapter, patch, device: {}, ...options });
}

async function draws(
  examples: readonly Example<EncodedText>[],
  options: { tokensPerBatch?: number; seed?: number; where?: "all" | "head"; shortcuts?: boolean; device?: DeviceOptions } = {},
): Promise<Float32Array> {
  const { where = "all", tokensPerBatch = 4096, seed = 1, ...rest } = options;
  return (await predictor(where, rest)).run(examples, { draws: K, seed, tokensPerBatch });
}

/** `[C, K]` of each item, by dataset index. */
function byIndex(examples: readonly Example<EncodedText>[], logits: Float32Array): number[] {
  const size = 3 * K;
  return examples
    .map((example, i) => ({ index: example.index, values: [...logits.subarray(i * size, (i + 1) * size)] }))
    .sort((a, b) => a.index - b.index)
    .flatMap(({ values }) => values);
}

describe.each(["all", "head"] as const)("draws with dropout in %s", (where) => {
  it.each([1, 7, 30, 100])("are the same with %s tokens per batch", async (tokensPerBatch) => {
    expect(maxDifference(await draws(texts, { where, tokensPerBatch }), await draws(texts, { where }))).toBeLessThan(1e-5);
  });

  it("are the same in another order, alone, and beside longer texts", async () => {
    const all = byIndex(texts, await draws(texts, { where }));
    const shuffled = [...texts].sort((a, b) => ((a.index * 7) % 13) - ((b.index * 7) % 13));
    expect(maxDifference(byIndex(shuffled, await draws(shuffled, { where })), all)).toBeLessThan(1e-5);
    const alone = await draws([texts[4]!], { where });
    expect(maxDifference(alone, all.slice(4 * 3 * K, 5 * 3 * K))).toBeLessThan(1e-5);
  });

  it("are the same with one thread and two", async () => {
    const [one, two] = await Promise.all([
      draws(texts, { where, device: { threads: 1 } }),
      draws(texts, { where, device: { threads: 2 } }),
    ]);
    expect(maxDifference(one, two)).toBeLessThan(1e-5);
  });

  it("are the same whether the deterministic prefix is reused or not", async () => {
    const reused = await draws(texts, { where, tokensPerBatch: 40 });
    expect(maxDifference(reused, await draws(texts, { where, shortcuts: false }))).toBeLessThan(1e-5);
  });

  it("differ between draws and between seeds", async () => {
    const first = await draws(texts, { where, seed: 1 });
    const rows = Array.from({ length: K }, (_, k) => first[k]!);
    expect(new Set(rows).size).toBe(K);
    expect(maxDifference(first, await draws(texts, { where, seed: 2 }))).toBeGreaterThan(0.01);
  });
});

describe("a text classifier's predictions", () => {
  const model = () => TextClassifier.fromConfig(tinyConfig, { labels: ["a", "b", "c"], seed: 5 });

  async function collect(chunks: AsyncIterable<{ readonly data: Float32Array; readonly indices: readonly number[] }>) {
    const data: number[] = [];
    const indices: number[] = [];
    for await (const chunk of chunks) {
      data.push(...chunk.data);
      indices.push(...chunk.indices);
    }
    return { data, indices };
  }

  it("are bit for bit those from before patching, once unpatched", async () => {
    const classifier = model();
    const before = await collect(classifier.predict(asDataset(texts)));
    const report = patchModule(classifier);
    expect(report.patched.map(({ name }) => name)).toEqual(dropoutSites(graph).map(({ name }) => name));
    const patched = await collect(classifier.predict(asDataset(texts)));
    expect(maxDifference(patched.data, before.data)).toBeGreaterThan(0.01);
    expect(await collect(classifier.predict(asDataset(texts), { mode: "deterministic" }))).toEqual(before);
    unpatchModule(classifier);
    expect(await collect(classifier.predict(asDataset(texts)))).toEqual(before);
  });

  it("come in chunks, in the data set's order, under its indices", async () => {
    const classifier = model();
    patchModule(classifier);
    const view = asDataset(texts.slice(3).map((example) => ({ ...example, index: example.index * 10 })));
    const whole = await collect(classifier.predict(view, { iterations: 4 }));
    const chunked = await collect(classifier.predict(view, { iterations: 4, chunkSize: 3 }));
    expect(chunked.indices).toEqual(texts.slice(3).map((example) => example.index * 10));
    expect(maxDifference(chunked.data, whole.data)).toBeLessThan(1e-5);
  });

  it("average to the deterministic ones where the logits are linear in what is dropped: in the head", async () => {
    const classifier = model();
    const { data: expected } = await collect(classifier.predict(asDataset(texts.slice(0, 2))));
    patchModule(classifier, { where: "head", rate: 0.3 });
    const draws = 3000;
    const { data } = await collect(classifier.predict(asDataset(texts.slice(0, 2)), { iterations: draws }));
    expected.forEach((value, i) => {
      const drawn = data.slice(i * draws, (i + 1) * draws);
      const mean = drawn.reduce((a, b) => a + b, 0) / draws;
      const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws;
      expect(Math.abs(mean - value)).toBeLessThan(4 * Math.sqrt(variance / draws));
      expect(variance).toBeGreaterThan(0);
    });
  });

  it("refuse several draws of a model without randomness", async () => {
    await expect(collect(model().predict(asDataset(texts), { iterations: 20 }))).rejects.toMatchObject({
      code: "E_MODEL_DETERMINISTIC",
    });
    await expect(collect(model().predict(asDataset(texts), { mode: "mc" }))).rejects.toMatchObject({
      code: "E_MODEL_DETERMINISTIC",
    });
  });

  it("name the item whose logits are not finite", async () => {
    const classifier = model();
    classifier.stateDict().get("classifier.bias")!.data[1] = Number.NaN;
    await expect(collect(classifier.predict(asDataset(texts.slice(6, 7))))).rejects.toThrow(/logit 1 for item 6/);
  });

  it("refuse texts that do not fit the model", async () => {
    const empty = [{ index: 0, target: undefined, input: { inputIds: new Int32Array(0) } }];
    await expect(collect(model().predict(asDataset(empty)))).rejects.toThrow(/no tokens; this model takes 1 to 24/);
    const foreign = [{ index: 0, target: undefined, input: { inputIds: Int32Array.of(3, 50) } }];
    await expect(collect(model().predict(asDataset(foreign)))).rejects.toThrow(
      /Token id 50 is not in the model's vocabulary of 50/,
    );
  });

  it("stop when the signal fires", async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(collect(model().predict(asDataset(texts), { signal: controller.signal }))).rejects.toMatchObject({
      code: "E_ABORTED",
    });
  });
});

describe("patchModule", () => {
  it("keeps only the head random on request, with a rate of its own", () => {
    const classifier = TextClassifier.fromConfig(tinyConfig, { labels: ["a", "b"] });
    expect(patchModule(classifier, { where: "head", rate: 0.4 }).patched).toEqual([{ name: "dropout", rate: 0.4 }]);
  });

  it("warns when there is nothing to patch, and leaves predictions deterministic", () => {
    const warnings: string[] = [];
    const classifier = TextClassifier.fromConfig(
      { ...tinyConfig, dropout: 0, attentionDropout: 0, classifierDropout: 0 },
      { labels: ["a", "b"] },
    );
    const report = patchModule(classifier, { onWarning: (message) => warnings.push(message) });
    expect(report.patched).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining("found no dropout site")]);
    expect(classifier.isStochastic).toBe(false);
  });

  it("refuses rates outside [0, 1)", () => {
    const classifier = TextClassifier.fromConfig(tinyConfig, { labels: ["a", "b"] });
    expect(() => patchModule(classifier, { rate: 1 })).toThrow(/lies in \[0, 1\); 1 came/);
  });
});
