import { BaalError } from "../../../core/errors.js";
import type { PixelImage } from "../image-input.js";
import { adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness } from "./adjust-colours.js";
import { autoContrast, equalize, posterize, solarize } from "./adjust-tones.js";
import { cutout, horizontalFlip, randomCrop } from "./geometry.js";
import type { ImageAugmentation } from "./image-augmentation.js";
import { augmentInTurn, checkShare } from "./image-augmentation.js";
import { rotate, type Warp, warp } from "./warp.js";

/** Options of {@link randAugment}. */
export interface RandAugmentOptions {
  /** How many operations an image goes through. 2 by default. */
  readonly operations?: number | undefined;
  /** Strength of all operations, from 0 to 1. By default each is drawn anew, as FixMatch does. */
  readonly magnitude?: number | undefined;
}

/** `strength` is in [0, 1]; `side` is -1 or 1, for operations that go two ways. */
type Operation = (image: PixelImage, strength: number, side: number) => PixelImage;

const UNMOVED: Warp = { a: 1, b: 0, c: 0, d: 1, dx: 0, dy: 0 };

/** The 14 operations of the paper. */
export const RAND_AUGMENT_OPERATIONS: Readonly<Record<string, Operation>> = {
  identity: (image) => image,
  autoContrast,
  equalize,
  rotate: (image, strength, side) => rotate(image, 30 * strength * side),
  solarize: (image, strength) => solarize(image, 256 * (1 - strength)),
  colour: (image, strength, side) => adjustSaturation(image, 1 + 0.9 * strength * side),
  posterize: (image, strength) => posterize(image, 8 - Math.round(4 * strength)),
  contrast: (image, strength, side) => adjustContrast(image, 1 + 0.9 * strength * side),
  brightness: (image, strength, side) => adjustBrightness(image, 1 + 0.9 * strength * side),
  sharpness: (image, strength, side) => adjustSharpness(image, 1 + 0.9 * strength * side),
  shearX: (image, strength, side) => warp(image, { ...UNMOVED, b: 0.3 * strength * side }),
  shearY: (image, strength, side) => warp(image, { ...UNMOVED, c: 0.3 * strength * side }),
  translateX: (image, strength, side) => warp(image, { ...UNMOVED, dx: 0.3 * strength * side * image.width }),
  translateY: (image, strength, side) => warp(image, { ...UNMOVED, dy: 0.3 * strength * side * image.height }),
};

/**
 * A few operations, each drawn from the same 14: rotating, shearing, shifting, and changes of colours and tones (Cubuk et al. 2019,
 * "RandAugment: Practical automated data augmentation with a reduced search space", arXiv:1909.13719).
 * Throws `E_ARGUMENT` for a number of operations below 0 or a magnitude outside [0, 1].
 */
export function randAugment({ operations = 2, magnitude }: RandAugmentOptions = {}): ImageAugmentation {
  if (!Number.isInteger(operations) || operations < 0)
    throw new BaalError("E_ARGUMENT", `operations is a whole number from 0; ${operations} came.`);
  if (magnitude !== undefined) checkShare("magnitude", magnitude);
  const all = Object.values(RAND_AUGMENT_OPERATIONS);
  return (image, random) => {
    let changed = image;
    for (let i = 0; i < operations; i++) {
      const operation = all[random.integer(0, all.length - 1)]!;
      const strength = magnitude ?? random.uniform();
      changed = operation(changed, strength, random.uniform() < 0.5 ? -1 : 1);
    }
    return changed;
  };
}

/** FixMatch's weak augmentation: mirrored half of the time and shifted by up to an eighth (Sohn et al. 2020, arXiv:2001.07685). */
export function weakAugmentation(): ImageAugmentation {
  return augmentInTurn(horizontalFlip(), randomCrop());
}

/** FixMatch's strong augmentation: the weak one, then two operations of RandAugment, then Cutout (Sohn et al. 2020, arXiv:2001.07685). */
export function strongAugmentation(): ImageAugmentation {
  return augmentInTurn(weakAugmentation(), randAugment(), cutout());
}
