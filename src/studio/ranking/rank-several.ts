import { pickItems } from "../../active/picks/pick-items.js";
import { datasetView } from "../../core/dataset-view.js";
import { sigmoid } from "../../core/softmax.js";
import type { FeatureDataset } from "../../data/features/feature-dataset.js";
import { HeadClassifier } from "../../models/head/head-classifier.js";
import { solveLastLayer } from "../../training/solve-last-layer.js";
import type { RankedItem, Ranking, RankRequest } from "./ranking-calls.js";

/** Fewest answered items that heads of several labels are solved from. */
const ENOUGH = 4;

/**
 * Ranks items that may have several labels: by the mean entropy of the labels' independent probabilities, of a head that is solved on the answers,
 * each label by itself. Before there are some answers, typical items of regions without one.
 */
export async function rankSeveral(items: FeatureDataset, request: RankRequest, signal: AbortSignal): Promise<Ranking> {
  const { labels, answered, excluded, count, seed, strategy } = request;
  const taken = new Set([...answered.map(([position]) => position), ...excluded]);
  const pool = Array.from({ length: items.length }, (_, n) => n).filter((n) => !taken.has(n));
  if (strategy !== undefined || labels.length === 0 || answered.length < ENOUGH) {
    const name = strategy ?? (answered.length === 0 ? "kmeans" : "typiclust");
    const picked = await pickItems(items, [], { count, strategy: name, excluded, seed, withHeldOut: false, signal });
    const reason = strategy ? "as asked for" : "as there are few answers yet: typical items of regions without one";
    return {
      items: picked.picks.map(({ index }): RankedItem => ({ position: index, suggestions: [] })),
      ...{ strategy: name, reason, labelled: answered.length, heldOut: undefined },
    };
  }
  const head = HeadClassifier.fromConfig({ inputDim: items.width, dropout: 0 }, { labels, seed, task: "multi" });
  try {
    const known = answered.map(([position]) => position);
    await solveLastLayer(head, datasetView(items, known), { signal });
    const ranked = await probabilities(head, items, pool, signal);
    ranked.sort((a, b) => b.doubt - a.doubt || a.position - b.position);
    return {
      items: ranked.slice(0, count).map(({ position, probs_C }) => ({ position, suggestions: likely(labels, probs_C) })),
      ...{
        strategy: "entropy",
        reason: "the items whose labels are most in doubt",
        labelled: answered.length,
        heldOut: undefined,
      },
    };
  } finally {
    await head.dispose();
  }
}

interface Doubtful {
  readonly position: number;
  readonly probs_C: Float32Array;
  readonly doubt: number;
}

async function probabilities(
  head: HeadClassifier,
  items: FeatureDataset,
  pool: readonly number[],
  signal: AbortSignal,
): Promise<Doubtful[]> {
  const classes = head.labels.length;
  const found: Doubtful[] = [];
  const some = datasetView(items, [...pool], () => undefined);
  for await (const { data, indices } of head.predict(some, { iterations: 1, signal })) {
    for (const [n, position] of indices.entries()) {
      const probs_C = data.slice(n * classes, (n + 1) * classes).map(sigmoid);
      const doubt = probs_C.reduce((sum, p) => sum + binaryEntropy(p), 0) / classes;
      found.push({ position, probs_C, doubt });
    }
  }
  return found;
}

/** In nats. */
function binaryEntropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log1p(-p);
}

function likely(labels: readonly string[], probs_C: Float32Array): RankedItem["suggestions"] {
  const all = labels.map((label, c) => ({ label, probability: probs_C[c]! }));
  return all.filter(({ probability }) => probability > 0.5).sort((a, b) => b.probability - a.probability);
}
