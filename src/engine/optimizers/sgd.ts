import type { Optimizer, ParameterUpdate, StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { Parameter } from "../onnx/parameters.js";
import { type ApplyOptions, applyGradients, type GradientTable } from "./apply-gradients.js";
import { checkSizes, decays as decaysByName, scalarTensor, tensorsUnder } from "./optimizer-state.js";
import { findTouchedRows, type TouchedRows, updateRows } from "./update-rows.js";

/** The settings of {@link Sgd}. */
export interface SgdOptions {
  /** 0 by default: no momentum. */
  readonly momentum?: number | undefined;
  /** Nesterov's momentum; needs `momentum`. */
  readonly nesterov?: boolean | undefined;
  /** Added to the gradient as `weightDecay * weight`, as in PyTorch. 0 by default. */
  readonly weightDecay?: number | undefined;
  /** Which parameters decay, by name; all but biases and normalisation layers by default. */
  readonly decays?: ((name: string) => boolean) | undefined;
}

interface Velocity {
  readonly dims: readonly number[];
  /** Empty without momentum. */
  readonly data: Float32Array;
  touched: TouchedRows | undefined;
}

interface StepConstants {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly learningRate: number;
  readonly gradientScale: number;
}

/**
 * Stochastic gradient descent as PyTorch computes it (dampening 0), with momentum (Sutskever et al. 2013) and weight decay.
 * Arithmetic in double precision, stored as float32. Its state: `sgd.momentum.<parameter>`.
 */
export class Sgd implements Optimizer {
  readonly #options: { readonly [K in keyof SgdOptions]-?: NonNullable<SgdOptions[K]> };
  #velocities = new Map<string, Velocity>();

  /** Throws `E_ARGUMENT` for Nesterov's momentum without momentum. */
  constructor(options: SgdOptions = {}) {
    const { momentum = 0, nesterov = false, weightDecay = 0, decays = decaysByName } = options;
    this.#options = { momentum, nesterov, weightDecay, decays };
    if (this.#options.nesterov && this.#options.momentum <= 0) {
      throw new BaalError("E_ARGUMENT", `nesterov needs a momentum above 0; ${this.#options.momentum} came.`);
    }
  }

  /** Throws `E_SHAPE` or `E_CHECKPOINT`, weights untouched, when gradients or loaded state do not fit the weights. */
  step(updates: readonly ParameterUpdate[], options: { readonly learningRate: number; readonly gradientScale: number }): void {
    for (const update of updates) {
      const { data } = this.#velocityOf(update);
      checkSizes(update, this.#options.momentum === 0 ? [] : [data]);
    }
    for (const update of updates) {
      const weightDecay = this.#options.decays(update.name) ? this.#options.weightDecay : 0;
      applyUpdate(update, this.#velocityOf(update), { ...this.#options, ...options, weightDecay });
    }
  }

  /**
   * One step on a table of parameters, whose arrays change in place; parameters without a gradient stay as they are. Returns the global L2
   * norm of the gradients before clipping. Throws, nothing changed: `E_ARGUMENT` for a gradient without a parameter, `E_SHAPE` for one
   * of another size, `E_NOT_FINITE`.
   *
   * @example
   * ```ts with=engine
   * import { Sgd } from "baaljs/engine";
   *
   * const optimizer = new Sgd({ momentum: 0.9 });
   * optimizer.apply(parameters, step.collect(outputs), { learningRate: 0.1, maxGradNorm: 1 });
   * ```
   */
  apply(parameters: ReadonlyMap<string, Parameter>, gradients: GradientTable, options: ApplyOptions): number {
    return applyGradients(this, parameters, gradients, options);
  }

  stateDict(): StateDict {
    const state: StateDict = new Map([["sgd.momentum", scalarTensor(this.#options.momentum)]]);
    if (this.#options.momentum === 0) return state;
    for (const [name, { dims, data }] of this.#velocities) state.set(`sgd.momentum.${name}`, { dims, data });
    return state;
  }

  /** Throws `E_CHECKPOINT` when the state is not an SGD's. */
  loadStateDict(state: StateDict): void {
    if (!state.has("sgd.momentum"))
      throw new BaalError("E_CHECKPOINT", "The optimizer state is not one of SGD: it has no sgd.momentum.");
    this.#velocities = new Map();
    for (const [name, { dims, data }] of tensorsUnder(state, "sgd.momentum.")) {
      this.#velocities.set(name, { dims, data, touched: undefined });
    }
  }

  #velocityOf({ name, dims, weights }: ParameterUpdate): Velocity {
    let velocity = this.#velocities.get(name);
    if (velocity === undefined) {
      velocity = { dims, data: new Float32Array(this.#options.momentum === 0 ? 0 : weights.length), touched: undefined };
      this.#velocities.set(name, velocity);
    }
    return velocity;
  }
}

function applyUpdate(update: ParameterUpdate, velocity: Velocity, constants: StepConstants): void {
  const { dims, weights, gradient } = update;
  const updateRange = constants.momentum === 0 ? plainRange : momentumRange;
  const run = (data: Float32Array, offset: number, start: number, end: number) =>
    updateRange(weights, velocity.data, data, offset, start, end, constants);
  if (gradient.kind === "dense") {
    run(gradient.data, 0, 0, weights.length);
    velocity.touched = undefined;
    return;
  }
  velocity.touched ??= findTouchedRows(dims[0] ?? 0, constants.momentum === 0 ? [] : [velocity.data]);
  // Decay is part of the gradient here, so with it every row has one.
  if (constants.weightDecay !== 0) velocity.touched.fill(1);
  updateRows({ ...update, gradient }, velocity.touched, run, undefined);
}

/** w = w - lr (g + decay w) */
function plainRange(
  weights: Float32Array,
  _velocity: Float32Array,
  gradient: Float32Array,
  offset: number,
  start: number,
  end: number,
  { weightDecay, learningRate, gradientScale }: StepConstants,
): void {
  for (let i = start, j = offset; i < end; i++, j++) {
    weights[i] = weights[i]! - learningRate * (gradient[j]! * gradientScale + weightDecay * weights[i]!);
  }
}

/** d = g + decay w; u = momentum u + d; w = w - lr (nesterov: d + momentum u, otherwise u) */
function momentumRange(
  weights: Float32Array,
  velocity: Float32Array,
  gradient: Float32Array,
  offset: number,
  start: number,
  end: number,
  { momentum, nesterov, weightDecay, learningRate, gradientScale }: StepConstants,
): void {
  const own = nesterov ? 1 : 0;
  const carried = nesterov ? momentum : 1;
  for (let i = start, j = offset; i < end; i++, j++) {
    const direction = gradient[j]! * gradientScale + weightDecay * weights[i]!;
    const moved = momentum * velocity[i]! + direction;
    velocity[i] = moved;
    weights[i] = weights[i]! - learningRate * (own * direction + carried * moved);
  }
}
