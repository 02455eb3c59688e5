import { readFile } from "node:fs/promises";
import { z } from "zod";
import { BaalError, errorMessage } from "../core/errors.js";

/** A label that was given by hand, as JSON. */
export const targetSchema = z.union([z.number(), z.array(z.number().nullable())]);
const index = z.int().nonnegative();

/** The state of an `ActiveLearningDataset`, as JSON. */
export const activeStateSchema = z.object({
  version: z.literal(1),
  /** Number of items of the data set: a state fits only a data set of that size. */
  length: index,
  /** Labelling steps in order, each with its dataset indices in the order of labelling. */
  steps: z.array(z.array(index)),
  /** Targets that were given by hand, with their dataset indices. */
  targets: z.array(z.tuple([index, targetSchema])),
  /** State of the generator that draws random items. */
  random: z.array(z.int()).length(4),
  /** Items taken out of the pool. */
  excluded: z.array(index).optional(),
  /** Items held out for validation. */
  heldOut: z.array(index).optional(),
});

/** The state of an `ActiveLearningDataset` as JSON values. */
export type ActiveState = z.infer<typeof activeStateSchema>;

/** Checks a state that was read from somewhere. Throws `E_CHECKPOINT`. */
export function parseActiveState(value: unknown, length: number, where: string): ActiveState {
  const parsed = activeStateSchema.safeParse(value);
  if (!parsed.success) {
    const message = `${where} is no state of labelled items: ${z.prettifyError(parsed.error)}`;
    throw new BaalError("E_CHECKPOINT", message, { cause: parsed.error });
  }
  const state = parsed.data;
  if (state.length !== length) {
    const message = `${where} belongs to a data set of ${state.length} items; this one has ${length}. Load it with the data it was saved with.`;
    throw new BaalError("E_CHECKPOINT", message);
  }
  const labelled = state.steps.flat();
  const outside = labelled.find((item) => item >= length);
  if (outside !== undefined)
    throw new BaalError("E_CHECKPOINT", `${where} labels item ${outside} of a data set of ${length} items.`);
  const distinct = new Set(labelled);
  if (distinct.size !== labelled.length) throw new BaalError("E_CHECKPOINT", `${where} labels an item twice.`);
  const foreign = state.heldOut?.find((item) => item >= length || state.excluded?.includes(item));
  if (foreign !== undefined)
    throw new BaalError("E_CHECKPOINT", `${where} holds out item ${foreign}, which is excluded or not in the data set.`);
  const unfit = state.excluded?.find((item) => item >= length || distinct.has(item));
  if (unfit !== undefined)
    throw new BaalError("E_CHECKPOINT", `${where} excludes item ${unfit}, which is labelled or not in the data set.`);
  return state;
}

/** The JSON in a file. Throws `E_FILE_NOT_FOUND`, `E_CHECKPOINT`. */
export async function readStateFile(path: string): Promise<unknown> {
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (error) {
    throw new BaalError("E_FILE_NOT_FOUND", `The state ${path} could not be read: ${errorMessage(error)}`, { cause: error });
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new BaalError("E_CHECKPOINT", `${path} is no JSON (${errorMessage(error)}).`, { cause: error });
  }
}
