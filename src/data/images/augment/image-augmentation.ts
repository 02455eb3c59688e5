import type { Random } from "../../../core/random.js";
import type { PixelImage } from "../pixel-image.js";

/** A changed copy of an image that shows the same, of the same size and channels. All chance comes from `random`. */
export type ImageAugmentation = (image: PixelImage, random: Random) => PixelImage;
