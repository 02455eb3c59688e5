import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/core/dataset.js";
import type { ImageInput } from "../../src/data/images/image-input.js";
import { type GraphBuilder, graphBuilder, int } from "../../src/engine/onnx/builder.js";
import { encodeModel } from "../../src/engine/onnx/encode.js";
import { createGraph } from "../../src/engine/onnx/graph.js";
import { floatTensor } from "../../src/engine/onnx/tensor.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { ramp } from "../engine/onnx/raw-model.js";
import { temporaryFolder } from "../temporary-folder.js";

const dataset: Dataset<ImageInput> = {
  length: 3,
  at: (index) => ({
    index,
    target: undefined,
    input: {
      name: `${index}`,
      load: () => ({ shape: [3, 2, 2], data: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i + index)) }),
    },
  }),
};

/** A linear classifier of small images with what `end` makes of its logits. */
async function load(end: (b: GraphBuilder, logits: string) => string, layout: "nchw" | "nhwc" = "nchw") {
  const b = graphBuilder(createGraph("ends"));
  const x = b.input("image", { dtype: "float32", shape: ["n", ...(layout === "nchw" ? [3, 2, 2] : [2, 2, 3])] });
  const planes = layout === "nchw" ? x : b.transpose(x, [0, 3, 1, 2]);
  b.graph.initializers.set("fc.weight", floatTensor(ramp([4, 12]).data as Float32Array, [4, 12]));
  b.graph.initializers.set("fc.bias", floatTensor([0.1, -0.2, 0.3, 0]));
  b.output(end(b, b.gemm(b.reshape(planes, b.int64s([-1, 12])), "fc.weight", "fc.bias", { transB: true })), "out");
  const folder = temporaryFolder();
  await writeFile(join(folder, "model.onnx"), encodeModel(b.graph));
  return ImageClassifier.fromPretrained(folder);
}

async function logitsOf(model: ImageClassifier): Promise<number[]> {
  const values: number[] = [];
  for await (const { data } of model.predict(dataset)) values.push(...data);
  return values;
}

const softmax = (b: GraphBuilder, z: string) => b.softmax(z);

describe("an export is taken back to its logits", () => {
  const ends: Readonly<Record<string, (b: GraphBuilder, z: string) => string>> = {
    softmax: softmax,
    "softmax over axis 1": (b, z) => b.softmax(z, 1),
    "log-softmax": (b, z) => b.logSoftmax(z),
    "the logarithm of a softmax with bounds": (b, z) => b.log(b.op("Clip", [b.softmax(z), b.scalar(1e-7), b.scalar(1)])),
    "the exponential of a log-softmax": (b, z) => b.exp(b.logSoftmax(z)),
    "a softmax written out": (b, z) => b.div(b.exp(z), b.reduceSum(b.exp(z), b.int64s([1]))),
    "a softmax written out from the largest on": (b, z) => {
      const e = b.exp(b.sub(z, b.op("ReduceMax", [z, b.int64s([1])])));
      return b.div(e, b.reduceSum(e, b.int64s([1])));
    },
    "a softmax that is moved on": (b, z) =>
      b.identity(b.reshape(b.cast(b.cast(b.softmax(z), "float64"), "float32"), b.int64s([-1, 4]))),
    "a softmax of pixels that are squeezed": (b, z) => b.squeeze(b.softmax(b.unsqueeze(z, [2, 3]), 1), [2, 3]),
    sigmoid: (b, z) => b.sigmoid(z),
    "the logarithm of a sigmoid": (b, z) => b.log(b.sigmoid(z)),
  };

  it.each(Object.entries(ends))("%s", async (name, end) => {
    const model = await load(end);
    const wanted = await logitsOf(await load((_, z) => z));
    for (const [i, logit] of (await logitsOf(model)).entries()) expect(logit).toBeCloseTo(wanted[i]!, 5);
    expect(model.isMultiLabel).toBe(name.includes("sigmoid"));
    expect(model.lastLayer?.weight).toBe("fc.weight");
  });

  it("and stays so when it is saved", async () => {
    const model = await load(ends["sigmoid"]!);
    const folder = join(temporaryFolder(), "saved");
    await model.save(folder);
    const again = await ImageClassifier.fromPretrained(folder);
    expect(again.isMultiLabel).toBe(true);
    expect(await logitsOf(again)).toEqual(await logitsOf(model));
  });

  it("or it is none: a temperature and an activation are part of the logits", async () => {
    const wanted = await logitsOf(await load((_, z) => z));
    const scaled = await logitsOf(await load((b, z) => b.softmax(b.div(z, b.scalar(2)))));
    const gated = await logitsOf(await load((b, z) => b.mul(z, b.sigmoid(z))));
    wanted.forEach((logit, i) => {
      expect(scaled[i]).toBeCloseTo(logit / 2, 5);
      expect(gated[i]).toBeCloseTo(logit / (1 + Math.exp(-logit)), 5);
    });
  });
});

describe("an end that is made of probabilities in another way is refused by file and node", () => {
  it.each<[string, (b: GraphBuilder, z: string) => string, RegExp]>([
    ["one minus", (b, z) => b.sub(b.scalar(1), b.sigmoid(z)), /model\.onnx" ends in the Sub node .* Sigmoid node/],
    [
      "a mean of two",
      (b, z) => b.div(b.add(b.softmax(z), b.softmax(b.neg(z))), b.scalar(2)),
      /model\.onnx" ends in the Div node .* Softmax/,
    ],
    ["joined", (b, z) => b.concat([b.sigmoid(z), b.sigmoid(b.neg(z))], 1), /ends in the Concat node/],
    ["over the items", (b, z) => b.softmax(z, 0), /Softmax node .* over axis 0/],
    ["class numbers", (b, z) => b.op("ArgMax", [z], { axis: int(1), keepdims: int(1) }), /model\.onnx" gives .*int64.*ArgMax/],
  ])("%s", async (_, end, message) => {
    await expect(load(end)).rejects.toMatchObject({ code: "E_MODEL_FORMAT", message: expect.stringMatching(message) });
  });
});

it("reads exports with the channels last", async () => {
  const [first, last] = [await load(softmax), await load(softmax, "nhwc")];
  expect(last.inputShape).toEqual([3, 2, 2]);
  expect(await logitsOf(last)).toEqual(await logitsOf(first));
});
