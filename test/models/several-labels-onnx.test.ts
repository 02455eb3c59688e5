import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { readRows } from "../../src/data/rows/stream-rows.js";
import { trainWordPiece } from "../../src/data/text/train-word-piece.js";
import { labelProbabilities } from "../../src/heuristics/independent-labels.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { captureOutput } from "../cli/captured-output.js";
import { temporaryFolder } from "../temporary-folder.js";
import { tinyConfig } from "./tiny.js";

const written = captureOutput();
const texts = ["late and broken", "late", "broken again", "all is fine"];
const labels = ["delay", "damage", "praise"];
const { vocabSize: _, ...config } = tinyConfig;

/** Sigmoids of the logits that the ONNX file gives by itself. */
async function sigmoidsOf(folder: string, model: TextClassifier): Promise<number[][]> {
  const session = await ort.InferenceSession.create(await readFile(join(folder, "onnx", "model.onnx")));
  const rows: number[][] = [];
  for (const text of texts) {
    const ids = BigInt64Array.from(model.tokenizer.encode(text, { maxLength: 24 }).inputIds, BigInt);
    const tensor = (data: BigInt64Array) => new ort.Tensor("int64", data, [1, data.length]);
    const feeds = { input_ids: tensor(ids), attention_mask: tensor(ids.map(() => 1n)) };
    const { logits } = await session.run(feeds);
    rows.push(Array.from(logits!.data as Float32Array, (z) => 1 / (1 + Math.exp(-z))));
  }
  return rows;
}

it("predictions of several labels are the sigmoids of the ONNX file's logits, by the library and by the command", async () => {
  const folder = join(temporaryFolder(), "model");
  const tokenizer = trainWordPiece(texts, { vocabSize: 80 });
  await TextClassifier.fromConfig(config, { labels, task: "multi", seed: 4, tokenizer }).save(folder);
  const model = await TextClassifier.fromPretrained(folder);
  const expected = await sigmoidsOf(folder, model);

  const predicted = labelProbabilities(await new BaalTrainer({ model }).predictOnDataset(texts));
  expected.flat().forEach((p, i) => {
    expect(predicted[i]).toBeCloseTo(p, 5);
  });

  const [data, output] = [join(folder, "..", "texts.jsonl"), join(folder, "..", "out.jsonl")];
  await writeFile(data, texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
  const flags = ["--iterations", "1", "--probabilities"];
  expect(await runCli(["predict", "--model", folder, "--data", data, "--output", output, ...flags]), written.stderr).toBe(0);
  const rows = await readRows(output);
  for (const [i, row] of rows.entries()) {
    labels.forEach((label, c) => {
      expect(row[`probability_${label}`]).toBeCloseTo(expected[i]![c]!, 5);
    });
    expect(row["prediction"]).toBe(labels.filter((_label, c) => expected[i]![c]! >= 0.5).join("|"));
  }
});
