import { type Pick, pickItems } from "../../active/picks/pick-items.js";
import type { Dataset, EncodedText } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { toLengthOne } from "../../core/features.js";
import { cachedFeatures } from "../../data/features/cached-features.js";
import { FeatureDataset } from "../../data/features/feature-dataset.js";
import { TextDataset } from "../../data/text/text-dataset.js";
import { namesOfLabels } from "../../models/checkpoint/model-labels.js";
import { TextClassifier } from "../../models/text/text-classifier.js";
import type { CallHandlers } from "../../system/worker-process.js";
import { rankSeveral } from "./rank-several.js";
import type { EmbedRequest, RankedItem, RankingCalls, RankingEvent, RankRequest, RankTarget } from "./ranking-calls.js";

/** What the process that ranks does, by call. */
export function rankingWork(): CallHandlers<RankingCalls, RankingEvent> {
  let encoder: TextClassifier | undefined;
  let embedding: Omit<EmbedRequest, "texts"> | undefined;
  let items: FeatureDataset | undefined;
  let targets: RankTarget[] = [];

  const loaded = (): TextClassifier => {
    if (encoder === undefined) throw new BaalError("E_MODEL_HOST", "No encoder has been loaded in this process.");
    return encoder;
  };
  const textsOf = (texts: readonly string[], maxSeqLen: number) => {
    const { tokenizer, maxLength } = loaded();
    return new TextDataset(
      texts.map((text) => ({ text })),
      { tokenizer, maxSeqLen: Math.min(maxSeqLen, maxLength) },
    );
  };
  /** The labels' names as vectors, where they say something. */
  const vectorsOfNames = async (labels: readonly string[], signal: AbortSignal): Promise<Float32Array[] | undefined> => {
    const names = labels.length > 1 ? namesOfLabels(labels) : undefined;
    if (names === undefined || embedding === undefined) return undefined;
    const { maxSeqLen, cacheFolder: folder } = embedding;
    const { features } = await cachedFeatures(loaded(), textsOf(names, maxSeqLen), { folder, signal });
    const { data, shape } = toLengthOne(features);
    return names.map((_, c) => data.subarray(c * shape[1], (c + 1) * shape[1]));
  };

  return {
    async load({ model, ...device }, { signal, tell }) {
      encoder = await TextClassifier.encoder(model, {
        ...{ ...device, signal },
        onProgress: ({ file, total }) => tell({ type: "download", file, total }),
      });
      return null;
    },
    async embed({ texts, ...how }, { signal, tell }) {
      embedding = how;
      const dataset = textsOf(texts, how.maxSeqLen);
      const { features } = await cachedFeatures(loaded(), dataset, {
        ...{ folder: how.cacheFolder, signal },
        onProgress({ type, done, total }) {
          if (type === "features") tell({ type: "embed", done, total });
        },
      });
      targets = new Array<RankTarget>(texts.length).fill(undefined);
      const source = {
        length: dataset.length,
        at: (n) => ({ ...dataset.at(n), target: targets[n] }),
      } satisfies Dataset<EncodedText>;
      items = new FeatureDataset(source, toLengthOne(features));
      return null;
    },
    async rank(request, { signal }) {
      if (items === undefined) throw new BaalError("E_MODEL_HOST", "No items have been embedded in this process.");
      targets.fill(undefined);
      for (const [position, target] of request.answered) targets[position] = target;
      if (request.task === "multi") return rankSeveral(items, request, signal);
      return rankOne(items, await vectorsOfNames(request.labels, signal), request, signal);
    },
  };
}

async function rankOne(
  items: FeatureDataset,
  names: readonly Float32Array[] | undefined,
  { labels, count, strategy, seed, excluded, withHeldOut }: RankRequest,
  signal: AbortSignal,
) {
  const picked = await pickItems(items, labels, { count, strategy, names, seed, excluded, withHeldOut, signal });
  return {
    items: picked.picks.map(
      ({ index, suggestion }: Pick): RankedItem => ({ position: index, suggestions: suggestion ? [suggestion] : [] }),
    ),
    ...{ strategy: picked.strategy.name, reason: picked.strategy.reason, labelled: picked.labelled },
    heldOut: picked.heldOut && { accuracy: picked.heldOut.accuracy, isNearChance: picked.heldOut.isNearChance },
  };
}
