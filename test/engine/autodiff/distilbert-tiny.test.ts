import { readFile } from "node:fs/promises";
import { describe, expect } from "vitest";
import { encodeTargets, lossNormalizer } from "../../../src/engine/autodiff/targets.js";
import { type ParameterGradient, trainingGraph } from "../../../src/engine/autodiff/training-graph.js";
import { readModel } from "../../../src/engine/onnx/decode.js";
import { extractParameters } from "../../../src/engine/onnx/parameters.js";
import { optimizeImport } from "../../../src/engine/onnx/rewrite/optimize-import.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";
import { itShared, sharedPath } from "../../shared.js";

interface Expected {
  readonly inputIds: number[][];
  readonly attentionMask: number[][];
  readonly labels: number[];
  readonly logits: number[];
  readonly loss: number;
  readonly gradients: Record<string, { shape: number[]; norm: number; values?: number[]; first64?: number[] }>;
}

const folder = (...parts: string[]) => sharedPath("fixtures", "distilbert-tiny", ...parts);
const CLASSES = 5;

function int64(rows: readonly (readonly number[])[]): Feed {
  return { dtype: "int64", dims: [rows.length, rows[0]!.length], data: BigInt64Array.from(rows.flat(), BigInt) };
}

/** The whole gradient; row 0 of the word embeddings is PyTorch's padding row, which never gets one. */
function assemble(
  name: string,
  gradient: ParameterGradient,
  size: number,
  width: number,
  results: ReadonlyMap<string, Feed>,
): Float32Array {
  const sum = gradient.dense === undefined ? new Float32Array(size) : (results.get(gradient.dense)!.data as Float32Array).slice();
  for (const { ids, values } of gradient.rows) {
    const data = results.get(values)!.data as Float32Array;
    (results.get(ids)!.data as BigInt64Array).forEach((row, i) => {
      for (let j = 0; j < width; j++) sum[Number(row) * width + j]! += data[i * width + j]!;
    });
  }
  if (name.endsWith("word_embeddings.weight")) sum.fill(0, 0, width);
  return sum;
}

const norm = (values: Iterable<number>) => Math.hypot(...values);

describe("gradients of a DistilBERT's ONNX exports are PyTorch's", () => {
  const files = ["model_opset11.onnx", "model_opset14.onnx", "model_opset17.onnx"];
  for (const [file, rewritten] of files.flatMap((file) => [[file, "as exported"] as const, [file, "rewritten"] as const])) {
    itShared(`${file}, ${rewritten}: logits, loss and the gradients of all weights`, async () => {
      const expected = JSON.parse(await readFile(folder("expected.json"), "utf8")) as Expected;
      const { graph } = await readModel(folder("onnx", file));
      const parameters = extractParameters(graph);
      if (rewritten === "rewritten") optimizeImport(graph);
      expect([...parameters.keys()].sort()).toEqual(Object.keys(expected.gradients).sort());
      const training = trainingGraph(graph, {
        logits: graph.outputs[0]!,
        loss: "crossEntropy",
        trainable: [...parameters.keys()],
      });
      const feeds = new Map<string, Feed>([
        ["input_ids", int64(expected.inputIds)],
        ["attention_mask", int64(expected.attentionMask)],
      ]);
      for (const [name, parameter] of parameters) feeds.set(name, { dtype: "float32", ...parameter });
      const normalizer = lossNormalizer(expected.labels, { name: "crossEntropy" });
      for (const [name, data] of encodeTargets(expected.labels, { name: "crossEntropy" }, CLASSES, normalizer)) {
        feeds.set(name, { dtype: "float32", dims: [expected.labels.length, CLASSES], data });
      }
      const results = await (await createSession(training.graph)).run(feeds);
      const logits = results.get(training.logits)!.data as Float32Array;
      logits.forEach((logit, i) => {
        expect(Math.abs(logit - expected.logits[i]!)).toBeLessThan(1e-5);
      });
      expect((results.get(training.loss)!.data as Float32Array)[0]).toBeCloseTo(expected.loss, 5);
      for (const [name, wanted] of Object.entries(expected.gradients)) {
        const size = wanted.shape.reduce((product, dim) => product * dim, 1);
        const found = assemble(name, training.gradients.get(name)!, size, wanted.shape.at(-1)!, results);
        // A bias of the keys changes nothing, the softmax takes it out: both sides are rounding, as large as the weights' gradient makes it.
        const isZero = name.endsWith("k_lin.bias");
        const scale = isZero ? expected.gradients[name.replace("bias", "weight")]!.norm : wanted.norm;
        expect(Math.abs(norm(found) - wanted.norm) / scale, `norm of ${name}`).toBeLessThan(1e-5);
        const values = wanted.values ?? wanted.first64!;
        const distance = norm(values.map((value, i) => found[i]! - value));
        expect(distance / scale, `gradient of ${name}`).toBeLessThan(1e-5);
      }
    });
  }
});
