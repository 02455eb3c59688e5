import type { Feed } from "../runtime/session.js";

/** How items of one kind become the graph's inputs. */
export interface InputAdapter<Input> {
  /** Length along the sequence axis; 1 for items that have none. Throws `E_DATA` for an item that does not fit the model. */
  length(input: Input): number;
  /** The graph's data inputs for a batch; item i becomes row i, padded to `paddedLength`. */
  feeds(inputs: readonly Input[], paddedLength: number): Map<string, Feed>;
}
