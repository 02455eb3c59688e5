import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import type { EncoderConfig, ModelType } from "../../../src/models/architectures/encoder-config.js";
import { initialTensor } from "../../../src/models/graph/initial-weights.js";
import { createMaskedLanguageModel } from "../../../src/models/text/masked-language-model.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { asDataset, tinyTexts } from "../tiny.js";

const shape = { vocabSize: 60, dim: 16, hiddenDim: 24, nLayers: 2, nHeads: 2, maxPositionEmbeddings: 30, initializerRange: 0.3 };
const tokenizer = trainWordPiece(["a b c d e"], { vocabSize: 30 });
const labels = ["a", "b", "c"];

const configs: Readonly<Record<ModelType, Partial<EncoderConfig>>> = {
  albert: { own: { embedding_size: 8, num_hidden_groups: 2 } },
  bert: {},
  camembert: {},
  "deberta-v2": { own: { relative_attention: true, pos_att_type: ["c2p"], position_buckets: 4, share_att_key: true } },
  distilbert: {},
  electra: { own: { embedding_size: 8 } },
  gte: {},
  modernbert: { own: { local_attention: 4, classifier_pooling: "mean" } },
  mpnet: {},
  nomic_bert: {},
  roberta: {},
  "xlm-roberta": {},
};

async function logitsOf(model: TextClassifier): Promise<Float32Array> {
  for await (const { data } of model.predict(asDataset(tinyTexts(4)))) return data;
  throw new Error("no predictions came");
}

describe.each(Object.entries(configs))("%s from a configuration", (modelType, own) => {
  const config = { ...shape, ...own, modelType: modelType as ModelType, padTokenId: modelType === "mpnet" ? 1 : 0 };
  const build = (seed: number) => TextClassifier.fromConfig(config, { labels, seed, tokenizer });

  it("is drawn from its seed, saved and loaded as it is", async () => {
    const model = build(3);
    const logits = await logitsOf(model);
    expect(await logitsOf(build(3))).toEqual(logits);
    expect(await logitsOf(build(4))).not.toEqual(logits);
    const folder = join(temporaryFolder(), "model");
    await model.save(folder);
    const again = await TextClassifier.fromPretrained(folder);
    expect(await logitsOf(again)).toEqual(logits);
    expect(again.dropoutSites).toEqual(model.dropoutSites);
    expect(again.maxLength).toBe(model.maxLength);
  });

  it("takes other labels with a fresh last layer and everything else as it was", async () => {
    const model = build(3);
    const folder = join(temporaryFolder(), "model");
    await model.save(folder);
    const other = await TextClassifier.fromPretrained(folder, { labels: ["x", "y"], seed: 8 });
    expect(other.hasFreshHead).toBe(true);
    const changed = [...other.stateDict()].filter(
      ([name, { data }]) => String(data) !== String(model.stateDict().get(name)!.data),
    );
    expect(changed.map(([name]) => name.replace(/\.(weight|bias)$/, ""))).toEqual(
      expect.arrayContaining([other.lastLayer!.weight.replace(/\.weight$/, "")]),
    );
    expect(changed.length).toBeLessThanOrEqual(2);
  });

  it("learns to guess hidden tokens", async () => {
    const { AdamW } = await import("../../../src/engine/optimizers/adamw.js");
    const masked = createMaskedLanguageModel(build(3).encoderParts);
    const batch = [0, 1].map((index) => ({
      ...{ index, target: [7, 9] },
      input: { inputIds: Int32Array.from([2, 4, 5, 4, 6, 3]), positions: [1, 3] },
    }));
    const { loss } = await masked.lossOf(batch);
    const learner = await masked.createLearner({ optimizer: new AdamW({}), maxGradNorm: 1, seed: 0, dropout: false });
    for (let step = 0; step < 5; step++) await learner.step([batch], { step, learningRate: 0.02 });
    expect((await masked.lossOf(batch)).loss).toBeLessThan(loss);
    await masked.release();
  });
});

it("names the settings that an architecture does not have, or that are not built", () => {
  const build = (config: Partial<EncoderConfig>) => () => TextClassifier.fromConfig({ ...shape, ...config }, { labels });
  expect(build({ modelType: "mpnet", typeVocabSize: 2 })).toThrow(/mpnet has no such setting.*typeVocabSize/s);
  expect(build({ modelType: "deberta-v2", own: { conv_kernel_size: 3 } })).toThrow(/convolution behind the first layer/);
  expect(build({ modelType: "modernbert", own: { rope_parameters: { full_attention: { rope_type: "yarn" } } } })).toThrow(
    /rope_type/,
  );
  expect(build({ modelType: "t5" as ModelType })).toThrow(/one of albert, bert.*"t5" came/);
});

it("draws truncated normal numbers within their bounds, as wide as they should be", () => {
  const distribution = () => ({ kind: "truncatedNormal", deviation: 0.5, cutoff: 2 }) as const;
  const data = initialTensor("weight", [200, 200], { seed: 4, distribution });
  expect(Math.max(...data.subarray(0, 9999).map(Math.abs))).toBeLessThanOrEqual(1);
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
  // Cut off at two deviations, 0.7737 of the variance are left.
  expect(Math.abs(deviation - 0.5 * Math.sqrt(0.7737))).toBeLessThan(0.01);
  expect(initialTensor("weight", [200, 200], { seed: 4, distribution })).toEqual(data);
});
