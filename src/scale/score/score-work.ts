import { patchModule } from "../../bayesian/patch-module.js";
import type { Dataset } from "../../core/dataset.js";
import { createDataset } from "../../core/dataset-view.js";
import { BaalError } from "../../core/errors.js";
import { joinFeatures } from "../../core/join-chunks.js";
import { areIndependent, type Predictions, predictions } from "../../core/predictions.js";
import { createRandom } from "../../core/random.js";
import { ImageDataset } from "../../data/images/image-dataset.js";
import { TextDataset } from "../../data/text/text-dataset.js";
import { entropy } from "../../heuristics/confidence.js";
import type { GraphClassifier } from "../../models/graph/graph-classifier.js";
import { type LoadedModel, loadModel } from "../../models/load-model.js";
import { labelRows } from "../../strategies/label-rows.js";
import type { CandidatePool } from "../../strategies/strategy.js";
import type { CallHandlers } from "../../system/worker-process.js";
import { poolStrategy } from "./pool-strategy.js";
import type { ScoreCalls, ScoredItems, ScoreRequest } from "./score-calls.js";
import type { ShardCandidates } from "./shard-result.js";

/** What the process that scores does, by call. */
export function scoreWork(): CallHandlers<ScoreCalls, never> {
  let loaded: LoadedModel<"text" | "image"> | undefined;
  return {
    async load({ folder, kind, isStochastic, masks, ...device }) {
      loaded = await loadModel(folder, { kind, ...device });
      if (isStochastic) patchModule(loaded.model as GraphClassifier<unknown>, { masks: masks ?? "independent" });
      return { labels: loaded.labels, task: loaded.task };
    },
    score(request, { signal }) {
      if (loaded === undefined) throw new BaalError("E_MODEL_HOST", "No model has been loaded in this process.");
      return loaded.kind === "text"
        ? scoreItems(loaded.model, named(textsOf(loaded, request), request.indices), request, signal)
        : scoreItems(loaded.model, named(imagesOf(loaded, request), request.indices), request, signal);
    },
  };
}

function textsOf({ model, labels }: LoadedModel<"text">, { inputs, maxSeqLen }: ScoreRequest) {
  const { tokenizer, maxLength } = model;
  const rows = inputs.map((text) => ({ text }));
  return new TextDataset(rows, { tokenizer, labels, maxSeqLen: Math.min(maxSeqLen, maxLength) });
}

function imagesOf({ model, labels }: LoadedModel<"image">, { inputs }: ScoreRequest) {
  const rows = inputs.map((image) => ({ image }));
  return new ImageDataset(rows, { processor: model.processor, labels });
}

/** The items under their names in the pool, which their draws go by. */
function named<Input>(dataset: Dataset<Input>, indices: readonly number[]): Dataset<Input> {
  return createDataset(dataset.length, (position) => ({ ...dataset.at(position), index: indices[position]! }));
}

async function scoreItems<Input>(
  model: GraphClassifier<Input>,
  dataset: Dataset<Input>,
  request: ScoreRequest,
  signal: AbortSignal,
): Promise<ScoredItems> {
  const { iterations, seed, indices } = request;
  const pool = poolStrategy(request.strategy);
  const heuristic = pool.kind === "scores" ? pool.strategy.heuristic : entropy();
  const scores = new Float64Array(dataset.length);
  const predicted = new Int32Array(dataset.length).fill(-1);
  const probability = new Float32Array(dataset.length);
  const means: Float64Array[] = [];
  let classes = 0;
  let isIndependent = false;
  let at = 0;
  for await (const draws of model.predict(dataset, { iterations, seed, signal })) {
    scores.set(heuristic.score(draws), at);
    if (draws.kind === "values") probability.set(meanValues(draws), at);
    else {
      const { probs_N_C } = labelRows(draws);
      [classes, isIndependent] = [draws.shape[1]!, areIndependent(draws.kind)];
      means.push(probs_N_C);
      for (let i = 0; i < draws.indices.length; i++) {
        const probs_C = probs_N_C.subarray(i * classes, (i + 1) * classes);
        const best = probs_C.reduce((top, p, c) => (p > probs_C[top]! ? c : top), 0);
        predicted[at + i] = best;
        probability[at + i] = probs_C[best]!;
      }
    }
    at += draws.indices.length;
  }
  if (pool.kind === "scores") return { scores, predicted, probability, candidates: undefined };

  const probs = Float32Array.from(means.flatMap((rows) => [...rows]));
  const { strategy, needs } = pool;
  if (needs.predictions && probs.length === 0)
    throw new BaalError("E_ARGUMENT", `Strategy "${strategy.name}" compares probabilities, and this model predicts numbers.`);
  const features = needs.features
    ? await joinFeatures(model.features(dataset, { signal }), { total: dataset.length })
    : undefined;
  const candidates: CandidatePool = {
    indices,
    predictions: needs.predictions
      ? predictions(isIndependent ? "sigmoid" : "probabilities", [indices.length, classes, 1], probs, indices)
      : undefined,
    features,
  };
  const picked = await strategy.select(candidates, request.count, createRandom(seed));
  return { scores, predicted, probability, candidates: taken(picked.indices, candidates) };
}

/** Mean over the draws of a regression's first number. */
function meanValues({ data, shape }: Predictions): Float32Array {
  const [items = 0, outputs = 1, draws = 1] = shape;
  return Float32Array.from({ length: items }, (_, i) => {
    const values_K = data.subarray(i * outputs * draws, i * outputs * draws + draws);
    return values_K.reduce((sum, value) => sum + value, 0) / draws;
  });
}

/** What is known of the picked ones, in the order of their indices, as pools have them. */
function taken(picked: readonly number[], { indices, predictions: known, features }: CandidatePool): ShardCandidates {
  const positionOf = new Map(indices.map((index, position) => [index, position]));
  const sorted = [...picked].sort((a, b) => a - b);
  const rowsOf = (data: Float32Array | undefined) => {
    if (data === undefined) return new Float32Array(0);
    const width = data.length / indices.length;
    const rows = new Float32Array(sorted.length * width);
    for (const [n, index] of sorted.entries()) {
      const position = positionOf.get(index)!;
      rows.set(data.subarray(position * width, (position + 1) * width), n * width);
    }
    return rows;
  };
  return { indices: sorted, probs: rowsOf(known?.data), features: rowsOf(features?.data) };
}
