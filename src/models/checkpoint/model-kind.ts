import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, errorMessage } from "../../core/errors.js";
import { parseJsonKeepingNumbers } from "../../core/written-numbers.js";
import { type ModelFolderOptions, resolveModelFolder } from "../../data/hub/resolve-model-folder.js";
import { isEncoderModelType } from "../architectures/text-architectures.js";

/** A classifier's input: texts or images. */
export type ModelKind = "text" | "image";

/** The input of whatever model a folder may hold: a head reads the features of a frozen encoder. */
export type FolderKind = ModelKind | "features";

/** A model folder's config.json. */
export type ModelConfig = Readonly<Record<string, unknown>>;

/** config.json's `model_type` of a head over features. */
export const HEAD_MODEL_TYPE = "baal-head";

const PREPROCESSOR = "preprocessor_config.json";
const TOKENIZERS = ["tokenizer.json", "vocab.txt", "vocab.json", "tokenizer_config.json"];

/** Known before the weights are there. */
const files = { required: [], optional: [["config.json"], [PREPROCESSOR], TOKENIZERS] };

interface Clues {
  readonly config: ModelConfig;
  readonly architectures: string;
  readonly has: (name: string) => boolean;
}

/** The first one that fits decides. */
const RULES: readonly (readonly [FolderKind, (clues: Clues) => boolean])[] = [
  ["features", ({ config }) => config["model_type"] === HEAD_MODEL_TYPE],
  ["image", ({ architectures }) => architectures.includes("ForImageClassification")],
  ["text", ({ architectures }) => architectures.includes("ForSequenceClassification")],
  ["image", ({ config }) => config["baal"] !== undefined || config["pretrained_cfg"] !== undefined],
  ["text", ({ config }) => isEncoderModelType(config["model_type"])],
  ["text", ({ has }) => TOKENIZERS.some(has)],
  ["image", ({ has }) => has(PREPROCESSOR)],
  // torchvision's weights come without any configuration, texts cannot be read without one.
  ["image", ({ config, has }) => has("model.safetensors") && Object.keys(config).length === 0],
];

/** Folders of something else, by the file that tells, and how they are opened. */
const OTHERS: readonly (readonly [file: string, what: string])[] = [
  ["model.json", "a TensorFlow.js model: open it with loadTfjsModel(tf, folder) of baaljs/tfjs"],
  ["ensemble.json", "a deep ensemble's members: read them with DeepEnsemble.load(folder)"],
];

/**
 * Whether a model folder or repository holds a text classifier, an image classifier or a head over features, from its config.json and
 * the files beside it. Where nothing tells, `"text"`, whose loader says what is missing.
 * Throws `E_FILE_NOT_FOUND`, `E_HUB` or `E_MODEL_FORMAT`.
 */
export async function folderKind(idOrFolder: string, options: ModelFolderOptions = {}): Promise<FolderKind> {
  const folder = await resolveModelFolder(idOrFolder, { ...options, files });
  const has = (name: string) => existsSync(join(folder, name));
  const other = has("config.json") ? undefined : OTHERS.find(([file]) => has(file));
  if (other) throw new BaalError("E_MODEL_FORMAT", `${folder} holds ${other[1]}.`);
  const config = has("config.json") ? await readModelConfig(folder) : {};
  const clues = { config, architectures: String(config["architectures"] ?? ""), has };
  return RULES.find(([, fits]) => fits(clues))?.[0] ?? "text";
}

/** As {@link folderKind}, of a folder that holds a classifier of texts or images. Throws `E_MODEL_FORMAT` for another one as well. */
export async function modelKind(idOrFolder: string, options: ModelFolderOptions = {}): Promise<ModelKind> {
  const kind = await folderKind(idOrFolder, options);
  if (kind !== "features") return kind;
  throw new BaalError(
    "E_MODEL_FORMAT",
    `${idOrFolder} holds a classifier of feature vectors, which reads neither texts nor images: load it with HeadClassifier.fromPretrained, or give the folder of a text or image classifier.`,
  );
}

/** Throws `E_FILE_NOT_FOUND` or `E_MODEL_FORMAT`. */
export async function readModelConfig(folder: string): Promise<Record<string, unknown>> {
  const path = join(folder, "config.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new BaalError("E_FILE_NOT_FOUND", `${folder} is not a model folder: config.json is missing there.`, { cause: error });
  }
  try {
    return parseJsonKeepingNumbers(text) as Record<string, unknown>;
  } catch (error) {
    throw new BaalError("E_MODEL_FORMAT", `${path} is not JSON: ${errorMessage(error)}`, { cause: error });
  }
}
