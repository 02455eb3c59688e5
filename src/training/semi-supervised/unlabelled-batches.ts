import type { BayesianModel, SoftBatch, SoftLearner } from "../../core/bayesian-model.js";
import type { Dataset, EncodedText, Example } from "../../core/dataset.js";
import { createDataset } from "../../core/dataset-view.js";
import { BaalError } from "../../core/errors.js";
import { joinPredictions } from "../../core/join-chunks.js";
import { areLogits } from "../../core/predictions.js";
import { createRandom, deriveSeed, SEED_PURPOSE } from "../../core/random.js";
import { sigmoid, softmaxRows } from "../../core/softmax.js";
import { predictDraws } from "../predict-draws.js";
import { type Augment, METHODS, type ResolvedSemiSupervision, type SemiSupervisedTask } from "./methods.js";

export interface UnlabelledBatchesOptions<Input> {
  readonly semi: ResolvedSemiSupervision<Input>;
  readonly model: BayesianModel<Input>;
  readonly learner: SoftLearner<Input>;
  readonly task: SemiSupervisedTask;
  readonly seed: number;
  /** Most items of a micro-batch. */
  readonly batchSize: number;
  readonly signal: AbortSignal | undefined;
}

/** Makes the batches of a step from the unlabelled batch of a number, with the model's current weights. */
export type UnlabelledBatches<Input> = (
  batch: number,
  options: { readonly step: number; readonly weight: number },
) => Promise<readonly SoftBatch<Input>[]>;

export function unlabelledBatches<Input>(options: UnlabelledBatchesOptions<Input>): UnlabelledBatches<Input> {
  const { semi, model, seed, batchSize } = options;
  const method = METHODS[semi.method];
  const { loss, targets: targetsOf, divisor } = method.terms[options.task];
  const classes = model.labels.length;
  const positions = unlabelledStream({ length: semi.unlabelled.length, batchSize: semi.unlabelledBatchSize, seed });
  const weak = semi.augment.weak;
  const strong = semi.augment.strong ?? (semi.method === "fixMatch" ? defaultStrong(semi.unlabelled) : undefined);
  const student = method.student === "weak" ? weak : strong;

  return async (batch, { step, weight }) => {
    const examples = positions(batch).map((position) => semi.unlabelled.at(position));
    const augmented = (augment: Augment<Input> | undefined, purpose: number) =>
      augment === undefined
        ? examples
        : examples.map((example) => {
            const random = createRandom(deriveSeed(seed, purpose, step, example.index));
            return { ...example, input: augment(example.input, random) };
          });
    const probs_N_C = await teach(augmented(weak, SEED_PURPOSE.teacherAugmentation), step, options);
    const targets_N_C = targetsOf(probs_N_C, classes);
    const learning = augmented(student, SEED_PURPOSE.studentAugmentation);
    // The mean is over all items: the unsure ones count as a loss of 0, and cost no pass.
    const weights_N_C = entryWeights(probs_N_C, classes, { task: options.task, threshold: semi.threshold }).map(
      (share) => (share * weight) / (examples.length * divisor(classes)),
    );
    const rowOf = (values_N_C: Float32Array, i: number) => values_N_C.subarray(i * classes, (i + 1) * classes);
    const used = learning.flatMap((_, i) => (rowOf(weights_N_C, i).some((entry) => entry > 0) ? [i] : []));
    const batches: SoftBatch<Input>[] = [];
    for (let start = 0; start < used.length; start += batchSize) {
      const part = used.slice(start, start + batchSize);
      batches.push({
        examples: part.map((i) => learning[i]!),
        loss,
        targets: Float32Array.from(part.flatMap((i) => [...rowOf(targets_N_C, i)])),
        weights:
          options.task === "single"
            ? Float32Array.from(part, (i) => weights_N_C[i * classes]!)
            : Float32Array.from(part.flatMap((i) => [...rowOf(weights_N_C, i)])),
      });
    }
    return batches;
  };
}

/** 1 for what is probable enough to teach, else 0, `[n, C]`: of one class an item all of its entries, of labels by themselves each for itself. */
function entryWeights(
  probs_N_C: Float32Array,
  classes: number,
  { task, threshold }: { readonly task: SemiSupervisedTask; readonly threshold: number },
): Float32Array {
  if (task === "multi") return probs_N_C.map((prob) => Number(Math.max(prob, 1 - prob) >= threshold));
  return probs_N_C.map((_, at) => {
    const start = at - (at % classes);
    return Number(Math.max(...probs_N_C.subarray(start, start + classes)) >= threshold);
  });
}

/** Probabilities `[n, C]` of the current weights. */
async function teach<Input>(
  examples: readonly Example<Input>[],
  step: number,
  { semi, model, learner, task, seed, signal }: UnlabelledBatchesOptions<Input>,
): Promise<Float32Array> {
  const classes = model.labels.length;
  const probabilities = (logits_N_C: Float32Array) =>
    task === "multi" ? logits_N_C.map(sigmoid) : softmaxRows(logits_N_C, classes);
  if (METHODS[semi.method].teacher === "dropout") {
    return probabilities(await learner.draw(examples, { seed: deriveSeed(seed, SEED_PURPOSE.teacherDropout, step) }));
  }
  const dataset = createDataset(examples.length, (position) => examples[position]!);
  const chunks = predictDraws(model, dataset, { iterations: 1, mode: "deterministic", progressType: "predict", signal });
  const { kind, data } = await joinPredictions(chunks, { total: examples.length });
  return areLogits(kind) ? probabilities(data) : data;
}

function defaultStrong<Input>(unlabelled: Dataset<Input>): Augment<Input> {
  const perturb = perturbTokens();
  if (!isEncodedText(unlabelled.at(0).input)) {
    throw new BaalError(
      "E_ARGUMENT",
      "FixMatch has a strong augmentation of its own for tokenized texts only; give semiSupervised.augment.strong for these inputs.",
    );
  }
  return (input, random) => (isEncodedText(input) ? (perturb(input, random) as Input & typeof input) : input);
}

/**
 * Positions of unlabelled items, batch by batch without an end: all items in random order, then all again in another. No item
 * comes again before all others have come. A pure function of the batch's number; only the order of the last pass is kept.
 */
export function unlabelledStream({
  length,
  batchSize,
  seed,
}: {
  readonly length: number;
  readonly batchSize: number;
  readonly seed: number;
}): (batch: number) => readonly number[] {
  let known: { readonly pass: number; readonly order: readonly number[] } | undefined;
  function orderOf(pass: number): readonly number[] {
    if (known?.pass !== pass) {
      const random = createRandom(deriveSeed(seed, SEED_PURPOSE.unlabelledOrder, pass));
      known = { pass, order: random.shuffled(Array.from({ length }, (_, position) => position)) };
    }
    return known.order;
  }
  return (batch) =>
    Array.from({ length: batchSize }, (_, i) => {
      const at = batch * batchSize + i;
      return orderOf(Math.floor(at / length))[at % length]!;
    });
}

/** Options of {@link perturbTokens}. */
export interface PerturbTokensOptions {
  /** Probability that a token is lost; 0.2 by default, in (0, 1). */
  readonly share?: number | undefined;
  /** Lost tokens become this one. By default they are deleted. */
  readonly maskTokenId?: number | undefined;
}

/**
 * Deletes or masks random tokens of a text, each by itself (word dropout, Iyyer et al. 2015; random deletion, Wei & Zou 2019,
 * arXiv:1901.11196). The first and the last token, which a tokenizer adds, stay, and so does at least one between them.
 * Throws `E_ARGUMENT` for a share outside (0, 1) or a token id below 0.
 */
export function perturbTokens({ share = 0.2, maskTokenId }: PerturbTokensOptions = {}): Augment<EncodedText> {
  if (!(share > 0 && share < 1)) throw new BaalError("E_ARGUMENT", `share is expected to lie in (0, 1); ${share} came.`);
  if (maskTokenId !== undefined && !(Number.isInteger(maskTokenId) && maskTokenId >= 0))
    throw new BaalError("E_ARGUMENT", `maskTokenId is expected to be an integer of at least 0; ${maskTokenId} came.`);
  return ({ inputIds, tokenTypeIds }, random) => {
    const last = inputIds.length - 1;
    if (last < 3) return { inputIds, tokenTypeIds };
    const isLost = Array.from(inputIds, (_, i) => i > 0 && i < last && random.uniform() < share);
    const spared = random.integer(1, last - 1);
    if (isLost.slice(1, last).every(Boolean)) isLost[spared] = false;
    if (maskTokenId !== undefined) {
      return { inputIds: inputIds.map((id, i) => (isLost[i] ? maskTokenId : id)), tokenTypeIds };
    }
    const kept = (ids: Int32Array) => ids.filter((_, i) => !isLost[i]);
    return { inputIds: kept(inputIds), tokenTypeIds: tokenTypeIds && kept(tokenTypeIds) };
  };
}

/** Whether an input is a tokenized text. */
function isEncodedText(input: unknown): input is EncodedText {
  return typeof input === "object" && input !== null && "inputIds" in input && input.inputIds instanceof Int32Array;
}
