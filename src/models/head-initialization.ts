import type { HeadConfig } from "./architectures/head-config.js";
import type { InitialWeightsOptions } from "./initial-weights.js";

/** PyTorch's `nn.Linear`: weights and biases uniform between -1/sqrt(inputs) and 1/sqrt(inputs). */
export function headInitialization({ inputDim, hiddenDims }: HeadConfig, seed: number): InitialWeightsOptions {
  const widths = [inputDim, ...hiddenDims];
  return {
    seed,
    distribution(name) {
      const hidden = /^hidden\.(\d+)\./.exec(name)?.[1];
      return { kind: "uniform", bound: 1 / Math.sqrt(hidden === undefined ? widths.at(-1)! : widths[Number(hidden)]!) };
    },
  };
}
