import type { Optimizer, ParameterUpdate } from "../../core/bayesian-model.js";
import { globalNorm } from "../../core/clip-gradients.js";
import { BaalError } from "../../core/errors.js";
import type { Parameter } from "../onnx/parameters.js";

/** The learning rate of a step, and its clipping. */
export interface ApplyOptions {
  readonly learningRate: number;
  /** Gradients whose global L2 norm is larger are scaled down to it, as `torch.nn.utils.clip_grad_norm_` does; not by default. */
  readonly maxGradNorm?: number | undefined;
}

/** A gradient as large as its parameter: as a session gives it, or its numbers alone. */
export type GradientArray = Float32Array | { readonly data: Float32Array };

/** Gradients by the names of their parameters. */
export type GradientTable = ReadonlyMap<string, GradientArray> | Readonly<Record<string, GradientArray>>;

/**
 * One step of an optimizer on a table of parameters, whose arrays change in place. Parameters without a gradient stay as they are.
 * Returns the global L2 norm of the gradients before clipping. Throws, nothing changed: `E_ARGUMENT` for a gradient whose parameter the table does not
 * have, `E_SHAPE` for one of another size, `E_NOT_FINITE` for one that is not finite.
 */
export function applyGradients(
  optimizer: Optimizer,
  parameters: ReadonlyMap<string, Parameter>,
  gradients: GradientTable,
  { learningRate, maxGradNorm = Infinity }: ApplyOptions,
): number {
  const table = gradients instanceof Map ? (gradients as ReadonlyMap<string, GradientArray>) : new Map(Object.entries(gradients));
  const updates = Array.from(table, ([name, gradient]): ParameterUpdate => {
    const parameter = parameters.get(name);
    if (!parameter) {
      throw new BaalError(
        "E_ARGUMENT",
        `A gradient came for "${name}", which is not in the table of parameters (${parameters.size}).`,
      );
    }
    const data = gradient instanceof Float32Array ? gradient : gradient.data;
    return { name, dims: parameter.dims, weights: parameter.data, gradient: { kind: "dense", data } };
  });
  const norm = globalNorm(updates.map(({ gradient }) => gradient));
  if (!Number.isFinite(norm)) {
    const wrong = updates.find(({ gradient }) => !Number.isFinite(globalNorm([gradient])));
    throw new BaalError(
      "E_NOT_FINITE",
      `The gradient of "${wrong?.name ?? "all parameters"}" is not finite; no parameter was changed. Lower the learning rate or clip (maxGradNorm).`,
    );
  }
  optimizer.step(updates, { learningRate, gradientScale: Math.min(1, maxGradNorm / (norm + 1e-6)) });
  return norm;
}
