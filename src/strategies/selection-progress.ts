/** What a strategy that takes its time reports while it picks. */
export type SelectionProgress =
  /** Before all else, where a run could take more than a second: about how long at most. */
  | { readonly type: "estimate"; readonly seconds: number }
  | { readonly type: "select" /** Picks made. */; readonly done: number; readonly total: number };

/** The options of a strategy that takes its time. */
export interface SelectionWorkOptions {
  /** Makes `select` throw `E_ABORTED` when it fires. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: SelectionProgress) => void) | undefined;
}
