import type { BayesianModel, Optimizer } from "../core/bayesian-model.js";
import { BaalError } from "../core/errors.js";
import { differences } from "../core/json-values.js";
import { sha256 } from "../system/digest.js";
import {
  listCheckpoints,
  type RunIdentity,
  readCheckpoint,
  readNewestCheckpoint,
  removeCheckpoints,
  removeUnfinished,
} from "./checkpoint.js";
import type { ResolvedSemiSupervision } from "./semi-supervised/methods.js";
import type { MutableTrainerState } from "./trainer-state.js";
import type { ResolvedTrainingArguments } from "./training-arguments.js";

export interface ResumeOptions {
  readonly args: ResolvedTrainingArguments;
  readonly model: Pick<BayesianModel, "loadStateDict">;
  readonly optimizer: Optimizer;
  readonly identity: RunIdentity;
  readonly warn: (message: string) => void;
}

/**
 * Loads the checkpoint that `resumeFromCheckpoint` asks for into model and optimizer and gives its state; `undefined` when none
 * is asked for or none is there yet. Throws `E_CHECKPOINT` for a damaged or unfitting checkpoint, or when all are damaged.
 */
export async function resumeRun({
  args,
  model,
  optimizer,
  identity,
  warn,
}: ResumeOptions): Promise<MutableTrainerState | undefined> {
  const { resumeFromCheckpoint: from, outputDir } = args;
  if (from === false) return undefined;
  const checkpoint = typeof from === "string" ? await readCheckpoint(from) : await readNewestCheckpoint(outputDir!, warn);
  if (checkpoint === undefined) {
    const damaged = await listCheckpoints(outputDir!);
    if (damaged.length > 0) {
      throw new BaalError(
        "E_CHECKPOINT",
        `None of the ${damaged.length} checkpoints in ${outputDir} is intact. To start anew, train without resumeFromCheckpoint and with overwriteOutputDir.`,
      );
    }
    warn(`There is no checkpoint in ${outputDir} yet: training starts from the beginning.`);
    return undefined;
  }
  checkSameRun(checkpoint.run, identity);
  model.loadStateDict(checkpoint.weights);
  optimizer.loadStateDict(checkpoint.optimizer);
  const state = { ...checkpoint.state, logHistory: [...checkpoint.state.logHistory] };
  return (await hasBest(state, args)) ? state : withoutBest(state, args, warn);
}

/** Whether the best weights so far can still be loaded at the end, if that is asked for. */
async function hasBest({ bestStep }: MutableTrainerState, args: ResolvedTrainingArguments): Promise<boolean> {
  if (bestStep === null || !args.loadBestModelAtEnd) return true;
  const available = args.saveStrategy === "no" || args.outputDir === undefined ? [] : await listCheckpoints(args.outputDir);
  return available.some(({ step }) => step === bestStep);
}

function withoutBest(
  state: MutableTrainerState,
  { outputDir }: ResolvedTrainingArguments,
  warn: (message: string) => void,
): MutableTrainerState {
  const where = outputDir === undefined ? "there is no outputDir" : `${outputDir} has no checkpoint of it`;
  warn(`The best weights so far were those of step ${state.bestStep}, but ${where}: the best is searched anew from here.`);
  return { ...state, bestMetric: null, bestStep: null };
}

/**
 * Makes `outputDir` ready for the checkpoints of this run. Throws `E_ARGUMENT` when a new run would mix its own with those of
 * an earlier one and `overwriteOutputDir` does not allow to remove them.
 */
export async function prepareOutput(
  { outputDir, saveStrategy, overwriteOutputDir }: ResolvedTrainingArguments,
  { isResumed }: { readonly isResumed: boolean },
): Promise<void> {
  if (outputDir === undefined || saveStrategy === "no") return;
  await removeUnfinished(outputDir);
  if (isResumed) return;
  const [earlier] = await listCheckpoints(outputDir);
  if (earlier === undefined) return;
  if (!overwriteOutputDir) {
    throw new BaalError(
      "E_ARGUMENT",
      `${outputDir} holds checkpoints of an earlier run (${earlier.path}). Set resumeFromCheckpoint: true to continue it, overwriteOutputDir: true to remove them, or take another outputDir.`,
    );
  }
  await removeCheckpoints(outputDir);
}

/** All but the augmentations: functions have no identity that a file could keep. */
type SemiSettings = Omit<ResolvedSemiSupervision<unknown>, "augment">;

interface RunSettings {
  readonly optim: string;
  readonly semi?: SemiSettings | undefined;
  /** Of training that is not a classifier's. */
  readonly task?: string | undefined;
}

/** All that decides which items a step sees. `indices` are the dataset indices of the training items. */
export function runIdentity(
  args: ResolvedTrainingArguments,
  indices: readonly number[],
  { optim, semi, task }: RunSettings,
): RunIdentity {
  const { seed, batchSize, gradientAccumulationSteps } = args;
  const sampler = args.sampler === "instance" ? undefined : args.sampler;
  const items = { items: indices.length, itemsHash: hashOf(indices) };
  return { seed, batchSize, gradientAccumulationSteps, optim, ...items, semiSupervised: semi && describe(semi), sampler, task };
}

function describe({
  method,
  unlabelled,
  weight,
  rampUp,
  threshold,
  labelledShare = 1,
  unlabelledBatchSize,
}: SemiSettings): string {
  // Reading every item of a large pool could take long; a view knows their names.
  const indices = "indices" in unlabelled ? hashOf(unlabelled.indices as readonly number[]).slice(0, 12) : "";
  return [method, weight, rampUp, threshold, labelledShare, unlabelledBatchSize, unlabelled.length, indices].join(" ");
}

function hashOf(indices: readonly number[]): string {
  return sha256(indices.join(","));
}

/** Throws `E_CHECKPOINT` naming all that differs between a checkpoint's run and the one that should go on from it. */
function checkSameRun(saved: RunIdentity, now: RunIdentity): void {
  const changed = differences(saved, now);
  if (changed.length === 0) return;
  const described = changed.map((one) =>
    one.field === "itemsHash" ? "other items" : `${one.field} ${one.before ?? "none"} then, ${one.now ?? "none"} now`,
  );
  throw new BaalError(
    "E_CHECKPOINT",
    `The checkpoint is of another run: ${described.join("; ")}. Continue with the same data and settings, or train without resumeFromCheckpoint.`,
  );
}
