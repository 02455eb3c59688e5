import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { type GraphBuilder, graphBuilder, int } from "../../src/engine/onnx/builder.js";
import { encodeModel } from "../../src/engine/onnx/encode.js";
import { createGraph } from "../../src/engine/onnx/graph.js";
import { floatTensor } from "../../src/engine/onnx/tensor.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { temporaryFolder } from "../temporary-folder.js";

const weights = (b: GraphBuilder, rows: number, columns: number) =>
  b.constant(
    floatTensor(
      Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
      [rows, columns],
    ),
    "head.weight",
  );

const largest = (b: GraphBuilder, x: string, axes: readonly number[]) =>
  b.op("ReduceMax", [x, b.int64s(axes)], { keepdims: int(0) });

/** Operations behind which a shape is only known in a run: on `[batch, 4]`, each with the name of its node. */
const ENDS: readonly (readonly [operator: string, build: (b: GraphBuilder, x: string) => string])[] = [
  // As many rows as there are numbers above 0.
  ["Compress", (b, x) => b.op("Compress", [x, b.op("Greater", [largest(b, x, [1]), b.scalar(0)])], { axis: int(0) })],
  [
    "Reshape",
    (b, x) => b.reshape(x, b.concat([b.cast(b.reshape(largest(b, x, [0, 1]), b.int64s([1])), "int64"), b.int64s([-1])], 0)),
  ],
  ["Expand", (b, x) => b.expand(x, b.cast(largest(b, x, [0]), "int64"))],
  ["Unique", (b, x) => b.op("Unique", [x], { axis: int(0) })],
];

function named(b: GraphBuilder, operator: string): void {
  b.graph.nodes.findLast(({ opType }) => opType === operator)!.name = `the_${operator.toLowerCase()}`;
}

describe.each(ENDS)("a shape that is not known from %s on", (operator, build) => {
  const message = new RegExp(
    `output "logits" has the shape \\[.*not known from the node "the_${operator.toLowerCase()}" \\(${operator}\\)`,
  );

  it("is told by its node in an image classifier", async () => {
    const b = graphBuilder(createGraph("image"));
    const pixels = b.input("pixel_values", { dtype: "float32", shape: ["batch", 4, 8, 8] });
    const vectors = b.reshape(b.op("GlobalAveragePool", [pixels]), b.int64s([-1, 4]));
    const ended = build(b, vectors);
    named(b, operator);
    b.output(b.op("Add", [b.op("Sigmoid", [ended]), ended]), "logits");
    const folder = temporaryFolder();
    await writeFile(join(folder, "model.onnx"), encodeModel(b.graph));
    await expect(ImageClassifier.fromPretrained(folder)).rejects.toMatchObject({
      ...{ code: "E_MODEL_FORMAT", message: expect.stringMatching(message) },
    });
  });

  it("is told by its node in a text classifier", async () => {
    const b = graphBuilder(createGraph("text"));
    b.input("input_ids", { dtype: "int64", shape: ["batch", "sequence"] });
    const vectors = b.reduceMean(b.gather(weights(b, 50, 4), "input_ids"), b.int64s([1]), { keepDims: false });
    const ended = build(b, vectors);
    named(b, operator);
    b.output(b.op("Add", [b.op("Sigmoid", [ended]), ended]), "logits");
    const folder = temporaryFolder();
    await writeFile(join(folder, "model.onnx"), encodeModel(b.graph));
    await writeFile(join(folder, "config.json"), JSON.stringify({ model_type: "of-tomorrow" }));
    await trainWordPiece(["one two three"], { vocabSize: 40 }).save(folder);
    await expect(TextClassifier.fromPretrained(folder)).rejects.toMatchObject({
      ...{ code: "E_MODEL_FORMAT", message: expect.stringMatching(message) },
    });
  });
});
