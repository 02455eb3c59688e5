import { type Features, scaleToLengthOne } from "../../core/features.js";
import { softmax } from "../../core/softmax.js";
import { type Matrix, matrixProduct } from "../../engine/runtime/matrix-product.js";

/** What is known of the classes before and beside the labels. All vectors have length 1. */
export interface CentreEvidence {
  readonly classes: number;
  /** One vector per class: its name's. Without them a class begins at its labelled items, and one that has none gets no member. */
  readonly names?: Features | undefined;
  readonly labelled: Features;
  /** Class indices of `labelled`, in its order. */
  readonly targets: readonly number[];
  /** Items without a label. */
  readonly pool: Features;
}

/** Of an item of the pool, by the centres: its class and that class's probability. */
export interface PseudoLabels {
  readonly classes_N: Int32Array;
  readonly probs_N: Float32Array;
  /** Share of the pool that is still in the class of its nearest first centre. Where it is low the pool's clusters are something else than the classes. */
  readonly kept: number;
}

const ROUNDS = 10;
/** Cosines of sentence vectors lie close together: the softmax is over this many times them. */
const SHARPNESS = 30;
/** In texts of the pool: what a label counts, and a name while its class has no label. */
const LABEL = 3;
const NAME = 5;

/**
 * Soft k-means on the pool that begins at the labels' names and keeps to what is known: a class's centre is the direction of
 * `3 sum(labelled) + 5 name / (1 + |sum(labelled)|) + sum of p texts`, p the softmax of 30 cosines with the centres, ten rounds.
 * Seeding as in Basu, Banerjee and Mooney 2002 ("Semi-supervised clustering by seeding"), with names for seeds.
 */
export async function poolCentres({ classes, names, labelled, targets, pool }: CentreEvidence): Promise<PseudoLabels> {
  const width = pool.shape[1];
  const nameOf = (i: number) => names?.data[i] ?? 0;
  const known = new Float32Array(classes * width);
  targets.forEach((target, n) => {
    for (let d = 0; d < width; d++) known[target * width + d]! += labelled.data[n * width + d]!;
  });
  const fixed = new Float32Array(classes * width);
  for (let c = 0; c < classes; c++) {
    const share = NAME / (1 + Math.hypot(...known.subarray(c * width, (c + 1) * width)));
    for (let i = c * width; i < (c + 1) * width; i++) fixed[i] = LABEL * known[i]! + share * nameOf(i);
  }
  let centres = scaleToLengthOne(
    known.map((value, i) => value + nameOf(i)),
    width,
  );
  const isKnown_C = Array.from({ length: classes }, (_, c) =>
    fixed.subarray(c * width, (c + 1) * width).some((value) => value !== 0),
  );
  const texts: Matrix = { rows: pool.shape[0], columns: width, data: pool.data };
  let first_N: Int32Array | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const probs = await membership(texts, { rows: classes, columns: width, data: centres }, isKnown_C);
    first_N ??= likeliest(probs).classes_N;
    const sums = await matrixProduct(probs, texts, { transposeA: true });
    centres = scaleToLengthOne(
      sums.data.map((value, i) => value + fixed[i]!),
      width,
    );
  }
  const last = likeliest(await membership(texts, { rows: classes, columns: width, data: centres }, isKnown_C));
  const kept = last.classes_N.filter((c, n) => c === first_N![n]).length / Math.max(1, texts.rows);
  return { ...last, kept };
}

/** The class of the highest probability of each row, and that probability. */
function likeliest({ rows, columns, data }: Matrix): Omit<PseudoLabels, "kept"> {
  const classes_N = new Int32Array(rows);
  const probs_N = new Float32Array(rows);
  for (let n = 0; n < rows; n++) {
    for (let c = 0; c < columns; c++) {
      const prob = data[n * columns + c]!;
      if (prob > probs_N[n]!) [classes_N[n], probs_N[n]] = [c, prob];
    }
  }
  return { classes_N, probs_N };
}

/** `[N, C]`: softmax of the sharpened cosines. */
async function membership(texts: Matrix, centres: Matrix, isKnown_C: readonly boolean[]): Promise<Matrix> {
  const cosines = await matrixProduct(texts, centres, { transposeB: true });
  for (let n = 0; n < texts.rows; n++) {
    const row = cosines.data.subarray(n * centres.rows, (n + 1) * centres.rows);
    for (let c = 0; c < row.length; c++) row[c] = isKnown_C[c] ? row[c]! * SHARPNESS : -Infinity;
    softmax(row);
  }
  return cosines;
}
