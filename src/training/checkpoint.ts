import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { StateDict } from "../core/bayesian-model.js";
import { BaalError, errorMessage } from "../core/errors.js";
import { readSafetensors } from "../engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../engine/safetensors/write-safetensors.js";
import { fileSha256 } from "../system/digest.js";
import { unlessMissing, writeFileAtomic, writeFolderAtomic } from "../system/files.js";
import { TRAINER_STATE, type TrainerState } from "./trainer-state.js";

const WEIGHTS = "model.safetensors";
const OPTIMIZER = "optimizer.safetensors";
const STATE = "trainer-state.json";

/** All that must be the same for a resumed run to take the same steps as an uninterrupted one. */
const RUN_IDENTITY = z.object({
  seed: z.int(),
  batchSize: z.int(),
  gradientAccumulationSteps: z.int(),
  optim: z.string(),
  /** Number of training items, and a hash of their dataset indices in order. */
  items: z.int(),
  itemsHash: z.string(),
  /** The settings of semi-supervised training, and a hash of its unlabelled items. */
  semiSupervised: z.string().optional(),
  /** How items are drawn, where not each of them once an epoch. */
  sampler: z.string().optional(),
  /** Names the training, where it is not a classifier's. */
  task: z.string().optional(),
});

export type RunIdentity = Readonly<z.output<typeof RUN_IDENTITY>>;

const STATE_FILE = z.object({
  version: z.literal(1),
  run: RUN_IDENTITY,
  state: TRAINER_STATE,
  /** SHA-256 of the other files. */
  files: z.record(z.string(), z.string()),
});

/** All that a run needs to go on. Dropout and the order of the data are keyed by seed, step and item and need no state. */
export interface Checkpoint {
  readonly weights: StateDict;
  readonly optimizer: StateDict;
  readonly state: TrainerState;
  readonly run: RunIdentity;
}

/** The folder of the checkpoint after `step` steps. */
export function checkpointPath(outputDir: string, step: number): string {
  return join(outputDir, `checkpoint-${step}`);
}

/** Writes `outputDir/checkpoint-<step>`, which appears complete or not at all, and gives its path. */
export async function writeCheckpoint(outputDir: string, { weights, optimizer, state, run }: Checkpoint): Promise<string> {
  const path = checkpointPath(outputDir, state.globalStep);
  await writeFolderAtomic(path, async (folder) => {
    await writeSafetensors(join(folder, WEIGHTS), weights);
    await writeSafetensors(join(folder, OPTIMIZER), optimizer);
    const files = { [WEIGHTS]: await fileSha256(join(folder, WEIGHTS)), [OPTIMIZER]: await fileSha256(join(folder, OPTIMIZER)) };
    await writeFileAtomic(join(folder, STATE), JSON.stringify({ version: 1, run, state, files }, undefined, 1));
  });
  return path;
}

/** Reads a checkpoint. Throws `E_CHECKPOINT` with the folder and the reason when it is missing or damaged. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  try {
    const { run, state, files } = STATE_FILE.parse(JSON.parse(await readFile(join(path, STATE), "utf8")));
    const read = async (name: string) => {
      if ((await fileSha256(join(path, name))) !== files[name]) throw new Error(`the checksum of ${name} is wrong`);
      return readSafetensors(join(path, name));
    };
    return { weights: await read(WEIGHTS), optimizer: await read(OPTIMIZER), state, run };
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? `${STATE} has unexpected content: ${z.prettifyError(error)}` : errorMessage(error);
    throw new BaalError("E_CHECKPOINT", `${path} is not an intact checkpoint: ${reason}. Resume from another one.`, {
      cause: error,
    });
  }
}

/** The checkpoints in a folder, oldest step first; none when the folder is missing. */
export async function listCheckpoints(outputDir: string): Promise<{ readonly step: number; readonly path: string }[]> {
  const names = await namesIn(outputDir);
  const steps = names.flatMap((name) => /^checkpoint-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  return steps.sort((a, b) => a - b).map((step) => ({ step, path: checkpointPath(outputDir, step) }));
}

/** The newest checkpoint that is intact; `warn` hears of each damaged one that was passed over. `undefined` when there is none. */
export async function readNewestCheckpoint(outputDir: string, warn: (message: string) => void): Promise<Checkpoint | undefined> {
  for (const { path } of (await listCheckpoints(outputDir)).reverse()) {
    try {
      return await readCheckpoint(path);
    } catch (error) {
      warn(`Checkpoint passed over: ${errorMessage(error)}`);
    }
  }
  return undefined;
}

/**
 * Removes old checkpoints until `limit` are left; the one of `current` and the one of `best` always stay. Checkpoints of
 * later steps than the current one are damaged or from a run that was abandoned, and go first.
 */
export async function pruneCheckpoints(
  outputDir: string,
  { limit, current, best }: { readonly limit: number; readonly current: number; readonly best: number | null },
): Promise<void> {
  const all = await listCheckpoints(outputDir);
  const order = [...all.filter(({ step }) => step > current), ...all.filter(({ step }) => step <= current)];
  const removable = order.filter(({ step }) => step !== current && step !== best);
  for (const { path } of removable.slice(0, Math.max(0, all.length - limit))) await rm(path, { recursive: true, force: true });
}

/** Removes all checkpoints of a folder. */
export async function removeCheckpoints(outputDir: string): Promise<void> {
  for (const { path } of await listCheckpoints(outputDir)) await rm(path, { recursive: true, force: true });
}

/** Removes what killed runs left half-written; nothing else may be writing checkpoints to the folder. */
export async function removeUnfinished(outputDir: string): Promise<void> {
  for (const name of await namesIn(outputDir)) {
    if (/^\.checkpoint-\d+\.[0-9a-f-]+\.tmp$/.test(name)) await rm(join(outputDir, name), { recursive: true, force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(unlessMissing)) ?? [];
}
