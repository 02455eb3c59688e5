import { existsSync } from "node:fs";
import { join } from "node:path";
import { type ModelFolderOptions, resolveModelFolder } from "../data/hub/resolve-model-folder.js";
import { isEncoderModelType } from "./architectures/encoder-config.js";
import { readModelConfig } from "./read-model-config.js";

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
