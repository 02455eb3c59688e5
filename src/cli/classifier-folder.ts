import { imageModelFiles, type ModelFolderOptions, resolveModelFolder } from "../data/hub/resolve-model-folder.js";
import { isBuildable } from "../models/load-image-model.js";
import { type ModelKind, modelKind } from "../models/model-kind.js";
import { readModelConfig } from "../models/read-model-config.js";

/** The local folder of a text or image classifier, with the files that its kind needs, and what it reads. */
export async function classifierFolder(
  model: string,
  options: ModelFolderOptions,
): Promise<{ readonly kind: ModelKind; readonly folder: string }> {
  const kind = await modelKind(model, options);
  if (kind === "text") return { kind, folder: await resolveModelFolder(model, options) };
  const known = await resolveModelFolder(model, { ...options, files: { required: [], optional: [["config.json"]] } });
  const config = await readModelConfig(known).catch(() => ({}));
  // The safetensors of an architecture that cannot be built here would be of no use.
  const files = imageModelFiles(isBuildable(config) ? undefined : "onnx");
  return { kind, folder: await resolveModelFolder(model, { ...options, files }) };
}
