import { readFile } from "node:fs/promises";
import { describe, expect } from "vitest";
import { installMasks } from "../../../src/bayesian/dropout-sites.js";
import { encodeTargets, lossNormalizer } from "../../../src/engine/autodiff/targets.js";
import { trainingGraph } from "../../../src/engine/autodiff/training-graph.js";
import { readModel } from "../../../src/engine/onnx/decode.js";
import { extractParameters } from "../../../src/engine/onnx/parameters.js";
import { optimizeImport } from "../../../src/engine/onnx/rewrite/optimize-import.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";
import { readSafetensors } from "../../../src/engine/safetensors/read-safetensors.js";
import { itShared, sharedPath } from "../../shared.js";

interface Expected {
  readonly pixels: number[];
  readonly pixelsShape: number[];
  readonly labels: number[];
  readonly logits: number[];
  readonly loss: number;
  readonly gradients: Record<string, { readonly shape: number[]; readonly values: number[] }>;
}

const folder = (...parts: string[]) => sharedPath("fixtures", "vgg-tiny", ...parts);
const CLASSES = 5;
const norm = (values: Iterable<number>) => Math.hypot(...values);

describe("gradients of a VGG's ONNX exports are PyTorch's", () => {
  const files = ["model_opset14.onnx", "model_opset14_training.onnx"];
  for (const [file, rewritten] of files.flatMap((file) => [[file, "as exported"] as const, [file, "rewritten"] as const])) {
    itShared(`${file}, ${rewritten}: logits, loss and the gradients of all weights`, async () => {
      const expected = JSON.parse(await readFile(folder("expected.json"), "utf8")) as Expected;
      const { graph } = await readModel(folder(file));
      const parameters = extractParameters(graph);
      if (rewritten === "rewritten") optimizeImport(graph);
      // The weights under torchvision's names, as in the checkpoint.
      const checkpoint = await readSafetensors(folder("model.safetensors"));
      expect([...parameters.keys()].sort()).toEqual([...checkpoint.keys()].sort());
      const training = trainingGraph(installMasks(graph, () => false).graph, {
        logits: graph.outputs[0]!,
        loss: "crossEntropy",
        trainable: [...parameters.keys()],
      });
      const pixels = { dtype: "float32", dims: expected.pixelsShape, data: Float32Array.from(expected.pixels) } as const;
      const feeds = new Map<string, Feed>([[[...graph.inputs.keys()][0]!, pixels]]);
      for (const [name, parameter] of checkpoint) feeds.set(name, { dtype: "float32", ...parameter });
      const normalizer = lossNormalizer(expected.labels, { name: "crossEntropy" });
      for (const [name, data] of encodeTargets(expected.labels, { name: "crossEntropy" }, CLASSES, normalizer)) {
        feeds.set(name, { dtype: "float32", dims: [expected.labels.length, CLASSES], data });
      }
      const results = await (await createSession(training.graph)).run(feeds);
      const read = (name: string) => results.get(name)!.data as Float32Array;
      expect(read(training.logits)).toHaveLength(expected.logits.length);
      read(training.logits).forEach((logit, i) => {
        expect(Math.abs(logit - expected.logits[i]!)).toBeLessThan(1e-5);
      });
      expect(read(training.loss)[0]).toBeCloseTo(expected.loss, 5);
      expect([...training.gradients.keys()].sort()).toEqual(Object.keys(expected.gradients).sort());
      for (const [name, { shape, values }] of Object.entries(expected.gradients)) {
        const found = results.get(training.gradients.get(name)!.dense!)!;
        expect(found.dims, `shape of the gradient of ${name}`).toEqual(shape);
        const distance = norm(values.map((value, i) => (found.data as Float32Array)[i]! - value));
        expect(distance / norm(values), `gradient of ${name}`).toBeLessThan(1e-5);
      }
    });
  }
});
