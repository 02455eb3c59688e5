import { BaalError } from "../errors.js";
import type { Dataset, EncodedText, Example, Target } from "./dataset.js";
import { encodeLabels, type LabelOptions, type Task } from "./encode-labels.js";
import { type Row, requireColumns, showValue } from "./row.js";
import type { TokenizerLike } from "./tokenizer-like.js";

export interface HuggingFaceDatasetsOptions extends LabelOptions {
  readonly tokenizer: TokenizerLike;
  /** Column of the text. `"text"` by default. */
  readonly inputKey?: string;
  /** Column of the second text where items are text pairs. */
  readonly pairKey?: string;
  /** Column of the label; rows without a value there are unlabelled items. `"label"` by default, which may be absent. */
  readonly targetKey?: string;
  /** Most tokens per item, special ones included. 128 by default. */
  readonly maxSeqLen?: number;
}

/**
 * Rows as a data set of tokenized texts. Dataset indices are row numbers, from 0. Texts and labels are checked at once,
 * texts are tokenized when they are first asked for and kept. How labels are read: {@link encodeLabels}.
 *
 * The constructor throws `E_DATA` for a missing column or a text that is no string, `E_LABEL_UNKNOWN` for a label that
 * is not among `labels`.
 */
export class HuggingFaceDatasets implements Dataset<EncodedText> {
  /** Class names; a class's index is its position. */
  readonly labels: readonly string[];
  readonly task: Task;
  readonly #rows: readonly Row[];
  readonly #targets: readonly Target[];
  readonly #encoded: (EncodedText | undefined)[];
  readonly #tokenizer: TokenizerLike;
  readonly #inputKey: string;
  readonly #pairKey: string | undefined;
  readonly #maxLength: number;

  constructor(rows: readonly Row[], options: HuggingFaceDatasetsOptions) {
    const { inputKey = "text", targetKey = "label", pairKey, maxSeqLen = 128 } = options;
    if (!Number.isInteger(maxSeqLen) || maxSeqLen < 1) {
      throw new BaalError("E_ARGUMENT", `maxSeqLen is a number of tokens, at least 1; ${maxSeqLen} came.`);
    }
    checkTexts(rows, pairKey === undefined ? [inputKey] : [inputKey, pairKey]);
    if (options.targetKey !== undefined) checkTargetColumn(rows, options.targetKey);
    const values = rows.map((row) => row[targetKey]);
    const where = (position: number) => `Row ${position}, column ${JSON.stringify(targetKey)}`;
    const { labels, task, targets } = encodeLabels(values, where, options);
    this.labels = labels;
    this.task = task;
    this.#rows = rows;
    this.#targets = targets;
    this.#encoded = new Array<EncodedText | undefined>(rows.length);
    this.#tokenizer = options.tokenizer;
    this.#inputKey = inputKey;
    this.#pairKey = pairKey;
    this.#maxLength = maxSeqLen;
  }

  get length(): number {
    return this.#rows.length;
  }

  at(position: number): Example<EncodedText> {
    const row = this.row(position);
    let input = this.#encoded[position];
    if (!input) {
      input = this.#encode(row);
      this.#encoded[position] = input;
    }
    return { index: position, input, target: this.#targets[position] };
  }

  /** The row as it came. Throws `E_ARGUMENT` for a position out of range. */
  row(position: number): Row {
    const row = this.#rows[position];
    if (row) return row;
    throw new BaalError("E_ARGUMENT", `Item ${position} is not in a data set of ${this.length} items (0 to ${this.length - 1}).`);
  }

  /** The item's text; of a pair, the first. Throws `E_ARGUMENT` for a position out of range. */
  text(position: number): string {
    return this.row(position)[this.#inputKey] as string;
  }

  #encode(row: Row): EncodedText {
    const pair = this.#pairKey === undefined ? {} : { pair: row[this.#pairKey] as string };
    return this.#tokenizer.encode(row[this.#inputKey] as string, { ...pair, maxLength: this.#maxLength });
  }
}

/** A label column that was asked for by name and that no row has is a misspelling, not unlabelled data. */
function checkTargetColumn(rows: readonly Row[], key: string): void {
  if (rows.some((row) => key in row)) return;
  requireColumns([key], [...new Set(rows.flatMap((row) => Object.keys(row)))], "The data set");
}

function checkTexts(rows: readonly Row[], keys: readonly string[]): void {
  for (const [position, row] of rows.entries()) {
    for (const key of keys) {
      const value = row[key];
      if (typeof value === "string") continue;
      requireColumns([key], Object.keys(row), `Row ${position}`);
      throw new BaalError(
        "E_DATA",
        `Row ${position}, column ${JSON.stringify(key)}: a text is needed, ${showValue(value)} came.`,
      );
    }
  }
}
