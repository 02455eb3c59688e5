import { BaalError } from "../core/errors.js";
import type { ModelFolderOptions } from "../data/hub/resolve-model-folder.js";
import { classifierFolder } from "../models/checkpoint/classifier-folder.js";
import { type ModelKind, modelKind } from "../models/checkpoint/model-kind.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import type { CommandContext } from "./base-command.js";
import { imageSourceKind } from "./image-rows.js";

export interface ModelOptions {
  readonly device?: "cpu" | "cuda" | "webgpu";
  readonly threads?: number;
}

/** What loading a model is told: where it runs, when to stop, and to report each downloaded file. */
export function pretrainedOptions(
  { device, threads }: ModelOptions,
  { output, signal }: CommandContext,
): Pick<FromPretrainedOptions, "device" | "threads" | "onProgress" | "signal"> {
  const announced = new Set<string>();
  return {
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
    signal,
    onProgress({ file, total }) {
      if (announced.has(file)) return;
      announced.add(file);
      output.note(`downloading ${file} (${(total / 1e6).toFixed(1)} MB)`);
    },
  };
}

/** What a model reads, and the local folder with the files that its kind needs. */
export async function findClassifier(
  model: string,
  options: ModelFolderOptions,
): Promise<{ readonly kind: ModelKind; readonly folder: string }> {
  const kind = await modelKind(model, options);
  return { kind, folder: await classifierFolder(kind, model, options) };
}

export interface TextData {
  readonly model: string | undefined;
  readonly data: string;
  /** Options that only images have, by flag, `undefined` where they were not given. */
  readonly imageOptions: Readonly<Record<string, unknown>>;
}

/** Throws `E_ARGUMENT` where a model of texts was given images, `E_FILE_NOT_FOUND` where there are no data. */
export async function checkTextData({ model, data, imageOptions }: TextData): Promise<void> {
  const flag = Object.keys(imageOptions).find((name) => imageOptions[name] !== undefined);
  const source = await imageSourceKind(data);
  if (flag === undefined && source === "file") return;
  const what = flag ? `${flag} is for images` : `--data ${data} is ${source === "folder" ? "a folder" : "an archive"} of images`;
  throw new BaalError("E_ARGUMENT", `${what}, but ${model} is a model of texts: give a --model of images.`);
}
