import type { SuggestedLabel } from "../ranking/ranking-calls.js";
import type { ItemRecord, LabelTask } from "../store/records.js";

/** A label as it is shown. */
export interface ShownLabel {
  readonly id: number;
  readonly name: string;
  /** Items that have it. */
  readonly count: number;
  readonly isMarked: boolean;
  readonly isHighlighted: boolean;
}

/** What is to be seen. */
export interface DeskView {
  /** `undefined` where everything is answered. */
  readonly item: ItemRecord | undefined;
  /** Of the item, by people or from the data. */
  readonly answer: readonly string[] | undefined;
  readonly suggestions: readonly SuggestedLabel[];
  /** Those that the filter leaves. */
  readonly labels: readonly ShownLabel[];
  readonly filter: string;
  readonly message: string;
  readonly isHelpShown: boolean;
  readonly task: LabelTask;
  readonly progress: { readonly answered: number; readonly skipped: number; readonly total: number; readonly here: number };
  /** How the order came about. */
  readonly order: string;
}
