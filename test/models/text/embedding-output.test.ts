import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { trainWordPiece } from "../../../src/data/text/train-word-piece.js";
import { attribute, graphBuilder } from "../../../src/engine/onnx/builder.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { bakeParameters } from "../../../src/engine/onnx/parameters.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../../temporary-folder.js";

const texts = ["one two three", "four five"];
const labels = ["a", "b", "c"];
const tokenizer = trainWordPiece(texts, { vocabSize: 60 });
const DIM = 6;

let folder: string;

/** An encoder: the mean of its tokens' embeddings, or these. */
async function exported(output: string, kind: "text" | "tokens", config: object = {}): Promise<void> {
  const b = graphBuilder(createGraph("encoder"));
  const ids = b.input("input_ids", { dtype: "int64", shape: ["batch", "sequence"] });
  const tokens = b.gather(b.parameter("embeddings.word_embeddings.weight", [tokenizer.vocabSize, DIM]), ids);
  const mean = () => b.op("ReduceMean", [tokens, b.int64s([1])], { keepdims: attribute.int(0) });
  b.output(kind === "text" ? mean() : tokens, output);
  const data = Float32Array.from({ length: tokenizer.vocabSize * DIM }, (_, i) => Math.sin(i));
  const weights = new Map([["embeddings.word_embeddings.weight", { dims: [tokenizer.vocabSize, DIM], data }]]);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await tokenizer.save(folder);
  writeFileSync(join(folder, "config.json"), JSON.stringify({ model_type: "someformer", hidden_size: DIM, ...config }));
  writeFileSync(join(folder, "model.onnx"), encodeModel(bakeParameters(b.graph, weights)));
}

beforeEach(() => {
  folder = join(temporaryFolder(), "model");
});

const answers = async (model: TextClassifier) => (await model.classify(texts)).map(({ labels: all }) => all);

describe("an ONNX export of an encoder", () => {
  it.each(["sentence_embedding", "pooler_output", "text_embeds", "output_0"])(
    "whose output %s is the text's embedding gets a fresh classifier, which is saved with it",
    async (output) => {
      await exported(output, "text");
      await expect(TextClassifier.fromPretrained(folder)).rejects.toThrow(/an encoder without a classifier/);
      const model = await TextClassifier.fromPretrained(folder, { labels });
      expect(model.labels).toEqual(labels);
      expect(model.hasFreshHead).toBe(true);
      const saved = join(temporaryFolder(), "saved");
      await model.save(saved);
      expect(JSON.parse(readFileSync(join(saved, "config.json"), "utf8"))).toMatchObject({
        id2label: { 0: "a", 1: "b", 2: "c" },
      });
      const again = await TextClassifier.fromPretrained(saved);
      for (const [i, one] of (await answers(again)).entries()) {
        for (const [j, { label, probability }] of one.entries()) {
          const expected = (await answers(model))[i]![j]!;
          expect(label).toBe(expected.label);
          expect(probability).toBeCloseTo(expected.probability, 6);
        }
      }
    },
  );

  it.each([
    ["by its name", "logits", {}],
    ["by its class", "output_0", { architectures: ["SomeForSequenceClassification"] }],
    ["by its labels", "output_0", { id2label: Object.fromEntries(Array.from({ length: DIM }, (_, i) => [i, `l${i}`])) }],
  ])("is a classifier where the file says so: %s", async (_how, output, config) => {
    await exported(output, "text", config);
    expect((await TextClassifier.fromPretrained(folder)).labels).toHaveLength(DIM);
  });

  it("is refused where it classifies tokens", async () => {
    await exported("logits", "tokens");
    await expect(TextClassifier.fromPretrained(folder, { labels })).rejects.toThrow(/logits are those of each token/);
  });
});
