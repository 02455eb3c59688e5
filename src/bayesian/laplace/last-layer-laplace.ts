import type { LastLayer } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { createRandom } from "../../core/random.js";
import { ALL_ITEMS, hashName, maskStream } from "../mask-generator.js";
import type { WeightPosterior, WeightSampleOptions } from "../model-patch.js";
import type { Curvature } from "./curvature.js";

export interface LastLayerLaplaceFit {
  readonly layer: LastLayer;
  readonly curvature: Curvature;
  readonly classes: number;
  /** Columns of the weight, the bias included where there is one. */
  readonly width: number;
  readonly priorPrecision: number;
  readonly logMarginalLikelihood: number;
  readonly noiseVariances?: Float64Array | undefined;
}

const NOISE = hashName("laplace");

/**
 * A Gaussian over the last layer's weights, made by `fitLastLayerLaplace`. Its mean are the model's current weights, so after more
 * training it has the old covariance: fit again. `patchModule(model, { posterior })` lets the model predict with samples of it.
 */
export class LastLayerLaplace implements WeightPosterior {
  readonly kind = "weights";
  readonly varying: readonly string[];
  /** Precision (1 / variance) of the normal prior over each weight. */
  readonly priorPrecision: number;
  /** The Laplace approximation of `log p(targets)`, for comparing precisions and structures. */
  readonly logMarginalLikelihood: number;
  /** Of a regression: the variance of the noise around the mean that is drawn, per output. */
  readonly noiseVariances: Float64Array | undefined;
  readonly #parts: LastLayerLaplaceFit;

  constructor(parts: LastLayerLaplaceFit) {
    this.#parts = parts;
    this.priorPrecision = parts.priorPrecision;
    this.logMarginalLikelihood = parts.logMarginalLikelihood;
    this.noiseVariances = parts.noiseVariances;
    const { weight, bias } = parts.layer;
    this.varying = bias === undefined ? [weight] : [weight, bias];
  }

  async sample(target: ReadonlyMap<string, Float32Array>, { seed, draw, weights }: WeightSampleOptions): Promise<void> {
    const { layer, curvature, classes, width, priorPrecision } = this.#parts;
    const { a } = maskStream({ seed, draw, item: ALL_ITEMS, site: NOISE });
    for (const [name, size] of [[layer.weight, classes * this.#inputs] as const, [layer.bias, classes] as const]) {
      const given = name === undefined ? size : weights.get(name)?.data.length;
      if (given !== size) {
        throw new BaalError(
          "E_CHECKPOINT",
          `The approximation is of another model: ${name} has ${size} numbers in it and ${given ?? "no"} in the model.`,
        );
      }
    }
    const offset = await curvature.sample(priorPrecision, createRandom(a));
    const inputs = this.#inputs;
    const [mean, sampled] = [weights.get(layer.weight)!.data, target.get(layer.weight)!];
    const [perClass, perInput] = layer.layout === "out-in" ? [inputs, 1] : [1, classes];
    for (let c = 0; c < classes; c++) {
      const row = c * width;
      for (let d = 0, at = c * perClass; d < inputs; d++, at += perInput) sampled[at] = mean[at]! + offset[row + d]!;
    }
    if (layer.bias === undefined) return;
    const [meanBias, sampledBias] = [weights.get(layer.bias)!.data, target.get(layer.bias)!];
    for (let c = 0; c < classes; c++) sampledBias[c] = meanBias[c]! + offset[c * width + inputs]!;
  }

  /**
   * The variance of each logit over draws, without drawing: row-major `[N, C]` for features `[N, D]` of `model.features()`.
   * Throws `E_SHAPE` when D is not the layer's.
   */
  logitVariances({ shape, data }: Features): Float32Array {
    const { curvature, classes, width, priorPrecision } = this.#parts;
    const inputs = this.#inputs;
    const [items, columns] = shape;
    if (items > 0 && columns !== inputs)
      throw new BaalError("E_SHAPE", `The last layer reads ${inputs} features; ${columns} came.`);
    const variances = new Float32Array(items * classes);
    const [h_P, variances_C] = [new Float64Array(width).fill(1), new Float64Array(classes)];
    for (let n = 0; n < items; n++) {
      h_P.set(data.subarray(n * inputs, (n + 1) * inputs));
      curvature.variances(variances_C, h_P, priorPrecision);
      variances.set(variances_C, n * classes);
    }
    return variances;
  }

  /** Width of the features. */
  get #inputs(): number {
    const { layer, width } = this.#parts;
    return layer.bias === undefined ? width : width - 1;
  }
}
