import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { BaalError, errorMessage } from "../errors.js";

const index = z.int().nonnegative();

const STEP = z.object({
  step: index,
  numLabelled: index,
  poolSize: index,
  metrics: z.record(z.string(), z.number()),
  meanScore: z.number().optional(),
  predictedClasses: z.array(index).optional(),
  /** Dataset indices of the items that the step labelled, in pick order, and their scores. None in the last step. */
  selected: z.array(index),
  scores: z.array(z.number()),
  /** Why the run ended with this step. */
  stopReason: z.string().optional(),
});

/** One step of an experiment, as its line in the log. */
export type ExperimentStep = Readonly<z.infer<typeof STEP>>;

const HEADER = z.object({ version: z.literal(1), settings: z.record(z.string(), z.unknown()), initial: z.array(index) });

/** The log's first line: the settings that a resumed run must share, and the items labelled before the first step. */
export type LogHeader = Readonly<z.infer<typeof HEADER>>;

export interface StepLog {
  readonly header: LogHeader;
  readonly steps: readonly ExperimentStep[];
}

/**
 * The log of a run, `undefined` where none was begun. A last line that a kill cut short is removed from the file; a damaged line
 * elsewhere throws `E_CHECKPOINT`.
 */
export async function readStepLog(path: string): Promise<StepLog | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await writeFile(path, whole, { flush: true });
  if (whole === "") return undefined;
  const [header, ...steps] = whole.trimEnd().split("\n");
  return {
    header: parseLine(HEADER, header!, `${path}, line 1`),
    steps: steps.map((line, i) => parseLine(STEP, line, `${path}, line ${i + 2}`)),
  };
}

/** Appends a line, which is on the disk when the promise resolves: the one point at which a step counts as done. */
export async function appendLine(path: string, value: LogHeader | ExperimentStep): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "a");
  try {
    await file.appendFile(`${JSON.stringify(value)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

function parseLine<T>(schema: z.ZodType<T>, line: string, where: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : errorMessage(error);
    throw new BaalError("E_CHECKPOINT", `${where} is damaged: ${reason}. Start anew in another folder.`, { cause: error });
  }
}
