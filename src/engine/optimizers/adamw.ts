import type { Optimizer, ParameterUpdate, StateDict } from "../../core/bayesian-model.js";
import type { Parameter } from "../onnx/parameters.js";
import { type ApplyOptions, applyGradients, type GradientTable } from "./apply-gradients.js";
import { checkSizes, decays as decaysByName, readScalar, scalarTensor, tensorsUnder } from "./optimizer-state.js";
import { findTouchedRows, type TouchedRows, updateRows } from "./update-rows.js";

/** The settings of {@link AdamW}. */
export interface AdamWOptions {
  /** 0.9 by default. */
  readonly beta1?: number | undefined;
  /** 0.999 by default. */
  readonly beta2?: number | undefined;
  /** 1e-8 by default, added to the root of the second moment. */
  readonly epsilon?: number | undefined;
  /** Decoupled: weights are multiplied by `1 - learningRate * weightDecay` before each update. 0 by default. */
  readonly weightDecay?: number | undefined;
  /** Which parameters decay, by name; all but biases and normalisation layers by default. */
  readonly decays?: ((name: string) => boolean) | undefined;
}

interface Moments {
  readonly dims: readonly number[];
  /** Running mean of the gradient. */
  readonly m: Float32Array;
  /** Running mean of its square. */
  readonly v: Float32Array;
  /** Known after a step of row gradients, unknown after a dense one. */
  touched: TouchedRows | undefined;
}

/** The numbers of one step that are the same for all weights of a parameter. */
interface StepConstants {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly gradientScale: number;
  readonly keep: number;
  readonly stepSize: number;
  readonly rootCorrection: number;
}

/**
 * AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) as PyTorch computes it; arithmetic in double precision, weights and
 * moments stored as float32. Row gradients give bit for bit what the dense gradient with zeros elsewhere gives.
 * Its state: `adamw.m.<parameter>`, `adamw.v.<parameter>` and `adamw.step`.
 */
export class AdamW implements Optimizer {
  readonly #options: { readonly [K in keyof AdamWOptions]-?: NonNullable<AdamWOptions[K]> };
  #moments = new Map<string, Moments>();
  #step = 0;

  constructor(options: AdamWOptions = {}) {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, decays = decaysByName } = options;
    this.#options = { beta1, beta2, epsilon, weightDecay, decays };
  }

  /** Throws `E_SHAPE` or `E_CHECKPOINT`, weights untouched, when gradients or loaded state do not fit the weights. */
  step(updates: readonly ParameterUpdate[], options: { readonly learningRate: number; readonly gradientScale: number }): void {
    const { beta1, beta2, epsilon, weightDecay, decays } = this.#options;
    for (const update of updates) {
      const { m, v } = this.#momentsOf(update);
      checkSizes(update, [m, v]);
    }
    this.#step += 1;
    const shared = {
      beta1,
      beta2,
      epsilon,
      gradientScale: options.gradientScale,
      stepSize: options.learningRate / (1 - beta1 ** this.#step),
      rootCorrection: 1 / Math.sqrt(1 - beta2 ** this.#step),
    };
    for (const update of updates) {
      const keep = decays(update.name) ? 1 - options.learningRate * weightDecay : 1;
      applyUpdate(update, this.#momentsOf(update), { ...shared, keep });
    }
  }

  /**
   * One step on a table of parameters, whose arrays change in place; parameters without a gradient stay as they are. Returns the global L2
   * norm of the gradients before clipping. Throws, nothing changed: `E_ARGUMENT` for a gradient without a parameter, `E_SHAPE` for one
   * of another size, `E_NOT_FINITE`.
   *
   * @example
   * ```ts with=engine
   * import { AdamW } from "baaljs/engine";
   *
   * const optimizer = new AdamW({ weightDecay: 0.01 });
   * optimizer.apply(parameters, step.collect(outputs), { learningRate: 1e-3, maxGradNorm: 1 });
   * ```
   */
  apply(parameters: ReadonlyMap<string, Parameter>, gradients: GradientTable, options: ApplyOptions): number {
    return applyGradients(this, parameters, gradients, options);
  }

  stateDict(): StateDict {
    const state: StateDict = new Map([["adamw.step", scalarTensor(this.#step)]]);
    for (const [name, { dims, m, v }] of this.#moments) {
      state.set(`adamw.m.${name}`, { dims, data: m });
      state.set(`adamw.v.${name}`, { dims, data: v });
    }
    return state;
  }

  /** Throws `E_CHECKPOINT` when the state is not an AdamW's. */
  loadStateDict(state: StateDict): void {
    const step = readScalar(state, "adamw.step");
    const seconds = tensorsUnder(state, "adamw.v.");
    const moments = new Map<string, Moments>();
    for (const [name, { dims, data }] of tensorsUnder(state, "adamw.m.")) {
      const v = seconds.get(name)?.data ?? new Float32Array(0);
      moments.set(name, { dims, m: data, v, touched: undefined });
    }
    this.#step = step;
    this.#moments = moments;
  }

  #momentsOf({ name, dims, weights }: ParameterUpdate): Moments {
    let moments = this.#moments.get(name);
    if (moments === undefined) {
      moments = { dims, m: new Float32Array(weights.length), v: new Float32Array(weights.length), touched: undefined };
      this.#moments.set(name, moments);
    }
    return moments;
  }
}

function applyUpdate(update: ParameterUpdate, moments: Moments, constants: StepConstants): void {
  const { dims, weights, gradient } = update;
  const { m, v } = moments;
  if (gradient.kind === "dense") {
    updateRange(weights, m, v, gradient.data, 0, 0, weights.length, constants);
    moments.touched = undefined;
    return;
  }
  moments.touched ??= findTouchedRows(dims[0] ?? 0, [m, v]);
  updateRows(
    { ...update, gradient },
    moments.touched,
    (data, offset, start, end) => updateRange(weights, m, v, data, offset, start, end, constants),
    constants.keep === 1 ? undefined : (start, end) => decayRange(weights, start, end, constants.keep),
  );
}

/** m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w = keep w - stepSize m / (sqrt(v) rootCorrection + eps) */
function updateRange(
  weights: Float32Array,
  m: Float32Array,
  v: Float32Array,
  gradient: Float32Array,
  offset: number,
  start: number,
  end: number,
  { beta1, beta2, epsilon, gradientScale, keep, stepSize, rootCorrection }: StepConstants,
): void {
  const rest1 = 1 - beta1;
  const rest2 = 1 - beta2;
  for (let i = start, j = offset; i < end; i++, j++) {
    const g = gradient[j]! * gradientScale;
    const mean = beta1 * m[i]! + rest1 * g;
    const square = beta2 * v[i]! + rest2 * g * g;
    m[i] = mean;
    v[i] = square;
    weights[i] = weights[i]! * keep - (stepSize * mean) / (Math.sqrt(square) * rootCorrection + epsilon);
  }
}

function decayRange(weights: Float32Array, start: number, end: number, keep: number): void {
  for (let i = start; i < end; i++) weights[i] = weights[i]! * keep;
}
