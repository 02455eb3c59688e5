import type { ImageAugmentation } from "./image-augmentation.js";

/** One augmentation that does these one after the other. */
export function augmentInTurn(...augmentations: readonly ImageAugmentation[]): ImageAugmentation {
  return (image, random) => augmentations.reduce((changed, augmentation) => augmentation(changed, random), image);
}
