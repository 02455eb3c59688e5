import { OF_PICKED_LABELS } from "../../../active/picks/solved-head.js";
import type { Dataset } from "../../../core/dataset.js";
import { createDataset, datasetView } from "../../../core/dataset-view.js";
import type { NamePattern } from "../../../core/names.js";
import { cachedFeatures } from "../../../data/features/cached-features.js";
import type { GraphClassifier } from "../../../models/graph/graph-classifier.js";
import { HeadClassifier, type HeadOptions } from "../../../models/head/head-classifier.js";
import type { SemiSupervision } from "../../../training/semi-supervised/methods.js";
import { solveLastLayer } from "../../../training/solve-last-layer.js";
import { readItemRows } from "../item-rows.js";
import type { TrainRequest } from "./job-calls.js";

/** A part of a training: a model, what it reads, and how long it learns. */
export interface Stage<Input = unknown> {
  readonly name: string;
  readonly model: GraphClassifier<Input>;
  /** Numbers of the items, in the order of the data set. */
  readonly items: Uint32Array;
  readonly dataset: Dataset<Input>;
  /** The same items as they are learnt from, where that differs. */
  readonly learning?: Dataset<Input> | undefined;
  readonly epochs: number;
  readonly freeze: readonly NamePattern[];
  readonly semi?: SemiSupervision<Input> | undefined;
  /** Before it learns: takes over what the stage before has learnt, or solves the head. */
  readonly prepare?: (() => Promise<void>) | undefined;
}

export interface StageContext {
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** The stages of a training, in their order; the last one's model is what comes of it. Throws what loading throws, and `E_ARGUMENT`. */
export async function openStages(request: TrainRequest, context: StageContext): Promise<Stage[]> {
  const { model, train } = request;
  if (model.kind === "solved") return [(await solvedStage(request, context)) as Stage];
  const hasFixMatch = model.fixMatch.lambda > 0;
  const frozen =
    model.kind === "fine-tune" ? 0 : train.fineTuneAfter < 0 ? train.epochs : Math.min(train.fineTuneAfter, train.epochs);
  // Augmented items have features of their own: nothing of them can be kept.
  const isHeadAlone = frozen > 0 && !hasFixMatch;
  const stages: Stage[] = [];
  const head = isHeadAlone ? await headStage(request, frozen, context) : undefined;
  if (head) stages.push(head as Stage);
  if (frozen > 0 && hasFixMatch)
    stages.push(...((await wholeStages(request, { frozen, trained: train.epochs - frozen }, context)) as Stage[]));
  else if (frozen < train.epochs)
    stages.push(...((await wholeStages(request, { frozen: 0, trained: train.epochs - frozen, head }, context)) as Stage[]));
  return stages;
}

/** The encoder's vectors of all items. */
async function vectorItems(request: TrainRequest): Promise<VectorItems> {
  const { items, width, data } = await readItemRows(request.features);
  return vectorItemsOf(items, width, data);
}

interface VectorItems {
  readonly items: Uint32Array;
  readonly width: number;
  readonly dataset: Dataset<Float32Array>;
}

function vectorItemsOf(items: Uint32Array, width: number, data: Float32Array): VectorItems {
  const dataset = createDataset(items.length, (row) => ({
    ...{ index: row, target: undefined, input: data.subarray(row * width, (row + 1) * width) },
  }));
  return { items, width, dataset };
}

const taskOf = ({ model }: TrainRequest) => (model.output === "sigmoid" ? "multi" : "single");

async function solvedStage(request: TrainRequest, { signal }: StageContext): Promise<Stage<Float32Array>> {
  const { items, width, dataset } = await vectorItems(request);
  const { labels, seed, learnt } = request;
  const task = taskOf(request);
  const model = HeadClassifier.fromConfig({ inputDim: width, dropout: 0, isUnitLength: true }, { labels, seed, task });
  const targets = new Map(learnt.map(({ item, target, entries }) => [item, task === "multi" ? entries : (target as number)]));
  const known = Array.from(items.keys()).filter((row) => targets.has(items[row]!));
  return {
    ...{ name: "The head is solved", model, items, dataset, epochs: 0, freeze: [] },
    async prepare() {
      const labelled = datasetView(dataset, known, (row) => targets.get(items[row]!));
      await solveLastLayer(model, labelled, task === "multi" ? { signal } : { ...OF_PICKED_LABELS, signal });
    },
  };
}

/** The head as it stands on numbers of this width. */
function headOptions({ model }: TrainRequest, inputDim: number, shape?: readonly [number, number, number]): HeadOptions {
  const { head, dropout, pooling, normalise: isUnitLength } = model;
  const common = { inputDim, dropout, isUnitLength };
  if (head.type === "mlp") return { ...common, hiddenSizes: head.hidden };
  if (head.type !== "convnet" || shape === undefined) return common;
  const { layers, kernel, batchNorm, separable } = head;
  return { ...common, inputDropout: 0, convnet: { shape, layers, kernel, batchNorm, separable, dropout, pooling } };
}

async function headStage(request: TrainRequest, epochs: number, context: StageContext): Promise<Stage<Float32Array>> {
  const { kind, labels, seed } = request;
  const placed = kind === "image" ? await placedVectors(request, context) : undefined;
  const { items, width, dataset } = placed ?? (await vectorItems(request));
  const model = HeadClassifier.fromConfig(headOptions(request, width, placed?.shape), { labels, seed, task: taskOf(request) });
  return { name: "The head learns", model, items, dataset, epochs, freeze: [] };
}

/** What a head on an image network's maps reads, from the cache; `undefined` for a network without maps. */
async function placedVectors(
  request: TrainRequest,
  { signal, log }: StageContext,
): Promise<(VectorItems & { readonly shape: readonly [number, number, number] | undefined }) | undefined> {
  const { openPlacedHead } = await import("./placed-head.js");
  const placed = await openPlacedHead(request);
  if (!placed) return undefined;
  log(`The head reads ${placed.describe}`);
  const { items, files } = imageFiles(request);
  const encoder = placed.withHead({ inputDim: placed.width }, ["0", "1"], "single");
  const { features } = await cachedFeatures(encoder, encoder.datasetOf(files), { folder: request.cacheFolder, signal });
  await encoder.dispose();
  return { ...vectorItemsOf(items, features.shape[1], features.data), shape: placed.shape };
}

function imageFiles({ contents }: TrainRequest): { readonly items: Uint32Array; readonly files: readonly string[] } {
  return { items: Uint32Array.from(contents.keys()), files: [...contents.values()] };
}

interface WholeOptions {
  /** Epochs with the encoder as it is, and epochs in which it learns as well. */
  readonly frozen: number;
  readonly trained: number;
  /** A stage whose head is taken over. */
  readonly head?: Stage<Float32Array> | undefined;
}

/** Encoder and head as one model. */
async function wholeStages(request: TrainRequest, options: WholeOptions, context: StageContext): Promise<Stage[]> {
  const { kind } = request;
  const { frozen, trained, head } = options;
  const whole = kind === "image" ? await wholeImages(request, context) : await wholeTexts(request, context);
  const stage = (name: string, epochs: number, freeze: readonly NamePattern[]): Stage => ({ ...whole, name, epochs, freeze });
  const stages: Stage[] = [];
  if (frozen > 0) stages.push(stage("The head learns, with augmented items", frozen, whole.frozenNames));
  if (trained > 0) {
    const last = stage("Encoder and head learn", trained, []);
    stages.push(head ? { ...last, prepare: () => whole.takeHead(head.model) } : last);
  }
  return stages;
}

interface Whole extends Pick<Stage, "model" | "items" | "dataset" | "learning" | "semi"> {
  /** All parameters but those of the head. */
  readonly frozenNames: readonly NamePattern[];
  takeHead(head: GraphClassifier<Float32Array>): Promise<void>;
}

async function wholeTexts(request: TrainRequest, { signal }: StageContext): Promise<Whole> {
  const { TextClassifier } = await import("../../../models/text/text-classifier.js");
  const { TextDataset } = await import("../../../data/text/text-dataset.js");
  const { encoder, labels, seed, contents, maxSeqLen } = request;
  const model = await TextClassifier.fromPretrained(encoder, { labels, seed, task: taskOf(request), signal });
  const rows = [...contents.values()].map((text) => ({ text }));
  const dataset = new TextDataset(rows, { tokenizer: model.tokenizer, maxSeqLen: Math.min(maxSeqLen, model.maxLength) });
  const items = Uint32Array.from(contents.keys());
  const { weight, bias } = model.lastLayer!;
  const ofHead = new Set([weight, bias]);
  return {
    ...{ model: model as unknown as GraphClassifier<unknown>, items, dataset: dataset as Dataset<unknown> },
    semi: semiSupervision(request, dataset, items) as SemiSupervision<unknown> | undefined,
    frozenNames: [...model.stateDict().keys()].filter((name) => !ofHead.has(name)),
    async takeHead(head) {
      const { takeLastLayer } = await import("./whole-model-job.js");
      takeLastLayer(model, head);
    },
  };
}

async function wholeImages(request: TrainRequest, _: StageContext): Promise<Whole> {
  const { openPlacedHead, ofHead } = await import("./placed-head.js");
  const { takeHead } = await import("../../../models/head/attach-head.js");
  const { ImageDataset } = await import("../../../data/images/image-dataset.js");
  const { augmentImages } = await import("../../../data/images/augment/image-augmentation.js");
  const { strongAugmentation, weakAugmentation } = await import("../../../data/images/augment/rand-augment.js");
  const placed = await openPlacedHead(request, { isRequired: true });
  const { items, files } = imageFiles(request);
  const model = placed.withHead(headOptions(request, placed.width, placed.shape), request.labels, taskOf(request));
  const dataset = model.datasetOf(files);
  const isAugmented = request.model.fixMatch.lambda > 0;
  const rows = files.map((image) => ({ image }));
  const augment = { weak: augmentImages(weakAugmentation()), strong: augmentImages(strongAugmentation()) };
  const semi = semiSupervision(request, dataset, items);
  return {
    ...{ model: model as unknown as GraphClassifier<unknown>, items, dataset: dataset as Dataset<unknown> },
    learning: isAugmented
      ? (new ImageDataset(rows, {
          ...{ processor: model.processor, augment: weakAugmentation(), seed: request.seed },
        }) as Dataset<unknown>)
      : undefined,
    semi: semi && ({ ...semi, augment } as unknown as SemiSupervision<unknown>),
    frozenNames: [...model.stateDict().keys()].filter((name) => !ofHead(name)),
    takeHead: (head) => Promise.resolve(takeHead(model, head)),
  };
}

function semiSupervision<Input>(
  { model: { fixMatch }, train, others }: TrainRequest,
  dataset: Dataset<Input>,
  items: Uint32Array,
): SemiSupervision<Input> | undefined {
  if (fixMatch.lambda === 0) return undefined;
  const wanted = new Set(others);
  const rows = Array.from(items.keys()).filter((row) => wanted.has(items[row]!));
  return {
    ...{ method: "fixMatch", weight: fixMatch.lambda, threshold: fixMatch.tau },
    ...{ unlabelled: datasetView(dataset, rows, () => undefined), unlabelledBatchSize: train.batchSize * fixMatch.mu },
  };
}
