import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installMasks } from "../../bayesian/dropout-sites.js";
import type { StateDict } from "../../core/bayesian-model.js";
import type { TextTokenizer } from "../../data/text/text-tokenizer.js";
import { encodeModel } from "../../engine/onnx/encode.js";
import type { Graph } from "../../engine/onnx/graph.js";
import { bakeParameters } from "../../engine/onnx/parameters.js";
import { writeSafetensors } from "../../engine/safetensors/write-safetensors.js";
import { writeFolderAtomic } from "../../system/files.js";
import { labelTables, problemType } from "../checkpoint/model-labels.js";

export interface SavableTextModel {
  readonly graph: Graph;
  readonly weights: StateDict;
  readonly labels: readonly string[];
  readonly isMultiLabel: boolean;
  readonly hubConfig: Readonly<Record<string, unknown>>;
  readonly tokenizer: TextTokenizer | undefined;
}

/** Writes the hub's layout, which transformers and transformers.js load: the folder appears complete or not at all. */
export async function saveTextModel(
  folder: string,
  { graph, weights, labels, isMultiLabel, hubConfig, tokenizer }: SavableTextModel,
): Promise<void> {
  const { problem_type: _, ...rest } = hubConfig;
  const config = {
    ...{ ...rest, architectures: architectures(hubConfig["model_type"]) },
    ...{ ...problemType(isMultiLabel), ...labelTables(labels) },
  };
  await writeFolderAtomic(folder, async (target) => {
    await writeFile(join(target, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
    await tokenizer?.save(target);
    await writeSafetensors(join(target, "model.safetensors"), weights);
    await mkdir(join(target, "onnx"));
    const inference = bakeParameters(installMasks(graph, () => false).graph, weights);
    await writeFile(join(target, "onnx", "model.onnx"), encodeModel(inference));
  });
}

const classifierClasses: Readonly<Record<string, string>> = {
  distilbert: "DistilBertForSequenceClassification",
  bert: "BertForSequenceClassification",
  roberta: "RobertaForSequenceClassification",
};

function architectures(modelType: unknown): string[] {
  const name = classifierClasses[String(modelType)];
  return name ? [name] : [];
}
