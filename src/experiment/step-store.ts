import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { StateDict } from "../core/bayesian-model.js";
import { BaalError, errorMessage } from "../core/errors.js";
import { readSafetensors } from "../engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../engine/safetensors/write-safetensors.js";
import { appendJsonLine, parseJsonLine, readJsonLines, removeTornLine } from "../system/json-lines.js";

const index = z.int().nonnegative();

const STEP = z.object({
  step: index,
  numLabelled: index,
  poolSize: index,
  /** JSON has no NaN; a metric that is not defined is null there. */
  metrics: z.record(
    z.string(),
    z
      .number()
      .nullable()
      .transform((value) => value ?? Number.NaN),
  ),
  meanScore: z.number().optional(),
  predictedClasses: z.array(index).optional(),
  /** Dataset indices of the items that the step labelled, in pick order, and their scores. None in the last step. */
  selected: z.array(index),
  scores: z.array(z.number()),
  /** Why the run ended with this step. */
  stopReason: z.string().optional(),
  /** Recorded beside by the caller. */
  details: z.record(z.string(), z.unknown()).optional(),
});

/** A caller's own record with a step, as JSON values. */
export type StepDetails = Readonly<Record<string, unknown>>;

/** One step of an experiment, as its line in the log. */
export type ExperimentStep = Readonly<z.output<typeof STEP>>;

const HEADER = z.object({ version: z.literal(1), settings: z.record(z.string(), z.unknown()), initial: z.array(index) });

/** The log's first line: the settings that a resumed run must share, and the items labelled before the first step. */
export type LogHeader = Readonly<z.infer<typeof HEADER>>;

interface StepLog {
  readonly header: LogHeader;
  readonly steps: readonly ExperimentStep[];
}

/** Where a run's steps are kept. */
export interface StepStore {
  /** The record so far, `undefined` where no run was begun. Throws `E_CHECKPOINT` for a damaged record. */
  read(): Promise<StepLog | undefined>;
  begin(header: LogHeader): Promise<void>;
  /** The step counts as done when the promise resolves; `weights` are those that the next step goes on from. */
  append(step: ExperimentStep, weights?: StateDict): Promise<void>;
  /** The weights behind a step, which must be the last. Throws `E_CHECKPOINT` where they were not kept. */
  weightsOf(step: number): Promise<StateDict>;
}

const LOG = "steps.jsonl";
const REMEDY = "Start anew in another folder.";

/** As long as the process lives. */
export function memoryStepStore(): StepStore {
  let log: { readonly header: LogHeader; readonly steps: ExperimentStep[] } | undefined;
  let kept: StateDict = new Map();
  return {
    read: async () => log && { ...log, steps: [...log.steps] },
    begin: async (header) => {
      log = { header, steps: [] };
    },
    append: async (step, weights) => {
      if (weights) kept = new Map([...weights].map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]));
      log!.steps.push(step);
    },
    weightsOf: async () => kept,
  };
}

/**
 * In a folder: `steps.jsonl` has a line for the header and one per step, each on the disk before the run goes on, and
 * `weights-0003.safetensors` the weights behind the last step where they are needed. A last line that a kill cut short is removed.
 */
export function folderStepStore(folder: string): StepStore {
  const path = join(folder, LOG);
  const weightsFile = (step: number) => `weights-${String(step).padStart(4, "0")}.safetensors`;
  return {
    read: async () => {
      await removeTornLine(path);
      return readStepLog(folder);
    },
    begin: async (header) => {
      await mkdir(folder, { recursive: true });
      await appendJsonLine(path, header);
    },
    append: async (step, weights) => {
      // The weights first: a step whose line is there has its weights, whenever the process is killed.
      if (weights) await writeSafetensors(join(folder, weightsFile(step.step)), weights);
      await appendJsonLine(path, step);
      if (!weights) return;
      const old = (await readdir(folder)).filter((name) => /^weights-\d+\./.test(name) && name !== weightsFile(step.step));
      await Promise.all(old.map((name) => rm(join(folder, name))));
    },
    async weightsOf(step) {
      const file = join(folder, weightsFile(step));
      try {
        return await readSafetensors(file);
      } catch (error) {
        const message = `${file}, the weights that the next step needs, cannot be read: ${errorMessage(error)} Start anew in another folder.`;
        throw new BaalError("E_CHECKPOINT", message, { cause: error });
      }
    },
  };
}

/**
 * The log in a folder as far as its lines are whole, `undefined` where no run was begun. Changes nothing: another process may be writing
 * it. Throws `E_CHECKPOINT` for a damaged log.
 */
export async function readStepLog(folder: string): Promise<StepLog | undefined> {
  const [header, ...steps] = (await readJsonLines(join(folder, LOG))) ?? [];
  if (header === undefined) return undefined;
  return {
    header: parseJsonLine(header, HEADER, REMEDY),
    steps: steps.map((line) => parseJsonLine(line, STEP, REMEDY)),
  };
}
