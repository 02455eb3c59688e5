import type { Dataset, EncodedText } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { type Features, toLengthOne } from "../../core/features.js";
import {
  type CachedFeaturesOptions,
  type CachedFeaturesProgress,
  cachedFeatures,
  type FeatureEncoder,
} from "../../data/features/cached-features.js";
import type { ImageInput } from "../../data/images/image-input.js";
import { TextDataset } from "../../data/text/text-dataset.js";
import type { TokenizerLike } from "../../data/text/text-tokenizer.js";
import { tfIdf } from "../../data/text/tf-idf.js";

/** A frozen encoder of texts, with its own tokenizer. */
export interface TextEncoder extends FeatureEncoder<EncodedText> {
  readonly tokenizer: TokenizerLike;
  /** Most tokens that it takes. */
  readonly maxLength: number;
}

/** What items are picked by, in vectors of length 1. */
export interface ItemVectors {
  /** Row n is item n. */
  readonly items: Features;
  /** One for each name; `undefined` where none were asked for, and of images, which have no names. */
  readonly names: readonly Float32Array[] | undefined;
}

export interface VectorOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: CachedFeaturesProgress) => void) | undefined;
}

/** Gives the vectors of some items, and of names of classes beside them; those of the items are computed once. */
export type VectorSource = (names: readonly string[] | undefined, options?: VectorOptions) => Promise<ItemVectors>;

/** Of texts, by an encoder that is not trained. They are kept in `folder`. */
export function textVectors(
  texts: readonly string[],
  encoder: TextEncoder,
  { maxSeqLen, folder }: Pick<CachedFeaturesOptions, "folder"> & { readonly maxSeqLen: number },
): VectorSource {
  const vectorsOf = (some: readonly string[], options?: VectorOptions) =>
    encoded(textsAsItems(some, encoder, maxSeqLen), encoder, { folder, ...options });
  let items: Features | undefined;
  return async (names, options) => {
    items ??= await vectorsOf(texts, options);
    return { items, names: names && rows(await vectorsOf(names, { signal: options?.signal })) };
  };
}

/** Of what words the texts have ({@link tfIdf}), those of the names among them; without weights. */
export function wordVectors(texts: readonly string[]): VectorSource {
  let known: { readonly key: string; readonly vectors: ItemVectors } | undefined;
  return async (names = []) => {
    const key = names.join("\n");
    if (known?.key === key) return known.vectors;
    const all = tfIdf([...texts, ...names]);
    const items = part(all, 0, texts.length);
    known = { key, vectors: { items, names: names.length > 0 ? rows(part(all, texts.length, names.length)) : undefined } };
    return known.vectors;
  };
}

/** Of images, by a classifier whose last layer is left out. They are kept in `folder`. */
export function imageVectors(
  images: Dataset<ImageInput>,
  encoder: FeatureEncoder<ImageInput>,
  { folder }: Pick<CachedFeaturesOptions, "folder">,
): VectorSource {
  let items: Features | undefined;
  return async (_, options) => {
    items ??= await encoded(images, encoder, { folder, ...options });
    return { items, names: undefined };
  };
}

/** Texts as an encoder reads them. */
export function textsAsItems(
  texts: readonly string[],
  { tokenizer, maxLength }: Pick<TextEncoder, "tokenizer" | "maxLength">,
  maxSeqLen: number,
): TextDataset {
  return new TextDataset(
    texts.map((text) => ({ text })),
    { tokenizer, maxSeqLen: Math.min(maxSeqLen, maxLength) },
  );
}

async function encoded<Input>(
  dataset: Dataset<Input>,
  encoder: FeatureEncoder<Input>,
  options: CachedFeaturesOptions,
): Promise<Features> {
  if (dataset.length === 0) throw new BaalError("E_DATA", "There is nothing to make vectors of.");
  return toLengthOne((await cachedFeatures(encoder, dataset, options)).features);
}

function part({ data, shape: [, width] }: Features, start: number, count: number): Features {
  const indices = Array.from({ length: count }, (_, n) => n);
  return { shape: [count, width], data: data.slice(start * width, (start + count) * width), indices };
}

function rows({ data, shape: [count, width] }: Features): Float32Array[] {
  return Array.from({ length: count }, (_, n) => data.subarray(n * width, (n + 1) * width));
}
