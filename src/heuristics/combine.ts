import { BaalError } from "../core/errors.js";
import { areIndependent, type Predictions } from "../core/predictions.js";
import type { Heuristic, ScoreContext } from "./heuristic.js";

/** A heuristic with its share in a {@link combine}d one. */
export interface CombinedPart {
  readonly heuristic: Heuristic;
  /** Share in the result, at least 0; the weights are divided by their sum. 1 by default. */
  readonly weight?: number | undefined;
  /**
   * The score that counts as 1. By default the heuristic's upper bound for the classes at hand, so that every part lies in [0, 1];
   * to be given for a heuristic without a bound.
   */
  readonly scale?: number | undefined;
}

/** A heuristic made of several, which can also score several outputs of a model. */
export interface CombinedHeuristic extends Heuristic {
  /**
   * Scores items of which a model predicts several things: `outputs[i]` is what the i-th part scores. All must hold the same items
   * in the same order. Throws `E_SHAPE` otherwise.
   */
  scoreOutputs(outputs: readonly Predictions[], context?: ScoreContext): Float64Array;
}

/**
 * Several heuristics as one: the weighted mean of their scores (for models of several outputs: Reichart et al. 2008,
 * ACL, who combine ranks, for which all items must be scored at once). Scores of different units are put on one scale first: each is
 * divided by `scale`, what counts as 1. An item's result depends on that item alone, so a pool can come in chunks.
 * `score` shows all parts the same predictions, `scoreOutputs` each its own.
 *
 * Throws `E_ARGUMENT` for no parts, weights that are negative or all 0, a scale that is not a positive number and, on scoring, for a
 * part without upper bound whose scale was not given.
 *
 * @example
 * ```ts
 * import { bald, combine, entropy, predictions } from "baaljs/heuristics";
 *
 * const draws = predictions("probabilities", [1, 2, 2], Float32Array.of(1, 0, 0, 1));
 * const both = combine([{ heuristic: bald(), weight: 2 }, { heuristic: entropy() }]);
 * console.log(both.score(draws)); // [1]: each part is divided by the highest that it can be
 * ```
 */
export function combine(parts: readonly CombinedPart[]): CombinedHeuristic {
  checkParts(parts);
  const total = parts.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const shares = parts.map(({ weight = 1 }) => weight / total);
  const needs = [...new Set(parts.flatMap(({ heuristic }) => heuristic.needs))];
  return {
    name: `combine(${parts.map(({ heuristic }) => heuristic.name).join(",")})`,
    needs,
    upperBound: (classes, positions, labels) =>
      parts.reduce((sum, { heuristic, scale }, i) => {
        const bound = heuristic.upperBound(classes, positions, labels);
        return sum + (scale === undefined ? shares[i]! : shares[i]! && (shares[i]! * bound) / scale);
      }, 0),
    score: (predictions, context) => weighted(parts, shares, { outputs: parts.map(() => predictions), context }),
    scoreOutputs(outputs, context) {
      checkOutputs(outputs, parts.length);
      return weighted(parts, shares, { outputs, context });
    },
  };
}

interface Scored {
  readonly outputs: readonly Predictions[];
  readonly context: ScoreContext | undefined;
}

function weighted(parts: readonly CombinedPart[], shares: readonly number[], { outputs, context }: Scored): Float64Array {
  const scores_N = new Float64Array(outputs[0]!.indices.length);
  parts.forEach((part, i) => {
    const output = outputs[i]!;
    // Each heuristic refuses draws of the kind that it does not score.
    const part_N = part.heuristic.score(output, context);
    const factor = shares[i]! / scaleOf(part, output);
    part_N.forEach((score, item) => {
      scores_N[item]! += factor * score;
    });
  });
  return scores_N;
}

function scaleOf({ heuristic, scale }: CombinedPart, { kind, shape }: Predictions): number {
  if (scale !== undefined) return scale;
  const positions = shape.slice(2, -1).reduce((product, dim) => product * dim, 1);
  const bound = areIndependent(kind)
    ? heuristic.upperBound(2, positions, shape[1])
    : heuristic.upperBound(kind === "values" ? Infinity : shape[1]!, positions);
  if (bound > 0 && Number.isFinite(bound)) return bound;
  throw new BaalError(
    "E_ARGUMENT",
    `"${heuristic.name}" has no upper bound to divide its scores by: give its part of the combination a "scale", the score that counts as 1.`,
  );
}

function checkParts(parts: readonly CombinedPart[]): void {
  if (parts.length === 0) throw new BaalError("E_ARGUMENT", "A combination needs at least one heuristic; none came.");
  for (const { heuristic, weight = 1, scale = 1 } of parts) {
    if (!(weight >= 0 && weight < Infinity))
      throw new BaalError("E_ARGUMENT", `The weight of "${heuristic.name}" is a number of at least 0; ${weight} came.`);
    if (!(scale > 0 && scale < Infinity))
      throw new BaalError("E_ARGUMENT", `The scale of "${heuristic.name}" is a positive number; ${scale} came.`);
  }
  if (parts.every(({ weight }) => weight === 0))
    throw new BaalError("E_ARGUMENT", "All weights of the combination are 0: at least one heuristic must count.");
}

function checkOutputs(outputs: readonly { readonly indices: readonly number[] }[], parts: number): void {
  if (outputs.length !== parts)
    throw new BaalError("E_SHAPE", `A combination of ${parts} heuristics scores ${parts} outputs; ${outputs.length} came.`);
  const [{ indices } = { indices: [] }] = outputs;
  for (const other of outputs) {
    if (other.indices.length !== indices.length || other.indices.some((index, i) => index !== indices[i]))
      throw new BaalError("E_SHAPE", "The outputs of a combination must hold the same dataset items in the same order.");
  }
}
