import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import { readSafetensors } from "../../engine/safetensors/read-safetensors.js";
import { readSafetensorsFolder } from "../../engine/safetensors/read-safetensors-folder.js";
import { checkConfigKeys } from "../architectures/config-keys.js";
import { encoderClassifierGraph, encoderInitialization, encoderMaxLength } from "../architectures/encoder-graph.js";
import { SENTENCE_CLASSIFIER, type SentenceEmbedding } from "../architectures/sentence-head.js";
import {
  encoderConfigFromHub,
  encoderConfigKeys,
  isEncoderModelType,
  modernHubConfig,
  textArchitecture,
} from "../architectures/text-architectures.js";
import { labelRemarks, refuseForeignHead, withoutForeignHead } from "../checkpoint/head-task.js";
import type { LoadingReport } from "../checkpoint/loading-report.js";
import type { LoraAdapter } from "../checkpoint/lora-adapter.js";
import { matchCheckpoint } from "../checkpoint/match-checkpoint.js";
import { onnxPath, readingSafetensors } from "../checkpoint/missing-weights.js";
import { readModelConfig } from "../checkpoint/model-kind.js";
import { chosenLabels, headLabels, type LabelWish, sameLabels } from "../checkpoint/model-labels.js";
import { taskOfModel } from "../checkpoint/model-task.js";
import { isSavedAsOnnx } from "../checkpoint/saved-graph.js";
import { prefixRemarks, withoutWrappers } from "../checkpoint/wrapper-prefixes.js";
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
  /** The ONNX file to read, from the folder on; `onnx/model.onnx` or `model.onnx` by default. */
  readonly onnxFile?: string | undefined;
  /** How a text's vector is made of its tokens'; `"auto"` by default: as the folder says. */
  readonly pooling?: Pooling | undefined;
  /** Merged into the weights of the safetensors. */
  readonly adapter?: LoraAdapter | undefined;
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
  readonly task: Task;
  readonly source: ModelSource;
  /** The classifier's own layers; `undefined` for a graph that was imported. */
  readonly headLayers?: HeadLayers | undefined;
  /** How the vector is made that the last layer reads; `undefined`: by the architecture's own head, or the graph's. */
  readonly embedding?: SentenceEmbedding | undefined;
  /** What was drawn at random, not used, or not read. */
  readonly report: LoadingReport;
}

/** Reads a model folder: config.json with safetensors (sharded or not), or config.json with onnx/model.onnx. */
export async function loadTextModel(folder: string, options: LoadTextModelOptions): Promise<TextModelData> {
  const hubConfig = await readModelConfig(folder);
  const hasSafetensors = ["model.safetensors", "model.safetensors.index.json"].some((file) => existsSync(join(folder, file)));
  const format = options.onnxFile === undefined ? options.format : "onnx";
  const useSafetensors = format
    ? format === "safetensors"
    : hasSafetensors && isEncoderModelType(hubConfig["model_type"]) && !isSavedAsOnnx(hubConfig);
  if (options.adapter && !useSafetensors) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${folder}: an adapter is merged into the safetensors of an architecture that is built here, which this is not. Merge it in Python (model.merge_and_unload()), or take adapter_config.json away to load the model without it.`,
    );
  }
  if (!useSafetensors) return loadFromOnnx(folder, hubConfig, options);
  return readingSafetensors(folder, () => loadFromSafetensors(folder, hubConfig, options), { isAsked: format !== undefined });
}

async function loadFromSafetensors(
  folder: string,
  found: Readonly<Record<string, unknown>>,
  options: LoadTextModelOptions,
): Promise<TextModelData> {
  const source = join(folder, "config.json");
  const hubConfig = modernHubConfig(found, source);
  const config = encoderConfigFromHub(hubConfig, source);
  const ignored = checkConfigKeys(hubConfig, { read: encoderConfigKeys(config.modelType), source });
  const { prefix, head, modernNames } = textArchitecture(config.modelType);
  const modules = await readSentenceModules(folder);
  const read = withoutWrappers(await readSafetensorsFolder(folder));
  const labelled = { source: folder, labels: options.labels ?? options.encoderLabels, last: head.last };
  const merged = options.adapter?.merge(read.checkpoint) ?? read.checkpoint;
  const { checkpoint: encoder, remarks } = withoutForeignHead(hubConfig, merged, labelled);
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
  const isFresh = !sameLabels(labels, own);
  const task = taskOfModel({ task: options.task, config: hubConfig, own, isFresh });
  const graph = encoderClassifierGraph(config, labels.length, embedding);
  const initialization = encoderInitialization(config, options.seed);
  const headLayers = { last: embedding ? SENTENCE_CLASSIFIER : head.last, between: embedding ? [] : head.between };
  const isLast = (name: string) => isOfLayers(name, [headLayers.last]);
  const { weights, fresh, unused } = matchCheckpoint(graph, checkpoint, {
    source: folder,
    prefix,
    mayBeFresh: (name) => isLast(name) || isOfLayers(name, headLayers.between),
    mustBeFresh: (name) => isLast(name) && isFresh,
    initialization,
  });
  const { padTokenId, vocabSize } = config;
  const maxLength = Math.min(encoderMaxLength(config), modules?.maxSeqLen ?? Infinity);
  return {
    graph,
    weights,
    labels,
    task,
    hubConfig,
    padTokenId,
    vocabSize,
    maxLength,
    initialization,
    fresh,
    source: "safetensors",
    embedding,
    headLayers,
    report: {
      ...{ fresh: [...fresh], unused, ignored },
      remarks: [
        ...remarks,
        ...(options.adapter ? ["the LoRA adapter was merged"] : []),
        ...prefixRemarks(read.prefixes),
        ...labelRemarks(hubConfig, own?.length),
      ],
    },
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
  const path = await onnxPath(folder, { ...options, canBuild: isEncoderModelType(hubConfig["model_type"]) });
  refuseForeignHead(hubConfig, path);
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
  const { unplacedDropout = [] } = imported;
  const missing =
    unplacedDropout.length > 0 ? [`dropout of the source that has no place here: ${unplacedDropout.join(", ")}`] : [];
  const remarks = [...labelRemarks(hubConfig, imported.outputs), ...missing];
  const report = { fresh: [...imported.fresh], unused: [], ignored: [], remarks };
  const { labels, fresh, endsInSigmoid } = imported;
  const isFresh = fresh.size > 0;
  const task = taskOfModel({ task: options.task, config: hubConfig, own: labels, isFresh, endsInSigmoid });
  return { ...imported, task, hubConfig, source: "onnx", report };
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
