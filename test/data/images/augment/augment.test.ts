import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/core/random.js";
import {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  adjustSharpness,
  colourJitter,
} from "../../../../src/data/images/augment/adjust-colours.js";
import { autoContrast, equalize, posterize, solarize } from "../../../../src/data/images/augment/adjust-tones.js";
import { cutout, horizontalFlip, randomCrop, rotation } from "../../../../src/data/images/augment/geometry.js";
import type { ImageAugmentation } from "../../../../src/data/images/augment/image-augmentation.js";
import { augmentImages, augmentInTurn } from "../../../../src/data/images/augment/image-augmentation.js";
import {
  RAND_AUGMENT_OPERATIONS,
  randAugment,
  strongAugmentation,
  weakAugmentation,
} from "../../../../src/data/images/augment/rand-augment.js";
import { rotate, warp } from "../../../../src/data/images/augment/warp.js";
import { ImageDataset } from "../../../../src/data/images/image-dataset.js";
import type { PixelImage } from "../../../../src/data/images/image-input.js";
import { imageProcessor } from "../../../../src/data/images/plain-image-processor.js";
import { chiSquare } from "../../../chi-square.js";
import { picture } from "../pictures.js";

function grey(width: number, ...samples: readonly number[]): PixelImage {
  return { width, height: samples.length / width, channels: 1, data: Uint8Array.from(samples) };
}

function pixel(...samples: readonly [number, number, number]): PixelImage {
  return { width: 1, height: 1, channels: 3, data: Uint8Array.from(samples) };
}

const all: Readonly<Record<string, ImageAugmentation>> = {
  horizontalFlip: horizontalFlip(),
  randomCrop: randomCrop(),
  "randomCrop with a black border": randomCrop({ border: "black", padding: 0.4 }),
  colourJitter: colourJitter(),
  rotation: rotation({ degrees: 180 }),
  cutout: cutout(),
  randAugment: randAugment({ operations: 3 }),
  weakAugmentation: weakAugmentation(),
  strongAugmentation: strongAugmentation(),
  ...Object.fromEntries(
    Object.entries(RAND_AUGMENT_OPERATIONS).map(([name, operation]): [string, ImageAugmentation] => [
      `operation ${name}`,
      (image, random) => operation(image, random.uniform(), 1),
    ]),
  ),
};

describe("every augmentation", () => {
  for (const [name, augmentation] of Object.entries(all)) {
    it(`${name}: keeps size and channels, leaves its input alone, repeats itself by seed`, () => {
      for (const image of [picture(13, 7), picture(6, 11, 1), picture(1, 1), picture(2, 1, 1)]) {
        const before = image.data.slice();
        for (let seed = 0; seed < 12; seed++) {
          const changed = augmentation(image, createRandom(seed));
          expect([changed.width, changed.height, changed.channels]).toEqual([image.width, image.height, image.channels]);
          expect(changed.data).toBeInstanceOf(Uint8Array);
          expect(changed.data).not.toBeInstanceOf(Uint8ClampedArray);
          expect(changed.data.length).toBe(image.data.length);
          expect(augmentation(image, createRandom(seed))).toEqual(changed);
        }
        expect(image.data).toEqual(before);
      }
    });
  }
});

describe("horizontalFlip", () => {
  it("mirrors pixels, not channels, as often as it should", () => {
    const image: PixelImage = {
      width: 2,
      height: 2,
      channels: 3,
      data: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    };
    expect([...horizontalFlip({ probability: 1 })(image, createRandom(0)).data]).toEqual([4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
    expect(horizontalFlip({ probability: 0 })(image, createRandom(0))).toBe(image);
    const random = createRandom(3);
    let flipped = 0;
    for (let i = 0; i < 4000; i++) flipped += Number(horizontalFlip({ probability: 0.3 })(image, random) !== image);
    const { statistic, limit } = chiSquare([flipped, 4000 - flipped], [1200, 2800]);
    expect(statistic).toBeLessThan(limit);
  });
});

describe("randomCrop", () => {
  it("shifts by every offset equally often", () => {
    const image = grey(8, ...Array.from({ length: 64 }, (_, i) => i + 1));
    const random = createRandom(1);
    const counts = new Array<number>(25).fill(0);
    for (let i = 0; i < 5000; i++) {
      const { data } = randomCrop({ padding: 0.25, border: "black" })(image, random);
      // The pixel in the middle (4, 4) was 37; up to two rows and columns away now.
      const at = data.indexOf(37);
      counts[(Math.floor(at / 8) - 2) * 5 + (at % 8) - 2]!++;
    }
    const { statistic, limit } = chiSquare(counts, new Array<number>(25).fill(200));
    expect(statistic).toBeLessThan(limit);
  });

  it("fills the border with black, or with the mirrored image", () => {
    const image = grey(4, 10, 20, 30, 40);
    const seen = (border: "black" | "reflect") =>
      new Set(
        Array.from({ length: 60 }, (_, seed) => [...randomCrop({ padding: 0.5, border })(image, createRandom(seed)).data].join()),
      );
    // Up to two columns, and up to one row: then nothing is left.
    const shifts = ["0,0,0,0", "0,0,10,20", "0,10,20,30", "10,20,30,40", "20,30,40,0", "30,40,0,0"];
    expect([...seen("black")].sort()).toEqual(shifts);
    expect([...seen("reflect")]).toEqual(expect.arrayContaining(["30,20,10,20", "20,10,20,30", "20,30,40,30", "30,40,30,20"]));
  });
});

describe("colours and tones", () => {
  it("brightness, contrast, saturation and sharpness in closed form", () => {
    expect([...adjustBrightness(grey(3, 0, 100, 200), 1.5).data]).toEqual([0, 150, 255]);
    // Mean 100.
    expect([...adjustContrast(grey(3, 0, 100, 200), 0.5).data]).toEqual([50, 100, 150]);
    expect([...adjustContrast(grey(3, 0, 100, 200), 0).data]).toEqual([100, 100, 100]);
    // Luma of (200, 10, 30) is 69.
    expect([...adjustSaturation(pixel(200, 10, 30), 0).data]).toEqual([69, 69, 69]);
    expect([...adjustSaturation(pixel(200, 10, 30), 0.25).data]).toEqual([102, 54, 59]);
    expect([...adjustSharpness(grey(3, 0, 0, 0, 0, 130, 0, 0, 0, 0), 0).data]).toEqual([0, 0, 0, 0, 50, 0, 0, 0, 0]);
    expect([...adjustSharpness(grey(3, 13, 13, 13, 13, 0, 13, 13, 13, 13), 0).data]).toEqual([13, 13, 13, 13, 8, 13, 13, 13, 13]);
    for (const adjust of [adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness])
      expect(adjust(picture(9, 8), 1).data).toEqual(picture(9, 8).data);
  });

  it("solarize, posterize, autoContrast and equalize", () => {
    expect([...solarize(grey(3, 0, 100, 200), 128).data]).toEqual([0, 100, 55]);
    expect(solarize(picture(5, 5), 256).data).toEqual(picture(5, 5).data);
    expect([...posterize(grey(3, 7, 130, 255), 2).data]).toEqual([0, 128, 192]);
    expect([...autoContrast(grey(3, 50, 75, 100)).data]).toEqual([0, 128, 255]);
    expect([...autoContrast(grey(2, 9, 9)).data]).toEqual([9, 9]);
    // 512 pixels of 10, 512 of 20, 256 of 200: step (1280 - 256) / 255 = 4; 2 / 4 = 0, 514 / 4 = 128, 1026 / 4 = 256 -> 255.
    const image = grey(
      1280,
      ...new Array<number>(512).fill(10),
      ...new Array<number>(512).fill(20),
      ...new Array<number>(256).fill(200),
    );
    const flat = equalize(image).data;
    expect([flat[0], flat[600], flat[1279]]).toEqual([0, 128, 255]);
    const { data } = equalize(picture(64, 64));
    const dark = data.filter((sample, i) => i % 3 === 1 && sample < 128).length;
    expect(Math.abs(dark - 2048)).toBeLessThan(100);
  });

  it("jitters within its bounds, about symmetrically", () => {
    const image = grey(2, 100, 100);
    const random = createRandom(5);
    const values = Array.from(
      { length: 2000 },
      () => colourJitter({ brightness: 0.2, contrast: 0, saturation: 0 })(image, random).data[0]!,
    );
    expect([Math.min(...values), Math.max(...values)]).toEqual([80, 120]);
    expect(Math.abs(values.reduce((sum, x) => sum + x, 0) / 2000 - 100)).toBeLessThan(1);
  });
});

describe("warp", () => {
  it("shifts by whole pixels exactly, filling with mid grey", () => {
    const moved = warp(grey(3, 1, 2, 3, 4, 5, 6), { a: 1, b: 0, c: 0, d: 1, dx: 1, dy: 0 });
    expect([...moved.data]).toEqual([2, 3, 128, 5, 6, 128]);
  });

  it("turns clockwise; a full turn changes nothing", () => {
    const image = grey(3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect([...rotate(image, 90).data]).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
    expect([...rotate(image, -90).data]).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    expect(rotate(picture(8, 8), 360).data).toEqual(picture(8, 8).data);
  });

  it("turns within the degrees given, both ways", () => {
    const image = picture(9, 9);
    const near = [-4, -2, 0, 2, 4].map((degrees) => rotate(image, degrees).data.join());
    expect(new Set(near).size).toBe(5);
    expect(rotation({ degrees: 0 })(image, createRandom(0)).data).toEqual(image.data);
  });
});

describe("cutout", () => {
  it("paints one rectangle mid grey, of at most the share given", () => {
    const image = grey(20, ...new Array<number>(400).fill(7));
    const random = createRandom(2);
    const painted = Array.from({ length: 300 }, () => {
      const { data } = cutout({ share: 0.5 })(image, random);
      const at = [...data.keys()].filter((i) => data[i] === 128);
      const columns = at.map((i) => i % 20);
      const rows = at.map((i) => Math.floor(i / 20));
      const [width, height] = [columns, rows].map((list) => (list.length === 0 ? 0 : Math.max(...list) - Math.min(...list) + 1));
      expect(at.length).toBe(width! * height!);
      expect(Math.max(width!, height!)).toBeLessThanOrEqual(10);
      return at.length;
    });
    expect(Math.max(...painted)).toBeGreaterThan(60);
  });
});

describe("randAugment", () => {
  it("changes nothing with no operations, and little with no strength", () => {
    const noise = createRandom(8);
    const image: PixelImage = { ...picture(10, 10), data: Uint8Array.from({ length: 300 }, () => noise.integer(0, 255)) };
    expect(randAugment({ operations: 0 })(image, createRandom(0))).toBe(image);
    const { autoContrast: _, equalize: __, ...graded } = RAND_AUGMENT_OPERATIONS;
    for (const operation of Object.values(graded)) expect(operation(image, 0, 1).data).toEqual(image.data);
    for (const [name, operation] of Object.entries(graded))
      if (name !== "identity") expect(operation(image, 1, -1).data, name).not.toEqual(image.data);
  });

  it("draws operations and strengths", () => {
    const random = createRandom(4);
    const seen = new Set(Array.from({ length: 300 }, () => randAugment()(picture(8, 8), random).data.join()));
    expect(seen.size).toBeGreaterThan(200);
    const fixed = new Set(
      Array.from({ length: 300 }, () => randAugment({ operations: 1, magnitude: 0.5 })(picture(8, 8), random).data.join()),
    );
    // 14 operations, 8 of which go two ways.
    expect(fixed.size).toBeLessThanOrEqual(22);
    expect(fixed.size).toBeGreaterThan(14);
  });
});

it("refuses options that are out of range", () => {
  const wrong = [
    () => horizontalFlip({ probability: 1.1 }),
    () => randomCrop({ padding: 0.6 }),
    () => colourJitter({ contrast: -0.1 }),
    () => rotation({ degrees: Number.NaN }),
    () => cutout({ share: 2 }),
    () => randAugment({ operations: 1.5 }),
    () => randAugment({ magnitude: 1.5 }),
  ];
  for (const make of wrong) expect(make).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
});

describe("augmentImages", () => {
  const dataset = new ImageDataset([{ image: picture(12, 8) }], { processor: imageProcessor({ size: [8, 12] }) });

  it("changes the inputs of an ImageDataset by the generator handed in, once and for all", async () => {
    const { input } = dataset.at(0);
    const strong = augmentImages(strongAugmentation());
    const pixels = async (seed: number) => [...(await strong(input, createRandom(seed)).load()).data].join();
    expect(await pixels(1)).toBe(await pixels(1));
    expect(await pixels(1)).not.toBe(await pixels(2));
    const changed = strong(input, createRandom(3));
    expect((await changed.load()).data).toEqual((await changed.load()).data);
    const both = augmentImages(augmentInTurn())(changed, createRandom(9));
    expect((await both.load()).data).toEqual((await changed.load()).data);
  });

  it("refuses other images", () => {
    const other = { name: "mine", load: () => ({ shape: [1, 1, 1] as const, data: new Float32Array(1) }) };
    expect(() => augmentImages(weakAugmentation())(other, createRandom(0))).toThrow(/mine cannot be augmented/);
  });
});
