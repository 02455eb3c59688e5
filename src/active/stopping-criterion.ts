/** What one step of an active-learning run left behind; all that a stopping criterion sees. JSON values throughout. */
export interface StepRecord {
  /** From 0. */
  readonly step: number;
  /** Labelled items that the model was trained on in this step. */
  readonly numLabelled: number;
  /** Unlabelled items before this step's labels. */
  readonly poolSize: number;
  /** Evaluation of the model trained in this step. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Mean score of all candidates of this step, where the strategy scored them. */
  readonly meanScore?: number | undefined;
  /** Most probable class of each item of a fixed set, in its order, where one was given. */
  readonly predictedClasses?: readonly number[] | undefined;
}

/**
 * Decides from the steps so far whether to go on. A pure function of the history, so that a resumed run decides as an
 * uninterrupted one, and that asking twice changes nothing.
 */
export interface StoppingCriterion {
  readonly name: string;
  /** Why to stop after the last step of `history`, as a sentence for the log; `undefined` to go on. Throws `E_ARGUMENT` when a record lacks what it looks at. */
  reasonToStop(history: readonly StepRecord[]): string | undefined;
}
