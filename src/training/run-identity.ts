import { createHash } from "node:crypto";
import { BaalError } from "../errors.js";
import type { RunIdentity } from "./checkpoint.js";
import type { ResolvedSemiSupervision } from "./semi-supervised/resolve-semi-supervision.js";
import type { ResolvedTrainingArguments } from "./training-arguments.js";

/** All but the augmentations: functions have no identity that a file could keep. */
type SemiSettings = Omit<ResolvedSemiSupervision<unknown>, "augment">;

/** What decides which items a step sees. `indices` are the dataset indices of the training items. */
export function runIdentity(
  args: ResolvedTrainingArguments,
  indices: readonly number[],
  { optim, semi }: { readonly optim: string; readonly semi?: SemiSettings | undefined },
): RunIdentity {
  const { seed, batchSize, gradientAccumulationSteps } = args;
  const identity = { seed, batchSize, gradientAccumulationSteps, optim, items: indices.length, itemsHash: hashOf(indices) };
  return semi === undefined ? identity : { ...identity, semiSupervised: describe(semi) };
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
  return createHash("sha256").update(indices.join(",")).digest("hex");
}

/** Throws `E_CHECKPOINT` naming all that differs between a checkpoint's run and the one that should go on from it. */
export function checkSameRun(saved: RunIdentity, now: RunIdentity): void {
  const names = Object.keys({ ...saved, ...now }) as (keyof RunIdentity)[];
  const differences = names.filter((name) => saved[name] !== now[name]);
  if (differences.length === 0) return;
  const described = differences.map((name) =>
    name === "itemsHash" ? "other items" : `${name} ${saved[name] ?? "none"} then, ${now[name] ?? "none"} now`,
  );
  throw new BaalError(
    "E_CHECKPOINT",
    `The checkpoint is of another run: ${described.join("; ")}. Continue with the same data and settings, or train without resumeFromCheckpoint.`,
  );
}
