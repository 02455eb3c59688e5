import { BaalError } from "../core/errors.js";
import { type Features, features as makeFeatures } from "../core/features.js";
import { predictions as makePredictions, type Predictions } from "../core/predictions.js";
import { itemKey, itemUniform, type Random } from "../core/random.js";
import type { LabelledItems, Need } from "../heuristics/heuristic.js";
import { type CandidatePool, type Candidates, candidatePool, type Strategy } from "./strategy.js";

type Asking = Pick<Strategy, "name" | "needs">;

/** The evidence that a strategy may rely on once its needs are met; the fields that no need names are missing. */
export interface Evidence {
  readonly indices: readonly number[];
  readonly predictions: Predictions;
  readonly features: Features;
  /** `undefined` while nothing is labelled. */
  readonly labelled: LabelledItems | undefined;
  readonly target: Predictions;
}

interface NeedCheck {
  /** Where a pool has it; nothing for what may be missing. */
  readonly field?: "predictions" | "features" | "target" | undefined;
  /** Advice for where the field is missing. */
  readonly remedy?: string | undefined;
  /** The fault in what came. */
  readonly fault?: (pool: CandidatePool) => string | undefined;
}

/** How each need is met, and what to do where it is not. */
const CHECKS: Readonly<Record<Need, NeedCheck>> = {
  probabilities: { field: "predictions", remedy: 'give the pool its "predictions".' },
  draws: { field: "predictions", remedy: 'give the pool its "predictions", with iterations > 1.' },
  consistentDraws: {
    field: "predictions",
    remedy: 'give the pool its "predictions", made by patchModule(model, { consistent: true }).',
    fault: ({ predictions }) =>
      predictions?.isConsistent
        ? undefined
        : "draw k must be the same sample of the parameters for every item, and these predictions do not say so: predict after patchModule(model, { consistent: true }), with DropConnect, an ensemble or a Laplace approximation, or mark your own with { isConsistent: true }.",
  },
  features: { field: "features", remedy: 'give the pool its "features" (trainer.featuresOnDataset).' },
  target: { field: "target", remedy: 'give the pool its "target", predictions for items like those that the model will meet.' },
  labelled: {},
};

/**
 * The candidates' evidence, checked. Throws `E_ARGUMENT` when a need is not met, when predictions or features are those of other
 * items, or when an item is listed twice.
 */
export function requireEvidence(candidates: Candidates, { name, needs }: Asking): Evidence {
  const pool = candidatePool(candidates);
  for (const need of needs) {
    const { field, remedy, fault } = CHECKS[need];
    const isMissing = field !== undefined && !pool[field];
    const problem = isMissing ? `${cameAlone(candidates, pool)}${remedy}` : fault?.(pool);
    if (problem) throw new BaalError("E_ARGUMENT", `Strategy "${name}" needs ${need}: ${problem}`);
  }
  for (const what of ["predictions", "features"] as const) {
    const evidence = pool[what];
    if (evidence && needsThis(needs, what)) checkSameItems(pool.indices, evidence.indices, { name, what });
  }
  if (new Set(pool.indices).size !== pool.indices.length)
    throw new BaalError("E_ARGUMENT", `The pool of strategy "${name}" lists an item more than once: list each item once.`);
  return { ...pool, labelled: pool.labelled?.indices.length ? pool.labelled : undefined } as Evidence;
}

/** How to make a pool of what came in place of one. */
function cameAlone(candidates: Candidates, pool: CandidatePool): string {
  if (candidates === pool) return "";
  const what = pool.predictions ? "predictions" : "features";
  return `${what} came alone. Pass a pool, { indices: ${what}.indices, ${what} }, and `;
}

/**
 * The positions of the items in a random order that depends on the dataset indices alone, not on the order given. A strategy that
 * works in this order picks the same from a permuted pool, and of equal items the first is a fair choice.
 */
export function randomOrder(indices: readonly number[], random: Random): number[] {
  const key = itemKey(random);
  const keys = indices.map((index) => itemUniform(key, index));
  return indices.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]! || indices[a]! - indices[b]!);
}

/** Some of the candidates, by position, with their evidence. */
export function takeItems(candidates: Candidates, positions: readonly number[]): Candidates {
  const pool = candidatePool(candidates);
  const predictions = pool.predictions && takePredictions(pool.predictions, positions);
  const features = pool.features && takeFeatures(pool.features, positions);
  // What came alone stays alone, for errors to say so.
  if (candidates !== pool) return predictions ?? features ?? pool;
  return { ...pool, indices: positions.map((position) => pool.indices[position]!), predictions, features };
}

function takePredictions(
  { kind, shape, data, indices, isConsistent, logVariances: all }: Predictions,
  positions: readonly number[],
): Predictions {
  const shapeTaken = [positions.length, ...shape.slice(1)];
  const picked = positions.map((position) => indices[position]!);
  const logVariances = all && takeRows(all, indices.length, positions);
  return makePredictions(kind, shapeTaken, takeRows(data, indices.length, positions), picked, { isConsistent, logVariances });
}

export function takeFeatures({ shape, data, indices }: Features, positions: readonly number[]): Features {
  const picked = positions.map((position) => indices[position]!);
  return makeFeatures([positions.length, shape[1]], takeRows(data, shape[0], positions), picked);
}

function takeRows(data: Float32Array, items: number, positions: readonly number[]): Float32Array {
  const size = items === 0 ? 0 : data.length / items;
  const taken = new Float32Array(positions.length * size);
  positions.forEach((position, row) => {
    taken.set(data.subarray(position * size, (position + 1) * size), row * size);
  });
  return taken;
}

function needsThis(needs: readonly Need[], what: "predictions" | "features"): boolean {
  return what === "features" ? needs.includes("features") : needs.some((need) => /draws|probabilities/i.test(need));
}

function checkSameItems(
  asked: readonly number[],
  came: readonly number[],
  { name, what }: { readonly name: string; readonly what: string },
): void {
  if (came.length === asked.length && came.every((index, i) => index === asked[i])) return;
  throw new BaalError(
    "E_ARGUMENT",
    `Strategy "${name}" was given ${what} of other items than the pool's, or in another order: "indices" of both must hold the same dataset indices.`,
  );
}

const REMEDIES = {
  features: 'give "labelled" its "features" (trainer.featuresOnDataset)',
  predictions: 'give "labelled" its "predictions"',
};

/** The labelled items' features. Throws `E_ARGUMENT` when they are missing or those of other items. */
export function requireLabelledFeatures(labelled: LabelledItems, name: string): Features {
  return checked(labelled, labelled.features, { name, what: "features" });
}

/** The labelled items' predictions. Throws `E_ARGUMENT` as {@link requireLabelledFeatures}. */
export function requireLabelledPredictions(labelled: LabelledItems, name: string): Predictions {
  return checked(labelled, labelled.predictions, { name, what: "predictions" });
}

function checked<Evidence extends Features | Predictions>(
  { indices }: LabelledItems,
  evidence: Evidence | undefined,
  { name, what }: { readonly name: string; readonly what: keyof typeof REMEDIES },
): Evidence {
  if (!evidence)
    throw new BaalError("E_ARGUMENT", `Strategy "${name}" needs the ${what} of the labelled items too: ${REMEDIES[what]}.`);
  if (evidence.indices.length !== indices.length || !evidence.indices.every((index, i) => index === indices[i]))
    throw new BaalError(
      "E_ARGUMENT",
      `Strategy "${name}" was given ${what} of other items than the labelled ones, or in another order: "indices" of both must hold the same dataset indices.`,
    );
  return evidence;
}
