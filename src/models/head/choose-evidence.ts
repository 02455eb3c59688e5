import { crossEntropies, findSharpness, type HeldOutLogits, SHARPNESSES, type Sharpness } from "../../calibration/sharpness.js";
import { type Features, rowsOf, toLengthOne } from "../../core/features.js";
import { createRandom, type Random } from "../../core/random.js";
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

/** Heads of one part of the labels. */
export interface HeadTrial {
  /** Whether the pool's clusters are taken for the classes by these labels. */
  hasPool(): Promise<boolean>;
  /** The weights `[C, D + 1]` of the head in which an item of the pool counts so much, times its probability. */
  solve(pseudoWeight: number): Promise<Float64Array>;
}

export interface EvidenceTrials {
  readonly trialsOf: (part: HeadEvidence) => HeadTrial;
  /** Whether each class counts alike on the labels that were held out, too. */
  readonly balanceClasses: boolean;
  /** Whether {@link ChosenEvidence.sharpness} is asked for where there is nothing to choose from. */
  readonly isSharpnessWanted: boolean;
}

/** What takes part in a head beside the labelled items. */
export interface ChosenEvidence {
  readonly withNames: boolean;
  readonly pseudoWeight: number;
  /** What the logits have to be multiplied by to give held-out labels the probabilities that they deserve; `undefined` where too few were held out. */
  readonly sharpness: Sharpness | undefined;
  /** Weights of such a head of most of the labels, where some were held out: near what all of them give. */
  readonly start?: Float64Array | undefined;
}

/** What an item of the pool may count; the first is taken where names are all there is. */
const WEIGHTS = [0.2, 0.05] as const;
const FOLDS = 5;
/** No more folds are held out than have so many labels together: enough to tell ways apart, and each fold takes a head for each way. */
const MOST_HELD = 480;
/** Labels per class from which on they are enough to judge by, and in all. */
const ENOUGH = { perClass: 2, labels: 10 } as const;
/** Fewer say nothing about names. */
const FEWEST = 5;

/**
 * What helps a head: what gives the least cross-entropy on labels that were held out, first names or none, then the weight of the pool: none, unless it
 * is better with some. Under two labels per class names have a part as long as they tell the labelled items apart better than chance does, and without
 * them the pool has none: its items of a class that has no label yet would be given to the others. Under ten labels the pool goes with the names. Throws
 * what the trials throw.
 */
export async function chooseEvidence(evidence: HeadEvidence, trials: EvidenceTrials): Promise<ChosenEvidence> {
  const { targets, names } = evidence;
  const none: ChosenEvidence = { withNames: false, pseudoWeight: 0, sharpness: undefined };
  const hasPool = evidence.pool !== undefined && evidence.pool.shape[0] > 0;
  if (!hasPool && names === undefined && !trials.isSharpnessWanted) return none;
  const hasEnough = isEnough(evidence);
  if (!hasEnough && !(names !== undefined && (await tellApart(evidence, names)))) return none;
  if (targets.length < ENOUGH.labels) return { ...none, withNames: true, pseudoWeight: hasPool ? WEIGHTS[0] : 0 };

  const without = hasEnough ? await heldOut(foldsOf({ ...evidence, names: undefined }, trials), 0) : undefined;
  const named = names && (await heldOut(foldsOf(evidence, trials), 0));
  const withNames = named !== undefined && (without === undefined || named.loss <= without.loss);
  let [best, pseudoWeight]: [HeldOut, number] = [withNames ? named : without!, 0];
  // A pool that only some parts of the labels take for the classes is one that they say little of.
  if (hasPool && (await everyTakesPool(best.folds))) {
    for (const weight of WEIGHTS) {
      const other = await heldOut(best.folds, weight);
      // Few labels, of few of the classes, cannot say that the pool does harm unless they say it clearly.
      const isTaken = hasEnough || weight !== WEIGHTS[0] ? other.loss < best.loss : !isClearlyLess(best, other);
      if (isTaken) [best, pseudoWeight] = [other, weight];
      // Where much of the pool does harm beyond doubt, a little of it is no help.
      if (!hasEnough || isClearlyLess(best, other)) break;
    }
  }
  return { withNames, pseudoWeight, sharpness: hasEnough ? best.sharpness() : undefined, start: best.weights_C_P };
}

async function everyTakesPool(folds: readonly Fold[]): Promise<boolean> {
  for (const { trial } of folds) if (!(await trial.hasPool())) return false;
  return true;
}

/**
 * Positions class by class, at random within one: every k-th of them is a fold in which each class has its share. Of two labels a class, folds at random
 * would often hold out both, and speak of worse heads than the one in question.
 */
export function stratified(targets: readonly number[], random: Random): number[] {
  const order = random.shuffled([...targets.keys()]);
  return order.sort((a, b) => targets[a]! - targets[b]!);
}

/** {@link ChosenEvidence.sharpness} of a head with its names, whose items of the pool count so much. */
export async function heldOutSharpness(
  evidence: HeadEvidence,
  pseudoWeight: number,
  trials: EvidenceTrials,
): Promise<Sharpness | undefined> {
  return isEnough(evidence) ? (await heldOut(foldsOf(evidence, trials), pseudoWeight)).sharpness() : undefined;
}

/** Whether there are so many labels that some can be held out to judge by. */
function isEnough({ targets, classes }: HeadEvidence): boolean {
  return targets.length >= Math.max(ENOUGH.labels, ENOUGH.perClass * classes);
}

interface Fold {
  readonly trial: HeadTrial;
  readonly held: Features;
  readonly targets: readonly number[];
  /** What an item of each class counts. */
  readonly share_C: Float64Array;
}

/**
 * Under two labels per class the labels of a class are held out together: most of what the head will be asked is of classes that have no label yet, and
 * labels beside others of their class say how well it does on those that have.
 */
function foldsOf(evidence: HeadEvidence, { trialsOf, balanceClasses }: EvidenceTrials): readonly Fold[] {
  const { targets, classes } = evidence;
  const order = stratified(targets, createRandom(0));
  const present = [...new Set(order.map((n) => targets[n]!))];
  const foldAt = isEnough(evidence) ? (i: number) => i % FOLDS : (i: number) => present.indexOf(targets[order[i]!]!) % FOLDS;
  const share_C = balanceClasses ? sharesOf(targets, classes) : new Float64Array(classes).fill(1);
  const folds: Fold[] = [];
  let items = 0;
  for (let fold = 0; fold < FOLDS && items < MOST_HELD; fold++) {
    const [kept, held] = [order.filter((_, i) => foldAt(i) !== fold), order.filter((_, i) => foldAt(i) === fold)];
    if (held.length === 0) continue;
    const targetsOf = (positions: readonly number[]) => positions.map((n) => targets[n]!);
    const part = { ...evidence, labelled: rowsOf(evidence.labelled, kept), targets: targetsOf(kept) };
    folds.push({ trial: trialsOf(part), held: rowsOf(evidence.labelled, held), targets: targetsOf(held), share_C });
    items += held.length;
  }
  return folds;
}

function sharesOf(targets: readonly number[], classes: number): Float64Array {
  const items = new Float64Array(classes);
  for (const target of targets) items[target]!++;
  return items.map((count) => 1 / Math.max(1, count));
}

/** How a way does on what was held out. */
interface HeldOut {
  readonly folds: readonly Fold[];
  /** Cross-entropy at the best of {@link SHARPNESSES}, summed over the items as far as they count, in nats. */
  readonly loss: number;
  /** Of each item, in the order of the folds. */
  readonly losses_N: readonly number[];
  /** Of the last fold's head. */
  readonly weights_C_P: Float64Array | undefined;
  /** The best multiple of the logits. */
  sharpness(): Sharpness;
}

async function heldOut(folds: readonly Fold[], weight: number): Promise<HeldOut> {
  const answers: HeldOutLogits[] = [];
  let weights_C_P: Float64Array | undefined;
  for (const { trial, held, targets, share_C } of folds) {
    weights_C_P = await trial.solve(weight);
    answers.push({ logits_N_C: await logitsOf(weights_C_P, held), targets, weights_C: share_C });
  }
  const all = SHARPNESSES.map((sharpness) => answers.flatMap((answer) => crossEntropies(answer, { sharpness })));
  const losses = all.map(sumOf);
  const loss = Math.min(...losses);
  return {
    ...{ folds, loss, losses_N: all[losses.indexOf(loss)]!, weights_C_P },
    sharpness: () => findSharpness(answers),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Whether one way's loss is lower than another's on the same items by two standard errors of the difference. */
function isClearlyLess({ losses_N: own }: HeldOut, { losses_N: others }: HeldOut): boolean {
  const differences = own.map((loss, n) => others[n]! - loss);
  const mean = sumOf(differences) / differences.length;
  const variance = sumOf(differences.map((difference) => (difference - mean) ** 2)) / Math.max(1, differences.length - 1);
  return mean > 2 * Math.sqrt(variance / differences.length);
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
