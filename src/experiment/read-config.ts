import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { BaalError, errorMessage } from "../core/errors.js";
import { isRecord } from "../core/json-values.js";
import { readingError } from "../data/rows/stream-text.js";

/** A configuration's fields before they are checked. */
export type RawConfig = Readonly<Record<string, unknown>>;

/** Reads `CONFIG.yaml` or `CONFIG.json` (which is YAML, too). Throws `E_FILE_NOT_FOUND`, `E_ARGUMENT` for a file that holds no fields. */
export async function readConfigFile(path: string): Promise<RawConfig> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw readingError(path, error);
  });
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new BaalError("E_ARGUMENT", `${path} is neither YAML nor JSON: ${errorMessage(error)}`, { cause: error });
  }
  if (isRecord(value)) return value;
  throw new BaalError("E_ARGUMENT", `${path} is expected to hold fields such as "dataset" and "strategies".`);
}

/** `training.learningRate=0.001` as a path and a value; values are YAML. Throws `E_ARGUMENT`. */
export function parseOverride(text: string): { readonly path: readonly string[]; readonly value: unknown } {
  const at = text.indexOf("=");
  const path = text.slice(0, Math.max(at, 0)).trim().split(".");
  if (at < 1 || path.includes("")) {
    throw new BaalError("E_ARGUMENT", `"${text}" sets no field; write it as training.learningRate=0.001.`);
  }
  try {
    return { path, value: parse(text.slice(at + 1)) };
  } catch (error) {
    throw new BaalError("E_ARGUMENT", `The value of "${text}" cannot be read: ${errorMessage(error)}`, { cause: error });
  }
}

/** The configuration with one field replaced, however deep; what is on the way there is made. */
export function withField(config: RawConfig, path: readonly string[], value: unknown): RawConfig {
  const [first, ...rest] = path;
  if (first === undefined) return config;
  if (rest.length === 0) return { ...config, [first]: value };
  const inner = config[first];
  return { ...config, [first]: withField(isRecord(inner) ? inner : {}, rest, value) };
}
