import { createRandom, type Random } from "../../src/core/random.js";
import { drawShape } from "./draw-shape.js";
import { outlines, type ShapeName, shapeNames } from "./outlines.js";

/** An image of the set: its grey pixels, and what it shows. */
export interface DrawnShape {
  readonly pixels: Uint8Array;
  readonly label: ShapeName;
}

/** Images in the pool: classes are unevenly frequent, as in real collections, and one is rare. */
const poolCounts = { circle: 480, square: 440, ring: 320, triangle: 260, cross: 200, heart: 155, moon: 105, star: 40 };

/** Images of each class to test on. */
const testCount = 60;

/** A pool to label from, in which one class is rare, and an even test split. */
export function createShapes({ seed }: { readonly seed: number }): {
  readonly train: readonly DrawnShape[];
  readonly test: readonly DrawnShape[];
} {
  const random = createRandom(seed);
  return {
    train: split((name) => poolCounts[name], random),
    test: split(() => testCount, random),
  };
}

function split(countOf: (name: ShapeName) => number, random: Random): DrawnShape[] {
  const drawn = shapeNames.flatMap((label) =>
    Array.from({ length: countOf(label) }, () => ({ pixels: drawShape(outlines[label], random), label })),
  );
  return random.shuffled(drawn);
}
