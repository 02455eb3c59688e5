/**
 * The answer that an item should be predicted as: a class index, one 0/1 (or `null`, unknown) per label for multi-label data,
 * or numbers for regression. `undefined`: not labelled.
 */
export type Target = number | readonly (number | null)[] | undefined;

/** One item of a data set. `index` is its dataset index: the name of the item everywhere, in views of the data set too. */
export interface Example<Input> {
  readonly index: number;
  readonly input: Input;
  readonly target: Target;
}

/** A sized, random-access collection. Positions run from 0 to `length - 1`; an example's `index` may differ (views, pools). */
export interface Dataset<Input> {
  readonly length: number;
  /** Throws `E_ARGUMENT` for a position out of range. */
  at(position: number): Example<Input>;
  /** The same items as training shall see them in one epoch, counted from 0: with that epoch's augmentations, for example. */
  inEpoch?(epoch: number): Dataset<Input>;
}

/** Rows by position: an array, or a file that is read row by row. */
export interface RowItems {
  readonly length: number;
  at(position: number): Readonly<Record<string, unknown>> | undefined;
}

/** Items that are no data set yet: texts (or paths of images), or rows with named columns. */
export type RawItems = readonly string[] | readonly object[] | RowItems;

/** Items as a trainer takes them: a data set, or whatever its model makes one of, see `BayesianModel.datasetOf`. */
export type Items<Input> = Dataset<Input> | RawItems;

/** A tokenized text (or text pair) with its special tokens, not padded. `tokenTypeIds` only where the tokenizer makes them. */
export interface EncodedText {
  readonly inputIds: Int32Array;
  readonly tokenTypeIds?: Int32Array | undefined;
}
