import { setTimeout as sleep } from "node:timers/promises";
import { predictions } from "../../../src/core/predictions.js";
import { imageProcessor } from "../../../src/data/images/plain-image-processor.js";
import type { ImagePredictor } from "../../../src/label-studio/contract/predictor.js";

export interface BrightnessPredictor extends ImagePredictor {
  /** Sizes of the batches that came. */
  readonly batches: number[];
}

/** Thinks that light images are of the first class and dark ones of the second. Takes `delay` milliseconds per call. */
export function brightnessPredictor(labels: readonly string[] = ["light", "dark"], { delay = 0 } = {}): BrightnessPredictor {
  const batches: number[] = [];
  return {
    kind: "image",
    labels,
    batches,
    processor: imageProcessor({ size: [8, 8], channels: 3, mean: 0.5, std: 0.5 }),
    async predict(images, { iterations, signal }) {
      batches.push(images.length);
      await sleep(delay, undefined, { signal });
      const logits = images.flatMap(({ data }) => {
        const mean = data.reduce((sum, value) => sum + value, 0) / data.length / 255;
        const values_C = labels.map((_, c) => (c === 0 ? 8 * (mean - 0.5) : c === 1 ? 8 * (0.5 - mean) : -4));
        return values_C.flatMap((value) => Array.from({ length: iterations }, (_, k) => value + (k % 2) / 4));
      });
      return predictions("logits", [images.length, labels.length, iterations], new Float32Array(logits));
    },
  };
}
