import { heldOutAccuracy } from "../active/picks/solved-head.js";
import { fitLastLayerLaplace } from "../bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule } from "../bayesian/patch-module.js";
import { sharpnessCalibrator } from "../calibration/sharpness.js";
import { createDataset } from "../core/dataset-view.js";
import { BaalError } from "../core/errors.js";
import { type Features, scaleToLengthOne } from "../core/features.js";
import { joinPredictions } from "../core/join-chunks.js";
import { type Predictions, predictions } from "../core/predictions.js";
import { FeatureDataset } from "../data/features/feature-dataset.js";
import { VectorStore } from "../data/features/vector-store.js";
import type { HeadEvidence } from "../models/head/choose-evidence.js";
import { HeadClassifier } from "../models/head/head-classifier.js";
import { logitsOf } from "../models/head/linear-model.js";
import { solveHead } from "../models/head/solve-head.js";
import type { CallHandlers } from "../system/worker-process.js";
import type { HeadCalls, HeadPredictRequest, HeadRequest, HeadRevision, SolveRequest, VectorPlace } from "./head-calls.js";

/** A head that was solved, and what it was solved from. */
interface Head {
  readonly labels: readonly string[];
  readonly width: number;
  readonly weights_C_P: Float64Array;
  readonly store: VectorStore;
  readonly request: HeadRequest;
  /** With the posterior of its weights; made for the first draws. */
  random: HeadClassifier | undefined;
}

/** Right for vectors of length 1, which all have here. */
const INVERSE_REGULARISATION = 10;
/** Fewest steps, and most logits computed in all of them. */
const HURRY = { steps: 4, logits: 6_000_000 } as const;
/** Of fewer labels a share that is right says nothing. */
const HELD_OUT_FROM = 10;
const SEED = 42;

/** What the process of heads does, by call. */
export function headWork(): CallHandlers<HeadCalls, never> & { close(): Promise<void> } {
  const stores = new Map<string, VectorStore>();
  const heads = new Map<string, Head>();

  function storeOf({ folder, encoder }: VectorPlace): VectorStore {
    const key = JSON.stringify([folder, encoder]);
    const known = stores.get(key) ?? new VectorStore({ folder, encoder });
    stores.set(key, known);
    return known;
  }

  async function forget(name: string): Promise<void> {
    await heads.get(name)?.random?.dispose();
    heads.delete(name);
  }

  return {
    missing: ({ items, ...place }) => storeOf(place).missing(items),
    async add({ items, vectors, ...place }) {
      await storeOf(place).add(items, scaleToLengthOne(vectors, vectors.length / items.length));
      return null;
    },
    async solve(request, { signal }) {
      const begin = performance.now();
      const store = storeOf(request);
      const evidence = await evidenceOf(request, store);
      const before = heads.get(request.head);
      const width = (evidence.names ?? evidence.labelled).shape[1];
      const solved = await solveHead(evidence, {
        ...{ inverseRegularisation: INVERSE_REGULARISATION, pseudoWeight: request.pseudoWeight, signal },
        balanceClasses: new Set(request.targets).size < request.labels.length,
        ...(before && sameShape(before, request.labels, width)
          ? { start: before.weights_C_P, maxIterations: request.isHurried ? hurriedSteps(evidence) : undefined }
          : {}),
      });
      await forget(request.head);
      const { labels } = request;
      heads.set(request.head, { labels, width, weights_C_P: solved.weights_C_P, store, request, random: undefined });
      return {
        ...{ iterations: solved.iterations, hasConverged: solved.hasConverged },
        ...{ labelled: request.labelled.length, pool: evidence.pool?.shape[0] ?? 0 },
        milliseconds: performance.now() - begin,
      };
    },
    async revise(request, { signal }) {
      return revision(request, await evidenceOf({ ...request, pseudoWeight: 1 }, storeOf(request)), signal);
    },
    predict: async (request) => predicted(headOf(heads, request.head), request),
    weights({ head }) {
      const { labels, weights_C_P } = headOf(heads, head);
      return { labels, weights_C_P: Float32Array.from(weights_C_P) };
    },
    async drop({ head }) {
      await forget(head);
      return null;
    },
    async close() {
      for (const name of heads.keys()) await forget(name);
      for (const store of stores.values()) await store.close();
    },
  };
}

function headOf(heads: ReadonlyMap<string, Head>, name: string): Head {
  const head = heads.get(name);
  if (head === undefined) throw new BaalError("E_MODEL_HOST", `No head "${name}" has been solved in this process.`);
  return head;
}

/** So many steps as take a fraction of a second, and no fewer than make a difference. */
function hurriedSteps({ classes, labelled, names, pool }: HeadEvidence): number {
  const items = labelled.shape[0] + (names?.shape[0] ?? 0) + (pool?.shape[0] ?? 0);
  return Math.max(HURRY.steps, Math.floor(HURRY.logits / (items * classes)));
}

/** A start for the same classes: others' columns mean something else. */
function sameShape(before: Head, labels: readonly string[], width: number): boolean {
  return (
    before.width === width && before.labels.length === labels.length && before.labels.every((label, c) => label === labels[c])
  );
}

/** With a weight of 0 the pool takes no part. */
async function evidenceOf(
  { labels, labelled, targets, names, pool, pseudoWeight }: SolveRequest,
  store: VectorStore,
): Promise<HeadEvidence> {
  const nameRows = names && (await store.rows(names));
  const width = nameRows?.shape[1] ?? 0;
  const none: Features = { shape: [0, width], data: new Float32Array(0), indices: [] };
  return {
    classes: labels.length,
    labelled: labelled.length > 0 ? await store.rows(labelled) : none,
    targets,
    names: nameRows,
    pool: pseudoWeight > 0 && pool.length > 0 ? await store.rows(pool) : undefined,
  };
}

/** What the labels say of names and pool, and of the head. */
async function revision({ labels, labelled }: HeadRequest, evidence: HeadEvidence, signal: AbortSignal): Promise<HeadRevision> {
  const { targets, classes } = evidence;
  const { withNames, pseudoWeight, sharpness } = await solveHead(evidence, {
    ...{ inverseRegularisation: INVERSE_REGULARISATION, pseudoWeight: "auto", isCalibrated: true, signal },
    balanceClasses: new Set(targets).size < classes,
  });
  const isEnough = labelled.length >= HELD_OUT_FROM && new Set(targets).size > 1;
  const heldOut = isEnough ? await heldOutAccuracy(sourcesOf(evidence, { labels, withNames, signal })) : undefined;
  const calibration = sharpness && sharpnessCalibrator(sharpness, classes)?.toJSON();
  return { withNames, pseudoWeight, calibration, heldOut };
}

function sourcesOf(
  { labelled, targets, names }: HeadEvidence,
  {
    labels,
    withNames,
    signal,
  }: { readonly labels: readonly string[]; readonly withNames: boolean; readonly signal: AbortSignal },
): Parameters<typeof heldOutAccuracy>[0] {
  const items = createDataset(targets.length, (index) => ({ index, input: undefined, target: targets[index] }));
  const width = labelled.shape[1];
  return {
    ...{ labels, pool: [], seed: SEED, signal },
    dataset: new FeatureDataset(items, { ...labelled, indices: Array.from(targets.keys()) }),
    labelled: Array.from(targets.keys()),
    names: withNames && names ? labels.map((_, c) => names.data.subarray(c * width, (c + 1) * width)) : undefined,
  };
}

async function predicted(head: Head, { items, iterations, seed }: HeadPredictRequest): Promise<Predictions> {
  const rows = await head.store.rows(items);
  if (iterations === 1)
    return predictions("logits", [items.length, head.labels.length, 1], await logitsOf(head.weights_C_P, rows));
  head.random ??= await withPosterior(head);
  const dataset = createDataset(items.length, (n) => ({ index: n, input: vectorAt(rows, n), target: undefined }));
  return joinPredictions(head.random.predict(dataset, { iterations, seed }), { total: items.length });
}

/** The head as a model whose weights are drawn from their posterior, by the labelled items and the names. */
async function withPosterior({ labels, width, weights_C_P, store, request }: Head): Promise<HeadClassifier> {
  const model = HeadClassifier.fromConfig({ inputDim: width, dropout: 0 }, { labels });
  const { weight, bias } = model.lastLayer!;
  const state = new Map(model.stateDict());
  const at = (c: number, d: number) => weights_C_P[c * (width + 1) + d]!;
  state.set(weight, {
    dims: state.get(weight)!.dims,
    data: Float32Array.from({ length: labels.length * width }, (_, i) => at(Math.floor(i / width), i % width)),
  });
  state.set(bias!, { dims: [labels.length], data: Float32Array.from(labels, (_, c) => at(c, width)) });
  model.loadStateDict(state);
  const known = await store.rows([...request.labelled, ...(request.names ?? [])]);
  const targets = [...request.targets, ...(request.names ?? []).map((_, c) => c)];
  const items = createDataset(targets.length, (n) => ({ index: n, input: vectorAt(known, n), target: targets[n] }));
  patchModule(model, { posterior: await fitLastLayerLaplace(model, items) });
  return model;
}

function vectorAt({ shape: [, width], data }: Features, n: number): Float32Array {
  return data.subarray(n * width, (n + 1) * width);
}
