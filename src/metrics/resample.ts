import { BaalError } from "../errors.js";
import { createRandom, type Random } from "../random.js";

export interface BootstrapOptions {
  /** Number of resamples; 1000 by default. */
  readonly resamples?: number;
  /** Probability that the interval is meant to cover, in (0, 1); 0.95 by default. */
  readonly level?: number;
  /**
   * `"percentile"` (the default): quantiles of the resampled metric (Efron 1979). `"bca"`: bias-corrected and accelerated (Efron 1987), which
   * also follows a metric whose resamples are skewed or off centre.
   */
  readonly method?: IntervalMethod;
  /** Source of the resamples; by default a new generator of seed 0, so that the same data give the same interval. */
  readonly random?: Random;
  readonly signal?: AbortSignal;
}

export type IntervalMethod = "percentile" | "bca";

/** A metric with its interval. */
export interface BootstrapInterval {
  /** The metric of the data themselves. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Standard deviation over the resamples. */
  readonly standardError: number;
  readonly level: number;
  /** Resamples that the interval rests on. */
  readonly resamples: number;
  /** Resamples left out because they do not define the metric, such as an AUROC without a positive item. */
  readonly undefinedResamples: number;
}

/** A statistic of the items that `order` names, each as often as it is there. Throws `E_ARGUMENT` where they do not define it. */
export type Statistic = (order: Uint32Array) => number;

/** Checked options with their defaults. Throws `E_ARGUMENT`. */
export function resolveBootstrap({ resamples = 1000, level = 0.95, method = "percentile", random, signal }: BootstrapOptions) {
  if (!Number.isInteger(resamples) || resamples < 2)
    throw new BaalError("E_ARGUMENT", `resamples must be a whole number of at least 2; ${resamples} came.`);
  if (!(level > 0 && level < 1)) throw new BaalError("E_ARGUMENT", `level must be between 0 and 1; ${level} came.`);
  if (method !== "percentile" && method !== "bca")
    throw new BaalError("E_ARGUMENT", `method must be "percentile" or "bca"; "${method}" came.`);
  return { resamples, level, method, random: random ?? createRandom(0), signal };
}

/** The statistic, or `undefined` where the items do not define it. */
export function definedValue(statistic: Statistic, order: Uint32Array): number | undefined {
  try {
    return statistic(order);
  } catch (error) {
    if (error instanceof BaalError && error.code === "E_ARGUMENT") return undefined;
    throw error;
  }
}

/** Fills `order` with items drawn with replacement. */
export function drawItems(order: Uint32Array, random: Random): void {
  for (let i = 0; i < order.length; i++) order[i] = random.integer(0, order.length - 1);
}
