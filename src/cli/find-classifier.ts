import type { ModelFolderOptions } from "../data/hub/resolve-model-folder.js";
import { classifierFolder } from "../models/classifier-folder.js";
import { type ModelKind, modelKind } from "../models/model-kind.js";

/** What a model reads, and the local folder with the files that its kind needs. */
export async function findClassifier(
  model: string,
  options: ModelFolderOptions,
): Promise<{ readonly kind: ModelKind; readonly folder: string }> {
  const kind = await modelKind(model, options);
  return { kind, folder: await classifierFolder(kind, model, options) };
}
