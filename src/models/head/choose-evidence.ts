import { type Features, rowsOf, toLengthOne } from "../../core/features.js";
import { createRandom } from "../../core/random.js";
import { logSumExp } from "../../core/softmax.js";
import { matrixProduct } from "../../engine/runtime/matrix-product.js";
import { logitsOf } from "./linear-model.js";

/** What a head is solved from: labelled items, and as far as they are there the classes' names and items without a label. */
export interface HeadEvidence {
  readonly classes: number;
  readonly labelled: Features;
  /** Class indices of `labelled`, in its order. */
  readonly targets: readonly number[];
  /** One vector per class, of its name; a weighted example that stays. */
  readonly names?: Features | undefined;
  /** Items without a label. */
  readonly pool?: Features | undefined;
}

/** The weights `[C, D + 1]` of the head in which an item of the pool counts so much, times its probability. */
export type HeadTrial = (pseudoWeight: number) => Promise<Float64Array>;

export interface EvidenceTrials {
  readonly trialsOf: (part: HeadEvidence) => Promise<HeadTrial>;
  /** Whether each class counts alike on the labels that were held out, too. */
  readonly balanceClasses: boolean;
}

/** What takes part in a head beside the labelled items. */
export interface ChosenEvidence {
  readonly withNames: boolean;
  readonly pseudoWeight: number;
}

/** Weights that cross-validation chooses from; the first is taken where names are all there is. */
const WEIGHTS = [0.2, 0.05, 0] as const;
const FOLDS = 5;
/** Labels per class from which on they are enough to judge by, and in all. */
const ENOUGH = { perClass: 2, labels: 10 } as const;
/** Fewer say nothing about names. */
const FEWEST = 5;

/**
 * What helps a head: what gives the least cross-entropy on labels that were held out, first names or none, then the weight of the pool. Under ten
 * labels names and pool take part as long as the names tell these apart better than chance does. Under two labels per class the pool
 * has no part without names: its items of a class that has no label yet would be given to the others. Throws what the trials throw.
 */
export async function chooseEvidence(
  evidence: HeadEvidence,
  { trialsOf, balanceClasses }: EvidenceTrials,
): Promise<ChosenEvidence> {
  const { classes, targets, names } = evidence;
  const hasPool = evidence.pool !== undefined && evidence.pool.shape[0] > 0;
  if (!hasPool && names === undefined) return { withNames: false, pseudoWeight: 0 };
  const weights = hasPool ? WEIGHTS : ([0] as const);
  const isEnough = targets.length >= Math.max(ENOUGH.labels, ENOUGH.perClass * classes);
  if (!isEnough && !(names !== undefined && (await tellApart(evidence, names)))) return { withNames: false, pseudoWeight: 0 };
  if (targets.length < ENOUGH.labels) return { withNames: true, pseudoWeight: weights[0] };
  const order = createRandom(0).shuffled(targets.map((_, n) => n));
  const share_C = balanceClasses ? sharesOf(targets, classes) : new Float64Array(classes).fill(1);
  const foldsOf = async (all: HeadEvidence) => {
    const folds: Fold[] = [];
    for (let fold = 0; fold < FOLDS; fold++) folds.push({ ...(await foldOf(all, order, fold, trialsOf)), share_C });
    return folds;
  };
  const without = await foldsOf({ ...evidence, names: undefined });
  const named = names && (await foldsOf(evidence));
  const first = isEnough ? weights[0] : 0;
  const loss = {
    with: named ? await heldOutLoss(named, weights[0]) : Number.POSITIVE_INFINITY,
    without: await heldOutLoss(without, first),
  };
  let best: { readonly weight: number; readonly loss: number } = { weight: weights[0], loss: loss.with };
  const tryOthers = async (folds: readonly Fold[]) => {
    for (const weight of weights.slice(1)) {
      const held = await heldOutLoss(folds, weight);
      if (held < best.loss) best = { weight, loss: held };
    }
  };
  if (named && (loss.with <= loss.without || !isEnough)) await tryOthers(named);
  if (best.loss <= loss.without) return { withNames: true, pseudoWeight: best.weight };
  best = { weight: first, loss: loss.without };
  if (isEnough) await tryOthers(without);
  return { withNames: false, pseudoWeight: best.weight };
}

interface Fold {
  readonly trial: HeadTrial;
  readonly held: Features;
  readonly targets: readonly number[];
  /** What an item of each class counts. */
  readonly share_C: Float64Array;
}

function sharesOf(targets: readonly number[], classes: number): Float64Array {
  const items = new Float64Array(classes);
  for (const target of targets) items[target]!++;
  return items.map((count) => 1 / Math.max(1, count));
}

async function foldOf(
  evidence: HeadEvidence,
  order: readonly number[],
  fold: number,
  trialsOf: (part: HeadEvidence) => Promise<HeadTrial>,
): Promise<Omit<Fold, "share_C">> {
  const [kept, held] = [order.filter((_, i) => i % FOLDS !== fold), order.filter((_, i) => i % FOLDS === fold)];
  const targetsOf = (positions: readonly number[]) => positions.map((n) => evidence.targets[n]!);
  const part = { ...evidence, labelled: rowsOf(evidence.labelled, kept), targets: targetsOf(kept) };
  return { trial: await trialsOf(part), held: rowsOf(evidence.labelled, held), targets: targetsOf(held) };
}

/** A head of many weighted items is surer than one of few, right or not: heads are compared at the best of these multiples of their logits. */
const SHARPNESS = [0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8];

/** Cross-entropy summed over the items as far as they count, in nats. */
async function heldOutLoss(folds: readonly Fold[], weight: number): Promise<number> {
  const losses = new Float64Array(SHARPNESS.length);
  for (const { trial, held, targets, share_C } of folds) {
    const logits_N_C = await logitsOf(await trial(weight), held);
    for (const [n, target] of targets.entries()) {
      const row = logits_N_C.subarray(n * share_C.length, (n + 1) * share_C.length);
      SHARPNESS.forEach((sharpness, i) => {
        const logits = row.map((logit) => sharpness * logit);
        losses[i]! += share_C[target]! * (logSumExp(logits) - logits[target]!);
      });
    }
  }
  return Math.min(...losses);
}

/** Whether the nearest name is an item's own more often than by chance, by two standard errors; so, too, while there are too few items to say. */
async function tellApart({ classes, labelled, targets }: HeadEvidence, names: Features): Promise<boolean> {
  if (targets.length < FEWEST) return true;
  const [items, centres] = [toLengthOne(labelled), toLengthOne(names)].map(({ shape: [rows, columns], data }) => ({
    rows,
    columns,
    data,
  }));
  const { data } = await matrixProduct(items!, centres!, { transposeB: true });
  const right = targets.filter((target, n) => {
    const cosines = data.subarray(n * classes, (n + 1) * classes);
    return cosines.every((cosine) => cosine <= cosines[target]!);
  }).length;
  const chance = 1 / classes;
  return right / targets.length > chance + 2 * Math.sqrt((chance * (1 - chance)) / targets.length);
}
