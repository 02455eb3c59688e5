import { createRandom } from "../../core/random.js";
import { sha256 } from "../../system/digest.js";
import type { AugmentableImage, ImageAugmentation } from "./augment/image-augmentation.js";
import { type DecodeLimits, decodeImage, type Resizing, readImageHeader, resizePixels } from "./decode-image.js";
import type { ImagePixels, PixelImage } from "./image-input.js";
import type { ImageProcessor } from "./image-processor.js";
import { type ImageSource, sourceBytes } from "./image-source.js";
import { resizedSize } from "./resizing.js";

interface AppliedAugmentation {
  readonly augmentation: ImageAugmentation;
  readonly seed: number;
}

/** An image as a model's input. It is read and decoded each time that it is loaded. */
export function imageItem(source: ImageSource, processor: ImageProcessor, limits: DecodeLimits): AugmentableImage {
  return itemOf(source.name, source, sizedPixels(source, processor, limits), processor, []);
}

type LoadPixels = () => PixelImage | Promise<PixelImage>;

function itemOf(
  name: string,
  source: ImageSource,
  pixels: LoadPixels,
  processor: ImageProcessor,
  applied: readonly AppliedAugmentation[],
): AugmentableImage {
  const finish = (image: PixelImage): ImagePixels => {
    const cropped = processor.crop(image);
    return processor.normalise(
      applied.reduce((changed, { augmentation, seed }) => augmentation(changed, createRandom(seed)), cropped),
    );
  };
  return {
    name,
    load: () => {
      const image = pixels();
      return image instanceof Promise ? image.then(finish) : finish(image);
    },
    augmented: (augmentation, seed) => itemOf(name, source, pixels, processor, [...applied, { augmentation, seed }]),
    // A changed copy is made anew each time: nobody should keep anything under its name.
    ...(applied.length === 0 ? { contentKey: () => contentKey(source, processor) } : {}),
  };
}

/** Reads the image and gives it the processor's size; of decoded pixels of that size, at once. */
function sizedPixels(source: ImageSource, processor: ImageProcessor, { maxPixels }: DecodeLimits): LoadPixels {
  const { resize, resample, resizeLike } = processor.settings;
  const resizing = (image: { height: number; width: number }): Resizing | undefined =>
    resize === undefined ? undefined : { ...resizedSize(resize, image), resample, resizeLike };
  if ("pixels" in source) {
    const { pixels } = source;
    const wanted = resizing(pixels);
    const fits = wanted === undefined || (wanted.height === pixels.height && wanted.width === pixels.width);
    return () => (fits ? pixels : resizePixels(pixels, wanted));
  }
  return async () => {
    const encoded = "path" in source ? source.path : await source.bytes();
    const header = await readImageHeader(encoded, source.name, { maxPixels });
    return decodeImage(encoded, source.name, { header, resizing: resizing(header), maxPixels });
  };
}

/** SHA-256 of the file's bytes (of pixels: with their size), and the processor's key. */
async function contentKey(source: ImageSource, processor: ImageProcessor): Promise<string> {
  const size = "pixels" in source ? `${source.pixels.height}x${source.pixels.width}x${source.pixels.channels}:` : "";
  return `${sha256(size, await sourceBytes(source))}-${processor.key}`;
}
