import { imageVectors, textVectors, type VectorSource, wordVectors } from "../../active/picks/item-vectors.js";
import { pickItems } from "../../active/picks/pick-items.js";
import { createDataset } from "../../core/dataset-view.js";
import { BaalError } from "../../core/errors.js";
import { FeatureDataset } from "../../data/features/feature-dataset.js";
import { ImageDataset } from "../../data/images/image-dataset.js";
import { WORDS_ALONE } from "../../data/text/tf-idf.js";
import { namesOfLabels } from "../../models/checkpoint/model-labels.js";
import { ImageClassifier } from "../../models/images/image-classifier.js";
import { TextClassifier } from "../../models/text/text-classifier.js";
import type { CallHandlers } from "../../system/worker-process.js";
import type { EmbedRequest, LoadRequest, RankingCalls, RankingEvent, RankTarget } from "./ranking-calls.js";

/** What the process that ranks does, by call. */
export function rankingWork(): CallHandlers<RankingCalls, RankingEvent> {
  let source: ((request: EmbedRequest) => VectorSource) | undefined;
  let items: { readonly vectors: VectorSource; readonly count: number; readonly canName: boolean } | undefined;
  let canName = true;

  return {
    async load(request, { signal, tell }) {
      canName = request.kind === "text";
      source = await encoderOf(request, {
        signal,
        onProgress: ({ file, total }) => tell({ type: "download", file, total }),
      });
      return null;
    },
    async embed(request, { signal, tell }) {
      if (source === undefined) throw new BaalError("E_MODEL_HOST", "No encoder has been loaded in this process.");
      const vectors = source(request);
      await vectors(undefined, {
        signal,
        onProgress({ type, done, total }) {
          if (type === "features") tell({ type: "embed", done, total });
        },
      });
      items = { vectors, count: request.contents.length, canName };
      return null;
    },
    async rank({ answered, ...request }, { signal }) {
      if (items === undefined) throw new BaalError("E_MODEL_HOST", "No items have been embedded in this process.");
      const { labels, task } = request;
      const named = items.canName && task === "single" && labels.length > 1 ? namesOfLabels(labels) : undefined;
      const vectors = await items.vectors(named, { signal });
      const targets = new Array<RankTarget>(items.count).fill(undefined);
      for (const [position, target] of answered) targets[position] = target;
      const examples = createDataset(items.count, (n) => ({ index: n, input: undefined, target: targets[n] }));
      const dataset = new FeatureDataset(examples, vectors.items);
      const picked = await pickItems(dataset, labels, { ...request, names: vectors.names, signal });
      return {
        items: picked.picks.map(({ index, suggestions }) => ({ position: index, suggestions })),
        ...{ strategy: picked.strategy.name, reason: picked.strategy.reason, labelled: picked.labelled },
        heldOut: picked.heldOut && { accuracy: picked.heldOut.accuracy, isNearChance: picked.heldOut.isNearChance },
      };
    },
  };
}

type LoadOptions = Pick<NonNullable<Parameters<typeof TextClassifier.encoder>[1]>, "signal" | "onProgress">;

/** Loads an encoder, and gives what makes vectors of items by it. */
async function encoderOf(
  { kind, model, ...device }: LoadRequest,
  options: LoadOptions,
): Promise<(request: EmbedRequest) => VectorSource> {
  if (kind === "image") {
    const encoder = await ImageClassifier.fromPretrained(model, { ...device, ...options });
    return ({ contents, cacheFolder: folder }) => {
      const images = new ImageDataset(
        contents.map((image) => ({ image })),
        { processor: encoder.processor },
      );
      return imageVectors(images, encoder, { folder });
    };
  }
  if (model === WORDS_ALONE) return ({ contents }) => wordVectors(contents);
  const encoder = await TextClassifier.encoder(model, { ...device, ...options });
  return ({ contents, maxSeqLen, cacheFolder: folder }) => textVectors(contents, encoder, { maxSeqLen, folder });
}
