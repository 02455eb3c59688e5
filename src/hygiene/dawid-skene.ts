import { BaalError } from "../core/errors.js";

/** Answers of several annotators: one row each, in parallel arrays of numbers from 0 on. */
export interface AnnotatorAnswers {
  /** The item, 0 to N - 1, the annotator, 0 to A - 1, and the class, 0 to C - 1, of each answer. An annotator may answer an item more than once. */
  readonly items: ArrayLike<number>;
  readonly annotators: ArrayLike<number>;
  readonly classes: ArrayLike<number>;
  readonly counts: { readonly items: number; readonly annotators: number; readonly classes: number };
  /** How much an answer counts, 1 by default: 2 is as two of the same. */
  readonly weights?: ArrayLike<number> | undefined;
}

/** How a Dawid-Skene estimate is made. */
export interface DawidSkeneOptions {
  /**
   * Answers that each annotator is taken to have given before any came: so many right ones per class, and as many wrong ones spread over the others
   * with half of that. 0 (default) is the paper's maximum likelihood, which trusts who has answered once; a server with few answers takes 1.
   */
  readonly smoothing?: number | undefined;
  /** Steps end when no probability of an item has changed by more; 1e-6 by default. */
  readonly tolerance?: number | undefined;
  /** At most so many; 200 by default. */
  readonly maxIterations?: number | undefined;
}

/** What a Dawid-Skene estimate says of items and of annotators. */
export interface DawidSkeneResult {
  /** Row-major: the probability of each class for each item. An item without an answer has the classes' shares. */
  readonly probs_N_C: Float64Array;
  /** Row-major: how often annotator a answers l where the class is j. */
  readonly confusion_A_C_C: Float64Array;
  readonly shares_C: Float64Array;
  /** How often each annotator is right, over the classes as they are shared out. */
  readonly accuracy_A: Float64Array;
  /** Of the answers under the estimates, after each step; without smoothing it never falls. */
  readonly logLikelihoods: readonly number[];
  readonly hasConverged: boolean;
}

/**
 * What several annotators' answers say together, weighted by how often each of them is right, which is estimated from the same answers: expectation
 * maximisation from the shares of the votes (Dawid & Skene 1979, "Maximum likelihood estimation of observer error-rates using the EM algorithm",
 * Applied Statistics 28). Throws `E_SHAPE`, `E_ARGUMENT` for numbers out of range.
 */
export function dawidSkene(
  answers: AnnotatorAnswers,
  { smoothing = 0, tolerance = 1e-6, maxIterations = 200 }: DawidSkeneOptions = {},
): DawidSkeneResult {
  checkAnswers(answers);
  if (!(smoothing >= 0 && tolerance >= 0 && Number.isInteger(maxIterations) && maxIterations >= 1))
    throw new BaalError(
      "E_ARGUMENT",
      `smoothing and tolerance are at least 0 and maxIterations a whole number of at least 1; ${smoothing}, ${tolerance} and ${maxIterations} came.`,
    );
  const { counts } = answers;
  const { items: N, annotators: A, classes: C } = counts;
  let probs_N_C = voteShares(answers);
  let estimate = maximise(answers, probs_N_C, smoothing);
  const logLikelihoods: number[] = [];
  let hasConverged = false;
  for (let step = 0; step < maxIterations && !hasConverged; step++) {
    const { probs, logLikelihood } = expect(answers, estimate);
    logLikelihoods.push(logLikelihood);
    let change = 0;
    for (let cell = 0; cell < N * C; cell++) change = Math.max(change, Math.abs(probs[cell]! - probs_N_C[cell]!));
    probs_N_C = probs;
    estimate = maximise(answers, probs_N_C, smoothing);
    hasConverged = change <= tolerance;
  }
  const { shares_C, confusion_A_C_C } = estimate;
  const accuracy_A = Float64Array.from({ length: A }, (_, a) => {
    let right = 0;
    for (let j = 0; j < C; j++) right += shares_C[j]! * confusion_A_C_C[(a * C + j) * C + j]!;
    return right;
  });
  return { probs_N_C, confusion_A_C_C, shares_C, accuracy_A, logLikelihoods, hasConverged };
}

/**
 * How much a second opinion on each item is worth: the probability that its class is another one than the likeliest, 0 (certain) to 1 - 1/C. Of items whose
 * annotators contradict each other it is high, and of those whom only one has seen who is often wrong. Throws `E_SHAPE`.
 */
export function secondOpinionScores(
  { probs_N_C }: Pick<DawidSkeneResult, "probs_N_C">,
  { classes }: { readonly classes: number },
): Float64Array {
  if (!Number.isInteger(classes) || classes < 1 || probs_N_C.length % classes !== 0)
    throw new BaalError(
      "E_SHAPE",
      `Probabilities of ${classes} classes per item were expected, ${probs_N_C.length} numbers came.`,
    );
  return Float64Array.from({ length: probs_N_C.length / classes }, (_, n) => {
    return 1 - Math.max(...probs_N_C.subarray(n * classes, (n + 1) * classes));
  });
}

interface Estimate {
  readonly shares_C: Float64Array;
  readonly confusion_A_C_C: Float64Array;
}

const weightOf = ({ weights }: AnnotatorAnswers, row: number) => weights?.[row] ?? 1;

/** The shares of the votes of each item; of all votes where it has none. */
function voteShares(answers: AnnotatorAnswers): Float64Array {
  const { items, classes, counts } = answers;
  const { items: N, classes: C } = counts;
  const votes_N_C = new Float64Array(N * C);
  const all_C = new Float64Array(C);
  for (let row = 0; row < items.length; row++) {
    const weight = weightOf(answers, row);
    votes_N_C[items[row]! * C + classes[row]!]! += weight;
    all_C[classes[row]!]! += weight;
  }
  for (let n = 0; n < N; n++) {
    const own = votes_N_C.subarray(n * C, (n + 1) * C);
    if (own.every((votes) => votes === 0)) own.set(all_C);
    normalise(own);
  }
  return votes_N_C;
}

/** Shares of the classes and error rates, from what the items are taken to be (the paper's 2.3 and 2.4). */
function maximise(answers: AnnotatorAnswers, probs_N_C: Float64Array, smoothing: number): Estimate {
  const { items, annotators, classes, counts } = answers;
  const { items: N, annotators: A, classes: C } = counts;
  const shares_C = new Float64Array(C);
  for (let cell = 0; cell < N * C; cell++) shares_C[cell % C]! += probs_N_C[cell]!;
  normalise(shares_C);
  const confusion_A_C_C = new Float64Array(A * C * C);
  for (let row = 0; row < items.length; row++) {
    const [item, annotator, answer] = [items[row]!, annotators[row]!, classes[row]!];
    const weight = weightOf(answers, row);
    for (let j = 0; j < C; j++) confusion_A_C_C[(annotator * C + j) * C + answer]! += weight * probs_N_C[item * C + j]!;
  }
  for (let a = 0; a < A; a++) {
    for (let j = 0; j < C; j++) {
      const rates_C = confusion_A_C_C.subarray((a * C + j) * C, (a * C + j + 1) * C);
      for (let l = 0; l < C; l++) rates_C[l]! += l === j ? smoothing : smoothing / (2 * Math.max(1, C - 1));
      normalise(rates_C);
    }
  }
  return { shares_C, confusion_A_C_C };
}

/** What the items are under the estimates (2.5), in logarithms: many answers would multiply to zero. */
function expect(answers: AnnotatorAnswers, { shares_C, confusion_A_C_C }: Estimate) {
  const { items, annotators, classes, counts } = answers;
  const { items: N, classes: C } = counts;
  const logs_N_C = new Float64Array(N * C);
  for (let cell = 0; cell < N * C; cell++) logs_N_C[cell] = Math.log(shares_C[cell % C]!);
  for (let row = 0; row < items.length; row++) {
    const [item, annotator, answer] = [items[row]!, annotators[row]!, classes[row]!];
    const weight = weightOf(answers, row);
    for (let j = 0; j < C; j++) logs_N_C[item * C + j]! += weight * Math.log(confusion_A_C_C[(annotator * C + j) * C + answer]!);
  }
  let logLikelihood = 0;
  for (let n = 0; n < N; n++) {
    const own = logs_N_C.subarray(n * C, (n + 1) * C);
    const most = Math.max(...own);
    let sum = 0;
    for (let j = 0; j < C; j++) {
      own[j] = Math.exp(own[j]! - most);
      sum += own[j]!;
    }
    for (let j = 0; j < C; j++) own[j]! /= sum;
    logLikelihood += most + Math.log(sum);
  }
  return { probs: logs_N_C, logLikelihood };
}

/** In place; what sums to nothing is spread evenly. */
function normalise(values: Float64Array): void {
  const sum = values.reduce((total, value) => total + value, 0);
  for (let i = 0; i < values.length; i++) values[i] = sum > 0 ? values[i]! / sum : 1 / values.length;
}

function checkAnswers({ items, annotators, classes, counts, weights }: AnnotatorAnswers): void {
  const lengths = [items.length, annotators.length, classes.length, weights?.length ?? items.length];
  if (new Set(lengths).size > 1)
    throw new BaalError(
      "E_SHAPE",
      `Items, annotators, classes and weights are parallel: as many of each were expected, ${lengths.join(", ")} came.`,
    );
  const limits = [
    ["item", items, counts.items],
    ["annotator", annotators, counts.annotators],
    ["class", classes, counts.classes],
  ] as const;
  for (const [name, values, count] of limits) {
    for (let row = 0; row < values.length; row++) {
      const value = values[row]!;
      if (!Number.isInteger(value) || value < 0 || value >= count)
        throw new BaalError(
          "E_ARGUMENT",
          `Answer ${row}: a number of a ${name} from 0 to ${count - 1} was expected, ${value} came.`,
        );
    }
  }
  for (let row = 0; row < (weights?.length ?? 0); row++) {
    if (!(weights![row]! > 0 && Number.isFinite(weights![row]!)))
      throw new BaalError("E_ARGUMENT", `Answer ${row}: a weight above 0 was expected, ${weights![row]} came.`);
  }
}
