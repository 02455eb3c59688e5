import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { ImageProcessor } from "./image-processor.js";
import { imageProcessorFromConfig } from "./preprocessor-config.js";
import { timmPreprocessorConfig } from "./timm-config.js";

/**
 * The image processor of a model folder: its `preprocessor_config.json`, else the `pretrained_cfg` of a timm model's `config.json`.
 * `undefined` where it has neither. Throws `E_MODEL_FORMAT`.
 */
export async function readImageProcessor(folder: string): Promise<ImageProcessor | undefined> {
  const path = join(folder, "preprocessor_config.json");
  const config = await readJson(path);
  if (config !== undefined) return imageProcessorFromConfig(config, path);
  const modelPath = join(folder, "config.json");
  const timm = timmPreprocessorConfig(await readJson(modelPath), modelPath);
  return timm === undefined ? undefined : imageProcessorFromConfig(timm, modelPath);
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new BaalError("E_MODEL_FORMAT", `${path} could not be read: ${errorMessage(error)}`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BaalError("E_MODEL_FORMAT", `${path} is no JSON (${errorMessage(error)}).`, { cause: error });
  }
}
