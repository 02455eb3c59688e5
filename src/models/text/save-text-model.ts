import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Calibrator } from "../../calibration/calibrator.js";
import type { StateDict } from "../../core/bayesian-model.js";
import type { Task } from "../../core/task.js";
import { jsonWithNumbers } from "../../core/written-numbers.js";
import type { TextTokenizer } from "../../data/text/text-tokenizer.js";
import type { Graph } from "../../engine/onnx/graph.js";
import { writeSafetensors } from "../../engine/safetensors/write-safetensors.js";
import { writeFolderAtomic } from "../../system/files.js";
import type { ModelType } from "../architectures/encoder-config.js";
import type { SentenceEmbedding } from "../architectures/sentence-head.js";
import type { TextArchitecture } from "../architectures/text-architecture.js";
import { isEncoderModelType, textArchitecture } from "../architectures/text-architectures.js";
import { saveCalibrator } from "../checkpoint/calibration-file.js";
import { labelTables } from "../checkpoint/model-labels.js";
import { problemType } from "../checkpoint/model-task.js";
import { encodeSavedGraph, weightsEntry } from "../checkpoint/saved-graph.js";
import { saveThresholds } from "../checkpoint/thresholds.js";
import { saveVariance } from "../checkpoint/variance-file.js";
import type { ModelSource } from "../graph/graph-classifier.js";
import { type OutOfScopeRule, saveOutOfScopeRule } from "../out-of-scope/rule.js";
import { HEAD_FILE } from "./load-text-model.js";
import { writeSentenceModules } from "./sentence-modules.js";

export interface SavableTextModel {
  readonly graph: Graph;
  readonly weights: StateDict;
  readonly labels: readonly string[];
  readonly task: Task;
  readonly hubConfig: Readonly<Record<string, unknown>>;
  readonly tokenizer: TextTokenizer | undefined;
  readonly maxLength: number;
  readonly embedding?: SentenceEmbedding | undefined;
  readonly source: ModelSource;
  readonly seesPadding?: boolean | undefined;
  readonly outOfScope?: OutOfScopeRule | undefined;
  readonly thresholds?: readonly number[] | undefined;
  readonly calibrator?: Calibrator | undefined;
  readonly variance?: StateDict | undefined;
}

/**
 * Writes the hub's layout, which transformers and transformers.js load: the folder appears complete or not at all. A sentence encoder is
 * written so that sentence-transformers opens it: the encoder in model.safetensors, how it pools in modules.json, the head beside them.
 */
export async function saveTextModel(
  folder: string,
  {
    graph,
    weights,
    labels,
    task,
    hubConfig,
    tokenizer,
    embedding,
    maxLength,
    source,
    seesPadding,
    outOfScope,
    thresholds,
    calibrator,
    variance,
  }: SavableTextModel,
): Promise<void> {
  const { problem_type: _, ...rest } = hubConfig;
  const kind = embedding === undefined ? "classifier" : "encoder";
  const config = {
    ...{ ...rest, architectures: architectures(hubConfig["model_type"], kind) },
    ...{ ...weightsEntry(source === "onnx"), ...problemType(task), ...labelTables(labels) },
  };
  await writeFolderAtomic(folder, async (target) => {
    await writeFile(join(target, "config.json"), `${jsonWithNumbers(config)}\n`);
    await tokenizer?.save(target);
    if (embedding === undefined) await writeSafetensors(join(target, "model.safetensors"), weights);
    else
      await writeSentenceEncoder(target, {
        embedding,
        weights,
        hubConfig,
        maxSeqLen: Math.min(maxLength, tokenizer?.modelMaxLength ?? Infinity),
      });
    await saveOutOfScopeRule(target, outOfScope);
    await saveThresholds(target, { labels, thresholds });
    await saveCalibrator(target, calibrator);
    await saveVariance(target, variance);
    await mkdir(join(target, "onnx"));
    await writeFile(join(target, "onnx", "model.onnx"), await encodeSavedGraph(graph, weights, { seesPadding }));
  });
}

/** transformers' class of what is written. */
function architectures(modelType: unknown, kind: keyof TextArchitecture["classes"]): string[] {
  return isEncoderModelType(modelType) ? [textArchitecture(modelType as ModelType).classes[kind]] : [];
}

interface SentenceEncoder {
  readonly embedding: SentenceEmbedding;
  readonly weights: StateDict;
  readonly hubConfig: Readonly<Record<string, unknown>>;
  readonly maxSeqLen: number;
}

/** The encoder's weights under the names that a bare encoder has, the dense layers' in their folders, the classifier's in a file of its own. */
async function writeSentenceEncoder(
  folder: string,
  { embedding, weights, hubConfig, maxSeqLen }: SentenceEncoder,
): Promise<void> {
  const modelType = hubConfig["model_type"];
  const prefix = `${isEncoderModelType(modelType) ? textArchitecture(modelType as ModelType).prefix : String(modelType)}.`;
  const encoder: StateDict = new Map();
  const head: StateDict = new Map();
  for (const [name, tensor] of weights) {
    if (name.startsWith("classifier.")) head.set(name, tensor);
    else if (!name.startsWith("sentence.dense.")) encoder.set(name.startsWith(prefix) ? name.slice(prefix.length) : name, tensor);
  }
  await writeSafetensors(join(folder, "model.safetensors"), encoder);
  await writeSafetensors(join(folder, HEAD_FILE), head);
  const inputs = head.get("classifier.weight")!.dims[1]!;
  const first = embedding.steps.find((step) => step.kind === "dense");
  const dim = (first?.dense.inputs ?? inputs) / embedding.pooling.length;
  await writeSentenceModules(folder, embedding, { dim, weights, maxSeqLen });
}
