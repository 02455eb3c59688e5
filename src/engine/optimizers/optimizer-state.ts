import type { ParameterUpdate, StateDict, StateTensor } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";

/** A scalar of a {@link StateDict}. */
export function scalarTensor(value: number): StateTensor {
  return { dims: [1], data: Float32Array.of(value) };
}

/** Reads a scalar. Throws `E_CHECKPOINT`. */
export function readScalar(state: StateDict, name: string): number {
  const value = state.get(name)?.data[0];
  if (value === undefined)
    throw new BaalError("E_CHECKPOINT", `The optimizer state has no "${name}"; was it saved by another optimizer?`);
  return value;
}

/** Copies of the tensors whose names start with `prefix`, by the rest of the name. */
export function tensorsUnder(state: StateDict, prefix: string): Map<string, StateTensor> {
  const found = new Map<string, StateTensor>();
  for (const [name, { dims, data }] of state) {
    if (name.startsWith(prefix)) found.set(name.slice(prefix.length), { dims, data: data.slice() });
  }
  return found;
}

/** Throws `E_SHAPE` when an update's arrays do not agree with each other or `E_CHECKPOINT` when state loaded for it has another size. */
export function checkSizes({ name, weights, gradient }: ParameterUpdate, state: readonly Float32Array[]): void {
  if (gradient.kind === "dense" && gradient.data.length !== weights.length) {
    throw new BaalError("E_SHAPE", `${name} has ${weights.length} weights and ${gradient.data.length} gradients.`);
  }
  for (const { length } of state) {
    if (length !== weights.length) {
      throw new BaalError(
        "E_CHECKPOINT",
        `${name} has ${weights.length} weights; the optimizer state for it has ${length} numbers.`,
      );
    }
  }
}

const UNDECAYED = /(^|[._])bias$|layer_?norm|(^|[._])norm/i;

/**
 * Whether weight decay applies to a parameter, as Hugging Face's trainer decides it: not to biases, not to the weights of
 * normalisation layers (`LayerNorm`, `layer_norm`, `sa_layer_norm`, `norm1`, ...).
 */
export function decays(name: string): boolean {
  return !UNDECAYED.test(name);
}
