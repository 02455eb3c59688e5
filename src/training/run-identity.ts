import { createHash } from "node:crypto";
import { BaalError } from "../errors.js";
import type { RunIdentity } from "./checkpoint.js";
import type { ResolvedTrainingArguments } from "./training-arguments.js";

/** What decides which items a step sees. `indices` are the dataset indices of the training items. */
export function runIdentity(args: ResolvedTrainingArguments, indices: readonly number[], optim: string): RunIdentity {
  const { seed, batchSize, gradientAccumulationSteps } = args;
  const itemsHash = createHash("sha256").update(indices.join(",")).digest("hex");
  return { seed, batchSize, gradientAccumulationSteps, optim, items: indices.length, itemsHash };
}

/** Throws `E_CHECKPOINT` naming all that differs between a checkpoint's run and the one that should go on from it. */
export function checkSameRun(saved: RunIdentity, now: RunIdentity): void {
  const names = Object.keys(now) as (keyof RunIdentity)[];
  const differences = names.filter((name) => saved[name] !== now[name]);
  if (differences.length === 0) return;
  const described = differences.map((name) =>
    name === "itemsHash" ? "other items" : `${name} ${saved[name]} then, ${now[name]} now`,
  );
  throw new BaalError(
    "E_CHECKPOINT",
    `The checkpoint is of another run: ${described.join("; ")}. Continue with the same data and settings, or train without resumeFromCheckpoint.`,
  );
}
