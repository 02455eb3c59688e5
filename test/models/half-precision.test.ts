import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { type GraphBuilder, graphBuilder } from "../../src/engine/onnx/builder.js";
import { decodeModel } from "../../src/engine/onnx/decode.js";
import { encodeModel } from "../../src/engine/onnx/encode.js";
import { createGraph } from "../../src/engine/onnx/graph.js";
import { sizeOf } from "../../src/engine/onnx/tensor.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { floats, rawModel, runGraph } from "../engine/onnx/raw-model.js";
import { temporaryFolder } from "../temporary-folder.js";

const tokenizer = trainWordPiece(["where is my card", "the train is late"], { vocabSize: 60 });

/** Numbers that half precision has exactly: 1 + i / 8. */
function half(dims: readonly number[]) {
  const data = Uint16Array.from({ length: sizeOf(dims) }, (_, i) => 0x3c00 + ((i % 8) << 7));
  return { dtype: "float16", dims, data } as const;
}

async function load(end: (b: GraphBuilder, logits: string) => string, labels?: readonly string[]): Promise<TextClassifier> {
  const b = graphBuilder(createGraph("half"));
  const ids = b.input("input_ids", { dtype: "int64", shape: ["N", "L"] });
  for (const [name, dims] of [
    ["embeddings.weight", [60, 4]],
    ["classifier.weight", [3, 4]],
    ["classifier.bias", [3]],
  ] as const)
    b.graph.initializers.set(name, half(dims));
  const pooled = b.reduceMean(b.gather("embeddings.weight", ids), b.int64s([1]), { keepDims: false });
  b.output(end(b, b.gemm(pooled, "classifier.weight", "classifier.bias", { transB: true })), "logits");
  const folder = temporaryFolder();
  await mkdir(join(folder, "onnx"));
  await writeFile(join(folder, "onnx", "model.onnx"), encodeModel(b.graph));
  await writeFile(join(folder, "config.json"), JSON.stringify({ model_type: "bag", max_position_embeddings: 32 }));
  await tokenizer.save(folder);
  return TextClassifier.fromPretrained(folder, labels ? { labels } : {});
}

describe.each<[string, (b: GraphBuilder, z: string) => string]>([
  ["gives half precision", (_, z) => z],
  ["is cast at its end", (b, z) => b.cast(z, "float32")],
  ["is cast twice", (b, z) => b.cast(b.cast(z, "float32"), "float16")],
])("a half precision file that %s", (_, end) => {
  it("takes other labels, and has dropout in front of its head", async () => {
    const own = await load(end);
    expect(own.labels).toHaveLength(3);
    expect(own.lastLayer?.weight).toBe("classifier.weight");
    expect(own.dropoutSites.map(({ place }) => place)).toEqual(["head"]);
    const model = await load(end, ["a", "b"]);
    expect(model.hasFreshHead).toBe(true);
    expect(model.dropoutSites.map(({ place }) => place)).toEqual(["head"]);
    expect((await model.classify("where is my card")).labels).toHaveLength(2);
  });
});

it("a layer normalization that ONNX Runtime's optimizer wrote into an older file is read", async () => {
  const bytes = rawModel({
    opset: 14,
    nodes: [{ opType: "LayerNormalization", inputs: ["x", "w"] }],
    inputs: [["x", { dtype: "float32", shape: [1, 2] }]],
    outputs: ["y"],
    initializers: { w: { dtype: "float32", dims: [2], data: Float32Array.of(1, 2) } },
  });
  const { data } = (await runGraph(decodeModel(bytes).graph, { x: floats([1, 3], [1, 2]) })).get("y")!;
  expect(Number(data[0])).toBeCloseTo(-1, 4);
  expect(Number(data[1])).toBeCloseTo(2, 4);
});
