import type { PredictionKind } from "./predictions.js";

/**
 * What a model says of an item: `"single"`, one of its labels; `"multi"`, each of its labels by itself, any number of them; `"regression"`,
 * a number for each of its labels, which then are the names of the numbers.
 */
export type Task = "single" | "multi" | "regression";

/**
 * The losses that a trainer knows. For one label: `crossEntropy`. For several: `binaryCrossEntropy`, or `sigmoidFocal`, in which what is sure counts less
 * (Lin et al. 2017, arXiv:1708.02002). For numbers: `meanSquaredError`, `huber`, which outliers pull at less (Huber 1964), or `gaussianNll`,
 * which also learns the variance of the noise (Nix and Weigend 1994).
 */
export type LossName = "crossEntropy" | "binaryCrossEntropy" | "sigmoidFocal" | "meanSquaredError" | "huber" | "gaussianNll";

/** The loss that a model of a task is trained with when nobody says otherwise. */
export const LOSS_OF_TASK: Readonly<Record<Task, LossName>> = {
  single: "crossEntropy",
  multi: "binaryCrossEntropy",
  regression: "meanSquaredError",
};

/** The task whose targets a loss takes. */
export const TASK_OF_LOSS: Readonly<Record<LossName, Task>> = {
  crossEntropy: "single",
  binaryCrossEntropy: "multi",
  sigmoidFocal: "multi",
  meanSquaredError: "regression",
  huber: "regression",
  gaussianNll: "regression",
};

/** The kind of what a model of a task gives: its raw outputs. */
export const KIND_OF_TASK: Readonly<Record<Task, PredictionKind>> = {
  single: "logits",
  multi: "sigmoidLogits",
  regression: "values",
};

/** The task whose predictions are of a kind. */
export const TASK_OF_KIND: Readonly<Record<PredictionKind, Task>> = {
  logits: "single",
  probabilities: "single",
  sigmoidLogits: "multi",
  sigmoid: "multi",
  values: "regression",
};
