import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Dataset, EncodedText } from "../../../src/core/dataset.js";
import { readSafetensors } from "../../../src/engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../../../src/engine/safetensors/write-safetensors.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { asDataset, maxDifference } from "../tiny.js";

/** What sentence-transformers' `encode` makes of texts: written by test/reference/make_sentence_layouts.py. */
interface Expected {
  readonly texts: readonly string[];
  readonly embeddings: readonly number[];
}

const fixtures = join(import.meta.dirname, "..", "..", "reference", "fixtures", "sentences");
const labels = ["card", "balance", "other"];

function expectedOf(folder: string): Expected {
  return JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
}

function datasetOf(model: TextClassifier, { texts }: Expected): Dataset<EncodedText> {
  return asDataset(
    texts.map((text, index) => ({
      ...{ index, target: index % 3 },
      input: model.tokenizer.encode(text, { maxLength: model.maxLength }),
    })),
  );
}

async function featuresOf(model: TextClassifier, expected: Expected): Promise<Float32Array> {
  for await (const { data } of model.features(datasetOf(model, expected))) return data as Float32Array;
  throw new Error("no features came");
}

describe.each(readdirSync(fixtures))("a folder in the layout of %s", (name) => {
  const folder = join(fixtures, name);

  it("gives the features that encode gives", async () => {
    const expected = expectedOf(folder);
    const model = await TextClassifier.fromPretrained(folder, { labels });
    const scale = Math.max(...expected.embeddings.map(Math.abs));
    expect(maxDifference(await featuresOf(model, expected), expected.embeddings) / scale).toBeLessThan(1e-5);
    const long = model.tokenizer.encode("card ".repeat(60), { maxLength: model.maxLength });
    expect(long.inputIds.length).toBe(32);
  });

  it("trains, and is saved and loaded as it is then", async () => {
    const expected = expectedOf(folder);
    const model = await TextClassifier.fromPretrained(folder, { labels });
    const { AdamW } = await import("../../../src/engine/optimizers/adamw.js");
    const options = { optimizer: new AdamW({}), maxGradNorm: 1, seed: 0, dropout: false };
    const learner = await model.createLearner({ ...options, loss: { name: "crossEntropy" } });
    const dataset = datasetOf(model, expected);
    const batch = expected.texts.map((_, i) => dataset.at(i));
    const losses: number[] = [];
    for (let step = 0; step < 10; step++) losses.push((await learner.step([batch], { step, learningRate: 0.02 })).loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.8);
    const saved = join(temporaryFolder(), "model");
    await model.save(saved);
    expect(JSON.parse(readFileSync(join(saved, "sentence_bert_config.json"), "utf8"))).toMatchObject({ max_seq_length: 32 });
    const again = await TextClassifier.fromPretrained(saved);
    expect(again.labels).toEqual(labels);
    expect(await featuresOf(again, expected)).toEqual(await featuresOf(model, expected));
    for (const [parameter, { data }] of model.stateDict())
      expect(again.stateDict().get(parameter)?.data, parameter).toEqual(data);
  });
});

/** The names and keys that the authors' own code has, which the hub's folders still use. */
describe("the authors' form of nomic-embed-text", () => {
  async function authors(change: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const folder = temporaryFolder();
    cpSync(join(fixtures, "nomic-embed-text-v1.5"), folder, { recursive: true });
    const modern = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
    const config = {
      ...{ model_type: "nomic_bert", n_embd: modern.hidden_size, n_head: modern.num_attention_heads },
      ...{ n_layer: modern.num_hidden_layers, n_inner: modern.intermediate_size, n_positions: modern.max_position_embeddings },
      ...{ vocab_size: modern.vocab_size, type_vocab_size: modern.type_vocab_size, layer_norm_epsilon: 1e-12 },
      ...{ rotary_emb_base: 1000, rotary_emb_fraction: 1, activation_function: "swiglu", resid_pdrop: 0, attn_pdrop: 0 },
      ...{ causal: false, prenorm: false, qkv_proj_bias: false, auto_map: { AutoModel: "modeling.NomicBertModel" } },
    };
    writeFileSync(join(folder, "config.json"), JSON.stringify({ ...config, ...change }));
    return folder;
  }

  it("loads to the same features, and is saved in today's form", async () => {
    const folder = await authors();
    const names = [...(await readSafetensors(join(folder, "model.safetensors"))).keys()];
    expect(names.some((name) => /attn\.Wqkv/.test(name))).toBe(true);
    const expected = expectedOf(folder);
    const model = await TextClassifier.fromPretrained(folder, { labels });
    expect(maxDifference(await featuresOf(model, expected), expected.embeddings)).toBeLessThan(1e-4);
    const saved = join(temporaryFolder(), "model");
    await model.save(saved);
    expect(JSON.parse(readFileSync(join(saved, "config.json"), "utf8"))).toMatchObject({ hidden_size: 16, hidden_act: "silu" });
    const again = await TextClassifier.fromPretrained(saved);
    expect(await featuresOf(again, expected)).toEqual(await featuresOf(model, expected));
  });

  it("is refused where it says what is not built", async () => {
    for (const change of [
      { prenorm: true },
      { rotary_emb_fraction: 0.5 },
      { qkv_proj_bias: true },
      { activation_function: "gelu" },
    ]) {
      const folder = await authors(change);
      await expect(TextClassifier.fromPretrained(folder, { labels })).rejects.toThrow(new RegExp(Object.keys(change)[0]!));
    }
  });
});

it("says how to take the ONNX file of a folder whose safetensors have other names", async () => {
  const folder = temporaryFolder();
  const model = await TextClassifier.fromPretrained(join(fixtures, "all-mpnet-base-v2"), { labels });
  await model.save(folder);
  const weights = await readSafetensors(join(folder, "model.safetensors"));
  await writeSafetensors(join(folder, "model.safetensors"), new Map([...weights].map(([name, tensor]) => [`x${name}`, tensor])));
  await expect(TextClassifier.fromPretrained(folder)).rejects.toThrow(
    /lacks \d+ of \d+ weights.*onnx\/model\.onnx as well.*format: "onnx"/,
  );
  const onnx = await TextClassifier.fromPretrained(folder, { format: "onnx" });
  expect(onnx.labels).toEqual(labels);
});

it("names the architectures that are built, and how to export another one", async () => {
  const folder = temporaryFolder();
  cpSync(join(fixtures, "bge-base-en"), folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "deberta", hidden_size: 16 }));
  const loading = TextClassifier.fromPretrained(folder, { labels, format: "safetensors" });
  await expect(loading).rejects.toThrow(/"deberta" cannot be built.*albert, bert.*opset_version=18.*opsets 18 to 22/);
  await writeSafetensors(join(folder, "model.safetensors"), new Map());
  await expect(TextClassifier.fromPretrained(folder, { labels })).rejects.toThrow(/onnx\/model\.onnx.*opset_version=18/);
});
