import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { ImageDataset } from "../../src/data/images/image-dataset.js";
import { ModelHost } from "../../src/host/model-host.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { encode, picture } from "../data/images/pictures.js";
import { maxDifference } from "../models/tiny.js";
import { shade, writeTinyImageModel } from "./tiny-image-model.js";

let folder: string;
let remove: () => void;
let host: ModelHost;

beforeAll(async () => {
  ({ folder, remove } = await writeTinyImageModel(["dark", "light"]));
  host = await ModelHost.start(folder);
});

afterAll(async () => {
  await host.stop();
  remove();
});

describe("an image model in its own process", () => {
  it("says its kind, labels and how it prepares images", async () => {
    const { processor } = await ImageClassifier.fromPretrained(folder);
    expect(host.kind).toBe("image");
    expect(host.labels).toEqual(["dark", "light"]);
    expect(host.processor.key).toBe(processor.key);
  });

  it("predicts decoded images and files as the model in this process does", async () => {
    const images = [picture(30, 20), picture(9, 9)];
    const model = await ImageClassifier.fromPretrained(folder);
    patchModule(model);
    const dataset = new ImageDataset(
      images.map((image) => ({ image })),
      { processor: model.processor, labels: model.labels },
    );
    const expected = await new BaalTrainer({ model }).predictOnDataset(dataset, { iterations: 4, seed: 5 });
    const actual = await host.predict(images, { iterations: 4, seed: 5 });
    expect(actual.shape).toEqual([2, 2, 4]);
    expect(maxDifference(actual.data, expected.data)).toBeLessThan(1e-6);

    const path = join(folder, "a.png");
    writeFileSync(path, await encode(images[0]!).png().toBuffer());
    const ofFile = await host.predict([path], { iterations: 4, seed: 5 });
    expect(maxDifference(ofFile.data, expected.data.subarray(0, 8))).toBeLessThan(1e-6);
    await expect(host.predict([join(folder, "none.png")])).rejects.toMatchObject({ code: "E_IMAGE" });
  });

  it("trains on rows of images, a fresh head for new labels", async () => {
    const labels = ["night", "day"];
    const rows = Array.from({ length: 40 }, (_, i) => ({ image: shade((i % 2) * 190 + i), label: labels[i % 2] }));
    const trainee = await ModelHost.start(folder, { kind: "image", labels, patch: false });
    try {
      const { globalStep } = await trainee.train({ rows, args: { maxSteps: 150, learningRate: 0.02, batchSize: 20 } });
      expect(globalStep).toBe(150);
      const { data } = await trainee.predict([shade(20), shade(220)]);
      expect(data[0]).toBeGreaterThan(data[1]!);
      expect(data[2]).toBeLessThan(data[3]!);
    } finally {
      await trainee.stop();
    }
  });
});
