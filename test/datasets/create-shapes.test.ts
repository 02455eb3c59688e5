import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createShapes } from "../../datasets/shapes/create-shapes.js";
import { drawShape, imageSize } from "../../datasets/shapes/draw-shape.js";
import { encodeIdx } from "../../datasets/shapes/encode-idx.js";
import { outlines, shapeNames } from "../../datasets/shapes/outlines.js";
import { createRandom } from "../../src/core/random.js";
import { loadEmbeddedShapes } from "../../src/data/embedded.js";
import { readIdx } from "../../src/data/images/sources/read-idx.js";

const folder = join(import.meta.dirname, "..", "..", "datasets", "shapes");
let shapes: ReturnType<typeof createShapes>;
beforeAll(() => {
  shapes = createShapes({ seed: 20_240_608 });
});

describe("the drawn shapes", () => {
  it.each(["train", "test"] as const)("%s is what the script draws, byte for byte", async (split) => {
    const drawn = shapes[split];
    const images = await readIdx(join(folder, `${split}-images.idx.gz`));
    const labels = await readIdx(join(folder, `${split}-labels.idx.gz`));
    expect(images.dims).toEqual([drawn.length, imageSize, imageSize]);
    expect(Buffer.concat(drawn.map(({ pixels }) => pixels)).equals(images.data)).toBe(true);
    expect([...labels.data].map((label) => shapeNames[label])).toEqual(drawn.map(({ label }) => label));
  });

  it("have the names that the loader gives them", async () => {
    const { labels, test } = await loadEmbeddedShapes();
    expect(labels).toEqual(shapeNames);
    expect(test.map(({ label }) => label)).toEqual(shapes.test.map(({ label }) => label));
  });

  it("are as frequent as their description says", () => {
    const counts = (rows: typeof shapes.train) => shapeNames.map((name) => rows.filter(({ label }) => label === name).length);
    expect(counts(shapes.test)).toEqual(shapeNames.map(() => 60));
    expect(counts(shapes.train).reduce((sum, count) => sum + count)).toBe(2000);
    expect(shapes.train.filter(({ label }) => label === "star")).toHaveLength(40);
    expect(Math.min(...counts(shapes.train))).toBe(40);
  });

  it("never repeat a picture", () => {
    const all = [...shapes.train, ...shapes.test].map(({ pixels }) => Buffer.from(pixels).toString("latin1"));
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("drawShape", () => {
  it("draws brighter pixels inside of the shape than outside", () => {
    const mean = (outline: (x: number, y: number) => boolean) => {
      const random = createRandom(3);
      const pixels = Array.from({ length: 50 }, () => [...drawShape(outline, random)]).flat();
      return pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    };
    expect(mean(() => false)).toBeLessThan(mean(outlines.moon));
    expect(mean(outlines.moon)).toBeLessThan(mean(outlines.circle));
  });

  it("keeps every outline within the unit circle and around the origin", () => {
    for (const [name, outline] of Object.entries(outlines)) {
      // What sticks out would be cut off.
      let area = 0;
      for (let x = -1.5; x <= 1.5; x += 0.02) {
        for (let y = -1.5; y <= 1.5; y += 0.02) {
          if (!outline(x, y)) continue;
          area += 0.02 ** 2;
          expect(Math.hypot(x, y), name).toBeLessThanOrEqual(1);
        }
      }
      expect(area, name).toBeGreaterThan(0.7);
    }
  });
});

it("encodeIdx writes what readIdx reads", () => {
  expect([...encodeIdx([2, 3], Uint8Array.from([1, 2, 3, 4, 5, 6]))]).toEqual([
    ...[0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3],
    ...[1, 2, 3, 4, 5, 6],
  ]);
});
