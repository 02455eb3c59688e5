import type { Dataset } from "../../core/dataset.js";
import { createDataset } from "../../core/dataset-view.js";
import { createRandom, deriveSeed } from "../../core/random.js";
import type { ImageInput, ImagePixels } from "../../data/images/image-input.js";

export interface KeptPixelsOptions {
  /** Gaussian noise on the pixels, for each item its own, and the same whenever it is loaded. It replaces augmentations. */
  readonly noise?: { readonly std: number; readonly seed: number } | undefined;
  /** Most bytes of pixels that are kept; a larger data set is loaded anew each time. 1 GiB by default. */
  readonly maxBytes?: number | undefined;
}

/** Images whose pixels are kept once they were loaded, since an experiment looks at each of them again and again. */
export function keptPixels(
  dataset: Dataset<ImageInput>,
  shape: ImagePixels["shape"] | undefined,
  { noise, maxBytes = 2 ** 30 }: KeptPixelsOptions = {},
): Dataset<ImageInput> {
  const fits = shape !== undefined && 4 * dataset.length * shape.reduce((a, b) => a * b, 1) <= maxBytes;
  if (!fits && noise === undefined) return dataset;
  const kept = new Map<number, ImageInput>();
  const wrap = (input: ImageInput, index: number): ImageInput => {
    let pixels: Promise<ImagePixels> | ImagePixels | undefined;
    const load = async () => {
      const loaded = await input.load();
      return noise === undefined ? loaded : withNoise(loaded, noise.std, deriveSeed(noise.seed, index));
    };
    const key = noise === undefined && input.contentKey ? { contentKey: () => input.contentKey!() } : {};
    return {
      ...{ name: input.name, ...key },
      load() {
        if (!fits) return load();
        pixels ??= load().then((loaded) => {
          // From now on without waiting.
          pixels = loaded;
          return loaded;
        });
        return pixels;
      },
    };
  };
  const whole = createDataset(dataset.length, (position) => {
    const example = dataset.at(position);
    const input = kept.get(position) ?? wrap(example.input, example.index);
    kept.set(position, input);
    return { ...example, input };
  });
  return dataset.inEpoch && noise === undefined ? { ...whole, inEpoch: (epoch) => dataset.inEpoch!(epoch) } : whole;
}

function withNoise({ shape, data }: ImagePixels, std: number, seed: number): ImagePixels {
  const random = createRandom(seed);
  return { shape, data: data.map((value) => value + std * random.normal()) };
}
