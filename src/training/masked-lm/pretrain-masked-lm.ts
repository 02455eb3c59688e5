import type { Dataset, EncodedText, Items } from "../../core/dataset.js";
import { createDataset } from "../../core/dataset-view.js";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import { asDataset } from "../../core/items.js";
import { createRandom, deriveSeed, SEED_PURPOSE } from "../../core/random.js";
import type { TextTokenizer } from "../../data/text/text-tokenizer.js";
import { createMaskedLanguageModel, type MaskedLanguageModel, type MaskedText } from "../../models/text/masked-language-model.js";
import type { TextClassifier } from "../../models/text/text-classifier.js";
import type { Metrics } from "../evaluation-metrics.js";
import { resolveTrainingArguments } from "../resolve-training-arguments.js";
import { runTraining, type TrainResult, type WorkOptions } from "../run-training.js";
import type { TrainerCallback } from "../trainer-callback.js";
import { LOSS_ARGUMENTS, type TrainingArguments } from "../training-arguments.js";
import { checkMaskingShare, type MaskTokensOptions, maskTokens } from "./mask-tokens.js";

/** Training arguments that mean nothing to pretraining, which has one loss and trains all of the encoder. */
const UNUSED = [
  ...LOSS_ARGUMENTS,
  ...(["sampler", "fineTune", "freeze", "batchNormalization"] as const),
  ...(["evalIterations", "metricForBestModel", "greaterIsBetter"] as const),
];

/** Arguments of training that pretraining has, too, under the same names and with the same defaults. */
export type PretrainingArguments = Omit<TrainingArguments, (typeof UNUSED)[number]>;

/** Options of {@link pretrainMaskedLM}. */
export interface PretrainOptions extends WorkOptions {
  readonly args?: PretrainingArguments | undefined;
  /** Share of a text's tokens that are masked, 0.15 by default. */
  readonly maskingShare?: number | undefined;
  /** `"word"` (default): all tokens of a word together, which is harder and teaches more; `"token"`: each by itself. */
  readonly unit?: "word" | "token" | undefined;
  /** Other texts, whose loss `args.evalStrategy` measures: early stopping and the best weights go by it. */
  readonly evalTexts?: Items<EncodedText> | undefined;
  readonly callbacks?: readonly TrainerCallback[] | undefined;
}

/** Losses are in nats per masked token. */
export type PretrainResult = TrainResult;

/**
 * Task-adaptive pretraining (Gururangan 2020, arXiv:2004.10964; before active learning: Margatina 2022, arXiv:2104.08320): the model's
 * encoder learns to guess masked tokens of unlabelled texts: strings, rows with a column `text`, or a data set. Labels are not looked at. What it learned is from then on what
 * `resetWeights` goes back to; the classifier's head alone is drawn anew. Masks and order depend on the seed, the epoch and the item alone.
 * Checkpoints hold the encoder and the head that guesses: a run that was cut off goes on with `resumeFromCheckpoint`.
 *
 * Throws `E_MODEL_FORMAT` for a model from an ONNX file or a tokenizer without a mask token, `E_ARGUMENT` for settings out of range,
 * `E_DATA` for no texts, `E_CHECKPOINT`, `E_NOT_FINITE`, `E_ABORTED`; weights change until then.
 *
 * @example
 * ```ts with=text
 * import { pretrainMaskedLM } from "baaljs";
 *
 * await pretrainMaskedLM(model, dataset, { args: { maxSteps: 4, batchSize: 16 } }); // no labels are looked at
 * await trainer.train(active);
 * ```
 */
export async function pretrainMaskedLM(
  model: TextClassifier,
  items: Items<EncodedText>,
  options: PretrainOptions = {},
): Promise<PretrainResult> {
  const { args: given = {}, maskingShare: share = 0.15, unit = "word", evalTexts, callbacks, signal, onProgress } = options;
  checkMaskingShare(share);
  checkArguments(given);
  const args = resolveTrainingArguments(given);
  const texts = asDataset(items, { model, name: "pretrainMaskedLM" });
  if (texts.length === 0) throw new BaalError("E_DATA", "There are no texts to pretrain on.");
  if (args.evalStrategy !== "no" && evalTexts === undefined)
    throw new BaalError("E_ARGUMENT", `evalStrategy "${args.evalStrategy}" needs texts to evaluate with: give evalTexts.`);
  const languageModel = createMaskedLanguageModel(model.encoderParts);
  const masking = { share, unit, ...vocabularyOf(model.tokenizer) };
  const seedOf = (...keys: readonly number[]) => deriveSeed(args.seed, SEED_PURPOSE.pretraining, ...keys);
  const evaluated = evalTexts && asDataset(evalTexts, { model, name: "evalTexts" });
  const masked = evaluated && maskedTexts(evaluated, masking, (index) => seedOf(SEED_PURPOSE.evaluate, 0, index));
  const run = runTraining<MaskedText>({
    ...{ name: "Pretraining", args, model: languageModel, callbacks, signal, onProgress },
    dataset: epochsOfMasks(texts, masking, seedOf),
    indices: Array.from({ length: texts.length }, (_, position) => texts.at(position).index),
    createLearner: (learning) => languageModel.createLearner(learning),
    dropoutSeed: seedOf(),
    settings: `masked language model, ${share} of the tokens by ${unit}`,
    evaluate: () => evaluate(languageModel, masked!, { batchSize: args.batchSize, signal, onProgress }),
  });
  const result = await run.finally(() => languageModel.release());
  model.keepAsInitial();
  return result;
}

function checkArguments(given: Readonly<Record<string, unknown>>): void {
  const unused = UNUSED.find((name) => given[name] !== undefined);
  if (unused !== undefined) throw new BaalError("E_ARGUMENT", `Pretraining has no use for ${unused}; leave it out.`);
}

/** Texts with hidden tokens; other ones in each epoch of training. */
function epochsOfMasks(
  texts: Dataset<EncodedText>,
  masking: Masking,
  seedOf: (epoch: number, index: number) => number,
): Dataset<MaskedText> {
  const inEpoch = (epoch: number) => maskedTexts(texts, masking, (index) => seedOf(epoch, index));
  return { ...inEpoch(0), inEpoch };
}

type Masking = Omit<MaskTokensOptions, "random">;

function maskedTexts(texts: Dataset<EncodedText>, masking: Masking, seedOf: (index: number) => number): Dataset<MaskedText> {
  return createDataset(texts.length, (position) => {
    const { index, input } = texts.at(position);
    const { inputIds, positions, targets } = maskTokens(input.inputIds, { ...masking, random: createRandom(seedOf(index)) });
    return { index, input: { ...input, inputIds, positions }, target: targets };
  });
}

/** The mean loss of the masked tokens of texts, with dropout off and the same masks whenever it is measured. */
async function evaluate(
  model: MaskedLanguageModel,
  texts: Dataset<MaskedText>,
  { batchSize, signal, onProgress }: WorkOptions & { readonly batchSize: number },
): Promise<Metrics> {
  let [lossSum, tokenSum] = [0, 0];
  for (let start = 0; start < texts.length; start += batchSize) {
    throwIfAborted(signal, "The evaluation of pretraining");
    const done = Math.min(texts.length, start + batchSize);
    const { loss, tokens } = await model.lossOf(Array.from({ length: done - start }, (_, i) => texts.at(start + i)));
    lossSum += loss;
    tokenSum += tokens;
    onProgress?.({ type: "evaluate", done, total: texts.length });
  }
  if (tokenSum === 0) throw new BaalError("E_DATA", "The texts to evaluate with have no tokens to guess.");
  return { loss: lossSum / tokenSum };
}

function vocabularyOf(tokenizer: TextTokenizer): Omit<Masking, "share" | "unit"> {
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
