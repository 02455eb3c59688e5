import { setImmediate } from "node:timers/promises";
import type { Dataset, EncodedText } from "../../core/dataset.js";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import { createRandom, deriveSeed, SEED_PURPOSE } from "../../core/random.js";
import type { TextTokenizer } from "../../data/text/text-tokenizer.js";
import { createMaskedLMLearner, type MaskedExample } from "../../models/graph/masked-lm-learner.js";
import type { TextClassifier } from "../../models/text/text-classifier.js";
import { resolveTrainingArguments } from "../resolve-training-arguments.js";
import { createSchedule } from "../schedules.js";
import type { ProgressListener } from "../trainer-callback.js";
import type { TrainingArguments } from "../training-arguments.js";
import { createOptimizer, planTraining, stepBatches } from "../training-plan.js";
import { epochOrder } from "../training-run.js";
import { checkMaskingShare, type MaskTokensOptions, maskTokens } from "./mask-tokens.js";

/** Arguments of training that pretraining has, too, under the same names and with the same defaults. */
type SharedArguments = Pick<
  TrainingArguments,
  | "numTrainEpochs"
  | "maxSteps"
  | "minSteps"
  | "batchSize"
  | "learningRate"
  | "weightDecay"
  | "optim"
  | "lrSchedulerType"
  | "warmupSteps"
  | "warmupRatio"
  | "maxGradNorm"
  | "seed"
>;

export interface PretrainOptions {
  readonly args?: SharedArguments;
  /** Share of a text's tokens that are masked, 0.15 by default. */
  readonly maskingShare?: number;
  /** `"word"` (default): all tokens of a word together, which is harder and teaches more; `"token"`: each by itself. */
  readonly unit?: "word" | "token";
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
}

export interface PretrainResult {
  readonly globalStep: number;
  /** Mean loss of the steps, in nats per masked token. */
  readonly trainingLoss: number;
}

/**
 * Task-adaptive pretraining (Gururangan 2020, arXiv:2004.10964; before active learning: Margatina 2022, arXiv:2104.08320): the model's
 * encoder learns to guess masked tokens of the unlabelled texts. Labels are not looked at. What it learned is from then on what
 * `resetWeights` goes back to; the classifier's head alone is drawn anew. Masks and order depend on the seed, the epoch and the item alone.
 *
 * Throws `E_MODEL_FORMAT` for a model from an ONNX file or a tokenizer without a mask token, `E_ARGUMENT` for settings out of range,
 * `E_DATA` for no texts, `E_NOT_FINITE`, `E_ABORTED`; weights change until then.
 */
export async function pretrainMaskedLM(
  model: TextClassifier,
  texts: Dataset<EncodedText>,
  { args: given = {}, maskingShare: share = 0.15, unit = "word", signal, onProgress }: PretrainOptions = {},
): Promise<PretrainResult> {
  checkMaskingShare(share);
  if (texts.length === 0) throw new BaalError("E_DATA", "There are no texts to pretrain on.");
  const args = resolveTrainingArguments(given);
  const { tokenizer, encoderParts } = model;
  const masking = { share, unit, ...vocabularyOf(tokenizer) };
  const plan = planTraining(texts.length, args);
  const schedule = createSchedule(args.lrSchedulerType, plan);
  const learner = await createMaskedLMLearner(encoderParts, {
    optimizer: createOptimizer(args),
    maxGradNorm: args.maxGradNorm,
    seed: deriveSeed(args.seed, SEED_PURPOSE.pretraining),
  });
  let lossSum = 0;
  let order: readonly number[] = [];
  for (let step = 0; step < plan.totalSteps; step++) {
    throwIfAborted(signal, `Pretraining (after step ${step} of ${plan.totalSteps})`);
    const epoch = Math.floor(step / plan.stepsPerEpoch);
    const inEpoch = step % plan.stepsPerEpoch;
    if (inEpoch === 0) order = epochOrder(texts.length, { seed: args.seed, epoch });
    const batch = stepBatches(order, inEpoch, { ...args, gradientAccumulationSteps: 1 }).flat();
    const examples = batch.flatMap((position): MaskedExample[] => {
      const { index, input } = texts.at(position);
      const random = createRandom(deriveSeed(args.seed, SEED_PURPOSE.pretraining, epoch, index));
      const { inputIds, positions, targets } = maskTokens(input.inputIds, { ...masking, random });
      return positions.length === 0 ? [] : [{ index, input: { ...input, inputIds }, positions, targets }];
    });
    const learningRate = args.learningRate * schedule(step);
    const { loss, gradientNorm } = examples.length > 0 ? await learner.step(examples, { step, learningRate }) : NOTHING;
    lossSum += loss;
    const done = { step: step + 1, totalSteps: plan.totalSteps, epoch: (step + 1) / plan.stepsPerEpoch };
    onProgress?.({ type: "train", ...done, loss, gradientNorm, learningRate });
    await setImmediate();
  }
  model.keepAsInitial();
  return { globalStep: plan.totalSteps, trainingLoss: lossSum / plan.totalSteps };
}

/** A batch of texts that have no tokens of their own. */
const NOTHING = { loss: 0, gradientNorm: 0 };

function vocabularyOf(tokenizer: TextTokenizer): Omit<MaskTokensOptions, "share" | "unit" | "random"> {
  const { maskTokenId, vocabSize, padTokenId, clsTokenId, sepTokenId } = tokenizer;
  if (maskTokenId === undefined) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `The tokenizer has no mask token. Name one as "mask_token" in tokenizer_config.json, or use a masked language model's tokenizer.`,
    );
  }
  const special = [maskTokenId, padTokenId, clsTokenId, sepTokenId].filter((id) => id !== undefined);
  return { maskTokenId, vocabSize, specialIds: new Set(special), continuesWord: (id) => tokenizer.continuesWord(id) };
}
