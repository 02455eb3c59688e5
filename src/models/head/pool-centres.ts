import { type Features, scaleToLengthOne } from "../../core/features.js";
import { graphBuilder } from "../../engine/onnx/builder.js";
import { createGraph, type Graph } from "../../engine/onnx/graph.js";
import { createSession, type Feed } from "../../engine/runtime/session.js";

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

const [TEXTS, CENTRES, BARS, PROBS, SUMS] = ["texts", "centres", "bars", "probs", "sums"] as const;

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
  const centres = scaleToLengthOne(
    known.map((value, i) => value + nameOf(i)),
    width,
  );
  // Added to a class's cosines: 0, or what leaves a class out that nothing is known of.
  const bars_C = Float32Array.from({ length: classes }, (_, c) =>
    fixed.subarray(c * width, (c + 1) * width).some((value) => value !== 0) ? 0 : -Infinity,
  );
  const feed = (data: Float32Array, ...dims: number[]): Feed => ({ dtype: "float32", dims, data });
  const fixedFeeds = [
    [TEXTS, feed(pool.data, ...pool.shape)],
    [BARS, feed(bars_C, classes)],
  ] as const;
  const probs_N_C = new Float32Array(pool.shape[0] * classes);
  const sums = new Float32Array(classes * width);
  const outputs = new Map([
    [PROBS, feed(probs_N_C, pool.shape[0], classes)],
    [SUMS, feed(sums, classes, width)],
  ]);
  await using session = await createSession(membershipGraph(), { withSpinning: false });
  const join = () => session.run(new Map<string, Feed>([...fixedFeeds, [CENTRES, feed(centres, classes, width)]]), outputs);
  await join();
  const first = likeliest(probs_N_C, classes);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < sums.length; i++) centres[i] = sums[i]! + fixed[i]!;
    scaleToLengthOne(centres, width);
    await join();
  }
  const last = likeliest(probs_N_C, classes);
  const kept = last.classes_N.filter((c, n) => c === first.classes_N[n]).length / Math.max(1, pool.shape[0]);
  return { ...last, kept };
}

/** The class of the highest probability of each row, and that probability. */
function likeliest(probs_N_C: Float32Array, classes: number): Omit<PseudoLabels, "kept"> {
  const classes_N = new Int32Array(probs_N_C.length / classes);
  const probs_N = new Float32Array(classes_N.length);
  for (let n = 0; n < classes_N.length; n++) {
    for (let c = 0; c < classes; c++) {
      const prob = probs_N_C[n * classes + c]!;
      if (prob > probs_N[n]!) {
        classes_N[n] = c;
        probs_N[n] = prob;
      }
    }
  }
  return { classes_N, probs_N };
}

/** A round: memberships `[N, C]`, the softmax of the sharpened cosines, and for each class the sum of the texts, each times its own. */
function membershipGraph(): Graph {
  const b = graphBuilder(createGraph("pool-centres"));
  const texts = b.input(TEXTS, { dtype: "float32", shape: ["texts", "width"] });
  const centres = b.input(CENTRES, { dtype: "float32", shape: ["classes", "width"] });
  const bars = b.input(BARS, { dtype: "float32", shape: ["classes"] });
  const sharp = b.mul(b.gemm(texts, centres, undefined, { transB: true }), b.scalar(SHARPNESS));
  const probs = b.output(b.softmax(b.add(sharp, bars)), PROBS);
  b.output(b.gemm(probs, texts, undefined, { transA: true }), SUMS);
  return b.graph;
}
