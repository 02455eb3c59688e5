import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BaalError, errorMessage } from "../../core/errors.js";
import { DEFAULT_THRESHOLD } from "../../metrics/label-thresholds.js";

/** Beside a model's files: a probability for each label, by name. */
const THRESHOLDS_FILE = "thresholds.json";

const schema = z.record(z.string(), z.number().min(0).max(1));

/** Writes the thresholds of a model's labels beside its files; nothing where there are none. */
export async function saveThresholds(
  folder: string,
  { labels, thresholds }: { readonly labels: readonly string[]; readonly thresholds?: readonly number[] | undefined },
): Promise<void> {
  if (!thresholds) return;
  const named = Object.fromEntries(labels.map((label, c) => [label, thresholds[c]]));
  await writeFile(join(folder, THRESHOLDS_FILE), `${JSON.stringify(named, null, 2)}\n`);
}

/**
 * The thresholds of a model's folder in the order of its labels, if it has any; 0.5 for a label that the file does not name. Throws `E_MODEL_FORMAT` for
 * a file that cannot be read, or that names a label which the model does not have.
 */
export async function loadThresholds(folder: string, labels: readonly string[]): Promise<readonly number[] | undefined> {
  const path = join(folder, THRESHOLDS_FILE);
  if (!existsSync(path)) return undefined;
  try {
    const named = new Map(Object.entries(schema.parse(JSON.parse(await readFile(path, "utf8")))));
    const unknown = [...named.keys()].find((label) => !labels.includes(label));
    if (unknown !== undefined) throw new Error(`it names "${unknown}", which is no label of the model`);
    return labels.map((label) => named.get(label) ?? DEFAULT_THRESHOLD);
  } catch (error) {
    const remedy = "Remove it, or save the model again.";
    throw new BaalError("E_MODEL_FORMAT", `${path} holds no thresholds of labels (${errorMessage(error)}). ${remedy}`, {
      cause: error,
    });
  }
}
