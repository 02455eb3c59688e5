import type { BadImage } from "../data/images/check-images.js";
import type { Output } from "./output.js";

/** So many are named one by one. */
const most = 10;

/** Names the images that were left out, and why. */
export function warnOfBadImages(bad: readonly BadImage[], output: Output): void {
  for (const { reason } of bad.slice(0, most)) output.warn(`skipped: ${reason}`);
  if (bad.length > most) output.warn(`skipped: ${bad.length - most} more images; --json names all`);
}
