import { type Features, features } from "../../src/core/features.js";

/** Rows of sines that a few lines of numpy make too, `lift` added where row and column agree modulo 3. */
export function sineFeatures(
  shape: readonly [items: number, width: number],
  { phase, lift = 0, indices }: { readonly phase: number; readonly lift?: number; readonly indices?: readonly number[] },
): Features {
  const [items, width] = shape;
  const data = new Float32Array(items * width);
  for (let i = 0, at = 0; i < items; i++)
    for (let j = 0; j < width; j++, at++)
      data[at] = Math.sin(1.3 * i + 0.7 * j * ((i % 5) + 1) + phase) + (i % 3 === j % 3 ? lift : 0);
  return features(shape, data, indices);
}
