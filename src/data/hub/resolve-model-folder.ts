import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BaalError } from "../../core/errors.js";
import { safetensorsFile, safetensorsIndexFile, shardsOfIndex } from "../../engine/safetensors/read-safetensors-folder.js";
import { remoteCommit, remoteFiles } from "./hub-api.js";
import { cachedCommit, cachedFile, isKnownMissing, rememberMissing, snapshotFolder } from "./hub-cache.js";
import { TransientHubError } from "./hub-fetch.js";
import { describeTarget, type HubOptions, type HubTarget, hubTarget, isRepoId } from "./hub-options.js";
import { fetchFiles, offlineError } from "./resolve-file.js";

/** Which files of a model are wanted. Each entry lists alternatives, the preferred first; one of them is enough. */
export interface ModelFiles {
  readonly required: readonly (readonly string[])[];
  readonly optional: readonly (readonly string[])[];
}

export interface ModelFolderOptions extends Omit<HubOptions, "type"> {
  /** Weights to fetch: safetensors where the repository has them, else ONNX, by default. */
  readonly format?: "safetensors" | "onnx" | undefined;
  /** The ONNX file to read, from the model's folder on: `"onnx/model_fp16.onnx"`. By default `onnx/model.onnx` or `model.onnx`. */
  readonly onnxFile?: string | undefined;
  /** By default those of `textModelFiles`. */
  readonly files?: ModelFiles | undefined;
}

const weightFiles = {
  safetensors: [safetensorsFile, safetensorsIndexFile],
  onnx: ["onnx/model.onnx", "model.onnx"],
} as const;

/** Which weights are wanted. */
export type WeightChoice = Pick<ModelFolderOptions, "format" | "onnxFile">;

function configAndWeights({ format, onnxFile }: WeightChoice): ModelFiles["required"] {
  const usual = format === undefined ? [...weightFiles.safetensors, ...weightFiles.onnx] : weightFiles[format];
  return [["config.json"], onnxFile === undefined ? usual : [onnxFile]];
}

/** Of a sentence-transformers repository. Its modules' own files are those that `modules.json` names. */
const MODULES_FILE = "modules.json";
const SENTENCE_FILES: ModelFiles["optional"] = [
  [MODULES_FILE],
  ["sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json"],
  ["1_Pooling/config.json"],
];

/** When a model of ours does not answer, and what its training has kept. */
const OWN_FILES: ModelFiles["optional"] = [
  ["out_of_scope.json"],
  ["out_of_scope.safetensors"],
  ["thresholds.json"],
  ["calibration.json"],
  ["variance.safetensors"],
  ["baaljs_training.json"],
];

/** What peft saves, alone or beside the model that it belongs to. */
const ADAPTER_FILES: ModelFiles["optional"] = [["adapter_config.json"], ["adapter_model.safetensors"]];

const TOKENIZER_FILES: ModelFiles["optional"] = [
  ["tokenizer.json", "vocab.txt", "vocab.json"],
  ["tokenizer.json", "vocab.txt", "merges.txt"],
  ["tokenizer_config.json"],
  ["special_tokens_map.json"],
  ["added_tokens.json"],
];

/**
 * The files of a text classifier: configuration, weights, the tokenizer in whichever form there is, how a sentence encoder pools and what
 * classifies its vectors, an adapter, and the rule by which it abstains.
 */
export function textModelFiles(weights: WeightChoice = {}): ModelFiles {
  return {
    required: configAndWeights(weights),
    optional: [...TOKENIZER_FILES, ...SENTENCE_FILES, ["head.safetensors"], ...ADAPTER_FILES, ...OWN_FILES],
  };
}

/** The files of an adapter that lies alone: its own, and the tokenizer that some have beside them. */
export const adapterFiles: ModelFiles = { required: ADAPTER_FILES, optional: [...TOKENIZER_FILES, ...OWN_FILES] };

/** The files of an image classifier: configuration, weights, how images are prepared, and the rule by which it abstains. */
export function imageModelFiles(weights: WeightChoice = {}): ModelFiles {
  return { required: configAndWeights(weights), optional: [["preprocessor_config.json"], ...OWN_FILES] };
}

/** The files of a head over features. */
export const featuresModelFiles: ModelFiles = {
  required: [["config.json"], weightFiles.safetensors],
  optional: OWN_FILES,
};

/**
 * The local folder of a model: `idOrFolder` itself when it is a folder (what is in it is left to its readers), else the snapshot
 * of that hub repository in the Hugging Face cache, with just the files wanted (shards and external data included), all of one
 * commit. A cached snapshot is used as it is; what it lacks is downloaded. When the hub cannot be reached, a snapshot with
 * the required files is enough.
 *
 * A name whose first part is a folder here is a mistyped path, never a repository; `hub:organisation/name` is always a repository.
 * Throws `E_FILE_NOT_FOUND` when the name is neither a folder nor a repository id, `E_HUB` and `E_ABORTED` as `resolveFile`.
 */
export async function resolveModelFolder(idOrFolder: string, options: ModelFolderOptions = {}): Promise<string> {
  if (isFolder(idOrFolder)) return idOrFolder;
  const target = hubTarget(repositoryOf(idOrFolder), { ...options, type: "model" });
  const files = options.files ?? textModelFiles(options);
  const known = await cachedCommit(target);
  if (known !== undefined && (await isCached(target, known, files, "wanted"))) return snapshotFolder(target, known);
  const enough = known !== undefined && (await isCached(target, known, files, "required"));
  if (target.offline) {
    if (enough) return snapshotFolder(target, known);
    const missing = files.required.map((names) => names.join(" or ")).join(", ");
    throw withFolderHint(offlineError(target, missing), idOrFolder);
  }
  try {
    return await download(target, files);
  } catch (error) {
    if (error instanceof TransientHubError && enough) return snapshotFolder(target, known);
    throw withFolderHint(error, idOrFolder);
  }
}

const HUB_PREFIX = "hub:";

/** The repository that a name means which is no folder here. Throws `E_FILE_NOT_FOUND` for what is rather a mistyped path. */
function repositoryOf(name: string): string {
  if (name.startsWith(HUB_PREFIX)) return name.slice(HUB_PREFIX.length);
  const refuse = (reason: string) => {
    throw new BaalError("E_FILE_NOT_FOUND", `"${name}" ${reason}`);
  };
  if (name !== "" && existsSync(name)) {
    const file = name.endsWith(".onnx") ? ` and, where it is not onnx/model.onnx, the file by onnxFile (--onnx-file)` : "";
    refuse(`is a file; a model is a folder: give the folder that it lies in, where its config.json is${file}.`);
  }
  if (!isRepoId(name)) {
    refuse(
      'is no folder here, and no repository id of the hub either ("name" or "organisation/name"). Check the path or the name.',
    );
  }
  const parent = dirname(name);
  if (parent !== "." && isFolder(parent)) {
    refuse(
      `is taken for a path, as the folder "${parent}" is here; it has no folder "${basename(name)}". Check the path, or write "${HUB_PREFIX}${name}" for the hub's repository of that name.`,
    );
  }
  return name;
}

/** A name may have been meant for a folder. */
function withFolderHint(error: unknown, name: string): unknown {
  if (!(error instanceof BaalError && error.code === "E_HUB") || name.startsWith(HUB_PREFIX)) return error;
  return new BaalError("E_HUB", `${error.message} There is no folder "${name}" here either.`, { cause: error });
}

function isFolder(path: string): boolean {
  return path !== "" && existsSync(path) && statSync(path).isDirectory();
}

/** Whether a snapshot has all files `"wanted"` (as far as the commit has them), or at least one choice of those `"required"`. */
async function isCached(target: HubTarget, commit: string, files: ModelFiles, extent: "wanted" | "required"): Promise<boolean> {
  const has = (name: string) => cachedFile(target, commit, name) !== undefined;
  // A name before the one found must be known not to exist; else a better choice may wait on the hub.
  const isSettled = (names: readonly string[]) =>
    names.every((name) => has(name) || isKnownMissing(target, commit, name) || names.slice(0, names.indexOf(name)).some(has));
  for (const names of files.required) if (!names.some(has)) return false;
  if (extent === "wanted" && ![...files.required, ...files.optional].every(isSettled)) return false;
  if (extent === "wanted") {
    const parts = await moduleFiles(snapshotFolder(target, commit));
    if (!parts.every((name) => isSettled([name]))) return false;
  }
  const needsShards = files.required.some((names) => names.find(has) === safetensorsIndexFile);
  return !needsShards || (await shardsOfIndex(join(snapshotFolder(target, commit), safetensorsIndexFile))).every(has);
}

async function download(target: HubTarget, files: ModelFiles): Promise<string> {
  const commit = await remoteCommit(target);
  const listed = new Map((await remoteFiles(target, commit)).map((file) => [file.path, file]));
  const chosen = new Set<string>();
  for (const names of files.required) {
    const name = names.find((candidate) => listed.has(candidate));
    if (name === undefined) throw missingError(target, names, [...listed.keys()]);
    for (const path of withExternalData(name, [...listed.keys()])) chosen.add(path);
  }
  for (const names of files.optional) {
    const name = names.find((candidate) => listed.has(candidate));
    if (name !== undefined) chosen.add(name);
  }
  for (const name of [...files.required, ...files.optional].flat()) {
    if (!listed.has(name)) await rememberMissing(target, commit, name);
  }
  await fetchFiles(
    target,
    commit,
    [...chosen].map((path) => listed.get(path)!),
  );
  const folder = snapshotFolder(target, commit);
  if (chosen.has(MODULES_FILE)) {
    const parts = await moduleFiles(folder);
    for (const name of parts) if (!listed.has(name)) await rememberMissing(target, commit, name);
    await fetchFiles(
      target,
      commit,
      parts.flatMap((name) => listed.get(name) ?? []),
    );
  }
  if (chosen.has(safetensorsIndexFile)) {
    const shards = await shardsOfIndex(join(folder, safetensorsIndexFile));
    const lacking = shards.filter((shard) => !listed.has(shard));
    if (lacking.length > 0) throw missingError(target, lacking, [...listed.keys()]);
    await fetchFiles(
      target,
      commit,
      shards.map((shard) => listed.get(shard)!),
    );
  }
  return folder;
}

/** The files that a sentence encoder's modules may have, by the folders that its list names. A list of another form is left to its reader. */
async function moduleFiles(folder: string): Promise<readonly string[]> {
  const path = join(folder, MODULES_FILE);
  if (!existsSync(path)) return [];
  const names = [...(await readFile(path, "utf8")).matchAll(/"path"\s*:\s*"([\w.-]+)"/g)].map(([, name]) => name!);
  return names.filter((name) => !/^\.+$/.test(name)).flatMap((name) => [`${name}/config.json`, `${name}/model.safetensors`]);
}

/** An ONNX file and, before it, the files beside it that hold its weights (`model.onnx_data`, `model.onnx.data`, `..._1`). */
function withExternalData(name: string, listed: readonly string[]): string[] {
  if (!name.endsWith(".onnx")) return [name];
  const isData = (path: string) =>
    dirname(path) === dirname(name) && /^[._]data/.test(basename(path).slice(basename(name).length));
  return [...listed.filter((path) => path.startsWith(name) && isData(path)), name];
}

function missingError(target: HubTarget, names: readonly string[], listed: readonly string[]): BaalError {
  const pytorch = listed.some((path) => path.endsWith(".bin")) && names.includes(safetensorsFile);
  const hint = pytorch ? " Its PyTorch .bin weights cannot be read here: convert them with transformers' save_pretrained." : "";
  const shown = listed.length > 20 ? [...listed.slice(0, 20), "..."] : listed;
  return new BaalError("E_HUB", `${describeTarget(target)} has no ${names.join(" or ")}.${hint} It has: ${shown.join(", ")}.`);
}
