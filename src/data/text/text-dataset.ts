import { LRUCache } from "lru-cache";
import type { Dataset, EncodedText, Example, RawItems, Target } from "../../core/dataset.js";
import { checkPosition } from "../../core/dataset-view.js";
import { DEFAULT_MAX_SEQ_LEN } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import { type LossName, TASK_OF_LOSS, type Task } from "../../core/task.js";
import { encodeLabels, type LabelOptions } from "../rows/encode-labels.js";
import { type Row, type RowSource, requireColumns, showValue } from "../rows/row.js";
import type { TokenizerLike } from "./text-tokenizer.js";

/** How rows become token ids and targets. */
export interface TextDatasetOptions extends LabelOptions {
  readonly tokenizer: TokenizerLike;
  /** Column of the text. `"text"` by default. */
  readonly inputKey?: string | undefined;
  /** Column of the second text where items are text pairs. */
  readonly pairKey?: string | undefined;
  /** Column of the label; rows without a value there are unlabelled items. `"label"` by default, which may be absent. */
  readonly targetKey?: string | undefined;
  /** Most tokens per item, special ones included. 128 by default. */
  readonly maxSeqLen?: number | undefined;
  /** Most tokenized texts kept for the next time, where memory counts more than time. All by default. */
  readonly cacheSize?: number | undefined;
  /** Names a row in messages by its position; `Row 3` by default. */
  readonly where?: ((position: number) => string) | undefined;
}

/**
 * Rows as a data set of tokenized texts. Dataset indices are row numbers, from 0. Texts and labels are checked at once,
 * texts are tokenized when they are first asked for and kept. The rows may stay on the disk: `FileBackedRows`. How labels are read: {@link encodeLabels}.
 *
 * The constructor throws `E_DATA` for a missing column or a text that is no string, `E_LABEL_UNKNOWN` for a label that
 * is not among `labels`.
 *
 * @example
 * ```ts with=text
 * import { TextDataset } from "baaljs";
 *
 * const texts = new TextDataset(rows, { tokenizer: model.tokenizer, labels, targetKey: "label", maxSeqLen: 64 });
 * console.log(texts.at(0)); // { index: 0, input: { inputIds }, target: 0 }
 * ```
 */
export class TextDataset implements Dataset<EncodedText> {
  /** Class names; a class's index is its position. */
  readonly labels: readonly string[];
  readonly task: Task;
  readonly #rows: RowSource;
  readonly #targets: readonly Target[];
  readonly #encoded: Map<number, EncodedText> | LRUCache<number, EncodedText>;
  readonly #tokenizer: TokenizerLike;
  readonly #inputKey: string;
  readonly #pairKey: string | undefined;
  readonly #maxLength: number;

  constructor(rows: RowSource, options: TextDatasetOptions) {
    const { inputKey = "text", targetKey = "label", pairKey, maxSeqLen = DEFAULT_MAX_SEQ_LEN, cacheSize } = options;
    if (!Number.isInteger(maxSeqLen) || maxSeqLen < 1) {
      throw new BaalError("E_ARGUMENT", `maxSeqLen is a number of tokens, at least 1; ${maxSeqLen} came.`);
    }
    if (cacheSize !== undefined && (!Number.isInteger(cacheSize) || cacheSize < 1)) {
      throw new BaalError("E_ARGUMENT", `cacheSize is a number of texts, at least 1; ${cacheSize} came.`);
    }
    const { where: place = (position) => `Row ${position}` } = options;
    const values = readValues(rows, { textKeys: pairKey === undefined ? [inputKey] : [inputKey, pairKey], targetKey, place });
    if (options.targetKey !== undefined) checkTargetColumn(rows, values, options.targetKey);
    const where = (position: number) => `${place(position)}, column ${JSON.stringify(targetKey)}`;
    const { labels, task, targets } = encodeLabels(values, where, options);
    this.labels = labels;
    this.task = task;
    this.#rows = rows;
    this.#targets = targets;
    this.#encoded = cacheSize === undefined ? new Map() : new LRUCache({ max: Math.max(1, Math.min(cacheSize, rows.length)) });
    this.#tokenizer = options.tokenizer;
    this.#inputKey = inputKey;
    this.#pairKey = pairKey;
    this.#maxLength = maxSeqLen;
  }

  get length(): number {
    return this.#rows.length;
  }

  at(position: number): Example<EncodedText> {
    let input = this.#encoded.get(position);
    if (!input) {
      input = this.#encode(this.row(position));
      this.#encoded.set(position, input);
    }
    return { index: position, input, target: this.#targets[position] };
  }

  /** The row as it came. Throws `E_ARGUMENT` for a position out of range. */
  row(position: number): Row {
    checkPosition(position, this.length);
    return this.#rows.at(position)!;
  }

  /** The item's text; of a pair, the first. Throws `E_ARGUMENT` for a position out of range. */
  text(position: number): string {
    return this.row(position)[this.#inputKey] as string;
  }

  #encode(row: Row): EncodedText {
    const pair = this.#pairKey === undefined ? undefined : (row[this.#pairKey] as string);
    return this.#tokenizer.encode(row[this.#inputKey] as string, { pair, maxLength: this.#maxLength });
  }
}

export interface TextItemsOptions {
  /** Of the model that the texts are for. */
  readonly tokenizer: TokenizerLike;
  readonly labels: readonly string[];
  /** Most tokens that the model takes. */
  readonly maxLength: number;
  /** Labels, in the column `label`, are read as targets of this loss; without it they are not looked at. */
  readonly loss?: LossName | undefined;
}

/** Texts, or rows with the columns `text` and `label`, as a data set. Throws as {@link TextDataset}, and says how other columns are named. */
export function textItems(items: RawItems, { tokenizer, labels, maxLength, loss }: TextItemsOptions): TextDataset {
  const first: unknown = items.at(0);
  if (typeof first === "object" && first !== null && !("text" in first)) {
    const columns = Object.keys(first).join(", ");
    throw new BaalError(
      "E_DATA",
      `Row 0 has no column "text"; its columns are ${columns}. Name others: new TextDataset(rows, { tokenizer, labels, inputKey, targetKey }).`,
    );
  }
  const rowAt = (position: number): Row => {
    const item = items.at(position) as string | Row;
    if (typeof item === "string") return { text: item };
    return loss === undefined ? { text: item["text"] } : item;
  };
  const task = loss === undefined ? undefined : TASK_OF_LOSS[loss];
  const maxSeqLen = Math.min(DEFAULT_MAX_SEQ_LEN, maxLength);
  return new TextDataset({ length: items.length, at: rowAt }, { tokenizer, labels, task, maxSeqLen });
}

/** A label column that was asked for by name and that no row has is a misspelling, not unlabelled data. */
function checkTargetColumn(rows: RowSource, values: readonly unknown[], key: string): void {
  if (values.some((value) => value !== undefined)) return;
  const columns = new Set<string>();
  for (let position = 0; position < rows.length; position++) {
    const row = rows.at(position)!;
    if (key in row) return;
    for (const column of Object.keys(row)) columns.add(column);
  }
  requireColumns([key], [...columns], "The data set");
}

/** The label of each row, in one pass that checks the texts, too. Equal names are one string: a file makes a new one per row. */
function readValues(
  rows: RowSource,
  {
    textKeys,
    targetKey,
    place,
  }: { readonly textKeys: readonly string[]; readonly targetKey: string; readonly place: (position: number) => string },
): unknown[] {
  const names = new Map<string, string>();
  const shared = (value: unknown) => {
    if (typeof value !== "string") return value;
    const known = names.get(value);
    if (known === undefined) names.set(value, value);
    return known ?? value;
  };
  return Array.from({ length: rows.length }, (_, position) => {
    const row = rows.at(position)!;
    checkTexts(row, () => place(position), textKeys);
    return shared(row[targetKey]);
  });
}

function checkTexts(row: Row, place: () => string, keys: readonly string[]): void {
  for (const key of keys) {
    const value = row[key];
    if (typeof value === "string") continue;
    requireColumns([key], Object.keys(row), place());
    throw new BaalError("E_DATA", `${place()}, column ${JSON.stringify(key)}: a text is needed, ${showValue(value)} came.`);
  }
}
