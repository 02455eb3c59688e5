import type { LogEntry, TrainerState } from "./trainer-state.js";
import type { ResolvedTrainingArguments } from "./training-arguments.js";

/** What a callback may ask for. The trainer sets the last three before every `onStepEnd` from its strategies. */
export interface TrainerControl {
  /** Ends training after this step. */
  shouldStop: boolean;
  shouldLog: boolean;
  shouldEvaluate: boolean;
  shouldSave: boolean;
}

/** What belongs to one event only. */
export interface CallbackDetails {
  readonly args: ResolvedTrainingArguments;
  /** In `onLog` and `onEvaluate`: the new entry of the log. */
  readonly entry?: LogEntry;
  /** In `onSave`: the checkpoint's folder. */
  readonly checkpoint?: string;
}

type Hook = (state: TrainerState, control: TrainerControl, details: CallbackDetails) => void | Promise<void>;

/**
 * Hooks with Hugging Face's names, awaited one after the other. After a step the order is: `onStepEnd`, `onEpochEnd` (when it
 * was the last of its epoch), `onLog`, `onEvaluate`, `onSave`, as far as each is due. An error that a hook throws ends training.
 */
export interface TrainerCallback {
  readonly onTrainBegin?: Hook;
  /** Also called when a resumed run continues within an epoch. */
  readonly onEpochBegin?: Hook;
  readonly onStepEnd?: Hook;
  readonly onEpochEnd?: Hook;
  readonly onLog?: Hook;
  readonly onEvaluate?: Hook;
  readonly onSave?: Hook;
  readonly onTrainEnd?: Hook;
}
