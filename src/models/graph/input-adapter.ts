import type { Example } from "../../core/dataset.js";
import type { Graph } from "../../engine/onnx/graph.js";
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
  /** Whether padding changes the result of an item, so that only items of one length may share a batch; false by default. */
  readonly seesPadding?: boolean | undefined;
  /** The graph's data inputs for a batch; item i becomes row i, padded to `paddedLength`. A promise where items are decoded. */
  feeds(inputs: readonly Input[], paddedLength: number): InputFeeds | Promise<InputFeeds>;
}

/** The length of each item. Throws as {@link InputAdapter.length}. */
export function lengthsOf<Input>(adapter: InputAdapter<Input>, examples: readonly Example<Input>[]): number[] {
  return examples.map(({ input, index }) => adapter.length(input, index));
}

/** The places of a batch's items in the batches that it falls into where padding would be seen: by length, in their order. */
export function unpaddedParts<Input>(adapter: InputAdapter<Input>, batch: readonly Example<Input>[]): (readonly number[])[] {
  if (!adapter.seesPadding) return [[...batch.keys()]];
  const byLength = new Map<number, number[]>();
  for (const [place, length] of lengthsOf(adapter, batch).entries()) {
    byLength.set(length, [...(byLength.get(length) ?? []), place]);
  }
  return [...byLength.values()];
}

/** A graph's data inputs for a batch, padded to the longest item. */
export async function inputsOf<Input>(adapter: InputAdapter<Input>, batch: readonly Example<Input>[]): Promise<InputFeeds> {
  const inputs = batch.map(({ input }) => input);
  return adapter.feeds(inputs, Math.max(...lengthsOf(adapter, batch)));
}

/** Adds those of `inputs` that the graph reads. */
export function addInputs(feeds: Map<string, Feed>, graph: Graph, inputs: ReadonlyMap<string, Feed>): void {
  for (const [name, feed] of inputs) if (graph.inputs.has(name) || graph.parameters.has(name)) feeds.set(name, feed);
}
