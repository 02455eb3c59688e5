import type { BayesianModel, FeatureOptions, LastLayer, LossName, StateDict } from "../../core/bayesian-model.js";
import { checkTargets, knownNumbers } from "../../core/check-targets.js";
import type { Dataset, Items } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { asDataset } from "../../core/items.js";
import { joinFeatures } from "../../core/join-chunks.js";
import { LOSS_OF_TASK, type Task } from "../../core/task.js";
import { choosePrecision } from "./choose-precision.js";
import type { Curvature, CurvatureData } from "./curvature.js";
import { curvatureData } from "./curvature-data.js";
import { diagonalCurvature, fullCurvature, kroneckerCurvature, MAX_WEIGHTS } from "./curvatures.js";
import { LastLayerLaplace } from "./last-layer-laplace.js";
import { chooseAlpha, noiseVariances, ridgeEvidence, ridgeLogMarginalLikelihood } from "./ridge-evidence.js";
import { ridgePosterior } from "./ridge-posterior.js";

/** The side of a model that a Laplace approximation needs: text and image classifiers have it. */
export interface LaplaceModel<Input> extends Pick<BayesianModel<Input>, "datasetOf"> {
  readonly labels: readonly string[];
  readonly lastLayer: LastLayer | undefined;
  /** Whether each label is predicted by itself. */
  readonly task?: Task | undefined;
  features(dataset: Dataset<Input>, options?: FeatureOptions): AsyncGenerator<Features>;
  stateDict(): StateDict;
}

/** How a Laplace approximation simplifies the covariance of the weights. */
export type LaplaceStructure = "kron" | "diag" | "full";

/** Options of {@link fitLastLayerLaplace}. */
export interface LaplaceOptions extends FeatureOptions {
  /**
   * How the covariance of the weights is simplified. `"kron"`: one factor for the inputs, one for the classes; `"diag"`:
   * independent weights, for very wide layers; `"full"`: not at all, up to 2000 weights, or 2000 a label where each is predicted by itself.
   * `"auto"` (default): full where that takes a second at most, else kron. Regression knows the exact posterior alone.
   */
  readonly structure?: LaplaceStructure | "auto" | undefined;
  /**
   * What the targets are: by default one class an item, or several labels for a model that predicts each by itself.
   * `"meanSquaredError"`: numbers, the layer at the solution of ridge regression.
   */
  readonly loss?: LossName | undefined;
  /**
   * Precision of the normal prior over each weight; by default the one with the largest marginal likelihood. A head that was solved with C
   * has 1 / C. Of numbers: in units of the noise's precision, the alpha of ridge regression.
   */
  readonly priorPrecision?: number | "marginalLikelihood" | undefined;
}

const STRUCTURES: Readonly<Record<LaplaceStructure | "auto", (data: CurvatureData) => Curvature | Promise<Curvature>>> = {
  kron: kroneckerCurvature,
  diag: diagonalCurvature,
  full: fullCurvature,
  auto: (data) => (isFullCheap(data) ? fullCurvature(data) : kroneckerCurvature(data)),
};

/** Multiplications in about a second. */
const SECOND = 1e9;

function isFullCheap({ items, width, classes, isIndependent }: CurvatureData): boolean {
  const side = isIndependent ? Math.min(items, width) : classes * width;
  return side <= MAX_WEIGHTS && (isIndependent ? classes : 1) * 6 * side ** 3 < SECOND;
}

/**
 * A Laplace approximation of the posterior over the last layer's weights of a trained softmax classifier (Kristiadi et al. 2020,
 * arXiv:2002.10118; Daxberger et al. 2021, arXiv:2106.14806): a normal distribution around the current weights with covariance
 * `(H + delta I)^-1`, H the Gauss-Newton curvature of the loss on the labelled `items` (a data set or rows), delta the prior's precision.
 * Everything in front of the last layer is computed once per item, so that 20 draws cost little more than one; a small delta gives
 * logits that vary much, whose mean probabilities take more draws than that to settle.
 *
 * Labels that are each predicted by themselves have a logistic regression each, unknown ones left out. Of numbers (`loss: "meanSquaredError"`) the
 * posterior is exact: linear regression with a normal prior over the weights and a flat one over the bias, and the draws are of the mean,
 * without the noise that `noiseVariances` tells of.
 *
 * Throws `E_MODEL_FORMAT` for a model without a linear last layer, `E_DATA` for an empty data set or a target that the loss
 * cannot use, `E_ARGUMENT` for an unusable option.
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
  {
    structure = "auto",
    priorPrecision = "marginalLikelihood",
    loss = LOSS_OF_TASK[model.task ?? "single"],
    ...options
  }: LaplaceOptions = {},
): Promise<LastLayerLaplace> {
  checkOptions({ structure, priorPrecision, loss });
  const layer = model.lastLayer;
  if (!layer)
    throw new BaalError(
      "E_MODEL_FORMAT",
      "A last-layer Laplace approximation needs a model whose logits come from a linear layer.",
    );
  const classes = model.labels.length;
  const dataset = asDataset(items, { model, name: "fitLastLayerLaplace", loss });
  const { targets } = checkTargets(dataset, { loss, classes, what: "Laplace" });
  const features = await joinFeatures(model.features(dataset, options), { total: dataset.length });
  const width = features.shape[1] + Number(layer.bias !== undefined);
  const common = { layer, classes, width };
  const choose = (evidence: (delta: number) => number) =>
    priorPrecision === "marginalLikelihood" ? choosePrecision(evidence) : priorPrecision;

  if (loss === "meanSquaredError") {
    if (layer.bias === undefined)
      throw new BaalError(
        "E_MODEL_FORMAT",
        "The posterior of a regression needs a last layer with a bias; this model's has none.",
      );
    const ridge = await ridgeEvidence({ features, outputs: classes, targets_N_C: knownNumbers(targets, dataset) });
    const alpha = priorPrecision === "marginalLikelihood" ? chooseAlpha(ridge) : priorPrecision;
    return new LastLayerLaplace({
      ...{ ...common, curvature: ridgePosterior(ridge), priorPrecision: alpha, noiseVariances: noiseVariances(ridge, alpha) },
      logMarginalLikelihood: ridgeLogMarginalLikelihood(ridge, alpha),
    });
  }
  const map_C_P = lastWeights(model.stateDict(), layer, classes);
  const likelihood = loss === "binaryCrossEntropy" ? loss : "crossEntropy";
  const { data, logLikelihood } = curvatureData(features, { map_C_P, classes, targets, loss: likelihood });
  const curvature = await STRUCTURES[structure](data);
  const squaredNorm = map_C_P.reduce((sum, value) => sum + value * value, 0);
  // log p(D | w) - delta |w|^2 / 2 + log det(delta I) / 2 - log det(H + delta I) / 2; eigenvalues of 0 cancel.
  const evidence = (delta: number) => {
    const shrinkage = curvature.eigenvalues.reduce((sum, value) => sum + Math.log1p(value / delta), 0);
    return logLikelihood - (delta * squaredNorm + shrinkage) / 2;
  };
  const delta = choose(evidence);
  return new LastLayerLaplace({ ...common, curvature, priorPrecision: delta, logMarginalLikelihood: evidence(delta) });
}

interface CheckedOptions {
  readonly structure: LaplaceStructure | "auto";
  readonly priorPrecision: number | "marginalLikelihood";
  readonly loss: LossName;
}

function checkOptions({ structure, priorPrecision, loss }: CheckedOptions): void {
  const losses = Object.values(LOSS_OF_TASK);
  if (!losses.includes(loss))
    throw new BaalError("E_ARGUMENT", `loss is expected to be one of "${losses.join('", "')}"; "${loss}" came.`);
  if (loss === "meanSquaredError" && structure !== "auto") {
    throw new BaalError(
      "E_ARGUMENT",
      `The posterior of a regression is exact: structure "${structure}" does not apply. Leave it out.`,
    );
  }
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
