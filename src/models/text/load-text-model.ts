import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { readSafetensors } from "../../engine/safetensors/read-safetensors.js";
import { readSafetensorsFolder } from "../../engine/safetensors/read-safetensors-folder.js";
import { encoderClassifierGraph, encoderInitialization, encoderMaxLength } from "../architectures/encoder-graph.js";
import { SENTENCE_CLASSIFIER, type SentenceEmbedding } from "../architectures/sentence-head.js";
import {
  EXPORT_ADVICE,
  encoderConfigFromHub,
  isEncoderModelType,
  modernHubConfig,
  textArchitecture,
} from "../architectures/text-architectures.js";
import { matchCheckpoint } from "../checkpoint/match-checkpoint.js";
import { readModelConfig } from "../checkpoint/model-kind.js";
import { chosenLabels, headLabels, type LabelWish, sameLabels } from "../checkpoint/model-labels.js";
import type { ModelSource } from "../graph/graph-classifier.js";
import { choosePooling, type Pooling, type PoolingEvidence } from "./choose-pooling.js";
import type { ImportedTextModel } from "./import-text-onnx.js";
import { readSentenceModules } from "./sentence-modules.js";

/** Where a sentence encoder's classifier is saved: the last layer alone. */
export const HEAD_FILE = "head.safetensors";

export interface LoadTextModelOptions extends LabelWish {
  /** The classes for a folder that holds an encoder without a classifier and for which no `labels` are given; by default it is refused. */
  readonly encoderLabels?: readonly string[] | undefined;
  /** Draws fresh weights. */
  readonly seed: number;
  /** Which of the folder's files to load: safetensors where there are any, by default. */
  readonly format?: "safetensors" | "onnx" | undefined;
  /** How a text's vector is made of its tokens'; `"auto"` by default: as the folder says. */
  readonly pooling?: Pooling | undefined;
}

/** Names of a classifier's own layers: the last one, and those between it and the encoder. */
export interface HeadLayers {
  readonly last: string;
  readonly between: readonly string[];
}

/** All that a text classifier is made of, read from a folder in the hub's layout or made from a configuration. */
export interface TextModelData extends ImportedTextModel {
  /** config.json as it was found. */
  readonly hubConfig: Readonly<Record<string, unknown>>;
  readonly source: ModelSource;
  /** The classifier's own layers; `undefined` for a graph that was imported. */
  readonly headLayers?: HeadLayers | undefined;
  /** How the vector is made that the last layer reads; `undefined`: by the architecture's own head, or the graph's. */
  readonly embedding?: SentenceEmbedding | undefined;
}

/** Reads a model folder: config.json with safetensors (sharded or not), or config.json with onnx/model.onnx. */
export async function loadTextModel(folder: string, options: LoadTextModelOptions): Promise<TextModelData> {
  const hubConfig = await readModelConfig(folder);
  const hasSafetensors = ["model.safetensors", "model.safetensors.index.json"].some((file) => existsSync(join(folder, file)));
  const useSafetensors = options.format
    ? options.format === "safetensors"
    : hasSafetensors && isEncoderModelType(hubConfig["model_type"]);
  return useSafetensors ? loadFromSafetensors(folder, hubConfig, options) : loadFromOnnx(folder, hubConfig, options);
}

async function loadFromSafetensors(
  folder: string,
  found: Readonly<Record<string, unknown>>,
  options: LoadTextModelOptions,
): Promise<TextModelData> {
  const hubConfig = modernHubConfig(found, join(folder, "config.json"));
  const config = encoderConfigFromHub(hubConfig, join(folder, "config.json"));
  const { prefix, head, modernNames } = textArchitecture(config.modelType);
  const modules = await readSentenceModules(folder);
  const encoder = await readSafetensorsFolder(folder);
  const checkpoint: StateDict = new Map([
    ...(modernNames?.(encoder) ?? encoder),
    ...(modules?.weights ?? []),
    ...(await readHead(folder)),
  ]);
  const classifier = [head.last, SENTENCE_CLASSIFIER].map((name) => checkpoint.get(`${name}.weight`)).find(Boolean);
  const hasClassifier = classifier !== undefined;
  const own = classifier && headLabels(hubConfig, classifier.dims[0]!);
  const labels = chooseLabels(folder, options, own);
  const isPoolerTrained = POOLER_TRAINERS.some((name) => checkpoint.has(name));
  const hasPooler = head.between.some((name) => name.startsWith(`${prefix}.`));
  const embedding = poolingOf(folder, options, { modules, hasPooler, hasClassifier, isPoolerTrained });
  const graph = encoderClassifierGraph(config, labels.length, embedding);
  const initialization = encoderInitialization(config, options.seed);
  const headLayers = { last: embedding ? SENTENCE_CLASSIFIER : head.last, between: embedding ? [] : head.between };
  const isLast = (name: string) => isOfLayers(name, [headLayers.last]);
  const { weights, fresh } = matchCheckpoint(graph, checkpoint, {
    source: folder,
    prefix,
    mayBeFresh: (name) => isLast(name) || isOfLayers(name, headLayers.between),
    mustBeFresh: (name) => isLast(name) && !sameLabels(labels, own),
    initialization,
  });
  const { padTokenId, vocabSize } = config;
  const maxLength = Math.min(encoderMaxLength(config), modules?.maxSeqLen ?? Infinity);
  return {
    graph,
    weights,
    labels,
    hubConfig,
    padTokenId,
    vocabSize,
    maxLength,
    initialization,
    fresh,
    source: "safetensors",
    embedding,
    headLayers,
  };
}

/** What only pretraining on pairs of texts needs, by BERT's and by ALBERT's names: with it, the pooler was trained. */
const POOLER_TRAINERS = ["cls.seq_relationship.weight", "sop_classifier.classifier.weight"];

/** Whether a parameter belongs to one of the layers. */
export function isOfLayers(name: string, layers: readonly string[]): boolean {
  return layers.some((layer) => name === layer || name.startsWith(`${layer}.`));
}

/** The last layer that {@link saveTextModel} writes beside a sentence encoder, whose own file then holds the encoder alone. */
async function readHead(folder: string): Promise<StateDict> {
  const path = join(folder, HEAD_FILE);
  return existsSync(path) ? readSafetensors(path) : new Map();
}

function poolingOf(
  folder: string,
  { pooling = "auto" }: LoadTextModelOptions,
  evidence: PoolingEvidence,
): SentenceEmbedding | undefined {
  const { embedding, remark } = choosePooling(pooling, evidence);
  if (remark !== undefined) process.emitWarning(`${folder}: ${remark}`, { type: "BaalWarning", code: "BAAL_POOLING" });
  return embedding;
}

async function loadFromOnnx(
  folder: string,
  hubConfig: Readonly<Record<string, unknown>>,
  options: LoadTextModelOptions,
): Promise<TextModelData> {
  const path = ["onnx/model.onnx", "model.onnx"].map((file) => join(folder, file)).find(existsSync);
  if (!path) {
    throw new BaalError("E_FILE_NOT_FOUND", missingWeights(folder, hubConfig));
  }
  const { importTextOnnx } = await import("./import-text-onnx.js");
  const modules = await readSentenceModules(folder);
  const imported = await importTextOnnx(path, {
    hubConfig,
    seed: options.seed,
    chooseLabels: (own) => chooseLabels(folder, options, own),
    modules,
    chooseEmbedding: () =>
      poolingOf(folder, options, {
        ...{ modules, hasPooler: hubConfig["model_type"] !== "distilbert" },
        ...{ hasClassifier: false, isPoolerTrained: false },
      }),
  });
  return { ...imported, hubConfig, source: "onnx" };
}

/** Names what the folder lacks, and what to do about it. */
function missingWeights(folder: string, { model_type: modelType }: Readonly<Record<string, unknown>>): string {
  const hasSafetensors = ["model.safetensors", "model.safetensors.index.json"].some((file) => existsSync(join(folder, file)));
  if (hasSafetensors && !isEncoderModelType(modelType))
    return `${folder} has safetensors of model_type ${JSON.stringify(modelType)}, which is not built here, and no onnx/model.onnx. ${EXPORT_ADVICE}`;
  return `${folder} has neither model.safetensors nor onnx/model.onnx; a model folder needs one of them beside config.json.`;
}

function chooseLabels(folder: string, options: LoadTextModelOptions, own: readonly string[] | undefined): readonly string[] {
  const labels = chosenLabels(options, own) ?? options.encoderLabels;
  if (!labels) {
    throw new BaalError(
      "E_ARGUMENT",
      `${folder} holds an encoder without a classifier; name the classes: fromPretrained(..., { labels: [...] }).`,
    );
  }
  return labels;
}
