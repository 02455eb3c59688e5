import { expect, it } from "vitest";
import { loadEmbeddedShapes } from "../../src/data/embedded.js";
import { ImageDataset } from "../../src/data/images/image-dataset.js";
import { imageProcessor } from "../../src/data/images/plain-image-processor.js";

it("loadEmbeddedShapes gives rows that an ImageDataset takes as they are", async () => {
  const { train, test, labels } = await loadEmbeddedShapes();
  expect([train.length, test.length]).toEqual([2000, 480]);
  expect(labels).toEqual([...labels].sort());
  const processor = imageProcessor({ size: [28, 28], channels: 1 });
  for (const rows of [train, test]) {
    const dataset = new ImageDataset(rows, { processor, labels });
    const { input, target } = dataset.at(5);
    expect(labels[Number(target)]).toBe(rows[5]!.label);
    const { shape, data } = await input.load();
    expect(shape).toEqual([1, 28, 28]);
    expect([...data].map((value) => Math.round(255 * value))).toEqual([...rows[5]!.image.data]);
  }
});
