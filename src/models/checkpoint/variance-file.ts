import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StateDict } from "../../core/bayesian-model.js";
import { readSafetensors } from "../../engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../../engine/safetensors/write-safetensors.js";

/** Beside a model's files, which are those of a regression that any other tool reads: the layer that predicts the variance of its numbers. */
const VARIANCE_FILE = "variance.safetensors";

/** Writes the layer of the variance beside a model's files; nothing where there is none. */
export async function saveVariance(folder: string, state: StateDict | undefined): Promise<void> {
  if (state) await writeSafetensors(join(folder, VARIANCE_FILE), state);
}

/** The layer of the variance of a model's folder, if it has one. Throws `E_MODEL_FORMAT` for a file that cannot be read. */
export async function loadVariance(folder: string): Promise<StateDict | undefined> {
  const path = join(folder, VARIANCE_FILE);
  return existsSync(path) ? readSafetensors(path) : undefined;
}
