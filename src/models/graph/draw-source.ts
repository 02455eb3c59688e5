import { installMasks } from "../../bayesian/dropout-sites.js";
import type { BatchRow } from "../../bayesian/fill-masks.js";
import { keepChannels } from "../../bayesian/keep-channels.js";
import type { DropoutPatch, ModelPatch, WeightPosterior } from "../../bayesian/model-patch.js";
import { type WeightSamples, weightSamples } from "../../bayesian/weight-samples.js";
import type { StateDict } from "../../core/bayesian-model.js";
import type { Graph } from "../../engine/onnx/graph.js";
import type { Feed } from "../../engine/runtime/session.js";
import { keptChannelFeeds, maskFeeds } from "./mask-feeds.js";

type Feeds = ReadonlyMap<string, Feed>;

/** A forward graph without `Dropout` nodes, and what makes one draw of it differ from another. */
export interface RandomGraph {
  readonly graph: Graph;
  /** The inputs and parameters that differ from draw to draw. */
  readonly varying: ReadonlySet<string>;
  /** Where the draws of the graph, or of the part of it that depends on {@link varying}, come from. */
  sourceFor(part: Graph, options: { readonly shortcuts: boolean }): DrawSource;
}

/** Feeds a graph with draws: with masks on activations, or with other weights. */
export interface DrawSource {
  /** The graph, made over for these draws. */
  readonly graph: Graph;
  /** Most draws in one pass, where all its rows share what is fed; any number by default. */
  readonly mostDraws: number | undefined;
  /** A draw takes so long to make that it goes through many batches before the next one is made. */
  readonly isDear: boolean;
  /** Numbers that are made for one row of a padded length. */
  elementsPerRow(paddedLength: number): number;
  /** The draws of one prediction. Throws `E_CHECKPOINT` for weights of another model. */
  begin(prediction: Prediction): DrawFeeds;
}

export interface Prediction {
  readonly draws: number;
  /** The draw that counts as draw 0 of this prediction; 0 by default. */
  readonly firstDraw?: number | undefined;
  readonly seed: number;
  /** The weights that a posterior's draws start from. */
  readonly weights: StateDict;
  /** Samples of the posterior, from the first draw on, that several runs share; by default made for this one. */
  readonly samples?: WeightSamples | undefined;
}

export interface DrawFeeds {
  /** Shared by all draws, in place of the parameters. */
  readonly common: Feeds;
  /** The feeds of a pass over rows of the draws from `firstDraw` on. */
  feeds(rows: readonly BatchRow[], pass: { readonly firstDraw: number; readonly paddedLength: number }): Feeds | Promise<Feeds>;
}

/** Without a patch nothing differs, and dropout is off. */
export function randomGraph(graph: Graph, patch: ModelPatch | undefined): RandomGraph {
  return patch?.kind === "weights" ? sampledGraph(graph, patch) : maskedGraph(graph, patch);
}

function maskedGraph(forward: Graph, patch: DropoutPatch | undefined): RandomGraph {
  const rates = patch?.rates ?? new Map<string, number>();
  const isShared = patch?.isConsistent ?? false;
  const isBalanced = patch?.isBalanced ?? false;
  const { graph, masks } = installMasks(forward, (site) => rates.has(site.name));
  return {
    graph,
    varying: new Set(masks.map(({ input }) => input)),
    sourceFor(part, { shortcuts }) {
      const reduced = shortcuts && isShared ? keepChannels(part, masks) : { graph: part, kept: [] };
      const others = masks.filter((mask) => reduced.kept.every((kept) => kept.mask !== mask));
      const masksOf = maskFeeds(reduced.graph, others, rates, { isShared, isBalanced });
      return {
        graph: reduced.graph,
        mostDraws: reduced.kept.length > 0 ? 1 : undefined,
        isDear: false,
        elementsPerRow: masksOf.elementsPerRow,
        begin: ({ seed, firstDraw: start = 0 }) => ({
          common: new Map(),
          feeds(rows, { firstDraw, paddedLength }) {
            const drawn = start === 0 ? rows : rows.map((row) => ({ ...row, draw: start + row.draw }));
            return new Map([
              ...masksOf.feeds(drawn, { seed, paddedLength }),
              ...keptChannelFeeds(reduced.kept, rates, { seed, draw: start + firstDraw, isBalanced }),
            ]);
          },
        }),
      };
    },
  };
}

function sampledGraph(forward: Graph, posterior: WeightPosterior): RandomGraph {
  return {
    graph: installMasks(forward, () => false).graph,
    varying: new Set(posterior.varying),
    sourceFor: (graph) => ({
      graph,
      mostDraws: 1,
      isDear: true,
      elementsPerRow: () => 0,
      begin(prediction) {
        const samples = prediction.samples ?? weightSamples(posterior, prediction.weights, prediction);
        return {
          common: feedsOf(samples.common),
          feeds: async (_, { firstDraw }) => feedsOf(await samples.at(firstDraw)),
        };
      },
    }),
  };
}

function feedsOf(weights: StateDict): Feeds {
  return new Map([...weights].map(([name, { dims, data }]) => [name, { dtype: "float32", dims, data }]));
}
