import {
  imageModelFiles,
  type ModelFolderOptions,
  resolveModelFolder,
  textModelFiles,
} from "../../data/hub/resolve-model-folder.js";
import { isBuildable as isBuildableImage } from "../images/load-image-model.js";
import { isBuildable as isBuildableText } from "../text/load-text-model.js";
import { type ModelKind, readModelConfig } from "./model-kind.js";

type Format = ModelFolderOptions["format"];

const KINDS = {
  text: { config: { required: [["config.json"]], optional: [] }, files: textModelFiles, isBuildable: isBuildableText },
  // Weights of torchvision come without a configuration.
  image: { config: { required: [], optional: [["config.json"]] }, files: imageModelFiles, isBuildable: isBuildableImage },
} as const;

/**
 * The local folder of a classifier with all that its kind needs: `resolveModelFolder`, which it throws like, with only ONNX weights for
 * an architecture that cannot be built here and would leave its safetensors unread.
 */
export async function classifierFolder(kind: ModelKind, idOrFolder: string, options: ModelFolderOptions): Promise<string> {
  const { format, ...rest } = options;
  const wanted = format ?? (await usableFormat(kind, idOrFolder, rest));
  return resolveModelFolder(idOrFolder, { ...rest, files: KINDS[kind].files(wanted) });
}

async function usableFormat(kind: ModelKind, idOrFolder: string, options: ModelFolderOptions): Promise<Format> {
  const { config: files, isBuildable } = KINDS[kind];
  const folder = await resolveModelFolder(idOrFolder, { ...options, files });
  const config = await readModelConfig(folder).catch((error: unknown) => {
    if (kind === "text") throw error;
    return {};
  });
  return isBuildable(config) ? undefined : "onnx";
}
