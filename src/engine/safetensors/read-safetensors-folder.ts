import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError, errorMessage } from "../../core/errors.js";
import { readSafetensors, readSafetensorsHeader } from "./read-safetensors.js";

export const safetensorsFile = "model.safetensors";
export const safetensorsIndexFile = "model.safetensors.index.json";

/**
 * Reads a folder's `model.safetensors`, or the shards that its `model.safetensors.index.json` names.
 * Throws `E_FILE_NOT_FOUND` when the folder has neither, and `E_MODEL_FORMAT` for a damaged index, a missing shard, or a shard
 * without a tensor that the index places in it.
 *
 * @example
 * ```ts with=engine
 * import { readSafetensorsFolder, writeSafetensors } from "baaljs/engine";
 *
 * await writeSafetensors("folder/model.safetensors", parameters);
 * const table = await readSafetensorsFolder("folder");
 * ```
 */
export async function readSafetensorsFolder(folder: string): Promise<StateDict> {
  const single = join(folder, safetensorsFile);
  if (existsSync(single)) return readSafetensors(single);
  const index = join(folder, safetensorsIndexFile);
  if (!existsSync(index)) {
    throw new BaalError(
      "E_FILE_NOT_FOUND",
      `${folder} has no weights: neither ${safetensorsFile} nor ${safetensorsIndexFile} is there. Convert other formats (pytorch_model.bin) with transformers' save_pretrained.`,
    );
  }
  const weightMap = await readWeightMap(index);
  const table: StateDict = new Map();
  for (const shard of new Set(weightMap.values())) {
    const path = join(folder, shard);
    if (!existsSync(path))
      throw new BaalError("E_MODEL_FORMAT", `${index} names the shard ${shard}, which is not in the folder. Download it too.`);
    for (const [name, tensor] of await readSafetensors(path)) {
      if (table.has(name)) throw new BaalError("E_MODEL_FORMAT", `${path} repeats the tensor "${name}" of another shard.`);
      table.set(name, tensor);
    }
  }
  for (const [name, shard] of weightMap) {
    // Integer tensors are in the index too but are not read as weights: the shard's own header tells them from missing ones.
    if (!table.has(name) && !(await hasTensor(join(folder, shard), name))) {
      throw new BaalError(
        "E_MODEL_FORMAT",
        `${index} places "${name}" in ${shard}, where it is not. Download or save the folder again.`,
      );
    }
  }
  return table;
}

async function hasTensor(path: string, name: string): Promise<boolean> {
  return (await readSafetensorsHeader(path)).tensors.some((tensor) => tensor.name === name);
}

/** The shard files that an index names, in their order. Throws `E_MODEL_FORMAT`. */
export async function shardsOfIndex(index: string): Promise<string[]> {
  return [...new Set((await readWeightMap(index)).values())];
}

async function readWeightMap(index: string): Promise<Map<string, string>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(index, "utf8"));
  } catch (cause) {
    throw new BaalError("E_MODEL_FORMAT", `${index} is not JSON: ${errorMessage(cause)}.`, { cause });
  }
  const entries = Object.entries((parsed as { weight_map?: unknown } | null)?.weight_map ?? {});
  const wrong = entries.find(([, file]) => typeof file !== "string" || /[\\/]/.test(file));
  if (entries.length === 0 || wrong !== undefined) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${index} has no usable "weight_map" of tensor names to file names${wrong ? ` (see "${wrong[0]}")` : ""}.`,
    );
  }
  return new Map(entries as [string, string][]);
}
