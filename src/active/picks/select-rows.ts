import type { Dataset, EncodedText } from "../../core/dataset.js";
import { DEFAULT_MAX_SEQ_LEN } from "../../core/defaults.js";
import { BaalError } from "../../core/errors.js";
import { type Features, toLengthOne } from "../../core/features.js";
import { type CachedFeaturesProgress, cachedFeatures, type FeatureEncoder } from "../../data/features/cached-features.js";
import { FeatureDataset } from "../../data/features/feature-dataset.js";
import { encodeLabels } from "../../data/rows/encode-labels.js";
import { type Row, showValue } from "../../data/rows/row.js";
import { labelNormalizer } from "../../data/rows/similar-labels.js";
import { TextDataset } from "../../data/text/text-dataset.js";
import type { TokenizerLike } from "../../data/text/text-tokenizer.js";
import { tfIdf } from "../../data/text/tf-idf.js";
import { namesOfLabels } from "../../models/checkpoint/model-labels.js";
import { type PickedItems, type PickOptions, pickItems } from "./pick-items.js";

/** A frozen encoder of texts, with its own tokenizer. */
export interface TextEncoder extends FeatureEncoder<EncodedText> {
  readonly tokenizer: TokenizerLike;
  /** Most tokens that it takes. */
  readonly maxLength: number;
}

export interface SelectRowsOptions extends Pick<PickOptions, "count" | "strategy" | "seed" | "signal"> {
  /** `"tfidf"`: vectors of what words the texts have ({@link tfIdf}), where there is no encoder; they are not cached. */
  readonly encoder: TextEncoder | "tfidf";
  /** Where the texts' vectors are kept, so that each is computed once. */
  readonly cacheFolder: string;
  /** `"text"` by default. */
  readonly textColumn?: string | undefined;
  /** `"label"` by default. An empty value, or none, is an item without a label. */
  readonly labelColumn?: string | undefined;
  /** Classes that may have no label yet; those of the rows are known without. */
  readonly labels?: readonly string[] | undefined;
  /** Takes labels for one that differ only in blanks, case or Unicode form. Otherwise they are warned of. */
  readonly normalizeLabels?: boolean | undefined;
  /** Most tokens per text; 128 by default, and never more than the encoder takes. */
  readonly maxSeqLen?: number | undefined;
  /** A row by its position, for error messages. */
  readonly where?: ((position: number) => string) | undefined;
  readonly onProgress?: ((event: CachedFeaturesProgress) => void) | undefined;
}

/** As {@link PickedItems}, each index being a row's position. */
export interface SelectedRows extends PickedItems {
  readonly labels: readonly string[];
  /** Whether the labels' names took part as what is known of the classes. */
  readonly areNamesUsed: boolean;
  /** Rows that were left out for having no text. */
  readonly withoutText: number;
  /** Rows that were left out for having the text of another row: one that is labelled, or one before them. */
  readonly repeated: number;
}

/**
 * Picks the rows that are worth labelling next, of rows some of which have a label: the texts are embedded once, and {@link pickItems} does the
 * rest. Throws `E_DATA` for texts or labels that are of no use, and what it and {@link cachedFeatures} throw.
 */
export async function selectRows(rows: readonly Row[], options: SelectRowsOptions): Promise<SelectedRows> {
  const { encoder, textColumn = "text", where = (position) => `Row ${position}` } = options;
  const withText = rowsWithText(rows, textColumn, where);
  const { labels, targets, names } = readLabels(rows, withText, options);
  const copies = copiesOf(
    withText.map((position) => String(rows[position]![textColumn]).trim()),
    targets,
  );

  const texts = [...withText.map((position) => String(rows[position]![textColumn])), ...(names ?? [])];
  const features = encoder === "tfidf" ? tfIdf(texts) : await embedded(texts, encoder, options);
  const items = new FeatureDataset(
    { length: withText.length, at: (n) => ({ index: n, input: undefined, target: targets[n] }) } satisfies Dataset<undefined>,
    firstRows(features, withText.length),
  );
  const width = features.shape[1];
  const { count, strategy, seed, signal } = options;
  const picked = await pickItems(items, labels, {
    ...{ count, strategy, seed, signal, excluded: copies },
    names: names?.map((_, c) => features.data.subarray((withText.length + c) * width, (withText.length + c + 1) * width)),
  });
  return {
    ...picked,
    picks: picked.picks.map((pick) => ({ ...pick, index: withText[pick.index]! })),
    ...{ labels, areNamesUsed: names !== undefined, withoutText: rows.length - withText.length, repeated: copies.length },
  };
}

/** Vectors of length 1, from the cache as far as they are there. */
async function embedded(
  texts: readonly string[],
  encoder: TextEncoder,
  { maxSeqLen = DEFAULT_MAX_SEQ_LEN, cacheFolder: folder, signal, onProgress }: SelectRowsOptions,
): Promise<Features> {
  const dataset = new TextDataset(
    texts.map((text) => ({ text })),
    { tokenizer: encoder.tokenizer, maxSeqLen: Math.min(maxSeqLen, encoder.maxLength) },
  );
  return toLengthOne((await cachedFeatures(encoder, dataset, { folder, signal, onProgress })).features);
}

/** Positions of the rows that have a text. Throws `E_DATA` for a value that is none, and where there is no text at all. */
function rowsWithText(rows: readonly Row[], column: string, where: (position: number) => string): number[] {
  const positions = rows.flatMap((row, position) => {
    const value = row[column] ?? "";
    if (typeof value === "string") return value.trim() === "" ? [] : [position];
    throw new BaalError("E_DATA", `${where(position)}, column "${column}": a text is needed, ${showValue(value)} came.`);
  });
  if (positions.length === 0) throw new BaalError("E_DATA", `No row has a text in column "${column}".`);
  return positions;
}

function readLabels(
  rows: readonly Row[],
  positions: readonly number[],
  { labelColumn = "label", labels: given = [], normalizeLabels, where = (position) => `Row ${position}` }: SelectRowsOptions,
) {
  const values = positions.map((position) => rows[position]![labelColumn]);
  const place = (n: number) => `${where(positions[n]!)}, column "${labelColumn}"`;
  const { labels: found, task, targets: own } = encodeLabels(values, place, { normalizeLabels });
  if (task !== "single") {
    throw new BaalError("E_DATA", `Column "${labelColumn}" holds lists of labels; rows are picked for one label per text.`);
  }
  const nameOf = normalizeLabels ? labelNormalizer([...given, ...found]) : (label: string) => label;
  const labels = [...new Set([...given, ...found].map(nameOf))];
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const targets = own.map((target) => (typeof target === "number" ? indexOf.get(nameOf(found[target]!)) : undefined));
  return { labels, targets, names: labels.length > 1 ? namesOfLabels(labels) : undefined };
}

/** Unlabelled items whose text another item has: a labelled one, or an unlabelled one before it. */
function copiesOf(texts: readonly string[], targets: readonly (number | undefined)[]): number[] {
  const seen = new Set(texts.filter((_, n) => targets[n] !== undefined));
  return texts.flatMap((text, n) => {
    if (targets[n] !== undefined) return [];
    if (seen.has(text)) return [n];
    seen.add(text);
    return [];
  });
}

function firstRows({ shape: [, width], data, indices }: Features, count: number): Features {
  return { shape: [count, width], data: data.subarray(0, count * width), indices: indices.slice(0, count) };
}
