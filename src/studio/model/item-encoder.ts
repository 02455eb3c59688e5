import { textsAsItems } from "../../active/picks/item-vectors.js";
import { type Features, toLengthOne } from "../../core/features.js";
import { type CachedFeaturesOptions, cachedFeatures } from "../../data/features/cached-features.js";
import { WORDS_ALONE } from "../../data/text/tf-idf.js";
import { namesOfLabels } from "../../models/checkpoint/model-labels.js";
import type { EncoderOptions } from "./image-encoder.js";

export interface VectorOptions {
  /** Where vectors are kept. */
  readonly cacheFolder: string;
  /** Most tokens of a text. */
  readonly maxSeqLen: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: CachedFeaturesOptions["onProgress"];
}

/** A frozen model by which a project's items are compared. */
export interface ItemEncoder {
  /** One vector, as the encoder gives it, for each text or image file. */
  vectors(contents: readonly string[], options: VectorOptions): Promise<Features>;
  /** Whether vectors are made of all items together, so that new items change those of all. */
  readonly isOfAll: boolean;
  /** Of an image network's last feature map: `[channels, height, width]`. */
  readonly lastMap: readonly [number, number, number] | undefined;
  /** The labels' names as vectors of length 1, where they say something. */
  vectorsOfNames(labels: readonly string[], options: VectorOptions): Promise<Float32Array[] | undefined>;
}

/** Loads a model as an encoder. Throws what loading throws, with its code. */
export async function openEncoder(options: EncoderOptions): Promise<ItemEncoder> {
  if (options.kind === "image") return imageEncoder(options);
  return options.model === WORDS_ALONE ? wordEncoder() : textEncoder(options);
}

/** What words the texts have, without weights. */
async function wordEncoder(): Promise<ItemEncoder> {
  const { tfIdf } = await import("../../data/text/tf-idf.js");
  return {
    ...{ isOfAll: true, lastMap: undefined },
    vectors: (texts) => Promise.resolve(tfIdf(texts)),
    vectorsOfNames: () => Promise.resolve(undefined),
  };
}

async function textEncoder({ model: name, signal, onDownload, onnxFile, device, threads }: EncoderOptions): Promise<ItemEncoder> {
  const { TextClassifier } = await import("../../models/text/text-classifier.js");
  const model = await TextClassifier.encoder(name, { device, threads, onnxFile, signal, onProgress: onDownload });
  const vectors: ItemEncoder["vectors"] = async (texts, { cacheFolder: folder, maxSeqLen, ...rest }) => {
    const dataset = textsAsItems(texts, model, maxSeqLen);
    return (await cachedFeatures(model, dataset, { folder, ...rest })).features;
  };
  return {
    vectors,
    isOfAll: false,
    lastMap: undefined,
    async vectorsOfNames(labels, how) {
      const names = labels.length > 1 ? namesOfLabels(labels) : undefined;
      if (names === undefined) return undefined;
      const { data, shape } = toLengthOne(await vectors(names, { ...how, onProgress: undefined }));
      return names.map((_, c) => data.subarray(c * shape[1], (c + 1) * shape[1]));
    },
  };
}

async function imageEncoder(options: EncoderOptions): Promise<ItemEncoder> {
  const { openImageEncoder } = await import("./image-encoder.js");
  const { featureMaps } = await import("../../models/head/attach-head.js");
  const model = await openImageEncoder(options);
  return {
    isOfAll: false,
    lastMap: featureMaps(model.graph).at(-1)?.shape,
    async vectors(files, { cacheFolder: folder, maxSeqLen: _, ...rest }) {
      return (await cachedFeatures(model, model.datasetOf(files), { folder, ...rest })).features;
    },
    vectorsOfNames: () => Promise.resolve(undefined),
  };
}
