import { textsAsItems } from "../active/picks/item-vectors.js";
import { imageContent, type RowContent, textContent } from "../active/picks/row-content.js";
import type { TrainedPicks } from "../active/picks/select-rows.js";
import type { EncodedText } from "../core/dataset.js";
import { ImageDataset } from "../data/images/image-dataset.js";
import { WORDS_ALONE } from "../data/text/tf-idf.js";
import { ImageClassifier } from "../models/images/image-classifier.js";
import { TextClassifier } from "../models/text/text-classifier.js";
import type { TrainingRecipe } from "../training/recommend-training.js";
import type { CommandContext } from "./base-command.js";
import { type ModelOptions, pretrainedOptions } from "./model-options.js";
import { cachePath, withoutHub } from "./picking-options.js";
import type { SelectData } from "./select-data.js";
import { trainingBar } from "./train-by-recipe.js";
import { UsageError } from "./usage-error.js";

export interface SelectWork extends ModelOptions {
  readonly model: string;
  readonly cache: string;
  readonly maxSeqLen: number;
  readonly seed: number;
  readonly recipe?: TrainingRecipe | undefined;
  readonly context: CommandContext;
}

/** What the rows are picked by, and how to give back what it takes. Throws what loading an encoder throws. */
export async function selectContent(
  data: SelectData,
  work: SelectWork,
): Promise<{ readonly content: RowContent; readonly close: () => Promise<void> }> {
  const { model, maxSeqLen, context } = work;
  const folder = cachePath(work.cache);
  const pretrained = pretrainedOptions(work, context);
  if (data.kind === "image") {
    if (model === WORDS_ALONE) throw new UsageError(`--model ${model} is for texts: give an encoder of images.`);
    const encoder = await ImageClassifier.fromPretrained(model, pretrained);
    const rows = data.rows.map((_, position) => ({ image: data.imagePath(position) }));
    const images = new ImageDataset(rows, { processor: encoder.processor, where: data.where });
    return { content: await imageContent(images, { encoder, folder }), close: () => encoder.dispose() };
  }
  // A model that is trained reads the texts itself, and no vectors are asked for.
  const encoder = model === WORDS_ALONE || isTrained(work) ? WORDS_ALONE : await encoderOf(model, pretrained);
  const content = textContent(data.rows, { encoder, textColumn: data.contentColumn, maxSeqLen, folder, where: data.where });
  return { content, close: async () => (encoder === WORDS_ALONE ? undefined : encoder.dispose()) };
}

async function encoderOf(model: string, options: ReturnType<typeof pretrainedOptions>): Promise<TextClassifier> {
  try {
    return await TextClassifier.encoder(model, options);
  } catch (error) {
    throw withoutHub(error, model);
  }
}

/** A model of texts that is trained by a recipe, and picks. Throws a usage error where there is nothing to train. */
export function trainedPicks(
  data: SelectData,
  { positions }: RowContent,
  work: SelectWork,
): TrainedPicks<EncodedText> | undefined {
  if (!isTrained(work)) return undefined;
  const { model, recipe, seed, maxSeqLen, context } = work;
  if (data.kind === "image" || model === WORDS_ALONE)
    throw new UsageError(`--recipe ${recipe} trains a model of texts: leave it out, or give such a --model.`);
  const bar = trainingBar(context.output);
  return {
    recipe: recipe!,
    onProgress: (event) => bar.show(event),
    async load(labels, task) {
      const trained = await TextClassifier.fromPretrained(model, {
        ...pretrainedOptions(work, context),
        ...{ labels: [...labels], task, seed },
      });
      const texts = positions.map((position) => String(data.rows[position]![data.contentColumn]));
      return { model: trained, items: textsAsItems(texts, trained, maxSeqLen) };
    },
  };
}

/** Whether a model is trained for the picks; the head that is solved otherwise needs no training. */
function isTrained({ recipe }: Pick<SelectWork, "recipe">): boolean {
  return recipe !== undefined && recipe !== "solvedHead";
}
