import { IGNORED_CLASS } from "../core/check-targets.js";
import type { Dataset, EncodedText } from "../core/dataset.js";
import { createDataset, datasetOfInputs } from "../core/dataset-view.js";
import { DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import { strongAugmentation, weakAugmentation } from "../data/images/augment/rand-augment.js";
import { encodePng } from "../data/images/decode-image.js";
import { ImageDataset } from "../data/images/image-dataset.js";
import type { ImageInput, ImagePixels } from "../data/images/image-input.js";
import { imageProcessor } from "../data/images/plain-image-processor.js";
import type { Row } from "../data/rows/row.js";
import { TextDataset } from "../data/text/text-dataset.js";
import { trainWordPiece } from "../data/text/train-word-piece.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import type { HeadClassifier } from "../models/head/head-classifier.js";
import { ImageClassifier } from "../models/images/image-classifier.js";
import { loadRecipe, modelFromRecipe } from "../models/text/recipe.js";
import { type FromPretrainedOptions, TextClassifier } from "../models/text/text-classifier.js";
import type { TrainingArguments } from "../training/training-arguments.js";
import { keptPixels } from "./datasets/kept-pixels.js";
import type { PreparedExperiment } from "./prepare-experiment.js";

/** An item to look at, for a report. */
export type ItemPreview = { readonly text: string } | { readonly image: string };

/** A model and data sets that fit each other. */
export interface SetupOf<Input> {
  readonly model: GraphClassifier<Input>;
  /** Arguments that suit the model, before those of the configuration. */
  readonly recipeArgs: TrainingArguments;
  readonly train: Dataset<Input>;
  /** Items out of scope that the model has no class for have the target -100, here and in `test`. */
  readonly validation: Dataset<Input>;
  readonly test: Dataset<Input>;
  /** Of an item of `train`. */
  readonly preview: (index: number) => Promise<ItemPreview>;
  /** In place of training by steps. */
  readonly learn?: ((evidence: LearningEvidence<Input>) => Promise<void>) | undefined;
}

/** What a model is solved from. */
export interface LearningEvidence<Input> {
  readonly labelled: Dataset<Input>;
  readonly pool: Dataset<Input>;
  readonly signal?: AbortSignal | undefined;
}

export interface TextSetup extends SetupOf<EncodedText> {
  readonly kind: "text";
  readonly model: TextClassifier;
}

export interface ImageSetup extends SetupOf<ImageInput> {
  readonly kind: "image";
}

/** A head over the vectors of a frozen encoder, which is solved in place of being trained. */
export interface SolvedSetup extends SetupOf<Float32Array> {
  readonly kind: "features";
  readonly model: HeadClassifier;
}

export type CellSetup = TextSetup | ImageSetup | SolvedSetup;

export interface CellSetupOptions extends FromPretrainedOptions {
  /** Draws the weights. */
  readonly seed: number;
}

/** Makes the model of an experiment and its data sets. Throws what making the model throws. */
export async function setUpCell(experiment: PreparedExperiment, options: CellSetupOptions): Promise<TextSetup | ImageSetup> {
  const { device } = experiment.config;
  const all = { ...options, device: device ?? options.device };
  return experiment.data.kind === "text" ? textSetup(experiment, all) : imageSetup(experiment, all);
}

async function textSetup(experiment: PreparedExperiment, options: CellSetupOptions): Promise<TextSetup> {
  const { pool, labels, data } = experiment;
  const { model, maxSeqLen, recipeArgs = {} } = await textModel(experiment, options);
  const encoding = {
    ...{ tokenizer: model.tokenizer, labels, maxSeqLen },
    ...{ inputKey: data.columns.input, targetKey: data.columns.label },
  };
  const train = new TextDataset(pool, encoding);
  const measured = (rows: readonly Row[]) =>
    rows.length === 0 ? emptyDataset : ignoring(new TextDataset(scopedRows(rows, experiment), encoding));
  return {
    ...{ kind: "text", model, recipeArgs, train },
    ...{ validation: measured(data.validation), test: measured(data.test) },
    preview: async (index) => ({ text: train.text(index) }),
  };
}

interface MadeTextModel {
  readonly model: TextClassifier;
  readonly maxSeqLen: number;
  readonly recipeArgs?: TrainingArguments | undefined;
}

async function textModel(
  { config, pool, labels, data, weights }: PreparedExperiment,
  options: CellSetupOptions,
): Promise<MadeTextModel> {
  const { model: given } = config;
  // The vocabulary is learned from the pool's texts alone: nobody has seen the test's.
  const texts = () => pool.map((row) => String(row[data.columns.input]));
  if ("recipe" in given && given.recipe !== undefined) {
    const recipe = await loadRecipe(String(given.recipe));
    const model = modelFromRecipe(recipe, { ...options, texts: texts(), labels });
    return { model, maxSeqLen: recipe.maxSeqLen, recipeArgs: recipe.training };
  }
  if ("vocabularySize" in given) {
    const { vocabularySize, maxSeqLen = DEFAULT_MAX_SEQ_LEN } = given as { vocabularySize: number; maxSeqLen?: number };
    const tokenizer = trainWordPiece(texts(), { vocabSize: vocabularySize, modelMaxLength: maxSeqLen });
    const numbers = { ...(given.config as object), vocabSize: tokenizer.vocabSize };
    return { model: TextClassifier.fromConfig(numbers, { ...options, labels, tokenizer }), maxSeqLen };
  }
  const { format, maxSeqLen = DEFAULT_MAX_SEQ_LEN } = pretrainedOf(given);
  const model = await TextClassifier.fromPretrained(weights!.folder, { ...options, format, labels });
  return { model, maxSeqLen: Math.min(maxSeqLen, model.maxLength) };
}

async function imageSetup(experiment: PreparedExperiment, options: CellSetupOptions): Promise<ImageSetup> {
  const { pool, labels, data } = experiment;
  const model = await imageModel(experiment, options);
  const { processor } = model;
  const common = {
    ...{ processor, labels, imageKey: data.columns.input, labelKey: data.columns.label },
    root: data.root,
  };
  const augmentation = data.augment && { weak: weakAugmentation, strong: strongAugmentation }[data.augment]();
  const train = keptPixels(new ImageDataset(pool, { ...common, augment: augmentation, seed: options.seed }), processor.shape, {
    noise: data.noise,
  });
  const measured = (rows: readonly Row[]) =>
    rows.length === 0
      ? emptyDataset
      : ignoring(keptPixels(new ImageDataset(scopedRows(rows, experiment), common), processor.shape));
  return {
    ...{ kind: "image", model, recipeArgs: {}, train },
    ...{ validation: measured(data.validation), test: measured(data.test) },
    preview: async (index) => ({ image: await imagePreview(await train.at(index).input.load()) }),
  };
}

async function imageModel(
  { config, labels, data, weights }: PreparedExperiment,
  options: CellSetupOptions,
): Promise<ImageClassifier> {
  const { model: given } = config;
  if (!("architecture" in given)) {
    const { format, imageSize, dropout } = pretrainedOf(given);
    return ImageClassifier.fromPretrained(weights!.folder, {
      ...{ ...options, labels },
      ...{ format, imageSize, dropout },
    });
  }
  const { patch: _, ...numbers } = given;
  const [channels, height, width] = data.imageShape ?? [];
  const ofData = channels === undefined ? {} : { numChannels: channels, imageSize: [height!, width!] as [number, number] };
  const network = { ...ofData, ...numbers, architecture: String(given.architecture) };
  const { normalisation } = data;
  if (normalisation === undefined) return ImageClassifier.fromConfig(network, { ...options, labels });
  const size = network.imageSize ?? [height!, width!];
  const processor = imageProcessor({ size, channels: (network.numChannels ?? 3) === 1 ? 1 : 3, ...normalisation });
  return ImageClassifier.fromConfig(network, { ...options, labels, processor });
}

interface PretrainedModel {
  readonly format?: "safetensors" | "onnx" | undefined;
  readonly maxSeqLen?: number | undefined;
  readonly dropout?: number | undefined;
  readonly imageSize?: [number, number] | undefined;
}

function pretrainedOf(model: object): PretrainedModel {
  return model as PretrainedModel;
}

/** Items out of scope lose the label that the model has no class for. */
function scopedRows(rows: readonly Row[], { data, outOfScope }: PreparedExperiment): readonly Row[] {
  if (outOfScope?.protocol !== "threshold") return rows;
  const { label } = data.columns;
  return rows.map((row) => (String(row[label]) === outOfScope.label ? { ...row, [label]: null } : row));
}

/** For data without validation items. */
const emptyDataset: Dataset<never> = datasetOfInputs<never>([]);

/** Items without a target get the one that does not count. */
function ignoring<Input>(dataset: Dataset<Input>): Dataset<Input> {
  return createDataset(dataset.length, (position) => {
    const example = dataset.at(position);
    return { ...example, target: example.target ?? IGNORED_CLASS };
  });
}

/** A small PNG as a `data:` address: the pixels between their lowest and highest value. */
async function imagePreview({ shape, data }: ImagePixels): Promise<string> {
  const [channels, height, width] = shape;
  const low = data.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const area = height * width;
  const shown = channels === 3 ? 3 : 1;
  const bytes = new Uint8Array(shown * area);
  for (let at = 0; at < area; at++) {
    for (let c = 0; c < shown; c++) bytes[at * shown + c] = Math.round((255 * (data[c * area + at]! - low)) / (high - low || 1));
  }
  const png = await encodePng({ width, height, channels: shown, data: bytes }, { longestEdge: 64, palette: true });
  return `data:image/png;base64,${png.toString("base64")}`;
}
