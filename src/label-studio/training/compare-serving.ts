import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { namedChoice } from "../contract/choice.js";
import { controlFolders } from "../contract/control-folders.js";
import type { VersionRecord } from "../state/records.js";
import { answeredRows, type Evaluation, evaluation, joinedEvaluation, questionOf, questions } from "./evaluation.js";
import { type ChunkOptions, predictInChunks, type WithModelOptions, withModel } from "./training-host.js";
import type { LearnedControl, TrainingRow } from "./training-set.js";

/** The file in a version's folder about its training. */
const trainingRecord = z.object({
  /** The controls that it learned, and what each asks. */
  controls: z.array(z.object({ name: z.string(), choice: z.enum(questions) })),
  /** Tasks that it was trained with. */
  tasks: z.array(z.number()),
  /** Of a training by recipe: what the model has become: `"solvedHead"` has the base model's encoder. */
  recipe: z.string().optional(),
});

export type TrainingRecord = z.infer<typeof trainingRecord>;

/** Beside the model's files. */
export const trainingRecordFile = "training.json";

/** How the serving version does on the held-out rows that it has not been trained with either, for the controls that it knows. */
export type ServingComparison =
  | { readonly kind: "compared"; readonly answers: Evaluation["answers"] }
  | { readonly kind: "not compared"; readonly why: string };

/** Too few to tell two versions apart, or to count on. */
const FEWEST = 5;

export interface ServingAnswersOptions extends WithModelOptions {
  readonly storeFolder: string;
  readonly controls: readonly LearnedControl[];
  /** The choice for what is out of scope. */
  readonly outOfScopeChoice?: string | undefined;
  readonly draws: Pick<ChunkOptions, "iterations" | "seed" | "maxSeqLen">;
}

/**
 * The answers of the version that serves beside the right ones, of what was held out from both trainings; the reason where there is none to compare with.
 * Labels that it does not know, it gets wrong. Throws what {@link withModel} throws.
 */
export async function servingAnswers(
  version: VersionRecord,
  heldOut: readonly TrainingRow[],
  { storeFolder, controls, draws, outOfScopeChoice, ...options }: ServingAnswersOptions,
): Promise<ServingComparison> {
  const folder = join(storeFolder, version.folder);
  const record = await readTrainingRecord(folder);
  if (record === undefined) return notCompared(`${version.version} does not say what it was trained with`);
  const trained = new Map(record.controls.map(({ name, choice }) => [name, choice]));
  const shared = controls.filter(({ control }) => trained.get(control.name) === questionOf(control));
  if (shared.length === 0) {
    return notCompared(`${version.version} was trained for other controls, or for another kind of answer`);
  }
  const seen = new Set(record.tasks);
  const rows = heldOut.filter(({ taskId, answers }) => {
    return !seen.has(taskId) && shared.some(({ control }) => answers.has(control.name));
  });
  if (rows.length < FEWEST) return notCompared(`only ${rows.length} held-out items are new to ${version.version}, too`);
  const folders = new Map((await controlFolders(folder))?.map((own) => [own.name, own.folder]));
  const parts: [string, Evaluation][] = [];
  for (const learned of shared) {
    const { name } = learned.control;
    const own = answeredRows(rows, learned);
    if (own.length === 0) continue;
    const part = await withModel(folders.get(name) ?? folder, options, async (model) => {
      const predictions = await predictInChunks(
        model,
        own.map(({ input }) => input),
        { ...draws, signal: options.signal },
      );
      const outside = namedChoice(learned.control.choices, outOfScopeChoice)?.label;
      return evaluation(predictions, model.labels, { ...learned, rows: own, outside });
    });
    parts.push([name, part]);
  }
  return { kind: "compared", answers: joinedEvaluation(parts).answers };
}

export function notCompared(why: string): ServingComparison {
  return { kind: "not compared", why };
}

async function readTrainingRecord(folder: string): Promise<TrainingRecord | undefined> {
  try {
    return trainingRecord.parse(JSON.parse(await readFile(join(folder, trainingRecordFile), "utf8")));
  } catch {
    // Made by other means, or damaged: then it cannot be compared with, which is told.
    return undefined;
  }
}
