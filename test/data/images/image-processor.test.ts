import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AutoProcessor, env, RawImage } from "@huggingface/transformers";
import { describe, expect, it } from "vitest";
import { imageItem } from "../../../src/data/images/image-item.js";
import { createImageProcessor, type ImageProcessor } from "../../../src/data/images/image-processor.js";
import { imageProcessor } from "../../../src/data/images/plain-image-processor.js";
import { imageProcessorFromConfig } from "../../../src/data/images/preprocessor-config.js";
import { readImageProcessor } from "../../../src/data/images/read-image-processor.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { encode, picture } from "./pictures.js";

const imagenet = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };

const configs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "ViT: a square, bilinear": {
    image_processor_type: "ViTImageProcessor",
    do_resize: true,
    size: { height: 32, width: 32 },
    resample: 2,
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
  },
  "CLIP: shortest edge, bicubic, middle": {
    feature_extractor_type: "CLIPFeatureExtractor",
    do_resize: true,
    size: { shortest_edge: 40 },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: 32, width: 32 },
    do_normalize: true,
    ...imagenet,
  },
  "DeiT: a square, lanczos, crop": {
    image_processor_type: "DeiTImageProcessor",
    size: { height: 41, width: 41 },
    resample: 1,
    do_center_crop: true,
    crop_size: 32,
    do_normalize: true,
    ...imagenet,
  },
  "ConvNeXT below 384": {
    image_processor_type: "ConvNextImageProcessor",
    size: { shortest_edge: 32 },
    crop_pct: 0.875,
    resample: 3,
    do_normalize: true,
    ...imagenet,
  },
  "ConvNeXT from 384": { image_processor_type: "ConvNextImageProcessor", size: { shortest_edge: 384 }, resample: 2 },
  "EfficientNet: deviations squared": {
    image_processor_type: "EfficientNetImageProcessor",
    size: { height: 30, width: 34 },
    resample: 0,
    do_normalize: true,
    ...imagenet,
  },
  "MobileViT: blue, green, red; a crop larger than the image": {
    image_processor_type: "MobileViTFeatureExtractor",
    size: { shortest_edge: 28 },
    do_center_crop: true,
    crop_size: { height: 71, width: 70 },
    do_flip_channel_order: true,
  },
  "no resizing, no rescaling": { image_processor_type: "ViTImageProcessor", do_resize: false, do_rescale: false },
  "longest edge": { image_processor_type: "ViTImageProcessor", size: { shortest_edge: 40, longest_edge: 44 } },
};

const sizes = [
  [50, 37],
  [37, 61],
  [91, 48],
] as const;

/** What transformers.js makes of the same file with the same configuration. */
async function transformersPixels(config: Readonly<Record<string, unknown>>, bytes: Buffer) {
  const folder = temporaryFolder();
  await mkdir(join(folder, "model"));
  await writeFile(join(folder, "model", "preprocessor_config.json"), JSON.stringify(config));
  env.localModelPath = folder;
  env.allowRemoteModels = false;
  const processor = await AutoProcessor.from_pretrained("model", { local_files_only: true });
  const image = await RawImage.fromBlob(new Blob([new Uint8Array(bytes)]));
  const { pixel_values } = await processor(image);
  return { shape: pixel_values.dims.slice(1), data: pixel_values.data as Float32Array };
}

async function load(processor: ImageProcessor, bytes: Uint8Array) {
  return imageItem({ name: "it", bytes: () => bytes }, processor, {}).load();
}

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let max = Math.abs(a.length - b.length);
  for (let i = 0; i < a.length; i++) max = Math.max(max, Math.abs(a[i]! - b[i]!));
  return max;
}

describe("imageProcessorFromConfig", () => {
  for (const [name, config] of Object.entries(configs)) {
    it(`gives the pixels of transformers.js: ${name}`, async () => {
      for (const [width, height] of sizes) {
        const bytes = await encode(picture(width, height)).jpeg({ quality: 92 }).toBuffer();
        const expected = await transformersPixels(config, bytes);
        const processor = imageProcessorFromConfig(config);
        const { shape, data } = await load(processor, bytes);
        expect([...shape]).toEqual(expected.shape);
        if (processor.shape) expect(shape).toEqual(processor.shape);
        expect(maxDifference(data, expected.data)).toBeLessThan(1e-5);
      }
    });
  }

  it("gives the pixels of transformers.js for turned, grey, transparent, palette and 16-bit images within one level", async () => {
    const config = configs["ViT: a square, bilinear"]!;
    const { width, height, data } = picture(50, 37);
    const alpha = Buffer.alloc(width * height * 4);
    for (let i = 0; i < width * height; i++) alpha.set([...data.subarray(3 * i, 3 * i + 3), (i * 7) % 256], 4 * i);
    const files = {
      turned: await encode(picture(50, 37)).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      grey: await encode(picture(50, 37, 1))
        .toColourspace("b-w")
        .png()
        .toBuffer(),
      transparent: await encode({ width, height, channels: 4 as 3, data: alpha })
        .png()
        .toBuffer(),
      gif: await encode(picture(50, 37)).gif().toBuffer(),
      webp: await encode(picture(50, 37)).webp().toBuffer(),
      deep: await encode(picture(50, 37)).toColourspace("rgb16").png().toBuffer(),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const expected = await transformersPixels(config, bytes);
      const { shape, data: pixels } = await load(imageProcessorFromConfig(config), bytes);
      expect([...shape], name).toEqual(expected.shape);
      expect(maxDifference(pixels, expected.data), name).toBeLessThan(1.01 / 127.5);
    }
  });

  it("reads a size that is one number as Python does: a square, or the shorter edge", () => {
    const of = (type: string) => imageProcessorFromConfig({ feature_extractor_type: type, size: 24 }).settings.resize;
    expect(of("ViTFeatureExtractor")).toEqual({ height: 24, width: 24 });
    expect(of("CLIPFeatureExtractor")).toEqual({ shortestEdge: 24 });
  });

  it("refuses what it cannot do, naming the file and the field", () => {
    const broken: readonly (readonly [unknown, RegExp])[] = [
      [{ size: "big" }, /m\.json: .*size/s],
      [{ do_resize: true }, /m\.json: it has do_resize but no size/],
      [{ do_center_crop: true }, /no crop_size/],
      [{ do_normalize: true }, /no image_mean/],
      [{ do_normalize: true, image_mean: [0.5], image_std: [0.5] }, /each of the 3 channels/],
      [{ do_pad: true }, /do_pad/],
      [{ resample: "sinc" }, /sinc/],
      [[], /no image processor/],
    ];
    for (const [config, message] of broken) {
      expect(() => imageProcessorFromConfig(config, "m.json")).toThrow(expect.objectContaining({ code: "E_MODEL_FORMAT" }));
      expect(() => imageProcessorFromConfig(config, "m.json")).toThrow(message);
    }
  });

  it("resizes as Pillow does when asked to: averages of the pixels that become one", async () => {
    // A checkerboard of single pixels: its average is mid grey, its samples are black or white.
    const board = Uint8Array.from(
      { length: 64 * 64 * 3 },
      (_, i) => (((Math.floor(i / 3) % 64) + Math.floor(i / 192)) % 2) * 255,
    );
    const png = await encode({ width: 64, height: 64, channels: 3, data: board }).png().toBuffer();
    const base = { size: { height: 8, width: 8 }, resample: 2 };
    const averaged = await load(imageProcessorFromConfig({ ...base, resize_like: "pillow" }), png);
    expect(maxDifference(averaged.data, new Float32Array(averaged.data.length).fill(0.5))).toBeLessThan(0.05);
    expect(imageProcessorFromConfig({ ...base, resize_like: "pillow" }).key).not.toBe(imageProcessorFromConfig(base).key);
  });

  it("writes its configuration again", () => {
    for (const config of Object.values(configs)) {
      const processor = imageProcessorFromConfig(config);
      expect(processor.toConfig()).toEqual(config);
      expect(imageProcessorFromConfig(processor.toConfig()).key).toBe(processor.key);
    }
  });
});

describe("imageProcessor", () => {
  it("resizes and normalises", async () => {
    const processor = imageProcessor({ size: [20, 30], mean: [0.1, 0.2, 0.3], std: 0.5 });
    expect(processor.shape).toEqual([3, 20, 30]);
    const image = picture(30, 20);
    const { shape, data } = await load(processor, await encode(image).png().toBuffer());
    expect(shape).toEqual([3, 20, 30]);
    const expected = Float32Array.from({ length: 1800 }, (_, i) => {
      const channel = Math.floor(i / 600);
      return (image.data[3 * (i % 600) + channel]! / 255 - [0.1, 0.2, 0.3][channel]!) / 0.5;
    });
    expect(maxDifference(data, expected)).toBeLessThan(1e-6);
  });

  it("makes grey images of coloured ones with Pillow's weights", async () => {
    const processor = imageProcessor({ size: [1, 2], channels: 1 });
    const png = await encode({ width: 2, height: 1, channels: 3, data: Uint8Array.of(200, 10, 30, 0, 255, 0) })
      .png()
      .toBuffer();
    const { shape, data } = await load(processor, png);
    expect(shape).toEqual([1, 1, 2]);
    // 0.299 * 200 + 0.587 * 10 + 0.114 * 30 = 69.09; 0.587 * 255 = 149.685
    expect([...data].map((x) => Math.round(255 * x))).toEqual([69, 150]);
  });

  it("gives what transformers.js gives from the configuration that it writes", async () => {
    const bytes = await encode(picture(60, 41)).jpeg().toBuffer();
    for (const shortestEdge of [undefined, 36]) {
      const processor = imageProcessor({ size: [32, 32], mean: 0.5, std: 0.25, ...(shortestEdge ? { shortestEdge } : {}) });
      const expected = await transformersPixels(processor.toConfig(), bytes);
      const { shape, data } = await load(processor, bytes);
      expect([...shape]).toEqual(expected.shape);
      expect(maxDifference(data, expected.data)).toBeLessThan(1e-5);
    }
  });

  it("refuses settings that do not fit", () => {
    const wrong = [
      { size: [0, 4] },
      { size: [4, 1.5] },
      { size: [4, 4], channels: 2 as 3 },
      { size: [4, 4], mean: [0.5] },
      { size: [4, 4], std: [0.5, 0.5, 0] },
      { size: [4, 4], shortestEdge: 0 },
    ] as const;
    for (const options of wrong)
      expect(() => imageProcessor(options as unknown as Parameters<typeof imageProcessor>[0])).toThrow(
        expect.objectContaining({ code: "E_ARGUMENT" }),
      );
    const { settings } = imageProcessor({ size: [4, 4], channels: 1 });
    expect(() => createImageProcessor({ ...settings, flipChannels: true }, {})).toThrow(/colour/);
  });
});

describe("readImageProcessor", () => {
  it("reads preprocessor_config.json, else timm's config.json", async () => {
    const folder = temporaryFolder();
    expect(await readImageProcessor(folder)).toBeUndefined();
    const pretrained_cfg = {
      input_size: [3, 224, 224],
      interpolation: "bicubic",
      crop_pct: 0.9,
      mean: [0.5, 0.5, 0.5],
      std: [1, 1, 1],
    };
    await writeFile(join(folder, "config.json"), JSON.stringify({ architecture: "vgg16", pretrained_cfg }));
    const { settings, shape } = (await readImageProcessor(folder))!;
    expect(shape).toEqual([3, 224, 224]);
    expect(settings).toMatchObject({ resize: { shortestEdge: 248 }, resample: "bicubic", mean: [0.5, 0.5, 0.5] });
    await writeFile(join(folder, "preprocessor_config.json"), JSON.stringify({ size: { height: 8, width: 9 } }));
    expect((await readImageProcessor(folder))?.shape).toEqual([3, 8, 9]);
    await writeFile(join(folder, "preprocessor_config.json"), "{");
    await expect(readImageProcessor(folder)).rejects.toMatchObject({ code: "E_MODEL_FORMAT" });
  });
});
