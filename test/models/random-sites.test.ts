import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Dataset } from "../../src/core/dataset.js";
import type { ImageInput } from "../../src/data/images/image-input.js";
import { type GraphBuilder, graphBuilder } from "../../src/engine/onnx/builder.js";
import { encodeModel } from "../../src/engine/onnx/encode.js";
import { createGraph } from "../../src/engine/onnx/graph.js";
import { floatTensor } from "../../src/engine/onnx/tensor.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { temporaryFolder } from "../temporary-folder.js";

const dataset: Dataset<ImageInput> = {
  length: 4,
  at: (index) => ({
    index,
    target: undefined,
    input: { name: `${index}`, load: () => ({ shape: [3, 2, 2], data: new Float32Array(12).fill(1 + index) }) },
  }),
};

/** Two outputs: the sums of the first channel and of the others, of the image behind `noise`. */
async function load(noise: (b: GraphBuilder, x: string, sizes: readonly string[]) => string): Promise<ImageClassifier> {
  const b = graphBuilder(createGraph("noisy"));
  const x = b.input("image", { dtype: "float32", shape: ["n", 3, 2, 2] });
  const items = b.slice(b.shape(x), b.int64s([0]), b.int64s([1]), b.int64s([0]));
  const noisy = noise(b, x, [items]);
  const rows = Array.from({ length: 24 }, (_, i) => (i < 12 ? Number(i < 4) : Number(i - 12 >= 4)));
  b.graph.initializers.set("fc.weight", floatTensor(rows, [2, 12]));
  b.graph.initializers.set("fc.bias", floatTensor([0, 0]));
  b.output(b.gemm(b.reshape(noisy, b.int64s([-1, 12])), "fc.weight", "fc.bias", { transB: true }), "logits");
  const folder = temporaryFolder();
  await writeFile(join(folder, "model.onnx"), encodeModel(b.graph));
  return ImageClassifier.fromPretrained(folder);
}

async function outputs(model: ImageClassifier, iterations = 1): Promise<number[]> {
  const values: number[] = [];
  for await (const { data } of model.predict(dataset, { iterations })) values.push(...data);
  return values;
}

const zeros = (b: GraphBuilder, shape: string) =>
  b.op("ConstantOfShape", [shape], { value: { kind: "tensor", value: floatTensor([0]) } });
const mask = (b: GraphBuilder, shape: string, keep: number) => {
  const uniform = b.op("RandomUniformLike", [zeros(b, shape)]);
  return b.cast(b.op("Less", [uniform, b.scalar(keep)]), "float32");
};

describe("random numbers of an export in training mode are dropout sites", () => {
  it.each<[string, (b: GraphBuilder, x: string, sizes: readonly string[]) => string, number]>([
    [
      "whole items, x * (u < p) / p",
      (b, x, [n]) => b.mul(x, b.div(mask(b, b.concat([n!, b.int64s([1, 1, 1])], 0), 0.8), b.scalar(0.8))),
      0.2,
    ],
    [
      "whole items, Bernoulli",
      (b, x, [n]) => {
        const p = b.expand(b.scalar(0.6), b.concat([n!, b.int64s([1, 1, 1])], 0));
        return b.mul(b.div(b.op("Bernoulli", [p]), b.scalar(0.6)), x);
      },
      0.4,
    ],
    [
      "whole items, floor(p + u)",
      (b, x, [n]) => {
        const uniform = b.op("RandomUniformLike", [zeros(b, b.concat([n!, b.int64s([1, 1, 1])], 0))]);
        return b.mul(x, b.div(b.op("Floor", [b.add(uniform, b.scalar(0.75))]), b.scalar(0.75)));
      },
      0.25,
    ],
    ["whole channels", (b, x, [n]) => b.mul(x, b.div(mask(b, b.concat([n!, b.int64s([3, 1, 1])], 0), 0.5), b.scalar(0.5))), 0.5],
    ["single elements", (b, x) => b.mul(x, b.div(mask(b, b.shape(x), 0.5), b.scalar(0.5))), 0.5],
  ])("%s", async (name, noise, rate) => {
    const model = await load(noise);
    expect(model.dropoutSites.map((site) => site.rate)).toEqual([expect.closeTo(rate, 5)]);
    const [plain, again] = [await outputs(model), await outputs(model)];
    expect(again).toEqual(plain);
    plain.forEach((value, i) => {
      expect(value).toBeCloseTo((1 + Math.floor(i / 2)) * (i % 2 === 0 ? 4 : 8), 4);
    });
    patchModule(model);
    const draws = await outputs(model, 16);
    const scale = 1 / (1 - rate);
    const shares = draws.map((value, i) => value / (plain[Math.floor(i / 16)]! * scale));
    expect(new Set(shares.map((share) => share.toFixed(3))).size).toBeGreaterThan(1);
    if (name.startsWith("whole items")) {
      for (const [i, share] of shares.entries()) {
        expect(Math.min(Math.abs(share), Math.abs(share - 1))).toBeLessThan(1e-4);
        // Both outputs of an item's draw are there, or neither.
        const [item, draw] = [Math.floor(i / 32), i % 16];
        expect(shares[item * 32 + draw]).toBeCloseTo(shares[item * 32 + 16 + draw]!, 4);
      }
    }
    if (name.startsWith("whole channels")) {
      for (const [i, share] of shares.entries())
        if (Math.floor(i / 16) % 2 === 0) expect(Math.min(Math.abs(share), Math.abs(share - 1))).toBeLessThan(1e-4);
    }
  });

  it("or refused by file and node", async () => {
    await expect(load((b, x) => b.add(x, b.op("RandomNormalLike", [x])))).rejects.toMatchObject({
      code: "E_MODEL_FORMAT",
      message: expect.stringMatching(/model\.onnx": the node "RandomNormalLike" .*evaluation mode/),
    });
  });
});

it("published networks have dropout where their source has it", async () => {
  const b = graphBuilder(createGraph("vgg"));
  const x = b.input("image", { dtype: "float32", shape: ["n", 3, 2, 2] });
  let h = b.reshape(x, b.int64s([-1, 12]));
  for (const [i, [place, size]] of (
    [
      [0, 5],
      [3, 4],
      [6, 2],
    ] as const
  ).entries()) {
    const inputs = [12, 5, 4][i]!;
    const weight = `classifier.${place}.weight`;
    b.graph.initializers.set(
      weight,
      floatTensor(
        Array.from({ length: inputs * size }, (_, j) => Math.sin(j)),
        [size, inputs],
      ),
    );
    b.graph.initializers.set(`classifier.${place}.bias`, floatTensor(Array.from({ length: size }, () => 0.1)));
    h = b.gemm(i === 0 ? h : b.relu(h), weight, `classifier.${place}.bias`, { transB: true });
  }
  b.output(h, "logits");
  const folder = temporaryFolder();
  await writeFile(join(folder, "model.onnx"), encodeModel(b.graph));
  expect((await ImageClassifier.fromPretrained(folder)).dropoutSites.map(({ rate, place }) => [rate, place])).toEqual([
    [0.5, "head"],
    [0.5, "head"],
  ]);
  expect((await ImageClassifier.fromPretrained(folder, { dropout: 0.1 })).dropoutSites.map(({ rate }) => rate)).toEqual([
    0.1, 0.1,
  ]);
  const { parameters, constants, unused, unplacedDropout } = (await ImageClassifier.fromPretrained(folder)).importReport;
  expect(parameters.map(({ name }) => name)).toEqual(
    [0, 3, 6].flatMap((i) => [`classifier.${i}.weight`, `classifier.${i}.bias`]),
  );
  expect([constants, unused, unplacedDropout]).toEqual([[], [], []]);
});
