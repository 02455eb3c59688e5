import { chooseAlpha, penalisedSquares, ridgeEvidence, ridgeWeights } from "../bayesian/laplace/ridge-evidence.js";
import type { FeatureOptions } from "../core/bayesian-model.js";
import { checkTargets, entriesOf, knownNumbers } from "../core/check-targets.js";
import type { Dataset } from "../core/dataset.js";
import type { Features } from "../core/features.js";
import { joinFeatures } from "../core/join-chunks.js";
import type { Task } from "../core/task.js";
import { solveSigmoidRegression } from "../models/head/sigmoid-regression.js";

/** The side of a model that its last layer's inputs come from. */
interface FeatureModel<Input> {
  features(dataset: Dataset<Input>, options?: FeatureOptions): AsyncGenerator<Features>;
}

/** The options of `solveLastLayer`, checked. */
export interface SolverOptions extends FeatureOptions {
  readonly classes: number;
  readonly inverseRegularisation?: number | undefined;
  readonly tolerance?: number | undefined;
  readonly start: Float64Array | undefined;
}

/** A solved layer, and how it came about. */
export interface SolvedLayer {
  /** `[C, D + 1]`, the bias as the last column. */
  readonly weights_C_P: Float64Array;
  readonly loss: number;
  readonly iterations: number;
  readonly hasConverged: boolean;
  readonly items: number;
  readonly classesWithItems: number;
}

type Solver = <Input>(model: FeatureModel<Input>, dataset: Dataset<Input>, options: SolverOptions) => Promise<SolvedLayer>;

/** Right for features of length 1. */
const INVERSE_REGULARISATION = 10;

/** The regression of each task of other targets than one class an item. Each throws `E_DATA` for targets that are none of the task. */
export const SOLVERS: Readonly<Record<Exclude<Task, "single">, Solver>> = {
  async multi(model, dataset, given) {
    const { classes: labels, inverseRegularisation = INVERSE_REGULARISATION, start, tolerance, signal } = given;
    const { targets } = checkTargets(dataset, { loss: "binaryCrossEntropy", classes: labels, what: "training" });
    const targets_N_C = Float64Array.from(targets.flatMap(entriesOf), (entry) => entry ?? Number.NaN);
    const features = await joinFeatures(model.features(dataset, given), { total: dataset.length });
    const options = { inverseRegularisation, start, tolerance, signal };
    const solved = await solveSigmoidRegression(features, { labels, targets_N_C }, options);
    const present = new Set<number>();
    targets_N_C.forEach((target, i) => {
      if (target >= 0.5) present.add(i % labels);
    });
    const { weights_C_P, value: loss, iterations, hasConverged } = solved;
    return { ...{ weights_C_P, loss, iterations, hasConverged }, ...counts(dataset, present.size) };
  },
  async regression(model, dataset, given) {
    const { classes: outputs, inverseRegularisation } = given;
    const { targets } = checkTargets(dataset, { loss: "meanSquaredError", classes: outputs, what: "training" });
    const features = await joinFeatures(model.features(dataset, given), { total: dataset.length });
    const evidence = await ridgeEvidence({ features, outputs, targets_N_C: knownNumbers(targets, dataset) });
    const alpha = inverseRegularisation === undefined ? chooseAlpha(evidence) : 1 / inverseRegularisation;
    const loss = penalisedSquares(evidence, alpha).reduce((sum, squares) => sum + squares / (2 * dataset.length), 0);
    return {
      ...{ weights_C_P: ridgeWeights(evidence, alpha), loss, iterations: 1, hasConverged: true },
      ...counts(dataset, outputs),
    };
  },
};

function counts({ length: items }: Dataset<unknown>, classesWithItems: number) {
  return { items, classesWithItems };
}
