import { BaalError } from "../../../core/errors.js";
import type { Random } from "../../../core/random.js";
import type { ImageInput } from "../image-input.js";
import type { AugmentableImage } from "../image-item.js";
import type { ImageAugmentation } from "./image-augmentation.js";

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
