import type { PredictionKind } from "./predictions.js";

/**
 * What a model says of an item: `"single"`, one of its labels; `"multi"`, each of its labels by itself, any number of them; `"regression"`,
 * a number for each of its labels, which then are the names of the numbers.
 */
export type Task = "single" | "multi" | "regression";

/** The losses that a trainer knows: for one label, for several, for numbers. */
export type LossName = "crossEntropy" | "binaryCrossEntropy" | "meanSquaredError";

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
  meanSquaredError: "regression",
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
