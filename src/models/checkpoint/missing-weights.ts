import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { BaalError } from "../../core/errors.js";
import { unlessMissing } from "../../system/files.js";
import { EXPORT_ADVICE } from "../architectures/export-advice.js";

/** Weights by their file's name: what they are, and what can be done with them. The first that fits. */
const KINDS: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /(quantized|int8|uint8|q4|q4f16|bnb4|awq|gptq)[^/]*\.onnx$/i,
    "quantized weights cannot be trained, nor predicted with here: get the float32 file of the same model (model.onnx)",
  ],
  [/\.onnx$/i, "name the one to read: onnxFile, --onnx-file (float32 and float16 are trained)"],
  [
    /^(pytorch_model.*\.bin|.*\.pth?|.*\.ckpt)$/i,
    'Python pickles are not read: convert them with transformers, AutoModelForSequenceClassification.from_pretrained("FOLDER").save_pretrained("NEW", safe_serialization=True), or AutoModel for an encoder',
  ],
  [/^adapter_model\.(safetensors|bin)$/i, "an adapter alone is no model: its adapter_config.json is missing"],
  [
    /\.safetensors$/i,
    "weights are expected as model.safetensors, or in the shards of a model.safetensors.index.json: rename the file",
  ],
  [
    /^(tf_model\.h5|flax_model\.msgpack|.*\.ot|.*\.gguf|openvino_model\.\w+)$/i,
    "weights of another framework: convert them to safetensors with transformers",
  ],
];

/** Whatever looks like weights in a folder and in its `onnx/`, by path. */
async function weightFiles(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder).catch(unlessMissing)) ?? [];
  const exports = (await readdir(join(folder, "onnx")).catch(unlessMissing)) ?? [];
  const all = [...names, ...exports.map((name) => `onnx/${name}`)];
  return all.filter((name) => KINDS.some(([pattern]) => pattern.test(name))).sort();
}

const ONNX_FILES = ["onnx/model.onnx", "model.onnx"];

export interface SafetensorsOptions {
  /** Whether the caller asked for safetensors by name. */
  readonly isAsked: boolean;
}

/**
 * Reads a folder's safetensors by `load`. Where that fails and the folder has an ONNX file as well, the error says how to take that one: earlier
 * versions read the ONNX files of architectures that are built today, and saved their weights under other names.
 */
export async function readingSafetensors<T>(folder: string, load: () => Promise<T>, { isAsked }: SafetensorsOptions): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const other = ONNX_FILES.find((name) => existsSync(join(folder, name)));
    if (isAsked || other === undefined || !(error instanceof BaalError) || error.code !== "E_MODEL_FORMAT") throw error;
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${error.message} The folder has ${other} as well, which is read with { format: "onnx" } or --onnx-file ${other}.`,
      { cause: error },
    );
  }
}

export interface OnnxPathOptions {
  /** The ONNX file to read, from the folder on. */
  readonly onnxFile?: string | undefined;
  /** Whether the architecture can be built here, from safetensors. */
  readonly canBuild: boolean;
}

/**
 * The ONNX file of a model folder: the one named, else `onnx/model.onnx` or `model.onnx`. Throws `E_FILE_NOT_FOUND`, which lists what the folder
 * has instead, and what to do about each.
 */
export async function onnxPath(folder: string, { onnxFile, canBuild }: OnnxPathOptions): Promise<string> {
  const names = onnxFile === undefined ? ONNX_FILES : [onnxFile];
  const path = names.map((name) => join(folder, name)).find(existsSync);
  if (path !== undefined) return path;
  const found = await weightFiles(folder);
  const ofOther = found.some((name) => SAFETENSORS.test(name)) && !canBuild;
  const advice = found.map((name) =>
    SAFETENSORS.test(name) ? (canBuild ? READ : EXPORT) : KINDS.find(([pattern]) => pattern.test(name))![1],
  );
  const wanted =
    onnxFile !== undefined ? `no ${onnxFile}` : ofOther ? "no onnx/model.onnx" : "neither model.safetensors nor onnx/model.onnx";
  const has =
    found.length === 0 ? "It has no weights at all." : `It has ${found.join(", ")}: ${[...new Set(advice)].join("; ")}.`;
  throw new BaalError(
    "E_FILE_NOT_FOUND",
    `${folder} has ${wanted}; a model folder needs such weights beside config.json. ${has}`,
  );
}

const SAFETENSORS = /^model(-\d+-of-\d+)?\.safetensors$/;
const READ = "leave the format out to read it";
const EXPORT = `its architecture is not built here. ${EXPORT_ADVICE}`;
