import { join } from "node:path";
import { z } from "zod";
import type { DrawsSpent } from "../active/adaptive-draws.js";
import { BaalError } from "../core/errors.js";
import { writeFileAtomic } from "../system/files.js";
import { appendJsonLine, parseJsonLine, readJsonLines, removeTornLine } from "../system/json-lines.js";
import type { Cell, ExperimentPlan } from "./experiment-plan.js";
import { type ExperimentStep, readStepLog } from "./step-store.js";

const RESULTS = "results.jsonl";
const TIMINGS = "timings.jsonl";

const metric = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const RESULT = z.object({
  strategy: z.string(),
  seed: z.number(),
  /** From 0. */
  step: z.number(),
  /** Number of labels that the step's model was trained on. */
  labels: z.number(),
  metrics: z.record(z.string(), metric),
  /** Of the labelled items, by class. */
  classCounts: z.array(z.number()).optional(),
  /** Dataset indices of the items that the step picked. */
  selected: z.array(z.number()),
  /** Why the cell ended with this step, where that was before its last. */
  stopped: z.string().optional(),
});

/** One line of `results.jsonl`. */
export type ExperimentResult = Readonly<z.output<typeof RESULT>>;

const TIMING = z.object({
  strategy: z.string(),
  seed: z.number(),
  step: z.number(),
  labels: z.number(),
  seconds: z.object({ train: z.number(), evaluate: z.number(), select: z.number() }),
});

/** One line of `timings.jsonl`. */
export type StepTiming = Readonly<z.infer<typeof TIMING>>;

/** The steps that a cell has recorded so far; another process may be at it. Throws `E_CHECKPOINT` for a damaged log. */
export async function cellSteps(output: string, cell: Cell): Promise<readonly ExperimentStep[]> {
  const log = await readStepLog(join(output, cell.folder));
  return log?.steps ?? [];
}

export function isFinished(steps: readonly ExperimentStep[]): boolean {
  return steps.at(-1)?.stopReason !== undefined;
}

/** The draws of a step, where they were adaptive. */
export function drawsOf({ details }: ExperimentStep): DrawsSpent | undefined {
  return details?.["draws"] as DrawsSpent | undefined;
}

/**
 * Writes `results.jsonl` from the cells' logs, in the order of the plan: the same bytes however often the run was interrupted. Gives what
 * adaptive draws have cost so far, of each strategy that has any.
 */
export async function writeResults(
  output: string,
  { cells, labels }: ExperimentPlan,
  metrics: readonly string[] | undefined,
): Promise<ReadonlyMap<string, DrawsSpent>> {
  const lines: string[] = [];
  const spent = new Map<string, DrawsSpent>();
  for (const cell of cells) {
    for (const step of await cellSteps(output, cell)) {
      const draws = drawsOf(step);
      if (draws !== undefined) {
        const { passes, allPasses } = spent.get(cell.strategy) ?? { passes: 0, allPasses: 0 };
        spent.set(cell.strategy, { passes: passes + draws.passes, allPasses: allPasses + draws.allPasses });
      }
      const chosen = Object.entries(step.metrics).filter(([name]) => metrics === undefined || metrics.includes(name));
      const result = {
        ...{ strategy: cell.strategy, seed: cell.seed, step: step.step, labels: step.numLabelled },
        metrics: Object.fromEntries(chosen),
        classCounts: step.details?.["classCounts"],
        selected: step.selected,
        stopped: step.step + 1 < labels.length ? step.stopReason : undefined,
      };
      lines.push(`${JSON.stringify(result)}\n`);
    }
  }
  await writeFileAtomic(join(output, RESULTS), lines.join(""));
  return spent;
}

/** Throws `E_FILE_NOT_FOUND`, `E_CHECKPOINT` for a damaged line. */
export async function readResults(folder: string): Promise<ExperimentResult[]> {
  const lines = await readJsonLines(join(folder, RESULTS));
  if (lines === undefined) {
    throw new BaalError("E_FILE_NOT_FOUND", `${folder} has no ${RESULTS}: it is not the folder of an experiment.`);
  }
  return lines.map((line) =>
    parseJsonLine(line, RESULT, "Run the experiment again: finished cells are kept, and the file is made anew."),
  );
}

/** Records the time that a step took. */
export function appendTiming(output: string, { seconds, ...of }: StepTiming): Promise<void> {
  const rounded = Object.fromEntries(Object.entries(seconds).map(([part, value]) => [part, Math.round(1000 * value) / 1000]));
  return appendJsonLine(join(output, TIMINGS), { ...of, seconds: rounded });
}

/** Removes a last time that a kill cut short, before others are appended. */
export function repairTimings(output: string): Promise<void> {
  return removeTornLine(join(output, TIMINGS));
}

/** None where the folder has no times. A last line that is not whole is passed over. */
export async function readTimings(folder: string): Promise<StepTiming[]> {
  const lines = (await readJsonLines(join(folder, TIMINGS))) ?? [];
  return lines.map((line) => parseJsonLine(line, TIMING, "Remove it: what a step took is needed for nothing but tables."));
}
