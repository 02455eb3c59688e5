import type { Feed } from "../../engine/runtime/session.js";

/** A graph's data inputs for a batch. */
export type InputFeeds = ReadonlyMap<string, Feed>;

/** How items of one kind become the graph's inputs. */
export interface InputAdapter<Input> {
  /**
   * Length along the sequence axis; 1 for items that have none. Throws `E_DATA` for an item that does not fit the model;
   * `item` is its dataset index, for the message.
   */
  length(input: Input, item: number): number;
  /** The graph's data inputs for a batch; item i becomes row i, padded to `paddedLength`. A promise where items are decoded. */
  feeds(inputs: readonly Input[], paddedLength: number): InputFeeds | Promise<InputFeeds>;
}
