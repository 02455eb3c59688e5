import type { BayesianModel, FeatureOptions, LastLayer, StateDict } from "../../core/bayesian-model.js";
import { checkTargets } from "../../core/check-targets.js";
import type { Dataset, Items } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { asDataset } from "../../core/items.js";
import { joinFeatures } from "../../core/join-chunks.js";
import { logSumExp } from "../../core/softmax.js";
import { type Curvature, type CurvatureData, diagonalCurvature, fullCurvature, kroneckerCurvature } from "./curvatures.js";
import { LastLayerLaplace } from "./last-layer-laplace.js";

/** The side of a model that a Laplace approximation needs: text and image classifiers have it. */
export interface LaplaceModel<Input> extends Pick<BayesianModel<Input>, "datasetOf"> {
  readonly labels: readonly string[];
  readonly lastLayer: LastLayer | undefined;
  features(dataset: Dataset<Input>, options?: FeatureOptions): AsyncGenerator<Features>;
  stateDict(): StateDict;
}

/** How a Laplace approximation simplifies the covariance of the weights. */
export type LaplaceStructure = "kron" | "diag" | "full";

/** Options of {@link fitLastLayerLaplace}. */
export interface LaplaceOptions extends FeatureOptions {
  /**
   * How the covariance of the weights is simplified. `"kron"` (default): one factor for the inputs, one for the classes; `"diag"`:
   * independent weights, for very wide layers; `"full"`: not at all, up to 2000 weights.
   */
  readonly structure?: LaplaceStructure | undefined;
  /** Precision of the normal prior over each weight; by default the one with the largest marginal likelihood. */
  readonly priorPrecision?: number | "marginalLikelihood" | undefined;
}

const STRUCTURES: Readonly<Record<LaplaceStructure, (data: CurvatureData) => Curvature>> = {
  kron: kroneckerCurvature,
  diag: diagonalCurvature,
  full: fullCurvature,
};

/**
 * A Laplace approximation of the posterior over the last layer's weights of a trained softmax classifier (Kristiadi et al. 2020,
 * arXiv:2002.10118; Daxberger et al. 2021, arXiv:2106.14806): a normal distribution around the current weights with covariance
 * `(H + delta I)^-1`, H the Gauss-Newton curvature of the loss on the labelled `items` (a data set or rows), delta the prior's precision.
 * Everything in front of the last layer is computed once per item, so that 20 draws cost little more than one; a small delta gives
 * logits that vary much, whose mean probabilities take more draws than that to settle.
 *
 * Throws `E_MODEL_FORMAT` for a model without a linear last layer, `E_DATA` for an empty data set or a target that is no class
 * index, `E_ARGUMENT` for an unusable option.
 *
 * @example
 * ```ts with=text
 * import { fitLastLayerLaplace } from "baaljs";
 *
 * await trainer.train(active);
 * patchModule(model, { posterior: await fitLastLayerLaplace(model, active) });
 * ```
 */
export async function fitLastLayerLaplace<Input>(
  model: LaplaceModel<Input>,
  items: Items<Input>,
  { structure = "kron", priorPrecision = "marginalLikelihood", ...options }: LaplaceOptions = {},
): Promise<LastLayerLaplace> {
  checkOptions(structure, priorPrecision);
  const layer = model.lastLayer;
  if (!layer)
    throw new BaalError(
      "E_MODEL_FORMAT",
      "A last-layer Laplace approximation needs a model whose logits come from a linear layer.",
    );
  const classes = model.labels.length;
  const dataset = asDataset(items, { model, name: "fitLastLayerLaplace", loss: "crossEntropy" });
  const { targets } = checkTargets(dataset, { loss: "crossEntropy", classes, what: "Laplace" });
  const features = await joinFeatures(model.features(dataset, options), { total: dataset.length });
  const map_C_P = lastWeights(model.stateDict(), layer, classes);
  // Targets that do not count are below 0.
  const { data, logLikelihood } = curvatureData(features, { map_C_P, classes, targets: targets as readonly number[] });
  const curvature = STRUCTURES[structure](data);

  const squaredNorm = map_C_P.reduce((sum, value) => sum + value * value, 0);
  // log p(D | w) - delta |w|^2 / 2 + log det(delta I) / 2 - log det(H + delta I) / 2; eigenvalues of 0 cancel.
  const evidence = (delta: number) => {
    const shrinkage = curvature.eigenvalues.reduce((sum, value) => sum + Math.log1p(value / delta), 0);
    return logLikelihood - (delta * squaredNorm + shrinkage) / 2;
  };
  const delta = priorPrecision === "marginalLikelihood" ? choosePriorPrecision(evidence) : priorPrecision;
  return new LastLayerLaplace({
    layer,
    curvature,
    classes,
    width: data.width,
    priorPrecision: delta,
    logMarginalLikelihood: evidence(delta),
  });
}

function checkOptions(structure: LaplaceStructure, priorPrecision: number | "marginalLikelihood"): void {
  if (!Object.hasOwn(STRUCTURES, structure)) {
    const known = Object.keys(STRUCTURES).join('", "');
    throw new BaalError("E_ARGUMENT", `structure is expected to be one of "${known}"; "${structure}" came.`);
  }
  const isPrecision = typeof priorPrecision === "number" && priorPrecision > 0 && priorPrecision < Infinity;
  if (priorPrecision !== "marginalLikelihood" && !isPrecision) {
    throw new BaalError(
      "E_ARGUMENT",
      `priorPrecision is expected to be a positive number or "marginalLikelihood"; ${priorPrecision} came.`,
    );
  }
}

/** `[C, P]`, the bias as the last column. */
function lastWeights(state: StateDict, { weight, bias, layout }: LastLayer, classes: number): Float64Array {
  const { data } = state.get(weight)!;
  const inputs = data.length / classes;
  const width = inputs + Number(bias !== undefined);
  const result = new Float64Array(classes * width);
  for (let c = 0; c < classes; c++) {
    for (let d = 0; d < inputs; d++) result[c * width + d] = data[layout === "out-in" ? c * inputs + d : d * classes + c]!;
    if (bias !== undefined) result[c * width + inputs] = state.get(bias)!.data[c]!;
  }
  return result;
}

/** Inputs and probabilities of the items that count, and the log-likelihood of their targets. */
function curvatureData(
  { shape, data }: Features,
  {
    map_C_P,
    classes,
    targets,
  }: { readonly map_C_P: Float64Array; readonly classes: number; readonly targets: readonly number[] },
): { readonly data: CurvatureData; readonly logLikelihood: number } {
  const counted = targets.flatMap((target, n) => (target >= 0 ? [n] : []));
  const [items, inputs, width] = [counted.length, shape[1], map_C_P.length / classes];
  const h_N_P = new Float64Array(items * width).fill(1);
  const probs_N_C = new Float64Array(items * classes);
  let logLikelihood = 0;
  counted.forEach((position, n) => {
    const h = h_N_P.subarray(n * width, (n + 1) * width);
    h.set(data.subarray(position * inputs, (position + 1) * inputs));
    const logits = Array.from({ length: classes }, (_, c) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += map_C_P[c * width + i]! * h[i]!;
      return sum;
    });
    const logSum = logSumExp(logits);
    logits.forEach((logit, c) => {
      probs_N_C[n * classes + c] = Math.exp(logit - logSum);
    });
    logLikelihood += logits[targets[position]!]! - logSum;
  });
  return { data: { h_N_P, probs_N_C, items, width, classes }, logLikelihood };
}

/** Grid of log10 of the precision, from nearly no prior to one that no data moves. */
const LOWEST = -4;
const HIGHEST = 6;
const GRID = 81;

/**
 * The precision with the largest log marginal likelihood: the best of a grid over ten orders of magnitude, then golden-section
 * search between its neighbours (MacKay 1992, "A practical Bayesian framework for backpropagation networks").
 */
function choosePriorPrecision(logMarginalLikelihood: (delta: number) => number): number {
  const at = (exponent: number) => logMarginalLikelihood(10 ** exponent);
  const step = (HIGHEST - LOWEST) / (GRID - 1);
  const grid = Array.from({ length: GRID }, (_, i) => LOWEST + i * step);
  const values = grid.map(at);
  const best = grid[values.indexOf(Math.max(...values))]!;
  let [low, high] = [Math.max(LOWEST, best - step), Math.min(HIGHEST, best + step)];
  const golden = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-4) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (at(left) > at(right)) high = right;
    else low = left;
  }
  return 10 ** ((low + high) / 2);
}
