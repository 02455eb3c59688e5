import { type Features, features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import type { LabelledItems } from "../../src/heuristics/heuristic.js";
import type { CandidatePool } from "../../src/strategies/strategy.js";

type Rows = readonly (readonly number[])[];

const featuresOf = (rows: Rows, indices: readonly number[]): Features =>
  features([rows.length, rows[0]!.length], Float32Array.from(rows.flat()), indices);

/** A pool with these features; by default the dataset indices 100, 101, ... */
export function featurePool(rows: Rows, labelled: Rows = [], indices = rows.map((_, i) => 100 + i)): CandidatePool {
  const known = labelled.map((_, i) => 1000 + i);
  return {
    indices,
    features: featuresOf(rows, indices),
    ...(labelled.length > 0
      ? {
          labelled: {
            indices: known,
            targets: known.map(() => 0),
            features: featuresOf(labelled, known),
          } satisfies LabelledItems,
        }
      : {}),
  };
}

/** Normally distributed rows around `centre`. */
export function cloud(items: number, centre: readonly number[], { spread = 1, seed = 1 } = {}): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: items }, () => centre.map((value) => Math.fround(value + spread * random.normal())));
}

export const distance = (a: readonly number[], b: readonly number[]) =>
  Math.sqrt(a.reduce((sum, value, d) => sum + (value - b[d]!) ** 2, 0));
