import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Calibrator } from "../../calibration/calibrator.js";
import type { StateDict } from "../../core/bayesian-model.js";
import { jsonWithNumbers } from "../../core/written-numbers.js";
import { writeSafetensors } from "../../engine/safetensors/write-safetensors.js";
import { writeFolderAtomic } from "../../system/files.js";
import { publishedImage } from "../architectures/published-images.js";
import { timmConfig, timmName } from "../architectures/timm.js";
import { saveCalibrator } from "../checkpoint/calibration-file.js";
import { labelTables } from "../checkpoint/model-labels.js";
import { problemType } from "../checkpoint/model-task.js";
import { encodeSavedGraph, weightsEntry } from "../checkpoint/saved-graph.js";
import { saveThresholds } from "../checkpoint/thresholds.js";
import { saveVariance } from "../checkpoint/variance-file.js";
import { type OutOfScopeRule, saveOutOfScopeRule } from "../out-of-scope/rule.js";
import type { ImageModelData } from "./load-image-model.js";

/** transformers.js runs a plain CNN under this type; it has none for VGG. Which network it is stands in "architecture". */
const PLAIN_CNN = { model_type: "resnet", architectures: ["ResNetForImageClassification"] };

interface SavableImageModel extends ImageModelData {
  readonly outOfScope?: OutOfScopeRule | undefined;
  readonly thresholds?: readonly number[] | undefined;
  readonly calibrator?: Calibrator | undefined;
  readonly variance?: StateDict | undefined;
}

/** Writes the hub's layout, which transformers.js loads: the folder appears complete or not at all. */
export async function saveImageModel(folder: string, model: SavableImageModel): Promise<void> {
  const { graph, weights, labels, network, processor, inputShape, hubConfig } = model;
  const architecture = network?.architecture ?? "imported";
  const config = {
    ...(typeof hubConfig["model_type"] === "string" ? hubConfig : { ...PLAIN_CNN, architecture, ...hubConfig }),
    ...(timmName(hubConfig) === undefined ? {} : timmConfig(hubConfig, labels)),
    ...{ num_channels: inputShape[0], image_size: inputShape.slice(1), baal: network ?? hubConfig["baal"] },
    ...weightsEntry(model.source === "onnx"),
    ...problemType(model.task),
    ...labelTables(labels),
  };
  await writeFolderAtomic(folder, async (target) => {
    await writeFile(join(target, "config.json"), `${jsonWithNumbers(config)}\n`);
    await writeFile(join(target, "preprocessor_config.json"), `${JSON.stringify(processor.toConfig(), null, 2)}\n`);
    const saved = model.source === "safetensors" ? publishedImage(hubConfig)?.saved?.(weights) : undefined;
    await writeSafetensors(join(target, "model.safetensors"), saved ?? weights);
    await mkdir(join(target, "onnx"));
    await writeFile(join(target, "onnx", "model.onnx"), await encodeSavedGraph(graph, weights));
    await saveOutOfScopeRule(target, model.outOfScope);
    await saveThresholds(target, model);
    await saveCalibrator(target, model.calibrator);
    await saveVariance(target, model.variance);
  });
}
