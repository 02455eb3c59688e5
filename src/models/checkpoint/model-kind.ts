import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, errorMessage } from "../../core/errors.js";
import { type ModelFolderOptions, resolveModelFolder } from "../../data/hub/resolve-model-folder.js";
import { isEncoderModelType } from "../architectures/encoder-config.js";

/** What a classifier reads. */
export type ModelKind = "text" | "image";

const PREPROCESSOR = "preprocessor_config.json";
const TOKENIZERS = ["tokenizer.json", "vocab.txt", "vocab.json", "tokenizer_config.json"];

/** What can be known before the weights are there. */
const files = { required: [], optional: [["config.json"], [PREPROCESSOR], TOKENIZERS] };

interface Clues {
  readonly config: Readonly<Record<string, unknown>>;
  readonly architectures: string;
  readonly has: (name: string) => boolean;
}

/** The first one that fits decides. */
const RULES: readonly (readonly [ModelKind, (clues: Clues) => boolean])[] = [
  ["image", ({ architectures }) => architectures.includes("ForImageClassification")],
  ["text", ({ architectures }) => architectures.includes("ForSequenceClassification")],
  ["image", ({ config }) => config["baal"] !== undefined || config["pretrained_cfg"] !== undefined],
  ["text", ({ config }) => isEncoderModelType(config["model_type"])],
  ["text", ({ has }) => TOKENIZERS.some(has)],
  ["image", ({ has }) => has(PREPROCESSOR)],
  // torchvision's weights come without any configuration, texts cannot be read without one.
  ["image", ({ config, has }) => has("model.safetensors") && Object.keys(config).length === 0],
];

/**
 * Whether a model folder or repository holds a text or an image classifier, from its config.json and the files beside it. Where nothing
 * tells, `"text"`, whose loader says what is missing. Throws `E_FILE_NOT_FOUND`, `E_HUB` or `E_MODEL_FORMAT`.
 */
export async function modelKind(idOrFolder: string, options: ModelFolderOptions = {}): Promise<ModelKind> {
  const folder = await resolveModelFolder(idOrFolder, { ...options, files });
  const has = (name: string) => existsSync(join(folder, name));
  const config = has("config.json") ? await readModelConfig(folder) : {};
  const clues = { config, architectures: String(config["architectures"] ?? ""), has };
  return RULES.find(([, fits]) => fits(clues))?.[0] ?? "text";
}

/** A model folder's config.json. Throws `E_FILE_NOT_FOUND` or `E_MODEL_FORMAT`. */
export async function readModelConfig(folder: string): Promise<Record<string, unknown>> {
  const path = join(folder, "config.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new BaalError("E_FILE_NOT_FOUND", `${folder} is not a model folder: config.json is missing there.`, { cause: error });
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new BaalError("E_MODEL_FORMAT", `${path} is not JSON: ${errorMessage(error)}`, { cause: error });
  }
}
