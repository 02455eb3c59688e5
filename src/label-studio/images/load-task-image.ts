import { LRUCache } from "lru-cache";
import { throwIfAborted } from "../../core/errors.js";
import { type DecodeLimits, decodeImage, readImageHeader } from "../../data/images/decode-image.js";
import type { FetchImageOptions } from "../../data/images/fetch-image.js";
import { atMost } from "../../data/images/image-downloads.js";
import type { PixelImage } from "../../data/images/image-input.js";
import { imageError } from "../../data/images/image-input.js";
import type { ImageProcessor } from "../../data/images/image-processor.js";
import { type ImageSize, resizedSize } from "../../data/images/resizing.js";
import { downloadImage } from "../api/download-file.js";
import { imagePlace } from "../api/image-place.js";
import { type LabelStudioServerOptions, labelStudioServer } from "../api/label-studio-server.js";
import type { TaskInput } from "../contract/task-model.js";

export interface TaskImageOptions
  extends Pick<FetchImageOptions, "maxBytes" | "timeoutMs" | "maxRedirects" | "allowPrivateAddresses">,
    DecodeLimits {
  /** Whose `/data/...` files and cloud storage tasks name. */
  readonly labelStudio?: LabelStudioServerOptions | undefined;
}

export interface LoadTaskImageOptions {
  readonly signal: AbortSignal;
  /** Told of each image that is to be decoded, by its header; what it throws is what is wrong with the image. */
  readonly onDecode?: ((image: ImageSize, name: string) => void) | undefined;
}

/** Gives a task's image in the model's size. Throws `E_IMAGE` that says what is wrong with it, `E_ABORTED`. */
export type LoadTaskImage = (input: TaskInput, options: LoadTaskImageOptions) => Promise<PixelImage>;

/** For all requests together: neither Label Studio nor the memory is to be flooded. */
const DOWNLOADS = 8;
const DECODERS = 2;

/** Images kept for when a task is opened, or predictions are asked for again. */
const CACHE_BYTES = 64_000_000;
const CACHE_MS = 10 * 60_000;

/** How much larger than the model's input a resized image may be before it is cropped: a very long one would take gigabytes. */
const MAX_EXCESS = 16;

/** A function that loads the images of tasks: a few at a time, those of the last minutes from memory. Throws `E_ARGUMENT`. */
export function taskImageLoader(processor: ImageProcessor, options: TaskImageOptions = {}): LoadTaskImage {
  const { labelStudio: server, maxPixels, maxBytes = 50_000_000, ...limits } = options;
  const labelStudio = server && labelStudioServer(server);
  const [channels, height, width] = processor.shape ?? [3, 1024, 1024];
  const cache = new LRUCache<string, PixelImage>({
    ttl: CACHE_MS,
    max: Math.max(1, Math.floor(CACHE_BYTES / (channels * height * width))),
  });
  const downloading = atMost(DOWNLOADS);
  const decoding = atMost(DECODERS);
  const decode = pixelDecoder(processor, { maxPixels, maxResized: MAX_EXCESS * height * width });
  return async (input, { signal, onDecode }) => {
    const turn = (image: () => Promise<Uint8Array> | Uint8Array, name: string) =>
      decoding(async () => {
        // Whoever asked may have gone while others were decoded.
        throwIfAborted(signal, "The decoding of images");
        return decode(await image(), name, onDecode);
      });
    const place = imagePlace(input, labelStudio);
    if ("bytes" in place) {
      if (place.size > maxBytes) throw imageError(place.name, `it is larger than ${maxBytes} bytes (maxBytes)`);
      return turn(() => place.bytes(), place.name);
    }
    const key = place.url.href;
    const kept = cache.get(key);
    if (kept !== undefined) return kept;
    const bytes = await downloading(() => downloadImage(place, labelStudio, { ...limits, maxBytes, signal }));
    const pixels = await turn(() => bytes, place.name);
    cache.set(key, pixels);
    return pixels;
  };
}

/** Decodes and resizes as a data set with this processor does; the model's process does the rest. */
function pixelDecoder(
  processor: ImageProcessor,
  { maxPixels, maxResized }: DecodeLimits & { readonly maxResized: number },
): (bytes: Uint8Array, name: string, onDecode: LoadTaskImageOptions["onDecode"]) => Promise<PixelImage> {
  const { resize, resample, resizeLike } = processor.settings;
  return async (bytes, name, onDecode) => {
    const header = await readImageHeader(bytes, name, { maxPixels });
    onDecode?.(header, name);
    if (resize === undefined) return processor.crop(await decodeImage(bytes, name, { header, maxPixels }));
    const size = resizedSize(resize, header);
    if (size.width * size.height > maxResized) {
      throw imageError(
        name,
        `it is too long or too wide for the model: of ${header.width} x ${header.height} pixels ${size.width} x ${size.height} would be made`,
      );
    }
    return decodeImage(bytes, name, { header, resizing: { ...size, resample, resizeLike }, maxPixels });
  };
}
