import { readFile } from "node:fs/promises";
import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import { trainWordPiece } from "../../data/text/train-word-piece.js";
import type { DeviceOptions } from "../../engine/runtime/session.js";
import { packageFile } from "../../system/package-files.js";
import type { EncoderConfig } from "../architectures/encoder-config.js";
import { encoderConfig } from "../architectures/text-architectures.js";
import { TextClassifier } from "./text-classifier.js";

const recipeSchema = z.strictObject({
  about: z.string(),
  vocabulary: z.strictObject({ size: z.number().int().positive() }),
  maxSeqLen: z.number().int().positive(),
  config: z.record(z.string(), z.unknown()),
  training: z.record(z.string(), z.unknown()),
});

/** How a built-in model is made: no weights, only the numbers that it takes to make them from data. */
export interface ModelRecipe {
  readonly about: string;
  /** Size of the WordPiece vocabulary that is learned from the texts at hand. */
  readonly vocabulary: { readonly size: number };
  readonly maxSeqLen: number;
  readonly config: Partial<EncoderConfig>;
  /** Training arguments that suit the model. */
  readonly training: Readonly<Record<string, unknown>>;
}

/** Reads `models/<name>.json` of this package. Throws `E_FILE_NOT_FOUND` for a name that is not there. */
export async function loadRecipe(name: string): Promise<ModelRecipe> {
  const text = await readFile(packageFile(`models/${name}.json`), "utf8").catch((error: unknown) => {
    throw new BaalError("E_FILE_NOT_FOUND", `There is no built-in model "${name}".`, { cause: error });
  });
  const { config, ...recipe } = recipeSchema.parse(JSON.parse(text));
  return { ...recipe, config: encoderConfig({ ...config, vocabSize: recipe.vocabulary.size }) };
}

/**
 * Learns the vocabulary from the texts and draws the weights.
 *
 * @example
 * ```ts
 * import { loadEmbeddedIntents, loadRecipe, modelFromRecipe } from "baaljs";
 *
 * const { train, labels } = await loadEmbeddedIntents();
 * const model = modelFromRecipe(await loadRecipe("distilbert-mini"), { texts: train.map(({ text }) => text), labels, seed: 1 });
 * ```
 */
export function modelFromRecipe(
  recipe: ModelRecipe,
  {
    texts,
    labels,
    seed,
    ...device
  }: DeviceOptions & { readonly texts: Iterable<string>; readonly labels: readonly string[]; readonly seed: number },
): TextClassifier {
  const tokenizer = trainWordPiece(texts, { vocabSize: recipe.vocabulary.size, modelMaxLength: recipe.maxSeqLen });
  return TextClassifier.fromConfig({ ...recipe.config, vocabSize: tokenizer.vocabSize }, { ...device, labels, tokenizer, seed });
}
