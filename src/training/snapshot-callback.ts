import type { DeepEnsemble } from "../bayesian/deep-ensemble.js";
import { BaalError } from "../errors.js";
import type { BayesianModel } from "../models/bayesian-model.js";
import type { TrainerCallback } from "./trainer-callback.js";

export interface SnapshotOptions {
  /** A snapshot at the end of each epoch (the default), or after every so many optimizer steps. */
  readonly every?: "epoch" | number;
  /** Snapshots begin behind this many epochs (a fraction is fine): earlier weights have learnt too little. 0 by default. */
  readonly afterEpochs?: number;
}

/**
 * Adds the model's weights to an ensemble while it trains (snapshot ensembles, Huang et al. 2017, arXiv:1704.00109; they restart a
 * cosine schedule before each snapshot). A run that is resumed adds only what comes after: `ensemble.save` in `onSave` keeps the rest.
 * Throws `E_ARGUMENT` for options out of range.
 */
export function snapshotCallback(
  model: Pick<BayesianModel, "stateDict">,
  ensemble: DeepEnsemble,
  { every = "epoch", afterEpochs = 0 }: SnapshotOptions = {},
): TrainerCallback {
  if (every !== "epoch" && !(Number.isInteger(every) && every >= 1))
    throw new BaalError("E_ARGUMENT", `every is expected to be "epoch" or a whole number of steps; ${every} came.`);
  if (!(afterEpochs >= 0)) throw new BaalError("E_ARGUMENT", `afterEpochs is expected to be at least 0; ${afterEpochs} came.`);
  const snapshot: TrainerCallback["onStepEnd"] = ({ epoch, globalStep }) => {
    const isDue = every === "epoch" || globalStep % every === 0;
    if (isDue && epoch > afterEpochs) ensemble.add(model.stateDict());
  };
  return every === "epoch" ? { onEpochEnd: snapshot } : { onStepEnd: snapshot };
}
