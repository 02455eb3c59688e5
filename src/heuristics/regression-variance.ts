import { BaalError } from "../core/errors.js";
import { predictions } from "../core/predictions.js";
import type { Heuristic } from "./heuristic.js";
import {
  type DenseOptions,
  needsOfDisagreement,
  reducer,
  type SingleDrawOptions,
  scoreItems,
  singleDraw,
} from "./position-heuristic.js";
import { valueVariance } from "./value-scores.js";

/**
 * Variance of regression draws (with dropout: Gal and Ghahramani 2016, arXiv:1506.02142): the population variance over the draws,
 * averaged over the C outputs, in the square of their unit. Outputs of different units should be standardised before. No upper bound. The numbers that
 * `variance` gives of a regression, from a heuristic that takes nothing else.
 *
 * Its scores pick a batch through `selectFromScores` of a strategy, or as `precomputed` ones.
 * Scoring throws `E_ARGUMENT` for predictions of a classifier, for no outputs or draws and, unless `allowSingleDraw`, for a single
 * draw; `E_NOT_FINITE` naming the item.
 */
export function regressionVariance(options: DenseOptions & SingleDrawOptions = {}): Heuristic {
  const name = "regressionvariance";
  const needs = needsOfDisagreement(options);
  const reduce = reducer(options.reduction ?? "mean");
  return {
    name,
    needs,
    upperBound: () => Infinity,
    score(given) {
      const { kind, shape, data, indices } = given;
      if (kind !== "values")
        throw new BaalError(
          "E_ARGUMENT",
          `"${name}" scores draws of a regression model, made by regressionDraws(...); ${kind} came, for which there is "variance".`,
        );
      predictions(kind, shape, data, indices);
      const [items = 0, outputs = 0] = shape;
      const iterations = shape.at(-1)!;
      const positions = shape.slice(2, -1).reduce((product, dim) => product * dim, 1);
      if (outputs < 1 || iterations < 1)
        throw new BaalError("E_ARGUMENT", `"${name}" needs at least one output and one draw; the shape [${shape}] came.`);
      if (iterations === 1 && needs.includes("draws")) throw singleDraw(name);
      return scoreItems(items, positions, { name, indices, reduce, scoreOf: valueVariance(given) });
    },
  };
}
