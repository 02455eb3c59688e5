import { type ShownModel, shownPredictions, shownThresholds } from "../calibration/shown.js";
import { BaalError } from "../core/errors.js";
import { areIndependent, type Predictions, predictions } from "../core/predictions.js";
import { showValue } from "../data/rows/row.js";
import { bald } from "../heuristics/bald.js";
import { entropy } from "../heuristics/confidence.js";
import { meanProbabilities } from "../heuristics/predictive-distribution.js";
import { DEFAULT_THRESHOLD } from "../metrics/label-thresholds.js";

/** How `classify` answers: draws, how many labels, seed. */
export interface ClassifyOptions {
  /**
   * K, the random draws whose probabilities are averaged; 1 by default: one pass with dropout off, whether the model is patched or not.
   * A model that is not patched draws with its own dropout, and stays as it is.
   */
  readonly iterations?: number | undefined;
  /** The most labels that an answer lists, the most probable ones; all by default. */
  readonly topK?: number | undefined;
  /** Names the draws: the same seed and input give the same answer, whatever else is asked at the same time. 0 by default. */
  readonly seed?: number | undefined;
  /** Most tokens (draws included) that go through the model at once. */
  readonly tokensPerBatch?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A label with its probability. */
export interface LabelProbability {
  readonly label: string;
  /** In [0, 1], averaged over the draws. They sum to 1 over all labels, unless the model predicts each label by itself. */
  readonly probability: number;
}

/** A model's answer for one input: its most probable label, or, of a model that abstains, that the input is out of scope. */
export interface Classification extends LabelProbability {
  /** The most probable labels, the most probable first. */
  readonly labels: readonly LabelProbability[];
  /**
   * Of a model that predicts each label by itself: the labels whose probability reaches their threshold (`model.thresholds`; 0.5 by default), the most
   * probable first; none where none does.
   */
  readonly chosen?: readonly string[] | undefined;
  /** Of the averaged probabilities, in nats: how uncertain the answer is. Labels that are predicted each by itself: the sum over them. */
  readonly entropy: number;
  /** Of several draws: the part of {@link entropy} that more training data would take away (BALD, Houlsby et al. 2011, arXiv:1112.5745). */
  readonly bald?: number | undefined;
  /**
   * Of a model with a rule for it (`fitOutOfScope`): whether the input is taken for out of scope. Then `label` is the name that the rule has for that,
   * beside the probability of the most probable class.
   */
  readonly isOutOfScope?: boolean | undefined;
}

/** Thresholds are 0.5 by default. */
export interface AnswerForm extends Pick<ClassifyOptions, "topK">, ShownModel {
  readonly labels: readonly string[];
  /** What an item out of scope is called. */
  readonly outOfScopeLabel?: string | undefined;
}

/** The answers to predicted items, in their order. Throws `E_NOT_FINITE`, or `E_ARGUMENT` for numbers of a regression. */
export function classifications(
  draws: Predictions,
  { labels, topK = labels.length, outOfScopeLabel, ...model }: AnswerForm,
): Classification[] {
  const [items = 0, classes = 0, iterations = 1] = draws.shape;
  const isMultiLabel = areIndependent(draws.kind);
  const distributionsOf = (given: Predictions) => (isMultiLabel ? perLabel(given) : given);
  const shownDraws = distributionsOf(shownPredictions(model, draws));
  const thresholds = shownThresholds(model);
  const probs = meanProbabilities(shownDraws);
  const entropies = entropy().score(shownDraws);
  const mutual = iterations > 1 ? bald().score(distributionsOf(draws)) : undefined;
  /** Scores of an item: of one distribution, or summed over those of its labels. */
  const scoresPerItem = isMultiLabel ? classes : 1;
  const sum = (scores: ArrayLike<number>, item: number) => {
    let total = 0;
    for (let i = item * scoresPerItem; i < (item + 1) * scoresPerItem; i++) total += scores[i]!;
    return total;
  };
  return Array.from({ length: items }, (_, item) => {
    const probabilityOf = (c: number) => (isMultiLabel ? probs[(item * classes + c) * 2 + 1]! : probs[item * classes + c]!);
    const ranked = labels
      .map((label, c) => ({ label, probability: probabilityOf(c), threshold: thresholds?.[c] ?? DEFAULT_THRESHOLD }))
      .sort((a, b) => b.probability - a.probability);
    const shown = ranked.map(({ label, probability }): LabelProbability => ({ label, probability }));
    const answer = { labels: shown.slice(0, topK), entropy: sum(entropies, item), bald: mutual && sum(mutual, item) };
    if (isMultiLabel) {
      const chosen = ranked.filter(({ probability, threshold }) => probability >= threshold).map(({ label }) => label);
      return { ...shown[0]!, ...answer, chosen };
    }
    const beyond = draws.beyondScope_N?.[item];
    if (beyond === undefined || outOfScopeLabel === undefined) return { ...shown[0]!, ...answer };
    const isOutOfScope = beyond > 0;
    return { ...shown[0]!, ...(isOutOfScope ? { label: outOfScopeLabel } : {}), ...answer, isOutOfScope };
  });
}

/**
 * Each label of each item as an item of its own with the classes no and yes: the sigmoid of z is the softmax of `[0, z]`. Throws `E_ARGUMENT` for
 * predictions of another kind than labels that are each predicted by itself.
 */
export function perLabel({ kind, shape, data }: Predictions): Predictions {
  if (!areIndependent(kind))
    throw new BaalError("E_ARGUMENT", `Labels that are each predicted by itself are expected; ${kind} came.`);
  const [items = 0, classes = 0, iterations = 1] = shape;
  const pairs = new Float32Array(items * classes * 2 * iterations);
  for (let i = 0; i < items * classes; i++) {
    const yes = data.subarray(i * iterations, (i + 1) * iterations);
    pairs.set(yes, (2 * i + 1) * iterations);
    if (kind === "sigmoid") for (let k = 0; k < iterations; k++) pairs[2 * i * iterations + k] = 1 - yes[k]!;
  }
  return predictions(kind === "sigmoid" ? "probabilities" : "logits", [items * classes, 2, iterations], pairs);
}

/** Throws `E_ARGUMENT` for a `topK` that is no number of labels. */
export function checkTopK(topK: number | undefined): void {
  if (topK === undefined || (Number.isInteger(topK) && topK >= 1)) return;
  throw new BaalError("E_ARGUMENT", `topK is a whole number of at least 1; ${topK} came.`);
}

export interface InputForm<Input> {
  /** The call, in messages. */
  readonly name: string;
  /** Names an input in messages: "a text". */
  readonly what: string;
  readonly isInput: (value: unknown) => value is Input;
}

/**
 * One input or a list of them, as a list. Throws `E_ARGUMENT` for an empty list, `E_DATA` for a value that is no such input,
 * naming its place.
 */
export function inputList<Input>(given: Input | readonly Input[], { name, what, isInput }: InputForm<Input>): readonly Input[] {
  if (isInput(given)) return [given];
  if (!Array.isArray(given)) throw new BaalError("E_DATA", `${name} takes ${what} or a list of them; ${showInput(given)} came.`);
  if (given.length === 0) throw new BaalError("E_ARGUMENT", `${name} was given an empty list; give it at least ${what}.`);
  const wrong = given.findIndex((value) => !isInput(value));
  if (wrong >= 0) throw new BaalError("E_DATA", `Input ${wrong}: ${what} is needed, ${showInput(given[wrong])} came.`);
  return given as readonly Input[];
}

function showInput(value: unknown): string {
  if (value instanceof Promise) return "a promise (await it first)";
  const text = showValue(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
