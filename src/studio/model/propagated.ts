import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../system/files.js";
import type { PropagateConfig, PropagationView } from "../api/work-contract.js";
import type { LabelTask } from "../store/records.js";
import { readServed, type Served } from "./served-probabilities.js";

/** What a propagation came to, beside its file of probabilities. */
export interface PropagationOutcome {
  readonly config: PropagateConfig;
  readonly labels: readonly number[];
  readonly reached: number;
  readonly heldOut: readonly { readonly item: number; readonly probs_C: readonly number[] }[];
}

export const PROPAGATION_DEFAULTS: PropagateConfig = { neighbours: 10, temperature: 0.01, iterations: 10 };
/** The version that propagated probabilities are served under. */
export const PROPAGATED = "propagation";

const THRESHOLDS = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];

export interface Propagated extends PropagationOutcome {
  readonly served: Served;
}

export const propagationFile = (folder: string) => join(folder, "propagation.rows");

export async function savePropagation(folder: string, outcome: PropagationOutcome): Promise<Propagated> {
  await writeFileAtomic(join(folder, "propagation.json"), JSON.stringify(outcome));
  return await withRows(folder, outcome);
}

/** The last one; `undefined` where there is none. */
export async function loadPropagation(folder: string): Promise<Propagated | undefined> {
  try {
    return await withRows(folder, JSON.parse(await readFile(join(folder, "propagation.json"), "utf8")) as PropagationOutcome);
  } catch {
    return undefined;
  }
}

async function withRows(folder: string, outcome: PropagationOutcome): Promise<Propagated> {
  const served = await readServed(propagationFile(folder), { version: PROPAGATED, labels: outcome.labels });
  return { ...outcome, served };
}

/** What an item would be answered with: the label that is so probable, or of several labels all that are, where every one is decided; else `undefined`. */
export function acceptedClasses(
  probs_C: ArrayLike<number>,
  labels: readonly number[],
  { threshold, task }: { readonly threshold: number; readonly task: LabelTask },
): number[] | undefined {
  const probs = Array.from(probs_C);
  if (task === "single") {
    let best = -1;
    for (const [c, p] of probs.entries()) if (p >= threshold && (best < 0 || p > probs[best]!)) best = c;
    return best < 0 ? undefined : [labels[best]!];
  }
  if (!probs.every((p) => p >= threshold || p <= 1 - threshold)) return undefined;
  return labels.filter((_, c) => probs[c]! >= threshold);
}

export interface AcceptanceSources {
  readonly task: LabelTask;
  /** Items without an answer that may get one. */
  readonly open: readonly number[];
  /** 1, 0 and `null` by the labels' numbers. */
  readonly entryOf: (item: number, label: number) => 0 | 1 | null;
}

/** How many items would be answered from each threshold on, and how right that is of items whose labels had no part. */
export function acceptance(
  { served, labels, heldOut }: Propagated,
  { task, open, entryOf }: AcceptanceSources,
): PropagationView["accepted"] {
  return THRESHOLDS.map((threshold) => {
    const accepted = (probs_C: ArrayLike<number>) => acceptedClasses(probs_C, labels, { threshold, task });
    const items = open.filter((item) => accepted(served.of(item) ?? []) !== undefined && served.of(item) !== undefined).length;
    const judged = heldOut.flatMap(({ item, probs_C }) => {
      const classes = accepted(probs_C.map((p) => p ?? Number.NaN));
      if (classes === undefined) return [];
      const chosen = new Set(classes);
      const known = labels.flatMap((label) => {
        const entry = entryOf(item, label);
        return entry === null ? [] : [Number(chosen.has(label)) === entry];
      });
      return known.length === 0 ? [] : [known.every(Boolean)];
    });
    const heldOutAccuracy = judged.length === 0 ? undefined : judged.filter(Boolean).length / judged.length;
    return { threshold, items, heldOutAccuracy };
  });
}
