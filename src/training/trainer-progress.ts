import type { LearnResult } from "./training-steps.js";

/** What a trainer reports while it works. */
export type TrainerProgress =
  | {
      readonly type: "train";
      /** Steps done, from 1. */
      readonly step: number;
      readonly totalSteps: number;
      /** Passes over the data done, with the fraction of the current one. */
      readonly epoch: number;
      readonly loss: number;
      /** Before clipping. */
      readonly gradientNorm: number;
      readonly learningRate: number;
      /** Of semi-supervised training: see {@link LearnResult}. */
      readonly unlabelled?: LearnResult["unlabelled"];
    }
  | { readonly type: "evaluate" | "predict" /** Items done. */; readonly done: number; readonly total: number }
  | { readonly type: "save"; readonly step: number; readonly path: string }
  | { readonly type: "warning"; readonly message: string };

export type ProgressListener = (event: TrainerProgress) => void;
