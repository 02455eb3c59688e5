import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Task } from "../../core/task.js";
import { sha256 } from "../../system/digest.js";
import { writeFolderAtomic } from "../../system/files.js";
import { problemType } from "../checkpoint/model-task.js";
import type { TfLayersModel, TfModelArtifacts } from "./tf-types.js";

const SHARD = "weights.bin";

/**
 * Writes `model.json` and `weights.bin`, which every TensorFlow.js loads; labels, task and a checksum are in the model's metadata.
 * The folder appears complete or not at all.
 */
export async function saveTfjsModel(
  folder: string,
  { model, labels, task }: { readonly model: TfLayersModel; readonly labels: readonly string[]; readonly task: Task },
): Promise<void> {
  const artifacts = await artifactsOf(model);
  const { modelTopology, weightSpecs, format, generatedBy, convertedBy, userDefinedMetadata } = artifacts;
  const weights = bytesOf(artifacts);
  const description = {
    modelTopology,
    format,
    generatedBy,
    convertedBy,
    weightsManifest: [{ paths: [SHARD], weights: weightSpecs }],
    userDefinedMetadata: { ...userDefinedMetadata, labels, ...problemType(task), sha256: { [SHARD]: sha256(...weights) } },
  };
  await writeFolderAtomic(folder, async (target) => {
    await writeFile(join(target, SHARD), weights);
    await writeFile(join(target, "model.json"), JSON.stringify(description));
  });
}

async function artifactsOf(model: TfLayersModel): Promise<TfModelArtifacts> {
  let saved: TfModelArtifacts = {};
  await model.save({
    async save(artifacts) {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    },
  });
  return saved;
}

function bytesOf({ weightData = [] }: TfModelArtifacts): Uint8Array[] {
  return (Array.isArray(weightData) ? weightData : [weightData]).map((part) => new Uint8Array(part));
}
