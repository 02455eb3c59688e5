import type { Dataset, Example } from "../../data/dataset.js";
import { BaalError } from "../../errors.js";
import { joinPredictions } from "../../join-chunks.js";
import type { BayesianModel, SoftBatch, SoftLearner } from "../../models/bayesian-model.js";
import { createRandom } from "../../random.js";
import { deriveSeed, SEED_PURPOSE } from "../derive-seed.js";
import { predictDraws } from "../predict-draws.js";
import { METHODS } from "./methods.js";
import { isEncodedText, perturbTokens } from "./perturb-tokens.js";
import type { ResolvedSemiSupervision } from "./resolve-semi-supervision.js";
import type { Augment } from "./semi-supervision.js";
import { unlabelledStream } from "./unlabelled-stream.js";

export interface UnlabelledBatchesOptions<Input> {
  readonly semi: ResolvedSemiSupervision<Input>;
  readonly model: BayesianModel<Input>;
  readonly learner: SoftLearner<Input>;
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
    const targets_N_C = method.targets(probs_N_C, classes);
    const learning = augmented(student, SEED_PURPOSE.studentAugmentation);
    // The mean is over all items: the unsure ones count as a loss of 0, and cost no pass.
    const used = learning.flatMap((_, i) =>
      Math.max(...probs_N_C.subarray(i * classes, (i + 1) * classes)) >= semi.threshold ? [i] : [],
    );
    const itemWeight = weight / (examples.length * method.divisor(classes));
    const batches: SoftBatch<Input>[] = [];
    for (let start = 0; start < used.length; start += batchSize) {
      const part = used.slice(start, start + batchSize);
      batches.push({
        examples: part.map((i) => learning[i]!),
        loss: method.loss,
        targets: Float32Array.from(part.flatMap((i) => [...targets_N_C.subarray(i * classes, (i + 1) * classes)])),
        weights: new Float32Array(part.length).fill(itemWeight),
      });
    }
    return batches;
  };
}

/** Probabilities `[n, C]` of the current weights. */
async function teach<Input>(
  examples: readonly Example<Input>[],
  step: number,
  { semi, model, learner, seed, signal }: UnlabelledBatchesOptions<Input>,
): Promise<Float32Array> {
  const classes = model.labels.length;
  if (METHODS[semi.method].teacher === "dropout") {
    return softmaxRows(await learner.draw(examples, { seed: deriveSeed(seed, SEED_PURPOSE.teacherDropout, step) }), classes);
  }
  const dataset: Dataset<Input> = { length: examples.length, at: (position) => examples[position]! };
  const chunks = predictDraws(model, dataset, { iterations: 1, mode: "deterministic", progressType: "predict", signal });
  const { kind, data } = await joinPredictions(chunks, { total: examples.length });
  return kind === "probabilities" ? data : softmaxRows(data, classes);
}

function softmaxRows(logits_N_C: Float32Array, classes: number): Float32Array {
  const probs_N_C = new Float32Array(logits_N_C.length);
  for (let start = 0; start < logits_N_C.length; start += classes) {
    const row = logits_N_C.subarray(start, start + classes);
    const max = Math.max(...row);
    let sum = 0;
    for (const logit of row) sum += Math.exp(logit - max);
    for (let c = 0; c < classes; c++) probs_N_C[start + c] = Math.exp(row[c]! - max) / sum;
  }
  return probs_N_C;
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
