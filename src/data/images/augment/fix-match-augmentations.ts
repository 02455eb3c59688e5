import { augmentInTurn } from "./augment-images.js";
import { cutout, horizontalFlip, randomCrop } from "./geometry.js";
import type { ImageAugmentation } from "./image-augmentation.js";
import { randAugment } from "./rand-augment.js";

/** FixMatch's weak augmentation: mirrored half of the time and shifted by up to an eighth (Sohn et al. 2020, arXiv:2001.07685). */
export function weakAugmentation(): ImageAugmentation {
  return augmentInTurn(horizontalFlip(), randomCrop());
}

/** FixMatch's strong augmentation: the weak one, then two operations of RandAugment, then Cutout (Sohn et al. 2020, arXiv:2001.07685). */
export function strongAugmentation(): ImageAugmentation {
  return augmentInTurn(weakAugmentation(), randAugment(), cutout());
}
