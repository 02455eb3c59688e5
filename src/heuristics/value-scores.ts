import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";

/** Scores one position of one item of a regression's draws. */
export type ValueScore = (item: number, position: number) => number;

/** A variance below this counts as this, for a logarithm needs one: draws that are all alike. */
const LEAST_VARIANCE = 1e-30;

/**
 * The variance over the draws (with dropout: Gal and Ghahramani 2016, arXiv:1506.02142), the part of the uncertainty that more labels would take away: the
 * population variance, averaged over the C outputs.
 */
export function valueVariance(draws: Predictions): ValueScore {
  return overOutputs(draws, (moments, outputs) => moments.epistemic / outputs);
}

/**
 * The differential entropy, in nats, of the normal distribution with the draws' variance, to which the mean of the noise is added that the model predicts:
 * `0.5 ln(2 pi e var)`, summed over the outputs. May be negative. Throws `E_ARGUMENT` for a single draw of a model that predicts no noise.
 */
export function valueEntropy(draws: Predictions): ValueScore {
  if (draws.shape.at(-1) === 1 && draws.logVariances === undefined)
    throw new BaalError(
      "E_ARGUMENT",
      'The "entropy" of a regression is that of its draws, and one draw per item came: predict with iterations > 1 (is the model patched?), or by a model that predicts a variance beside each number.',
    );
  return overOutputs(draws, ({ epistemic, aleatoric }) => {
    return 0.5 * Math.log(2 * Math.PI * Math.E * Math.max(LEAST_VARIANCE, epistemic + aleatoric));
  });
}

/**
 * The mutual information of the number and the model's parameters, in nats: the entropy of the normal distribution with the whole variance less the mean
 * entropy of the draws (Depeweg et al. 2018, arXiv:1710.07283, with a normal distribution for the mixture), summed over the outputs. Throws `E_ARGUMENT` for a
 * model that predicts no noise: of a number without noise a label says everything.
 */
export function valueInformation(draws: Predictions): ValueScore {
  if (draws.logVariances === undefined)
    throw new BaalError(
      "E_ARGUMENT",
      '"bald" of a regression compares the draws with the noise that a model predicts, and this one predicts none (loss "gaussianNll" learns it): use "variance".',
    );
  return overOutputs(draws, ({ epistemic, aleatoric, logAleatoric }) => {
    return Math.max(0, 0.5 * (Math.log(Math.max(LEAST_VARIANCE, epistemic + aleatoric)) - logAleatoric));
  });
}

interface Moments {
  /** Population variance of the draws. */
  readonly epistemic: number;
  /** Mean over the draws of the noise's variance; 0 of a model that predicts none. */
  readonly aleatoric: number;
  /** Mean over the draws of its logarithm. */
  readonly logAleatoric: number;
}

/** The sum over the outputs of what `score` makes of an output's moments. */
function overOutputs(
  { shape, data, logVariances }: Predictions,
  score: (moments: Moments, outputs: number) => number,
): ValueScore {
  const [, outputs = 0] = shape;
  const iterations = shape.at(-1)!;
  const stride = shape.slice(2).reduce((product, dim) => product * dim, 1);
  return (item, position) => {
    let total = 0;
    for (let c = 0; c < outputs; c++) {
      const start = (item * outputs + c) * stride + position * iterations;
      total += score(momentsOf(data, logVariances, { start, iterations }), outputs);
    }
    return total;
  };
}

function momentsOf(
  data: Float32Array,
  logVariances: Float32Array | undefined,
  { start, iterations }: { readonly start: number; readonly iterations: number },
): Moments {
  let [sum, aleatoric, logAleatoric] = [0, 0, 0];
  for (let i = start; i < start + iterations; i++) {
    sum += data[i]!;
    if (!logVariances) continue;
    aleatoric += Math.exp(logVariances[i]!);
    logAleatoric += logVariances[i]!;
  }
  const mean = sum / iterations;
  let squares = 0;
  for (let i = start; i < start + iterations; i++) squares += (data[i]! - mean) ** 2;
  return { epistemic: squares / iterations, aleatoric: aleatoric / iterations, logAleatoric: logAleatoric / iterations };
}
