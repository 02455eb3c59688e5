import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { BaalError } from "../../core/errors.js";
import { addFile, newDigest } from "../../system/digest.js";

/** Everything that decides what a model answers: configuration, weights, tokenizer, how images are prepared. */
const relevant =
  /^(config|out_of_scope|thresholds|calibration|preprocessor_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|adapter_config|vocab|.*\.safetensors\.index)\.json$|\.(safetensors|onnx|onnx_data|data|txt)$/;

/**
 * A name for what a model folder holds, `<folder>-<12 hex digits of its contents' SHA-256>`: the same after a restart or a move, another
 * one when the model changes. Throws `E_FILE_NOT_FOUND` for a folder without model files.
 */
export async function modelVersion(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new BaalError("E_FILE_NOT_FOUND", `${folder} is not a readable model folder.`, { cause });
  });
  const files = names.filter((name) => relevant.test(basename(name))).sort();
  if (files.length === 0)
    throw new BaalError("E_FILE_NOT_FOUND", `${folder} holds no model: config.json and weights are missing.`);
  const hash = newDigest();
  for (const name of files) {
    hash.update(`${name.replaceAll("\\", "/")}\0`);
    await addFile(hash, join(folder, name));
  }
  return `${basename(resolve(folder))}-${hash.digest("hex").slice(0, 12)}`;
}
