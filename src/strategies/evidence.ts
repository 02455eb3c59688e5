import { BaalError } from "../core/errors.js";
import { type Features, features as makeFeatures } from "../core/features.js";
import { predictions as makePredictions, type Predictions } from "../core/predictions.js";
import type { Random } from "../core/random.js";
import type { LabelledItems, Need } from "../heuristics/heuristic.js";
import { itemKey, itemUniform } from "../heuristics/item-uniform.js";
import type { CandidatePool, Strategy } from "./strategy.js";

type Asking = Pick<Strategy, "name" | "needs">;

/** What a strategy may rely on once its needs are met; the fields that no need names are missing. */
export interface Evidence {
  readonly indices: readonly number[];
  readonly predictions: Predictions;
  readonly features: Features;
  /** `undefined` while nothing is labelled. */
  readonly labelled: LabelledItems | undefined;
  readonly target: Predictions;
}

/** How each need is met, and what to do where it is not. */
const CHECKS: Readonly<Record<Need, (pool: CandidatePool) => string | undefined>> = {
  probabilities: ({ predictions }) => (predictions ? undefined : 'give the pool its "predictions".'),
  draws: ({ predictions }) => (predictions ? undefined : 'give the pool its "predictions", with iterations > 1.'),
  consistentDraws: ({ predictions }) => {
    if (!predictions) return 'give the pool its "predictions", made by patchModule(model, { consistent: true }).';
    if (predictions.isConsistent) return undefined;
    return "draw k must be the same sample of the parameters for every item, and these predictions do not say so: predict after patchModule(model, { consistent: true }), with DropConnect, an ensemble or a Laplace approximation, or mark your own with { isConsistent: true }.";
  },
  features: ({ features }) => (features ? undefined : 'give the pool its "features" (trainer.featuresOnDataset).'),
  target: ({ target }) => (target ? undefined : 'give "target", predictions for items like those that the model will meet.'),
  labelled: () => undefined,
};

/**
 * The pool's evidence, checked. Throws `E_ARGUMENT` when a need is not met, when predictions or features are those of other
 * items, or when an item is listed twice.
 */
export function requireEvidence(pool: CandidatePool, { name, needs }: Asking): Evidence {
  for (const need of needs) {
    const remedy = CHECKS[need](pool);
    if (remedy) throw new BaalError("E_ARGUMENT", `Strategy "${name}" needs ${need}: ${remedy}`);
  }
  for (const what of ["predictions", "features"] as const) {
    const evidence = pool[what];
    if (evidence && needsThis(needs, what)) checkSameItems(pool.indices, evidence.indices, { name, what });
  }
  if (new Set(pool.indices).size !== pool.indices.length)
    throw new BaalError("E_ARGUMENT", `The pool of strategy "${name}" lists an item more than once: list each item once.`);
  return { ...pool, labelled: pool.labelled?.indices.length ? pool.labelled : undefined } as Evidence;
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

/** Some of the pool's items, by position, with their evidence. */
export function takeItems<Pool extends CandidatePool>(pool: Pool, positions: readonly number[]): Pool {
  const indices = positions.map((position) => pool.indices[position]!);
  return {
    ...pool,
    indices,
    ...(pool.predictions ? { predictions: takePredictions(pool.predictions, positions) } : {}),
    ...(pool.features ? { features: takeFeatures(pool.features, positions) } : {}),
  };
}

function takePredictions({ kind, shape, data, indices, isConsistent }: Predictions, positions: readonly number[]): Predictions {
  const shapeTaken = [positions.length, ...shape.slice(1)];
  const picked = positions.map((position) => indices[position]!);
  return makePredictions(kind, shapeTaken, takeRows(data, indices.length, positions), picked, { isConsistent });
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
export function labelledFeatures(labelled: LabelledItems, name: string): Features {
  return checked(labelled, labelled.features, { name, what: "features" });
}

/** The labelled items' predictions. Throws `E_ARGUMENT` as {@link labelledFeatures}. */
export function labelledPredictions(labelled: LabelledItems, name: string): Predictions {
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
