import { z } from "zod";

/** JSON has no NaN: a metric that is not a number comes back as NaN. */
const metric = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const LOG_ENTRY = z.object({
  /** `"train"`: mean loss since the entry before, and the rate; `"evaluate"`: the metrics. */
  kind: z.enum(["train", "evaluate"]),
  step: z.int(),
  epoch: z.number(),
  values: z.record(z.string(), metric).readonly(),
});

/** The state of a run as it goes into checkpoints. */
export const TRAINER_STATE = z.object({
  globalStep: z.int().min(0),
  maxSteps: z.int().min(1),
  epoch: z.number(),
  stepsPerEpoch: z.int().min(1),
  lossSum: z.number(),
  unloggedLossSum: z.number(),
  unloggedSteps: z.int().min(0),
  bestMetric: z.number().nullable(),
  bestStep: z.int().nullable(),
  logHistory: z.array(LOG_ENTRY.readonly()),
});

/** One line of the log. */
export type LogEntry = Readonly<z.output<typeof LOG_ENTRY>>;

export type MutableTrainerState = z.output<typeof TRAINER_STATE>;

/** Where a run stands; what callbacks see. */
export interface TrainerState {
  /** Optimizer steps done. */
  readonly globalStep: number;
  /** Steps of the whole run. */
  readonly maxSteps: number;
  /** Passes over the data done, with the fraction of the current one. */
  readonly epoch: number;
  readonly stepsPerEpoch: number;
  /** Sum of the losses of all steps. */
  readonly lossSum: number;
  /** Sum and number of the losses since the last entry of the log. */
  readonly unloggedLossSum: number;
  readonly unloggedSteps: number;
  /** The best value of `metricForBestModel` and its step; `null` before the first evaluation. */
  readonly bestMetric: number | null;
  readonly bestStep: number | null;
  /** All entries of the log, oldest first. */
  readonly logHistory: readonly LogEntry[];
}

/** The state before the first step. */
export function initialTrainerState(plan: { readonly totalSteps: number; readonly stepsPerEpoch: number }): MutableTrainerState {
  return {
    globalStep: 0,
    maxSteps: plan.totalSteps,
    epoch: 0,
    stepsPerEpoch: plan.stepsPerEpoch,
    lossSum: 0,
    unloggedLossSum: 0,
    unloggedSteps: 0,
    bestMetric: null,
    bestStep: null,
    logHistory: [],
  };
}
