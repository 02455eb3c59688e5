import type { Dataset } from "../data/dataset.js";
import type { GraphClassifier } from "../models/graph-classifier.js";
import type { RunSettings } from "./prediction-run.js";

/** What `baal predict` works on: what texts and images differ in. */
export interface PredictionTask<Input> {
  /** All that decides what is written, beside the model and how it draws. */
  readonly settings: RunSettings;
  /** Column of the output that shows the item. */
  readonly column: string;
  /** Items come with an error where they cannot be predicted, in a column of its own. */
  readonly hasErrors: boolean;
  readonly open: () => Promise<OpenPrediction<Input>>;
}

export interface OpenPrediction<Input> {
  readonly model: GraphClassifier<Input>;
  /** All rows from `skipped` on, to be predicted and written together: memory stays the same however many there are. */
  readonly chunks: (skipped: number) => AsyncIterable<PredictionChunk<Input>>;
}

export interface PredictionChunk<Input> {
  /** Number of its first row in the whole data. */
  readonly start: number;
  readonly length: number;
  /**
   * The rows that can be predicted, under their numbers in the whole data: these name the draws, so a continued run gives what an
   * uninterrupted one does.
   */
  readonly dataset: Dataset<Input>;
  /** What the output shows of a row, by its number. */
  readonly shown: (row: number) => unknown;
  /** Why rows cannot be predicted, by their numbers. */
  readonly errors: ReadonlyMap<number, string>;
}

/** Cuts a stream into pieces of `size`, the last one shorter, without the first `skipped` elements. */
export async function* chunksFrom<T>(
  source: AsyncIterable<T> | Iterable<T>,
  { skipped, size }: { readonly skipped: number; readonly size: number },
): AsyncGenerator<{ readonly start: number; readonly elements: readonly T[] }> {
  let position = 0;
  let elements: T[] = [];
  for await (const element of source) {
    if (position++ < skipped) continue;
    elements.push(element);
    if (elements.length < size) continue;
    yield { start: position - elements.length, elements };
    elements = [];
  }
  if (elements.length > 0) yield { start: position - elements.length, elements };
}
