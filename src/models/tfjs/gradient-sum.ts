import { free } from "./item-batches.js";
import { type TfLayerVariable, type TfModule, type TfOptimizer, type TfTensor, tidy } from "./tf-types.js";

/** The gradients of one step, summed over its passes. */
export interface GradientSum {
  /** Adds the gradient of the scalar that `loss` gives; returns its value. `loss` must not wait for anything. */
  add(loss: () => TfTensor): number;
  /** By weight; a weight that no loss depends on is missing. */
  collected(): Promise<Map<string, Float32Array>>;
  /** Lets a TensorFlow.js optimizer update the variables. */
  apply(optimizer: TfOptimizer, scale: number): void;
  free(): void;
}

export function gradientSum(tf: TfModule, weights: ReadonlyMap<string, TfLayerVariable>): GradientSum {
  const variables = new Map(
    [...weights].map(([name, variable]) => [name, variable.read() as TfTensor & { readonly name: string }]),
  );
  const sums = new Map<string, TfTensor>();

  function add(loss: () => TfTensor): number {
    const { value, grads } = tf.variableGrads(loss, [...variables.values()]);
    try {
      for (const [name, variable] of variables) {
        const gradient = grads[variable.name];
        if (!gradient) continue;
        const before = sums.get(name);
        if (!before) {
          sums.set(name, gradient.clone());
          continue;
        }
        sums.set(
          name,
          tidy(tf, () => tf.add(before, gradient)),
        );
        before.dispose();
      }
      return Number(value.dataSync()[0]);
    } finally {
      free([value, ...Object.values(grads)]);
    }
  }

  return {
    add,
    async collected() {
      const gradients = [...sums].map(async ([name, sum]) => [name, (await sum.data()) as Float32Array] as const);
      return new Map(await Promise.all(gradients));
    },
    apply(optimizer, scale) {
      // All of them in the same order each time: TensorFlow.js's optimizers number their moments by it, and skip what is null.
      tidy(tf, () => {
        const scaled = [...variables].map(([name, variable]) => {
          const sum = sums.get(name);
          return [variable.name, sum ? tf.mul(sum, scale) : null] as const;
        });
        optimizer.applyGradients(Object.fromEntries(scaled));
      });
    },
    free() {
      free([...sums.values()]);
      sums.clear();
    },
  };
}
