import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { patchModule } from "../../../src/bayesian/patch-module.js";
import { TextDataset } from "../../../src/data/text/text-dataset.js";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { readSafetensors } from "../../../src/engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../../../src/engine/safetensors/write-safetensors.js";
import type { Pooling } from "../../../src/models/text/choose-pooling.js";
import { readSentenceModules } from "../../../src/models/text/sentence-modules.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { maxDifference, tinyConfig } from "../tiny.js";

const texts = [
  "where is my card",
  "block the card now please",
  "what is the balance of my account",
  "balance",
  "my card my account",
];
const labels = ["card", "balance", "other"];
const tokenizer = trainWordPiece(texts, { vocabSize: 60 });
const json = (path: string, value: unknown) => writeFileSync(path, JSON.stringify(value));
const rowsOf = (model: TextClassifier) =>
  new TextDataset(
    texts.map((text, i) => ({ text, label: i % 3 })),
    { tokenizer: model.tokenizer, labels: model.labels, maxSeqLen: model.maxLength },
  );

/** A bare BERT with a pooler that nothing was trained by, as sentence encoders are published. */
async function bareEncoder(): Promise<string> {
  const folder = temporaryFolder();
  const model = TextClassifier.fromConfig(
    { ...tinyConfig, vocabSize: tokenizer.vocabSize, modelType: "bert" },
    { labels, seed: 3, tokenizer },
  );
  await model.save(folder);
  const weights = await readSafetensors(join(folder, "model.safetensors"));
  await writeSafetensors(
    join(folder, "model.safetensors"),
    new Map([...weights].filter(([name]) => !name.startsWith("classifier."))),
  );
  const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
  json(join(folder, "config.json"), { ...config, architectures: ["BertModel"], id2label: undefined, label2id: undefined });
  rmSync(join(folder, "onnx"), { recursive: true });
  return folder;
}

function writeModules(folder: string, kinds: readonly string[]): void {
  json(
    join(folder, "modules.json"),
    kinds.map((kind, idx) => ({
      ...{ idx, name: String(idx), path: idx === 0 ? "" : `${idx}_${kind}` },
      type: `sentence_transformers.models.${kind}`,
    })),
  );
  for (const [idx, kind] of kinds.entries()) if (idx > 0) mkdirSync(join(folder, `${idx}_${kind}`), { recursive: true });
}

/** The first chunk, which holds all of a small data set. */
async function first<Chunk>(chunks: AsyncGenerator<Chunk>): Promise<Chunk> {
  for await (const chunk of chunks) return chunk;
  throw new Error("no chunk came");
}

async function outputs(model: TextClassifier): Promise<{ readonly logits: Float32Array; readonly features: Float32Array }> {
  const dataset = rowsOf(model);
  return { logits: (await first(model.predict(dataset))).data, features: (await first(model.features(dataset))).data };
}

describe("reading modules.json", () => {
  it("reads the flags of older files and the names of today's", async () => {
    const folder = temporaryFolder();
    writeModules(folder, ["Transformer", "Pooling", "Normalize"]);
    json(join(folder, "sentence_bert_config.json"), { max_seq_length: 12, do_lower_case: false });
    json(join(folder, "1_Pooling", "config.json"), {
      word_embedding_dimension: 16,
      pooling_mode_cls_token: true,
      pooling_mode_mean_tokens: true,
    });
    expect(await readSentenceModules(folder)).toMatchObject({
      embedding: { pooling: ["cls", "mean"], steps: [{ kind: "normalize" }] },
      maxSeqLen: 12,
    });
    json(join(folder, "1_Pooling", "config.json"), { embedding_dimension: 16, pooling_mode: ["mean_sqrt_len_tokens", "max"] });
    expect(await readSentenceModules(folder)).toMatchObject({ embedding: { pooling: ["mean_sqrt_len", "max"] } });
  });

  it.each([
    [["Transformer", "LSTM", "Pooling"], {}, /module 1 \(LSTM\): a Pooling is expected/],
    [["WordEmbeddings", "Pooling"], {}, /module 0 \(WordEmbeddings\): a Transformer comes first/],
    [["Transformer"], {}, /a Pooling is expected/],
    [["Transformer", "Pooling", "Dropout"], { pooling_mode: "mean" }, /module 2 \(Dropout\)/],
    [["Transformer", "Pooling"], { pooling_mode: "median" }, /"median" is not known/],
    [["Transformer", "Pooling"], { pooling_mode_cls_token: false }, /turns no pooling mode on/],
  ])("refuses %j with %j by name", async (kinds, pooling, message) => {
    const target = temporaryFolder();
    writeModules(target, kinds);
    if (kinds.includes("Pooling")) json(join(target, `${kinds.indexOf("Pooling")}_Pooling`, "config.json"), pooling);
    await expect(readSentenceModules(target)).rejects.toMatchObject({
      code: "E_MODEL_FORMAT",
      message: expect.stringMatching(message),
    });
  });

  it("says what to do about a dense layer that is a pickle", async () => {
    const target = temporaryFolder();
    writeModules(target, ["Transformer", "Pooling", "Dense"]);
    json(join(target, "1_Pooling", "config.json"), { pooling_mode: "mean" });
    json(join(target, "2_Dense", "config.json"), { in_features: 16, out_features: 4 });
    writeFileSync(join(target, "2_Dense", "pytorch_model.bin"), "");
    await expect(readSentenceModules(target)).rejects.toMatchObject({
      code: "E_FILE_NOT_FOUND",
      message: expect.stringMatching(/pickles/),
    });
  });
});

describe("a text classifier over a sentence encoder", () => {
  it("takes the mean where the pooler was never trained, and says so once", async () => {
    const bare = await bareEncoder();
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    try {
      const model = await TextClassifier.fromPretrained(bare, { labels });
      expect(model.pooling).toEqual(["mean"]);
      const ofPooling = () => warn.mock.calls.filter(([, about]) => (about as { code?: string }).code === "BAAL_POOLING");
      expect(ofPooling()).toEqual([
        [expect.stringMatching(/pooler was not trained.*mean/), expect.objectContaining({ code: "BAAL_POOLING" })],
      ]);
      expect((await TextClassifier.fromPretrained(bare, { labels, pooling: "pooler" })).pooling).toBe("pooler");
      expect(ofPooling()).toHaveLength(1);
    } finally {
      warn.mockRestore();
    }
  });

  const poolings: readonly Pooling[] = ["cls", "mean", "max", "mean_sqrt_len", "weightedmean", "lasttoken", "pooler"];
  it.each(poolings)("%s: what is saved loads to the same features, logits and draws, from either file", async (pooling) => {
    const model = await TextClassifier.fromPretrained(await bareEncoder(), { labels, pooling, seed: 5 });
    const saved = temporaryFolder();
    await model.save(saved);
    const whole = await outputs(model);
    const drawn = await draws(model);
    expect(existsSync(join(saved, "modules.json"))).toBe(pooling !== "pooler");
    for (const format of ["safetensors", "onnx"] as const) {
      const again = await TextClassifier.fromPretrained(saved, { format });
      const { logits, features } = await outputs(again);
      expect(maxDifference(logits, whole.logits)).toBeLessThan(1e-6);
      expect(maxDifference(features, whole.features)).toBeLessThan(1e-6);
      if (format === "safetensors") expect(maxDifference(await draws(again), drawn)).toBeLessThan(1e-6);
    }
  });

  it("keeps dense layers and the limit of tokens through saving", async () => {
    const source = await bareEncoder();
    writeModules(source, ["Transformer", "Pooling", "Dense", "Normalize"]);
    json(join(source, "1_Pooling", "config.json"), { pooling_mode: "mean" });
    json(join(source, "sentence_bert_config.json"), { max_seq_length: 7 });
    json(join(source, "2_Dense", "config.json"), {
      in_features: 16,
      out_features: 4,
      bias: true,
      activation_function: "torch.nn.modules.activation.Tanh",
    });
    const weight = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
    await writeSafetensors(
      join(source, "2_Dense", "model.safetensors"),
      new Map([
        ["linear.weight", { dims: [4, 16], data: weight }],
        ["linear.bias", { dims: [4], data: Float32Array.of(0.1, 0.2, 0.3, 0.4) }],
      ]),
    );
    const model = await TextClassifier.fromPretrained(source, { labels, seed: 5 });
    const { features, logits } = await outputs(model);
    expect(features.length).toBe(4 * texts.length);
    expect(Math.hypot(...features.subarray(0, 4))).toBeCloseTo(1, 5);
    const saved = temporaryFolder();
    await model.save(saved);
    const again = await TextClassifier.fromPretrained(saved);
    expect([model.maxLength, again.maxLength]).toEqual([7, 7]);
    expect(maxDifference((await outputs(again)).logits, logits)).toBe(0);
    expect((await readSafetensors(join(saved, "2_Dense", "model.safetensors"))).get("linear.weight")!.data).toEqual(weight);
  });
});

async function draws(model: TextClassifier): Promise<Float32Array> {
  patchModule(model);
  return (await first(model.predict(rowsOf(model), { iterations: 3, seed: 9 }))).data;
}

const weights = process.env["BAALJS_WEIGHTS"];
const real = weights === undefined ? undefined : join(weights, "all-MiniLM-L6-v2");
describe.skipIf(real === undefined)("with real weights (BAALJS_WEIGHTS)", () => {
  it("gives the features that sentence-transformers' encode gives", async () => {
    const golden = JSON.parse(readFileSync(join(import.meta.dirname, "all-minilm-l6-v2.json"), "utf8")) as {
      texts: string[];
      embeddings: number[][];
    };
    const model = await TextClassifier.fromPretrained(real!, { labels });
    const dataset = new TextDataset(
      golden.texts.map((text) => ({ text })),
      { tokenizer: model.tokenizer, labels },
    );
    const features = await first(model.features(dataset));
    expect(model.pooling).toEqual(["mean"]);
    expect(maxDifference(features.data, golden.embeddings.flat())).toBeLessThan(1e-5);
  });
});
