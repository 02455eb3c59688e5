import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EncodedText, Example } from "../../src/core/dataset.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { type GraphBuilder, graphBuilder } from "../../src/engine/onnx/builder.js";
import { encodeModel } from "../../src/engine/onnx/encode.js";
import { createGraph } from "../../src/engine/onnx/graph.js";
import { type DType, floatTensor } from "../../src/engine/onnx/tensor.js";
import { Sgd } from "../../src/engine/optimizers/sgd.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { ramp } from "../engine/onnx/raw-model.js";
import { temporaryFolder } from "../temporary-folder.js";
import { asDataset, maxDifference, tinyTexts } from "./tiny.js";

const tokenizer = trainWordPiece(["where is my card", "the train is late"], { vocabSize: 60 });
const texts = tinyTexts(9, (index) => index % 3);

interface Form {
  /** Element type of the inputs. */
  readonly dtype: DType;
  readonly declaresMask: boolean;
  readonly readsMask: boolean;
}

/** The mean of a text's word vectors, over all positions or over those of the mask, and a linear layer. */
async function load({ dtype, declaresMask, readsMask }: Form, save?: string): Promise<TextClassifier> {
  const b = graphBuilder(createGraph("bag"));
  const weight = (name: string, dims: readonly number[]) => {
    b.graph.initializers.set(name, floatTensor(ramp(dims).data as Float32Array, dims));
    return name;
  };
  const input = (name: string) => b.input(name, { dtype, shape: ["N", "L"] });
  const vectors = b.gather(weight("embeddings.weight", [60, 4]), b.cast(input("input_ids"), "int64"));
  const mask = declaresMask ? b.unsqueeze(b.cast(input("attention_mask"), "float32"), [2]) : undefined;
  const pooled = readsMask ? masked(b, vectors, mask!) : b.reduceMean(vectors, b.int64s([1]), { keepDims: false });
  b.output(b.gemm(pooled, weight("classifier.weight", [3, 4]), weight("classifier.bias", [3]), { transB: true }), "logits");
  const folder = save ?? temporaryFolder();
  await mkdir(join(folder, "onnx"), { recursive: true });
  await writeFile(join(folder, "onnx", "model.onnx"), encodeModel(b.graph));
  await writeFile(join(folder, "config.json"), JSON.stringify({ model_type: "bag", max_position_embeddings: 32 }));
  await tokenizer.save(folder);
  return TextClassifier.fromPretrained(folder);
}

function masked(b: GraphBuilder, vectors: string, mask: string): string {
  const sum = b.reduceSum(b.mul(vectors, mask), b.int64s([1]), { keepDims: false });
  return b.div(sum, b.reduceSum(mask, b.int64s([1]), { keepDims: false }));
}

async function logitsOf(model: TextClassifier, items: readonly Example<EncodedText>[]): Promise<number[]> {
  const values: number[] = [];
  for await (const { data } of model.predict(asDataset(items))) values.push(...data);
  return values;
}

const forms: readonly Form[] = [
  { dtype: "int64", declaresMask: false, readsMask: false },
  { dtype: "int64", declaresMask: true, readsMask: false },
  { dtype: "int64", declaresMask: true, readsMask: true },
];

describe.each(forms)("a model that declares a mask: $declaresMask, and reads it: $readsMask", (form) => {
  it("gives a text the same logits alone, in a batch, and when it was saved", async () => {
    const model = await load(form);
    const together = await logitsOf(model, texts);
    for (const [i, text] of texts.entries()) {
      expect(maxDifference(await logitsOf(model, [text]), together.slice(3 * i, 3 * i + 3))).toBeLessThan(1e-6);
    }
    const folder = join(temporaryFolder(), "saved");
    await model.save(folder);
    expect(await logitsOf(await TextClassifier.fromPretrained(folder), texts)).toEqual(together);
  });

  it("takes the step of its batch's texts one by one", async () => {
    const changes: Float32Array[] = [];
    const soft = texts.map(({ target }) => [0, 1, 2].map((c) => Number(c === target)));
    for (const way of ["together", "apart", "soft"] as const) {
      const model = await load(form);
      const options = { loss: { name: "crossEntropy" }, optimizer: new Sgd(), maxGradNorm: Infinity, seed: 1 } as const;
      const learner = await model.createLearner(options);
      const batches = way === "together" ? [texts] : texts.map((text) => [text]);
      learner.prepare?.(batches);
      if (way !== "soft") await learner.step(batches, { step: 0, learningRate: 0.5 });
      else {
        const weights = new Float32Array(texts.length).fill(1 / texts.length);
        const batch = { examples: texts, loss: "crossEntropy", targets: Float32Array.from(soft.flat()), weights } as const;
        await learner.soft!.step([], [batch], { step: 0, learningRate: 0.5 });
      }
      changes.push(Float32Array.from([...model.stateDict().values()].flatMap(({ data }) => [...data])));
    }
    expect(maxDifference(changes[0]!, changes[1]!)).toBeLessThan(1e-5);
    expect(maxDifference(changes[0]!, changes[2]!)).toBeLessThan(1e-5);
  });
});

describe("inputs are fed as the element type that they declare", () => {
  it.each(["int32", "float32", "float64", "bool", "uint8"] as const)("%s", async (dtype) => {
    const wanted = await logitsOf(await load({ ...forms[2]!, dtype: "int64" }), texts);
    if (dtype === "bool") return expect((await load({ ...forms[2]!, dtype })).labels).toHaveLength(3);
    expect(await logitsOf(await load({ ...forms[2]!, dtype }), texts)).toEqual(wanted);
  });

  it("or refused by name: strings", async () => {
    await expect(load({ ...forms[0]!, dtype: "string" })).rejects.toMatchObject({
      code: "E_MODEL_FORMAT",
      message: expect.stringMatching(/model\.onnx": the input input_ids takes string; int64 is fed/),
    });
  });
});
