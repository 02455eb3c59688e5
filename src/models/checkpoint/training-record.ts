import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BaalError, errorMessage } from "../../core/errors.js";

/** The file's name: what `baal train` keeps beside the model, so that predicting and training on read and do the same. */
export const TRAINING_RECORD_FILE = "baaljs_training.json";

const name = z.string().min(1).nullish();

const schema = z.object({
  /** How it was trained: `"solvedHead"`, `"fineTuning"`, `"contrastive"` or `"plain"`. */
  recipe: z.string(),
  /** The columns that an item was made of, and how many of its tokens were read. */
  input: z.object({
    /** Column of the text, or a template of several: `"{title} [SEP] {body}"`. */
    text: name,
    pairColumn: name,
    imageColumn: name,
    maxSeqLen: z.int().min(1).nullish(),
  }),
  /** Of the training by steps; of a solved head those of its recipe that would come next. */
  arguments: z.record(z.string(), z.unknown()),
});

/** How a saved model was trained and reads its items. */
export type TrainingRecord = Readonly<z.output<typeof schema>>;

/** The record of a model's folder, if it has one. Throws `E_MODEL_FORMAT` for one that cannot be read. */
export async function readTrainingRecord(folder: string): Promise<TrainingRecord | undefined> {
  const path = join(folder, TRAINING_RECORD_FILE);
  if (!existsSync(path)) return undefined;
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${path} does not say how the model was trained (${errorMessage(error)}). Remove it, and give --text-column and --max-seq-len where they matter.`,
      { cause: error },
    );
  }
}
