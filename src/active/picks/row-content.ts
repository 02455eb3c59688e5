import type { Dataset } from "../../core/dataset.js";
import { itemsAt } from "../../core/dataset-view.js";
import { BaalError } from "../../core/errors.js";
import { contentKey } from "../../data/content-key.js";
import type { FeatureEncoder } from "../../data/features/cached-features.js";
import type { ImageInput } from "../../data/images/image-input.js";
import { type Row, showValue } from "../../data/rows/row.js";
import { WORDS_ALONE } from "../../data/text/tf-idf.js";
import { imageVectors, type TextEncoder, textVectors, type VectorSource, wordVectors } from "./item-vectors.js";

/** What rows are about: texts, or images. */
export interface RowContent {
  /** Positions of the rows that have a content. */
  readonly positions: readonly number[];
  /** In their order: equal where the contents are. */
  readonly keys: readonly string[];
  /** In their order. */
  readonly vectors: VectorSource;
  /** Whether a class's name is such an item, too. */
  readonly canName: boolean;
}

export interface TextContentOptions {
  /** An encoder, or `"tfidf"`: vectors of what words the texts have, which are not kept. */
  readonly encoder: TextEncoder | typeof WORDS_ALONE;
  readonly textColumn: string;
  /** Most tokens per text; never more than the encoder takes. */
  readonly maxSeqLen: number;
  /** Where the vectors are kept, so that each is computed once. */
  readonly folder: string;
  /** A row by its position, for error messages. */
  readonly where: (position: number) => string;
}

/** Rows of texts. Throws `E_DATA` for a value that is none, and where there is no text at all. */
export function textContent(
  rows: readonly Row[],
  { encoder, textColumn: column, where, ...options }: TextContentOptions,
): RowContent {
  const positions = rows.flatMap((row, position) => {
    const value = row[column] ?? "";
    if (typeof value === "string") return value.trim() === "" ? [] : [position];
    throw new BaalError("E_DATA", `${where(position)}, column "${column}": a text is needed, ${showValue(value)} came.`);
  });
  if (positions.length === 0) throw new BaalError("E_DATA", `No row has a text in column "${column}".`);
  const texts = positions.map((position) => String(rows[position]![column]));
  return {
    positions,
    keys: texts.map((text) => text.trim()),
    vectors: encoder === WORDS_ALONE ? wordVectors(texts) : textVectors(texts, encoder, options),
    canName: true,
  };
}

/** Rows of images, row n being item n of `images`. Reads each once. Throws `E_IMAGE`. */
export async function imageContent(
  images: Dataset<ImageInput>,
  { encoder, folder }: { readonly encoder: FeatureEncoder<ImageInput>; readonly folder: string },
): Promise<RowContent> {
  const positions = Array.from({ length: images.length }, (_, n) => n);
  const keys: string[] = [];
  for (const n of positions) keys.push(await contentKey(images.at(n).input, n));
  return { positions, keys, vectors: imageVectors(itemsAt(images, positions), encoder, { folder }), canName: false };
}
