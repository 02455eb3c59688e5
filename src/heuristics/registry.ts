import { BaalError } from "../errors.js";
import { bald } from "./bald.js";
import { certainty } from "./certainty.js";
import type { DrawHeuristicOptions } from "./draw-heuristic.js";
import { entropy } from "./entropy.js";
import type { Heuristic } from "./heuristic.js";
import { margin } from "./margin.js";
import type { AverageOptions } from "./predictive-distribution.js";
import { type RandomScoresOptions, randomScores } from "./random-scores.js";
import type { SingleDrawOptions } from "./single-draw.js";
import { variance } from "./variance.js";

/** The options of all heuristics; each takes those it knows. */
export type HeuristicOptions = DrawHeuristicOptions & AverageOptions & SingleDrawOptions & RandomScoresOptions;

const HEURISTICS: Readonly<Record<string, (options: HeuristicOptions) => Heuristic>> = {
  bald,
  entropy,
  margin,
  certainty,
  variance,
  random: randomScores,
};

/** The names that {@link getHeuristic} knows. */
export const heuristicNames: readonly string[] = Object.keys(HEURISTICS);

/** A heuristic by its name, in any case of letters. Throws `E_ARGUMENT` that lists the known names. */
export function getHeuristic(name: string, options: HeuristicOptions = {}): Heuristic {
  const key = name.toLowerCase();
  const create = Object.hasOwn(HEURISTICS, key) ? HEURISTICS[key] : undefined;
  if (create === undefined) {
    throw new BaalError("E_ARGUMENT", `Unknown heuristic "${name}": use one of ${heuristicNames.join(", ")}.`);
  }
  return create(options);
}
