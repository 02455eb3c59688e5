import {
  adapterFiles,
  featuresModelFiles,
  imageModelFiles,
  type ModelFiles,
  type ModelFolderOptions,
  resolveModelFolder,
  textModelFiles,
  type WeightChoice,
} from "../../data/hub/resolve-model-folder.js";
import { isBuildableImage } from "../architectures/image-architectures.js";
import { isEncoderModelType } from "../architectures/text-architectures.js";
import { isAdapterFolder } from "./lora-adapter.js";
import { type FolderKind, type ModelConfig, type ModelKind, modelKind, readModelConfig } from "./model-kind.js";
import { isSavedAsOnnx } from "./saved-graph.js";

type WeightFormat = ModelFolderOptions["format"];

interface KindOfFolder {
  /** The files that tell whether an architecture can be built here. */
  readonly clues: ModelFiles;
  readonly files: (weights: WeightChoice) => ModelFiles;
  /** Whether a config.json describes an architecture that is built here; others come as an ONNX export. */
  readonly isBuildable: (config: ModelConfig) => boolean;
}

const KINDS: Readonly<Record<FolderKind, KindOfFolder>> = {
  // An adapter that lies alone has a configuration of its own.
  text: {
    clues: { required: [["config.json", "adapter_config.json"]], optional: [] },
    files: textModelFiles,
    isBuildable: (found) => isEncoderModelType(found["model_type"]),
  },
  // Weights of torchvision come without a configuration.
  image: { clues: { required: [], optional: [["config.json"]] }, files: imageModelFiles, isBuildable: isBuildableImage },
  features: {
    clues: { required: [["config.json"]], optional: [] },
    files: () => featuresModelFiles,
    isBuildable: () => true,
  },
};

/** A classifier's kind, and the local folder with all that its kind needs. */
export interface FoundClassifier {
  readonly kind: ModelKind;
  readonly folder: string;
}

/**
 * Finds a classifier of texts or images by folder or hub id, and fetches what is not here yet. Throws as {@link modelFolder}, and
 * `E_MODEL_FORMAT` for a model of another kind.
 */
export async function findClassifier(idOrFolder: string, options: ModelFolderOptions = {}): Promise<FoundClassifier> {
  const kind = await modelKind(idOrFolder, options);
  return { kind, folder: await modelFolder(kind, idOrFolder, options) };
}

/**
 * The local folder of a classifier with all that its kind needs, with only ONNX weights for an architecture that cannot be built here
 * and would leave its safetensors unread.
 * Throws `E_FILE_NOT_FOUND` for a name that is neither a folder nor a hub id, `E_HUB` or `E_MODEL_FORMAT`.
 */
export async function modelFolder(kind: FolderKind, idOrFolder: string, options: ModelFolderOptions): Promise<string> {
  const { format, onnxFile, ...rest } = options;
  const { clues, files } = KINDS[kind];
  const known = await resolveModelFolder(idOrFolder, { ...rest, files: clues });
  if (isAdapterFolder(known)) return resolveModelFolder(idOrFolder, { ...rest, files: adapterFiles });
  const wanted = format ?? (onnxFile === undefined ? await usableFormat(kind, known) : undefined);
  return resolveModelFolder(idOrFolder, { ...rest, files: files({ format: wanted, onnxFile }) });
}

async function usableFormat(kind: FolderKind, folder: string): Promise<WeightFormat> {
  const found = await readModelConfig(folder).catch((error: unknown) => {
    if (kind === "image") return {};
    throw error;
  });
  return KINDS[kind].isBuildable(found) && !isSavedAsOnnx(found) ? undefined : "onnx";
}
