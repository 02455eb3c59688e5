import { BaalError } from "../errors.js";
import { type Draws, drawsReader, sizesOf } from "./draws.js";
import type { Heuristic, Need } from "./heuristic.js";
import { REDUCTIONS, type Reduction } from "./reduction.js";

export interface DrawHeuristicOptions {
  /** For dense predictions `[N, C, ..., K]`: how the scores of the positions become one per item. `"mean"` by default. */
  readonly reduction?: Reduction;
}

/** What makes one heuristic different from another. */
export interface DrawScore {
  readonly name: string;
  readonly needs: readonly Need[];
  /** The highest possible score of one position. */
  readonly upperBound: (classes: number) => number;
  /** The score of one position from its draws; higher is sooner. */
  readonly score: (draws: Draws) => number;
}

/** A heuristic from the score of one position: reads the draws, reduces over positions, and refuses scores that are not finite. */
export function drawHeuristic(definition: DrawScore, { reduction = "mean" }: DrawHeuristicOptions = {}): Heuristic {
  const reduce = REDUCTIONS[reduction];
  if (reduce === undefined) {
    throw new BaalError("E_ARGUMENT", `Unknown reduction "${reduction}": use one of ${Object.keys(REDUCTIONS).join(", ")}.`);
  }
  return {
    name: definition.name,
    needs: definition.needs,
    upperBound: (classes, positions = 1) => definition.upperBound(classes) * (reduction === "sum" ? positions : 1),
    score(predictions) {
      const { items, positions, iterations } = sizesOf(predictions);
      if (iterations === 1 && definition.needs.includes("draws")) throw singleDraw(definition.name);
      const read = drawsReader(predictions);
      const scores_N = new Float64Array(items);
      const scores_P = new Float64Array(positions);
      for (let item = 0; item < items; item++) {
        for (let position = 0; position < positions; position++) scores_P[position] = definition.score(read(item, position));
        const score = reduce(scores_P);
        if (!Number.isFinite(score)) {
          throw new BaalError(
            "E_NOT_FINITE",
            `Heuristic "${definition.name}" gave dataset item ${predictions.indices[item]} the score ${score}.`,
          );
        }
        scores_N[item] = score;
      }
      return scores_N;
    },
  };
}

function singleDraw(name: string): BaalError {
  return new BaalError(
    "E_ARGUMENT",
    `"${name}" measures how much draws disagree, and one draw per item came: every score would be 0. Predict with iterations > 1 (is the model patched?), or use "entropy".`,
  );
}
