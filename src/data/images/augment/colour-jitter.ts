import type { PixelImage } from "../pixel-image.js";
import { adjustBrightness, adjustContrast, adjustSaturation } from "./adjust-colours.js";
import { checkShare } from "./check-share.js";
import type { ImageAugmentation } from "./image-augmentation.js";

export interface ColourJitterOptions {
  /** Each factor is drawn from `[1 - x, 1 + x]`. 0.4 by default. */
  readonly brightness?: number;
  readonly contrast?: number;
  readonly saturation?: number;
}

type Adjust = (image: PixelImage, factor: number) => PixelImage;

/** Changes brightness, contrast and saturation, in random order. Throws `E_ARGUMENT` for a strength outside [0, 1]. */
export function colourJitter(options: ColourJitterOptions = {}): ImageAugmentation {
  const { brightness = 0.4, contrast = 0.4, saturation = 0.4 } = options;
  const steps: readonly (readonly [Adjust, number])[] = [
    [adjustBrightness, checkShare("brightness", brightness)],
    [adjustContrast, checkShare("contrast", contrast)],
    [adjustSaturation, checkShare("saturation", saturation)],
  ];
  return (image, random) =>
    random.shuffled(steps).reduce((changed, [adjust, strength]) => {
      const factor = 1 + strength * (2 * random.uniform() - 1);
      return adjust(changed, factor);
    }, image);
}
