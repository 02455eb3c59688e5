import type { Optimizer } from "../../models/bayesian-model.js";
import type { OptimizerName, ResolvedTrainingArguments } from "../training-arguments.js";
import { AdamW } from "./adamw.js";
import { Sgd } from "./sgd.js";

type Settings = Pick<
  ResolvedTrainingArguments,
  "weightDecay" | "adamBeta1" | "adamBeta2" | "adamEpsilon" | "sgdMomentum" | "sgdNesterov"
>;

/** The optimizers that training arguments can name. */
const OPTIMIZERS = {
  adamw: ({ adamBeta1, adamBeta2, adamEpsilon, weightDecay }: Settings): Optimizer =>
    new AdamW({ beta1: adamBeta1, beta2: adamBeta2, epsilon: adamEpsilon, weightDecay }),
  sgd: ({ sgdMomentum, sgdNesterov, weightDecay }: Settings): Optimizer =>
    new Sgd({ momentum: sgdMomentum, nesterov: sgdNesterov, weightDecay }),
} satisfies Readonly<Record<OptimizerName, (settings: Settings) => Optimizer>>;

/** A fresh optimizer with the settings of a run. */
export function createOptimizer(args: Settings & { readonly optim: OptimizerName }): Optimizer {
  return OPTIMIZERS[args.optim](args);
}
