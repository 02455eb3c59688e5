import { basename } from "node:path";
import { classifierFolder } from "../models/classifier-folder.js";
import type { ModelKind } from "../models/model-kind.js";
import { dataFile } from "./datasets/data-file.js";
import type { DataFile, DataPlace } from "./datasets/experiment-data.js";
import type { ExperimentConfig } from "./experiment-config.js";

/** The weights that an experiment begins with, where it does not draw them. */
export interface PretrainedWeights {
  readonly folder: string;
  /** The commit, of a model of the hub. */
  readonly revision?: string;
  /** Size and checksum, of a local folder. */
  readonly file?: DataFile;
}

/** Fetches the weights of `model.pretrained`, so that a run can say which they were. Throws `E_FILE_NOT_FOUND`, `E_HUB`, `E_MODEL_FORMAT`. */
export async function pretrainedWeights(
  { model }: ExperimentConfig,
  { kind, place }: { readonly kind: ModelKind; readonly place: DataPlace },
): Promise<PretrainedWeights | undefined> {
  if (!("pretrained" in model)) return undefined;
  const { pretrained, revision, format } = model as { pretrained: string; revision?: string; format?: "safetensors" | "onnx" };
  const { hub = {}, signal } = place;
  const folder = await classifierFolder(kind, pretrained, { ...hub, revision, format, signal });
  // The folders of the hub's cache are called after commits.
  return folder === pretrained ? { folder, file: await dataFile(folder) } : { folder, revision: basename(folder) };
}
