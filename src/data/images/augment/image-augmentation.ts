import { BaalError } from "../../../core/errors.js";
import type { Random } from "../../../core/random.js";
import type { ImageInput, PixelImage } from "../image-input.js";

/** A changed copy of an image that shows the same, of the same size and channels. All chance comes from `random`. */
export type ImageAugmentation = (image: PixelImage, random: Random) => PixelImage;

/** An image that can be changed before it is normalised. */
export interface AugmentableImage extends ImageInput {
  /** The same image, augmented with the numbers of one seed whenever it is loaded. Augmentations add up. */
  augmented(augmentation: ImageAugmentation, seed: number): AugmentableImage;
}

/**
 * An augmentation of pixels as one of a data set's inputs, for training without labels:
 * `augment: { weak: augmentImages(weakAugmentation()), strong: augmentImages(strongAugmentation()) }`.
 * It throws `E_ARGUMENT` for images that do not come from an `ImageDataset`.
 */
export function augmentImages(augmentation: ImageAugmentation): (input: ImageInput, random: Random) => AugmentableImage {
  return (input, random) => {
    if (isAugmentable(input)) return input.augmented(augmentation, random.integer(0, 0xffffffff));
    throw new BaalError(
      "E_ARGUMENT",
      `The image ${input.name} cannot be augmented: only those of an ImageDataset can, whose pixels are not normalised yet.`,
    );
  };
}

function isAugmentable(input: ImageInput): input is AugmentableImage {
  return "augmented" in input && typeof input.augmented === "function";
}

/** One augmentation that does these one after the other. */
export function augmentInTurn(...augmentations: readonly ImageAugmentation[]): ImageAugmentation {
  return (image, random) => augmentations.reduce((changed, augmentation) => augmentation(changed, random), image);
}

/** Throws `E_ARGUMENT` for a number outside `[0, most]`. */
export function checkShare(name: string, value: number, most = 1): number {
  if (value >= 0 && value <= most) return value;
  throw new BaalError("E_ARGUMENT", `${name} is a number from 0 to ${most}; ${value} came.`);
}
