import { homedir } from "node:os";
import { basename } from "node:path";
import { InvalidArgumentError } from "commander";
import { BaalError } from "../core/errors.js";

/** The encoder of commands that pick items. */
export const DEFAULT_ENCODER = "sentence-transformers/all-MiniLM-L6-v2";

/** Names of labels, separated by commas. */
export function labelNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "") && new Set(names).size === names.length) return names;
  throw new InvalidArgumentError("Expected different names, separated by commas.");
}

/** Beside the hub's folder of the same user; `~` for the help text, which is the same on every machine. */
export function defaultCache(): string {
  const base = process.env["XDG_CACHE_HOME"] || "~/.cache";
  return `${base}/baaljs/features`;
}

/** The folder of {@link defaultCache}, or one that was named, as a path. */
export function cachePath(folder: string): string {
  return folder.replace(/^~(?=\/)/, homedir());
}

/** An error of an encoder that the hub does not give as one that says how to go without the hub; any other as it is. */
export function withoutHub(error: unknown, model: string): unknown {
  if (!(error instanceof BaalError && error.code === "E_HUB")) return error;
  const name = basename(model);
  return new BaalError(
    "E_HUB",
    `${error.message} To go without the hub, give --model a folder with the weights: where the hub is reached, ` +
      `"hf download ${model} --local-dir ${name}" makes one (config.json, model.safetensors, tokenizer.json, and modules.json with 1_Pooling of a sentence encoder); copy it here, then --model ./${name}.`,
    { cause: error },
  );
}
