import { BaalError } from "../errors.js";
import type { Features } from "../features.js";

/**
 * The gradients of the last linear layer's weights if each item's label were the class that the model predicts: the outer product
 * of u = p - onehot(argmax p), `[C]`, and the features h, `[D]`. Never made: |u⊗h| = |u| |h|, and the inner product of two is
 * (u·u') (h·h').
 */
export interface GradientEmbeddings {
  /** `|u|² |h|²`. */
  readonly squaredNorms_N: Float64Array;
  /** Lowers each of `squared_N`, squared distances to what was nearest so far, to that to `centre` where it is nearer. */
  shrinkTo(centre: number, squared_N: Float64Array): void;
}

/** `probs_N_C` becomes the embeddings' own and is overwritten. Throws `E_NOT_FINITE` for features that are not. */
export function gradientEmbeddings(probs_N_C: Float64Array, features: Features): GradientEmbeddings {
  const { data, indices } = features;
  const [items, width] = features.shape;
  const classes = items === 0 ? 0 : probs_N_C.length / items;
  const errors_N_C = subtractPredicted(probs_N_C, classes);
  const lengths_N = new Float64Array(items);
  const squaredNorms_N = new Float64Array(items);
  for (let i = 0; i < items; i++) {
    const squared = dot(data, i, i, width);
    if (!Number.isFinite(squared))
      throw new BaalError("E_NOT_FINITE", `Dataset item ${indices[i]} has a feature that is not a finite number.`);
    lengths_N[i] = Math.sqrt(squared);
    // Made as the distances are, so that items with the same numbers are at a distance of exactly 0.
    squaredNorms_N[i] = dot(errors_N_C, i, i, classes) * squared;
  }
  return {
    squaredNorms_N,
    shrinkTo(centre, squared_N) {
      const norm = squaredNorms_N[centre]!;
      for (let i = 0; i < items; i++) {
        const squared = squared_N[i]!;
        const norms = squaredNorms_N[i]! + norm;
        // By Cauchy and Schwarz (u·u') (h·h') <= |u| |h| |u'| |h'|, and <= |u·u'| |h| |h'|: mostly enough to see that it is not nearer.
        if (norms - 2 * Math.sqrt(squaredNorms_N[i]! * norm) >= squared) continue;
        const errors = dot(errors_N_C, i, centre, classes);
        if (norms - 2 * Math.abs(errors) * lengths_N[i]! * lengths_N[centre]! >= squared) continue;
        const distance = norms - 2 * errors * dot(data, i, centre, width);
        if (distance < squared) squared_N[i] = Math.max(0, distance);
      }
    },
  };
}

/** p - onehot(argmax p), in place; the first class of several most probable ones. */
function subtractPredicted(probs_N_C: Float64Array, classes: number): Float64Array {
  for (let row = 0; row < probs_N_C.length; row += classes) {
    let predicted = row;
    for (let c = row + 1; c < row + classes; c++) if (probs_N_C[c]! > probs_N_C[predicted]!) predicted = c;
    probs_N_C[predicted]! -= 1;
  }
  return probs_N_C;
}

/** Inner product of two rows. Four sums, because one would wait for its last addition at each step. */
function dot(rows: Float32Array | Float64Array, a: number, b: number, width: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = a * width;
  let j = b * width;
  const end = i + width;
  for (; i + 3 < end; i += 4, j += 4) {
    s0 += rows[i]! * rows[j]!;
    s1 += rows[i + 1]! * rows[j + 1]!;
    s2 += rows[i + 2]! * rows[j + 2]!;
    s3 += rows[i + 3]! * rows[j + 3]!;
  }
  for (; i < end; i++, j++) s0 += rows[i]! * rows[j]!;
  return s0 + s1 + (s2 + s3);
}
