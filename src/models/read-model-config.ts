import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, errorMessage } from "../errors.js";

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
