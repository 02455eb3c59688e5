import type { BayesianModel, StateDict } from "../models/bayesian-model.js";
import { checkpointPath, readCheckpoint } from "./checkpoint.js";

/** The weights that evaluated best: in their checkpoint where checkpoints are written, in memory otherwise. */
export interface BestWeights {
  /** Called while the model has the new best weights. */
  remember(): void;
  /** Puts the best weights of `step` into the model. Throws `E_CHECKPOINT` when their checkpoint is damaged. */
  restore(step: number): Promise<void>;
}

export function createBestWeights(model: BayesianModel<never>, checkpoints: string | undefined): BestWeights {
  let copy: StateDict | undefined;
  return {
    remember() {
      if (checkpoints !== undefined) return;
      copy ??= new Map(
        [...model.stateDict()].map(([name, { dims, data }]) => [name, { dims, data: new Float32Array(data.length) }]),
      );
      for (const [name, { data }] of model.stateDict()) copy.get(name)?.data.set(data);
    },
    async restore(step) {
      if (copy !== undefined) model.loadStateDict(copy);
      else if (checkpoints !== undefined) model.loadStateDict((await readCheckpoint(checkpointPath(checkpoints, step))).weights);
    },
  };
}
