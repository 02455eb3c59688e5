import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { ImageDataset } from "../../../src/data/images/image-dataset.js";
import type { ImageProcessor } from "../../../src/data/images/image-processor.js";
import { imageProcessor } from "../../../src/data/images/plain-image-processor.js";
import { imageProcessorFromConfig } from "../../../src/data/images/preprocessor-config.js";
import { taskImageLoader } from "../../../src/label-studio/images/load-task-image.js";
import { encode, picture } from "../../data/images/pictures.js";

const { signal } = new AbortController();

function taskOf(bytes: Uint8Array) {
  return { value: `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`, taskId: 1 };
}

async function pixels(image: unknown, processor: ImageProcessor) {
  return new ImageDataset([{ image }], { processor }).at(0).input.load();
}

describe("taskImageLoader", () => {
  const croppedAlone = {
    ...{ image_processor_type: "CLIPImageProcessor", do_convert_rgb: true, do_resize: false, do_rescale: true },
    ...{ rescale_factor: 1 / 255, do_normalize: false, do_center_crop: true, crop_size: { height: 12, width: 16 } },
  };
  it.each([
    ["resized", imageProcessor({ size: [12, 16] })],
    ["resized to grey", imageProcessor({ size: [12, 16], channels: 1 })],
    ["resized and cropped", imageProcessor({ size: [12, 12], shortestEdge: 15, resample: "bicubic" })],
    ["cropped alone", imageProcessorFromConfig(croppedAlone)],
  ])("leaves to the model's process what gives the pixels of a data set: %s", async (_, processor) => {
    const bytes = await encode(picture(50, 31)).png().toBuffer();
    const loaded = await taskImageLoader(processor)(taskOf(bytes), { signal });
    const [found, expected] = [await pixels(loaded, processor), await pixels(bytes, processor)];
    expect(found.shape).toEqual(expected.shape);
    expect(found.data).toEqual(expected.data);
  });

  it("refuses an image that would grow to gigabytes", async () => {
    const long = await sharp({ create: { width: 5000, height: 1, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const load = taskImageLoader(imageProcessor({ size: [20, 20], shortestEdge: 20 }));
    await expect(load(taskOf(long), { signal })).rejects.toMatchObject({
      code: "E_IMAGE",
      message: expect.stringMatching(/too long or too wide for the model: of 5000 x 1 pixels 100000 x 20 would be made/),
    });
  });
});
