import { checkShare } from "./check-share.js";
import type { ImageAugmentation } from "./image-augmentation.js";
import { rotate } from "./warp.js";

export interface RotationOptions {
  /** The angle is drawn between this to the left and this to the right. 10 by default. */
  readonly degrees?: number;
}

/** Turns an image a little around its centre; the corners become mid grey. Throws `E_ARGUMENT` for degrees outside [0, 180]. */
export function rotation({ degrees = 10 }: RotationOptions = {}): ImageAugmentation {
  checkShare("degrees", degrees, 180);
  return (image, random) => rotate(image, degrees * (2 * random.uniform() - 1));
}
